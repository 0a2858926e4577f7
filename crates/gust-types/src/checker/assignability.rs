//! Whether a value may be assigned to a variable (spec: Assignability).

use super::Checker;
use super::operand::Operand;
use crate::ids::TypeId;
use crate::types::{Term, Type};
use gust_syntax::token::ChanDir;

/// Why a value cannot be assigned: the error code's name, and an explanation that may be empty.
pub(crate) type Unassignable = (&'static str, String);

const INCOMPATIBLE: &str = "IncompatibleAssign";

impl Checker<'_> {
    /// Whether `x` may be assigned to a variable of type `t`.
    pub(crate) fn assignable_to(&self, x: &Operand, t: TypeId) -> Result<(), Unassignable> {
        if !x.is_valid() || !self.is_valid(t) {
            return Ok(()); // reported before
        }
        let no = |code| Err((code, String::new()));

        let from = self.unalias(x.ty);
        let to = self.unalias(t);
        if self.identical(from, to) {
            return Ok(());
        }

        let from_under = self.under(from);
        let to_under = self.under(to);
        let from_param = self.is_type_param(from);
        let to_param = self.is_type_param(to);

        if self.is_untyped(from_under) {
            let takes = |t| matches!(self.implicit_type_and_value(x, t), Ok((Some(_), _)));
            let ok = if to_param {
                // It has to be representable in each type of the type set.
                self.specific_terms(to)
                    .is_some_and(|terms| terms.iter().all(|term| takes(term.ty)))
            } else {
                takes(to)
            };
            return if ok { Ok(()) } else { no(INCOMPATIBLE) };
        }

        // Interfaces that embed each other have type sets that depend on which is asked for
        // first: the official comparison of underlying types asks for this one.
        let is_iface = |t| matches!(self.ty(t), Type::Interface(_));
        if is_iface(from_under) && is_iface(to_under) {
            self.type_set(from_under);
        }
        let unnamed = |t| !self.has_name(t);
        let params = from_param || to_param;
        if !params && (unnamed(from) || unnamed(to)) && self.identical(from_under, to_under) {
            return Ok(());
        }

        let to_iface = matches!(self.ty(to_under), Type::Interface(_));
        // A pointer to an interface implements nothing, but asking gives the explanation.
        if to_iface && !to_param || self.is_interface_ptr(to_under) {
            let mut cause = String::new();
            if self.implements(from, to, false, Some(&mut cause)) {
                return Ok(());
            }
            // A type parameter may still be assignable through its type set.
            if !from_param {
                return Err(("InvalidIfaceAssign", cause));
            }
        }

        let from_iface = matches!(self.ty(from_under), Type::Interface(_));
        if from_iface && !from_param && self.implements(to, from, false, None) {
            return Err((INCOMPATIBLE, "need type assertion".to_owned()));
        }

        if let (
            Type::Chan {
                dir: ChanDir::Both,
                elem: from_elem,
            },
            Type::Chan { elem: to_elem, .. },
        ) = (self.ty(from_under), self.ty(to_under))
            && let (Some(from_elem), Some(to_elem)) = (from_elem.get(), to_elem.get())
            && self.identical(from_elem, to_elem)
        {
            return if unnamed(from) || unnamed(to) {
                Ok(())
            } else {
                no("InvalidChanAssign")
            };
        }

        if to_param && unnamed(from) {
            self.assignable_to_each(x, to)
        } else if from_param && unnamed(to) {
            self.each_assignable_to(x, from, t)
        } else {
            no(INCOMPATIBLE)
        }
    }

    /// `x`, whose type has no name, is assigned to a variable of type parameter type `tpar`.
    fn assignable_to_each(&self, x: &Operand, tpar: TypeId) -> Result<(), Unassignable> {
        let Some(terms) = self.specific_terms(tpar) else {
            return Err((INCOMPATIBLE, String::new()));
        };
        for term in terms {
            self.assignable_to(x, term.ty).map_err(|(code, cause)| {
                let what = format!(
                    "cannot assign {} to {} (in {})",
                    self.type_str(x.ty),
                    self.type_str(term.ty),
                    self.type_str(tpar)
                );
                (code, with_cause(what, &cause))
            })?;
        }
        Ok(())
    }

    /// `x`, whose type is type parameter `tpar`, is assigned to a variable of type `t`, which has
    /// no name.
    fn each_assignable_to(&self, x: &Operand, tpar: TypeId, t: TypeId) -> Result<(), Unassignable> {
        let Some(terms) = self.specific_terms(tpar) else {
            return Err((INCOMPATIBLE, String::new()));
        };
        let mut x = x.clone();
        for term in terms {
            x.ty = term.ty;
            self.assignable_to(&x, t).map_err(|(code, cause)| {
                let what = format!(
                    "cannot assign {} (in {}) to {}",
                    self.type_str(term.ty),
                    self.type_str(tpar),
                    self.type_str(t)
                );
                (code, with_cause(what, &cause))
            })?;
        }
        Ok(())
    }

    /// The terms of a type parameter's type set, if it is limited to specific types and not empty.
    pub(crate) fn specific_terms(&self, tpar: TypeId) -> Option<&[Term]> {
        let tpar = self.unalias(tpar);
        let set = self.type_set(self.type_param_iface(tpar));
        set.terms.as_deref().filter(|terms| !terms.is_empty())
    }

    /// Whether `t`'s underlying type is a pointer to an interface.
    pub(crate) fn is_interface_ptr(&self, t: TypeId) -> bool {
        match self.ty(self.under(t)) {
            Type::Pointer { base } => base.get().is_some_and(|base| self.is_interface(base)),
            _ => false,
        }
    }
}

fn with_cause(what: String, cause: &str) -> String {
    if cause.is_empty() {
        what
    } else {
        format!("{what}\n\t{cause}")
    }
}
