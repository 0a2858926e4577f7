//! `switch` and type switches (spec: Switch statements).

use crate::func::{FuncLower, Val};
use crate::types::Ty;
use gust_abi::entry::Entry;
use gust_ir::{Block, BlockCall, InstData, IntCond, Type, Value};
use gust_syntax::ast::{BlockId, ExprId, ExprKind, StmtId, StmtKind};
use gust_types::info::ExprMode;
use gust_types::types::BasicKind;
use rustc_hash::FxHashSet;

/// With fewer string constants, one after the other is tried.
const MIN_STRING_SEARCH: usize = 8;

/// Up to so many strings of one length are tried one after the other.
const MAX_STRING_CHAIN: usize = 4;

struct Clause {
    stmt: StmtId,
    list: Option<Vec<ExprId>>,
    body: Vec<StmtId>,
    block: Block,
}

impl FuncLower<'_, '_> {
    fn clauses(&mut self, body: BlockId) -> Vec<Clause> {
        let ast = self.ast();
        let mut out = Vec::new();
        for &stmt in &ast[ast[body].stmts] {
            if let StmtKind::Case { list, body, .. } = ast[stmt].kind {
                out.push(Clause {
                    stmt,
                    list: list.map(|l| ast[l].to_vec()),
                    body: ast[body].to_vec(),
                    block: self.b.new_block(),
                });
            }
        }
        out
    }

    fn has_constant_cases(&self, body: BlockId) -> bool {
        let ast = self.ast();
        ast[ast[body].stmts]
            .iter()
            .all(|&stmt| match ast[stmt].kind {
                StmtKind::Case {
                    list: Some(list), ..
                } => ast[list].iter().all(|&e| self.const_value(e).is_some()),
                _ => true,
            })
    }

    pub(crate) fn switch(
        &mut self,
        s: StmtId,
        init: Option<StmtId>,
        tag: Option<ExprId>,
        body: BlockId,
    ) {
        let label = self.take_label();
        if let Some(init) = init {
            self.stmt(init);
        }
        let end = self.b.new_block();
        let constant = self.has_constant_cases(body);
        let tag_val = tag.map(|tag| {
            let ty = self.ty(tag);
            // Bodies come after the comparisons; with constants, nothing else is in between.
            let val = if constant {
                self.passing_string(tag, ty)
            } else {
                self.expr(tag)
            };
            (self.fresh(ty, val), ty)
        });
        let clauses = self.clauses(body);
        let default = clauses
            .iter()
            .find(|c| c.list.is_none())
            .map_or(end, |c| c.block);
        if !self.jump_table(&clauses, tag_val.as_ref(), default)
            && !self.string_search(&clauses, tag_val.as_ref(), default)
        {
            for clause in &clauses {
                for &e in clause.list.iter().flatten() {
                    self.at(self.ast()[e].pos);
                    let next = self.b.new_block();
                    match &tag_val {
                        None => {
                            let ty = self.ty(e);
                            if self.cx.types.is_interface(ty) {
                                let hit = self.holds_true(e, ty);
                                self.b.brif(hit, clause.block, next);
                            } else {
                                self.condition(e, clause.block, next);
                            }
                        }
                        Some((tag, ty)) => {
                            let hit = self.matches(tag, *ty, e);
                            self.b.brif(hit, clause.block, next);
                        }
                    }
                    self.b.seal_and_switch(next);
                }
            }
            self.b.jump(default);
        }
        let blocks: Vec<Block> = clauses.iter().map(|c| c.block).collect();
        for (i, clause) in clauses.iter().enumerate() {
            // Fallthrough from above has been lowered by now.
            self.b.seal_and_switch(clause.block);
            let outer = self.fallthrough;
            self.fallthrough = blocks.get(i + 1).copied();
            self.with_target(s, label, end, None, |l| l.stmts(&clause.body));
            self.fallthrough = outer;
            self.b.jump(end);
        }
        self.b.seal_and_switch(end);
    }

    /// Whether a case of an interface type equals the tag that is left out.
    fn holds_true(&mut self, e: ExprId, ty: Ty) -> gust_ir::Value {
        let val = self.expr(e);
        let bool_ty = self.cx.types.basic(BasicKind::Bool);
        let yes = self.b.iconst(gust_ir::Type::I8, 1);
        self.equals_concrete(ty, &val, bool_ty, &Val::one(yes))
    }

