//! `gust check`.

use crate::loading::{report_load_errors, report_test_only, show};
use crate::parse_flags;
use gust_driver::check::{CheckOptions, check};
use gust_driver::flags::{Flag, Parsed, switch, value};
use gust_driver::report::{self, Style};
use gust_driver::workspace::{Workspace, WorkspaceFlags};
use gust_load::load::{Options, load};
use gust_syntax::SourceMap;
use std::time::Instant;

pub const FLAGS: &[Flag] = &[
    switch(
        "e",
        "report all errors of a package, not only the first ten",
    ),
    switch("json", "print errors as JSON, one object per line"),
    switch("test", "check test files too"),
    switch(
        "deps",
        "check function bodies of standard library dependencies too",
    ),
    switch("stats", "print packages, lines and times to standard error"),
    value("C", "change to this folder first"),
    value("tags", "comma-separated list of additional build tags"),
    value("mod", "module download mode: readonly, vendor or mod"),
    value("modfile", "read this file instead of go.mod"),
];

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("check", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    let style = Style::detect(flags.is_set("json"));
    match run_parsed(&flags, style) {
        Ok(clean) => i32::from(!clean),
        Err(text) => {
            show(&report::load_error(&text, "", style), style);
            1
        }
    }
}

/// Whether there were no errors; `Err` is why nothing could be checked.
fn run_parsed(flags: &Parsed, style: Style) -> Result<bool, String> {
    let start = Instant::now();
    let workspace = Workspace::open(&WorkspaceFlags::from_flags(flags))?;
    let mut options = Options::for_compiling(workspace.cwd, workspace.goroot, workspace.context);
    options.tests = flags.is_set("test");
    let loaded = load(&options, &workspace.modules, &flags.args).map_err(|err| err.to_string())?;
    workspace
        .modules
        .commit()
        .map_err(|err| err.command_text())?;
    let load_time = start.elapsed();
    for warning in workspace.modules.take_warnings() {
        eprintln!("go: {warning}");
    }
    for warning in &loaded.warnings {
        eprintln!("{warning}");
    }
    if report_load_errors(&loaded, style) | (!options.tests && report_test_only(&loaded, style)) {
        return Ok(false);
    }

    let start = Instant::now();
    let sources = SourceMap::new();
    let options = CheckOptions {
        all_bodies: flags.is_set("deps"),
        all_errors: flags.is_set("e"),
    };
    let result = check(&loaded, &sources, options);
    let check_time = start.elapsed();
    for errors in &result.errors {
        show(&report::package_errors(errors, &sources, style), style);
    }
    if flags.is_set("stats") {
        eprintln!(
            "{} packages, {} lines: loaded in {load_time:.3?}, parsed and checked in {check_time:.3?}",
            result.packages, result.lines
        );
    }
    Ok(result.errors.is_empty())
}
