//! `gust run`: builds a program and runs it.

use crate::loading::{Loaded, load_for_building, report_problem};
use crate::parse_flags;
use gust_driver::build::{Build, Problem, default_name, settings};
use gust_driver::flags::Flag;
use gust_driver::report::Style;
use std::path::PathBuf;

pub static FLAGS: &[Flag] = settings::FLAGS;

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("run", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    let (what, rest) = match split(&flags.args) {
        Ok(parts) => parts,
        Err(text) => {
            eprintln!("go: {text}");
            return 1;
        }
    };
    let Some(loaded) = load_for_building("run", &flags, what) else {
        return 1;
    };
    match build(&loaded, what) {
        Ok(Some(program)) => gust_driver::execute::run(&program, rest),
        Ok(None) => 0,
        Err(()) => 1,
    }
}

/// Splits the arguments into those that name the program and those that it gets.
fn split(args: &[String]) -> Result<(&[String], &[String]), String> {
    let files = args.iter().take_while(|a| a.ends_with(".go")).count();
    if let Some(test) = args[..files].iter().find(|a| a.ends_with("_test.go")) {
        return Err(format!("cannot run *_test.go files ({test})"));
    }
    match args.first() {
        _ if files > 0 => Ok(args.split_at(files)),
        Some(package) if !package.starts_with('-') => Ok(args.split_at(1)),
        _ => Err("no go files listed".into()),
    }
}

/// The program's file; none if nothing was to be built.
fn build(loaded: &Loaded, what: &[String]) -> Result<Option<PathBuf>, ()> {
    let style = Style::detect(false);
    let report = &mut |problem: Problem<'_>| report_problem(&problem, style);
    let Loaded {
        packages,
        goroot,
        options,
        cache,
    } = loaded;
    let main = match packages.roots[..] {
        [one] => one,
        [] => {
            eprintln!("go: no packages loaded from {}", what.join(" "));
            return Err(());
        }
        _ => {
            let names = packages.roots.iter().map(|&id| &packages[id].import_path);
            let names: Vec<_> = names.map(|n| format!("\n\t{n}")).collect();
            eprintln!(
                "go: pattern {} matches multiple packages:{}",
                what.join(" "),
                names.concat()
            );
            return Err(());
        }
    };
    let package = &packages[main];
    if package.name != "main" {
        eprintln!("package {} is not a main package", package.import_path);
        return Err(());
    }
    let mut build = Build::compile(packages, goroot, options, cache, report)?;
    if options.dry {
        eprintln!("gust link {}", package.import_path);
        return Ok(None);
    }
    let program = build.program(main, &default_name(package), report)?;
    if options.explain {
        eprintln!("{}", program.display());
    }
    Ok(Some(program))
}

#[cfg(test)]
mod tests {
    use super::split;

    fn parts(args: &[&str]) -> Result<(usize, usize), String> {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        split(&args).map(|(a, b)| (a.len(), b.len()))
    }

    #[test]
    fn files_come_first() {
        assert_eq!(parts(&["a.go", "b.go", "x", "c.go"]), Ok((2, 2)));
        assert_eq!(parts(&[".", "a.go"]), Ok((1, 1)));
        assert_eq!(parts(&["./cmd", "-v"]), Ok((1, 1)));
        assert!(parts(&[]).is_err());
        assert!(parts(&["-v"]).is_err());
        assert!(parts(&["a_test.go"]).is_err());
    }
}
