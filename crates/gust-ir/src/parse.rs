//! Reading the text form. Values may have any numbers and gaps; the function read has them
//! renumbered densely in order of definition. Blocks keep their numbers.

mod debug;
mod lexer;

use crate::{
    AtomicOp, BinaryOp, Block, BlockCall, BoundsKind, CallTarget, DataItem, FloatCond, Function,
    Global, Inst, InstData, IntCond, Linkage, Loc, LocData, MemFlags, Module, Need, Ordering,
    Section, Signature, Slot, SlotData, SymbolRef, Type, UnaryOp, Value,
};
use cranelift_entity::SecondaryMap;
use lexer::{Lexer, Token};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::fmt;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// 1-based line.
    pub line: u32,
    /// What was expected or is wrong.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Result<T> = std::result::Result<T, ParseError>;

/// Reads a module.
///
/// # Errors
/// The first thing that is not of the text form. A module that is read need not be valid:
/// see [`crate::verify`].
pub fn module(text: &str) -> Result<Module> {
    let mut parser = Parser {
        lexer: Lexer::new(text)?,
        module: Module::new(),
        locs: HashMap::new(),
    };
    while parser.lexer.peek() != &Token::End {
        match parser.word()?.as_str() {
            "loc" => parser.loc_line()?,
            "type" => parser.debug_type()?,
            "global" => parser.global()?,
            "func" => parser.function()?,
            other => {
                return Err(parser.error(format!("expected loc, type, global or func: {other}")));
            }
        }
    }
    Ok(parser.module)
}

/// A text with higher block numbers is not one that was printed.
const MAX_BLOCKS: u32 = 1 << 24;

struct Parser<'a> {
    lexer: Lexer<'a>,
    module: Module,
    locs: HashMap<u32, Loc>,
}

/// The handles of the function being read, by their numbers in the text.
struct Body {
    func: Function,
    /// Blocks whose head was read.
    placed: SecondaryMap<Block, bool>,
    /// Blocks jumped to, with the line.
    jumps: Vec<(Block, u32)>,
    values: HashMap<u32, Value>,
    slots: HashMap<u32, Slot>,
}

