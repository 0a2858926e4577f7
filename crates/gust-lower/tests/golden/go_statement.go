package p

func work(int, string)

func start(n int) {
	go work(n, "x")
	go func() { work(n, "y") }()
}
