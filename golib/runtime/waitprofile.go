package runtime

import (
	"internal/profilerecord"
	"unsafe"
)

// The profile of waiting and that of contended locks. Times are in nanoseconds, which is what this runtime calls cycles.

// waitRecord is one stack of a profile.
type waitRecord struct {
	next  *waitRecord
	count float64
	time  float64
	stack []uintptr
}

// waitProfile is a table of stacks by hash.
type waitProfile struct {
	mu      spinlock
	n       int
	buckets [179]*waitRecord
}

var (
	blockProfile waitProfile
	mutexProfile waitProfile

	blockProfileRate     int64 // one sample for so many nanoseconds of waiting; 0: none
	mutexProfileFraction int64 // one sample for so many contentions; 0: none
)

// Longest stack that is kept.
const waitStackDepth = 64

// add counts an event with the stack above the function with this frame and skip calls more.
func (p *waitProfile) add(frame uintptr, skip int, count, time float64) {
	var room [waitStackDepth]uintptr
	stack := room[:walkStack(frame, skip, room[:])]
	hash := uintptr(len(stack))
	for _, pc := range stack {
		hash = hash*31 + pc
	}
	bucket := &p.buckets[hash%uintptr(len(p.buckets))]
	p.mu.lock()
	defer p.mu.unlock()
	for r := *bucket; r != nil; r = r.next {
		if sameStack(r.stack, stack) {
			r.count += count
			r.time += time
			return
		}
	}
	*bucket = &waitRecord{*bucket, count, time, append([]uintptr{}, stack...)}
	p.n++
}

func sameStack(a, b []uintptr) bool {
	if len(a) != len(b) {
		return false
	}
	for i, pc := range a {
		if pc != b[i] {
			return false
		}
	}
	return true
}

// copyTo gives all records if there is room for them, and their number.
func (p *waitProfile) copyTo(room int, put func(i int, r *waitRecord)) (n int, ok bool) {
	p.mu.lock()
	defer p.mu.unlock()
	if p.n > room {
		return p.n, false
	}
	i := 0
	for _, r := range p.buckets {
		for ; r != nil; r = r.next {
			put(i, r)
			i++
		}
	}
	return p.n, true
}

// blockStart is when waiting starts; 0 if nobody wants to know.
func blockStart() int64 {
	if blockProfileRate == 0 {
		return 0
	}
	return nanotime()
}

// blockEnd counts waiting since start. The stack begins skip calls above the function that calls it.
//
//go:noinline
func blockEnd(start int64, skip int) {
	if start == 0 {
		return
	}
	rate := blockProfileRate
	time := max(nanotime()-start, 1)
	switch {
	case rate <= 0:
	case time >= rate:
		blockProfile.add(getfp(), skip, 1, float64(time))
	case int64(rand()>>1)%rate < time:
		// Short waits stand for those that were not drawn.
		blockProfile.add(getfp(), skip, float64(rate)/float64(time), float64(rate))
	}
}

// lockWaiter is a goroutine that waits for a lock, while contended locks are being profiled.
type lockWaiter struct {
	next  *lockWaiter
	place *uint32
	since int64
}

// lockWaiters are in order of arrival.
var lockWaiters struct {
	mu          spinlock
	first, last *lockWaiter
}

func lockWaitStart(place *uint32) *lockWaiter {
	if mutexProfileFraction == 0 {
		return nil
	}
	w := &lockWaiter{place: place, since: nanotime()}
	lockWaiters.mu.lock()
	if lockWaiters.last == nil {
		lockWaiters.first = w
	} else {
		lockWaiters.last.next = w
	}
	lockWaiters.last = w
	lockWaiters.mu.unlock()
	return w
}

func lockWaitEnd(w *lockWaiter) {
	if w == nil {
		return
	}
	lockWaiters.mu.lock()
	var before *lockWaiter
	for at := lockWaiters.first; at != nil; before, at = at, at.next {
		if at != w {
			continue
		}
		if before == nil {
			lockWaiters.first = w.next
		} else {
			before.next = w.next
		}
		if lockWaiters.last == w {
			lockWaiters.last = before
		}
		break
	}
	lockWaiters.mu.unlock()
}

// lockReleased counts that somebody waited for the lock that is given back. The stack begins skip calls above the
// function that calls it.
//
//go:noinline
func lockReleased(place *uint32, skip int) {
	rate := mutexProfileFraction
	if rate <= 0 {
		return
	}
	since := int64(0)
	lockWaiters.mu.lock()
	for w := lockWaiters.first; w != nil; w = w.next {
		if w.place == place {
			since = w.since
			break
		}
	}
	lockWaiters.mu.unlock()
	if since != 0 && int64(rand()>>1)%rate == 0 {
		time := float64(max(nanotime()-since, 1))
		mutexProfile.add(getfp(), skip, float64(rate), time*float64(rate))
	}
}

// BlockProfileRecord is where goroutines have waited.
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

