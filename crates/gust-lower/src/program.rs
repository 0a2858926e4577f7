//! The whole program, read-only: what lowering of one package may look at.

use gust_syntax::ast::{Ast, DeclKind, ExprKind, FileId};
use gust_syntax::{Pos, SourceMap};
use gust_types::info::Info;
use gust_types::{Package, PkgId, World};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file that `//go:embed` puts into the program.
#[derive(Clone, Debug)]
pub struct EmbedFile {
    /// Path relative to the package's folder, with slashes.
    pub name: String,
    /// Contents.
    pub data: Arc<[u8]>,
}

/// One package with its trees.
#[derive(Debug)]
pub struct PackageSource {
    /// Objects and types.
    pub package: Arc<Package>,
    /// Trees of all files.
    pub ast: Ast,
    /// What the nodes are.
    pub info: Info,
    /// Files by `//go:embed` pattern.
    pub embeds: BTreeMap<String, Vec<EmbedFile>>,
}

/// `//go:` directives of a package that lowering heeds.
#[derive(Debug, Default)]
pub struct Directives {
    /// `//go:linkname local target`: symbols of functions and variables.
    pub linknames: FxHashMap<String, String>,
    /// `//go:linkname local`: other packages may know it, or define it.
    pub linked: FxHashSet<String>,
    /// Functions (line of the declaration's `func`) with a given directive: (file, line, word).
    pub by_line: FxHashSet<(u32, u32, &'static str)>,
    /// Some function has `//go:uintptrescapes` or `//go:uintptrkeepalive`.
    pub keeps_pointers: bool,
    /// `//go:embed` patterns by file and line.
    pub embeds: FxHashMap<(u32, u32), Vec<String>>,
}

/// Function directives that become attributes.
pub const FUNCTION_DIRECTIVES: [&str; 5] = [
    "go:noinline",
    "go:nosplit",
    "go:norace",
    "go:uintptrescapes",
    "go:uintptrkeepalive",
];

/// All packages of a build.
#[derive(Debug)]
pub struct Program<'a> {
    /// Objects and types of all.
    pub world: &'a World,
    /// Where positions come from.
    pub sources: &'a SourceMap,
    packages: Vec<Option<(PackageSource, Directives)>>,
}

impl<'a> Program<'a> {
    /// A program of these packages.
    #[must_use]
    pub fn new(world: &'a World, sources: &'a SourceMap, list: Vec<PackageSource>) -> Self {
        let mut packages = Vec::new();
        for source in list {
            let at = source.package.id.index();
            if packages.len() <= at {
                packages.resize_with(at + 1, || None);
            }
            let directives = read_directives(&source.ast);
            packages[at] = Some((source, directives));
        }
        Self {
            world,
            sources,
            packages,
        }
    }

    /// A package's trees; `None` for the universe and `unsafe`.
    #[must_use]
    pub fn source(&self, id: PkgId) -> Option<&PackageSource> {
        self.packages.get(id.index())?.as_ref().map(|p| &p.0)
    }

    /// A package's directives.
    #[must_use]
    pub fn directives(&self, id: PkgId) -> Option<&Directives> {
        self.packages.get(id.index())?.as_ref().map(|p| &p.1)
    }

    /// Whether calls of the function declared at a position keep alive what arguments are the addresses of.
    #[must_use]
    pub fn keeps_pointers(&self, id: PkgId, pos: Pos) -> bool {
        let (Some(source), Some(directives)) = (self.source(id), self.directives(id)) else {
            return false;
        };
        if !directives.keeps_pointers {
            return false;
        }
        let Some(file) = source.ast.file_of(pos) else {
            return false;
        };
        let line = source.ast[file].source.line(pos);
        ["go:uintptrescapes", "go:uintptrkeepalive"]
            .iter()
            .any(|word| directives.by_line.contains(&(file.0, line, word)))
    }

    /// All packages with trees.
    pub fn packages(&self) -> impl Iterator<Item = &PackageSource> {
        self.packages.iter().flatten().map(|p| &p.0)
    }
}

fn read_directives(ast: &Ast) -> Directives {
    let mut out = Directives::default();
    for (index, file) in ast.files.iter().enumerate() {
        for directive in &file.directives {
            let mut words = directive.text.split_whitespace();
            let line = file.source.line(directive.pos);
            match words.next() {
                Some("go:linkname") => match (words.next(), words.next()) {
                    (Some(local), Some(target)) => {
                        out.linknames.insert(local.into(), target.into());
                    }
                    (Some(local), None) => {
                        out.linked.insert(local.into());
                    }
                    _ => {}
                },
                Some("go:embed") => {
                    let rest = directive.text["go:embed".len()..].trim();
                    let patterns = split_patterns(rest);
                    out.embeds
                        .entry((index as u32, line))
                        .or_default()
                        .extend(patterns);
                }
                Some(word) => {
                    if let Some(known) = FUNCTION_DIRECTIVES.iter().find(|&&d| d == word) {
                        out.by_line.insert((index as u32, line, known));
                        out.keeps_pointers |= known.starts_with("go:uintptr");
                    }
                }
                None => {}
            }
        }
        attach_to_functions(ast, FileId(index as u32), &mut out);
    }
    out
}

/// Directives stand in the comment lines right above a function: moves them to the line of its `func`.
fn attach_to_functions(ast: &Ast, id: FileId, out: &mut Directives) {
    let file = &ast[id];
    let mut lines: Vec<u32> = ast[file.decls]
        .iter()
        .filter(|&&d| matches!(ast[d].kind, DeclKind::Func { .. }))
        .map(|&d| file.source.line(ast[d].pos))
        .collect();
    lines.sort_unstable();
    let moved: Vec<_> = out
        .by_line
        .iter()
        .filter(|d| d.0 == id.0)
        .copied()
        .collect();
    for (f, line, word) in moved {
        let next = lines.partition_point(|&l| l <= line);
        out.by_line.remove(&(f, line, word));
        if let Some(&to) = lines.get(next) {
            out.by_line.insert((f, to, word));
        }
    }
}

fn split_patterns(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '`' => rest[1..].find(first).map_or(rest.len(), |i| i + 2),
            _ => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        let word = &rest[..end];
        out.push(word.trim_matches(|c| c == '"' || c == '`').to_string());
        rest = rest[end..].trim_start();
    }
    out
}

/// Whether an expression is a name that declares or denotes nothing.
#[must_use]
pub fn is_blank(ast: &Ast, e: gust_syntax::ast::ExprId) -> bool {
    matches!(ast[e].kind, ExprKind::Name(n) if n.is_blank())
}

#[cfg(test)]
mod tests {
    #[test]
    fn patterns_may_be_quoted() {
        assert_eq!(
            super::split_patterns("a/*.txt \"b c\" `d`"),
            ["a/*.txt", "b c", "d"]
        );
    }
}
