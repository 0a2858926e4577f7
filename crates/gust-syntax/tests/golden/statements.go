package p

func f(a, b int, c ...string) (x int, err error) {
	var v, w int = 1, 2
	const k = iota
	type local struct{ n int }
	v, w = w, v
	v += 1
	w <<= 2
	v &^= w
	v++
	w--
	ch <- v
	<-ch
	go f(1)
	defer func() { recover() }()
	if v > w {
	} else if x := g(); x != nil {
		return 1, nil
	} else {
		return
	}
	for {
		break
	}
	for v < w {
		continue
	}
	for i := 0; i < 10; i++ {
	}
	for ; ; v++ {
	}
	for range ch {
	}
	for range 10 {
	}
	for k := range m {
		_ = k
	}
	for k, a.b[0] = range m {
	}
	for a, b, c := range m {
	}
	switch {
	case a, b:
		fallthrough
	default:
	}
	switch x := f(); x {
	}
	switch ; {
	}
	switch y := x.(type) {
	case int, *T, []string, nil:
	case func():
	default:
	}
	switch a := b; a.(type) {
	}
	select {
	case v := <-ch:
	case v, ok = <-ch:
	case ch <- 1:
	case <-ch:
		return
	default:
	}
Outer:
	for {
		for {
			continue Outer
		}
		break Outer
	}
	goto end
	{
		;
	}
end:
}
