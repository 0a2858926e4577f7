//! Struct types.

use super::Checker;
use super::errors::ErrorBuilder;
use crate::constant::{LiteralKind, Value};
use crate::ids::{ObjId, TypeId};
use crate::object::{ObjKind, Object, Var, VarKind};
use crate::types::{BasicKind, Type};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::LitKind;
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The fields of a struct as they are collected.
#[derive(Default)]
struct Fields {
    fields: Vec<ObjId>,
    tags: Vec<Option<Arc<str>>>,
    by_name: FxHashMap<Symbol, ObjId>,
}

impl Checker<'_> {
    /// Fills in struct `styp` from syntax `e`.
    pub(crate) fn struct_type(&self, styp: TypeId, e: ExprId) {
        let ast = self.ast;
        let (Type::Struct(s), ExprKind::StructType { fields }) = (self.ty(styp), ast[e].kind)
        else {
            return;
        };
        let mut all = Fields::default();
        for &f in &ast[ast[fields].fields] {
            let field = &ast[f];
            let t = field.ty.map_or(TypeId::INVALID, |ty| self.var_type(ty));
            let tag = field.tag.and_then(|tag| self.tag(tag));
            for &name in &ast[field.names] {
                self.add_field(&mut all, Some(name), ast[name].pos, t, tag.clone(), false);
            }
            let Some(ty) = field.ty.filter(|_| field.names.is_empty()) else {
                continue;
            };
            let pos = ast.start(ty);
            // spec: "An embedded field must be specified as a type name T or as a pointer to a
            // non-interface type name *T, and T itself may not be a pointer type or type
            // parameter."
            match self.embedded_name(ty) {
                Some(name) => {
                    self.add_field(&mut all, Some(name), ast[name].pos, t, tag, true);
                    // Its underlying type may not be set up yet.
                    self.later(move |c| c.check_embedded(pos, t));
                }
                None => {
                    let text = format!("invalid embedded field type {}", self.expr_str(ty));
                    self.error(pos, "InvalidSyntaxTree", text);
                    self.add_field(&mut all, None, pos, TypeId::INVALID, None, true);
                }
            }
        }
        let _ = s.fields.set(all.fields.into());
        if all.tags.iter().any(Option::is_some) {
            let _ = s.tags.set(all.tags.into());
        }
    }

    /// Adds a field; without name it is blank.
    fn add_field(
        &self,
        all: &mut Fields,
        name: Option<ExprId>,
        pos: Pos,
        t: TypeId,
        tag: Option<Arc<str>>,
        embedded: bool,
    ) {
        let text = name.map_or(Symbol::new("_"), |name| self.name_of(name));
        let var = Var {
            kind: VarKind::Field,
            embedded,
            used: Default::default(),
            origin: None,
        };
        let obj = Object::new(ObjKind::Var(var), pos, Some(self.id), text);
        obj.ty.set(t);
        let obj = self.new_obj(obj);
        // spec: "Within a struct, non-blank field names must be unique."
        if !text.is_blank() {
            if let Some(&other) = all.by_name.get(&text) {
                let mut err = ErrorBuilder::new("DuplicateDecl");
                self.add(&mut err, pos, format!("{text} redeclared"));
                self.add_alt_decl(&mut err, other);
                self.report(err);
                return;
            }
            all.by_name.insert(text, obj);
        }
        all.fields.push(obj);
        all.tags.push(tag);
        if let Some(name) = name {
            // An embedded field's name denotes its type as well; it is recorded as the type.
            if !embedded {
                self.record_def(name, Some(obj));
            }
        }
    }

    /// The name of an embedded field of type `e`: `T`, `*T`, `p.T`, `T[A]`.
    fn embedded_name(&self, e: ExprId) -> Option<ExprId> {
        let e = self.ast.unparen(e);
        match self.ast[e].kind {
            ExprKind::Name(_) => Some(e),
            ExprKind::Star { x } => {
                let x = self.ast.unparen(x);
                match self.ast[x].kind {
                    ExprKind::Star { .. } => None,
                    _ => self.embedded_name(x),
                }
            }
            ExprKind::Selector { sel, .. } => Some(sel),
            ExprKind::Index { x, .. } => self.embedded_name(x),
            _ => None,
        }
    }

    /// Checks the type of an embedded field.
    fn check_embedded(&self, pos: Pos, t: TypeId) {
        let (base, is_ptr) = self.deref(t);
        let (code, text) = match self.ty(self.under(base)) {
            Type::Basic(basic) if basic.kind == BasicKind::UnsafePointer => (
                "InvalidPtrEmbed",
                "embedded field type cannot be unsafe.Pointer",
            ),
            Type::Pointer { .. } => ("InvalidPtrEmbed", "embedded field type cannot be a pointer"),
            Type::Interface(_) if self.is_type_param(base) => (
                "MisplacedTypeParam",
                "embedded field type cannot be a (pointer to a) type parameter",
            ),
            Type::Interface(_) if is_ptr => (
                "InvalidPtrEmbed",
                "embedded field type cannot be a pointer to an interface",
            ),
            _ => return,
        };
        self.error(pos, code, text);
    }

    /// The value of a field tag; nothing if it is empty.
    fn tag(&self, e: ExprId) -> Option<Arc<str>> {
        let ExprKind::BasicLit {
            kind, value, bad, ..
        } = self.ast[e].kind
        else {
            return None;
        };
        if bad {
            return None;
        }
        let text = (kind == LitKind::String)
            .then(|| Value::from_literal(LiteralKind::String, value.as_str()).as_bytes())
            .flatten();
        let Some(text) = text else {
            let value = crate::constant::quote(value.as_bytes());
            let text = format!("incorrect tag syntax: {value}");
            self.error(e, "InvalidSyntaxTree", text);
            return None;
        };
        let text = String::from_utf8_lossy(&text);
        (!text.is_empty()).then(|| Arc::from(text.as_ref()))
    }
}
