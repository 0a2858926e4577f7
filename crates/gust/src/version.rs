//! `gust version`: of gust, or of programs.

use crate::parse_flags;
use gust_driver::flags::{Flag, switch};
use gust_driver::link::program::read_build_info;
use std::path::Path;

pub const FLAGS: &[Flag] = &[
    switch(
        "m",
        "print the modules and settings that programs were built with",
    ),
    switch("v", "report files that are no Go programs"),
];

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("version", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    if flags.args.is_empty() {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        println!(
            "gust version {} (go1.26) {os}/{arch}",
            env!("CARGO_PKG_VERSION")
        );
        return 0;
    }
    let mut status = 0;
    for name in &flags.args {
        if !file(Path::new(name), flags.is_set("m"), true, flags.is_set("v")) {
            status = 1;
        }
    }
    status
}

/// Prints what a file, or each file of a folder, was built with. `named`: it was named on the command line.
fn file(path: &Path, modules: bool, named: bool, verbose: bool) -> bool {
    if path.is_dir() {
        let Ok(entries) = std::fs::read_dir(path) else {
            eprintln!("{}: cannot be read", path.display());
            return false;
        };
        let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            file(&path, modules, false, verbose);
        }
        return true;
    }
    let info = match std::fs::read(path) {
        Ok(data) => read_build_info(&data),
        Err(error) => {
            eprintln!("{}", gust_load::folder::os_error("open", path, &error));
            return false;
        }
    };
    match info {
        Some((version, info)) => {
            println!("{}: {version}", path.display());
            if modules {
                for line in info.lines() {
                    println!("\t{line}");
                }
            }
            true
        }
        None => {
            if named || verbose {
                eprintln!("{}: unrecognized file format", path.display());
            }
            false
        }
    }
}
