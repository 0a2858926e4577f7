package test

// Every instance mentions a larger one.
type endless[T any] *interface { // ERROR "cannot use type interface{endless[*T]} outside a type constraint: interface contains type constraints"
	endless[*T]
}

var _ endless[int] = 1 // ERROR "cannot use 1 (untyped int constant) as endless[int] value in variable declaration"
