// lang: go1.17
package test

func id[T any](x T) T { return x } // ERROR "predeclared any requires go1.18 or later (-lang was set to go1.17; check go.mod)" "type parameter requires go1.18 or later (-lang was set to go1.17; check go.mod)"

func _() {
	id(1) // ERROR "implicit function instantiation requires go1.18 or later (-lang was set to go1.17; check go.mod)"
	id[int](1) // ERROR "function instantiation requires go1.18 or later (-lang was set to go1.17; check go.mod)"
	_ = id[int] // ERROR "function instantiation requires go1.18 or later (-lang was set to go1.17; check go.mod)"
	for range 10 { // ERROR "cannot range over 10 (untyped int constant): requires go1.22 or later (-lang was set to go1.17; check go.mod)"
	}
	for range func(func() bool) {} { // ERROR "cannot range over func(func() bool) {} (value of type func(func() bool)): requires go1.23 or later (-lang was set to go1.17; check go.mod)"
	}
}
