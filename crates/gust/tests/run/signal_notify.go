// Signals sent to the process itself.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
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
