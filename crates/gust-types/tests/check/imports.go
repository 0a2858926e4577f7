Imports: used and unused, renamed, dot, blank, missing.
-- lib/lib.go --
package lib

const Exported = 1

type T struct{}
-- deep/other/x.go --
package strange

const S = 2
-- use.go --
package test

import "lib" // ERROR "\"lib\" imported and not used"
import l2 "lib" // ERROR "\"lib\" imported as l2 and not used"
import _ "lib"
import . "lib"
import "deep/other"
import u2 "deep/other" // ERROR "\"deep/other\" imported as u2 and not used"
import "missing" // ERROR "could not import missing (not loaded)"
import "C" // ERROR "import \"C\" is not supported yet (cgo)"
import init "lib" // ERROR "cannot import package as init - init must be a func"
import "a b" // ERROR "invalid import path (invalid character U+0020 ' ')"

const x = Exported + strange.S

var _ = missing.Whatever
var _ = lib3.X // ERROR "undefined: lib3"
-- use2.go --
package test

import . "deep/other" // ERROR "\"deep/other\" imported and not used"
import conflict "lib" // ERROR "\"lib\" imported as conflict and not used"

var conflict int // ERROR "conflict already declared through import of package lib (\"lib\") | 4: other declaration of conflict"
