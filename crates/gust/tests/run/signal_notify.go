// Signals sent to the process itself.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// stopped counts the signals that arrived before Stop and are not there behind it.
func stopped() (lost int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range 500 {
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGUSR2)
		syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(os.Getpid()), uintptr(syscall.Gettid()), uintptr(syscall.SIGUSR2))
		signal.Stop(c)
		select {
		case <-c:
		default:
			lost++
		}
	}
	return lost
}

func main() {
	fmt.Println("lost:", stopped())
	self, _ := os.FindProcess(os.Getpid())
	c := make(chan os.Signal, 4)
	signal.Notify(c, syscall.SIGUSR1, syscall.SIGHUP)
	for range 3 {
		self.Signal(syscall.SIGUSR1)
		fmt.Println(<-c)
	}
	self.Signal(syscall.SIGHUP)
	fmt.Println(<-c)
	signal.Stop(c)
	signal.Ignore(syscall.SIGHUP, syscall.SIGUSR1)
	fmt.Println(signal.Ignored(syscall.SIGHUP), signal.Ignored(syscall.SIGTERM))
	self.Signal(syscall.SIGHUP)
	time.Sleep(5 * time.Millisecond)
	select {
	case s := <-c:
		fmt.Println("unexpected", s)
	default:
		fmt.Println("none")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	self.Signal(os.Interrupt)
	<-ctx.Done()
	fmt.Println(ctx.Err())
	stop()
	signal.Reset()
	signal.Notify(c)
	self.Signal(syscall.SIGTERM)
	for s := range c {
		// Pre-emption of goroutines may use SIGURG.
		if s != syscall.SIGURG {
			fmt.Println(s)
			break
		}
	}
}
