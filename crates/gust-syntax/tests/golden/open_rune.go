package p

var x = 'n