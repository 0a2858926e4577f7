// lang: go1.20
-- old.go --
package test

func f() {
	_ = min(1, 2) // ERROR "built-in min requires go1.21 or later (-lang was set to go1.20; check go.mod)"
	for range 10 { // ERROR "cannot range over 10 (untyped int constant): requires go1.22 or later (-lang was set to go1.20; check go.mod)"
	}
}
-- tagged.go --
//go:build go1.21

package test

func g() {
	_ = min(1, 2)
	for range 10 { // ERROR "cannot range over 10 (untyped int constant): requires go1.22 or later (file declares //go:build go1.21)"
	}
}
-- newer.go --
//go:build go1.22

package test

func h() {
	for range 10 {
	}
}
-- older.go --
//go:build go1.18

package test

func i() {
	_ = min(1, 2)
	for range 10 { // ERROR "cannot range over 10 (untyped int constant): requires go1.22 or later (-lang was set to go1.20; check go.mod)"
	}
}
-- future.go --
//go:build go1.99

package test // ERROR "file requires newer Go version go1.99"
