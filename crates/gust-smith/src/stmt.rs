//! Statements.

use crate::expr::Budget;
use crate::generate::Generator;
use crate::ty::Ty;

impl Generator {
    /// Statements until the function's count is used up or the block is long enough.
    pub(crate) fn body(&mut self, depth: u32) {
        let mark = self.scope.len();
        let n = self.rng.u32(2..7 + depth);
        for _ in 0..n {
            if self.statements == 0 {
                break;
            }
            self.statements -= 1;
            self.statement(depth);
        }
        if depth < 4 {
            // Variables of inner blocks end here; print one first.
            if self.scope.len() > mark && self.chance(50) {
                let v = self.scope[self.rng.usize(mark..self.scope.len())].clone();
                self.dump(&v.name, &v.ty);
            }
            if depth < 3 || self.indent > 1 {
                self.scope.truncate(mark);
            }
        }
    }

    fn block(&mut self, depth: u32) {
        self.indent += 1;
        let mark = self.scope.len();
        self.body(depth.min(2));
        self.scope.truncate(mark);
        self.indent -= 1;
    }

    pub(crate) fn return_statement(&mut self) {
        let results = self.results.clone();
        let values: Vec<_> = results.iter().map(|r| self.expr(r, 1).text).collect();
        if values.is_empty() {
            self.line("return");
        } else {
            self.line(&format!("return {}", values.join(", ")));
        }
    }

    pub(crate) fn deferred_recover(&mut self) {
        self.line("defer func() {");
        self.indent += 1;
        self.line("if r := recover(); r != nil {");
        self.line("\tdumpAny(r)");
        let var = self.scope.last().cloned();
        if let Some(v) = var
            && v.name.starts_with('r')
        {
            let value = self.expr(&v.ty, 1).text;
            self.line(&format!("\t{} = {value}", v.name));
        }
        if self.chance(10) {
            self.line("\tpanic(\"again\")");
        }
        self.line("}");
        self.indent -= 1;
        self.line("}()");
    }

    fn new_variable(&mut self) {
        let ty = self.pick_type(2);
        let name = self.name("v");
        let shown = ty.show(&self.prefix);
        let owned = self.chance(60);
        if owned {
            let value = self.composite(&ty, 2);
            self.line(&format!("var {name} {shown} = {value}"));
        } else if self.chance(20) {
            self.line(&format!("var {name} {shown}"));
        } else {
            let value = self.fresh(&ty);
            self.line(&format!("var {name} {shown} = {value}"));
        }
        self.line(&format!("_ = {name}"));
        self.declare(&name, &ty, owned);
    }

    /// Something that may be assigned to, with its type.
    fn place(&mut self) -> Option<(String, Ty)> {
        if self.scope.is_empty() {
            return None;
        }
        let var = self.scope[self.rng.usize(0..self.scope.len())].clone();
        if !var.assignable {
            return None;
        }
        let name = var.name;
        match &var.ty {
            Ty::Array(n, e) if self.chance(60) => {
                let i = self.value(&Ty::Int("uint16"), 1);
                Some((format!("{name}[{i}%{n}]"), e.as_ref().clone()))
            }
            Ty::Slice(e) if var.owned && self.chance(60) => {
                let i = self.rng.u32(0..4);
                Some((format!("{name}[{i}]"), e.as_ref().clone()))
            }
            Ty::Map(k, e) if var.owned && self.chance(70) => {
                let key = self.value(k, 1);
                Some((format!("{name}[{key}]"), e.as_ref().clone()))
            }
            Ty::Pointer(e) if var.owned && self.chance(60) => {
                Some((format!("*{name}"), e.as_ref().clone()))
            }
            Ty::Struct(i) if self.chance(60) => {
                let fields = self.structs[*i].clone();
                let (field, ty) = fields[self.rng.usize(0..fields.len())].clone();
                Some((format!("{name}.{field}"), ty))
            }
            _ => Some((name, var.ty)),
        }
    }

    fn assignment(&mut self) {
        let Some((place, ty)) = self.place() else {
            return self.new_variable();
        };
        // A whole variable that takes over somebody else's slice no longer owns it.
        if let Some(var) = self.scope.iter_mut().find(|v| v.name == place) {
            var.owned = false;
        }
        match &ty {
            Ty::Int(_) if self.chance(40) => {
                let op = ["+=", "-=", "*=", "&=", "|=", "^=", "&^="][self.rng.usize(0..7)];
                let value = self.plain(&ty);
                self.line(&format!("{place} {op} {value}"));
            }
            Ty::Int(_) | Ty::Float(_) if self.chance(20) => {
                let op = ["++", "--"][self.rng.usize(0..2)];
                self.line(&format!("{place}{op}"));
            }
            Ty::Int(_) if self.chance(20) => {
                let op = ["<<=", ">>="][self.rng.usize(0..2)];
                let n = self.rng.u32(0..9);
                self.line(&format!("{place} {op} {n}"));
            }
            _ => {
                let value = self.plain(&ty);
                self.line(&format!("{place} = {value}"));
            }
        }
    }

