//! The invariants of the representation, checked between passes.
//!
//! - Every block of the layout ends in its only terminator.
//! - Jumps pass one argument of the right type per block parameter; nothing jumps to the entry.
//! - Operands have the types their instruction asks for, results those it gives.
//! - Every use of a value is dominated by its definition.

use crate::{
    BinaryOp, Block, BlockCall, CallTarget, DebugPlace, DebugType, Function, Inst, InstData,
    Module, Type, UnaryOp, Value, ValueDef,
};
use cranelift_entity::SecondaryMap;

/// What is wrong with a function, and at which instruction or block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The function.
    pub function: String,
    /// Where and what.
    pub message: String,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.function, self.message)
    }
}

impl std::error::Error for VerifyError {}

/// Checks all functions of a module.
///
/// # Errors
/// The first violation of each function.
pub fn module(module: &Module) -> Result<(), Vec<VerifyError>> {
    let check = |f: &Function| {
        function(f).map_err(|message| VerifyError {
            function: module.name(f.symbol).to_string(),
            message,
        })
    };
    let mut errors: Vec<_> = module
        .functions
        .iter()
        .filter_map(|f| check(f).err())
        .collect();
    errors.extend(debug_types(module));
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// What types of variables refer to must be there.
fn debug_types(module: &Module) -> Option<VerifyError> {
    let known = |ty: DebugType| module.debug_types.is_valid(ty);
    let broken = module.debug_types.iter().find(|(ty, data)| {
        let mut bad = module.debug_size(*ty).is_none();
        data.for_each_type(|t| bad |= !known(t));
        bad
    });
    if let Some((ty, _)) = broken {
        return Some(VerifyError {
            function: "types".into(),
            message: format!("{ty} refers to itself or to a type that does not exist"),
        });
    }
    let broken = module
        .functions
        .iter()
        .find(|f| f.debug_vars.values().any(|var| !known(var.ty)))?;
    Some(VerifyError {
        function: module.name(broken.symbol).to_string(),
        message: "a variable's type does not exist".into(),
    })
}

/// Checks one function.
///
/// # Errors
/// What is wrong first.
pub fn function(func: &Function) -> Result<(), String> {
    let verifier = Verifier { func };
    verifier.structure()?;
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            let wrong = |message| format!("{block}, {:?}: {message}", func.insts[inst]);
            verifier.inst(inst).map_err(wrong)?;
        }
    }
    verifier.dominance()
}

struct Verifier<'a> {
    func: &'a Function,
}

