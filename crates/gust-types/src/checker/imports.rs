//! Import declarations (spec: Import declarations).

use super::resolver::FileContext;
use super::{Checker, PACKAGE_SCOPE};
use crate::Import;
use crate::constant::{LiteralKind, Value};
use crate::ids::{Flag, ObjId, PkgId};
use crate::object::{ObjKind, Object};
use crate::scope::ScopeId;
use gust_syntax::ast::{ExprId, ExprKind, SpecId};
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// The imports of all files.
#[derive(Default)]
pub(crate) struct ImportState {
    /// The local names in source order.
    names: RefCell<Vec<ObjId>>,
    /// Names that came through `import .`, by file scope: the import to count as used.
    dot: RefCell<FxHashMap<(ScopeId, Symbol), ObjId>>,
    /// Packages that failed to load, by path: reported once.
    failed: RefCell<FxHashMap<Symbol, PkgId>>,
}

impl Checker<'_> {
    /// Declares an import in its file's scope.
    pub(super) fn collect_import(
        &self,
        file: FileContext,
        spec: SpecId,
        local: Option<ExprId>,
        path: ExprId,
    ) {
        let Some(path_name) = self.import_path(path) else {
            return;
        };
        let imported = self.import_package(path, path_name);
        let package = self.imported_package(imported);
        let name = match local {
            None => package.name,
            Some(local) if path_name == "C" => {
                self.error(local, "ImportCRenamed", "cannot rename import \"C\"");
                return;
            }
            Some(local) => self.name_of(local),
        };
        let pos = self.ast[spec].pos;
        if name == "init" {
            let text = "cannot import package as init - init must be a func";
            self.error(pos, "InvalidInitDecl", text);
            return;
        }
        self.add_import(imported);
        let kind = ObjKind::PkgName {
            imported,
            // Whatever the package would have held, it might have been used.
            used: Flag::new(package.fake),
        };
        let obj = self.new_obj(Object::new(kind, pos, Some(self.id), name));
        match local {
            Some(local) => self.record_def(local, Some(obj)),
            None => self.record_implicit_import(path, obj),
        }
        self.imports_state.names.borrow_mut().push(obj);
        match local {
            Some(local) if name == "." => self.dot_import(file.scope, local, obj, imported),
            _ => self.declare(file.scope, None, obj, Pos::NONE),
        }
    }

    /// Merges the exported names of `imported` into the file's scope.
    fn dot_import(&self, scope: ScopeId, local: ExprId, import: ObjId, imported: PkgId) {
        let package = self.imported_package(imported);
        let mut exported: Vec<(Symbol, ObjId)> = package
            .scope
            .iter()
            .filter(|(name, _)| name.is_exported())
            .map(|(&name, &obj)| (name, obj))
            .collect();
        exported.sort_unstable();
        for (name, obj) in exported {
            if let Some(other) = self.scope(scope).insert(name, obj) {
                let mut err = super::errors::ErrorBuilder::new("DuplicateDecl");
                self.add(&mut err, local, format!("{name} redeclared in this block"));
                self.add_alt_decl(&mut err, other);
                self.report(err);
            } else {
                let mut dot = self.imports_state.dot.borrow_mut();
                dot.insert((scope, name), import);
            }
        }
    }

    /// The path of an import; reports what cannot be one.
    fn import_path(&self, path: ExprId) -> Option<Symbol> {
        let ExprKind::BasicLit { value, bad, .. } = self.ast[path].kind else {
            return None;
        };
        if bad {
            return None;
        }
        let error = |why: &str| {
            let text = format!("invalid import path ({why})");
            self.error(path, "BadImportPath", text);
            None
        };
        let text = Value::from_literal(LiteralKind::String, value.as_str()).as_bytes();
        let Some(text) = text else {
            return error("invalid syntax");
        };
        if text.is_empty() {
            return error("empty string");
        }
        let text = String::from_utf8_lossy(&text);
        match text.chars().find(|&c| !allowed_in_path(c)) {
            Some(c) => error(&format!("invalid character {}", char_with_code(c))),
            None => Some(Symbol::new(&text)),
        }
    }

    /// The package of an import path, or a stand-in if there is none.
    fn import_package(&self, at: ExprId, path: Symbol) -> PkgId {
        if path == "unsafe" {
            return PkgId::UNSAFE;
        }
        if let Some(&known) = self.imports_state.failed.borrow().get(&path) {
            return known;
        }
        if path == "C" {
            let text = "import \"C\" is not supported yet (cgo)";
            self.error(at, "BadImportPath", text);
            return self.failed_import(path);
        }
        match self.imports.get(&path) {
            Some(Import::Package(id)) if *id != self.id => *id,
            Some(Import::Package(_)) => {
                let text = format!("could not import {path} (import cycle not allowed)");
                self.error(at, "BrokenImport", text);
                self.failed_import(path)
            }
            Some(Import::Failed(why)) => {
                let text = format!("could not import {path} ({why})");
                self.error(at, "BrokenImport", text);
                self.failed_import(path)
            }
            None => {
                let text = format!("could not import {path} (not loaded)");
                self.error(at, "BrokenImport", text);
                self.failed_import(path)
            }
        }
    }

    fn failed_import(&self, path: Symbol) -> PkgId {
        let text = path.strip_suffix('/').unwrap_or(&path);
        let name = text.rsplit('/').next().unwrap_or(text);
        let id = self.stand_in(path, Symbol::new(name));
        self.imports_state.failed.borrow_mut().insert(path, id);
        id
    }

    /// Counts the import as used that `name`, found in `scope`, came through.
    pub(super) fn use_dot_import(&self, scope: Option<ScopeId>, name: Symbol) {
        let Some(scope) = scope.filter(|&s| s != PACKAGE_SCOPE) else {
            return;
        };
        let import = self.imports_state.dot.borrow().get(&(scope, name)).copied();
        if let Some(import) = import {
            self.use_import(import);
        }
    }

    /// Counts an import as used.
    pub(crate) fn use_import(&self, import: ObjId) {
        if let ObjKind::PkgName { used, .. } = &self.obj(import).kind {
            used.set(true);
        }
    }

    /// Reports unused imports.
    pub(crate) fn unused_imports(&self) {
        // Without bodies most uses are unknown.
        if self.config.ignore_func_bodies {
            return;
        }
        let names = self.imports_state.names.borrow().clone();
        for id in names {
            let obj = self.obj(id);
            let ObjKind::PkgName { imported, used } = &obj.kind else {
                continue;
            };
            if used.get() || obj.name.is_blank() {
                continue;
            }
            let path = self.pkg_path(*imported);
            let quoted = crate::constant::quote(path.as_bytes());
            let last = path.rsplit('/').next().unwrap_or(&path);
            let text = if obj.name == "." || obj.name == last {
                format!("{quoted} imported and not used")
            } else {
                format!("{quoted} imported as {} and not used", obj.name)
            };
            self.soft_error(id, "UnusedImport", text);
        }
    }
}

/// Whether `c` may stand in an import path: graphic, no space, none of the characters that the
/// spec lets a compiler exclude.
fn allowed_in_path(c: char) -> bool {
    const EXCLUDED: &str = "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{FFFD}";
    !c.is_whitespace() && !c.is_control() && !EXCLUDED.contains(c)
}

/// `U+0021 '!'`
fn char_with_code(c: char) -> String {
    if c.is_control() {
        format!("U+{:04X}", c as u32)
    } else {
        format!("U+{:04X} '{c}'", c as u32)
    }
}
