//! Predeclared functions and those of package `unsafe` (spec: Built-in functions, Package unsafe).

use crate::expr::int_const;
use crate::func::{FuncLower, Place, Val, heap};
use crate::types::{Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, FloatCond, InstData, IntCond, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, ExprKind, ExprList};
use gust_syntax::token::Op;
use gust_types::info::ExprMode;
use gust_types::object::{BuiltinId, ObjKind};
use gust_types::types::BasicKind;

/// The text of [`Entry::PanicArgument`] for the length of `make`.
const LENGTH_OUT_OF_RANGE: i64 = 4;
/// The same for the capacity.
const CAPACITY_OUT_OF_RANGE: i64 = 5;
/// Arrays of constant size that may live in the frame, in bytes: the official compiler's limit for what `make` makes.
const MAX_MADE: u64 = 64 << 10;

impl FuncLower<'_, '_> {
    pub(crate) fn builtin_id(&self, callee: ExprId) -> Option<BuiltinId> {
        let ast = self.ast();
        let name = match ast[callee].kind {
            ExprKind::Selector { sel, .. } => sel,
            _ => callee,
        };
        match self.cx.types.world.obj(self.obj_of(name)?).kind {
            ObjKind::Builtin(id) => Some(id),
            _ => None,
        }
    }

    /// A deferred or started call of a builtin: its operands are evaluated now.
    pub(crate) fn builtin_thunk(
        &mut self,
        call: ExprId,
        callee: ExprId,
        args: ExprList,
        what: &str,
    ) -> Value {
        let ast = self.ast();
        let Some(id) = self.builtin_id(callee) else {
            self.unsupported("this deferred call");
            return self.b.nil();
        };
        let _ = call;
        let mut tys = Vec::new();
        let mut vals = Vec::new();
        let several = self.several(&ast[args]);
        for (val, ty) in several.iter().flatten() {
            vals.push(self.fresh(*ty, val.clone()));
            tys.push(*ty);
        }
        let single = if several.is_some() { &[] } else { &ast[args] };
        for &a in single {
            let mut ty = self.ty(a);
            if id == BuiltinId::Panic {
                ty = self.cx.types.any();
            }
            let val = self.expr_to(a, ty);
            vals.push(self.fresh(ty, val));
            tys.push(ty);
        }
        if id == BuiltinId::Recover {
            // It counts as called by this function, so it takes along this function's frame.
            let frame = self.recover_frame();
            let word = self.b.unary(UnaryOp::PtrToInt, frame, Type::I64);
            vals.push(Val::one(word));
            tys.push(self.cx.types.basic(BasicKind::Uintptr));
        }
        let code = {
            let tys = tys.clone();
            self.thunk_code(what, &tys.clone(), move |l, vals| match id {
                BuiltinId::Panic => {
                    l.runtime(Entry::Panic, vals[0].parts());
                }
                BuiltinId::Print | BuiltinId::Println => {
                    l.print(vals, &tys, id == BuiltinId::Println)
                }
                BuiltinId::Close => {
                    l.runtime(Entry::ChanClose, vals[0].parts());
                }
                BuiltinId::Delete => {
                    let map = vals[0].parts()[0];
                    let key = match l.cx.types.under_kind(tys[0]) {
                        Kind::Map(k, _) => l.assign_convert(vals[1].clone(), tys[1], k),
                        _ => vals[1].clone(),
                    };
                    l.map_delete(tys[0], map, &key);
                }
                BuiltinId::Clear => l.clear(&vals[0], tys[0]),
                BuiltinId::Copy => {
                    l.copy(&vals[0], tys[0], &vals[1]);
                }
                BuiltinId::Recover => {
                    let frame = vals[0].parts()[0];
                    let frame = l.b.unary(UnaryOp::IntToPtr, frame, Type::Ptr);
                    l.runtime(Entry::Recover, &[frame]);
                }
                _ => l.unsupported("this builtin in a deferred call"),
            })
        };
        self.thunk_object(code, &tys, &vals)
    }

