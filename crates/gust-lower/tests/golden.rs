//! Lowering of small packages: `golden/NAME.go` gives the functions in `golden/NAME.ir`. `GUST_BLESS=1` writes the `.ir`
//! files anew; review the difference.

use gust_driver::workers::with_large_stack;
use gust_lower::{PackageSource, Program, lower};
use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use gust_types::{Config, GoVersion, Import, Input, PkgId, World};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::Path;

/// The IR of a package's own functions, and what is wrong with it.
fn lowered(name: &str, text: &str) -> String {
    let sources = SourceMap::new();
    let world = World::new(1);
    let mut ast = Ast::new();
    let file = format!("{name}.go");
    let source = sources.add(file, text.as_bytes().to_vec()).expect("room");
    parse_file(&mut ast, &source, Mode::default());
    let id = PkgId(2);
    let config = Config {
        go_version: GoVersion::LATEST,
        ignore_func_bodies: false,
        allow_missing_bodies: true,
        pointer_size: 8,
    };
    let unsafe_import = (Symbol::new("unsafe"), Import::Package(PkgId::UNSAFE));
    let imports: FxHashMap<Symbol, Import> = [unsafe_import].into_iter().collect();
    let checked = gust_types::check(&Input {
        id,
        path: Symbol::new("p"),
        ast: &ast,
        parse_errors: false,
        sources: &sources,
        imports: &imports,
        world: &world,
        config: &config,
    });
    let errors: Vec<String> = checked
        .diagnostics
        .iter()
        .map(|d| d.message.to_string())
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
    world.set(checked.package.clone());
    let package = PackageSource {
        package: checked.package,
        ast,
        info: checked.info,
        embeds: BTreeMap::new(),
    };
    let program = Program::new(&world, &sources, vec![package]);
    let first = lower(&program, id);
    let again = lower(&program, id);
    assert_eq!(first.module.to_string(), again.module.to_string(), "{name}");
    assert!(
        first.diagnostics.is_empty(),
        "{name}: {:?}",
        first.diagnostics
    );
    let problems = gust_ir::verify::module(&first.module)
        .err()
        .unwrap_or_default();
    assert!(problems.is_empty(), "{name}: {problems:?}");
    let mut module = first.module;
    let names = module.symbols.clone();
    module
        .functions
        .retain(|f| names[f.symbol].starts_with("p."));
    module
        .functions
        .sort_by(|a, b| names[a.symbol].cmp(&names[b.symbol]));
    // Data are shown where the file's name asks for them.
    let data = name.starts_with("data_");
    module
        .globals
        .retain(|g| data && names[g.symbol].starts_with("p."));
    for f in &mut module.functions {
        f.locs.clear();
    }
    module.to_string()
}

#[test]
fn packages_give_the_expected_ir() {
    let bless = std::env::var_os("GUST_BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of packages")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "go"))
        .collect();
    names.sort();
    let mut different = Vec::new();
    for path in names {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a package");
        let have = with_large_stack({
            let name = name.clone();
            move || lowered(&name, &text)
        });
        let golden = path.with_extension("ir");
        if bless {
            std::fs::write(&golden, have).expect("written");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != have {
            different.push(name);
        }
    }
    assert!(
        different.is_empty(),
        "other IR than expected: {different:?}"
    );
}
