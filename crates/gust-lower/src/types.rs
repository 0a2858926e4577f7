//! Canonical types: fully substituted, hash-consed, so that equal handles mean identical types.
//!
//! The checker's types mention type parameters and have several handles for one type; an [`Env`]
//! says what the type parameters of the function being lowered stand for, and [`Types::convert`]
//! gives the one [`Ty`] of a checker's type in it.

use crate::layout::Layout;
use gust_syntax::Symbol;
use gust_syntax::token::ChanDir;
use gust_types::types::{BasicKind, Type};
use gust_types::{ObjId, PkgId, TypeId, World};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// A canonical type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ty(pub(crate) u32);

/// A struct field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Name.
    pub name: Symbol,
    /// Package of an unexported name.
    pub pkg: Option<PkgId>,
    /// Type.
    pub ty: Ty,
    /// Whether embedded.
    pub embedded: bool,
    /// Tag.
    pub tag: Rc<str>,
}

/// A function type without receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncTy {
    /// Parameters.
    pub params: Vec<Ty>,
    /// Results.
    pub results: Vec<Ty>,
    /// Whether the last parameter is `...T` (its type is the slice).
    pub variadic: bool,
}

/// A method of an interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    /// Name.
    pub name: Symbol,
    /// Package of an unexported name.
    pub pkg: Option<PkgId>,
    /// A function type.
    pub ty: Ty,
}

/// A defined type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedTy {
    /// The declared type.
    pub origin: TypeId,
    /// Type arguments.
    pub args: Vec<Ty>,
    /// For a type declared in a generic function: the type arguments of that function.
    pub outer: Vec<Ty>,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Basic(BasicKind),
    Array(u64, Ty),
    Slice(Ty),
    Pointer(Ty),
    Map(Ty, Ty),
    Chan(Dir, Ty),
    Struct(Rc<[Field]>),
    Func(Rc<FuncTy>),
    /// Methods in the official order: exported first, then by name, then by package path.
    Interface(Rc<[Method]>),
    Tuple(Rc<[Ty]>),
    Named(Rc<NamedTy>),
}

/// Direction of a channel as the descriptor counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Dir {
    Recv = 1,
    Send = 2,
    Both = 3,
}

/// What type parameters stand for.
#[derive(Debug, Default)]
pub struct Env {
    map: FxHashMap<TypeId, Ty>,
    /// The arguments in order: part of the identity of types declared in the function.
    pub args: Vec<Ty>,
    cache: RefCell<FxHashMap<TypeId, Ty>>,
}

impl Env {
    /// An environment for parameters and their arguments.
    #[must_use]
    pub fn new(params: &[TypeId], args: &[Ty], outer: &[Ty]) -> Rc<Self> {
        let mut all = outer.to_vec();
        all.extend_from_slice(args);
        Rc::new(Self {
            map: params.iter().copied().zip(args.iter().copied()).collect(),
            args: all,
            cache: RefCell::default(),
        })
    }
}

/// Type parameters with what they stand for.
type Substitution = Rc<[(TypeId, Ty)]>;

#[derive(Default)]
struct Tables {
    kinds: Vec<Kind>,
    ids: FxHashMap<Kind, Ty>,
    under: FxHashMap<Ty, Ty>,
    pub(crate) layouts: FxHashMap<Ty, Rc<Layout>>,
    locals: FxHashMap<PkgId, Rc<FxHashMap<ObjId, u32>>>,
    /// What the parameters of the functions around local types stand for.
    outer: FxHashMap<(TypeId, Vec<Ty>), Substitution>,
}

/// The table of canonical types of one module.
pub struct Types<'p> {
    /// All packages.
    pub world: &'p World,
    tables: RefCell<Tables>,
    empty: Rc<Env>,
}

impl<'p> Types<'p> {
    /// An empty table.
    #[must_use]
    pub fn new(world: &'p World) -> Self {
        Self {
            world,
            tables: RefCell::default(),
            empty: Rc::default(),
        }
    }

    /// The environment without type parameters.
    #[must_use]
    pub fn no_env(&self) -> Rc<Env> {
        self.empty.clone()
    }

    /// The handle of a type.
    pub fn intern(&self, kind: Kind) -> Ty {
        let mut t = self.tables.borrow_mut();
        if let Some(&ty) = t.ids.get(&kind) {
            return ty;
        }
        let ty = Ty(t.kinds.len() as u32);
        t.kinds.push(kind.clone());
        t.ids.insert(kind, ty);
        ty
    }

