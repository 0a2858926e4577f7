//! Instructions.

use crate::function::Signature;
use crate::{Block, DebugPlace, DebugVar, Slot, SymbolRef, Type, Value};
use smallvec::SmallVec;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in order of declaration.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The name in text.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The one with that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// Operations on one value. The result type is the instruction's.
    UnaryOp {
        /// `-x`, integers (wrapping).
        Neg = "neg",
        /// `^x`, all bits inverted.
        Not = "not",
        /// Leading zero bits; the width for 0.
        Clz = "clz",
        /// Trailing zero bits; the width for 0.
        Ctz = "ctz",
        /// One bits.
        Popcnt = "popcnt",
        /// Bytes reversed.
        Bswap = "bswap",
        /// `-x`, floats: the sign bit inverted.
        FNeg = "fneg",
        /// Sign bit cleared.
        FAbs = "fabs",
        /// Correctly rounded square root.
        Sqrt = "sqrt",
        /// Towards negative infinity.
        Floor = "floor",
        /// Towards positive infinity.
        Ceil = "ceil",
        /// Towards zero.
        Trunc = "ftrunc",
        /// To nearest, ties to even.
        Nearest = "nearest",
        /// Sign extension to a wider integer.
        Sext = "sext",
        /// Zero extension to a wider integer.
        Zext = "zext",
        /// Low bits of a wider integer.
        Wrap = "wrap",
        /// `f32` to `f64`.
        Promote = "promote",
        /// `f64` to `f32`, rounded to nearest even.
        Demote = "demote",
        /// Signed integer to float.
        FromSigned = "fromsigned",
        /// Unsigned integer to float.
        FromUnsigned = "fromunsigned",
        /// Float to signed integer, towards zero. Out of range: the most negative number, as
        /// amd64's conversion gives; never undefined.
        ToSigned = "tosigned",
        /// Float to unsigned integer, towards zero. Out of range: any number; never undefined.
        ToUnsigned = "tounsigned",
        /// Same bits, between integer and float of one size.
        Bitcast = "bitcast",
        /// Pointer to integer; the collector does not follow the result.
        PtrToInt = "ptrtoint",
        /// Integer to pointer (`unsafe.Pointer` conversions only).
        IntToPtr = "inttoptr",
        /// The same pointer, of which escape analysis is told nothing: the author of the source vouches for it
        /// (`abi.NoEscape`).
        Hide = "hide",
    }
}

named! {
    /// Operations on two values. Operands and result have one type, but for shift counts (any
    /// integer type), [`BinaryOp::PtrAdd`] and [`BinaryOp::PtrSub`].
    BinaryOp {
        /// Wrapping sum.
        Add = "add",
        /// Wrapping difference.
        Sub = "sub",
        /// Wrapping product.
        Mul = "mul",
        /// High half of the signed double-width product.
        MulHighSigned = "smulh",
        /// High half of the unsigned double-width product.
        MulHighUnsigned = "umulh",
        /// Signed quotient towards zero; most negative / -1 wraps. The divisor is not 0.
        SDiv = "sdiv",
        /// Unsigned quotient. The divisor is not 0.
        UDiv = "udiv",
        /// Signed remainder; most negative % -1 is 0. The divisor is not 0.
        SRem = "srem",
        /// Unsigned remainder. The divisor is not 0.
        URem = "urem",
        /// Bitwise and.
        And = "and",
        /// Bitwise or.
        Or = "or",
        /// Bitwise exclusive or.
        Xor = "xor",
        /// `x &^ y`
        AndNot = "andnot",
        /// Left shift by an unsigned count; 0 from the width on.
        Shl = "shl",
        /// Logical right shift by an unsigned count; 0 from the width on.
        LShr = "lshr",
        /// Arithmetic right shift by an unsigned count; the sign from the width on.
        AShr = "ashr",
        /// Left rotation by a count taken modulo the width.
        Rotl = "rotl",
        /// Rounded sum.
        FAdd = "fadd",
        /// Rounded difference.
        FSub = "fsub",
        /// Rounded product; never fused with an addition.
        FMul = "fmul",
        /// Rounded quotient.
        FDiv = "fdiv",
        /// Magnitude of the first, sign of the second.
        CopySign = "copysign",
        /// Pointer plus `i64`: points into the same object, or just past it.
        PtrAdd = "ptradd",
        /// Difference of two pointers as `i64`.
        PtrSub = "ptrsub",
    }
}

