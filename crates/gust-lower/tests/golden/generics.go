package p

type number interface{ ~int | ~float64 }

func double[T number](v T) T { return v + v }

func use() (int, float64) { return double(1), double(1.5) }

func wrap[T any](v T) any {
	type local struct{ v T }
	return local{v}
}

func wraps() (any, any) { return wrap(1), wrap("s") }