    /// What a type is.
    #[must_use]
    pub fn kind(&self, ty: Ty) -> Kind {
        self.tables.borrow().kinds[ty.0 as usize].clone()
    }

    /// What a type's underlying type is.
    #[must_use]
    pub fn under_kind(&self, ty: Ty) -> Kind {
        self.kind(self.under(ty))
    }

    pub(crate) fn cached_layout(&self, ty: Ty) -> Option<Rc<Layout>> {
        self.tables.borrow().layouts.get(&ty).cloned()
    }

    pub(crate) fn cache_layout(&self, ty: Ty, layout: Rc<Layout>) {
        self.tables.borrow_mut().layouts.insert(ty, layout);
    }

    /// A predeclared type.
    pub fn basic(&self, kind: BasicKind) -> Ty {
        let kind = match kind {
            BasicKind::Byte => BasicKind::Uint8,
            BasicKind::Rune | BasicKind::UntypedRune => BasicKind::Int32,
            BasicKind::UntypedBool => BasicKind::Bool,
            BasicKind::UntypedInt => BasicKind::Int,
            BasicKind::UntypedFloat => BasicKind::Float64,
            BasicKind::UntypedComplex => BasicKind::Complex128,
            BasicKind::UntypedString => BasicKind::String,
            k => k,
        };
        self.intern(Kind::Basic(kind))
    }

    /// `int`
    pub fn int(&self) -> Ty {
        self.basic(BasicKind::Int)
    }

    /// `*base`
    pub fn pointer(&self, base: Ty) -> Ty {
        self.intern(Kind::Pointer(base))
    }

    /// `[]elem`
    pub fn slice(&self, elem: Ty) -> Ty {
        self.intern(Kind::Slice(elem))
    }

    /// `[]byte`
    pub fn bytes(&self) -> Ty {
        self.slice(self.basic(BasicKind::Uint8))
    }

    /// `string`
    pub fn string(&self) -> Ty {
        self.basic(BasicKind::String)
    }

    /// `unsafe.Pointer`
    pub fn unsafe_pointer(&self) -> Ty {
        self.basic(BasicKind::UnsafePointer)
    }

    /// `interface{}`
    pub fn any(&self) -> Ty {
        self.intern(Kind::Interface(Rc::new([])))
    }

    /// A function type.
    pub fn func(&self, params: Vec<Ty>, results: Vec<Ty>, variadic: bool) -> Ty {
        self.intern(Kind::Func(Rc::new(FuncTy {
            params,
            results,
            variadic,
        })))
    }

    /// A struct of exported fields without tags.
    pub fn plain_struct(&self, fields: &[(&str, Ty)]) -> Ty {
        let field = |&(name, ty): &(&str, Ty)| Field {
            name: Symbol::new(name),
            pkg: None,
            ty,
            embedded: false,
            tag: "".into(),
        };
        self.intern(Kind::Struct(fields.iter().map(field).collect()))
    }

    /// The parts of a function type (that of the underlying type); none of another.
    #[must_use]
    pub fn as_func(&self, ty: Ty) -> Option<Rc<FuncTy>> {
        match self.under_kind(ty) {
            Kind::Func(f) => Some(f),
            _ => None,
        }
    }

    /// The element of an underlying pointer type.
    #[must_use]
    pub fn as_pointer(&self, ty: Ty) -> Option<Ty> {
        match self.under_kind(ty) {
            Kind::Pointer(t) => Some(t),
            _ => None,
        }
    }

    /// The fields of an underlying struct type.
    #[must_use]
    pub fn as_struct(&self, ty: Ty) -> Option<Rc<[Field]>> {
        match self.under_kind(ty) {
            Kind::Struct(f) => Some(f),
            _ => None,
        }
    }

    /// The methods of an underlying interface type.
    #[must_use]
    pub fn as_interface(&self, ty: Ty) -> Option<Rc<[Method]>> {
        match self.under_kind(ty) {
            Kind::Interface(m) => Some(m),
            _ => None,
        }
    }

    /// Whether the underlying type is an interface.
    #[must_use]
    pub fn is_interface(&self, ty: Ty) -> bool {
        self.as_interface(ty).is_some()
    }

    /// The underlying basic type.
    #[must_use]
    pub fn as_basic(&self, ty: Ty) -> Option<BasicKind> {
        match self.under_kind(ty) {
            Kind::Basic(k) => Some(k),
            _ => None,
        }
    }

    /// Whether the underlying type is `string`.
    #[must_use]
    pub fn is_string(&self, ty: Ty) -> bool {
        self.as_basic(ty) == Some(BasicKind::String)
    }

