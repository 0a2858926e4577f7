//! Compiler directives whose meaning depends on what is declared: `//go:linkname`, `//go:embed`,
//! and those for functions. Their form, and those before no declaration, are the parser's.

use super::{Checker, PACKAGE_SCOPE};
use crate::ids::{ObjId, TypeId};
use crate::object::ObjKind;
use crate::types::{BasicKind, Type};
use crate::version::GoVersion;
use gust_syntax::Pos;
use gust_syntax::ast::{DeclId, DeclKind, Directive, ExprKind, File, SpecId, SpecKind, StmtKind};
use gust_syntax::token::DeclKeyword;
use rustc_hash::{FxHashMap, FxHashSet};

/// Directives for functions only.
const FUNC_DIRECTIVES: &[&str] = &[
    "go:noescape",
    "go:norace",
    "go:nosplit",
    "go:noinline",
    "go:nocheckptr",
    "go:systemstack",
    "go:nowritebarrier",
    "go:nowritebarrierrec",
    "go:yeswritebarrierrec",
    "go:cgo_unsafe_args",
    "go:uintptrkeepalive",
    "go:uintptrescapes",
    "go:registerparams",
];

/// Directives for the runtime only.
const RUNTIME_DIRECTIVES: &[&str] = &[
    "go:systemstack",
    "go:nowritebarrier",
    "go:nowritebarrierrec",
    "go:yeswritebarrierrec",
];

/// What a directive stands before.
#[derive(Clone, Copy)]
enum Before {
    Func(DeclId),
    Spec {
        spec: SpecId,
        keyword: DeclKeyword,
        local: bool,
    },
}

/// The packages that matter to directives, if the file imports them.
struct FileImports {
    embed: bool,
    unsafe_: bool,
}

fn verb(directive: &Directive) -> &str {
    let text = directive.text.as_str();
    text.split(' ').next().unwrap_or(text)
}

/// Messages point behind the slashes.
fn place(directive: &Directive) -> Pos {
    directive.pos + 2
}

