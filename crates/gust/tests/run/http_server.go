// An HTTP server and its clients: parallel requests, timeouts, cancelled requests, graceful shutdown.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type message struct {
	Name   string   `json:"name"`
	Values []int    `json:"values"`
	Nested *message `json:"nested,omitempty"`
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /echo/{id}", func(w http.ResponseWriter, r *http.Request) {
		var m message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		m.Name += r.PathValue("id")
		json.NewEncoder(w).Encode(message{Name: "re", Values: []int{len(m.Values)}, Nested: &m})
	})
	started := make(chan bool, 10)
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		started <- true
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
			fmt.Fprint(w, "slow answer")
		}
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for i := range 5 {
			fmt.Fprintf(w, "part %d\n", i)
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/panic", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: mux}
	ended := make(chan error)
	go func() { ended <- server.Serve(l) }()
	base := "http://" + l.Addr().String()

	client := &http.Client{}
	var wg sync.WaitGroup
	for id := range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20 {
				body, _ := json.Marshal(message{Name: "n", Values: make([]int, i)})
				resp, err := client.Post(fmt.Sprint(base, "/echo/", id), "application/json", strings.NewReader(string(body)))
				if err != nil {
					panic(err)
				}
				var m message
				if err := json.NewDecoder(resp.Body).Decode(&m); err != nil {
					panic(err)
				}
				resp.Body.Close()
				if m.Values[0] != i || m.Nested.Name != fmt.Sprint("n", id) {
					panic(fmt.Sprint("wrong answer ", m))
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println("echo done")

	get := func(ctx context.Context, path string) {
		req, _ := http.NewRequestWithContext(ctx, "GET", base+path, nil)
		resp, err := client.Do(req)
		if err != nil {
			fmt.Println(path, errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, io.EOF))
			return
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		fmt.Printf("%s %d %q %v\n", path, resp.StatusCode, b, err)
	}
	ctx := context.Background()
	get(ctx, "/stream")
	get(ctx, "/missing")
	get(ctx, "/panic")
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	get(short, "/slow")
	cancel()
	<-started
	get(ctx, "/slow")
	<-started

	// Shutdown waits for the request in flight.
	answer := make(chan string)
	go func() {
		resp, err := client.Get(base + "/slow")
		if err != nil {
			panic(err)
		}
		b, _ := io.ReadAll(resp.Body)
		answer <- string(b)
	}()
	<-started
	fmt.Println("shutdown", server.Shutdown(ctx))
	fmt.Println(errors.Is(<-ended, http.ErrServerClosed), <-answer)
	_, err = client.Get(base + "/stream")
	fmt.Println(err != nil)
}
