//! The module being made: symbols, data, and the queue of what it turned out to need.

use crate::data::Data;
use crate::methods::{Found, Target};
use crate::names::escape_path;
use crate::program::Program;
use crate::types::{Env, FuncTy, Kind, Ty, Types};
use gust_abi::convention::ADAPTER_SUFFIX;
use gust_abi::entry::{Entry, Scalar};
use gust_ir::{
    DataItem, Function, Global, Linkage, Loc, LocData, Module, Section, Signature, SymbolRef, Type,
};
use gust_syntax::Pos;
use gust_syntax::diagnostic::Diagnostic;
use gust_types::types::Type as Checked;
use gust_types::{ObjId, PkgId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// A function of the source: a declared one, or an instance of a generic one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncInst {
    /// The declaration.
    pub obj: ObjId,
    /// Type arguments of the function, or of the method's receiver.
    pub args: Vec<Ty>,
}

/// What remains to be made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// An instance of a generic function.
    Instance(FuncInst),
    /// The type descriptor.
    Descriptor(Ty),
    /// The function that compares two values by address.
    Equal(Ty),
    /// The function that hashes a value by address.
    Hash(Ty),
    /// A method of a type that is not declared as such: by pointer, or promoted.
    Method(Ty, Box<Found>),
    /// The form of a method that takes the interface's data word.
    WordMethod(Ty, Box<Found>),
    /// Method expression of an interface type.
    InterfaceMethod(Ty, u32),
    /// A method value: the closure's code.
    BoundMethod(Ty, Box<Found>),
    /// A plain function's adapter for calls through function values.
    Adapter(String, Signature),
}

/// The module under construction.
pub struct Cx<'p> {
    /// The whole program.
    pub program: &'p Program<'p>,
    /// Canonical types.
    pub types: Types<'p>,
    /// The module.
    pub module: Module,
    /// The package being lowered.
    pub pkg: PkgId,
    /// What could not be lowered.
    pub diagnostics: Vec<Diagnostic>,
    queue: Vec<Work>,
    requested: FxHashSet<Work>,
    strings: FxHashMap<Vec<u8>, SymbolRef>,
    constants: FxHashMap<(Vec<DataItem>, u64), SymbolRef>,
    locs: FxHashMap<Pos, Loc>,
    defined: FxHashSet<SymbolRef>,
    next_local: u32,
    /// What debuggers are to find of variables.
    pub variables: crate::Variables,
    /// Types in the module's table for debuggers.
    pub(crate) debug_types: FxHashMap<Ty, gust_ir::DebugType>,
}

/// Frames, and parameters with results, have fewer bytes than this.
const MAX_FRAME: u64 = 1 << 30;

impl<'p> Cx<'p> {
    /// An empty module for a package.
    pub(crate) fn new(program: &'p Program<'p>, pkg: PkgId) -> Self {
        Self {
            program,
            types: Types::new(program.world),
            module: Module::new(),
            pkg,
            diagnostics: Vec::new(),
            queue: Vec::new(),
            requested: FxHashSet::default(),
            strings: FxHashMap::default(),
            constants: FxHashMap::default(),
            locs: FxHashMap::default(),
            defined: FxHashSet::default(),
            next_local: 0,
            variables: crate::Variables::Nothing,
            debug_types: FxHashMap::default(),
        }
    }

    /// Reports what cannot be lowered yet.
    pub fn unsupported(&mut self, pos: Pos, what: &str) {
        let text = format!("not supported yet: {what}");
        self.diagnostics.push(Diagnostic::syntax(pos, text));
    }

    /// Reports a function whose variables and temporaries, or whose parameters and results, have too many bytes.
    pub(crate) fn check_frame(&mut self, pos: Pos, locals: u64, args: u64) {
        if locals.max(args) >= MAX_FRAME {
            let text = format!(
                "stack frame too large (>1GB): {} MB locals + {} MB args",
                locals >> 20,
                args >> 20
            );
            self.diagnostics.push(Diagnostic::syntax(pos, text));
        }
    }

    pub(crate) fn request(&mut self, work: Work) {
        if !self.requested.contains(&work) {
            self.requested.insert(work.clone());
            self.queue.push(work);
        }
    }

