//! The node types. Field order and names follow the spec's grammar.

use super::{
    BlockId, CommentGroupId, DeclId, ExprId, ExprList, FieldIds, FieldListId, FuncTypeId, SpecList,
    StmtId, StmtList,
};
use crate::source::Pos;
use crate::symbol::Symbol;
use crate::token::{BranchKeyword, ChanDir, DeclKeyword, LitKind, Op};

/// An expression or type.
#[derive(Debug, Clone, Copy)]
pub struct Expr {
    /// First byte of the node for prefix forms, names, literals and types; for the postfix and
    /// infix forms (`x.y`, `x[i]`, `f(x)`, `x.(T)`, `T{}`, `x op y`, `k: v`) the first byte of
    /// the leftmost operand, so that this is always where the expression starts.
    pub pos: Pos,
    /// What it is.
    pub kind: ExprKind,
}

/// The kinds of expressions and types.
#[derive(Debug, Clone, Copy)]
pub enum ExprKind {
    /// Text that could not be parsed, up to `end`.
    Bad {
        /// One past the last byte.
        end: Pos,
    },
    /// An identifier.
    Name(Symbol),
    /// A basic literal as written.
    BasicLit {
        /// Its kind.
        kind: LitKind,
        /// Source text (carriage returns stripped from raw strings).
        value: Symbol,
        /// One past its last byte in the source.
        end: Pos,
        /// Whether the scanner reported an error in it: do not report another.
        bad: bool,
    },
    /// `T{...}`, or `{...}` inside another composite literal.
    CompositeLit {
        /// The type, if written.
        ty: Option<ExprId>,
        /// `{`
        lbrace: Pos,
        /// Elements; keyed ones are [`ExprKind::KeyValue`].
        elems: ExprList,
        /// `}`
        rbrace: Pos,
    },
    /// `key: value` in a composite literal.
    KeyValue {
        /// Left of the colon.
        key: ExprId,
        /// `:`
        colon: Pos,
        /// Right of the colon.
        value: ExprId,
    },
    /// `func(...) ... { ... }`
    FuncLit {
        /// The signature.
        ty: FuncTypeId,
        /// The body.
        body: BlockId,
    },
    /// `(x)`
    Paren {
        /// Inside.
        x: ExprId,
        /// Whether the official compiler's tree leaves these parentheses out (those of a
        /// parenthesised type, mostly): its messages neither show them nor point at them.
        dropped: bool,
        /// `)`
        rparen: Pos,
    },
    /// `x.sel`
    Selector {
        /// Left of the dot.
        x: ExprId,
        /// `.`
        dot: Pos,
        /// The selected name, an [`ExprKind::Name`].
        sel: ExprId,
    },
    /// `x[i]`, `x[T1, T2]`
    Index {
        /// Indexed or instantiated.
        x: ExprId,
        /// `[`
        lbrack: Pos,
        /// One index, or one or more type arguments; empty only after a syntax error.
        indices: ExprList,
        /// `]`
        rbrack: Pos,
    },
    /// `x[lo:hi]`, `x[lo:hi:max]`
    Slice {
        /// Sliced.
        x: ExprId,
        /// `[`
        lbrack: Pos,
        /// The three places as a list of optional expressions.
        index: SliceIndices,
        /// `]`
        rbrack: Pos,
    },
    /// `x.(T)`, or `x.(type)` in a type switch guard.
    TypeAssert {
        /// Left of the dot.
        x: ExprId,
        /// `.`
        dot: Pos,
        /// `(`
        lparen: Pos,
        /// The type; `None` for `.(type)`.
        ty: Option<ExprId>,
        /// `)`
        rparen: Pos,
    },
    /// `fun(args...)`; also conversions.
    Call {
        /// Called.
        fun: ExprId,
        /// `(`
        lparen: Pos,
        /// Arguments.
        args: ExprList,
        /// `...` after the last argument, or none.
        ellipsis: Pos,
        /// `)`
        rparen: Pos,
    },
    /// `*x`: dereference or pointer type.
    Star {
        /// The operand.
        x: ExprId,
    },
    /// `op x`
    Unary {
        /// Operator; `Recv` for `<-x`, `And` for `&x`, `Tilde` for `~T`.
        op: Op,
        /// Operand.
        x: ExprId,
    },
    /// `x op y`
    Binary {
        /// Operator.
        op: Op,
        /// Position of the operator.
        op_pos: Pos,
        /// Left.
        x: ExprId,
        /// Right.
        y: ExprId,
    },
    /// `...T` as the type of a final parameter, or `...` as array length.
    Ellipsis {
        /// The element type; `None` for an array length or after an error.
        elem: Option<ExprId>,
    },
    /// `[len]elem`, `[...]elem` (length is an [`ExprKind::Ellipsis`]), `[]elem` (no length).
    ArrayType {
        /// The length.
        len: Option<ExprId>,
        /// `]`
        rbrack: Pos,
        /// Element type.
        elem: ExprId,
    },
    /// `struct { ... }`
    StructType {
        /// Fields with their braces.
        fields: FieldListId,
    },
    /// `func(...) ...` as a type.
    FuncType(FuncTypeId),
    /// `interface { ... }`. A method is a field with one name whose type is a
    /// [`ExprKind::FuncType`] without `func` keyword; an embedded element is a field without name
    /// whose type is a type, a `~T`, or a union as a chain of `|` [`ExprKind::Binary`].
    InterfaceType {
        /// Methods and embedded elements with their braces.
        elems: FieldListId,
    },
    /// `map[key]value`
    MapType {
        /// Key type.
        key: ExprId,
        /// `]`
        rbrack: Pos,
        /// Element type.
        value: ExprId,
    },
    /// `chan T`, `chan<- T`, `<-chan T`
    ChanType {
        /// Direction.
        dir: ChanDir,
        /// `<-`, if there is one.
        arrow: Pos,
        /// Element type.
        elem: ExprId,
    },
}

