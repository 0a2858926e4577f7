//! The state of checking one package, and its plumbing.
//!
//! All methods take `&self`: arenas only grow and the rest lives in cells, so that a reference
//! to a type or object stays valid while others are made.

mod arguments;
mod assignability;
mod assignments;
mod builtins;
mod builtins_unsafe;
mod call;
mod comparable;
mod composite_lit;
mod const_check;
mod conversions;
mod cycles;
mod decls;
mod directives;
mod errors;
mod exports;
mod expr;
mod identity;
mod imports;
mod index;
mod infer;
mod initorder;
mod instantiate;
mod interface_type;
mod literals;
mod lookup;
mod missing_method;
mod mono;
mod named;
mod object_string;
mod operand;
mod operators;
mod packages;
mod parameterized;
mod post_check;
mod predicates;
mod range;
mod recording;
mod relations;
mod resolver;
mod returns;
mod selector;
mod shifts;
mod signature;
mod sizes;
mod stmt;
mod struct_type;
mod subst;
mod switch;
mod terms;
mod type_decls;
mod type_string;
mod typesets;
mod typexpr;
mod under;
mod unify;
mod unions;
mod untyped;
mod valid_type;
mod versions;

use crate::constant::Value;
use crate::ids::{ObjId, PkgId, TypeId};
use crate::info::Info;
use crate::object::Object;
use crate::package::{Package, World};
use crate::scope::{Scope, ScopeId};
use crate::types::Type;
use crate::version::GoVersion;
use crate::{Checked, Config, Import, Input};
use elsa::FrozenVec;
use gust_syntax::ast::{Ast, ExprId, FileId};
use gust_syntax::diagnostic::Diagnostic;
use gust_syntax::{Pos, SourceMap, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The scope of package-level objects: the first one made.
pub(crate) const PACKAGE_SCOPE: ScopeId = ScopeId(0);

/// The state of checking one package.
pub struct Checker<'a> {
    pub(crate) id: PkgId,
    pub(crate) path: Symbol,
    pub(crate) name: Cell<Option<Symbol>>,
    pub(crate) ast: &'a Ast,
    parse_errors: bool,
    pub(crate) sources: &'a SourceMap,
    pub(crate) world: &'a World,
    pub(crate) imports: &'a FxHashMap<Symbol, Import>,
    pub(crate) config: &'a Config,

    types: FrozenVec<Box<Type>>,
    objects: FrozenVec<Box<Object>>,
    scopes: FrozenVec<Box<Scope>>,

    pub(crate) env: RefCell<Env>,
    pub(crate) info: RefCell<Info>,
    pub(crate) diagnostics: RefCell<Vec<Diagnostic>>,
    actions: RefCell<Vec<Option<Action<'a>>>>,

    /// State that belongs to one concept each; see the file of the name.
    pub(crate) decls: decls::DeclState,
    pub(crate) packages: packages::PackageState,
    imports_state: imports::ImportState,
    /// The files that belong to the package.
    files: RefCell<Vec<FileId>>,
    valid: valid_type::ValidState,
    /// Whether values of a declared type have finite size, as far as known.
    finite: RefCell<FxHashMap<TypeId, bool>>,
    pub(crate) untyped: RefCell<FxHashMap<ExprId, UntypedInfo>>,
    pub(crate) relations: relations::RelationState,
    pub(crate) mono: mono::MonoState,
    pub(crate) calls: call::CallState,
}

/// What is known of an untyped expression whose final type its context will decide.
#[derive(Clone, Debug)]
pub(crate) struct UntypedInfo {
    /// Whether it is the left operand of a shift whose check is delayed.
    pub is_lhs: bool,
    pub mode: operand::Mode,
    pub ty: TypeId,
    pub value: Option<Value>,
}

/// The surroundings of what is being checked. Saved and restored around function bodies and
/// declarations.
#[derive(Clone, Debug)]
pub(crate) struct Env {
    /// The package-level declaration whose initialisation or body is checked (its first object,
    /// as key into the declaration table), to record dependencies.
    pub decl: Option<decls::DeclKey>,
    /// Innermost scope.
    pub scope: ScopeId,
    /// Language version of the file.
    pub version: GoVersion,
    /// Value of `iota` in a constant declaration.
    pub iota: Option<Value>,
    /// Where to report errors of an inherited constant initialiser.
    pub err_pos: Pos,
    /// In a type parameter list.
    pub in_type_params: bool,
    /// The enclosing function's signature.
    pub sig: Option<TypeId>,
    /// Calls of the predeclared `panic`.
    pub panics: FxHashSet<ExprId>,
    /// The function has labels.
    pub has_label: bool,
    /// The expression contains a call or a channel receive.
    pub has_call_or_recv: bool,
}

type Action<'a> = (GoVersion, Box<dyn FnOnce(&Checker<'a>) + 'a>);

impl<'a> Checker<'a> {
    /// A type of this or any other checked package.
    pub(crate) fn ty(&self, id: TypeId) -> &Type {
        if id.pkg == self.id {
            &self.types[id.index()]
        } else {
            self.world.ty(id)
        }
    }

    /// An object of this or any other checked package.
    pub(crate) fn obj(&self, id: ObjId) -> &Object {
        if id.pkg == self.id {
            &self.objects[id.index()]
        } else {
            self.world.obj(id)
        }
    }

    /// A scope of this package.
    pub(crate) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    /// Makes a type.
    pub(crate) fn new_type(&self, ty: Type) -> TypeId {
        let index = self.types.len() as u32;
        self.types.push(Box::new(ty));
        TypeId::new(self.id, index)
    }

