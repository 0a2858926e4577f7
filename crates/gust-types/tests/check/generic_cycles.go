package test

type Pair[P any] struct{ a, b P }
type Box[P any] struct{ in Pair[P] }
type Ptr[P any] struct{ p *P }

type S struct{ b Box[S] } // ERROR "invalid recursive type S | 7: S refers to Box | 7: Box refers to Pair | 4: Pair refers to S"
type R struct{ b Ptr[R] }

var _ Pair[Pair[Box[Ptr[R]]]]

type A[P any] struct{ b Pair[A[P]] } // ERROR "invalid recursive type A | 12: A refers to Pair | 12: Pair refers to A"
type X struct{ y Y } // ERROR "invalid recursive type X | 13: X refers to Y | 14: Y refers to X"
type Y struct{ x [2]X }
type Z struct{ y Y }

type D0[P any] struct{ a, b D1[P] }
type D1[P any] struct{ a, b D2[P] }
type D2[P any] struct{ a, b D3[P] }
type D3[P any] struct{ a, b D4[P] }
type D4[P any] struct{ a, b P }
type E struct{ d D0[E] } // ERROR "invalid recursive type E | 22: E refers to D0 | 22: D0 refers to D1 | 17: D1 refers to D2 | 18: D2 refers to D3 | 19: D3 refers to D4 | 20: D4 refers to E"

type C1[P any] interface{ C2[P] } // ERROR "invalid recursive type C2 | 24: C2 refers to C1 | 25: C1 refers to C2"
type C2[P any] interface{ C1[P] }
