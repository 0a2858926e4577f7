//! The syntax tree.
//!
//! Nodes live in the arenas of an [`Ast`] and name each other by index, so a tree is a handful
//! of flat vectors: dropping one is cheap however deep it nests, and what later stages learn
//! about an expression stands in a table indexed by its [`ExprId`].
//!
//! One `Ast` holds all files of one package (the formatter's holds a single file). Every
//! identifier, declared or used, is an expression of kind [`ExprKind::Name`], so that an object
//! can be looked up by the `ExprId` of any of its occurrences.
//!
//! The tree keeps the positions of all tokens that the formatter, the checker's messages or
//! debug information need. It is purely syntactic: nothing is resolved, and a tree from a file
//! with errors has `Bad` nodes where nothing better could be made of the text.
//!
//! Invariant: nesting is at most [`MAX_DEPTH`] deep for everything the parser recurses on;
//! operand chains that the parser loops over (`a + b + c ...`, `x.y.z ...`, `else if`) may have
//! [`MAX_CHAIN`] links and consumers must run where the stack suffices.

mod expr_string;
mod nodes;
mod walk;

pub use nodes::*;

use crate::source::{Pos, SourceFile};
use crate::symbol::Symbol;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

/// How deep the parser lets source text nest before it reports an error.
pub const MAX_DEPTH: usize = 10_000;

/// How long a chain that the parser loops over may be, as in the official formatter's parser.
pub const MAX_CHAIN: usize = 100_000;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident => $field:ident: $node:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(pub u32);

        impl $id {
            /// The index into dense side tables.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Debug for $id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($field), "{}"), self.0)
            }
        }

        impl Index<$id> for Ast {
            type Output = $node;

            fn index(&self, id: $id) -> &$node {
                &self.$field[id.index()]
            }
        }

        impl IndexMut<$id> for Ast {
            fn index_mut(&mut self, id: $id) -> &mut $node {
                &mut self.$field[id.index()]
            }
        }
    )*};
}

ids! {
    /// Names an expression or type of an [`Ast`].
    ExprId => exprs: Expr;
    /// Names a statement of an [`Ast`].
    StmtId => stmts: Stmt;
    /// Names a parameter, result, struct field or interface element.
    FieldId => fields: Field;
    /// Names a parenthesised or braced list of fields.
    FieldListId => field_lists: FieldList;
    /// Names a function type or signature.
    FuncTypeId => func_types: FuncType;
    /// Names a `{ ... }` statement list.
    BlockId => blocks: Block;
    /// Names one `import`, `const`, `type` or `var` specification.
    SpecId => specs: Spec;
    /// Names a declaration.
    DeclId => decls: Decl;
    /// Names a group of comments.
    CommentGroupId => comment_groups: CommentGroup;
    /// Names a file of the [`Ast`].
    FileId => files: File;
}

macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident of $id:ident in $pool:ident, $push:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
        pub struct $list {
            start: u32,
            len: u32,
        }

        impl $list {
            /// Number of elements.
            #[must_use]
            pub fn len(self) -> usize {
                self.len as usize
            }

            /// Whether there are none.
            #[must_use]
            pub fn is_empty(self) -> bool {
                self.len == 0
            }
        }

        impl Index<$list> for Ast {
            type Output = [$id];

            fn index(&self, list: $list) -> &[$id] {
                &self.$pool[list.start as usize..(list.start + list.len) as usize]
            }
        }

        impl Ast {
            /// Stores a finished list.
            pub fn $push(&mut self, items: &[$id]) -> $list {
                let start = self.$pool.len() as u32;
                self.$pool.extend_from_slice(items);
                $list { start, len: items.len() as u32 }
            }
        }
    )*};
}

lists! {
    /// A list of expressions: `ast[list]` is a slice.
    ExprList of ExprId in expr_pool, push_exprs;
    /// A list of statements.
    StmtList of StmtId in stmt_pool, push_stmts;
    /// A list of fields.
    FieldIds of FieldId in field_pool, push_fields;
    /// A list of specifications.
    SpecList of SpecId in spec_pool, push_specs;
    /// A list of declarations.
    DeclList of DeclId in decl_pool, push_decls;
}

