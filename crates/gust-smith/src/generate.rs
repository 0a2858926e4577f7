//! Programs as a whole: types, functions, `main`, and the fixed part that all share.

use crate::expr::Budget;
use crate::ty::{INTS, Ty};
use fastrand::Rng;
use std::collections::HashMap;
use std::fmt::Write;

/// What every program has: helpers, and how results and panics are printed.
const PRELUDE: &str = include_str!("prelude.go.txt");

/// A variable in scope.
#[derive(Clone)]
pub(crate) struct Var {
    pub name: String,
    pub ty: Ty,
    /// It may be assigned to, and what it refers to is its own.
    pub owned: bool,
    pub assignable: bool,
}

/// A generated function.
#[derive(Clone)]
pub(crate) struct Func {
    pub name: String,
    pub params: Vec<Ty>,
    pub results: Vec<Ty>,
}

/// State of one program's generation.
pub(crate) struct Generator {
    pub rng: Rng,
    pub prefix: String,
    pub structs: Vec<Vec<(String, Ty)>>,
    pub funcs: Vec<Func>,
    /// How many of `funcs` may be called from here: those before it, so that calls end.
    pub callable: usize,
    pub scope: Vec<Var>,
    pub budget: Budget,
    pub out: String,
    pub indent: usize,
    /// Statements left for the current function.
    pub statements: u32,
    /// Labels of enclosing loops.
    pub loops: Vec<String>,
    /// Inside a function literal: outer labels are out of reach.
    pub results: Vec<Ty>,
    /// How deep the composite value being made nests.
    pub nesting: u32,
    next: u32,
    dumpers: HashMap<Ty, String>,
    dumper_text: String,
}

/// The text of the program of a seed.
pub(crate) fn program(seed: u64) -> String {
    let mut g = Generator {
        rng: Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        prefix: String::new(),
        structs: Vec::new(),
        funcs: Vec::new(),
        callable: 0,
        scope: Vec::new(),
        budget: Budget::Pure,
        out: String::new(),
        indent: 0,
        statements: 0,
        loops: Vec::new(),
        results: Vec::new(),
        nesting: 0,
        next: 0,
        dumpers: HashMap::new(),
        dumper_text: String::new(),
    };
    g.types();
    g.globals();
    let n = g.rng.usize(3..9);
    for _ in 0..n {
        g.function();
    }
    g.main();
    let mut text = String::from("package main\n\n");
    text.push_str(PRELUDE);
    text.push_str(&g.out);
    text.push_str(&g.dumper_text);
    text
}

impl Generator {
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    pub(crate) fn name(&mut self, stem: &str) -> String {
        self.next += 1;
        format!("{stem}{}", self.next)
    }

    pub(crate) fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.out.push('\t');
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    pub(crate) fn declare(&mut self, name: &str, ty: &Ty, owned: bool) {
        self.scope.push(Var {
            name: name.into(),
            ty: ty.clone(),
            owned,
            assignable: true,
        });
    }

    /// A variable in scope of that type.
    pub(crate) fn variable(&mut self, ty: &Ty) -> Option<String> {
        let fitting: Vec<_> = self.scope.iter().filter(|v| v.ty == *ty).collect();
        if fitting.is_empty() {
            return None;
        }
        // The last ones are the most interesting.
        let n = fitting.len();
        let i = self.rng.usize(0..n).max(self.rng.usize(0..n));
        Some(fitting[i].name.clone())
    }

    pub(crate) fn pick_int(&mut self) -> Ty {
        Ty::Int(INTS[self.rng.usize(0..INTS.len())])
    }

    pub(crate) fn pick_ordered(&mut self) -> Ty {
        match self.rng.u32(0..6) {
            0 => Ty::Float(["float64", "float32"][self.rng.usize(0..2)]),
            1 => Ty::Str,
            2 => Ty::Int("int"),
            _ => self.pick_int(),
        }
    }

    pub(crate) fn pick_key(&mut self) -> Ty {
        match self.rng.u32(0..6) {
            0 => Ty::Array(2, Box::new(self.pick_int())),
            1 => Ty::Bool,
            2 | 3 => Ty::Str,
            _ => self.pick_int(),
        }
    }

    pub(crate) fn pick_comparable(&mut self) -> Ty {
        let structs: Vec<_> = (0..self.structs.len())
            .filter(|&i| self.is_comparable(&Ty::Struct(i)))
            .collect();
        match self.rng.u32(0..4) {
            0 if !structs.is_empty() => Ty::Struct(structs[self.rng.usize(0..structs.len())]),
            1 => Ty::Complex,
            2 => self.pick_key(),
            _ => self.pick_ordered(),
        }
    }

