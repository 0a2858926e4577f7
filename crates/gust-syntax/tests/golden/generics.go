package p

type (
	A[T any]                 struct{}
	B[K comparable, V any]   map[K]V
	C[P *T,]                 int
	D[P *T, Q any]           int
	E[P *struct{}]           int
	F[P *T | *U,]            int
	G[P *T | ~int]           int
	H[P (T),]                int
	I[P ([]int)]             int
	J[P []E, E any]          int
	K[P [10]E, E any]        int
	L[P interface{ ~int }]   int
	M[P ~int | ~string]      int
	N[P func(int)]           int
	O[P, Q any]              = map[P]Q
	P[T any]                 = []T
	Q[x]                     int
	R[x * y]                 int
	S[x + 1]                 int
	T[f(x)]                  int
	U[x.y]                   int
	V[10]                    int
	W[...]                   int
	X[]                      int
	Y[P *T | Q]              int
	Z[x * (y)]               int
	AA[P pkg.C]              int
	BB[P pkg.C[int], Q D[P]] int
	CC[P *T, _ any]          = int
	DD[P * *T,]              int
	EE[P *[]int]             int
)

func f[T any, U ~[]T](x U) T              { return x[0] }
func g[K comparable, V int | string]() {}
func (r *A[T]) m(x T) (y A[T])            {}
func (A[_]) n()                           {}
func h(x A[int], y pkg.B[int, string], z [n]int, w [n.m]int, v []A[B[int]]) {}

var x = f[int](1)
var y = pkg.F[A[int], []string]
var z = a[b](c) < d[e](f)
