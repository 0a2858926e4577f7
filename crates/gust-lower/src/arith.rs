//! Arithmetic, shifts and comparisons (spec: Operators).

use crate::func::{FuncLower, Val, heap};
use crate::types::Ty;
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, FloatCond, InstData, IntCond, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;
use gust_types::info::ExprMode;
use gust_types::types::BasicKind;

impl FuncLower<'_, '_> {
    pub(crate) fn binary(&mut self, e: ExprId, op: Op, x: ExprId, y: ExprId) -> Val {
        match op {
            Op::AndAnd | Op::OrOr => self.logical(e),
            _ if op.is_comparison() => Val::one(self.comparison(op, x, y)),
            _ if op.is_shift() => {
                let ty = self.ty(e);
                let v = self.expr_to(x, ty);
                let v = self.first(&v);
                Val::one(self.shift(op, v, ty, y))
            }
            Op::Add if self.is_string(e) => self.concat(e),
            _ => {
                let ty = self.ty(e);
                let a = self.expr_to(x, ty);
                let b = self.expr_to(y, ty);
                self.arith(op, ty, &a, &b)
            }
        }
    }

    fn is_string(&self, e: ExprId) -> bool {
        self.cx.types.is_string(self.ty(e))
    }

    /// A chain of string additions in one go.
    fn concat(&mut self, e: ExprId) -> Val {
        let ast = self.ast();
        let mut operands = Vec::new();
        let mut todo = vec![e];
        while let Some(e) = todo.pop() {
            match ast[e].kind {
                ExprKind::Paren { x, .. } if self.const_value(e).is_none() => todo.push(x),
                ExprKind::Binary {
                    op: Op::Add, x, y, ..
                } if self.const_value(e).is_none() => {
                    todo.push(y);
                    todo.push(x);
                }
                _ => operands.push(e),
            }
        }
        // With a constant in it the result is a new string, unless all others are empty.
        let copied = operands.iter().any(|&o| {
            let text = self.const_value(o);
            text.is_some_and(|c| c.as_bytes().is_some_and(|b| !b.is_empty()))
        });
        let mut settled = copied;
        let mut passing: Vec<bool> = operands
            .iter()
            .rev()
            .map(|&o| {
                let passing = settled;
                settled &= self.is_settled(o);
                passing
            })
            .collect();
        passing.reverse();
        let values: Vec<Val> = operands
            .iter()
            .zip(passing)
            .map(|(&o, passing)| {
                let ty = self.ty(o);
                if passing {
                    self.passing_string(o, ty)
                } else {
                    self.expr(o)
                }
            })
            .collect();
        self.concat_values(&values)
    }

    pub(crate) fn concat_values(&mut self, values: &[Val]) -> Val {
        let slot = self.b.slot(16 * values.len() as u64, 8);
        let base = self.b.slot_addr(slot);
        for (i, v) in values.iter().enumerate() {
            for (j, &part) in v.parts().iter().enumerate() {
                self.b
                    .store(part, base, (i * 16 + j * 8) as i64, true, true);
            }
        }
        let n = self.b.int(values.len() as i64);
        Val::list(&self.runtime(Entry::ConcatStrings, &[base, n]))
    }

    /// An arithmetic operation on two values of a type.
    pub(crate) fn arith(&mut self, op: Op, ty: Ty, a: &Val, b: &Val) -> Val {
        use BasicKind as B;
        if self.cx.types.is_string(ty) {
            return self.concat_values(&[a.clone(), b.clone()]);
        }
        let kind = self.cx.types.as_basic(ty);
        if matches!(kind, Some(B::Complex64 | B::Complex128)) {
            return self.complex_arith(op, ty, a, b);
        }
        let (x, y) = (self.first(a), self.first(b));
        if self.b.ty(x).is_float() {
            let op = match op {
                Op::Add => BinaryOp::FAdd,
                Op::Sub => BinaryOp::FSub,
                Op::Mul => BinaryOp::FMul,
                _ => BinaryOp::FDiv,
            };
            return Val::one(self.b.binary(op, x, y));
        }
        let signed = self.is_signed(ty);
        let op = match op {
            Op::Add => BinaryOp::Add,
            Op::Sub => BinaryOp::Sub,
            Op::Mul => BinaryOp::Mul,
            Op::And => BinaryOp::And,
            Op::Or => BinaryOp::Or,
            Op::Xor => BinaryOp::Xor,
            Op::AndNot => BinaryOp::AndNot,
            Op::Div | Op::Rem => {
                self.check_divisor(y);
                match (op, signed) {
                    (Op::Div, true) => BinaryOp::SDiv,
                    (Op::Div, false) => BinaryOp::UDiv,
                    (_, true) => BinaryOp::SRem,
                    (_, false) => BinaryOp::URem,
                }
            }
            _ => {
                self.unsupported("this operator");
                return a.clone();
            }
        };
        Val::one(self.b.binary(op, x, y))
    }

