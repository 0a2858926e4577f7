//! Calls, method values and method expressions (spec: Calls, Method values, Method expressions).

use crate::func::{FuncLower, Place, Val, heap};
use crate::methods::{Found, InterfaceMethod, Target};
use crate::module::{FuncInst, Work};
use crate::types::{FuncTy, Kind, Ty};
use gust_ir::{CallTarget, InstData, SymbolRef, Value};
use gust_syntax::ast::{ExprId, ExprKind, ExprList};
use gust_types::ObjId;
use gust_types::info::{ExprMode, SelectionKind};
use gust_types::object::ObjKind;

/// A receiver on the way through embedded fields.
pub(crate) enum Current {
    /// In a place.
    Place(Place, Ty),
    /// A value.
    Val(Val, Ty),
}

/// Who is called.
pub(crate) enum Callee {
    /// A function by symbol, with receiver scalars.
    Direct(SymbolRef, Vec<Value>),
    /// A function value.
    Closure(Value),
    /// Method of an interface value.
    Interface(Value, Value, InterfaceMethod),
}

impl FuncLower<'_, '_> {
    /// A call's results.
    pub(crate) fn call(&mut self, e: ExprId) -> Vec<Val> {
        let ast = self.ast();
        let ExprKind::Call {
            fun,
            args,
            ellipsis,
            lparen,
            ..
        } = ast[ast.unparen(e)].kind
        else {
            let val = self.expr(e);
            return vec![val];
        };
        if let Some(vals) = self.take_early(e) {
            return vals;
        }
        let callee = ast.unparen(fun);
        match self.mode(callee) {
            ExprMode::TypeExpr => {
                let to = self.ty(callee);
                let arg = ast[args][0];
                if self.mode(arg) == ExprMode::Nil {
                    return vec![self.zero(to)];
                }
                let from = self.ty(arg);
                let val = self.expr(arg);
                self.at(lparen);
                self.note_pointer(&val, from, to);
                return vec![self.convert(val, from, to)];
            }
            ExprMode::Builtin => {
                let operands = self.builtin_operands(callee, &ast[args], ellipsis.is_known());
                return self.in_order(&operands, |l| {
                    l.builtin(e, callee, args, ellipsis.is_known())
                });
            }
            _ => {}
        }
        let fty = self.ty(callee);
        let Some(f) = self.cx.types.as_func(fty) else {
            self.unsupported("a call of this operand");
            return Vec::new();
        };
        let (results, kept) = self.keeping(callee, |l| {
            let operands = l.call_operands(callee, &f, &ast[args], ellipsis.is_known());
            l.in_order(&operands, |l| {
                if let Some(results) = l.intrinsic_call(callee, &f, args) {
                    return results;
                }
                let target = l.callee(callee);
                let vals = l.arguments(&f, args, ellipsis.is_known());
                l.at(lparen);
                l.call_callee(target, &f, vals)
            })
        });
        for pointer in kept {
            self.keep_alive(pointer);
        }
        results
    }

