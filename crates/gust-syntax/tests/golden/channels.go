package p

var (
	a = <-chan<- int(nil)
	b = <-<-chan int(nil)
	c = <-chan<- chan int(nil)
	d = <-chan (chan int)(nil)
	e = <-chan<- (chan int)(nil)
	f chan<- <-chan int
	g <-chan<- int
	h chan
	i <-int
)
