// Parts of the standard library that rest on a function of the runtime's, one use of each that nothing else here has.
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/trace"
	"strings"
	"syscall"
	"time"
)

func main() {
	var tv syscall.Timeval
	err := syscall.Gettimeofday(&tv)
	fmt.Println(err, time.Since(time.Unix(tv.Unix())) < time.Minute)

	x := []float64{0.1, 10, -1, 1e300, 1e308, 3, 5e-324, math.Inf(1)}
	for i := range x {
		fmt.Println(math.FMA(x[i], x[(i+1)%8], x[(i+2)%8]))
	}

	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	metrics.Read(samples)
	fmt.Println(samples[0].Value.Uint64() > 0, samples[1].Value.Uint64() > 0)

	info, ok := debug.ReadBuildInfo()
	fmt.Println(ok, strings.HasPrefix(info.GoVersion, "go"))
	fmt.Println(strings.HasPrefix(string(debug.Stack()), "goroutine 1 [running]:\n"))
	buf := make([]byte, 1000)
	fmt.Println(strings.Contains(string(buf[:runtime.Stack(buf, true)]), "main.main()\n\t"))
	fmt.Println(trace.IsEnabled(), os.Getpid() > 0)
}