    /// The frame of the function that a call of `recover` belongs to: that around a loop over a function.
    fn recover_frame(&mut self) -> Value {
        match &self.body {
            Some(body) => {
                let control = body.control;
                let control = self.b.get(control);
                self.b.load(Type::Ptr, control, 8, true)
            }
            None => self.b.value(InstData::FrameAddress, Type::Ptr),
        }
    }

    /// The values of a call with several results that is the only operand.
    fn several(&mut self, list: &[ExprId]) -> Option<Vec<(Val, Ty)>> {
        match list {
            &[one] if self.is_multi(one) => Some(self.expr_list(list, 2)),
            _ => None,
        }
    }

    pub(crate) fn builtin(
        &mut self,
        e: ExprId,
        callee: ExprId,
        args: ExprList,
        spread: bool,
    ) -> Vec<Val> {
        let ast = self.ast();
        let list = &ast[args];
        let ty = self.ty(e);
        let int = self.cx.types.int();
        let Some(id) = self.builtin_id(callee) else {
            self.unsupported("this builtin");
            return vec![self.zero(ty)];
        };
        let one = match id {
            BuiltinId::Append => self.append(list, ty, spread),
            BuiltinId::Cap | BuiltinId::Len => {
                Val::one(self.len_or_cap(list[0], id == BuiltinId::Cap))
            }
            BuiltinId::Clear => {
                let t = self.ty(list[0]);
                let v = self.expr(list[0]);
                self.clear(&v, t);
                return Vec::new();
            }
            BuiltinId::Close => {
                let ch = self.scalar(list[0]);
                self.runtime(Entry::ChanClose, &[ch]);
                return Vec::new();
            }
            BuiltinId::Complex => {
                let scalar = self.cx.types.scalars(ty)[0];
                let part = self.cx.types.basic(if scalar == Type::F32 {
                    BasicKind::Float32
                } else {
                    BasicKind::Float64
                });
                let vals = if list.len() == 2 {
                    vec![self.expr_to(list[0], part), self.expr_to(list[1], part)]
                } else {
                    self.expr_list(list, 2).into_iter().map(|v| v.0).collect()
                };
                Val::list(&[vals[0].parts()[0], vals[1].parts()[0]])
            }
            BuiltinId::Imag | BuiltinId::Real => {
                let v = self.expr(list[0]);
                Val::one(v.parts()[usize::from(id == BuiltinId::Imag)])
            }
            BuiltinId::Copy => {
                let (dst, t, src) = match self.several(list) {
                    Some(l) => (l[0].0.clone(), l[0].1, l[1].0.clone()),
                    None => {
                        let t = self.ty(list[0]);
                        let dst = self.expr(list[0]);
                        let from = self.string_of_copy(list[1]).unwrap_or(list[1]);
                        (dst, t, self.expr(from))
                    }
                };
                Val::one(self.copy(&dst, t, &src))
            }
            BuiltinId::Delete => {
                if let Some(l) = self.several(list) {
                    let (m, t) = &l[0];
                    if let Kind::Map(k, _) = self.cx.types.under_kind(*t) {
                        let key = self.assign_convert(l[1].0.clone(), l[1].1, k);
                        self.map_delete(*t, m.parts()[0], &key);
                    }
                    return Vec::new();
                }
                let t = self.ty(list[0]);
                let map = self.scalar(list[0]);
                if let Kind::Map(k, _) = self.cx.types.under_kind(t) {
                    let key = self.passing_string(list[1], k);
                    self.map_delete(t, map, &key);
                }
                return Vec::new();
            }
            BuiltinId::Make => self.make(list, ty),
            BuiltinId::Max | BuiltinId::Min => self.min_max(list, ty, id == BuiltinId::Max),
            BuiltinId::New => {
                let elem = self.cx.types.as_pointer(ty).unwrap_or(int);
                let arg = list[0];
                let p = self.new_object(elem);
                if self.mode(arg) != ExprMode::TypeExpr {
                    let val = self.expr_to(arg, elem);
                    self.store(&heap(p), elem, &val);
                }
                Val::one(p)
            }
            BuiltinId::Panic => {
                let any = self.cx.types.any();
                let v = self.expr_to(list[0], any);
                self.runtime(Entry::Panic, v.parts());
                return Vec::new();
            }
            BuiltinId::Print | BuiltinId::Println => {
                let vals: Vec<(Val, Ty)> = match self.several(list) {
                    Some(vals) => vals,
                    None => list
                        .iter()
                        .map(|&a| {
                            let t = self.ty(a);
                            let val = self.expr(a);
                            (self.fresh(t, val), t)
                        })
                        .collect(),
                };
                let (vals, tys): (Vec<Val>, Vec<Ty>) = vals.into_iter().unzip();
                self.print(&vals, &tys, id == BuiltinId::Println);
                return Vec::new();
            }
            BuiltinId::Recover => {
                let frame = self.recover_frame();
                Val::list(&self.runtime(Entry::Recover, &[frame]))
            }
            BuiltinId::UnsafeAdd => {
                let (p, n) = self.pointer_and_len(list);
                Val::one(self.b.binary(BinaryOp::PtrAdd, p, n))
            }
            BuiltinId::UnsafeSizeof | BuiltinId::UnsafeAlignof => {
                let t = self.ty(list[0]);
                let layout = self.cx.types.layout(t);
                let n = if id == BuiltinId::UnsafeSizeof {
                    layout.size
                } else {
                    layout.align
                };
                Val::one(self.b.int(n as i64))
            }
            BuiltinId::UnsafeOffsetof => Val::one(self.offset_of(list[0])),
            BuiltinId::UnsafeSlice => {
                let (p, n) = self.pointer_and_len(list);
                let elem = self.elem(ty);
                self.check_unsafe_len(p, n, elem, 0);
                Val::list(&[p, n, n])
            }
            BuiltinId::UnsafeString => {
                let (p, n) = self.pointer_and_len(list);
                let byte = self.cx.types.basic(BasicKind::Uint8);
                self.check_unsafe_len(p, n, byte, 2);
                Val::list(&[p, n])
            }
            BuiltinId::UnsafeSliceData | BuiltinId::UnsafeStringData => {
                let v = self.expr(list[0]);
                Val::one(v.parts()[0])
            }
        };
        vec![one]
    }

