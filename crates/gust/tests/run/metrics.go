// What runtime/metrics tells of settings and of memory, as collectors of metrics read it.
package main

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"
)

func read(name string) int64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}

func main() {
	const percent, limit = "/gc/gogc:percent", "/gc/gomemlimit:bytes"
	fmt.Println(read(percent), read(limit))
	old := debug.SetGCPercent(50)
	debug.SetMemoryLimit(1 << 40)
	fmt.Println(old, read(percent), read(limit))
	debug.SetGCPercent(-5)
	fmt.Println(read(percent))
	for _, name := range []string{
		"/gc/heap/tiny/allocs:objects",
		"/gc/limiter/last-enabled:gc-cycle",
		"/memory/classes/metadata/mcache/free:bytes",
		"/memory/classes/metadata/mspan/free:bytes",
		"/memory/classes/os-stacks:bytes",
		"/memory/classes/profiling/buckets:bytes",
	} {
		fmt.Println(name, read(name) >= 0)
	}
	// The classes are parts of the whole.
	var sum int64
	for _, d := range metrics.All() {
		if len(d.Name) > 16 && d.Name[:16] == "/memory/classes/" && d.Name != "/memory/classes/total:bytes" {
			sum += read(d.Name)
		}
	}
	total := read("/memory/classes/total:bytes")
	fmt.Println(sum > total-total/10 && sum < total+total/10)
}
