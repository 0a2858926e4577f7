//! The table of runtime entry points that compiled code calls.
//!
//! The only place where their names and signatures stand. Entry points that the standard library's Go code
//! declares itself (hooks bound by `//go:linkname`) are not here: their declarations are in Go.

/// Symbol of the 32-bit word that is not 0 while the collector marks and the program runs.
pub const GC_MARKING: &str = "runtime.gcmarking";

/// A scalar type of an entry point's signature.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    I8,
    I32,
    I64,
    F64,
    Ptr,
}

/// What the compiler may rely on when it calls an entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Returns.
    Returns,
    /// Never returns normally: panics or ends the program.
    Diverges,
}

macro_rules! entries {
    ($($(#[doc = $doc:literal])* $name:ident = $symbol:literal ($($param:ident),*) -> ($($result:ident),*) $effect:ident;)*) => {
        /// An entry point.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Entry { $($(#[doc = $doc])* $name,)* }

        impl Entry {
            /// All of them.
            pub const ALL: &[Entry] = &[$(Entry::$name,)*];

            /// The symbol.
            #[must_use]
            pub const fn symbol(self) -> &'static str {
                match self { $(Entry::$name => $symbol,)* }
            }

            /// Types of the parameters.
            #[must_use]
            pub const fn params(self) -> &'static [Scalar] {
                match self { $(Entry::$name => &[$(Scalar::$param),*],)* }
            }

            /// Types of the results.
            #[must_use]
            pub const fn results(self) -> &'static [Scalar] {
                match self { $(Entry::$name => &[$(Scalar::$result),*],)* }
            }

            /// What to rely on.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self { $(Entry::$name => Effect::$effect,)* }
            }
        }
    };
}

