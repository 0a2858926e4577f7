// Settings of GODEBUG in the source hold in programs that import nothing that reads them.
//
//go:debug panicnil=1
package main

import _ "runtime/cgo"

func main() {
	defer func() {
		if recover() != nil {
			println("wrong")
		}
	}()
	panic(nil)
}
