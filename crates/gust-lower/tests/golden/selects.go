package p

func both(a chan int, b chan string) (n int) {
	select {
	case n = <-a:
	case b <- "x":
	}
	return
}

func try(a chan int) (int, bool) {
	select {
	case v, ok := <-a:
		return v, ok
	default:
		return 0, false
	}
}
