//! What a program says of how it was built, in the form that `runtime/debug.ParseBuildInfo` reads.

use super::BuildOptions;
use gust_load::package::{LoadResult, ModuleInfo, PackageId};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The text for program `main`.
#[must_use]
pub fn build_info(load: &LoadResult, main: PackageId, options: &BuildOptions) -> String {
    let package = &load[main];
    let mut out = String::new();
    let _ = writeln!(out, "path\t{}", package.import_path);
    let mut modules = BTreeMap::new();
    for id in super::order::closure(load, main) {
        if let Some(module) = &load[id].module {
            modules.insert(module.path.as_str(), module);
        }
    }
    if let Some(module) = &package.module {
        write_module(&mut out, "mod", module);
        modules.remove(module.path.as_str());
    }
    for module in modules.values() {
        write_module(&mut out, "dep", module);
    }
    let mut setting = |key: &str, value: &str| {
        let _ = writeln!(out, "build\t{key}={}", quoted(value));
    };
    setting("-buildmode", "exe");
    setting("-compiler", "gust");
    if !options.ldflags.is_empty() && !options.trimpath {
        setting("-ldflags", &options.ldflags);
    }
    if !options.tags.is_empty() {
        setting("-tags", &options.tags);
    }
    if options.trimpath {
        setting("-trimpath", "true");
    }
    let godebug = &package.listing.default_godebug;
    if !godebug.is_empty() {
        setting("DefaultGODEBUG", godebug);
    }
    setting("CGO_ENABLED", "0");
    setting("GOARCH", "amd64");
    setting("GOOS", "linux");
    setting("GOAMD64", &format!("v{}", options.goamd64));
    out
}

fn write_module(out: &mut String, word: &str, module: &ModuleInfo) {
    let version = match module.version.as_str() {
        "" => "(devel)",
        version => version,
    };
    let _ = write!(out, "{word}\t{}\t{version}", module.path);
    match &module.replace {
        None => {
            let _ = writeln!(out, "\t{}", module.sum);
        }
        Some(replace) => {
            let version = match replace.version.as_str() {
                "" => "(devel)",
                version => version,
            };
            let _ = writeln!(out, "\n=>\t{}\t{version}\t{}", replace.path, replace.sum);
        }
    }
}

/// A value as it stands behind `key=`: quoted where it has to be.
fn quoted(value: &str) -> String {
    match value.contains([' ', '\t', '\r', '\n', '"', '`']) {
        true => format!("{value:?}"),
        false => value.to_owned(),
    }
}
