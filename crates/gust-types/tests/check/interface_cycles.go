package test

type I interface { // ERROR "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)"
	m() interface {
		I
	}
}

type J interface { // ERROR "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)"
	m(func(interface{ J }))
}

type K interface {
	m() K
}

type L interface {
	m() interface{ n() L }
}
