package runtime

import (
	"internal/coverage/rtcov"
	"unsafe"
)

// Counters are by block, not by function (internal/coverage.CtrGranularityPerBlock).
const coveragePerBlock = 1

// coverageCounters are the counters of the packages that have some.
var coverageCounters []covCounterBlob

// addCoverage makes a package's counters known; a variable of each such package is initialised by it before all
// others. Each function has three words before its counters: how many there are, the package's number, which is set
// here, and its own number.
func addCoverage(meta string, hash [16]byte, path string, counters []uint32, mode uint8) bool {
	start := unsafe.Pointer(unsafe.StringData(meta))
	id := rtcov.AddMeta(start, uint32(len(meta)), hash, path, -1, mode, coveragePerBlock)
	for rest := counters; len(rest) > 0; rest = rest[3+rest[0]:] {
		rest[1] = id
	}
	coverageCounters = append(coverageCounters, covCounterBlob{Counters: unsafe.SliceData(counters), Len: uint64(len(counters))})
	return true
}

//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []covCounterBlob { return coverageCounters }
