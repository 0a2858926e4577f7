//! Wrappers: promoted methods, value methods by pointer, methods that take an interface's data word, method values
//! and method expressions of interfaces. All are transparent for `recover` and hidden from traces.

use crate::calls::Current;
use crate::func::{FuncLower, Val};
use crate::methods::{Found, Target};
use crate::module::Cx;
use crate::types::{FuncTy, Ty};
use gust_abi::entry::Entry;
use gust_ir::{CallTarget, Signature, Type};
use std::rc::Rc;

impl Cx<'_> {
    /// The name of a method value's code.
    pub(crate) fn bound_name(&self, ty: Ty, found: &Found) -> String {
        format!("{}-fm", self.wrapper_name(ty, found))
    }

    /// The type of a method value's closure object: code and receiver.
    pub(crate) fn bound_object(&self, ty: Ty) -> Ty {
        let word = self.types.basic(gust_types::types::BasicKind::Uintptr);
        self.types.plain_struct(&[("F", word), ("R", ty)])
    }

    fn method_type(&self, found: &Found) -> Rc<FuncTy> {
        self.types.as_func(found.ty).unwrap_or_else(|| {
            Rc::new(FuncTy {
                params: Vec::new(),
                results: Vec::new(),
                variadic: false,
            })
        })
    }

    fn method_signature(&self, first: &[Type], recv: Option<Ty>, f: &FuncTy) -> Signature {
        let mut params: Vec<Ty> = recv.into_iter().collect();
        params.extend_from_slice(&f.params);
        self.signature_of(first, &params, &f.results)
    }

    pub(crate) fn emit_method(&mut self, ty: Ty, found: &Found) {
        let name = self.wrapper_name(ty, found);
        let f = self.method_type(found);
        let sig = self.method_signature(&[], Some(ty), &f);
        self.wrapper(&name, sig, |l| {
            let mut params = vec![ty];
            params.extend_from_slice(&f.params);
            let (vals, outs) = l.parameters(&params, &f.results);
            l.forward(vals, outs, ty, found, &f);
        });
    }

    pub(crate) fn emit_word_method(&mut self, ty: Ty, found: &Found) {
        let name = format!("{}\u{b7}i", self.wrapper_name(ty, found));
        let f = self.method_type(found);
        let sig = self.method_signature(&[Type::Ptr], None, &f);
        self.wrapper(&name, sig, |l| {
            let ptr = l.cx.types.unsafe_pointer();
            let mut params = vec![ptr];
            params.extend_from_slice(&f.params);
            let (mut vals, outs) = l.parameters(&params, &f.results);
            let word = vals[0].parts()[0];
            vals[0] = l.val_of_word(ty, word);
            l.forward(vals, outs, ty, found, &f);
        });
    }

    pub(crate) fn emit_interface_method(&mut self, iface: Ty, index: u32) {
        let Some(methods) = self.types.as_interface(iface) else {
            return;
        };
        let m = &methods[index as usize];
        let found = Found {
            name: m.name,
            pkg: m.pkg,
            path: Vec::new(),
            indirect: false,
            target: Target::Interface { iface, index },
            ty: m.ty,
        };
        self.emit_method(iface, &found);
    }

    pub(crate) fn emit_bound_method(&mut self, ty: Ty, found: &Found) {
        let name = self.bound_name(ty, found);
        let f = self.method_type(found);
        let sig = self.method_signature(&[], None, &f);
        self.wrapper(&name, sig, |l| {
            l.b.func.attrs.closure = true;
            let (args, outs) = l.parameters(&f.params, &f.results);
            let context = l.context();
            let object = l.cx.bound_object(ty);
            let offset = l.cx.types.layout(object).offsets[1] as i64;
            let recv = l.load_at(context, offset, ty, true);
            let mut vals = vec![recv];
            vals.extend(args);
            l.forward(vals, outs, ty, found, &f);
        });
    }
}

impl FuncLower<'_, '_> {
    /// The function's parameters as Go values of these types, and the addresses of results in memory.
    pub(crate) fn parameters(
        &mut self,
        tys: &[Ty],
        results: &[Ty],
    ) -> (Vec<Val>, Vec<gust_ir::Value>) {
        let params = self.b.params();
        let mut at = 0;
        let mut vals = Vec::new();
        for &ty in tys {
            match &self.cx.types.layout(ty).scalars {
                Some(s) => {
                    vals.push(Val::list(&params[at..at + s.len()]));
                    at += s.len();
                }
                None => {
                    vals.push(Val::Mem {
                        addr: params[at],
                        fresh: true,
                    });
                    at += 1;
                }
            }
        }
        let outs = params[at..].to_vec();
        debug_assert_eq!(
            outs.len(),
            results
                .iter()
                .filter(|&&r| !self.cx.types.is_scalar(r))
                .count()
        );
        (vals, outs)
    }

    /// Calls the method with receiver `vals[0]` of type `ty` and the other arguments, and returns its results.
    fn forward(
        &mut self,
        mut vals: Vec<Val>,
        outs: Vec<gust_ir::Value>,
        ty: Ty,
        found: &Found,
        f: &FuncTy,
    ) {
        let args = vals.split_off(1);
        let Some(recv) = vals.pop() else { return };
        let (base, pointer) = self.cx.types.deref(ty);
        if pointer
            && found.path.is_empty()
            && !found.is_pointer()
            && matches!(found.target, Target::Declared { .. })
        {
            let p = self.first(&recv);
            let nil = self.b.is_zero(p);
            let text = format!("{}.{}", self.cx.types.identity(base), found.name);
            let (bad, good) = (self.b.new_block(), self.b.new_block());
            self.b.brif(nil, bad, good);
            self.b.seal_and_switch(bad);
            let text = self.string(text.as_bytes());
            self.runtime(Entry::PanicWrap, text.parts());
            self.b.seal_and_switch(good);
        }
        let end = self.walk(Current::Val(recv, ty), &found.path);
        let mut direct = found.clone();
        direct.path.clear();
        let (recv, recv_ty) = self.receiver_of(end, &direct);
        // Results in memory go straight to where ours go.
        let (target, first) = match &direct.target {
            Target::Interface { index, .. } => {
                let (itab, word) = (recv.parts()[0], recv.parts()[1]);
                (
                    self.cx.interface_method(&direct, *index).target(itab),
                    vec![word],
                )
            }
            Target::Declared { .. } => {
                let symbol = self.cx.method_symbol(recv_ty, &direct);
                let recv = self.fresh(recv_ty, recv);
                (CallTarget::Direct(symbol), recv.parts().to_vec())
            }
        };
        let types: Vec<Type> = first.iter().map(|&v| self.b.ty(v)).collect();
        let sig = self.cx.signature_of(&types, &f.params, &f.results);
        let mut flat = first;
        for a in &args {
            flat.extend_from_slice(a.parts());
        }
        flat.extend(outs);
        let r = self.b.call(target, sig.params, &sig.results, &flat);
        self.b.ret(&r);
    }
}
