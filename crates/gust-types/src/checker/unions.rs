//! Unions as written: `A | ~B` in constraints.

use super::Checker;
use super::operand::Mode;
use super::typesets::MAX_TERMS;
use crate::ids::TypeId;
use crate::types::{Term, Type, Union};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;

impl Checker<'_> {
    /// Checks a union or tilde expression `e` in a constraint and gives its type.
    pub(crate) fn parse_union(&self, e: ExprId) -> TypeId {
        let (binaries, leaves) = self.flatten_union(e);
        let mut terms: Vec<Term> = Vec::new();
        let mut union = TypeId::INVALID;
        let mut overflow = false;
        for (i, &leaf) in leaves.iter().enumerate() {
            let term = self.parse_term(leaf);
            if leaves.len() == 1 && !term.tilde {
                return term.ty;
            }
            if terms.len() < MAX_TERMS {
                terms.push(term);
                union = self.new_union(&terms);
            } else if !overflow {
                overflow = true;
                union = TypeId::INVALID;
                self.error(
                    leaf,
                    "InvalidUnion",
                    format!(
                        "cannot handle more than {MAX_TERMS} union terms (implementation limitation)"
                    ),
                );
            }
            if i > 0 {
                self.record_type_and_value(binaries[i - 1], Mode::TypeExpr, union, None);
            }
        }
        if !overflow {
            // Whether terms are valid shows when all types are set up.
            self.later(move |c| c.check_terms(&terms, &leaves));
        }
        union
    }

    fn new_union(&self, terms: &[Term]) -> TypeId {
        let terms = terms.into();
        self.new_type(Type::Union(Union { terms }))
    }

    /// The `|` expressions of a union from the inside out, and the operands from left to right.
    fn flatten_union(&self, mut e: ExprId) -> (Vec<ExprId>, Vec<ExprId>) {
        let (mut binaries, mut leaves) = (Vec::new(), Vec::new());
        while let ExprKind::Binary {
            op: Op::Or, x, y, ..
        } = self.ast[e].kind
        {
            binaries.push(e);
            leaves.push(y);
            e = x;
        }
        leaves.push(e);
        binaries.reverse();
        leaves.reverse();
        (binaries, leaves)
    }

    fn parse_term(&self, e: ExprId) -> Term {
        let (x, tilde) = match self.ast[e].kind {
            ExprKind::Unary { op: Op::Tilde, x } => (x, true),
            _ => (e, false),
        };
        let mut ty = self.typ(x);
        if self.is_type_param(ty) {
            let text = if tilde {
                format!(
                    "type in term {} cannot be a type parameter",
                    self.expr_str(e)
                )
            } else {
                "term cannot be a type parameter".to_string()
            };
            self.error(x, "MisplacedTypeParam", text);
            ty = TypeId::INVALID;
        }
        let term = Term { tilde, ty };
        if tilde {
            let union = self.new_union(&[term]);
            self.record_type_and_value(e, Mode::TypeExpr, union, None);
        }
        term
    }

    fn check_terms(&self, terms: &[Term], exprs: &[ExprId]) {
        for (i, (t, &e)) in terms.iter().zip(exprs).enumerate() {
            if !self.is_valid(t.ty) {
                continue;
            }
            let u = self.under(t.ty);
            let is_interface = matches!(self.ty(u), Type::Interface(_));
            let error = |text: String| self.error(e, "InvalidUnion", text);
            if t.tilde && is_interface {
                let t = self.type_str(t.ty);
                error(format!("invalid use of ~ ({t} is an interface)"));
                continue;
            }
            if t.tilde && !self.identical(u, t.ty) {
                let (t, u) = (self.type_str(t.ty), self.type_str(u));
                error(format!("invalid use of ~ (underlying type of {t} is {u})"));
                continue;
            }
            if is_interface {
                let set = self.type_set(u);
                let text = self.term_str(t);
                if !set.methods.is_empty() {
                    error(format!(
                        "cannot use {text} in union ({text} contains methods)"
                    ));
                } else if t.ty == TypeId::COMPARABLE {
                    error("cannot use comparable in union".to_string());
                } else if set.comparable {
                    error(format!(
                        "cannot use {text} in union ({text} embeds comparable)"
                    ));
                }
                // Interfaces may overlap with other terms.
                continue;
            }
            let overlap = terms[..i]
                .iter()
                .find(|x| !self.is_interface(x.ty) && !self.disjoint_terms(x, t));
            if let Some(other) = overlap {
                let (t, other) = (self.term_str(t), self.term_str(other));
                self.soft_error(
                    e,
                    "InvalidUnion",
                    format!("overlapping terms {t} and {other}"),
                );
            }
        }
    }
}
