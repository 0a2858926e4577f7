//! `gust check`.

use crate::parse_flags;
use gust_driver::flags::{Flag, switch, value};

pub const FLAGS: &[Flag] = &[
    switch(
        "e",
        "report all errors of a package, not only the first ten",
    ),
    switch("json", "print errors as JSON, one object per line"),
    switch("test", "check test files too"),
    switch(
        "deps",
        "check function bodies of standard library dependencies too",
    ),
    switch("stats", "print packages, lines and times to standard error"),
    value("C", "change to this folder first"),
    value("tags", "comma-separated list of additional build tags"),
    value("mod", "module download mode: readonly, vendor or mod"),
    value("modfile", "read this file instead of go.mod"),
];

pub fn run(args: &[String]) -> i32 {
    let _flags = match parse_flags("check", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    0
}
