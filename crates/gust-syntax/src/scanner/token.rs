//! The tokens the scanner delivers.

use crate::token::Op;

/// The class of a token. Operators share few classes; which operator it is stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Tok {
    Eof,
    /// An identifier.
    Name,
    /// Any basic literal.
    Literal,
    /// An operator that is neither `*` nor part of an assignment.
    Operator,
    /// `op=`
    AssignOp,
    /// `++` or `--`
    IncOp,
    /// `=`
    Assign,
    /// `:=`
    Define,
    /// `<-`
    Arrow,
    /// `*`
    Star,
    Lparen,
    Lbrack,
    Lbrace,
    Rparen,
    Rbrack,
    Rbrace,
    Comma,
    /// `;`, written or inserted.
    Semi,
    Colon,
    Dot,
    DotDotDot,
    Break,
    Case,
    Chan,
    Const,
    Continue,
    Default,
    Defer,
    Else,
    Fallthrough,
    For,
    Func,
    Go,
    Goto,
    If,
    Import,
    Interface,
    Map,
    Package,
    Range,
    Return,
    Select,
    Struct,
    Switch,
    Type,
    Var,
}

impl Tok {
    /// How error messages write the token class.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Tok::Eof => "EOF",
            Tok::Name => "name",
            Tok::Literal => "literal",
            Tok::Operator => "op",
            Tok::AssignOp => "op=",
            Tok::IncOp => "opop",
            Tok::Assign => "=",
            Tok::Define => ":=",
            Tok::Arrow => "<-",
            Tok::Star => "*",
            Tok::Lparen => "(",
            Tok::Lbrack => "[",
            Tok::Lbrace => "{",
            Tok::Rparen => ")",
            Tok::Rbrack => "]",
            Tok::Rbrace => "}",
            Tok::Comma => "comma",
            Tok::Semi => "semicolon or newline",
            Tok::Colon => ":",
            Tok::Dot => ".",
            Tok::DotDotDot => "...",
            Tok::Break => "keyword break",
            Tok::Case => "keyword case",
            Tok::Chan => "keyword chan",
            Tok::Const => "keyword const",
            Tok::Continue => "keyword continue",
            Tok::Default => "keyword default",
            Tok::Defer => "keyword defer",
            Tok::Else => "keyword else",
            Tok::Fallthrough => "keyword fallthrough",
            Tok::For => "keyword for",
            Tok::Func => "keyword func",
            Tok::Go => "keyword go",
            Tok::Goto => "keyword goto",
            Tok::If => "keyword if",
            Tok::Import => "keyword import",
            Tok::Interface => "keyword interface",
            Tok::Map => "keyword map",
            Tok::Package => "keyword package",
            Tok::Range => "keyword range",
            Tok::Return => "keyword return",
            Tok::Select => "keyword select",
            Tok::Struct => "keyword struct",
            Tok::Switch => "keyword switch",
            Tok::Type => "keyword type",
            Tok::Var => "keyword var",
        }
    }

    /// The keyword that `word` spells, if any.
    pub(crate) fn keyword(word: &[u8]) -> Option<Tok> {
        // Most identifiers are told apart from keywords by their first byte or length.
        if !(2..=11).contains(&word.len()) || !(b'b'..=b'v').contains(&word[0]) {
            return None;
        }
        Some(match word {
            b"break" => Tok::Break,
            b"case" => Tok::Case,
            b"chan" => Tok::Chan,
            b"const" => Tok::Const,
            b"continue" => Tok::Continue,
            b"default" => Tok::Default,
            b"defer" => Tok::Defer,
            b"else" => Tok::Else,
            b"fallthrough" => Tok::Fallthrough,
            b"for" => Tok::For,
            b"func" => Tok::Func,
            b"go" => Tok::Go,
            b"goto" => Tok::Goto,
            b"if" => Tok::If,
            b"import" => Tok::Import,
            b"interface" => Tok::Interface,
            b"map" => Tok::Map,
            b"package" => Tok::Package,
            b"range" => Tok::Range,
            b"return" => Tok::Return,
            b"select" => Tok::Select,
            b"struct" => Tok::Struct,
            b"switch" => Tok::Switch,
            b"type" => Tok::Type,
            b"var" => Tok::Var,
            _ => return None,
        })
    }
}

/// What a semicolon token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SemiKind {
    /// Written out.
    Semicolon,
    /// Inserted at a line's end.
    Newline,
    /// Inserted at the file's end.
    Eof,
}

impl SemiKind {
    /// How error messages call it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            SemiKind::Semicolon => "semicolon",
            SemiKind::Newline => "newline",
            SemiKind::Eof => "EOF",
        }
    }
}

/// A set of token classes.
#[derive(Clone, Copy)]
pub(crate) struct TokSet(u64);

impl TokSet {
    /// The set of `toks`.
    pub(crate) const fn new(toks: &[Tok]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < toks.len() {
            bits |= 1 << toks[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    /// Whether `tok` is in the set.
    pub(crate) fn contains(self, tok: Tok) -> bool {
        self.0 >> tok as u8 & 1 != 0
    }

    /// Both sets together.
    pub(crate) fn union(self, other: TokSet) -> TokSet {
        TokSet(self.0 | other.0)
    }

    /// The set with one more token.
    pub(crate) fn with(self, tok: Tok) -> TokSet {
        TokSet(self.0 | 1 << tok as u8)
    }
}

/// Operators as the scanner starts with: any value will do for tokens that have none.
pub(crate) const NO_OP: Op = Op::Not;
