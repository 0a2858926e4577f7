// The standard library and reflection: JSON there and back.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type line struct {
	Article string  `json:"article"`
	Count   int     `json:"count"`
	Price   float64 `json:"price"`
}

type order struct {
	ID    int               `json:"id"`
	Buyer string            `json:"buyer"`
	Tags  map[string]string `json:"tags,omitempty"`
	Lines []line            `json:"lines"`
}

func main() {
	var orders []order
	for i := range 200 {
		o := order{ID: i, Buyer: fmt.Sprintf("buyer %d", i*7%31)}
		if i%3 == 0 {
			o.Tags = map[string]string{"state": "paid", "country": "\u00f6"}
		}
		for j := range 1 + i%6 {
			o.Lines = append(o.Lines, line{fmt.Sprintf("a-%03d", j), j + 1, float64(i*j) / 8})
		}
		orders = append(orders, o)
	}
	total := 0
	for range 400 {
		data, err := json.Marshal(orders)
		if err == nil {
			orders = nil
			err = json.Unmarshal(data, &orders)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		total += len(data)
	}
	fmt.Println(total, len(orders), orders[199].Lines[0])
}
