//! Functions that are declared in Go and have their code elsewhere.

use gust_load::package::Package;
use gust_syntax::SourceMap;
use gust_syntax::ast::{Ast, DeclKind};
use gust_syntax::parser::{Mode, parse_file};

/// Where a package declares a function without body, as `file:line:column`.
pub fn declaration(package: &Package, function: &str) -> Option<String> {
    package.files.iter().find_map(|file| {
        let sources = SourceMap::new();
        let source = sources.add(file.display.to_string(), file.text.clone());
        let mut ast = Ast::new();
        let (id, _) = parse_file(&mut ast, &source.ok()?, Mode::default());
        let pos = ast[ast[id].decls]
            .iter()
            .find_map(|&decl| match ast[decl].kind {
                DeclKind::Func {
                    recv: None,
                    name,
                    body: None,
                    ..
                } if ast.name(name)?.as_str() == function => Some(ast[name].pos),
                _ => None,
            })?;
        let at = sources.position(pos)?;
        Some(format!("{}:{}:{}", at.file, at.line, at.column))
    })
}