    /// Makes an object.
    pub(crate) fn new_obj(&self, obj: Object) -> ObjId {
        let index = self.objects.len() as u32;
        self.objects.push(Box::new(obj));
        ObjId::new(self.id, index)
    }

    /// Makes a scope inside `parent`.
    pub(crate) fn new_scope(&self, parent: Option<ScopeId>, pos: Pos, end: Pos) -> ScopeId {
        let id = ScopeId(self.scopes.len() as u32);
        self.scopes.push(Box::new(Scope::new(parent, pos, end)));
        if let Some(parent) = parent {
            self.scope(parent).add_child(id);
        }
        id
    }

    /// Has `action` done later, in the order asked for, when the declarations at hand are set
    /// up (the official "later" queue).
    pub(crate) fn later(&self, action: impl FnOnce(&Checker<'a>) + 'a) {
        let version = self.env.borrow().version;
        self.actions
            .borrow_mut()
            .push(Some((version, Box::new(action))));
    }

    /// Number of delayed actions that are not done: a mark for `process_delayed`.
    pub(crate) fn delayed(&self) -> usize {
        self.actions.borrow().len()
    }

    /// Does the delayed actions asked for since mark `top`, and those that these ask for.
    pub(crate) fn process_delayed(&self, top: usize) {
        if self.delayed() == top {
            return;
        }
        let version = self.env.borrow().version;
        let mut next = top;
        loop {
            let action = self.actions.borrow_mut().get_mut(next).map(Option::take);
            let Some(action) = action else { break };
            next += 1;
            if let Some((version, action)) = action {
                self.env.borrow_mut().version = version;
                action(self);
            }
        }
        self.actions.borrow_mut().truncate(top);
        self.env.borrow_mut().version = version;
    }

    /// The object that `name` denotes in the innermost scope, if any.
    pub(crate) fn lookup(&self, name: Symbol) -> Option<ObjId> {
        self.lookup_scope(name).map(|(_, obj)| obj)
    }

    /// Same with the scope that has it; none for the universe.
    pub(crate) fn lookup_scope(&self, name: Symbol) -> Option<(Option<ScopeId>, ObjId)> {
        let mut at = Some(self.env.borrow().scope);
        while let Some(id) = at {
            let scope = self.scope(id);
            if let Some(obj) = scope.lookup(name) {
                return Some((at, obj));
            }
            at = scope.parent;
        }
        let universe = self.world.package(PkgId::UNIVERSE);
        universe.scope.get(&name).map(|&obj| (None, obj))
    }

    /// Prepares a check.
    pub(crate) fn new(input: &'a Input<'a>) -> Self {
        Self {
            id: input.id,
            path: input.path,
            name: Cell::new(None),
            ast: input.ast,
            parse_errors: input.parse_errors,
            sources: input.sources,
            world: input.world,
            imports: input.imports,
            config: input.config,
            types: FrozenVec::new(),
            objects: FrozenVec::new(),
            scopes: FrozenVec::new(),
            env: RefCell::new(Env::new(PACKAGE_SCOPE, input.config.go_version)),
            info: RefCell::default(),
            diagnostics: RefCell::default(),
            actions: RefCell::default(),
            decls: Default::default(),
            packages: Default::default(),
            imports_state: Default::default(),
            files: RefCell::default(),
            valid: Default::default(),
            finite: RefCell::default(),
            untyped: RefCell::default(),
            relations: Default::default(),
            mono: Default::default(),
            calls: Default::default(),
        }
    }

    /// The name of an identifier expression; empty for anything else.
    pub(crate) fn name_of(&self, e: ExprId) -> Symbol {
        self.ast.name(e).unwrap_or_else(|| Symbol::new(""))
    }

    /// The surroundings of a package-level declaration of a file.
    fn fresh_env(&self, file: ScopeId, version: GoVersion) -> Env {
        Env::new(file, version)
    }

    /// Checks the package.
    pub(crate) fn check(self) -> Checked {
        self.scopes.push(Box::new(Scope::default()));
        {
            let mut info = self.info.borrow_mut();
            let exprs = self.ast.exprs.len();
            info.types.resize_with(exprs, Default::default);
            info.objects.resize(exprs, None);
        }
        self.init_files();
        self.collect_objects();
        self.direct_cycles();
        self.package_objects();
        self.process_delayed(0);
        self.complete_types();
        self.init_order();
        self.unused_imports();
        self.record_untyped();
        if !self.has_errors() {
            self.monomorph();
        }
        self.restricted_directives();
        if !self.parse_errors && !self.has_errors() {
            self.post_check();
        }
        self.freeze()
    }

    /// Makes the immutable package of what was found.
    fn freeze(self) -> Checked {
        let has_errors = self.has_errors();
        let inlined = self.mentioned_when_inlined();
        let imports = self.loaded_imports();
        let name = self.pkg_name(self.id);
        let scope = self.scope(PACKAGE_SCOPE).entries().into_iter().collect();
        Checked {
            package: Arc::new(Package {
                id: self.id,
                path: self.path,
                name,
                scope,
                objects: self.objects.into_vec(),
                types: self.types.into_vec(),
                imports,
                fake: false,
                inlined,
                has_errors,
            }),
            info: self.info.into_inner(),
            diagnostics: self.diagnostics.into_inner(),
        }
    }
}

impl Env {
    /// The surroundings of a declaration outside of functions.
    fn new(scope: ScopeId, version: GoVersion) -> Self {
        Self {
            decl: None,
            scope,
            version,
            iota: None,
            err_pos: Pos::NONE,
            in_type_params: false,
            sig: None,
            panics: FxHashSet::default(),
            has_label: false,
            has_call_or_recv: false,
        }
    }
}
