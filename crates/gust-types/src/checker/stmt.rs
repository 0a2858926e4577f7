//! Statements and function bodies.

use super::decls::DeclKey;
use super::expr::ExprForm;
use super::operand::{Mode, Operand};
use super::{Checker, Env};
use crate::constant::Value;
use crate::ids::{ObjId, TypeId};
use crate::object::VarKind;
use crate::scope::ScopeId;
use crate::types::Type;
use gust_syntax::Pos;
use gust_syntax::ast::{AssignOp, BlockId, ExprId, ExprKind, StmtId, StmtKind, StmtList};
use gust_syntax::token::Op;
use rustc_hash::FxHashSet;

impl<'a> Checker<'a> {
    /// Checks a function body in its signature's scope.
    pub(crate) fn func_body(
        &self,
        decl: Option<DeclKey>,
        sig: TypeId,
        body: BlockId,
        iota: Option<Value>,
    ) {
        let Type::Signature(signature) = self.ty(sig) else {
            return;
        };
        let Some(scope) = signature.scope.get() else {
            return;
        };
        let version = self.env.borrow().version;
        let outer = self.env.replace(Env {
            decl,
            scope,
            version,
            iota,
            err_pos: Pos::NONE,
            in_type_params: false,
            sig: Some(sig),
            panics: FxHashSet::default(),
            has_label: false,
            has_call_or_recv: false,
        });
        self.stmts(self.ast[body].stmts);
        if !signature.results().is_empty() && !self.is_terminating_block(body) {
            self.error(self.ast[body].rbrace, "MissingReturn", "missing return");
        }
        self.unused_vars(scope);
        self.env.replace(outer);
    }

    /// Reports the variables of `scope` and the blocks in it that are not used.
    fn unused_vars(&self, scope: ScopeId) {
        let scope = self.scope(scope);
        let mut unused: Vec<ObjId> = Vec::new();
        scope.for_each(|obj| {
            if let Some(var) = self.obj(obj).as_var()
                && !matches!(var.kind, VarKind::Recv | VarKind::Param | VarKind::Result)
                && !var.used.get()
            {
                unused.push(obj);
            }
        });
        unused.sort_by_key(|&v| self.obj(v).pos);
        for v in unused {
            let obj = self.obj(v);
            let text = format!("declared and not used: {}", obj.name);
            self.soft_error(v, "UnusedVar", text);
        }
        for child in scope.children() {
            // Function literals look after themselves.
            if !self.scope(child).is_func.get() {
                self.unused_vars(child);
            }
        }
    }

    /// Opens a block scope inside the current one.
    pub(crate) fn open_scope(&self, pos: Pos, end: Pos) {
        let scope = self.new_scope(Some(self.env.borrow().scope), pos, end);
        self.env.borrow_mut().scope = scope;
    }

    /// Closes it.
    pub(crate) fn close_scope(&self) {
        let mut env = self.env.borrow_mut();
        if let Some(parent) = self.scope(env.scope).parent {
            env.scope = parent;
        }
    }

    /// Opens the scope of a statement.
    pub(super) fn open_stmt_scope(&self, s: StmtId) {
        self.open_scope(self.ast[s].pos, self.ast.stmt_end(s));
    }

    pub(super) fn stmts(&self, list: StmtList) {
        for &s in &self.ast[list] {
            self.stmt(s);
        }
    }

    pub(super) fn block(&self, b: BlockId) {
        let block = &self.ast[b];
        let top = self.delayed();
        self.open_scope(block.lbrace, block.rbrace);
        self.stmts(block.stmts);
        self.close_scope();
        self.process_delayed(top);
    }

    pub(super) fn opt_stmt(&self, s: Option<StmtId>) {
        if let Some(s) = s {
            self.stmt(s);
        }
    }

    /// Checks a statement, and the bodies of function literals in it while they see the names
    /// they should.
    pub(super) fn stmt(&self, s: StmtId) {
        let top = self.delayed();
        self.stmt_kind(s);
        self.process_delayed(top);
    }

