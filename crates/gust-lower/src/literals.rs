//! Composite literals and function literals (spec: Composite literals, Function literals).

use crate::data::Data;
use crate::expr::int_const;
use crate::facts::Lit;
use crate::func::{FuncLower, Place, Storage, Val, heap};
use crate::order::{Operand, Use};
use crate::types::{Field, Kind, Ty};
use gust_ir::{BinaryOp, InstData, Linkage, Section, SymbolRef, Type, Value};
use gust_syntax::ast::{BlockId, ExprId, ExprKind, FuncTypeId};
use gust_types::ObjId;
use gust_types::info::ExprMode;

/// More plain entries than this are copied to a map from arrays, in a loop.
const MAX_MAP_STORES: usize = 25;

/// Literals of fewer bytes are built in registers, or beside what they are assigned to.
const MIN_FILLED: u64 = 256;

impl FuncLower<'_, '_> {
    /// The value of a composite literal of type `ty` (of `&T{}` where the braces stand for it).
    pub(crate) fn composite(&mut self, e: ExprId, ty: Ty) -> Val {
        if let Some(vals) = self.take_early(e) {
            return vals.into_iter().next().unwrap_or(Val::list(&[]));
        }
        match self.cx.types.under_kind(ty) {
            Kind::Pointer(base) => Val::one(self.composite_on_heap(e, base)),
            Kind::Slice(elem) => self.slice_literal(e, elem),
            Kind::Map(key, elem) => self.map_literal(e, ty, key, elem),
            _ => {
                let layout = self.cx.types.layout(ty);
                if layout.is_scalar() {
                    let vars = self.new_vars(ty);
                    let place = Place::Vars(vars);
                    self.composite_into(e, ty, &place);
                    return self.load(&place, ty);
                }
                let addr = self.temp(ty);
                let place = Place::Mem {
                    addr,
                    offset: 0,
                    stack: true,
                };
                self.composite_into(e, ty, &place);
                Val::Mem { addr, fresh: true }
            }
        }
    }

    pub(crate) fn composite_on_heap(&mut self, e: ExprId, ty: Ty) -> Value {
        match self.cx.types.under_kind(ty) {
            Kind::Struct(_) | Kind::Array(..) => {
                // Elements may refer to the variable that the result is assigned to: fill new memory.
                let addr = self.new_object(ty);
                self.fill(e, ty, &heap(addr));
                addr
            }
            _ => {
                let val = self.composite(e, ty);
                let addr = self.new_object(ty);
                self.store(&heap(addr), ty, &val);
                addr
            }
        }
    }

    fn composite_into(&mut self, e: ExprId, ty: Ty, place: &Place) {
        self.store_zero(place, ty);
        self.fill(e, ty, place);
    }

    /// Writes the elements of an expression to zeroed memory if it is a struct or array literal of this type.
    pub(crate) fn fill_if_literal(&mut self, e: ExprId, ty: Ty, place: &Place) -> bool {
        let fits = self.is_literal_of(e, ty);
        if fits {
            let inner = self.ast().unparen(e);
            let operands = self.parts_of(inner);
            self.in_order(&operands, |l| l.fill(inner, ty, place));
        }
        fits
    }

    /// Whether an expression is a struct or array literal of this type.
    fn is_literal_of(&mut self, e: ExprId, ty: Ty) -> bool {
        let inner = self.ast().unparen(e);
        matches!(self.ast()[inner].kind, ExprKind::CompositeLit { .. })
            && matches!(
                self.cx.types.under_kind(ty),
                Kind::Struct(_) | Kind::Array(..)
            )
            && self.ty(inner) == ty
            && !self.is_early(inner)
    }

    /// Makes a variable on the heap that a struct or array literal is the first value of, without a copy of it elsewhere.
    /// False if it is no such variable, or no such literal.
    pub(crate) fn declare_filled(&mut self, obj: ObjId, ty: Ty, value: ExprId) -> bool {
        if !self.facts.is_heap(obj) || !self.is_literal_of(value, ty) {
            return false;
        }
        let addr = self.new_object(ty);
        self.fill_if_literal(value, ty, &heap(addr));
        let var = self.b.new_var(Type::Ptr);
        self.b.set(var, addr);
        let storage = Storage::Ref(var);
        self.show(obj, ty, &storage, 0);
        self.vars.insert(obj, storage);
        true
    }

