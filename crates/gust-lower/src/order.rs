//! The order in which operands are evaluated (spec: Order of evaluation).
//!
//! The language orders calls, receptions and the binary logical operators among each other, and leaves open when
//! variables are read in between. Programs have come to depend on what the official compiler does: what has effects is
//! evaluated first, in the order of the source, and with it what that compiler keeps in temporaries (slices, lengths,
//! conversions to slices, assertions). What is left, mostly reads of variables and memory, comes after the last call.
//! So `x + f()` adds what `x` is after the call.
//!
//! That compiler hands some operands to its runtime by address: most of what becomes an interface value, keys of most
//! maps, structs and arrays that are compared. What denotes no memory of its own is copied for that when its turn comes.
//! So `print(x == 1, f())` with parameters of type `any` compares what `x` is before the call. Therefore operands say what
//! becomes of them.
//!
//! An expression is put in order at its root: its calls are evaluated, and their values kept until lowering the rest
//! comes to them.

use crate::func::{FuncLower, Val};
use crate::maps::MAX_FAST_ELEM;
use crate::types::{FuncTy, Kind, Ty};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;
use gust_types::info::ExprMode;
use gust_types::object::BuiltinId;
use smallvec::SmallVec;

/// Expressions that are evaluated for another one.
pub(crate) type Operands = SmallVec<[Operand; 8]>;

/// An expression that is evaluated for another one.
#[derive(Clone, Copy)]
pub(crate) struct Operand {
    /// Which.
    pub e: ExprId,
    /// What becomes of it.
    pub becomes: Use,
}

/// What becomes of an operand's value.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    /// It is taken as it is.
    Plain,
    /// It is assigned to something of this type.
    Assigned(Ty),
    /// It is the key of a map of this type.
    Key(Ty),
    /// It is compared with another one of its type.
    Compared,
    /// It is none: the expression denotes what is assigned to.
    Target,
}

impl Operand {
    /// An operand taken as it is.
    pub(crate) fn plain(e: ExprId) -> Self {
        Self::new(e, Use::Plain)
    }

    pub(crate) fn new(e: ExprId, becomes: Use) -> Self {
        Self { e, becomes }
    }
}

/// When an expression is evaluated, among operands that are put in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It does not matter: a constant, a type, a variable.
    Any,
    /// When its turn comes; the value is kept.
    Early,
    /// As `Early`, and it may change variables.
    Effect,
    /// With what is left at the end, but its operands have turns.
    Late,
}

/// Which keys the official compiler copies when it has evaluated them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyCopy {
    /// None: they are passed to the runtime by value.
    None,
    /// Those that denote no memory: they are passed by address.
    Values,
    /// All: they become values of another type.
    All,
}

impl FuncLower<'_, '_> {
    /// Puts operands in order that are about to be evaluated together. Gives what has to be set `ordered` to behind
    /// them.
    pub(crate) fn order(&mut self, operands: &[Operand]) -> bool {
        if !self.ordered && operands.iter().any(|o| self.has_effect(o.e)) {
            self.evaluate_all_early(operands);
        }
        std::mem::replace(&mut self.ordered, true)
    }

    /// Evaluates with the operands put in order.
    pub(crate) fn in_order<R>(
        &mut self,
        operands: &[Operand],
        evaluate: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = self.order(operands);
        let result = evaluate(self);
        self.ordered = outer;
        result
    }

    /// The values of an expression that has been evaluated early.
    pub(crate) fn take_early(&mut self, e: ExprId) -> Option<Vec<Val>> {
        if self.early.is_empty() {
            return None;
        }
        self.early.remove(&self.ast().unparen(e))
    }

    /// Whether evaluating an expression changes nothing, or what does has been evaluated.
    pub(crate) fn is_settled(&self, e: ExprId) -> bool {
        self.early.contains_key(&self.ast().unparen(e))
            || match self.turn(e) {
                Turn::Any => true,
                Turn::Effect => false,
                Turn::Early | Turn::Late => self.parts_of(e).iter().all(|o| self.is_settled(o.e)),
            }
    }

