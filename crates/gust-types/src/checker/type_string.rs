//! Types as text in messages.

use super::Checker;
use crate::ids::{ObjId, PkgId, TypeId};
use crate::types::{Interface, Signature, Struct, Term, Type};
use gust_syntax::Symbol;
use gust_syntax::token::ChanDir;
use std::fmt::Write;

/// How names of other packages are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Qualify {
    /// As messages do: see `Checker::qualifier`.
    Relative,
    /// By import path, this package's too.
    Path,
}

/// Writes types. The text never breaks lines.
struct TypeWriter<'s, 'a> {
    check: &'s Checker<'a>,
    text: String,
    qualify: Qualify,
    /// Whether parameters are written with their names.
    param_names: bool,
    /// Whether the package of the next field that is not exported is to be told.
    tell_package: bool,
    /// Types around the one being written.
    around: Vec<TypeId>,
}

impl<'a> Checker<'a> {
    fn type_writer(&self, qualify: Qualify) -> TypeWriter<'_, 'a> {
        TypeWriter {
            check: self,
            text: String::new(),
            qualify,
            param_names: true,
            tell_package: false,
            around: Vec::new(),
        }
    }

    /// A type as messages show it: packages by name, by path where two have the same name, none
    /// for this package (the official qualifier rules).
    pub(crate) fn type_str(&self, t: TypeId) -> String {
        let mut w = self.type_writer(Qualify::Relative);
        w.ty(t);
        w.text
    }

    /// A list of type parameters as declared, with their constraints and brackets.
    pub(super) fn type_params_str(&self, list: &[TypeId]) -> String {
        let mut w = self.type_writer(Qualify::Relative);
        w.type_params(list);
        w.text
    }

    /// A term of a type set. Official messages show these with full package paths.
    pub(crate) fn term_str(&self, term: &Term) -> String {
        let mut w = self.type_writer(Qualify::Path);
        w.term(term);
        w.text
    }

    /// Parameters and results of a signature, `(x int) string`, without `func`.
    pub(crate) fn signature_str(&self, sig: TypeId) -> String {
        let mut w = self.type_writer(Qualify::Relative);
        if let Type::Signature(sig) = self.ty(sig) {
            w.signature(sig);
        }
        w.text
    }

    /// A method with its signature, in the form of the missing-method explanations; with
    /// `pkg_info` packages are told wherever that could make a difference.
    pub(crate) fn func_str(&self, f: ObjId, pkg_info: bool) -> String {
        let qualify = if pkg_info {
            Qualify::Path
        } else {
            Qualify::Relative
        };
        let mut w = self.type_writer(qualify);
        w.tell_package = pkg_info;
        w.param_names = false;
        w.text.push_str(&self.obj(f).name);
        if let Type::Signature(sig) = self.ty(self.obj_type(f)) {
            w.signature(sig);
        }
        w.text
    }
}

impl TypeWriter<'_, '_> {
    fn str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn separated<T>(&mut self, list: &[T], between: &str, mut write: impl FnMut(&mut Self, &T)) {
        for (i, item) in list.iter().enumerate() {
            if i > 0 {
                self.str(between);
            }
            write(self, item);
        }
    }

    fn cell(&mut self, cell: &crate::ids::TypeCell) {
        match cell.get() {
            Some(t) => self.ty(t),
            None => self.str("<nil>"),
        }
    }

