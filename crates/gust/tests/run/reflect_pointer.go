// Methods that only reflection finds: those of the pointer to a type that the program has no pointer to.
package main

import (
	"encoding/json"
	"fmt"
	"reflect"
)

type loud string

func (l *loud) UnmarshalText(b []byte) error { *l = loud(b) + "!"; return nil }

type number int

func (n number) Double() number { return 2 * n }

type record struct {
	Name loud
	All  []loud
	Map  map[loud]loud
}

func main() {
	var r record
	err := json.Unmarshal([]byte(`{"Name": "a", "All": ["b", "c"], "Map": {"d": "e"}}`), &r)
	fmt.Println(r, err)
	t := reflect.TypeOf(number(0))
	m, ok := reflect.PointerTo(t).MethodByName("Double")
	if !ok {
		panic("no method")
	}
	p := reflect.New(t)
	p.Elem().SetInt(21)
	fmt.Println(m.Func.Call([]reflect.Value{p})[0].Int())
}
