//! The state of lowering one function: values, places, variables, calls.

use crate::facts::{Facts, Lit};
use crate::module::Cx;
use crate::program::PackageSource;
use crate::ssa::{FuncBuilder, Var};
use crate::types::{Env, FuncTy, Ty};
use gust_abi::entry::{Effect, Entry};
use gust_ir::{BinaryOp, Block, CallTarget, InstData, Slot, SymbolRef, Type, Value};
use gust_syntax::ast::{Ast, ExprId, StmtId};
use gust_syntax::{Pos, Symbol};
use gust_types::ObjId;
use gust_types::info::Info;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A Go value.
#[derive(Clone, Debug)]
pub enum Val {
    /// Held as scalars.
    Scalars(SmallVec<[Value; 4]>),
    /// In memory. If `fresh`, nobody else uses that memory.
    Mem {
        /// Where.
        addr: Value,
        /// Whether it is a temporary of this value alone.
        fresh: bool,
    },
}

impl Val {
    /// A value of one scalar.
    #[must_use]
    pub fn one(v: Value) -> Self {
        Val::Scalars(SmallVec::from_slice(&[v]))
    }

    /// A value of these scalars.
    #[must_use]
    pub fn list(v: &[Value]) -> Self {
        Val::Scalars(SmallVec::from_slice(v))
    }

    /// The scalars; those of a value in memory are its address.
    #[must_use]
    pub fn parts(&self) -> &[Value] {
        match self {
            Val::Scalars(list) => list,
            Val::Mem { addr, .. } => std::slice::from_ref(addr),
        }
    }
}

/// Something that can be assigned to.
#[derive(Clone, Debug)]
pub enum Place {
    /// `_`
    Blank,
    /// Scalar variables.
    Vars(SmallVec<[Var; 4]>),
    /// Memory.
    Mem {
        /// Base address.
        addr: Value,
        /// Bytes added.
        offset: i64,
        /// Whether it is in this frame: no write barriers, cannot fault.
        stack: bool,
    },
    /// A map element.
    MapElem {
        /// The map type.
        ty: Ty,
        /// The map.
        map: Value,
        /// The key.
        key: Val,
    },
}

/// Where a variable lives.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In scalar variables.
    Vars(SmallVec<[Var; 4]>),
    /// In the frame.
    Slot(Slot),
    /// In memory that this variable points to.
    Ref(Var),
}

/// Where `break` and `continue` go.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub label: Option<Symbol>,
    pub stmt: StmtId,
    pub break_to: Jump,
    pub continue_to: Option<Jump>,
}

/// A jump that may lead out of the body of a loop over a function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Jump {
    /// In this function.
    Block(Block),
    /// Return this from the loop body (`true`: next iteration).
    Yield(bool),
    /// Out of the loop body, in this way.
    Out(Exit),
}

/// A way out of the body of a loop over a function, to be completed by the functions around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The function returns.
    Return,
    /// Out of this statement.
    Break(StmtId),
    /// To the next iteration of this loop.
    Continue(StmtId),
    /// To a label.
    Goto(Symbol),
}

/// The ways out of loop bodies of one function.
#[derive(Debug, Default)]
pub(crate) struct Exits {
    /// All; its place in here, from 1, is an exit's number in the loop's frame.
    known: Vec<Exit>,
    /// Those of the bodies lowered since somebody looked.
    pub used: Vec<Exit>,
}

impl Exits {
    /// The number of an exit.
    pub(crate) fn number(&mut self, exit: Exit) -> i64 {
        let at = self.known.iter().position(|&e| e == exit);
        let at = at.unwrap_or_else(|| {
            self.known.push(exit);
            self.known.len() - 1
        });
        at as i64 + 1
    }
}

/// Names of what a function's closures, `go` and `defer` statements and loop bodies become.
#[derive(Debug)]
pub(crate) struct Names {
    /// Symbol name of the function.
    base: String,
    /// Whether it is a closure itself.
    closure: bool,
    literals: Cell<u32>,
    ranges: Cell<u32>,
    wrappers: Cell<u32>,
}

