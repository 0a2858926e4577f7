package p

type point struct {
	x, y int
	name string
}

var origin = point{name: "origin"}
var list = []*point{&origin, {1, 2, "other"}}
var any1 any = point{}
var funcs = []func() int{func() int { return 1 }}
