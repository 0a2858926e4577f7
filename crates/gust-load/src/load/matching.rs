//! Package patterns to import paths.

use super::LoadError;
use super::discover::Loader;
use super::patterns::{
    Wildcard, clean_patterns, is_local_import, is_meta_package, is_standard_import_path,
};
use crate::folder::{self, Folder, FolderError, Request, os_error_text};
use crate::source::MainModule;
use std::path::{Path, PathBuf};

/// A pattern with the packages it matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternMatch {
    /// The pattern, cleaned.
    pub pattern: String,
    /// Whether it is a plain path.
    pub is_literal: bool,
    /// Import paths.
    pub packages: Vec<String>,
    /// What is wrong with the pattern.
    pub error: Option<String>,
    /// Lines for standard error.
    pub warnings: Vec<String>,
}

/// Matches all patterns.
///
/// # Errors
/// When packages are asked for that only modules could have, and the modules cannot be loaded.
pub fn match_patterns(
    loader: &Loader<'_>,
    patterns: &[String],
) -> Result<Vec<PatternMatch>, LoadError> {
    let mut out = Vec::new();
    for pattern in clean_patterns(patterns) {
        let is_local = is_local_import(&pattern) || pattern.starts_with('/');
        let has_wildcard = pattern.contains("...");
        let mut m = PatternMatch {
            is_literal: !has_wildcard && !is_meta_package(&pattern),
            pattern,
            ..PatternMatch::default()
        };
        let result = match m.pattern.as_str() {
            _ if is_local && has_wildcard => local_wildcard(loader, &mut m),
            _ if is_local => local_literal(loader, &mut m),
            "std" => {
                m.packages = standard_packages(loader, &Matcher::all(), false);
                Ok(())
            }
            "cmd" => {
                m.packages = standard_packages(loader, &Matcher::all(), true);
                Ok(())
            }
            "work" => {
                main_module_packages(loader, &mut m);
                Ok(())
            }
            "tool" => {
                m.packages = loader.modules.tools();
                Ok(())
            }
            "all" => {
                all_packages(loader, &mut m);
                Ok(())
            }
            _ if has_wildcard => wildcard(loader, &mut m),
            _ => {
                m.packages.push(m.pattern.clone());
                Ok(())
            }
        };
        if let Err(Problem::Fatal(message)) = result {
            return Err(LoadError(message));
        }
        if let Err(Problem::Pattern(message)) = result {
            m.error = Some(match m.is_literal {
                true => message,
                false => format!("pattern {}: {message}", m.pattern),
            });
        }
        if m.packages.is_empty() && m.error.is_none() {
            let warning = format!("go: warning: {:?} matched no packages", m.pattern);
            m.warnings.push(warning);
        }
        out.push(m);
    }
    Ok(out)
}

/// What can go wrong with a pattern.
enum Problem {
    /// It is said of the pattern.
    Pattern(String),
    /// Nothing can be loaded.
    Fatal(String),
}

/// Which import paths a pattern means.
struct Matcher(Option<Wildcard>);

impl Matcher {
    fn all() -> Self {
        Self(None)
    }

    fn matches(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|w| w.matches(name))
    }

    fn tree_can_match(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|w| w.tree_can_match(name))
    }
}

/// A folder by name: `.`, `./x`, `/abs/x`.
fn local_literal(loader: &Loader<'_>, m: &mut PatternMatch) -> Result<(), Problem> {
    let dir = loader.options.cwd.absolute(&m.pattern);
    let path = path_of_dir(loader, &dir).map_err(|problem| match problem {
        DirProblem::Special(message) | DirProblem::Other(message) => {
            if loader.modules.main_modules().is_empty() {
                Problem::Fatal(format!("go: {}", loader.modules.no_main_module_message()))
            } else {
                Problem::Pattern(message)
            }
        }
    })?;
    m.packages.push(path);
    Ok(())
}