    /// The operands of a builtin of package unsafe: two, or a call with two results.
    fn pointer_and_len(&mut self, list: &[ExprId]) -> (Value, Value) {
        match self.several(list) {
            Some(vals) => {
                let (p, n) = (self.first(&vals[0].0), self.first(&vals[1].0));
                (p, self.widen(n, vals[1].1))
            }
            None => {
                let p = self.expr(list[0]);
                (self.first(&p), self.index_value(list[1]))
            }
        }
    }

    fn check_unsafe_len(&mut self, p: Value, n: Value, elem: Ty, text: i64) {
        let size = self.cx.types.size(elem).max(1) as i64;
        let limit = self.b.int((1 << 47) / size);
        let beyond = self.b.icmp(IntCond::Ugt, n, limit);
        // The memory must not go beyond the end of the address space either; an address of 0 is asked for below.
        let bytes = self.b.int(size);
        let bytes = self.b.binary(BinaryOp::Mul, n, bytes);
        let address = self.b.unary(UnaryOp::PtrToInt, p, Type::I64);
        let one = self.b.int(1);
        let before = self.b.binary(BinaryOp::Sub, address, one);
        let last = self.b.binary(BinaryOp::Add, before, bytes);
        let wraps = self.b.icmp(IntCond::Ult, last, before);
        let nil = self.b.is_zero(p);
        let some = self.b.not(nil);
        let wraps = self.b.binary(BinaryOp::And, wraps, some);
        let beyond = self.b.binary(BinaryOp::Or, beyond, wraps);
        let what = self.b.int(text);
        self.panic_if(beyond, Entry::PanicArgument, &[what]);
        let zero = self.b.is_zero(n);
        let some = self.b.not(zero);
        let bad = self.b.binary(BinaryOp::And, nil, some);
        let what = self.b.int(text + 1);
        self.panic_if(bad, Entry::PanicArgument, &[what]);
    }

