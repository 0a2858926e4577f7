//! Operators, keywords and literal kinds, as the syntax tree names them.

use std::fmt;

/// A unary or binary operator (spec: Operators). For `op=` assignments the binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `||`
    OrOr,
    /// `&&`
    AndAnd,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `|`
    Or,
    /// `^`, unary and binary
    Xor,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `&`, unary (address of) and binary
    And,
    /// `&^`
    AndNot,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `!`
    Not,
    /// `<-`, unary receive
    Recv,
    /// `~`, in constraints only
    Tilde,
}

impl Op {
    /// The operator as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Op::OrOr => "||",
            Op::AndAnd => "&&",
            Op::Eq => "==",
            Op::Ne => "!=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::Add => "+",
            Op::Sub => "-",
            Op::Or => "|",
            Op::Xor => "^",
            Op::Mul => "*",
            Op::Div => "/",
            Op::Rem => "%",
            Op::And => "&",
            Op::AndNot => "&^",
            Op::Shl => "<<",
            Op::Shr => ">>",
            Op::Not => "!",
            Op::Recv => "<-",
            Op::Tilde => "~",
        }
    }

    /// Binary precedence, 1 (`||`) to 5 (`*`); 0 for operators that are only unary.
    #[must_use]
    pub fn precedence(self) -> u8 {
        match self {
            Op::OrOr => 1,
            Op::AndAnd => 2,
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => 3,
            Op::Add | Op::Sub | Op::Or | Op::Xor => 4,
            Op::Mul | Op::Div | Op::Rem | Op::And | Op::AndNot | Op::Shl | Op::Shr => 5,
            Op::Not | Op::Recv | Op::Tilde => 0,
        }
    }

    /// `==  !=  <  <=  >  >=`
    #[must_use]
    pub fn is_comparison(self) -> bool {
        self.precedence() == 3
    }

    /// `<<` or `>>`
    #[must_use]
    pub fn is_shift(self) -> bool {
        matches!(self, Op::Shl | Op::Shr)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The kind of a basic literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LitKind {
    /// Integer
    Int,
    /// Floating point
    Float,
    /// Imaginary
    Imag,
    /// Rune
    Char,
    /// String, interpreted or raw
    String,
}

/// The keyword of a declaration group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclKeyword {
    /// `import`
    Import,
    /// `const`
    Const,
    /// `type`
    Type,
    /// `var`
    Var,
}

impl DeclKeyword {
    /// The keyword as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DeclKeyword::Import => "import",
            DeclKeyword::Const => "const",
            DeclKeyword::Type => "type",
            DeclKeyword::Var => "var",
        }
    }
}

/// The keyword of a branch statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BranchKeyword {
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `fallthrough`
    Fallthrough,
    /// `goto`
    Goto,
}

impl BranchKeyword {
    /// The keyword as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            BranchKeyword::Break => "break",
            BranchKeyword::Continue => "continue",
            BranchKeyword::Fallthrough => "fallthrough",
            BranchKeyword::Goto => "goto",
        }
    }
}

/// Direction of a channel type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChanDir {
    /// `chan T`
    Both,
    /// `chan<- T`
    Send,
    /// `<-chan T`
    Recv,
}
