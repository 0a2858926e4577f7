// TCP, UDP and Unix sockets: echo with many connections, deadlines, close while somebody waits.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func serve(l net.Listener, wg *sync.WaitGroup) {
	defer wg.Done()
	for {
		c, err := l.Accept()
		if err != nil {
			fmt.Println("accept:", errors.Is(err, net.ErrClosed))
			return
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

func echo(network, address string, clients, lines int) {
	l, err := net.Listen(network, address)
	check(err)
	var server, wg sync.WaitGroup
	server.Add(1)
	go serve(l, &server)
	var total atomic.Int64
	for id := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := net.Dial(network, l.Addr().String())
			check(err)
			defer c.Close()
			r := bufio.NewReader(c)
			for i := range lines {
				line := fmt.Sprintf("%d:%d:%s\n", id, i, strings.Repeat("x", i*7%300))
				_, err := io.WriteString(c, line)
				check(err)
				got, err := r.ReadString('\n')
				check(err)
				if got != line {
					panic("wrong answer")
				}
				total.Add(int64(len(got)))
			}
		}()
	}
	wg.Wait()
	l.Close()
	server.Wait()
	fmt.Println(network, total.Load())
}

func bulk() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	const size = 8 << 20
	done := make(chan int64)
	go func() {
		c, err := l.Accept()
		check(err)
		n, err := io.Copy(io.Discard, c)
		check(err)
		done <- n
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	check(err)
	buf := make([]byte, 64<<10)
	for range size / len(buf) {
		_, err := c.Write(buf)
		check(err)
	}
	c.Close()
	fmt.Println("bulk", <-done)
	l.Close()
}

func deadlines() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer l.Close()
	accepted := make(chan net.Conn)
	go func() {
		c, err := l.Accept()
		check(err)
		accepted <- c
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	check(err)
	s := <-accepted
	buf := make([]byte, 10)

	c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, err = c.Read(buf)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded), err.(net.Error).Timeout())
	_, err = c.Read(buf)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	c.SetReadDeadline(time.Time{})
	s.Write([]byte("hi"))
	n, err := c.Read(buf)
	fmt.Println(string(buf[:n]), err)

	// A deadline moved into the past ends a wait that has begun; one moved away lets it go on.
	go func() {
		time.Sleep(10 * time.Millisecond)
		c.SetReadDeadline(time.Now().Add(-time.Second))
	}()
	_, err = c.Read(buf)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	c.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
	go func() {
		time.Sleep(5 * time.Millisecond)
		c.SetReadDeadline(time.Now().Add(time.Hour))
		time.Sleep(60 * time.Millisecond)
		s.Write([]byte("late"))
	}()
	n, err = c.Read(buf)
	fmt.Println(string(buf[:n]), err)

	// Writes block when nobody reads.
	c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	big := make([]byte, 32<<20)
	n, err = c.Write(big)
	fmt.Println(n < len(big), errors.Is(err, os.ErrDeadlineExceeded))

	// Close wakes who waits.
	waiting := make(chan error)
	go func() {
		_, err := c.Read(buf)
		waiting <- err
	}()
	time.Sleep(5 * time.Millisecond)
	c.Close()
	fmt.Println(errors.Is(<-waiting, net.ErrClosed))
	s.Close()
	_, err = net.DialTimeout("tcp", l.Addr().String(), time.Second)
	fmt.Println(err)
}

func udp() {
	s, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(err)
	go func() {
		buf := make([]byte, 2000)
		for {
			n, from, err := s.ReadFrom(buf)
			if err != nil {
				return
			}
			s.WriteTo(append([]byte("re:"), buf[:n]...), from)
		}
	}()
	c, err := net.Dial("udp", s.LocalAddr().String())
	check(err)
	buf := make([]byte, 2000)
	for i := range 100 {
		fmt.Fprintf(c, "packet %d", i)
		n, err := c.Read(buf)
		check(err)
		if string(buf[:n]) != fmt.Sprintf("re:packet %d", i) {
			panic("wrong packet")
		}
	}
	c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	_, err = c.Read(buf)
	fmt.Println("udp", errors.Is(err, os.ErrDeadlineExceeded))
	s.Close()
	c.Close()
}

func refused() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	a := l.Addr().String()
	l.Close()
	_, err = net.Dial("tcp", a)
	fmt.Println(strings.HasSuffix(err.Error(), "connection refused"))
}

func main() {
	echo("tcp", "127.0.0.1:0", 30, 50)
	dir, err := os.MkdirTemp("", "echo")
	check(err)
	defer os.RemoveAll(dir)
	echo("unix", filepath.Join(dir, "s"), 10, 50)
	bulk()
	deadlines()
	udp()
	refused()
	// Pipes that nothing backs but memory.
	a, b := net.Pipe()
	go func() { a.Write([]byte("pipe")); a.Close() }()
	all, err := io.ReadAll(b)
	fmt.Println(string(all), err)
}
