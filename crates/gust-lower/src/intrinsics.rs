//! Functions of the standard library that are instructions.

use crate::func::{FuncLower, Val};
use crate::types::FuncTy;
use gust_ir::{AtomicOp, BinaryOp, InstData, IntCond, Ordering, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, ExprList};
use smallvec::SmallVec;

/// Packages that have any.
const PACKAGES: &[&str] = &[
    "sync/atomic",
    "internal/runtime/atomic",
    "internal/runtime/sys",
    "internal/abi",
    "math",
    "math/bits",
    "math/big",
    "internal/runtime/math",
    "crypto/internal/constanttime",
    "runtime",
    "sync",
];

/// Whether a function of this name may be an instruction.
#[must_use]
pub fn is_intrinsic_package(path: &str) -> bool {
    PACKAGES.contains(&path)
}

impl FuncLower<'_, '_> {
    pub(crate) fn intrinsic_call(
        &mut self,
        callee: ExprId,
        f: &FuncTy,
        args: ExprList,
    ) -> Option<Vec<Val>> {
        let inst = self.named_callee(callee)?;
        let obj = self.cx.types.world.obj(inst.obj);
        let path = self.cx.types.world.package(obj.pkg?).path;
        if !is_intrinsic_package(path.as_str()) {
            return None;
        }
        let name = obj.name.as_str();
        let ast = self.ast();
        match (path.as_str(), name) {
            ("internal/abi", "FuncPCABI0" | "FuncPCABIInternal") => {
                let arg = ast.unparen(ast[args][0]);
                if let Some(inst) = self.named_callee(arg) {
                    let symbol = self.cx.func_symbol(&inst);
                    let p = self.code(symbol);
                    return Some(vec![Val::one(self.b.unary(
                        UnaryOp::PtrToInt,
                        p,
                        Type::I64,
                    ))]);
                }
                let p = self.expr(arg);
                let p = *p.parts().last()?;
                return Some(vec![Val::one(self.b.load(Type::I64, p, 0, false))]);
            }
            // Hides a pointer from escape analysis.
            ("internal/abi", "NoEscape") => {
                let p = self.expr_to(ast[args][0], f.params[0]);
                let p = self.first(&p);
                return Some(vec![Val::one(self.b.unary(UnaryOp::Hide, p, Type::Ptr))]);
            }
            // Shows one to the official analysis: nothing happens.
            ("internal/abi", "Escape") => {
                return Some(vec![self.expr_to(ast[args][0], f.params[0])]);
            }
            ("internal/abi", "EscapeNonString") => {
                self.expr(ast[args][0]);
                return Some(Vec::new());
            }
            ("runtime", "KeepAlive") => {
                let v = self.expr(ast[args][0]);
                for &x in v.parts() {
                    self.keep_alive(x);
                }
                return Some(Vec::new());
            }
            _ => {}
        }
        if !is_known(path.as_str(), name, f) {
            return None;
        }
        let vals = self.arguments(f, args, false);
        let flat: Vec<Value> = vals.iter().flat_map(|v| v.parts().to_vec()).collect();
        let results = self.intrinsic(path.as_str(), name, f, &flat)?;
        Some(self.collect_results(&f.results, &results, &[]))
    }

