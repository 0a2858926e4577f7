package crlf

var x = `a
b`
// note
var y int /* in
side */