impl Checker<'_> {
    /// Reports directives that are not for everybody's packages.
    pub(super) fn restricted_directives(&self) {
        // The standard library may.
        if self.config.allow_missing_bodies {
            return;
        }
        let files = self.files.borrow().clone();
        let directives = files.iter().flat_map(|&f| &self.ast[f].directives);
        for directive in directives.filter(|d| d.starts_line) {
            let verb = verb(directive);
            let text = if RUNTIME_DIRECTIVES.contains(&verb) {
                format!("//{verb} only allowed in runtime")
            } else if verb == "go:uintptrkeepalive" {
                format!("//{verb} is only allowed in the standard library")
            } else if verb.starts_with("go:cgo_") && verb != "go:cgo_import_dynamic" {
                format!("//{} only allowed in cgo-generated code", directive.text)
            } else {
                continue;
            };
            self.error(place(directive), "", text);
        }
    }

    /// Checks directives and functions without body.
    pub(super) fn check_directives(&self) {
        let mut linknames = FxHashSet::default();
        let mut declared = None;
        for file_id in self.files.borrow().clone() {
            let file = &self.ast[file_id];
            let directives = file.directives.iter().filter(|d| d.starts_line);
            let directives: Vec<&Directive> =
                directives.filter(|d| d.text.starts_with("go:")).collect();
            if directives.is_empty() {
                continue;
            }
            let imports = self.directive_imports(file);
            let mut of_funcs: FxHashMap<DeclId, Vec<&Directive>> = FxHashMap::default();
            let mut embedded = FxHashSet::default();
            let declared = declared.get_or_insert_with(|| self.declaration_starts());
            for &directive in &directives {
                let next = next_token(file, directive);
                match next.and_then(|at| declared.get(&at)) {
                    Some(&Before::Func(decl)) => {
                        of_funcs.entry(decl).or_default().push(directive);
                        if verb(directive) == "go:embed" {
                            self.error(place(directive), "", "misplaced go:embed directive");
                        }
                    }
                    Some(&Before::Spec {
                        spec,
                        keyword,
                        local,
                    }) => {
                        if FUNC_DIRECTIVES.contains(&verb(directive)) {
                            self.error(place(directive), "", "misplaced compiler directive");
                        }
                        // The first directive of a variable speaks for all of them.
                        if verb(directive) == "go:embed"
                            && (keyword != DeclKeyword::Var || embedded.insert(spec))
                        {
                            self.check_embed(directive, spec, keyword, local, imports.embed);
                        }
                    }
                    None => {}
                }
            }
            for &directive in &directives {
                if verb(directive) == "go:linkname" {
                    self.check_linkname(directive, imports.unsafe_, &mut linknames);
                }
            }
            for (decl, directives) in of_funcs {
                self.check_func_directives(decl, &directives);
            }
        }
        if !self.config.allow_missing_bodies {
            self.missing_bodies(&linknames);
        }
    }

    fn directive_imports(&self, file: &File) -> FileImports {
        let mut imports = FileImports {
            embed: false,
            unsafe_: false,
        };
        for &decl in &self.ast[file.decls] {
            let DeclKind::Gen { specs, .. } = self.ast[decl].kind else {
                continue;
            };
            for &spec in &self.ast[specs] {
                if let SpecKind::Import { path, .. } = self.ast[spec].kind
                    && let ExprKind::BasicLit { value, .. } = self.ast[path].kind
                {
                    let path = value.trim_matches(|c| c == '"' || c == '`');
                    imports.embed |= path == "embed";
                    imports.unsafe_ |= path == "unsafe";
                }
            }
        }
        imports
    }

    /// What begins where: declarations, and specifications of groups.
    fn declaration_starts(&self) -> FxHashMap<Pos, Before> {
        let mut starts = FxHashMap::default();
        for file in &self.ast.files {
            for &decl in &self.ast[file.decls] {
                match self.ast[decl].kind {
                    DeclKind::Func { .. } => {
                        starts.insert(self.ast[decl].pos, Before::Func(decl));
                    }
                    DeclKind::Gen { .. } => self.spec_starts(decl, false, &mut starts),
                    DeclKind::Bad { .. } => {}
                }
            }
        }
        for stmt in &self.ast.stmts {
            if let StmtKind::Decl(decl) = stmt.kind {
                self.spec_starts(decl, true, &mut starts);
            }
        }
        starts
    }

    fn spec_starts(&self, decl: DeclId, local: bool, starts: &mut FxHashMap<Pos, Before>) {
        let DeclKind::Gen {
            keyword,
            lparen,
            specs,
            ..
        } = self.ast[decl].kind
        else {
            return;
        };
        for &spec in &self.ast[specs] {
            let at = if lparen.is_known() {
                self.ast[spec].pos
            } else {
                self.ast[decl].pos
            };
            let before = Before::Spec {
                spec,
                keyword,
                local,
            };
            starts.insert(at, before);
        }
    }

    fn check_embed(
        &self,
        directive: &Directive,
        spec: SpecId,
        keyword: DeclKeyword,
        local: bool,
        imported: bool,
    ) {
        let at = place(directive);
        let SpecKind::Value {
            names, ty, values, ..
        } = self.ast[spec].kind
        else {
            self.error(at, "", "misplaced go:embed directive");
            return;
        };
        let version = self.config.go_version;
        let text = if keyword != DeclKeyword::Var {
            "misplaced go:embed directive".into()
        } else if !imported {
            "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)"
                .into()
        } else if names.len() > 1 {
            "go:embed cannot apply to multiple vars".into()
        } else if !values.is_empty() {
            "go:embed cannot apply to var with initializer".into()
        } else if ty.is_none() {
            "go:embed cannot apply to var without type".into()
        } else if local {
            "go:embed cannot apply to var inside func".into()
        } else if version < GoVersion(16) {
            format!("go:embed requires go1.16 or later (-lang was set to {version}; check go.mod)")
        } else {
            let Some(&name) = self.ast[names].first() else {
                return;
            };
            let obj = self.info.borrow().objects[name.index()];
            let Some(t) = obj.and_then(|obj| self.obj(obj).ty.get()) else {
                return;
            };
            if !self.can_embed(t) {
                let text = format!("go:embed cannot apply to var of type {}", self.type_str(t));
                self.error(name, "", text);
            }
            return;
        };
        self.error(at, "", text);
    }

    /// Whether `t` is `embed.FS`, a string or byte slice type.
    fn can_embed(&self, t: TypeId) -> bool {
        if let Some(named) = self.as_named(t)
            && let Type::Named(named) = self.ty(named)
            && let Some(obj) = named.obj.get().map(|obj| self.obj(obj))
            && obj.name == "FS"
            && let Some(pkg) = obj.pkg
            && self.pkg_path(pkg) == "embed"
        {
            return true;
        }
        match self.ty(self.under(t)) {
            Type::Basic(basic) => basic.kind == BasicKind::String,
            Type::Slice { elem } => elem
                .get()
                .is_some_and(|elem| self.basic_kind(elem) == Some(BasicKind::Uint8)),
            _ => false,
        }
    }

    fn check_linkname(
        &self,
        directive: &Directive,
        imports_unsafe: bool,
        linknames: &mut FxHashSet<ObjId>,
    ) {
        let at = place(directive);
        let mut words = directive.text.split_whitespace().skip(1);
        let Some(local) = words.next() else {
            return;
        };
        let remote = words.next().unwrap_or("");
        if !imports_unsafe {
            let text = "//go:linkname only allowed in Go files that import \"unsafe\"";
            self.error(at, "", text);
            return;
        }
        if remote.contains('[') && remote.contains(']') {
            let text = "//go:linkname reference of an instantiation is not allowed";
            self.error(at, "", text);
            return;
        }
        let obj = self.scope(PACKAGE_SCOPE).lookup(local.into());
        let obj =
            obj.filter(|&obj| matches!(self.obj(obj).kind, ObjKind::Func(_) | ObjKind::Var(_)));
        match obj {
            Some(obj) if linknames.insert(obj) => {}
            Some(_) => {
                let text = format!("duplicate //go:linkname for {local}");
                self.error(at, "", text);
            }
            None if self.config.go_version >= GoVersion(18) => {
                let text = "//go:linkname must refer to declared function or variable";
                self.error(at, "", text);
            }
            None => {}
        }
    }

    fn check_func_directives(&self, decl: DeclId, directives: &[&Directive]) {
        let DeclKind::Func { name, body, .. } = self.ast[decl].kind else {
            return;
        };
        if self.name_of(name).is_blank() {
            return;
        }
        let has = |verb_wanted: &str| directives.iter().any(|d| verb(d) == verb_wanted);
        let at = self.func_pos(decl);
        if has("go:systemstack") && has("go:nosplit") {
            let text = "go:nosplit and go:systemstack cannot be combined";
            self.error(at, "", text);
        }
        if body.is_some() {
            if has("go:noescape") {
                let text = "can only use //go:noescape with external func implementations";
                self.error(at, "", text);
            }
            if has("go:uintptrkeepalive") && !has("go:uintptrescapes") && !has("go:nosplit") {
                self.error(at, "", "go:uintptrkeepalive requires go:nosplit");
            }
        }
    }

    /// Where the official compiler sees a function declaration: behind `func`.
    fn func_pos(&self, decl: DeclId) -> Pos {
        match self.ast[decl].kind {
            DeclKind::Func {
                recv: Some(list), ..
            } => self.ast[list].open,
            DeclKind::Func { name, .. } => self.ast[name].pos,
            _ => self.ast[decl].pos,
        }
    }

    /// Reports functions without body: in a package of Go files alone nothing can provide it but
    /// another package through a linkname.
    fn missing_bodies(&self, linknames: &FxHashSet<ObjId>) {
        for id in self.declared_objects() {
            let obj = self.obj(id);
            let Some(&decl) = obj.as_func().and_then(|f| f.decl.get()) else {
                continue;
            };
            if let DeclKind::Func { body: None, .. } = self.ast[decl].kind
                && !obj.name.is_blank()
                && !linknames.contains(&id)
            {
                self.error(self.func_pos(decl), "", "missing function body");
            }
        }
    }
}

/// Position of the first token behind a directive that is no comment.
fn next_token(file: &File, directive: &Directive) -> Option<Pos> {
    let text = &file.source.text;
    let line_end = |from: usize| {
        let rest = text.get(from..)?;
        Some(from + rest.iter().position(|&b| b == b'\n')?)
    };
    let mut at = line_end(file.source.offset(directive.pos))?;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(b"//") {
            at = line_end(at)?;
        } else if rest.starts_with(b"/*") {
            at += 2 + rest[2..].windows(2).position(|w| w == b"*/")? + 2;
        } else if rest.first()?.is_ascii_whitespace() {
            at += 1;
        } else {
            return Some(file.source.pos(at));
        }
    }
}
