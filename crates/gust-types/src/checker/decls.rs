//! Package-level declarations as collected, and the checking of constant, variable and function
//! declarations; declarations in functions. For types see `type_decls.rs`.

use super::Checker;
use super::errors::ErrorBuilder;
use super::operand::Operand;
use crate::constant::Value;
use crate::ids::{ObjId, TypeId};
use crate::object::{ObjKind, Object, Var, VarKind};
use crate::scope::ScopeId;
use crate::types::{Signature, Type};
use crate::version::GoVersion;
use elsa::FrozenVec;
use gust_syntax::Pos;
use gust_syntax::ast::{DeclId, DeclKind, ExprId, ExprList, SpecId, SpecKind};
use gust_syntax::token::DeclKeyword;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// Key of a package-level declaration: its first object.
pub(crate) type DeclKey = ObjId;

/// The declarations of the package and how far their checking has come.
///
/// Package-level objects and methods have an `Object::order` above 0, which is their place here.
#[derive(Default)]
pub(crate) struct DeclState {
    infos: FrozenVec<Box<DeclInfo>>,
    /// By order: the object and the index of its declaration. Variables that share one
    /// initialiser share the declaration.
    objects: RefCell<Vec<(ObjId, u32)>>,
    /// The objects being declared, outermost first. `Object::color` is the place in it plus one.
    pub(super) path: RefCell<Vec<Pending>>,
    /// Methods with names by receiver base type, until the type's declaration takes them.
    pub(super) methods: RefCell<FxHashMap<ObjId, Vec<ObjId>>>,
}

/// An object that is being declared.
#[derive(Clone, Copy)]
pub(super) struct Pending {
    pub obj: ObjId,
    /// Constants and variables on the path up to this object, itself included.
    pub values: usize,
}

/// A package-level declaration of constants, variables, a type or a function; or of a method.
#[derive(Debug)]
pub(crate) struct DeclInfo {
    /// The file's scope.
    pub file: ScopeId,
    /// The file's language version.
    pub version: GoVersion,
    pub what: Declared,
    /// Package-level objects that its initialiser or body refers to.
    pub deps: RefCell<FxHashSet<ObjId>>,
}

/// What a declaration declares, and its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Declared {
    Const {
        ty: Option<ExprId>,
        init: Option<ExprId>,
        /// Whether type and initialiser stand in an earlier specification.
        inherited: bool,
        iota: u32,
    },
    Var {
        /// All variables, if one initialiser is for all of them.
        names: Option<SharedVars>,
        ty: Option<ExprId>,
        init: Option<ExprId>,
    },
    Type(SpecId),
    Func(DeclId),
}

/// Variables of one specification: `len` objects in a row, the first of this order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SharedVars {
    pub first: ObjId,
    pub len: u32,
}

impl SharedVars {
    /// The variables; they were made one after the other.
    pub fn objects(self) -> Vec<ObjId> {
        let start = self.first.index() as u32;
        (start..start + self.len)
            .map(|i| ObjId::new(self.first.pkg, i))
            .collect()
    }
}