    /// Lowers a call, or what a later call needs; gives the pointers that arguments are integers of and that have to
    /// live until the call is over.
    pub(crate) fn keeping<T>(
        &mut self,
        callee: ExprId,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> (T, Vec<Value>) {
        let own = self.keeps_pointers(callee).then(Vec::new);
        let outer = std::mem::replace(&mut self.kept, own);
        let out = lower(self);
        let kept = std::mem::replace(&mut self.kept, outer);
        (out, kept.unwrap_or_default())
    }

    /// Takes note of a conversion, if it is one of a pointer to an integer and matters to the call around.
    fn note_pointer(&mut self, val: &Val, from: Ty, to: Ty) {
        let pointer = self.cx.types.unsafe_pointer();
        let is_pointer = self.cx.types.under_kind(from) == self.cx.types.under_kind(pointer);
        let to_integer =
            self.cx.types.under_kind(to) == Kind::Basic(gust_types::types::BasicKind::Uintptr);
        if let (Some(kept), true, &[v]) = (&mut self.kept, is_pointer && to_integer, val.parts()) {
            kept.push(v);
        }
    }

    /// Whether the declared function that a callee names has the directive that keeps alive what its arguments are the
    /// addresses of.
    fn keeps_pointers(&self, callee: ExprId) -> bool {
        let ast = self.ast();
        let obj = match ast[callee].kind {
            ExprKind::Name(_) => self.obj_of(callee),
            ExprKind::Selector { sel, .. } => match self.info().selections.get(&callee) {
                Some(selection) => Some(selection.obj),
                None => self.obj_of(sel),
            },
            _ => None,
        };
        let Some(obj) = obj else { return false };
        let object = self.cx.types.world.obj(obj);
        if !matches!(object.kind, ObjKind::Func(_)) {
            return false;
        }
        let program = self.cx.program;
        object
            .pkg
            .is_some_and(|pkg| program.keeps_pointers(pkg, object.pos))
    }

    pub(crate) fn call_callee(&mut self, callee: Callee, f: &FuncTy, args: Vec<Val>) -> Vec<Val> {
        match callee {
            Callee::Direct(symbol, first) => {
                self.call_values(CallTarget::Direct(symbol), &first, f, args)
            }
            Callee::Closure(v) => self.call_values(CallTarget::Closure(v), &[], f, args),
            Callee::Interface(itab, word, method) => {
                self.call_values(method.target(itab), &[word], f, args)
            }
        }
    }

    /// The declared function that a callee names, if it does.
    pub(crate) fn named_callee(&mut self, callee: ExprId) -> Option<FuncInst> {
        let ast = self.ast();
        let name = match ast[callee].kind {
            ExprKind::Name(_) => callee,
            ExprKind::Selector { sel, .. } if !self.info().selections.contains_key(&callee) => sel,
            ExprKind::Index { x, .. } => return self.named_callee(ast.unparen(x)),
            _ => return None,
        };
        let obj = self.obj_of(name)?;
        matches!(self.cx.types.world.obj(obj).kind, ObjKind::Func(_))
            .then(|| self.instance(name, obj))
    }

    pub(crate) fn callee(&mut self, callee: ExprId) -> Callee {
        let ast = self.ast();
        if let Some(inst) = self.named_callee(callee) {
            let symbol = self.cx.func_symbol(&inst);
            return Callee::Direct(symbol, Vec::new());
        }
        if let ExprKind::Selector { x, .. } = ast[callee].kind
            && let Some(s) = self.info().selections.get(&callee)
            && s.kind == SelectionKind::MethodVal
            && let Some((recv, ty, found)) = self.receiver(x, s.obj)
        {
            return match &found.target {
                Target::Interface { index, .. } => {
                    let method = self.cx.interface_method(&found, *index);
                    Callee::Interface(recv.parts()[0], recv.parts()[1], method)
                }
                Target::Declared { .. } => {
                    let symbol = self.cx.method_symbol(ty, &found);
                    let recv = self.fresh(ty, recv);
                    Callee::Direct(symbol, recv.parts().to_vec())
                }
            };
        }
        Callee::Closure(self.scalar(callee))
    }

    /// The receiver that method `obj` of `x` takes, its type, and the method with nothing left of its path.
    pub(crate) fn receiver(&mut self, x: ExprId, obj: ObjId) -> Option<(Val, Ty, Found)> {
        let object = self.cx.types.world.obj(obj);
        let pkg = object.pkg.filter(|_| !object.is_exported());
        let ty = self.ty(x);
        let Some(mut found) = self.cx.types.find_method(ty, object.name, pkg) else {
            self.unsupported("this method");
            return None;
        };
        // A variable of a basic or other type whose method takes its address needs the place.
        let start = if self.cx.types.deref(ty).1 {
            let val = self.expr(x);
            Current::Val(val, ty)
        } else {
            match self.place_if_variable(x) {
                Some(place) => Current::Place(place, ty),
                None => {
                    let val = self.expr(x);
                    Current::Val(val, ty)
                }
            }
        };
        let path = std::mem::take(&mut found.path);
        let end = self.walk(start, &path);
        if let Current::Place(
            Place::Mem {
                addr,
                offset: 0,
                stack: false,
            },
            _,
        ) = &end
            && !path.is_empty()
            && found.is_pointer()
        {
            // The address of the first field is taken: the struct has to be there.
            self.b.inst(InstData::NilCheck { x: *addr }, &[]);
        }
        let (val, ty) = self.receiver_of(end, &found);
        Some((val, ty, found))
    }

    fn place_if_variable(&mut self, x: ExprId) -> Option<Place> {
        if !matches!(self.mode(x), ExprMode::Variable) {
            return None;
        }
        self.place(x)
    }

    /// Follows a path of fields.
    pub(crate) fn walk(&mut self, mut cur: Current, path: &[usize]) -> Current {
        for &i in path {
            cur = self.through_pointer(cur);
            cur = match cur {
                Current::Place(place, ty) => match self.field_place(&place, ty, i) {
                    Some((place, ty)) => Current::Place(place, ty),
                    None => Current::Place(place, ty),
                },
                Current::Val(val, ty) => {
                    let field = self.field_of(ty, i, &val);
                    let ft = self.cx.types.as_struct(ty).map_or(ty, |f| f[i].ty);
                    Current::Val(field, ft)
                }
            };
        }
        cur
    }

    fn through_pointer(&mut self, cur: Current) -> Current {
        match cur {
            Current::Place(place, ty) => match self.cx.types.as_pointer(ty) {
                Some(base) => {
                    let p = self.load(&place, ty);
                    let p = self.first(&p);
                    Current::Place(heap(p), base)
                }
                None => Current::Place(place, ty),
            },
            Current::Val(val, ty) => match self.cx.types.as_pointer(ty) {
                Some(base) => {
                    let p = self.first(&val);
                    Current::Place(heap(p), base)
                }
                None => Current::Val(val, ty),
            },
        }
    }

    /// The value passed as receiver, and its type.
    pub(crate) fn receiver_of(&mut self, cur: Current, found: &Found) -> (Val, Ty) {
        let (Current::Place(_, ty) | Current::Val(_, ty)) = &cur;
        let (_, is_pointer) = self.cx.types.deref(*ty);
        let is_pointer = is_pointer && matches!(found.target, Target::Declared { .. });
        match (cur, found.is_pointer(), is_pointer) {
            (Current::Place(place, ty), true, false) => {
                let p = self.place_addr(&place);
                (Val::one(p), self.cx.types.pointer(ty))
            }
            (Current::Val(val, ty), true, false) => {
                let addr = self.new_object(ty);
                self.store(&heap(addr), ty, &val);
                (Val::one(addr), self.cx.types.pointer(ty))
            }
            (cur, false, true) => match self.through_pointer(cur) {
                Current::Place(place, ty) => (self.load(&place, ty), ty),
                Current::Val(val, ty) => (val, ty),
            },
            (Current::Place(place, ty), ..) => (self.load(&place, ty), ty),
            (Current::Val(val, ty), ..) => (val, ty),
        }
    }

    /// Argument values for a function type's parameters.
    pub(crate) fn arguments(&mut self, f: &FuncTy, args: ExprList, spread: bool) -> Vec<Val> {
        let ast = self.ast();
        let list = &ast[args];
        let fixed = if f.variadic {
            f.params.len() - 1
        } else {
            f.params.len()
        };
        // f(g()) with several results.
        if let &[one] = list
            && self.is_multi(one)
        {
            let vals = self.expr_list(list, 2);
            let mut out = Vec::new();
            let mut rest = Vec::new();
            for (i, (val, ty)) in vals.into_iter().enumerate() {
                if i < fixed {
                    out.push(self.assign_convert(val, ty, f.params[i]));
                } else {
                    rest.push((val, ty));
                }
            }
            if f.variadic {
                let slice = f.params[fixed];
                let elem = self.elem(slice);
                let rest: Vec<Val> = rest
                    .into_iter()
                    .map(|(v, t)| self.assign_convert(v, t, elem))
                    .collect();
                out.push(self.slice_of(elem, &rest));
            }
            return out;
        }
        let mut out = Vec::new();
        for (i, &arg) in list.iter().enumerate() {
            if i < fixed || spread {
                let val = self.expr_to(arg, f.params[i.min(f.params.len() - 1)]);
                let val = self.fresh(f.params[i.min(f.params.len() - 1)], val);
                out.push(val);
            }
        }
        if f.variadic && !spread {
            let elem = self.elem(f.params[fixed]);
            let mut rest = Vec::new();
            for &arg in list.get(fixed..).unwrap_or(&[]) {
                let val = self.expr_to(arg, elem);
                rest.push(self.fresh(elem, val));
            }
            out.push(self.slice_of(elem, &rest));
        }
        out
    }

    pub(crate) fn is_multi(&self, e: ExprId) -> bool {
        let inner = self.ast().unparen(e);
        matches!(self.ast()[inner].kind, ExprKind::Call { .. })
            && matches!(self.cx.types.kind(self.ty(inner)), Kind::Tuple(_))
    }

    /// Element type of a slice, array or pointer to array.
    pub(crate) fn elem(&self, ty: Ty) -> Ty {
        match self.cx.types.under_kind(ty) {
            Kind::Slice(e) | Kind::Array(_, e) => e,
            Kind::Pointer(p) => self.elem(p),
            _ => self.cx.types.basic(gust_types::types::BasicKind::Uint8),
        }
    }

    /// A new slice of these values; nil if there are none.
    pub(crate) fn slice_of(&mut self, elem: Ty, vals: &[Val]) -> Val {
        let n = self.b.int(vals.len() as i64);
        if vals.is_empty() {
            let p = self.b.nil();
            return Val::list(&[p, n, n]);
        }
        let arr = self.cx.types.intern(Kind::Array(vals.len() as u64, elem));
        let addr = self.new_object(arr);
        let size = self.cx.types.size(elem) as i64;
        for (i, val) in vals.iter().enumerate() {
            let at = self.b.offset(addr, i as i64 * size);
            self.store(&heap(at), elem, val);
        }
        Val::list(&[addr, n, n])
    }

    /// `x.M` as a function value: a closure with a copy of the receiver.
    pub(crate) fn method_value(&mut self, x: ExprId, obj: ObjId) -> Val {
        let Some((recv, ty, found)) = self.receiver(x, obj) else {
            return Val::one(self.b.nil());
        };
        if self.cx.types.is_interface(ty) {
            // A nil interface panics here, not when called.
            let tab = self.first(&recv);
            self.nil_check(tab);
        }
        self.bind_method(&recv, ty, &found)
    }

    pub(crate) fn bind_method(&mut self, recv: &Val, ty: Ty, found: &Found) -> Val {
        self.cx
            .request(Work::BoundMethod(ty, Box::new(found.clone())));
        let name = self.cx.bound_name(ty, found);
        let code = self.cx.symbol(&name);
        let object = self.cx.bound_object(ty);
        let addr = self.new_object(object);
        let code = self.b.symbol_addr(code);
        self.b.store(code, addr, 0, true, true);
        let offset = self.cx.types.layout(object).offsets[1] as i64;
        let at = self.b.offset(addr, offset);
        self.store(&heap(at), ty, recv);
        Val::one(addr)
    }

    /// `T.M` as a function value.
    pub(crate) fn method_expr(&mut self, recv: Ty, obj: ObjId) -> Val {
        let object = self.cx.types.world.obj(obj);
        let pkg = object.pkg.filter(|_| !object.is_exported());
        let Some(found) = self.cx.types.find_method(recv, object.name, pkg) else {
            self.unsupported("this method expression");
            return Val::one(self.b.nil());
        };
        let Some(f) = self.cx.types.as_func(found.ty) else {
            return Val::one(self.b.nil());
        };
        let mut params = vec![recv];
        params.extend_from_slice(&f.params);
        let sig = self.cx.signature_of(&[], &params, &f.results);
        let symbol = match found.target {
            Target::Interface { index, .. }
                if found.path.is_empty() && !self.cx.types.deref(recv).1 =>
            {
                self.cx.request(Work::InterfaceMethod(recv, index));
                let name = self.cx.wrapper_name(recv, &found);
                self.cx.symbol(&name)
            }
            _ => self.cx.method_symbol(recv, &found),
        };
        let value = self.cx.func_value(symbol, sig);
        Val::one(self.b.symbol_addr(value))
    }
}