    /// A value that neither calls nor panics, for statements with another part that may.
    fn plain(&mut self, ty: &Ty) -> String {
        self.budget = Budget::Pure;
        let depth = self.rng.u32(1..4);
        self.expr(ty, depth).text
    }

    fn condition(&mut self) -> String {
        self.fresh(&Ty::Bool)
    }

    pub(crate) fn statement(&mut self, depth: u32) {
        let kind = self.rng.u32(0..if depth == 0 { 10 } else { 34 });
        match kind {
            0..=3 => self.new_variable(),
            4..=6 => self.assignment(),
            7 => {
                if let Some(v) = self.any_variable() {
                    self.dump(&v.name, &v.ty);
                }
            }
            8 => self.swap(),
            9 => self.append_or_delete(),
            10..=12 => {
                let cond = self.condition();
                self.line(&format!("if {cond} {{"));
                self.block(depth - 1);
                if self.chance(50) {
                    self.line("} else {");
                    self.block(depth - 1);
                }
                self.line("}");
            }
            13..=17 => self.range(depth),
            18 | 19 => self.switch(depth),
            20 => self.type_switch(depth),
            21 | 22 => self.multi_call(),
            23 | 24 => self.closure(depth),
            25 => self.guarded(depth),
            26 => self.channel(),
            27 => self.generic(),
            28 => self.leave_loop(),
            29 => self.order_of_operands(),
            30..=32 => self.rule(),
            _ => self.early_return(),
        }
    }

    fn any_variable(&mut self) -> Option<crate::generate::Var> {
        if self.scope.is_empty() {
            return None;
        }
        Some(self.scope[self.rng.usize(0..self.scope.len())].clone())
    }

    fn swap(&mut self) {
        let Some(v) = self.any_variable() else { return };
        let other = self.variable(&v.ty);
        if let Some(other) = other
            && v.assignable
            && self.scope.iter().any(|o| o.name == other && o.assignable)
        {
            for var in &mut self.scope {
                if var.name == v.name || var.name == other {
                    var.owned = false;
                }
            }
            self.line(&format!("{}, {other} = {other}, {}", v.name, v.name));
        }
    }

    fn append_or_delete(&mut self) {
        let list: Vec<_> = self
            .scope
            .iter()
            .filter(|v| v.owned && matches!(v.ty, Ty::Slice(_) | Ty::Map(..)))
            .cloned()
            .collect();
        if list.is_empty() {
            return self.new_variable();
        }
        let v = list[self.rng.usize(0..list.len())].clone();
        let name = &v.name;
        match &v.ty {
            Ty::Slice(e) => {
                let (x, y) = (self.plain(e), self.plain(e));
                match self.rng.u32(0..6) {
                    0 => self.line(&format!(
                        "{name} = append({name}, {name}...)[:min(len({name}), 20)]"
                    )),
                    1 => self.line(&format!("copy({name}, {name}[min(1, len({name})):])")),
                    2 => self.line(&format!("clear({name})")),
                    3 => self.line(&format!("{name} = {name}[min(1, len({name})):]")),
                    _ => self.line(&format!("{name} = append({name}, {x}, {y})")),
                }
            }
            Ty::Map(k, _) => {
                let key = self.plain(k);
                if self.chance(15) {
                    self.line(&format!("clear({name})"));
                } else {
                    self.line(&format!("delete({name}, {key})"));
                }
            }
            _ => {}
        }
    }

