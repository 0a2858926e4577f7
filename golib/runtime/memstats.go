package runtime

import _ "unsafe"

// MemStats is what the allocator and the collector have counted; see the fields. The Rust half
// (heap/hooks.rs) has the same layout.
type MemStats struct {
	// Bytes of objects that are reachable or not yet freed.
	Alloc uint64
	// Bytes of all objects ever allocated.
	TotalAlloc uint64
	// Bytes of memory had from the system: the sum of the Sys fields below.
	Sys uint64
	// Not counted.
	Lookups uint64
	// Number of objects allocated.
	Mallocs uint64
	// Number of objects freed.
	Frees uint64

	// As Alloc.
	HeapAlloc uint64
	// Bytes of address space of the heap.
	HeapSys uint64
	// Bytes of it without objects.
	HeapIdle uint64
	// Bytes of it with objects.
	HeapInuse uint64
	// Bytes of HeapIdle that were given back to the system.
	HeapReleased uint64
	// Number of objects allocated and not freed.
	HeapObjects uint64

	// Bytes of goroutines' stacks.
	StackInuse uint64
	// The same and what threads' own stacks take.
	StackSys uint64

	// Bytes of the allocator's own structures, in use and taken from the system.
	MSpanInuse  uint64
	MSpanSys    uint64
	MCacheInuse uint64
	MCacheSys   uint64
	// Bytes of profiles.
	BuckHashSys uint64
	// Bytes of the collector's structures.
	GCSys uint64
	// Bytes of everything else.
	OtherSys uint64

	// Size of the heap at which the next collection starts.
	NextGC uint64
	// When the last collection ended: nanoseconds since 1970.
	LastGC uint64
	// Time that the world was stopped, in total.
	PauseTotalNs uint64
	// Length and end of the last pauses: that of collection n is at (n+255)%256.
	PauseNs  [256]uint64
	PauseEnd [256]uint64
	// Number of collections, and of those that the program asked for.
	NumGC       uint32
	NumForcedGC uint32
	// Part of the processors' time that collections took.
	GCCPUFraction float64
	// Always true.
	EnableGC bool
	// Always false.
	DebugGC bool

	// Objects by size class: at most Size bytes each.
	BySize [61]struct {
		Size    uint32
		Mallocs uint64
		Frees   uint64
	}
}

func readmemstats(m *MemStats)

// ReadMemStats fills m with numbers as of now. It stops the world for it.
func ReadMemStats(m *MemStats) {
	readmemstats(m)
}

// readGCStats fills the list for runtime/debug: lengths of the last pauses, newest first, their ends in the same
// order, end of the last collection, number of collections, time of all pauses.
//
//go:linkname readGCStats runtime/debug.readGCStats
func readGCStats(list *[]uint64) {
	m := new(MemStats)
	readmemstats(m)
	n := min(int(m.NumGC), len(m.PauseNs))
	out := (*list)[:0]
	for i := 0; i < n; i++ {
		out = append(out, m.PauseNs[(int(m.NumGC)-1-i)%len(m.PauseNs)])
	}
	for i := 0; i < n; i++ {
		out = append(out, m.PauseEnd[(int(m.NumGC)-1-i)%len(m.PauseEnd)])
	}
	*list = append(out, m.LastGC, uint64(m.NumGC), m.PauseTotalNs)
}
