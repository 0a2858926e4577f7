//! Visiting all nodes below a node, without recursion.

use crate::ast::{
    Ast, BlockId, DeclId, DeclKind, ExprId, ExprKind, FieldListId, FuncTypeId, SpecKind, StmtId,
    StmtKind,
};

/// A node of the tree.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    Expr(ExprId),
    Stmt(StmtId),
    Decl(DeclId),
}

/// Calls `enter` for the node and all nodes below it; the nodes below those for which it returns
/// false are left out. The order is no particular one.
pub(super) fn visit(ast: &Ast, root: Node, mut enter: impl FnMut(Node) -> bool) {
    let mut walk = Walk {
        ast,
        todo: vec![root],
    };
    while let Some(node) = walk.todo.pop() {
        if enter(node) {
            walk.children(node);
        }
    }
}

struct Walk<'a> {
    ast: &'a Ast,
    todo: Vec<Node>,
}

impl Walk<'_> {
    fn children(&mut self, node: Node) {
        match node {
            Node::Expr(e) => self.expr(e),
            Node::Stmt(s) => self.stmt(s),
            Node::Decl(d) => self.decl(d),
        }
    }

    fn exprs(&mut self, list: impl IntoIterator<Item = ExprId>) {
        self.todo.extend(list.into_iter().map(Node::Expr));
    }

    fn stmts(&mut self, list: impl IntoIterator<Item = StmtId>) {
        self.todo.extend(list.into_iter().map(Node::Stmt));
    }

    fn block(&mut self, block: BlockId) {
        let ast = self.ast;
        self.stmts(ast[ast[block].stmts].iter().copied());
    }

    fn fields(&mut self, list: FieldListId) {
        let ast = self.ast;
        for &f in &ast[ast[list].fields] {
            let field = &ast[f];
            self.exprs(ast[field.names].iter().copied());
            self.exprs(field.ty);
            self.exprs(field.tag);
        }
    }

    fn signature(&mut self, ty: FuncTypeId) {
        let ty = &self.ast[ty];
        for list in ty
            .type_params
            .into_iter()
            .chain([ty.params])
            .chain(ty.results)
        {
            self.fields(list);
        }
    }

    fn expr(&mut self, e: ExprId) {
        let ast = self.ast;
        match ast[e].kind {
            ExprKind::Bad { .. } | ExprKind::Name(_) | ExprKind::BasicLit { .. } => {}
            ExprKind::CompositeLit { ty, elems, .. } => {
                self.exprs(ty);
                self.exprs(ast[elems].iter().copied());
            }
            ExprKind::KeyValue { key, value, .. } | ExprKind::MapType { key, value, .. } => {
                self.exprs([key, value]);
            }
            ExprKind::FuncLit { ty, body } => {
                self.signature(ty);
                self.block(body);
            }
            ExprKind::Paren { x, .. } | ExprKind::Star { x } | ExprKind::Unary { x, .. } => {
                self.exprs([x]);
            }
            ExprKind::Selector { x, sel, .. } => self.exprs([x, sel]),
            ExprKind::Index { x, indices, .. } => {
                self.exprs([x]);
                self.exprs(ast[indices].iter().copied());
            }
            ExprKind::Slice { x, index, .. } => {
                self.exprs([x]);
                self.exprs(index.at.into_iter().flatten());
            }
            ExprKind::TypeAssert { x, ty, .. } => {
                self.exprs([x]);
                self.exprs(ty);
            }
            ExprKind::Call { fun, args, .. } => {
                self.exprs([fun]);
                self.exprs(ast[args].iter().copied());
            }
            ExprKind::Binary { x, y, .. } => self.exprs([x, y]),
            ExprKind::Ellipsis { elem } => self.exprs(elem),
            ExprKind::ArrayType { len, elem, .. } => {
                self.exprs(len);
                self.exprs([elem]);
            }
            ExprKind::StructType { fields } => self.fields(fields),
            ExprKind::FuncType(ty) => self.signature(ty),
            ExprKind::InterfaceType { elems } => self.fields(elems),
            ExprKind::ChanType { elem, .. } => self.exprs([elem]),
        }
    }

    fn stmt(&mut self, s: StmtId) {
        let ast = self.ast;
        match ast[s].kind {
            StmtKind::Bad { .. } | StmtKind::Empty { .. } => {}
            StmtKind::Decl(decl) => self.todo.push(Node::Decl(decl)),
            StmtKind::Labeled { label, stmt, .. } => {
                self.exprs([label]);
                self.stmts([stmt]);
            }
            StmtKind::Expr(x) | StmtKind::IncDec { x, .. } => self.exprs([x]),
            StmtKind::Send { chan, value, .. } => self.exprs([chan, value]),
            StmtKind::Assign { lhs, rhs, .. } => {
                self.exprs(ast[lhs].iter().copied());
                self.exprs(ast[rhs].iter().copied());
            }
            StmtKind::Go { call } | StmtKind::Defer { call } => self.exprs([call]),
            StmtKind::Return { results } => self.exprs(ast[results].iter().copied()),
            StmtKind::Branch { label, .. } => self.exprs(label),
            StmtKind::Block(block) => self.block(block),
            StmtKind::If {
                init,
                cond,
                then,
                els,
            } => {
                self.stmts(init);
                self.exprs([cond]);
                self.block(then);
                self.stmts(els);
            }
            StmtKind::Switch { init, tag, body } => {
                self.stmts(init);
                self.exprs(tag);
                self.block(body);
            }
            StmtKind::TypeSwitch {
                init,
                bind,
                guard,
                body,
                ..
            } => {
                self.stmts(init);
                self.exprs(bind);
                self.exprs([guard]);
                self.block(body);
            }
            StmtKind::Case { list, body, .. } => {
                self.exprs(list.into_iter().flat_map(|list| ast[list].iter().copied()));
                self.stmts(ast[body].iter().copied());
            }
            StmtKind::Select { body } => self.block(body),
            StmtKind::Comm { comm, body, .. } => {
                self.stmts(comm);
                self.stmts(ast[body].iter().copied());
            }
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                self.stmts(init);
                self.exprs(cond);
                self.stmts(post);
                self.block(body);
            }
            StmtKind::Range {
                key,
                value,
                extra,
                x,
                body,
                ..
            } => {
                self.exprs(key);
                self.exprs(value);
                self.exprs(ast[extra].iter().copied());
                self.exprs([x]);
                self.block(body);
            }
        }
    }

    fn decl(&mut self, d: DeclId) {
        let ast = self.ast;
        match ast[d].kind {
            DeclKind::Bad { .. } => {}
            DeclKind::Gen { specs, .. } => {
                for &s in &ast[specs] {
                    match ast[s].kind {
                        SpecKind::Import { name, path } => {
                            self.exprs(name);
                            self.exprs([path]);
                        }
                        SpecKind::Value {
                            names, ty, values, ..
                        } => {
                            self.exprs(ast[names].iter().copied());
                            self.exprs(ty);
                            self.exprs(ast[values].iter().copied());
                        }
                        SpecKind::Type {
                            name,
                            type_params,
                            ty,
                            ..
                        } => {
                            self.exprs([name, ty]);
                            if let Some(params) = type_params {
                                self.fields(params);
                            }
                        }
                    }
                }
            }
            DeclKind::Func {
                recv,
                name,
                ty,
                body,
            } => {
                if let Some(recv) = recv {
                    self.fields(recv);
                }
                self.exprs([name]);
                self.signature(ty);
                if let Some(body) = body {
                    self.block(body);
                }
            }
        }
    }
}