/// Folders by pattern: `./...`, `../x/...`.
fn local_wildcard(loader: &Loader<'_>, m: &mut PatternMatch) -> Result<(), Problem> {
    let clean = super::patterns::clean_path(&m.pattern);
    let (prefix, clean) = match m.pattern.starts_with("./") && clean != "." {
        true => ("./", format!("./{clean}")),
        false => ("", clean),
    };
    let at = clean.find("...").unwrap_or(clean.len());
    let start = clean[..at].rfind('/').map_or("", |i| &clean[..i]);
    let top = match start {
        "" if clean.starts_with('/') => PathBuf::from("/"),
        start => loader.options.cwd.absolute(start),
    };
    let main = main_module_of(loader, &top);
    let in_goroot = top.starts_with(loader.resolver.goroot_src());
    if main.is_none() && !in_goroot && loader.modules.path_of_dir(&top).is_none() {
        let scope = match loader.modules.is_workspace() {
            true => "modules listed in go.work or their selected dependencies",
            false => "main module or its selected dependencies",
        };
        return Err(Problem::Pattern(format!(
            "directory prefix {} does not contain {scope}",
            loader.options.cwd.short(&top)
        )));
    }
    let wildcard = Wildcard::new(&clean);
    let ignore = Ignore::new(main.map_or(&[], |m| &m.ignore));
    let shown = |dir: &Path| -> String {
        let below = dir.strip_prefix(&top).unwrap_or(dir).to_string_lossy();
        match (start, below.is_empty()) {
            ("", true) => ".".to_owned(),
            ("", false) if prefix.is_empty() => below.into_owned(),
            ("", false) => format!("{prefix}{below}"),
            (start, true) => start.to_owned(),
            (start, false) => format!("{}/{below}", start.trim_end_matches('/')),
        }
    };
    let mut dirs = Vec::new();
    let mut error = None;
    let visit = |dir: &Path, is_top: bool| {
        let element = dir.file_name().map(|n| n.to_string_lossy().into_owned());
        let element = element.unwrap_or_default();
        if !is_top && skipped_element(&element) {
            return false;
        }
        if is_top && (element.starts_with('_') || element == "testdata") && start != "." {
            return false;
        }
        if main.is_some_and(|m| ignore.ignores(dir, &m.root)) {
            return false;
        }
        if !is_top && dir.join("go.mod").is_file() {
            return false;
        }
        if wildcard.matches(&shown(dir)) && !is_no_go(loader, dir) {
            dirs.push(dir.to_path_buf());
        }
        true
    };
    walk(&top, visit, &mut |message| {
        error.get_or_insert(message);
    });
    for dir in dirs {
        match path_of_dir(loader, &dir) {
            Ok(path) => m.packages.push(path),
            Err(DirProblem::Special(_)) => {}
            Err(DirProblem::Other(message)) => {
                error.get_or_insert(message);
            }
        }
    }
    error.map_or(Ok(()), |message| Err(Problem::Pattern(message)))
}