    /// Writes the elements of a struct or array literal to zeroed memory.
    fn fill(&mut self, e: ExprId, ty: Ty, place: &Place) {
        let ast = self.ast();
        let ExprKind::CompositeLit { elems, .. } = ast[e].kind else {
            return;
        };
        match self.cx.types.under_kind(ty) {
            Kind::Struct(fields) => {
                for (i, &elem) in ast[elems].iter().enumerate() {
                    let Some((index, value)) = self.field_of_element(&fields, i, elem) else {
                        continue;
                    };
                    let Some((field, ft)) = self.field_place(place, ty, index) else {
                        continue;
                    };
                    if fields[index].name.is_blank() {
                        // Evaluated, but blank fields stay zero.
                        self.expr_to(value, ft);
                        continue;
                    }
                    self.element(value, ft, &field);
                }
            }
            Kind::Array(_, elem_ty) => {
                let size = self.cx.types.size(elem_ty) as i64;
                let mut next = 0;
                for &elem in &ast[elems] {
                    let value = self.keyed(elem, &mut next);
                    let target = match place {
                        Place::Mem {
                            addr,
                            offset,
                            stack,
                        } => Place::Mem {
                            addr: *addr,
                            offset: offset + (next - 1) * size,
                            stack: *stack,
                        },
                        p => p.clone(),
                    };
                    self.element(value, elem_ty, &target);
                }
            }
            _ => self.unsupported("this composite literal"),
        }
    }

    /// The field that the `i`th element of a struct literal gives a value to, and the value.
    pub(crate) fn field_of_element(
        &self,
        fields: &[Field],
        i: usize,
        elem: ExprId,
    ) -> Option<(usize, ExprId)> {
        let ExprKind::KeyValue { key, value, .. } = self.ast()[elem].kind else {
            return Some((i, elem));
        };
        let name = self.ast().name(key)?;
        let at = fields
            .iter()
            .position(|f| f.name == name && f.pkg.is_none_or(|p| p == self.src.package.id))?;
        Some((at, value))
    }

    /// The value of an element of an array or slice literal; counts its index.
    pub(crate) fn keyed(&self, elem: ExprId, next: &mut i64) -> ExprId {
        match self.ast()[elem].kind {
            ExprKind::KeyValue { key, value, .. } => {
                if let Some(c) = self.info().values.get(&key) {
                    *next = int_const(c);
                }
                *next += 1;
                value
            }
            _ => {
                *next += 1;
                elem
            }
        }
    }

    fn element(&mut self, value: ExprId, ty: Ty, place: &Place) {
        // Memory of a literal is zero to start with.
        if self.fill_if_literal(value, ty, place) {
            return;
        }
        let val = self.literal_value(value, ty);
        self.store(place, ty, &val);
    }

    fn literal_value(&mut self, value: ExprId, ty: Ty) -> Val {
        let inner = self.ast().unparen(value);
        let literal = matches!(self.ast()[inner].kind, ExprKind::CompositeLit { .. });
        if literal && !self.cx.types.is_interface(ty) {
            self.composite(inner, ty)
        } else {
            self.expr_to(value, ty)
        }
    }

    fn slice_literal(&mut self, e: ExprId, elem: Ty) -> Val {
        let ast = self.ast();
        let ExprKind::CompositeLit { elems, .. } = ast[e].kind else {
            return self.slice_of(elem, &[]);
        };
        let (mut len, mut next) = (0, 0);
        for &x in &ast[elems] {
            self.keyed(x, &mut next);
            len = len.max(next);
        }
        let n = self.b.int(len);
        if len == 0 {
            // Not nil.
            let z = self.cx.zeros(1);
            let p = self.b.symbol_addr(z);
            return Val::list(&[p, n, n]);
        }
        let arr = self.cx.types.intern(Kind::Array(len as u64, elem));
        let addr = self.new_object(arr);
        let place = heap(addr);
        let size = self.cx.types.size(elem) as i64;
        let mut next = 0;
        for &x in &ast[elems] {
            let value = self.keyed(x, &mut next);
            let Place::Mem { addr, .. } = place else {
                continue;
            };
            let target = Place::Mem {
                addr,
                offset: (next - 1) * size,
                stack: false,
            };
            self.element(value, elem, &target);
        }
        Val::list(&[addr, n, n])
    }

