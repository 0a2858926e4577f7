// Notes is a small JSON service: it keeps notes in memory and shuts down in an orderly way.
//
//	curl -d '{"text":"buy milk"}' localhost:8080/notes
//	curl localhost:8080/notes
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// A Note is one entry.
type Note struct {
	ID      int       `json:"id"`
	Text    string    `json:"text"`
	Created time.Time `json:"created"`
}

// A Store keeps notes; it may be used by several goroutines.
type Store struct {
	mu    sync.RWMutex
	next  int
	notes map[int]Note
}

// Add keeps a new note.
func (s *Store) Add(text string) Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	note := Note{ID: s.next, Text: text, Created: time.Now().UTC()}
	s.notes[note.ID] = note
	return note
}

// All returns the notes, oldest first.
func (s *Store) All() []Note {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]Note, 0, len(s.notes))
	for _, n := range s.notes {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b Note) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Delete removes a note and reports whether it was there.
func (s *Store) Delete(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.notes[id]
	delete(s.notes, id)
	return ok
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		slog.Warn("reply", "error", err)
	}
}

func routes(store *Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /notes", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, store.All())
	})
	mux.HandleFunc("POST /notes", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Text string }
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		reply(w, http.StatusCreated, store.Add(in.Text))
	})
	mux.HandleFunc("DELETE /notes/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil || !store.Delete(id) {
			reply(w, http.StatusNotFound, map[string]string{"error": "no such note"})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	server := &http.Server{
		Addr:              *addr,
		Handler:           routes(&Store{notes: map[int]Note{}}),
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() {
		<-ctx.Done()
		slog.Info("shutting down")
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
	}()
	slog.Info("listening", "address", *addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("serve", "error", err)
		os.Exit(1)
	}
}