    fn stmt_kind(&self, s: StmtId) {
        match self.ast[s].kind {
            // Bad statements have been reported, and branch statements and their labels are the
            // parser's business. Clauses are looked at by the statement they belong to.
            StmtKind::Bad { .. }
            | StmtKind::Empty { .. }
            | StmtKind::Case { .. }
            | StmtKind::Comm { .. } => {}
            StmtKind::Branch { label, .. } => {
                if label.is_some() {
                    self.env.borrow_mut().has_label = true;
                }
            }
            StmtKind::Decl(d) => self.decl_stmt(d),
            StmtKind::Labeled { stmt, .. } => {
                self.env.borrow_mut().has_label = true;
                self.stmt(stmt);
            }
            StmtKind::Expr(e) => self.expr_stmt(e),
            StmtKind::Send { chan, value, .. } => {
                let mut ch = Operand::invalid();
                let mut val = Operand::invalid();
                self.expr(None, &mut ch, chan);
                self.expr(None, &mut val, value);
                if ch.is_valid()
                    && val.is_valid()
                    && let Some(elem) = self.chan_elem(s.into(), &ch, false)
                {
                    self.assignment(&mut val, Some(elem), "send");
                }
            }
            StmtKind::IncDec { x, inc, .. } => self.inc_dec(x, inc),
            StmtKind::Assign {
                lhs,
                op_pos,
                op,
                rhs,
            } => {
                let (lhs, rhs) = (&self.ast[lhs], &self.ast[rhs]);
                match op {
                    AssignOp::Assign => self.assign_vars(lhs, rhs),
                    AssignOp::Define => self.short_var_decl(op_pos, lhs, rhs),
                    AssignOp::Op(op) => self.assign_op(s, lhs, op, op_pos, rhs),
                }
            }
            StmtKind::Go { call } => self.suspended_call("go", "InvalidGo", call),
            StmtKind::Defer { call } => self.suspended_call("defer", "InvalidDefer", call),
            StmtKind::Return { results } => self.return_stmt(s, &self.ast[results]),
            StmtKind::Block(b) => self.block(b),
            StmtKind::If {
                init,
                cond,
                then,
                els,
            } => {
                self.open_stmt_scope(s);
                self.opt_stmt(init);
                self.condition(cond, "if");
                self.block(then);
                self.opt_stmt(els);
                self.close_scope();
            }
            StmtKind::Switch { init, tag, body } => {
                self.open_stmt_scope(s);
                self.opt_stmt(init);
                self.switch_stmt(tag, body);
                self.close_scope();
            }
            StmtKind::TypeSwitch {
                init,
                bind,
                guard,
                body,
                ..
            } => {
                self.open_stmt_scope(s);
                self.opt_stmt(init);
                self.type_switch_stmt(bind, guard, body);
                self.close_scope();
            }
            StmtKind::Select { body } => self.select_stmt(body),
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                self.open_stmt_scope(s);
                self.opt_stmt(init);
                if let Some(cond) = cond {
                    self.condition(cond, "for");
                }
                self.opt_stmt(post);
                if let Some(post) = post
                    && let StmtKind::Assign {
                        lhs,
                        op: AssignOp::Define,
                        ..
                    } = self.ast[post].kind
                {
                    // The parser has reported it.
                    self.use_exprs(&self.ast[lhs]);
                }
                self.block(body);
                self.close_scope();
            }
            StmtKind::Range { .. } => self.range_stmt(s),
        }
    }

    fn condition(&self, cond: ExprId, what: &str) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, cond);
        if x.is_valid() && !self.all_boolean(x.ty) {
            let text = format!("non-boolean condition in {what} statement");
            self.error(cond, "InvalidCond", text);
        }
    }

    fn expr_stmt(&self, e: ExprId) {
        let mut x = Operand::invalid();
        let form = self.raw_expr(None, &mut x, e, None, false);
        let (code, text) = match x.mode {
            Mode::Builtin(_) => ("UncalledBuiltin", "must be called"),
            Mode::TypeExpr => ("NotAnExpr", "is not an expression"),
            _ if form == ExprForm::Statement => return,
            _ => ("UnusedExpr", "is not used"),
        };
        let text = format!("{} {text}", self.operand_str(&x));
        self.error(&x, code, text);
    }

    fn inc_dec(&self, e: ExprId, inc: bool) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, e);
        if !x.is_valid() {
            return;
        }
        if !self.all_numeric(x.ty) {
            let op = if inc { "++" } else { "--" };
            let (what, t) = (self.expr_str(e), self.type_str(x.ty));
            let text = format!("invalid operation: {what}{op} (non-numeric type {t})");
            return self.error(e, "NonNumericIncDec", text);
        }
        self.assign_var(e, None, Some(&mut x), "assignment");
    }

    fn assign_op(&self, s: StmtId, lhs: &[ExprId], op: Op, op_pos: Pos, rhs: &[ExprId]) {
        let (&[lhs], &[rhs]) = (lhs, rhs) else {
            let text = format!("assignment operation {op} requires single-valued expressions");
            return self.error(s, "MultiValAssignOp", text);
        };
        let mut x = Operand::invalid();
        self.binary(&mut x, None, lhs, rhs, op, op_pos);
        self.assign_var(lhs, None, Some(&mut x), "assignment");
    }

    /// `go` or `defer`.
    fn suspended_call(&self, keyword: &str, code: &'static str, call: ExprId) {
        if !matches!(self.ast[call].kind, ExprKind::Call { .. }) {
            let text = format!("expression in {keyword} must be function call");
            self.error(call, code, text);
            self.use_exprs(&[call]);
            return;
        }
        let mut x = Operand::invalid();
        let (code, text) = match self.raw_expr(None, &mut x, call, None, false) {
            ExprForm::Statement => return,
            ExprForm::Conversion => (code, "requires function call, not conversion"),
            ExprForm::Expression => ("UnusedResults", "discards result of"),
        };
        let text = format!("{keyword} {text} {}", self.operand_str(&x));
        self.error(&x, code, text);
    }

    fn return_stmt(&self, s: StmtId, results: &[ExprId]) {
        let Some(sig) = self.env.borrow().sig else {
            return;
        };
        let Type::Signature(sig) = self.ty(sig) else {
            return;
        };
        let vars = sig.results();
        let named = vars.first().is_some_and(|&v| !self.obj(v).name.is_empty());
        if !results.is_empty() || !named {
            if !results.is_empty() || !vars.is_empty() {
                self.init_vars(vars, results, Some(s));
            }
            return;
        }
        // spec: Return statements, the implementation restriction.
        for &v in vars {
            let name = self.obj(v).name;
            if let Some(other) = self.lookup(name)
                && other != v
            {
                let mut err = super::errors::ErrorBuilder::new("OutOfScopeResult");
                let text = format!("result parameter {name} not in scope at return");
                self.add(&mut err, s, text);
                let text = format!("inner declaration of {}", self.obj_str(v));
                self.add(&mut err, other, text);
                self.report(err);
            }
        }
    }

    fn select_stmt(&self, body: BlockId) {
        let clauses = &self.ast[self.ast[body].stmts];
        self.multiple_defaults(clauses);
        for &clause in clauses {
            let StmtKind::Comm { comm, body, .. } = self.ast[clause].kind else {
                continue;
            };
            if let Some(comm) = comm
                && !self.is_communication(comm)
            {
                let text = "select case must be send or receive (possibly with assignment)";
                let at = match self.ast[comm].kind {
                    StmtKind::Expr(e) => self.node_pos(e),
                    _ => self.ast[comm].pos,
                };
                self.error(at, "InvalidSelectCase", text);
                continue;
            }
            self.open_stmt_scope(clause);
            self.opt_stmt(comm);
            self.stmts(body);
            self.close_scope();
        }
    }

    fn is_communication(&self, comm: StmtId) -> bool {
        let rhs = match self.ast[comm].kind {
            StmtKind::Send { .. } => return true,
            StmtKind::Assign { rhs, .. } => match self.ast[rhs] {
                [e] => e,
                _ => return false,
            },
            StmtKind::Expr(e) => e,
            _ => return false,
        };
        let receive = self.ast[self.ast.unparen(rhs)].kind;
        matches!(receive, ExprKind::Unary { op: Op::Recv, .. })
    }

    /// Reports further default clauses of a switch or select.
    pub(super) fn multiple_defaults(&self, clauses: &[StmtId]) {
        let mut first = None;
        for &clause in clauses {
            if !matches!(
                self.ast[clause].kind,
                StmtKind::Case { list: None, .. } | StmtKind::Comm { comm: None, .. }
            ) {
                continue;
            }
            match first {
                None => first = Some(self.ast[clause].pos),
                Some(first) => {
                    let text = format!("multiple defaults (first at {})", self.pos_str(first));
                    self.error(clause, "DuplicateDefault", text);
                }
            }
        }
    }
}
