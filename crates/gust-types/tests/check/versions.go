// lang: go1.17
package test

type G[P any] struct{} // ERROR "predeclared any requires go1.18 or later (-lang was set to go1.17; check go.mod)" "type parameter requires go1.18 or later (-lang was set to go1.17; check go.mod)"

type A[P any] = int // ERROR "generic type alias requires go1.23 or later (-lang was set to go1.17; check go.mod)" "predeclared any requires go1.18 or later (-lang was set to go1.17; check go.mod)"
