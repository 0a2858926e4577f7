// Copyright line.

// Package comments is documented.
/* And more. */
package comments // behind the clause

// Lone comment.

// Doc of imports.
import ( // behind the parenthesis
	// Doc of a.
	"a" // behind a
	"b" /* behind b */ // and more
	// trailing in group
)

// Doc of x.
var x = 1 // behind x
// Not the doc of y.

var y = 2 ; // behind y
// Doc of group.
const (
	// Doc of c.
	c = iota // behind c
	d        /* before end */
) // behind group

// Doc of T.
type T struct { // behind brace
	// Doc of f.
	f, g int // behind f and g

	// Floating.

	h string `tag` // behind h
	// Doc of E.
	E // behind E
	/* in line */ i int
	j int /* a */ /* b */
	k int /* spans
	lines */ // after
} // behind T

// Doc of I.
type I interface {
	// Doc of m.
	m() // behind m
	// No doc of a term.
	~int // behind the term
	// Doc of J.
	J | K // behind J
}

// Doc of f.
func f( /* none */ ) { // behind f
	// Doc of v.
	var v int // behind v
	/* a */ v++ /* b */
	// Doc of type.
	type t int // behind t
	// last
} // after f

/* far */ /* near */ func g() {} /* open

end */ // tail
// Very last.