    /// The underlying type.
    #[must_use]
    pub fn under(&self, ty: Ty) -> Ty {
        if let Some(&u) = self.tables.borrow().under.get(&ty) {
            return u;
        }
        let Kind::Named(named) = self.kind(ty) else {
            return ty;
        };
        let Type::Named(n) = self.world.ty(named.origin) else {
            return ty;
        };
        let env = Env::new(n.type_params(), &named.args, &named.outer);
        // A local type of a generic function mentions that function's parameters.
        let env = self.outer_env(&named, env);
        let rhs = n.rhs.get().or_else(|| n.underlying.get());
        let u = match rhs {
            Some(rhs) => self.under(self.convert(rhs, &env)),
            None => self.basic(BasicKind::Invalid),
        };
        self.tables.borrow_mut().under.insert(ty, u);
        u
    }

    fn outer_env(&self, named: &NamedTy, env: Rc<Env>) -> Rc<Env> {
        if named.outer.is_empty() {
            return env;
        }
        let key = (named.origin, named.outer.clone());
        let params = self.tables.borrow().outer.get(&key).cloned();
        match params {
            Some(params) => {
                let mut map = env.map.clone();
                map.extend(params.iter().copied());
                Rc::new(Env {
                    map,
                    args: env.args.clone(),
                    cache: RefCell::default(),
                })
            }
            None => env,
        }
    }

    /// The canonical type of a checker's type.
    pub fn convert(&self, t: TypeId, env: &Rc<Env>) -> Ty {
        let env = if env.map.is_empty() { &self.empty } else { env };
        if let Some(&ty) = env.cache.borrow().get(&t) {
            return ty;
        }
        let ty = self.convert_new(t, env);
        env.cache.borrow_mut().insert(t, ty);
        ty
    }

    fn convert_new(&self, t: TypeId, env: &Rc<Env>) -> Ty {
        let cell = |c: &gust_types::ids::TypeCell| match c.get() {
            Some(t) => self.convert(t, env),
            None => self.basic(BasicKind::Invalid),
        };
        let var = |o: ObjId| cell(&self.world.obj(o).ty);
        match self.world.ty(t) {
            Type::Basic(b) => self.basic(b.kind),
            Type::Array { len, elem } => {
                self.intern(Kind::Array(len.get().max(0) as u64, cell(elem)))
            }
            Type::Slice { elem } => self.slice(cell(elem)),
            Type::Pointer { base } => self.pointer(cell(base)),
            Type::Map { key, elem } => self.intern(Kind::Map(cell(key), cell(elem))),
            Type::Chan { dir, elem } => {
                let dir = match dir {
                    ChanDir::Both => Dir::Both,
                    ChanDir::Send => Dir::Send,
                    ChanDir::Recv => Dir::Recv,
                };
                self.intern(Kind::Chan(dir, cell(elem)))
            }
            Type::Struct(s) => {
                let fields = s.fields().iter().enumerate().map(|(i, &f)| {
                    let obj = self.world.obj(f);
                    Field {
                        name: obj.name,
                        pkg: obj.pkg.filter(|_| !obj.is_exported()),
                        ty: var(f),
                        embedded: obj.as_var().is_some_and(|v| v.embedded),
                        tag: s.tag(i).into(),
                    }
                });
                self.intern(Kind::Struct(fields.collect()))
            }
            Type::Tuple(vars) => {
                let list = vars.iter().map(|&v| var(v)).collect();
                self.intern(Kind::Tuple(list))
            }
            Type::Signature(s) => self.func(
                s.params().iter().map(|&v| var(v)).collect(),
                s.results().iter().map(|&v| var(v)).collect(),
                s.variadic.get(),
            ),
            Type::Interface(_) => {
                let mut methods = Vec::new();
                self.collect_methods(t, env, &mut methods, 0);
                self.sort_methods(&mut methods);
                self.intern(Kind::Interface(methods.into()))
            }
            Type::Union(_) => self.any(),
            Type::TypeParam(_) => match env.map.get(&t) {
                Some(&ty) => ty,
                None => self.basic(BasicKind::Invalid),
            },
            Type::Alias(a) => {
                if let (Some(origin), false) = (a.origin, a.type_args.is_empty())
                    && let Type::Alias(generic) = self.world.ty(origin)
                    && let Some(rhs) = generic.rhs.get()
                {
                    let args: Vec<Ty> = a.type_args.iter().map(|&x| self.convert(x, env)).collect();
                    let env = Env::new(generic.type_params(), &args, &[]);
                    return self.convert(rhs, &env);
                }
                match a.rhs.get().or_else(|| a.actual.get()) {
                    Some(rhs) => self.convert(rhs, env),
                    None => self.basic(BasicKind::Invalid),
                }
            }
            Type::Named(n) => {
                let origin = n.origin.unwrap_or(t);
                let own_params;
                let args: &[TypeId] = if n.origin.is_none() {
                    // The generic type itself, in its own declaration.
                    own_params = n.type_params();
                    own_params
                } else {
                    &n.type_args
                };
                let args: Vec<Ty> = args.iter().map(|&x| self.convert(x, env)).collect();
                let mut outer = Vec::new();
                if !env.args.is_empty() && self.is_local(origin) {
                    outer.clone_from(&env.args);
                    let params = env.map.iter().map(|(&k, &v)| (k, v)).collect();
                    let mut tables = self.tables.borrow_mut();
                    tables.outer.insert((origin, outer.clone()), params);
                }
                self.intern(Kind::Named(Rc::new(NamedTy {
                    origin,
                    args,
                    outer,
                })))
            }
        }
    }

