package math

const haveArchExp = true

// In the runtime: crates/gust-runtime/src/accel/exp.rs.
func archExp(x float64) float64
