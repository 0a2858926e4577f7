// lang: go1.20
package test

func id[T any](x T) T            { return x }
func call[T any](f func(T) T)    {}
func plain(f func(int) int)      {}
func two[A, B any](a A) (b B)    { return }
func both[T any](x, y T)         {}

var f func(int) int = id // ERROR "implicitly instantiated function in assignment requires go1.21 or later (-lang was set to go1.20; check go.mod)"
var g func(int) string = two[int] // ERROR "partially instantiated function in assignment requires go1.21 or later (-lang was set to go1.20; check go.mod)"

func _() {
	plain(id) // ERROR "implicitly instantiated function as argument requires go1.21 or later (-lang was set to go1.20; check go.mod)"
	call(id[int])
	call(id) // ERROR "implicitly instantiated function as argument requires go1.21 or later (-lang was set to go1.20; check go.mod)" "in call to call, cannot infer T (declared at :5:11)"
	both(1, 2.5)
	for range 10 { // ERROR "cannot range over 10 (untyped int constant): requires go1.22 or later (-lang was set to go1.20; check go.mod)"
	}
	for range func(func() bool) {} { // ERROR "cannot range over func(func() bool) {} (value of type func(func() bool)): requires go1.23 or later (-lang was set to go1.20; check go.mod)"
	}
}
