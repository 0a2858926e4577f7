//! Labels and branch statements (spec: Labeled statements to Fallthrough statements).
//!
//! One pass over a function body, not counting the function literals in it, which are passed
//! over on their own. Blocks are numbered as they open, so all `goto`s met since a block opened
//! lie inside it; those that wait for a label stand in lists by name, newest last, and a label
//! takes the ones at the end that its block has seen. Nesting is kept on an explicit stack:
//! the parser may have moved to a larger stack for what is deep in the body.

use super::Parser;
use crate::ast::{AssignOp, Ast, BlockId, DeclKind, ExprId, SpecKind, StmtId, StmtKind, StmtList};
use crate::diagnostic::Diagnostic;
use crate::source::{LineDirective, Pos, SourceFile};
use crate::symbol::Symbol;
use crate::token::{BranchKeyword, DeclKeyword};
use rustc_hash::FxHashMap;

impl Parser<'_> {
    /// Checks the labels and branch statements of a function body.
    pub(super) fn check_branches(&mut self, body: BlockId) {
        let block = self.ast[body];
        let mut checker = Checker {
            ast: self.ast,
            source: self.source,
            lines: &self.lines,
            blocks: Vec::new(),
            labels: Vec::new(),
            by_name: FxHashMap::default(),
            waiting: FxHashMap::default(),
            gotos: 0,
            work: Vec::new(),
            errors: Vec::new(),
        };
        checker.body(block.lbrace, block.stmts);
        for error in checker.errors {
            self.s.report(error);
        }
    }
}

/// What an unlabelled `break` leaves.
#[derive(Clone, Copy)]
enum Breaks {
    Nothing,
    Loop,
    Select,
    Switch { on_type: bool, cases: usize },
}

/// What encloses a statement.
#[derive(Clone, Copy)]
struct Context {
    breaks: Breaks,
    in_loop: bool,
    /// Index of the case of a switch whose statement list this is.
    case: Option<usize>,
}

struct Label {
    name: ExprId,
    stmt: StmtId,
    block: usize,
    used: bool,
    /// The labelled statement is being passed over.
    active: bool,
}

struct OpenBlock {
    start: Pos,
    open: bool,
    /// How many `goto`s had been met when it opened.
    first_goto: usize,
    /// The last variable declaration in it: where, what, and how many `goto`s came before.
    var: Option<(Pos, Var, usize)>,
}

/// What a variable declaration declares, for messages.
#[derive(Clone, Copy)]
enum Var {
    Name(ExprId),
    Assigned(crate::ast::ExprList),
}

/// A `goto` without a label yet.
struct Goto {
    label: ExprId,
    /// How many came before it.
    order: usize,
}

/// A statement list that is still to be passed over.
struct Work {
    stmts: StmtList,
    next: usize,
    /// How many statements count: empty ones at the end do not.
    len: usize,
    context: Context,
    start: Pos,
    /// The label of the statement whose block this is.
    label: Option<usize>,
    /// The block's number, once it is open.
    block: Option<usize>,
}

