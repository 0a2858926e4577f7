//! Operands: what an expression evaluates to during checking, and how messages describe it.

use super::Checker;
use crate::constant::Value;
use crate::ids::TypeId;
use crate::object::BuiltinId;
use crate::types::Type;
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

impl Mode {
    /// The mode in messages.
    fn description(self) -> &'static str {
        match self {
            Mode::Invalid => "invalid operand",
            Mode::NoValue => "no value",
            Mode::Builtin(_) => "built-in",
            Mode::TypeExpr => "type",
            Mode::Constant => "constant",
            Mode::Variable => "variable",
            Mode::MapIndex => "map index expression",
            Mode::Value => "value",
            Mode::Nil => "nil",
            Mode::CommaOk => "comma, ok expression",
        }
    }
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

    /// A computed value of type `ty`.
    pub fn value(expr: Option<ExprId>, ty: TypeId) -> Self {
        Self {
            mode: Mode::Value,
            ty,
            value: None,
            expr,
        }
    }

    /// The value if it is a constant.
    pub fn constant(&self) -> Option<&Value> {
        match self.mode {
            Mode::Constant => self.value.as_ref(),
            _ => None,
        }
    }

    /// Makes it a constant of its type.
    pub fn set_constant(&mut self, value: Value) {
        self.mode = Mode::Constant;
        self.value = Some(value);
    }

    /// Makes it a computed value of type `ty`.
    pub fn set_value(&mut self, ty: TypeId) {
        self.mode = Mode::Value;
        self.ty = ty;
        self.value = None;
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

impl Checker<'_> {
    /// The operand as messages describe it: `x (variable of type int)`.
    pub(crate) fn operand_str(&self, x: &Operand) -> String {
        if x.mode == Mode::Nil {
            return match x.ty {
                TypeId::INVALID => "nil (with invalid type)".into(),
                TypeId::UNTYPED_NIL => "nil".into(),
                ty => format!("nil (of type {})", self.type_str(ty)),
            };
        }
        let value = x.value.as_ref().map(Value::to_string).unwrap_or_default();
        let expr = match (x.expr, x.mode) {
            (Some(e), _) => self.expr_str(e),
            (None, Mode::Builtin(id)) => super::builtins::traits(id).name.into(),
            (None, Mode::TypeExpr) => self.type_str(x.ty),
            (None, Mode::Constant) => value.clone(),
            _ => String::new(),
        };
        let mut text = x.mode.description().to_string();
        if x.mode == Mode::Constant && value != expr {
            text.push(' ');
            text += &value;
        }
        let has_type = !matches!(
            x.mode,
            Mode::Invalid | Mode::NoValue | Mode::Builtin(_) | Mode::TypeExpr
        );
        if has_type && self.is_untyped(x.ty) {
            text = format!("{} {text}", self.type_str(x.ty));
        } else if has_type {
            text += &self.type_description(x.ty);
        }
        if expr.is_empty() {
            text
        } else {
            format!("{expr} ({text})")
        }
    }

    /// " of type T" with what helps to understand `T`: the kind of a named type's structure, the
    /// constraint of a type parameter.
    fn type_description(&self, t: TypeId) -> String {
        if !self.is_valid(t) {
            return " with invalid type".into();
        }
        let mut text = String::from(" of ");
        if self.is_generic(t) {
            text += "generic ";
        }
        if let Type::TypeParam(param) = self.ty(self.unalias(t)) {
            text += &format!("type {}", self.type_str(t));
            if let Some(bound) = param.bound.get() {
                text += &format!(" constrained by {}", self.type_str(bound));
            }
            if self.has_empty_type_set(t) {
                text += " with empty type set";
            }
            return text;
        }
        if matches!(self.ty(t), Type::Named(_) | Type::Alias(_)) {
            let kind = match self.composite_kind(t) {
                "" => self.basic_name(t),
                kind => kind,
            };
            text += kind;
            text.push(' ');
        }
        text += &format!("type {}", self.type_str(t));
        text
    }

    /// The name, without package, of the basic type that underlies `t`.
    fn basic_name(&self, t: TypeId) -> &'static str {
        match self.ty(self.under(t)) {
            Type::Basic(basic) => basic.name,
            _ => "",
        }
    }

    /// A target for assigning to something of type `t`, if that is a function type.
    pub(crate) fn new_target(&self, t: Option<TypeId>, desc: &str) -> Option<Target> {
        let sig = self.under(t?);
        matches!(self.ty(sig), Type::Signature(_)).then(|| Target {
            sig,
            desc: desc.into(),
        })
    }

    /// Whether `x` is the predeclared nil.
    pub(crate) fn operand_is_nil(&self, x: &Operand) -> bool {
        x.mode == Mode::Nil
    }

    /// "array", "slice", "struct", ... for composite types; empty for others.
    pub(crate) fn composite_kind(&self, t: TypeId) -> &'static str {
        match self.ty(self.under(t)) {
            Type::Array { .. } => "array",
            Type::Slice { .. } => "slice",
            Type::Struct(_) => "struct",
            Type::Pointer { .. } => "pointer",
            Type::Signature(_) => "func",
            Type::Interface(_) => "interface",
            Type::Map { .. } => "map",
            Type::Chan { .. } => "chan",
            Type::Tuple(_) => "tuple",
            Type::Union(_) => "union",
            Type::Basic(_) | Type::Named(_) | Type::TypeParam(_) | Type::Alias(_) => "",
        }
    }
}
