//! `for ... range` (spec: For statements with range clause).
//!
//! The body of a loop over a function becomes a closure. Its frame {state, code} in the function around tells whether
//! the iterator keeps to the rules, and how the body was left: 0 normally, otherwise by the exit of that number.

use crate::facts::Lit;
use crate::func::{BodyContext, Exit, FuncLower, Jump, Target, Val, heap};
use crate::types::{FuncTy, Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, Block, CallTarget, IntCond, Type, Value};
use gust_syntax::ast::{BlockId, ExprId, StmtId, StmtKind};
use gust_types::types::BasicKind;

const DONE: i64 = 0;
const READY: i64 = 1;
const PANIC: i64 = 2;
const EXHAUSTED: i64 = 3;
const MISSING_PANIC: i64 = 4;

struct Clause {
    stmt: StmtId,
    key: Option<ExprId>,
    value: Option<ExprId>,
    define: bool,
    body: BlockId,
}

impl<'p> FuncLower<'_, 'p> {
    pub(crate) fn range(&mut self, s: StmtId) {
        let ast = self.ast();
        let StmtKind::Range {
            key,
            value,
            define,
            x,
            body,
            ..
        } = ast[s].kind
        else {
            return;
        };
        let clause = Clause {
            stmt: s,
            key: key.filter(|&k| !self.is_blank(k)),
            value: value.filter(|&v| !self.is_blank(v)),
            define,
            body,
        };
        let ty = self.ty(x);
        if let Some(n) = self.const_value(x)
            && !self.cx.types.is_string(ty)
        {
            let ty = match clause.key {
                Some(k) if self.cx.types.as_basic(self.ty_of_var(k)).is_some() => self.ty_of_var(k),
                _ => ty,
            };
            let n = self.constant(&n, ty);
            let n = self.first(&n);
            return self.range_int(&clause, n, ty);
        }
        match self.cx.types.under_kind(ty) {
            Kind::Basic(BasicKind::String) => {
                let s = self.expr(x);
                self.range_string(&clause, &s);
            }
            Kind::Basic(_) => {
                let n = self.scalar(x);
                self.range_int(&clause, n, ty);
            }
            Kind::Slice(elem) => {
                // A copy of a string's bytes that nothing else sees need not be made.
                let s = self.string_of_copy(x).unwrap_or(x);
                let s = self.expr(s);
                self.range_elements(&clause, s.parts()[0], s.parts()[1], elem);
            }
            Kind::Pointer(arr) => {
                let p = self.scalar(x);
                let Kind::Array(n, elem) = self.cx.types.under_kind(arr) else {
                    return;
                };
                if clause.value.is_some() {
                    self.nil_check(p);
                }
                let n = self.b.int(n as i64);
                self.range_elements(&clause, p, n, elem);
            }
            Kind::Array(n, elem) => {
                let base = if clause.value.is_some() {
                    let val = self.expr(x);
                    let val = self.fresh(ty, val);
                    self.spill(ty, &val)
                } else {
                    // Evaluated for its calls, if there are any.
                    self.expr(x);
                    self.b.nil()
                };
                let n = self.b.int(n as i64);
                self.range_elements(&clause, base, n, elem);
            }
            Kind::Map(k, v) => self.range_map(&clause, x, ty, k, v),
            Kind::Chan(_, elem) => self.range_chan(&clause, x, elem),
            Kind::Func(f) => self.range_func(&clause, x, &f),
            _ => self.unsupported("a range over this operand"),
        }
    }

    fn ty_of_var(&self, e: ExprId) -> Ty {
        match self.obj_of(e) {
            Some(obj) => self.obj_ty(obj),
            None => self.ty(e),
        }
    }

    /// Gives an iteration variable its value.
    fn iterate(&mut self, at: Option<ExprId>, define: bool, val: &Val, from: Ty) {
        let Some(e) = at else { return };
        if define {
            if let Some(obj) = self.new_var_of(e, true) {
                let ty = self.obj_ty(obj);
                let val = self.assign_convert(val.clone(), from, ty);
                self.declare(obj, ty, Some(&val));
            }
            return;
        }
        let ty = self.ty_of_var(e);
        let val = self.assign_convert(val.clone(), from, ty);
        match self.place(e) {
            Some(place) => self.store(&place, ty, &val),
            None => self.unsupported("this iteration variable"),
        }
    }

    /// Before Go 1.22 a loop's variables are the same in all iterations: made here, once.
    fn shared_vars(&mut self, clause: &Clause) -> bool {
        if !clause.define || self.loop_vars_per_iteration(clause.body) {
            return false;
        }
        for e in [clause.key, clause.value].into_iter().flatten() {
            if let Some(obj) = self.new_var_of(e, true) {
                let ty = self.obj_ty(obj);
                self.declare(obj, ty, None);
            }
        }
        true
    }

    /// Gives both iteration variables their values. If they are assigned to, the operands of both come first.
    fn iterate_both(&mut self, clause: &Clause, shared: bool, key: (&Val, Ty), value: (&Val, Ty)) {
        let (Some(k), Some(v), false) = (clause.key, clause.value, clause.define) else {
            self.iterate_or_assign(clause.key, clause.define, shared, key.0, key.1);
            self.iterate_or_assign(clause.value, clause.define, shared, value.0, value.1);
            return;
        };
        let places = [self.pending(k), self.pending(v)];
        for ((e, place), (val, from)) in [k, v].into_iter().zip(places).zip([key, value]) {
            let ty = self.ty_of_var(e);
            let val = self.assign_convert(val.clone(), from, ty);
            match place.and_then(|p| self.settle(&p)) {
                Some(place) => self.store(&place, ty, &val),
                None => self.unsupported("this iteration variable"),
            }
        }
    }

    fn iterate_or_assign(
        &mut self,
        at: Option<ExprId>,
        define: bool,
        shared: bool,
        val: &Val,
        from: Ty,
    ) {
        if shared
            && let Some(obj) = at.and_then(|e| self.obj_of(e))
            && let Some(place) = self.object_place(obj)
        {
            let ty = self.obj_ty(obj);
            return self.store(&place, ty, val);
        }
        self.iterate(at, define, val, from);
    }

    /// A loop with counter: blocks for head, next and end.
    fn loop_blocks(&mut self) -> (Block, Block, Block, Block) {
        (
            self.b.new_block(),
            self.b.new_block(),
            self.b.new_block(),
            self.b.new_block(),
        )
    }

    fn range_int(&mut self, clause: &Clause, n: Value, ty: Ty) {
        let label = self.take_label();
        let shared = self.shared_vars(clause);
        let scalar = self.b.ty(n);
        let signed = self.is_signed(ty);
        let i = self.b.new_var(scalar);
        let zero = self.b.zero(scalar);
        self.b.set(i, zero);
        let (head, start, next, end) = self.loop_blocks();
        self.b.jump(head);
        self.b.switch_to(head);
        let at = self.b.get(i);
        let more = self.less(signed, at, n);
        self.b.brif(more, start, end);
        self.b.seal_and_switch(start);
        self.iterate_or_assign(clause.key, clause.define, shared, &Val::one(at), ty);
        self.with_target(clause.stmt, label, end, Some(next), |l| {
            l.block(clause.body)
        });
        self.b.jump(next);
        self.b.seal_and_switch(next);
        let one = self.b.iconst(scalar, 1);
        let at = self.b.get(i);
        let up = self.b.binary(BinaryOp::Add, at, one);
        self.b.set(i, up);
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
    }

    fn range_elements(&mut self, clause: &Clause, base: Value, n: Value, elem: Ty) {
        let label = self.take_label();
        let shared = self.shared_vars(clause);
        let int = self.cx.types.int();
        let i = self.b.new_var(Type::I64);
        let zero = self.b.int(0);
        self.b.set(i, zero);
        let (head, start, next, end) = self.loop_blocks();
        self.b.jump(head);
        self.b.switch_to(head);
        let at = self.b.get(i);
        let more = self.less(true, at, n);
        self.b.brif(more, start, end);
        self.b.seal_and_switch(start);
        if clause.value.is_some() {
            let p = self.element_addr(base, elem, at);
            let val = self.load_at(p, 0, elem, true);
            let val = self.fresh(elem, val);
            self.iterate_both(clause, shared, (&Val::one(at), int), (&val, elem));
        } else {
            self.iterate_or_assign(clause.key, clause.define, shared, &Val::one(at), int);
        }
        self.with_target(clause.stmt, label, end, Some(next), |l| {
            l.block(clause.body)
        });
        self.b.jump(next);
        self.b.seal_and_switch(next);
        let one = self.b.int(1);
        let at = self.b.get(i);
        let up = self.b.binary(BinaryOp::Add, at, one);
        self.b.set(i, up);
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
    }

    fn range_string(&mut self, clause: &Clause, s: &Val) {
        let label = self.take_label();
        let shared = self.shared_vars(clause);
        let (p, n) = (s.parts()[0], s.parts()[1]);
        let (int, rune) = (self.cx.types.int(), self.cx.types.basic(BasicKind::Int32));
        let i = self.b.new_var(Type::I64);
        let following = self.b.new_var(Type::I64);
        let r = self.b.new_var(Type::I32);
        let zero = self.b.int(0);
        self.b.set(i, zero);
        let (head, start, next, end) = self.loop_blocks();
        self.b.jump(head);
        self.b.switch_to(head);
        let at = self.b.get(i);
        let more = self.less(true, at, n);
        self.b.brif(more, start, end);
        self.b.seal_and_switch(start);
        // ASCII is decoded here.
        let (ascii, wide, go) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let place = self.b.binary(BinaryOp::PtrAdd, p, at);
        let byte = self.b.load(Type::I8, place, 0, true);
        let limit = self.b.iconst(Type::I8, -128);
        let small = self.b.icmp(IntCond::Ult, byte, limit);
        self.b.brif(small, ascii, wide);
        self.b.seal_and_switch(ascii);
        let c = self.resize(byte, Type::I32, false);
        let one = self.b.int(1);
        let up = self.b.binary(BinaryOp::Add, at, one);
        self.b.set(r, c);
        self.b.set(following, up);
        self.b.jump(go);
        self.b.seal_and_switch(wide);
        let decoded = self.runtime(Entry::DecodeRune, &[p, n, at]);
        self.b.set(r, decoded[0]);
        self.b.set(following, decoded[1]);
        self.b.jump(go);
        self.b.seal_and_switch(go);
        let c = self.b.get(r);
        self.iterate_both(clause, shared, (&Val::one(at), int), (&Val::one(c), rune));
        self.with_target(clause.stmt, label, end, Some(next), |l| {
            l.block(clause.body)
        });
        self.b.jump(next);
        self.b.seal_and_switch(next);
        let up = self.b.get(following);
        self.b.set(i, up);
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
    }

    fn range_chan(&mut self, clause: &Clause, x: ExprId, elem: Ty) {
        let label = self.take_label();
        let ch = self.scalar(x);
        let shared = self.shared_vars(clause);
        let (head, start, next, end) = self.loop_blocks();
        self.b.jump(head);
        self.b.switch_to(head);
        let addr = self.receive_buffer(elem);
        let ok = self.runtime(Entry::ChanRecv, &[ch, addr])[0];
        self.b.brif(ok, start, end);
        self.b.seal_and_switch(start);
        let val = self.take_received(addr, elem);
        self.iterate_or_assign(clause.key, clause.define, shared, &val, elem);
        self.with_target(clause.stmt, label, end, Some(next), |l| {
            l.block(clause.body)
        });
        self.b.jump(next);
        self.b.seal_and_switch(next);
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
    }

    fn range_map(&mut self, clause: &Clause, x: ExprId, ty: Ty, k: Ty, v: Ty) {
        let label = self.take_label();
        let m = self.scalar(x);
        let shared = self.shared_vars(clause);
        let iter = self.map_iter(ty, m);
        let (head, start, next, end) = self.loop_blocks();
        self.b.jump(head);
        self.b.switch_to(head);
        let it = self.b.slot_addr(iter);
        let key = self.b.load(Type::Ptr, it, 0, true);
        let done = self.b.is_zero(key);
        self.b.brif(done, end, start);
        self.b.seal_and_switch(start);
        let mut load = |used: bool, at: i64, ty: Ty| {
            if !used {
                return Val::list(&[]);
            }
            let p = self.b.load(Type::Ptr, it, at, true);
            let val = self.load_at(p, 0, ty, true);
            self.fresh(ty, val)
        };
        let key = load(clause.key.is_some(), 0, k);
        let value = load(clause.value.is_some(), 8, v);
        self.iterate_both(clause, shared, (&key, k), (&value, v));
        self.with_target(clause.stmt, label, end, Some(next), |l| {
            l.block(clause.body)
        });
        self.b.jump(next);
        self.b.seal_and_switch(next);
        self.map_iter_next(iter);
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
    }

    fn range_func(&mut self, clause: &Clause, x: ExprId, f: &FuncTy) {
        let label = self.take_label();
        let Some(yield_ty) = f.params.first().and_then(|&p| self.cx.types.as_func(p)) else {
            return self.unsupported("a range over this function");
        };
        let iterator = self.scalar(x);
        let lit = Lit::Range(clause.stmt);
        let free = self.facts.free.get(&lit).cloned().unwrap_or_default();
        let captures = self.captures(&free);
        let ptr = self.cx.types.unsafe_pointer();
        let name = self.names.range();
        let linkage = self.b.func.linkage;

        // How break and continue of the loops around look from inside.
        let mut targets: Vec<Target> = self
            .targets
            .iter()
            .map(|t| Target {
                label: t.label,
                stmt: t.stmt,
                break_to: Jump::Out(Exit::Break(t.stmt)),
                continue_to: t.continue_to.map(|_| Jump::Out(Exit::Continue(t.stmt))),
            })
            .collect();
        targets.push(Target {
            label,
            stmt: clause.stmt,
            break_to: Jump::Yield(false),
            continue_to: Some(Jump::Yield(true)),
        });
        let results = match &self.body {
            Some(b) => b.results.clone(),
            None => self.frame.result_tys.clone(),
        };
        let object = self.closure_object(&[ptr, ptr], &captures);
        let yield_fn = yield_ty.clone();
        let free_in = free.clone();
        let captures_in = captures.clone();
        let mut lower = |l: &mut FuncLower<'_, 'p>, context: Value| {
            let yield_ty = &yield_fn;
            let frame = l.b.load(Type::Ptr, context, 8, true);
            let control = l.b.load(Type::Ptr, context, 16, true);
            let (fv, cv) = (l.b.new_var(Type::Ptr), l.b.new_var(Type::Ptr));
            l.b.set(fv, frame);
            l.b.set(cv, control);
            l.body = Some(BodyContext {
                stmt: clause.stmt,
                frame: fv,
                control: cv,
                results: results.clone(),
            });
            l.targets.clone_from(&targets);
            l.open_captures(context, object, 3, &free_in, &captures_in);
            let state = l.b.load(Type::I64, frame, 0, true);
            let ready = l.b.int(READY);
            let bad = l.b.icmp(IntCond::Ne, state, ready);
            l.panic_if(bad, Entry::PanicRangeState, &[state]);
            let running = l.b.int(PANIC);
            l.b.store(running, frame, 0, true, true);
            let params = l.b.params();
            let mut at = 0;
            for (i, &ty) in yield_ty.params.iter().enumerate() {
                let val = match &l.cx.types.layout(ty).scalars {
                    Some(s) => {
                        at += s.len();
                        Val::list(&params[at - s.len()..at])
                    }
                    None => {
                        at += 1;
                        Val::Mem {
                            addr: params[at - 1],
                            fresh: true,
                        }
                    }
                };
                let var = if i == 0 { clause.key } else { clause.value };
                l.iterate(var, clause.define, &val, ty);
            }
            l.block(clause.body);
            if !l.b.is_terminated() {
                l.end_body(true, None);
            }
        };
        let outer = std::mem::take(&mut self.exits.borrow_mut().used);
        let code = self.lower_closure(
            &name,
            lit,
            &yield_ty,
            None,
            clause.body,
            &free,
            Some(&mut lower),
            linkage,
        );
        let used = std::mem::replace(&mut self.exits.borrow_mut().used, outer);

        // The loop itself.
        let frame = self.b.slot(16, 8);
        let at = self.b.slot_addr(frame);
        let (ready, zero) = (self.b.int(READY), self.b.int(0));
        self.b.store(ready, at, 0, true, true);
        self.b.store(zero, at, 8, true, true);
        let control = match (&self.body, self.frame.control) {
            (Some(b), _) => {
                let v = b.control;
                self.b.get(v)
            }
            (None, Some(slot)) => self.b.slot_addr(slot),
            (None, None) => self.b.nil(),
        };
        let closure = self.new_object(object);
        let code = self.b.symbol_addr(code);
        self.b.store(code, closure, 0, true, true);
        self.b.store(at, closure, 8, true, false);
        self.b.store(control, closure, 16, true, false);
        self.fill_captures(closure, object, 3, &free, &captures);
        self.b.call(
            CallTarget::Closure(iterator),
            vec![Type::Ptr],
            &[],
            &[closure],
        );
        let at = self.b.slot_addr(frame);
        let state = self.b.load(Type::I64, at, 0, true);
        let panicking = self.b.int(PANIC);
        let bad = self.b.icmp(IntCond::Eq, state, panicking);
        let missing = self.b.int(MISSING_PANIC);
        self.panic_if(bad, Entry::PanicRangeState, &[missing]);
        let exhausted = self.b.int(EXHAUSTED);
        self.b.store(exhausted, at, 0, true, true);
        let code = self.b.load(Type::I64, at, 8, true);
        for exit in used {
            let number = self.exits.borrow_mut().number(exit);
            let (hit, other) = (self.b.new_block(), self.b.new_block());
            let want = self.b.int(number);
            let same = self.b.icmp(IntCond::Eq, code, want);
            self.b.brif(same, hit, other);
            self.b.seal_and_switch(hit);
            self.leave(exit);
            self.b.seal_and_switch(other);
        }
    }

    /// Goes on behind a loop over a function whose body was left by an exit.
    fn leave(&mut self, exit: Exit) {
        let target = |l: &Self, stmt| l.targets.iter().find(|t| t.stmt == stmt).cloned();
        let jump = match exit {
            Exit::Return if self.body.is_some() => return self.end_body(false, Some(exit)),
            Exit::Return => return self.return_results(),
            Exit::Goto(label) => return self.goto(label),
            Exit::Break(stmt) => target(self, stmt).map(|t| t.break_to),
            Exit::Continue(stmt) => target(self, stmt).and_then(|t| t.continue_to),
        };
        if let Some(jump) = jump {
            self.jump(jump);
        }
    }

    /// Leaves the body of a loop over a function: `more` asks for the next iteration, `exit` is for the function around.
    pub(crate) fn end_body(&mut self, more: bool, exit: Option<Exit>) {
        let Some(body) = &self.body else { return };
        let frame = body.frame;
        let frame = self.b.get(frame);
        let state = self.b.int(if more { READY } else { DONE });
        self.b.store(state, frame, 0, true, true);
        if let Some(exit) = exit {
            let mut exits = self.exits.borrow_mut();
            let number = exits.number(exit);
            if !exits.used.contains(&exit) {
                exits.used.push(exit);
            }
            drop(exits);
            let number = self.b.int(number);
            self.b.store(number, frame, 8, true, true);
        }
        let more = self.b.iconst(Type::I8, i64::from(more));
        self.b.ret(&[more]);
    }

    /// `return` in the body of a loop over a function.
    pub(crate) fn return_from_body(&mut self, vals: &[Val], tys: &[Ty]) {
        if let Some(body) = &self.body {
            let control = body.control;
            for (i, (val, &ty)) in vals.iter().zip(tys).enumerate() {
                let c = self.b.get(control);
                let to = self.b.load(Type::Ptr, c, 8 * (i as i64 + 2), true);
                self.store(&heap(to), ty, val);
            }
        }
        self.end_body(false, Some(Exit::Return));
    }
}
