//! Statements around single rules of the language, with random parts: closures over loop variables, deferred calls and
//! results, `goto`, `select`, method values, generic types, order of assignments, comparisons.

use crate::generate::Generator;
use crate::ty::{INTS, Ty};

impl Generator {
    fn int(&mut self) -> String {
        self.budget = crate::expr::Budget::Pure;
        self.value(&Ty::Int("int"), 1)
    }

    fn small(&mut self) -> u32 {
        self.rng.u32(0..5)
    }

    /// One of the rules.
    pub(crate) fn rule(&mut self) {
        match self.rng.u32(0..13) {
            0 => self.loop_closures(),
            1 => self.deferred_results(),
            2 => self.jumps(),
            3 => self.chosen(),
            4 => self.methods(),
            5 => self.generic_types(),
            6 => self.assignments(),
            7 => self.shifts(),
            8 => self.extremes(),
            9 => self.falling_through(),
            10 => self.keys(),
            11 => self.bodies_of_functions(),
            _ => self.complex_numbers(),
        }
    }

    /// Closures that keep variables of a loop beyond it.
    fn loop_closures(&mut self) {
        let (f, i) = (self.name("fs"), self.name("i"));
        let (n, k, step) = (1 + self.small(), self.int(), 1 + self.small());
        self.line(&format!("var {f} []func() int"));
        let head = [
            format!("for {i} := 0; {i} < {n}; {i} += {step} {{"),
            format!("for {i} := range {n} {{"),
            format!("for {i} := range make([]int, {n}) {{"),
            format!("for {i}, _ := range seq(make([]bool, {n})) {{"),
        ];
        let at = self.rng.usize(0..head.len());
        self.line(&head[at]);
        self.line(&format!(
            "\t{f} = append({f}, func() int {{ {i} += {k} & 7; return {i} }})"
        ));
        if self.chance(50) {
            let at = self.rng.u32(0..3);
            self.line(&format!("\tif {i} == {at} {{ {i}++ }}"));
        }
        if self.chance(30) {
            self.line(&format!("\tdefer func() {{ println({i}) }}()"));
        }
        self.line("}");
        self.line(&format!("for _, f := range {f} {{ println(f(), f()) }}"));
    }

    /// Results that deferred calls read and change, with and without a panic.
    fn deferred_results(&mut self) {
        let (f, n) = (self.name("dr"), self.small());
        let (x, y) = (self.int(), self.int());
        let t = self.pick_type(1);
        let shown = t.show(&self.prefix);
        self.budget = crate::expr::Budget::Pure;
        let (v, w) = (self.expr(&t, 1).text, self.expr(&t, 1).text);
        self.line(&format!("{f} := func(n int) (r int, v {shown}, e any) {{"));
        self.line("\tdefer func() {");
        if self.chance(70) {
            self.line("\t\te = recover()");
        }
        self.line(&format!("\t\tr = r*3 + n\n\t\tif n > 2 {{ v = {w} }}"));
        self.line("\t}()");
        self.line("\tfor i := range n {");
        self.line(&format!("\t\tdefer func(k int) {{ r += i*k }}({x})"));
        if self.chance(30) {
            self.line("\t\tif i == 1 { defer func() { r++; recover() }() }");
        }
        self.line("\t}");
        match self.rng.u32(0..4) {
            0 => self.line("\tprintln([]int{1, 2}[n])"),
            1 => self.line(&format!("\tif n > 1 {{ panic({y}) }}")),
            2 => self.line("\tvar p *[4]int\n\tif n > 2 { println(p[n&3]) }"),
            _ => {}
        }
        self.line(&format!("\treturn {y}, {v}, n\n}}"));
        let (r, v, e) = (self.name("v"), self.name("v"), self.name("v"));
        self.line(&format!("{r}, {v}, {e} := {f}({n})"));
        self.line(&format!("println({r})"));
        self.dump(&v, &t);
        self.line(&format!("dumpAny({e})"));
    }

