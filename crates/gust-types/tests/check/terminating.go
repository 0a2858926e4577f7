package test

func ret() int { return 1 }

func none() int {} // ERROR "missing return"

func call() int { ret() } // ERROR "missing return"

func panics() int { (panic)("x") }

func shadowed(panic func(string)) int { panic("x") } // ERROR "missing return"

func ifElse(x bool) int {
	if x {
		return 1
	} else if !x {
		return 2
	} else {
		panic(3)
	}
}

func ifOnly(x bool) int {
	if x {
		return 1
	}
} // ERROR "missing return"

func loop() int {
	for {
	}
}

func loopBreak() int {
	for {
		break
	}
} // ERROR "missing return"

func loopInnerBreak(x int) int {
	for {
		switch x {
		case 1:
			break
		}
		for {
			break
		}
		select {
		default:
			break
		}
	}
}

func loopLabelled(x int) int {
outer:
	for {
		switch x {
		case 1:
			break outer
		}
	}
} // ERROR "missing return"

func otherLabel(x int) int {
outer:
	for {
	inner:
		for {
			if x > 1 {
				break inner
			}
			continue outer
		}
	}
}

func loopCond(x bool) int {
	for x {
	}
} // ERROR "missing return"

func loopRange(x []int) int {
	for range x {
	}
} // ERROR "missing return"

func switchDefault(x int) int {
	switch x {
	case 1:
		return 1
	case 2:
		fallthrough
	default:
		panic(0)
	}
}

func switchNoDefault(x int) int {
	switch x {
	case 1:
		return 1
	}
} // ERROR "missing return"

func switchBreak(x int) int {
	switch x {
	case 1:
		if x > 2 {
			break
		}
		return 1
	default:
		return 2
	}
} // ERROR "missing return"

func typeSwitch(x any) int {
	switch x.(type) {
	case int:
		return 1
	default:
		return 2
	}
}

func selects(c chan int) int {
	select {
	case <-c:
		return 1
	case c <- 1:
		panic(1)
	}
}

func selectBreak(c chan int) int {
L:
	select {
	case <-c:
		break L
	}
} // ERROR "missing return"

func gotos() int {
top:
	goto top
}

func block() int {
	{
		return 1
	}
	;
}

func literal() {
	_ = func() int {
	} // ERROR "missing return"
}
