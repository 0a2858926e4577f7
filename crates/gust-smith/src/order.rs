//! Statements that tell when their operands are read, where the language leaves it open.
//!
//! Operands are parts of one global variable, `turns`, that a function which is not inlined changes: what the official
//! compiler does with them depends on neither inlining nor escape analysis.

use crate::generate::Generator;

/// Types of operands, as the tables below name them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Bool,
    Byte,
    Short,
    Int,
    Float,
    Complex,
    Str,
    Pair,
    Array,
    Pointer,
    Any,
    Slice,
}

const PARTS: [Part; 12] = [
    Part::Bool,
    Part::Byte,
    Part::Short,
    Part::Int,
    Part::Float,
    Part::Complex,
    Part::Str,
    Part::Pair,
    Part::Array,
    Part::Pointer,
    Part::Any,
    Part::Slice,
];

impl Part {
    fn show(self) -> &'static str {
        match self {
            Part::Bool => "bool",
            Part::Byte => "uint8",
            Part::Short => "int16",
            Part::Int => "int",
            Part::Float => "float64",
            Part::Complex => "complex128",
            Part::Str => "string",
            Part::Pair => "pair",
            Part::Array => "[2]int",
            Part::Pointer => "*pair",
            Part::Any => "any",
            Part::Slice => "[]int",
        }
    }

    fn is_key(self) -> bool {
        self != Part::Slice
    }
}

impl Generator {
    fn part(&mut self) -> Part {
        PARTS[self.rng.usize(0..PARTS.len())]
    }

    /// An operand that cannot panic.
    fn turning(&mut self, part: Part, depth: u32) -> String {
        if depth == 0 || self.chance(20) {
            let field = match part {
                Part::Bool => "b",
                Part::Byte => "u",
                Part::Short => "w",
                Part::Int => "n",
                Part::Float => "f",
                Part::Complex => "c",
                Part::Str => "s",
                Part::Pair => "q",
                Part::Array => "a",
                Part::Pointer => "p",
                Part::Any => "e",
                Part::Slice => "l",
            };
            return format!("turns.{field}");
        }
        let d = depth - 1;
        let k = self.rng.u32(0..3);
        match (part, self.rng.u32(0..6)) {
            (Part::Bool, 0) => format!("!{}", self.turning(part, d)),
            (Part::Bool, 1) => format!("turns.mb[{}]", self.turning(Part::Int, d)),
            (Part::Bool, 2) => {
                let x = self.turning(Part::Bool, d);
                format!("({x} && {})", self.turning(Part::Bool, d))
            }
            (Part::Bool, 3) => format!("({} == {k})", self.turning(Part::Int, d)),
            (Part::Bool, _) => {
                let t = loop {
                    let t = self.part();
                    if t.is_key() {
                        break t;
                    }
                };
                let x = self.turning(t, d);
                let u = if self.chance(30) { Part::Any } else { t };
                format!("({x} == {})", self.turning(u, d))
            }
            (Part::Byte, 0) => format!("({})[{k}]", self.turning(Part::Str, 0)),
            (Part::Byte | Part::Short, 1 | 2) => {
                format!("{}({})", part.show(), self.turning(Part::Int, d))
            }
            (Part::Byte | Part::Short | Part::Int, 3) => format!("(-{})", self.turning(part, d)),
            (Part::Int, 0) => format!("len({})", self.turning(Part::Str, d)),
            (Part::Int, 1) => format!("turns.l[{k}]"),
            (Part::Int, 2) => format!("{}.x", self.turning(Part::Pair, d)),
            (Part::Int, 4) => format!("turns.m[{}]", self.turning(Part::Any, d)),
            (Part::Int, 5) => format!("({})[{}]", self.turning(Part::Array, d), k % 2),
            (Part::Float, 0) => format!("float64({})", self.turning(Part::Int, d)),
            (Part::Float, 1) => format!("real({})", self.turning(Part::Complex, d)),
            (Part::Complex, 0) => format!("complex({}, {k})", self.turning(Part::Float, d)),
            (Part::Str, 0) => format!("string(turns.t[:{k}])"),
            (Part::Str, 1) => format!("string(rune({}))", self.turning(Part::Byte, d)),
            (Part::Pair, 0 | 1) => {
                let x = self.turning(Part::Int, d);
                format!("pair{{{x}, {}}}", self.turning(Part::Int, d))
            }
            (Part::Pair, 2) => "*turns.p".into(),
            (Part::Pair, 3) => format!("turns.mq[{}]", self.turning(Part::Pair, d)),
            (Part::Array, 0) => format!("[2]int{{{k}, {}}}", self.turning(Part::Int, d)),
            (Part::Array, 1) => format!("[2]int({})", self.turning(Part::Slice, 0)),
            (Part::Pointer, 0 | 1) => format!("&{}", {
                let x = self.turning(Part::Int, d);
                format!("pair{{{x}, {k}}}")
            }),
            (Part::Any, _) => {
                let t = self.part();
                let t = if t.is_key() { t } else { Part::Bool };
                format!("any({})", self.turning(t, d))
            }
            (Part::Slice, 0) => format!("[]int{{{}, {k}, 4}}", self.turning(Part::Int, d)),
            (Part::Slice, 1) => format!("append({}, {k})", self.turning(part, d)),
            (Part::Byte | Part::Short | Part::Int | Part::Float | Part::Complex, _) => {
                let x = self.turning(part, d);
                format!("({x} + {})", self.turning(part, d))
            }
            (Part::Str, _) => {
                let x = self.turning(part, d);
                format!("({x} + {})", self.turning(part, d))
            }
            _ => self.turning(part, d),
        }
    }

