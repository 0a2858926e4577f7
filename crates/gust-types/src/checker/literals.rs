//! Basic and function literals.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::{LiteralKind, Value};
use crate::ids::TypeId;
use crate::types::{Signature, Type};
use crate::version::GoVersion;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::LitKind;

/// Longest numeric literal, in bytes. Anything near it is meaningless (constants have a few
/// thousand bits) and would only cost time.
const MAX_NUMBER: usize = 10_000;

impl Checker<'_> {
    /// A basic literal.
    pub(crate) fn basic_lit(&self, x: &mut Operand, e: ExprId) {
        let ExprKind::BasicLit { kind, value, .. } = self.ast[e].kind else {
            return;
        };
        let text = value.as_str();
        if matches!(kind, LitKind::Int | LitKind::Float | LitKind::Imag) {
            self.check_number_version(e, kind, text);
            if text.len() > MAX_NUMBER {
                let start: String = text.chars().take(10).collect();
                let len = text.len();
                let text = format!("excessively long constant: {start}... ({len} chars)");
                self.error(e, "InvalidConstVal", text);
                return;
            }
        }
        let (literal, ty) = match kind {
            LitKind::Int => (LiteralKind::Int, TypeId::UNTYPED_INT),
            LitKind::Float => (LiteralKind::Float, TypeId::UNTYPED_FLOAT),
            LitKind::Imag => (LiteralKind::Imag, TypeId::UNTYPED_COMPLEX),
            LitKind::Char => (LiteralKind::Rune, TypeId::UNTYPED_RUNE),
            LitKind::String => (LiteralKind::String, TypeId::UNTYPED_STRING),
        };
        let value = Value::from_literal(literal, text);
        if value.is_unknown() {
            // Lexically it is valid, so its exponent is out of reach.
            self.error(e, "InvalidConstVal", format!("malformed constant: {text}"));
            return;
        }
        *x = Operand {
            mode: Mode::Constant,
            ty,
            value: Some(value),
            expr: Some(e),
        };
        self.overflow(x, self.ast.start(e));
    }

    /// Reports forms of numbers that the language version does not have.
    fn check_number_version(&self, e: ExprId, kind: LitKind, text: &str) {
        let what = match text.as_bytes() {
            [] | [_] | [_, _] => return,
            _ if text.contains('_') => "underscore in numeric literal",
            [b'0', b'b' | b'B', ..] => "binary literal",
            [b'0', b'o' | b'O', ..] => "0o/0O-style octal literal",
            [b'0', b'x' | b'X', ..] if kind != LitKind::Int => "hexadecimal floating-point literal",
            _ => return,
        };
        self.verify_version(e.into(), GoVersion(13), what);
    }

    /// A function literal. Its body is checked later, when the type declaration it may be part of
    /// is complete, but before the scope around it changes.
    pub(crate) fn func_lit(&self, x: &mut Operand, e: ExprId) {
        let ExprKind::FuncLit { ty, body } = self.ast[e].kind else {
            return;
        };
        let sig = self.new_type(Type::Signature(Signature::default()));
        self.func_type(sig, None, ty);
        if !self.config.ignore_func_bodies {
            // The body counts as part of the declaration around it.
            let (decl, iota) = {
                let env = self.env.borrow();
                (env.decl, env.iota.clone())
            };
            self.later(move |checker| {
                checker.func_body(decl, sig, body, iota);
            });
        }
        x.set_value(sig);
    }
}
