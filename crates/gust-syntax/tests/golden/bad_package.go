// A file without a package clause.
import "x"

func f() {