impl Names {
    pub(crate) fn new(base: &str, closure: bool) -> Rc<Self> {
        Rc::new(Self {
            base: base.to_string(),
            closure,
            literals: Cell::new(0),
            ranges: Cell::new(0),
            wrappers: Cell::new(0),
        })
    }

    /// `outer.func1`, in a closure `outer.func1.1`.
    pub(crate) fn literal(&self) -> String {
        let what = if self.closure { "." } else { ".func" };
        self.next(what, &self.literals)
    }

    /// `outer-range1`
    pub(crate) fn range(&self) -> String {
        self.next("-range", &self.ranges)
    }

    /// `outer.gowrap1`, `outer.deferwrap2`
    pub(crate) fn wrapper(&self, what: &str) -> String {
        self.next(&format!(".{what}"), &self.wrappers)
    }

    fn next(&self, what: &str, counter: &Cell<u32>) -> String {
        counter.set(counter.get() + 1);
        format!("{}{what}{}", self.base, counter.get())
    }
}

/// What a body of a loop over a function knows of the function around it.
#[derive(Clone, Debug)]
pub(crate) struct BodyContext {
    /// The loop.
    pub stmt: StmtId,
    /// Address of {state, exit code} of the loop.
    pub frame: Var,
    /// Address of {recover buffer, frame address, results ...} of the function around.
    pub control: Var,
    /// Result types of the function around.
    pub results: Vec<Ty>,
}

/// Result variables and what deferred calls need.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub result_tys: Vec<Ty>,
    /// Where results are kept until the function returns; empty if they are not.
    pub results: Vec<Storage>,
    /// Pointers of results that live on the heap, for the way out after a recovered panic.
    pub result_refs: Vec<Option<Slot>>,
    /// Where results in memory go.
    pub outs: Vec<Option<Value>>,
    pub out_slots: Vec<Option<Slot>>,
    /// The recover buffer of a function with deferred calls.
    pub buffer: Option<Slot>,
    /// {recover buffer, frame address, results ...} for loop bodies.
    pub control: Option<Slot>,
}

/// Lowers one function.
pub struct FuncLower<'c, 'p> {
    /// The module.
    pub cx: &'c mut Cx<'p>,
    /// The IR.
    pub b: FuncBuilder,
    /// The package the source is of.
    pub src: &'p PackageSource,
    /// What type parameters stand for.
    pub env: Rc<Env>,
    pub(crate) names: Rc<Names>,
    /// Facts of the declared function around.
    pub facts: Rc<Facts>,
    pub(crate) lit: Option<Lit>,
    pub(crate) vars: FxHashMap<ObjId, Storage>,
    pub(crate) frame: Frame,
    pub(crate) targets: Vec<Target>,
    pub(crate) labels: FxHashMap<Symbol, Block>,
    pub(crate) body: Option<BodyContext>,
    /// Function literals of static initialisers.
    pub(crate) static_literals: FxHashMap<ExprId, SymbolRef>,
    pub(crate) pending_label: Option<Symbol>,
    pub(crate) fallthrough: Option<Block>,
    pub(crate) exits: Rc<RefCell<Exits>>,
    /// Values of expressions that were evaluated before their turn (see `order`).
    pub(crate) early: FxHashMap<ExprId, Vec<Val>>,
    /// Whether what is being evaluated has been put in order.
    pub(crate) ordered: bool,
    /// Pointers made integers in the arguments of the call at hand, if it keeps what they point to alive.
    pub(crate) kept: Option<Vec<Value>>,
    /// Addresses that are known not to be nil.
    pub(crate) not_nil: FxHashSet<Value>,
    pub(crate) pos: Pos,
}

