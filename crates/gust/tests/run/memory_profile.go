// The memory profile with every allocation sampled: counts by function, and a CPU profile that ends at once.
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
)

type node struct {
	next *node
	_    [6]int
}

var (
	list *node
	sink any
)

//go:noinline
func keeps() {
	for range 100 {
		list = &node{next: list}
	}
}

//go:noinline
func drops() {
	for range 50 {
		sink = make([]int32, 300)
	}
	sink = nil
}

//go:noinline
func use(any) {}

func inlined() {
	sink = make([]byte, 100_000)
	use(sink)
}

//go:noinline
func large() {
	for range 3 {
		inlined()
	}
	sink = nil
}

func records() []runtime.MemProfileRecord {
	var records []runtime.MemProfileRecord
	for {
		n, ok := runtime.MemProfile(records, true)
		if ok {
			return records[:n]
		}
		records = make([]runtime.MemProfileRecord, n+20)
	}
}

func names(r *runtime.MemProfileRecord) string {
	var names []string
	frames := runtime.CallersFrames(r.Stack())
	for {
		frame, more := frames.Next()
		if name, ok := strings.CutPrefix(frame.Function, "main."); ok {
			names = append(names, name)
		}
		if !more {
			return strings.Join(names, " ")
		}
	}
}

func work(done chan<- bool) {
	keeps()
	drops()
	large()
	done <- true
}

func main() {
	old := runtime.MemProfileRate
	runtime.MemProfileRate = 1
	// The stack goes with the goroutine: nothing on it keeps what was dropped.
	done := make(chan bool)
	go work(done)
	<-done
	runtime.GC()
	runtime.MemProfileRate = old
	all := records()
	// A loop may have become several calls.
	type place struct {
		where string
		size  int64
	}
	sums := map[place][2]int64{}
	for i := range all {
		r := &all[i]
		where := names(r)
		if r.AllocObjects == 0 || !strings.HasSuffix(where, " work") {
			continue
		}
		p := place{where, r.AllocBytes / r.AllocObjects}
		s := sums[p]
		sums[p] = [2]int64{s[0] + r.AllocObjects, s[1] + r.InUseObjects()}
	}
	var lines []string
	for p, s := range sums {
		lines = append(lines, fmt.Sprintln(p.where, p.size, s[0], s[1]))
	}
	slices.Sort(lines)
	fmt.Print(strings.Join(lines, ""))
	runtime.KeepAlive(list)

	for range 50 {
		var profile bytes.Buffer
		if err := pprof.StartCPUProfile(&profile); err != nil {
			fmt.Println(err)
		}
		pprof.StopCPUProfile()
		if profile.Len() == 0 {
			fmt.Println("no profile")
		}
	}
	var profile bytes.Buffer
	fmt.Println(pprof.WriteHeapProfile(&profile), profile.Len() > 0)
}
