//! Statements but for `switch`, `select` and `range`.

use crate::func::{Exit, FuncLower, Jump, Place, Storage, Target, Val};
use crate::order::{Operand, Operands, Use};
use crate::targets::Pending;
use crate::types::Ty;
use gust_abi::entry::Entry;
use gust_ir::{Block, InstData};
use gust_syntax::Symbol;
use gust_syntax::ast::{
    AssignOp, Ast, BlockId, DeclKind, ExprId, ExprKind, SpecKind, StmtId, StmtKind,
};
use gust_syntax::token::{BranchKeyword, Op};
use gust_types::ObjId;
use gust_types::info::{ExprMode, Info};

impl FuncLower<'_, '_> {
    pub(crate) fn stmts(&mut self, list: &[StmtId]) {
        for &s in list {
            self.stmt(s);
        }
    }

    pub(crate) fn block(&mut self, b: BlockId) {
        let ast = self.ast();
        self.stmts(&ast[ast[b].stmts]);
    }

    pub(crate) fn stmt(&mut self, s: StmtId) {
        let ast = self.ast();
        self.at(ast[s].pos);
        match ast[s].kind {
            StmtKind::Bad { .. } | StmtKind::Empty { .. } => {}
            StmtKind::Decl(d) => self.local_decl(d),
            StmtKind::Labeled { label, stmt, .. } => {
                let Some(name) = ast.name(label) else { return };
                let block = self.label_block(name);
                self.b.jump(block);
                self.b.switch_to(block);
                self.pending_label = Some(name);
                self.stmt(stmt);
                self.pending_label = None;
            }
            StmtKind::Expr(e) => {
                let inner = ast.unparen(e);
                match ast[inner].kind {
                    ExprKind::Call { .. } => {
                        self.call(inner);
                    }
                    _ => {
                        self.expr(e);
                    }
                }
            }
            StmtKind::Send { chan, value, .. } => {
                let ty = self.ty(chan);
                let crate::types::Kind::Chan(_, elem) = self.cx.types.under_kind(ty) else {
                    return self.unsupported("this send");
                };
                let operands = [
                    Operand::plain(chan),
                    Operand::new(value, Use::Assigned(elem)),
                ];
                let (ch, val) =
                    self.in_order(&operands, |l| (l.scalar(chan), l.expr_to(value, elem)));
                let addr = self.spill(elem, &val);
                self.runtime(Entry::ChanSend, &[ch, addr]);
            }
            StmtKind::IncDec { x, op_pos, inc } => {
                self.at(op_pos);
                let ty = self.ty(x);
                let target = [Operand::new(x, Use::Target)];
                let Some(place) = self.in_order(&target, |l| l.place(x)) else {
                    return self.unsupported("this operand");
                };
                let place = self.settle_element(place);
                let old = self.load(&place, ty);
                let one = gust_types::constant::Value::from_i64(1);
                let one = self.constant(&one, ty);
                let op = if inc { Op::Add } else { Op::Sub };
                let new = self.arith(op, ty, &old, &one);
                self.store(&place, ty, &new);
            }
            StmtKind::Assign {
                lhs,
                op,
                rhs,
                op_pos,
            } => self.assign(&ast[lhs], op, &ast[rhs], op_pos),
            StmtKind::Go { call } => self.go(call),
            StmtKind::Defer { call } => self.defer(call),
            StmtKind::Return { results } => self.return_stmt(&ast[results]),
            StmtKind::Branch { keyword, label } => self.branch(keyword, label),
            StmtKind::Block(b) => self.block(b),
            StmtKind::If {
                init,
                cond,
                then,
                els,
            } => {
                if let Some(init) = init {
                    self.stmt(init);
                }
                let (yes, no, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
                self.condition(cond, yes, no);
                self.b.seal_and_switch(yes);
                self.block(then);
                self.b.jump(end);
                self.b.seal_and_switch(no);
                if let Some(els) = els {
                    self.stmt(els);
                }
                self.b.jump(end);
                self.b.seal_and_switch(end);
            }
            StmtKind::Switch { init, tag, body } => self.switch(s, init, tag, body),
            StmtKind::TypeSwitch {
                init, guard, body, ..
            } => self.type_switch(s, init, guard, body),
            StmtKind::Select { body } => self.select(s, body),
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => self.for_stmt(s, init, cond, post, body),
            StmtKind::Range { .. } => self.range(s),
            StmtKind::Case { .. } | StmtKind::Comm { .. } => {}
        }
    }

    /// Takes the label of the statement being lowered.
    pub(crate) fn take_label(&mut self) -> Option<Symbol> {
        self.pending_label.take()
    }

    fn label_block(&mut self, name: Symbol) -> Block {
        if let Some(&b) = self.labels.get(&name) {
            return b;
        }
        let b = self.b.new_block();
        self.labels.insert(name, b);
        b
    }

    fn local_decl(&mut self, d: gust_syntax::ast::DeclId) {
        let ast = self.ast();
        let DeclKind::Gen { specs, .. } = ast[d].kind else {
            return;
        };
        for &spec in &ast[specs] {
            let SpecKind::Value { names, values, .. } = ast[spec].kind else {
                continue;
            };
            let names = &ast[names];
            let is_var = names.iter().any(|&n| {
                self.obj_of(n)
                    .is_some_and(|o| self.cx.types.world.obj(o).as_var().is_some())
            });
            if !is_var && !names.is_empty() {
                // Constants; a blank variable is still evaluated.
                if names.iter().any(|&n| self.obj_of(n).is_some()) {
                    continue;
                }
            }
            let values = &ast[values];
            if values.is_empty() {
                for &n in names {
                    if let Some(obj) = self.obj_of(n) {
                        let ty = self.obj_ty(obj);
                        self.declare(obj, ty, None);
                    }
                }
                continue;
            }
            self.define(names, values, true);
        }
    }

    /// `names := values`, or `var names = values`.
    fn define(&mut self, names: &[ExprId], values: &[ExprId], all_new: bool) {
        let ast = self.ast();
        if names.len() == values.len() {
            if let (&[name], &[value]) = (names, values) {
                let obj = self.new_var_of(name, all_new);
                match obj {
                    Some(obj) => {
                        let ty = self.obj_ty(obj);
                        if !self.declare_filled(obj, ty, value) {
                            let val = self.expr_to(value, ty);
                            self.declare(obj, ty, Some(&val));
                        }
                    }
                    None => self.assign(&[name], AssignOp::Assign, &[value], ast[name].pos),
                }
                return;
            }
            // All values before any variable.
            let tys: Vec<Option<Ty>> = names
                .iter()
                .map(|&n| self.obj_of(n).map(|o| self.obj_ty(o)))
                .collect();
            let tys: Vec<Ty> = tys
                .into_iter()
                .zip(values)
                .map(|(ty, &v)| ty.unwrap_or_else(|| self.ty(v)))
                .collect();
            let outer = self.order(&Self::assigned(values, tys.iter().copied()));
            let vals: Vec<(Val, Ty)> = values
                .iter()
                .zip(tys)
                .map(|(&v, ty)| {
                    let val = self.expr_to(v, ty);
                    (self.fresh(ty, val), ty)
                })
                .collect();
            self.ordered = outer;
            for (&n, (val, ty)) in names.iter().zip(vals) {
                self.define_one(n, val, ty, all_new);
            }
            return;
        }
        let vals = self.expr_list(values, names.len());
        for (&n, (val, from)) in names.iter().zip(vals) {
            let val = match self.obj_of(n) {
                Some(obj) => {
                    let ty = self.obj_ty(obj);
                    self.assign_convert(val, from, ty)
                }
                None => val,
            };
            self.define_one(n, val, from, all_new);
        }
    }

    fn define_one(&mut self, name: ExprId, val: Val, _from: Ty, all_new: bool) {
        if let Some(obj) = self.new_var_of(name, all_new) {
            let ty = self.obj_ty(obj);
            self.declare(obj, ty, Some(&val));
        } else if let Some(obj) = self.obj_of(name)
            && let Some(place) = self.object_place(obj)
        {
            let ty = self.obj_ty(obj);
            self.store(&place, ty, &val);
        }
    }

    /// The variable a name declares here; none if it is blank or assigned to only.
    pub(crate) fn new_var_of(&mut self, name: ExprId, _all_new: bool) -> Option<ObjId> {
        let obj = self.obj_of(name)?;
        let object = self.cx.types.world.obj(obj);
        (object.pos == self.ast()[name].pos && !object.name.is_blank()).then_some(obj)
    }

    fn assign(&mut self, lhs: &[ExprId], op: AssignOp, rhs: &[ExprId], op_pos: gust_syntax::Pos) {
        match op {
            AssignOp::Define => return self.define(lhs, rhs, false),
            AssignOp::Op(op) => {
                self.at(op_pos);
                let (x, y) = (lhs[0], rhs[0]);
                let ty = self.ty(x);
                let outer = self.order(&[Operand::new(x, Use::Target), Operand::plain(y)]);
                let Some(place) = self.place(x) else {
                    return self.unsupported("this operand");
                };
                // A map gets a new element after the value is known, but before a shift fails; a division fails first.
                let of_map = matches!(place, Place::MapElem { .. });
                let value = (of_map && !op.is_shift()).then(|| self.expr_to(y, ty));
                let place = match op {
                    Op::Div | Op::Rem => place,
                    _ => self.settle_element(place),
                };
                let old = self.load(&place, ty);
                let new = if op.is_shift() {
                    let old = self.first(&old);
                    Val::one(self.shift(op, old, ty, y))
                } else {
                    let value = value.unwrap_or_else(|| self.expr_to(y, ty));
                    self.arith(op, ty, &old, &value)
                };
                self.ordered = outer;
                return self.store(&place, ty, &new);
            }
            AssignOp::Assign => {}
        }
        if let (&[x], &[y]) = (lhs, rhs) {
            if self.is_blank(x) {
                if self.mode(y) != ExprMode::Nil {
                    self.discard(y);
                }
                return;
            }
            let ty = self.ty(x);
            let target = Operand::new(x, Use::Target);
            if self.fills_what_it_is_assigned_to(y, ty) {
                let Some(place) = self.in_order(&[target], |l| l.place(x)) else {
                    return self.unsupported("this assignment");
                };
                return self.assign_filled(y, ty, &place);
            }
            if self.assigned_in_place(x, y, ty) {
                return;
            }
            // The value first: what fails in it fails before what does not denote a variable.
            let operands = [target, Operand::new(y, Use::Assigned(ty))];
            let (val, place) = self.in_order(&operands, |l| (l.expr_to(y, ty), l.place(x)));
            let Some(place) = place else {
                return self.unsupported("this assignment");
            };
            return self.store(&place, ty, &val);
        }
        // Operands of the left side, then the right side, then the assignments from left to right. A call that gives all
        // values comes before both.
        let target = |&x| Operand::new(x, Use::Target);
        let mut operands: Operands = lhs.iter().map(target).collect();
        match rhs {
            &[e] if self.is_comma_ok(e) => operands.extend(self.parts_of(e)),
            _ if lhs.len() == rhs.len() => {
                operands.extend(lhs.iter().zip(rhs).map(|(&x, &y)| match self.is_blank(x) {
                    true => Operand::plain(y),
                    false => Operand::new(y, Use::Assigned(self.ty(x))),
                }));
            }
            _ => operands.extend(rhs.iter().map(|&y| Operand::plain(y))),
        }
        let outer = self.order(&operands);
        let pending = |l: &mut Self| lhs.iter().map(|&x| l.pending(x)).collect();
        let places: Vec<Option<Pending>>;
        let vals: Vec<(Val, Ty)>;
        if lhs.len() == rhs.len() {
            places = pending(self);
            vals = lhs
                .iter()
                .zip(rhs)
                .map(|(&x, &y)| {
                    if self.mode(y) == ExprMode::Nil && self.is_blank(x) {
                        return (Val::list(&[]), self.cx.types.any());
                    }
                    let ty = if self.is_blank(x) {
                        self.ty(y)
                    } else {
                        self.ty(x)
                    };
                    let val = self.expr_to(y, ty);
                    (self.fresh(ty, val), ty)
                })
                .collect();
        } else {
            vals = self.expr_list(rhs, lhs.len());
            places = pending(self);
        }
        self.ordered = outer;
        for ((&x, place), (val, from)) in lhs.iter().zip(places).zip(vals) {
            if self.is_blank(x) {
                continue;
            }
            let ty = self.ty(x);
            let val = self.assign_convert(val, from, ty);
            let Some(place) = place.and_then(|p| self.settle(&p)) else {
                return self.unsupported("this assignment");
            };
            self.store(&place, ty, &val);
        }
    }

    /// `_ = *p` reads what nobody needs, but panics if there is nothing to read.
    fn discard(&mut self, e: ExprId) {
        if self.const_value(e).is_none()
            && let Some(place) = self.place(e)
        {
            if let Place::Mem {
                addr, stack: false, ..
            } = place
            {
                self.b.inst(InstData::NilCheck { x: addr }, &[]);
            }
            let ty = self.ty(e);
            let val = self.load(&place, ty);
            // An address that counts from nil is found out by the read itself: it has to stay.
            for &part in val.parts() {
                self.keep_alive(part);
            }
        } else {
            self.expr(e);
        }
    }

    pub(crate) fn is_blank(&self, e: ExprId) -> bool {
        crate::program::is_blank(self.ast(), self.ast().unparen(e))
    }

    fn return_stmt(&mut self, results: &[ExprId]) {
        let tys = match &self.body {
            Some(body) => body.results.clone(),
            None => self.frame.result_tys.clone(),
        };
        let vals: Vec<Val> = if results.is_empty() {
            Vec::new()
        } else if results.len() == tys.len() {
            self.in_order(&Self::assigned(results, tys.iter().copied()), |l| {
                let result = |(&e, &ty): (&ExprId, &Ty)| {
                    let val = l.expr_to(e, ty);
                    l.fresh(ty, val)
                };
                results.iter().zip(&tys).map(result).collect()
            })
        } else {
            let list = self.expr_list(results, tys.len());
            list.into_iter()
                .zip(&tys)
                .map(|((val, from), &ty)| self.assign_convert(val, from, ty))
                .collect()
        };
        if self.body.is_some() {
            return self.return_from_body(&vals, &tys);
        }
        if self.frame.results.is_empty() {
            if self.frame.buffer.is_some() {
                return self.return_results();
            }
            return self.ret_values(&vals, false);
        }
        self.set_results(&vals);
        self.return_results();
    }

    fn branch(&mut self, keyword: BranchKeyword, label: Option<ExprId>) {
        let label = label.and_then(|l| self.ast().name(l));
        match keyword {
            BranchKeyword::Fallthrough => {
                if let Some(b) = self.fallthrough {
                    self.b.jump(b);
                }
            }
            BranchKeyword::Goto => {
                let Some(label) = label else { return };
                self.goto(label);
            }
            BranchKeyword::Break | BranchKeyword::Continue => {
                let is_break = keyword == BranchKeyword::Break;
                let target = self.targets.iter().rev().find(|t| match label {
                    Some(_) => t.label == label,
                    None => is_break || t.continue_to.is_some(),
                });
                let jump = match target {
                    Some(t) if is_break => Some(t.break_to),
                    Some(t) => t.continue_to,
                    None => None,
                };
                match jump {
                    Some(jump) => self.jump(jump),
                    None => self.unsupported("this branch"),
                }
            }
        }
    }

    pub(crate) fn jump(&mut self, jump: Jump) {
        match jump {
            Jump::Block(b) => self.b.jump(b),
            Jump::Yield(more) => self.end_body(more, None),
            Jump::Out(exit) => self.end_body(false, Some(exit)),
        }
    }

    /// `goto label`, out of the body of a loop over a function if the label is not in there.
    pub(crate) fn goto(&mut self, label: Symbol) {
        if let Some(body) = &self.body
            && !self.facts.labels.contains(&(body.stmt, label))
        {
            return self.end_body(false, Some(Exit::Goto(label)));
        }
        let b = self.label_block(label);
        self.b.jump(b);
    }

    /// Lowers a body with places for `break` and `continue`.
    pub(crate) fn with_target(
        &mut self,
        stmt: StmtId,
        label: Option<Symbol>,
        break_to: Block,
        continue_to: Option<Block>,
        body: impl FnOnce(&mut Self),
    ) {
        self.targets.push(Target {
            label,
            stmt,
            break_to: Jump::Block(break_to),
            continue_to: continue_to.map(Jump::Block),
        });
        let Some(next) = continue_to else {
            body(self);
            self.targets.pop();
            return;
        };
        // What the body keeps in slots is its own in each iteration.
        let slots = self.b.begin_slots();
        body(self);
        self.b.end_slots(slots, next);
        self.targets.pop();
    }

    fn for_stmt(
        &mut self,
        s: StmtId,
        init: Option<StmtId>,
        cond: Option<ExprId>,
        post: Option<StmtId>,
        body: BlockId,
    ) {
        let label = self.take_label();
        if let Some(init) = init {
            self.stmt(init);
        }
        let fresh = self.per_iteration_vars(init, body);
        let (head, start, next, end) = (
            self.b.new_block(),
            self.b.new_block(),
            self.b.new_block(),
            self.b.new_block(),
        );
        self.b.jump(head);
        self.b.switch_to(head);
        match cond {
            Some(cond) => {
                self.at(self.ast()[cond].pos);
                self.condition(cond, start, end);
            }
            None => self.b.jump(start),
        }
        self.b.seal_and_switch(start);
        self.with_target(s, label, end, Some(next), |l| l.block(body));
        self.b.jump(next);
        self.b.seal_and_switch(next);
        // Each iteration has variables of its own (Go 1.22): copies before the post statement.
        for (obj, ty) in fresh {
            let Some(Storage::Ref(var)) = self.vars.get(&obj).cloned() else {
                continue;
            };
            let old = self.b.get(var);
            let val = self.load(&crate::func::heap(old), ty);
            let new = self.new_object(ty);
            self.store(&crate::func::heap(new), ty, &val);
            self.b.set(var, new);
        }
        if let Some(post) = post {
            self.stmt(post);
        }
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
    }

    /// Variables of a `for` clause that closures or pointers may keep beyond an iteration.
    fn per_iteration_vars(&mut self, init: Option<StmtId>, body: BlockId) -> Vec<(ObjId, Ty)> {
        let ast = self.ast();
        if !self.loop_vars_per_iteration(body) {
            return Vec::new();
        }
        let Some(init) = init else { return Vec::new() };
        let StmtKind::Assign {
            lhs,
            op: AssignOp::Define,
            ..
        } = ast[init].kind
        else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for &name in &ast[lhs] {
            if let Some(obj) = self.new_var_of(name, true)
                && self.facts.is_heap(obj)
            {
                out.push((obj, self.obj_ty(obj)));
            }
        }
        out
    }

    /// Whether the file's language version gives each iteration its own variables.
    pub(crate) fn loop_vars_per_iteration(&self, body: BlockId) -> bool {
        loop_vars_per_iteration(self.ast(), self.info(), body)
    }
}

/// Whether the language version of a loop's file gives each iteration its own variables.
pub(crate) fn loop_vars_per_iteration(ast: &Ast, info: &Info, body: BlockId) -> bool {
    let file = ast.file_of(ast[body].lbrace);
    file.and_then(|f| info.file_versions.get(f.index()))
        .is_none_or(|&v| v == 0 || v >= 22)
}
