//! The blocks of a file's functions, and the counters in its text.
//!
//! A block is a run of statements that ends with the first that may go elsewhere, or that holds a function literal; it
//! reaches to where the body or literal begins. The condition of an `else if` is a block of its own, for which
//! braces are added. Everything is inserted without line breaks, so that lines stay what they were.

use super::{COUNTERS, Function, HEADER, Mode, Unit};
use gust_syntax::Pos;
use gust_syntax::ast::{Ast, BlockId, DeclKind, ExprKind, FileId, StmtId, StmtKind};
use std::collections::HashSet;

/// A file's functions, and its text with counters if it has any.
#[derive(Debug, Default)]
pub struct Found {
    pub functions: Vec<Function>,
    pub text: Option<Vec<u8>>,
}

/// Where a function's code stands.
struct Region {
    name: String,
    is_literal: bool,
    lbrace: Pos,
    rbrace: Pos,
    units: Vec<(Unit, usize)>,
}

/// Something to be inserted before the byte at an offset.
struct Edit {
    at: usize,
    /// Counters are numbered last: the number of the function and that of the unit.
    what: Insert,
}

enum Insert {
    Text(&'static str),
    Counter(usize, usize),
}

struct Finder<'a> {
    ast: &'a Ast,
    file: FileId,
    regions: Vec<Region>,
    /// Function literals: where they start, and their braces. In order.
    literals: Vec<(Pos, Pos)>,
    edits: Vec<Edit>,
    seen: HashSet<(String, u32, u32, u32, u32)>,
}

/// Finds the blocks of a file. `next` is the number of words that the package's counters take so far.
pub fn of_file(
    ast: &Ast,
    file: FileId,
    mode: Mode,
    name: &dyn Fn(&str) -> String,
    next: &mut u32,
) -> Found {
    let mut finder = Finder {
        ast,
        file,
        regions: Vec::new(),
        literals: Vec::new(),
        edits: Vec::new(),
        seen: HashSet::new(),
    };
    finder.find_regions();
    finder.find_blocks();
    finder.finish(mode, name, next)
}

