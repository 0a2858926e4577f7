package runtime

import "unsafe"

// A coro is a goroutine that runs only while another one waits for it: iter.Pull's.
type coro struct {
	// The goroutine that waits in it.
	g uintptr
	f func(*coro)
}

func corocreate(fn unsafe.Pointer) uintptr
func coroswap(c *coro)
func cororesume(g uintptr)

// newcoro makes a coroutine that will run f(c) at the first coroswitch.
//
//go:linkname newcoro
func newcoro(f func(*coro)) *coro {
	c := new(coro)
	c.f = f
	start := func() {
		defer c.exit()
		c.f(c)
	}
	c.g = corocreate(funcPointer(start))
	return c
}

// coroswitch continues what waits in c, and waits in c itself.
//
//go:linkname coroswitch
func coroswitch(c *coro) {
	coroswap(c)
}

// exit ends the coroutine, whether its function returned or ended the goroutine, and continues what waits in c.
func (c *coro) exit() {
	g := c.g
	c.g = 0
	cororesume(g)
	goexit0()
}

// funcPointer is the address of a function value's object.
func funcPointer(f func()) unsafe.Pointer {
	box := [1]func(){f}
	return *(*unsafe.Pointer)(unsafe.Pointer(&box))
}
