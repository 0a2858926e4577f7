//! Predicates on types.

use super::Checker;
use crate::ids::TypeId;
use crate::types::{Basic, BasicInfo, BasicKind, Type};

impl Checker<'_> {
    /// Whether `t` is not invalid, aliases looked through.
    pub(crate) fn is_valid(&self, t: TypeId) -> bool {
        self.unalias(t) != TypeId::INVALID
    }

    fn basic(&self, t: TypeId) -> Option<&Basic> {
        match self.ty(self.under(t)) {
            Type::Basic(b) => Some(b),
            _ => None,
        }
    }

    /// Kind of the basic type that underlies `t`; none for type parameters and all else.
    pub(crate) fn basic_kind(&self, t: TypeId) -> Option<BasicKind> {
        self.basic(t).map(|b| b.kind)
    }

    /// Whether `t`'s underlying type is basic with one of `info`'s classes; false for type
    /// parameters.
    pub(crate) fn is_basic(&self, t: TypeId, info: BasicInfo) -> bool {
        self.basic(t).is_some_and(|b| b.info.intersects(info))
    }

    /// Like `is_basic`; for a type parameter whether it holds for all types of its type set.
    pub(crate) fn all_basic(&self, t: TypeId, info: BasicInfo) -> bool {
        let t = self.unalias(t);
        if !matches!(self.ty(t), Type::TypeParam(_)) {
            return self.is_basic(t, info);
        }
        let terms = self.type_param_set(t).specific_terms();
        terms.is_some_and(|terms| terms.iter().all(|term| self.is_basic(term.ty, info)))
    }

    pub(crate) fn is_boolean(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::BOOLEAN)
    }

    pub(crate) fn is_numeric(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::NUMERIC)
    }

    pub(crate) fn is_string(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::STRING)
    }

    pub(crate) fn is_integer(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::INTEGER)
    }

    pub(crate) fn is_unsigned(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::UNSIGNED)
    }

    pub(crate) fn is_complex(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::COMPLEX)
    }

    pub(crate) fn is_const_type(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::CONST_TYPE)
    }

    pub(crate) fn is_integer_or_float(&self, t: TypeId) -> bool {
        self.is_basic(t, BasicInfo::INTEGER | BasicInfo::FLOAT)
    }

    pub(crate) fn all_integer(&self, t: TypeId) -> bool {
        self.all_basic(t, BasicInfo::INTEGER)
    }

    pub(crate) fn all_unsigned(&self, t: TypeId) -> bool {
        self.all_basic(t, BasicInfo::UNSIGNED)
    }

    pub(crate) fn all_numeric(&self, t: TypeId) -> bool {
        self.all_basic(t, BasicInfo::NUMERIC)
    }

    pub(crate) fn all_string(&self, t: TypeId) -> bool {
        self.all_basic(t, BasicInfo::STRING)
    }

    pub(crate) fn all_boolean(&self, t: TypeId) -> bool {
        self.all_basic(t, BasicInfo::BOOLEAN)
    }

    pub(crate) fn all_ordered(&self, t: TypeId) -> bool {
        self.all_basic(t, BasicInfo::ORDERED)
    }

    /// Whether `t` has a name: basic, named, alias of such, type parameter.
    pub(crate) fn has_name(&self, t: TypeId) -> bool {
        matches!(
            self.ty(self.unalias(t)),
            Type::Basic(_) | Type::Named(_) | Type::TypeParam(_)
        )
    }

    /// Whether `t` is a type literal (or basic).
    pub(crate) fn is_type_lit(&self, t: TypeId) -> bool {
        !matches!(
            self.ty(self.unalias(t)),
            Type::Named(_) | Type::TypeParam(_)
        )
    }

    // Neither aliases nor named types can stand for untyped ones, hence the next three look
    // through nothing; all of them are decided by the handle.

    /// Whether `t` is typed (safe on types still being set up).
    pub(crate) fn is_typed(&self, t: TypeId) -> bool {
        !self.is_untyped(t)
    }

    pub(crate) fn is_untyped(&self, t: TypeId) -> bool {
        TypeId::UNTYPED_BOOL <= t && t <= TypeId::UNTYPED_NIL
    }

    pub(crate) fn is_untyped_numeric(&self, t: TypeId) -> bool {
        TypeId::UNTYPED_INT <= t && t <= TypeId::UNTYPED_COMPLEX
    }

    /// Whether `t`'s underlying type is an interface (true for type parameters).
    pub(crate) fn is_interface(&self, t: TypeId) -> bool {
        matches!(self.ty(self.under(t)), Type::Interface(_))
    }

    pub(crate) fn is_non_type_param_interface(&self, t: TypeId) -> bool {
        !self.is_type_param(t) && self.is_interface(t)
    }

    pub(crate) fn is_type_param(&self, t: TypeId) -> bool {
        matches!(self.ty(self.unalias(t)), Type::TypeParam(_))
    }

    /// Whether `t` is a type parameter whose type set is known to be empty.
    pub(crate) fn has_empty_type_set(&self, t: TypeId) -> bool {
        let Type::TypeParam(p) = self.ty(self.unalias(t)) else {
            return false;
        };
        let Some(bound) = p.bound.get() else {
            return false;
        };
        // The bound may still be being declared: nothing is resolved here.
        let under = match self.ty(self.unalias(bound)) {
            Type::Named(n) => n.underlying.get(),
            _ => Some(self.under(bound)),
        };
        under.is_some_and(|u| match self.ty(u) {
            Type::Interface(i) => i.type_set.get().is_some_and(|s| s.is_empty()),
            _ => false,
        })
    }

    /// Whether `t` is a generic type that is not instantiated.
    pub(crate) fn is_generic(&self, t: TypeId) -> bool {
        if let Type::Alias(a) = self.ty(t)
            && !a.type_params().is_empty()
            && a.type_args.is_empty()
        {
            return true;
        }
        match self.ty(self.unalias(t)) {
            Type::Named(n) => n.origin.is_none() && !n.type_params().is_empty(),
            _ => false,
        }
    }

    pub(crate) fn has_nil(&self, t: TypeId) -> bool {
        match self.ty(self.under(t)) {
            Type::Basic(b) => b.kind == BasicKind::UnsafePointer,
            Type::Slice { .. }
            | Type::Pointer { .. }
            | Type::Signature(_)
            | Type::Map { .. }
            | Type::Chan { .. } => true,
            Type::Interface(_) => {
                !self.is_type_param(t)
                    || self
                        .typeset(t)
                        .iter()
                        .all(|pair| pair.is_some_and(|(_, u)| self.has_nil(u)))
            }
            _ => false,
        }
    }

    /// The default type of an untyped type, else `t`.
    pub(crate) fn default_type(&self, t: TypeId) -> TypeId {
        match t {
            TypeId::UNTYPED_BOOL => TypeId::BOOL,
            TypeId::UNTYPED_INT => TypeId::INT,
            TypeId::UNTYPED_RUNE => TypeId::RUNE,
            TypeId::UNTYPED_FLOAT => TypeId::FLOAT64,
            TypeId::UNTYPED_COMPLEX => TypeId::COMPLEX128,
            TypeId::UNTYPED_STRING => TypeId::STRING,
            _ => t,
        }
    }

    /// The larger of two untyped numeric types (int < rune < float < complex); none if there is
    /// no such order.
    pub(crate) fn max_type(&self, x: TypeId, y: TypeId) -> Option<TypeId> {
        if x == y {
            return Some(x);
        }
        let numeric = self.is_untyped_numeric(x) && self.is_untyped_numeric(y);
        numeric.then(|| x.max(y))
    }

    /// Whether `t`'s underlying type is a slice of bytes or runes.
    pub(crate) fn is_bytes_or_runes(&self, t: TypeId) -> bool {
        let Type::Slice { elem } = self.ty(self.under(t)) else {
            return false;
        };
        matches!(
            self.basic_kind(self.cell_type(elem)),
            Some(BasicKind::Uint8 | BasicKind::Int32)
        )
    }

    /// Whether `t`'s underlying type is a pointer type.
    pub(crate) fn is_pointer(&self, t: TypeId) -> bool {
        matches!(self.ty(self.under(t)), Type::Pointer { .. })
    }

    pub(crate) fn is_unsafe_pointer(&self, t: TypeId) -> bool {
        self.basic_kind(t) == Some(BasicKind::UnsafePointer)
    }

    pub(crate) fn is_uintptr(&self, t: TypeId) -> bool {
        self.basic_kind(t) == Some(BasicKind::Uintptr)
    }

    /// `(elem, true)` for a pointer type (aliases looked through, names not), else `(t, false)`.
    pub(crate) fn deref(&self, t: TypeId) -> (TypeId, bool) {
        match self.ty(self.unalias(t)) {
            Type::Pointer { base } => (self.cell_type(base), true),
            _ => (t, false),
        }
    }
}
