//! Coverage: which statements of a package ran.
//!
//! As with the official tool, statements that count are added to the source, so blocks and percentages are those of the
//! official tool: [`blocks`] finds where a file's blocks begin and adds the counters, [`meta`] describes them in the
//! official form, which the packages below `internal/coverage` read in the program. All counters of a package are one
//! array, in which each function has three words before its own: their number, the package's number in the
//! program, and the function's in the package.

mod blocks;
mod meta;

pub use meta::meta_file;

use gust_load::package::{GoFile, LoadResult, Package, PackageId};
use gust_syntax::SourceMap;
use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode as ParserMode, parse_file};
use std::collections::HashSet;
use std::fmt::Write as _;

/// The words before a function's counters.
const HEADER: u32 = 3;

/// What a counter does when its block runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It becomes 1.
    Set,
    /// It is incremented.
    Count,
    /// It is incremented, by any number of goroutines at once.
    Atomic,
}

impl Mode {
    /// The mode of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "set" => Some(Self::Set),
            "count" => Some(Self::Count),
            "atomic" => Some(Self::Atomic),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Count => "count",
            Self::Atomic => "atomic",
        }
    }

    /// Its number in meta-data (`internal/coverage`, `CounterMode`).
    fn number(self) -> u8 {
        match self {
            Self::Set => 1,
            Self::Count => 2,
            Self::Atomic => 3,
        }
    }
}

/// A piece of source that runs as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Line and column of its first byte.
    pub start: (u32, u32),
    /// Line and column behind its last byte.
    pub end: (u32, u32),
    /// How many statements it has.
    pub statements: u32,
}

/// A function with its pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// `F`, `T.F`, `*T.F`, or for a literal outside functions where it stands.
    pub name: String,
    /// The file as profiles name it.
    pub file: String,
    /// Whether it is a literal.
    pub is_literal: bool,
    /// Its pieces, in the order of their counters.
    pub units: Vec<Unit>,
}

/// A package's source with counters.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    /// What is counted.
    pub functions: Vec<Function>,
    /// The new texts of files, by index; files without counters keep theirs.
    pub texts: Vec<(usize, Vec<u8>)>,
}

/// Finds what there is to count in a package, files of tests left out.
#[must_use]
pub fn analyse(package: &Package, mode: Mode) -> Covered {
    let tests: HashSet<&str> = match package.for_test {
        Some(_) => package.listing.test_go_files.iter(),
        None => [].iter(),
    }
    .map(String::as_str)
    .collect();
    let mut covered = Covered::default();
    let mut next = 0;
    let files = package.files.iter().enumerate();
    for (at, file) in files.filter(|(_, f)| !tests.contains(f.name.as_str())) {
        let sources = SourceMap::new();
        let path = file.path.to_string_lossy().into_owned();
        let Ok(source) = sources.add(path, file.text.clone()) else {
            continue;
        };
        let mut ast = Ast::new();
        let (id, errors) = parse_file(&mut ast, &source, ParserMode::default());
        if !errors.is_empty() {
            // The build tells of them.
            continue;
        }
        let name = |base: &str| match package.kind {
            gust_load::package::PackageKind::CommandLine => file.path.to_string_lossy().into(),
            _ => format!("{}/{base}", package.import_path),
        };
        let found = blocks::of_file(&ast, id, mode, &name, &mut next);
        if let Some(text) = found.text {
            covered.texts.push((at, text));
        }
        covered.functions.extend(found.functions);
    }
    covered
}

/// Has a package count. Gives false if there is nothing to be counted.
pub fn instrument(load: &mut LoadResult, id: PackageId, mode: Mode) -> bool {
    let covered = analyse(&load[id], mode);
    if covered.functions.is_empty() {
        return false;
    }
    let meta = meta::of_package(&load[id], &covered.functions);
    let text = variables(&load[id], &covered.functions, mode, &meta);
    let package = &mut load[id];
    for (at, text) in covered.texts {
        package.files[at].text = text.into();
    }
    let name = "_cover_.go".to_owned();
    // As the first file, so that its variable is the first to be initialised.
    package.files.insert(
        0,
        GoFile {
            path: package.dir.join(&name),
            display: name.as_str().into(),
            name,
            text: text.into_bytes().into(),
        },
    );
    true
}

/// The file that holds a package's counters and makes them known to the program.
fn variables(package: &Package, functions: &[Function], mode: Mode, meta: &meta::Meta) -> String {
    let mut headers = String::new();
    let mut at = 0;
    for (number, function) in functions.iter().enumerate() {
        let units = function.units.len() as u32;
        let _ = write!(headers, "{at}: {units}, {}: {number}, ", at + 2);
        at += units + HEADER;
    }
    let mut bytes = String::new();
    for byte in &meta.bytes {
        let _ = write!(bytes, "\\x{byte:02x}");
    }
    let mut hash = String::new();
    for byte in meta.hash {
        let _ = write!(hash, "{byte},");
    }
    format!(
        "package {}\n\nimport _ \"unsafe\"\n\n\
         const {META} = \"{bytes}\"\n\n\
         var {COUNTERS} = [{at}]uint32{{{headers}}}\n\n\
         var _ = goCoverageAdd({META}, [16]byte{{{hash}}}, {:?}, {COUNTERS}[:], {})\n\n\
         //go:linkname goCoverageAdd runtime.addCoverage\n\
         func goCoverageAdd(meta string, hash [16]byte, path string, counters []uint32, mode uint8) bool\n",
        package.name,
        package.import_path,
        mode.number(),
    )
}

/// The array of a package's counters.
const COUNTERS: &str = "goCoverageCounters";
const META: &str = "goCoverageMeta";
