//! What a function's body does with its local variables: found before lowering, since it decides where
//! they live.
//!
//! A variable whose address is taken, or that a closure uses and somebody assigns to after its declaration, lives on
//! the heap; one that is only read after its declaration is copied into closures. Bodies of
//! range-over-func loops are closures too. A large variable lives on the heap whatever becomes of it.

use crate::stmt::loop_vars_per_iteration;
use crate::types::{Env, Kind, Ty, Types};
use gust_syntax::Symbol;
use gust_syntax::ast::{
    AssignOp, Ast, BlockId, DeclKind, ExprId, ExprKind, FuncTypeId, SpecKind, StmtId, StmtKind,
};
use gust_syntax::token::Op;
use gust_types::ObjId;
use gust_types::info::{ExprMode, Info, SelectionKind};
use gust_types::object::{ObjKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Variables of more bytes live on the heap, as those of the official compiler do.
const MAX_STACK_VARIABLE: u64 = 128 << 10;

/// Code that becomes a function of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lit {
    /// A function literal.
    Func(ExprId),
    /// The body of a loop over a function.
    Range(StmtId),
}

/// The facts of a declared function and all closures in it.
#[derive(Debug, Default)]
pub struct Facts {
    addressed: FxHashSet<ObjId>,
    captured: FxHashSet<ObjId>,
    reassigned: FxHashSet<ObjId>,
    /// What variables are declared with, if it is a constant.
    initial: FxHashMap<ObjId, ExprId>,
    /// Variables of enclosing functions that a closure uses, itself or in closures of its own.
    pub free: FxHashMap<Lit, Vec<ObjId>>,
    /// Functions (`None`: the declared one) with `defer` statements of their own.
    pub defers: FxHashSet<Option<Lit>>,
    /// Functions that call `recover`.
    pub recovers: FxHashSet<Option<Lit>>,
    /// Functions with loops over functions in them.
    pub range_funcs: FxHashSet<Option<Lit>>,
    /// Deferred calls whose statement is executed once at most each time its function runs.
    pub single_defers: FxHashSet<ExprId>,
    /// Labels that stand in the bodies of loops over functions.
    pub labels: FxHashSet<(StmtId, Symbol)>,
}

impl Facts {
    /// Whether closures see the variable itself, not a copy of it, or somebody has its address.
    #[must_use]
    pub fn is_heap(&self, var: ObjId) -> bool {
        self.addressed.contains(&var)
            || (self.captured.contains(&var) && self.reassigned.contains(&var))
    }

    /// The constant that a variable always is.
    #[must_use]
    pub fn constant(&self, var: ObjId) -> Option<ExprId> {
        let varies = self.addressed.contains(&var) || self.reassigned.contains(&var);
        self.initial.get(&var).copied().filter(|_| !varies)
    }
}

/// Finds the facts of a function body.
pub(crate) fn analyse(
    types: &Types<'_>,
    ast: &Ast,
    info: &Info,
    env: &Rc<Env>,
    sig: Option<FuncTypeId>,
    recv: &[ExprId],
    body: BlockId,
) -> Facts {
    let mut walk = new(types, ast, info, env);
    for &name in recv {
        walk.declare(name);
    }
    if let Some(sig) = sig {
        walk.signature(sig);
    }
    walk.block(body);
    walk.facts
}

/// Finds the facts of a package-level initialiser.
pub(crate) fn analyse_expr(
    types: &Types<'_>,
    ast: &Ast,
    info: &Info,
    env: &Rc<Env>,
    e: ExprId,
) -> Facts {
    let mut walk = new(types, ast, info, env);
    walk.expr(e);
    walk.facts
}

fn new<'a>(types: &'a Types<'a>, ast: &'a Ast, info: &'a Info, env: &'a Rc<Env>) -> Walk<'a> {
    Walk {
        types,
        ast,
        info,
        env,
        stack: Vec::new(),
        loops: 0,
        owner: FxHashMap::default(),
        facts: Facts::default(),
    }
}