    /// `goto`, and labels of statements that are no loops.
    fn jumps(&mut self) {
        let (n, top, end, out) = (
            self.name("n"),
            self.name("T"),
            self.name("E"),
            self.name("O"),
        );
        let (limit, at) = (2 + self.small(), self.small());
        let x = self.int();
        self.line(&format!("{n} := 0"));
        self.line(&format!("{top}:\n{n}++"));
        self.line(&format!("if {n} < {limit} {{ println({n}); goto {top} }}"));
        self.line(&format!("{out}:\nswitch {x} & 3 {{"));
        self.line(&format!("case {}:", at & 3));
        self.line(&format!("\tfor i := range {limit} {{"));
        self.line(&format!("\t\tif i == {at} {{ break {out} }}"));
        self.line("\t\tprintln(\"in\", i)\n\t}\n\tprintln(\"all\")");
        self.line("default:\n\tprintln(\"default\")\n}");
        self.line("for i := range seq([]int{1, 2, 3}) {");
        self.line(&format!("\tif i == {} {{ goto {end} }}", at % 4));
        self.line("\tprintln(i)\n}\nprintln(\"none\")");
        self.line(&format!("{end}:\nprintln(\"end\")"));
    }

    /// `select` of which one case can go on.
    fn chosen(&mut self) {
        let (c, d, n) = (self.name("ch"), self.name("ch"), self.name("n"));
        let (x, which) = (self.int(), self.rng.u32(0..4));
        self.line(&format!("{c}, {d} := make(chan int, 1), make(chan any, 1)"));
        self.line(&format!("{n} := 0"));
        if which == 0 {
            self.line(&format!("{c} <- {x}\n{d} <- {x}"));
        } else if which == 1 {
            self.line(&format!("close({c})\n{d} <- nil"));
        } else if which == 2 {
            self.line(&format!("{d} <- {x}"));
        }
        self.line(&format!(
            "side := func(k int) int {{ {n} = {n}*10 + k; return {n} }}"
        ));
        self.line("var list [4]int");
        self.line("select {");
        if which < 2 {
            self.line(&format!(
                "case list[side(1)&3] = <-{c}:\n\tprintln(\"got\", {n})"
            ));
            self.line(&format!("case {d} <- side(2):\n\tprintln(\"sent\", {n})"));
        } else {
            self.line(&format!("case v, ok := <-{c}:\n\tprintln(\"got\", v, ok)"));
            self.line(&format!(
                "case {d} <- side(2) == 2:\n\tprintln(\"sent\", {n})\n\tdumpAny(<-{d})"
            ));
            if which == 2 {
                self.line("default:\n\tprintln(\"default\")");
            }
        }
        self.line(&format!("}}\nprintln(list[0], list[1], {n})"));
        let last = self.out.rfind("side := ").unwrap_or(0);
        let side = self.name("side");
        let text = self.out.split_off(last);
        let list = self.name("list");
        let text = text
            .replace("side(", &format!("{side}("))
            .replace("side := ", &format!("{side} := "));
        self.out.push_str(
            &text
                .replace("list[", &format!("{list}["))
                .replace("var list ", &format!("var {list} ")),
        );
    }

    /// Method values and expressions, promoted methods, methods of embedded interfaces.
    fn methods(&mut self) {
        let i = self.rng.usize(0..self.structs.len());
        let ty = Ty::Struct(i);
        self.budget = crate::expr::Budget::Pure;
        let (a, b) = (self.composite(&ty, 1), self.composite(&ty, 1));
        let (v, f, e) = (self.name("v"), self.name("mv"), self.name("em"));
        let (x, y) = (self.int(), self.int());
        self.line(&format!("{v} := {a}\n{f} := {v}.M\n{v} = {b}"));
        self.line(&format!(
            "println({f}({x}), {v}.M({y}), (*S{i}).M(&{v}, {y}), I.M(&{v}, {x}))"
        ));
        self.line(&format!("{e} := embeds{{I: &{v}}}"));
        self.line(&format!("{f} = {e}.M\n{e}.I = nil\nprintln({f}({y}))"));
        self.line(&format!(
            "println(callM(&{v}, {x}), callName(embeds{{&{v}, 1}}))"
        ));
        self.line("func() {\n\tdefer report()");
        self.line(&format!("\tprintln({e}.M(1))\n}}()"));
    }

    /// Methods of generic types, and iteration with them.
    fn generic_types(&mut self) {
        let t = self.pick_type(1);
        let shown = t.show(&self.prefix);
        let (l, e, n) = (self.name("gl"), self.name("e"), self.small());
        self.line(&format!("var {l} chain[{shown}]"));
        for _ in 0..self.rng.u32(1..5) {
            self.budget = crate::expr::Budget::Pure;
            let x = self.expr(&t, 1).text;
            self.line(&format!("{l}.add({x})"));
        }
        self.line(&format!("for i, {e} := range {l}.all {{"));
        self.line(&format!("\tif i == {n} {{ break }}"));
        self.indent += 1;
        self.dump(&e, &t);
        self.indent -= 1;
        self.line("}");
        let f = self.name("gf");
        self.line(&format!("{f} := {l}.size"));
        self.line(&format!(
            "{l}.reverse()\nprintln({f}(), (*chain[{shown}]).size(&{l}))"
        ));
        self.line(&format!("for {e} := range values({l}.all) {{"));
        self.indent += 1;
        self.dump(&e, &t);
        self.indent -= 1;
        self.line("}");
    }

