//! Loads, checks, lowers and compiles packages with all they need:
//! `compile [-O N] [-v N] [-only PATH] [-o DIR] [-ll] patterns`.
//!
//! Reports what fails, and the time each stage took. With `-o`, writes the objects to a folder; with `-ll`, LLVM's
//! IR; with `-only`, compiles one package alone.

use gust_codegen_llvm::{Options, compile};
use gust_driver::workers::with_large_stack;
use gust_driver::workspace::{Workspace, WorkspaceFlags};
use gust_load::load::load;
use gust_lower::{PackageSource, Program, lower};
use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use gust_types::{Config, GoVersion, Import, Input, PkgId, World};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Clone, Default)]
struct Request {
    options: Options,
    only: Option<String>,
    out: Option<PathBuf>,
    patterns: Vec<String>,
}

fn main() -> Result<(), String> {
    let mut request = Request::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        let mut number = || value()?.parse().map_err(|e| format!("{arg}: {e}"));
        match arg.as_str() {
            "-O" => request.options.opt_level = number()?,
            "-v" => request.options.goamd64 = number()?,
            "-only" => request.only = Some(value()?),
            "-o" => request.out = Some(value()?.into()),
            "-ll" => request.options.emit_llvm = true,
            "-noverify" => request.options.verify = false,
            "-nodebug" => request.options.debug_info = false,
            _ => request.patterns.push(arg),
        }
    }
    with_large_stack(move || run(&request))
}

fn run(request: &Request) -> Result<(), String> {
    let start = Instant::now();
    let workspace = Workspace::open(&WorkspaceFlags::default())?;
    let options =
        gust_load::load::Options::for_compiling(workspace.cwd, workspace.goroot, workspace.context);
    let loaded =
        load(&options, &workspace.modules, &request.patterns).map_err(|e| e.to_string())?;
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
            let source = sources.add(file.display.clone(), file.text.clone());
            parse_file(&mut ast, &source.map_err(|e| e.to_string())?, mode);
        }
        let handle = |id: gust_load::package::PackageId| match loaded[id].is_unsafe {
            true => PkgId::UNSAFE,
            false => PkgId(id.0 + 2),
        };
        let imports = package
            .imports
            .iter()
            .map(|i| {
                let import = Import::Package(handle(i.package));
                (Symbol::new(&i.source_path), import)
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
        world.set(checked.package.clone());
        list.push(PackageSource {
            package: checked.package,
            ast,
            info: checked.info,
            embeds: BTreeMap::new(),
        });
    }
    let program = Program::new(&world, &sources, list);
    println!("front end: {:.2?}", start.elapsed());

    let (mut lowering, mut compiling) = (Duration::ZERO, Duration::ZERO);
    let (mut insts, mut bytes, mut failed, mut packages) = (0, 0, 0, 0);
    let mut slowest: Vec<(Duration, String)> = Vec::new();
    for source in program.packages() {
        let path = source.package.path;
        if request
            .only
            .as_ref()
            .is_some_and(|only| only != path.as_str())
        {
            continue;
        }
        let start = Instant::now();
        let Ok(lowered) = catch_unwind(AssertUnwindSafe(|| lower(&program, source.package.id)))
        else {
            println!("{path}: lowering panicked");
            failed += 1;
            continue;
        };
        lowering += start.elapsed();
        if let Some(d) = lowered.diagnostics.first() {
            println!("{path}: not lowered: {}", d.message);
            failed += 1;
            continue;
        }
        let start = Instant::now();
        let result = compile(&lowered.module, path.as_str(), &request.options);
        let time = start.elapsed();
        compiling += time;
        match result {
            Ok(object) => {
                packages += 1;
                bytes += object.len();
                insts += lowered
                    .module
                    .functions
                    .iter()
                    .map(|f| f.insts.len())
                    .sum::<usize>();
                slowest.push((time, path.to_string()));
                if let Some(out) = &request.out {
                    let ending = if request.options.emit_llvm { "ll" } else { "o" };
                    let file = format!("{}.{ending}", path.as_str().replace('/', "."));
                    std::fs::write(out.join(file), object).map_err(|e| e.to_string())?;
                }
            }
            Err(error) => {
                println!("{path}: {error}");
                failed += 1;
            }
        }
    }
    slowest.sort();
    for (time, path) in slowest.iter().rev().take(8) {
        println!("  {time:>8.2?} {path}");
    }
    println!(
        "{packages} packages compiled, {failed} failed: lowering {lowering:.2?}, compiling {compiling:.2?}, {insts} \
         instructions, {bytes} bytes of objects"
    );
    Ok(())
}