    fn ty(&mut self, t: TypeId) {
        let ty = self.check.ty(t);
        if let Type::Basic(b) = ty {
            if t == TypeId::UNSAFE_POINTER {
                self.qualifier(Some(PkgId::UNSAFE));
            }
            return self.str(b.name);
        }
        if self.around.contains(&t) {
            let _ = write!(self.text, "<cycle to {}>", kind_name(ty));
            return;
        }
        self.around.push(t);
        match ty {
            Type::Basic(_) => {}
            Type::Array { len, elem } => {
                let _ = write!(self.text, "[{}]", len.get());
                self.cell(elem);
            }
            Type::Slice { elem } => {
                self.str("[]");
                self.cell(elem);
            }
            Type::Struct(s) => self.structure(s),
            Type::Pointer { base } => {
                self.str("*");
                self.cell(base);
            }
            Type::Tuple(vars) => self.tuple(vars, false),
            Type::Signature(s) => {
                self.str("func");
                self.signature(s);
            }
            Type::Union(u) => self.separated(&u.terms, " | ", Self::term),
            Type::Interface(i) => self.interface(t, i),
            Type::Map { key, elem } => {
                self.str("map[");
                self.cell(key);
                self.str("]");
                self.cell(elem);
            }
            Type::Chan { dir, elem } => self.chan(*dir, elem),
            Type::Named(n) => {
                self.name(n.obj.get());
                self.type_args_or_params(&n.type_args, n.type_params());
            }
            Type::Alias(a) => {
                self.name(a.obj.get());
                self.type_args_or_params(&a.type_args, a.type_params());
            }
            Type::TypeParam(p) => self.type_param(p.obj),
        }
        self.around.pop();
    }

    fn term(&mut self, term: &Term) {
        if term.tilde {
            self.str("~");
        }
        self.ty(term.ty);
    }

    fn qualifier(&mut self, pkg: Option<PkgId>) {
        let Some(pkg) = pkg else {
            return;
        };
        let text = match self.qualify {
            Qualify::Relative => self.check.qualifier(pkg),
            Qualify::Path => self.check.pkg_path(pkg).to_string(),
        };
        if !text.is_empty() {
            self.str(&text);
            self.str(".");
        }
    }

    fn name(&mut self, obj: Option<ObjId>) {
        if let Some(obj) = obj {
            let obj = self.check.obj(obj);
            self.qualifier(obj.pkg);
            self.str(&obj.name);
        }
    }

    fn type_args_or_params(&mut self, args: &[TypeId], params: &[TypeId]) {
        if !args.is_empty() {
            self.str("[");
            self.separated(args, ", ", |w, &t| w.ty(t));
            self.str("]");
        } else if !params.is_empty() {
            self.type_params(params);
        }
    }

    /// A type parameter list; parameters with the same constraint share it.
    fn type_params(&mut self, list: &[TypeId]) {
        let bound = |t: TypeId| match self.check.ty(t) {
            Type::TypeParam(p) => p.bound.get(),
            _ => None,
        };
        let bounds: Vec<_> = list.iter().map(|&t| bound(t)).collect();
        self.str("[");
        for (i, &t) in list.iter().enumerate() {
            if i > 0 {
                if bounds[i] != bounds[i - 1]
                    && let Some(bound) = bounds[i - 1]
                {
                    self.str(" ");
                    self.ty(bound);
                }
                self.str(", ");
            }
            self.ty(t);
        }
        if let Some(&Some(bound)) = bounds.last() {
            self.str(" ");
            self.ty(bound);
        }
        self.str("]");
    }

    fn type_param(&mut self, obj: ObjId) {
        let obj = self.check.obj(obj);
        self.str(&obj.name);
        // A name like `int` would mislead.
        let universe = self.check.world.package(PkgId::UNIVERSE);
        if universe.scope.contains_key(&obj.name) {
            let at = self.check.pos_str(obj.pos);
            let _ = write!(self.text, " /* with {} declared at {at} */", obj.name);
        }
    }

    fn structure(&mut self, s: &Struct) {
        self.str("struct{");
        for (i, &f) in s.fields().iter().enumerate() {
            if i > 0 {
                self.str("; ");
            }
            let f = self.check.obj(f);
            // Embedded predeclared types are not exported either.
            let tell = self.tell_package && !f.is_exported();
            if tell {
                self.tell_package = false;
            }
            if !f.as_var().is_some_and(|v| v.embedded) {
                self.str(&f.name);
                self.str(" ");
            }
            self.cell(&f.ty);
            if tell && let Some(pkg) = f.pkg {
                let path = self.check.pkg_path(pkg);
                let _ = write!(self.text, " /* package {path} */ ");
            }
            let tag = s.tag(i);
            if !tag.is_empty() {
                self.str(" ");
                self.str(&crate::constant::quote(tag.as_bytes()));
            }
        }
        self.str("}");
    }

