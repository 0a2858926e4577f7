//! Types as text, and symbol names.
//!
//! Two forms: the string form that programs see (`reflect.Type.String`), and the identity string with full
//! package paths, which names symbols so that one type has one descriptor in an image.

use crate::types::{Dir, FuncTy, Kind, NamedTy, Ty, Types};
use gust_types::PkgId;
use gust_types::types::BasicKind;
use std::fmt::Write;

/// Which form of a type's text is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Package names; type arguments in identity form.
    Shown,
    /// Package paths, local types with numbers.
    Identity,
}

/// A package path as it stands in symbols: dots of the last element and odd bytes escaped.
#[must_use]
pub fn escape_path(path: &str) -> String {
    let last = path.rfind('/').map_or(0, |i| i + 1);
    let mut out = String::with_capacity(path.len());
    for (i, b) in path.bytes().enumerate() {
        if b <= b' ' || b == b'%' || b == b'"' || b >= 0x7f || (b == b'.' && i >= last) {
            let _ = write!(out, "%{b:02x}");
        } else {
            out.push(b as char);
        }
    }
    out
}

impl Types<'_> {
    /// The string form of `reflect.Type.String`.
    #[must_use]
    pub fn shown(&self, ty: Ty) -> String {
        let mut out = String::new();
        self.write(ty, Form::Shown, &mut out);
        out
    }

    /// The string that tells a type from all others.
    #[must_use]
    pub fn identity(&self, ty: Ty) -> String {
        let mut out = String::new();
        self.write(ty, Form::Identity, &mut out);
        out
    }

    /// A list of type arguments in brackets; nothing for none.
    #[must_use]
    pub fn arguments(&self, args: &[Ty]) -> String {
        self.nested_arguments(&[], args)
    }

    /// The type arguments of a type that is declared in a generic function: first those of the function (`outer`), then
    /// its own, with a semicolon between. A function's arguments alone, or a type's alone, look like any list.
    fn nested_arguments(&self, outer: &[Ty], args: &[Ty]) -> String {
        let mut out = String::new();
        for (i, &ty) in outer.iter().chain(args).enumerate() {
            out.push(match i {
                0 => '[',
                _ if i == outer.len() => ';',
                _ => ',',
            });
            out += &self.identity(ty);
        }
        if !out.is_empty() {
            out.push(']');
        }
        out
    }

    /// The path of a package in symbols.
    #[must_use]
    pub fn pkg_prefix(&self, pkg: PkgId) -> String {
        escape_path(self.world.package(pkg).path.as_str())
    }

    /// Name of a defined type with arguments, without package.
    #[must_use]
    pub fn local_name(&self, named: &NamedTy) -> String {
        let Some(obj) = self.type_obj(named.origin) else {
            return "?".into();
        };
        let mut out = self.world.obj(obj).name.to_string();
        out += &self.nested_arguments(&named.outer, &named.args);
        if self.is_local(named.origin) {
            let _ = write!(out, "\u{b7}{}", self.local_number(obj));
        }
        out
    }

    fn write(&self, ty: Ty, form: Form, out: &mut String) {
        match self.kind(ty) {
            Kind::Basic(kind) => out.push_str(basic_name(kind)),
            Kind::Array(len, elem) => {
                let _ = write!(out, "[{len}]");
                self.write(elem, form, out);
            }
            Kind::Slice(elem) => {
                out.push_str("[]");
                self.write(elem, form, out);
            }
            Kind::Pointer(base) => {
                out.push('*');
                self.write(base, form, out);
            }
            Kind::Map(key, elem) => {
                out.push_str("map[");
                self.write(key, form, out);
                out.push(']');
                self.write(elem, form, out);
            }
            Kind::Chan(dir, elem) => {
                out.push_str(match dir {
                    Dir::Recv => "<-chan ",
                    Dir::Send => "chan<- ",
                    Dir::Both => "chan ",
                });
                let nested =
                    dir == Dir::Both && matches!(self.kind(elem), Kind::Chan(Dir::Recv, _));
                if nested {
                    out.push('(');
                }
                self.write(elem, form, out);
                if nested {
                    out.push(')');
                }
            }
            Kind::Struct(fields) => {
                out.push_str("struct {");
                for (i, f) in fields.iter().enumerate() {
                    out.push_str(if i > 0 { "; " } else { " " });
                    if form == Form::Identity
                        && let Some(pkg) = f.pkg
                    {
                        let _ = write!(out, "{}.", self.pkg_prefix(pkg));
                    }
                    if !f.embedded {
                        let _ = write!(out, "{} ", f.name);
                    } else if form == Form::Identity {
                        let _ = write!(out, "{} = ", f.name);
                    }
                    self.write(f.ty, form, out);
                    if !f.tag.is_empty() {
                        out.push(' ');
                        out.push_str(&gust_types::constant::quote(f.tag.as_bytes()));
                    }
                }
                out.push_str(if fields.is_empty() { "}" } else { " }" });
            }
            Kind::Func(f) => {
                out.push_str("func");
                self.write_signature(&f, form, out);
            }
            Kind::Interface(methods) => {
                out.push_str("interface {");
                for (i, m) in methods.iter().enumerate() {
                    out.push_str(if i > 0 { "; " } else { " " });
                    if let Some(pkg) = m.pkg {
                        match form {
                            Form::Shown => out.push_str(self.world.package(pkg).name.as_str()),
                            Form::Identity => out.push_str(&self.pkg_prefix(pkg)),
                        }
                        out.push('.');
                    }
                    out.push_str(m.name.as_str());
                    if let Kind::Func(f) = self.kind(m.ty) {
                        self.write_signature(&f, form, out);
                    }
                }
                out.push_str(if methods.is_empty() { "}" } else { " }" });
            }
            Kind::Tuple(list) => {
                out.push('(');
                for (i, &t) in list.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    self.write(t, form, out);
                }
                out.push(')');
            }
            Kind::Named(named) => self.write_named(&named, form, out),
        }
    }

    fn write_named(&self, named: &NamedTy, form: Form, out: &mut String) {
        let Some(obj) = self.type_obj(named.origin) else {
            return;
        };
        let object = self.world.obj(obj);
        if let Some(pkg) = object.pkg {
            match form {
                Form::Shown => out.push_str(self.world.package(pkg).name.as_str()),
                Form::Identity => out.push_str(&self.pkg_prefix(pkg)),
            }
            out.push('.');
        }
        if form == Form::Identity {
            out.push_str(&self.local_name(named));
            return;
        }
        out.push_str(object.name.as_str());
        out.push_str(&self.nested_arguments(&named.outer, &named.args));
    }

    fn write_signature(&self, f: &FuncTy, form: Form, out: &mut String) {
        out.push('(');
        for (i, &p) in f.params.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            match self.kind(p) {
                Kind::Slice(elem) if f.variadic && i + 1 == f.params.len() => {
                    out.push_str("...");
                    self.write(elem, form, out);
                }
                _ => self.write(p, form, out),
            }
        }
        out.push(')');
        match f.results[..] {
            [] => {}
            [one] => {
                out.push(' ');
                self.write(one, form, out);
            }
            _ => {
                out.push_str(" (");
                for (i, &r) in f.results.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    self.write(r, form, out);
                }
                out.push(')');
            }
        }
    }

    /// The receiver part of a method symbol: `pkg.T` or `pkg.(*T)`.
    #[must_use]
    pub fn receiver_symbol(&self, named: Ty, pointer: bool) -> String {
        match self.kind(named) {
            Kind::Named(n) => {
                let pkg = self
                    .type_obj(n.origin)
                    .and_then(|o| self.world.obj(o).pkg)
                    .map_or(String::new(), |p| self.pkg_prefix(p) + ".");
                let name = self.local_name(&n);
                if pointer {
                    format!("{pkg}(*{name})")
                } else {
                    format!("{pkg}{name}")
                }
            }
            _ if pointer => format!("go.(*{})", self.identity(named)),
            _ => format!("go.{}", self.identity(named)),
        }
    }
}

fn basic_name(kind: BasicKind) -> &'static str {
    use BasicKind as B;
    match kind {
        B::Bool => "bool",
        B::Int => "int",
        B::Int8 => "int8",
        B::Int16 => "int16",
        B::Int32 => "int32",
        B::Int64 => "int64",
        B::Uint => "uint",
        B::Uint8 => "uint8",
        B::Uint16 => "uint16",
        B::Uint32 => "uint32",
        B::Uint64 => "uint64",
        B::Uintptr => "uintptr",
        B::Float32 => "float32",
        B::Float64 => "float64",
        B::Complex64 => "complex64",
        B::Complex128 => "complex128",
        B::String => "string",
        B::UnsafePointer => "unsafe.Pointer",
        B::UntypedNil => "untyped nil",
        _ => "invalid type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped_in_their_last_element() {
        assert_eq!(escape_path("gopkg.in/yaml.v3"), "gopkg.in/yaml%2ev3");
        assert_eq!(escape_path("a b/c"), "a%20b/c");
        assert_eq!(escape_path("net/http"), "net/http");
    }
}
