package p

type shape interface{ area() int }
type square struct{ side, side2 int }

func (s square) area() int { return s.side * s.side2 }

func box(s square) shape { return s }

func call(s shape) int { return s.area() }

func assert(v any) (square, bool) {
	s, ok := v.(square)
	return s, ok
}

func narrow(v any) shape { return v.(shape) }

func same(v any, n int) bool { return v == n }

func constant() any { return "text" }