    pub(crate) fn check_divisor(&mut self, y: Value) {
        if crate::ssa::constant(&self.b.func, y).is_some_and(|c| c != 0) {
            return;
        }
        let zero = self.b.is_zero(y);
        self.panic_if(zero, Entry::PanicDivide, &[]);
    }

    /// Calls an entry point that does not return if a condition holds.
    pub(crate) fn panic_if(&mut self, cond: Value, entry: Entry, args: &[Value]) {
        let (bad, good) = (self.b.new_block(), self.b.new_block());
        self.b.brif(cond, bad, good);
        self.b.seal_and_switch(bad);
        self.runtime(entry, args);
        self.b.seal_and_switch(good);
    }

    fn complex_arith(&mut self, op: Op, ty: Ty, a: &Val, b: &Val) -> Val {
        let (ar, ai, br, bi) = (a.parts()[0], a.parts()[1], b.parts()[0], b.parts()[1]);
        let list = match op {
            Op::Add | Op::Sub => {
                let op = if op == Op::Add {
                    BinaryOp::FAdd
                } else {
                    BinaryOp::FSub
                };
                [self.b.binary(op, ar, br), self.b.binary(op, ai, bi)]
            }
            Op::Mul => {
                // In double precision for both, as the official compiler has it.
                let narrow = self.b.ty(ar) == Type::F32;
                let wide = |f: &mut Self, v| {
                    if narrow {
                        f.b.unary(UnaryOp::Promote, v, Type::F64)
                    } else {
                        v
                    }
                };
                let (ar, ai, br, bi) = (
                    wide(self, ar),
                    wide(self, ai),
                    wide(self, br),
                    wide(self, bi),
                );
                let mul = |f: &mut Self, x, y| f.b.binary(BinaryOp::FMul, x, y);
                let (rr, ii, ri, ir) = (
                    mul(self, ar, br),
                    mul(self, ai, bi),
                    mul(self, ar, bi),
                    mul(self, ai, br),
                );
                let re = self.b.binary(BinaryOp::FSub, rr, ii);
                let im = self.b.binary(BinaryOp::FAdd, ri, ir);
                let back = |f: &mut Self, v| {
                    if narrow {
                        f.b.unary(UnaryOp::Demote, v, Type::F32)
                    } else {
                        v
                    }
                };
                [back(self, re), back(self, im)]
            }
            _ => {
                let narrow = self.b.ty(ar) == Type::F32;
                let args: Vec<Value> = [ar, ai, br, bi]
                    .into_iter()
                    .map(|v| {
                        if narrow {
                            self.b.unary(UnaryOp::Promote, v, Type::F64)
                        } else {
                            v
                        }
                    })
                    .collect();
                let r = self.runtime(Entry::ComplexDiv, &args);
                if narrow {
                    [
                        self.b.unary(UnaryOp::Demote, r[0], Type::F32),
                        self.b.unary(UnaryOp::Demote, r[1], Type::F32),
                    ]
                } else {
                    [r[0], r[1]]
                }
            }
        };
        let _ = ty;
        Val::list(&list)
    }

