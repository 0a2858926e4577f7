//! Comparability (spec: Comparison operators, "strictly comparable").

use super::Checker;
use crate::ids::TypeId;
use crate::types::{BasicKind, Type};
use rustc_hash::FxHashSet;

/// Why a type is not comparable; text is made only of the cause that is reported.
enum Incomparable {
    /// Its kind says it all.
    Kind,
    /// A struct has a field of this type.
    Field(TypeId),
    /// An array's elements are not.
    Array,
    /// No type is in the type set.
    EmptySet,
    /// Some type in the type set is not.
    TypeSet,
}

impl Checker<'_> {
    /// Whether values of `t` compare with `==` (interfaces included, which may panic).
    pub(crate) fn comparable(&self, t: TypeId) -> bool {
        self.comparable_in(t, true, &mut FxHashSet::default())
            .is_ok()
    }

    /// Whether values of `t` compare with `==` without panic.
    pub(crate) fn strictly_comparable(&self, t: TypeId) -> bool {
        self.comparable_in(t, false, &mut FxHashSet::default())
            .is_ok()
    }

    /// None if `t` is comparable (`dynamic`: interfaces count); else the cause, maybe empty.
    pub(crate) fn comparable_cause(&self, t: TypeId, dynamic: bool) -> Option<String> {
        let cause = self
            .comparable_in(t, dynamic, &mut FxHashSet::default())
            .err()?;
        Some(match cause {
            Incomparable::Kind => String::new(),
            Incomparable::Field(f) => {
                format!("struct containing {} cannot be compared", self.type_str(f))
            }
            Incomparable::Array => format!("{} cannot be compared", self.type_str(t)),
            Incomparable::EmptySet => "empty type set".to_string(),
            Incomparable::TypeSet => "incomparable types in type set".to_string(),
        })
    }

    /// `seen` has the types looked at: one met again is neither worse nor better for it.
    fn comparable_in(
        &self,
        t: TypeId,
        dynamic: bool,
        seen: &mut FxHashSet<TypeId>,
    ) -> Result<(), Incomparable> {
        let u = self.under(t);
        match self.ty(u) {
            // The invalid type is comparable, not to report what follows from an error.
            Type::Basic(b) if b.kind == BasicKind::UntypedNil => Err(Incomparable::Kind),
            Type::Basic(_) | Type::Pointer { .. } | Type::Chan { .. } => Ok(()),
            Type::Struct(s) => {
                if !seen.insert(t) {
                    return Ok(());
                }
                for &f in s.fields() {
                    let f = self.obj_type(f);
                    if self.comparable_in(f, dynamic, seen).is_err() {
                        return Err(Incomparable::Field(f));
                    }
                }
                Ok(())
            }
            Type::Array { elem, .. } => {
                if !seen.insert(t) {
                    return Ok(());
                }
                self.comparable_in(self.cell_type(elem), dynamic, seen)
                    .map_err(|_| Incomparable::Array)
            }
            Type::Interface(_) => {
                if dynamic && !self.is_type_param(t) || !seen.insert(t) {
                    return Ok(());
                }
                let set = self.type_set(u);
                if self.comparable_set(set, seen) {
                    Ok(())
                } else if set.is_empty() {
                    Err(Incomparable::EmptySet)
                } else {
                    Err(Incomparable::TypeSet)
                }
            }
            _ => Err(Incomparable::Kind),
        }
    }

    fn comparable_set(&self, set: &crate::typeset::TypeSet, seen: &mut FxHashSet<TypeId>) -> bool {
        match &set.terms {
            None => set.comparable,
            Some(terms) => {
                !terms.is_empty()
                    && terms
                        .iter()
                        .all(|t| self.comparable_in(t.ty, false, seen).is_ok())
            }
        }
    }

    /// Whether all types in the type set of an interface (handle of a `Type::Interface`) are
    /// strictly comparable.
    pub(crate) fn interface_is_comparable(&self, iface: TypeId) -> bool {
        let set = self.type_set(iface);
        self.comparable_set(set, &mut FxHashSet::default())
    }
}