    fn offset_of(&mut self, e: ExprId) -> Value {
        let inner = self.ast().unparen(e);
        let ExprKind::Selector { x, .. } = self.ast()[inner].kind else {
            return self.b.int(0);
        };
        let mut ty = self.ty(x);
        let mut sum = 0;
        if let Some(s) = self.info().selections.get(&inner) {
            for &i in &s.index {
                if let Some(base) = self.cx.types.as_pointer(ty) {
                    ty = base;
                }
                let layout = self.cx.types.layout(ty);
                sum += layout.offsets.get(i as usize).copied().unwrap_or(0);
                if let Some(fields) = self.cx.types.as_struct(ty) {
                    ty = fields[i as usize].ty;
                }
            }
        }
        self.b.int(sum as i64)
    }

    fn len_or_cap(&mut self, x: ExprId, cap: bool) -> Value {
        let ty = self.ty(x);
        match self.cx.types.under_kind(ty) {
            Kind::Basic(_) => self.passing_string(x, ty).parts()[1],
            Kind::Slice(_) => {
                if !cap && let Some(s) = self.string_of_copy(x) {
                    return self.expr(s).parts()[1];
                }
                if !cap && let Some(s) = self.string_of_elements(x, 4) {
                    let s = self.expr(s);
                    return self.runtime(Entry::CountRunes, s.parts())[0];
                }
                self.expr(x).parts()[if cap { 2 } else { 1 }]
            }
            Kind::Map(..) => {
                let m = self.scalar(x);
                self.map_len(m)
            }
            Kind::Chan(..) => {
                let c = self.scalar(x);
                let entry = if cap { Entry::ChanCap } else { Entry::ChanLen };
                self.runtime(entry, &[c])[0]
            }
            Kind::Array(n, _) => {
                self.expr(x);
                self.b.int(n as i64)
            }
            Kind::Pointer(p) => {
                self.expr(x);
                match self.cx.types.under_kind(p) {
                    Kind::Array(n, _) => self.b.int(n as i64),
                    _ => self.b.int(0),
                }
            }
            _ => {
                self.unsupported("len of this operand");
                self.b.int(0)
            }
        }
    }

    /// `append(s, values...)` or `append(s, t...)`.
    fn append(&mut self, list: &[ExprId], ty: Ty, spread: bool) -> Val {
        if let Some(mut several) = self.several(list) {
            let (s, _) = several.remove(0);
            let elem = self.elem(ty);
            let vals: Vec<Val> = several
                .into_iter()
                .map(|(v, t)| self.assign_convert(v, t, elem))
                .collect();
            return self.append_elements(&s, elem, &vals, None);
        }
        let s = self.expr_to(list[0], ty);
        self.append_to(s, list, ty, spread, None)
    }