    /// The instructions of an intrinsic function on scalar arguments.
    pub(crate) fn intrinsic(
        &mut self,
        path: &str,
        name: &str,
        f: &FuncTy,
        a: &[Value],
    ) -> Option<SmallVec<[Value; 2]>> {
        let result = f.results.first().map(|&r| self.cx.types.scalars(r)[0]);
        let one = |v: Value| Some(SmallVec::from_slice(&[v]));
        match path {
            "internal/runtime/atomic" if matches!(name, "StorepNoWB" | "Casp1") => {
                // Without write barrier: as integers.
                let mut list: SmallVec<[Value; 3]> = a.into();
                for v in &mut list[1..] {
                    *v = self.b.unary(UnaryOp::PtrToInt, *v, Type::I64);
                }
                return self.atomic(name, result, &list);
            }
            "sync/atomic" | "internal/runtime/atomic" => return self.atomic(name, result, a),
            "sync" => {
                return match name {
                    "runtime_LoadAcquintptr" => self.atomic("Load", result, a),
                    _ => {
                        let r = self.atomic("Store", None, a);
                        // Its result is not used; it is what was stored.
                        if result.is_some() { one(a[1]) } else { r }
                    }
                };
            }
            "crypto/internal/constanttime" => return one(a[0]),
            "math" => {
                let op = match name {
                    "Sqrt" | "sqrt" => UnaryOp::Sqrt,
                    "Floor" => UnaryOp::Floor,
                    "Ceil" => UnaryOp::Ceil,
                    "Trunc" => UnaryOp::Trunc,
                    "RoundToEven" => UnaryOp::Nearest,
                    "Abs" => UnaryOp::FAbs,
                    "Copysign" => return one(self.b.binary(BinaryOp::CopySign, a[0], a[1])),
                    "FMA" => {
                        let data = InstData::Fma {
                            x: a[0],
                            y: a[1],
                            z: a[2],
                        };
                        return one(self.b.value(data, Type::F64));
                    }
                    _ => return None,
                };
                return one(self.b.unary(op, a[0], Type::F64));
            }
            _ => {}
        }
        match name {
            "GetCallerPC" => one(self.b.value(InstData::CallerPc, Type::I64)),
            "GetCallerSP" => {
                let p = self.b.value(InstData::FrameAddress, Type::Ptr);
                one(self.b.unary(UnaryOp::PtrToInt, p, Type::I64))
            }
            "GetClosurePtr" => {
                self.b.func.attrs.closure = true;
                let p = self.b.value(InstData::ClosureContext, Type::Ptr);
                one(self.b.unary(UnaryOp::PtrToInt, p, Type::I64))
            }
            "Prefetch" | "PrefetchStreamed" => Some(SmallVec::new()),
            "MulUintptr" => {
                let hi = self.b.binary(BinaryOp::MulHighUnsigned, a[0], a[1]);
                let lo = self.b.binary(BinaryOp::Mul, a[0], a[1]);
                let zero = self.b.int(0);
                let overflow = self.b.icmp(IntCond::Ne, hi, zero);
                Some(SmallVec::from_slice(&[lo, overflow]))
            }
            "Mul64" | "Mul" | "mulWW" => {
                let hi = self.b.binary(BinaryOp::MulHighUnsigned, a[0], a[1]);
                let lo = self.b.binary(BinaryOp::Mul, a[0], a[1]);
                Some(SmallVec::from_slice(&[hi, lo]))
            }
            "Add64" | "Add" | "Sub64" | "Sub" => {
                let data = if name.starts_with("Add") {
                    InstData::AddCarry {
                        x: a[0],
                        y: a[1],
                        carry: a[2],
                    }
                } else {
                    InstData::SubBorrow {
                        x: a[0],
                        y: a[1],
                        borrow: a[2],
                    }
                };
                let inst = self.b.inst(data, &[Type::I64, Type::I64]);
                Some(SmallVec::from_slice(&self.b.func.results[inst]))
            }
            _ => self.bits(name, result, a),
        }
    }

    fn bits(
        &mut self,
        name: &str,
        result: Option<Type>,
        a: &[Value],
    ) -> Option<SmallVec<[Value; 2]>> {
        let ty = self.b.ty(a[0]);
        let width = i64::from(ty.bytes()) * 8;
        let count = |l: &mut Self, op| {
            let n = l.b.unary(op, a[0], ty);
            l.resize(n, Type::I64, false)
        };
        let prefix = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let v = match prefix {
            "Len" => {
                let n = count(self, UnaryOp::Clz);
                let w = self.b.int(width);
                self.b.binary(BinaryOp::Sub, w, n)
            }
            "LeadingZeros" => count(self, UnaryOp::Clz),
            "TrailingZeros" => count(self, UnaryOp::Ctz),
            "OnesCount" => count(self, UnaryOp::Popcnt),
            "Bswap" | "ReverseBytes" => self.b.unary(UnaryOp::Bswap, a[0], ty),
            "RotateLeft" => self.b.binary(BinaryOp::Rotl, a[0], a[1]),
            _ => return None,
        };
        let v = match result {
            Some(t) => self.resize(v, t, false),
            None => v,
        };
        Some(SmallVec::from_slice(&[v]))
    }