    pub(crate) fn next_work(&mut self) -> Option<Work> {
        self.queue.pop()
    }

    /// The handle of a symbol name.
    pub fn symbol(&mut self, name: &str) -> SymbolRef {
        self.module.symbol(name)
    }

    /// Adds a function unless there is one of its symbol.
    pub fn add_function(&mut self, func: Function) {
        if self.defined.insert(func.symbol) {
            self.module.functions.push(func);
        }
    }

    /// Whether a symbol has been defined in the module.
    #[must_use]
    pub fn is_defined(&self, symbol: SymbolRef) -> bool {
        self.defined.contains(&symbol)
    }

    /// Adds data unless there is some of its symbol.
    pub fn add_global(&mut self, global: Global) {
        if self.defined.insert(global.symbol) {
            self.module.globals.push(global);
        }
    }

    /// Adds data.
    pub fn define(
        &mut self,
        name: &str,
        linkage: Linkage,
        section: Section,
        align: u32,
        items: Vec<DataItem>,
    ) -> SymbolRef {
        let symbol = self.symbol(name);
        self.add_global(Global {
            symbol,
            linkage,
            section,
            align,
            items,
        });
        symbol
    }

    /// A symbol name that nothing else has.
    pub fn local_symbol(&mut self, what: &str) -> String {
        self.next_local += 1;
        format!(
            "{}..{what}.{}",
            self.types.pkg_prefix(self.pkg),
            self.next_local
        )
    }

    /// Constant bytes, once per contents.
    pub fn bytes(&mut self, bytes: &[u8]) -> SymbolRef {
        if let Some(&symbol) = self.strings.get(bytes) {
            return symbol;
        }
        let name = self.local_symbol("str");
        let items = vec![DataItem::Bytes(bytes.to_vec())];
        let symbol = self.define(&name, Linkage::Local, Section::ReadOnly, 1, items);
        self.strings.insert(bytes.to_vec(), symbol);
        symbol
    }

    /// Zeroed read-only memory of at least `size` bytes.
    pub fn zeros(&mut self, size: u64) -> SymbolRef {
        let size = size.next_power_of_two().max(1024);
        let name = format!("go.zero.{size}");
        self.define(
            &name,
            Linkage::LinkOnce,
            Section::ReadOnly,
            16,
            vec![DataItem::Zero(size)],
        )
    }

    /// Constant memory, once per contents.
    pub(crate) fn constant_memory(&mut self, d: Data, align: u64) -> SymbolRef {
        let items = d.items();
        let key = (items, align);
        if let Some(&symbol) = self.constants.get(&key) {
            return symbol;
        }
        let name = self.local_symbol("const");
        let refs = key.0.iter().any(|i| matches!(i, DataItem::Address(..)));
        let section = if refs {
            Section::ReadOnlyRelocated
        } else {
            Section::ReadOnly
        };
        let align = u32::try_from(align.max(1)).unwrap_or(16);
        let symbol = self.define(&name, Linkage::Local, section, align, key.0.clone());
        self.constants.insert(key, symbol);
        symbol
    }

    /// Read-only memory with the bytes 0 to 255: values of one byte behind interfaces.
    pub fn byte_values(&mut self) -> SymbolRef {
        let items = vec![DataItem::Bytes((0..=255).collect())];
        self.define("go.bytes", Linkage::LinkOnce, Section::ReadOnly, 16, items)
    }

    /// The location of a position.
    pub fn loc(&mut self, pos: Pos) -> Option<Loc> {
        if let Some(&loc) = self.locs.get(&pos) {
            return Some(loc);
        }
        let p = self.program.sources.position(pos)?;
        let loc = self.module.locs.push(LocData {
            file: match &*p.file {
                // A `//line` directive without a name.
                "" => "??".to_string(),
                file => file.to_string(),
            },
            line: p.line,
            column: p.column,
            inlined: None,
        });
        self.locs.insert(pos, loc);
        Some(loc)
    }