struct Checker<'a> {
    ast: &'a Ast,
    source: &'a SourceFile,
    lines: &'a [LineDirective],
    blocks: Vec<OpenBlock>,
    labels: Vec<Label>,
    by_name: FxHashMap<Symbol, usize>,
    waiting: FxHashMap<Symbol, Vec<Goto>>,
    gotos: usize,
    work: Vec<Work>,
    errors: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn error(&mut self, pos: Pos, message: String) {
        self.errors.push(Diagnostic::syntax(pos, message));
    }

    /// A place as the official compiler writes it inside a message: with the place in the file
    /// itself if a line directive says otherwise.
    fn place(&self, pos: Pos) -> String {
        let said = self.source.position_by(self.lines, pos);
        let real = self.source.raw_position(pos);
        if said == real {
            real.to_string()
        } else {
            format!("{said}[{real}]")
        }
    }

    fn name(&self, label: ExprId) -> Symbol {
        self.ast.name(label).unwrap_or_else(|| Symbol::new("_"))
    }

    fn body(&mut self, start: Pos, stmts: StmtList) {
        let context = Context {
            breaks: Breaks::Nothing,
            in_loop: false,
            case: None,
        };
        self.add_block(context, start, stmts, None);
        while let Some(mut work) = self.work.pop() {
            let block = match work.block {
                Some(block) => block,
                None => self.open(&mut work),
            };
            if work.next == work.len {
                self.blocks[block].open = false;
                if let Some(label) = work.label {
                    self.labels[label].active = false;
                }
                continue;
            }
            let stmt = self.ast[work.stmts][work.next];
            work.next += 1;
            let last = work.next == work.len;
            let context = work.context;
            self.work.push(work);
            let inner = self.work.len();
            self.stmt(stmt, block, context, last);
            // The first block of the statement comes first.
            self.work[inner..].reverse();
        }
        self.unresolved();
        for i in 0..self.labels.len() {
            if !self.labels[i].used {
                let label = self.labels[i].name;
                let name = self.name(label);
                self.error(
                    self.ast[label].pos,
                    format!("label {name} defined and not used"),
                );
            }
        }
    }

    fn add_block(&mut self, context: Context, start: Pos, stmts: StmtList, label: Option<usize>) {
        let counts = |&s: &StmtId| !matches!(self.ast[s].kind, StmtKind::Empty { .. });
        let len = self.ast[stmts]
            .iter()
            .rposition(counts)
            .map_or(0, |i| i + 1);
        self.work.push(Work {
            stmts,
            next: 0,
            len,
            context,
            start,
            label,
            block: None,
        });
    }

    fn open(&mut self, work: &mut Work) -> usize {
        let block = self.blocks.len();
        self.blocks.push(OpenBlock {
            start: work.start,
            open: true,
            first_goto: self.gotos,
            var: None,
        });
        work.block = Some(block);
        if let Some(label) = work.label {
            self.labels[label].active = true;
        }
        block
    }

    /// Passes over a statement, leaving its blocks on the work list. `last` says that none but
    /// empty statements follow.
    fn stmt(&mut self, stmt: StmtId, block: usize, context: Context, last: bool) {
        let ast = self.ast;
        let mut stmt = stmt;
        let mut label = None;
        while let StmtKind::Labeled {
            label: name,
            stmt: labeled,
            ..
        } = ast[stmt].kind
        {
            if !self.name(name).is_blank() {
                label = self.declare(name, labeled, block);
            }
            stmt = labeled;
        }
        let pos = ast[stmt].pos;
        let nested = Context {
            case: None,
            ..context
        };
        match ast[stmt].kind {
            StmtKind::Decl(decl) => {
                if let DeclKind::Gen {
                    keyword: DeclKeyword::Var,
                    specs,
                    ..
                } = ast[decl].kind
                    && let Some(&spec) = ast[specs].first()
                    && let SpecKind::Value { names, .. } = ast[spec].kind
                {
                    let name = Var::Name(ast[names][0]);
                    self.blocks[block].var = Some((ast[spec].pos, name, self.gotos));
                }
            }
            StmtKind::Assign {
                op: AssignOp::Define,
                op_pos,
                lhs,
                ..
            } => self.blocks[block].var = Some((op_pos, Var::Assigned(lhs), self.gotos)),
            StmtKind::Branch { keyword, label } => match label {
                Some(label) => self.labeled_branch(keyword, label),
                None => self.branch(keyword, pos, context, last),
            },
            StmtKind::Block(b) => self.add_block(nested, ast[b].lbrace, ast[b].stmts, label),
            StmtKind::If { .. } => self.if_blocks(stmt, nested, label),
            StmtKind::For { body, .. } | StmtKind::Range { body, .. } => {
                let context = Context {
                    breaks: Breaks::Loop,
                    in_loop: true,
                    case: None,
                };
                self.add_block(context, ast[body].lbrace, ast[body].stmts, label);
            }
            StmtKind::Switch { body, .. } => self.clauses(body, context, Some(false), label),
            StmtKind::TypeSwitch { body, .. } => self.clauses(body, context, Some(true), label),
            StmtKind::Select { body } => self.clauses(body, context, None, label),
            _ => {}
        }
    }

    /// All blocks of an `if` and the `else if`s behind it.
    fn if_blocks(&mut self, stmt: StmtId, context: Context, label: Option<usize>) {
        let ast = self.ast;
        let (mut next, mut label) = (Some(stmt), label);
        while let Some(stmt) = next.take() {
            let block = match ast[stmt].kind {
                StmtKind::If { then, els, .. } => {
                    next = els;
                    then
                }
                StmtKind::Block(block) => block,
                _ => break,
            };
            self.add_block(context, ast[block].lbrace, ast[block].stmts, label.take());
        }
    }

    fn clauses(
        &mut self,
        body: BlockId,
        context: Context,
        on_type: Option<bool>,
        label: Option<usize>,
    ) {
        let ast = self.ast;
        let clauses = &ast[ast[body].stmts];
        for (i, &clause) in clauses.iter().enumerate() {
            let (StmtKind::Case { body, .. } | StmtKind::Comm { body, .. }) = ast[clause].kind
            else {
                continue;
            };
            let cases = clauses.len();
            let context = Context {
                breaks: match on_type {
                    Some(on_type) => Breaks::Switch { on_type, cases },
                    None => Breaks::Select,
                },
                in_loop: context.in_loop,
                case: on_type.map(|_| i),
            };
            self.add_block(context, ast[clause].pos, body, label);
        }
    }

    /// Declares a label of the statement `stmt`; `None` if the name is taken.
    fn declare(&mut self, name: ExprId, stmt: StmtId, block: usize) -> Option<usize> {
        let symbol = self.name(name);
        let (index, fresh) = match self.by_name.get(&symbol) {
            Some(&index) => {
                let other = self.place(self.ast[self.labels[index].name].pos);
                self.error(
                    self.ast[name].pos,
                    format!("label {symbol} already defined at {other}"),
                );
                (index, false)
            }
            None => {
                let index = self.labels.len();
                self.by_name.insert(symbol, index);
                self.labels.push(Label {
                    name,
                    stmt,
                    block,
                    used: false,
                    active: false,
                });
                (index, true)
            }
        };
        self.resolve(symbol, index, block);
        fresh.then_some(index)
    }

    /// Lets the `goto`s that `block` has seen jump to its label.
    fn resolve(&mut self, name: Symbol, label: usize, block: usize) {
        let Some(waiting) = self.waiting.get_mut(&name) else {
            return;
        };
        let first = self.blocks[block].first_goto;
        let inside = waiting.partition_point(|goto| goto.order < first);
        let gotos: Vec<Goto> = waiting.drain(inside..).collect();
        for goto in gotos {
            self.labels[label].used = true;
            let Some((pos, var, before)) = self.blocks[block].var else {
                continue;
            };
            if goto.order < before {
                let var = match var {
                    Var::Name(name) => self.ast.expr_string(name),
                    Var::Assigned(lhs) => self.ast.exprs_string(&self.ast[lhs]),
                };
                let place = self.place(pos);
                self.error(
                    self.ast[goto.label].pos,
                    format!("goto {name} jumps over declaration of {var} at {place}"),
                );
            }
        }
    }

    /// Reports the `goto`s that have found no label.
    fn unresolved(&mut self) {
        let mut gotos: Vec<Goto> = self.waiting.drain().flat_map(|(_, gotos)| gotos).collect();
        gotos.sort_by_key(|goto| goto.order);
        for goto in gotos {
            let name = self.name(goto.label);
            let message = match self.by_name.get(&name) {
                Some(&label) => {
                    self.labels[label].used = true;
                    let start = self.blocks[self.labels[label].block].start;
                    let place = self.place(start);
                    format!("goto {name} jumps into block starting at {place}")
                }
                None => format!("label {name} not defined"),
            };
            self.error(self.ast[goto.label].pos, message);
        }
    }

    fn branch(&mut self, keyword: BranchKeyword, pos: Pos, context: Context, last: bool) {
        let message = match (keyword, context.breaks) {
            (BranchKeyword::Break, Breaks::Nothing) => "break is not in a loop, switch, or select",
            (BranchKeyword::Continue, _) if !context.in_loop => "continue is not in a loop",
            (BranchKeyword::Fallthrough, Breaks::Switch { on_type: true, .. }) => {
                "cannot fallthrough in type switch"
            }
            (BranchKeyword::Fallthrough, Breaks::Switch { cases, .. }) => match context.case {
                Some(case) if last && case + 1 == cases => {
                    "cannot fallthrough final case in switch"
                }
                Some(_) if last => return,
                _ => "fallthrough statement out of place",
            },
            (BranchKeyword::Fallthrough, _) => "fallthrough statement out of place",
            _ => return,
        };
        self.error(pos, message.to_string());
    }

    fn labeled_branch(&mut self, keyword: BranchKeyword, label: ExprId) {
        let name = self.name(label);
        let target = self.by_name.get(&name).copied();
        if let Some(target) = target {
            // Even if it turns out to be the wrong one.
            self.labels[target].used = true;
        }
        if keyword == BranchKeyword::Goto {
            if !target.is_some_and(|t| self.blocks[self.labels[t].block].open) {
                let order = self.gotos;
                let waiting = self.waiting.entry(name).or_default();
                waiting.push(Goto { label, order });
            }
            self.gotos += 1;
            return;
        }
        let word = keyword.as_str();
        let message = match target {
            None => format!("{word} label not defined: {name}"),
            Some(target) => {
                let target = &self.labels[target];
                let fits = match self.ast[target.stmt].kind {
                    StmtKind::For { .. } | StmtKind::Range { .. } => true,
                    StmtKind::Switch { .. }
                    | StmtKind::TypeSwitch { .. }
                    | StmtKind::Select { .. } => keyword == BranchKeyword::Break,
                    _ => false,
                };
                if fits && target.active {
                    return;
                }
                format!("invalid {word} label {name}")
            }
        };
        self.error(self.ast[label].pos, message);
    }
}
