//! Folds what has become constant and removes what is not used: mostly behind inlining.

use cranelift_entity::SecondaryMap;
use gust_ir::{
    BinaryOp, Block, BlockCall, Function, InstData, IntCond, Type, UnaryOp, Value, ValueDef,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Tidies a function until nothing folds any more, a few times at most.
pub(crate) fn cleanup(func: &mut Function) {
    for _ in 0..4 {
        if !rebuild(func) {
            break;
        }
    }
    remove_dead(func);
}

/// Tidies a function with branches on what is constant.
pub(crate) fn decide_constant(func: &mut Function) {
    let any = func.layout.iter().any(|&b| match func.terminator(b) {
        Some(&InstData::BrIf { cond, .. }) => is_constant(func, cond, 4),
        _ => false,
    });
    if any {
        cleanup(func);
    }
}

/// Whether a value is computed from constants only, in at most so many steps.
fn is_constant(func: &Function, v: Value, steps: u32) -> bool {
    let ValueDef::Result(inst, _) = func.def(v) else {
        return false;
    };
    match func.insts[inst] {
        InstData::IConst { .. } => true,
        InstData::Binary { x, y, .. } | InstData::ICmp { x, y, .. } => {
            steps > 0 && is_constant(func, x, steps - 1) && is_constant(func, y, steps - 1)
        }
        _ => false,
    }
}

/// Calls `f` with each jump's destination, to be changed.
pub(crate) fn for_each_target(data: &mut InstData, mut f: impl FnMut(&mut BlockCall)) {
    match data {
        InstData::Jump(to) => f(to),
        InstData::BrIf { then, els, .. } => {
            f(then);
            f(els);
        }
        InstData::Switch { cases, default, .. } => {
            cases.iter_mut().for_each(|c| f(&mut c.1));
            f(default);
        }
        InstData::SetRecover {
            normal, recovered, ..
        } => {
            f(normal);
            f(recovered);
        }
        _ => {}
    }
}

/// What replaces values.
struct Aliases(SecondaryMap<Value, Option<Value>>);

impl Aliases {
    fn resolve(&self, mut v: Value) -> Value {
        while let Some(next) = self.0[v] {
            v = next;
        }
        v
    }
}

/// Block parameters of which all arguments are one value, or the parameter itself.
fn superfluous(func: &Function, order: &[Block]) -> Aliases {
    let mut incoming: FxHashMap<Value, SmallVec<[Value; 4]>> = FxHashMap::default();
    for &block in order {
        if let Some(t) = func.terminator(block) {
            t.for_each_successor(|to| {
                for (&p, &a) in func.blocks[to.block].params.iter().zip(&to.args) {
                    incoming.entry(p).or_default().push(a);
                }
            });
        }
    }
    let mut aliases = Aliases(SecondaryMap::new());
    let mut left: Vec<Value> = order
        .iter()
        .filter(|&&b| b != func.entry())
        .flat_map(|&b| func.blocks[b].params.iter().copied())
        .collect();
    loop {
        let before = left.len();
        left.retain(|&p| {
            let mut only = None;
            for &a in incoming.get(&p).map_or(&[][..], |l| l) {
                let a = aliases.resolve(a);
                if a == p || only == Some(a) {
                    continue;
                }
                if only.is_some() {
                    return true;
                }
                only = Some(a);
            }
            match only {
                Some(v) => {
                    aliases.0[p] = Some(v);
                    false
                }
                None => true,
            }
        });
        if left.len() == before {
            return aliases;
        }
    }
}

/// Makes the function anew from the blocks that are reached; true if a branch was decided, which may leave more to do.
fn rebuild(func: &mut Function) -> bool {
    let order = func.reverse_postorder();
    let aliases = superfluous(func, &order);
    let mut new = func.without_code();
    let mut blocks: SecondaryMap<Block, Option<Block>> = SecondaryMap::new();
    let mut values: SecondaryMap<Value, Option<Value>> = SecondaryMap::new();
    for &b in &order {
        let n = new.add_block();
        blocks[b] = Some(n);
        for &p in &func.blocks[b].params {
            if aliases.0[p].is_none() {
                values[p] = Some(new.add_param(n, func.ty(p)));
            }
        }
    }
    let mut decided = false;
    for &b in &order {
        let Some(n) = blocks[b] else { continue };
        for &inst in &func.blocks[b].insts {
            let mut data = func.insts[inst].clone();
            for_each_target(&mut data, |to| {
                let params = &func.blocks[to.block].params;
                to.args = to
                    .args
                    .iter()
                    .zip(params)
                    .filter(|&(_, &p)| aliases.0[p].is_none())
                    .map(|(&a, _)| a)
                    .collect();
                if let Some(n) = blocks[to.block] {
                    to.block = n;
                }
            });
            data.for_each_operand_mut(|v| {
                let old = aliases.resolve(*v);
                *v = values[old].unwrap_or(old);
            });
            if let &[result] = func.results[inst].as_slice()
                && let Some(folded) = fold(&new, &data, func.ty(result))
            {
                match folded {
                    Folded::Value(v) => {
                        values[result] = Some(v);
                        continue;
                    }
                    Folded::Inst(d) => data = d,
                }
            }
            if let Some(to) = decide(&new, &data) {
                data = InstData::Jump(to);
                decided = true;
            }
            let types: SmallVec<[Type; 2]> =
                func.results[inst].iter().map(|&v| func.ty(v)).collect();
            let made = new.append(n, data, &types, func.locs[inst]);
            for (i, &v) in func.results[inst].iter().enumerate() {
                values[v] = Some(new.results[made][i]);
            }
        }
    }
    *func = new;
    decided
}

enum Folded {
    Value(Value),
    Inst(InstData),
}

/// The constant that a value is.
pub(crate) fn constant(func: &Function, v: Value) -> Option<i64> {
    match func.def(v) {
        ValueDef::Result(inst, _) => match func.insts[inst] {
            InstData::IConst { value } => Some(value),
            _ => None,
        },
        ValueDef::Param(..) => None,
    }
}

/// Whether a value is the address of something.
fn is_address(func: &Function, v: Value) -> bool {
    match func.def(v) {
        ValueDef::Result(inst, _) => matches!(
            func.insts[inst],
            InstData::SymbolAddr { .. } | InstData::SlotAddr { .. } | InstData::New { .. }
        ),
        ValueDef::Param(..) => false,
    }
}

fn fold(func: &Function, data: &InstData, ty: Type) -> Option<Folded> {
    let int = |value| Some(Folded::Inst(InstData::IConst { value }));
    match *data {
        InstData::Binary { op, x, y } => {
            let (a, b) = (constant(func, x), constant(func, y));
            if let (Some(a), Some(b)) = (a, b)
                && ty == Type::I64
            {
                return match op {
                    BinaryOp::Add => int(a.wrapping_add(b)),
                    BinaryOp::Sub => int(a.wrapping_sub(b)),
                    BinaryOp::Mul => int(a.wrapping_mul(b)),
                    BinaryOp::And => int(a & b),
                    BinaryOp::Or => int(a | b),
                    BinaryOp::Xor => int(a ^ b),
                    _ => None,
                };
            }
            if let (Some(a), Some(b), BinaryOp::Xor, Type::I8) = (a, b, op, ty) {
                return int(a ^ b);
            }
            match op {
                BinaryOp::Add | BinaryOp::Or | BinaryOp::Xor | BinaryOp::PtrAdd if b == Some(0) => {
                    Some(Folded::Value(x))
                }
                BinaryOp::Mul if b == Some(1) => Some(Folded::Value(x)),
                _ => None,
            }
        }
        InstData::ICmp { cond, x, y } => {
            if let (Some(a), Some(b)) = (constant(func, x), constant(func, y)) {
                let operand = func.ty(x);
                let (ua, ub) = (unsigned(a, operand), unsigned(b, operand));
                let r = match cond {
                    IntCond::Eq => ua == ub,
                    IntCond::Ne => ua != ub,
                    IntCond::Slt => a < b,
                    IntCond::Sle => a <= b,
                    IntCond::Sgt => a > b,
                    IntCond::Sge => a >= b,
                    IntCond::Ult => ua < ub,
                    IntCond::Ule => ua <= ub,
                    IntCond::Ugt => ua > ub,
                    IntCond::Uge => ua >= ub,
                };
                return int(i64::from(r));
            }
            let with_nil = constant(func, y) == Some(0) && is_address(func, x)
                || constant(func, x) == Some(0) && is_address(func, y);
            match cond {
                IntCond::Eq if with_nil => int(0),
                IntCond::Ne if with_nil => int(1),
                _ => None,
            }
        }
        InstData::Select { cond, x, y } => match constant(func, cond) {
            Some(0) => Some(Folded::Value(y)),
            Some(_) => Some(Folded::Value(x)),
            None if x == y => Some(Folded::Value(x)),
            None => None,
        },
        InstData::Unary { op, x } => {
            let a = constant(func, x)?;
            match op {
                UnaryOp::Sext => int(a),
                UnaryOp::Zext => int(unsigned(a, func.ty(x)) as i64),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The bits of a constant of a type, from its sign-extended form.
fn unsigned(value: i64, ty: Type) -> u64 {
    match ty {
        Type::I8 => u64::from(value as u8),
        Type::I16 => u64::from(value as u16),
        Type::I32 => u64::from(value as u32),
        _ => value as u64,
    }
}

/// Where a branch on a constant goes.
fn decide(func: &Function, data: &InstData) -> Option<BlockCall> {
    match data {
        InstData::BrIf { cond, then, els } => {
            let c = constant(func, *cond)?;
            Some(if c != 0 { then.clone() } else { els.clone() })
        }
        InstData::Switch { x, cases, default } => {
            let c = constant(func, *x)?;
            let hit = cases.iter().find(|(n, _)| *n == c);
            Some(hit.map_or(default, |(_, to)| to).clone())
        }
        _ => None,
    }
}

/// Removes instructions without effect of which no result is used.
pub(crate) fn remove_dead(func: &mut Function) {
    let mut uses: SecondaryMap<Value, u32> = SecondaryMap::new();
    for &b in &func.layout {
        for &inst in &func.blocks[b].insts {
            let data = &func.insts[inst];
            if !matches!(data, InstData::DebugValue { .. }) {
                data.for_each_operand(|v| uses[v] += 1);
            }
        }
    }
    let for_debugger = told(func);
    let mut removed: FxHashSet<Value> = FxHashSet::default();
    // Definitions come before uses in most orders: backwards, chains go at once.
    for &b in func.layout.clone().iter().rev() {
        let mut insts = std::mem::take(&mut func.blocks[b].insts);
        let mut keep = vec![true; insts.len()];
        for (i, &inst) in insts.iter().enumerate().rev() {
            let data = &func.insts[inst];
            if !data.has_effect()
                && func.results[inst].iter().all(|&v| uses[v] == 0)
                && !(is_free(data) && for_debugger.contains(&func.results[inst][0]))
            {
                removed.extend(&func.results[inst]);
                keep[i] = false;
                data.for_each_operand(|v| uses[v] -= 1);
            }
        }
        let mut at = keep.iter();
        insts.retain(|_| at.next() == Some(&true));
        func.blocks[b].insts = insts;
    }
    if for_debugger.is_empty() {
        return;
    }
    for data in func.insts.values_mut() {
        if let InstData::DebugValue { x, .. } = data
            && x.is_some_and(|v| removed.contains(&v))
        {
            *x = None;
        }
    }
}

/// Values that debuggers are told of.
fn told(func: &Function) -> FxHashSet<Value> {
    if func.debug_vars.is_empty() {
        return FxHashSet::default();
    }
    let insts = func.layout.iter().flat_map(|&b| &func.blocks[b].insts);
    insts
        .filter_map(|&inst| match func.insts[inst] {
            InstData::DebugValue { x, .. } => x,
            _ => None,
        })
        .collect()
}

/// Whether it makes no code where its result is not used.
fn is_free(data: &InstData) -> bool {
    matches!(
        data,
        InstData::IConst { .. }
            | InstData::FConst { .. }
            | InstData::SymbolAddr { .. }
            | InstData::SlotAddr { .. }
    )
}