/// The indices of a slice expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SliceIndices {
    /// `[lo, hi, max]`, each if written. `[:]` has none.
    pub at: [Option<ExprId>; 3],
    /// Whether there are two colons.
    pub full: bool,
}

/// A parameter, result, receiver, type parameter, struct field or interface element declaration.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Names declared here, each an [`ExprKind::Name`]; none for embedded fields, unnamed
    /// parameters and embedded interface elements.
    pub names: ExprList,
    /// The type; for type parameters the constraint. `None` only after a syntax error.
    pub ty: Option<ExprId>,
    /// Struct field tag, an [`ExprKind::BasicLit`].
    pub tag: Option<ExprId>,
    /// Comment above.
    pub doc: Option<CommentGroupId>,
    /// Comment behind, on the same line.
    pub comment: Option<CommentGroupId>,
}

/// Fields with the brackets around them.
#[derive(Debug, Clone, Copy)]
pub struct FieldList {
    /// `(`, `[` or `{`; none for a single unparenthesised result.
    pub open: Pos,
    /// The fields.
    pub fields: FieldIds,
    /// `)`, `]` or `}`.
    pub close: Pos,
}

/// A signature.
#[derive(Debug, Clone, Copy)]
pub struct FuncType {
    /// `func`, if written here (interface methods have none).
    pub func: Pos,
    /// `[P C]`, for function declarations.
    pub type_params: Option<FieldListId>,
    /// Parameters.
    pub params: FieldListId,
    /// Results.
    pub results: Option<FieldListId>,
}

/// `{ stmts }`
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// `{`
    pub lbrace: Pos,
    /// The statements.
    pub stmts: StmtList,
    /// `}`; where the parser gave up if it is missing.
    pub rbrace: Pos,
}

/// A statement.
#[derive(Debug, Clone, Copy)]
pub struct Stmt {
    /// Where it starts.
    pub pos: Pos,
    /// What it is.
    pub kind: StmtKind,
}

/// The kinds of statements.
#[derive(Debug, Clone, Copy)]
pub enum StmtKind {
    /// Text that could not be parsed, up to `end`.
    Bad {
        /// One past the last byte.
        end: Pos,
    },
    /// A declaration.
    Decl(DeclId),
    /// The empty statement; `implicit` if not even a semicolon was written.
    Empty {
        /// No `;` in the source.
        implicit: bool,
    },
    /// `label: stmt`
    Labeled {
        /// The label, an [`ExprKind::Name`].
        label: ExprId,
        /// `:`
        colon: Pos,
        /// The labelled statement.
        stmt: StmtId,
    },
    /// An expression used as a statement.
    Expr(ExprId),
    /// `chan <- value`
    Send {
        /// Channel.
        chan: ExprId,
        /// `<-`
        arrow: Pos,
        /// Value.
        value: ExprId,
    },
    /// `x++`, `x--`
    IncDec {
        /// Operand.
        x: ExprId,
        /// Position of the operator.
        op_pos: Pos,
        /// `++` if true, else `--`.
        inc: bool,
    },
    /// `lhs = rhs`, `lhs := rhs`, `lhs op= rhs`
    Assign {
        /// Left side.
        lhs: ExprList,
        /// Position of the assignment operator.
        op_pos: Pos,
        /// Which assignment.
        op: AssignOp,
        /// Right side.
        rhs: ExprList,
    },
    /// `go call`
    Go {
        /// The call (any expression after an error).
        call: ExprId,
    },
    /// `defer call`
    Defer {
        /// The call (any expression after an error).
        call: ExprId,
    },
    /// `return results`
    Return {
        /// Results.
        results: ExprList,
    },
    /// `break`, `continue`, `goto`, `fallthrough`
    Branch {
        /// Which.
        keyword: BranchKeyword,
        /// The label, an [`ExprKind::Name`].
        label: Option<ExprId>,
    },
    /// `{ ... }`
    Block(BlockId),
    /// `if init; cond { } else ...`
    If {
        /// Initialisation.
        init: Option<StmtId>,
        /// Condition ([`ExprKind::Bad`] if it is missing).
        cond: ExprId,
        /// Taken if true.
        then: BlockId,
        /// `else` branch: an `If` or `Block`.
        els: Option<StmtId>,
    },
    /// `switch init; tag { ... }`
    Switch {
        /// Initialisation.
        init: Option<StmtId>,
        /// The tag expression.
        tag: Option<ExprId>,
        /// A block whose statements are [`StmtKind::Case`].
        body: BlockId,
    },
    /// `switch init; x := y.(type) { ... }`
    TypeSwitch {
        /// Initialisation.
        init: Option<StmtId>,
        /// The declared name, an [`ExprKind::Name`].
        bind: Option<ExprId>,
        /// `:=`, if `bind` is there.
        define: Pos,
        /// The guard, an [`ExprKind::TypeAssert`] without type.
        guard: ExprId,
        /// A block whose statements are [`StmtKind::Case`].
        body: BlockId,
    },
    /// `case exprs:` or `default:` (no list) of a switch or type switch.
    Case {
        /// Expressions or types; `None` for `default`.
        list: Option<ExprList>,
        /// `:`
        colon: Pos,
        /// Statements.
        body: StmtList,
    },
    /// `select { ... }`
    Select {
        /// A block whose statements are [`StmtKind::Comm`].
        body: BlockId,
    },
    /// `case comm:` or `default:` of a select.
    Comm {
        /// Send, receive expression statement or assignment; `None` for `default`.
        comm: Option<StmtId>,
        /// `:`
        colon: Pos,
        /// Statements.
        body: StmtList,
    },
    /// `for init; cond; post { ... }`
    For {
        /// Initialisation.
        init: Option<StmtId>,
        /// Condition.
        cond: Option<ExprId>,
        /// Post statement.
        post: Option<StmtId>,
        /// Body.
        body: BlockId,
    },
    /// `for key, value := range x { ... }`
    Range {
        /// First iteration variable or place.
        key: Option<ExprId>,
        /// Second iteration variable or place.
        value: Option<ExprId>,
        /// Further left sides, in erroneous programs only.
        extra: ExprList,
        /// Position of `=` or `:=`, if there is one.
        op_pos: Pos,
        /// Whether `:=`.
        define: bool,
        /// Position of `range`.
        range_pos: Pos,
        /// Ranged over.
        x: ExprId,
        /// Body.
        body: BlockId,
    },
}