    /// Whether the value of an expression as `ty` is the same each time, without memory of its own, and no value in it
    /// becomes that of an interface.
    fn is_plain(&self, e: ExprId, ty: Ty) -> bool {
        self.is_made_of(e, ty, &|l, e, ty| {
            l.const_value(e).is_some() && !matches!(l.cx.types.under_kind(ty), Kind::Interface(_))
        })
    }

    /// Whether an expression is nil, or one of the `leaves` (values with the types they are to have), or a struct or array
    /// literal of such ones.
    fn is_made_of(&self, e: ExprId, ty: Ty, leaves: &dyn Fn(&Self, ExprId, Ty) -> bool) -> bool {
        let ast = self.ast();
        let e = ast.unparen(e);
        if self.mode(e) == ExprMode::Nil || leaves(self, e, ty) {
            return true;
        }
        let ExprKind::CompositeLit { elems, .. } = ast[e].kind else {
            return false;
        };
        if self.ty(e) != ty {
            return false;
        }
        let value = |&elem: &ExprId| match ast[elem].kind {
            ExprKind::KeyValue { value, .. } => value,
            _ => elem,
        };
        match self.cx.types.under_kind(ty) {
            Kind::Array(_, elem) => ast[elems]
                .iter()
                .all(|x| self.is_made_of(value(x), elem, leaves)),
            Kind::Struct(fields) => ast[elems].iter().enumerate().all(|(i, x)| {
                let field = match ast[*x].kind {
                    ExprKind::KeyValue { key, .. } => {
                        let name = ast.name(key);
                        fields.iter().find(|f| Some(f.name) == name)
                    }
                    _ => fields.get(i),
                };
                field.is_some_and(|f| self.is_made_of(value(x), f.ty, leaves))
            }),
            _ => false,
        }
    }

    /// Whether an expression is a large struct or array literal that can be written where it is assigned to, without a
    /// copy elsewhere: its elements are constants and variables without address, which neither depend on what is
    /// overwritten nor fail.
    pub(crate) fn fills_what_it_is_assigned_to(&mut self, value: ExprId, ty: Ty) -> bool {
        self.is_literal_of(value, ty)
            && self.cx.types.size(ty) >= MIN_FILLED
            && self.is_made_of(value, ty, &|l, e, ty| {
                l.const_value(e).is_some() || l.ty(e) == ty && l.is_variable_without_address(e)
            })
    }

    /// Assigns such a literal.
    pub(crate) fn assign_filled(&mut self, value: ExprId, ty: Ty, place: &Place) {
        if let Place::Mem { .. } = place {
            self.composite_into(self.ast().unparen(value), ty, place);
        } else {
            let val = self.expr_to(value, ty);
            self.store(place, ty, &val);
        }
    }

    fn is_variable_without_address(&self, e: ExprId) -> bool {
        let object = self.obj_of(e).and_then(|obj| self.vars.get(&obj));
        matches!(self.ast()[e].kind, ExprKind::Name(_)) && matches!(object, Some(Storage::Vars(_)))
    }