named! {
    /// Integer and pointer comparisons.
    IntCond {
        /// Equal.
        Eq = "eq",
        /// Not equal.
        Ne = "ne",
        /// Signed less.
        Slt = "slt",
        /// Signed less or equal.
        Sle = "sle",
        /// Signed greater.
        Sgt = "sgt",
        /// Signed greater or equal.
        Sge = "sge",
        /// Unsigned less.
        Ult = "ult",
        /// Unsigned less or equal.
        Ule = "ule",
        /// Unsigned greater.
        Ugt = "ugt",
        /// Unsigned greater or equal.
        Uge = "uge",
    }
}

named! {
    /// Float comparisons. All but `Ne` are false if an operand is NaN.
    FloatCond {
        /// Equal.
        Eq = "feq",
        /// Not equal, or unordered.
        Ne = "fne",
        /// Less.
        Lt = "flt",
        /// Less or equal.
        Le = "fle",
        /// Greater.
        Gt = "fgt",
        /// Greater or equal.
        Ge = "fge",
    }
}

named! {
    /// Read-modify-write operations; the result is the old value.
    AtomicOp {
        /// Add.
        Add = "add",
        /// And.
        And = "and",
        /// Or.
        Or = "or",
        /// Exchange.
        Xchg = "xchg",
    }
}

named! {
    /// Memory orderings of atomic loads and stores.
    Ordering {
        /// No ordering, no tearing.
        Relaxed = "relaxed",
        /// Acquire load.
        Acquire = "acquire",
        /// Release store.
        Release = "release",
        /// Sequentially consistent.
        SeqCst = "seqcst",
    }
}

named! {
    /// What a failed bounds check reports (spec: Index and Slice expressions): how the panic
    /// text names the two numbers.
    BoundsKind {
        /// `x[index]`, fails unless index < length (unsigned).
        Index = "index",
        /// `x[:hi]` with the length as bound; fails unless hi <= length.
        SliceAlen = "slicealen",
        /// `x[:hi]` with the capacity as bound.
        SliceAcap = "sliceacap",
        /// `x[lo:hi]`, fails unless lo <= hi.
        SliceB = "sliceb",
        /// `x[::max]` with the length as bound.
        Slice3Alen = "slice3alen",
        /// `x[::max]` with the capacity as bound.
        Slice3Acap = "slice3acap",
        /// `x[:hi:max]`, fails unless hi <= max.
        Slice3B = "slice3b",
        /// `x[lo:hi:]`, fails unless lo <= hi.
        Slice3C = "slice3c",
        /// Slice to array conversion, fails unless the array's length <= the slice's.
        Convert = "convert",
    }
}

impl BoundsKind {
    /// Whether the two numbers may be equal.
    #[must_use]
    pub fn allows_equal(self) -> bool {
        self != BoundsKind::Index
    }
}

/// What is known of a memory access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct MemFlags {
    /// The address is known to be valid: the access cannot fault and may be moved.
    pub notrap: bool,
    /// The memory never changes while the function can see it.
    pub readonly: bool,
}

/// A jump's destination with the arguments of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockCall {
    /// Where to.
    pub block: Block,
    /// One argument per block parameter.
    pub args: SmallVec<[Value; 4]>,
}

impl BlockCall {
    /// A jump to a block.
    #[must_use]
    pub fn new(block: Block, args: &[Value]) -> Self {
        Self {
            block,
            args: args.into(),
        }
    }
}

/// What is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallTarget {
    /// A function by symbol.
    Direct(SymbolRef),
    /// A function value: the address of a closure object whose first word is the code address. The
    /// object's address is passed as closure context. Faults if it is nil.
    Closure(Value),
    /// Method number `method` of an itab; the receiver word is the first argument. Faults if
    /// the itab is nil.
    Interface {
        /// The itab.
        itab: Value,
        /// Index in the interface's sorted method list.
        method: u32,
        /// What stands for the method's name and type; `None` if that could be any.
        id: Option<SymbolRef>,
    },
}