    /// Appends what stands behind the first argument to a slice. `place`: where the slice is and the result goes.
    pub(crate) fn append_to(
        &mut self,
        s: Val,
        list: &[ExprId],
        ty: Ty,
        spread: bool,
        place: Option<&Place>,
    ) -> Val {
        let elem = self.elem(ty);
        if list.len() == 1 {
            return s;
        }
        if !spread {
            let mut vals = Vec::with_capacity(list.len() - 1);
            for &e in &list[1..] {
                let v = self.expr_to(e, elem);
                vals.push(self.fresh(elem, v));
            }
            return self.append_elements(&s, elem, &vals, place);
        }
        if let Some(n) = self.made_length(list[1]) {
            let n = self.index_value(n);
            let none = self.b.int(0);
            let negative = self.b.icmp(IntCond::Slt, n, none);
            let text = self.b.int(LENGTH_OUT_OF_RANGE);
            self.panic_if(negative, Entry::PanicArgument, &[text]);
            let (grown, at) = self.make_room(&s, elem, n, place);
            self.clear_elements(at, n, elem);
            return grown;
        }
        let t = if self.mode(list[1]) == ExprMode::Nil {
            ty
        } else {
            self.ty(list[1])
        };
        // What is copied need not be a copy.
        let more = match self.string_of_copy(list[1]) {
            Some(s) => self.expr(s),
            None if self.cx.types.is_string(t) => self.passing_string(list[1], t),
            None => self.expr_to(list[1], t),
        };
        let (from, num) = (more.parts()[0], more.parts()[1]);
        let (grown, at) = self.make_room(&s, elem, num, place);
        self.move_elements(at, from, num, elem);
        grown
    }

    fn append_elements(&mut self, s: &Val, elem: Ty, vals: &[Val], place: Option<&Place>) -> Val {
        let size = self.cx.types.size(elem) as i64;
        let num = self.b.int(vals.len() as i64);
        let (grown, at) = self.make_room(s, elem, num, place);
        for (i, v) in vals.iter().enumerate() {
            let to = self.b.offset(at, i as i64 * size);
            // A slice with room has memory.
            self.not_nil.insert(to);
            self.store(&heap(to), elem, v);
        }
        grown
    }

    /// The slice with room for more elements behind its own, and where they go. In `place` the slice is changed.
    fn make_room(&mut self, s: &Val, elem: Ty, num: Value, place: Option<&Place>) -> (Val, Value) {
        let (p, len, cap) = (s.parts()[0], s.parts()[1], s.parts()[2]);
        let new_len = self.b.binary(BinaryOp::Add, len, num);
        let (grow, end) = (self.b.new_block(), self.b.new_block());
        let (pv, cv) = (self.b.new_var(Type::Ptr), self.b.new_var(Type::I64));
        self.b.set(pv, p);
        self.b.set(cv, cap);
        let full = self.b.icmp(IntCond::Ugt, new_len, cap);
        self.b.brif(full, grow, end);
        self.b.seal_and_switch(grow);
        let desc = self.type_addr(elem);
        let entry = if self.cx.types.has_pointers(elem) {
            Entry::GrowSlice
        } else {
            Entry::GrowPlainSlice
        };
        let r = self.runtime(entry, &[p, new_len, cap, num, desc]);
        self.b.set(pv, r[0]);
        self.b.set(cv, r[2]);
        if let Some(place) = place {
            self.store_grown(place, r[0], r[2]);
        }
        self.b.jump(end);
        self.b.seal_and_switch(end);
        if let Some(place) = place {
            self.store_len(place, new_len);
        }
        let (p, cap) = (self.b.get(pv), self.b.get(cv));
        let at = self.element_addr(p, elem, len);
        (Val::list(&[p, new_len, cap]), at)
    }

    /// The length of `make([]T, n)`, of which the elements are copied only.
    fn made_length(&self, e: ExprId) -> Option<ExprId> {
        let ast = self.ast();
        if self.is_early(e) {
            return None;
        }
        match ast[ast.unparen(e)].kind {
            ExprKind::Call { fun, args, .. } => {
                let fun = ast.unparen(fun);
                (self.mode(fun) == ExprMode::Builtin
                    && self.builtin_id(fun) == Some(BuiltinId::Make)
                    && ast[args].len() == 2)
                    .then(|| ast[args][1])
            }
            _ => None,
        }
    }

    fn clear_elements(&mut self, at: Value, n: Value, elem: Ty) {
        let unit = self.b.int(self.cx.types.size(elem) as i64);
        let size = self.b.binary(BinaryOp::Mul, n, unit);
        let ty = self
            .cx
            .types
            .has_pointers(elem)
            .then(|| self.cx.descriptor(elem));
        self.b.inst(InstData::MemZero { dst: at, size, ty }, &[]);
    }

