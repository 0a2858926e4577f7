//! Collecting the package-level objects of all files, and checking them.

use super::decls::{Declared, SharedVars};
use super::errors::ErrorBuilder;
use super::{Checker, PACKAGE_SCOPE};
use crate::ids::ObjId;
use crate::object::{Func, ObjKind, VarKind};
use crate::scope::ScopeId;
use crate::version::GoVersion;
use gust_syntax::Pos;
use gust_syntax::ast::{
    DeclId, DeclKind, ExprId, ExprKind, FieldListId, FileId, FuncTypeId, SpecId, SpecKind,
};
use gust_syntax::token::DeclKeyword;
use rustc_hash::FxHashSet;
use std::sync::OnceLock;

/// A method before its receiver base type is known.
struct Method {
    obj: ObjId,
    ptr: bool,
    recv: ExprId,
}

/// A receiver's type, taken apart.
pub(super) struct Receiver {
    pub ptr: bool,
    /// What stands before the type parameters; not an identifier in erroneous programs.
    pub base: ExprId,
    /// The `T[A, B]` expression, if there are type parameters.
    pub index: Option<ExprId>,
}

/// The file at hand.
#[derive(Clone, Copy)]
pub(super) struct FileContext {
    pub scope: ScopeId,
    pub version: GoVersion,
}

