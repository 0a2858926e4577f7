package p

var x = "never closed