    /// Whether the tag equals a case expression.
    fn matches(&mut self, tag: &Val, ty: Ty, e: ExprId) -> gust_ir::Value {
        if self.mode(e) == ExprMode::Nil {
            return self.is_nil(tag);
        }
        let other = self.ty(e);
        let (ti, oi) = (
            self.cx.types.is_interface(ty),
            self.cx.types.is_interface(other),
        );
        if oi && !ti {
            let x = self.expr(e);
            let tag = self.assign_convert(tag.clone(), ty, other);
            return self.equal(other, &tag, &x);
        }
        if ti && !oi {
            let x = self.expr(e);
            return self.equals_concrete(ty, tag, other, &x);
        }
        let x = self.expr_to(e, ty);
        self.equal(ty, tag, &x)
    }

    /// Integer constants only: one multi-way branch.
    fn jump_table(&mut self, clauses: &[Clause], tag: Option<&(Val, Ty)>, default: Block) -> bool {
        let Some((Val::Scalars(list), ty)) = tag else {
            return false;
        };
        let &[x] = &list[..] else { return false };
        let scalar = self.b.ty(x);
        if !scalar.is_int() || self.cx.types.as_basic(*ty).is_none() {
            return false;
        }
        let mut seen = FxHashSet::default();
        let mut cases: Vec<(i64, BlockCall)> = Vec::new();
        for clause in clauses {
            for &e in clause.list.iter().flatten() {
                let Some(c) = self.const_value(e) else {
                    return false;
                };
                let v = match (c.as_bool(), scalar) {
                    (Some(b), _) => i64::from(b),
                    (None, Type::I8) => i64::from(crate::expr::int_const(&c) as i8),
                    (None, Type::I16) => i64::from(crate::expr::int_const(&c) as i16),
                    (None, Type::I32) => i64::from(crate::expr::int_const(&c) as i32),
                    (None, _) => crate::expr::int_const(&c),
                };
                if seen.insert(v) {
                    cases.push((v, BlockCall::new(clause.block, &[])));
                }
            }
        }
        let default = BlockCall::new(default, &[]);
        self.b.inst(InstData::Switch { x, cases, default }, &[]);
        true
    }

    /// Many string constants only: by length, then by halves.
    fn string_search(
        &mut self,
        clauses: &[Clause],
        tag: Option<&(Val, Ty)>,
        default: Block,
    ) -> bool {
        let Some((tag, ty)) = tag else { return false };
        if !self.cx.types.is_string(*ty) {
            return false;
        }
        let mut seen = FxHashSet::default();
        let mut cases: Vec<(Vec<u8>, Block)> = Vec::new();
        for clause in clauses {
            for &e in clause.list.iter().flatten() {
                let Some(text) = self.const_value(e).and_then(|c| c.as_bytes()) else {
                    return false;
                };
                let text = text.to_vec();
                if seen.insert(text.clone()) {
                    cases.push((text, clause.block));
                }
            }
        }
        if cases.len() < MIN_STRING_SEARCH {
            return false;
        }
        cases.sort_by(|a, b| (a.0.len(), &a.0).cmp(&(b.0.len(), &b.0)));
        let lengths: Vec<&[(Vec<u8>, Block)]> =
            cases.chunk_by(|a, b| a.0.len() == b.0.len()).collect();
        let blocks: Vec<Block> = lengths.iter().map(|_| self.b.new_block()).collect();
        let to = |(group, &block): (&&[(Vec<u8>, Block)], &Block)| {
            (group[0].0.len() as i64, BlockCall::new(block, &[]))
        };
        let table = InstData::Switch {
            x: tag.parts()[1],
            cases: lengths.iter().zip(&blocks).map(to).collect(),
            default: BlockCall::new(default, &[]),
        };
        self.b.inst(table, &[]);
        for (group, block) in lengths.into_iter().zip(blocks) {
            self.b.seal_and_switch(block);
            self.search_group(tag.parts()[0], group, default);
        }
        true
    }