    /// Assignments whose sides have to do with each other.
    fn assignments(&mut self) {
        let (a, i, s, p) = (
            self.name("as"),
            self.name("i"),
            self.name("ss"),
            self.name("pp"),
        );
        let (x, y) = (self.int(), self.int());
        let k = self.rng.u32(0..3);
        self.line(&format!("{a}, {i} := [3]int{{{x}, {y}, 3}}, {k}"));
        self.line(&format!("{a}[{i}], {i} = {i}, {a}[{i}]&1"));
        self.line(&format!("{i}, {a}[{i}] = 2, {x}"));
        self.line(&format!("{s} := {a}[:]"));
        self.line(&format!("{p} := &{a}"));
        self.line(&format!(
            "for j, e := range {a} {{ {s}[(j+1)%3] += e; println(e) }}"
        ));
        self.line(&format!(
            "for j, e := range {p} {{ {s}[(j+1)%3] ^= e; println(e) }}"
        ));
        self.line(&format!("{s}[0], {s} = {y}, {s}[1:]"));
        self.line(&format!(
            "{a}, {s}[0] = [3]int{{{s}[1], {a}[0], {i}}}, {a}[2]"
        ));
        self.line(&format!("*{p}, {i} = {a}, len({s})"));
        self.line(&format!(
            "println({a}[0], {a}[1], {a}[2], {i}, {a} == *{p}, {p}[{k}])"
        ));
    }

    /// Shifts whose sides are of different types.
    fn shifts(&mut self) {
        let (t, c) = (self.pick_int(), self.pick_int());
        self.budget = crate::expr::Budget::Pure;
        let (x, n) = (self.value(&t, 1), self.value(&c, 1));
        let (s, v, w) = (self.name("sh"), self.name("v"), self.name("v"));
        let other = INTS[self.rng.usize(0..INTS.len())];
        let shown = t.show(&self.prefix);
        self.line(&format!("{s} := {n} & 0x7f"));
        self.line(&format!("{v}, {w} := {x}, {other}(1)<<{s}"));
        self.line(&format!(
            "println({v}<<{s}, {v}>>{s}, {w}, {other}({v})>>{s}, {shown}(1<<{s})+{v})"
        ));
        self.line(&format!(
            "{v} <<= {s} & 7\n{v} >>= {s} & 3\nprintln({v}, -{v}>>1, ^{v}>>{s})"
        ));
        self.line(&format!(
            "println({w} == 1<<{s}, uint8({v})<<({s}&7) == uint8(1)<<{s})"
        ));
    }

    /// `min` and `max` of floats that are special, and of strings.
    fn extremes(&mut self) {
        self.budget = crate::expr::Budget::Pure;
        let (f, s) = (self.name("fl"), self.name("st"));
        let t = ["float64", "float32"][self.rng.usize(0..2)];
        let (x, y) = (self.value(&Ty::Float(t), 1), self.value(&Ty::Float(t), 1));
        let z = self.value(&Ty::Str, 1);
        self.line(&format!("{f} := []{t}{{{x}, {y}, 0}}"));
        self.line(&format!("{f}[2] = {f}[2] / {f}[2]"));
        self.line(&format!(
            "{f} = append({f}, -0.0*{f}[0], 1/({f}[0]-{f}[0]))"
        ));
        self.line(&format!("for _, a := range {f} {{ for _, b := range {f} {{ println(min(a, b), max(a, b, {f}[1]), a < b, a != b, !(a >= b)) }} }}"));
        self.line(&format!("{s} := {z}"));
        self.line(&format!(
            "println(min({s}, \"h\"), max({s}, \"h\", \"ab\"), {s} < \"h\")"
        ));
        self.line(&format!(
            "clear({f})\nprintln({f}[0], int64({f}[1]), len({f}))"
        ));
    }

    fn falling_through(&mut self) {
        let (x, y) = (self.int(), self.int());
        let k = self.small();
        self.line(&format!("switch n := {x} & 7; {{"));
        self.line(&format!(
            "case n < {k}:\n\tprintln(\"less\")\n\tfallthrough"
        ));
        self.line(&format!("case n == {y}&7:\n\tprintln(\"same\")"));
        self.line("\tif n&1 == 0 { break }\n\tprintln(\"odd\")\n\tfallthrough");
        self.line("default:\n\tprintln(\"default\", n)\n\tfallthrough");
        self.line("case n > 100:\n\tprintln(\"last\")\n}");
    }