entries! {
    /// A zeroed object of a type.
    NewObject = "runtime.newobject" (Ptr) -> (Ptr) Returns;
    /// Zeroed memory for `len` elements of a type with room for `cap`; panics if out of range.
    MakeSlice = "runtime.makeslice" (Ptr, I64, I64) -> (Ptr) Returns;
    /// Room for `num` more elements of type `et` behind a slice's array: array, old length + num,
    /// old capacity, num, type; gives array, length and capacity.
    GrowSlice = "runtime.growslice" (Ptr, I64, I64, I64, Ptr) -> (Ptr, I64, I64) Returns;
    /// The same for a type without pointers.
    GrowPlainSlice = "runtime.growplainslice" (Ptr, I64, I64, I64, Ptr) -> (Ptr, I64, I64) Returns;
    /// A channel of a channel type with a buffer of that many elements.
    MakeChan = "runtime.makechan" (Ptr, I64) -> (Ptr) Returns;
    /// Sends the value at the address.
    ChanSend = "runtime.chansend1" (Ptr, Ptr) -> () Returns;
    /// Receives to the address (or nowhere if nil); whether a value was sent.
    ChanRecv = "runtime.chanrecv2" (Ptr, Ptr) -> (I8) Returns;
    /// Closes.
    ChanClose = "runtime.closechan" (Ptr) -> () Returns;
    /// Number of queued values.
    ChanLen = "runtime.chanlen" (Ptr) -> (I64) Returns;
    /// Capacity.
    ChanCap = "runtime.chancap" (Ptr) -> (I64) Returns;
    /// Sends if that is possible at once: channel, address; whether it did.
    SelectSend = "runtime.selectnbsend" (Ptr, Ptr) -> (I8) Returns;
    /// Receives if that is possible at once: address, channel; whether it did, whether a value was sent.
    SelectRecv = "runtime.selectnbrecv" (Ptr, Ptr) -> (I8, I8) Returns;
    /// Select over an array of cases {channel, address}: sends first, then receives; scratch of
    /// two u16 per case; number of sends, of receives, whether it may block. The chosen case (-1:
    /// default) and whether a value was received.
    Select = "runtime.selectgo" (Ptr, Ptr, I64, I64, I8) -> (I64, I8) Returns;
    /// Blocks for ever.
    Block = "runtime.block" () -> () Diverges;
    /// Starts a goroutine that calls a function value without arguments and results.
    Go = "runtime.newproc" (Ptr) -> () Returns;
    /// Registers a function value without arguments and results to be called when a frame ends: record,
    /// function value, recover buffer of the frame. The record is memory of that frame or of the heap.
    Defer = "runtime.deferproc" (Ptr, Ptr, Ptr) -> () Returns;
    /// Calls the deferred functions of the frame whose recover buffer this is.
    DeferReturn = "runtime.deferreturn" (Ptr) -> () Returns;
    /// Takes the goroutine's newest deferred call off its chain: its record. The caller calls the function itself.
    DeferPop = "runtime.deferpop" (Ptr) -> () Returns;
    /// Panics with an `any`.
    Panic = "runtime.gopanic" (Ptr, Ptr) -> () Diverges;
    /// The value of the panic that the function with this frame address may recover, as `any`: nil unless the
    /// runtime itself called that function, wrappers aside, as a deferred one.
    Recover = "runtime.gorecover" (Ptr) -> (Ptr, Ptr) Returns;
    /// Panics for a failed bounds check: kind (order of the IR's; plus
    /// [`UNSIGNED_INDEX`](crate::convention::UNSIGNED_INDEX) where that holds), index, bound.
    PanicBounds = "runtime.panicBounds" (I64, I64, I64) -> () Diverges;
    /// Panics for a nil dereference that was checked for.
    PanicNil = "runtime.panicmem" () -> () Diverges;
    /// Panics for an integer division by zero.
    PanicDivide = "runtime.panicdivide" () -> () Diverges;
    /// Panics for a negative shift count.
    PanicShift = "runtime.panicshift" () -> () Diverges;
    /// Panics for a failed assertion to a concrete type: dynamic type or nil, wanted type, interface type.
    PanicAssert = "runtime.panicdottypeE" (Ptr, Ptr, Ptr) -> () Diverges;
    /// Panics for a value method called through a nil pointer: its name as a string (`pkg.T.M`), the way
    /// the panic text says it.
    PanicWrap = "runtime.panicwrap" (Ptr, I64) -> () Diverges;
    /// Panics for a bad argument of `unsafe.Slice`, `unsafe.String`, `make(chan)` or `make([]T)`: number of the text
    /// (0 slice length, 1 slice of nil, 2 string length, 3 string of nil, 4 make slice length, 5 make
    /// slice capacity, 6 make chan size).
    PanicArgument = "runtime.panicargument" (I64) -> () Diverges;
    /// Quotient of complex numbers.
    ComplexDiv = "runtime.complex128div" (F64, F64, F64, F64) -> (F64, F64) Returns;
    /// Hash of memory: address, seed, bytes.
    MemHash = "runtime.memhash" (Ptr, I64, I64) -> (I64) Returns;
    /// Hash of the string at an address, with a seed.
    StringHash = "runtime.strhash" (Ptr, I64) -> (I64) Returns;
    /// Hash of the `float32` at an address: NaN at random, zeros alike.
    Float32Hash = "runtime.f32hash" (Ptr, I64) -> (I64) Returns;
    /// Hash of the `float64` at an address.
    Float64Hash = "runtime.f64hash" (Ptr, I64) -> (I64) Returns;
    /// Hash of the `any` at an address; panics if its dynamic type cannot be hashed.
    EfaceHash = "runtime.nilinterhash" (Ptr, I64) -> (I64) Returns;
    /// Hash of the interface with methods at an address.
    IfaceHash = "runtime.interhash" (Ptr, I64) -> (I64) Returns;
    /// Panics for a misused range function: number of the text.
    PanicRangeState = "runtime.panicrangestate" (I64) -> () Diverges;
    /// The itab of an interface type and a concrete type; panics if it does not implement it.
    AssertItab = "runtime.typeAssert" (Ptr, Ptr) -> (Ptr) Returns;
    /// The same, nil if it does not implement it: interface type, concrete type (nil gives nil).
    FindItab = "runtime.assertE2I2" (Ptr, Ptr) -> (Ptr) Returns;
    /// Whether two values of one dynamic type, given by their data words, are equal.
    IfaceEqual = "runtime.efaceeq" (Ptr, Ptr, Ptr) -> (I8) Returns;
    /// Concatenation of an array of strings: array, count.
    ConcatStrings = "runtime.concatstrings" (Ptr, I64) -> (Ptr, I64) Returns;
    /// Three-way comparison of strings.
    CompareStrings = "runtime.cmpstring" (Ptr, I64, Ptr, I64) -> (I64) Returns;
    /// Whether blocks of memory are equal.
    MemEqual = "runtime.memequal" (Ptr, Ptr, I64) -> (I8) Returns;
    /// `string(rune)`
    IntToString = "runtime.intstring" (I64) -> (Ptr, I64) Returns;
    /// `string([]byte)`
    BytesToString = "runtime.slicebytetostring" (Ptr, I64) -> (Ptr, I64) Returns;
    /// `[]byte(string)`
    StringToBytes = "runtime.stringtoslicebyte" (Ptr, I64) -> (Ptr, I64, I64) Returns;
    /// `string([]rune)`
    RunesToString = "runtime.slicerunetostring" (Ptr, I64) -> (Ptr, I64) Returns;
    /// `[]rune(string)`
    StringToRunes = "runtime.stringtoslicerune" (Ptr, I64) -> (Ptr, I64, I64) Returns;
    /// `len([]rune(string))`
    CountRunes = "runtime.countrunes" (Ptr, I64) -> (I64) Returns;
    /// As `MakeSlice`, in a buffer of 32 bytes, the first argument, if the array fits.
    MakeSliceIn = "runtime.makeslicein" (Ptr, Ptr, I64, I64) -> (Ptr) Returns;
    /// As `ConcatStrings`, likewise.
    ConcatStringsIn = "runtime.concatstringsin" (Ptr, Ptr, I64) -> (Ptr, I64) Returns;
    /// As `IntToString`, in a buffer of 4 bytes.
    IntToStringIn = "runtime.intstringin" (Ptr, I64) -> (Ptr, I64) Returns;
    /// As `BytesToString`, in a buffer of 32 bytes if there is room.
    BytesToStringIn = "runtime.slicebytetostringin" (Ptr, Ptr, I64) -> (Ptr, I64) Returns;
    /// As `StringToBytes`, likewise.
    StringToBytesIn = "runtime.stringtoslicebytein" (Ptr, Ptr, I64) -> (Ptr, I64, I64) Returns;
    /// As `RunesToString`, likewise.
    RunesToStringIn = "runtime.slicerunetostringin" (Ptr, Ptr, I64) -> (Ptr, I64) Returns;
    /// As `StringToRunes`, in a buffer of 32 runes if there is room.
    StringToRunesIn = "runtime.stringtoslicerunein" (Ptr, Ptr, I64) -> (Ptr, I64, I64) Returns;
    /// The rune at a byte index of a string, and the index behind it.
    DecodeRune = "runtime.decoderune" (Ptr, I64, I64) -> (I32, I64) Returns;
    /// Copies memory that holds pointers, with write barriers (may overlap): destination, source, bytes.
    MemMovePointers = "runtime.memmovePointers" (Ptr, Ptr, I64) -> () Returns;
    /// Zeroes memory that holds pointers, with write barriers: destination, bytes.
    MemClearPointers = "runtime.memclrHasPointers" (Ptr, I64) -> () Returns;
    /// Tells the collector, while it marks, of a pointer that was overwritten. Preserves all registers but `r11` and the
    /// floating-point ones.
    WriteBarrier = "runtime.gcshade" (Ptr) -> () Returns;
    /// `print` of a boolean.
    PrintBool = "runtime.printbool" (I8) -> () Returns;
    /// `print` of a signed integer.
    PrintInt = "runtime.printint" (I64) -> () Returns;
    /// `print` of an unsigned integer.
    PrintUint = "runtime.printuint" (I64) -> () Returns;
    /// `print` of a float.
    PrintFloat = "runtime.printfloat" (F64) -> () Returns;
    /// `print` of a `float32`, given as a wider one.
    PrintFloat32 = "runtime.printfloat32" (F64) -> () Returns;
    /// `print` of a complex number.
    PrintComplex = "runtime.printcomplex" (F64, F64) -> () Returns;
    /// `print` of a `complex64`, given as a wider one.
    PrintComplex64 = "runtime.printcomplex64" (F64, F64) -> () Returns;
    /// `print` of a string.
    PrintString = "runtime.printstring" (Ptr, I64) -> () Returns;
    /// `print` of a pointer.
    PrintPointer = "runtime.printpointer" (Ptr) -> () Returns;
    /// `print` of a slice: array, length, capacity.
    PrintSlice = "runtime.printslice" (Ptr, I64, I64) -> () Returns;
    /// `print` of an interface: type or itab, data.
    PrintInterface = "runtime.printiface" (Ptr, Ptr) -> () Returns;
    /// Starts a `print`: others wait.
    PrintLock = "runtime.printlock" () -> () Returns;
    /// Ends a `print`.
    PrintUnlock = "runtime.printunlock" () -> () Returns;
    /// Makes the stack larger; called by function prologues only, with its own convention.
    MoreStack = "__morestack" () -> () Returns;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_unique() {
        for (i, a) in Entry::ALL.iter().enumerate() {
            for b in &Entry::ALL[i + 1..] {
                assert_ne!(a.symbol(), b.symbol());
            }
        }
    }

    #[test]
    fn what_diverges_gives_nothing() {
        for entry in Entry::ALL {
            assert!(
                entry.effect() == Effect::Returns || entry.results().is_empty(),
                "{entry:?}"
            );
        }
    }
}