    fn range(&mut self, depth: u32) {
        let label = self.name("L");
        let at = self.out.len();
        let indent = self.indent;
        let mark = self.scope.len();
        let n = self.rng.u32(1..6);
        match self.rng.u32(0..6) {
            0 => {
                let i = self.name("i");
                self.line(&format!("for {i} := 0; {i} < {n}; {i}++ {{"));
                self.loop_variable(&i, &Ty::Int("int"));
            }
            1 => {
                let i = self.name("i");
                let t = self.pick_int();
                let shown = t.show(&self.prefix);
                self.line(&format!("for {i} := range {shown}({n}) {{"));
                self.line(&format!("\t_ = {i}"));
                self.loop_variable(&i, &t);
            }
            2 => {
                let (i, r) = (self.name("i"), self.name("c"));
                let s = self.fresh(&Ty::Str);
                self.line(&format!("for {i}, {r} := range short({s}) {{"));
                self.line(&format!("\t_, _ = {i}, {r}"));
                self.loop_variable(&i, &Ty::Int("int"));
                self.loop_variable(&r, &Ty::Int("int32"));
            }
            3 | 4 => {
                let e = self.pick_type(1);
                let list = Ty::Slice(Box::new(e.clone()));
                let value = self.fresh(&list);
                let (i, x) = (self.name("i"), self.name("e"));
                let form = if self.chance(50) {
                    format!("seq({value})")
                } else {
                    value
                };
                self.line(&format!("for {i}, {x} := range {form} {{"));
                self.line(&format!("\t_, _ = {i}, {x}"));
                self.loop_variable(&i, &Ty::Int("int"));
                self.loop_variable(&x, &e);
            }
            _ => {
                let i = self.name("i");
                self.line(&format!("for {i} := {n}; {i} > 0; {{"));
                self.line(&format!("\t{i}--"));
                self.loop_variable(&i, &Ty::Int("int"));
            }
        }
        self.line("\tif fuel--; fuel < 0 { break }");
        self.loops.push(label.clone());
        self.block(depth - 1);
        self.loops.pop();
        self.line("}");
        self.scope.truncate(mark);
        if self.out[at..].contains(&format!(" {label}\n")) {
            let tabs = "\t".repeat(indent - 1);
            self.out.insert_str(at, &format!("{tabs}{label}:\n"));
        }
    }

    fn loop_variable(&mut self, name: &str, ty: &Ty) {
        self.scope.push(crate::generate::Var {
            name: name.into(),
            ty: ty.clone(),
            owned: false,
            assignable: false,
        });
    }

    fn leave_loop(&mut self) {
        if self.loops.is_empty() {
            return;
        }
        let label = self.loops[self.rng.usize(0..self.loops.len())].clone();
        let word = ["break", "continue"][self.rng.usize(0..2)];
        let cond = self.condition();
        self.line(&format!("if {cond} {{"));
        if self.chance(60) {
            self.line(&format!("\t{word} {label}"));
        } else {
            self.line(&format!("\t{word}"));
        }
        self.line("}");
    }

    fn early_return(&mut self) {
        // Without results it would only cut tests short.
        if self.results.is_empty() {
            return self.new_variable();
        }
        let cond = self.condition();
        self.line(&format!("if {cond} {{"));
        self.indent += 1;
        self.return_statement();
        self.indent -= 1;
        self.line("}");
    }

    fn switch(&mut self, depth: u32) {
        let t = if self.chance(40) {
            Ty::Str
        } else {
            self.pick_int()
        };
        let tag = self.fresh(&t);
        let tag = format!("id[{}]({tag})", t.show(&self.prefix));
        self.line(&format!("switch {tag} {{"));
        let mut seen = std::collections::HashSet::new();
        for _ in 0..self.rng.u32(1..6) {
            let value = self.literal(&t);
            if !seen.insert(value.clone()) {
                continue;
            }
            self.line(&format!("case {value}:"));
            self.block(depth - 1);
            if self.chance(15) {
                self.indent += 1;
                self.line("break");
                self.indent -= 1;
            }
        }
        if self.chance(60) {
            self.line("default:");
            self.block(depth - 1);
        }
        self.line("}");
    }

    fn type_switch(&mut self, depth: u32) {
        let value = self.fresh(&Ty::Any);
        let x = self.name("x");
        self.line(&format!("switch {x} := any({value}).(type) {{"));
        let mut seen = std::collections::HashSet::new();
        for _ in 0..self.rng.u32(1..5) {
            let t = self.pick_type(1);
            if t == Ty::Any || !seen.insert(t.clone()) {
                continue;
            }
            self.line(&format!("case {}:", t.show(&self.prefix)));
            self.line(&format!("\t_ = {x}"));
            let mark = self.scope.len();
            self.declare(&x, &t, false);
            self.block(depth - 1);
            self.scope.truncate(mark);
        }
        self.line("default:");
        self.line(&format!("\tdumpAny({x})"));
        self.line("}");
    }

