//! The contract between compiled code and the runtime.
//!
//! Compiler and runtime both read this crate and nothing else of each other: layouts of type
//! descriptors and values ([`types`]), how signatures become machine arguments and results
//! ([`convention`]), the table of runtime entry points ([`entry`]) that of code addresses ([`pctab`]) and
//! that of frames ([`stackmap`]). 64-bit
//! little-endian targets.
//!
//! It has no code that runs in either, only facts; it needs no standard library.

#![no_std]

pub mod convention;
pub mod entry;
pub mod pctab;
pub mod stackmap;
pub mod types;
