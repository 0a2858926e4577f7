//! Formats any bytes: no panic, no hang, and what was formatted is formatted.

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
            // Formatting again need not give the same (the official formatter does not either,
            // around misplaced comments), but must work.
            assert!(format_source("fuzz.go", &once, options).is_ok());
        }
    }
});
