//! Expressions.
//!
//! Where the language leaves an order open, nothing that could tell is generated: an expression has either calls or
//! at most one operation that may panic, and what it calls changes nothing that it reads.

use crate::generate::Generator;
use crate::ty::Ty;

/// How deep composite values made of themselves may nest.
const MAX_NESTING: u32 = 6;

/// Text of an expression, and whether it is constant.
pub(crate) struct Expr {
    pub text: String,
    pub constant: bool,
}

impl Expr {
    fn of(text: String) -> Self {
        Self {
            text,
            constant: false,
        }
    }

    fn constant(text: String) -> Self {
        Self {
            text,
            constant: true,
        }
    }
}

/// What an expression of one statement may still do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Nothing decided yet.
    Free,
    /// It calls functions.
    Calls,
    /// It had its operation that may panic.
    Risked,
    /// Neither is allowed.
    Pure,
}

impl Generator {
    /// An expression of a type, never constant.
    pub(crate) fn value(&mut self, ty: &Ty, depth: u32) -> String {
        let e = self.expr(ty, depth);
        if e.constant {
            format!("id[{}]({})", ty.show(&self.prefix), e.text)
        } else {
            e.text
        }
    }

    /// An expression of a type for a statement of its own.
    pub(crate) fn fresh(&mut self, ty: &Ty) -> String {
        self.budget = if self.chance(30) {
            Budget::Pure
        } else {
            Budget::Free
        };
        let depth = 1 + self.rng.u32(0..3);
        let text = self.expr(ty, depth).text;
        self.budget = Budget::Pure;
        text
    }

    fn may_call(&mut self) -> bool {
        let open = matches!(self.budget, Budget::Free | Budget::Calls);
        if open && self.chance(40) {
            self.budget = Budget::Calls;
            return true;
        }
        false
    }

    fn may_risk(&mut self) -> bool {
        if self.budget == Budget::Free && self.chance(25) {
            self.budget = Budget::Risked;
            return true;
        }
        false
    }