/// An instruction. Results are kept by the function.
#[derive(Clone, Debug, PartialEq)]
pub enum InstData {
    /// An integer, or the nil pointer (0).
    IConst {
        /// The value, sign-extended.
        value: i64,
    },
    /// A float, by its bits (in the low half for `f32`).
    FConst {
        /// The bits.
        bits: u64,
    },
    /// Address of a symbol plus an offset.
    SymbolAddr {
        /// The symbol.
        symbol: SymbolRef,
        /// Bytes added.
        offset: i64,
    },
    /// Address of a stack slot.
    SlotAddr {
        /// The slot.
        slot: Slot,
    },
    /// Address of the closure object this function was called through.
    ClosureContext,
    /// Address of this function's own frame: tells frames apart. Not for functions that are inlined.
    FrameAddress,
    /// The address this function returns to, as `i64`.
    CallerPc,
    /// One operand.
    Unary {
        /// What to do.
        op: UnaryOp,
        /// The operand.
        x: Value,
    },
    /// Two operands.
    Binary {
        /// What to do.
        op: BinaryOp,
        /// Left.
        x: Value,
        /// Right.
        y: Value,
    },
    /// `x * y + z` rounded once.
    Fma {
        /// Factor.
        x: Value,
        /// Factor.
        y: Value,
        /// Summand.
        z: Value,
    },
    /// `x + y + carry`: sum and carry out (0 or 1).
    AddCarry {
        /// Summand.
        x: Value,
        /// Summand.
        y: Value,
        /// 0 or 1.
        carry: Value,
    },
    /// `x - y - borrow`: difference and borrow out (0 or 1).
    SubBorrow {
        /// Minuend.
        x: Value,
        /// Subtrahend.
        y: Value,
        /// 0 or 1.
        borrow: Value,
    },
    /// Comparison of integers or pointers; 0 or 1.
    ICmp {
        /// The condition.
        cond: IntCond,
        /// Left.
        x: Value,
        /// Right.
        y: Value,
    },
    /// Comparison of floats; 0 or 1.
    FCmp {
        /// The condition.
        cond: FloatCond,
        /// Left.
        x: Value,
        /// Right.
        y: Value,
    },
    /// `x` if `cond` is not 0, else `y`; both are evaluated.
    Select {
        /// The condition, `i8`.
        cond: Value,
        /// If true.
        x: Value,
        /// If false.
        y: Value,
    },
    /// Reads the result's type at `addr + offset`. Faults at nil.
    Load {
        /// Flags.
        flags: MemFlags,
        /// Address.
        addr: Value,
        /// Bytes added to it.
        offset: i32,
    },
    /// Writes `value` at `addr + offset`, without write barrier: not for pointers into memory that the
    /// collector scans, other than fresh objects and stack slots.
    Store {
        /// Flags.
        flags: MemFlags,
        /// Value.
        value: Value,
        /// Address.
        addr: Value,
        /// Bytes added to it.
        offset: i32,
    },
    /// Writes pointer `value` at `addr + offset` with write barrier.
    StorePtr {
        /// Flags.
        flags: MemFlags,
        /// Pointer.
        value: Value,
        /// Address.
        addr: Value,
        /// Bytes added to it.
        offset: i32,
    },
    /// Copies `size` bytes (may overlap). With a type descriptor, the memory holds pointers and the
    /// copy has write barriers.
    MemMove {
        /// Destination.
        dst: Value,
        /// Source.
        src: Value,
        /// Number of bytes, `i64`.
        size: Value,
        /// Descriptor of the type copied, or of the element type of an array copied.
        ty: Option<SymbolRef>,
        /// Whether pointers may be copied: always if there is a type; without one, the destination is of a frame.
        pointers: bool,
    },
    /// Sets `size` bytes to zero, likewise.
    MemZero {
        /// Destination.
        dst: Value,
        /// Number of bytes, `i64`.
        size: Value,
        /// Descriptor, as for `MemMove`.
        ty: Option<SymbolRef>,
    },
    /// A zeroed object of a type, on the heap; a pass may move it to a slot.
    New {
        /// Type descriptor.
        ty: SymbolRef,
        /// Size in bytes.
        size: u32,
        /// Alignment in bytes.
        align: u32,
    },
    /// Faults (as a nil dereference does) if `x` is nil.
    NilCheck {
        /// Pointer.
        x: Value,
    },
    /// Panics unless `index < bound` (or `<=`, by kind), both unsigned.
    BoundsCheck {
        /// How the panic speaks of it.
        kind: BoundsKind,
        /// Whether the panic takes the index for an unsigned number.
        unsigned: bool,
        /// Index, `i64`.
        index: Value,
        /// Bound, `i64`.
        bound: Value,
    },
    /// Atomic read.
    AtomicLoad {
        /// Ordering.
        order: Ordering,
        /// Address.
        addr: Value,
    },
    /// Atomic write; of a pointer with write barrier.
    AtomicStore {
        /// Ordering.
        order: Ordering,
        /// Value.
        value: Value,
        /// Address.
        addr: Value,
    },
    /// Sequentially consistent read-modify-write; of a pointer with write barrier.
    AtomicRmw {
        /// Operation.
        op: AtomicOp,
        /// Address.
        addr: Value,
        /// Operand.
        value: Value,
    },
    /// Sequentially consistent compare-and-swap; 1 if it swapped. Of pointers with write barrier.
    AtomicCas {
        /// Address.
        addr: Value,
        /// Expected.
        old: Value,
        /// New.
        new: Value,
    },
    /// What a slot holds is not defined from here on, until it is written. Of the slots that such an instruction is for,
    /// none is read or written where no [`InstData::SlotStart`] has come before.
    SlotStart {
        /// The slot.
        slot: Slot,
    },
    /// What a slot holds is of no use any more.
    SlotEnd {
        /// The slot.
        slot: Slot,
    },
    /// Keeps `x` alive up to here.
    KeepAlive {
        /// Any value.
        x: Value,
    },
    /// Tells debuggers where a source variable is from here on. Not a use: passes need not keep the operand.
    DebugValue {
        /// The variable.
        var: DebugVar,
        /// What the operand is to it.
        place: DebugPlace,
        /// The value or address; `None` once it has been optimised out.
        x: Option<Value>,
    },
    /// A call.
    Call {
        /// What is called.
        target: CallTarget,
        /// Types of arguments and results.
        sig: Box<Signature>,
        /// Arguments.
        args: SmallVec<[Value; 6]>,
    },
    /// Goes on in another block. Terminator.
    Jump(BlockCall),
    /// Two-way branch. Terminator.
    BrIf {
        /// Condition, `i8`.
        cond: Value,
        /// If not 0.
        then: BlockCall,
        /// If 0.
        els: BlockCall,
    },
    /// Multi-way branch. Terminator.
    Switch {
        /// Integer.
        x: Value,
        /// Cases, with different numbers.
        cases: Vec<(i64, BlockCall)>,
        /// Any other number.
        default: BlockCall,
    },
    /// Marks the place where the function goes on when a deferred call has recovered a panic: control
    /// goes to `normal` first, and to `recovered` when the runtime resumes at the buffer in `slot`. What
    /// `recovered` and its successors use of before is in memory. Terminator.
    SetRecover {
        /// Buffer for the machine state.
        slot: Slot,
        /// First time.
        normal: BlockCall,
        /// After a recovered panic.
        recovered: BlockCall,
    },
    /// Returns. Terminator.
    Return {
        /// Results.
        values: SmallVec<[Value; 4]>,
    },
    /// Not reached: a call before does not return. Terminator.
    Unreachable,
}