    /// Whether the value of an expression is kept from before.
    pub(crate) fn is_early(&self, e: ExprId) -> bool {
        self.early.contains_key(&self.ast().unparen(e))
    }

    /// Whether evaluating an expression may change a variable, or wait for somebody who does.
    fn has_effect(&self, e: ExprId) -> bool {
        match self.turn(e) {
            Turn::Any => false,
            Turn::Effect => true,
            Turn::Early | Turn::Late => self.parts_of(e).iter().any(|o| self.has_effect(o.e)),
        }
    }

    fn evaluate_all_early(&mut self, operands: &[Operand]) {
        for &o in operands {
            self.evaluate_early(o);
        }
        // What is compared is copied when all of it has had its turn.
        for o in operands {
            let compared = matches!(o.becomes, Use::Compared);
            if compared
                && !self.is_early(o.e)
                && self.turn(o.e) == Turn::Late
                && !self.is_place(o.e)
            {
                self.keep(o.e, true);
            }
        }
    }

    fn evaluate_early(&mut self, o: Operand) {
        match self.turn_of_operand(o) {
            Turn::Any => {}
            Turn::Late => self.evaluate_all_early(&self.parts_of(o.e)),
            Turn::Early | Turn::Effect => self.keep(o.e, false),
        }
    }

    /// Evaluates an expression now, to be used later. `ordered` if its operands have had their turns.
    fn keep(&mut self, e: ExprId, ordered: bool) {
        let inner = self.ast().unparen(e);
        let (pos, outer) = (self.pos, std::mem::replace(&mut self.ordered, ordered));
        let vals = match self.ast()[inner].kind {
            ExprKind::Call { .. } => {
                let vals = self.call(inner);
                let ty = self.ty(inner);
                match self.cx.types.kind(ty) {
                    Kind::Tuple(_) => vals,
                    _ => vals.into_iter().map(|v| self.fresh(ty, v)).collect(),
                }
            }
            _ => {
                let ty = self.ty(inner);
                let ty = self.first_of(ty);
                let val = self.expr(inner);
                vec![self.fresh(ty, val)]
            }
        };
        self.at(pos);
        self.ordered = outer;
        self.early.insert(inner, vals);
    }

    /// The operands of an operation that are put in order together; none if it does that itself.
    pub(crate) fn operands(&self, e: ExprId) -> Option<Operands> {
        match self.ast()[e].kind {
            ExprKind::Call { .. }
            | ExprKind::FuncLit { .. }
            | ExprKind::Binary {
                op: Op::AndAnd | Op::OrOr,
                ..
            } => None,
            ExprKind::CompositeLit { .. } if self.turn(e) == Turn::Early => None,
            _ => Some(self.parts_of(e)),
        }
    }

    /// The expressions that are evaluated for one, from left to right.
    pub(crate) fn parts_of(&self, e: ExprId) -> Operands {
        let ast = self.ast();
        let e = ast.unparen(e);
        let mut list = Operands::new();
        match ast[e].kind {
            ExprKind::CompositeLit { elems, .. } => return self.elements_of(e, &ast[elems]),
            ExprKind::Selector { x, .. } if self.info().selections.contains_key(&e) => {
                list.push(Operand::plain(x));
            }
            ExprKind::TypeAssert { x, .. } | ExprKind::Star { x } | ExprKind::Unary { x, .. } => {
                list.push(Operand::plain(x));
            }
            ExprKind::Index { x, indices, .. } => {
                let ty = self.ty(x);
                let becomes = match self.cx.types.under_kind(ty) {
                    Kind::Map(..) => Use::Key(ty),
                    _ => Use::Plain,
                };
                list.extend([Operand::plain(x), Operand::new(ast[indices][0], becomes)]);
            }
            ExprKind::Slice { x, index, .. } => {
                list.push(Operand::plain(x));
                list.extend(index.at.into_iter().flatten().map(Operand::plain));
            }
            ExprKind::Binary { op, x, y, .. } => list.extend(self.sides_of(op, x, y)),
            ExprKind::Call {
                fun,
                args,
                ellipsis,
                ..
            } => {
                let (callee, args) = (ast.unparen(fun), &ast[args]);
                match self.mode(callee) {
                    ExprMode::TypeExpr => {
                        list.push(Operand::new(args[0], Use::Assigned(self.ty(callee))));
                    }
                    ExprMode::Builtin => {
                        return self.builtin_operands(callee, args, ellipsis.is_known());
                    }
                    _ => list.extend(args.iter().map(|&a| Operand::plain(a))),
                }
            }
            _ => {}
        }
        list
    }