struct Walk<'a> {
    types: &'a Types<'a>,
    ast: &'a Ast,
    info: &'a Info,
    env: &'a Rc<Env>,
    stack: Vec<Lit>,
    /// Loops around in this function; labels count as well, since a `goto` may lead back.
    loops: u32,
    /// How many literals are around a variable's declaration.
    owner: FxHashMap<ObjId, usize>,
    facts: Facts,
}

impl Walk<'_> {
    fn ty(&self, e: ExprId) -> Option<Ty> {
        let t = self.info.types.get(e.index())?.ty?;
        Some(self.types.convert(t, self.env))
    }

    fn kind(&self, e: ExprId) -> Option<Kind> {
        self.ty(e).map(|t| self.types.under_kind(t))
    }

    fn local(&self, name: ExprId) -> Option<ObjId> {
        let obj = (*self.info.objects.get(name.index())?)?;
        match &self.types.world.obj(obj).kind {
            ObjKind::Var(v) if !matches!(v.kind, VarKind::Package | VarKind::Field) => Some(obj),
            _ => None,
        }
    }

    /// The function that `defer`, `return` and `recover` belong to: loop bodies count as part of theirs.
    fn function(&self) -> Option<Lit> {
        self.stack
            .iter()
            .rev()
            .copied()
            .find(|l| matches!(l, Lit::Func(_)))
    }

    fn declare(&mut self, name: ExprId) {
        if let Some(obj) = self.local(name) {
            self.owner.insert(obj, self.stack.len());
        }
    }

    fn signature(&mut self, sig: FuncTypeId) {
        let sig = self.ast[sig];
        for list in [Some(sig.params), sig.results].into_iter().flatten() {
            for &f in &self.ast[self.ast[list].fields] {
                for &name in &self.ast[self.ast[f].names] {
                    self.declare(name);
                    // A return statement assigns to results.
                    if Some(list) == sig.results
                        && let Some(obj) = self.local(name)
                    {
                        self.facts.reassigned.insert(obj);
                    }
                }
            }
        }
    }

    /// Notes the constants that variables are declared with.
    fn initial(&mut self, names: &[ExprId], values: &[ExprId]) {
        if names.len() != values.len() {
            return;
        }
        for (&name, &value) in names.iter().zip(values) {
            let constant = self.info.types.get(value.index());
            if constant.is_some_and(|t| t.mode == ExprMode::Constant)
                && let Some(obj) = self.local(name)
                && self.types.world.obj(obj).pos == self.ast[name].pos
            {
                self.facts.initial.insert(obj, value);
            }
        }
    }

    fn use_name(&mut self, e: ExprId) {
        let Some(obj) = self.local(e) else { return };
        if self.types.world.obj(obj).pos == self.ast[e].pos {
            self.owner.insert(obj, self.stack.len());
            let ty = self.types.world.obj(obj).ty.get();
            let ty = ty.map(|t| self.types.convert(t, self.env));
            if ty.is_some_and(|t| self.types.size(t) > MAX_STACK_VARIABLE) {
                self.facts.addressed.insert(obj);
            }
            return;
        }
        self.use_obj(obj);
    }

    fn use_obj(&mut self, obj: ObjId) {
        let depth = self.owner.get(&obj).copied().unwrap_or(0);
        if depth < self.stack.len() {
            self.facts.captured.insert(obj);
            for &lit in &self.stack[depth..] {
                let list = self.facts.free.entry(lit).or_default();
                if !list.contains(&obj) {
                    list.push(obj);
                }
            }
        }
    }

    fn assign(&mut self, e: ExprId) {
        let mut e = e;
        loop {
            match self.ast[e].kind {
                ExprKind::Name(_) => {
                    if let Some(obj) = self.local(e)
                        && self.types.world.obj(obj).pos != self.ast[e].pos
                    {
                        self.facts.reassigned.insert(obj);
                    }
                    return;
                }
                ExprKind::Paren { x, .. } => e = x,
                ExprKind::Selector { x, .. } | ExprKind::Index { x, .. } => match self.kind(x) {
                    Some(Kind::Struct(_) | Kind::Array(..)) => e = x,
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn address(&mut self, e: ExprId) {
        let mut e = e;
        loop {
            match self.ast[e].kind {
                ExprKind::Name(_) => {
                    if let Some(obj) = self.local(e) {
                        self.facts.addressed.insert(obj);
                    }
                    return;
                }
                ExprKind::Paren { x, .. } => e = x,
                ExprKind::Selector { x, .. } | ExprKind::Index { x, .. } => match self.kind(x) {
                    Some(Kind::Struct(_) | Kind::Array(..)) => e = x,
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn exprs(&mut self, list: &[ExprId]) {
        for &e in list {
            self.expr(e);
        }
    }

    fn opt(&mut self, e: Option<ExprId>) {
        if let Some(e) = e {
            self.expr(e);
        }
    }

    fn expr(&mut self, e: ExprId) {
        let ast = self.ast;
        let mode = self.info.types.get(e.index()).map(|t| t.mode);
        if matches!(mode, Some(ExprMode::TypeExpr)) {
            return;
        }
        match ast[e].kind {
            ExprKind::Name(_) => self.use_name(e),
            ExprKind::CompositeLit { elems, .. } => {
                let is_struct = matches!(self.literal_kind(e), Some(Kind::Struct(_)));
                for &elem in &ast[elems] {
                    match ast[elem].kind {
                        ExprKind::KeyValue { key, value, .. } => {
                            if !is_struct {
                                self.expr(key);
                            }
                            self.expr(value);
                        }
                        _ => self.expr(elem),
                    }
                }
            }
            ExprKind::KeyValue { key, value, .. } => {
                self.expr(key);
                self.expr(value);
            }
            ExprKind::FuncLit { ty, body } => {
                self.stack.push(Lit::Func(e));
                self.facts.free.entry(Lit::Func(e)).or_default();
                self.signature(ty);
                let outer = std::mem::take(&mut self.loops);
                self.block(body);
                self.loops = outer;
                self.stack.pop();
            }
            ExprKind::Paren { x, .. } | ExprKind::Star { x } => self.expr(x),
            ExprKind::Selector { x, .. } => {
                if let Some(s) = self.info.selections.get(&e) {
                    if s.kind == SelectionKind::MethodVal
                        && !s.indirect
                        && !matches!(self.kind(x), Some(Kind::Pointer(_)))
                        && self.types.has_pointer_receiver(s.obj)
                    {
                        self.address(x);
                    }
                    if s.kind != SelectionKind::MethodExpr {
                        self.expr(x);
                    }
                }
            }
            ExprKind::Index { x, indices, .. } => {
                self.expr(x);
                self.exprs(&ast[indices]);
            }
            ExprKind::Slice { x, index, .. } => {
                if matches!(self.kind(x), Some(Kind::Array(..))) {
                    self.address(x);
                }
                self.expr(x);
                for i in index.at {
                    self.opt(i);
                }
            }
            ExprKind::TypeAssert { x, .. } => self.expr(x),
            ExprKind::Call { fun, args, .. } => {
                if let Some(m) = self.info.types.get(fun.index())
                    && m.mode == ExprMode::Builtin
                {
                    if let ExprKind::Name(n) = ast[ast.unparen(fun)].kind
                        && n == "recover"
                    {
                        let f = self.function();
                        self.facts.recovers.insert(f);
                    }
                } else {
                    self.expr(fun);
                }
                self.exprs(&ast[args]);
            }
            ExprKind::Unary { op, x } => {
                if op == Op::And {
                    self.address(x);
                }
                self.expr(x);
            }
            ExprKind::Binary { x, y, .. } => {
                self.expr(x);
                self.expr(y);
            }
            _ => {}
        }
    }

    fn literal_kind(&self, e: ExprId) -> Option<Kind> {
        let ty = self.ty(e)?;
        Some(match self.types.under_kind(ty) {
            Kind::Pointer(base) => self.types.under_kind(base),
            k => k,
        })
    }

    fn block(&mut self, b: BlockId) {
        let ast = self.ast;
        self.stmts(&ast[ast[b].stmts]);
    }

    fn stmts(&mut self, list: &[StmtId]) {
        for &s in list {
            self.stmt(s);
        }
    }

    fn opt_stmt(&mut self, s: Option<StmtId>) {
        if let Some(s) = s {
            self.stmt(s);
        }
    }

    fn stmt(&mut self, s: StmtId) {
        let ast = self.ast;
        match ast[s].kind {
            StmtKind::Decl(d) => {
                if let DeclKind::Gen { specs, .. } = ast[d].kind {
                    for &spec in &ast[specs] {
                        if let SpecKind::Value { names, values, .. } = ast[spec].kind {
                            self.exprs(&ast[values]);
                            self.exprs(&ast[names]);
                            self.initial(&ast[names], &ast[values]);
                        }
                    }
                }
            }
            StmtKind::Labeled { label, stmt, .. } => {
                if let Some(name) = ast.name(label) {
                    for lit in self.stack.iter().rev() {
                        let Lit::Range(body) = *lit else { break };
                        self.facts.labels.insert((body, name));
                    }
                }
                self.loops += 1;
                self.stmt(stmt);
            }
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::Send { chan, value, .. } => self.exprs(&[chan, value]),
            StmtKind::IncDec { x, .. } => {
                self.assign(x);
                self.expr(x);
            }
            StmtKind::Assign { lhs, op, rhs, .. } => {
                self.exprs(&ast[rhs]);
                for &l in &ast[lhs] {
                    self.assign(l);
                    self.expr(l);
                }
                if op == AssignOp::Define {
                    self.initial(&ast[lhs], &ast[rhs]);
                }
            }
            StmtKind::Go { call } => self.expr(call),
            StmtKind::Defer { call } => {
                let f = self.function();
                self.facts.defers.insert(f);
                if self.loops == 0 {
                    self.facts.single_defers.insert(call);
                }
                self.expr(call);
            }
            StmtKind::Return { results } => self.exprs(&ast[results]),
            StmtKind::Block(b) => self.block(b),
            StmtKind::If {
                init,
                cond,
                then,
                els,
            } => {
                self.opt_stmt(init);
                self.expr(cond);
                self.block(then);
                self.opt_stmt(els);
            }
            StmtKind::Switch { init, tag, body } => {
                self.opt_stmt(init);
                self.opt(tag);
                self.block(body);
            }
            StmtKind::TypeSwitch {
                init, guard, body, ..
            } => {
                self.opt_stmt(init);
                self.expr(guard);
                for &clause in &ast[ast[body].stmts] {
                    if let Some(&obj) = self.info.implicit_clauses.get(&clause) {
                        self.owner.insert(obj, self.stack.len());
                    }
                    self.stmt(clause);
                }
            }
            StmtKind::Case { list, body, .. } => {
                if let Some(list) = list {
                    self.exprs(&ast[list]);
                }
                self.stmts(&ast[body]);
            }
            StmtKind::Select { body } => self.block(body),
            StmtKind::Comm { comm, body, .. } => {
                self.opt_stmt(comm);
                self.stmts(&ast[body]);
            }
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                self.opt_stmt(init);
                self.loops += 1;
                self.opt(cond);
                self.opt_stmt(post);
                self.block(body);
                self.loops -= 1;
            }
            StmtKind::Range {
                key,
                value,
                define,
                x,
                body,
                ..
            } => {
                self.expr(x);
                let func = matches!(self.kind(x), Some(Kind::Func(_)));
                let shared = !loop_vars_per_iteration(self.ast, self.info, body);
                if func {
                    let f = self.function();
                    self.facts.range_funcs.insert(f);
                    self.stack.push(Lit::Range(s));
                    self.facts.free.entry(Lit::Range(s)).or_default();
                }
                for e in [key, value].into_iter().flatten() {
                    if !define {
                        self.assign(e);
                    } else if shared && let Some(obj) = self.local(e) {
                        // One variable for all iterations is assigned to by each.
                        self.facts.reassigned.insert(obj);
                    }
                    self.expr(e);
                }
                self.loops += 1;
                self.block(body);
                self.loops -= 1;
                if func {
                    self.stack.pop();
                }
            }
            StmtKind::Bad { .. } | StmtKind::Empty { .. } | StmtKind::Branch { .. } => {}
        }
    }
}
