//! Equality of types as they are written.

use crate::ast::{Ast, CommentGroupId, ExprId, ExprKind, FieldListId, FuncTypeId};

/// Reports whether two expressions read the same, apart from layout.
///
/// Function literals, which can occur only in lengths of array types, never compare equal.
pub(super) fn equal(ast: &Ast, a: ExprId, b: ExprId) -> bool {
    let mut comparison = Comparison {
        ast,
        todo: vec![(a, b)],
    };
    while let Some((a, b)) = comparison.todo.pop() {
        if !comparison.shallow(a, b) {
            return false;
        }
    }
    true
}

/// A worklist of pairs that have to be equal.
struct Comparison<'a> {
    ast: &'a Ast,
    todo: Vec<(ExprId, ExprId)>,
}

impl Comparison<'_> {
    /// Compares two nodes and leaves their parts for later.
    fn shallow(&mut self, a: ExprId, b: ExprId) -> bool {
        use ExprKind as K;
        let ast = self.ast;
        match (ast[a].kind, ast[b].kind) {
            (K::Name(a), K::Name(b)) => a == b,
            (
                K::BasicLit { kind, value, .. },
                K::BasicLit {
                    kind: kind_b,
                    value: value_b,
                    ..
                },
            ) => kind == kind_b && value == value_b,
            (
                K::CompositeLit { ty, elems, .. },
                K::CompositeLit {
                    ty: ty_b,
                    elems: elems_b,
                    ..
                },
            ) => self.options(ty, ty_b) && self.lists(&ast[elems], &ast[elems_b]),
            (
                K::KeyValue { key, value, .. },
                K::KeyValue {
                    key: key_b,
                    value: value_b,
                    ..
                },
            )
            | (
                K::MapType { key, value, .. },
                K::MapType {
                    key: key_b,
                    value: value_b,
                    ..
                },
            ) => self.all([(key, key_b), (value, value_b)]),
            (K::Paren { x, .. }, K::Paren { x: y, .. }) | (K::Star { x }, K::Star { x: y }) => {
                self.all([(x, y)])
            }
            (
                K::Selector { x, sel, .. },
                K::Selector {
                    x: x_b, sel: sel_b, ..
                },
            ) => self.all([(x, x_b), (sel, sel_b)]),
            (
                K::Index { x, indices, .. },
                K::Index {
                    x: x_b,
                    indices: indices_b,
                    ..
                },
            ) => self.all([(x, x_b)]) && self.lists(&ast[indices], &ast[indices_b]),
            (
                K::Slice { x, index, .. },
                K::Slice {
                    x: x_b,
                    index: index_b,
                    ..
                },
            ) => {
                index.full == index_b.full
                    && self.all([(x, x_b)])
                    && (0..3).all(|i| self.options(index.at[i], index_b.at[i]))
            }
            (
                K::TypeAssert { x, ty, .. },
                K::TypeAssert {
                    x: x_b, ty: ty_b, ..
                },
            ) => self.all([(x, x_b)]) && self.options(ty, ty_b),
            (
                K::Call {
                    fun,
                    args,
                    ellipsis,
                    ..
                },
                K::Call {
                    fun: fun_b,
                    args: args_b,
                    ellipsis: ellipsis_b,
                    ..
                },
            ) => {
                ellipsis.is_known() == ellipsis_b.is_known()
                    && self.all([(fun, fun_b)])
                    && self.lists(&ast[args], &ast[args_b])
            }
            (K::Unary { op, x }, K::Unary { op: op_b, x: x_b }) => {
                op == op_b && self.all([(x, x_b)])
            }
            (
                K::Binary { op, x, y, .. },
                K::Binary {
                    op: op_b,
                    x: x_b,
                    y: y_b,
                    ..
                },
            ) => op == op_b && self.all([(x, x_b), (y, y_b)]),
            (K::Ellipsis { elem }, K::Ellipsis { elem: elem_b }) => self.options(elem, elem_b),
            (
                K::ArrayType { len, elem, .. },
                K::ArrayType {
                    len: len_b,
                    elem: elem_b,
                    ..
                },
            ) => self.options(len, len_b) && self.all([(elem, elem_b)]),
            (
                K::ChanType { dir, elem, .. },
                K::ChanType {
                    dir: dir_b,
                    elem: elem_b,
                    ..
                },
            ) => dir == dir_b && self.all([(elem, elem_b)]),
            (K::StructType { fields: a }, K::StructType { fields: b })
            | (K::InterfaceType { elems: a }, K::InterfaceType { elems: b }) => self.fields(a, b),
            (K::FuncType(a), K::FuncType(b)) => self.signatures(a, b),
            _ => false,
        }
    }

    fn all<const N: usize>(&mut self, pairs: [(ExprId, ExprId); N]) -> bool {
        self.todo.extend(pairs);
        true
    }

    fn options(&mut self, a: Option<ExprId>, b: Option<ExprId>) -> bool {
        self.todo.extend(a.zip(b));
        a.is_some() == b.is_some()
    }

    fn lists(&mut self, a: &[ExprId], b: &[ExprId]) -> bool {
        self.todo.extend(a.iter().copied().zip(b.iter().copied()));
        a.len() == b.len()
    }

    fn signatures(&mut self, a: FuncTypeId, b: FuncTypeId) -> bool {
        let (a, b) = (&self.ast[a], &self.ast[b]);
        let results = match (a.results, b.results) {
            (Some(a), Some(b)) => self.fields(a, b),
            (None, None) => true,
            _ => false,
        };
        results && self.fields(a.params, b.params)
    }

    fn fields(&mut self, a: FieldListId, b: FieldListId) -> bool {
        let ast = self.ast;
        let (a, b) = (&ast[ast[a].fields], &ast[ast[b].fields]);
        let comments = |group: Option<CommentGroupId>| {
            let list = &ast[group?].list;
            Some(list.iter().map(|c| c.text.as_str()).collect::<Vec<_>>())
        };
        a.len() == b.len()
            && a.iter().zip(b).all(|(&a, &b)| {
                let (a, b) = (&ast[a], &ast[b]);
                self.lists(&ast[a.names], &ast[b.names])
                    && self.options(a.ty, b.ty)
                    && self.options(a.tag, b.tag)
                    && comments(a.doc) == comments(b.doc)
                    && comments(a.comment) == comments(b.comment)
            })
    }
}
