//! What the commands that need packages share: loading them, and telling what is wrong.

use gust_driver::build::{BuildOptions, Problem};
use gust_driver::flags::Parsed;
use gust_driver::report::{self, Style};
use gust_driver::workspace::{Workspace, WorkspaceFlags};
use gust_load::goroot::Goroot;
use gust_load::load::{Options, load, no_go_message};
use gust_load::package::LoadResult;
use std::io::Write;

/// Packages to build, with all that a build needs.
pub struct Loaded {
    pub packages: LoadResult,
    pub goroot: Goroot,
    pub options: BuildOptions,
    pub cache: gust_driver::build::cache::Cache,
}

/// Loads the packages that `patterns` name, to be built. What is wrong has been reported when there are none.
pub fn load_for_building(command: &str, flags: &Parsed, patterns: &[String]) -> Option<Loaded> {
    let loaded = load_packages(command, flags, patterns, |_| ())?;
    let (packages, style) = (&loaded.packages, Style::detect(false));
    if report_load_errors(packages, style) | report_test_only(packages, style) {
        return None;
    }
    Some(loaded)
}

/// Loads packages that may have errors; `adjust` says what else is to be loaded.
pub fn load_packages(
    command: &str,
    flags: &Parsed,
    patterns: &[String],
    adjust: impl FnOnce(&mut Options),
) -> Option<Loaded> {
    let style = Style::detect(false);
    let fail = |text: String| {
        show(&report::load_error(&text, "", style), style);
        None
    };
    let workspace = match Workspace::open(&WorkspaceFlags::from_flags(flags)) {
        Ok(workspace) => workspace,
        Err(text) => return fail(text),
    };
    let options = match BuildOptions::from_flags(flags, &workspace.env) {
        Ok(options) => options,
        Err(text) => return fail(format!("gust {command}: {text}")),
    };
    use gust_driver::build::cache::Cache;
    let cache = Cache::folder(&workspace.env).and_then(|folder| Cache::open(&folder));
    let cache = match cache {
        Ok(cache) => cache,
        Err(text) => return fail(text),
    };
    let goroot = workspace.goroot.clone();
    let mut load_options =
        Options::for_compiling(workspace.cwd, workspace.goroot, workspace.context);
    adjust(&mut load_options);
    let cover = flags.value("cover").map(str::to_owned);
    let cover = cover.or_else(|| workspace.env.goflag("cover"));
    if !load_options.tests && cover.is_some_and(|v| v == "true") {
        return fail(format!(
            "gust {command}: -cover is not supported here, only by gust test"
        ));
    }
    let packages = match load(&load_options, &workspace.modules, patterns) {
        Ok(packages) => packages,
        Err(err) => return fail(err.to_string()),
    };
    if let Err(err) = workspace.modules.commit() {
        return fail(err.command_text());
    }
    for warning in workspace.modules.take_warnings() {
        eprintln!("go: {warning}");
    }
    for warning in &packages.warnings {
        eprintln!("{warning}");
    }
    Some(Loaded {
        packages,
        goroot,
        options,
        cache,
    })
}

/// Tells of a problem of a build.
pub fn report_problem(problem: &Problem<'_>, style: Style) {
    match problem {
        Problem::Source(errors, sources) => {
            show(&report::package_errors(errors, sources, style), style);
        }
        Problem::Package(package, text) => eprintln!("# {}\n{text}", package.display_path()),
        Problem::General(text) => eprintln!("gust: {text}"),
    }
}

/// Reports what could not be loaded; like the official tool, gust then checks nothing.
pub fn report_load_errors(loaded: &LoadResult, style: Style) -> bool {
    let mut any = false;
    for package in &loaded.packages {
        if let Some(error) = &package.error {
            show(
                &report::load_error(&error.to_string(), &package.import_path, style),
                style,
            );
            any = true;
        }
    }
    any
}

/// Reports packages named one by one that consist of tests alone, which a build refuses.
pub fn report_test_only(loaded: &LoadResult, style: Style) -> bool {
    let mut any = false;
    for package in &loaded.packages {
        let listing = &package.listing;
        let tests = listing.test_go_files.len() + listing.xtest_go_files.len();
        let plain = package.error.is_none() && !package.is_unsafe;
        if package.named_literally && plain && package.files.is_empty() && tests > 0 {
            let text = format!("{}: {}", package.import_path, no_go_message(package));
            show(
                &report::load_error(&text, &package.import_path, style),
                style,
            );
            any = true;
        }
    }
    any
}

/// Errors go to standard error, machine-readable ones to standard output. A reader that has
/// gone is no error of ours.
pub fn show(text: &str, style: Style) {
    let _ = if style == Style::Json {
        std::io::stdout().write_all(text.as_bytes())
    } else {
        std::io::stderr().write_all(text.as_bytes())
    };
}