/// Import paths with `...`.
fn wildcard(loader: &Loader<'_>, m: &mut PatternMatch) -> Result<(), Problem> {
    let matcher = Matcher(Some(Wildcard::new(&m.pattern)));
    let mut found = standard_packages(loader, &matcher, false);
    if matcher.tree_can_match("cmd") {
        found.extend(standard_packages(loader, &matcher, true));
    }
    let mut error = None;
    for main in loader.modules.main_modules() {
        module_packages(loader, &main_root(main), &matcher, &mut found);
    }
    if let Some(vendor) = loader.modules.vendor_dir() {
        let root = Root {
            dir: vendor,
            path: "",
            is_local: false,
            ignore: &[],
        };
        module_packages(loader, &root, &matcher, &mut found);
    } else {
        match loader.modules.build_list() {
            Err(message) => error = Some(message),
            Ok(list) => {
                for module in list {
                    match module {
                        Ok(module) if matcher.tree_can_match(&module.path) => {
                            let root = Root {
                                dir: &module.root,
                                path: &module.path,
                                is_local: module.is_local,
                                ignore: &module.ignore,
                            };
                            module_packages(loader, &root, &matcher, &mut found);
                        }
                        Ok(_) => {}
                        Err(message) => error = error.or(Some(message)),
                    }
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    m.packages = found;
    error.map_or(Ok(()), |message| Err(Problem::Pattern(message)))
}

/// `work`, and what `all` starts from.
fn main_module_packages(loader: &Loader<'_>, m: &mut PatternMatch) {
    let mut found = Vec::new();
    for main in loader.modules.main_modules() {
        module_packages(loader, &main_root(main), &Matcher::all(), &mut found);
    }
    found.sort_unstable();
    found.dedup();
    m.packages = found;
}

/// `all`: the packages of the main modules and everything they and their tests need, and so on
/// through packages of the main modules.
fn all_packages(loader: &Loader<'_>, m: &mut PatternMatch) {
    main_module_packages(loader, m);
    m.packages.extend(loader.modules.tools());
    if m.packages.is_empty() {
        return;
    }
    m.packages = super::closure::of_packages(loader, &m.packages);
}

/// A folder whose subfolders have import paths below `path`.
struct Root<'a> {
    dir: &'a Path,
    path: &'a str,
    is_local: bool,
    ignore: &'a [String],
}

fn main_root(main: &MainModule) -> Root<'_> {
    Root {
        dir: &main.root,
        path: &main.prefix,
        is_local: true,
        ignore: &main.ignore,
    }
}

/// The packages of a module that match.
fn module_packages(
    loader: &Loader<'_>,
    root: &Root<'_>,
    matcher: &Matcher,
    found: &mut Vec<String>,
) {
    let ignore = Ignore::new(root.ignore);
    let visit = |dir: &Path, is_top: bool| {
        let below = dir.strip_prefix(root.dir).unwrap_or(dir).to_string_lossy();
        let element = below.rsplit('/').next().unwrap_or_default();
        if !is_top && (skipped_element(element) || ignore.ignores(dir, root.dir)) {
            return false;
        }
        let name = match (root.path, below.is_empty()) {
            (path, true) => path.to_owned(),
            ("", false) => below.clone().into_owned(),
            (path, false) => format!("{path}/{below}"),
        };
        if !matcher.tree_can_match(&name) {
            return is_top;
        }
        if !is_top && root.is_local && dir.join("go.mod").is_file() {
            return false;
        }
        let is_package = !name.is_empty() && name != "builtin";
        if is_package && matcher.matches(&name) && !is_no_go(loader, dir) {
            found.push(name);
        }
        element != "vendor" || is_top
    };
    walk(root.dir, visit, &mut |_| {});
}

/// The packages of std, or of `cmd`, that match.
fn standard_packages(loader: &Loader<'_>, matcher: &Matcher, cmd: bool) -> Vec<String> {
    let src = loader.resolver.goroot_src();
    let top = if cmd {
        src.join("cmd")
    } else {
        src.to_path_buf()
    };
    let mut found = Vec::new();
    let visit = |dir: &Path, is_top: bool| {
        let name = dir
            .strip_prefix(src)
            .unwrap_or(dir)
            .to_string_lossy()
            .into_owned();
        let element = name.rsplit('/').next().unwrap_or_default();
        if is_top && !cmd {
            return true;
        }
        let foreign = !cmd && (name == "cmd" || !is_standard_import_path(&name));
        if skipped_element(element) || foreign || !matcher.tree_can_match(&name) {
            return false;
        }
        let hidden =
            name == "builtin" || (name == "runtime/cgo" && !loader.options.context.cgo_enabled);
        if !hidden && matcher.matches(&name) {
            let folder = scan(loader, dir);
            let vendored_program = name.starts_with("cmd/vendor/") && folder.name == "main";
            if folder.error != Some(FolderError::NoGo) && !vendored_program {
                found.push(name);
            }
        }
        true
    };
    walk(&top, visit, &mut |_| {});
    found
}

/// Whether a folder of this name is never searched.
fn skipped_element(element: &str) -> bool {
    element.starts_with(['.', '_']) || element == "testdata"
}

/// Reads the headers of a folder.
fn scan(loader: &Loader<'_>, dir: &Path) -> Folder {
    let goroot = dir.starts_with(loader.resolver.goroot_src());
    folder::read(&Request {
        dir,
        context: loader.context(goroot),
        overlay: None,
        only: None,
        texts: false,
        tests: true,
        test_texts: false,
        cwd: &loader.options.cwd,
    })
}

fn is_no_go(loader: &Loader<'_>, dir: &Path) -> bool {
    // Most folders without a package have no Go file at all, which is cheaper to see.
    !folder::has_go_files(dir) || scan(loader, dir).error == Some(FolderError::NoGo)
}

/// Visits folders in lexical order, parents first; `visit` says whether to go deeper. Links are not followed.
fn walk(top: &Path, mut visit: impl FnMut(&Path, bool) -> bool, problem: &mut dyn FnMut(String)) {
    let mut pending = vec![top.to_path_buf()];
    while let Some(dir) = pending.pop() {
        if !visit(&dir, dir == top) {
            continue;
        }
        let entries = match std::fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(e) => {
                problem(format!("open {}: {}", dir.display(), os_error_text(&e)));
                continue;
            }
        };
        let is_dir = |e: &std::fs::DirEntry| e.file_type().is_ok_and(|t| t.is_dir());
        let mut below: Vec<PathBuf> = entries.flatten().filter(is_dir).map(|e| e.path()).collect();
        below.sort_unstable_by(|a, b| b.cmp(a));
        pending.extend(below);
    }
}

fn main_module_of<'a>(loader: &Loader<'a>, dir: &Path) -> Option<&'a MainModule> {
    let modules = loader.modules.main_modules().iter();
    let holding = modules.filter(|m| dir.starts_with(&m.root));
    holding.max_by_key(|m| m.root.as_os_str().len())
}

