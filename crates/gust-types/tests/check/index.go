package test

type list []string
type array [4]int

func indices(i int, f float64, s string, l list, a array, p *array, m map[string]int, pp **array, ch chan int) {
	_ = s[0]
	_ = s[i] + "a" // ERROR "invalid operation: s[i] + \"a\" (mismatched types byte and untyped string)"
	_ = "abc"[3] // ERROR "invalid argument: index 3 out of bounds [0:3]"
	_ = "abc"[2]
	_ = l[0]
	_ = l[-1] // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = l[1.0]
	_ = l[1.5] // ERROR "1.5 (untyped float constant) truncated to int"
	_ = l["a"] // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	_ = l[f] // ERROR "invalid argument: index f (variable of type float64) must be integer"
	_ = l[1<<70] // ERROR "1 << 70 (untyped int constant 1180591620717411303424) overflows int"
	_ = a[4] // ERROR "invalid argument: index 4 out of bounds [0:4]"
	_ = a[3]
	_ = p[4] // ERROR "invalid argument: index 4 out of bounds [0:4]"
	_ = pp[0] // ERROR "cannot index pp (variable of type **array)"
	_ = m["a"]
	_ = m[0] // ERROR "cannot use 0 (untyped int constant) as string value in map index"
	_ = m[i] // ERROR "cannot use i (variable of type int) as string value in map index"
	_ = i[0] // ERROR "cannot index i (variable of type int)"
	_ = ch[0] // ERROR "cannot index ch (variable of type chan int)"
	_ = nil[0] // ERROR "cannot index nil"
	_ = l[i, i] // ERROR "invalid operation: more than one index"
	_ = array{}[0]
	s[0] = 'a' // ERROR "cannot assign to s[0] (neither addressable nor a map index expression)"
	array{}[0] = 1 // ERROR "cannot assign to array{}[0] (neither addressable nor a map index expression)"
	m["a"] = "b" // ERROR "cannot use \"b\" (untyped string constant) as int value in assignment"
	m["a"]++
	_ = &m["a"] // ERROR "invalid operation: cannot take address of m[\"a\"] (map index expression of type int)"
	_ = &s[0] // ERROR "invalid operation: cannot take address of s[0] (value of type byte)"
	_ = &l[0]
	_ = &array{}[0] // ERROR "invalid operation: cannot take address of array{}[0] (value of type int)"
	v, ok := m["a"]
	w, no := l[0] // ERROR "assignment mismatch: 2 variables but 1 value"
	_, _, _, _ = v, ok, w, no
	_ = indices[0] // ERROR "cannot index indices (value of type func(i int, f float64, s string, l list, a array, p *array, m map[string]int, pp **array, ch chan int))"
	_ = len[0] // ERROR "cannot index len (built-in)"
	_ = list[0] // ERROR "invalid operation: list[0] (list is not a generic type)"
}

func slices(i int, s string, l list, a array, p *array, m map[string]int) {
	_ = s[1:2]
	_ = s[1:2:3] // ERROR "invalid operation: 3-index slice of string"
	_ = s[2:1] // ERROR "invalid slice indices: 1 < 2"
	_ = "abc"[1:4] // ERROR "invalid argument: index 4 out of bounds [0:4]"
	_ = "abc"[1:3] == 'b' // ERROR "invalid operation: \"abc\"[1:3] == 'b' (mismatched types string and untyped rune)"
	_ = l[:]
	_ = l[1:i:2]
	_ = l[3:i:2] // ERROR "invalid slice indices: 2 < 3"
	_ = l[3:2] // ERROR "invalid slice indices: 2 < 3"
	_ = l[-1:] // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = l["a":] // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	_ = l[1.0:2.5] // ERROR "2.5 (untyped float constant) truncated to int"
	_ = a[1:5] // ERROR "invalid argument: index 5 out of bounds [0:5]"
	_ = a[:4:4]
	_ = p[4:5] // ERROR "invalid argument: index 5 out of bounds [0:5]"
	_ = p[2:1:0] // ERROR "invalid slice indices: 1 < 2"
	_ = array{}[:] // ERROR "cannot slice unaddressable value array{} (value of array type array)"
	_ = m[:] // ERROR "cannot slice m (variable of type map[string]int)"
	_ = i[1:] // ERROR "cannot slice i (variable of type int)"
	_ = nil[:] // ERROR "cannot slice nil"
	var _ []int = l[:] // ERROR "cannot use l[:] (value of slice type list) as []int value in variable declaration"
	var _ int = s[:] // ERROR "cannot use s[:] (value of type string) as int value in variable declaration"
	s[:] = "a" // ERROR "cannot assign to s[:] (neither addressable nor a map index expression)"
}

func generic[A [3]int | *[4]int, S ~[]byte | ~string, B []byte | [2]byte, M map[string]int | []int, T map[int]string | map[int]string, E any](a A, s S, b B, m M, t T, e E) { // ERROR "overlapping terms map[int]string and map[int]string"
	_ = a[2]
	_ = a[3] // ERROR "invalid argument: index 3 out of bounds [0:3]"
	a[0] = 1
	_ = s[0]
	s[0] = 1 // ERROR "cannot assign to s[0] (neither addressable nor a map index expression)"
	_ = b[1]
	_ = b[2]
	b[0] = 1
	_ = m[0] // ERROR "cannot index m (variable of type M constrained by map[string]int | []int)"
	_ = t[0] + "a"
	_ = t["a"] // ERROR "cannot use \"a\" (untyped string constant) as int value in map index"
	_ = e[0] // ERROR "cannot index e (variable of type E constrained by any)"
	_ = a[:] // ERROR "cannot slice a (variable of type A constrained by [3]int | *[4]int): [3]int and *[4]int have different underlying types"
	_ = s[1:]
	_ = s[1:2:3] // ERROR "invalid operation: 3-index slice of string"
	_ = b[:] // ERROR "cannot slice b (variable of type B constrained by []byte | [2]byte): []byte and [2]byte have different underlying types"
	_ = m[:] // ERROR "cannot slice m (variable of type M constrained by map[string]int | []int): map[string]int and []int have different underlying types"
	_ = e[:] // ERROR "cannot slice e (variable of type E constrained by any): no specific type in E"
}