    /// Fills a map from arrays of keys and elements.
    fn map_from_arrays(&mut self, ty: Ty, map: Value, list: &[ExprId]) -> bool {
        let Kind::Map(key, elem) = self.cx.types.under_kind(ty) else {
            return false;
        };
        let (mut keys, mut elems) = (Data::new(0), Data::new(0));
        for &x in list {
            let ExprKind::KeyValue { key: k, value, .. } = self.ast()[x].kind else {
                return false;
            };
            for (e, t, all) in [(k, key, &mut keys), (value, elem, &mut elems)] {
                let mut one = Data::new(self.cx.types.size(t));
                if !self.static_value(e, t, &mut one, 0) {
                    return false;
                }
                all.append(&one);
            }
        }
        let [keys, elems] = [(key, keys), (elem, elems)].map(|(t, data)| {
            let layout = self.cx.types.layout(t);
            let symbol = self.static_memory(data, layout.align, layout.ptr_bytes > 0);
            self.b.symbol_addr(symbol)
        });
        let (head, body, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let i = self.b.new_var(Type::I64);
        let zero = self.b.int(0);
        self.b.set(i, zero);
        self.b.jump(head);
        self.b.switch_to(head);
        let at = self.b.get(i);
        let n = self.b.int(list.len() as i64);
        let more = self.less(true, at, n);
        self.b.brif(more, body, end);
        self.b.seal_and_switch(body);
        let k = self.element_addr(keys, key, at);
        let k = self.load_at(k, 0, key, true);
        let v = self.element_addr(elems, elem, at);
        let v = self.load_at(v, 0, elem, true);
        let to = self.map_assign(ty, map, &k);
        self.store(&heap(to), elem, &v);
        let one = self.b.int(1);
        let up = self.b.binary(BinaryOp::Add, at, one);
        self.b.set(i, up);
        self.b.jump(head);
        self.b.seal(head);
        self.b.seal_and_switch(end);
        true
    }

    fn map_literal(&mut self, e: ExprId, ty: Ty, key: Ty, elem: Ty) -> Val {
        let ast = self.ast();
        let ExprKind::CompositeLit { elems, .. } = ast[e].kind else {
            return self.zero(ty);
        };
        let hint = self.b.int(ast[elems].len() as i64);
        let map = self.make_map(ty, Some(hint));
        let (plain, other): (Vec<ExprId>, Vec<ExprId>) =
            ast[elems].iter().partition(|&&x| match ast[x].kind {
                ExprKind::KeyValue { key: k, value, .. } => {
                    self.is_plain(k, key) && self.is_plain(value, elem)
                }
                _ => false,
            });
        // Plain entries come first, as with the official compiler: it matters where others turn out to have the same key.
        let stored = plain.len() > MAX_MAP_STORES && self.map_from_arrays(ty, map, &plain);
        let single = if stored { &[] } else { &plain[..] };
        for &x in single.iter().chain(&other) {
            if let ExprKind::KeyValue { key: k, value, .. } = ast[x].kind {
                let operands = [
                    Operand::new(k, Use::Key(ty)),
                    Operand::new(value, Use::Assigned(elem)),
                ];
                self.in_order(&operands, |l| {
                    let k = l.literal_value(k, key);
                    let v = l.literal_value(value, elem);
                    let at = l.map_assign(ty, map, &k);
                    l.store(&heap(at), elem, &v);
                });
            }
        }
        Val::one(map)
    }

    /// A function literal as a function value.
    pub(crate) fn func_lit(&mut self, e: ExprId, sig: FuncTypeId, body: BlockId) -> Val {
        let ty = self.ty(e);
        let Some(f) = self.cx.types.as_func(ty) else {
            return Val::one(self.b.nil());
        };
        if let Some(&value) = self.static_literals.get(&e) {
            return Val::one(self.b.symbol_addr(value));
        }
        let name = self.names.literal();
        let lit = Lit::Func(e);
        let free = self.facts.free.get(&lit).cloned().unwrap_or_default();
        let linkage = self.b.func.linkage;
        let captures = self.captures(&free);
        let code = self.lower_closure(&name, lit, &f, Some(sig), body, &free, None, linkage);
        if captures.is_empty() {
            let value = self.static_closure(&name, code, linkage);
            return Val::one(self.b.symbol_addr(value));
        }
        let object = self.closure_object(&[], &captures);
        let addr = self.new_object(object);
        let code = self.b.symbol_addr(code);
        self.b.store(code, addr, 0, true, true);
        self.fill_captures(addr, object, 1, &free, &captures);
        Val::one(addr)
    }

    fn static_closure(&mut self, name: &str, code: SymbolRef, linkage: Linkage) -> SymbolRef {
        let linkage = if linkage == Linkage::LinkOnce {
            Linkage::LinkOnce
        } else {
            Linkage::Local
        };
        self.cx.define(
            &format!("{name}\u{b7}f"),
            linkage,
            Section::ReadOnlyRelocated,
            8,
            vec![gust_ir::DataItem::Address(code, 0)],
        )
    }

    /// The static function value of a function literal of a package-level initialiser, if it captures nothing.
    pub(crate) fn static_literal_code(&mut self, e: ExprId) -> Option<SymbolRef> {
        if let Some(&value) = self.static_literals.get(&e) {
            return Some(value);
        }
        let ExprKind::FuncLit { ty: sig, body } = self.ast()[e].kind else {
            return None;
        };
        let lit = Lit::Func(e);
        if self.lit.is_some() || self.facts.free.get(&lit).is_none_or(|f| !f.is_empty()) {
            return None;
        }
        let f = self.cx.types.as_func(self.ty(e))?;
        let name = self.names.literal();
        let linkage = self.b.func.linkage;
        let code = self.lower_closure(&name, lit, &f, Some(sig), body, &[], None, linkage);
        let value = self.static_closure(&name, code, linkage);
        // Static initialisation may turn out to be impossible: the code then takes the same closure.
        self.static_literals.insert(e, value);
        Some(value)
    }

    /// How each variable is captured: by value with its type, or by reference.
    pub(crate) fn captures(&mut self, free: &[ObjId]) -> Vec<(Ty, bool)> {
        free.iter()
            .map(|&v| {
                let ty = self.obj_ty(v);
                if self.facts.is_heap(v) {
                    (self.cx.types.pointer(ty), true)
                } else {
                    (ty, false)
                }
            })
            .collect()
    }

    /// The type of a closure object: code, further words, captured variables.
    pub(crate) fn closure_object(&self, words: &[Ty], captures: &[(Ty, bool)]) -> Ty {
        let mut fields: Vec<(String, Ty)> = vec![(
            "F".into(),
            self.cx.types.basic(gust_types::types::BasicKind::Uintptr),
        )];
        for (i, &ty) in words
            .iter()
            .chain(captures.iter().map(|c| &c.0))
            .enumerate()
        {
            fields.push((format!("X{i}"), ty));
        }
        let fields: Vec<(&str, Ty)> = fields.iter().map(|(n, t)| (n.as_str(), *t)).collect();
        self.cx.types.plain_struct(&fields)
    }

    /// Stores captured variables in fields `first ..` of a closure object.
    pub(crate) fn fill_captures(
        &mut self,
        addr: Value,
        object: Ty,
        first: usize,
        free: &[ObjId],
        captures: &[(Ty, bool)],
    ) {
        let offsets = self.cx.types.layout(object).offsets.clone();
        for (i, (&var, &(ty, by_ref))) in free.iter().zip(captures).enumerate() {
            let place = Place::Mem {
                addr,
                offset: offsets[first + i] as i64,
                stack: false,
            };
            let Some(storage) = self.vars.get(&var).cloned() else {
                self.unsupported("a captured variable");
                continue;
            };
            let val = match (&storage, by_ref) {
                (Storage::Ref(p), true) => Val::one(self.b.get(*p)),
                _ => {
                    let from = self.var_place(&storage);
                    self.load(&from, ty)
                }
            };
            self.store(&place, ty, &val);
        }
    }

    /// Reads captured variables at the start of a closure's code.
    pub(crate) fn open_captures(
        &mut self,
        context: Value,
        object: Ty,
        first: usize,
        free: &[ObjId],
        captures: &[(Ty, bool)],
    ) {
        let offsets = self.cx.types.layout(object).offsets.clone();
        let loc = self.b.loc();
        if self.in_memory() {
            // Part of the prologue, which debuggers stop behind.
            self.b.set_loc(None);
        }
        for (i, (&var, &(ty, by_ref))) in free.iter().zip(captures).enumerate() {
            let offset = offsets[first + i] as i64;
            let storage = if by_ref {
                let p = self.b.load(Type::Ptr, context, offset, true);
                let v = self.b.new_var(Type::Ptr);
                self.b.set(v, p);
                Storage::Ref(v)
            } else if self.in_memory() {
                let val = self.load_at(context, offset, ty, true);
                self.new_local(ty, false, Some(&val))
            } else if self.cx.types.is_scalar(ty) {
                let val = self.load_at(context, offset, ty, true);
                let vars = self.new_vars(ty);
                let place = Place::Vars(vars.clone());
                self.store(&place, ty, &val);
                Storage::Vars(vars)
            } else {
                let at = self.b.offset(context, offset);
                let v = self.b.new_var(Type::Ptr);
                self.b.set(v, at);
                Storage::Ref(v)
            };
            self.show(var, ty, &storage, 0);
            self.vars.insert(var, storage);
        }
        self.b.set_loc(loc);
    }

    pub(crate) fn context(&mut self) -> Value {
        self.b.value(InstData::ClosureContext, Type::Ptr)
    }
}
