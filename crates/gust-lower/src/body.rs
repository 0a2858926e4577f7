//! Functions as a whole: parameters, results, return, deferred calls, `go`.
//!
//! A function with deferred calls keeps its results in memory and marks with `SetRecover` where it goes on after
//! a recovered panic: there it runs the deferred calls that are left and returns what the results hold.

use crate::facts::{self, Facts, Lit};
use crate::func::{BodyContext, Frame, FuncLower, Names, Place, Storage, Val, heap};
use crate::module::{Cx, FuncInst};
use crate::program::PackageSource;
use crate::ssa::FuncBuilder;
use crate::types::{Env, FuncTy, Kind, Ty};
use gust_abi::convention::{DEFER_RECORD_SIZE, RECOVER_BUFFER_SIZE};
use gust_abi::entry::Entry;
use gust_ir::{BlockCall, InstData, Linkage, Signature, SymbolRef, Type, Value};
use gust_syntax::Pos;
use gust_syntax::ast::{BlockId, DeclId, DeclKind, ExprId, ExprKind, FuncTypeId};
use gust_types::ObjId;
use gust_types::info::ExprMode;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// A new lowering state.
#[allow(clippy::too_many_arguments)]
pub(crate) fn start<'c, 'p>(
    cx: &'c mut Cx<'p>,
    src: &'p PackageSource,
    env: Rc<Env>,
    name: &str,
    sig: Signature,
    facts: Rc<Facts>,
    lit: Option<Lit>,
    linkage: Linkage,
) -> FuncLower<'c, 'p> {
    let symbol = cx.symbol(name);
    let mut b = FuncBuilder::new(symbol, sig);
    b.func.linkage = linkage;
    FuncLower {
        cx,
        b,
        src,
        env,
        names: Names::new(name, matches!(lit, Some(Lit::Func(_)))),
        facts,
        lit,
        vars: FxHashMap::default(),
        frame: Frame::default(),
        targets: Vec::new(),
        labels: FxHashMap::default(),
        body: None,
        static_literals: FxHashMap::default(),
        pending_label: None,
        fallthrough: None,
        exits: Rc::default(),
        early: FxHashMap::default(),
        ordered: false,
        kept: None,
        not_nil: FxHashSet::default(),
        pos: Pos::NONE,
    }
}

/// Lowers a declared function (or an instance of one) with a body.
pub(crate) fn declared<'p>(
    cx: &mut Cx<'p>,
    src: &'p PackageSource,
    inst: Option<&FuncInst>,
    decl: DeclId,
    name: &str,
    linkage: Linkage,
) {
    let DeclKind::Func {
        recv,
        name: ident,
        ty,
        body: Some(body),
    } = src.ast[decl].kind
    else {
        return;
    };
    let (env, f, recv_ty) = match inst {
        Some(inst) => {
            let (f, r) = cx.inst_type(inst);
            (cx.env_of(inst), f, r)
        }
        None => {
            let f = FuncTy {
                params: Vec::new(),
                results: Vec::new(),
                variadic: false,
            };
            (cx.types.no_env(), Rc::new(f), None)
        }
    };
    let recv_names: Vec<ExprId> = recv.map_or(Vec::new(), |r| names_of(src, r));
    let facts = facts::analyse(
        &cx.types,
        &src.ast,
        &src.info,
        &env,
        Some(ty),
        &recv_names,
        body,
    );
    let first: Vec<Ty> = recv_ty.into_iter().collect();
    let mut all = first.clone();
    all.extend_from_slice(&f.params);
    let sig = cx.signature_of(&[], &all, &f.results);
    let attrs = function_attrs(cx, src, decl);
    let mut l = start(cx, src, env, name, sig, Rc::new(facts), None, linkage);
    l.b.func.attrs = attrs;
    l.at(src.ast[decl].pos);
    l.b.func.loc = l.b.loc();
    let mut names: Vec<Option<ExprId>> = Vec::new();
    if recv_ty.is_some() {
        names.push(recv_names.first().copied());
    }
    l.function(ty, &f, names, &all, body, None);
    let locals = l.locals_size();
    let func = l.b.finish();
    let args = all
        .iter()
        .chain(&f.results)
        .map(|&t| cx.types.size(t))
        .sum();
    let pos = recv.map_or(src.ast[ident].pos, |r| src.ast[r].open);
    cx.check_frame(pos, locals, args);
    cx.add_function(func);
}

