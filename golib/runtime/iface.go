package runtime

import (
	"internal/abi"
	"unsafe"
)

// An itab exists once per interface type and concrete type. Those that the compiler made and those made here are in
// one hash table that is read without lock. Tables only grow; a reader that misses an entry looks again under the lock.

type itabTable struct {
	mask    uintptr
	used    uintptr
	entries []unsafe.Pointer // *abi.ITab; open addressing
}

var itabs struct {
	mu    spinlock
	table unsafe.Pointer // *itabTable
}

func itabHash(inter, t *abi.Type) uintptr {
	h := uint64(inter.Hash)<<32 | uint64(t.Hash)
	return uintptr(h * 0x9e3779b97f4a7c15 >> 32)
}

func (t *itabTable) find(inter, dynamic *abi.Type) *abi.ITab {
	for i := itabHash(inter, dynamic); ; i++ {
		tab := (*abi.ITab)(loadPointer(&t.entries[i&t.mask]))
		if tab == nil {
			return nil
		}
		if tab.Type == dynamic && unsafe.Pointer(tab.Inter) == unsafe.Pointer(inter) {
			return tab
		}
	}
}

func (t *itabTable) add(tab *abi.ITab) {
	for i := itabHash(&tab.Inter.Type, tab.Type); ; i++ {
		at := &t.entries[i&t.mask]
		old := (*abi.ITab)(*at)
		if old == nil {
			storePointer(at, unsafe.Pointer(tab))
			t.used++
			return
		}
		if old.Type == tab.Type && old.Inter == tab.Inter {
			return
		}
	}
}

func newItabTable(room uintptr) *itabTable {
	size := uintptr(64)
	for size < room*2 {
		size *= 2
	}
	return &itabTable{mask: size - 1, entries: make([]unsafe.Pointer, size)}
}

// fillItabs makes the table of the compiler's itabs.
func fillItabs() {
	start, end := itablinkBounds()
	n := (uintptr(end) - uintptr(start)) / 8
	t := newItabTable(n)
	for i := uintptr(0); i < n; i++ {
		t.add(*(**abi.ITab)(add(start, i*8)))
	}
	storePointer(&itabs.table, unsafe.Pointer(t))
}

// getItab finds or makes an itab. One whose type does not implement the interface has no first method.
func getItab(inter *abi.InterfaceType, t *abi.Type) *abi.ITab {
	if tab := (*itabTable)(loadPointer(&itabs.table)).find(&inter.Type, t); tab != nil {
		return tab
	}
	size := unsafe.Sizeof(abi.ITab{}) + uintptr(len(inter.Methods)-1)*8
	tab := (*abi.ITab)(newPersistent(size))
	tab.Inter = inter
	tab.Type = t
	tab.Hash = t.Hash
	fillMethods(tab)
	itabs.mu.lock()
	table := (*itabTable)(itabs.table)
	if old := table.find(&inter.Type, t); old != nil {
		itabs.mu.unlock()
		return old
	}
	if table.used*4 >= (table.mask+1)*3 {
		larger := newItabTable(table.used * 2)
		for _, p := range table.entries {
			if p != nil {
				larger.add((*abi.ITab)(p))
			}
		}
		table = larger
		storePointer(&itabs.table, unsafe.Pointer(table))
	}
	table.add(tab)
	itabs.mu.unlock()
	return tab
}

// newPersistent is zeroed memory without pointers to the heap that matter. It is reachable from the itab table, which
// never shrinks.
func newPersistent(size uintptr) unsafe.Pointer {
	words := make([]unsafe.Pointer, (size+7)/8)
	return unsafe.Pointer(&words[0])
}

// fillMethods looks up the interface's methods in the type: both lists are in the same order. It gives the name of the
// first method that is missing.
func fillMethods(tab *abi.ITab) (missing string) {
	u := tab.Type.Uncommon()
	var have []abi.Method
	if u != nil {
		have = unsafe.Slice((*abi.Method)(add(unsafe.Pointer(u), uintptr(u.Moff))), int(u.Mcount))
	}
	funs := unsafe.Slice(&tab.Fun[0], len(tab.Inter.Methods))
	first := uintptr(0)
	for k := range tab.Inter.Methods {
		want := &tab.Inter.Methods[k]
		name := nameAt(want.Name)
		found := false
		for len(have) > 0 && !found {
			m := &have[0]
			have = have[1:]
			if (m.Mtyp == want.Typ || typeAt(m.Mtyp) == typeAt(want.Typ)) && sameMethodName(name, nameAt(m.Name), tab, u) {
				code := resolve(int32(m.Ifn))
				if code == nil {
					code = unsafe.Pointer(abi.FuncPCABI0(unreachableMethod))
				}
				if k == 0 {
					first = uintptr(code)
				} else {
					funs[k] = uintptr(code)
				}
				found = true
			}
		}
		if !found {
			return name.Name()
		}
	}
	// The first one is what tells that the type implements the interface.
	tab.Fun[0] = first
	return ""
}

func sameMethodName(want, have abi.Name, tab *abi.ITab, u *abi.UncommonType) bool {
	if want.Name() != have.Name() {
		return false
	}
	if want.IsExported() {
		return true
	}
	path := namePackage(want)
	if path == "" {
		path = tab.Inter.PkgPath.Name()
	}
	other := namePackage(have)
	if other == "" {
		other = nameAt(u.PkgPath).Name()
	}
	return path == other
}

// typeAssert is the itab for an assertion to an interface type with methods, which panics if it fails.
func typeAssert(inter *abi.InterfaceType, t *abi.Type) *abi.ITab {
	if t == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	tab := getItab(inter, t)
	if tab.Fun[0] == 0 {
		panic(&TypeAssertionError{nil, t, &inter.Type, fillMethods(tab)})
	}
	return tab
}

func assertE2I2(inter *abi.InterfaceType, t *abi.Type) *abi.ITab {
	if t == nil {
		return nil
	}
	tab := getItab(inter, t)
	if tab.Fun[0] == 0 {
		return nil
	}
	return tab
}

//go:linkname reflect_ifaceE2I reflect.ifaceE2I
func reflect_ifaceE2I(inter *abi.InterfaceType, src any, dst *abi.NonEmptyInterface) {
	t := efaceType(src)
	if t == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	dst.ITab = typeAssert(inter, t)
	dst.Data = (*abi.EmptyInterface)(unsafe.Pointer(&src)).Data
}

//go:linkname reflectlite_ifaceE2I internal/reflectlite.ifaceE2I
func reflectlite_ifaceE2I(inter *abi.InterfaceType, src any, dst *abi.NonEmptyInterface) {
	reflect_ifaceE2I(inter, src, dst)
}

// efaceType is the dynamic type of v.
func efaceType(v any) *abi.Type {
	return (*abi.EmptyInterface)(unsafe.Pointer(&v)).Type
}

// efaceData is the address of the value in v, which is not a pointer-shaped one.
func efaceData(v any) unsafe.Pointer {
	return (*abi.EmptyInterface)(unsafe.Pointer(&v)).Data
}
