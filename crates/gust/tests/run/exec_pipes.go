// Child processes and pipes.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

func main() {
	out, err := exec.Command("echo", "hello", "world").Output()
	fmt.Printf("%q %v\n", out, err)

	cmd := exec.Command("cat")
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	go func() {
		for i := range 2000 {
			fmt.Fprintf(stdin, "line %d\n", i)
		}
		stdin.Close()
	}()
	n := 0
	for s := bufio.NewScanner(stdout); s.Scan(); n++ {
		if s.Text() != fmt.Sprint("line ", n) {
			panic(s.Text())
		}
	}
	fmt.Println(n, cmd.Wait())

	cmd = exec.Command("sh", "-c", "echo out; echo err >&2; exit 7")
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	var exit *exec.ExitError
	fmt.Printf("%q %q %v %v\n", o.String(), e.String(), err, errors.As(err, &exit) && exit.ExitCode() == 7)

	_, err = exec.Command("no-such-program-here").Output()
	fmt.Println(errors.Is(err, exec.ErrNotFound))

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	err = exec.CommandContext(ctx, "sleep", "10").Run()
	fmt.Println(err)

	cmd = exec.Command("sh", "-c", "printf '%s' \"$GREETING\"; pwd")
	cmd.Env = append(os.Environ(), "GREETING=hi ")
	cmd.Dir = "/"
	out, err = cmd.CombinedOutput()
	fmt.Printf("%q %v\n", out, err)

	var wg sync.WaitGroup
	sums := make([]int, 10)
	for i := range sums {
		wg.Go(func() {
			out, err := exec.Command("sh", "-c", fmt.Sprintf("echo %d | tr 1 2", i)).Output()
			if err != nil {
				panic(err)
			}
			fmt.Sscan(strings.TrimSpace(string(out)), &sums[i])
		})
	}
	wg.Wait()
	fmt.Println(sums)

	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	done := make(chan int)
	go func() {
		b, _ := io.ReadAll(r)
		done <- len(b)
	}()
	for range 100 {
		w.Write(make([]byte, 10_000))
	}
	w.Close()
	fmt.Println(<-done)
	r.Close()

	r, w, _ = os.Pipe()
	r.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	_, err = r.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	go func() {
		time.Sleep(5 * time.Millisecond)
		r.Close()
	}()
	r.SetReadDeadline(time.Time{})
	_, err = r.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrClosed))
	w.Close()
}
