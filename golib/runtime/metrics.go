package runtime

import (
	"internal/godebugs"
	"unsafe"
)

// Hooks of runtime/metrics: numbers that this runtime counts. Names of others give samples without value.

// metricValue has the layout of metrics.Value.
type metricValue struct {
	kind    int
	scalar  uint64
	pointer unsafe.Pointer
}

// metricSample has the layout of metrics.Sample.
type metricSample struct {
	name  string
	value metricValue
}

// Kinds of values, as runtime/metrics numbers them.
const (
	metricBad = iota
	metricUint64
)

var godebugCounters struct {
	mu   spinlock
	read map[string]func() uint64
}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {
	godebugCounters.mu.lock()
	defer godebugCounters.mu.unlock()
	if godebugCounters.read == nil {
		godebugCounters.read = make(map[string]func() uint64)
	}
	godebugCounters.read[name] = read
}

//go:linkname metrics_readMetrics runtime/metrics.runtime_readMetrics
func metrics_readMetrics(array unsafe.Pointer, n, capacity int) {
	m := new(MemStats)
	readmemstats(m)
	samples := unsafe.Slice((*metricSample)(array), n)
	for i := range samples {
		s := &samples[i]
		s.value = metricValue{}
		v, ok := metric(s.name, m)
		if ok {
			s.value.kind = metricUint64
			s.value.scalar = v
		}
	}
}

func metric(name string, m *MemStats) (uint64, bool) {
	switch name {
	case "/cgo/go-to-c-calls:calls":
		return 0, true
	case "/gc/cycles/automatic:gc-cycles":
		return uint64(m.NumGC - m.NumForcedGC), true
	case "/gc/cycles/forced:gc-cycles":
		return uint64(m.NumForcedGC), true
	case "/gc/cycles/total:gc-cycles":
		return uint64(m.NumGC), true
	case "/gc/gogc:percent":
		return uint64(currentGCPercent()), true
	case "/gc/gomemlimit:bytes":
		return uint64(setmemorylimit(-1)), true
	case "/gc/heap/allocs:bytes":
		return m.TotalAlloc, true
	case "/gc/heap/allocs:objects":
		return m.Mallocs, true
	case "/gc/heap/frees:bytes":
		return m.TotalAlloc - m.Alloc, true
	case "/gc/heap/frees:objects":
		return m.Frees, true
	case "/gc/heap/goal:bytes":
		return m.NextGC, true
	case "/gc/heap/live:bytes":
		return m.HeapAlloc, true
	case "/gc/heap/objects:objects":
		return m.HeapObjects, true
	case "/gc/heap/tiny/allocs:objects":
		// Small objects do not share memory here.
		return 0, true
	case "/gc/limiter/last-enabled:gc-cycle":
		// Nothing limits the time that collections take.
		return 0, true
	case "/memory/classes/heap/free:bytes":
		return m.HeapIdle - m.HeapReleased, true
	case "/memory/classes/heap/objects:bytes":
		return m.HeapAlloc, true
	case "/memory/classes/heap/released:bytes":
		return m.HeapReleased, true
	case "/memory/classes/heap/stacks:bytes":
		return m.StackInuse, true
	case "/memory/classes/heap/unused:bytes":
		return m.HeapInuse - m.HeapAlloc, true
	case "/memory/classes/metadata/mcache/inuse:bytes":
		return m.MCacheInuse, true
	case "/memory/classes/metadata/mcache/free:bytes":
		return m.MCacheSys - m.MCacheInuse, true
	case "/memory/classes/metadata/mspan/free:bytes":
		return m.MSpanSys - m.MSpanInuse, true
	case "/memory/classes/metadata/mspan/inuse:bytes":
		return m.MSpanInuse, true
	case "/memory/classes/metadata/other:bytes":
		return m.GCSys, true
	case "/memory/classes/os-stacks:bytes":
		return m.StackSys - m.StackInuse, true
	case "/memory/classes/profiling/buckets:bytes":
		return m.BuckHashSys, true
	case "/memory/classes/other:bytes":
		return m.OtherSys, true
	case "/memory/classes/total:bytes":
		return m.Sys, true
	case "/sched/gomaxprocs:threads":
		return uint64(gomaxprocs(0)), true
	case "/sched/goroutines:goroutines":
		return uint64(numgoroutine()), true
	}
	godebugCounters.mu.lock()
	read := godebugCounters.read[name]
	godebugCounters.mu.unlock()
	if read != nil {
		return read(), true
	}
	// Settings that nothing has read yet have not made a difference.
	return 0, isGodebugCounter(name)
}

// isGodebugCounter tells whether the name is that of the counter of a GODEBUG setting.
func isGodebugCounter(name string) bool {
	const prefix, suffix = "/godebug/non-default-behavior/", ":events"
	if len(name) <= len(prefix)+len(suffix) || name[:len(prefix)] != prefix || name[len(name)-len(suffix):] != suffix {
		return false
	}
	info := godebugs.Lookup(name[len(prefix) : len(name)-len(suffix)])
	return info != nil && !info.Opaque
}
