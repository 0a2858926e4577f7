// Loops over slices: products of matrices.
package main

import "fmt"

type matrix [][]float64

func filled(n int, value func(i, j int) float64) matrix {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range m[i] {
			m[i][j] = value(i, j)
		}
	}
	return m
}

func (a matrix) times(b matrix) matrix {
	n := len(a)
	out := filled(n, func(int, int) float64 { return 0 })
	for i, row := range a {
		for k, factor := range row {
			for j, value := range b[k] {
				out[i][j] += factor * value
			}
		}
	}
	return out
}

func main() {
	const n = 512
	a := filled(n, func(i, j int) float64 { return float64((i*j)%7) - 3 })
	b := filled(n, func(i, j int) float64 { return float64((i+2*j)%5) - 2 })
	for range 4 {
		b = a.times(b)
		for i := range b {
			for j := range b[i] {
				b[i][j] = float64(int(b[i][j]) % 9)
			}
		}
	}
	trace := 0.0
	for i := range b {
		trace += b[i][i]
	}
	fmt.Println(trace)
}
