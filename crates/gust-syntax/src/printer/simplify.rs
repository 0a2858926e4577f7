//! Source code that says the same with less: the simplifications of `gust fmt -s`.
//!
//! - In a composite literal of arrays, slices or maps, element types that the outer type gives are
//!   left out: `[]T{T{}}`, `[]*T{&T{}}`.
//! - `s[a:len(s)]` becomes `s[a:]`.
//! - `for x, _ = range v` becomes `for x = range v`, and `for _ = range v` becomes `for range v`.
//! - Empty declaration groups without comments vanish.

use super::equal::equal;
use super::visit::{Node, visit};
use crate::ast::{Ast, DeclId, DeclKind, ExprId, ExprKind, FileId, StmtId, StmtKind};
use crate::token::Op;

/// Simplifies a file.
pub(super) fn simplify(ast: &mut Ast, file: FileId) {
    remove_empty_groups(ast, file);
    let mut found = Vec::new();
    for &d in &ast[ast[file].decls] {
        find_redundant(ast, Node::Decl(d), &mut found);
    }
    for part in found {
        omit(ast, part);
    }
}

fn remove_empty_groups(ast: &mut Ast, file: FileId) {
    let is_kept = |&d: &DeclId| !is_empty_group(ast, file, d);
    let kept: Vec<DeclId> = ast[ast[file].decls]
        .iter()
        .copied()
        .filter(is_kept)
        .collect();
    ast[file].decls = ast.push_decls(&kept);
}

fn is_empty_group(ast: &Ast, file: FileId, d: DeclId) -> bool {
    let decl = &ast[d];
    let DeclKind::Gen { specs, rparen, .. } = decl.kind else {
        return false;
    };
    if !specs.is_empty() || decl.doc.is_some() {
        return false;
    }
    let comments = ast[file].comments.clone();
    let groups = &ast.comment_groups[comments.start as usize..comments.end as usize];
    !groups.iter().any(|group| {
        let last = &group.list[group.list.len() - 1];
        decl.pos <= group.list[0].pos && last.pos + last.text.len() as u32 <= rparen + 1
    })
}

/// What the tree does without. It is dropped after all is known, because finding it needs the types
/// that are dropped.
enum Redundant {
    /// The type of the composite literal.
    Type(ExprId),
    /// The operator of the expression `&x`.
    Address(ExprId),
    /// The high index of the slice expression.
    High(ExprId),
    /// The second variable of the range statement.
    Value(StmtId),
    /// What of a `key: value` pair is in front of the key without its redundant parts.
    Start(ExprId),
    /// The only variable of the range statement.
    Key(StmtId),
}

fn find_redundant(ast: &Ast, root: Node, found: &mut Vec<Redundant>) {
    let mut todo = vec![root];
    while let Some(root) = todo.pop() {
        visit(ast, root, |node| match node {
            Node::Expr(e) => match ast[e].kind {
                ExprKind::CompositeLit { ty: Some(ty), .. } => {
                    let Some((key_type, elem_type)) = element_types(ast, ty) else {
                        return true;
                    };
                    simplify_elements(ast, e, key_type, elem_type, found, &mut todo);
                    // Only the elements are looked into.
                    false
                }
                ExprKind::Slice { .. } => {
                    if slices_to_end(ast, e) {
                        found.push(Redundant::High(e));
                    }
                    true
                }
                _ => true,
            },
            Node::Stmt(s) => {
                if let StmtKind::Range { key, value, .. } = ast[s].kind {
                    let is_blank = |e: Option<ExprId>| {
                        e.and_then(|e| ast.name(e))
                            .is_some_and(|name| name.is_blank())
                    };
                    if is_blank(value) {
                        found.push(Redundant::Value(s));
                    }
                    if is_blank(key) && (value.is_none() || is_blank(value)) {
                        found.push(Redundant::Key(s));
                    }
                }
                true
            }
            Node::Decl(_) => true,
        });
    }
}

