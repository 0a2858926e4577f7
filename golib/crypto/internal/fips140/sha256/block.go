package sha256

import (
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
)

// In the runtime: crates/gust-runtime/src/accel/sha.rs.
//
//go:noescape
func blockSHANI(dig *Digest, p []byte)

var hasInstructions = cpu.X86HasSHA && cpu.X86HasSSE41 && cpu.X86HasSSSE3

func init() {
	impl.Register("sha256", "SHA-NI", &hasInstructions)
}

func block(dig *Digest, p []byte) {
	if !hasInstructions {
		blockGeneric(dig, p)
		return
	}
	blockSHANI(dig, p)
}
