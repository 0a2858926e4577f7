//! Parses any bytes: no panic, no hang, every position in the file.

#![no_main]

#[path = "../../crates/gust-syntax/tests/support/positions.rs"]
mod positions;

use gust_syntax::SourceMap;
use gust_syntax::ast::{Ast, ExprId};
use gust_syntax::parser::{Mode, parse_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for compile in [false, true] {
        let map = SourceMap::new();
        let Ok(source) = map.add("fuzz.go", text) else {
            return;
        };
        let mut ast = Ast::new();
        let mode = Mode {
            comments: !compile,
            imports_only: false,
            check_branches: compile,
        };
        let (_, errors) = parse_file(&mut ast, &source, mode);
        for error in &errors {
            assert!(source.contains(error.pos));
            let _ = source.position(error.pos);
        }
        positions::check(&ast, &source);
        for i in (0..ast.exprs.len()).step_by(17) {
            let _ = ast.expr_string(ExprId(i as u32));
        }
    }
});
