// Integers and bits: counts primes, and the steps of a number sequence.
package main

import "fmt"

func primes(limit int) int {
	composite := make([]uint64, limit/64+1)
	count := 0
	for n := 2; n < limit; n++ {
		if composite[n/64]>>(n%64)&1 != 0 {
			continue
		}
		count++
		for m := n * n; m < limit; m += n {
			composite[m/64] |= 1 << (m % 64)
		}
	}
	return count
}

func longest(limit int) (start, steps int) {
	for n := 1; n < limit; n++ {
		count := 0
		for v := n; v != 1; count++ {
			if v%2 == 0 {
				v /= 2
			} else {
				v = 3*v + 1
			}
		}
		if count > steps {
			start, steps = n, count
		}
	}
	return
}

func main() {
	fmt.Println(primes(20_000_000))
	fmt.Println(longest(1_500_000))
}