fn names_of(src: &PackageSource, list: gust_syntax::ast::FieldListId) -> Vec<ExprId> {
    let ast = &src.ast;
    ast[ast[list].fields]
        .iter()
        .flat_map(|&f| ast[ast[f].names].iter().copied())
        .collect()
}

/// One entry per parameter: its name if it has one.
fn parameter_names(
    src: &PackageSource,
    list: gust_syntax::ast::FieldListId,
) -> Vec<Option<ExprId>> {
    let ast = &src.ast;
    let mut out = Vec::new();
    for &f in &ast[ast[list].fields] {
        let names = &ast[ast[f].names];
        if names.is_empty() {
            out.push(None);
        }
        out.extend(names.iter().map(|&n| Some(n)));
    }
    out
}

fn function_attrs(cx: &Cx<'_>, src: &PackageSource, decl: DeclId) -> gust_ir::FuncAttrs {
    let mut attrs = gust_ir::FuncAttrs::default();
    let pos = src.ast[decl].pos;
    let Some(file) = src.ast.file_of(pos) else {
        return attrs;
    };
    let line = src.ast[file].source.line(pos);
    if let Some(d) = cx.program.directives(src.package.id) {
        attrs.noinline = d.by_line.contains(&(file.0, line, "go:noinline"));
        attrs.nosplit = d.by_line.contains(&(file.0, line, "go:nosplit"));
    }
    attrs
}

/// Emits what comes before the statements of a range-over-function body; gets its closure context.
type BodyPrologue<'p, 's> = dyn FnMut(&mut FuncLower<'_, 'p>, Value) + 's;

