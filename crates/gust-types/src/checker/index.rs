//! Index and slice expressions.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::Value;
use crate::ids::{TypeCell, TypeId};
use crate::types::{BasicInfo, Type};
use gust_syntax::ast::{ExprId, ExprKind};

/// What indexing a value of some type gives.
struct Indexed {
    mode: Mode,
    /// Key type of a map.
    key: Option<TypeId>,
    elem: TypeId,
    /// Number of elements if it is known, else negative.
    len: i64,
}

fn known(cell: &TypeCell) -> TypeId {
    // The element type is missing while the type itself is being declared, in erroneous programs.
    cell.get().unwrap_or(TypeId::INVALID)
}

impl Checker<'_> {
    /// Checks `x[...]`; true if it is a function instantiation, which the caller goes on with:
    /// `x` is then the generic function.
    pub(crate) fn index_expr(&self, x: &mut Operand, e: ExprId) -> bool {
        let ExprKind::Index {
            x: base, indices, ..
        } = self.ast[e].kind
        else {
            return false;
        };
        let indices = &self.ast[indices];
        self.expr_or_type(x, base, true);
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(indices);
                return false;
            }
            Mode::TypeExpr => {
                // An instantiated type.
                x.ty = self.var_type(e);
                if !self.is_valid(x.ty) {
                    x.invalidate();
                }
                return false;
            }
            Mode::Value => {
                if let Type::Signature(sig) = self.ty(self.under(x.ty))
                    && !sig.type_params().is_empty()
                {
                    return true;
                }
            }
            _ => {}
        }
        self.non_generic(None, x);
        if !x.is_valid() {
            return false;
        }
        let found = if self.is_type_param(x.ty) {
            self.index_type_param(x)
        } else {
            self.index_under(x, self.under(x.ty))
        };
        let Some(found) = found else {
            let text = format!("cannot index {}", self.operand_str(x));
            self.error(self.node_pos(e), "NonSliceableOperand", text);
            self.use_exprs(indices);
            x.invalidate();
            return false;
        };
        let Some(index) = self.single_index(base, e, indices) else {
            x.invalidate();
            return false;
        };
        x.mode = found.mode;
        x.ty = found.elem;
        x.value = None;
        match found.key {
            Some(key) => {
                let mut k = Operand::invalid();
                self.expr(None, &mut k, index);
                self.assignment(&mut k, Some(key), "map index");
                x.expr = Some(e);
            }
            None => {
                self.index_value(index, found.len);
            }
        }
        false
    }

    /// What indexing `x` gives if its underlying type is `u`.
    fn index_under(&self, x: &Operand, u: TypeId) -> Option<Indexed> {
        let indexed = |mode, key, elem, len| {
            Some(Indexed {
                mode,
                key,
                elem,
                len,
            })
        };
        match self.ty(u) {
            Type::Basic(basic) if basic.info.intersects(BasicInfo::STRING) => {
                // Indexing a string gives a byte, never a constant.
                let len = x.constant().and_then(Value::string_len);
                let len = len.map_or(-1, |len| len as i64);
                indexed(Mode::Value, None, TypeId::BYTE, len)
            }
            Type::Array { len, elem } => {
                let mode = match x.mode {
                    Mode::Variable => Mode::Variable,
                    _ => Mode::Value,
                };
                indexed(mode, None, known(elem), len.get())
            }
            Type::Pointer { base } => match self.ty(self.under(known(base))) {
                Type::Array { len, elem } => indexed(Mode::Variable, None, known(elem), len.get()),
                _ => None,
            },
            Type::Slice { elem } => indexed(Mode::Variable, None, known(elem), -1),
            Type::Map { key, elem } => indexed(Mode::MapIndex, Some(known(key)), known(elem), -1),
            _ => None,
        }
    }

    /// All types of the type set must have the same element type, and the same key type if any
    /// is a map.
    fn index_type_param(&self, x: &Operand) -> Option<Indexed> {
        let mut common: Option<Indexed> = None;
        for pair in self.typeset(x.ty) {
            let found = self.index_under(x, pair?.1)?;
            let Some(common) = &mut common else {
                common = Some(found);
                continue;
            };
            let same_key = match (common.key, found.key) {
                (None, None) => true,
                (Some(a), Some(b)) => self.identical(a, b),
                _ => false,
            };
            if !same_key || !self.identical(common.elem, found.elem) {
                return None;
            }
            if found.len >= 0 && found.len < common.len {
                common.len = found.len;
            }
            // One type whose elements are not addressable is enough.
            if found.mode == Mode::Value {
                common.mode = Mode::Value;
            }
        }
        common
    }

    /// The only index of index expression `e`.
    fn single_index(&self, base: ExprId, e: ExprId, indices: &[ExprId]) -> Option<ExprId> {
        match indices {
            [] => {
                let text = format!("missing index for {}", self.expr_str(base));
                self.error(e, "InvalidSyntaxTree", text);
                None
            }
            [index] => Some(*index),
            [index, second, ..] => {
                let text = "invalid operation: more than one index";
                self.error(*second, "InvalidIndex", text);
                Some(*index)
            }
        }
    }

    /// Checks slice expression `e`.
    pub(crate) fn slice_expr(&self, x: &mut Operand, e: ExprId) {
        let ExprKind::Slice { x: base, index, .. } = self.ast[e].kind else {
            return;
        };
        self.expr(None, x, base);
        if !x.is_valid() {
            let written: Vec<ExprId> = index.at.iter().copied().flatten().collect();
            self.use_exprs(&written);
            return;
        }
        let Some(under) = self.sliced_under(x) else {
            x.invalidate();
            return;
        };
        let mut length = -1;
        let sliced = match self.ty(under) {
            Type::Basic(basic) if basic.info.intersects(BasicInfo::STRING) => {
                if index.full {
                    let at = index.at[2].unwrap_or(e);
                    let text = "invalid operation: 3-index slice of string";
                    self.error(at, "InvalidSliceExpr", text);
                    x.invalidate();
                    return;
                }
                if let Some(len) = x.constant().and_then(Value::string_len) {
                    length = len as i64;
                }
                // A slice of an untyped string is a string.
                Some(if self.is_untyped(x.ty) {
                    TypeId::STRING
                } else {
                    x.ty
                })
            }
            Type::Array { len, elem } => {
                length = len.get();
                if x.mode != Mode::Variable {
                    let shown = self.operand_str(x);
                    let text = format!("cannot slice unaddressable value {shown}");
                    self.error(&*x, "NonSliceableOperand", text);
                    x.invalidate();
                    return;
                }
                Some(self.new_slice(known(elem)))
            }
            Type::Pointer { base } => match self.ty(self.under(known(base))) {
                Type::Array { len, elem } => {
                    length = len.get();
                    Some(self.new_slice(known(elem)))
                }
                _ => None,
            },
            Type::Slice { .. } => Some(x.ty),
            _ => None,
        };
        let Some(sliced) = sliced else {
            let text = format!("cannot slice {}", self.operand_str(x));
            self.error(&*x, "NonSliceableOperand", text);
            x.invalidate();
            return;
        };
        if index.full && (index.at[1].is_none() || index.at[2].is_none()) {
            let text = "2nd and 3rd index required in 3-index slice";
            self.error(e, "InvalidSyntaxTree", text);
            x.invalidate();
            return;
        }
        x.set_value(sliced);
        self.slice_indices(index.at, length);
    }

    /// A slice type.
    pub(crate) fn new_slice(&self, elem: TypeId) -> TypeId {
        self.new_type(Type::Slice { elem: elem.into() })
    }

    /// The underlying type that all types of `x`'s type set share; strings count as byte slices
    /// among others, and make the result a string.
    fn sliced_under(&self, x: &Operand) -> Option<TypeId> {
        if !self.is_type_param(x.ty) {
            return Some(self.under(x.ty));
        }
        let refuse = |cause: String| {
            let text = format!("cannot slice {}: {cause}", self.operand_str(x));
            self.error(x, "NonSliceableOperand", text);
            None
        };
        let mut has_string = false;
        let mut common: Option<(TypeId, TypeId)> = None;
        for pair in self.typeset(x.ty) {
            let Some((t, u)) = pair else {
                return refuse(format!("no specific type in {}", self.type_str(x.ty)));
            };
            let u = if self.is_string(u) {
                has_string = true;
                self.new_slice(TypeId::BYTE)
            } else {
                u
            };
            match common {
                None => common = Some((t, u)),
                Some((_, first)) if self.identical(first, u) => {}
                Some((first, _)) => {
                    let (first, t) = (self.type_str(first), self.type_str(t));
                    let cause = format!("{first} and {t} have different underlying types");
                    return refuse(cause);
                }
            }
        }
        if has_string {
            return Some(TypeId::STRING);
        }
        common.map(|(_, u)| u)
    }

    /// Checks the indices of a slice expression of something of the given length (negative if not
    /// known).
    fn slice_indices(&self, at: [Option<ExprId>; 3], length: i64) {
        let mut values = [-1i64; 3];
        for (i, e) in at.iter().enumerate() {
            values[i] = match e {
                // An index may equal the capacity, which for what has a constant length is that.
                Some(e) if length >= 0 => self.index_value(*e, length.saturating_add(1)).1,
                Some(e) => self.index_value(*e, -1).1,
                None if i == 0 => 0,
                None => length,
            };
        }
        for i in 0..2 {
            for j in i + 1..3 {
                let (low, high) = (values[i], values[j]);
                if low > 0 && high >= 0 && high < low {
                    // An omitted index is the length, which is not below a checked index.
                    if let Some(e) = at[j] {
                        let text = format!("invalid slice indices: {high} < {low}");
                        self.error(e, "SwappedSliceIndices", text);
                    }
                    return;
                }
            }
        }
    }

    /// Checks an index; `max` negative means no limit. The type, which is invalid after an error,
    /// and the constant value or a negative number.
    pub(crate) fn index_value(&self, e: ExprId, max: i64) -> (TypeId, i64) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, e);
        if !self.is_valid_index(&mut x, "InvalidIndex", "index", false) {
            return (TypeId::INVALID, -1);
        }
        let Some(value) = x.constant() else {
            return (x.ty, -1);
        };
        let Some(n) = value.as_i64() else {
            return (TypeId::INVALID, -1);
        };
        if max >= 0 && n >= max {
            let text = format!("invalid argument: index {value} out of bounds [0:{max}]");
            self.error(&x, "InvalidIndex", text);
            return (TypeId::INVALID, -1);
        }
        (x.ty, n)
    }

    /// Whether `x` may be an index or size: an integer, not negative if constant unless that is
    /// allowed. Reports an error about `what` if not.
    pub(crate) fn is_valid_index(
        &self,
        x: &mut Operand,
        code: &'static str,
        what: &str,
        allow_negative: bool,
    ) -> bool {
        if !x.is_valid() {
            return false;
        }
        self.convert_untyped(x, TypeId::INT);
        if !x.is_valid() {
            return false;
        }
        let refuse = |x: &Operand, why: &str| {
            let shown = self.operand_str(x);
            self.error(x, code, format!("invalid argument: {what} {shown} {why}"));
            false
        };
        if !self.all_integer(x.ty) {
            return refuse(x, "must be integer");
        }
        if let Some(value) = x.constant() {
            if !allow_negative && value.sign() < 0 {
                return refuse(x, "must not be negative");
            }
            match self.representable_const(value, TypeId::INT) {
                Some(value) => x.value = Some(value),
                None => return refuse(x, "overflows int"),
            }
        }
        true
    }
}
