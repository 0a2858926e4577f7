//! Checks that all positions of a tree lie in its file and that nodes end behind their start.

use gust_syntax::SourceFile;
use gust_syntax::ast::{Ast, DeclId, ExprId, StmtId};
use gust_syntax::source::Pos;

/// Panics if a position of the tree's only file, or of one of its nodes, is out of range.
pub fn check(ast: &Ast, source: &SourceFile) {
    let inside = |pos: Pos, what: &str| {
        assert!(source.contains(pos), "{what} at {pos:?} is not in the file");
    };
    let span = |start: Pos, end: Pos, what: &str| {
        inside(start, what);
        inside(end, what);
        assert!(start <= end, "{what} from {start:?} ends at {end:?}");
    };
    for i in 0..ast.exprs.len() {
        let e = ExprId(i as u32);
        span(ast.start(e), ast.end(e), "expression");
        inside(ast.op_pos(e), "operator");
        inside(ast.official_start(e), "official start");
    }
    for i in 0..ast.stmts.len() {
        let s = StmtId(i as u32);
        inside(ast[s].pos, "statement");
        inside(ast.stmt_op_pos(s), "statement operator");
    }
    for i in 0..ast.decls.len() {
        let d = DeclId(i as u32);
        span(ast[d].pos, ast.decl_end(d), "declaration");
    }
    for group in &ast.comment_groups {
        for comment in &group.list {
            span(comment.pos, comment.end, "comment");
        }
    }
    for directive in &ast.files[0].directives {
        inside(directive.pos, "directive");
    }
}
