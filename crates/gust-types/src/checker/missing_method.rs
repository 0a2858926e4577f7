//! Methods that a type lacks to implement an interface, and the explanations.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use crate::types::Type;

/// What keeps a type from having a method, with the method or field found instead.
enum Lack {
    NotFound,
    /// It has a method whose name differs in case only.
    WrongName(ObjId),
    /// It has a method of that name in another package.
    Unexported,
    WrongSignature(ObjId),
    Ambiguous,
    PointerReceiver,
    Field,
}

impl Checker<'_> {
    /// A method of `v` that `t` (interface) asks for and `v` lacks: `(method, wrong_type)`.
    /// `cause` receives the official explanation.
    ///
    /// If `v` is an interface and not `static_`, only methods that both have are compared.
    pub(crate) fn missing_method(
        &self,
        v: TypeId,
        t: TypeId,
        static_: bool,
        equivalent: &dyn Fn(TypeId, TypeId) -> bool,
        cause: Option<&mut String>,
    ) -> Option<(ObjId, bool)> {
        let methods = &self.type_set(self.under(t)).methods;
        if methods.is_empty() {
            return None;
        }
        let vu = self.under(v);
        let (m, lack) = if let Type::Interface(_) = self.ty(vu) {
            let have = &self.type_set(vu).methods;
            methods.iter().find_map(|&m| {
                let obj = self.obj(m);
                match self.find_member(vu, have, obj.pkg, obj.name, false) {
                    None => static_.then_some((m, Lack::NotFound)),
                    Some((_, f)) => (f != m && !equivalent(self.obj_type(f), self.obj_type(m)))
                        .then_some((m, Lack::WrongSignature(f))),
                }
            })?
        } else {
            methods
                .iter()
                .find_map(|&m| Some((m, self.lacks_method(v, m, equivalent)?)))?
        };
        if let Some(cause) = cause {
            *cause = self.missing_cause(v, t, m, &lack);
        }
        let wrong_type = matches!(lack, Lack::WrongSignature(_) | Lack::PointerReceiver);
        Some((m, wrong_type))
    }

    /// What keeps `v`, which is no interface, from having method `m`; none if it has it.
    fn lacks_method(
        &self,
        v: TypeId,
        m: ObjId,
        equivalent: &dyn Fn(TypeId, TypeId) -> bool,
    ) -> Option<Lack> {
        let want = self.obj(m);
        let found = self.lookup_member(v, false, want.pkg, want.name, false);
        let Some(f) = found.obj else {
            if !found.index.is_empty() {
                return Some(Lack::Ambiguous);
            }
            if found.indirect {
                return Some(Lack::PointerReceiver);
            }
            let other = self.lookup_member(v, false, want.pkg, want.name, true).obj;
            return Some(match other {
                Some(f) if self.obj(f).as_func().is_some() => {
                    if self.obj(f).name == want.name {
                        Lack::Unexported
                    } else {
                        self.check_header(f);
                        Lack::WrongName(f)
                    }
                }
                _ => Lack::NotFound,
            });
        };
        if self.obj(f).as_func().is_none() {
            return Some(Lack::Field);
        }
        self.check_header(f);
        (!equivalent(self.obj_type(f), self.obj_type(m))).then_some(Lack::WrongSignature(f))
    }

    /// Has the header of a method checked, which may not have been done yet.
    fn check_header(&self, f: ObjId) {
        if f.pkg == self.id {
            self.obj_decl(f);
        }
    }

    fn missing_cause(&self, v: TypeId, t: TypeId, m: ObjId, lack: &Lack) -> String {
        let name = self.obj(m).name;
        match *lack {
            Lack::NotFound => {
                if self.is_interface_ptr(v) {
                    format!("({})", self.interface_ptr_error(v))
                } else if self.is_interface_ptr(t) {
                    format!("({})", self.interface_ptr_error(t))
                } else {
                    format!("(missing method {name})")
                }
            }
            Lack::WrongName(f) => {
                let (have, want) = (self.func_str(f, false), self.func_str(m, false));
                format!("(missing method {name})\n\t\thave {have}\n\t\twant {want}")
            }
            Lack::Unexported => format!("(unexported method {name})"),
            Lack::WrongSignature(f) => {
                let (mut have, mut want) = (self.func_str(f, false), self.func_str(m, false));
                if have == want {
                    (have, want) = (self.func_str(f, true), self.func_str(m, true));
                }
                if have == want {
                    // Type parameters of one name: showing them would explain nothing.
                    return format!("(wrong type for method {name})");
                }
                format!("(wrong type for method {name})\n\t\thave {have}\n\t\twant {want}")
            }
            Lack::Ambiguous => format!("(ambiguous selector {}.{name})", self.type_str(v)),
            Lack::PointerReceiver => format!("(method {name} has pointer receiver)"),
            Lack::Field => format!("({}.{name} is a field, not a method)", self.type_str(v)),
        }
    }

    /// No method is missing. If so much of `v` is in error that this cannot be said, none is.
    pub(crate) fn has_all_methods(
        &self,
        v: TypeId,
        t: TypeId,
        static_: bool,
        equivalent: &dyn Fn(TypeId, TypeId) -> bool,
        cause: Option<&mut String>,
    ) -> bool {
        !self.is_valid(v)
            || self
                .missing_method(v, t, static_, equivalent, cause)
                .is_none()
            || self.has_invalid_embedded_fields(v)
    }

    /// Whether a value of interface type `v` can be asserted to have type `t`.
    pub(crate) fn assertable_to(&self, v: TypeId, t: TypeId, cause: Option<&mut String>) -> bool {
        self.is_interface(t)
            || self.has_all_methods(t, v, false, &|x, y| self.identical(x, y), cause)
    }

    /// "type P is pointer to interface, not interface" and the like.
    pub(crate) fn interface_ptr_error(&self, t: TypeId) -> String {
        let name = self.type_str(t);
        match self.ty(self.under(t)) {
            Type::Pointer { base } if self.is_type_param(self.cell_type(base)) => {
                format!("type {name} is pointer to type parameter, not type parameter")
            }
            _ => format!("type {name} is pointer to interface, not interface"),
        }
    }
}
