package test

type point struct{ x, y int }
type line struct {
	from, to point
	*point
}
type table map[string][]point
type matrix [2][3]int

var (
	_ = point{1, 2}
	_ = point{1} // ERROR "too few values in struct literal of type point"
	_ = point{1, 2, 3} // ERROR "too many values in struct literal of type point"
	_ = point{x: 1}
	_ = point{x: 1, 2} // ERROR "mixture of field:value and value elements in struct literal"
	_ = point{1, y: 2} // ERROR "mixture of field:value and value elements in struct literal"
	_ = point{x: 1, x: 2} // ERROR "duplicate field name x in struct literal"
	_ = point{z: 1} // ERROR "unknown field z in struct literal of type point"
	_ = point{X: 1} // ERROR "unknown field X in struct literal of type point, but does have x"
	_ = point{"a", 2} // ERROR "cannot use \"a\" (untyped string constant) as int value in struct literal"
	_ = point{x: "a"} // ERROR "cannot use \"a\" (untyped string constant) as int value in struct literal"
	_ = point{1: 2} // ERROR "invalid field name 1 in struct literal"
	_ = &point{}
	_ = line{point: &point{}, from: point{}}
	_ = line{from: {1, 2}} // ERROR "missing type in composite literal"
	_ = line{from.x: 1} // ERROR "invalid field name from.x in struct literal"
	_ = *point{} // ERROR "invalid operation: cannot indirect point{} (value of struct type point)"
	_ = undefined{1, two()} // ERROR "undefined: undefined"
)

var (
	_ = [2]int{1, 2}
	_ = [2]int{1, 2, 3} // ERROR "index 2 is out of bounds (>= 2)"
	_ = [2]int{5: 1} // ERROR "invalid argument: index 5 out of bounds [0:2]"
	_ = [2]int{-1: 1} // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = [2]int{1: 1, 2} // ERROR "index 2 is out of bounds (>= 2)"
	_ = [...]int{4: 1, 2}
	_ = [...]int{1, 0: 2} // ERROR "duplicate index 0 in array or slice literal"
	_ = []int{1, 1.5, "a"} // ERROR "cannot use \"a\" (untyped string constant) as int value in array or slice literal" "cannot use 1.5 (untyped float constant) as int value in array or slice literal (truncated)"
	_ = []int{"a": 1} // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	_ = []int{1.5: 1} // ERROR "1.5 (untyped float constant) truncated to int"
	_ = []int{index: 1} // ERROR "index index must be integer constant"
	_ = [][]int{{1}, {2, "a"}, nil} // ERROR "cannot use \"a\" (untyped string constant) as int value in array or slice literal"
	_ = []*point{{1, 2}, &point{}, {3}} // ERROR "too few values in struct literal of type point"
	_ = []int{{1}} // ERROR "invalid composite literal element type int"
	_ = matrix{{1, 2, 3}, {4: 1}} // ERROR "invalid argument: index 4 out of bounds [0:3]"
	_ = [...]string{"a"} == [1]string{"b"}
	_ [3]int = [...]int{2: 0, 1} // ERROR "cannot use [...]int{…} (value of type [4]int) as [3]int value in variable declaration"
)

var (
	_ = map[string]int{"a": 1, "b": 2, "a": 3} // ERROR "duplicate key \"a\" in map literal"
	_ = map[float64]int{1: 1, 1.0: 2, 1 + 0i: 3} // ERROR "duplicate key 1 in map literal"
	_ = map[any]int{1: 1, 1.0: 2, "1": 3, int64(1): 4, int(1): 5} // ERROR "duplicate key 1 in map literal"
	_ = map[string]int{"a"} // ERROR "missing key in map literal"
	_ = map[string]int{1: 1} // ERROR "cannot use 1 (untyped int constant) as string value in map literal"
	_ = map[point]int{{1, 2}: 1, {1, 2}: 2}
	_ = map[*point]string{{1, 2}: "a", nil: 'b'} // ERROR "cannot use 'b' (untyped rune constant 98) as string value in map literal"
	_ = table{"a": {{1, 2}, {1}}} // ERROR "too few values in struct literal of type point"
	_ = map[bool]int{true: 1, !false: 2} // ERROR "duplicate key true in map literal"
	_ = map[[]int]int{} // ERROR "invalid map key type []int"
)

var (
	_ = int{} // ERROR "invalid composite literal type int"
	_ = int{1} // ERROR "invalid composite literal type int"
)

var index = 1

func two() (int, int)

func generic[P point, S ~[]int, Q []int | [2]int, M map[string]int]() {
	_ = P{1, 2}
	_ = P{z: 1} // ERROR "unknown field z in struct literal of type P"
	_ = S{1, "a"} // ERROR "cannot use \"a\" (untyped string constant) as int value in array or slice literal"
	_ = Q{1} // ERROR "invalid composite literal type Q (no common underlying type)"
	_ = M{"a": 1, "a": 2} // ERROR "duplicate key \"a\" in map literal"
	_ = []S{{1}}
	_ = []Q{{1}} // ERROR "invalid composite literal element type Q (no common underlying type)"
}
