//! Operands: what an expression evaluates to during checking, and how messages describe it.

use super::Checker;
use crate::constant::Value;
use crate::ids::TypeId;
use crate::object::BuiltinId;
use gust_syntax::Pos;
use gust_syntax::ast::ExprId;

/// The mode of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In error.
    Invalid,
    /// A call without result.
    NoValue,
    /// A predeclared function.
    Builtin(BuiltinId),
    /// A type.
    TypeExpr,
    /// A constant; `value` is set.
    Constant,
    /// An addressable variable.
    Variable,
    /// A map index expression.
    MapIndex,
    /// A computed value.
    Value,
    /// The predeclared nil (type untyped nil).
    Nil,
    /// Like `Value`, may be used with comma-ok.
    CommaOk,
}

/// An operand.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    pub mode: Mode,
    /// The type; `TypeId::INVALID` if the mode is `Invalid` or there is none.
    pub ty: TypeId,
    /// The value of a constant.
    pub value: Option<Value>,
    /// The expression, if it has one.
    pub expr: Option<ExprId>,
}

impl Operand {
    /// An operand in error.
    pub fn invalid() -> Self {
        Self {
            mode: Mode::Invalid,
            ty: TypeId::INVALID,
            value: None,
            expr: None,
        }
    }

    /// Whether it is not in error.
    pub fn is_valid(&self) -> bool {
        self.mode != Mode::Invalid
    }

    /// Makes it one in error; its expression stays.
    pub fn invalidate(&mut self) {
        self.mode = Mode::Invalid;
    }
}

/// What a function value is assigned to, for inferring its type arguments.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The signature (a type whose underlying type is one).
    pub sig: TypeId,
    /// Description for messages.
    pub desc: String,
}

#[allow(unused_variables)]
impl Checker<'_> {
    /// Where the operand's expression is.
    pub(crate) fn operand_pos(&self, x: &Operand) -> Pos {
        unimplemented!()
    }

    /// The operand as messages describe it: `x (variable of type int)`.
    pub(crate) fn operand_str(&self, x: &Operand) -> String {
        unimplemented!()
    }

    /// A target for assigning to something of type `t`, if that is a function type.
    pub(crate) fn new_target(&self, t: Option<TypeId>, desc: &str) -> Option<Target> {
        unimplemented!()
    }

    /// Whether `x` is the predeclared nil.
    pub(crate) fn operand_is_nil(&self, x: &Operand) -> bool {
        unimplemented!()
    }

    /// "array", "slice", "struct", ... for composite types; none for others.
    pub(crate) fn composite_kind(&self, t: TypeId) -> &'static str {
        unimplemented!()
    }
}