impl Checker<'_> {
    /// Makes a declaration.
    pub(super) fn new_decl(&self, file: ScopeId, version: GoVersion, what: Declared) -> u32 {
        self.decls.infos.push(Box::new(DeclInfo {
            file,
            version,
            what,
            deps: RefCell::default(),
        }));
        self.decls.infos.len() as u32 - 1
    }

    /// Notes that `decl` declares `obj`.
    pub(super) fn add_decl(&self, obj: ObjId, decl: u32) {
        let mut objects = self.decls.objects.borrow_mut();
        objects.push((obj, decl));
        self.obj(obj).order.set(objects.len() as u32);
    }

    /// The declaration of a package-level object or method of this package.
    pub(super) fn decl_of(&self, obj: ObjId) -> Option<&DeclInfo> {
        if obj.pkg != self.id {
            return None;
        }
        let order = self.obj(obj).order.get() as usize;
        let (_, decl) = *self.decls.objects.borrow().get(order.checked_sub(1)?)?;
        Some(&self.decls.infos[decl as usize])
    }

    /// All package-level objects and methods in source order.
    pub(super) fn declared_objects(&self) -> Vec<ObjId> {
        let objects = self.decls.objects.borrow();
        objects.iter().map(|&(obj, _)| obj).collect()
    }

    /// Index of the declaration of an object that has one: the same for objects that share it.
    pub(super) fn decl_index(&self, obj: ObjId) -> Option<u32> {
        let order = self.obj(obj).order.get() as usize;
        let objects = self.decls.objects.borrow();
        Some(objects.get(order.checked_sub(1)?)?.1)
    }

    /// Puts `obj` on the path of declarations at work.
    pub(super) fn push_obj(&self, obj: ObjId) {
        let mut path = self.decls.path.borrow_mut();
        let object = self.obj(obj);
        let is_value = matches!(object.kind, ObjKind::Const { .. } | ObjKind::Var(_));
        let values = path.last().map_or(0, |last| last.values) + usize::from(is_value);
        path.push(Pending { obj, values });
        object.color.set(path.len() as u32);
    }

    /// Takes the last object from the path.
    pub(super) fn pop_obj(&self) {
        if let Some(last) = self.decls.path.borrow_mut().pop() {
            self.obj(last.obj).color.set(0);
        }
    }

    /// Where `obj` is on the path, if it is being declared.
    pub(super) fn place_on_path(&self, obj: ObjId) -> Option<usize> {
        if obj.pkg != self.id {
            return None;
        }
        let place = self.obj(obj).color.get().checked_sub(1)?;
        Some(place as usize)
    }

    /// The path from one place on.
    pub(super) fn path_from(&self, start: usize) -> Vec<ObjId> {
        let path = self.decls.path.borrow();
        path[start..].iter().map(|pending| pending.obj).collect()
    }

    /// Checks the declaration of an object if that has not been done: afterwards it has a type.
    pub(crate) fn obj_decl(&self, id: ObjId) {
        let obj = self.obj(id);
        if id.pkg == self.id && obj.color.get() != 0 {
            self.obj_cycle(id);
            return;
        }
        if obj.ty.get().is_some() {
            return;
        }
        let Some(info) = self.decl_of(id) else {
            // Only after other errors; never leave an object without type.
            obj.ty.set(TypeId::INVALID);
            return;
        };
        self.push_obj(id);
        let fresh = self.fresh_env(info.file, info.version);
        let saved = self.env.replace(fresh);
        match info.what {
            Declared::Const {
                ty,
                init,
                inherited,
                iota,
            } => {
                self.env.borrow_mut().decl = Some(id);
                self.const_decl(id, ty, init, inherited, iota);
            }
            Declared::Var { names, ty, init } => {
                self.env.borrow_mut().decl = Some(id);
                let lhs = names.map_or_else(Vec::new, SharedVars::objects);
                self.var_decl(id, &lhs, ty, init);
            }
            Declared::Type(spec) => {
                self.type_decl(id, spec);
                self.collect_methods(id);
            }
            Declared::Func(decl) => self.func_decl(id, decl),
        }
        self.env.replace(saved);
        self.pop_obj();
    }

    /// An object refers to itself while it is being declared.
    fn obj_cycle(&self, id: ObjId) {
        let obj = self.obj(id);
        let valid = self.valid_cycle(id);
        match obj.kind {
            // A function keeps its signature, empty so far.
            ObjKind::Func(_) => {}
            _ if !valid => obj.ty.set(TypeId::INVALID),
            _ => {}
        }
        // Without a type there is a cycle through initialisers, which the order of
        // initialisation reports.
        if obj.ty.get().is_none() {
            obj.ty.set(TypeId::INVALID);
        }
    }

    /// Declares `obj` in `scope` under the identifier `id` (recorded as its definition); reports
    /// redeclarations. `pos` is where its scope starts.
    pub(crate) fn declare(&self, scope: ScopeId, id: Option<ExprId>, obj: ObjId, pos: Pos) {
        let object = self.obj(obj);
        if !object.name.is_blank() {
            if let Some(other) = self.scope(scope).insert(object.name, obj) {
                let mut err = ErrorBuilder::new("DuplicateDecl");
                let text = format!("{} redeclared in this block", object.name);
                self.add(&mut err, obj, text);
                self.add_alt_decl(&mut err, other);
                self.report(err);
                return;
            }
            if object.parent.get().is_none() {
                object.parent.set(scope);
            }
            object.scope_pos.set(pos.0);
        }
        if let Some(id) = id {
            self.record_def(id, Some(obj));
        }
    }

    /// Notes that the declaration being checked depends on `obj`.
    pub(crate) fn add_decl_dep(&self, obj: ObjId) {
        let Some(from) = self.env.borrow().decl else {
            return;
        };
        if self.decl_of(obj).is_some()
            && let Some(info) = self.decl_of(from)
        {
            info.deps.borrow_mut().insert(obj);
        }
    }

    fn const_decl(
        &self,
        obj: ObjId,
        ty: Option<ExprId>,
        init: Option<ExprId>,
        inherited: bool,
        iota: u32,
    ) {
        let (saved_iota, saved_pos) = {
            let mut env = self.env.borrow_mut();
            let iota = env.iota.replace(Value::from_i64(i64::from(iota)));
            (iota, std::mem::replace(&mut env.err_pos, Pos::NONE))
        };
        self.const_decl_init(obj, ty, init, inherited);
        let object = self.obj(obj);
        if let ObjKind::Const { value } = &object.kind {
            let _ = value.get_or_init(|| Value::UNKNOWN);
        }
        if object.ty.get().is_none() {
            object.ty.set(TypeId::INVALID);
        }
        let mut env = self.env.borrow_mut();
        env.iota = saved_iota;
        env.err_pos = saved_pos;
    }

    fn const_decl_init(
        &self,
        obj: ObjId,
        ty: Option<ExprId>,
        init: Option<ExprId>,
        inherited: bool,
    ) {
        if let Some(e) = ty {
            let t = self.typ(e);
            if !self.is_const_type(t) {
                if self.under(t).is_valid() {
                    let text = format!("invalid constant type {}", self.type_str(t));
                    self.error(e, "InvalidConstType", text);
                }
                self.obj(obj).ty.set(TypeId::INVALID);
                return;
            }
            self.obj(obj).ty.set(t);
        }
        let mut x = Operand::invalid();
        if let Some(init) = init {
            if inherited {
                self.env.borrow_mut().err_pos = self.obj(obj).pos;
            }
            self.expr(None, &mut x, init);
        }
        self.init_const(obj, &mut x);
    }

    /// Checks variable `obj`; `lhs` are all variables if one initialiser is for several, else
    /// empty.
    fn var_decl(&self, obj: ObjId, lhs: &[ObjId], ty: Option<ExprId>, init: Option<ExprId>) {
        let object = self.obj(obj);
        if let Some(ty) = ty {
            object.ty.set(self.var_type(ty));
        }
        let Some(init) = init else {
            if ty.is_none() {
                object.ty.set(TypeId::INVALID);
            }
            return;
        };
        if lhs.len() <= 1 {
            let target = self.new_target(object.ty.get(), &object.name);
            let mut x = Operand::invalid();
            self.expr(target.as_ref(), &mut x, init);
            self.init_var(obj, &mut x, "variable declaration");
            return;
        }
        if let (Some(_), Some(t)) = (ty, object.ty.get()) {
            for &v in lhs {
                self.obj(v).ty.set(t);
            }
        }
        self.init_vars(lhs, &[init], None);
    }

    fn func_decl(&self, id: ObjId, decl: DeclId) {
        let DeclKind::Func {
            recv,
            name,
            ty,
            body,
        } = self.ast[decl].kind
        else {
            return;
        };
        let sig = self.new_type(Type::Signature(Signature::default()));
        let obj = self.obj(id);
        // From here on the function may refer to itself.
        obj.ty.set(sig);
        self.func_type(sig, recv, ty);
        let generic = self.ast[ty]
            .type_params
            .is_some_and(|list| !self.ast[list].fields.is_empty());
        match body {
            None if generic => {
                let text = "generic function is missing function body";
                self.soft_error(name, "BadDecl", text);
            }
            Some(body) if !self.config.ignore_func_bodies => {
                self.later(move |c| c.func_body(Some(id), sig, body, None));
            }
            _ => {}
        }
    }

    /// Checks that a specification has as many values as names.
    pub(super) fn arity(
        &self,
        at: Pos,
        names: &[ExprId],
        values: &[ExprId],
        is_const: bool,
        inherited: bool,
    ) {
        let code = "WrongAssignCount";
        if let Some(&extra) = values.get(names.len()) {
            if inherited {
                let place = self.pos_str(self.ast.start(extra));
                self.error(at, code, format!("extra init expr at {place}"));
            } else {
                let text = format!("extra init expr {}", self.expr_str(extra));
                self.error(extra, code, text);
            }
        } else if let Some(&missing) = names.get(values.len())
            && (is_const || values.len() != 1)
        {
            let text = format!("missing init expr for {}", self.expr_str(missing));
            self.error(missing, code, text);
        }
    }

    /// Type and values of a constant specification: its own, or those of the last specification
    /// of the group that has any (then `last` is that one, else it becomes this one).
    pub(super) fn const_values(
        &self,
        spec: SpecId,
        last: &mut Option<SpecId>,
    ) -> (Option<ExprId>, ExprList, bool) {
        let parts = |spec: SpecId| match self.ast[spec].kind {
            SpecKind::Value { ty, values, .. } => (ty, values),
            _ => (None, ExprList::default()),
        };
        let (ty, values) = parts(spec);
        if ty.is_some() || !values.is_empty() {
            *last = Some(spec);
            return (ty, values, false);
        }
        match *last {
            Some(earlier) => {
                let (ty, values) = parts(earlier);
                (ty, values, true)
            }
            None => (None, ExprList::default(), false),
        }
    }

    /// Makes a constant object.
    pub(super) fn new_const(&self, name: ExprId) -> ObjId {
        let value = std::sync::OnceLock::new();
        self.new_named_obj(name, ObjKind::Const { value })
    }

    /// Makes a variable object.
    pub(super) fn new_var(&self, name: ExprId, kind: VarKind) -> ObjId {
        self.new_named_obj(
            name,
            ObjKind::Var(Var {
                kind,
                embedded: false,
                used: Default::default(),
                origin: None,
            }),
        )
    }

    /// Makes an object of this package for an identifier.
    pub(super) fn new_named_obj(&self, name: ExprId, kind: ObjKind) -> ObjId {
        let pos = self.ast[name].pos;
        self.new_obj(Object::new(kind, pos, Some(self.id), self.name_of(name)))
    }

    /// Checks a declaration statement.
    pub(crate) fn decl_stmt(&self, d: DeclId) {
        let ast = self.ast;
        let DeclKind::Gen { keyword, specs, .. } = ast[d].kind else {
            return;
        };
        let mut last = None;
        for &spec in &ast[specs] {
            match (keyword, ast[spec].kind) {
                (DeclKeyword::Const, SpecKind::Value { names, iota, .. }) => {
                    self.local_consts(spec, names, iota, &mut last);
                }
                (
                    DeclKeyword::Var,
                    SpecKind::Value {
                        names, ty, values, ..
                    },
                ) => self.local_vars(spec, &ast[names], ty, &ast[values]),
                (DeclKeyword::Type, SpecKind::Type { name, .. }) => {
                    let obj = self.new_named_obj(name, ObjKind::TypeName);
                    let scope = self.env.borrow().scope;
                    self.declare(scope, Some(name), obj, ast[name].pos);
                    self.push_obj(obj);
                    self.type_decl(obj, spec);
                    self.pop_obj();
                }
                _ => {}
            }
        }
    }

    fn local_consts(&self, spec: SpecId, names: ExprList, iota: u32, last: &mut Option<SpecId>) {
        let ast = self.ast;
        let top = self.delayed();
        let (ty, values, inherited) = self.const_values(spec, last);
        let (names, values) = (&ast[names], &ast[values]);
        let mut objects = Vec::with_capacity(names.len());
        for (i, &name) in names.iter().enumerate() {
            let obj = self.new_const(name);
            objects.push(obj);
            self.const_decl(obj, ty, values.get(i).copied(), inherited, iota);
        }
        self.arity(ast[spec].pos, names, values, true, inherited);
        self.declare_locals(top, spec, names, &objects);
    }

    fn local_vars(&self, spec: SpecId, names: &[ExprId], ty: Option<ExprId>, values: &[ExprId]) {
        let top = self.delayed();
        let objects: Vec<ObjId> = names
            .iter()
            .map(|&name| self.new_var(name, VarKind::Local))
            .collect();
        for (i, &obj) in objects.iter().enumerate() {
            let shared = values.len() == 1 && names.len() > 1;
            let (lhs, init) = if shared {
                (&objects[..], values.first().copied())
            } else {
                (&[][..], values.get(i).copied())
            };
            self.var_decl(obj, lhs, ty, init);
            if values.len() == 1 {
                // The one initialiser gave all variables their types.
                break;
            }
        }
        if ty.is_none() || !values.is_empty() {
            self.arity(self.ast[spec].pos, names, values, false, false);
        }
        self.declare_locals(top, spec, names, &objects);
    }

    /// Declares constants or variables after their specification, which is where their scope
    /// starts: function literals in it are checked first.
    fn declare_locals(&self, top: usize, spec: SpecId, names: &[ExprId], objects: &[ObjId]) {
        self.process_delayed(top);
        let end = self.spec_end(spec);
        let scope = self.env.borrow().scope;
        for (&name, &obj) in names.iter().zip(objects) {
            self.declare(scope, Some(name), obj, end);
        }
    }

    fn spec_end(&self, spec: SpecId) -> Pos {
        let ast = self.ast;
        let last = match ast[spec].kind {
            SpecKind::Value {
                names, ty, values, ..
            } => {
                let last = ast[values].last().copied().or(ty);
                last.or_else(|| ast[names].last().copied())
            }
            SpecKind::Type { ty, .. } => Some(ty),
            SpecKind::Import { path, .. } => Some(path),
        };
        last.map_or(ast[spec].pos, |e| ast.end(e))
    }
}
