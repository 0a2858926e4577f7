package p; import "a"; import ("b"; "c")
func f() { x := 1; y++; return }
func g() (int) { for ;; {}; { ; }; L: ; goto L }
func h() {
	x := a /* one
	two */
	y := b /* one line */ + c
	return /* three
	four */ z
}
func noBody()
func args(
	a int,
	b,
	c string,
) {
	f(
		1,
		2,
	)
}
type T struct { a int; b string }
type I interface { m(); n(int) string }
var fn = func() { return }
