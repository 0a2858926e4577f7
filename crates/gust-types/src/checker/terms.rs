//! Terms and lists of terms. A list is the union of its terms; where a list is optional, none
//! stands for the set of all types.

use super::Checker;
use super::relations::UnionTerms;
use super::typesets::MAX_TERMS;
use crate::ids::TypeId;
use crate::types::{Term, Type};
use gust_syntax::Pos;

impl UnionTerms {
    /// The list of terms.
    pub fn as_list(&self) -> Option<&[Term]> {
        match self {
            UnionTerms::Overflow => Some(&[]),
            UnionTerms::All => None,
            UnionTerms::Terms(terms) => Some(terms),
        }
    }
}

impl Checker<'_> {
    /// The underlying type of a term's types: for `~t` that is `t` itself.
    pub(super) fn term_under(&self, term: &Term) -> TypeId {
        if term.tilde {
            self.unalias(term.ty)
        } else {
            self.under(term.ty)
        }
    }

    /// Whether no type is in both.
    pub(super) fn disjoint_terms(&self, x: &Term, y: &Term) -> bool {
        let side = |t: TypeId, other: &Term| if other.tilde { self.under(t) } else { t };
        !self.identical(side(x.ty, y), side(y.ty, x))
    }

    /// Whether `t` is one of the term's types.
    pub(super) fn term_includes(&self, term: &Term, t: TypeId) -> bool {
        self.identical(term.ty, if term.tilde { self.under(t) } else { t })
    }

    /// Whether all types of `x` are in `y`.
    fn term_subset_of(&self, x: &Term, y: &Term) -> bool {
        !self.disjoint_terms(x, y) && (!x.tilde || y.tilde)
    }

    /// Whether one list lies in the other.
    pub(super) fn terms_subset_of(&self, xs: Option<&[Term]>, ys: Option<&[Term]>) -> bool {
        let Some(ys) = ys else {
            return true;
        };
        xs.is_some_and(|xs| {
            xs.iter()
                .all(|x| ys.iter().any(|y| self.term_subset_of(x, y)))
        })
    }

    /// Whether two lists describe the same set.
    pub(super) fn same_terms(&self, xs: Option<&[Term]>, ys: Option<&[Term]>) -> bool {
        match (xs, ys) {
            (None, None) => true,
            (Some([]), Some([])) => true,
            _ => self.terms_subset_of(xs, ys) && self.terms_subset_of(ys, xs),
        }
    }

    /// The list with terms that overlap an earlier one joined with it.
    pub(super) fn normalize_terms(&self, list: &[Term]) -> Vec<Term> {
        let mut used = vec![false; list.len()];
        let mut result = Vec::with_capacity(list.len());
        for i in 0..list.len() {
            if used[i] {
                continue;
            }
            let mut term = list[i];
            for (j, other) in list.iter().enumerate().skip(i + 1) {
                if !used[j] && !self.disjoint_terms(&term, other) {
                    if other.tilde && !term.tilde {
                        term = *other;
                    }
                    used[j] = true;
                }
            }
            result.push(term);
        }
        result
    }

    /// What is in both lists.
    pub(super) fn intersect_terms(&self, xs: &[Term], ys: &[Term]) -> Vec<Term> {
        let mut result = Vec::new();
        for x in xs {
            for y in ys {
                if !self.disjoint_terms(x, y) {
                    result.push(if x.tilde { *y } else { *x });
                }
            }
        }
        self.normalize_terms(&result)
    }

    /// The terms of a union (handle of a `Type::Union`).
    pub(super) fn union_terms(&self, union: TypeId) -> UnionTerms {
        self.union_terms_at(union, Pos::NONE)
    }

    /// Same, reporting too many terms at `pos`.
    pub(super) fn union_terms_at(&self, union: TypeId, pos: Pos) -> UnionTerms {
        if let Some(known) = self.relations.union_terms.borrow().get(&union) {
            return known.clone();
        }
        // A union that contains itself, which is an error, is empty meanwhile.
        let set = |terms| {
            let mut known = self.relations.union_terms.borrow_mut();
            known.insert(union, terms);
        };
        set(UnionTerms::Terms(Box::default()));
        let terms = self.compute_union_terms(union, pos);
        set(terms.clone());
        terms
    }

    fn compute_union_terms(&self, union: TypeId, pos: Pos) -> UnionTerms {
        let Type::Union(union) = self.ty(union) else {
            return UnionTerms::Terms(Box::default());
        };
        let mut all: Option<Vec<Term>> = Some(Vec::new());
        for &term in &union.terms {
            let u = self.under(term.ty);
            let one = [term];
            let terms: Option<&[Term]> = match self.ty(u) {
                Type::Interface(_) => self.type_set(u).terms.as_deref(),
                _ if !self.is_valid(u) => continue,
                // There is no type with that underlying type.
                _ if term.tilde && !self.identical(term.ty, u) => Some(&[]),
                _ => Some(&one),
            };
            let Some(terms) = terms else {
                all = None;
                continue;
            };
            let Some(list) = &mut all else {
                continue;
            };
            list.extend_from_slice(terms);
            *list = self.normalize_terms(list);
            if list.len() > MAX_TERMS {
                self.error(
                    pos,
                    "InvalidUnion",
                    format!(
                        "cannot handle more than {MAX_TERMS} union terms (implementation limitation)"
                    ),
                );
                return UnionTerms::Overflow;
            }
        }
        match all {
            Some(terms) => UnionTerms::Terms(terms.into()),
            None => UnionTerms::All,
        }
    }
}