    /// `v << y` or `v >> y` (spec: Arithmetic operators).
    pub(crate) fn shift(&mut self, op: Op, v: Value, ty: Ty, y: ExprId) -> Value {
        let count = if let Some(c) = self.const_value(y) {
            let c = c.to_int().as_u64().unwrap_or(u64::MAX).min(1 << 20);
            self.b.int(c as i64)
        } else {
            let yt = self.ty(y);
            let c = self.scalar(y);
            if self.is_signed(yt) {
                let zero = self.b.zero(self.b.ty(c));
                let negative = self.b.icmp(IntCond::Slt, c, zero);
                self.panic_if(negative, Entry::PanicShift, &[]);
            }
            c
        };
        let op = match (op, self.is_signed(ty)) {
            (Op::Shl, _) => BinaryOp::Shl,
            (_, true) => BinaryOp::AShr,
            (_, false) => BinaryOp::LShr,
        };
        self.b.binary(op, v, count)
    }

    fn comparison(&mut self, op: Op, x: ExprId, y: ExprId) -> Value {
        // Comparison with nil.
        for (x, y) in [(x, y), (y, x)] {
            if self.mode(y) == ExprMode::Nil && self.mode(x) != ExprMode::Nil {
                let val = self.expr(x);
                let nil = self.is_nil(&val);
                return if op == Op::Ne { self.b.not(nil) } else { nil };
            }
        }
        let (xt, yt) = (self.ty(x), self.ty(y));
        let (xi, yi) = (
            self.cx.types.is_interface(xt),
            self.cx.types.is_interface(yt),
        );
        if xi != yi && matches!(op, Op::Eq | Op::Ne) {
            return self.mixed_comparison(op, x, y, yi);
        }
        let ty = match (xi, yi) {
            // Of two interface types one has all methods of the other.
            (true, true) if self.method_count(yt) < self.method_count(xt) => yt,
            (true, _) => xt,
            (false, true) => yt,
            (false, false) if self.const_value(x).is_some() => yt,
            (false, false) => xt,
        };
        // What could change the bytes has been evaluated before, but for the operands of a conditional one.
        let (a, b) = if self.is_settled(y) {
            (self.passing_string(x, ty), self.passing_string(y, ty))
        } else {
            (self.expr_to(x, ty), self.passing_string(y, ty))
        };
        match op {
            Op::Eq => self.equal(ty, &a, &b),
            Op::Ne => {
                let eq = self.equal(ty, &a, &b);
                self.b.not(eq)
            }
            _ => self.ordered(op, ty, &a, &b),
        }
    }

    fn method_count(&self, ty: Ty) -> usize {
        self.cx.types.as_interface(ty).map_or(0, |m| m.len())
    }

    /// An interface compared with a value of a concrete type: types first, then values.
    fn mixed_comparison(&mut self, op: Op, x: ExprId, y: ExprId, y_is_interface: bool) -> Value {
        let (iface, other) = if y_is_interface { (y, x) } else { (x, y) };
        let (it, ct) = (self.ty(iface), self.ty(other));
        let (a, b) = (self.expr(x), self.expr(y));
        let (iv, cv) = if y_is_interface { (b, a) } else { (a, b) };
        let eq = self.equals_concrete(it, &iv, ct, &cv);
        if op == Op::Ne { self.b.not(eq) } else { eq }
    }

    /// Whether an interface value holds this value of a concrete type.
    pub(crate) fn equals_concrete(&mut self, iface: Ty, iv: &Val, ct: Ty, cv: &Val) -> Value {
        let tab = if self.method_count(iface) == 0 {
            self.cx.descriptor(ct)
        } else {
            self.cx.itab(iface, ct)
        };
        let tab = self.b.symbol_addr(tab);
        let same = self.b.icmp(IntCond::Eq, iv.parts()[0], tab);
        let word = iv.parts()[1];
        self.and_then(same, |l| {
            let held = l.val_of_word(ct, word);
            l.equal(ct, &held, cv)
        })
    }

