//! What the official compiler checks after its type checker, if that found no error.

use super::Checker;
use crate::ids::TypeId;
use crate::types::{Term, Type};
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind, SpecKind};
use rustc_hash::FxHashMap;

/// A search for interfaces without name that refer to themselves.
#[derive(Default)]
struct CycleFinder {
    /// Interfaces seen; true while their methods are looked at.
    seen: FxHashMap<TypeId, bool>,
}

impl Checker<'_> {
    /// Checks what needs a package without errors.
    pub(super) fn post_check(&self) {
        self.anonymous_interface_cycles();
        if !self.has_errors() {
            self.not_in_heap_arguments();
        }
        if !self.has_errors() {
            self.not_in_heap_elements();
        }
        if !self.has_errors() {
            self.check_directives();
        }
        if !self.has_errors() {
            self.large_types();
        }
    }

    /// Array types that fit no address space, and channels of large elements.
    fn large_types(&self) {
        const MAX_SIZE: i64 = 1 << 50;
        const MAX_CHAN_ELEM: i64 = 1 << 16;
        let all = (0..self.ast.exprs.len() as u32).map(ExprId);
        let mut chans = Vec::new();
        for e in all {
            let kind = self.ast[e].kind;
            if !matches!(
                kind,
                ExprKind::ArrayType { len: Some(_), .. } | ExprKind::ChanType { .. }
            ) {
                continue;
            }
            let Some(t) = self.recorded_type(e) else {
                continue;
            };
            match self.ty(self.unalias(t)) {
                Type::Array { .. } if !(0..MAX_SIZE).contains(&self.size_of(t)) => {
                    let text = format!("type {} larger than address space", self.type_str(t));
                    self.error(e, "", text);
                }
                Type::Chan { elem, .. } => chans.extend(elem.get().map(|elem| (e, elem))),
                _ => {}
            }
        }
        if self.has_errors() {
            return;
        }
        for (e, elem) in chans {
            if self.size_of(elem) >= MAX_CHAN_ELEM {
                self.error(e, "", "channel element type too large (>64kB)");
            }
        }
    }

    fn recorded_type(&self, e: ExprId) -> Option<TypeId> {
        self.info.borrow().types.get(e.index())?.ty
    }

    /// Interface literals that refer to themselves have no finite description.
    fn anonymous_interface_cycles(&self) {
        let is_interface = |e: &ExprId| matches!(self.ast[*e].kind, ExprKind::InterfaceType { .. });
        let all = (0..self.ast.exprs.len() as u32).map(ExprId);
        let mut literals: Vec<ExprId> = all.filter(is_interface).collect();
        literals.sort_by_key(|&e| self.ast[e].pos);
        let mut finder = CycleFinder::default();
        for e in literals {
            let Some(t) = self.recorded_type(e).map(|t| self.unalias(t)) else {
                continue;
            };
            if matches!(self.ty(t), Type::Interface(_)) && self.methods_cycle(&mut finder, t) {
                let text = "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)";
                self.error(e, "InvalidTypeCycle", text);
                for at_work in finder.seen.values_mut() {
                    *at_work = false;
                }
            }
        }
    }

    /// Whether the methods of an interface lead back to an interface at work.
    fn methods_cycle(&self, finder: &mut CycleFinder, iface: TypeId) -> bool {
        self.type_set(iface).methods.iter().any(|&m| {
            let t = self.obj(m).ty.get();
            t.is_some_and(|t| self.type_cycle(finder, t))
        })
    }

    fn type_cycle(&self, finder: &mut CycleFinder, t: TypeId) -> bool {
        let t = self.unalias(t);
        let mut part = |t: Option<TypeId>| t.is_some_and(|t| self.type_cycle(finder, t));
        match self.ty(t) {
            // A type with a name cannot be part of such a cycle.
            Type::Basic(_)
            | Type::Named(_)
            | Type::TypeParam(_)
            | Type::Union(_)
            | Type::Alias(_) => false,
            Type::Pointer { base } => part(base.get()),
            Type::Array { elem, .. } | Type::Chan { elem, .. } | Type::Slice { elem } => {
                part(elem.get())
            }
            Type::Map { key, elem } => part(key.get()) || part(elem.get()),
            Type::Struct(s) => s.fields().iter().any(|&f| part(self.obj(f).ty.get())),
            Type::Tuple(vars) => vars.iter().any(|&v| part(self.obj(v).ty.get())),
            Type::Signature(sig) => {
                let mut vars = sig.params().iter().chain(sig.results());
                vars.any(|&v| part(self.obj(v).ty.get()))
            }
            Type::Interface(iface) => {
                if iface.methods().is_empty() && iface.embeddeds().is_empty() {
                    return false;
                }
                if let Some(&at_work) = finder.seen.get(&t) {
                    return at_work;
                }
                finder.seen.insert(t, true);
                if self.methods_cycle(finder, t) {
                    return true;
                }
                finder.seen.insert(t, false);
                false
            }
        }
    }

    /// Whether values of `t` must not lie in the heap: they hold a marker of the runtime.
    fn is_not_in_heap(&self, t: TypeId) -> bool {
        let mut t = self.unalias(t);
        if let Type::Named(named) = self.ty(t) {
            if let Some(obj) = named.obj.get().map(|obj| self.obj(obj))
                && obj.name == "nih"
                && let Some(pkg) = obj.pkg
                && self.pkg_path(pkg) == "internal/runtime/sys"
            {
                return true;
            }
            t = self.under(t);
        }
        match self.ty(t) {
            Type::Array { elem, .. } => elem.get().is_some_and(|t| self.is_not_in_heap(t)),
            Type::Struct(s) => s.fields().iter().any(|&f| {
                let t = self.obj(f).ty.get();
                t.is_some_and(|t| self.is_not_in_heap(t))
            }),
            _ => false,
        }
    }

    fn not_in_heap_arguments(&self) {
        let mut bad: Vec<(Pos, TypeId)> = Vec::new();
        {
            let info = self.info.borrow();
            for (&name, instance) in &info.instances {
                for &arg in &instance.type_args {
                    if self.is_not_in_heap(arg) {
                        bad.push((self.ast[name].pos, arg));
                    }
                }
            }
        }
        bad.sort_unstable();
        for (pos, arg) in bad {
            let text = format!(
                "cannot use incomplete (or unallocatable) type as a type argument: {}",
                self.term_str(&Term {
                    tilde: false,
                    ty: arg,
                })
            );
            self.error(pos, "", text);
        }
    }

    fn not_in_heap_elements(&self) {
        for spec in &self.ast.specs {
            let SpecKind::Type { ty, .. } = spec.kind else {
                continue;
            };
            let Some(t) = self.recorded_type(ty) else {
                continue;
            };
            let nih = |t: Option<TypeId>| t.is_some_and(|t| self.is_not_in_heap(t));
            match (self.ast[ty].kind, self.ty(self.under(t))) {
                (ExprKind::MapType { .. }, Type::Map { key, elem }) => {
                    if nih(key.get()) {
                        let text = "incomplete (or unallocatable) map key not allowed";
                        self.error(ty, "", text);
                    }
                    if nih(elem.get()) {
                        let text = "incomplete (or unallocatable) map value not allowed";
                        self.error(ty, "", text);
                    }
                }
                (ExprKind::ChanType { .. }, Type::Chan { elem, .. }) if nih(elem.get()) => {
                    let text = "chan of incomplete (or unallocatable) type not allowed";
                    self.error(ty, "", text);
                }
                _ => {}
            }
        }
    }
}
