//! Expressions: values, places, selectors, indices, literals of basic types.

use crate::func::{FuncLower, Place, Val, heap};
use crate::module::FuncInst;
use crate::types::{Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, BoundsKind, InstData, IntCond, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, ExprKind, SliceIndices};
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
        if self.const_value(e).is_some()
            && let Some(val) = self.static_const_interface(e, from, target)
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
        let ast = self.ast();
        let outer = self.pos;
        let val = match ast[e].kind {
            ExprKind::Paren { x, .. } => self.expr(x),
            ExprKind::Name(_) => self.name(e),
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

    /// Whether an expression denotes memory or variables, of which parts can be taken: not a value, not a map element.
    pub(crate) fn is_place(&self, e: ExprId) -> bool {
        let ast = self.ast();
        match ast[e].kind {
            ExprKind::Paren { x, .. } => self.is_place(x),
            ExprKind::Name(_) => true,
            ExprKind::Star { .. } => true,
            ExprKind::Selector { x, .. } => match self.info().selections.get(&e) {
                None => true,
                Some(s) if s.kind != SelectionKind::FieldVal => false,
                Some(s) => {
                    let ty = self.ty(x);
                    self.cx.types.as_pointer(ty).is_some()
                        || self.is_place(x)
                        || self.pointer_on_path(ty, &s.index).is_some()
                }
            },
            ExprKind::Index { x, .. } => match self.cx.types.under_kind(self.ty(x)) {
                Kind::Slice(_) | Kind::Pointer(_) => true,
                Kind::Array(..) => self.is_place(x),
                _ => false,
            },
            _ => false,
        }
    }

    /// How many fields of a path lead to an embedded pointer that the path follows.
    fn pointer_on_path(&self, mut ty: Ty, path: &[u32]) -> Option<usize> {
        for (i, &index) in path.iter().enumerate() {
            if self.cx.types.as_pointer(ty).is_some() {
                return Some(i);
            }
            ty = self.cx.types.as_struct(ty)?.get(index as usize)?.ty;
        }
        None
    }

    /// The place an expression denotes, if it denotes one. Emits nothing if it does not.
    pub(crate) fn place(&mut self, e: ExprId) -> Option<Place> {
        let ast = self.ast();
        match ast[e].kind {
            ExprKind::Paren { x, .. } => self.place(x),
            ExprKind::Name(n) if n.is_blank() => Some(Place::Blank),
            ExprKind::Name(_) => {
                let obj = self.obj_of(e)?;
                self.object_place(obj)
            }
            ExprKind::Star { x } => {
                let p = self.scalar(x);
                Some(heap(p))
            }
            ExprKind::Selector { x, sel, .. } => {
                self.at(ast[sel].pos);
                let Some(s) = self.info().selections.get(&e) else {
                    let obj = self.obj_of(sel)?;
                    return self.object_place(obj);
                };
                if s.kind != SelectionKind::FieldVal {
                    return None;
                }
                let mut ty = self.ty(x);
                let mut path = &s.index[..];
                let mut place = match self.cx.types.as_pointer(ty) {
                    Some(base) => {
                        ty = base;
                        heap(self.scalar(x))
                    }
                    None if self.is_place(x) => self.place(x)?,
                    None => {
                        // A value: the place is behind an embedded pointer, if there is one.
                        let n = self.pointer_on_path(ty, path)?;
                        let mut val = self.expr(x);
                        for &i in &path[..n] {
                            val = self.field_of(ty, i as usize, &val);
                            ty = self.cx.types.as_struct(ty)?[i as usize].ty;
                        }
                        path = &path[n..];
                        ty = self.cx.types.as_pointer(ty)?;
                        heap(self.first(&val))
                    }
                };
                for (i, &index) in path.iter().enumerate() {
                    if i > 0
                        && let Some(base) = self.cx.types.as_pointer(ty)
                    {
                        let p = self.load(&place, ty);
                        place = heap(self.first(&p));
                        ty = base;
                    }
                    (place, ty) = self.field_place(&place, ty, index as usize)?;
                }
                Some(place)
            }
            ExprKind::Index {
                x, indices, lbrack, ..
            } => {
                self.at(lbrack);
                let index = ast[indices][0];
                let ty = self.ty(x);
                match self.cx.types.under_kind(ty) {
                    Kind::Slice(elem) => {
                        let s = self.expr(x);
                        let i = self.index_value(index);
                        let (p, len) = (s.parts()[0], s.parts()[1]);
                        self.bounds(BoundsKind::Index, i, len);
                        Some(heap(self.element_addr(p, elem, i)))
                    }
                    Kind::Map(key_ty, _) => {
                        let map = self.scalar(x);
                        let key = self.expr_to(index, key_ty);
                        let key = self.fresh(key_ty, key);
                        Some(Place::MapElem { ty, map, key })
                    }
                    Kind::Pointer(base) => {
                        let Kind::Array(len, elem) = self.cx.types.under_kind(base) else {
                            return None;
                        };
                        let p = self.scalar(x);
                        let i = self.index_value(index);
                        let len = self.b.int(len as i64);
                        self.bounds(BoundsKind::Index, i, len);
                        self.b.inst(InstData::NilCheck { x: p }, &[]);
                        Some(heap(self.element_addr(p, elem, i)))
                    }
                    Kind::Array(len, elem) => {
                        if !self.is_place(x) {
                            return None;
                        }
                        let place = self.place(x)?;
                        let i = self.index_value(index);
                        Some(self.element_place(&place, len, elem, i))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    pub(crate) fn element_place(&mut self, place: &Place, len: u64, elem: Ty, i: Value) -> Place {
        let len_is_zero = len == 0;
        let len = self.b.int(len as i64);
        self.bounds(BoundsKind::Index, i, len);
        match place {
            Place::Mem {
                addr,
                offset,
                stack,
            } => {
                let base = self.b.offset(*addr, *offset);
                Place::Mem {
                    addr: self.element_addr(base, elem, i),
                    offset: 0,
                    stack: *stack,
                }
            }
            // Never reached: no index is within bounds.
            Place::Vars(_) if self.cx.types.size(elem) > 0 && len_is_zero => heap(self.b.nil()),
            p => p.clone(),
        }
    }

    /// A field of a struct place.
    pub(crate) fn field_place(
        &mut self,
        place: &Place,
        ty: Ty,
        index: usize,
    ) -> Option<(Place, Ty)> {
        let fields = self.cx.types.as_struct(ty)?;
        let field = fields.get(index)?.ty;
        let place = match place {
            Place::Vars(vars) => {
                let range = self.cx.types.field_scalars(ty, index);
                Place::Vars(vars[range].into())
            }
            Place::Mem {
                addr,
                offset,
                stack,
            } => Place::Mem {
                addr: *addr,
                offset: offset + self.cx.types.layout(ty).offsets[index] as i64,
                stack: *stack,
            },
            p => p.clone(),
        };
        Some((place, field))
    }

    /// Whether an expression is `*p`, or a field of the struct a pointer leads to.
    fn is_indirection(&self, e: ExprId) -> bool {
        let ast = self.ast();
        match ast[ast.unparen(e)].kind {
            ExprKind::Star { .. } => true,
            ExprKind::Selector { x, .. } => {
                self.info().selections.contains_key(&ast.unparen(e))
                    && (self.cx.types.as_pointer(self.ty(x)).is_some() || self.is_indirection(x))
            }
            _ => false,
        }
    }

    /// The address of an addressable expression.
    pub(crate) fn address(&mut self, e: ExprId) -> Value {
        let ast = self.ast();
        let inner = ast.unparen(e);
        if let ExprKind::CompositeLit { .. } = ast[inner].kind {
            let ty = self.ty(inner);
            return self.composite_on_heap(inner, ty);
        }
        match self.place(e) {
            Some(place) => {
                if let Place::Mem {
                    addr,
                    offset: 0,
                    stack: false,
                } = &place
                    && self.is_indirection(inner)
                {
                    self.b.inst(InstData::NilCheck { x: *addr }, &[]);
                }
                self.place_addr(&place)
            }
            None => {
                // A value without place: new(expr)-like uses keep a copy.
                let ty = self.ty(e);
                let val = self.expr(e);
                let addr = self.new_object(ty);
                self.store(&heap(addr), ty, &val);
                addr
            }
        }
    }

    pub(crate) fn place_addr(&mut self, place: &Place) -> Value {
        match place {
            Place::Mem {
                addr,
                offset,
                stack,
            } => {
                if !stack {
                    self.b.inst(InstData::NilCheck { x: *addr }, &[]);
                }
                self.b.offset(*addr, *offset)
            }
            _ => {
                self.unsupported("the address of this operand");
                self.b.nil()
            }
        }
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

    /// An index or length as `i64`; constants and all integer types. Unsigned values beyond the range
    /// become negative and fail the checks.
    pub(crate) fn index_value(&mut self, e: ExprId) -> Value {
        if let Some(c) = self.const_value(e) {
            return self.b.int(int_const(&c.to_int()));
        }
        let ty = self.ty(e);
        let v = self.scalar(e);
        self.widen(v, ty)
    }

    /// An integer as `i64`.
    pub(crate) fn widen(&mut self, v: Value, ty: Ty) -> Value {
        if self.b.ty(v) == Type::I64 {
            return v;
        }
        let op = if self.is_signed(ty) {
            UnaryOp::Sext
        } else {
            UnaryOp::Zext
        };
        self.b.unary(op, v, Type::I64)
    }

    pub(crate) fn is_signed(&self, ty: Ty) -> bool {
        use BasicKind as B;
        matches!(
            self.cx.types.as_basic(ty),
            Some(B::Int | B::Int8 | B::Int16 | B::Int32 | B::Int64)
        )
    }

    pub(crate) fn bounds(&mut self, kind: BoundsKind, index: Value, bound: Value) {
        self.b
            .inst(InstData::BoundsCheck { kind, index, bound }, &[]);
    }

    fn index(&mut self, e: ExprId, x: ExprId, index: ExprId) -> Val {
        let ty = self.ty(e);
        // f[T]: an instantiation.
        if matches!(self.mode(index), ExprMode::TypeExpr) {
            return self.expr(x);
        }
        let xt = self.ty(x);
        match self.cx.types.under_kind(xt) {
            Kind::Map(key, _) => {
                let m = self.scalar(x);
                let key = self.expr_to(index, key);
                self.map_get(xt, m, &key, false).0
            }
            Kind::Basic(_) => {
                let s = self.expr(x);
                let i = self.index_value(index);
                self.bounds(BoundsKind::Index, i, s.parts()[1]);
                let p = self.b.binary(BinaryOp::PtrAdd, s.parts()[0], i);
                Val::one(self.b.load(Type::I8, p, 0, true))
            }
            Kind::Array(len, elem) => {
                if let Some(place) = self.place(e) {
                    return self.load(&place, elem);
                }
                let val = self.expr(x);
                let i = self.index_value(index);
                let n = self.b.int(len as i64);
                self.bounds(BoundsKind::Index, i, n);
                match val {
                    Val::Mem { addr, .. } => {
                        let p = self.element_addr(addr, elem, i);
                        self.load_at(p, 0, elem, true)
                    }
                    v if len == 1 => v,
                    _ => self.zero(elem),
                }
            }
            _ => match self.place(e) {
                Some(place) => self.load(&place, ty),
                None => {
                    self.unsupported("this index expression");
                    self.zero(ty)
                }
            },
        }
    }

    /// `x[lo:hi:max]` (spec: Slice expressions).
    fn slice_expr(&mut self, x: ExprId, index: SliceIndices) -> Val {
        let ty = self.ty(x);
        let kind = self.cx.types.under_kind(ty);
        let (base, len, cap, elem, is_string) = match kind {
            Kind::Basic(_) => {
                let s = self.expr(x);
                let u8 = self.cx.types.basic(BasicKind::Uint8);
                (s.parts()[0], s.parts()[1], s.parts()[1], u8, true)
            }
            Kind::Slice(elem) => {
                let s = self.expr(x);
                (s.parts()[0], s.parts()[1], s.parts()[2], elem, false)
            }
            Kind::Pointer(arr) => {
                let p = self.scalar(x);
                self.b.inst(InstData::NilCheck { x: p }, &[]);
                let Kind::Array(n, elem) = self.cx.types.under_kind(arr) else {
                    return self.zero(ty);
                };
                let n = self.b.int(n as i64);
                (p, n, n, elem, false)
            }
            Kind::Array(n, elem) => {
                let p = self.address(x);
                let n = self.b.int(n as i64);
                (p, n, n, elem, false)
            }
            _ => {
                self.unsupported("slicing this operand");
                return self.zero(ty);
            }
        };
        let at: Vec<Option<Value>> = index
            .at
            .iter()
            .map(|i| i.map(|i| self.index_value(i)))
            .collect();
        let is_slice = matches!(kind, Kind::Slice(_));
        let kind_of = |cap: BoundsKind, len: BoundsKind| if is_slice { cap } else { len };
        let zero = self.b.int(0);
        let lo = at[0].unwrap_or(zero);
        let hi = at[1].unwrap_or(len);
        let max = at[2].unwrap_or(cap);
        if index.full {
            self.bounds(
                kind_of(BoundsKind::Slice3Acap, BoundsKind::Slice3Alen),
                max,
                cap,
            );
            self.bounds(BoundsKind::Slice3B, hi, max);
            self.bounds(BoundsKind::Slice3C, lo, hi);
        } else {
            if at[1].is_some() {
                self.bounds(
                    kind_of(BoundsKind::SliceAcap, BoundsKind::SliceAlen),
                    hi,
                    cap,
                );
            }
            if at[0].is_some() {
                self.bounds(BoundsKind::SliceB, lo, hi);
            }
        }
        let new_len = self.b.binary(BinaryOp::Sub, hi, lo);
        let new_cap = self.b.binary(BinaryOp::Sub, max, lo);
        let moved = if at[0].is_some() {
            // A slice of nothing must not point past the array.
            let rest = if is_string { new_len } else { new_cap };
            let none = self.b.is_zero(rest);
            let p = self.element_addr(base, elem, lo);
            self.b.select(none, base, p)
        } else {
            base
        };
        if is_string {
            Val::list(&[moved, new_len])
        } else {
            Val::list(&[moved, new_len, new_cap])
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
        let addr = self.temp(elem);
        let ok = self.runtime(Entry::ChanRecv, &[ch, addr])[0];
        (self.load_at(addr, 0, elem, true), ok)
    }

    /// An expression in a comma-ok context: its values.
    pub(crate) fn comma_ok(&mut self, e: ExprId) -> (Val, Value) {
        let ast = self.ast();
        let inner = ast.unparen(e);
        let ty = self.ty(inner);
        let ty = self.first_of(ty);
        match ast[inner].kind {
            ExprKind::Index { x, indices, .. } => {
                let xt = self.ty(x);
                if let Kind::Map(key, _) = self.cx.types.under_kind(xt) {
                    let m = self.scalar(x);
                    let key = self.expr_to(ast[indices][0], key);
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
        list.iter()
            .map(|&e| {
                let ty = self.ty(e);
                let val = self.expr(e);
                (val, ty)
            })
            .collect()
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