    /// Symbol and IR signature of an entry point.
    pub fn entry(&mut self, entry: Entry) -> (SymbolRef, Vec<Type>, Vec<Type>) {
        let list = |s: &[Scalar]| s.iter().map(|&s| scalar(s)).collect();
        let symbol = self.symbol(entry.symbol());
        (symbol, list(entry.params()), list(entry.results()))
    }

    /// The flattened signature of a function type, without receiver.
    #[must_use]
    pub fn signature(&self, f: &FuncTy) -> Signature {
        self.signature_of(&[], &f.params, &f.results)
    }

    /// A flattened signature: scalars in order; a value in memory as its address; then the addresses of results
    /// in memory.
    #[must_use]
    pub fn signature_of(&self, first: &[Type], params: &[Ty], results: &[Ty]) -> Signature {
        let mut sig = Signature {
            params: first.to_vec(),
            results: Vec::new(),
        };
        for &p in params {
            match &self.types.layout(p).scalars {
                Some(list) => sig.params.extend(list.iter().map(|s| s.0)),
                None => sig.params.push(Type::Ptr),
            }
        }
        for &r in results {
            match &self.types.layout(r).scalars {
                Some(list) => sig.results.extend(list.iter().map(|s| s.0)),
                None => sig.params.push(Type::Ptr),
            }
        }
        sig
    }

    /// The environment of a function instance's body.
    #[must_use]
    pub fn env_of(&self, inst: &FuncInst) -> Rc<Env> {
        if inst.args.is_empty() {
            return self.types.no_env();
        }
        self.types.method_env(inst.obj, &inst.args)
    }

    /// The function type of an instance, and its receiver's type.
    #[must_use]
    pub fn inst_type(&self, inst: &FuncInst) -> (Rc<FuncTy>, Option<Ty>) {
        let env = self.env_of(inst);
        let obj = self.types.world.obj(inst.obj);
        let Some(t) = obj.ty.get() else {
            return (
                Rc::new(FuncTy {
                    params: vec![],
                    results: vec![],
                    variadic: false,
                }),
                None,
            );
        };
        let recv = match self.types.world.ty(t) {
            Checked::Signature(s) => s
                .recv
                .get()
                .and_then(|r| self.types.world.obj(r).ty.get())
                .map(|t| self.types.convert(t, &env)),
            _ => None,
        };
        let ty = self.types.convert(t, &env);
        match self.types.kind(ty) {
            Kind::Func(f) => (f, recv),
            _ => (
                Rc::new(FuncTy {
                    params: vec![],
                    results: vec![],
                    variadic: false,
                }),
                recv,
            ),
        }
    }

    /// The name a function has if no directive says otherwise.
    #[must_use]
    pub fn plain_func_name(&self, inst: &FuncInst) -> String {
        let obj = self.types.world.obj(inst.obj);
        let (_, recv) = self.inst_type(inst);
        match recv {
            Some(recv) => {
                let (named, pointer) = self.types.deref(recv);
                format!(
                    "{}.{}",
                    self.types.receiver_symbol(named, pointer),
                    obj.name
                )
            }
            None => {
                let pkg = obj.pkg.map_or(String::new(), |p| self.types.pkg_prefix(p));
                format!("{pkg}.{}{}", obj.name, self.types.arguments(&inst.args))
            }
        }
    }

    /// The symbol of a function, and a request for it if it is an instance.
    pub fn func_symbol(&mut self, inst: &FuncInst) -> SymbolRef {
        if !inst.args.is_empty() {
            self.request(Work::Instance(inst.clone()));
        }
        let name = self.func_name(inst);
        self.symbol(&name)
    }

    /// The symbol name of a function, `//go:linkname` heeded.
    #[must_use]
    pub fn func_name(&self, inst: &FuncInst) -> String {
        let obj = self.types.world.obj(inst.obj);
        let (_, recv) = self.inst_type(inst);
        if let (Some(pkg), true) = (obj.pkg, inst.args.is_empty())
            && let Some(d) = self.program.directives(pkg)
        {
            let local = match recv {
                None => obj.name.to_string(),
                Some(r) => {
                    let (named, pointer) = self.types.deref(r);
                    let full = self.types.receiver_symbol(named, pointer);
                    let short = full
                        .strip_prefix(&(self.types.pkg_prefix(pkg) + "."))
                        .unwrap_or("");
                    format!("{short}.{}", obj.name)
                }
            };
            if let Some(target) = d.linknames.get(&local) {
                return link_target(target);
            }
        }
        self.plain_func_name(inst)
    }

