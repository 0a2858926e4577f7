module example.com/sitegen

go 1.26
