// Wordfreq prints the most frequent words of the named files, or of standard input.
package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"
)

// count is a word with the number of times it was seen.
type count struct {
	word string
	n    int
}

// tally adds the words of r to words.
func tally(r io.Reader, words map[string]int) error {
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		line := strings.ToLower(scanner.Text())
		for word := range strings.FieldsFuncSeq(line, notInWord) {
			words[word]++
		}
	}
	return scanner.Err()
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && r != '\''
}

// top returns the n most frequent words, equally frequent ones in alphabetical order.
func top(words map[string]int, n int) []count {
	counts := make([]count, 0, len(words))
	for _, word := range slices.Sorted(maps.Keys(words)) {
		counts = append(counts, count{word, words[word]})
	}
	slices.SortStableFunc(counts, func(a, b count) int { return cmp.Compare(b.n, a.n) })
	return counts[:min(n, len(counts))]
}

func main() {
	log.SetFlags(0)
	n := flag.Int("n", 10, "how many words to print")
	flag.Parse()

	words := make(map[string]int)
	if flag.NArg() == 0 {
		if err := tally(os.Stdin, words); err != nil {
			log.Fatal(err)
		}
	}
	for _, name := range flag.Args() {
		file, err := os.Open(name)
		if err != nil {
			log.Fatal(err)
		}
		err = tally(file, words)
		file.Close()
		if err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
	for _, c := range top(words, *n) {
		fmt.Printf("%7d %s\n", c.n, c.word)
	}
}
