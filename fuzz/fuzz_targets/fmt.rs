//! Formats any bytes, and what comes out once more: no panic, no hang.

#![no_main]

use gust_syntax::printer::{Options, format_source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for simplify in [false, true] {
        let options = Options {
            simplify,
            ..Options::default()
        };
        if let Ok(once) = format_source("fuzz.go", text, options) {
            // As with the official formatter, a misplaced `//go:build` comment can make the output
            // text that does not parse: nothing is asserted of the second result.
            let _ = format_source("fuzz.go", &once, options);
        }
    }
});