    fn move_elements(&mut self, dst: Value, src: Value, n: Value, elem: Ty) {
        let size = self.cx.types.size(elem);
        if size == 0 {
            return;
        }
        let unit = self.b.int(size as i64);
        let bytes = self.b.binary(BinaryOp::Mul, n, unit);
        let pointers = self.cx.types.has_pointers(elem);
        let ty = pointers.then(|| self.cx.descriptor(elem));
        self.b.inst(
            InstData::MemMove {
                dst,
                src,
                size: bytes,
                ty,
                pointers,
            },
            &[],
        );
    }

    fn copy(&mut self, dst: &Val, ty: Ty, src: &Val) -> Value {
        let (n, m) = (dst.parts()[1], src.parts()[1]);
        let less = self.less(true, n, m);
        let count = self.b.select(less, n, m);
        let elem = self.elem(ty);
        self.move_elements(dst.parts()[0], src.parts()[0], count, elem);
        count
    }

    fn clear(&mut self, val: &Val, ty: Ty) {
        match self.cx.types.under_kind(ty) {
            Kind::Map(..) => self.map_clear(ty, val.parts()[0]),
            Kind::Slice(elem) => {
                self.clear_elements(val.parts()[0], val.parts()[1], elem);
            }
            _ => self.unsupported("clear of this operand"),
        }
    }

    fn make(&mut self, list: &[ExprId], ty: Ty) -> Val {
        match self.cx.types.under_kind(ty) {
            Kind::Slice(elem) => {
                let n = self.index_value(list[1]);
                let cap = match list.get(2) {
                    Some(&c) => self.index_value(c),
                    None => n,
                };
                if let Some(p) = self.make_array(list, n, elem) {
                    return Val::list(&[p, n, cap]);
                }
                let desc = self.type_addr(elem);
                let p = self.runtime(Entry::MakeSlice, &[desc, n, cap])[0];
                Val::list(&[p, n, cap])
            }
            Kind::Map(..) => {
                let hint = list.get(1).map(|&h| self.index_value(h));
                Val::one(self.make_map(ty, hint))
            }
            Kind::Chan(..) => {
                let n = match list.get(1) {
                    Some(&n) => self.index_value(n),
                    None => self.b.int(0),
                };
                let desc = self.type_addr(ty);
                Val::one(self.runtime(Entry::MakeChan, &[desc, n])[0])
            }
            _ => {
                self.unsupported("make of this type");
                self.zero(ty)
            }
        }
    }

    /// The array of a slice of constant capacity and length `n`.
    fn make_array(&mut self, list: &[ExprId], n: Value, elem: Ty) -> Option<Value> {
        let size = |e| u64::try_from(int_const(&self.lasting_value(e)?)).ok();
        let cap = size(*list.last()?)?;
        let fits = self.cx.types.size(elem).checked_mul(cap)? <= MAX_MADE;
        let len = size(list[1]);
        if !fits || cap == 0 || len.is_some_and(|len| len > cap) {
            return None;
        }
        if len.is_none() {
            let (zero, cap) = (self.b.int(0), self.b.int(cap as i64));
            let bad = self.b.icmp(IntCond::Ugt, n, cap);
            let negative = self.b.icmp(IntCond::Slt, n, zero);
            let texts = [LENGTH_OUT_OF_RANGE, CAPACITY_OUT_OF_RANGE].map(|t| self.b.int(t));
            let text = self.b.select(negative, texts[0], texts[1]);
            self.panic_if(bad, Entry::PanicArgument, &[text]);
        }
        let array = self.cx.types.intern(Kind::Array(cap, elem));
        Some(self.new_object(array))
    }

    fn min_max(&mut self, list: &[ExprId], ty: Ty, max: bool) -> Val {
        let vals: Vec<Val> = list.iter().map(|&e| self.expr_to(e, ty)).collect();
        let mut best = vals[0].clone();
        for v in &vals[1..] {
            best = self.min_max_two(&best, v, ty, max);
        }
        best
    }

