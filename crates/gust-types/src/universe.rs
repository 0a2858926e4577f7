//! The universe block and package `unsafe` (spec: Predeclared identifiers, Package unsafe).

use crate::constant::Value;
use crate::ids::{Flag, ObjId, PkgId, TypeId};
use crate::object::{BuiltinId, Func, ObjKind, Object, Var, VarKind};
use crate::package::Package;
use crate::types::{Alias, Basic, BasicInfo, BasicKind, Interface, Named, Signature, Type};
use crate::typeset::TypeSet;
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The basic types in the order of [`BasicKind`], which is the order of the arena. The last
/// two are the other names of `uint8` and `int32`: their kind is that of the type meant.
const BASIC: [(BasicKind, BasicInfo, &str); 28] = {
    use BasicKind as K;
    const BOOLEAN: BasicInfo = BasicInfo::BOOLEAN;
    const SIGNED: BasicInfo = BasicInfo::INTEGER;
    const UNSIGNED: BasicInfo = BasicInfo::INTEGER.union(BasicInfo::UNSIGNED);
    const FLOAT: BasicInfo = BasicInfo::FLOAT;
    const COMPLEX: BasicInfo = BasicInfo::COMPLEX;
    const STRING: BasicInfo = BasicInfo::STRING;
    const UNTYPED: BasicInfo = BasicInfo::UNTYPED;
    [
        (K::Invalid, BasicInfo::empty(), "invalid type"),
        (K::Bool, BOOLEAN, "bool"),
        (K::Int, SIGNED, "int"),
        (K::Int8, SIGNED, "int8"),
        (K::Int16, SIGNED, "int16"),
        (K::Int32, SIGNED, "int32"),
        (K::Int64, SIGNED, "int64"),
        (K::Uint, UNSIGNED, "uint"),
        (K::Uint8, UNSIGNED, "uint8"),
        (K::Uint16, UNSIGNED, "uint16"),
        (K::Uint32, UNSIGNED, "uint32"),
        (K::Uint64, UNSIGNED, "uint64"),
        (K::Uintptr, UNSIGNED, "uintptr"),
        (K::Float32, FLOAT, "float32"),
        (K::Float64, FLOAT, "float64"),
        (K::Complex64, COMPLEX, "complex64"),
        (K::Complex128, COMPLEX, "complex128"),
        (K::String, STRING, "string"),
        (K::UnsafePointer, BasicInfo::empty(), "Pointer"),
        (K::UntypedBool, BOOLEAN.union(UNTYPED), "untyped bool"),
        (K::UntypedInt, SIGNED.union(UNTYPED), "untyped int"),
        (K::UntypedRune, SIGNED.union(UNTYPED), "untyped rune"),
        (K::UntypedFloat, FLOAT.union(UNTYPED), "untyped float"),
        (K::UntypedComplex, COMPLEX.union(UNTYPED), "untyped complex"),
        (K::UntypedString, STRING.union(UNTYPED), "untyped string"),
        (K::UntypedNil, UNTYPED, "untyped nil"),
        (K::Uint8, UNSIGNED, "byte"),
        (K::Int32, SIGNED, "rune"),
    ]
};

const BUILTINS: [(BuiltinId, &str); 18] = [
    (BuiltinId::Append, "append"),
    (BuiltinId::Cap, "cap"),
    (BuiltinId::Clear, "clear"),
    (BuiltinId::Close, "close"),
    (BuiltinId::Complex, "complex"),
    (BuiltinId::Copy, "copy"),
    (BuiltinId::Delete, "delete"),
    (BuiltinId::Imag, "imag"),
    (BuiltinId::Len, "len"),
    (BuiltinId::Make, "make"),
    (BuiltinId::Max, "max"),
    (BuiltinId::Min, "min"),
    (BuiltinId::New, "new"),
    (BuiltinId::Panic, "panic"),
    (BuiltinId::Print, "print"),
    (BuiltinId::Println, "println"),
    (BuiltinId::Real, "real"),
    (BuiltinId::Recover, "recover"),
];

const UNSAFE_BUILTINS: [(BuiltinId, &str); 8] = [
    (BuiltinId::UnsafeAdd, "Add"),
    (BuiltinId::UnsafeAlignof, "Alignof"),
    (BuiltinId::UnsafeOffsetof, "Offsetof"),
    (BuiltinId::UnsafeSizeof, "Sizeof"),
    (BuiltinId::UnsafeSlice, "Slice"),
    (BuiltinId::UnsafeSliceData, "SliceData"),
    (BuiltinId::UnsafeString, "String"),
    (BuiltinId::UnsafeStringData, "StringData"),
];

