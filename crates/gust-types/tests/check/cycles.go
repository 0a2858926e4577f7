package test

type T0 T0 // ERROR "invalid recursive type: T0 refers to itself"

type (
	T1 T2 // ERROR "invalid recursive type T1 | 6: T1 refers to T2 | 7: T2 refers to T1"
	T2 T1
)

type S1 struct{ s S1 } // ERROR "invalid recursive type: S1 refers to itself"

type (
	S2 struct{ s [4]S3 } // ERROR "invalid recursive type S2 | 13: S2 refers to S3 | 14: S3 refers to S2"
	S3 struct{ s S2 }
)

type ok struct {
	p *ok
	s []ok
	f func(ok) ok
	m map[string]ok
}

type I1 interface{ I2 } // ERROR "invalid recursive type I1 | 24: I1 refers to I2 | 25: I2 refers to I1"
type I2 interface{ I1 }

type A1 = A2 // ERROR "invalid recursive type A1 | 27: A1 refers to A2 | 28: A2 refers to A1"
type A2 = A1

type G[P any] struct{ g *G[P] }
type H[P any] struct{ g H[P] } // ERROR "invalid recursive type: H refers to itself"

var x = y // ERROR "initialization cycle for x | 33: x refers to y | 34: y refers to f | 35: f refers to x"
var y = f()
func f() int { return x }

var z int = z // ERROR "initialization cycle: z refers to itself"

const c = d // ERROR "initialization cycle for c | 39: c refers to d | 40: d refers to c"
const d = c

// Values of a type in error can still be looked into.
type Rec[P any] struct {
	self Rec[P] // ERROR "invalid recursive type: Rec refers to itself"
}

func (r Rec[P]) m() Rec[P] { return r }

var rec Rec[int]
var _ string = rec.self.self.m().m // ERROR "cannot use rec.self.self.m().m (value of type func() Rec[int]) as string value in variable declaration"