/// The three forms of assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignOp {
    /// `=`
    Assign,
    /// `:=`
    Define,
    /// `op=`
    Op(Op),
}

/// A top-level or statement-level declaration.
#[derive(Debug, Clone, Copy)]
pub struct Decl {
    /// Its keyword.
    pub pos: Pos,
    /// What it declares.
    pub kind: DeclKind,
    /// Comment above.
    pub doc: Option<CommentGroupId>,
}

/// The kinds of declarations.
#[derive(Debug, Clone, Copy)]
pub enum DeclKind {
    /// Text that could not be parsed, up to `end`.
    Bad {
        /// One past the last byte.
        end: Pos,
    },
    /// `import`, `const`, `type` or `var`, single or grouped.
    Gen {
        /// The keyword.
        keyword: DeclKeyword,
        /// `(`, if grouped.
        lparen: Pos,
        /// The specifications, all of the keyword's kind.
        specs: SpecList,
        /// `)`, if grouped.
        rparen: Pos,
    },
    /// A function or method.
    Func {
        /// Receiver list of a method. The parser reports lists without exactly one receiver.
        recv: Option<FieldListId>,
        /// The name, an [`ExprKind::Name`].
        name: ExprId,
        /// The signature.
        ty: FuncTypeId,
        /// The body; `None` if it is elsewhere (assembly, linkname).
        body: Option<BlockId>,
    },
}

/// One specification of a declaration group.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Where it starts.
    pub pos: Pos,
    /// What it specifies.
    pub kind: SpecKind,
    /// Comment above.
    pub doc: Option<CommentGroupId>,
    /// Comment behind, on the same line.
    pub comment: Option<CommentGroupId>,
}

/// The kinds of specifications.
#[derive(Debug, Clone, Copy)]
pub enum SpecKind {
    /// `name "path"`
    Import {
        /// Local name, `.` or `_`: an [`ExprKind::Name`].
        name: Option<ExprId>,
        /// The path, an [`ExprKind::BasicLit`] of kind string (`Bad` after an error).
        path: ExprId,
    },
    /// `names T = values` of a `const` or `var` declaration.
    Value {
        /// Names, each an [`ExprKind::Name`].
        names: ExprList,
        /// The type, if written.
        ty: Option<ExprId>,
        /// Position of `=`, if there is one.
        eq: Pos,
        /// The values.
        values: ExprList,
        /// Index in its group, for `iota`.
        iota: u32,
    },
    /// `name[P C] T` or `name[P C] = T`
    Type {
        /// The name, an [`ExprKind::Name`].
        name: ExprId,
        /// Type parameters.
        type_params: Option<FieldListId>,
        /// `=`, for alias declarations.
        eq: Pos,
        /// The type ([`ExprKind::Bad`] after an error).
        ty: ExprId,
    },
}

// Expressions are by far the most frequent node.
const _: () = assert!(std::mem::size_of::<Expr>() <= 48);
