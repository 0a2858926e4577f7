//! The table of code addresses: which function, file and line an address belongs to, inlined calls included.
//!
//! The driver makes it from the debug information of the linked program and adds it to the executable as read-only
//! memory; the runtime reads it for traces, `runtime.Callers` and `runtime.FuncForPC`. It does not depend on symbols or
//! debug information being there at run time.
//!
//! # Where it is
//!
//! The variable [`CELL`] holds two 8-byte words: the address of the table and its size in bytes. Both are zero in a
//! program without a table.
//!
//! # Form
//!
//! All numbers are little-endian. Offsets count bytes from the table's start. The table starts at a multiple of 16.
//!
//! The header, [`HEADER_SIZE`] bytes, consists of `u32`s:
//!
//! | offset | what |
//! |--:|---|
//! | 0 | [`MAGIC`] |
//! | 4 | number of functions |
//! | 8 | offset of the functions |
//! | 12 | number of files |
//! | 16 | offset of the files |
//! | 20 | number of inlined functions |
//! | 24 | offset of the inlined functions |
//! | 28 | offset of the records |
//! | 32 | offset of the strings |
//! | 36 | size of the table |
//!
//! Where the rest speaks of the offset of a record or a string, it is counted from the first one.
//!
//! **Functions** are sorted by address, do not overlap, and may leave gaps. Each has [`FUNCTION_SIZE`] bytes of `u32`s:
//!
//! | offset | what |
//! |--:|---|
//! | 0 | address of its first instruction (absolute: programs are linked below 4 GiB) |
//! | 4 | name: offset of a string, and in the high bits, from [`FLAG_SHIFT`] on, the [flags](flag) |
//! | 8 | offset of its record |
//!
//! **Files** are `u32`s: the offset of the string of the path. File 0 is the empty string, for code without source.
//!
//! **Inlined functions** are those of which calls were inlined somewhere, [`CALLEE_SIZE`] bytes of `u32`s each: name and flags
//! as those of functions, and the line of the declaration, 0 if unknown.
//!
//! **A record** is a sequence of varints:
//!
//! - size of the function in bytes;
//! - file of its declaration: index of a file;
//! - line of its declaration, 0 if unknown;
//! - number of calls inlined into it;
//! - for each of these, callers before what was inlined into them: the number of the inlined call that this one stands in, or
//!   0; the index of the inlined function; signed, the index of the file of the call less that of the function's
//!   file; signed, the line of the call less that of the function's declaration;
//! - the line program.
//!
//! Numbers of inlined calls are counted from 1 within the function; 0 is the function itself.
//!
//! **A line program** tells of ranges of addresses that follow each other from the function's first address. It is a
//! sequence of rows:
//!
//! - an unsigned varint: twice the length of the range in bytes, plus one if the place changes (see below); zero
//!   ends the program, and with it what is known of the function;
//! - a signed varint: the line of the range less that of the range before (for the first: less the line of
//!   the function's declaration). Line 0 is "no source line";
//! - if the place changes: a signed varint, the index of the range's file less that of the range before (for the
//!   first: less the function's file), and an unsigned varint, the number of the inlined call that the range belongs to
//!   (0 before the first row).
//!
//! File and line of a range are those within the innermost inlined function. That function's caller stands at file and
//! line of the call, and so on outwards.
//!
//! **A string** is an unsigned varint, the number of bytes, and the bytes. Names are those that `runtime.Func.Name`
//! gives: `path/pkg.Func`, `path/pkg.(*T).Method`, `pkg.F[...]`.
//!
//! Unsigned varints have seven bits a byte, low ones first, and the high bit set in all bytes but the last. Signed
//! ones are zigzag-coded: `n` stands for `n << 1 ^ n >> 63`.

/// The variable that holds the address and the size of the table, 8 bytes each.
pub const CELL: &str = "runtime.pctab";

/// First four bytes of the table: `gpt2`.
pub const MAGIC: u32 = u32::from_le_bytes(*b"gpt2");

/// Size of the header in bytes.
pub const HEADER_SIZE: usize = 40;

/// Size of a function in bytes.
pub const FUNCTION_SIZE: usize = 12;

/// Size of an inlined function in bytes.
pub const CALLEE_SIZE: usize = 8;

/// Where in the word with a name's offset the flags begin.
pub const FLAG_SHIFT: u32 = 30;

/// What kind of function it is.
pub mod flag {
    /// Made by the compiler around another one: not shown in traces, passed through by `recover`.
    pub const WRAPPER: u32 = 1;
    /// Not compiled from Go: code of the runtime library. There is no line program.
    pub const NATIVE: u32 = 2;
}
