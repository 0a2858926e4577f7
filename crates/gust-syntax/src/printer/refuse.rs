//! Mistakes that the official formatter refuses although the grammar has words for them. The
//! official compiler finds them later, when it checks types.

use crate::ast::{Ast, ExprKind, FileId, StmtKind};
use crate::diagnostic::Diagnostic;

/// The mistakes in a file that was parsed without errors, in source order.
pub(super) fn mistakes(ast: &Ast, file: FileId) -> Vec<Diagnostic> {
    let source = &ast[file].source;
    let mut found = Vec::new();
    for stmt in ast.stmts.iter().filter(|stmt| source.contains(stmt.pos)) {
        match stmt.kind {
            StmtKind::Go { call } | StmtKind::Defer { call }
                if !matches!(ast[call].kind, ExprKind::Call { .. }) =>
            {
                let go = matches!(stmt.kind, StmtKind::Go { .. });
                let keyword = if go { "go" } else { "defer" };
                let message = format!("expression in {keyword} must be function call");
                found.push(Diagnostic::syntax(ast.end(call), message));
            }
            StmtKind::Range { extra, .. } if !extra.is_empty() => {
                let message = "range clause permits at most two iteration variables";
                found.push(Diagnostic::syntax(ast[ast[extra][0]].pos, message));
            }
            StmtKind::Comm {
                comm: Some(comm), ..
            } => {
                if let StmtKind::Assign { lhs, .. } = ast[comm].kind
                    && lhs.len() > 2
                {
                    let message = "receive permits at most two variables";
                    found.push(Diagnostic::syntax(ast[comm].pos, message));
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|error| error.pos);
    found
}