/// The arenas of a package that is made without source.
struct Builder {
    package: Package,
}

impl Builder {
    fn new(id: PkgId, name: &str) -> Self {
        Self {
            package: Package {
                id,
                path: Symbol::new(name),
                name: Symbol::new(name),
                scope: FxHashMap::default(),
                objects: Vec::new(),
                types: Vec::new(),
                imports: Vec::new(),
                fake: false,
                inlined: Vec::new(),
                has_errors: false,
            },
        }
    }

    fn add_type(&mut self, ty: Type) -> TypeId {
        self.package.types.push(Box::new(ty));
        TypeId::new(self.package.id, self.package.types.len() as u32 - 1)
    }

    /// Makes an object. Those of the universe belong to no package.
    fn add_obj(&mut self, kind: ObjKind, name: &str, ty: TypeId) -> ObjId {
        let id = self.package.id;
        let pkg = (id != PkgId::UNIVERSE).then_some(id);
        let obj = Object::new(kind, Pos::NONE, pkg, Symbol::new(name));
        obj.ty.set(ty);
        self.package.objects.push(Box::new(obj));
        ObjId::new(id, self.package.objects.len() as u32 - 1)
    }

    /// Makes an object that can be referred to by name.
    fn declare(&mut self, kind: ObjKind, name: &str, ty: TypeId) -> ObjId {
        let obj = self.add_obj(kind, name, ty);
        self.package.scope.insert(Symbol::new(name), obj);
        obj
    }

    fn add_var(&mut self, kind: VarKind, ty: TypeId) -> ObjId {
        let var = Var {
            kind,
            embedded: false,
            used: Flag::default(),
            origin: None,
        };
        self.add_obj(ObjKind::Var(var), "", ty)
    }

    /// Makes an interface type that is complete, type set included.
    fn add_interface(&mut self, methods: &[ObjId], comparable: bool) -> TypeId {
        let set = TypeSet {
            methods: methods.into(),
            terms: None,
            comparable,
        };
        self.add_type(Type::Interface(Interface {
            methods: OnceLock::from(Box::from(methods)),
            embeddeds: OnceLock::from(Box::default()),
            implicit: Flag::default(),
            complete: Flag::new(true),
            type_set: OnceLock::from(Box::new(set)),
        }))
    }
}

/// The named type whose underlying type is that of handle `underlying`.
fn named(underlying: TypeId) -> Named {
    Named {
        rhs: underlying.into(),
        underlying: underlying.into(),
        methods: OnceLock::from(Box::default()),
        ..Named::default()
    }
}

/// The universe: package [`crate::PkgId::UNIVERSE`], whose scope ends every lookup.
#[must_use]
pub fn universe() -> Package {
    let mut b = Builder::new(PkgId::UNIVERSE, "universe");
    for (kind, info, name) in BASIC {
        b.add_type(Type::Basic(Basic { kind, info, name }));
    }
    // The handles of the next four are constants of `TypeId`; their underlying types follow.
    let later = |n| TypeId::new(PkgId::UNIVERSE, TypeId::COMPARABLE.index() as u32 + n);
    b.add_interface(&[], false);
    b.add_type(Type::Alias(Box::new(Alias {
        rhs: TypeId::EMPTY_INTERFACE.into(),
        actual: TypeId::EMPTY_INTERFACE.into(),
        ..Alias::default()
    })));
    b.add_type(Type::Named(Box::new(named(later(1)))));
    b.add_type(Type::Named(Box::new(named(later(2)))));

    let error_method = {
        let recv = b.add_var(VarKind::Recv, TypeId::ERROR);
        let result = b.add_var(VarKind::Result, TypeId::STRING);
        let signature = Signature {
            recv: recv.into(),
            params: OnceLock::from(Box::default()),
            results: OnceLock::from(Box::from([result])),
            ..Signature::default()
        };
        let func = Func {
            has_ptr_recv: Flag::default(),
            origin: None,
            decl: OnceLock::new(),
        };
        (b.add_obj(ObjKind::Func(func), "Error", later(3)), signature)
    };
    b.add_interface(&[error_method.0], false);
    b.add_interface(&[], true);
    b.add_type(Type::Signature(error_method.1));

    for (index, (kind, _, name)) in BASIC.into_iter().enumerate() {
        // Names with a blank cannot be written; `Pointer` is in package unsafe.
        if !name.contains(' ') && kind != BasicKind::UnsafePointer {
            let ty = TypeId::new(PkgId::UNIVERSE, index as u32);
            b.declare(ObjKind::TypeName, name, ty);
        }
    }
    for (name, ty) in [
        ("any", TypeId::ANY),
        ("error", TypeId::ERROR),
        ("comparable", TypeId::COMPARABLE),
    ] {
        let obj = b.declare(ObjKind::TypeName, name, ty);
        match &*b.package.types[ty.index()] {
            Type::Named(n) => n.obj.set(obj),
            Type::Alias(a) => a.obj.set(obj),
            _ => {}
        }
    }
    for (name, ty, value) in [
        ("true", TypeId::UNTYPED_BOOL, Value::from_bool(true)),
        ("false", TypeId::UNTYPED_BOOL, Value::from_bool(false)),
        ("iota", TypeId::UNTYPED_INT, Value::from_i64(0)),
    ] {
        let value = OnceLock::from(value);
        b.declare(ObjKind::Const { value }, name, ty);
    }
    b.declare(ObjKind::Nil, "nil", TypeId::UNTYPED_NIL);
    for (id, name) in BUILTINS {
        b.declare(ObjKind::Builtin(id), name, TypeId::INVALID);
    }
    b.package
}

