package test

import "unsafe"

// What may stand in interfaces.

type Methods interface {
	m()
	m() // ERROR "duplicate method m | 8: other declaration of method m"
	_() // ERROR "methods must have a unique non-blank name"
	n(int)
}

type I1 interface{ m(int) }
type I2 interface{ m(string) }
type I3 interface{ m(int) }

type clash interface {
	I1
	I2 // ERROR "duplicate method m | 19: other declaration of method m"
}
type agree interface {
	I1
	I3
}
type explicit interface {
	I1
	m(int)
}

type MyInt int
type MyFloat float64

type terms interface {
	~int | ~string
	~MyInt // ERROR "invalid use of ~ (underlying type of MyInt is int)"
	~I1 // ERROR "invalid use of ~ (I1 is an interface)"
	~unsafe.Pointer
	~error // ERROR "invalid use of ~ (error is an interface)"
	~[]byte | []byte // ERROR "overlapping terms []byte and ~[]byte"
	int | int // ERROR "overlapping terms int and int"
	int | ~int // ERROR "overlapping terms ~int and int"
	MyInt | ~int // ERROR "overlapping terms ~int and test.MyInt"
	~int | MyInt | float64 // ERROR "overlapping terms test.MyInt and ~int"
	MyInt | int | MyFloat
	I1 | int // ERROR "cannot use test.I1 in union (test.I1 contains methods)"
	comparable | int // ERROR "cannot use comparable in union"
	interface{ comparable } | int // ERROR "cannot use interface{comparable} in union (interface{comparable} embeds comparable)"
	any | int
	interface{ ~int } | interface{ ~int }
}

type params[P any, Q interface{ ~int }] interface {
	P // ERROR "term cannot be a type parameter"
	~P // ERROR "type in term ~P cannot be a type parameter"
	P | int // ERROR "term cannot be a type parameter"
	int | ~Q // ERROR "type in term ~Q cannot be a type parameter"
	*P | []Q
}

func _[P int | Q, Q any, R ~P, S *P]() {} // ERROR "term cannot be a type parameter" "type in term ~P cannot be a type parameter"

// Constraint interfaces are no types of variables.
type Number interface{ ~int | ~float64 }
type Cmp interface{ comparable }
type Both interface {
	Number
	m()
}

var _ Number // ERROR "cannot use type Number outside a type constraint: interface contains type constraints"
var _ Cmp // ERROR "cannot use type Cmp outside a type constraint: interface is (or embeds) comparable"
var _ Both // ERROR "cannot use type Both outside a type constraint: interface contains type constraints"
var _ interface{ int } // ERROR "cannot use type interface{int} outside a type constraint: interface contains type constraints"
var _ comparable // ERROR "cannot use type comparable outside a type constraint: interface is (or embeds) comparable"
var _ []Number // ERROR "cannot use type Number outside a type constraint: interface contains type constraints"
var _ func(Number) Cmp // ERROR "cannot use type Cmp outside a type constraint: interface is (or embeds) comparable" "cannot use type Number outside a type constraint: interface contains type constraints"
var _ = func(x interface{ ~int }) {} // ERROR "cannot use type interface{~int} outside a type constraint: interface contains type constraints"
var _ = map[Cmp]Both{} // ERROR "cannot use type Both outside a type constraint: interface contains type constraints" "cannot use type Cmp outside a type constraint: interface is (or embeds) comparable"

type _ struct{ f Number } // ERROR "cannot use type Number outside a type constraint: interface contains type constraints"
type _ [3]Number // ERROR "cannot use type Number outside a type constraint: interface contains type constraints"
type _ Number

func _(x any) {
	_ = x.(Number) // ERROR "cannot use type Number outside a type constraint: interface contains type constraints"
	switch x.(type) {
	case Cmp: // ERROR "cannot use type Cmp outside a type constraint: interface is (or embeds) comparable"
	}
	_ = Number(x) // ERROR "cannot use interface Number in conversion (contains specific type constraints or is comparable)"
	_ = new(Number) // ERROR "cannot use type Number outside a type constraint: interface contains type constraints"
}

// Type sets are intersections.
type empty interface {
	int
	string
}
type onlyInt interface {
	int | string
	int | float64
}
type onlyMine interface {
	~int
	MyInt | MyFloat
}
type comparables interface {
	comparable
	int | []int | func() | string
}
type notComparable interface {
	comparable
	[]int
}

func fEmpty[P empty]()                 {}
func fInt[P onlyInt]()                 {}
func fMine[P onlyMine]()               {}
func fComparables[P comparables]()     {}
func fNotComparable[P notComparable]() {}

func _() {
	fEmpty[int]() // ERROR "cannot satisfy empty (empty type set)"
	fInt[int]()
	fInt[string]() // ERROR "string does not satisfy onlyInt (onlyInt mentions string, but string is not in the type set of onlyInt)"
	fInt[MyInt]() // ERROR "MyInt does not satisfy onlyInt (possibly missing ~ for int in onlyInt)"
	fMine[MyInt]()
	fMine[int]() // ERROR "int does not satisfy onlyMine (onlyMine mentions int, but int is not in the type set of onlyMine)"
	fMine[MyFloat]() // ERROR "MyFloat does not satisfy onlyMine (onlyMine mentions MyFloat, but MyFloat is not in the type set of onlyMine)"
	fComparables[int]()
	fComparables[[]int]() // ERROR "[]int does not satisfy comparables (comparables mentions []int, but []int is not in the type set of comparables)"
	fNotComparable[[]int]() // ERROR "cannot satisfy notComparable (empty type set)"
}

// Interfaces that embed themselves.
type self interface{ self } // ERROR "invalid recursive type: self refers to itself"
type left interface{ right } // ERROR "invalid recursive type left | 137: left refers to right | 138: right refers to left"
type right interface{ left }
type viaUnion interface{ int | viaUnion } // ERROR "invalid recursive type: viaUnion refers to itself"
