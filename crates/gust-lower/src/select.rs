//! `select` (spec: Select statements).

use crate::func::{FuncLower, Val};
use crate::types::{Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{Block, BlockCall, InstData, Type, Value};
use gust_syntax::ast::{AssignOp, BlockId, ExprId, ExprKind, StmtId, StmtKind};
use gust_syntax::token::Op;

struct Comm {
    /// The channel, and the memory of the value.
    chan: Value,
    addr: Value,
    elem: Ty,
    send: bool,
    comm: StmtId,
    body: Vec<StmtId>,
    block: Block,
}

impl FuncLower<'_, '_> {
    pub(crate) fn select(&mut self, s: StmtId, body: BlockId) {
        let label = self.take_label();
        let ast = self.ast();
        let mut comms = Vec::new();
        let mut default = None;
        for &clause in &ast[ast[body].stmts] {
            let StmtKind::Comm { comm, body, .. } = ast[clause].kind else {
                continue;
            };
            let body = ast[body].to_vec();
            let Some(comm) = comm else {
                default = Some(body);
                continue;
            };
            self.at(ast[comm].pos);
            let Some((chan, addr, elem, send)) = self.comm_operands(comm) else {
                return self.unsupported("this select case");
            };
            let block = self.b.new_block();
            comms.push(Comm {
                chan,
                addr,
                elem,
                send,
                comm,
                body,
                block,
            });
        }
        self.at(ast[s].pos);
        let end = self.b.new_block();
        let ok = self.b.new_var(Type::I8);
        let default_block = self.b.new_block();
        if comms.is_empty() && default.is_none() {
            self.runtime(Entry::Block, &[]);
            self.b.seal(default_block);
            self.b.seal_and_switch(end);
            return;
        }
        if comms.is_empty() {
            self.b.jump(default_block);
        } else {
            self.choose(&comms, default.is_some(), default_block, ok);
        }
        for c in &comms {
            self.b.seal_and_switch(c.block);
            let received = self.b.get(ok);
            self.with_target(s, label, end, None, |l| {
                if !c.send {
                    l.bind_received(c, received);
                }
                l.stmts(&c.body);
            });
            self.b.jump(end);
        }
        self.b.seal_and_switch(default_block);
        match default {
            Some(body) => {
                self.with_target(s, label, end, None, |l| l.stmts(&body));
                self.b.jump(end);
            }
            None => self.b.unreachable(),
        }
        self.b.seal_and_switch(end);
    }

    fn comm_operands(&mut self, comm: StmtId) -> Option<(Value, Value, Ty, bool)> {
        let ast = self.ast();
        if let StmtKind::Send { chan, value, .. } = ast[comm].kind {
            let ty = self.ty(chan);
            let Kind::Chan(_, elem) = self.cx.types.under_kind(ty) else {
                return None;
            };
            let ch = self.scalar(chan);
            let val = self.expr_to(value, elem);
            let val = self.fresh(elem, val);
            let addr = self.spill(elem, &val);
            return Some((ch, addr, elem, true));
        }
        let chan = self.received_from(comm)?;
        let ty = self.ty(chan);
        let Kind::Chan(_, elem) = self.cx.types.under_kind(ty) else {
            return None;
        };
        let ch = self.scalar(chan);
        let addr = self.receive_buffer(elem);
        Some((ch, addr, elem, false))
    }

    /// The channel of a receive clause.
    fn received_from(&self, comm: StmtId) -> Option<ExprId> {
        let ast = self.ast();
        let e = match ast[comm].kind {
            StmtKind::Expr(e) => e,
            StmtKind::Assign { rhs, .. } => *ast[rhs].first()?,
            _ => return None,
        };
        match ast[ast.unparen(e)].kind {
            ExprKind::Unary { op: Op::Recv, x } => Some(x),
            _ => None,
        }
    }

    fn choose(&mut self, comms: &[Comm], has_default: bool, default: Block, ok: crate::ssa::Var) {
        let zero = self.b.iconst(Type::I8, 0);
        self.b.set(ok, zero);
        if let ([c], true) = (comms, has_default) {
            let hit = if c.send {
                self.runtime(Entry::SelectSend, &[c.chan, c.addr])[0]
            } else {
                let r = self.runtime(Entry::SelectRecv, &[c.addr, c.chan]);
                self.b.set(ok, r[1]);
                r[0]
            };
            self.b.brif(hit, c.block, default);
            return;
        }
        if let ([c], false) = (comms, has_default) {
            if c.send {
                self.runtime(Entry::ChanSend, &[c.chan, c.addr]);
            } else {
                let r = self.runtime(Entry::ChanRecv, &[c.chan, c.addr]);
                self.b.set(ok, r[0]);
            }
            self.b.jump(c.block);
            return;
        }
        let n = comms.len() as u64;
        let (cases, order) = (self.b.slot(16 * n, 8), self.b.slot(4 * n, 2));
        let base = self.b.slot_addr(cases);
        // Sends first.
        let sends: Vec<&Comm> = comms.iter().filter(|c| c.send).collect();
        let all: Vec<&Comm> = sends
            .iter()
            .copied()
            .chain(comms.iter().filter(|c| !c.send))
            .collect();
        for (i, c) in all.iter().enumerate() {
            self.b.store(c.chan, base, i as i64 * 16, true, true);
            self.b.store(c.addr, base, i as i64 * 16 + 8, true, true);
        }
        let order = self.b.slot_addr(order);
        let (ns, nr) = (
            self.b.int(sends.len() as i64),
            self.b.int((all.len() - sends.len()) as i64),
        );
        let block = self.b.iconst(Type::I8, i64::from(!has_default));
        let r = self.runtime(Entry::Select, &[base, order, ns, nr, block]);
        self.b.set(ok, r[1]);
        let table = all
            .iter()
            .enumerate()
            .map(|(i, c)| (i as i64, BlockCall::new(c.block, &[])))
            .collect();
        self.b.inst(
            InstData::Switch {
                x: r[0],
                cases: table,
                default: BlockCall::new(default, &[]),
            },
            &[],
        );
    }

    fn bind_received(&mut self, c: &Comm, ok: Value) {
        let ast = self.ast();
        let StmtKind::Assign { lhs, op, .. } = ast[c.comm].kind else {
            return;
        };
        let val = self.take_received(c.addr, c.elem);
        let bool_ty = self.cx.types.basic(gust_types::types::BasicKind::Bool);
        let vals = [(val, c.elem), (Val::one(ok), bool_ty)];
        for (&x, (val, from)) in ast[lhs].iter().zip(vals) {
            if self.is_blank(x) {
                continue;
            }
            if op == AssignOp::Define
                && let Some(obj) = self.new_var_of(x, true)
            {
                let ty = self.obj_ty(obj);
                self.declare(obj, ty, Some(&val));
                continue;
            }
            let ty = self.ty(x);
            let val = self.assign_convert(val, from, ty);
            match self.place(x) {
                Some(place) => self.store(&place, ty, &val),
                None => self.unsupported("this select case"),
            }
        }
    }
}
