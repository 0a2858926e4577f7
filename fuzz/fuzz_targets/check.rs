//! Checks any bytes as a package of one file: no panic, no hang, whatever is wrong with it.

#![no_main]

use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use gust_types::{Config, GoVersion, Import, Input, PkgId, World};
use libfuzzer_sys::fuzz_target;
use rustc_hash::FxHashMap;

fuzz_target!(|text: &[u8]| {
    // The checker recurses as deep as the source nests, as in the command.
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(1 << 30);
        let thread = builder.spawn_scoped(scope, || check(text)).expect("a thread");
        if let Err(panic) = thread.join() {
            std::panic::resume_unwind(panic);
        }
    });
});

fn check(text: &[u8]) {
    let sources = SourceMap::new();
    let Ok(source) = sources.add("fuzz.go", text) else {
        return;
    };
    let mut ast = Ast::new();
    let mode = Mode {
        check_branches: true,
        ..Mode::default()
    };
    let (_, parse_errors) = parse_file(&mut ast, &source, mode);
    let world = World::new(1);
    let mut imports = FxHashMap::default();
    imports.insert(Symbol::new("unsafe"), Import::Package(PkgId::UNSAFE));
    for path in ["fmt", "os", "a/b"] {
        imports.insert(Symbol::new(path), Import::Failed("not there".into()));
    }
    let config = Config {
        go_version: GoVersion::LATEST,
        ignore_func_bodies: false,
        allow_missing_bodies: false,
        pointer_size: 8,
    };
    let checked = gust_types::check(&Input {
        id: PkgId(2),
        path: Symbol::new("fuzz"),
        ast: &ast,
        sources: &sources,
        imports: &imports,
        world: &world,
        config: &config,
        parse_errors: !parse_errors.is_empty(),
    });
    for error in &checked.diagnostics {
        assert!(!error.pos.is_known() || source.contains(error.pos));
    }
}
