//! Which files of a package stand in for its assembly.
//!
//! gust has no assembler. Most packages with assembly have portable Go beside it, for other processors or behind
//! a build tag. The choice is made for each package on its own: tags that other packages look at stay as they are.

use crate::context::PORTABLE_TAGS;
use crate::folder::{self, Folder, Request};
use crate::package::GoFile;
use gust_syntax::ast::{Ast, DeclKind, ExprKind, SpecKind};
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use std::collections::HashSet;
use std::path::Path;

/// Reads a folder outside GOROOT. If assembly defines functions of the package: with the first tag that selects
/// portable files instead, if some tag does; else with the files for a processor that the package does not know,
/// if these offer everything that the others did. What can be had neither way stays as it is: the
/// runtime may have those functions.
pub fn read_portably(request: &Request<'_>) -> Folder {
    let folder = folder::read(request);
    let assembly = &folder.listing.s_files;
    if assembly.is_empty() || folder.error.is_some() || !defines_functions(request.dir, assembly) {
        return folder;
    }
    for tag in PORTABLE_TAGS {
        let context = request.context.with_tags(&[tag]);
        let request = Request {
            context: &context,
            ..*request
        };
        let portable = folder::read(&request);
        if portable.listing.s_files.is_empty() && portable.error.is_none() {
            return portable;
        }
    }
    let context = request.context.portable_view();
    let portable_request = Request {
        context: &context,
        ..*request
    };
    let portable = folder::read(&portable_request);
    if portable.listing.s_files.is_empty()
        && portable.error.is_none()
        && replaces(&portable_request, request)
    {
        return portable;
    }
    folder
}

/// Whether one of the files has a function. Files without any only tell the official compiler that declarations may
/// lack bodies.
fn defines_functions(dir: &Path, assembly: &[String]) -> bool {
    let is_text = |line: &[u8]| line.trim_ascii_start().starts_with(b"TEXT");
    assembly.iter().any(|name| {
        std::fs::read(dir.join(name)).map_or(true, |text| text.split(|&b| b == b'\n').any(is_text))
    })
}

/// Whether the package's Go files of one request need no assembly and declare what those of another do, as far as files
/// that both have, or importers, may want it.
fn replaces(portable: &Request<'_>, native: &Request<'_>) -> bool {
    let read = |request: &Request<'_>| {
        folder::read(&Request {
            texts: true,
            tests: false,
            ..*request
        })
        .files
    };
    let (portable, native) = (read(portable), read(native));
    let is_in = |files: &[GoFile], file: &GoFile| files.iter().any(|f| f.name == file.name);
    let (common, only_native): (Vec<_>, Vec<_>) =
        native.into_iter().partition(|f| is_in(&portable, f));
    let only_portable = portable.iter().filter(|f| !is_in(&common, f));

    let common = parse(common.iter());
    let used: HashSet<Symbol> = common
        .exprs
        .iter()
        .filter_map(|e| match e.kind {
            ExprKind::Name(name) => Some(name),
            ExprKind::Selector { sel, .. } => common.name(sel),
            _ => None,
        })
        .collect();
    let only_portable = parse(only_portable);
    let offered = declared(&only_portable);
    let wanted = declared(&parse(only_native.iter()));
    has_bodies(&common)
        && has_bodies(&only_portable)
        && wanted
            .iter()
            .filter(|name| used.contains(name) || is_exported(name))
            .all(|name| offered.contains(name))
}

/// Whether all functions have a body, or name another function with `//go:linkname`.
fn has_bodies(ast: &Ast) -> bool {
    ast.files.iter().all(|file| {
        let linked: HashSet<&str> = file
            .directives
            .iter()
            .filter_map(|d| d.text.strip_prefix("go:linkname "))
            .filter_map(|rest| rest.split_whitespace().next())
            .collect();
        ast[file.decls].iter().all(|&decl| match ast[decl].kind {
            DeclKind::Func {
                name, body: None, ..
            } => ast.name(name).is_some_and(|n| linked.contains(n.as_str())),
            _ => true,
        })
    })
}

fn parse<'a>(files: impl Iterator<Item = &'a GoFile>) -> Ast {
    let sources = SourceMap::new();
    let mut ast = Ast::new();
    for file in files {
        let path = file.path.to_string_lossy().into_owned();
        if let Ok(source) = sources.add(path, file.text.clone()) {
            // The build tells of errors.
            parse_file(&mut ast, &source, Mode::default());
        }
    }
    ast
}