impl Verifier<'_> {
    fn structure(&self) -> Result<(), String> {
        let func = self.func;
        let Some(&entry) = func.layout.first() else {
            return Err("no blocks".into());
        };
        let types = |block: Block| -> Vec<Type> {
            func.blocks[block]
                .params
                .iter()
                .map(|&p| func.ty(p))
                .collect()
        };
        if types(entry) != func.sig.params {
            return Err("entry block and signature differ".into());
        }
        for &block in &func.layout {
            let insts = &func.blocks[block].insts;
            let Some((&last, rest)) = insts.split_last() else {
                return Err(format!("{block} is empty"));
            };
            if !func.insts[last].is_terminator() {
                return Err(format!("{block} has no terminator"));
            }
            if rest.iter().any(|&i| func.insts[i].is_terminator()) {
                return Err(format!("{block} has a terminator before its end"));
            }
        }
        Ok(())
    }

    fn ty(&self, value: Value) -> Type {
        self.func.ty(value)
    }

    fn want(&self, value: Value, ty: Type) -> Result<(), String> {
        let found = self.ty(value);
        if found == ty {
            Ok(())
        } else {
            Err(format!("{value} is {found}, not {ty}"))
        }
    }

    fn want_int(&self, value: Value) -> Result<(), String> {
        let found = self.ty(value);
        if found.is_int() {
            Ok(())
        } else {
            Err(format!("{value} is {found}, not an integer"))
        }
    }

    fn block_call(&self, to: &BlockCall) -> Result<(), String> {
        if to.block == self.func.entry() {
            return Err("jump to the entry block".into());
        }
        let params = &self.func.blocks[to.block].params;
        if params.len() != to.args.len() {
            return Err(format!("{} takes {} arguments", to.block, params.len()));
        }
        params
            .iter()
            .zip(&to.args)
            .try_for_each(|(&p, &a)| self.want(a, self.ty(p)))
    }

    fn inst(&self, inst: Inst) -> Result<(), String> {
        let func = self.func;
        let data = &func.insts[inst];
        let results: Vec<Type> = func.results[inst].iter().map(|&v| self.ty(v)).collect();
        if let Some(fixed) = data.fixed_results()
            && fixed.as_slice() != results
        {
            return Err("wrong results".into());
        }
        let mut unknown = None;
        data.for_each_operand(|v| {
            if v.as_u32() as usize >= func.value_count() {
                unknown = Some(v);
            }
        });
        if let Some(v) = unknown {
            return Err(format!("{v} does not exist"));
        }
        let result = || match results.as_slice() {
            &[ty] => Ok(ty),
            _ => Err("must have one result".to_string()),
        };
        match data {
            InstData::IConst { .. } => match result()? {
                ty if ty.is_int() || ty == Type::Ptr => Ok(()),
                ty => Err(format!("integer constant of type {ty}")),
            },
            InstData::FConst { .. } if !result()?.is_float() => Err("not a float".into()),
            InstData::Unary { op, x } => self.unary(*op, self.ty(*x), result()?),
            InstData::Binary { op, x, y } => self.binary(*op, *x, *y, result()?),
            InstData::Fma { x, y, z } => {
                let ty = result()?;
                if !ty.is_float() {
                    return Err("not a float".into());
                }
                [x, y, z].into_iter().try_for_each(|&v| self.want(v, ty))
            }
            InstData::AddCarry { x, y, carry: z } | InstData::SubBorrow { x, y, borrow: z } => {
                self.want_int(*x)?;
                if results != [self.ty(*x), self.ty(*x)] {
                    return Err("must have two results of the operands' type".into());
                }
                [y, z]
                    .into_iter()
                    .try_for_each(|&v| self.want(v, self.ty(*x)))
            }
            InstData::ICmp { x, y, .. } if self.ty(*x).is_float() => {
                Err(format!("integer comparison of floats {x}, {y}"))
            }
            InstData::FCmp { x, y, .. } if !self.ty(*x).is_float() => {
                Err(format!("float comparison of {x}, {y}"))
            }
            InstData::ICmp { x, y, .. } | InstData::FCmp { x, y, .. } => self.want(*y, self.ty(*x)),
            InstData::Select { cond, x, y } => {
                self.want(*cond, Type::I8)?;
                self.want(*x, result()?)?;
                self.want(*y, result()?)
            }
            InstData::Load { addr, .. } | InstData::AtomicLoad { addr, .. } => {
                result()?;
                self.want(*addr, Type::Ptr)
            }
            InstData::Store { addr, .. } | InstData::AtomicStore { addr, .. } => {
                self.want(*addr, Type::Ptr)
            }
            InstData::StorePtr { value, addr, .. } => {
                self.want(*value, Type::Ptr)?;
                self.want(*addr, Type::Ptr)
            }
            InstData::MemMove { dst, src, size, .. } => {
                self.want(*dst, Type::Ptr)?;
                self.want(*src, Type::Ptr)?;
                self.want(*size, Type::I64)
            }
            InstData::MemZero { dst, size, .. } => {
                self.want(*dst, Type::Ptr)?;
                self.want(*size, Type::I64)
            }
            InstData::NilCheck { x } => self.want(*x, Type::Ptr),
            InstData::BoundsCheck { index, bound, .. } => {
                self.want(*index, Type::I64)?;
                self.want(*bound, Type::I64)
            }
            InstData::AtomicRmw { addr, value, .. } => {
                self.want(*addr, Type::Ptr)?;
                self.want(*value, result()?)
            }
            InstData::AtomicCas { addr, old, new } => {
                self.want(*addr, Type::Ptr)?;
                self.want(*new, self.ty(*old))
            }
            InstData::Call { target, sig, args } => {
                match target {
                    CallTarget::Direct(_) => {}
                    CallTarget::Closure(v) | CallTarget::Interface { itab: v, .. } => {
                        self.want(*v, Type::Ptr)?;
                    }
                }
                self.list(args, &sig.params)
            }
            InstData::DebugValue { var, place, x } => {
                if !func.debug_vars.is_valid(*var) {
                    return Err(format!("{var} does not exist"));
                }
                match (place, x) {
                    (DebugPlace::At | DebugPlace::Via, Some(x)) => self.want(*x, Type::Ptr),
                    _ => Ok(()),
                }
            }
            InstData::Return { values } => self.list(values, &func.sig.results),
            InstData::BrIf { cond, .. } if self.ty(*cond) != Type::I8 => {
                Err("condition is not i8".into())
            }
            InstData::Switch { x, cases, .. } => {
                self.want_int(*x)?;
                let mut numbers: Vec<i64> = cases.iter().map(|c| c.0).collect();
                numbers.sort_unstable();
                if numbers.windows(2).any(|w| w[0] == w[1]) {
                    return Err("case given twice".into());
                }
                self.successors(data)
            }
            _ => self.successors(data),
        }
    }

    fn successors(&self, data: &InstData) -> Result<(), String> {
        let mut result = Ok(());
        data.for_each_successor(|to| {
            if result.is_ok() {
                result = self.block_call(to);
            }
        });
        result
    }

    fn list(&self, values: &[Value], types: &[Type]) -> Result<(), String> {
        if values.len() != types.len() {
            return Err(format!("{} values for {}", values.len(), types.len()));
        }
        values
            .iter()
            .zip(types)
            .try_for_each(|(&v, &ty)| self.want(v, ty))
    }

    fn unary(&self, op: UnaryOp, from: Type, to: Type) -> Result<(), String> {
        use UnaryOp as U;
        let ok = match op {
            U::Neg | U::Not | U::Clz | U::Ctz | U::Popcnt | U::Bswap => from.is_int() && from == to,
            U::FNeg | U::FAbs | U::Sqrt | U::Floor | U::Ceil | U::Trunc | U::Nearest => {
                from.is_float() && from == to
            }
            U::Sext | U::Zext => from.is_int() && to.is_int() && from.bytes() < to.bytes(),
            U::Wrap => from.is_int() && to.is_int() && from.bytes() > to.bytes(),
            U::Promote => (from, to) == (Type::F32, Type::F64),
            U::Demote => (from, to) == (Type::F64, Type::F32),
            U::FromSigned | U::FromUnsigned => from.is_int() && to.is_float(),
            U::ToSigned | U::ToUnsigned => from.is_float() && to.is_int(),
            U::Bitcast => {
                from.bytes() == to.bytes()
                    && (from.is_int() && to.is_float() || from.is_float() && to.is_int())
            }
            U::PtrToInt => (from, to) == (Type::Ptr, Type::I64),
            U::IntToPtr => (from, to) == (Type::I64, Type::Ptr),
            U::Hide => (from, to) == (Type::Ptr, Type::Ptr),
        };
        if ok {
            Ok(())
        } else {
            Err(format!("{} from {from} to {to}", op.as_str()))
        }
    }

    fn binary(&self, op: BinaryOp, x: Value, y: Value, to: Type) -> Result<(), String> {
        use BinaryOp as B;
        let (tx, ty) = (self.ty(x), self.ty(y));
        let ok = match op {
            B::FAdd | B::FSub | B::FMul | B::FDiv | B::CopySign => {
                tx.is_float() && tx == ty && tx == to
            }
            B::Shl | B::LShr | B::AShr | B::Rotl => tx.is_int() && ty.is_int() && tx == to,
            B::PtrAdd => (tx, ty, to) == (Type::Ptr, Type::I64, Type::Ptr),
            B::PtrSub => (tx, ty, to) == (Type::Ptr, Type::Ptr, Type::I64),
            _ => tx.is_int() && tx == ty && tx == to,
        };
        if ok {
            Ok(())
        } else {
            Err(format!("{} of {tx}, {ty} to {to}", op.as_str()))
        }
    }

    /// Every use is dominated by its definition. Blocks that are not reached are left out.
    fn dominance(&self) -> Result<(), String> {
        let func = self.func;
        let order = func.reverse_postorder();
        let idoms = func.immediate_dominators(&order);
        let mut place: SecondaryMap<Inst, u32> = SecondaryMap::new();
        let mut block_of: SecondaryMap<Inst, Option<Block>> = SecondaryMap::new();
        for &block in &func.layout {
            for (i, &inst) in func.blocks[block].insts.iter().enumerate() {
                place[inst] = i as u32;
                block_of[inst] = Some(block);
            }
        }
        let dominates = |a: Block, mut b: Block| loop {
            if a == b {
                return true;
            }
            match idoms[b] {
                Some(up) if up != b => b = up,
                _ => return false,
            }
        };
        for &block in &order {
            for &inst in &func.blocks[block].insts {
                let mut result = Ok(());
                func.insts[inst].for_each_operand(|value| {
                    let ok = match func.def(value) {
                        ValueDef::Param(home, _) => dominates(home, block),
                        ValueDef::Result(def, _) => match block_of[def] {
                            Some(home) if home == block => place[def] < place[inst],
                            Some(home) => dominates(home, block),
                            None => false,
                        },
                    };
                    if !ok {
                        result = Err(format!("{block}: {value} is used where it is not defined"));
                    }
                });
                result?;
            }
        }
        Ok(())
    }
}
