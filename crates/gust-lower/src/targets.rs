//! Left sides of assignments of several values (spec: Assignment statements): the operands of index expressions and
//! pointer indirections are evaluated first, but whether they denote a variable is asked when its turn to be assigned
//! comes.

use crate::func::{FuncLower, Place, heap};
use crate::types::{Kind, Ty};
use gust_ir::{BoundsKind, Value};
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_types::info::SelectionKind;

/// A left side whose operands are evaluated.
pub(crate) enum Pending {
    /// Nothing is left that could fail but the store.
    Place(Place),
    /// An element behind a pointer: of a slice, or of an array by its address.
    Element {
        base: Value,
        /// Its number of elements.
        len: Value,
        /// Whether the base may be nil whatever the length.
        check_nil: bool,
        elem: Ty,
        index: Value,
        unsigned: bool,
        pos: Pos,
    },
    /// An element of an array that is itself pending.
    ArrayElement {
        array: Box<Pending>,
        len: u64,
        elem: Ty,
        index: Value,
        unsigned: bool,
        pos: Pos,
    },
    /// A field of a struct that is itself pending.
    Field {
        base: Box<Pending>,
        ty: Ty,
        path: Vec<u32>,
    },
}

impl FuncLower<'_, '_> {
    /// Evaluates the operands of a left side; none if it cannot be assigned to.
    pub(crate) fn pending(&mut self, e: ExprId) -> Option<Pending> {
        let ast = self.ast();
        let e = ast.unparen(e);
        match ast[e].kind {
            ExprKind::Index {
                x, indices, lbrack, ..
            } => {
                self.at(lbrack);
                let i = ast[indices][0];
                match self.cx.types.under_kind(self.ty(x)) {
                    Kind::Slice(elem) => {
                        let s = self.expr(x);
                        let index = self.index_value(i);
                        let (base, len) = (s.parts()[0], s.parts()[1]);
                        return Some(Pending::Element {
                            base,
                            len,
                            check_nil: false,
                            elem,
                            index,
                            unsigned: self.is_unsigned_word(i),
                            pos: lbrack,
                        });
                    }
                    Kind::Pointer(array) => {
                        let Kind::Array(len, elem) = self.cx.types.under_kind(array) else {
                            return None;
                        };
                        let base = self.scalar(x);
                        let index = self.index_value(i);
                        let len = self.b.int(len as i64);
                        return Some(Pending::Element {
                            base,
                            len,
                            check_nil: true,
                            elem,
                            index,
                            unsigned: self.is_unsigned_word(i),
                            pos: lbrack,
                        });
                    }
                    Kind::Array(len, elem) if self.is_place(x) => {
                        let array = Box::new(self.pending(x)?);
                        let index = self.index_value(i);
                        return Some(Pending::ArrayElement {
                            array,
                            len,
                            elem,
                            index,
                            unsigned: self.is_unsigned_word(i),
                            pos: lbrack,
                        });
                    }
                    _ => {}
                }
            }
            // Fields of what is pending; those behind pointers are places whose store fails.
            ExprKind::Selector { x, .. } => {
                if let Some(s) = self.info().selections.get(&e)
                    && s.kind == SelectionKind::FieldVal
                    && self.is_place(x)
                {
                    let ty = self.ty(x);
                    let path = s.index.to_vec();
                    if self.path_is_direct(ty, &path) {
                        let base = Box::new(self.pending(x)?);
                        return Some(Pending::Field { base, ty, path });
                    }
                }
            }
            _ => {}
        }
        self.place(e).map(Pending::Place)
    }

    /// Whether no field of a path is behind a pointer.
    fn path_is_direct(&self, mut ty: Ty, path: &[u32]) -> bool {
        for &i in path {
            let Some(fields) = self.cx.types.as_struct(ty) else {
                return false;
            };
            ty = fields[i as usize].ty;
        }
        true
    }

    /// The place of a left side, when its turn has come.
    pub(crate) fn settle(&mut self, pending: &Pending) -> Option<Place> {
        Some(match pending {
            Pending::Place(place) => place.clone(),
            &Pending::Element {
                base,
                len,
                check_nil,
                elem,
                index,
                unsigned,
                pos,
            } => {
                self.at(pos);
                if check_nil {
                    self.check_not_nil(base);
                }
                self.bounds(BoundsKind::Index, unsigned, index, len);
                let addr = self.element_addr(base, elem, index);
                self.element_is_there(addr, base);
                heap(addr)
            }
            Pending::ArrayElement {
                array,
                len,
                elem,
                index,
                unsigned,
                pos,
            } => {
                let place = self.settle(array)?;
                self.at(*pos);
                self.check_place(&place);
                self.element_place(&place, *len, *elem, *index, *unsigned)
            }
            Pending::Field { base, ty, path } => {
                let (mut place, mut ty) = (self.settle(base)?, *ty);
                for &i in path {
                    (place, ty) = self.field_place(&place, ty, i as usize)?;
                }
                place
            }
        })
    }
}