    fn atomic(
        &mut self,
        name: &str,
        result: Option<Type>,
        a: &[Value],
    ) -> Option<SmallVec<[Value; 2]>> {
        let one = |v: Value| Some(SmallVec::from_slice(&[v]));
        let rmw = |l: &mut Self, op| {
            let ty = l.b.ty(a[1]);
            l.b.value(
                InstData::AtomicRmw {
                    op,
                    addr: a[0],
                    value: a[1],
                },
                ty,
            )
        };
        if name.starts_with("Load") {
            let data = InstData::AtomicLoad {
                order: Ordering::SeqCst,
                addr: a[0],
            };
            return one(self.b.value(data, result?));
        }
        if name.starts_with("Store") {
            self.b.inst(
                InstData::AtomicStore {
                    order: Ordering::SeqCst,
                    value: a[1],
                    addr: a[0],
                },
                &[],
            );
            return Some(SmallVec::new());
        }
        if name.starts_with("CompareAndSwap") || name.starts_with("Cas") {
            let data = InstData::AtomicCas {
                addr: a[0],
                old: a[1],
                new: a[2],
            };
            return one(self.b.value(data, Type::I8));
        }
        if name.starts_with("Add") || name.starts_with("Xadd") {
            let old = rmw(self, AtomicOp::Add);
            return one(self.b.binary(BinaryOp::Add, old, a[1]));
        }
        let op = if name.starts_with("And") {
            AtomicOp::And
        } else if name.starts_with("Or") {
            AtomicOp::Or
        } else if name.starts_with("Swap") || name.starts_with("Xchg") {
            AtomicOp::Xchg
        } else {
            return None;
        };
        let old = rmw(self, op);
        match result {
            Some(_) => one(old),
            None => Some(SmallVec::new()),
        }
    }
}

/// Whether a function is an instruction.
#[must_use]
pub fn is_known(path: &str, name: &str, f: &FuncTy) -> bool {
    let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match path {
        "sync/atomic" => {
            [
                "Load",
                "Store",
                "Swap",
                "CompareAndSwap",
                "Add",
                "And",
                "Or",
            ]
            .iter()
            .any(|p| name.starts_with(p) && name.len() > p.len())
                && (1..=3).contains(&f.params.len())
        }
        "internal/runtime/atomic" => ["Load", "Store", "Xadd", "Xchg", "Cas", "And", "Or"]
            .iter()
            .any(|p| name.starts_with(p)),
        "sync" => matches!(name, "runtime_LoadAcquintptr" | "runtime_StoreReluintptr"),
        "internal/runtime/sys" => {
            matches!(
                name,
                "GetCallerPC" | "GetCallerSP" | "GetClosurePtr" | "Prefetch" | "PrefetchStreamed"
            ) || matches!(numbered, "Len" | "TrailingZeros" | "OnesCount" | "Bswap")
        }
        "crypto/internal/constanttime" => name == "boolToUint8",
        "math" => matches!(
            name,
            "Sqrt"
                | "sqrt"
                | "Floor"
                | "Ceil"
                | "Trunc"
                | "RoundToEven"
                | "Abs"
                | "Copysign"
                | "FMA"
        ),
        "math/big" => name == "mulWW",
        "internal/runtime/math" => matches!(name, "Add64" | "Mul64" | "MulUintptr"),
        "math/bits" => {
            matches!(name, "Mul64" | "Mul" | "Add64" | "Add" | "Sub64" | "Sub")
                || matches!(
                    numbered,
                    "Len"
                        | "LeadingZeros"
                        | "TrailingZeros"
                        | "OnesCount"
                        | "ReverseBytes"
                        | "RotateLeft"
                )
        }
        _ => false,
    }
}