    /// Whether a declared type is not of package level.
    #[must_use]
    pub fn is_local(&self, origin: TypeId) -> bool {
        let Some(obj) = self.type_obj(origin) else {
            return false;
        };
        let package = self.world.package(obj.pkg);
        package.scope.get(&self.world.obj(obj).name) != Some(&obj)
    }

    /// The type name of a declared type.
    #[must_use]
    pub fn type_obj(&self, origin: TypeId) -> Option<ObjId> {
        match self.world.ty(origin) {
            Type::Named(n) => n.obj.get(),
            _ => None,
        }
    }

    /// The number that tells local types of one name apart.
    #[must_use]
    pub fn local_number(&self, obj: ObjId) -> u32 {
        if let Some(map) = self.tables.borrow().locals.get(&obj.pkg) {
            return map.get(&obj).copied().unwrap_or(0);
        }
        let package = self.world.package(obj.pkg);
        let mut locals: Vec<_> = (0..package.types.len() as u32)
            .map(|i| TypeId::new(obj.pkg, i))
            .filter(|&t| matches!(self.world.ty(t), Type::Named(n) if n.origin.is_none()))
            .filter(|&t| self.is_local(t))
            .filter_map(|t| self.type_obj(t))
            .collect();
        locals.sort_by_key(|&o| self.world.obj(o).pos);
        let map: FxHashMap<_, _> = locals.into_iter().zip(1..).collect();
        let number = map.get(&obj).copied().unwrap_or(0);
        self.tables
            .borrow_mut()
            .locals
            .insert(obj.pkg, Rc::new(map));
        number
    }

    fn collect_methods(&self, t: TypeId, env: &Rc<Env>, out: &mut Vec<Method>, depth: u32) {
        if depth > 1000 {
            return;
        }
        match self.world.ty(t) {
            Type::Interface(i) => {
                for &m in i.methods() {
                    let obj = self.world.obj(m);
                    let pkg = obj.pkg.filter(|_| !obj.is_exported());
                    if out.iter().any(|x| x.name == obj.name && x.pkg == pkg) {
                        continue;
                    }
                    let Some(sig) = obj.ty.get() else { continue };
                    // Reserve the place: the signature may lead back here only through names.
                    let ty = self.convert(sig, env);
                    out.push(Method {
                        name: obj.name,
                        pkg,
                        ty,
                    });
                }
                for &(e, _) in i.embeddeds() {
                    self.collect_methods(e, env, out, depth + 1);
                }
            }
            Type::Union(_) | Type::Basic(_) => {}
            _ => {
                let ty = self.convert(t, env);
                if let Kind::Interface(methods) = self.under_kind(ty) {
                    for m in methods.iter() {
                        if !out.iter().any(|x| x.name == m.name && x.pkg == m.pkg) {
                            out.push(m.clone());
                        }
                    }
                }
            }
        }
    }

    /// Exported first, then by name, then by package path.
    pub fn sort_methods(&self, methods: &mut [Method]) {
        methods.sort_by(|a, b| self.method_order((a.name, a.pkg), (b.name, b.pkg)));
    }

    /// The order of methods in descriptors and itabs.
    #[must_use]
    pub fn method_order(
        &self,
        a: (Symbol, Option<PkgId>),
        b: (Symbol, Option<PkgId>),
    ) -> std::cmp::Ordering {
        let path = |p: Option<PkgId>| p.map(|p| self.world.package(p).path);
        (a.1.is_some(), a.0)
            .cmp(&(b.1.is_some(), b.0))
            .then_with(|| path(a.1).cmp(&path(b.1)))
    }
}