    /// Operands of which some change what others read.
    pub(crate) fn order_of_operands(&mut self) {
        let depth = self.rng.u32(1..4);
        let (t, u) = (self.part(), self.part());
        let (ts, us) = (t.show(), u.show());
        let (x, y) = (self.turning(t, depth), self.turning(u, depth));
        let k = self.rng.u32(0..3);
        self.line(&format!("turns.reset({k})"));
        let v = self.name("o");
        match self.rng.u32(0..12) {
            0..=2 => self.line(&format!("showAll({x}, turns.next(), {y}, turns.next())")),
            3 => self.line(&format!("showAll([]any{{{x}, turns.next(), {y}}}...)")),
            4 => self.line(&format!(
                "showAll(append([]any{{{x}}}, {y}, turns.next())...)"
            )),
            5 => {
                self.line(&format!("{v} := func() (any, {us}, int) {{"));
                self.line(&format!("\treturn {x}, {y}, turns.next()"));
                self.line("}");
                self.line(&format!("showAll(three({v}()))"));
            }
            6 => {
                self.line(&format!("var {v} struct {{ a any; b {ts} }}"));
                self.line(&format!("{v}.a, _, {v}.b = {y}, turns.next(), {x}"));
                self.line(&format!("showAll({v}.a, {v}.b)"));
            }
            7 => {
                self.line(&format!(
                    "{v} := struct {{ a any; b [1]{ts}; c int; d any }}{{d: {y}, b: [1]{ts}{{{x}}}, c: turns.next()}}"
                ));
                self.line(&format!("showAll({v}.a, {v}.b[0], {v}.c, {v}.d)"));
            }
            8 if t.is_key() => {
                self.line(&format!("{v} := map[{ts}]any{{}}"));
                self.line(&format!("{v}[{x}], _ = {y}, turns.next()"));
                self.line(&format!("{v}[{x}] = turns.next()"));
                let key = self.name("k");
                self.line(&format!(
                    "for {key}, e := range {v} {{ if len({v}) == 1 {{ showAll({key}, e) }} }}"
                ));
            }
            9 if t.is_key() => {
                self.line(&format!("{v} := map[any]{us}{{{x}: {y}}}"));
                self.line(&format!("showAll({v}[{x}], turns.next(), len({v}))"));
            }
            10 => {
                self.line(&format!("{v} := make(chan any, 1)"));
                self.line(&format!("pick({v}, turns.next()) <- {x}"));
                self.line(&format!("showAll(<-{v}, {y})"));
            }
            _ => {
                self.line(&format!("var {v} [9]any"));
                self.line(&format!("{v}[turns.next()&7], {v}[8] = {x}, {y}"));
                self.line(&format!("showAll({v}[:]...)"));
            }
        }
    }
}
