// Methods that reflection finds by number, by names made at run time, or for a template: all exported ones are kept.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"text/template"
)

// Found by number, and by a name made at run time.
type numbered struct{ text string }

func (v numbered) Alpha() string           { return "alpha " + v.text }
func (v numbered) Beta(s ...string) string { return "beta " + strings.Join(s, "+") + v.text }
func (v *numbered) Gamma() *numbered       { v.text += "!"; return v }

// Called by a template.
type page struct{ title string }

func (p page) Title() string         { return strings.ToUpper(p.title) }
func (p page) Link(to string) string { return "<" + to + ">" }
func (p *page) Sections() []*section { return []*section{{"one"}, {"two"}} }

type section struct{ name string }

func (s *section) Name() (string, error) {
	if s.name == "two" {
		return "", errors.New("no second section")
	}
	return s.name, nil
}

// Promoted through embedded structs, pointers and interfaces.
type inner struct{ depth int }

func (i inner) Depth() int   { return i.depth }
func (i *inner) Deepen() int { i.depth++; return i.depth }

type middle struct{ *inner }

type outer struct {
	middle
	fmt.Stringer
}

type shout string

func (s shout) String() string { return string(s) + "!" }

func main() {
	byNumber()
	templates()
	promoted()
}

func byNumber() {
	v := &numbered{"x"}
	r := reflect.ValueOf(v)
	for i := range r.NumMethod() {
		fmt.Println(i, r.Type().Method(i).Name, r.Method(i).Type())
	}
	for _, prefix := range []string{"Al", "Be", "Ga"} {
		for i := range r.NumMethod() {
			name := r.Type().Method(i).Name
			if strings.HasPrefix(name, prefix) {
				fmt.Println(r.MethodByName(name).Call(nil)[0])
			}
		}
	}
	join := r.Type().Elem().Method(1).Func.Interface().(func(numbered, ...string) string)
	fmt.Println(join(numbered{"."}, "a", "b"))
	_, ok := r.Type().MethodByName("Delta" + strings.Repeat("s", len(v.text)))
	fmt.Println("delta:", ok)
}

func templates() {
	const text = `{{.Title}} {{.Link "here"}}{{range .Sections}} {{.Name}}{{end}}`
	t := template.Must(template.New("page").Parse(text))
	var out bytes.Buffer
	err := t.Execute(&out, &page{"head"})
	fmt.Printf("%s: %v\n", &out, err)
}

func promoted() {
	o := outer{middle{&inner{1}}, shout("hey")}
	r := reflect.ValueOf(o)
	for i := range r.NumMethod() {
		fmt.Println(r.Type().Method(i).Name, r.Method(i).Call(nil)[0])
	}
	fmt.Println(any(o).(fmt.Stringer).String(), any(&o).(interface{ Depth() int }).Depth())
	anonymous := any(struct{ shout }{"anonymous"})
	fmt.Println(anonymous.(fmt.Stringer).String())
	made := reflect.New(reflect.TypeOf(anonymous))
	made.Elem().Set(reflect.ValueOf(anonymous))
	fmt.Println(made.Interface().(fmt.Stringer))
}
