// Package sig marks programs by the cryptography they have. Its functions do nothing: that they are linked is the mark.
package sig

// BoringCrypto marks programs that use BoringCrypto.
func BoringCrypto() {}

// FIPSOnly marks programs that are restricted to what FIPS 140 allows.
func FIPSOnly() {}

// StandardCrypto marks programs that use the library's own cryptography.
func StandardCrypto() {}
