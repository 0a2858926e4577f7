//! The text form, for people and for [`crate::parse`].
//!
//! ```text
//! loc l0 "a.go":3:9
//! func @main.double export (i64) -> (i64) noinline {
//! b0(v0: i64):
//!     v1: i64 = add v0, v0 @l0
//!     ret v1
//! }
//! ```

use crate::{
    Block, BlockCall, CallTarget, DataItem, DebugPlace, DebugTypeData, Function, Global, Inst,
    InstData, MemFlags, Module, Need, Signature, SymbolRef, Type, Value,
};
use std::fmt::{self, Display, Formatter, Write as _};

impl Display for Module {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (loc, data) in &self.locs {
            write!(f, "loc {loc} {:?}:{}:{}", data.file, data.line, data.column)?;
            if let Some((function, at)) = data.inlined {
                write!(f, " in {} at {at}", symbol(self, function))?;
            }
            writeln!(f)?;
        }
        for (ty, data) in &self.debug_types {
            writeln!(f, "type {ty} {}", debug_type(data))?;
        }
        for global in &self.globals {
            writeln!(f)?;
            print_global(f, self, global)?;
        }
        for function in &self.functions {
            writeln!(f)?;
            function_to(f, self, function)?;
        }
        Ok(())
    }
}

/// A function as text.
#[must_use]
pub fn function(module: &Module, function: &Function) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}", FunctionText(module, function));
    text
}

struct FunctionText<'a>(&'a Module, &'a Function);

impl Display for FunctionText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        function_to(f, self.0, self.1)
    }
}

/// A symbol as `@name`, quoted where the name has other characters than those of a plain one.
fn symbol(module: &Module, symbol: SymbolRef) -> String {
    let name = module.name(symbol);
    // `@l0` is a location.
    let like_loc = name
        .strip_prefix('l')
        .is_some_and(|n| n.parse::<u32>().is_ok());
    if !name.is_empty() && !like_loc && name.chars().all(is_plain) {
        format!("@{name}")
    } else {
        format!("@{name:?}")
    }
}

/// Whether a symbol name with this character needs no quotes.
pub(crate) fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "_.$/*-:".contains(c)
}

fn print_global(f: &mut Formatter<'_>, module: &Module, global: &Global) -> fmt::Result {
    let Global {
        linkage,
        section,
        align,
        ..
    } = global;
    let name = symbol(module, global.symbol);
    writeln!(
        f,
        "global {name} {} {} align {align} {{",
        linkage.as_str(),
        section.as_str()
    )?;
    for item in &global.items {
        f.write_str("    ")?;
        match item {
            DataItem::Bytes(bytes) => {
                f.write_str("bytes \"")?;
                for &b in bytes {
                    match b {
                        b'"' | b'\\' => write!(f, "\\{}", b as char)?,
                        b' '..=b'~' => write!(f, "{}", b as char)?,
                        _ => write!(f, "\\x{b:02x}")?,
                    }
                }
                f.write_str("\"\n")?;
            }
            DataItem::Zero(n) => writeln!(f, "zero {n}")?,
            DataItem::Address(to, 0) => writeln!(f, "addr {}", symbol(module, *to))?,
            DataItem::Address(to, offset) => {
                writeln!(f, "addr {} {offset:+}", symbol(module, *to))?;
            }
            DataItem::Address32(to) => writeln!(f, "addr32 {}", symbol(module, *to))?,
            DataItem::Weak { to, need, wide } => {
                let bits = if *wide { "" } else { "32" };
                write!(f, "weak{bits} {} ", symbol(module, *to))?;
                match need {
                    Need::Other => writeln!(f, "other")?,
                    Need::Called(id) => writeln!(f, "called {}", symbol(module, *id))?,
                    Need::Reflected(id) => writeln!(f, "reflected {}", symbol(module, *id))?,
                }
            }
        }
    }
    writeln!(f, "}}")
}

fn debug_type(data: &DebugTypeData) -> String {
    match data {
        DebugTypeData::Basic {
            name,
            encoding,
            size,
        } => format!("basic {name:?} {} size {size}", encoding.as_str()),
        DebugTypeData::Pointer { name, to: None } => format!("pointer {name:?}"),
        DebugTypeData::Pointer { name, to: Some(to) } => format!("pointer {name:?} {to}"),
        DebugTypeData::Struct { name, size, fields } => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{:?}: {} {}", field.name, field.ty, field.offset))
                .collect();
            format!("struct {name:?} size {size} ({})", fields.join(", "))
        }
        DebugTypeData::Array { size, elem, count } => format!("array size {size} {elem} {count}"),
        DebugTypeData::Named { name, of } => format!("named {name:?} {of}"),
    }
}