/// Why a folder has no import path.
enum DirProblem {
    /// Not a package one can import; patterns pass it over.
    Special(String),
    Other(String),
}

/// The import path of a folder.
fn path_of_dir(loader: &Loader<'_>, dir: &Path) -> Result<String, DirProblem> {
    let other = |message: String| Err(DirProblem::Other(message));
    if !dir.exists() {
        return other(format!("stat {}: directory not found", dir.display()));
    }
    let folder = scan(loader, dir);
    if folder.error == Some(FolderError::NoGo) && folder.listing.ignored_go_files.is_empty() {
        return other(format!("no Go files in {}", dir.display()));
    }
    let src = loader.resolver.goroot_src();
    let mut not_found = None;
    for main in loader.modules.main_modules() {
        let Ok(below) = dir.strip_prefix(&main.root) else {
            continue;
        };
        let below = below.to_string_lossy();
        if below.is_empty() {
            if dir == src {
                return Err(DirProblem::Special(
                    "GOROOT/src is not an importable package".to_owned(),
                ));
            }
            return Ok(main.prefix.clone());
        }
        if below.contains('@') {
            continue;
        }
        if let Some(vendored) = below.strip_prefix("vendor/") {
            if loader.modules.vendor_dir().is_none() {
                return other(format!(
                    "without -mod=vendor, directory {} has no package path",
                    dir.display()
                ));
            }
            return Ok(vendored.to_owned());
        }
        if main.prefix.is_empty() {
            return importable(&below);
        }
        let path = format!("{}/{below}", main.prefix);
        let nested = dir
            .ancestors()
            .take_while(|d| *d != main.root)
            .any(|d| d.join("go.mod").is_file());
        if !nested {
            return Ok(path);
        }
        let message = format!(
            "main module ({}) does not contain package {path}",
            main.path
        );
        not_found.get_or_insert(message);
    }
    if let Some(message) = not_found {
        return other(message);
    }
    if let Ok(below) = dir.strip_prefix(src)
        && !below.as_os_str().is_empty()
    {
        return importable(&below.to_string_lossy());
    }
    if let Some(path) = loader.modules.path_of_dir(dir) {
        return Ok(path);
    }
    let shown = match loader.options.cwd.short(dir) {
        shown if shown == "." => "current directory".to_owned(),
        shown => format!("directory {shown}"),
    };
    let message = match loader.modules.is_workspace() {
        false => format!("{shown} outside main module or its selected dependencies"),
        true => match dir.ancestors().find(|d| d.join("go.mod").is_file()) {
            Some(root) => format!(
                "{shown} is contained in a module that is not one of the workspace modules listed in go.work. \
                 You can add the module to the workspace using:\n\tgo work use {}",
                loader.options.cwd.short(root)
            ),
            None => {
                format!("{shown} outside modules listed in go.work or their selected dependencies")
            }
        },
    };
    other(message)
}

fn importable(path: &str) -> Result<String, DirProblem> {
    match path {
        "builtin" => Err(DirProblem::Special(
            "\"builtin\" is a pseudo-package, not an importable package".to_owned(),
        )),
        path => Ok(path.to_owned()),
    }
}

/// The `ignore` lines of a `go.mod`.
struct Ignore {
    /// Below the module's folder, with slashes around.
    rooted: Vec<String>,
    anywhere: Vec<String>,
}

impl Ignore {
    fn new(patterns: &[String]) -> Self {
        let around = |p: &str| format!("/{}/", p.trim_matches('/'));
        let (mut rooted, mut anywhere) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.strip_prefix("./") {
                Some(rest) => rooted.push(around(rest)),
                None => anywhere.push(around(pattern)),
            }
        }
        Self { rooted, anywhere }
    }

    fn ignores(&self, dir: &Path, root: &Path) -> bool {
        if self.rooted.is_empty() && self.anywhere.is_empty() {
            return false;
        }
        let Ok(below) = dir.strip_prefix(root) else {
            return false;
        };
        let below = format!("/{}/", below.to_string_lossy());
        self.rooted.iter().any(|p| below.starts_with(p))
            || self.anywhere.iter().any(|p| below.contains(p))
    }
}
