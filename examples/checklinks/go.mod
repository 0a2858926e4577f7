module example.com/checklinks

go 1.26