/// The names that files declare for the whole package, and those of methods.
fn declared(ast: &Ast) -> HashSet<Symbol> {
    let mut out = HashSet::new();
    for file in &ast.files {
        for &decl in &ast[file.decls] {
            match ast[decl].kind {
                DeclKind::Func { name, .. } => out.extend(ast.name(name)),
                DeclKind::Gen { specs, .. } => {
                    for &spec in &ast[specs] {
                        match ast[spec].kind {
                            SpecKind::Value { names, .. } => {
                                out.extend(ast[names].iter().filter_map(|&n| ast.name(n)));
                            }
                            SpecKind::Type { name, .. } => out.extend(ast.name(name)),
                            SpecKind::Import { .. } => {}
                        }
                    }
                }
                DeclKind::Bad { .. } => {}
            }
        }
    }
    out.retain(|name| !matches!(name.as_str(), "_" | "init"));
    out
}

fn is_exported(name: &Symbol) -> bool {
    name.as_str().chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::BuildContext;
    use crate::place::WorkingDir;

    const ASSEMBLY: &str = "TEXT ·sum(SB), 4, $0-8\n\tRET\n";

    /// The Go files chosen of a package with these files.
    fn chosen(files: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let folder = read_portably(&Request {
            dir: dir.path(),
            context: &BuildContext::for_target("linux", "amd64", &[]),
            overlay: None,
            only: None,
            texts: false,
            tests: false,
            test_texts: false,
            cwd: &WorkingDir::new(dir.path().to_path_buf()),
        });
        assert_eq!(folder.error, None);
        folder.listing.go_files
    }

    #[test]
    fn files_for_other_processors_take_the_place_of_assembly() {
        let files = [
            ("a.go", "package a\n\nfunc Sum() int { return sum() }\n"),
            ("a_amd64.go", "package a\n\nfunc sum() int\n"),
            ("a_amd64.s", ASSEMBLY),
            (
                "a_other.go",
                "//go:build !amd64\n\npackage a\n\nfunc sum() int { return 1 }\n",
            ),
        ];
        assert_eq!(chosen(&files), ["a.go", "a_other.go"]);
    }

    #[test]
    fn a_tag_goes_before_files_for_other_processors() {
        let files = [
            (
                "a_amd64.go",
                "//go:build !noasm\n\npackage a\n\nfunc Sum() int\n",
            ),
            ("a_amd64.s", "//go:build !noasm\n\nTEXT ·Sum(SB), 4, $0-8\n"),
            (
                "noasm.go",
                "//go:build noasm\n\npackage a\n\nfunc Sum() int { return 1 }\n",
            ),
            (
                "other.go",
                "//go:build !amd64\n\npackage a\n\nfunc Sum() int { return 2 }\n",
            ),
        ];
        assert_eq!(chosen(&files), ["noasm.go"]);
    }

    #[test]
    fn files_that_lack_something_take_no_place() {
        let files = [
            (
                "a.go",
                "package a\n\nfunc Sum() int { return sum() + size }\n",
            ),
            (
                "a_amd64.go",
                "package a\n\nconst size = 1\n\nfunc sum() int\n",
            ),
            ("a_amd64.s", ASSEMBLY),
            (
                "a_other.go",
                "//go:build !amd64\n\npackage a\n\nfunc sum() int { return 1 }\n",
            ),
        ];
        assert_eq!(chosen(&files), ["a.go", "a_amd64.go"]);
    }

    #[test]
    fn functions_without_body_keep_their_assembly() {
        let files = [
            ("a.go", "package a\n\nfunc sum() int\n\nfunc now() int\n"),
            ("a_amd64.s", ASSEMBLY),
            ("b.go", "//go:build !amd64\n\npackage a\n"),
        ];
        assert_eq!(chosen(&files), ["a.go"]);
        let linked = [
            (
                "a.go",
                "package a\n\nimport _ \"unsafe\"\n\n//go:linkname now runtime.now\nfunc now() int\n",
            ),
            ("a_amd64.s", ASSEMBLY),
            ("b.go", "//go:build !amd64\n\npackage a\n"),
        ];
        assert_eq!(chosen(&linked), ["a.go", "b.go"]);
    }

    #[test]
    fn assembly_without_functions_changes_nothing() {
        let files = [
            ("a.go", "//go:build !purego\n\npackage a\n"),
            ("a.s", "//go:build !purego\n\n// No functions.\n"),
            ("b.go", "//go:build purego\n\npackage a\n"),
        ];
        assert_eq!(chosen(&files), ["a.go"]);
    }
}
