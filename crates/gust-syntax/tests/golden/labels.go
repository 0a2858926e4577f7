package p

func f() {
	goto missing
	goto over
	v := 1
over:
unused:
	for {
	}
unused:
	break
	continue
	fallthrough
	goto inside
	if v {
	inside:
	}
	goto inElse
	if v {
	} else if w {
	} else {
	inElse:
		break unused
	}
L:
	if v {
		break L
	}
M:
	for {
		break M
		continue M
		func() {
			break M
			continue
		}()
		switch {
		case a:
			break M
			continue M
		}
	}
N:
	switch v {
	case 1:
		break N
		continue N
		{
			fallthrough
		}
	case 2:
		fallthrough
		x()
	case 3:
		fallthrough
		;
	case 4:
		fallthrough
	}
O:
	select {
	case <-c:
		break O
	}
	switch v.(type) {
	case int:
		fallthrough
	}
	break nowhere
	continue nowhere
P:
	Q:
	for {
		break P
		break Q
	}
_:
	for {
	}
back:
	{
		goto back
	}
	goto later
	{
		var w int
	}
later:
	goto twice
	var a, b int
	goto fine
	goto twice
fine:
	c, d := 1, 2
twice:
}
