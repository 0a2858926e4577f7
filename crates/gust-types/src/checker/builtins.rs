//! Calls of predeclared functions (spec: Built-in functions). Those of package `unsafe` are in
//! `builtins_unsafe.rs`.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::{BinaryOp, CompareOp, Value};
use crate::ids::TypeId;
use crate::object::{BuiltinId, ObjKind, Object};
use crate::types::{BasicInfo, BasicKind, Interface, Term, Type, Union};
use crate::version::GoVersion;
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::ChanDir;
use std::sync::OnceLock;

/// What all calls of a builtin have in common.
pub(super) struct Traits {
    /// Its name.
    pub name: &'static str,
    /// Smallest number of arguments.
    pub args: usize,
    /// Whether there may be more.
    pub variadic: bool,
}

pub(super) fn traits(id: BuiltinId) -> Traits {
    let (name, args, variadic) = match id {
        BuiltinId::Append => ("append", 1, true),
        BuiltinId::Cap => ("cap", 1, false),
        BuiltinId::Clear => ("clear", 1, false),
        BuiltinId::Close => ("close", 1, false),
        BuiltinId::Complex => ("complex", 2, false),
        BuiltinId::Copy => ("copy", 2, false),
        BuiltinId::Delete => ("delete", 2, false),
        BuiltinId::Imag => ("imag", 1, false),
        BuiltinId::Len => ("len", 1, false),
        BuiltinId::Make => ("make", 1, true),
        BuiltinId::Max => ("max", 1, true),
        BuiltinId::Min => ("min", 1, true),
        BuiltinId::New => ("new", 1, false),
        BuiltinId::Panic => ("panic", 1, false),
        BuiltinId::Print => ("print", 0, true),
        BuiltinId::Println => ("println", 0, true),
        BuiltinId::Real => ("real", 1, false),
        BuiltinId::Recover => ("recover", 0, false),
        BuiltinId::UnsafeAdd => ("Add", 2, false),
        BuiltinId::UnsafeAlignof => ("Alignof", 1, false),
        BuiltinId::UnsafeOffsetof => ("Offsetof", 1, false),
        BuiltinId::UnsafeSizeof => ("Sizeof", 1, false),
        BuiltinId::UnsafeSlice => ("Slice", 2, false),
        BuiltinId::UnsafeSliceData => ("SliceData", 1, false),
        BuiltinId::UnsafeString => ("String", 2, false),
        BuiltinId::UnsafeStringData => ("StringData", 1, false),
    };
    Traits {
        name,
        args,
        variadic,
    }
}

/// The call of a builtin as its check needs it.
pub(super) struct BuiltinCall<'a> {
    /// The call expression.
    pub call: ExprId,
    /// The called expression.
    pub fun: ExprId,
    /// The arguments as written.
    pub exprs: &'a [ExprId],
    /// Whether the last argument has `...`.
    pub dots: bool,
    /// The evaluated arguments; empty for those builtins that evaluate them themselves.
    pub args: Vec<Operand>,
}