impl Checker<'_> {
    /// Collects package-level objects, imports and methods into scopes.
    pub(crate) fn collect_objects(&self) {
        let ast = self.ast;
        let mut methods = Vec::new();
        let mut scopes = Vec::new();
        for file_id in self.checked_files() {
            let file = &ast[file_id];
            let version = self.file_version_of(file_id);
            self.env.borrow_mut().version = version;
            let start = file.source.pos(0);
            let scope = self.new_scope(Some(PACKAGE_SCOPE), start, file.eof);
            scopes.push(scope);
            let context = FileContext { scope, version };
            if let Some(name) = file.name {
                self.record_def(name, None);
            }
            for &decl in &ast[file.decls] {
                self.collect_decl(context, decl, &mut methods);
            }
        }
        self.check_file_scopes(&scopes);
        for method in methods {
            if let Some((ptr, base)) = self.resolve_base_type(method.ptr, method.recv) {
                if let ObjKind::Func(f) = &self.obj(method.obj).kind {
                    f.has_ptr_recv.set(ptr);
                }
                let mut all = self.decls.methods.borrow_mut();
                all.entry(base).or_default().push(method.obj);
            }
        }
    }

    fn collect_decl(&self, file: FileContext, decl: DeclId, methods: &mut Vec<Method>) {
        let ast = self.ast;
        match ast[decl].kind {
            DeclKind::Bad { .. } => {}
            DeclKind::Gen { keyword, specs, .. } => {
                let mut last = None;
                for &spec in &ast[specs] {
                    match (keyword, ast[spec].kind) {
                        (_, SpecKind::Import { name, path }) => {
                            self.collect_import(file, spec, name, path);
                        }
                        (DeclKeyword::Const, SpecKind::Value { .. }) => {
                            self.collect_consts(file, spec, &mut last);
                        }
                        (_, SpecKind::Value { .. }) => self.collect_vars(file, spec),
                        (_, SpecKind::Type { name, .. }) => {
                            let obj = self.new_named_obj(name, ObjKind::TypeName);
                            let info =
                                self.new_decl(file.scope, file.version, Declared::Type(spec));
                            self.declare_pkg_obj(name, obj, info);
                        }
                    }
                }
            }
            DeclKind::Func {
                recv,
                name,
                ty,
                body,
            } => self.collect_func(file, decl, recv, name, ty, body.is_some(), methods),
        }
    }

    fn collect_consts(&self, file: FileContext, spec: SpecId, last: &mut Option<SpecId>) {
        let ast = self.ast;
        let SpecKind::Value { names, iota, .. } = ast[spec].kind else {
            return;
        };
        let (ty, values, inherited) = self.const_values(spec, last);
        let (names, values) = (&ast[names], &ast[values]);
        for (i, &name) in names.iter().enumerate() {
            let obj = self.new_const(name);
            let what = Declared::Const {
                ty,
                init: values.get(i).copied(),
                inherited,
                iota,
            };
            let info = self.new_decl(file.scope, file.version, what);
            self.declare_pkg_obj(name, obj, info);
        }
        self.arity(ast[spec].pos, names, values, true, inherited);
    }

    fn collect_vars(&self, file: FileContext, spec: SpecId) {
        let ast = self.ast;
        let SpecKind::Value {
            names, ty, values, ..
        } = ast[spec].kind
        else {
            return;
        };
        let (names, values) = (&ast[names], &ast[values]);
        let objects: Vec<ObjId> = names
            .iter()
            .map(|&name| self.new_var(name, VarKind::Package))
            .collect();
        // One initialiser, or none, for all: the declaration is shared.
        let shared = match (objects.first(), values) {
            (Some(&first), [] | [_]) => {
                let what = Declared::Var {
                    names: Some(SharedVars {
                        first,
                        len: objects.len() as u32,
                    }),
                    ty,
                    init: values.first().copied(),
                };
                Some(self.new_decl(file.scope, file.version, what))
            }
            _ => None,
        };
        for (i, (&name, &obj)) in names.iter().zip(&objects).enumerate() {
            let info = shared.unwrap_or_else(|| {
                let what = Declared::Var {
                    names: None,
                    ty,
                    init: values.get(i).copied(),
                };
                self.new_decl(file.scope, file.version, what)
            });
            self.declare_pkg_obj(name, obj, info);
        }
        if ty.is_none() || !values.is_empty() {
            self.arity(ast[spec].pos, names, values, false, false);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn collect_func(
        &self,
        file: FileContext,
        decl: DeclId,
        recv: Option<FieldListId>,
        name: ExprId,
        ty: FuncTypeId,
        has_body: bool,
        methods: &mut Vec<Method>,
    ) {
        let func_name = self.name_of(name);
        let obj = self.new_named_obj(
            name,
            ObjKind::Func(Func {
                has_ptr_recv: Default::default(),
                origin: None,
                decl: OnceLock::from(decl),
            }),
        );
        let type_params = self.ast[ty].type_params;
        let type_params = type_params.filter(|&list| !self.ast[list].fields.is_empty());
        let mut type_param_error = false;
        match recv.and_then(|list| self.recv_type(list)) {
            None => {
                let is_main = func_name == "main" && self.is_main();
                if func_name == "init" || is_main {
                    let code = if is_main {
                        "InvalidMainDecl"
                    } else {
                        "InvalidInitDecl"
                    };
                    if let Some(list) = type_params {
                        let text = format!("func {func_name} must have no type parameters");
                        self.soft_error(self.first_field_pos(list), code, text);
                        type_param_error = true;
                    }
                    if self.has_params(ty) {
                        let text =
                            format!("func {func_name} must have no arguments and no return values");
                        self.soft_error(name, code, text);
                    }
                }
                if func_name == "init" {
                    // Invisible, and there may be several.
                    self.obj(obj).parent.set(PACKAGE_SCOPE);
                    self.record_def(name, Some(obj));
                    if !has_body {
                        self.soft_error(obj, "MissingInitBody", "func init must have a body");
                    }
                } else {
                    self.declare(PACKAGE_SCOPE, Some(name), obj, Pos::NONE);
                }
            }
            Some(recv) => {
                let recv = self.unpack_recv(recv);
                if self.ast.name(recv.base).is_some() && !func_name.is_blank() {
                    methods.push(Method {
                        obj,
                        ptr: recv.ptr,
                        recv: recv.base,
                    });
                }
                self.record_def(name, Some(obj));
            }
        }
        if let Some(list) = type_params
            && !type_param_error
        {
            let at = self.first_field_pos(list).into();
            self.verify_version(at, GoVersion(18), "type parameter");
        }
        let info = self.new_decl(file.scope, file.version, Declared::Func(decl));
        self.add_decl(obj, info);
    }

    /// The type of the receiver in a receiver list.
    pub(super) fn recv_type(&self, list: FieldListId) -> Option<ExprId> {
        let field = *self.ast[self.ast[list].fields].first()?;
        self.ast[field].ty
    }

    fn has_params(&self, ty: FuncTypeId) -> bool {
        let ty = &self.ast[ty];
        let has_fields = |list: FieldListId| !self.ast[list].fields.is_empty();
        has_fields(ty.params) || ty.results.is_some_and(has_fields)
    }

    /// Whether this is a main package.
    pub(super) fn is_main(&self) -> bool {
        self.name.get().is_some_and(|name| name == "main")
    }

    /// Declares anything but functions in the package scope.
    fn declare_pkg_obj(&self, ident: ExprId, obj: ObjId, info: u32) {
        let name = self.name_of(ident);
        // spec: "A package-scope or file-scope identifier with name init may only be declared to
        // be a function with this (func()) signature."
        if name == "init" {
            let text = "cannot declare init - must be func";
            self.error(ident, "InvalidInitDecl", text);
            return;
        }
        // spec: "The main package must have package name main and declare a function main that
        // takes no arguments and returns no value."
        if name == "main" && self.is_main() {
            let text = "cannot declare main - must be func";
            self.error(ident, "InvalidMainDecl", text);
            return;
        }
        self.declare(PACKAGE_SCOPE, Some(ident), obj, Pos::NONE);
        self.add_decl(obj, info);
    }

    /// Reports names that are declared in the package and by an import of a file.
    fn check_file_scopes(&self, scopes: &[ScopeId]) {
        for &scope in scopes {
            for (name, obj) in self.scope(scope).entries() {
                let Some(other) = self.scope(PACKAGE_SCOPE).lookup(name) else {
                    continue;
                };
                let mut err = ErrorBuilder::new("DuplicateDecl");
                let (how, package) = match self.obj(obj).kind {
                    ObjKind::PkgName { imported, .. } => ("import", Some(imported)),
                    _ => ("dot-import", self.obj(obj).pkg),
                };
                let package = package.map(|p| self.pkg_str(p)).unwrap_or_default();
                let text = format!("{name} already declared through {how} of {package}");
                self.add(&mut err, other, text);
                self.add_alt_decl(&mut err, obj);
                self.report(err);
            }
        }
    }

    /// A package as messages show it.
    fn pkg_str(&self, id: crate::PkgId) -> String {
        let path = crate::constant::quote(self.pkg_path(id).as_bytes());
        format!("package {} ({path})", self.pkg_name(id))
    }

    /// Takes a receiver's type apart: `*T[A, B]`.
    pub(super) fn unpack_recv(&self, ty: ExprId) -> Receiver {
        let mut base = self.ast.unparen(ty);
        let mut ptr = false;
        if let ExprKind::Star { x } = self.ast[base].kind {
            ptr = true;
            base = self.ast.unparen(x);
        }
        let mut index = None;
        if let ExprKind::Index { x, .. } = self.ast[base].kind {
            index = Some(base);
            base = x;
        }
        Receiver { ptr, base, index }
    }

    /// The declared type that receiver base `name` denotes, through aliases that are not generic,
    /// and whether there is a pointer on the way.
    fn resolve_base_type(&self, mut ptr: bool, name: ExprId) -> Option<(bool, ObjId)> {
        let mut seen = FxHashSet::default();
        let mut name = self.ast.name(name)?;
        loop {
            let obj = self.scope(PACKAGE_SCOPE).lookup(name)?;
            if !self.obj(obj).is_type_name() || !seen.insert(obj) {
                return None;
            }
            let Declared::Type(spec) = self.decl_of(obj)?.what else {
                return None;
            };
            let SpecKind::Type {
                type_params,
                eq,
                ty,
                ..
            } = self.ast[spec].kind
            else {
                return None;
            };
            if !eq.is_known() {
                return Some((ptr, obj));
            }
            if type_params.is_some() {
                return None;
            }
            let mut ty = self.ast.unparen(ty);
            if let ExprKind::Star { x } = self.ast[ty].kind {
                if ptr {
                    return None;
                }
                ptr = true;
                ty = self.ast.unparen(x);
            }
            name = self.ast.name(ty)?;
        }
    }

    /// Checks all package-level objects: defined types first, then aliases, then the rest.
    pub(crate) fn package_objects(&self) {
        let phase = |id: ObjId| match self.decl_of(id).map(|info| info.what) {
            Some(Declared::Type(spec)) => match self.ast[spec].kind {
                SpecKind::Type { eq, .. } if eq.is_known() => 1,
                _ => 0,
            },
            _ => 2,
        };
        let objects = self.declared_objects();
        for now in 0..3 {
            for &obj in &objects {
                if phase(obj) == now {
                    self.obj_decl(obj);
                }
            }
        }
        // Methods whose base type was not found have been reported.
        self.decls.methods.borrow_mut().clear();
    }

    /// The files that belong to the package: those of another name are reported and left out.
    pub(super) fn init_files(&self) {
        let mut files = Vec::new();
        for index in 0..self.ast.files.len() {
            let id = FileId(index as u32);
            let file = &self.ast[id];
            let Some(name_expr) = file.name else {
                files.push(id);
                continue;
            };
            let name = self.name_of(name_expr);
            match self.name.get() {
                None => {
                    if name.is_blank() {
                        let text = "invalid package name _";
                        self.error(name_expr, "BlankPkgName", text);
                    } else {
                        self.name.set(Some(name));
                    }
                    files.push(id);
                }
                Some(own) if own == name => files.push(id),
                Some(own) => {
                    let text = format!("package {name}; expected package {own}");
                    self.error(file.package, "MismatchedPkgName", text);
                }
            }
        }
        let module = self.config.go_version;
        if module > GoVersion::LATEST
            && let Some(file) = self.ast.files.first()
        {
            let latest = GoVersion::LATEST;
            let text = format!(
                "package requires newer Go version {module} (application built with {latest})"
            );
            self.error(file.package, "TooNew", text);
        }
        let versions = (0..self.ast.files.len())
            .map(|index| {
                let id = FileId(index as u32);
                if files.binary_search(&id).is_ok() {
                    self.file_version(id).0
                } else {
                    module.0
                }
            })
            .collect();
        self.info.borrow_mut().file_versions = versions;
        self.files.replace(files);
    }

    fn checked_files(&self) -> Vec<FileId> {
        self.files.borrow().clone()
    }

    fn file_version_of(&self, file: FileId) -> GoVersion {
        let info = self.info.borrow();
        let version = info.file_versions.get(file.index());
        version.map_or(self.config.go_version, |&v| GoVersion(v))
    }
}