fn types(list: &[Type]) -> String {
    let names: Vec<_> = list.iter().map(|t| t.as_str()).collect();
    format!("({})", names.join(", "))
}

fn signature(sig: &Signature) -> String {
    format!("{} -> {}", types(&sig.params), types(&sig.results))
}

fn function_to(f: &mut Formatter<'_>, module: &Module, func: &Function) -> fmt::Result {
    let name = symbol(module, func.symbol);
    write!(
        f,
        "func {name} {} {}",
        func.linkage.as_str(),
        signature(&func.sig)
    )?;
    for (attr, set) in func.attrs.by_name() {
        if set {
            write!(f, " {attr}")?;
        }
    }
    if let Some(loc) = func.loc {
        write!(f, " @{loc}")?;
    }
    writeln!(f, " {{")?;
    for (var, data) in &func.debug_vars {
        write!(f, "    {var}: {:?} {} arg {}", data.name, data.ty, data.arg)?;
        match data.loc {
            Some(loc) => writeln!(f, " @{loc}")?,
            None => writeln!(f)?,
        }
    }
    for (slot, data) in &func.slots {
        writeln!(f, "    {slot}: size {} align {}", data.size, data.align)?;
    }
    for (i, &block) in func.layout.iter().enumerate() {
        if i > 0 {
            writeln!(f)?;
        }
        print_block(f, module, func, block)?;
    }
    writeln!(f, "}}")
}

fn print_block(
    f: &mut Formatter<'_>,
    module: &Module,
    func: &Function,
    block: Block,
) -> fmt::Result {
    let data = &func.blocks[block];
    let params: Vec<_> = data
        .params
        .iter()
        .map(|&p| format!("{p}: {}", func.ty(p)))
        .collect();
    writeln!(f, "{block}({}):", params.join(", "))?;
    for &inst in &data.insts {
        print_inst(f, module, func, inst)?;
    }
    Ok(())
}