    /// `<`, `<=`, `>`, `>=`
    pub(crate) fn ordered(&mut self, op: Op, ty: Ty, a: &Val, b: &Val) -> Value {
        if self.cx.types.is_string(ty) {
            let args = [a.parts()[0], a.parts()[1], b.parts()[0], b.parts()[1]];
            let c = self.runtime(Entry::CompareStrings, &args)[0];
            let zero = self.b.int(0);
            return self.b.icmp(int_cond(op, true), c, zero);
        }
        let (x, y) = (self.first(a), self.first(b));
        if self.b.ty(x).is_float() {
            let cond = match op {
                Op::Lt => FloatCond::Lt,
                Op::Le => FloatCond::Le,
                Op::Gt => FloatCond::Gt,
                _ => FloatCond::Ge,
            };
            return self.b.fcmp(cond, x, y);
        }
        let signed = self.is_signed(ty);
        self.b.icmp(int_cond(op, signed), x, y)
    }

    /// `cond && rest()`
    pub(crate) fn and_then(&mut self, cond: Value, rest: impl FnOnce(&mut Self) -> Value) -> Value {
        let (more, end) = (self.b.new_block(), self.b.new_block());
        let var = self.b.new_var(Type::I8);
        self.b.set(var, cond);
        self.b.brif(cond, more, end);
        self.b.seal_and_switch(more);
        let v = rest(self);
        self.b.set(var, v);
        self.b.jump(end);
        self.b.seal_and_switch(end);
        self.b.get(var)
    }

    /// The type descriptor in an itab, nil for a nil itab.
    pub(crate) fn itab_type(&mut self, itab: Value) -> Value {
        let (some, end) = (self.b.new_block(), self.b.new_block());
        let var = self.b.new_var(Type::Ptr);
        self.b.set(var, itab);
        let nil = self.b.is_zero(itab);
        self.b.brif(nil, end, some);
        self.b.seal_and_switch(some);
        let t = self.b.load(Type::Ptr, itab, 8, true);
        self.b.set(var, t);
        self.b.jump(end);
        self.b.seal_and_switch(end);
        self.b.get(var)
    }

    /// The type word of an interface value as descriptor, nil for nil.
    pub(crate) fn dynamic_type(&mut self, iface: Ty, val: &Val) -> Value {
        let t = self.first(val);
        match self.cx.types.as_interface(iface) {
            Some(m) if !m.is_empty() => self.itab_type(t),
            _ => t,
        }
    }

    /// An interface value from descriptor or itab and a value of a concrete type.
    pub(crate) fn data_word(&mut self, ty: Ty, val: &Val) -> Value {
        if self.cx.types.is_direct(ty) {
            return self.first(val);
        }
        if self.cx.types.size(ty) == 0 {
            let z = self.cx.zeros(1);
            return self.b.symbol_addr(z);
        }
        if let Val::Scalars(list) = val
            && let &[v] = &list[..]
            && self.b.ty(v) == Type::I8
        {
            // All values of a byte are there already.
            let table = self.cx.byte_values();
            let base = self.b.symbol_addr(table);
            let at = self.b.unary(UnaryOp::Zext, v, Type::I64);
            return self.b.binary(BinaryOp::PtrAdd, base, at);
        }
        let addr = self.new_object(ty);
        self.store(&heap(addr), ty, val);
        addr
    }

    /// The concrete value behind a data word.
    pub(crate) fn val_of_word(&mut self, ty: Ty, word: Value) -> Val {
        if self.cx.types.is_direct(ty) {
            return Val::one(word);
        }
        self.load_at(word, 0, ty, true)
    }

    pub(crate) fn keep_alive(&mut self, x: Value) {
        self.b.inst(InstData::KeepAlive { x }, &[]);
    }
}

fn int_cond(op: Op, signed: bool) -> IntCond {
    match (op, signed) {
        (Op::Lt, true) => IntCond::Slt,
        (Op::Le, true) => IntCond::Sle,
        (Op::Gt, true) => IntCond::Sgt,
        (_, true) => IntCond::Sge,
        (Op::Lt, false) => IntCond::Ult,
        (Op::Le, false) => IntCond::Ule,
        (Op::Gt, false) => IntCond::Ugt,
        (_, false) => IntCond::Uge,
    }
}