impl Finder<'_> {
    fn find_regions(&mut self) {
        let ast = self.ast;
        for expr in &ast.exprs {
            if let ExprKind::FuncLit { body, .. } = expr.kind {
                self.literals.push((expr.pos, ast[body].lbrace));
            }
        }
        self.literals.sort_unstable();
        // Blank functions cannot be called, and nothing in them is counted.
        let mut taken: Vec<(Pos, Pos)> = Vec::new();
        for &decl in &ast[ast[self.file].decls] {
            let DeclKind::Func {
                recv, name, body, ..
            } = ast[decl].kind
            else {
                continue;
            };
            taken.push((ast[decl].pos, ast.decl_end(decl)));
            let (Some(name), Some(body)) = (ast.name(name), body) else {
                continue;
            };
            if name.is_blank() {
                continue;
            }
            let receiver = recv.and_then(|list| ast[ast[list].fields].first().copied());
            let receiver = receiver.and_then(|field| ast[field].ty);
            let name = receiver
                .and_then(|ty| self.receiver(ty))
                .map_or_else(|| name.to_string(), |ty| format!("{ty}.{name}"));
            self.add_region(name, false, body);
        }
        let mut end = Pos::NONE;
        let mut bodies: Vec<(Pos, BlockId)> = Vec::new();
        for expr in &ast.exprs {
            if let ExprKind::FuncLit { body, .. } = expr.kind {
                bodies.push((expr.pos, body));
            }
        }
        bodies.sort_unstable_by_key(|b| b.0);
        for (pos, body) in bodies {
            if pos < end || taken.iter().any(|&(from, to)| from <= pos && pos < to) {
                continue;
            }
            end = ast[body].rbrace;
            let at = ast[self.file].source.position(pos);
            let name = format!("func.L{}.C{}", at.line, at.column);
            self.add_region(name, true, body);
        }
        self.regions.sort_unstable_by_key(|r| r.lbrace);
    }

    /// The receiver's type in a method's name; none for generic types, as in official profiles.
    fn receiver(&self, ty: gust_syntax::ast::ExprId) -> Option<String> {
        match self.ast[ty].kind {
            ExprKind::Star { x } => self.ast.name(x).map(|name| format!("*{name}")),
            _ => self.ast.name(ty).map(|name| name.to_string()),
        }
    }

    fn add_region(&mut self, name: String, is_literal: bool, body: BlockId) {
        let body = &self.ast[body];
        self.regions.push(Region {
            name,
            is_literal,
            lbrace: body.lbrace,
            rbrace: body.rbrace,
            units: Vec::new(),
        });
    }

    fn find_blocks(&mut self) {
        let ast = self.ast;
        // Blocks that are not counted as such: bodies without clauses, and those behind `else`, which come with it.
        let mut passed: HashSet<BlockId> = HashSet::new();
        let mut elses = Vec::new();
        for stmt in &ast.stmts {
            match stmt.kind {
                StmtKind::Switch { body, .. }
                | StmtKind::TypeSwitch { body, .. }
                | StmtKind::Select { body }
                    if ast[body].stmts.is_empty() =>
                {
                    passed.insert(body);
                }
                StmtKind::If {
                    then,
                    els: Some(els),
                    ..
                } => {
                    if let StmtKind::Block(body) = ast[els].kind {
                        passed.insert(body);
                    }
                    elses.push((ast[then].rbrace + 1, els));
                }
                _ => {}
            }
        }
        for (after, els) in elses {
            self.else_branch(after, els);
        }
        for (at, block) in ast.blocks.iter().enumerate() {
            if passed.contains(&BlockId(at as u32)) {
                continue;
            }
            self.block(block.lbrace, block.rbrace + 1, &ast[block.stmts]);
        }
    }

    fn else_branch(&mut self, after: Pos, els: StmtId) {
        let ast = self.ast;
        if self.region_of(after).is_none() {
            return;
        }
        let source = &ast[self.file].source;
        let Some(at) = find_else(&source.text, source.offset(after)) else {
            return;
        };
        let start = source.pos(at + "else".len());
        let end = ast.stmt_end(els);
        self.edits.push(Edit {
            at: source.offset(start),
            what: Insert::Text("{"),
        });
        self.edits.push(Edit {
            at: source.offset(end),
            what: Insert::Text("}"),
        });
        match ast[els].kind {
            StmtKind::Block(body) => self.block(start, end, &ast[ast[body].stmts]),
            _ => self.counters(start, start + 1, end + 1, &[els], true),
        }
    }

    /// A block with its braces, the second one exclusive.
    fn block(&mut self, lbrace: Pos, end: Pos, stmts: &[StmtId]) {
        let ast = self.ast;
        let Some(&first) = stmts.first() else {
            return self.counters(lbrace, lbrace + 1, end, stmts, true);
        };
        if !matches!(
            ast[first].kind,
            StmtKind::Case { .. } | StmtKind::Comm { .. }
        ) {
            return self.counters(lbrace, lbrace + 1, end, stmts, true);
        }
        for &clause in stmts {
            if let StmtKind::Case { colon, body, .. } | StmtKind::Comm { colon, body, .. } =
                ast[clause].kind
            {
                let end = ast.stmt_end(clause);
                self.counters(colon + 1, colon + 1, end, &ast[body], false);
            }
        }
    }

    /// Adds counters to a list of statements between `pos` and `end`; the first is inserted at `insert`.
    fn counters(&mut self, pos: Pos, insert: Pos, end: Pos, list: &[StmtId], to_brace: bool) {
        if list.is_empty() {
            return self.counter(insert, insert, end, 0);
        }
        let ast = self.ast;
        let (mut pos, mut insert, mut to_brace) = (pos, insert, to_brace);
        let mut rest = list.to_vec();
        while !rest.is_empty() {
            let mut n = 0;
            let mut block_end = end;
            while let Some(&stmt) = rest.get(n) {
                n += 1;
                block_end = self.boundary(stmt);
                if !self.ends_block(stmt) {
                    continue;
                }
                to_brace = false;
                // A `goto` may lead to the statement, which is counted behind the label if that is possible.
                if let StmtKind::Labeled { stmt: inner, .. } = ast[stmt].kind
                    && !is_control(&ast[inner].kind)
                {
                    block_end = ast[stmt].pos;
                    rest.insert(n, inner);
                }
                break;
            }
            if to_brace {
                block_end = end;
            }
            if pos != block_end {
                self.counter(insert, pos, block_end, n as u32);
            }
            rest.drain(..n);
            if let Some(&next) = rest.first() {
                pos = ast[next].pos;
                insert = pos;
            }
        }
    }

    fn region_of(&self, pos: Pos) -> Option<usize> {
        let after = self.regions.partition_point(|r| r.lbrace <= pos);
        let at = after.checked_sub(1)?;
        (pos <= self.regions[at].rbrace).then_some(at)
    }

    fn counter(&mut self, insert: Pos, start: Pos, end: Pos, statements: u32) {
        let Some(region) = self.region_of(start) else {
            return;
        };
        let source = &self.ast[self.file].source;
        let (from, mut to) = (source.position(start), source.position(end));
        // `//line` without columns gives several blocks one place.
        while !self.seen.insert((
            from.file.to_string(),
            from.line,
            from.column,
            to.line,
            to.column,
        )) {
            to.column += 1;
        }
        let unit = Unit {
            start: (from.line, from.column),
            end: (to.line, to.column),
            statements,
        };
        let at = source.offset(insert);
        let number = self.regions[region].units.len();
        self.regions[region].units.push((unit, at));
        self.edits.push(Edit {
            at,
            what: Insert::Counter(region, number),
        });
    }

    /// Where the block ends that a statement is the last of.
    fn boundary(&self, mut s: StmtId) -> Pos {
        let ast = self.ast;
        let literal = |from: Pos, to: Pos| self.literal_in(from, to);
        let before = |body: BlockId, parts: &[Option<(Pos, Pos)>]| {
            let found = parts
                .iter()
                .flatten()
                .find_map(|&(from, to)| literal(from, to));
            found.unwrap_or(ast[body].lbrace)
        };
        let stmt = |s: Option<StmtId>| s.map(|s| (ast[s].pos, ast.stmt_end(s)));
        let expr = |e: gust_syntax::ast::ExprId| Some((ast[e].pos, ast.end(e)));
        loop {
            return match ast[s].kind {
                StmtKind::Labeled { stmt, .. } => {
                    s = stmt;
                    continue;
                }
                StmtKind::Block(body) => ast[body].lbrace,
                StmtKind::If {
                    init, cond, then, ..
                } => before(then, &[stmt(init), expr(cond)]),
                StmtKind::For {
                    init,
                    cond,
                    post,
                    body,
                } => before(body, &[stmt(init), cond.and_then(expr), stmt(post)]),
                StmtKind::Range { x, body, .. } => before(body, &[expr(x)]),
                StmtKind::Switch { init, tag, body } => {
                    before(body, &[stmt(init), tag.and_then(expr)])
                }
                StmtKind::TypeSwitch { init, body, .. } => before(body, &[stmt(init)]),
                StmtKind::Select { body } => ast[body].lbrace,
                _ => {
                    let end = ast.stmt_end(s);
                    literal(ast[s].pos, end).unwrap_or(end)
                }
            };
        }
    }

    /// The brace of the first function literal between two places.
    fn literal_in(&self, from: Pos, to: Pos) -> Option<Pos> {
        let at = self.literals.partition_point(|l| l.0 < from);
        let &(pos, lbrace) = self.literals.get(at)?;
        (pos < to).then_some(lbrace)
    }

    /// Whether what comes behind a statement may run less often than what comes before.
    fn ends_block(&self, s: StmtId) -> bool {
        let ast = self.ast;
        let is_panic = |e: gust_syntax::ast::ExprId| match ast[e].kind {
            ExprKind::Call { fun, args, .. } => {
                ast.name(fun).is_some_and(|n| n.as_str() == "panic") && args.len() == 1
            }
            _ => false,
        };
        match ast[s].kind {
            StmtKind::Block(_)
            | StmtKind::Branch { .. }
            | StmtKind::If { .. }
            | StmtKind::Labeled { .. } => true,
            ref kind if is_control(kind) => true,
            StmtKind::Expr(e) if is_panic(e) => true,
            _ => self.literal_in(ast[s].pos, ast.stmt_end(s)).is_some(),
        }
    }

    fn finish(self, mode: Mode, name: &dyn Fn(&str) -> String, next: &mut u32) -> Found {
        let source = &self.ast[self.file].source;
        if self.regions.is_empty() {
            return Found::default();
        }
        let mut bases = Vec::new();
        let mut functions = Vec::new();
        for region in self.regions {
            bases.push(*next + HEADER);
            *next += HEADER + region.units.len() as u32;
            let file = source.position(region.lbrace).file;
            functions.push(Function {
                name: region.name,
                file: name(file.rsplit('/').next().unwrap_or(&file)),
                is_literal: region.is_literal,
                units: region.units.into_iter().map(|(unit, _)| unit).collect(),
            });
        }
        let mut edits = self.edits;
        edits.sort_by_key(|e| e.at);
        let mut text = Vec::with_capacity(source.text.len() + 32 * edits.len());
        let mut done = 0;
        if mode == Mode::Atomic
            && let Some(clause) = self.ast[self.file].name
        {
            let at = source.offset(self.ast.end(clause));
            text.extend_from_slice(&source.text[..at]);
            text.extend_from_slice(b"; import goCoverageAtomic \"sync/atomic\"");
            done = at;
        }
        for edit in edits {
            text.extend_from_slice(&source.text[done..edit.at]);
            done = edit.at;
            match edit.what {
                Insert::Text(added) => text.extend_from_slice(added.as_bytes()),
                Insert::Counter(function, unit) => {
                    let counter = format!("{COUNTERS}[{}]", bases[function] + unit as u32);
                    let added = match mode {
                        Mode::Set => format!("{counter} = 1;"),
                        Mode::Count => format!("{counter}++;"),
                        Mode::Atomic => format!("goCoverageAtomic.AddUint32(&{counter}, 1);"),
                    };
                    text.extend_from_slice(added.as_bytes());
                }
            }
        }
        text.extend_from_slice(&source.text[done..]);
        Found {
            functions,
            text: Some(text),
        }
    }
}

