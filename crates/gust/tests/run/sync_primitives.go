// Package sync under contention.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func mutexes() {
	var mu sync.Mutex
	n := 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 1000 {
				mu.Lock()
				n++
				if i%64 == 0 {
					runtime.Gosched()
				}
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println("mutex", n, mu.TryLock(), mu.TryLock())
}

func rwmutexes() {
	var mu sync.RWMutex
	var readers, writers atomic.Int32
	values := map[int]int{}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 300 {
				mu.Lock()
				if writers.Add(1) != 1 || readers.Load() != 0 {
					panic("writer not alone")
				}
				values[w*1000+i] = i
				writers.Add(-1)
				mu.Unlock()
			}
		}()
	}
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 300 {
				mu.RLock()
				readers.Add(1)
				if writers.Load() != 0 {
					panic("reader beside writer")
				}
				_ = values[1]
				readers.Add(-1)
				mu.RUnlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println("rwmutex", len(values))
}

func conds() {
	var mu sync.Mutex
	notEmpty, notFull := sync.NewCond(&mu), sync.NewCond(&mu)
	var queue []int
	const limit, n = 3, 2000
	var wg sync.WaitGroup
	var sum atomic.Int64
	for p := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n {
				mu.Lock()
				for len(queue) == limit {
					notFull.Wait()
				}
				queue = append(queue, p*n+i)
				mu.Unlock()
				notEmpty.Signal()
			}
		}()
	}
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range n {
				mu.Lock()
				for len(queue) == 0 {
					notEmpty.Wait()
				}
				v := queue[0]
				queue = queue[1:]
				mu.Unlock()
				notFull.Signal()
				sum.Add(int64(v))
			}
		}()
	}
	wg.Wait()
	fmt.Println("cond", sum.Load())

	ready := false
	c := sync.NewCond(&mu)
	for range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			for !ready {
				c.Wait()
			}
			mu.Unlock()
		}()
	}
	runtime.Gosched()
	mu.Lock()
	ready = true
	mu.Unlock()
	c.Broadcast()
	wg.Wait()
	fmt.Println("broadcast")
}

func others() {
	var once sync.Once
	var calls atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { once.Do(func() { calls.Add(1) }) })
	}
	wg.Wait()
	fmt.Println("once", calls.Load())

	var m sync.Map
	for i := range 16 {
		wg.Go(func() {
			for j := range 200 {
				m.LoadOrStore(j, i)
				if v, ok := m.Load(j); !ok || v.(int) > 15 {
					panic("map")
				}
			}
		})
	}
	wg.Wait()
	count := 0
	m.Range(func(k, v any) bool { count++; return true })
	fmt.Println("map", count)

	pool := sync.Pool{New: func() any { return new([64]byte) }}
	for range 8 {
		wg.Go(func() {
			for range 500 {
				b := pool.Get().(*[64]byte)
				for _, x := range b {
					if x != 0 {
						panic("pool item in use")
					}
				}
				b[5] = 1
				runtime.Gosched()
				b[5] = 0
				pool.Put(b)
			}
		})
	}
	runtime.GC()
	wg.Wait()
	value := sync.OnceValue(func() int { calls.Add(1); return 42 })
	fmt.Println("pool", value(), value(), calls.Load())
}

func main() {
	mutexes()
	rwmutexes()
	conds()
	others()
	defer func() { fmt.Println(recover()) }()
	var wg sync.WaitGroup
	wg.Done()
}