impl<'p> FuncLower<'_, 'p> {
    pub(crate) fn ast(&self) -> &'p Ast {
        &self.src.ast
    }

    pub(crate) fn info(&self) -> &'p Info {
        &self.src.info
    }

    /// The canonical type of an expression.
    pub(crate) fn ty(&self, e: ExprId) -> Ty {
        match self.info().types.get(e.index()).and_then(|t| t.ty) {
            Some(t) => self.cx.types.convert(t, &self.env),
            None => self
                .obj_of(e)
                .map_or(self.cx.types.any(), |o| self.obj_ty(o)),
        }
    }

    pub(crate) fn obj_of(&self, e: ExprId) -> Option<ObjId> {
        self.info().objects.get(e.index()).copied().flatten()
    }

    pub(crate) fn obj_ty(&self, obj: ObjId) -> Ty {
        match self.cx.types.world.obj(obj).ty.get() {
            Some(t) => self.cx.types.convert(t, &self.env),
            None => self.cx.types.any(),
        }
    }

    pub(crate) fn at(&mut self, pos: Pos) {
        if pos.is_known() && pos != self.pos {
            self.pos = pos;
            let loc = self.cx.loc(pos);
            self.b.set_loc(loc);
        }
    }

    pub(crate) fn unsupported(&mut self, what: &str) {
        let pos = self.pos;
        self.cx.unsupported(pos, what);
    }

    /// The zero value of a type.
    pub(crate) fn zero(&mut self, ty: Ty) -> Val {
        let layout = self.cx.types.layout(ty);
        match &layout.scalars {
            Some(list) => Val::Scalars(list.iter().map(|s| self.b.zero(s.0)).collect()),
            None => {
                let symbol = self.cx.zeros(layout.size);
                let addr = self.b.symbol_addr(symbol);
                Val::Mem { addr, fresh: false }
            }
        }
    }

    /// Memory of the frame for a value.
    pub(crate) fn temp(&mut self, ty: Ty) -> Value {
        let layout = self.cx.types.layout(ty);
        let slot = self.b.slot(layout.size, layout.align);
        self.b.slot_addr(slot)
    }

    /// A value in memory of its own.
    pub(crate) fn fresh(&mut self, ty: Ty, val: Val) -> Val {
        match val {
            Val::Mem { addr, fresh: false } => {
                let to = self.temp(ty);
                self.move_bytes(to, addr, ty, true);
                Val::Mem {
                    addr: to,
                    fresh: true,
                }
            }
            v => v,
        }
    }

    fn move_bytes(&mut self, dst: Value, src: Value, ty: Ty, stack: bool) {
        let size = self.cx.types.size(ty);
        if size == 0 {
            return;
        }
        let pointers = self.cx.types.has_pointers(ty);
        let desc = (!stack && pointers).then(|| self.cx.descriptor(ty));
        let size = self.b.int(size as i64);
        self.b.inst(
            InstData::MemMove {
                dst,
                src,
                size,
                ty: desc,
                pointers,
            },
            &[],
        );
    }

    /// The address of a value: its own memory, or a copy in the frame.
    pub(crate) fn spill(&mut self, ty: Ty, val: &Val) -> Value {
        match val {
            Val::Mem { addr, .. } => *addr,
            Val::Scalars(_) => {
                let addr = self.temp(ty);
                let place = Place::Mem {
                    addr,
                    offset: 0,
                    stack: true,
                };
                self.store(&place, ty, val);
                addr
            }
        }
    }

    /// Reads a place that is not a map element.
    pub(crate) fn load(&mut self, place: &Place, ty: Ty) -> Val {
        match place {
            Place::Vars(vars) => Val::Scalars(vars.iter().map(|&v| self.b.get(v)).collect()),
            Place::Mem {
                addr,
                offset,
                stack,
            } => {
                let valid = *stack || self.not_nil.contains(addr);
                self.load_at(*addr, *offset, ty, valid)
            }
            Place::Blank => self.zero(ty),
            Place::MapElem {
                ty: map,
                map: m,
                key,
            } => {
                let (map, m, key) = (*map, *m, key.clone());
                self.map_get(map, m, &key, false).0
            }
        }
    }

    /// Reads a value from memory.
    pub(crate) fn load_at(&mut self, addr: Value, offset: i64, ty: Ty, notrap: bool) -> Val {
        let layout = self.cx.types.layout(ty);
        match &layout.scalars {
            Some(list) => {
                if list.is_empty() && !notrap {
                    self.check_not_nil(addr);
                }
                Val::Scalars(
                    list.iter()
                        .map(|&(t, o)| self.b.load(t, addr, offset + i64::from(o), notrap))
                        .collect(),
                )
            }
            None => {
                if !notrap {
                    self.check_not_nil(addr);
                }
                let addr = self.b.offset(addr, offset);
                Val::Mem { addr, fresh: false }
            }
        }
    }

    /// Memory to receive a value into. It is zero meanwhile: the collector would take what stands there for needed.
    pub(crate) fn receive_buffer(&mut self, ty: Ty) -> Value {
        let layout = self.cx.types.layout(ty);
        let slot = self.b.scoped_slot(layout.size, layout.align);
        let addr = self.b.slot_addr(slot);
        if self.cx.types.has_pointers(ty) {
            let size = self.b.int(self.cx.types.size(ty) as i64);
            self.b.inst(
                InstData::MemZero {
                    dst: addr,
                    size,
                    ty: None,
                },
                &[],
            );
        }
        addr
    }

    /// Reads what has been received into such memory, of which a value held as scalars leaves no further use.
    pub(crate) fn take_received(&mut self, addr: Value, ty: Ty) -> Val {
        let val = self.load_at(addr, 0, ty, true);
        if matches!(val, Val::Scalars(_)) {
            self.b.end_slot(addr);
        }
        val
    }

    /// Writes a place.
    pub(crate) fn store(&mut self, place: &Place, ty: Ty, val: &Val) {
        match (place, val) {
            (Place::Blank, _) => {}
            (Place::Vars(vars), Val::Scalars(list)) => {
                for (&var, &v) in vars.iter().zip(list) {
                    self.b.set(var, v);
                }
            }
            (Place::Vars(_), Val::Mem { .. }) => {
                self.unsupported("a value in memory for a variable of scalars")
            }
            (
                Place::Mem {
                    addr,
                    offset,
                    stack,
                },
                Val::Scalars(list),
            ) => {
                let layout = self.cx.types.layout(ty);
                let Some(scalars) = &layout.scalars else {
                    return self.unsupported("scalars for a value in memory");
                };
                if scalars.is_empty() && !stack {
                    self.check_not_nil(*addr);
                }
                let valid = *stack || self.not_nil.contains(addr);
                for (&v, &(_, o)) in list.iter().zip(scalars) {
                    self.b.store(v, *addr, offset + i64::from(o), valid, *stack);
                }
            }
            (
                Place::Mem {
                    addr,
                    offset,
                    stack,
                },
                Val::Mem { addr: from, .. },
            ) => {
                if !stack {
                    self.check_not_nil(*addr);
                }
                let dst = self.b.offset(*addr, *offset);
                self.move_bytes(dst, *from, ty, *stack);
            }
            (
                Place::MapElem {
                    ty: map,
                    map: m,
                    key,
                },
                _,
            ) => {
                let (map, m, key) = (*map, *m, key.clone());
                let addr = self.map_assign(map, m, &key);
                self.store(&heap(addr), ty, val);
            }
        }
    }

    /// The place of a variable.
    pub(crate) fn var_place(&mut self, storage: &Storage) -> Place {
        match storage {
            Storage::Vars(vars) => Place::Vars(vars.clone()),
            Storage::Slot(slot) => Place::Mem {
                addr: self.b.slot_addr(*slot),
                offset: 0,
                stack: true,
            },
            Storage::Ref(var) => {
                let addr = self.b.get(*var);
                self.not_nil.insert(addr);
                heap_var(addr)
            }
        }
    }

    /// Scalar variables for a type.
    pub(crate) fn new_vars(&mut self, ty: Ty) -> SmallVec<[Var; 4]> {
        let scalars = self.cx.types.scalars(ty);
        scalars.iter().map(|&t| self.b.new_var(t)).collect()
    }

    /// Makes a local variable with its first value.
    pub(crate) fn declare(&mut self, obj: ObjId, ty: Ty, val: Option<&Val>) {
        self.declare_numbered(obj, ty, val, 0);
    }

    /// Makes a local variable that is parameter number `arg`, if that is not 0.
    pub(crate) fn declare_numbered(&mut self, obj: ObjId, ty: Ty, val: Option<&Val>, arg: u32) {
        let storage = self.new_local(ty, self.facts.is_heap(obj), val);
        self.show(obj, ty, &storage, arg);
        self.vars.insert(obj, storage);
    }

    /// Memory or variables for what the source calls a variable.
    pub(crate) fn new_local(&mut self, ty: Ty, on_heap: bool, val: Option<&Val>) -> Storage {
        if on_heap || !self.in_memory() {
            return self.new_storage(ty, on_heap, val);
        }
        let layout = self.cx.types.layout(ty);
        let storage = Storage::Slot(self.b.slot(layout.size, layout.align));
        self.initialise(&storage, ty, val);
        storage
    }

    /// Memory or variables for a local variable; zero if no value is given.
    pub(crate) fn new_storage(&mut self, ty: Ty, on_heap: bool, val: Option<&Val>) -> Storage {
        if on_heap {
            let addr = self.new_object(ty);
            let var = self.b.new_var(Type::Ptr);
            self.b.set(var, addr);
            if let Some(val) = val {
                self.store(&heap_var(addr), ty, val);
            }
            return Storage::Ref(var);
        }
        let layout = self.cx.types.layout(ty);
        let storage = if layout.is_scalar() {
            Storage::Vars(self.new_vars(ty))
        } else {
            Storage::Slot(self.b.slot(layout.size, layout.align))
        };
        self.initialise(&storage, ty, val);
        storage
    }

    pub(crate) fn initialise(&mut self, storage: &Storage, ty: Ty, val: Option<&Val>) {
        let place = self.var_place(storage);
        match val {
            Some(val) => self.store(&place, ty, val),
            None => self.store_zero(&place, ty),
        }
    }

    /// Writes the zero value.
    pub(crate) fn store_zero(&mut self, place: &Place, ty: Ty) {
        if let (
            Place::Mem {
                addr,
                offset,
                stack,
            },
            false,
        ) = (place, self.cx.types.is_scalar(ty))
        {
            if !stack {
                self.check_not_nil(*addr);
            }
            let dst = self.b.offset(*addr, *offset);
            let desc = (!stack && self.cx.types.has_pointers(ty)).then(|| self.cx.descriptor(ty));
            let size = self.b.int(self.cx.types.size(ty) as i64);
            self.b.inst(
                InstData::MemZero {
                    dst,
                    size,
                    ty: desc,
                },
                &[],
            );
            return;
        }
        let zero = self.zero(ty);
        self.store(place, ty, &zero);
    }

    /// A zeroed object on the heap.
    pub(crate) fn new_object(&mut self, ty: Ty) -> Value {
        let layout = self.cx.types.layout(ty);
        let desc = self.cx.descriptor(ty);
        if layout.size > u64::from(u32::MAX) {
            let d = self.b.symbol_addr(desc);
            return self.runtime(Entry::NewObject, &[d])[0];
        }
        self.b.value(
            InstData::New {
                ty: desc,
                size: layout.size as u32,
                align: layout.align as u32,
            },
            Type::Ptr,
        )
    }

    /// The address of a type's descriptor.
    pub(crate) fn type_addr(&mut self, ty: Ty) -> Value {
        let symbol = self.cx.descriptor(ty);
        self.b.symbol_addr(symbol)
    }

    /// Calls an entry point of the runtime.
    pub(crate) fn runtime(&mut self, entry: Entry, args: &[Value]) -> Vec<Value> {
        let (symbol, params, results) = self.cx.entry(entry);
        let values = self
            .b
            .call(CallTarget::Direct(symbol), params, &results, args);
        if entry.effect() == Effect::Diverges {
            self.b.unreachable();
        }
        values
    }

    /// Calls a Go function by symbol: scalar arguments and results.
    pub(crate) fn call_symbol(
        &mut self,
        name: &str,
        params: &[Type],
        results: &[Type],
        args: &[Value],
    ) -> Vec<Value> {
        let symbol = self.cx.symbol(name);
        self.b
            .call(CallTarget::Direct(symbol), params.to_vec(), results, args)
    }

    /// Calls with Go values. `first` are scalars in front (a receiver word).
    pub(crate) fn call_values(
        &mut self,
        target: CallTarget,
        first: &[Value],
        f: &FuncTy,
        args: Vec<Val>,
    ) -> Vec<Val> {
        let types: Vec<Type> = first.iter().map(|&v| self.b.ty(v)).collect();
        let sig = self.cx.signature_of(&types, &f.params, &f.results);
        let mut flat: Vec<Value> = first.to_vec();
        for (val, &ty) in args.into_iter().zip(&f.params) {
            let val = self.fresh(ty, val);
            flat.extend_from_slice(val.parts());
        }
        let mut outs = Vec::new();
        for &r in &f.results {
            if !self.cx.types.is_scalar(r) {
                let addr = self.temp(r);
                flat.push(addr);
                outs.push(addr);
            }
        }
        let results = self.b.call(target, sig.params, &sig.results, &flat);
        self.collect_results(&f.results, &results, &outs)
    }

    pub(crate) fn collect_results(
        &mut self,
        tys: &[Ty],
        scalars: &[Value],
        outs: &[Value],
    ) -> Vec<Val> {
        let (mut at, mut outs) = (0, outs.iter());
        let mut list = Vec::new();
        for &r in tys {
            match &self.cx.types.layout(r).scalars {
                Some(s) => {
                    list.push(Val::list(&scalars[at..at + s.len()]));
                    at += s.len();
                }
                None => {
                    if let Some(&addr) = outs.next() {
                        list.push(Val::Mem { addr, fresh: true });
                    }
                }
            }
        }
        list
    }

    /// Part of a struct value.
    pub(crate) fn field_of(&mut self, ty: Ty, index: usize, val: &Val) -> Val {
        match val {
            Val::Scalars(list) => Val::list(&list[self.cx.types.field_scalars(ty, index)]),
            Val::Mem { addr, .. } => {
                let offset = self.cx.types.layout(ty).offsets[index] as i64;
                let Some(fields) = self.cx.types.as_struct(ty) else {
                    return val.clone();
                };
                self.load_at(*addr, offset, fields[index].ty, true)
            }
        }
    }

    /// Address of element `index` (`i64`) of an array at an address.
    pub(crate) fn element_addr(&mut self, base: Value, elem: Ty, index: Value) -> Value {
        let size = self.cx.types.size(elem) as i64;
        if let Some(i) = crate::ssa::constant(&self.b.func, index)
            && let Some(by) = i.checked_mul(size)
        {
            return self.b.offset(base, by);
        }
        let by = if size == 1 {
            index
        } else {
            let size = self.b.int(size);
            self.b.binary(BinaryOp::Mul, index, size)
        };
        self.b.binary(BinaryOp::PtrAdd, base, by)
    }

    /// A string constant.
    pub(crate) fn string(&mut self, bytes: &[u8]) -> Val {
        if bytes.is_empty() {
            let p = self.b.nil();
            let n = self.b.int(0);
            return Val::list(&[p, n]);
        }
        let symbol = self.cx.bytes(bytes);
        let p = self.b.symbol_addr(symbol);
        let n = self.b.int(bytes.len() as i64);
        Val::list(&[p, n])
    }

    /// The address of a function's symbol.
    pub(crate) fn code(&mut self, symbol: SymbolRef) -> Value {
        self.b.symbol_addr(symbol)
    }
}

/// Memory that may fault and that the collector sees.
#[must_use]
pub(crate) fn heap(addr: Value) -> Place {
    Place::Mem {
        addr,
        offset: 0,
        stack: false,
    }
}

/// Memory of a variable on the heap.
#[must_use]
pub(crate) fn heap_var(addr: Value) -> Place {
    heap(addr)
}
