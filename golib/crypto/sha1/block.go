package sha1

import (
	"crypto/internal/impl"
	"internal/cpu"
)

// In the runtime: crates/gust-runtime/src/accel/sha.rs.
//
//go:noescape
func blockSHANI(dig *digest, p []byte)

var hasInstructions = cpu.X86.HasSHA && cpu.X86.HasSSE41 && cpu.X86.HasSSSE3

func init() {
	impl.Register("sha1", "SHA-NI", &hasInstructions)
}

func block(dig *digest, p []byte) {
	if !hasInstructions {
		blockGeneric(dig, p)
		return
	}
	blockSHANI(dig, p)
}