    /// The symbol name of a package-level variable.
    #[must_use]
    pub fn var_name(&self, obj: ObjId) -> String {
        let object = self.types.world.obj(obj);
        let Some(pkg) = object.pkg else {
            return object.name.to_string();
        };
        if let Some(target) = self
            .program
            .directives(pkg)
            .and_then(|d| d.linknames.get(object.name.as_str()))
        {
            return link_target(target);
        }
        format!("{}.{}", self.types.pkg_prefix(pkg), object.name)
    }

    /// The static function value of a function symbol: a word with the address of its adapter.
    pub fn func_value(&mut self, symbol: SymbolRef, sig: Signature) -> SymbolRef {
        let name = self.module.name(symbol).to_string();
        self.request(Work::Adapter(name.clone(), sig));
        let code = self.symbol(&format!("{name}{ADAPTER_SUFFIX}"));
        self.code_value(&name, code)
    }

    /// A static function value for code that takes a closure context.
    pub fn code_value(&mut self, name: &str, code: SymbolRef) -> SymbolRef {
        self.define(
            &format!("{name}\u{b7}f"),
            Linkage::LinkOnce,
            Section::ReadOnlyRelocated,
            8,
            vec![DataItem::Address(code, 0)],
        )
    }

    /// The symbol of a method found in `ty`, with receiver as in its declaration if it is declared for the type itself,
    /// else that of a wrapper which takes a receiver of type `ty`.
    pub(crate) fn method_symbol(&mut self, ty: Ty, found: &Found) -> SymbolRef {
        let (base, pointer) = self.types.deref(ty);
        if let Target::Declared {
            named,
            func,
            pointer: ptr,
        } = &found.target
            && found.path.is_empty()
            && *named == base
            && *ptr == pointer
        {
            let inst = FuncInst {
                obj: *func,
                args: self.types.named_args(*named),
            };
            return self.func_symbol(&inst);
        }
        self.request(Work::Method(ty, Box::new(found.clone())));
        let name = self.wrapper_name(ty, found);
        self.symbol(&name)
    }

    pub(crate) fn wrapper_name(&self, ty: Ty, found: &Found) -> String {
        let (base, pointer) = self.types.deref(ty);
        let recv = self.types.receiver_symbol(base, pointer);
        let own = match self.types.kind(base) {
            Kind::Named(n) => self.types.type_obj(n.origin).map(|o| o.pkg),
            _ => None,
        };
        match found.pkg.filter(|&p| Some(p) != own) {
            Some(p) => format!("{recv}.{}.{}", self.types.pkg_prefix(p), found.name),
            None => format!("{recv}.{}", found.name),
        }
    }

    /// The symbol of a method in the form that takes an interface's data word.
    pub(crate) fn word_method_symbol(&mut self, ty: Ty, found: &Found) -> SymbolRef {
        if self.types.is_direct(ty) {
            // The word is the value, and the value one pointer scalar.
            return self.method_symbol(ty, found);
        }
        self.request(Work::WordMethod(ty, Box::new(found.clone())));
        let name = format!("{}\u{b7}i", self.wrapper_name(ty, found));
        self.symbol(&name)
    }
}

/// Targets of `//go:linkname` are written as in messages: with paths as they are.
fn link_target(target: &str) -> String {
    let Some(slash) = target.rfind('/') else {
        return target.to_string();
    };
    let Some(dot) = target[slash..].find('.') else {
        return target.to_string();
    };
    // The package path ends at a dot before a name; with dots of its own they are escaped already.
    let at = slash + dot;
    format!("{}{}", escape_path(&target[..at]), &target[at..])
}

fn scalar(s: Scalar) -> Type {
    match s {
        Scalar::I8 => Type::I8,
        Scalar::I32 => Type::I32,
        Scalar::I64 => Type::I64,
        Scalar::F64 => Type::F64,
        Scalar::Ptr => Type::Ptr,
    }
}