/// Statements that a label cannot be parted from.
fn is_control(kind: &StmtKind) -> bool {
    matches!(
        kind,
        StmtKind::For { .. }
            | StmtKind::Range { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Select { .. }
            | StmtKind::TypeSwitch { .. }
    )
}

/// The offset of `else`, behind comments.
fn find_else(text: &[u8], mut at: usize) -> Option<usize> {
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(b"else") {
            return Some(at);
        }
        let skipped = if rest.starts_with(b"//") {
            rest.iter().position(|&b| b == b'\n')?
        } else if rest.starts_with(b"/*") {
            2 + rest[2..].windows(2).position(|w| w == b"*/")? + 2
        } else {
            1
        };
        at += skipped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use gust_syntax::SourceMap;
    use gust_syntax::parser::{Mode as ParserMode, parse_file};

    fn found(text: &str, mode: Mode) -> (Vec<Function>, String) {
        let sources = SourceMap::new();
        let source = sources.add("p/x.go", text.as_bytes()).unwrap();
        let mut ast = Ast::new();
        let (id, errors) = parse_file(&mut ast, &source, ParserMode::default());
        assert!(errors.is_empty(), "{errors:?}");
        let found = of_file(&ast, id, mode, &|base| format!("m/p/{base}"), &mut 0);
        let text = String::from_utf8(found.text.unwrap_or_default()).unwrap();
        (found.functions, text)
    }

    /// Places and numbers of statements, as profiles have them.
    fn units(function: &Function) -> Vec<String> {
        let shown = |u: &Unit| {
            let ((a, b), (c, d)) = (u.start, u.end);
            format!("{a}.{b},{c}.{d} {}", u.statements)
        };
        let mut list: Vec<_> = function.units.iter().collect();
        list.sort_by_key(|u| (u.start, u.end));
        list.into_iter().map(shown).collect()
    }

    #[test]
    fn branches_are_blocks() {
        let text = "package p\n\nfunc f(x int) int {\n\tx++\n\tif x > 1 {\n\t\treturn 1\n\t} else if x > 0 {\n\
                    \t\tx--\n\t} else {\n\t}\n\treturn x\n}\n";
        let (functions, text) = found(text, Mode::Set);
        assert_eq!(functions.len(), 1);
        assert_eq!(functions[0].name, "f");
        assert_eq!(functions[0].file, "m/p/x.go");
        assert_eq!(
            units(&functions[0]),
            [
                "3.19,5.11 2",
                "5.11,7.3 1",
                "7.8,7.18 1",
                "7.18,9.3 1",
                "9.9,10.3 0",
                "11.2,11.10 1"
            ]
        );
        assert_eq!(text.lines().count(), 12);
        let else_if = text.lines().nth(6).unwrap();
        assert!(
            else_if.starts_with("\t} else{ goCoverageCounters["),
            "{else_if}"
        );
        assert!(text.lines().nth(9).unwrap().ends_with("}}}"), "{text}");
    }

    #[test]
    fn clauses_labels_and_literals() {
        let text = "package p\n\nvar v = func() { g() }\n\nfunc (t *T) m(c chan int) {\nagain:\n\tg()\n\
                    \tselect {\n\tcase <-c:\n\t\tpanic(1)\n\tdefault:\n\t}\n\tdefer func() { g() }()\n\
                    \tswitch {\n\t}\n\tgoto again\n}\n\nfunc _() { g() }\n";
        let (functions, text) = found(text, Mode::Atomic);
        let names: Vec<&str> = functions.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["func.L3.C9", "*T.m"]);
        assert!(functions[0].is_literal && !functions[1].is_literal);
        assert_eq!(units(&functions[0]), ["3.16,3.23 1"]);
        assert_eq!(
            units(&functions[1]),
            [
                "5.27,6.1 1",
                "7.2,8.9 2",
                "9.11,10.11 1",
                "11.10,11.10 0",
                "13.2,13.15 1",
                "13.15,13.22 1",
                "14.2,14.9 1",
                "16.2,16.12 1"
            ]
        );
        assert!(text.starts_with("package p; import goCoverageAtomic \"sync/atomic\"\n"));
        assert!(text.ends_with("func _() { g() }\n"));
    }
}