fn values(list: &[Value]) -> String {
    let names: Vec<_> = list.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn block_call(to: &BlockCall) -> String {
    format!("{}({})", to.block, values(&to.args))
}

fn flags(flags: MemFlags) -> String {
    let mut text = String::new();
    if flags.notrap {
        text.push_str(" notrap");
    }
    if flags.readonly {
        text.push_str(" readonly");
    }
    text
}

fn place(addr: Value, offset: i32) -> String {
    if offset == 0 {
        addr.to_string()
    } else {
        format!("{addr}{offset:+}")
    }
}

fn print_inst(f: &mut Formatter<'_>, module: &Module, func: &Function, inst: Inst) -> fmt::Result {
    f.write_str("    ")?;
    let results = &func.results[inst];
    for (i, &value) in results.iter().enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        write!(f, "{comma}{value}: {}", func.ty(value))?;
    }
    if !results.is_empty() {
        f.write_str(" = ")?;
    }
    let sym = |s: SymbolRef| symbol(module, s);
    let desc = |ty: &Option<SymbolRef>| ty.map_or_else(String::new, |t| format!(" {}", sym(t)));
    match &func.insts[inst] {
        InstData::IConst { value } => write!(f, "iconst {value}"),
        InstData::FConst { bits } => write!(f, "fconst 0x{bits:x}"),
        InstData::SymbolAddr { symbol, offset: 0 } => write!(f, "symbol {}", sym(*symbol)),
        InstData::SymbolAddr { symbol, offset } => {
            write!(f, "symbol {} {offset:+}", sym(*symbol))
        }
        InstData::SlotAddr { slot } => write!(f, "slot {slot}"),
        InstData::ClosureContext => f.write_str("context"),
        InstData::FrameAddress => f.write_str("frame"),
        InstData::CallerPc => f.write_str("callerpc"),
        InstData::Unary { op, x } => write!(f, "{} {x}", op.as_str()),
        InstData::Binary { op, x, y } => write!(f, "{} {x}, {y}", op.as_str()),
        InstData::Fma { x, y, z } => write!(f, "fma {x}, {y}, {z}"),
        InstData::AddCarry { x, y, carry } => write!(f, "addc {x}, {y}, {carry}"),
        InstData::SubBorrow { x, y, borrow } => write!(f, "subb {x}, {y}, {borrow}"),
        InstData::ICmp { cond, x, y } => write!(f, "icmp {} {x}, {y}", cond.as_str()),
        InstData::FCmp { cond, x, y } => write!(f, "fcmp {} {x}, {y}", cond.as_str()),
        InstData::Select { cond, x, y } => write!(f, "select {cond}, {x}, {y}"),
        InstData::Load {
            flags: m,
            addr,
            offset,
        } => {
            write!(f, "load{} {}", flags(*m), place(*addr, *offset))
        }
        InstData::Store {
            flags: m,
            value,
            addr,
            offset,
        } => {
            write!(f, "store{} {value}, {}", flags(*m), place(*addr, *offset))
        }
        InstData::StorePtr {
            flags: m,
            value,
            addr,
            offset,
        } => {
            write!(
                f,
                "storeptr{} {value}, {}",
                flags(*m),
                place(*addr, *offset)
            )
        }
        InstData::MemMove {
            dst,
            src,
            size,
            ty,
            pointers,
        } => {
            let pointers = if *pointers && ty.is_none() {
                " pointers"
            } else {
                ""
            };
            write!(f, "memmove {dst}, {src}, {size}{}{pointers}", desc(ty))
        }
        InstData::MemZero { dst, size, ty } => write!(f, "memzero {dst}, {size}{}", desc(ty)),
        InstData::New { ty, size, align } => {
            write!(f, "new {} size {size} align {align}", sym(*ty))
        }
        InstData::NilCheck { x } => write!(f, "nilcheck {x}"),
        InstData::BoundsCheck {
            kind,
            unsigned,
            index,
            bound,
        } => {
            let sign = if *unsigned { " unsigned" } else { "" };
            write!(f, "bounds {}{sign} {index}, {bound}", kind.as_str())
        }
        InstData::AtomicLoad { order, addr } => {
            write!(f, "atomicload {} {addr}", order.as_str())
        }
        InstData::AtomicStore { order, value, addr } => {
            write!(f, "atomicstore {} {value}, {addr}", order.as_str())
        }
        InstData::AtomicRmw { op, addr, value } => {
            write!(f, "atomicrmw {} {addr}, {value}", op.as_str())
        }
        InstData::AtomicCas { addr, old, new } => write!(f, "atomiccas {addr}, {old}, {new}"),
        InstData::SlotStart { slot } => write!(f, "slotstart {slot}"),
        InstData::SlotEnd { slot } => write!(f, "slotend {slot}"),
        InstData::KeepAlive { x } => write!(f, "keepalive {x}"),
        InstData::DebugValue { var, place, x } => {
            write!(f, "debug {var} ")?;
            match place {
                DebugPlace::Part(offset) => write!(f, "part {offset} ")?,
                DebugPlace::At => f.write_str("at ")?,
                DebugPlace::Via => f.write_str("via ")?,
            }
            match x {
                Some(x) => write!(f, "{x}"),
                None => f.write_str("none"),
            }
        }
        InstData::Call { target, sig, args } => {
            match target {
                CallTarget::Direct(s) => write!(f, "call {}", sym(*s))?,
                CallTarget::Closure(v) => write!(f, "call closure {v}")?,
                CallTarget::Interface { itab, method, id } => {
                    write!(f, "call interface {itab}.{method}")?;
                    if let Some(id) = id {
                        write!(f, " {}", sym(*id))?;
                    }
                }
            }
            write!(f, "({}) {}", values(args), signature(sig))
        }
        InstData::Jump(to) => write!(f, "jump {}", block_call(to)),
        InstData::BrIf { cond, then, els } => {
            write!(f, "brif {cond}, {}, {}", block_call(then), block_call(els))
        }
        InstData::Switch { x, cases, default } => {
            write!(f, "switch {x}")?;
            for (number, to) in cases {
                write!(f, ", {number}: {}", block_call(to))?;
            }
            write!(f, ", {}", block_call(default))
        }
        InstData::SetRecover {
            slot,
            normal,
            recovered,
        } => {
            write!(
                f,
                "setrecover {slot}, {}, {}",
                block_call(normal),
                block_call(recovered)
            )
        }
        InstData::Return { values: list } if list.is_empty() => f.write_str("ret"),
        InstData::Return { values: list } => write!(f, "ret {}", values(list)),
        InstData::Unreachable => f.write_str("unreachable"),
    }?;
    if let Some(loc) = func.locs[inst] {
        write!(f, " @{loc}")?;
    }
    writeln!(f)
}