    fn is_comparable(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Struct(i) => self.structs[*i].iter().all(|(_, t)| self.is_comparable(t)),
            Ty::Float(_) | Ty::Complex => true,
            _ => ty.is_key(),
        }
    }

    pub(crate) fn pick_type(&mut self, depth: u32) -> Ty {
        let n = if depth == 0 { 8 } else { 16 };
        match self.rng.u32(0..n) {
            0 => Ty::Bool,
            1 => Ty::Str,
            2 => Ty::Float(["float64", "float32"][self.rng.usize(0..2)]),
            3 | 4 => Ty::Int("int"),
            5..=7 => self.pick_int(),
            8 => Ty::Slice(Box::new(self.pick_type(depth - 1))),
            9 => {
                let n = self.rng.u32(1..5);
                Ty::Array(n, Box::new(self.pick_type(depth - 1)))
            }
            10 => Ty::Map(
                Box::new(self.pick_key()),
                Box::new(self.pick_type(depth - 1)),
            ),
            11 => Ty::Pointer(Box::new(self.pick_type(depth - 1))),
            12 | 13 if !self.structs.is_empty() => {
                Ty::Struct(self.rng.usize(0..self.structs.len()))
            }
            12 => Ty::Complex,
            13 | 14 => match self.rng.u32(0..3) {
                0 => Ty::Any,
                1 => Ty::Iface,
                _ => Ty::Complex,
            },
            _ => Ty::Func(
                Box::new(self.pick_type(0)),
                Box::new(self.pick_type(depth - 1)),
            ),
        }
    }

    fn types(&mut self) {
        self.line("type I interface {");
        self.line("\tM(int) int");
        self.line("\tName() string");
        self.line("}\n");
        let n = self.rng.usize(1..5);
        for i in 0..n {
            let mut fields = Vec::new();
            let mut embedded = None;
            if i > 0 && self.chance(30) {
                let base = self.rng.usize(0..i);
                embedded = Some(base);
                fields.push((format!("S{base}"), Ty::Struct(base)));
            }
            for k in 0..self.rng.usize(1..6) {
                let t = self.pick_type(2);
                fields.push((format!("f{i}{k}"), t));
            }
            let mut text = format!("type S{i} struct {{\n");
            for (name, t) in &fields {
                if embedded.is_some() && name.starts_with('S') {
                    let _ = writeln!(text, "\t{name}");
                } else {
                    let _ = writeln!(text, "\t{name} {}", t.show(&self.prefix));
                }
            }
            text.push_str("}\n");
            self.line(&text);
            // Method expressions of the fields, kept simple: they run often.
            let star = ["", "*"][self.rng.usize(0..2)];
            let ints: Vec<_> = fields
                .iter()
                .filter(|(_, t)| *t == Ty::Int("int"))
                .map(|(n, _)| format!(" + s.{n}"))
                .collect();
            self.line(&format!(
                "func (s {star}S{i}) M(x int) int {{ return x*{}{} }}",
                i + 2,
                ints.concat()
            ));
            self.line(&format!(
                "func (s {star}S{i}) Name() string {{ return \"S{i}\" }}\n"
            ));
            self.structs.push(fields);
        }
    }

    fn globals(&mut self) {
        for _ in 0..self.rng.usize(0..5) {
            let t = self.pick_type(2);
            let name = self.name("g");
            let value = self.expr(&t, 2).text;
            self.line(&format!("var {name} {} = {value}", t.show(&self.prefix)));
            // Functions read them, `main` alone changes them.
            self.scope.push(Var {
                name,
                ty: t,
                owned: false,
                assignable: false,
            });
        }
        self.line("");
    }

    fn function(&mut self) {
        let name = self.name("f");
        let params: Vec<_> = (0..self.rng.usize(0..5))
            .map(|_| self.pick_type(2))
            .collect();
        let results: Vec<_> = (0..self.rng.usize(1..4))
            .map(|_| self.pick_type(2))
            .collect();
        let mark = self.scope.len();
        let mut shown = Vec::new();
        for p in &params {
            let n = self.name("p");
            shown.push(format!("{n} {}", p.show(&self.prefix)));
            self.declare(&n, p, false);
        }
        let named = self.chance(40);
        let mut result_text = Vec::new();
        for r in &results {
            let t = r.show(&self.prefix);
            if named {
                let n = self.name("r");
                result_text.push(format!("{n} {t}"));
                self.declare(&n, r, false);
            } else {
                result_text.push(t);
            }
        }
        self.line(&format!(
            "func {name}({}) ({}) {{",
            shown.join(", "),
            result_text.join(", ")
        ));
        self.indent += 1;
        self.results.clone_from(&results);
        self.callable = self.funcs.len();
        if named {
            self.line("if fuel--; fuel < 0 { return }");
        } else {
            let zeros: Vec<_> = results
                .iter()
                .map(|r| format!("*new({})", r.show(&self.prefix)))
                .collect();
            self.line(&format!(
                "if fuel--; fuel < 0 {{ return {} }}",
                zeros.join(", ")
            ));
        }
        if named && self.chance(50) {
            self.deferred_recover();
        }
        self.statements = self.rng.u32(3..14);
        self.body(3);
        self.return_statement();
        self.indent -= 1;
        self.line("}\n");
        self.scope.truncate(mark);
        self.funcs.push(Func {
            name,
            params,
            results,
        });
    }

    fn main(&mut self) {
        let tests = self.rng.usize(1..4);
        self.callable = self.funcs.len();
        self.results.clear();
        let globals = self.scope.len();
        for v in &mut self.scope {
            v.assignable = true;
        }
        for i in 0..tests {
            self.line(&format!("func test{i}() {{"));
            self.indent += 1;
            self.line("defer report()");
            self.statements = self.rng.u32(8..30);
            self.body(4);
            for i in 0..globals {
                let v = self.scope[i].clone();
                self.dump(&v.name, &v.ty);
            }
            self.indent -= 1;
            self.line("}\n");
            self.scope.truncate(globals);
        }
        self.line("func main() {");
        for i in 0..tests {
            self.line(&format!("\ttest{i}()"));
        }
        if self.chance(10) {
            self.line("\tpanic(\"the end\")");
        }
        self.line("}\n");
    }

    /// Prints a value.
    pub(crate) fn dump(&mut self, value: &str, ty: &Ty) {
        let text = self.dump_call(value, ty);
        self.line(&text);
    }

    fn dump_call(&mut self, value: &str, ty: &Ty) -> String {
        match ty {
            Ty::Bool | Ty::Int(_) | Ty::Float(_) | Ty::Complex | Ty::Str => {
                format!("println({value})")
            }
            Ty::Any => format!("dumpAny({value})"),
            _ => format!("{}({value})", self.dumper(ty)),
        }
    }

    fn dumper(&mut self, ty: &Ty) -> String {
        if let Some(name) = self.dumpers.get(ty) {
            return name.clone();
        }
        let name = self.name("dump");
        self.dumpers.insert(ty.clone(), name.clone());
        let shown = ty.show(&self.prefix);
        let body = match ty {
            Ty::Array(_, e) | Ty::Slice(e) => {
                let inner = self.dump_call("e", e);
                format!("\tprintln(\"list\", len(v))\n\tfor _, e := range v {{\n\t\t{inner}\n\t}}\n")
            }
            Ty::Map(_, e) => {
                let simple = matches!(**e, Ty::Int(_) | Ty::Bool | Ty::Str);
                let of_value = if simple { "^ 3*hash(e)" } else { "" };
                let used = if simple { "" } else { "\t\t_ = e\n" };
                format!(
                    "\tvar sum uint64\n\tfor k, e := range v {{\n{used}\t\tsum += hash(k) {of_value}\n\t}}\n\tprintln(\"map\", len(v), sum)\n"
                )
            }
            Ty::Pointer(e) => {
                let inner = self.dump_call("*v", e);
                format!("\tif v == nil {{\n\t\tprintln(\"nil\")\n\t\treturn\n\t}}\n\t{inner}\n")
            }
            Ty::Struct(i) => {
                let fields = self.structs[*i].clone();
                let mut body = format!("\tprintln(\"struct {i}\")\n");
                for (field, t) in fields {
                    let inner = self.dump_call(&format!("v.{field}"), &t);
                    let _ = writeln!(body, "\t{inner}");
                }
                body
            }
            Ty::Iface => {
                "\tif v == nil {\n\t\tprintln(\"nil\")\n\t\treturn\n\t}\n\tprintln(v.Name(), v.M(7))\n"
                    .into()
            }
            _ => "\tprintln(v == nil)\n".into(),
        };
        let _ = write!(self.dumper_text, "func {name}(v {shown}) {{\n{body}}}\n\n");
        name
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_seed_decides_the_text() {
        assert_eq!(super::program(7), super::program(7));
        assert_ne!(super::program(7), super::program(8));
    }
}
