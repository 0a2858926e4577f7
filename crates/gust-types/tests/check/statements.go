package test

func f() int       { return 0 }
func g()           {}
func h() (a, b int) { return }

func _(ch chan int, in <-chan int, out chan<- int, x any, n int) {
	f()
	g()
	h()
	<-ch
	(f())
	-1 // ERROR "-1 (untyped int constant) is not used"
	x // ERROR "x (variable of interface type any) is not used"
	int // ERROR "int (type) is not an expression"
	len // ERROR "len (built-in) must be called"
	len("") // ERROR "len(\"\") (constant 0 of type int) is not used"
	int(1) // ERROR "int(1) (constant 1 of type int) is not used"
	append([]int{}, 1) // ERROR "append([]int{}, 1) (value of type []int) is not used"
	copy([]int{}, []int{})
	x.(int) // ERROR "x.(int) (comma, ok expression of type int) is not used"
	func() {} // ERROR "func() {} (value of type func()) is not used"
	nil // ERROR "nil is not used"
	ch <- 1
	ch <- "a" // ERROR "cannot use \"a\" (untyped string constant) as int value in send"
	in <- 1 // ERROR "invalid operation: cannot send to receive-only channel <-chan int in (variable of type <-chan int)"
	<-out // ERROR "invalid operation: cannot receive from send-only channel chan<- int out (variable of type chan<- int)"
	n <- 1 // ERROR "invalid operation: cannot send to non-channel int n (variable of type int)"
	if 1 { // ERROR "non-boolean condition in if statement"
	}
	if x := f(); x { // ERROR "non-boolean condition in if statement"
	}
	for n { // ERROR "non-boolean condition in for statement"
	}
	for i := 0; i < 10; i++ {
	}
	if g() { // ERROR "g() (no value) used as value"
	}
	select {
	case <-ch:
	case v := <-ch:
		_ = v
	case v, ok := <-in:
		_, _ = v, ok
	case out <- 1:
	case n = <-ch:
	case n: // ERROR "select case must be send or receive (possibly with assignment)"
	case f(): // ERROR "select case must be send or receive (possibly with assignment)"
	case n = f(): // ERROR "select case must be send or receive (possibly with assignment)"
	case n++: // ERROR "select case must be send or receive (possibly with assignment)"
	default:
	default: // ERROR "multiple defaults (first at :51:2)"
	}
	{
		{
			return 1 // ERROR "too many return values | have (number) | want ()"
		}
	}
}
