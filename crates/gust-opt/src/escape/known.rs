//! What functions of the runtime do with pointers, where that does not follow from their code: those without Go code,
//! and those whose code calls what is unknown (hash functions).

use gust_abi::entry::Entry;

/// What happens with the pointers of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing is kept, nothing written; pointer results are of the heap.
    None,
    /// The contents of what argument `.0` points to come to the heap.
    ContentsEscape(u32),
    /// All arguments escape.
    Escape,
    /// Contents of argument `.0` come to the contents of argument `.1`.
    Copy(u32, u32),
    /// The results point to contents of argument `.0`.
    ResultIsContents(u32),
    /// Pointers of the heap are written to what argument `.0` points to.
    Receives(u32),
    /// The first argument is an array of {channel, address of element}.
    Select,
    /// Results point to contents of the map, argument 1; contents of the key, argument 2, come to the map.
    MapAssign,
    /// Results point to contents of the map, argument 1.
    MapAccess,
    /// An iterator, argument 0, comes to know a map, argument 2.
    IterInit,
    /// An iterator, argument 0, points to contents of its map.
    IterNext,
    /// A record, a function value and the recover buffer of the frame that calls it at its end.
    Defer,
}

/// Functions that the runtime has in the place of the standard library's assembly: they keep no pointer and write none.
const LEAVES: &[(&str, &[&str])] = &[
    (
        "internal/bytealg",
        &[
            "IndexByte",
            "IndexByteString",
            "Count",
            "CountString",
            "Compare",
            "Index",
            "IndexString",
        ],
    ),
    (
        "hash/crc32",
        &["castagnoliSSE42", "castagnoliSSE42Triple", "ieeeCLMUL"],
    ),
    ("crypto/md5", &["block"]),
    ("crypto/sha1", &["blockSHANI"]),
    ("crypto/internal/fips140/sha256", &["blockSHANI"]),
    ("crypto/internal/fips140/sha512", &["blockAVX2"]),
    ("crypto/internal/fips140/sha3", &["keccakF1600"]),
    (
        "crypto/internal/fips140/aes",
        &[
            "encryptBlockAsm",
            "decryptBlockAsm",
            "expandKeyAsm",
            "ctrBlocks1Asm",
            "ctrBlocks2Asm",
            "ctrBlocks4Asm",
            "ctrBlocks8Asm",
        ],
    ),
    (
        "crypto/internal/fips140/aes/gcm",
        &[
            "gcmAesInit",
            "gcmAesData",
            "gcmAesEnc",
            "gcmAesDec",
            "gcmAesFinish",
        ],
    ),
    (
        "crypto/internal/fips140/bigmod",
        &["addMulVVW1024", "addMulVVW1536", "addMulVVW2048"],
    ),
    (
        "crypto/internal/fips140/edwards25519/field",
        &["feMul", "feSquare"],
    ),
    (
        "crypto/internal/fips140/nistec",
        &[
            "p256Mul",
            "p256Sqr",
            "p256FromMont",
            "p256NegCond",
            "p256MovCond",
            "p256Select",
            "p256SelectAffine",
            "p256PointAddAffineAsm",
            "p256PointAddAsm",
            "p256PointDoubleAsm",
            "p256OrdMul",
            "p256OrdSqr",
        ],
    ),
    ("crypto/internal/fips140/subtle", &["xorBytes"]),
    (
        "math/big",
        &[
            "addVV",
            "subVV",
            "lshVU",
            "rshVU",
            "mulAddVWW",
            "addMulVVWW",
        ],
    ),
];

/// A variant of a function that puts its first result in memory it is given, if there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Buffered {
    /// The variant: the address of the memory comes first.
    pub entry: Entry,
    /// Size of the memory in bytes: what the official compiler gives.
    pub size: u32,
}

