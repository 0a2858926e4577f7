//! The sizes of nodes when printed on one line.

use super::engine::{Lexeme, Printer, Sink};
use super::position::Place;
use crate::ast::{BlockId, ExprId, ExprKind, StmtId, StmtKind};
use crate::source::Pos;
use crate::token::LitKind;

/// Larger than any line one would write.
const MAX_LINE: usize = 1_000_000;

impl Printer<'_> {
    pub fn is_measuring(&self) -> bool {
        matches!(self.sink, Sink::Measure(_))
    }

    /// Ends measuring of the current node, if any: a part of it does not fit on a line.
    pub fn give_up_measuring(&mut self) {
        if let Sink::Measure(measure) = &mut self.sink {
            measure.exceeded = true;
        }
    }

    /// The size of an expression in bytes, if it fits on one line.
    pub fn expr_size(&mut self, e: ExprId) -> Option<usize> {
        self.expr_size_up_to(e, MAX_LINE)
    }

    /// The size of an expression in bytes, if it fits on one line and does not exceed `max`. All
    /// calls for one expression must agree in `max`.
    pub fn expr_size_up_to(&mut self, e: ExprId, max: usize) -> Option<usize> {
        // No need to print the most frequent nodes, nor to remember them.
        match self.src.ast[e].kind {
            ExprKind::Name(name) => return Some(name.len()).filter(|&size| size <= max),
            ExprKind::BasicLit { kind, value, .. } if kind != LitKind::String => {
                return Some(value.len()).filter(|&size| size <= max);
            }
            _ => {}
        }
        if let Some(&size) = self.sizes.exprs.get(&e) {
            return size;
        }
        let size = self.measure(max, |p| p.expr(e));
        self.sizes.exprs.insert(e, size);
        size
    }

    fn stmt_size(&mut self, s: StmtId, max: usize) -> Option<usize> {
        if let Some(&size) = self.sizes.stmts.get(&s) {
            return size;
        }
        let size = self.measure(max, |p| {
            // Labels are unindented.
            p.indent = usize::from(matches!(p.src.ast[s].kind, StmtKind::Labeled { .. }));
            p.stmt(s, false);
        });
        self.sizes.stmts.insert(s, size);
        size
    }

    /// Prints a node in order to measure it. Sizes are remembered: nodes are measured at every
    /// level of nesting around them, so the work would be exponential otherwise.
    fn measure(&mut self, max: usize, print: impl FnOnce(&mut Self)) -> Option<usize> {
        let sizes = std::mem::take(&mut self.sizes);
        let mut printer = Printer::measuring(self.src, max, sizes, self.nesting());
        print(&mut printer);
        printer.implied_semicolon = false;
        printer.flush(Place::END, Lexeme::EndOfFile);
        if printer.too_deep() {
            self.set_nesting_exceeded();
        }
        let Printer { sink, sizes, .. } = printer;
        self.sizes = sizes;
        match sink {
            Sink::Measure(measure) if !measure.exceeded => Some(measure.size),
            _ => None,
        }
    }

    /// The size of a function body on one line, without its braces; more than `max` if it does not
    /// go on one line.
    pub fn body_size(&mut self, body: BlockId, max: usize) -> usize {
        const MAX_STATEMENTS: usize = 5;
        const SEPARATOR: usize = "; ".len();

        let ast = self.src.ast;
        let block = &ast[body];
        let stmts = &ast[block.stmts];
        if self.line(block.lbrace) != self.line(block.rbrace) || stmts.len() > MAX_STATEMENTS {
            return max + 1;
        }
        let mut size = self.comment_size_before(self.place(block.rbrace));
        for (i, &stmt) in stmts.iter().enumerate() {
            if size > max {
                break;
            }
            if i > 0 {
                size += SEPARATOR;
            }
            size += self.stmt_size(stmt, max).unwrap_or(max + 1);
        }
        size
    }

    /// The number of columns between `start_column` of the output and its end, if the construct
    /// that starts at `start` in the source is still on its first line there; else a large number.
    ///
    /// Negative if a comment broke the line in the output only.
    pub fn distance_from(&self, start: Pos, start_column: isize) -> isize {
        if self.pos.is_known() && self.line(start) == self.pos.line {
            self.out_column - start_column
        } else {
            MAX_LINE as isize
        }
    }
}
