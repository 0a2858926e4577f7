// Strings, maps and sorting: counts the words of a generated text.
package main

import (
	"fmt"
	"sort"
	"strings"
)

func text(words int) string {
	syllables := []string{"ka", "lo", "mi", "ren", "tu", "sa", "vel", "dor", "ni", "pex"}
	var b strings.Builder
	seed := uint32(7)
	next := func(n uint32) uint32 {
		seed = seed*1664525 + 1013904223
		return (seed >> 8) % n
	}
	for i := range words {
		for range 1 + next(3) {
			b.WriteString(syllables[next(10)])
		}
		if i%12 == 11 {
			b.WriteString(".\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func main() {
	counts := map[string]int{}
	for line := range strings.Lines(text(3_000_000)) {
		for _, word := range strings.Fields(line) {
			counts[strings.TrimSuffix(word, ".")]++
		}
	}
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool {
		if counts[words[i]] != counts[words[j]] {
			return counts[words[i]] > counts[words[j]]
		}
		return words[i] < words[j]
	})
	for _, word := range words[:5] {
		fmt.Println(word, counts[word])
	}
}
