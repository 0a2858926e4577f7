// Floating point: planets that attract each other.
package main

import (
	"fmt"
	"math"
)

type vector struct{ x, y, z float64 }

func (a vector) plus(b vector) vector   { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vector) minus(b vector) vector  { return vector{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vector) times(f float64) vector { return vector{a.x * f, a.y * f, a.z * f} }
func (a vector) dot(b vector) float64   { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vector) length() float64        { return math.Sqrt(a.dot(a)) }

type body struct {
	place, speed vector
	mass         float64
}

func step(bodies []body, dt float64) {
	for i := range bodies {
		for j := i + 1; j < len(bodies); j++ {
			a, b := &bodies[i], &bodies[j]
			gap := a.place.minus(b.place)
			distance := gap.length()
			pull := dt / (distance * distance * distance)
			a.speed = a.speed.minus(gap.times(b.mass * pull))
			b.speed = b.speed.plus(gap.times(a.mass * pull))
		}
	}
	for i := range bodies {
		bodies[i].place = bodies[i].place.plus(bodies[i].speed.times(dt))
	}
}

func main() {
	var bodies []body
	for i := range 8 {
		angle := float64(i) * math.Pi / 4
		bodies = append(bodies, body{
			place: vector{math.Cos(angle) * float64(i+2), math.Sin(angle) * float64(i+2), float64(i%3) / 4},
			speed: vector{-math.Sin(angle) / 3, math.Cos(angle) / 3, 0},
			mass:  1 / float64(i+1),
		})
	}
	for range 1_000_000 {
		step(bodies, 0.0005)
	}
	momentum := vector{}
	for _, b := range bodies {
		momentum = momentum.plus(b.speed.times(b.mass))
	}
	// Rounded: a compiler may fuse a product with a sum.
	fmt.Printf("%.6f %.6f\n", momentum.x, momentum.y)
}