impl InstData {
    /// Whether it ends a block.
    #[must_use]
    pub fn is_terminator(&self) -> bool {
        matches!(
            self,
            InstData::Jump(_)
                | InstData::BrIf { .. }
                | InstData::Switch { .. }
                | InstData::SetRecover { .. }
                | InstData::Return { .. }
                | InstData::Unreachable
        )
    }

    /// Calls `f` for each destination.
    pub fn for_each_successor(&self, mut f: impl FnMut(&BlockCall)) {
        match self {
            InstData::Jump(to) => f(to),
            InstData::BrIf { then, els, .. } => {
                f(then);
                f(els);
            }
            InstData::Switch { cases, default, .. } => {
                cases.iter().for_each(|(_, to)| f(to));
                f(default);
            }
            InstData::SetRecover {
                normal, recovered, ..
            } => {
                f(normal);
                f(recovered);
            }
            _ => {}
        }
    }

    /// Calls `f` for each value used, arguments of jumps included, in text order.
    pub fn for_each_operand(&self, mut f: impl FnMut(Value)) {
        // Operands are few and small: going over a copy keeps one list of them, below.
        self.clone().for_each_operand_mut(|v| f(*v));
    }

    /// Calls `f` with a reference to each value used, for replacing it.
    pub fn for_each_operand_mut(&mut self, mut f: impl FnMut(&mut Value)) {
        let all = |to: &mut BlockCall, f: &mut dyn FnMut(&mut Value)| {
            to.args.iter_mut().for_each(f);
        };
        match self {
            InstData::IConst { .. }
            | InstData::FConst { .. }
            | InstData::SymbolAddr { .. }
            | InstData::SlotAddr { .. }
            | InstData::SlotStart { .. }
            | InstData::SlotEnd { .. }
            | InstData::ClosureContext
            | InstData::FrameAddress
            | InstData::CallerPc
            | InstData::New { .. }
            | InstData::DebugValue { x: None, .. }
            | InstData::Unreachable => {}
            InstData::DebugValue { x: Some(x), .. } => f(x),
            InstData::Unary { x, .. } | InstData::NilCheck { x } | InstData::KeepAlive { x } => {
                f(x);
            }
            InstData::Load { addr, .. } | InstData::AtomicLoad { addr, .. } => f(addr),
            InstData::Binary { x, y, .. }
            | InstData::ICmp { x, y, .. }
            | InstData::FCmp { x, y, .. } => {
                f(x);
                f(y);
            }
            InstData::Fma { x, y, z }
            | InstData::AddCarry { x, y, carry: z }
            | InstData::SubBorrow { x, y, borrow: z }
            | InstData::Select {
                cond: x,
                x: y,
                y: z,
            }
            | InstData::AtomicCas {
                addr: x,
                old: y,
                new: z,
            }
            | InstData::MemMove {
                dst: x,
                src: y,
                size: z,
                ..
            } => {
                f(x);
                f(y);
                f(z);
            }
            InstData::Store { value, addr, .. }
            | InstData::StorePtr { value, addr, .. }
            | InstData::AtomicStore { value, addr, .. } => {
                f(value);
                f(addr);
            }
            InstData::AtomicRmw { addr, value, .. } => {
                f(addr);
                f(value);
            }
            InstData::MemZero { dst, size, .. } => {
                f(dst);
                f(size);
            }
            InstData::BoundsCheck { index, bound, .. } => {
                f(index);
                f(bound);
            }
            InstData::Call { target, args, .. } => {
                match target {
                    CallTarget::Direct(_) => {}
                    CallTarget::Closure(v) | CallTarget::Interface { itab: v, .. } => f(v),
                }
                args.iter_mut().for_each(f);
            }
            InstData::Jump(to) => all(to, &mut f),
            InstData::BrIf { cond, then, els } => {
                f(cond);
                all(then, &mut f);
                all(els, &mut f);
            }
            InstData::Switch { x, cases, default } => {
                f(x);
                cases.iter_mut().for_each(|(_, to)| all(to, &mut f));
                all(default, &mut f);
            }
            InstData::SetRecover {
                normal, recovered, ..
            } => {
                all(normal, &mut f);
                all(recovered, &mut f);
            }
            InstData::Return { values } => values.iter_mut().for_each(f),
        }
    }