/// Package `unsafe`.
#[must_use]
pub fn unsafe_package() -> Package {
    let mut b = Builder::new(PkgId::UNSAFE, "unsafe");
    b.declare(ObjKind::TypeName, "Pointer", TypeId::UNSAFE_POINTER);
    for (id, name) in UNSAFE_BUILTINS {
        b.declare(ObjKind::Builtin(id), name, TypeId::INVALID);
    }
    b.package
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(p: &Package, name: &str) -> Option<(TypeId, Option<PkgId>)> {
        let obj = &p.objects[p.scope.get(&Symbol::new(name))?.index()];
        Some((obj.ty.get()?, obj.pkg))
    }

    #[test]
    fn handles_name_the_types_they_say() {
        let u = universe();
        for (name, id) in [
            ("bool", TypeId::BOOL),
            ("int", TypeId::INT),
            ("uint8", TypeId::basic(BasicKind::Uint8)),
            ("byte", TypeId::BYTE),
            ("rune", TypeId::RUNE),
            ("string", TypeId::STRING),
            ("any", TypeId::ANY),
            ("error", TypeId::ERROR),
            ("comparable", TypeId::COMPARABLE),
            ("true", TypeId::UNTYPED_BOOL),
            ("nil", TypeId::UNTYPED_NIL),
        ] {
            assert_eq!(lookup(&u, name), Some((id, None)), "{name}");
        }
        assert_eq!(lookup(&u, "Pointer"), None);
        assert_eq!(lookup(&u, "untyped int"), None);
    }

    #[test]
    fn basic_types_stand_at_their_kind() {
        let u = universe();
        for (i, t) in u.types.iter().take(26).enumerate() {
            let Type::Basic(b) = &**t else {
                panic!("{i} is not basic")
            };
            assert_eq!(b.kind as usize, i);
        }
        let Type::Basic(byte) = &*u.types[TypeId::BYTE.index()] else {
            panic!("byte is not basic")
        };
        assert_eq!((byte.kind, byte.name), (BasicKind::Uint8, "byte"));
    }

    #[test]
    fn error_has_its_method_and_comparable_its_set() {
        let u = universe();
        let iface = |t: TypeId| {
            let Type::Named(n) = &*u.types[t.index()] else {
                panic!("not named")
            };
            let Type::Interface(i) = &*u.types[n.underlying.get().expect("set").index()] else {
                panic!("not an interface")
            };
            i
        };
        let error = iface(TypeId::ERROR);
        assert_eq!(error.methods().len(), 1);
        let method = &u.objects[error.methods()[0].index()];
        assert_eq!(method.name, "Error");
        let Type::Signature(sig) = &*u.types[method.ty.get().expect("set").index()] else {
            panic!("not a signature")
        };
        let result = &u.objects[sig.results()[0].index()];
        assert_eq!(result.ty.get(), Some(TypeId::STRING));
        let set = iface(TypeId::COMPARABLE).type_set.get().expect("set");
        assert!(set.comparable && set.terms.is_none() && set.methods.is_empty());
    }

    #[test]
    fn unsafe_has_its_own_names() {
        let p = unsafe_package();
        let pkg = Some(PkgId::UNSAFE);
        assert_eq!(lookup(&p, "Pointer"), Some((TypeId::UNSAFE_POINTER, pkg)));
        assert_eq!(lookup(&p, "Sizeof"), Some((TypeId::INVALID, pkg)));
        assert_eq!(p.scope.len(), 9);
    }
}