/// An instruction as read: operands are still numbers, since a value may be used before the
/// line that defines it.
struct Line {
    /// Has one stand-in for all operands, replaced by `operands` in order.
    inst: Inst,
    operands: Vec<u32>,
    line: u32,
}

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError {
            line: self.lexer.token_line(),
            message: message.into(),
        }
    }

    fn expect(&mut self, punct: char) -> Result<()> {
        match self.lexer.next() {
            Token::Punct(c) if c == punct => Ok(()),
            other => Err(self.error(format!("expected {punct:?}, found {other}"))),
        }
    }

    fn eat(&mut self, punct: char) -> bool {
        let found = self.lexer.peek() == &Token::Punct(punct);
        if found {
            self.lexer.next();
        }
        found
    }

    fn word(&mut self) -> Result<String> {
        match self.lexer.next() {
            Token::Word(word) => Ok(word),
            other => Err(self.error(format!("expected a word, found {other}"))),
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.lexer.peek(), Token::Word(w) if w == word);
        if found {
            self.lexer.next();
        }
        found
    }

    fn keyword(&mut self, keyword: &str) -> Result<()> {
        let word = self.word()?;
        if word == keyword {
            Ok(())
        } else {
            Err(self.error(format!("expected {keyword}")))
        }
    }

    fn number(&mut self) -> Result<i64> {
        match self.lexer.next() {
            Token::Number(n) => Ok(n),
            other => Err(self.error(format!("expected a number, found {other}"))),
        }
    }

    fn u32(&mut self) -> Result<u32> {
        let n = self.number()?;
        u32::try_from(n).map_err(|_| self.error("number out of range"))
    }

    fn string(&mut self) -> Result<Vec<u8>> {
        match self.lexer.next() {
            Token::String(bytes) => Ok(bytes),
            other => Err(self.error(format!("expected a string, found {other}"))),
        }
    }

    /// `x12` with the letter `x`.
    fn handle(&mut self, letter: char) -> Result<u32> {
        let word = self.word()?;
        let number = word
            .strip_prefix(letter)
            .and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| self.error(format!("expected {letter}0, found {word}")))
    }

    fn symbol(&mut self) -> Result<SymbolRef> {
        match self.lexer.next() {
            Token::Symbol(name) => Ok(self.module.symbol(&name)),
            other => Err(self.error(format!("expected a symbol, found {other}"))),
        }
    }

    fn optional_symbol(&mut self) -> Result<Option<SymbolRef>> {
        // `@l0` is a location, which the lexer tells from a symbol.
        if matches!(self.lexer.peek(), Token::Symbol(_)) {
            self.symbol().map(Some)
        } else {
            Ok(None)
        }
    }

    fn offset(&mut self) -> Result<i64> {
        if let Token::Signed(n) = *self.lexer.peek() {
            self.lexer.next();
            return Ok(n);
        }
        Ok(0)
    }

    fn loc_line(&mut self) -> Result<()> {
        let number = self.handle('l')?;
        let file = String::from_utf8(self.string()?).map_err(|_| self.error("not UTF-8"))?;
        self.expect(':')?;
        let line = self.u32()?;
        self.expect(':')?;
        let column = self.u32()?;
        let mut inlined = None;
        if self.lexer.peek() == &Token::Word("in".into()) {
            self.lexer.next();
            let function = self.symbol()?;
            self.keyword("at")?;
            let at = self.handle('l')?;
            let at = *self
                .locs
                .get(&at)
                .ok_or_else(|| self.error("unknown location"))?;
            inlined = Some((function, at));
        }
        let loc = self.module.locs.push(LocData {
            file,
            line,
            column,
            inlined,
        });
        self.locs.insert(number, loc);
        Ok(())
    }

    /// `@l7`, if it is there.
    fn location(&mut self) -> Result<Option<Loc>> {
        let Token::Location(number) = *self.lexer.peek() else {
            return Ok(None);
        };
        self.lexer.next();
        let known = self.locs.get(&number).copied();
        known
            .map(Some)
            .ok_or_else(|| self.error("unknown location"))
    }

    fn linkage(&mut self) -> Result<Linkage> {
        let word = self.word()?;
        let all = [
            Linkage::Local,
            Linkage::Export,
            Linkage::LinkOnce,
            Linkage::Weak,
        ];
        let found = all.into_iter().find(|l| l.as_str() == word);
        found.ok_or_else(|| self.error(format!("unknown linkage {word}")))
    }

    fn align(&mut self) -> Result<u32> {
        self.keyword("align")?;
        self.u32()
    }

    fn global(&mut self) -> Result<()> {
        let symbol = self.symbol()?;
        let linkage = self.linkage()?;
        let word = self.word()?;
        let section = Section::ALL.into_iter().find(|s| s.as_str() == word);
        let section = section.ok_or_else(|| self.error(format!("unknown section {word}")))?;
        let align = self.align()?;
        self.expect('{')?;
        let mut items = Vec::new();
        while !self.eat('}') {
            items.push(match self.word()?.as_str() {
                "bytes" => DataItem::Bytes(self.string()?),
                "zero" => DataItem::Zero(u64::from(self.u32()?)),
                "addr" => DataItem::Address(self.symbol()?, self.offset()?),
                "addr32" => DataItem::Address32(self.symbol()?),
                "weak" => self.weak(true)?,
                "weak32" => self.weak(false)?,
                other => return Err(self.error(format!("unknown data {other}"))),
            });
        }
        self.module.globals.push(Global {
            symbol,
            linkage,
            section,
            align,
            items,
        });
        Ok(())
    }

    fn weak(&mut self, wide: bool) -> Result<DataItem> {
        let to = self.symbol()?;
        let need = match self.word()?.as_str() {
            "other" => Need::Other,
            "called" => Need::Called(self.symbol()?),
            "reflected" => Need::Reflected(self.symbol()?),
            other => return Err(self.error(format!("unknown need {other}"))),
        };
        Ok(DataItem::Weak { to, need, wide })
    }

    fn ty(&mut self) -> Result<Type> {
        let word = self.word()?;
        let found = Type::ALL.into_iter().find(|t| t.as_str() == word);
        found.ok_or_else(|| self.error(format!("unknown type {word}")))
    }

    /// Elements up to the closing parenthesis; the opening one has been read.
    fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut list = Vec::new();
        while !self.eat(')') {
            if !list.is_empty() {
                self.expect(',')?;
            }
            list.push(element(self)?);
        }
        Ok(list)
    }

    fn signature(&mut self) -> Result<Signature> {
        self.expect('(')?;
        let params = self.list(Self::ty)?;
        self.expect('>')?;
        self.expect('(')?;
        let results = self.list(Self::ty)?;
        Ok(Signature { params, results })
    }

    fn function(&mut self) -> Result<()> {
        let symbol = self.symbol()?;
        let linkage = self.linkage()?;
        let sig = self.signature()?;
        let mut func = Function::new(symbol, sig);
        func.linkage = linkage;
        while !self.eat('{') {
            if matches!(self.lexer.peek(), Token::Location(_)) {
                func.loc = self.location()?;
                continue;
            }
            let word = self.word()?;
            if !func.attrs.set(&word) {
                return Err(self.error(format!("unknown attribute {word}")));
            }
        }
        let mut body = Body {
            func,
            placed: SecondaryMap::new(),
            jumps: Vec::new(),
            values: HashMap::new(),
            slots: HashMap::new(),
        };
        let mut lines = Vec::new();
        let mut block = None;
        while !self.eat('}') {
            if let Some(line) = self.body_line(&mut body, &mut block)? {
                lines.push(line);
            }
        }
        self.finish(body, lines)
    }

    /// A slot, the head of a block, or an instruction.
    fn body_line(&mut self, body: &mut Body, block: &mut Option<Block>) -> Result<Option<Line>> {
        let start = self.lexer.peek_line();
        let Token::Word(first) = self.lexer.peek().clone() else {
            return Err(self.error("expected a block, slot or instruction"));
        };
        let is_handle = |letter: char| {
            first
                .strip_prefix(letter)
                .is_some_and(|n| n.parse::<u32>().is_ok())
        };
        if is_handle('s') && block.is_none() {
            let number = self.handle('s')?;
            self.expect(':')?;
            self.keyword("size")?;
            let size = self.u32()?;
            let align = self.align()?;
            body.slots
                .insert(number, body.func.slots.push(SlotData { size, align }));
            return Ok(None);
        }
        if is_handle('d') && block.is_none() {
            self.debug_var(&mut body.func)?;
            return Ok(None);
        }
        if is_handle('b') {
            let number = self.handle('b')?;
            let here = body.head(number).map_err(|m| self.error(m))?;
            if std::mem::replace(&mut body.placed[here], true) {
                return Err(self.error(format!("{here} is there twice")));
            }
            body.func.layout.push(here);
            *block = Some(here);
            self.expect('(')?;
            for (number, ty) in self.list(|p| p.definition())? {
                let value = body.func.add_param(here, ty);
                body.define(number, value).map_err(|m| self.error(m))?;
            }
            self.expect(':')?;
            return Ok(None);
        }
        let Some(block) = *block else {
            return Err(self.error("instruction outside a block"));
        };
        let mut results = Vec::new();
        if is_handle('v') {
            results.push(self.definition()?);
            while self.eat(',') {
                results.push(self.definition()?);
            }
            self.expect('=')?;
        }
        let mut operands = Vec::new();
        let data = self.inst(body, &mut operands)?;
        let loc = self.location()?;
        let types: Vec<Type> = results.iter().map(|r| r.1).collect();
        let inst = body.func.append(block, data, &types, loc);
        for (i, (number, _)) in results.into_iter().enumerate() {
            let value = body.func.results[inst][i];
            let line = start;
            body.define(number, value)
                .map_err(|message| ParseError { line, message })?;
        }
        Ok(Some(Line {
            inst,
            operands,
            line: start,
        }))
    }

    fn definition(&mut self) -> Result<(u32, Type)> {
        let number = self.handle('v')?;
        self.expect(':')?;
        Ok((number, self.ty()?))
    }

    /// Puts the operands into the instructions, now that all values are known.
    fn finish(&mut self, mut body: Body, lines: Vec<Line>) -> Result<()> {
        for line in &lines {
            let mut operands = line.operands.iter();
            let mut unknown = None;
            let values = &body.values;
            body.func.insts[line.inst].for_each_operand_mut(|operand| {
                let number = operands.next().copied().unwrap_or_default();
                match values.get(&number) {
                    Some(&value) => *operand = value,
                    None => unknown = Some(number),
                }
            });
            if let Some(number) = unknown {
                let message = format!("v{number} is not defined");
                return Err(ParseError {
                    line: line.line,
                    message,
                });
            }
        }
        for (block, line) in body.jumps {
            if !body.placed[block] {
                return Err(ParseError {
                    line,
                    message: format!("{block} is not there"),
                });
            }
        }
        self.module.functions.push(body.func);
        Ok(())
    }

    /// Reads `v5` as an operand: notes the number, gives the stand-in.
    fn operand(&mut self, operands: &mut Vec<u32>) -> Result<Value> {
        operands.push(self.handle('v')?);
        Ok(Value::from_u32(0))
    }

    fn next_operand(&mut self, operands: &mut Vec<u32>) -> Result<Value> {
        self.expect(',')?;
        self.operand(operands)
    }

    fn args<const N: usize>(&mut self, operands: &mut Vec<u32>) -> Result<SmallVec<[Value; N]>>
    where
        [Value; N]: smallvec::Array<Item = Value>,
    {
        self.expect('(')?;
        Ok(self.list(|p| p.operand(operands))?.into_iter().collect())
    }

    fn block_call(&mut self, body: &mut Body, operands: &mut Vec<u32>) -> Result<BlockCall> {
        let number = self.handle('b')?;
        let block = body.head(number).map_err(|m| self.error(m))?;
        body.jumps.push((block, self.lexer.token_line()));
        Ok(BlockCall {
            block,
            args: self.args(operands)?,
        })
    }

    fn flags(&mut self) -> MemFlags {
        let mut flags = MemFlags::default();
        loop {
            match self.lexer.peek() {
                Token::Word(word) if word == "notrap" => flags.notrap = true,
                Token::Word(word) if word == "readonly" => flags.readonly = true,
                _ => return flags,
            }
            self.lexer.next();
        }
    }

    fn place(&mut self, operands: &mut Vec<u32>) -> Result<(Value, i32)> {
        let addr = self.operand(operands)?;
        let offset = self.offset()?;
        let offset = i32::try_from(offset).map_err(|_| self.error("offset out of range"))?;
        Ok((addr, offset))
    }

    fn named<T>(&mut self, what: &str, from_name: impl Fn(&str) -> Option<T>) -> Result<T> {
        let word = self.word()?;
        from_name(&word).ok_or_else(|| self.error(format!("unknown {what} {word}")))
    }

    fn inst(&mut self, body: &mut Body, ops: &mut Vec<u32>) -> Result<InstData> {
        let name = self.word()?;
        if let Some(op) = UnaryOp::from_name(&name) {
            return Ok(InstData::Unary {
                op,
                x: self.operand(ops)?,
            });
        }
        if let Some(op) = BinaryOp::from_name(&name) {
            return Ok(InstData::Binary {
                op,
                x: self.operand(ops)?,
                y: self.next_operand(ops)?,
            });
        }
        Ok(match name.as_str() {
            "iconst" => InstData::IConst {
                value: self.lexer.signed_number()?,
            },
            "fconst" => InstData::FConst {
                bits: self.number()? as u64,
            },
            "symbol" => InstData::SymbolAddr {
                symbol: self.symbol()?,
                offset: self.offset()?,
            },
            "slot" => InstData::SlotAddr {
                slot: self.slot(body)?,
            },
            "context" => InstData::ClosureContext,
            "frame" => InstData::FrameAddress,
            "callerpc" => InstData::CallerPc,
            "fma" | "addc" | "subb" | "select" | "atomiccas" => {
                let x = self.operand(ops)?;
                let y = self.next_operand(ops)?;
                let z = self.next_operand(ops)?;
                match name.as_str() {
                    "fma" => InstData::Fma { x, y, z },
                    "addc" => InstData::AddCarry { x, y, carry: z },
                    "subb" => InstData::SubBorrow { x, y, borrow: z },
                    "select" => InstData::Select {
                        cond: x,
                        x: y,
                        y: z,
                    },
                    _ => InstData::AtomicCas {
                        addr: x,
                        old: y,
                        new: z,
                    },
                }
            }
            "icmp" => InstData::ICmp {
                cond: self.named("condition", IntCond::from_name)?,
                x: self.operand(ops)?,
                y: self.next_operand(ops)?,
            },
            "fcmp" => InstData::FCmp {
                cond: self.named("condition", FloatCond::from_name)?,
                x: self.operand(ops)?,
                y: self.next_operand(ops)?,
            },
            "load" => {
                let flags = self.flags();
                let (addr, offset) = self.place(ops)?;
                InstData::Load {
                    flags,
                    addr,
                    offset,
                }
            }
            "store" | "storeptr" => {
                let flags = self.flags();
                let value = self.operand(ops)?;
                self.expect(',')?;
                let (addr, offset) = self.place(ops)?;
                if name == "store" {
                    InstData::Store {
                        flags,
                        value,
                        addr,
                        offset,
                    }
                } else {
                    InstData::StorePtr {
                        flags,
                        value,
                        addr,
                        offset,
                    }
                }
            }
            "memmove" => {
                let dst = self.operand(ops)?;
                let (src, size) = (self.next_operand(ops)?, self.next_operand(ops)?);
                let ty = self.optional_symbol()?;
                InstData::MemMove {
                    dst,
                    src,
                    size,
                    ty,
                    pointers: ty.is_some() || self.eat_word("pointers"),
                }
            }
            "memzero" => InstData::MemZero {
                dst: self.operand(ops)?,
                size: self.next_operand(ops)?,
                ty: self.optional_symbol()?,
            },
            "new" => {
                let ty = self.symbol()?;
                self.keyword("size")?;
                let size = self.u32()?;
                InstData::New {
                    ty,
                    size,
                    align: self.align()?,
                }
            }
            "nilcheck" => InstData::NilCheck {
                x: self.operand(ops)?,
            },
            "bounds" => InstData::BoundsCheck {
                kind: self.named("bounds check", BoundsKind::from_name)?,
                unsigned: self.eat_word("unsigned"),
                index: self.operand(ops)?,
                bound: self.next_operand(ops)?,
            },
            "atomicload" => InstData::AtomicLoad {
                order: self.named("ordering", Ordering::from_name)?,
                addr: self.operand(ops)?,
            },
            "atomicstore" => InstData::AtomicStore {
                order: self.named("ordering", Ordering::from_name)?,
                value: self.operand(ops)?,
                addr: self.next_operand(ops)?,
            },
            "atomicrmw" => InstData::AtomicRmw {
                op: self.named("operation", AtomicOp::from_name)?,
                addr: self.operand(ops)?,
                value: self.next_operand(ops)?,
            },
            "slotstart" => InstData::SlotStart {
                slot: self.slot(body)?,
            },
            "slotend" => InstData::SlotEnd {
                slot: self.slot(body)?,
            },
            "keepalive" => InstData::KeepAlive {
                x: self.operand(ops)?,
            },
            "debug" => self.debug_value(ops)?,
            "call" => self.call(ops)?,
            "jump" => InstData::Jump(self.block_call(body, ops)?),
            "brif" => {
                let cond = self.operand(ops)?;
                self.expect(',')?;
                let then = self.block_call(body, ops)?;
                self.expect(',')?;
                InstData::BrIf {
                    cond,
                    then,
                    els: self.block_call(body, ops)?,
                }
            }
            "switch" => self.switch(body, ops)?,
            "setrecover" => {
                let slot = self.slot(body)?;
                self.expect(',')?;
                let normal = self.block_call(body, ops)?;
                self.expect(',')?;
                InstData::SetRecover {
                    slot,
                    normal,
                    recovered: self.block_call(body, ops)?,
                }
            }
            "ret" => {
                let mut values = SmallVec::new();
                if matches!(self.lexer.peek(), Token::Word(w) if w.starts_with('v')) {
                    values.push(self.operand(ops)?);
                    while self.eat(',') {
                        values.push(self.operand(ops)?);
                    }
                }
                InstData::Return { values }
            }
            "unreachable" => InstData::Unreachable,
            _ => return Err(self.error(format!("unknown instruction {name}"))),
        })
    }

    fn slot(&mut self, body: &Body) -> Result<Slot> {
        let number = self.handle('s')?;
        body.slots
            .get(&number)
            .copied()
            .ok_or_else(|| self.error("unknown slot"))
    }

    fn call(&mut self, ops: &mut Vec<u32>) -> Result<InstData> {
        let target = match self.lexer.peek() {
            Token::Word(word) if word == "closure" => {
                self.lexer.next();
                CallTarget::Closure(self.operand(ops)?)
            }
            Token::Word(word) if word == "interface" => {
                self.lexer.next();
                let itab = self.operand(ops)?;
                self.expect('.')?;
                let method = self.u32()?;
                let id = match self.lexer.peek() {
                    Token::Symbol(_) => Some(self.symbol()?),
                    _ => None,
                };
                CallTarget::Interface { itab, method, id }
            }
            _ => CallTarget::Direct(self.symbol()?),
        };
        let args = self.args(ops)?;
        Ok(InstData::Call {
            target,
            args,
            sig: Box::new(self.signature()?),
        })
    }

    fn switch(&mut self, body: &mut Body, ops: &mut Vec<u32>) -> Result<InstData> {
        let x = self.operand(ops)?;
        let mut cases = Vec::new();
        loop {
            self.expect(',')?;
            if matches!(self.lexer.peek(), Token::Word(_)) {
                return Ok(InstData::Switch {
                    x,
                    cases,
                    default: self.block_call(body, ops)?,
                });
            }
            let number = self.lexer.signed_number()?;
            self.expect(':')?;
            cases.push((number, self.block_call(body, ops)?));
        }
    }
}

impl Body {
    /// The block with that number, made when first named.
    fn head(&mut self, number: u32) -> std::result::Result<Block, String> {
        if number >= MAX_BLOCKS {
            return Err(format!("b{number}: block number too large"));
        }
        while self.func.blocks.len() <= number as usize {
            self.func.blocks.push(Default::default());
        }
        Ok(Block::from_u32(number))
    }

    fn define(&mut self, number: u32, value: Value) -> std::result::Result<(), String> {
        match self.values.insert(number, value) {
            None => Ok(()),
            Some(_) => Err(format!("v{number} is defined twice")),
        }
    }
}
