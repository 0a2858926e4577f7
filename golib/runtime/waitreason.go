package runtime

// A waitReason says why a goroutine waits. The Rust half (sched/mod.rs) knows the numbers.
type waitReason uint8

const (
	waitReasonZero                  waitReason = 0
	waitReasonSemacquire            waitReason = 13
	waitReasonSyncMutexLock         waitReason = 22
	waitReasonSyncRWMutexRLock      waitReason = 23
	waitReasonSyncRWMutexLock       waitReason = 24
	waitReasonSyncWaitGroupWait     waitReason = 25
	waitReasonSynctestWaitGroupWait waitReason = 45
)

var waitReasonStrings = [...]string{
	1:  "GC assist marking",
	2:  "IO wait",
	3:  "dumping heap",
	4:  "garbage collection",
	5:  "garbage collection scan",
	6:  "panicwait",
	7:  "GC assist wait",
	8:  "GC sweep wait",
	9:  "GC scavenge wait",
	10: "finalizer wait",
	11: "force gc (idle)",
	12: "GOMAXPROCS updater (idle)",
	13: "semacquire",
	14: "sleep",
	15: "chan receive (nil chan)",
	16: "chan send (nil chan)",
	17: "select (no cases)",
	18: "select",
	19: "chan receive",
	20: "chan send",
	21: "sync.Cond.Wait",
	22: "sync.Mutex.Lock",
	23: "sync.RWMutex.RLock",
	24: "sync.RWMutex.Lock",
	25: "sync.WaitGroup.Wait",
	26: "trace reader (blocked)",
	27: "wait for GC cycle",
	28: "GC worker (idle)",
	29: "GC worker (active)",
	30: "preempted",
	31: "debug call",
	32: "GC mark termination",
	33: "stopping the world",
	34: "flushing proc caches",
	35: "trace goroutine status",
	36: "trace proc status",
	37: "page trace flush",
	38: "coroutine",
	39: "GC weak to strong wait",
	40: "synctest.Run",
	41: "synctest.Wait",
	42: "chan receive (durable)",
	43: "chan send (durable)",
	44: "select (durable)",
	45: "sync.WaitGroup.Wait (durable)",
	46: "cleanup wait",
}

// String is the text that traces show.
func (w waitReason) String() string {
	if int(w) >= len(waitReasonStrings) {
		return "unknown wait reason"
	}
	return waitReasonStrings[w]
}
