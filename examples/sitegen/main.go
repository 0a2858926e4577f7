// Sitegen makes a static site: it turns the text files of a folder into HTML pages with an index.
package main

import (
	"bytes"
	"embed"
	"flag"
	"fmt"
	"html/template"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed pages/*.txt page.html
var builtin embed.FS

// A Page is what the template gets.
type Page struct {
	Name, Title string
	Blocks      []Block
	Pages       []*Page
}

// A Block is a heading, a list or a paragraph.
type Block struct {
	Kind  string
	Lines []string
}

// parse reads a page: blocks are separated by blank lines, "# " starts a heading and "- " the items of a list.
func parse(name, text string) *Page {
	page := &Page{Name: name, Title: name}
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(strings.TrimSpace(part), "\n")
		switch {
		case strings.HasPrefix(part, "# "):
			title := strings.TrimPrefix(lines[0], "# ")
			if page.Title == name {
				page.Title = title
			}
			page.Blocks = append(page.Blocks, Block{"heading", []string{title}})
		case strings.HasPrefix(part, "- "):
			for i := range lines {
				lines[i] = strings.TrimPrefix(lines[i], "- ")
			}
			page.Blocks = append(page.Blocks, Block{"list", lines})
		default:
			page.Blocks = append(page.Blocks, Block{"text", []string{strings.Join(lines, " ")}})
		}
	}
	return page
}

func load(source fs.FS) ([]*Page, error) {
	files, err := fs.Glob(source, "*.txt")
	if err != nil {
		return nil, err
	}
	var pages []*Page
	for _, file := range files {
		text, err := fs.ReadFile(source, file)
		if err != nil {
			return nil, err
		}
		pages = append(pages, parse(strings.TrimSuffix(file, ".txt"), string(text)))
	}
	slices.SortFunc(pages, func(a, b *Page) int { return strings.Compare(a.Title, b.Title) })
	for _, p := range pages {
		p.Pages = pages
	}
	return pages, nil
}

func run(in, out string) error {
	source, err := fs.Sub(builtin, "pages")
	if err != nil {
		return err
	}
	if in != "" {
		source = os.DirFS(in)
	}
	pages, err := load(source)
	if err != nil {
		return err
	}
	layout, err := template.ParseFS(builtin, "page.html")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	for _, page := range pages {
		var html bytes.Buffer
		if err := layout.Execute(&html, page); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, page.Name+".html"), html.Bytes(), 0o666); err != nil {
			return err
		}
		fmt.Printf("%s.html: %s, %d bytes\n", page.Name, page.Title, html.Len())
	}
	return nil
}

func main() {
	in := flag.String("in", "", "folder with .txt files (default: two built-in pages)")
	out := flag.String("out", "site", "folder to write to")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		log.Fatal(err)
	}
}