/// The key and element types that a composite literal's type gives to its elements.
fn element_types(ast: &Ast, ty: ExprId) -> Option<(Option<ExprId>, ExprId)> {
    match ast[ty].kind {
        ExprKind::ArrayType { elem, .. } => Some((None, elem)),
        ExprKind::MapType { key, value, .. } => Some((Some(key), value)),
        _ => None,
    }
}

fn simplify_elements(
    ast: &Ast,
    literal: ExprId,
    key_type: Option<ExprId>,
    elem_type: ExprId,
    found: &mut Vec<Redundant>,
    todo: &mut Vec<Node>,
) {
    let ExprKind::CompositeLit { elems, .. } = ast[literal].kind else {
        return;
    };
    for &elem in &ast[elems] {
        let mut value = elem;
        if let ExprKind::KeyValue { key, value: v, .. } = ast[elem].kind {
            if let Some(key_type) = key_type {
                todo.push(Node::Expr(key));
                simplify_literal(ast, key_type, key, found);
                found.push(Redundant::Start(elem));
            }
            value = v;
        }
        todo.push(Node::Expr(value));
        simplify_literal(ast, elem_type, value, found);
    }
}

/// Drops the type of an element, or the `&` and the type, if the outer type gives them.
fn simplify_literal(ast: &Ast, outer: ExprId, x: ExprId, found: &mut Vec<Redundant>) {
    let literal_type = |e: ExprId| match ast[e].kind {
        ExprKind::CompositeLit { ty, .. } => ty,
        _ => None,
    };
    if let Some(ty) = literal_type(x) {
        if equal(ast, outer, ty) {
            found.push(Redundant::Type(x));
        }
    } else if let ExprKind::Star { x: target } = ast[outer].kind
        && let ExprKind::Unary {
            op: Op::And,
            x: inner,
        } = ast[x].kind
        && let Some(ty) = literal_type(inner)
        && equal(ast, target, ty)
    {
        found.push(Redundant::Type(inner));
        found.push(Redundant::Address(x));
    }
}

/// Reports whether the slice expression is `s[a:len(s)]`. That `len` could be something else than
/// the function is neglected.
fn slices_to_end(ast: &Ast, e: ExprId) -> bool {
    let ExprKind::Slice { x, index, .. } = ast[e].kind else {
        return false;
    };
    let [_, Some(high), None] = index.at else {
        return false;
    };
    let ExprKind::Call {
        fun,
        args,
        ellipsis,
        ..
    } = ast[high].kind
    else {
        return false;
    };
    let [arg] = ast[args] else { return false };
    let operand = ast.name(x);
    !ellipsis.is_known()
        && operand.is_some()
        && ast.name(arg) == operand
        && ast.name(fun).is_some_and(|name| name == "len")
}

fn omit(ast: &mut Ast, part: Redundant) {
    match part {
        Redundant::Type(e) => {
            if let ExprKind::CompositeLit { ty, lbrace, .. } = &mut ast[e].kind {
                *ty = None;
                ast[e].pos = *lbrace;
            }
        }
        Redundant::Address(e) => {
            if let ExprKind::Unary { x, .. } = ast[e].kind {
                ast[e] = ast[x];
            }
        }
        Redundant::High(e) => {
            if let ExprKind::Slice { index, .. } = &mut ast[e].kind {
                index.at[1] = None;
            }
        }
        Redundant::Start(e) => {
            if let ExprKind::KeyValue { key, .. } = ast[e].kind {
                ast[e].pos = ast[key].pos;
            }
        }
        Redundant::Value(s) => {
            if let StmtKind::Range { value, .. } = &mut ast[s].kind {
                *value = None;
            }
        }
        Redundant::Key(s) => {
            if let StmtKind::Range { key, .. } = &mut ast[s].kind {
                *key = None;
            }
        }
    }
}
