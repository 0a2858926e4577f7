//! `gust build`: programs from packages.

use crate::loading::{Loaded, load_for_building, report_problem};
use crate::parse_flags;
use gust_driver::build::{Build, Problem, default_name, output, settings};
use gust_driver::flags::{Flag, value};
use gust_driver::report::Style;
use gust_load::package::PackageId;
use std::path::{Path, PathBuf};

pub static FLAGS: &[Flag] = &with_output();

const fn with_output() -> [Flag; settings::FLAGS.len() + 1] {
    let mut flags = [value(
        "o",
        "write the program to this file, or programs to this folder",
    ); settings::FLAGS.len() + 1];
    let mut i = 0;
    while i < settings::FLAGS.len() {
        flags[i + 1] = settings::FLAGS[i];
        i += 1;
    }
    flags
}

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("build", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    let Some(loaded) = load_for_building("build", &flags, &flags.args) else {
        return 1;
    };
    let targets = match targets(&loaded, flags.value("o").unwrap_or_default()) {
        Ok(targets) => targets,
        Err(text) => {
            eprintln!("go: {text}");
            return 1;
        }
    };
    i32::from(build(&loaded, &targets).is_err())
}

/// A program to link, and where to write it to, if anywhere.
struct Target {
    package: PackageId,
    path: Option<PathBuf>,
}

/// What to link: rules and texts are the official tool's.
fn targets(loaded: &Loaded, output: &str) -> Result<Vec<Target>, String> {
    let packages = &loaded.packages;
    let roots: Vec<PackageId> = packages
        .roots
        .iter()
        .copied()
        .filter(|&id| !packages[id].files.is_empty())
        .collect();
    let is_program = |id: &PackageId| packages[*id].name == "main";
    let programs = roots.iter().copied().filter(is_program);
    let unwritten = |package| Target {
        package,
        path: None,
    };
    if output == "/dev/null" {
        return Ok(programs.map(unwritten).collect());
    }
    if output.is_empty() {
        return Ok(match roots[..] {
            [one] if is_program(&one) => vec![Target {
                package: one,
                path: Some(default_name(&packages[one]).into()),
            }],
            _ => programs.map(unwritten).collect(),
        });
    }
    if output.ends_with('/') || Path::new(output).is_dir() {
        let targets: Vec<Target> = programs
            .map(|package| Target {
                package,
                path: Some(Path::new(output).join(default_name(&packages[package]))),
            })
            .collect();
        return match targets.is_empty() {
            true => Err("no main packages to build".into()),
            false => Ok(targets),
        };
    }
    match roots[..] {
        [] => Err("no packages to build".into()),
        [one] => Ok(vec![Target {
            package: one,
            path: is_program(&one).then(|| output.into()),
        }]
        .into_iter()
        .filter(|t| t.path.is_some())
        .collect()),
        _ => Err(format!(
            "cannot write multiple packages to non-directory {output}"
        )),
    }
}

fn build(loaded: &Loaded, targets: &[Target]) -> Result<(), ()> {
    let style = Style::detect(false);
    let report = &mut |problem: Problem<'_>| report_problem(&problem, style);
    let Loaded {
        packages,
        goroot,
        options,
        cache,
    } = loaded;
    let mut build = Build::compile(packages, goroot, options, cache, report)?;
    let mut failed = false;
    for target in targets {
        let package = &packages[target.package];
        let name = default_name(package);
        if options.dry {
            eprintln!("gust link {}", package.import_path);
            continue;
        }
        let Ok(program) = build.program(target.package, &name, report) else {
            failed = true;
            continue;
        };
        let Some(path) = &target.path else { continue };
        if options.explain {
            eprintln!("cp {} {}", program.display(), path.display());
        }
        if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty())
            && let Err(error) = std::fs::create_dir_all(dir)
        {
            report(Problem::General(format!("{}: {error}", dir.display())));
            failed = true;
        } else if let Err(text) = output::write_program(&program, path) {
            report(Problem::General(text));
            failed = true;
        }
    }
    if failed { Err(()) } else { Ok(()) }
}