const SMALL: u32 = 32;
const VARIANTS: &[(Entry, Entry, u32)] = &[
    (Entry::MakeSlice, Entry::MakeSliceIn, SMALL),
    (Entry::ConcatStrings, Entry::ConcatStringsIn, SMALL),
    (Entry::IntToString, Entry::IntToStringIn, 4),
    (Entry::BytesToString, Entry::BytesToStringIn, SMALL),
    (Entry::StringToBytes, Entry::StringToBytesIn, SMALL),
    (Entry::RunesToString, Entry::RunesToStringIn, SMALL),
    (Entry::StringToRunes, Entry::StringToRunesIn, 4 * SMALL),
];

/// Whether it is such a variant.
pub(crate) fn takes_buffer(symbol: &str) -> bool {
    VARIANTS.iter().any(|v| v.1.symbol() == symbol)
}

/// The variant of a function by symbol.
pub(crate) fn buffered(symbol: &str) -> Option<Buffered> {
    let &(_, entry, size) = VARIANTS.iter().find(|v| v.0.symbol() == symbol)?;
    Some(Buffered { entry, size })
}

/// The effect of a function by symbol.
pub(crate) fn effect(symbol: &str) -> Option<Effect> {
    use Effect as E;
    if let Some(name) = symbol.strip_prefix("internal/runtime/maps.") {
        return Some(match name {
            "NewMap" | "NewEmptyMap" | "(*Map).Delete" | "(*Map).Clear" => E::None,
            "(*Iter).Init" => E::IterInit,
            "(*Iter).Next" => E::IterNext,
            _ => return None,
        });
    }
    if LEAVES.iter().any(|(package, names)| {
        let name = symbol
            .strip_prefix(package)
            .and_then(|rest| rest.strip_prefix('.'));
        name.is_some_and(|name| names.contains(&name))
    }) {
        return Some(E::None);
    }
    let name = symbol.strip_prefix("runtime.")?;
    Some(match name {
        "newobject"
        | "makeslice"
        | "makeslicein"
        | "growplainslice"
        | "makechan"
        | "closechan"
        | "chanlen"
        | "chancap"
        | "block"
        | "deferreturn"
        | "deferpop"
        | "gorecover"
        | "panicBounds"
        | "panicmem"
        | "panicdivide"
        | "panicshift"
        | "panicdottypeE"
        | "panicwrap"
        | "panicargument"
        | "complex128div"
        | "memhash"
        | "strhash"
        | "f32hash"
        | "f64hash"
        | "nilinterhash"
        | "interhash"
        | "panicrangestate"
        | "typeAssert"
        | "assertE2I2"
        | "efaceeq"
        | "cmpstring"
        | "memequal"
        | "intstring"
        | "intstringin"
        | "slicebytetostring"
        | "slicebytetostringin"
        | "stringtoslicebyte"
        | "stringtoslicebytein"
        | "slicerunetostring"
        | "slicerunetostringin"
        | "stringtoslicerune"
        | "stringtoslicerunein"
        | "decoderune"
        | "countrunes"
        | "memclrHasPointers"
        | "memclrNoHeapPointers"
        | "printbool"
        | "printint"
        | "printuint"
        | "printfloat"
        | "printcomplex"
        | "printstring"
        | "printpointer"
        | "printslice"
        | "printiface"
        | "printlock"
        | "printunlock" => E::None,
        // The old array may be the result only where there is room, which the caller sees to.
        "growslice" => E::ContentsEscape(0),
        "chansend1" => E::ContentsEscape(1),
        "selectnbsend" => E::ContentsEscape(1),
        "chanrecv2" => E::Receives(1),
        "selectnbrecv" => E::Receives(0),
        "selectgo" => E::Select,
        "newproc" | "gopanic" => E::Escape,
        "deferproc" => E::Defer,
        "concatstrings" => E::ResultIsContents(0),
        "concatstringsin" => E::ResultIsContents(1),
        "typedslicemove" => E::Copy(2, 1),
        "memmove" | "memmovePointers" => E::Copy(1, 0),
        "mapaccess1" | "mapaccess2" => E::MapAccess,
        "mapassign" => E::MapAssign,
        _ => return None,
    })
}
