// Goroutines move pointers about by every means there is, while the collector marks. All objects carry a check.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unique"
	"unsafe"
	"weak"
)

type obj struct {
	self  uintptr
	check uint64
	left  *obj
	right *obj
	any   any
	more  []*obj
	name  string
}

const magic = 0x5a5a1234deadbeef

func mk() *obj {
	o := &obj{}
	o.self = uintptr(unsafe.Pointer(o))
	o.check = magic ^ uint64(o.self)
	o.name = strconv.Itoa(int(o.self & 0xffff))
	return o
}

func (o *obj) ok() {
	if o == nil {
		return
	}
	if o.self != uintptr(unsafe.Pointer(o)) || o.check != magic^uint64(o.self) || o.name != strconv.Itoa(int(o.self&0xffff)) {
		panic(fmt.Sprintf("damaged %p %x %x %q", o, o.self, o.check, o.name))
	}
}

type pair struct{ a, b *obj }
type big struct {
	pad [3]int
	P   [6]*obj
	s   []*obj
}

var (
	slots  [256]atomic.Pointer[obj]
	vals   [16]atomic.Value
	sm     sync.Map
	pool   = sync.Pool{New: func() any { return mk() }}
	global [32]*obj
	gmu    sync.Mutex
)

func worker(id int, steps int, ch chan *obj, un chan pair, wg *sync.WaitGroup) {
	defer wg.Done()
	r := rand.New(rand.NewSource(int64(id)))
	m := map[int]*obj{}
	mp := map[string]pair{}
	mk2 := map[*obj]any{}
	var sl []*obj
	st := &big{}
	arr := make([]big, 4)
	var ifs []any
	var hold [8]*obj
	w := map[int]weak.Pointer[obj]{}
	pick := func() *obj {
		switch r.Intn(8) {
		case 0:
			return slots[r.Intn(len(slots))].Load()
		case 1:
			return m[r.Intn(100)]
		case 2:
			if len(sl) > 0 {
				return sl[r.Intn(len(sl))]
			}
		case 3:
			return st.P[r.Intn(6)]
		case 4:
			return hold[r.Intn(8)]
		case 5:
			return mk()
		case 6:
			if o := hold[r.Intn(8)]; o != nil {
				o.ok()
				return o.left
			}
		}
		return mk()
	}
	for i := range steps {
		o := pick()
		o.ok()
		switch r.Intn(30) {
		case 0:
			slots[r.Intn(len(slots))].Store(o)
		case 1:
			slots[r.Intn(len(slots))].Swap(o).ok()
		case 2:
			k := r.Intn(len(slots))
			old := slots[k].Load()
			slots[k].CompareAndSwap(old, o)
			old.ok()
		case 3:
			m[r.Intn(100)] = o
		case 4:
			delete(m, r.Intn(100))
		case 5:
			sl = append(sl, o)
			if len(sl) > 300 {
				sl = sl[r.Intn(200):]
			}
		case 6:
			if len(sl) > 4 {
				copy(sl[1:], sl)
				sl[0] = o
			}
		case 7:
			select {
			case ch <- o:
			case x := <-ch:
				x.ok()
				hold[r.Intn(8)] = x
			default:
			}
		case 8:
			select {
			case un <- pair{o, o}:
			case p := <-un:
				p.a.ok()
				hold[1] = p.b
			case <-time.After(time.Microsecond * 20):
			}
		case 9:
			st.P[r.Intn(6)] = o
			arr[r.Intn(4)] = *st
		case 10:
			*st = arr[r.Intn(4)]
			for _, p := range st.P {
				p.ok()
			}
		case 11:
			func() {
				defer func(p *obj) {
					p.ok()
					recover()
					hold[2] = p
				}(o)
				x := o
				o = nil
				if r.Intn(2) == 0 {
					panic(x)
				}
			}()
		case 12:
			v := reflect.ValueOf(st).Elem().Field(1).Index(r.Intn(6))
			v.Set(reflect.ValueOf(o))
		case 13:
			if len(sl) > 1 {
				reflect.Swapper(sl)(0, len(sl)/2)
			}
		case 14:
			sm.Store(r.Intn(50), o)
		case 15:
			if x, ok := sm.Load(r.Intn(50)); ok {
				x.(*obj).ok()
				hold[3], _ = x.(*obj)
			}
		case 16:
			p := pool.Get().(*obj)
			p.ok()
			pool.Put(mk())
			hold[4] = p
		case 17:
			if o != nil && id == 0 {
				k := r.Intn(64)
				if x := w[k].Value(); x != nil {
					x.ok()
					hold[5] = x
				}
				w[k] = weak.Make(o)
			} else {
				k := r.Intn(64)
				if x := w[k].Value(); x != nil {
					x.ok()
					hold[6] = x
				}
				if o != nil {
					w[k] = weak.Make(o)
				}
			}
		case 18:
			h := unique.Make(strconv.Itoa(r.Intn(1000)))
			if h.Value() == "" {
				panic("unique")
			}
		case 19:
			n := mk()
			n.left = o
			runtime.SetFinalizer(n, func(n *obj) {
				n.ok()
				n.left.ok()
				slots[int(n.check>>8)%len(slots)].Store(n.left)
			})
		case 20:
			ifs = append(ifs, o, *st, pair{o, hold[0]})
			if len(ifs) > 100 {
				ifs = append([]any(nil), ifs[50:]...)
			}
			hold[0] = o
		case 21:
			if len(ifs) > 2 {
				if x, ok := ifs[r.Intn(len(ifs))].(pair); ok {
					x.a.ok()
					x.b.ok()
				}
			}
		case 22:
			mp[strconv.Itoa(r.Intn(200))] = pair{o, hold[1]}
			if r.Intn(50) == 0 {
				clear(mp)
			}
		case 23:
			for _, p := range mp {
				p.a.ok()
				p.b.ok()
				hold[7] = p.a
				break
			}
		case 24:
			if h := hold[r.Intn(8)]; h != nil && h != o {
				gmu.Lock()
				h.left, h.right = h.right, nil
				gmu.Unlock()
			}
		case 25:
			n := mk()
			n.left, n.right = o, hold[0]
			n.any = pair{o, o}
			n.more = append(n.more, sl...)
			hold[r.Intn(8)] = n
		case 26:
			gmu.Lock()
			k := r.Intn(32)
			global[k], hold[0] = o, global[k]
			gmu.Unlock()
			hold[0].ok()
		case 27:
			sort.Slice(sl, func(i, j int) bool { return uintptr(unsafe.Pointer(sl[i])) < uintptr(unsafe.Pointer(sl[j])) })
		case 28:
			if o != nil {
				mk2[o] = []*obj{o}
				if len(mk2) > 50 {
					clear(mk2)
				}
			}
			vals[r.Intn(16)].Store([]*obj{o})
			if x := vals[r.Intn(16)].Load(); x != nil {
				x.([]*obj)[0].ok()
			}
		case 29:
			time.AfterFunc(time.Microsecond*time.Duration(r.Intn(200)), func() { o.ok() })
			if len(sl) > 0 {
				clear(sl[:len(sl)/3])
			}
		}
		if o != nil && i%64 == 0 {
			// No long chains.
			gmu.Lock()
			o.left, o.right = nil, nil
			gmu.Unlock()
		}
	}
	for k, o := range m {
		o.ok()
		_ = k
	}
	for o := range mk2 {
		o.ok()
	}
}

func main() {
	steps := 20_000
	if len(os.Args) > 1 {
		steps, _ = strconv.Atoi(os.Args[1])
	}
	// Something to mark, so that it takes a while.
	var ballast []*obj
	for range 20000 {
		ballast = append(ballast, mk())
	}
	ch := make(chan *obj, 64)
	un := make(chan pair)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Add(1)
		go worker(i, steps, ch, un, &wg)
	}
	wg.Wait()
	for _, o := range ballast {
		o.ok()
	}
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Println(ms.NumGC > 0, ms.Mallocs > 20_000)
}
