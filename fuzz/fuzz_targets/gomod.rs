//! Reads any bytes as `go.mod` and `go.work`: no panic, no hang, and formatting is a fixed point.

#![no_main]

use gust_load::modules::modfile::syntax::parse;
use gust_load::modules::modfile::{ModFile, WorkFile, format, module_path};
use gust_load::modules::vendor::VendorList;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(tree) = parse("go.mod", data) {
        let text = format(&tree);
        // Comments move in the first pass where they share a line; from then on nothing does.
        let again = format(&parse("go.mod", text.as_bytes()).expect("formatted text parses"));
        let third = format(&parse("go.mod", again.as_bytes()).expect("formatted text parses"));
        assert_eq!(again, third);
    }
    let strict = ModFile::parse("go.mod", data, None);
    let lax = ModFile::parse_lax("go.mod", data, None);
    assert!(strict.is_err() || lax.is_ok());
    let _ = ModFile::parse("go.mod", data, Some(&mut |_, v| Ok(v.to_owned())));
    let _ = WorkFile::parse("go.work", data, None);
    let _ = module_path(data);
    let _ = VendorList::parse(&String::from_utf8_lossy(data));
});
