// Checklinks follows the links of a site and reports those that lead nowhere.
//
// Without a URL it serves a small site of its own and checks that.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"sync"
	"time"
)

var href = regexp.MustCompile(`(?i)<a\s[^>]*href="([^"#]*)`)

// A result says what came of a page.
type result struct {
	url, from string
	err       error
}

type checker struct {
	client *http.Client
	host   string
	slots  chan struct{}

	wg      sync.WaitGroup
	mu      sync.Mutex
	seen    map[string]bool
	results []result
}

// visit checks a page, once, and then those it links to on the same host.
func (c *checker) visit(ctx context.Context, page, from string) {
	c.mu.Lock()
	known := c.seen[page]
	c.seen[page] = true
	c.mu.Unlock()
	if known {
		return
	}
	c.wg.Go(func() {
		c.slots <- struct{}{}
		links, err := c.fetch(ctx, page)
		<-c.slots
		c.mu.Lock()
		c.results = append(c.results, result{page, from, err})
		c.mu.Unlock()
		for _, link := range links {
			c.visit(ctx, link, page)
		}
	})
}

func (c *checker) fetch(ctx context.Context, page string) ([]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return nil, err
	}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", response.Status)
	}
	base := response.Request.URL
	if base.Host != c.host {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err != nil {
		return nil, err
	}
	var links []string
	for _, match := range href.FindAllSubmatch(body, -1) {
		target, err := base.Parse(string(match[1]))
		if err == nil && (target.Scheme == "http" || target.Scheme == "https") {
			links = append(links, target.String())
		}
	}
	return links, nil
}

func demo() *httptest.Server {
	pages := map[string]string{
		"/":       `<a href="/a">a</a> <a href="/b">b</a>`,
		"/a":      `<a href="/">home</a> <a href="/b#part">b</a>`,
		"/b":      `<a href="deep/c">c</a> <a href="/gone">gone</a>`,
		"/deep/c": `<a href="../a">a</a>`,
	}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, ok := pages[r.URL.Path]; ok {
			fmt.Fprint(w, text)
			return
		}
		http.NotFound(w, r)
	}))
}

func main() {
	log.SetFlags(0)
	jobs := flag.Int("j", 8, "requests at a time")
	timeout := flag.Duration("timeout", time.Minute, "give up after this time")
	flag.Parse()

	start := flag.Arg(0)
	if start == "" {
		server := demo()
		defer server.Close()
		start = server.URL + "/"
	}
	parsed, err := url.Parse(start)
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), *timeout)
	defer cancel()
	c := &checker{
		client: &http.Client{Timeout: 10 * time.Second},
		host:   parsed.Host,
		slots:  make(chan struct{}, *jobs),
		seen:   map[string]bool{},
	}
	c.visit(ctx, start, "")
	c.wg.Wait()

	slices.SortFunc(c.results, func(a, b result) int { return len(a.url) - len(b.url) })
	broken := 0
	for _, r := range c.results {
		if r.err != nil {
			broken++
			fmt.Printf("%s (linked from %s): %v\n", r.url, r.from, r.err)
		}
	}
	fmt.Printf("%d pages, %d broken\n", len(c.results), broken)
	if broken > 0 && flag.Arg(0) != "" {
		os.Exit(1)
	}
}