impl<'p> FuncLower<'_, 'p> {
    /// Parameters, body, end of a function. `names` are those of parameters in front of the signature's (a receiver).
    pub(crate) fn function(
        &mut self,
        sig: FuncTypeId,
        f: &FuncTy,
        mut names: Vec<Option<ExprId>>,
        all: &[Ty],
        body: BlockId,
        context: Option<Value>,
    ) {
        let _ = context;
        let src = self.src;
        names.extend(parameter_names(src, src.ast[sig].params));
        let result_names = src.ast[sig]
            .results
            .map_or(Vec::new(), |r| parameter_names(src, r));
        let has_defer = self.facts.defers.contains(&self.lit);
        let has_range = self.facts.range_funcs.contains(&self.lit);
        if self.facts.recovers.contains(&self.lit) {
            self.b.func.attrs.noinline = true;
        }
        let params = self.b.params();
        let mut at = 0;
        for (i, &ty) in all.iter().enumerate() {
            let layout = self.cx.types.layout(ty);
            let val = match &layout.scalars {
                Some(s) => {
                    let v = Val::list(&params[at..at + s.len()]);
                    at += s.len();
                    v
                }
                None => {
                    at += 1;
                    Val::Mem {
                        addr: params[at - 1],
                        fresh: true,
                    }
                }
            };
            let Some(obj) = names.get(i).copied().flatten().and_then(|n| self.obj_of(n)) else {
                continue;
            };
            if let (Val::Mem { addr, .. }, false) = (&val, self.facts.is_heap(obj)) {
                // The copy is the callee's own.
                let var = self.b.new_var(Type::Ptr);
                self.b.set(var, *addr);
                let storage = Storage::Ref(var);
                self.show(obj, ty, &storage, i as u32 + 1);
                self.vars.insert(obj, storage);
            } else {
                let loc = self.b.loc();
                if self.in_memory() && !self.facts.is_heap(obj) {
                    // Part of the prologue, which debuggers stop behind.
                    self.b.set_loc(None);
                }
                self.declare_numbered(obj, ty, Some(&val), i as u32 + 1);
                self.b.set_loc(loc);
            }
        }
        self.frame.result_tys.clone_from(&f.results);
        for &ty in &f.results {
            if self.cx.types.is_scalar(ty) {
                self.frame.outs.push(None);
            } else {
                self.frame.outs.push(Some(params[at]));
                at += 1;
            }
        }
        let named = result_names.iter().flatten().next().is_some();
        if named || has_defer || has_range {
            for (i, &ty) in f.results.iter().enumerate() {
                let obj = result_names
                    .get(i)
                    .copied()
                    .flatten()
                    .and_then(|n| self.obj_of(n));
                let on_heap = obj.is_some_and(|o| self.facts.is_heap(o));
                let storage = if (has_defer || has_range) && !on_heap {
                    let layout = self.cx.types.layout(ty);
                    let slot = Storage::Slot(self.b.slot(layout.size, layout.align));
                    self.initialise(&slot, ty, None);
                    slot
                } else {
                    self.new_local(ty, on_heap, None)
                };
                if let Some(obj) = obj {
                    self.show(obj, ty, &storage, 0);
                    self.vars.insert(obj, storage.clone());
                }
                self.frame.results.push(storage);
            }
        }
        if has_defer {
            self.open_defers();
        }
        if has_range {
            self.open_control();
        }
        self.stmts(&src.ast[src.ast[body].stmts]);
        if !self.b.is_terminated() {
            self.at(src.ast[body].rbrace);
            self.return_results();
        }
    }

    /// Bytes of slots without those of results, which count as parameters.
    fn locals_size(&self) -> u64 {
        let results = self.frame.results.iter().zip(&self.frame.result_tys);
        let results = results.filter(|(storage, _)| matches!(storage, Storage::Slot(_)));
        let results: u64 = results.map(|(_, &ty)| self.cx.types.size(ty)).sum();
        self.b.frame_size().saturating_sub(results)
    }

    /// Sets up the recover buffer and the way on after a recovered panic.
    fn open_defers(&mut self) {
        let buffer = self.b.slot(u64::from(RECOVER_BUFFER_SIZE), 16);
        self.frame.buffer = Some(buffer);
        // Pointers that the way out needs must be in memory.
        for storage in self.frame.results.clone() {
            let saved = match storage {
                Storage::Ref(v) => Some(self.save_pointer(v)),
                _ => None,
            };
            self.frame.result_refs.push(saved);
        }
        for out in self.frame.outs.clone() {
            let saved = out.map(|p| {
                let slot = self.b.slot(8, 8);
                let at = self.b.slot_addr(slot);
                self.b.store(p, at, 0, true, true);
                slot
            });
            self.frame.out_slots.push(saved);
        }
        let (normal, recovered) = (self.b.new_block(), self.b.new_block());
        self.b.inst(
            InstData::SetRecover {
                slot: buffer,
                normal: BlockCall::new(normal, &[]),
                recovered: BlockCall::new(recovered, &[]),
            },
            &[],
        );
        self.b.seal_and_switch(recovered);
        let at = self.b.slot_addr(buffer);
        self.runtime(Entry::DeferReturn, &[at]);
        self.give_results(true);
        self.b.seal_and_switch(normal);
    }

    fn save_pointer(&mut self, var: crate::ssa::Var) -> gust_ir::Slot {
        let slot = self.b.slot(8, 8);
        let at = self.b.slot_addr(slot);
        let p = self.b.get(var);
        self.b.store(p, at, 0, true, true);
        slot
    }

    /// {recover buffer, frame address, addresses of results} for bodies of loops over functions.
    fn open_control(&mut self) {
        let slot = self.b.slot(8 * (2 + self.frame.results.len() as u64), 8);
        self.frame.control = Some(slot);
        let base = self.b.slot_addr(slot);
        let buffer = match self.frame.buffer {
            Some(b) => self.b.slot_addr(b),
            None => self.b.nil(),
        };
        self.b.store(buffer, base, 0, true, true);
        if self.facts.recovers.contains(&self.lit) {
            let own = self.b.value(InstData::FrameAddress, Type::Ptr);
            self.b.store(own, base, 8, true, true);
        }
        for (i, storage) in self.frame.results.clone().iter().enumerate() {
            let place = self.var_place(storage);
            let p = self.place_addr(&place);
            self.b.store(p, base, 8 * (i as i64 + 2), true, true);
        }
    }

    /// Stores results before a return.
    pub(crate) fn set_results(&mut self, vals: &[Val]) {
        for (i, val) in vals.iter().enumerate() {
            let (Some(storage), Some(&ty)) = (
                self.frame.results.get(i).cloned(),
                self.frame.result_tys.get(i),
            ) else {
                continue;
            };
            let place = self.var_place(&storage);
            self.store(&place, ty, val);
        }
    }

    /// Runs deferred calls and returns what the result variables hold.
    pub(crate) fn return_results(&mut self) {
        if let Some(buffer) = self.frame.buffer {
            let at = self.b.slot_addr(buffer);
            self.runtime(Entry::DeferReturn, &[at]);
        }
        self.give_results(false);
    }

    fn give_results(&mut self, recovered: bool) {
        let mut vals = Vec::new();
        for (i, &ty) in self.frame.result_tys.clone().iter().enumerate() {
            let saved = self.frame.result_refs.get(i).copied().flatten();
            let val = match (self.frame.results.get(i).cloned(), saved) {
                (Some(Storage::Ref(_)), Some(slot)) if recovered => {
                    let at = self.b.slot_addr(slot);
                    let p = self.b.load(Type::Ptr, at, 0, true);
                    self.load(&heap(p), ty)
                }
                (Some(storage), _) => {
                    let place = self.var_place(&storage);
                    self.load(&place, ty)
                }
                (None, _) => self.zero(ty),
            };
            vals.push(val);
        }
        self.ret_values(&vals, recovered);
    }

    /// Returns these values.
    pub(crate) fn ret_values(&mut self, vals: &[Val], recovered: bool) {
        let mut scalars = Vec::new();
        for (i, val) in vals.iter().enumerate() {
            match val {
                Val::Scalars(list) => scalars.extend_from_slice(list),
                Val::Mem { .. } => {
                    let ty = self.frame.result_tys[i];
                    let to = match self.frame.out_slots.get(i).copied().flatten() {
                        Some(slot) if recovered => {
                            let at = self.b.slot_addr(slot);
                            self.b.load(Type::Ptr, at, 0, true)
                        }
                        _ => match self.frame.outs.get(i).copied().flatten() {
                            Some(p) => p,
                            None => continue,
                        },
                    };
                    let place = Place::Mem {
                        addr: to,
                        offset: 0,
                        stack: true,
                    };
                    self.store(&place, ty, val);
                }
            }
        }
        self.b.ret(&scalars);
    }

    /// Lowers a closure's code; gives its symbol.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn lower_closure(
        &mut self,
        name: &str,
        lit: Lit,
        f: &FuncTy,
        sig: Option<FuncTypeId>,
        body: BlockId,
        free: &[ObjId],
        range: Option<&mut BodyPrologue<'p, '_>>,
        linkage: Linkage,
    ) -> SymbolRef {
        let captures = self.captures(free);
        let ir_sig = self.cx.signature_of(&[], &f.params, &f.results);
        let (src, env, facts) = (self.src, self.env.clone(), self.facts.clone());
        let (exits, names) = (self.exits.clone(), self.names.clone());
        let pos = self.pos;
        let mut l = start(self.cx, src, env, name, ir_sig, facts, Some(lit), linkage);
        if range.is_some() {
            l.exits = exits;
            l.names = names;
        }
        l.b.func.attrs.closure = true;
        l.at(pos);
        l.b.func.loc = l.b.loc();
        let context = l.context();
        match (range, sig) {
            (Some(lower), _) => lower(&mut l, context),
            (None, Some(sig)) => {
                let object = l.closure_object(&[], &captures);
                l.open_captures(context, object, 1, free, &captures);
                l.function(sig, f, Vec::new(), &f.params, body, Some(context));
            }
            (None, None) => {}
        }
        let (locals, args) = (l.locals_size(), f.params.iter().chain(&f.results));
        let args = args.map(|&t| l.cx.types.size(t)).sum();
        l.cx.check_frame(pos, locals, args);
        let func = l.b.finish();
        let symbol = func.symbol;
        self.cx.add_function(func);
        symbol
    }

    /// The recover buffer of the function that deferred calls belong to.
    fn defer_buffer(&mut self) -> Option<Value> {
        if let Some(BodyContext { control, .. }) = self.body {
            let c = self.b.get(control);
            return Some(self.b.load(Type::Ptr, c, 0, true));
        }
        let slot = self.frame.buffer?;
        Some(self.b.slot_addr(slot))
    }

    /// `defer call`
    pub(crate) fn defer(&mut self, call: ExprId) {
        let thunk = self.thunk(call, "deferwrap");
        let Some(buffer) = self.defer_buffer() else {
            return self.unsupported("defer here");
        };
        let record = if self.facts.single_defers.contains(&call) {
            let slot = self.b.slot(u64::from(DEFER_RECORD_SIZE), 8);
            self.b.slot_addr(slot)
        } else {
            let words = self.cx.types.intern(Kind::Array(
                u64::from(DEFER_RECORD_SIZE) / 8,
                self.cx.types.unsafe_pointer(),
            ));
            self.new_object(words)
        };
        self.runtime(Entry::Defer, &[record, thunk, buffer]);
    }

    /// `go call`
    pub(crate) fn go(&mut self, call: ExprId) {
        let thunk = self.thunk(call, "gowrap");
        self.runtime(Entry::Go, &[thunk]);
    }

    /// A function value without arguments and results that makes a call whose operands are evaluated now.
    fn thunk(&mut self, call: ExprId, what: &str) -> Value {
        let ast = self.ast();
        let inner = ast.unparen(call);
        let ExprKind::Call {
            fun,
            args,
            ellipsis,
            ..
        } = ast[inner].kind
        else {
            self.unsupported("this deferred call");
            return self.b.nil();
        };
        let callee = ast.unparen(fun);
        if self.mode(callee) == ExprMode::Builtin {
            let operands = self.builtin_operands(callee, &ast[args], ellipsis.is_known());
            return self.in_order(&operands, |l| l.builtin_thunk(inner, callee, args, what));
        }
        let fty = self.ty(callee);
        let Some(f) = self.cx.types.as_func(fty) else {
            self.unsupported("this deferred call");
            return self.b.nil();
        };
        if f.params.is_empty()
            && f.results.is_empty()
            && !matches!(ast[callee].kind, ExprKind::Selector { .. })
        {
            // The function value itself will do; a nil one panics when it is called.
            return self.scalar(callee);
        }
        // Operands: the function value (or receiver), then the arguments.
        let ((target, vals), kept) = self.keeping(callee, |l| {
            let operands = l.call_operands(callee, &f, &ast[args], ellipsis.is_known());
            l.in_order(&operands, |l| {
                let target = l.callee(callee);
                (target, l.arguments(&f, args, ellipsis.is_known()))
            })
        });
        let ptr = self.cx.types.unsafe_pointer();
        let (first, first_tys, kind): (Vec<Value>, Vec<Ty>, u8) = match &target {
            crate::calls::Callee::Direct(_, first) => {
                let tys = first.iter().map(|&v| self.scalar_ty(v)).collect();
                (first.clone(), tys, 0)
            }
            crate::calls::Callee::Closure(v) => {
                if what == "gowrap" {
                    self.nil_check(*v);
                }
                (vec![*v], vec![ptr], 1)
            }
            crate::calls::Callee::Interface(tab, word, _) => {
                self.nil_check(*tab);
                (vec![*tab, *word], vec![ptr, ptr], 2)
            }
        };
        let mut tys = first_tys;
        let count = tys.len();
        tys.extend_from_slice(&f.params);
        let mut all: Vec<Val> = first.into_iter().map(Val::one).collect();
        all.extend(vals);
        let end = all.len();
        tys.extend(kept.iter().map(|_| ptr));
        all.extend(kept.into_iter().map(Val::one));
        let code = {
            let tys = tys.clone();
            self.thunk_code(what, &tys, move |l, vals| {
                let args = vals[count..end].to_vec();
                let callee = match (kind, target) {
                    (0, crate::calls::Callee::Direct(symbol, _)) => {
                        let first = vals[..count]
                            .iter()
                            .flat_map(|v| v.parts().to_vec())
                            .collect();
                        crate::calls::Callee::Direct(symbol, first)
                    }
                    (2, crate::calls::Callee::Interface(_, _, m)) => {
                        crate::calls::Callee::Interface(vals[0].parts()[0], vals[1].parts()[0], m)
                    }
                    _ => crate::calls::Callee::Closure(vals[0].parts()[0]),
                };
                l.call_callee(callee, &f, args);
                for pointer in &vals[end..] {
                    l.keep_alive(pointer.parts()[0]);
                }
            })
        };
        self.thunk_object(code, &tys, &all)
    }

    /// A Go type with the representation of a scalar.
    fn scalar_ty(&self, v: Value) -> Ty {
        use gust_types::types::BasicKind as B;
        self.cx.types.basic(match self.b.ty(v) {
            Type::I8 => B::Uint8,
            Type::I16 => B::Uint16,
            Type::I32 => B::Uint32,
            Type::I64 => B::Uint64,
            Type::F32 => B::Float32,
            Type::F64 => B::Float64,
            Type::Ptr => B::UnsafePointer,
        })
    }

    /// The code of a thunk: reads the values of its object and calls `body` with them.
    pub(crate) fn thunk_code(
        &mut self,
        what: &str,
        tys: &[Ty],
        body: impl FnOnce(&mut FuncLower<'_, 'p>, &[Val]),
    ) -> SymbolRef {
        let name = self.names.wrapper(what);
        let (src, env, facts, linkage) = (
            self.src,
            self.env.clone(),
            self.facts.clone(),
            self.b.func.linkage,
        );
        let pos = self.pos;
        let mut l = start(
            self.cx,
            src,
            env,
            &name,
            Signature::default(),
            facts,
            None,
            linkage,
        );
        l.b.func.attrs.closure = true;
        l.b.func.attrs.wrapper = true;
        l.at(pos);
        let context = l.context();
        let captures: Vec<(Ty, bool)> = tys.iter().map(|&t| (t, false)).collect();
        let object = l.closure_object(&[], &captures);
        let offsets = l.cx.types.layout(object).offsets.clone();
        let vals: Vec<Val> = tys
            .iter()
            .enumerate()
            .map(|(i, &t)| l.load_at(context, offsets[i + 1] as i64, t, true))
            .collect();
        body(&mut l, &vals);
        if !l.b.is_terminated() {
            l.b.ret(&[]);
        }
        let func = l.b.finish();
        let symbol = func.symbol;
        self.cx.add_function(func);
        symbol
    }

    pub(crate) fn thunk_object(&mut self, code: SymbolRef, tys: &[Ty], vals: &[Val]) -> Value {
        let captures: Vec<(Ty, bool)> = tys.iter().map(|&t| (t, false)).collect();
        let object = self.closure_object(&[], &captures);
        let addr = self.new_object(object);
        let code = self.b.symbol_addr(code);
        self.b.store(code, addr, 0, true, true);
        let offsets = self.cx.types.layout(object).offsets.clone();
        for (i, (&ty, val)) in tys.iter().zip(vals).enumerate() {
            let place = Place::Mem {
                addr,
                offset: offsets[i + 1] as i64,
                stack: false,
            };
            self.store(&place, ty, val);
        }
        addr
    }
}
