// Mandelbrot renders the set as a PNG file, with all processors.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"math"
	"math/cmplx"
	"os"
	"runtime"
	"sync"
	"time"
)

// escape returns after how many steps z = z*z + c leaves the circle of radius 2, smoothed; 0 if it does not.
func escape(c complex128, limit int) float64 {
	z := c
	for n := range limit {
		if real(z)*real(z)+imag(z)*imag(z) > 4 {
			return float64(n) + 1 - math.Log2(math.Log(cmplx.Abs(z)))
		}
		z = z*z + c
	}
	return 0
}

func shade(n float64) color.RGBA {
	if n <= 0 {
		return color.RGBA{A: 255}
	}
	wave := func(phase float64) uint8 {
		return uint8(127.5 * (1 + math.Sin(0.15*n+phase)))
	}
	return color.RGBA{wave(0), wave(2.1), wave(4.2), 255}
}

func main() {
	size := flag.Int("size", 1200, "width in pixels")
	limit := flag.Int("steps", 500, "steps before a point counts as inside")
	out := flag.String("o", "mandelbrot.png", "file to write")
	flag.Parse()

	start := time.Now()
	width, height := *size, *size*2/3
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	rows := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for y := range rows {
				for x := range width {
					c := complex(3*float64(x)/float64(width)-2.2, 2*float64(y)/float64(height)-1)
					picture.SetRGBA(x, y, shade(escape(c, *limit)))
				}
			}
		})
	}
	for y := range height {
		rows <- y
	}
	close(rows)
	wg.Wait()

	file, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	if err := png.Encode(file, picture); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d x %d in %v\n", *out, width, height, time.Since(start).Round(time.Millisecond))
}