/// The syntax trees of the files of one package.
#[derive(Debug, Default)]
pub struct Ast {
    /// All expressions.
    pub exprs: Vec<Expr>,
    /// All statements.
    pub stmts: Vec<Stmt>,
    /// All fields.
    pub fields: Vec<Field>,
    /// All field lists.
    pub field_lists: Vec<FieldList>,
    /// All function types.
    pub func_types: Vec<FuncType>,
    /// All blocks.
    pub blocks: Vec<Block>,
    /// All specifications.
    pub specs: Vec<Spec>,
    /// All declarations.
    pub decls: Vec<Decl>,
    /// All comment groups, when comments were asked for.
    pub comment_groups: Vec<CommentGroup>,
    /// The files, in the order they were parsed.
    pub files: Vec<File>,
    expr_pool: Vec<ExprId>,
    stmt_pool: Vec<StmtId>,
    field_pool: Vec<FieldId>,
    spec_pool: Vec<SpecId>,
    decl_pool: Vec<DeclId>,
}

impl Ast {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an expression.
    pub fn expr(&mut self, pos: Pos, kind: ExprKind) -> ExprId {
        self.exprs.push(Expr { pos, kind });
        ExprId(self.exprs.len() as u32 - 1)
    }

    /// Adds a statement.
    pub fn stmt(&mut self, pos: Pos, kind: StmtKind) -> StmtId {
        self.stmts.push(Stmt { pos, kind });
        StmtId(self.stmts.len() as u32 - 1)
    }

    /// The name if `e` is an identifier.
    #[must_use]
    pub fn name(&self, e: ExprId) -> Option<Symbol> {
        match self[e].kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// `e` without enclosing parentheses.
    #[must_use]
    pub fn unparen(&self, mut e: ExprId) -> ExprId {
        while let ExprKind::Paren { x, .. } = self[e].kind {
            e = x;
        }
        e
    }

    /// The file of the tree that `pos` lies in.
    #[must_use]
    pub fn file_of(&self, pos: Pos) -> Option<FileId> {
        let at = self.files.iter().position(|f| f.source.contains(pos))?;
        Some(FileId(at as u32))
    }
}

/// One parsed file.
#[derive(Debug)]
pub struct File {
    /// The text.
    pub source: Arc<SourceFile>,
    /// Position of `package`.
    pub package: Pos,
    /// The package name, an [`ExprKind::Name`]; `None` when the clause is broken.
    pub name: Option<ExprId>,
    /// All top-level declarations in source order, imports included.
    pub decls: DeclList,
    /// End of the text.
    pub eof: Pos,
    /// The package's doc comment.
    pub doc: Option<CommentGroupId>,
    /// All comment groups of the file in source order, when comments were asked for.
    pub comments: std::ops::Range<u32>,
    /// `//go:` and other `//name:` directives that matter to the compiler, in source order.
    pub directives: Vec<Directive>,
    /// The language version that a `//go:build` line of the file asks for (`go1.21`), if any.
    pub go_version: Option<Symbol>,
    /// `//go:build` expression text (without the `//go:build ` prefix), if one stands in the
    /// file's header.
    pub build_constraint: Option<String>,
}

/// A `//go:...`, `//export` or similar compiler directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Position of the comment.
    pub pos: Pos,
    /// All text after `//`, up to the line's end: `go:linkname local remote`.
    pub text: String,
    /// Whether nothing but white space stands before it on its line.
    pub starts_line: bool,
}

/// Comments with no blank line or token between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentGroup {
    /// The comments, at least one.
    pub list: Vec<Comment>,
}

/// One `//` or `/* */` comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Position of the slash.
    pub pos: Pos,
    /// One past the last byte of the comment in the source (the line break of a `//` comment
    /// is not part of it).
    pub end: Pos,
    /// The text with its comment markers; carriage returns removed as the official scanner does.
    pub text: String,
}