    /// Looks for a string at an address among sorted ones of its length.
    fn search_group(&mut self, p: Value, group: &[(Vec<u8>, Block)], default: Block) {
        let n = self.b.int(group[0].0.len() as i64);
        if group.len() > MAX_STRING_CHAIN {
            let (low, high) = group.split_at(group.len() / 2);
            let pivot = self.string(&high[0].0);
            let args = [p, n, pivot.parts()[0], n];
            let order = self.runtime(Entry::CompareStrings, &args)[0];
            let zero = self.b.int(0);
            let less = self.b.icmp(IntCond::Slt, order, zero);
            let (left, right) = (self.b.new_block(), self.b.new_block());
            self.b.brif(less, left, right);
            self.b.seal_and_switch(left);
            self.search_group(p, low, default);
            self.b.seal_and_switch(right);
            self.search_group(p, high, default);
            return;
        }
        for (text, block) in group {
            if text.is_empty() {
                self.b.jump(*block);
                return;
            }
            let text = self.string(text);
            let hit = self.runtime(Entry::MemEqual, &[p, text.parts()[0], n])[0];
            let next = self.b.new_block();
            self.b.brif(hit, *block, next);
            self.b.seal_and_switch(next);
        }
        self.b.jump(default);
    }

    pub(crate) fn type_switch(
        &mut self,
        s: StmtId,
        init: Option<StmtId>,
        guard: ExprId,
        body: BlockId,
    ) {
        let label = self.take_label();
        if let Some(init) = init {
            self.stmt(init);
        }
        let ast = self.ast();
        let ExprKind::TypeAssert { x, .. } = ast[ast.unparen(guard)].kind else {
            return self.unsupported("this type switch");
        };
        let from = self.ty(x);
        let val = self.expr(x);
        let t = self.dynamic_type(from, &val);
        let word = val.parts()[1];
        let end = self.b.new_block();
        let clauses = self.clauses(body);
        let mut default = None;
        // The itab that a single interface type of a clause needs.
        for clause in &clauses {
            let bound = self.info().implicit_clauses.get(&clause.stmt).copied();
            let Some(list) = &clause.list else {
                default = Some(clause);
                continue;
            };
            let single = list.len() == 1;
            let mut nexts = Vec::new();
            for &e in list {
                self.at(ast[e].pos);
                let next = self.b.new_block();
                let hit = self.b.new_block();
                let mut bind = None;
                if self.mode(e) == ExprMode::Nil {
                    let nil = self.b.is_zero(t);
                    self.b.brif(nil, hit, next);
                } else {
                    let ty = self.ty(e);
                    match self.cx.types.as_interface(ty) {
                        Some(m) if m.is_empty() => {
                            let nil = self.b.is_zero(t);
                            self.b.brif(nil, next, hit);
                            bind = Some((ty, Some(t)));
                        }
                        Some(_) => {
                            let want = self.type_addr(ty);
                            let tab = self.runtime(Entry::FindItab, &[want, t])[0];
                            let nil = self.b.is_zero(tab);
                            self.b.brif(nil, next, hit);
                            bind = Some((ty, Some(tab)));
                        }
                        None => {
                            let want = self.type_addr(ty);
                            let same = self.b.icmp(IntCond::Eq, t, want);
                            self.b.brif(same, hit, next);
                            bind = Some((ty, None));
                        }
                    }
                }
                self.b.seal_and_switch(hit);
                if let (Some(obj), true) = (bound, single) {
                    let ty = self.obj_ty(obj);
                    let v = match bind {
                        Some((_, Some(tab))) => Val::list(&[tab, word]),
                        Some((ty, None)) => {
                            let v = self.val_of_word(ty, word);
                            self.fresh(ty, v)
                        }
                        None => val.clone(),
                    };
                    self.declare(obj, ty, Some(&v));
                }
                self.b.jump(clause.block);
                nexts.push(next);
                self.b.seal_and_switch(next);
            }
            // The clause's body comes right away; the search goes on behind it.
            let search = self.b.block();
            self.b.seal_and_switch(clause.block);
            if let (Some(obj), false) = (bound, single) {
                let ty = self.obj_ty(obj);
                self.declare(obj, ty, Some(&val));
            }
            self.with_target(s, label, end, None, |l| l.stmts(&clause.body));
            self.b.jump(end);
            self.b.switch_to(search);
        }
        if let Some(clause) = default {
            self.b.jump(clause.block);
            self.b.seal_and_switch(clause.block);
            if let Some(&obj) = self.info().implicit_clauses.get(&clause.stmt) {
                let ty = self.obj_ty(obj);
                self.declare(obj, ty, Some(&val));
            }
            self.with_target(s, label, end, None, |l| l.stmts(&clause.body));
        }
        self.b.jump(end);
        self.b.seal_and_switch(end);
    }
}