    /// The operands of a composite literal.
    fn elements_of(&self, e: ExprId, elems: &[ExprId]) -> Operands {
        let ty = self.ty(e);
        let base = match self.cx.types.under_kind(ty) {
            Kind::Pointer(base) => base,
            _ => ty,
        };
        let value_of = |elem: ExprId| match self.ast()[elem].kind {
            ExprKind::KeyValue { value, .. } => value,
            _ => elem,
        };
        let all_are = |ty: Ty| {
            let assigned = |&elem| Operand::new(value_of(elem), Use::Assigned(ty));
            elems.iter().map(assigned).collect()
        };
        match self.cx.types.under_kind(base) {
            Kind::Struct(fields) => {
                let field = |(i, &elem)| match self.field_of_element(&fields, i, elem) {
                    Some((at, value)) => Operand::new(value, Use::Assigned(fields[at].ty)),
                    None => Operand::plain(value_of(elem)),
                };
                elems.iter().enumerate().map(field).collect()
            }
            Kind::Map(_, value_ty) => {
                let mut list = Operands::new();
                for &elem in elems {
                    if let ExprKind::KeyValue { key, value, .. } = self.ast()[elem].kind {
                        list.push(Operand::new(key, Use::Key(base)));
                        list.push(Operand::new(value, Use::Assigned(value_ty)));
                    }
                }
                list
            }
            Kind::Slice(elem) | Kind::Array(_, elem) => all_are(elem),
            _ => elems.iter().map(|&e| Operand::plain(value_of(e))).collect(),
        }
    }

    /// The operands of a binary operation.
    fn sides_of(&self, op: Op, x: ExprId, y: ExprId) -> [Operand; 2] {
        let plain = [Operand::plain(x), Operand::plain(y)];
        let nil = |e| self.mode(e) == ExprMode::Nil;
        if !matches!(op, Op::Eq | Op::Ne) || nil(x) || nil(y) {
            return plain;
        }
        let (xt, yt) = (self.ty(x), self.ty(y));
        let types = &self.cx.types;
        match (types.is_interface(xt), types.is_interface(yt)) {
            (true, false) => [plain[0], Operand::new(y, Use::Assigned(xt))],
            (false, true) => [Operand::new(x, Use::Assigned(yt)), plain[1]],
            (false, false) if matches!(types.under_kind(xt), Kind::Struct(_) | Kind::Array(..)) => {
                [x, y].map(|e| Operand::new(e, Use::Compared))
            }
            _ => plain,
        }
    }

    /// The operands of a call of a function: who is called, then the arguments.
    pub(crate) fn call_operands(
        &self,
        callee: ExprId,
        f: &FuncTy,
        args: &[ExprId],
        spread: bool,
    ) -> Operands {
        let mut list = Operands::new();
        list.push(Operand::plain(callee));
        // The last parameter, which stands for all that are left.
        let rest = match f.params.last() {
            Some(&last) if f.variadic && !spread => Some(self.elem(last)),
            _ => None,
        };
        let fixed = f.params.len() - usize::from(rest.is_some());
        list.extend(args.iter().enumerate().map(|(i, &arg)| {
            let param = f.params[..fixed].get(i).copied().or(rest);
            match param {
                Some(ty) if !self.is_multi(arg) => Operand::new(arg, Use::Assigned(ty)),
                _ => Operand::plain(arg),
            }
        }));
        list
    }