impl Checker<'_> {
    /// Checks call `call` of builtin `id`; false after an error, which leaves `x` undefined. The
    /// caller sets the operand's expression.
    pub(crate) fn builtin(&self, x: &mut Operand, call: ExprId, id: BuiltinId) -> bool {
        // Whether len and cap are constant depends on their argument containing calls and
        // receives, those in other places put aside.
        let outer = (id == BuiltinId::Len || id == BuiltinId::Cap)
            .then(|| std::mem::replace(&mut self.env.borrow_mut().has_call_or_recv, false));
        let ok = self.builtin_call(x, call, id);
        if let Some(outer) = outer {
            self.env.borrow_mut().has_call_or_recv = outer;
        }
        ok
    }

    fn builtin_call(&self, x: &mut Operand, call: ExprId, id: BuiltinId) -> bool {
        let ExprKind::Call {
            fun,
            args,
            ellipsis,
            ..
        } = self.ast[call].kind
        else {
            return false;
        };
        let mut c = BuiltinCall {
            call,
            fun,
            exprs: &self.ast[args],
            dots: ellipsis.is_known(),
            args: Vec::new(),
        };
        let traits = traits(id);
        if c.dots && id != BuiltinId::Append {
            let name = traits.name;
            let text = format!("invalid operation: invalid use of ... with built-in {name}");
            self.error(call, "InvalidDotDotDot", text);
            self.use_exprs(c.exprs);
            return false;
        }
        let count = match id {
            BuiltinId::Make | BuiltinId::New | BuiltinId::UnsafeOffsetof => c.exprs.len(),
            _ => {
                c.args = self.expr_list(c.exprs);
                if !c.args.iter().all(Operand::is_valid) {
                    return false;
                }
                if let Some(first) = c.args.first() {
                    *x = first.clone();
                }
                c.args.len()
            }
        };
        let wrong = match count {
            n if n < traits.args => "not enough",
            n if n > traits.args && !traits.variadic => "too many",
            _ => "",
        };
        if !wrong.is_empty() {
            let (shown, want) = (self.expr_str(call), traits.args);
            let text = format!(
                "invalid operation: {wrong} arguments for {shown} (expected {want}, found {count})"
            );
            self.error(call, "WrongArgCount", text);
            return false;
        }
        match id {
            BuiltinId::Append => self.builtin_append(x, c),
            BuiltinId::Cap | BuiltinId::Len => self.builtin_len(x, id),
            BuiltinId::Clear => self.builtin_clear(x, &c),
            BuiltinId::Close => self.builtin_close(x),
            BuiltinId::Complex => self.builtin_complex(x, c),
            BuiltinId::Copy => self.builtin_copy(x, &c),
            BuiltinId::Delete => self.builtin_delete(x, &c),
            BuiltinId::Imag | BuiltinId::Real => self.builtin_part(x, id),
            BuiltinId::Make => self.builtin_make(x, &c),
            BuiltinId::Max | BuiltinId::Min => self.builtin_extremum(x, c, id),
            BuiltinId::New => self.builtin_new(x, &c),
            BuiltinId::Panic => self.builtin_panic(x, &c),
            BuiltinId::Print | BuiltinId::Println => self.builtin_print(x, c, traits.name),
            BuiltinId::Recover => {
                // A literal `interface{}`, which messages do not call any.
                x.set_value(self.new_type(Type::Interface(interface(&[]))));
                true
            }
            BuiltinId::UnsafeAdd
            | BuiltinId::UnsafeAlignof
            | BuiltinId::UnsafeOffsetof
            | BuiltinId::UnsafeSizeof
            | BuiltinId::UnsafeSlice
            | BuiltinId::UnsafeSliceData
            | BuiltinId::UnsafeString
            | BuiltinId::UnsafeStringData => self.builtin_unsafe(x, c, id),
        }
    }

    /// Reports what is wrong with argument `x`; for use as the result of a check.
    pub(super) fn bad_argument(&self, x: &Operand, code: &'static str, text: String) -> bool {
        self.error(x, code, text);
        false
    }

    fn builtin_append(&self, x: &mut Operand, c: BuiltinCall<'_>) -> bool {
        let elem = match self.slice_elem(x) {
            Ok(elem) => elem,
            Err(why) => {
                return self.bad_argument(x, "InvalidAppend", format!("invalid append: {why}"));
            }
        };
        // append(bytes, s...) with a string, or a type set of strings and byte slices.
        let bytes = self.new_slice(TypeId::BYTE);
        let string = match &c.args[..] {
            [_, y] if c.dots && self.assignable_to(x, bytes).is_ok() => {
                self.strings_or_bytes(y.ty) == Some(true)
            }
            _ => false,
        };
        let slice = x.ty;
        if !string {
            let sig = self.make_signature(&[slice, self.new_slice(elem)], &[slice], true);
            self.plain_arguments(c.call, sig, c.args);
        }
        x.set_value(slice);
        true
    }

    /// Whether the type set of `t` consists of strings and byte slices, and if so, whether a
    /// string is among them.
    fn strings_or_bytes(&self, t: TypeId) -> Option<bool> {
        let mut string = false;
        for pair in self.typeset(t) {
            let (_, u) = pair?;
            match self.ty(u) {
                Type::Slice { elem } if self.identical(elem.get()?, TypeId::BYTE) => {}
                _ if self.is_string(u) => string = true,
                _ => return None,
            }
        }
        Some(string)
    }

    /// The element type of slice operand `x`, or why it has none.
    fn slice_elem(&self, x: &Operand) -> Result<TypeId, String> {
        let mut common = None;
        for pair in self.typeset(x.ty) {
            let Some(Type::Slice { elem }) = pair.map(|(_, u)| self.ty(u)) else {
                let have = if self.operand_is_nil(x) {
                    "untyped nil".into()
                } else {
                    self.operand_str(x)
                };
                return Err(format!("argument must be a slice; have {have}"));
            };
            let elem = elem.get().unwrap_or(TypeId::INVALID);
            match common {
                Some(first) if !self.identical(first, elem) => {
                    let (first, elem) = (self.type_str(first), self.type_str(elem));
                    let shown = self.operand_str(x);
                    return Err(format!(
                        "mismatched slice element types {first} and {elem} in {shown}"
                    ));
                }
                _ => common = common.or(Some(elem)),
            }
        }
        Ok(common.unwrap_or(TypeId::INVALID))
    }

    /// The array a pointer type points to, else the type itself.
    fn array_or_self(&self, t: TypeId) -> TypeId {
        match self.pointer_base(self.unalias(t)).map(|b| self.under(b)) {
            Some(array) if matches!(self.ty(array), Type::Array { .. }) => array,
            _ => t,
        }
    }

    fn builtin_len(&self, x: &mut Operand, id: BuiltinId) -> bool {
        let len = id == BuiltinId::Len;
        let under = self.under(x.ty);
        let has_len = |u: TypeId| match self.ty(self.array_or_self(u)) {
            Type::Basic(basic) => len && basic.info.intersects(BasicInfo::STRING),
            Type::Array { .. } | Type::Slice { .. } | Type::Chan { .. } => true,
            Type::Map { .. } => len,
            _ => false,
        };
        let fits = if self.is_type_param(x.ty) {
            self.typeset(x.ty)
                .into_iter()
                .all(|pair| pair.is_some_and(|(_, u)| has_len(u)))
        } else {
            has_len(under)
        };
        if !fits {
            if self.is_valid(under) {
                let code = if len { "InvalidLen" } else { "InvalidCap" };
                let (shown, name) = (self.operand_str(x), traits(id).name);
                let text = format!("invalid argument: {shown} for built-in {name}");
                self.error(&*x, code, text);
            }
            return false;
        }
        let constant = match self.ty(self.array_or_self(under)) {
            Type::Basic(_) => x.constant().map(|v| {
                let len = v.string_len().unwrap_or(0);
                Value::from_i64(len as i64)
            }),
            Type::Array { len, .. } if !self.env.borrow().has_call_or_recv => {
                Some(match len.get() {
                    len if len >= 0 => Value::from_i64(len),
                    _ => Value::UNKNOWN,
                })
            }
            _ => None,
        };
        match constant {
            Some(value) => {
                x.set_constant(value);
                x.ty = TypeId::INT;
            }
            None => x.set_value(TypeId::INT),
        }
        true
    }

    fn builtin_clear(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        self.verify_version(c.fun.into(), GoVersion(21), "clear");
        for pair in self.typeset(x.ty) {
            let kind = pair.map(|(_, u)| self.ty(u));
            if !matches!(kind, Some(Type::Map { .. } | Type::Slice { .. })) {
                let shown = self.operand_str(x);
                let text = format!(
                    "invalid argument: cannot clear {shown}: argument must be (or constrained by) map or slice"
                );
                return self.bad_argument(x, "InvalidClear", text);
            }
        }
        no_value(x)
    }

    fn builtin_close(&self, x: &mut Operand) -> bool {
        for pair in self.typeset(x.ty) {
            let what = match pair.map(|(_, u)| self.ty(u)) {
                Some(Type::Chan {
                    dir: ChanDir::Recv, ..
                }) => "receive-only channel",
                Some(Type::Chan { .. }) => continue,
                _ => "non-channel",
            };
            let shown = self.operand_str(x);
            let text = format!("invalid operation: cannot close {what} {shown}");
            return self.bad_argument(x, "InvalidClose", text);
        }
        no_value(x)
    }

    fn builtin_complex(&self, x: &mut Operand, c: BuiltinCall<'_>) -> bool {
        let mut y = c.args[1].clone();
        match (self.is_untyped(x.ty), self.is_untyped(y.ty)) {
            (false, false) => {}
            (true, false) => self.convert_untyped(x, y.ty),
            (false, true) => self.convert_untyped(&mut y, x.ty),
            (true, true) if x.mode == Mode::Constant && y.mode == Mode::Constant => {
                for part in [&mut *x, &mut y] {
                    let real = part.constant().is_some_and(|v| v.imag().sign() == 0);
                    if self.is_numeric(part.ty) && real {
                        part.ty = TypeId::UNTYPED_FLOAT;
                    }
                }
            }
            (true, true) => {
                // One has a shift whose check is delayed: as a float it will be refused.
                self.convert_untyped(x, TypeId::FLOAT64);
                self.convert_untyped(&mut y, TypeId::FLOAT64);
            }
        }
        if !x.is_valid() || !y.is_valid() {
            return false;
        }
        if !self.identical(x.ty, y.ty) {
            let shown = self.expr_str(c.call);
            let (xt, yt) = (self.type_str(x.ty), self.type_str(y.ty));
            let text = format!("invalid operation: {shown} (mismatched types {xt} and {yt})");
            return self.bad_argument(x, "InvalidComplex", text);
        }
        let result = self.map_type(x, BuiltinId::Complex, |kind| match kind {
            BasicKind::Float32 => Some(BasicKind::Complex64),
            BasicKind::Float64 => Some(BasicKind::Complex128),
            BasicKind::UntypedFloat => Some(BasicKind::UntypedComplex),
            _ => None,
        });
        let Some(result) = result else {
            let t = self.type_str(x.ty);
            let text =
                format!("invalid argument: arguments have type {t}, expected floating-point");
            return self.bad_argument(x, "InvalidComplex", text);
        };
        match (x.constant(), y.constant()) {
            (Some(re), Some(im)) => {
                let im = Value::make_imag(&im.to_float());
                let value = Value::binary_op(&re.to_float(), BinaryOp::Add, &im);
                x.set_constant(value);
                x.ty = result;
            }
            _ => x.set_value(result),
        }
        true
    }

    fn builtin_part(&self, x: &mut Operand, id: BuiltinId) -> bool {
        if self.is_untyped(x.ty) {
            if x.mode != Mode::Constant {
                // A shift whose check is delayed: as a complex number it will be refused.
                self.convert_untyped(x, TypeId::COMPLEX128);
                if !x.is_valid() {
                    return false;
                }
            } else if self.is_numeric(x.ty) {
                x.ty = TypeId::UNTYPED_COMPLEX;
            }
        }
        let result = self.map_type(x, id, |kind| match kind {
            BasicKind::Complex64 => Some(BasicKind::Float32),
            BasicKind::Complex128 => Some(BasicKind::Float64),
            BasicKind::UntypedComplex => Some(BasicKind::UntypedFloat),
            _ => None,
        });
        let Some(result) = result else {
            let t = self.type_str(x.ty);
            let text = format!("invalid argument: argument has type {t}, expected complex type");
            return self.bad_argument(x, part_code(id), text);
        };
        match x.constant() {
            Some(value) => {
                let part = match id {
                    BuiltinId::Real => value.real(),
                    _ => value.imag(),
                };
                x.set_constant(part);
                x.ty = result;
            }
            None => x.set_value(result),
        }
        true
    }

    /// The result type of `complex`, `real` and `imag` for argument `x`, given the result for
    /// basic types. For a type parameter it is a new type parameter that ranges over the results.
    fn map_type(
        &self,
        x: &Operand,
        id: BuiltinId,
        map: impl Fn(BasicKind) -> Option<BasicKind>,
    ) -> Option<TypeId> {
        let map = |t| self.basic_kind(t).and_then(&map).map(TypeId::basic);
        let param = self.unalias(x.ty);
        let Type::TypeParam(found) = self.ty(param) else {
            return map(x.ty);
        };
        let set = self.type_set(self.type_param_iface(param));
        let terms = set.terms.as_ref()?.iter().map(|term| {
            let ty = map(term.ty)?;
            Some(Term { ty, ..*term })
        });
        let terms: Box<[Term]> = terms.collect::<Option<_>>()?;
        let (shown, name) = (self.operand_str(x), traits(id).name);
        let text = format!(
            "{shown} not supported as argument to built-in {name} for go1.18 (see go.dev/issue/50937)"
        );
        self.soft_error(x, part_code(id), text);
        let union = self.new_type(Type::Union(Union { terms }));
        let constraint = interface(&[(union, Pos::NONE)]);
        let bound = self.new_type(Type::Interface(constraint));
        let name = self.obj(found.obj).name;
        let obj = Object::new(ObjKind::TypeName, Pos::NONE, Some(self.id), name);
        let result = self.new_type_param(self.new_obj(obj), Some(bound));
        if let Type::TypeParam(param) = self.ty(result) {
            param.index.set(found.index.get());
        }
        Some(result)
    }

    fn builtin_copy(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        let y = &c.args[1];
        let bytes = self.new_slice(TypeId::BYTE);
        let special = self.assignable_to(x, bytes).is_ok() && self.strings_or_bytes(y.ty).is_some();
        if !special {
            let refuse = |at: &Operand, why: String| {
                self.bad_argument(at, "InvalidCopy", format!("invalid copy: {why}"))
            };
            let dst = match self.slice_elem(x) {
                Ok(elem) => elem,
                Err(why) => return refuse(x, why),
            };
            let src = match self.slice_elem(y) {
                Ok(elem) => elem,
                // A string has bytes: what is wrong is the destination's type.
                Err(_) if self.all_string(y.ty) => TypeId::BYTE,
                Err(why) => return refuse(y, why),
            };
            if !self.identical(dst, src) {
                let (xs, ys) = (self.operand_str(x), self.operand_str(y));
                let (dst, src) = (self.type_str(dst), self.type_str(src));
                let why =
                    format!("arguments {xs} and {ys} have different element types {dst} and {src}");
                return refuse(x, why);
            }
        }
        x.set_value(TypeId::INT);
        true
    }

    fn builtin_delete(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        let map = x.ty;
        let mut common = None;
        for pair in self.typeset(map) {
            let shown = || self.operand_str(x);
            let Some(Type::Map { key, .. }) = pair.map(|(_, u)| self.ty(u)) else {
                let text = format!("invalid argument: {} is not a map", shown());
                return self.bad_argument(x, "InvalidDelete", text);
            };
            let key = key.get().unwrap_or(TypeId::INVALID);
            if common.is_some_and(|first| !self.identical(key, first)) {
                let text = format!(
                    "invalid argument: maps of {} must have identical key types",
                    shown()
                );
                return self.bad_argument(x, "InvalidDelete", text);
            }
            common = Some(key);
        }
        let key = common.unwrap_or(TypeId::INVALID);
        *x = c.args[1].clone();
        self.assignment(x, Some(key), "argument to delete");
        x.is_valid() && no_value(x)
    }

    fn builtin_make(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        let first = c.exprs[0];
        let t = self.var_type(first);
        if !self.is_valid(t) {
            return false;
        }
        let makeable = |_, u: Option<TypeId>| match u.map(|u| self.ty(u)) {
            Some(Type::Slice { .. } | Type::Map { .. } | Type::Chan { .. }) => None,
            None => Some("no specific type".to_string()),
            _ => Some("type must be slice, map, or channel".to_string()),
        };
        let min = match self.common_under(t, Some(&makeable)) {
            Ok(u) => 1 + usize::from(matches!(self.ty(u), Type::Slice { .. })),
            Err(why) => {
                let shown = self.expr_str(first);
                let text = format!("invalid argument: cannot make {shown}: {why}");
                self.error(first, "InvalidMake", text);
                return false;
            }
        };
        let count = c.exprs.len();
        if count < min || min + 1 < count {
            let (shown, max) = (self.expr_str(c.call), min + 1);
            let text = format!(
                "invalid operation: {shown} expects {min} or {max} arguments; found {count}"
            );
            self.error(c.call, "WrongArgCount", text);
            return false;
        }
        let sizes = c.exprs[1..].iter().map(|&e| self.index_value(e, -1).1);
        let sizes: Vec<i64> = sizes.filter(|&size| size >= 0).collect();
        if let [len, cap] = sizes[..]
            && len > cap
        {
            let text = "invalid argument: length and capacity swapped";
            self.error(c.exprs[1], "SwappedMakeArgs", text);
        }
        x.set_value(t);
        true
    }

    fn builtin_extremum(&self, x: &mut Operand, c: BuiltinCall<'_>, id: BuiltinId) -> bool {
        let name = traits(id).name;
        self.verify_version(c.fun.into(), GoVersion(21), &format!("built-in {name}"));
        let better = match id {
            BuiltinId::Max => CompareOp::Gt,
            _ => CompareOp::Lt,
        };
        let mut args = c.args;
        for (i, a) in args.iter_mut().enumerate() {
            if !self.all_ordered(a.ty) {
                let text = format!(
                    "invalid argument: {} cannot be ordered",
                    self.operand_str(a)
                );
                return self.bad_argument(a, "InvalidMinMaxOperand", text);
            }
            if i == 0 {
                continue;
            }
            self.match_types(x, a);
            if !x.is_valid() {
                return false;
            }
            if !self.identical(x.ty, a.ty) {
                let (xt, at) = (self.type_str(x.ty), self.type_str(a.ty));
                let shown = a.expr.map(|e| self.expr_str(e)).unwrap_or_default();
                let text = format!(
                    "invalid argument: mismatched types {xt} (previous argument) and {at} (type of {shown})"
                );
                return self.bad_argument(a, "MismatchedTypes", text);
            }
            match (a.constant(), x.constant()) {
                (Some(new), Some(old)) => {
                    if Value::compare(new, better, old) {
                        *x = a.clone();
                    }
                }
                _ => x.set_value(x.ty),
            }
        }
        if x.mode != Mode::Constant {
            x.mode = Mode::Value;
            // An untyped value, as of a delayed shift, gets its default type.
            let context = format!("argument to built-in {name}");
            self.assignment(x, Some(TypeId::EMPTY_INTERFACE), &context);
            if !x.is_valid() {
                return false;
            }
        }
        for a in &args {
            if let Some(e) = a.expr {
                self.update_expr_type(e, x.ty, true);
            }
        }
        true
    }

    fn builtin_new(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        let arg = c.exprs[0];
        self.expr_or_type(x, arg, false);
        self.exclude(x, true, false);
        match x.mode {
            Mode::Invalid => return false,
            Mode::TypeExpr => self.valid_var_type(arg, x.ty),
            _ => {
                if self.is_untyped(x.ty) {
                    self.assignment(x, None, "argument to new");
                    if !x.is_valid() {
                        return false;
                    }
                }
                let what = format!("new({})", self.expr_str(arg));
                self.verify_version(c.fun.into(), GoVersion(26), &what);
            }
        }
        x.set_value(self.new_type(Type::Pointer { base: x.ty.into() }));
        true
    }

    fn builtin_panic(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        // Noted for the check that functions with results end in a terminating statement.
        let sig = self.env.borrow().sig;
        if let Some(Type::Signature(sig)) = sig.map(|t| self.ty(t))
            && !sig.results().is_empty()
        {
            self.env.borrow_mut().panics.insert(c.call);
        }
        self.assignment(x, Some(TypeId::EMPTY_INTERFACE), "argument to panic");
        x.is_valid() && no_value(x)
    }

    fn builtin_print(&self, x: &mut Operand, c: BuiltinCall<'_>, name: &str) -> bool {
        let context = format!("argument to built-in {name}");
        for mut a in c.args {
            self.assignment(&mut a, None, &context);
            if !a.is_valid() {
                return false;
            }
        }
        no_value(x)
    }
}

/// The result of a builtin that has none.
fn no_value(x: &mut Operand) -> bool {
    x.set_value(x.ty);
    x.mode = Mode::NoValue;
    true
}

fn part_code(id: BuiltinId) -> &'static str {
    match id {
        BuiltinId::Real => "InvalidReal",
        BuiltinId::Imag => "InvalidImag",
        _ => "InvalidComplex",
    }
}

/// An interface without methods of its own.
fn interface(embeddeds: &[(TypeId, Pos)]) -> Interface {
    let interface = Interface {
        methods: OnceLock::from(Box::from([])),
        embeddeds: OnceLock::from(Box::from(embeddeds)),
        ..Interface::default()
    };
    interface.complete.set(true);
    interface
}
