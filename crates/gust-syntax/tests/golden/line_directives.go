package p

//line other.go:10
var a = @
/*line third.go:5:7*/ var b = @
var c = @
//line :20:3
var d = @
var e = /*line fourth.go:1*/ @
 //line ignored.go:1
//line none
//line bad:x
//line zero.go:0
//line col.go:1:0
//line big.go:99999999999
//line twice.go:3:x
/*line block.go:y*/
//line a:b:7
func f() {
	goto L
	v := 1
L:
}