    fn multi_call(&mut self) {
        if self.callable == 0 {
            return;
        }
        let f = self.funcs[self.rng.usize(0..self.callable)].clone();
        let args: Vec<_> = f.params.iter().map(|p| self.plain(p)).collect();
        let names: Vec<_> = f.results.iter().map(|_| self.name("v")).collect();
        let call = format!("{}{}({})", self.prefix, f.name, args.join(", "));
        match self.rng.u32(0..6) {
            0 => self.line(&format!("defer {call}")),
            1 => self.line(&call),
            _ => {
                self.line(&format!("{} := {call}", names.join(", ")));
                for (n, t) in names.iter().zip(&f.results) {
                    self.line(&format!("_ = {n}"));
                    self.declare(n, t, false);
                }
            }
        }
    }

    /// A function literal with a body of its own, called at once or deferred.
    fn closure(&mut self, depth: u32) {
        let name = self.name("fn");
        let (p, r) = (self.pick_type(1), self.pick_type(1));
        let arg = self.name("p");
        let (ps, rs) = (p.show(&self.prefix), r.show(&self.prefix));
        self.line(&format!("{name} := func({arg} {ps}) {rs} {{"));
        let mark = self.scope.len();
        let results = std::mem::replace(&mut self.results, vec![r.clone()]);
        let loops = std::mem::take(&mut self.loops);
        self.declare(&arg, &p, false);
        self.block(depth - 1);
        self.indent += 1;
        self.return_statement();
        self.indent -= 1;
        self.scope.truncate(mark);
        self.results = results;
        self.loops = loops;
        self.line("}");
        let value = self.plain(&p);
        if self.chance(15) {
            self.line(&format!("defer {name}({value})"));
            return;
        }
        let out = self.name("v");
        self.line(&format!("{out} := {name}({value})"));
        self.dump(&out, &r);
        self.declare(&out, &r, false);
    }

    /// Statements whose panics are caught on the spot.
    fn guarded(&mut self, depth: u32) {
        self.line("func() {");
        self.indent += 1;
        self.line("defer report()");
        self.indent -= 1;
        let results = std::mem::take(&mut self.results);
        let loops = std::mem::take(&mut self.loops);
        self.block(depth - 1);
        if self.chance(30) {
            let t = self.pick_type(1);
            self.indent += 1;
            let value = self.plain(&t);
            self.line(&format!("panic({value})"));
            self.indent -= 1;
        }
        self.results = results;
        self.loops = loops;
        self.line("}()");
    }

    fn channel(&mut self) {
        let t = self.pick_type(1);
        let c = self.name("ch");
        let shown = t.show(&self.prefix);
        let room = self.rng.u32(0..3);
        self.line(&format!("{c} := make(chan {shown}, {room})"));
        self.line("go func() {");
        self.indent += 1;
        for _ in 0..self.rng.u32(1..4) {
            let value = self.plain(&t);
            self.line(&format!("{c} <- {value}"));
        }
        self.line(&format!("close({c})"));
        self.indent -= 1;
        self.line("}()");
        let e = self.name("e");
        if self.chance(50) {
            self.line(&format!("for {e} := range {c} {{"));
            self.indent += 1;
            self.dump(&e, &t);
            self.indent -= 1;
            self.line("}");
        } else {
            let ok = self.name("ok");
            self.line(&format!("for {ok} := true; {ok}; {{"));
            self.line(&format!("\tvar {e} {shown}"));
            self.line("\tselect {");
            self.line(&format!("\tcase {e}, {ok} = <-{c}:"));
            self.indent += 2;
            self.dump(&e, &t);
            self.indent -= 2;
            self.line("\t}");
            self.line("}");
        }
    }

    fn generic(&mut self) {
        let (t, u) = (self.pick_type(1), self.pick_type(1));
        let (ts, us) = (t.show(&self.prefix), u.show(&self.prefix));
        if self.chance(50) {
            let s = self.plain(&Ty::Slice(Box::new(t.clone())));
            let f = self.plain(&Ty::Func(Box::new(t.clone()), Box::new(u.clone())));
            let out = self.name("v");
            self.line(&format!("{out} := mapOf[{ts}, {us}]({s}, {f})"));
            let ty = Ty::Slice(Box::new(u));
            self.dump(&out, &ty);
            self.declare(&out, &ty, false);
        } else {
            let s = self.name("st");
            self.line(&format!("var {s} stack[{ts}]"));
            for _ in 0..self.rng.u32(1..4) {
                let value = self.plain(&t);
                self.line(&format!("{s}.push({value})"));
            }
            let (x, ok) = (self.name("v"), self.name("ok"));
            self.line(&format!("{x}, {ok} := {s}.pop()"));
            self.line(&format!("println({ok}, len({s}.items))"));
            self.dump(&x, &t);
            self.declare(&x, &t, false);
        }
    }
}
