//! Loads, checks and lowers packages with all they need, and verifies the IR: `lower [-ir] [-n N] patterns`.
//!
//! Prints counts, then the first N constructs that are not supported and violations found. With `-ir`, the
//! IR of the last package instead.

use gust_driver::workers::with_large_stack;
use gust_driver::workspace::{Workspace, WorkspaceFlags};
use gust_load::load::{Options, load};
use gust_lower::{PackageSource, Program, lower};
use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use gust_types::{Config, GoVersion, Import, Input, PkgId, World};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn main() -> Result<(), String> {
    let mut patterns: Vec<String> = std::env::args().skip(1).collect();
    let mut limit = 20;
    let print_ir = patterns.first().is_some_and(|p| p == "-ir");
    if print_ir {
        patterns.remove(0);
    }
    if patterns.first().is_some_and(|p| p == "-n") {
        limit = patterns[1].parse().map_err(|_| "bad number")?;
        patterns.drain(..2);
    }
    with_large_stack(move || run(&patterns, limit, print_ir))
}

fn run(patterns: &[String], limit: usize, print_ir: bool) -> Result<(), String> {
    let workspace = Workspace::open(&WorkspaceFlags::default())?;
    let options = Options::for_compiling(workspace.cwd, workspace.goroot, workspace.context);
    let loaded = load(&options, &workspace.modules, patterns).map_err(|e| e.to_string())?;
    let sources = SourceMap::new();
    let world = World::new(loaded.packages.len());
    let mut list = Vec::new();
    for (id, package) in loaded.iter() {
        if package.is_unsafe {
            continue;
        }
        if let Some(error) = &package.error {
            return Err(error.to_string());
        }
        let mut ast = Ast::new();
        let mode = Mode {
            check_branches: true,
            ..Mode::default()
        };
        for file in &package.files {
            let source = sources
                .add(file.display.clone(), file.text.clone())
                .map_err(|e| e.to_string())?;
            parse_file(&mut ast, &source, mode);
        }
        let handle = |id: gust_load::package::PackageId| {
            if loaded[id].is_unsafe {
                PkgId::UNSAFE
            } else {
                PkgId(id.0 + 2)
            }
        };
        let imports: FxHashMap<Symbol, Import> = package
            .imports
            .iter()
            .map(|i| {
                (
                    Symbol::new(&i.source_path),
                    Import::Package(handle(i.package)),
                )
            })
            .collect();
        let config = Config {
            go_version: GoVersion::parse(&package.language).unwrap_or(GoVersion::LATEST),
            ignore_func_bodies: false,
            allow_missing_bodies: package.allows_bodyless,
            pointer_size: 8,
        };
        let checked = gust_types::check(&Input {
            id: handle(id),
            path: Symbol::new(package.program_path()),
            ast: &ast,
            parse_errors: false,
            sources: &sources,
            imports: &imports,
            world: &world,
            config: &config,
        });
        for d in checked.diagnostics.iter().take(3) {
            eprintln!("{}: check: {}", package.import_path, d.message);
        }
        world.set(checked.package.clone());
        list.push(PackageSource {
            package: checked.package,
            ast,
            info: checked.info,
            embeds: BTreeMap::new(),
        });
    }
    let program = Program::new(&world, &sources, list);
    let (mut functions, mut insts, mut globals, mut broken, mut unsupported) = (0, 0, 0, 0, 0);
    let mut shown = Vec::new();
    for source in program.packages() {
        // golib has a runtime of its own.
        if source.package.path == "runtime" {
            continue;
        }
        let path = source.package.path;
        let lowered = match catch_unwind(AssertUnwindSafe(|| lower(&program, source.package.id))) {
            Ok(lowered) => lowered,
            Err(_) => {
                shown.push(format!("{path}: panic"));
                broken += 1;
                continue;
            }
        };
        functions += lowered.module.functions.len();
        globals += lowered.module.globals.len();
        insts += lowered
            .module
            .functions
            .iter()
            .map(|f| f.insts.len())
            .sum::<usize>();
        unsupported += lowered.diagnostics.len();
        for d in &lowered.diagnostics {
            let at = sources
                .position(d.pos)
                .map_or(path.to_string(), |p| p.to_string());
            shown.push(format!("{at}: {}", d.message));
        }
        if let Err(errors) = gust_ir::verify::module(&lowered.module) {
            broken += errors.len();
            shown.extend(errors.iter().map(|e| format!("{path}: {e}")));
        }
        if print_ir
            && Some(path.as_str()) == loaded.roots.last().map(|&r| loaded[r].import_path.as_str())
        {
            println!("{}", lowered.module);
        }
    }
    for line in shown.iter().take(limit) {
        println!("{line}");
    }
    println!(
        "{functions} functions, {insts} instructions, {globals} globals: {unsupported} not supported, {broken} broken"
    );
    Ok(())
}
