// What the standard library does in assembly elsewhere: sums of results over many lengths and places, to be those of the official program.
package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math"
	"math/big"
	"math/rand"
)

func main() {
	random := rand.New(rand.NewSource(7))
	data := make([]byte, 9000)
	random.Read(data)
	sum := fnv.New64a()
	report := func(what string) {
		fmt.Printf("%s %016x\n", what, sum.Sum64())
		sum.Reset()
	}
	lengths := func(do func(part []byte)) {
		for n := range 700 {
			do(data[n%9 : n%9+n])
		}
		for n := 1000; n < 8900; n += 331 {
			do(data[n%17 : n%17+n])
		}
	}

	lengths(func(p []byte) { s := sha1.Sum(p); sum.Write(s[:]) })
	report("sha1")
	lengths(func(p []byte) { s := sha256.Sum256(p); sum.Write(s[:]) })
	report("sha256")
	lengths(func(p []byte) { s := sha512.Sum512(p); sum.Write(s[:]) })
	report("sha512")
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	lengths(func(p []byte) { fmt.Fprint(sum, crc32.ChecksumIEEE(p), crc32.Checksum(p, castagnoli)) })
	report("crc32")

	for _, size := range []int{16, 24, 32} {
		block, err := aes.NewCipher(data[:size])
		if err != nil {
			panic(err)
		}
		var one [16]byte
		block.Encrypt(one[:], data[100:])
		sum.Write(one[:])
		block.Decrypt(one[:], one[:])
		if string(one[:]) != string(data[100:116]) {
			fmt.Println("decryption is wrong")
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			panic(err)
		}
		lengths(func(p []byte) {
			sealed := gcm.Seal(nil, data[50:62], p, data[:len(p)%150])
			sum.Write(sealed)
			opened, err := gcm.Open(sealed[:0], data[50:62], sealed, data[:len(p)%150])
			if err != nil || string(opened) != string(p) {
				fmt.Println("not what was sealed", size, len(p), err)
			}
			out := make([]byte, len(p))
			cipher.NewCTR(block, data[20:36]).XORKeyStream(out, p)
			sum.Write(out)
		})
		// A counter that overflows.
		counter := []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfb")
		out := make([]byte, 500)
		cipher.NewCTR(block, counter).XORKeyStream(out, data[:500])
		sum.Write(out)
		long, err := cipher.NewGCMWithNonceSize(block, 33)
		if err != nil {
			panic(err)
		}
		sum.Write(long.Seal(nil, data[:33], data[:1000], data[:200]))
	}
	report("aes")
	lengths(func(p []byte) {
		out := make([]byte, len(p))
		subtle.XORBytes(out, p, data[1:])
		sum.Write(out)
	})
	report("xor")

	number := func(words int) *big.Int {
		bits := new(big.Int).Lsh(big.NewInt(1), uint(64*words))
		x := new(big.Int).Rand(random, bits)
		if random.Intn(4) == 0 {
			x.Sub(bits, big.NewInt(int64(random.Intn(3)+1)))
		}
		return x
	}
	for range 600 {
		x, y := number(1+random.Intn(70)), number(1+random.Intn(40))
		y.Add(y, big.NewInt(1))
		product := new(big.Int).Mul(x, y)
		shift := uint(random.Intn(200))
		for _, z := range []*big.Int{
			product,
			new(big.Int).Mul(x, x),
			new(big.Int).Add(x, y),
			new(big.Int).Sub(y, x),
			new(big.Int).Quo(product, new(big.Int).Add(x, big.NewInt(1))),
			new(big.Int).Rem(x, y),
			new(big.Int).Lsh(x, shift),
			new(big.Int).Rsh(x, shift),
		} {
			sum.Write(z.Bytes())
		}
		sum.Write([]byte(x.String()))
	}
	odd := number(16)
	odd.SetBit(odd, 0, 1)
	sum.Write(new(big.Int).Exp(number(16), number(16), odd).Bytes())
	report("big")

	for i := range 20 {
		private, err := ecdh.P256().NewPrivateKey(data[i*40 : i*40+32])
		if err != nil {
			panic(err)
		}
		other, err := ecdh.P256().NewPrivateKey(data[2000+i*40 : 2000+i*40+32])
		if err != nil {
			panic(err)
		}
		secret, err := private.ECDH(other.PublicKey())
		if err != nil {
			panic(err)
		}
		sum.Write(private.PublicKey().Bytes())
		sum.Write(secret)
	}
	report("p256")

	// Within what the instructions of all processors agree on.
	for _, x := range []float64{0, 1, -1, 0.5, 709.7, 709.79, 710, -745, -746, -1e300, 1e-300, math.Inf(1), math.Inf(-1), math.NaN()} {
		fmt.Printf("exp %v %.14g\n", x, math.Exp(x))
	}
}