    /// Whether executing it does something besides giving results, or may not come back.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        match self {
            InstData::IConst { .. }
            | InstData::FConst { .. }
            | InstData::SymbolAddr { .. }
            | InstData::SlotAddr { .. }
            | InstData::ClosureContext
            | InstData::FrameAddress
            | InstData::CallerPc
            | InstData::Unary { .. }
            | InstData::Fma { .. }
            | InstData::AddCarry { .. }
            | InstData::SubBorrow { .. }
            | InstData::ICmp { .. }
            | InstData::FCmp { .. }
            | InstData::Select { .. }
            | InstData::Binary { .. }
            | InstData::New { .. } => false,
            InstData::Load { flags, .. } => !flags.notrap,
            _ => true,
        }
    }

    /// The types of the results of an instruction whose results its kind alone decides; `None`
    /// where they are stated (constants, unary and binary operations, loads, ...).
    #[must_use]
    pub fn fixed_results(&self) -> Option<SmallVec<[Type; 2]>> {
        use smallvec::smallvec;
        Some(match self {
            InstData::SymbolAddr { .. }
            | InstData::SlotAddr { .. }
            | InstData::ClosureContext
            | InstData::FrameAddress
            | InstData::New { .. } => smallvec![Type::Ptr],
            InstData::CallerPc => smallvec![Type::I64],
            InstData::ICmp { .. } | InstData::FCmp { .. } | InstData::AtomicCas { .. } => {
                smallvec![Type::I8]
            }
            InstData::Call { sig, .. } => sig.results.iter().copied().collect(),
            InstData::IConst { .. }
            | InstData::FConst { .. }
            | InstData::Unary { .. }
            | InstData::Binary { .. }
            | InstData::Fma { .. }
            | InstData::AddCarry { .. }
            | InstData::SubBorrow { .. }
            | InstData::Select { .. }
            | InstData::Load { .. }
            | InstData::AtomicLoad { .. }
            | InstData::AtomicRmw { .. } => return None,
            _ => SmallVec::new(),
        })
    }
}