    /// The operands of a call of a predeclared function.
    pub(crate) fn builtin_operands(
        &self,
        callee: ExprId,
        args: &[ExprId],
        spread: bool,
    ) -> Operands {
        let becomes = |i: usize| match (self.builtin_id(callee), i) {
            (Some(BuiltinId::Append), 1..) if !spread => Use::Assigned(self.elem(self.ty(args[0]))),
            (Some(BuiltinId::Panic), _) => Use::Assigned(self.cx.types.any()),
            (Some(BuiltinId::Delete), 1) => Use::Key(self.ty(args[0])),
            _ => Use::Plain,
        };
        let operand = |(i, &arg): (usize, &ExprId)| Operand::new(arg, becomes(i));
        args.iter().enumerate().map(operand).collect()
    }

    /// Operands assigned to something of the types beside them.
    pub(crate) fn assigned(list: &[ExprId], tys: impl IntoIterator<Item = Ty>) -> Operands {
        let operand = |(&e, ty)| Operand::new(e, Use::Assigned(ty));
        list.iter().zip(tys).map(operand).collect()
    }

    fn turn_of_operand(&self, o: Operand) -> Turn {
        let e = self.ast().unparen(o.e);
        match (self.turn(e), o.becomes) {
            // An element of a map is not read where it is assigned to.
            (Turn::Early, Use::Target) if matches!(self.ast()[e].kind, ExprKind::Index { .. }) => {
                Turn::Late
            }
            (Turn::Late, Use::Assigned(ty)) if self.is_boxed(e, ty) && !self.is_place(e) => {
                Turn::Early
            }
            (turn @ (Turn::Late | Turn::Any), Use::Key(map)) => match self.copy_of_key(e, map) {
                KeyCopy::Values if turn == Turn::Late && !self.is_place(e) => Turn::Early,
                KeyCopy::All if turn == Turn::Late || self.mode(e) == ExprMode::Variable => {
                    Turn::Early
                }
                _ => turn,
            },
            (turn, _) => turn,
        }
    }

    /// Whether the official compiler makes an interface value of an expression by handing its address to the runtime.
    fn is_boxed(&self, e: ExprId, to: Ty) -> bool {
        let (types, from) = (&self.cx.types, self.first_of(self.ty(e)));
        if !types.is_interface(to) || types.is_interface(from) {
            return false;
        }
        let layout = types.layout(from);
        match (layout.size, layout.align) {
            (2, 2) => return false,
            (4, 4) | (8, 8) if layout.ptr_bytes == 0 => return false,
            _ => {}
        }
        let part = self.sole_component(from);
        !types.is_string(part) && !matches!(types.under_kind(part), Kind::Slice(_))
    }

    /// What a type consists of, if that is one thing.
    fn sole_component(&self, mut ty: Ty) -> Ty {
        loop {
            ty = match self.cx.types.under_kind(ty) {
                Kind::Struct(fields) if fields.len() == 1 => fields[0].ty,
                Kind::Array(1, elem) => elem,
                _ => return ty,
            };
        }
    }

    fn copy_of_key(&self, e: ExprId, map: Ty) -> KeyCopy {
        let Kind::Map(key, elem) = self.cx.types.under_kind(map) else {
            return KeyCopy::None;
        };
        if self.cx.types.is_interface(key) && self.ty(e) != key {
            // The interface value made of it denotes no memory.
            return KeyCopy::All;
        }
        let size = self.cx.types.size(key);
        let part = self.sole_component(key);
        let by_value = self.cx.types.is_string(part)
            || matches!(size, 4 | 8) && self.cx.is_regular_memory(key);
        let wrapped = matches!(
            self.cx.types.under_kind(key),
            Kind::Struct(_) | Kind::Array(..)
        );
        match by_value && self.cx.types.size(elem) <= MAX_FAST_ELEM {
            true if wrapped => KeyCopy::All,
            true => KeyCopy::None,
            false => KeyCopy::Values,
        }
    }