    fn interface(&mut self, t: TypeId, i: &Interface) {
        if t == TypeId::EMPTY_INTERFACE {
            return self.str("any");
        }
        if t == self.check.under(TypeId::COMPARABLE) {
            return self.str("interface{comparable}");
        }
        if i.implicit.get() {
            if let ([], [(t, _)]) = (i.methods(), i.embeddeds()) {
                return self.ty(*t);
            }
            self.str("/* implicit */ ");
        }
        self.str("interface{");
        let mut first = true;
        let mut separate = |w: &mut Self| {
            if !std::mem::take(&mut first) {
                w.str("; ");
            }
        };
        for &m in i.methods() {
            separate(self);
            let m = self.check.obj(m);
            self.str(&m.name);
            if let Type::Signature(sig) = self.check.ty(self.check.cell_type(&m.ty)) {
                self.signature(sig);
            }
        }
        for &(t, _) in i.embeddeds() {
            separate(self);
            self.ty(t);
        }
        self.str("}");
    }

    fn chan(&mut self, dir: ChanDir, elem: &crate::ids::TypeCell) {
        self.str(match dir {
            ChanDir::Both => "chan ",
            ChanDir::Send => "chan<- ",
            ChanDir::Recv => "<-chan ",
        });
        // `chan <-chan T` would read as `chan<- chan T`.
        let parens = dir == ChanDir::Both
            && elem.get().is_some_and(|t| {
                matches!(
                    self.check.ty(t),
                    Type::Chan {
                        dir: ChanDir::Recv,
                        ..
                    }
                )
            });
        if parens {
            self.str("(");
        }
        self.cell(elem);
        if parens {
            self.str(")");
        }
    }

    fn tuple(&mut self, vars: &[ObjId], variadic: bool) {
        self.str("(");
        for (i, &v) in vars.iter().enumerate() {
            if i > 0 {
                self.str(", ");
            }
            let v = self.check.obj(v);
            if self.param_names && v.name != Symbol::new("") {
                self.str(&v.name);
                self.str(" ");
            }
            if variadic && i + 1 == vars.len() {
                // Calls of append may pass what is not a slice literal's type: the dots follow.
                match self.check.ty(self.check.cell_type(&v.ty)) {
                    Type::Slice { elem } => {
                        self.str("...");
                        self.cell(elem);
                    }
                    _ => {
                        self.cell(&v.ty);
                        self.str("...");
                    }
                }
            } else {
                self.cell(&v.ty);
            }
        }
        self.str(")");
    }

    fn signature(&mut self, s: &Signature) {
        if !s.type_params().is_empty() {
            self.type_params(s.type_params());
        }
        self.tuple(s.params(), s.variadic.get());
        match s.results() {
            [] => {}
            [only] if self.check.obj(*only).name.is_empty() => {
                self.str(" ");
                self.cell(&self.check.obj(*only).ty);
            }
            results => {
                self.str(" ");
                self.tuple(results, false);
            }
        }
    }
}

/// The official name of a kind of type, for types that contain themselves.
fn kind_name(ty: &Type) -> &'static str {
    match ty {
        Type::Basic(_) => "*Basic",
        Type::Array { .. } => "*Array",
        Type::Slice { .. } => "*Slice",
        Type::Struct(_) => "*Struct",
        Type::Pointer { .. } => "*Pointer",
        Type::Tuple(_) => "*Tuple",
        Type::Signature(_) => "*Signature",
        Type::Union(_) => "*Union",
        Type::Interface(_) => "*Interface",
        Type::Map { .. } => "*Map",
        Type::Chan { .. } => "*Chan",
        Type::Named(_) => "*Named",
        Type::TypeParam(_) => "*TypeParam",
        Type::Alias(_) => "*Alias",
    }
}