    fn min_max_two(&mut self, a: &Val, b: &Val, ty: Ty, max: bool) -> Val {
        let (x, y) = (a.parts()[0], b.parts()[0]);
        let scalar = self.b.ty(x);
        if scalar.is_float() {
            // NaN wins; of zeros the one with the right sign.
            let cond = if max { FloatCond::Gt } else { FloatCond::Lt };
            let x_wins = self.b.fcmp(cond, x, y);
            let unordered = self.b.fcmp(FloatCond::Ne, x, x);
            let equal = self.b.fcmp(FloatCond::Eq, x, y);
            let int = if scalar == Type::F32 {
                Type::I32
            } else {
                Type::I64
            };
            let (bx, by) = (
                self.b.unary(UnaryOp::Bitcast, x, int),
                self.b.unary(UnaryOp::Bitcast, y, int),
            );
            let op = if max { BinaryOp::And } else { BinaryOp::Or };
            let merged = self.b.binary(op, bx, by);
            let merged = self.b.unary(UnaryOp::Bitcast, merged, scalar);
            let pick_x = self.b.binary(BinaryOp::Or, x_wins, unordered);
            let picked = self.b.select(pick_x, x, y);
            return Val::one(self.b.select(equal, merged, picked));
        }
        let op = if max { Op::Gt } else { Op::Lt };
        // The first stays if they are equal.
        let second = self.ordered(op, ty, b, a);
        let list: Vec<Value> = a
            .parts()
            .iter()
            .zip(b.parts())
            .map(|(&x, &y)| self.b.select(second, y, x))
            .collect();
        Val::list(&list)
    }

    pub(crate) fn print(&mut self, vals: &[Val], tys: &[Ty], line: bool) {
        use BasicKind as B;
        self.runtime(Entry::PrintLock, &[]);
        for (i, (val, &ty)) in vals.iter().zip(tys).enumerate() {
            if line && i > 0 {
                let s = self.string(b" ");
                self.runtime(Entry::PrintString, s.parts());
            }
            let v = self.first(val);
            match self.cx.types.under_kind(ty) {
                Kind::Basic(B::Bool) => {
                    self.runtime(Entry::PrintBool, &[v]);
                }
                Kind::Basic(B::String) => {
                    self.runtime(Entry::PrintString, val.parts());
                }
                Kind::Basic(B::Float64) => {
                    self.runtime(Entry::PrintFloat, &[v]);
                }
                Kind::Basic(B::Float32) => {
                    let w = self.promote(v);
                    self.runtime(Entry::PrintFloat32, &[w]);
                }
                Kind::Basic(B::Complex128) => {
                    self.runtime(Entry::PrintComplex, val.parts());
                }
                Kind::Basic(B::Complex64) => {
                    let (re, im) = (self.promote(v), self.promote(val.parts()[1]));
                    self.runtime(Entry::PrintComplex64, &[re, im]);
                }
                Kind::Basic(k) if self.b.ty(v).is_int() => {
                    let _ = k;
                    let w = self.widen(v, ty);
                    let entry = if self.is_signed(ty) {
                        Entry::PrintInt
                    } else {
                        Entry::PrintUint
                    };
                    self.runtime(entry, &[w]);
                }
                Kind::Slice(_) => {
                    self.runtime(Entry::PrintSlice, val.parts());
                }
                Kind::Interface(_) => {
                    self.runtime(Entry::PrintInterface, val.parts());
                }
                _ => {
                    self.runtime(Entry::PrintPointer, &[v]);
                }
            }
        }
        if line {
            let s = self.string(b"\n");
            self.runtime(Entry::PrintString, s.parts());
        }
        self.runtime(Entry::PrintUnlock, &[]);
    }

    fn promote(&mut self, v: Value) -> Value {
        if self.b.ty(v) == Type::F32 {
            self.b.unary(UnaryOp::Promote, v, Type::F64)
        } else {
            v
        }
    }
}