func publicRecords(p *waitProfile, to []BlockProfileRecord) (n int, ok bool) {
	return p.copyTo(len(to), func(i int, r *waitRecord) {
		to[i] = BlockProfileRecord{Count: int64(r.count), Cycles: int64(r.time)}
		copy(to[i].Stack0[:], r.stack)
	})
}

func profileRecords(p *waitProfile, to []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return p.copyTo(len(to), func(i int, r *waitRecord) {
		to[i] = profilerecord.BlockProfileRecord{Count: int64(r.count), Cycles: int64(r.time), Stack: r.stack}
	})
}

// BlockProfile gives the profile of waiting: how many records there are, and whether they fit.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) {
	return publicRecords(&blockProfile, p)
}

// MutexProfile gives the profile of contended locks: how many records there are, and whether they fit.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) {
	return publicRecords(&mutexProfile, p)
}

func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return profileRecords(&blockProfile, p)
}

func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return profileRecords(&mutexProfile, p)
}

// SetBlockProfileRate says after how many nanoseconds of waiting, on average, the profile of waiting takes a sample:
// 1 for all waiting, 0 or less for none.
func SetBlockProfileRate(rate int) {
	blockProfileRate = int64(max(rate, 0))
}

// SetMutexProfileFraction says which part of contentions the profile of locks samples, 1 in rate, and gives the setting
// before. A negative rate only asks.
func SetMutexProfileFraction(rate int) int {
	old := mutexProfileFraction
	if rate >= 0 {
		mutexProfileFraction = int64(rate)
	}
	return int(old)
}

// The number of threads is known; where they were made says nothing, as the runtime makes them when it needs them.

func threadcount() int

// ThreadCreateProfile gives a record without stack for each thread: how many there are, and whether they fit.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) {
	n = threadcount()
	if n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) {
	n = threadcount()
	if n > len(p) {
		return n, false
	}
	for i := range p[:n] {
		p[i].Stack = make([]uintptr, 1)
	}
	return n, true
}

// The profile of processor time.

// cpuSample is what a thread was doing; the Rust half (profile.rs) has the same layout.
type cpuSample struct {
	n      int
	labels unsafe.Pointer
	stack  [62]uintptr
}

func cpuprofilerate(hz int)
func cpuprofilenext(to *cpuSample) bool
func cpuprofilelost() int

var cpuProfile struct {
	mu       spinlock
	hz       int
	starting int // rate of a profile whose reader has not had the header yet; that may be after its end
	sample   cpuSample
}

// SetCPUProfileRate starts the profile of processor time with a rate in samples per second, or stops it with 0.
func SetCPUProfileRate(hz int) {
	hz = min(max(hz, 0), 1000000)
	p := &cpuProfile
	p.mu.lock()
	defer p.mu.unlock()
	if hz != 0 && p.hz != 0 {
		printlock()
		printstring("runtime: cannot set cpu profile rate until previous profile has finished.\n")
		printunlock()
		return
	}
	if hz != 0 {
		// What nobody has read of the last profile is not part of this one.
		for cpuprofilenext(&p.sample) {
		}
		cpuprofilelost()
		p.starting = hz
	}
	p.hz = hz
	cpuprofilerate(hz)
}

// How long samples gather before they are handed on, in nanoseconds.
const readInterval = 50e6

// readCPUProfile gives what has been sampled since the last call, in the form that runtime/pprof expects: for each sample
// its number of words, a time, a count and the stack. The first has the rate in place of a count.
//
//go:linkname readCPUProfile runtime/pprof.readProfile
func readCPUProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	p := &cpuProfile
	p.mu.lock()
	defer p.mu.unlock()
	if hz := p.starting; hz != 0 {
		p.starting = 0
		return []uint64{3, uint64(nanotime()), uint64(hz)}, make([]unsafe.Pointer, 1), false
	}
	if p.hz != 0 {
		// The reader asks again at once.
		p.mu.unlock()
		timeSleep(readInterval)
		p.mu.lock()
	}
	eof = p.hz == 0
	for cpuprofilenext(&p.sample) {
		at := len(data)
		data = append(data, 0, 0, 1)
		for _, pc := range p.sample.stack[:p.sample.n] {
			data = appendCalls(data, pc)
		}
		data[at] = uint64(len(data) - at)
		tags = append(tags, p.sample.labels)
	}
	p.sample.labels = nil
	if lost := cpuprofilelost(); lost != 0 {
		data = append(data, 4, 0, 0, uint64(lost))
		tags = append(tags, nil)
	}
	return data, tags, eof
}

// appendCalls appends what stands for the calls that were inlined into each other at a return address.
func appendCalls[T uint64 | uintptr](data []T, pc uintptr) []T {
	p := placeOf(pc, false)
	for depth := uintptr(0); ; depth++ {
		if !p.isHidden() || p.flags()&flagNative != 0 {
			data = append(data, T(pc|depth<<depthShift))
		}
		if !p.isInlined() {
			return data
		}
		p = p.outer()
	}
}