    pub(crate) fn literal(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => self.rng.bool().to_string(),
            Ty::Int(_) => {
                let bits = ty.bits();
                let small = self.chance(60);
                let raw = self.rng.u64(..);
                if ty.is_unsigned() {
                    let top = if bits == 64 {
                        u64::MAX
                    } else {
                        (1 << bits) - 1
                    };
                    let edge = [0, 1, top, top - 1, top / 2, top / 2 + 1];
                    match self.rng.u32(0..4) {
                        0 => edge[self.rng.usize(0..edge.len())].to_string(),
                        _ if small => (raw % 20).to_string(),
                        _ => (raw & top).to_string(),
                    }
                } else {
                    let top = if bits == 64 {
                        i64::MAX
                    } else {
                        (1 << (bits - 1)) - 1
                    };
                    let edge = [0, 1, -1, top, -top, -top - 1, top - 1];
                    match self.rng.u32(0..4) {
                        0 => edge[self.rng.usize(0..edge.len())].to_string(),
                        _ if small => ((raw % 30) as i64 - 10).to_string(),
                        _ => (((raw as i64) << (64 - bits)) >> (64 - bits)).to_string(),
                    }
                }
            }
            Ty::Float(_) => {
                let list = [
                    "0.0", "1.5", "-2.25", "1e10", "3.0e-5", "0.1", "100.0", "-7.75",
                ];
                list[self.rng.usize(0..list.len())].to_string()
            }
            Ty::Complex => {
                let list = ["(1+2i)", "(0.5-1i)", "complex(3, 0.25)", "(-2i)"];
                list[self.rng.usize(0..list.len())].to_string()
            }
            Ty::Str => {
                let list = [
                    "\"\"",
                    "\"a\"",
                    "\"hello\"",
                    "\"h\u{e9}llo\"",
                    "\"\\xff\\x80z\"",
                    "\"\u{65e5}\u{672c}\"",
                    "\"zzz\"",
                    "`raw\\n`",
                    "\"0123456789abcdef\"",
                ];
                list[self.rng.usize(0..list.len())].to_string()
            }
            Ty::Pointer(_) | Ty::Map(..) | Ty::Slice(_) | Ty::Iface | Ty::Any | Ty::Func(..) => {
                "nil".into()
            }
            Ty::Array(..) | Ty::Struct(_) => format!("{}{{}}", ty.show(&self.prefix)),
        }
    }

    fn typed_literal(&mut self, ty: &Ty) -> Expr {
        let text = self.literal(ty);
        match ty {
            Ty::Bool | Ty::Str => Expr::constant(text),
            Ty::Int(name) | Ty::Float(name) => Expr::constant(format!("{name}({text})")),
            Ty::Complex => Expr::constant(format!("complex128({text})")),
            // Types nest without end: `any` holds a list of `any`.
            _ if self.nesting >= MAX_NESTING => Expr::of(self.zero(ty)),
            _ => {
                self.nesting += 1;
                let text = self.composite(ty, 1);
                self.nesting -= 1;
                Expr::of(text)
            }
        }
    }

    /// The zero value of a composite type.
    fn zero(&self, ty: &Ty) -> String {
        let shown = ty.show(&self.prefix);
        match ty {
            Ty::Array(..) | Ty::Struct(_) => format!("{shown}{{}}"),
            _ => format!("({shown})(nil)"),
        }
    }

    /// A new value of a composite type.
    pub(crate) fn composite(&mut self, ty: &Ty, depth: u32) -> String {
        let shown = ty.show(&self.prefix);
        match ty {
            Ty::Array(n, e) => {
                let n = self.rng.u32(0..=*n);
                let list = self.list(e, n, depth);
                format!("{shown}{{{list}}}")
            }
            Ty::Slice(e) => match self.rng.u32(0..6) {
                0 => format!("{shown}(nil)"),
                1 => format!("make({shown}, {})", self.rng.u32(0..5)),
                2 => format!("make({shown}, {}, 8)", self.rng.u32(0..5)),
                _ => {
                    let n = self.rng.u32(0..5);
                    let list = self.list(e, n, depth);
                    format!("{shown}{{{list}}}")
                }
            },
            Ty::Map(k, v) => {
                if self.chance(20) {
                    return format!("make({shown})");
                }
                // Constant keys must differ; keys that are not constant need not.
                let n = self.rng.u32(0..4);
                let entries: Vec<_> = (0..n)
                    .map(|_| {
                        let key = self.value(k, 0);
                        let key = if matches!(**k, Ty::Bool) {
                            format!("!({key})")
                        } else {
                            key
                        };
                        format!("{key}: {}", self.expr(v, depth.saturating_sub(1)).text)
                    })
                    .collect();
                format!("{shown}{{{}}}", entries.join(", "))
            }
            Ty::Struct(i) => {
                let fields = self.structs[*i].clone();
                let mut parts = Vec::new();
                for (name, t) in &fields {
                    if self.chance(70) {
                        let e = self.expr(t, depth.saturating_sub(1)).text;
                        parts.push(format!("{name}: {e}"));
                    }
                }
                format!("{shown}{{{}}}", parts.join(", "))
            }
            Ty::Pointer(e) => match &**e {
                Ty::Struct(_) if self.chance(70) => format!("&{}", self.composite(e, depth)),
                _ if self.chance(80) => {
                    let v = self.expr(e, depth.saturating_sub(1)).text;
                    format!("ptr[{}]({v})", e.show(&self.prefix))
                }
                _ => format!("({shown})(nil)"),
            },
            Ty::Iface => {
                if self.structs.is_empty() || self.chance(15) {
                    return format!("{shown}(nil)");
                }
                let i = self.rng.usize(0..self.structs.len());
                let v = self.composite(&Ty::Struct(i), depth.saturating_sub(1));
                format!("{shown}(&{v})")
            }
            Ty::Any => {
                let t = self.pick_type(1);
                let v = self.expr(&t, depth.saturating_sub(1)).text;
                format!("any({v})")
            }
            Ty::Func(a, r) => {
                let name = self.name("a");
                let (a, r) = (a.as_ref().clone(), r.as_ref().clone());
                let mark = self.scope.len();
                let saved = std::mem::replace(&mut self.budget, Budget::Pure);
                self.declare(&name, &a, false);
                let body = self.expr(&r, 1).text;
                self.budget = saved;
                self.scope.truncate(mark);
                format!(
                    "func({name} {}) {} {{ return {body} }}",
                    a.show(&self.prefix),
                    r.show(&self.prefix)
                )
            }
            _ => self.typed_literal(ty).text,
        }
    }

    fn list(&mut self, ty: &Ty, n: u32, depth: u32) -> String {
        let items: Vec<_> = (0..n)
            .map(|_| self.expr(ty, depth.saturating_sub(1)).text)
            .collect();
        items.join(", ")
    }

    /// An expression of a type.
    pub(crate) fn expr(&mut self, ty: &Ty, depth: u32) -> Expr {
        if depth == 0 || self.chance(15) {
            return match self.variable(ty) {
                Some(name) if self.chance(75) => Expr::of(name),
                _ => self.typed_literal(ty),
            };
        }
        if self.may_call()
            && let Some(call) = self.call_of(ty, depth - 1)
        {
            return Expr::of(call);
        }
        if self.chance(25)
            && let Some(text) = self.part_of_variable(ty, depth - 1)
        {
            return Expr::of(text);
        }
        match ty {
            Ty::Bool => self.bool_expr(depth - 1),
            Ty::Int(_) => self.int_expr(ty, depth - 1),
            Ty::Float(name) => self.float_expr(ty, name, depth - 1),
            Ty::Complex => {
                let (x, y) = (self.value(ty, depth - 1), self.expr(ty, depth - 1).text);
                let op = ["+", "-", "*"][self.rng.usize(0..3)];
                Expr::of(format!("({x} {op} {y})"))
            }
            Ty::Str => self.string_expr(depth - 1),
            _ => match self.variable(ty) {
                Some(name) if self.chance(50) => Expr::of(name),
                _ => Expr::of(self.composite(ty, depth - 1)),
            },
        }
    }

    fn bool_expr(&mut self, depth: u32) -> Expr {
        let op = ["==", "!=", "<", "<=", ">", ">="];
        Expr::of(match self.rng.u32(0..6) {
            0 => format!("!{}", self.value(&Ty::Bool, depth)),
            1 => {
                // The right side may not be evaluated: nothing that a reader of the budget would miss.
                let x = self.value(&Ty::Bool, depth);
                let y = self.value(&Ty::Bool, depth);
                let op = ["&&", "||"][self.rng.usize(0..2)];
                format!("({x} {op} {y})")
            }
            2 => {
                let t = self.pick_comparable();
                let x = self.value(&t, depth);
                let y = self.value(&t, depth);
                format!("({x} {} {y})", op[self.rng.usize(0..2)])
            }
            _ => {
                let t = self.pick_ordered();
                let x = self.value(&t, depth);
                let y = self.expr(&t, depth).text;
                format!("({x} {} {y})", op[self.rng.usize(0..6)])
            }
        })
    }

    fn int_expr(&mut self, ty: &Ty, depth: u32) -> Expr {
        let name = ty.show(&self.prefix);
        Expr::of(match self.rng.u32(0..12) {
            0 => {
                let from = self.pick_int();
                format!("{name}({})", self.value(&from, depth))
            }
            1 => {
                let count = self.value(&Ty::Int("uint8"), depth);
                let x = self.value(ty, depth);
                let op = ["<<", ">>"][self.rng.usize(0..2)];
                if self.chance(50) {
                    format!("({x} {op} ({count} & 15))")
                } else {
                    format!("({x} {op} {count})")
                }
            }
            2 => {
                let x = self.value(ty, depth);
                format!(
                    "({x} {} {})",
                    ["<<", ">>"][self.rng.usize(0..2)],
                    self.rng.u32(0..70)
                )
            }
            3 | 4 => {
                let x = self.value(ty, depth);
                let op = ["/", "%"][self.rng.usize(0..2)];
                if self.may_risk() {
                    let y = self
                        .variable(ty)
                        .unwrap_or_else(|| format!("id[{name}](3)"));
                    format!("({x} {op} {y})")
                } else if self.chance(50) {
                    let n = [1, 2, 3, 5, 7, 8, 10, 16, 100][self.rng.usize(0..9)];
                    format!("({x} {op} {n})")
                } else {
                    format!("({x} {op} ({} | 1))", self.value(ty, depth))
                }
            }
            5 => format!("(-{})", self.value(ty, depth)),
            6 => format!("(^{})", self.value(ty, depth)),
            7 if matches!(ty, Ty::Int("int")) => {
                let t =
                    [Ty::Str, Ty::Slice(Box::new(Ty::Int("int")))][self.rng.usize(0..2)].clone();
                format!("len({})", self.value(&t, depth))
            }
            8 if matches!(ty, Ty::Int("uint8")) => {
                let s = self.value(&Ty::Str, depth);
                let i = self.value(&Ty::Int("uint8"), depth);
                if self.may_risk() {
                    format!("({s})[{i}&7]")
                } else {
                    format!("({s} + \"01234567\")[{i}&7]")
                }
            }
            9 => {
                let f = ["minOf", "maxOf"][self.rng.usize(0..2)];
                let (x, y) = (self.value(ty, depth), self.value(ty, depth));
                let f = if self.chance(50) {
                    f.to_string()
                } else {
                    f[..3].to_string()
                };
                format!("{f}({x}, {y})")
            }
            _ => {
                let x = self.value(ty, depth);
                let y = self.expr(ty, depth).text;
                let op = ["+", "-", "*", "&", "|", "^", "&^"][self.rng.usize(0..7)];
                format!("({x} {op} {y})")
            }
        })
    }

    fn float_expr(&mut self, ty: &Ty, name: &str, depth: u32) -> Expr {
        Expr::of(match self.rng.u32(0..7) {
            0 => {
                let from = self.pick_int();
                format!("{name}({})", self.value(&from, depth))
            }
            1 => {
                let other = ["float32", "float64"][self.rng.usize(0..2)];
                format!("{name}({})", self.value(&Ty::Float(other), depth))
            }
            2 => format!("(-{})", self.value(ty, depth)),
            3 if name == "float64" => {
                let part = ["real", "imag"][self.rng.usize(0..2)];
                format!("{part}({})", self.value(&Ty::Complex, depth))
            }
            _ => {
                let x = self.value(ty, depth);
                let y = self.expr(ty, depth).text;
                let op = ["+", "-", "*"][self.rng.usize(0..3)];
                format!("({x} {op} {y})")
            }
        })
    }

    fn string_expr(&mut self, depth: u32) -> Expr {
        Expr::of(match self.rng.u32(0..7) {
            0 => format!("string(rune({}))", self.value(&Ty::Int("int32"), depth)),
            1 => {
                let s = self.value(&Ty::Str, depth);
                let (lo, hi) = (self.rng.u32(0..3), self.rng.u32(3..6));
                if self.may_risk() {
                    format!("({s})[{lo}:{hi}]")
                } else {
                    format!("({s} + \"abcdef\")[{lo}:{hi}]")
                }
            }
            2 => format!("string([]byte({}))", self.value(&Ty::Str, depth)),
            3 => format!("string([]rune({}))", self.value(&Ty::Str, depth)),
            4 => {
                let n = self.value(&Ty::Int("int"), depth);
                format!("itoa({n})")
            }
            _ => {
                let x = self.value(&Ty::Str, depth);
                let y = self.expr(&Ty::Str, depth).text;
                format!("short({x} + {y})")
            }
        })
    }

    /// A part of a variable in scope that has the type: element, field, what a pointer points to.
    fn part_of_variable(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let start = self.rng.usize(0..self.scope.len().max(1));
        for k in 0..self.scope.len() {
            let var = self.scope[(start + k) % self.scope.len()].clone();
            let name = &var.name;
            match &var.ty {
                Ty::Array(n, e) if **e == *ty && *n > 0 => {
                    let i = self.value(&Ty::Int("uint8"), depth.min(1));
                    return Some(format!("{name}[{i}%{n}]"));
                }
                Ty::Slice(e) if **e == *ty => {
                    let i = self.value(&Ty::Int("uint8"), depth.min(1));
                    return Some(if self.may_risk() {
                        format!("{name}[{i}&3]")
                    } else {
                        format!("at({name}, int({i}))")
                    });
                }
                Ty::Map(k, e) if **e == *ty => {
                    let key = self.value(k, depth.min(1));
                    return Some(format!("{name}[{key}]"));
                }
                Ty::Pointer(e) if **e == *ty && self.may_risk() => {
                    return Some(format!("(*{name})"));
                }
                Ty::Struct(i) => {
                    let fields = self.structs[*i].clone();
                    if let Some((field, _)) = fields.iter().find(|(_, t)| t == ty) {
                        return Some(format!("{name}.{field}"));
                    }
                }
                Ty::Func(a, r) if **r == *ty && self.may_risk() => {
                    let a = a.as_ref().clone();
                    let arg = self.variable(&a).unwrap_or_else(|| self.value(&a, 0));
                    return Some(format!("{name}({arg})"));
                }
                Ty::Any if self.may_risk() => {
                    return Some(format!("{name}.({})", ty.show(&self.prefix)));
                }
                Ty::Iface if *ty == Ty::Int("int") && self.may_risk() => {
                    let arg = self.variable(ty)?;
                    return Some(format!("{name}.M({arg})"));
                }
                _ => {}
            }
        }
        None
    }

    /// A call of one of the program's functions with one result of the type.
    fn call_of(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        if self.callable == 0 {
            return None;
        }
        let start = self.rng.usize(0..self.callable);
        for k in 0..self.callable {
            let f = self.funcs[(start + k) % self.callable].clone();
            if f.results.len() == 1 && f.results[0] == *ty {
                let args: Vec<_> = f
                    .params
                    .iter()
                    .map(|p| self.expr(p, depth.min(1)).text)
                    .collect();
                return Some(format!("{}{}({})", self.prefix, f.name, args.join(", ")));
            }
        }
        None
    }
}
