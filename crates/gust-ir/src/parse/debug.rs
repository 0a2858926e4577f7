//! Reading what debuggers are told.

use super::{Parser, Result};
use crate::parse::lexer::Token;
use crate::{
    DebugEncoding, DebugField, DebugPlace, DebugType, DebugTypeData, DebugVarData, Function,
    InstData,
};

impl Parser<'_> {
    fn name(&mut self) -> Result<String> {
        String::from_utf8(self.string()?).map_err(|_| self.error("not UTF-8"))
    }

    fn size(&mut self, keyword: &str) -> Result<u64> {
        self.keyword(keyword)?;
        Ok(self.number()? as u64)
    }

    fn debug_type_ref(&mut self) -> Result<DebugType> {
        self.handle('t').map(DebugType::from_u32)
    }

    /// The rest of a line of the table of types. They are numbered in order.
    pub(super) fn debug_type(&mut self) -> Result<()> {
        if self.handle('t')? as usize != self.module.debug_types.len() {
            return Err(self.error("types are to be numbered in order"));
        }
        let data = match self.word()?.as_str() {
            "basic" => DebugTypeData::Basic {
                name: self.name()?,
                encoding: self.named("encoding", |word| {
                    let mut all = DebugEncoding::ALL.into_iter();
                    all.find(|e| e.as_str() == word)
                })?,
                size: self.size("size")?,
            },
            "pointer" => DebugTypeData::Pointer {
                name: self.name()?,
                to: match self.lexer.peek() {
                    Token::Word(w) if is_type(w) => Some(self.debug_type_ref()?),
                    _ => None,
                },
            },
            "struct" => DebugTypeData::Struct {
                name: self.name()?,
                size: self.size("size")?,
                fields: {
                    self.expect('(')?;
                    self.list(|p| {
                        let name = p.name()?;
                        p.expect(':')?;
                        let ty = p.debug_type_ref()?;
                        let offset = p.number()? as u64;
                        Ok(DebugField { name, ty, offset })
                    })?
                },
            },
            "array" => DebugTypeData::Array {
                size: self.size("size")?,
                elem: self.debug_type_ref()?,
                count: self.number()? as u64,
            },
            "named" => DebugTypeData::Named {
                name: self.name()?,
                of: self.debug_type_ref()?,
            },
            other => return Err(self.error(format!("unknown type {other}"))),
        };
        self.module.debug_types.push(data);
        Ok(())
    }

    /// A line of a function's table of variables, likewise.
    pub(super) fn debug_var(&mut self, func: &mut Function) -> Result<()> {
        if self.handle('d')? as usize != func.debug_vars.len() {
            return Err(self.error("variables are to be numbered in order"));
        }
        self.expect(':')?;
        let name = self.name()?;
        let ty = self.debug_type_ref()?;
        self.keyword("arg")?;
        let arg = self.u32()?;
        let loc = self.location()?;
        func.debug_vars.push(DebugVarData { name, ty, arg, loc });
        Ok(())
    }

    /// The rest of the instruction.
    pub(super) fn debug_value(&mut self, ops: &mut Vec<u32>) -> Result<InstData> {
        let var = crate::DebugVar::from_u32(self.handle('d')?);
        let place = match self.word()?.as_str() {
            "part" => DebugPlace::Part(self.u32()?),
            "at" => DebugPlace::At,
            "via" => DebugPlace::Via,
            other => return Err(self.error(format!("unknown place {other}"))),
        };
        let x = if self.lexer.peek() == &Token::Word("none".into()) {
            self.lexer.next();
            None
        } else {
            Some(self.operand(ops)?)
        };
        Ok(InstData::DebugValue { var, place, x })
    }
}

/// Whether a word is the handle of a type, not the keyword `type`.
fn is_type(word: &str) -> bool {
    let number = word.strip_prefix('t');
    number.is_some_and(|n| n.parse::<u32>().is_ok())
}
