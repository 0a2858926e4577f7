//! Expressions: values, places, selectors, indices, literals of basic types.

use crate::func::{FuncLower, Place, Val, heap};
use crate::module::FuncInst;
use crate::order::{Operand, Operands, Use};
use crate::types::{Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{InstData, IntCond, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;
use gust_types::ObjId;
use gust_types::constant::{Kind as ConstKind, Value as Const};
use gust_types::info::{ExprMode, SelectionKind};
use gust_types::object::{ObjKind, VarKind};
use gust_types::types::BasicKind;

impl FuncLower<'_, '_> {
    pub(crate) fn mode(&self, e: ExprId) -> ExprMode {
        self.info()
            .types
            .get(e.index())
            .map_or(ExprMode::None, |t| t.mode)
    }

    /// The first scalar of an expression's value.
    pub(crate) fn scalar(&mut self, e: ExprId) -> Value {
        let val = self.expr(e);
        self.first(&val)
    }

    pub(crate) fn first(&mut self, val: &Val) -> Value {
        match val.parts().first() {
            Some(&v) => v,
            None => self.b.int(0),
        }
    }

    /// An expression's value converted to the type it is assigned to.
    pub(crate) fn expr_to(&mut self, e: ExprId, target: Ty) -> Val {
        if self.mode(e) == ExprMode::Nil {
            return self.zero(target);
        }
        if let Some(value) = self.const_value(e)
            && !self.cx.types.is_interface(target)
        {
            return self.constant(&value, target);
        }
        let from = self.ty(e);
        if self.cx.types.is_interface(target)
            && let Some(value) = self.lasting_value(e)
            && let Some(val) = self.static_const_interface(&value, from, target)
        {
            return val;
        }
        let val = self.expr(e);
        self.assign_convert(val, from, target)
    }

    pub(crate) fn const_value(&self, e: ExprId) -> Option<Const> {
        (self.mode(e) == ExprMode::Constant)
            .then(|| self.info().values.get(&e).cloned())
            .flatten()
    }

    /// The value of a constant, or of a local variable that has been one since its declaration.
    pub(crate) fn lasting_value(&self, e: ExprId) -> Option<Const> {
        let ast = self.ast();
        let e = ast.unparen(e);
        if let ExprKind::Name(_) = ast[e].kind
            && let Some(initial) = self.obj_of(e).and_then(|v| self.facts.constant(v))
        {
            return self.const_value(initial);
        }
        self.const_value(e)
    }

    /// A constant of a type.
    pub(crate) fn constant(&mut self, value: &Const, ty: Ty) -> Val {
        let kind = match self.cx.types.under_kind(ty) {
            Kind::Basic(k) => k,
            Kind::Interface(_) => {
                let default = self.cx.types.basic(match value.kind() {
                    ConstKind::Bool => BasicKind::Bool,
                    ConstKind::String => BasicKind::String,
                    ConstKind::Int => BasicKind::Int,
                    ConstKind::Float => BasicKind::Float64,
                    _ => BasicKind::Complex128,
                });
                let val = self.constant(value, default);
                return self.assign_convert(val, default, ty);
            }
            _ => return self.zero(ty),
        };
        match kind {
            BasicKind::Bool => Val::one(
                self.b
                    .iconst(Type::I8, i64::from(value.as_bool() == Some(true))),
            ),
            BasicKind::String => match value.as_bytes() {
                Some(bytes) => self.string(&bytes),
                None => self.string(b""),
            },
            BasicKind::Float32 | BasicKind::Float64 => {
                let scalar = self.cx.types.scalars(ty)[0];
                Val::one(self.float_const(value, scalar))
            }
            BasicKind::Complex64 | BasicKind::Complex128 => {
                let scalar = self.cx.types.scalars(ty)[0];
                let re = self.float_const(&value.real(), scalar);
                let im = self.float_const(&value.imag(), scalar);
                Val::list(&[re, im])
            }
            _ => {
                let scalar = self.cx.types.scalars(ty)[0];
                let v = int_const(value);
                let v = match scalar {
                    Type::I8 => i64::from(v as i8),
                    Type::I16 => i64::from(v as i16),
                    Type::I32 => i64::from(v as i32),
                    _ => v,
                };
                if scalar == Type::Ptr {
                    let v = self.b.int(v);
                    return Val::one(self.b.unary(UnaryOp::IntToPtr, v, Type::Ptr));
                }
                Val::one(self.b.iconst(scalar, v))
            }
        }
    }

    fn float_const(&mut self, value: &Const, scalar: Type) -> Value {
        let value = value.to_float();
        let bits = if scalar == Type::F32 {
            u64::from(value.to_f32().0.to_bits())
        } else {
            value.to_f64().0.to_bits()
        };
        self.b.value(InstData::FConst { bits }, scalar)
    }

    /// The value of an expression.
    pub(crate) fn expr(&mut self, e: ExprId) -> Val {
        if let Some(value) = self.const_value(e) {
            let ty = self.ty(e);
            return self.constant(&value, ty);
        }
        if let Some(vals) = self.take_early(e) {
            return vals.into_iter().next().unwrap_or(Val::list(&[]));
        }
        let ast = self.ast();
        match ast[e].kind {
            ExprKind::Paren { x, .. } => self.expr(x),
            ExprKind::Name(_) => self.name(e),
            _ if self.ordered => self.operation(e),
            _ => match self.operands(e) {
                Some(operands) => self.in_order(&operands, |l| l.operation(e)),
                None => self.operation(e),
            },
        }
    }

    /// The value of an expression that is no name, with operands in order.
    fn operation(&mut self, e: ExprId) -> Val {
        let ast = self.ast();
        let outer = self.pos;
        let val = match ast[e].kind {
            ExprKind::FuncLit { ty, body } => self.func_lit(e, ty, body),
            ExprKind::CompositeLit { .. } => {
                let ty = self.ty(e);
                self.composite(e, ty)
            }
            ExprKind::Selector { sel, .. } => {
                self.at(ast[sel].pos);
                self.selector(e)
            }
            ExprKind::Index {
                x, lbrack, indices, ..
            } => {
                self.at(lbrack);
                self.index(e, x, ast[indices][0])
            }
            ExprKind::Slice {
                x, index, lbrack, ..
            } => {
                self.at(lbrack);
                self.slice_expr(x, index)
            }
            ExprKind::TypeAssert { x, lparen, .. } => {
                self.at(lparen);
                let ty = self.ty(e);
                let ty = self.first_of(ty);
                let from = self.ty(x);
                let x = self.expr(x);
                self.type_assert(&x, from, ty, false).0
            }
            ExprKind::Call { .. } => {
                let mut list = self.call(e);
                match list.len() {
                    0 => Val::list(&[]),
                    _ => list.swap_remove(0),
                }
            }
            ExprKind::Star { x } => {
                let ty = self.ty(e);
                let p = self.scalar(x);
                self.load_at(p, 0, ty, false)
            }
            ExprKind::Unary { op, x } => {
                self.at(ast[e].pos);
                self.unary(e, op, x)
            }
            ExprKind::Binary { op, op_pos, x, y } => {
                self.at(op_pos);
                self.binary(e, op, x, y)
            }
            _ => {
                self.at(ast[e].pos);
                self.unsupported("this expression");
                let ty = self.ty(e);
                self.zero(ty)
            }
        };
        self.at(outer);
        val
    }

    /// The type of the first value where a comma-ok form gives two.
    pub(crate) fn first_of(&self, ty: Ty) -> Ty {
        match self.cx.types.kind(ty) {
            Kind::Tuple(list) if !list.is_empty() => list[0],
            _ => ty,
        }
    }

    fn name(&mut self, e: ExprId) -> Val {
        let ty = self.ty(e);
        let Some(obj) = self.obj_of(e) else {
            return self.zero(ty);
        };
        self.object(e, obj, ty)
    }

    /// The value of what a name or qualified name denotes.
    fn object(&mut self, name: ExprId, obj: ObjId, ty: Ty) -> Val {
        match &self.cx.types.world.obj(obj).kind {
            ObjKind::Var(_) => match self.object_place(obj) {
                Some(place) => {
                    let ty = self.obj_ty(obj);
                    self.load(&place, ty)
                }
                None => {
                    self.unsupported("this variable");
                    self.zero(ty)
                }
            },
            ObjKind::Func(_) => {
                let inst = self.instance(name, obj);
                self.func_as_value(&inst)
            }
            _ => self.zero(ty),
        }
    }

    /// The function an identifier denotes, with its type arguments.
    pub(crate) fn instance(&mut self, name: ExprId, obj: ObjId) -> FuncInst {
        let args = match self.info().instances.get(&name) {
            Some(i) => i
                .type_args
                .iter()
                .map(|&t| self.cx.types.convert(t, &self.env))
                .collect(),
            None => Vec::new(),
        };
        FuncInst { obj, args }
    }

    fn func_as_value(&mut self, inst: &FuncInst) -> Val {
        let (f, _) = self.cx.inst_type(inst);
        let sig = self.cx.signature(&f);
        let symbol = self.cx.func_symbol(inst);
        let value = self.cx.func_value(symbol, sig);
        Val::one(self.b.symbol_addr(value))
    }

    /// The place of a variable.
    pub(crate) fn object_place(&mut self, obj: ObjId) -> Option<Place> {
        let object = self.cx.types.world.obj(obj);
        if object.as_var()?.kind == VarKind::Package {
            let name = self.cx.var_name(obj);
            let symbol = self.cx.symbol(&name);
            return Some(heap(self.b.symbol_addr(symbol)));
        }
        let storage = self.vars.get(&obj)?.clone();
        Some(self.var_place(&storage))
    }

    fn selector(&mut self, e: ExprId) -> Val {
        let ast = self.ast();
        let ty = self.ty(e);
        let ExprKind::Selector { x, sel, .. } = ast[e].kind else {
            return self.zero(ty);
        };
        let Some(s) = self.info().selections.get(&e) else {
            let Some(obj) = self.obj_of(sel) else {
                return self.zero(ty);
            };
            return self.object(sel, obj, ty);
        };
        match s.kind {
            SelectionKind::FieldVal => {
                if let Some(place) = self.place(e) {
                    return self.load(&place, ty);
                }
                // A field of a value without place.
                let mut t = self.ty(x);
                let mut val = self.expr(x);
                for &index in &s.index {
                    if let Some(base) = self.cx.types.as_pointer(t) {
                        let p = self.first(&val);
                        let Some((place, f)) = self.field_place(&heap(p), base, index as usize)
                        else {
                            return val;
                        };
                        val = self.load(&place, f);
                        t = f;
                        continue;
                    }
                    val = self.field_of(t, index as usize, &val);
                    t = match self.cx.types.as_struct(t) {
                        Some(f) => f[index as usize].ty,
                        None => t,
                    };
                }
                val
            }
            SelectionKind::MethodVal => self.method_value(x, s.obj),
            SelectionKind::MethodExpr => {
                let recv = self.ty(x);
                self.method_expr(recv, s.obj)
            }
        }
    }

    fn unary(&mut self, e: ExprId, op: Op, x: ExprId) -> Val {
        let ty = self.ty(e);
        match op {
            Op::And => Val::one(self.address(x)),
            Op::Recv => {
                let t = self.first_of(ty);
                self.receive(x, t).0
            }
            Op::Add => self.expr(x),
            Op::Not => {
                let v = self.scalar(x);
                Val::one(self.b.not(v))
            }
            Op::Xor => {
                let v = self.scalar(x);
                let t = self.b.ty(v);
                Val::one(self.b.unary(UnaryOp::Not, v, t))
            }
            Op::Sub => {
                let val = self.expr(x);
                let list: Vec<Value> = val
                    .parts()
                    .iter()
                    .map(|&v| {
                        let t = self.b.ty(v);
                        let op = if t.is_float() {
                            UnaryOp::FNeg
                        } else {
                            UnaryOp::Neg
                        };
                        self.b.unary(op, v, t)
                    })
                    .collect();
                Val::list(&list)
            }
            _ => {
                self.unsupported("this operator");
                self.zero(ty)
            }
        }
    }

    /// Receives from a channel: the value, and whether it was sent.
    pub(crate) fn receive(&mut self, chan: ExprId, elem: Ty) -> (Val, Value) {
        let ch = self.scalar(chan);
        let addr = self.receive_buffer(elem);
        let ok = self.runtime(Entry::ChanRecv, &[ch, addr])[0];
        (self.take_received(addr, elem), ok)
    }

    /// An expression in a comma-ok context: its values.
    pub(crate) fn comma_ok(&mut self, e: ExprId) -> (Val, Value) {
        let ast = self.ast();
        let inner = ast.unparen(e);
        let ty = self.ty(inner);
        let ty = self.first_of(ty);
        match ast[inner].kind {
            ExprKind::Index { x, indices, .. } => {
                let (xt, index) = (self.ty(x), ast[indices][0]);
                if let Kind::Map(key, _) = self.cx.types.under_kind(xt) {
                    let operands = [Operand::plain(x), Operand::new(index, Use::Key(xt))];
                    let (m, key) =
                        self.in_order(&operands, |l| (l.scalar(x), l.passing_string(index, key)));
                    return self.map_get(xt, m, &key, true);
                }
            }
            ExprKind::TypeAssert { x, lparen, .. } => {
                self.at(lparen);
                let from = self.ty(x);
                let x = self.expr(x);
                return self.type_assert(&x, from, ty, true);
            }
            ExprKind::Unary { op: Op::Recv, x } => return self.receive(x, ty),
            _ => {}
        }
        self.unsupported("this comma-ok form");
        let ok = self.b.iconst(Type::I8, 0);
        (self.zero(ty), ok)
    }

    /// Whether an expression has two values by its comma-ok form.
    pub(crate) fn is_comma_ok(&self, e: ExprId) -> bool {
        let inner = self.ast().unparen(e);
        !matches!(self.ast()[inner].kind, ExprKind::Call { .. })
            && self
                .info()
                .types
                .get(inner.index())
                .and_then(|t| t.ty)
                .is_some_and(|t| {
                    matches!(self.cx.types.world.ty(t), gust_types::types::Type::Tuple(_))
                })
    }

    /// The values of a list of expressions, of which a single one may be a call with several results or a comma-ok form;
    /// with their types.
    pub(crate) fn expr_list(&mut self, list: &[ExprId], want: usize) -> Vec<(Val, Ty)> {
        if let &[e] = list
            && want != 1
        {
            if self.is_comma_ok(e) {
                let ty = self.ty(e);
                let (val, ok) = self.comma_ok(e);
                let (a, b) = match self.cx.types.kind(ty) {
                    Kind::Tuple(l) if l.len() == 2 => (l[0], l[1]),
                    _ => (ty, self.cx.types.basic(BasicKind::Bool)),
                };
                return vec![(val, a), (Val::one(ok), b)];
            }
            let inner = self.ast().unparen(e);
            let ty = self.ty(inner);
            if let Kind::Tuple(tys) = self.cx.types.kind(ty) {
                let vals = self.call(inner);
                return vals.into_iter().zip(tys.iter().copied()).collect();
            }
        }
        let operands: Operands = list.iter().map(|&e| Operand::plain(e)).collect();
        self.in_order(&operands, |l| {
            let value = |&e: &ExprId| (l.expr(e), l.ty(e));
            list.iter().map(value).collect()
        })
    }

    /// A condition: goes on in one of two blocks.
    pub(crate) fn condition(&mut self, e: ExprId, then: gust_ir::Block, els: gust_ir::Block) {
        let ast = self.ast();
        match ast[e].kind {
            _ if self.const_value(e).is_some() => {
                let value = self.const_value(e).and_then(|v| v.as_bool()) == Some(true);
                // Both blocks stay reachable for the code after, but only one is jumped to.
                self.b.jump(if value { then } else { els });
            }
            ExprKind::Paren { x, .. } => self.condition(x, then, els),
            ExprKind::Unary { op: Op::Not, x } => self.condition(x, els, then),
            ExprKind::Binary {
                op: Op::AndAnd,
                x,
                y,
                ..
            } => {
                let mid = self.b.new_block();
                self.condition(x, mid, els);
                self.b.seal_and_switch(mid);
                self.condition(y, then, els);
            }
            ExprKind::Binary {
                op: Op::OrOr, x, y, ..
            } => {
                let mid = self.b.new_block();
                self.condition(x, then, mid);
                self.b.seal_and_switch(mid);
                self.condition(y, then, els);
            }
            _ => {
                let v = self.scalar(e);
                self.b.brif(v, then, els);
            }
        }
    }

    /// `a && b`, `a || b` as a value.
    pub(crate) fn logical(&mut self, e: ExprId) -> Val {
        let (then, els, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let var = self.b.new_var(Type::I8);
        self.condition(e, then, els);
        for (block, value) in [(then, 1), (els, 0)] {
            self.b.seal_and_switch(block);
            let v = self.b.iconst(Type::I8, value);
            self.b.set(var, v);
            self.b.jump(end);
        }
        self.b.seal_and_switch(end);
        Val::one(self.b.get(var))
    }

    /// Whether a value is nil, for types with nil.
    pub(crate) fn is_nil(&mut self, val: &Val) -> Value {
        let v = self.first(val);
        self.b.is_zero(v)
    }

    pub(crate) fn less(&mut self, signed: bool, x: Value, y: Value) -> Value {
        let cond = if signed { IntCond::Slt } else { IntCond::Ult };
        self.b.icmp(cond, x, y)
    }
}

/// The low 64 bits of an integer constant.
#[must_use]
pub(crate) fn int_const(value: &Const) -> i64 {
    let value = value.to_int();
    value
        .as_i64()
        .or_else(|| value.as_u64().map(|v| v as i64))
        .unwrap_or(0)
}
