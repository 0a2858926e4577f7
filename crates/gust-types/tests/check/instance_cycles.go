package test

func inf[T any]() { inf[*T]() } // ERROR "instantiation cycle: | 3: T instantiated as *T"