    /// Keys that are structs, arrays, interfaces and floats.
    fn keys(&mut self) {
        let (m, n) = (self.name("mk"), self.name("mk"));
        let (x, y) = (self.int(), self.int());
        self.budget = crate::expr::Budget::Pure;
        let s = self.value(&Ty::Str, 1);
        let f = self.value(&Ty::Float("float64"), 1);
        self.line(&format!("{m} := map[any]int{{}}"));
        for key in [
            format!("pair{{{x}, 1}}"),
            format!("[2]string{{{s}}}"),
            x.clone(),
            f.clone(),
            format!("struct {{ a any; b string }}{{{y}, {s}}}"),
            s.clone(),
            "0.0".into(),
            "any(nil)".into(),
        ] {
            self.line(&format!("{m}[{key}] += {y} & 15"));
        }
        self.line(&format!(
            "println(len({m}), {m}[pair{{{x}, 1}}], {m}[{s}], {m}[-{f}*0], {m}[int8(1)])"
        ));
        self.line(&format!("{n} := map[pair]*int{{}}"));
        self.line(&format!(
            "for i := range 9 {{ {n}[pair{{i & 3, i % 3}}] = &[]int{{i}}[0] }}"
        ));
        self.line(&format!("delete({n}, pair{{1, {y} & 3}})"));
        self.line(&format!(
            "println(len({n}), {n}[pair{{{x} & 3, 0}}] == nil, {n}[pair{{0, 2}}] != nil)"
        ));
        self.line(&format!(
            "for k := range {n} {{ if k.x == 1 {{ delete({n}, k) }} }}\nprintln(len({n}))"
        ));
        self.line("func() {\n\tdefer report()");
        self.line(&format!(
            "\t{m}[[]any{{1, []int{{}}, func() {{}}}}[{y}&1+1]] = 1\n}}()"
        ));
    }

    /// Loops over functions: what leaves them, nested, with deferred calls.
    fn bodies_of_functions(&mut self) {
        let (f, l) = (self.name("rf"), self.name("L"));
        let (a, b, c) = (self.small(), self.small(), self.small());
        let x = self.int();
        self.line(&format!("{f} := func(n int) (r int, s string) {{"));
        self.line(&format!("\tdefer func() {{ r += n }}()\n{l}:"));
        self.line("\tfor i, e := range seq([]int{1, 2, 3, 4}) {");
        self.line("\t\tdefer func() { r = r*2 + i; s += \"d\" }()");
        self.line("\t\tfor j := range seq([]string{\"a\", \"b\", \"c\"}) {");
        self.line(&format!(
            "\t\t\tswitch i + j {{\n\t\t\tcase {a}:\n\t\t\t\tcontinue {l}"
        ));
        if a != b {
            self.line(&format!("\t\t\tcase {b}:\n\t\t\t\tbreak {l}"));
        }
        if c != a && c != b {
            self.line(&format!("\t\t\tcase {c}:\n\t\t\t\treturn {x} + e, \"x\""));
        }
        self.line("\t\t\t}\n\t\t\tr += e * j\n\t\t\tfunc() {\n\t\t\t\tdefer func() { s += itoa(i*j) }()\n\t\t\t}()");
        self.line(
            "\t\t\tif r > n+5 { break }\n\t\t}\n\t\tif e == 3 { continue }\n\t\ts += \"e\"\n\t}",
        );
        self.line("\treturn r, s + \".\"\n}");
        let k = self.small();
        self.line(&format!("for n := range {k} {{ println({f}(n)) }}"));
    }

    fn complex_numbers(&mut self) {
        self.budget = crate::expr::Budget::Pure;
        let (x, y) = (self.value(&Ty::Complex, 1), self.value(&Ty::Complex, 1));
        let (a, b) = (self.name("cx"), self.name("cx"));
        self.line(&format!("{a}, {b} := {x}, {y}"));
        self.line(&format!(
            "println({a}*{b}, {a}/({b}+1), {a}/({b}-{b}), {a} == {b}, -{a})"
        ));
        self.line(&format!(
            "println(real({a})/imag({b}), complex64({a})+complex64({b}))"
        ));
        self.line(&format!("{a} *= {b}\n{b} /= {a}\nprintln({a}, {b} != {b})"));
    }
}
