package p

func f() int

var a = b + 1
var b = f()

func init() { a++ }
