//! Stack maps: what the collector has to look at in the frames of compiled functions.
//!
//! A frame, as long as a call runs, consists of the words between the end of the called function's frame (above its return
//! address) and the word that the frame pointer points to, the saved frame pointer of the caller. Word `k` of it, from 1
//! on, is the one at `8 * k` bytes below the frame pointer. The map of a call tells which of these words hold nothing that
//! is needed after the call; all others may hold pointers. It also tells which of the registers that a callee preserves
//! ([`REGISTERS`]) may hold a pointer that is needed; and the function, where in its frame it has saved those of its
//! caller.
//!
//! Calls without a map are allowed. Then every word of the frame, and every register, counts.
//!
//! # In an object file
//!
//! The section [`SECTION`] of a function's code holds, without gaps and alignment: the address of the function less the
//! place of this field, four bytes; the function's size, four bytes; the function's record; for each call with a map, in
//! the order of the code, the address of the instruction less the place of the field, four bytes.
//!
//! A **record** consists of the number of calls with a map, an unsigned varint; a byte with the saved registers, one bit
//! each; for each of them the number of its word, an unsigned varint; and the maps of the calls.
//!
//! A **map** consists of a byte with the registers that are needed, the number of ranges of words that are not needed, and
//! for each range the number of words between it and the one before (at first: the frame pointer), and its length. Numbers
//! are unsigned varints, as in [`crate::pctab`].
//!
//! # In a program
//!
//! The variable [`CELL`] holds the address of the table and its size in bytes, both zero in a program without one. The
//! table begins with two `u32`s: the number of functions and the offset of the maps from the table's start. Each
//! function follows with two `u32`s: its address, and the offset of its record from the table's start. They are sorted
//! by address.
//!
//! A record here consists of the number of calls, the registers and their words as above, and for each call two unsigned
//! varints: its return address less the one before (at first: the function's address), and the offset of its map from the
//! first one. Equal maps stand there once.

/// Name of the sections in object files.
pub const SECTION: &str = "gust_stackmaps";

/// The variable that holds the address and the size of the table, 8 bytes each.
pub const CELL: &str = "runtime.stackmaps";

/// Size of the table's header and of a function in bytes.
pub const ENTRY_SIZE: usize = 8;

/// Registers that callees preserve, the frame pointer aside, by the number of their bit: rbx, r12, r13, r14, r15.
pub const REGISTERS: usize = 5;