    fn turn(&self, e: ExprId) -> Turn {
        let ast = self.ast();
        let e = ast.unparen(e);
        match self.mode(e) {
            ExprMode::TypeExpr | ExprMode::Builtin | ExprMode::Nil => return Turn::Any,
            ExprMode::Constant if self.info().values.contains_key(&e) => return Turn::Any,
            _ => {}
        }
        match ast[e].kind {
            // Has no effect, but keeps its place in the numbering of closures.
            ExprKind::FuncLit { .. } => Turn::Early,
            ExprKind::CompositeLit { .. } => {
                let ty = self.ty(e);
                let kind = match self.cx.types.under_kind(ty) {
                    Kind::Pointer(base) => self.cx.types.under_kind(base),
                    kind => kind,
                };
                match kind {
                    Kind::Map(..) => Turn::Early,
                    _ => Turn::Late,
                }
            }
            ExprKind::Index { x, indices, .. } => {
                let of_map = matches!(self.cx.types.under_kind(self.ty(x)), Kind::Map(..));
                if of_map && self.is_string_of_bytes(ast[indices][0]) {
                    Turn::Early
                } else {
                    Turn::Late
                }
            }
            ExprKind::TypeAssert { .. } => {
                let ty = self.first_of(self.ty(e));
                if self.cx.types.is_direct(ty) {
                    Turn::Late
                } else {
                    Turn::Early
                }
            }
            ExprKind::Unary { op: Op::Recv, .. } => Turn::Effect,
            ExprKind::Slice { .. }
            | ExprKind::Binary {
                op: Op::AndAnd | Op::OrOr,
                ..
            } => Turn::Early,
            ExprKind::Selector { .. }
            | ExprKind::Star { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. } => Turn::Late,
            ExprKind::Call { fun, args, .. } => self.turn_of_call(ast.unparen(fun), &ast[args]),
            _ => Turn::Any,
        }
    }

    fn turn_of_call(&self, callee: ExprId, args: &[ExprId]) -> Turn {
        match self.mode(callee) {
            ExprMode::TypeExpr => {
                let (to, from) = (self.ty(callee), self.ty(args[0]));
                let to_slice = matches!(self.cx.types.under_kind(to), Kind::Slice(_));
                if to_slice && self.cx.types.is_string(from) {
                    Turn::Early
                } else {
                    Turn::Late
                }
            }
            ExprMode::Builtin => {
                use BuiltinId as B;
                match self.builtin_id(callee) {
                    Some(
                        B::Len
                        | B::Cap
                        | B::Real
                        | B::Imag
                        | B::Complex
                        | B::Make
                        | B::New
                        | B::Max
                        | B::Min,
                    ) => Turn::Early,
                    Some(
                        B::UnsafeAdd
                        | B::UnsafeSlice
                        | B::UnsafeSliceData
                        | B::UnsafeString
                        | B::UnsafeStringData,
                    ) => Turn::Late,
                    Some(B::UnsafeSizeof | B::UnsafeAlignof | B::UnsafeOffsetof) => Turn::Any,
                    _ => Turn::Effect,
                }
            }
            _ => Turn::Effect,
        }
    }

    /// Whether an expression is a conversion of a slice to a string.
    pub(crate) fn is_string_of_bytes(&self, e: ExprId) -> bool {
        let ast = self.ast();
        match ast[ast.unparen(e)].kind {
            ExprKind::Call { fun, args, .. } if self.mode(fun) == ExprMode::TypeExpr => {
                self.cx.types.is_string(self.ty(fun))
                    && matches!(
                        self.cx.types.under_kind(self.ty(ast[args][0])),
                        Kind::Slice(_)
                    )
            }
            _ => false,
        }
    }
}
