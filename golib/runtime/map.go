package runtime

import (
	"internal/abi"
	"internal/runtime/maps"
	"unsafe"
)

// Hooks of reflect for maps, which package internal/runtime/maps implements.

func mapaccess2(t *abi.MapType, m *maps.Map, key unsafe.Pointer) (unsafe.Pointer, bool)
func mapassign(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer

//go:linkname reflect_makemap reflect.makemap
func reflect_makemap(t *abi.MapType, hint int) *maps.Map {
	if t.Key.Equal == nil {
		throw("runtime.reflect_makemap: unsupported map key type")
	}
	return maps.NewMap(t, uintptr(max(hint, 0)), nil, maxAlloc)
}

//go:linkname reflect_mapaccess reflect.mapaccess
func reflect_mapaccess(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer {
	if elem, ok := mapaccess2(t, m, key); ok {
		return elem
	}
	return nil
}

//go:linkname reflect_mapaccess_faststr reflect.mapaccess_faststr
func reflect_mapaccess_faststr(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer {
	return reflect_mapaccess(t, m, unsafe.Pointer(&key))
}

//go:linkname reflect_mapassign reflect.mapassign0
func reflect_mapassign(t *abi.MapType, m *maps.Map, key, elem unsafe.Pointer) {
	typedmemmove(t.Elem, mapassign(t, m, key), elem)
}

//go:linkname reflect_mapassign_faststr reflect.mapassign_faststr0
func reflect_mapassign_faststr(t *abi.MapType, m *maps.Map, key string, elem unsafe.Pointer) {
	typedmemmove(t.Elem, mapassign(t, m, unsafe.Pointer(&key)), elem)
}

//go:linkname reflect_mapdelete reflect.mapdelete
func reflect_mapdelete(t *abi.MapType, m *maps.Map, key unsafe.Pointer) {
	m.Delete(t, key)
}

//go:linkname reflect_mapdelete_faststr reflect.mapdelete_faststr
func reflect_mapdelete_faststr(t *abi.MapType, m *maps.Map, key string) {
	m.Delete(t, unsafe.Pointer(&key))
}

//go:linkname reflect_maplen reflect.maplen
func reflect_maplen(m *maps.Map) int {
	if m == nil {
		return 0
	}
	return int(m.Used())
}

//go:linkname reflectlite_maplen internal/reflectlite.maplen
func reflectlite_maplen(m *maps.Map) int {
	return reflect_maplen(m)
}

//go:linkname reflect_mapclear reflect.mapclear
func reflect_mapclear(t *abi.MapType, m *maps.Map) {
	m.Clear(t)
}

//go:linkname mapclone maps.clone
func mapclone(v any) any {
	e := (*abi.EmptyInterface)(unsafe.Pointer(&v))
	e.Data = unsafe.Pointer((*maps.Map)(e.Data).Clone((*abi.MapType)(unsafe.Pointer(e.Type))))
	return v
}
