//! Equality and hash functions of types, by address.

use crate::body::start;
use crate::facts::Facts;
use crate::func::FuncLower;
use crate::module::{Cx, Work};
use crate::types::{Kind, Ty};
use gust_abi::convention::ADAPTER_SUFFIX;
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, CallTarget, IntCond, Linkage, Signature, SymbolRef, Type, Value};
use gust_types::types::BasicKind;
use std::rc::Rc;

impl Cx<'_> {
    /// Whether values can be compared without a panic by mark of their type.
    #[must_use]
    pub fn is_comparable(&self, ty: Ty) -> bool {
        match self.types.under_kind(ty) {
            Kind::Slice(_) | Kind::Map(..) | Kind::Func(_) => false,
            Kind::Array(_, e) => self.is_comparable(e),
            Kind::Struct(f) => f.iter().all(|f| self.is_comparable(f.ty)),
            _ => true,
        }
    }

    /// Whether equality is that of the bytes: no floats, strings, interfaces, padding or blank fields.
    #[must_use]
    pub fn is_regular_memory(&self, ty: Ty) -> bool {
        use BasicKind as B;
        match self.types.under_kind(ty) {
            Kind::Basic(k) => !matches!(
                k,
                B::Float32 | B::Float64 | B::Complex64 | B::Complex128 | B::String
            ),
            Kind::Interface(_) | Kind::Slice(_) | Kind::Map(..) | Kind::Func(_) => false,
            Kind::Array(_, e) => self.is_regular_memory(e),
            Kind::Struct(fields) => {
                let mut end = 0;
                let layout = self.types.layout(ty);
                for (f, &o) in fields.iter().zip(&layout.offsets) {
                    if o != end || f.name.is_blank() || !self.is_regular_memory(f.ty) {
                        return false;
                    }
                    end = o + self.types.size(f.ty);
                }
                end == layout.size
            }
            _ => true,
        }
    }

    pub(crate) fn needs_key_update(&self, ty: Ty) -> bool {
        use BasicKind as B;
        match self.types.under_kind(ty) {
            Kind::Basic(k) => matches!(
                k,
                B::Float32 | B::Float64 | B::Complex64 | B::Complex128 | B::String
            ),
            Kind::Interface(_) => true,
            Kind::Array(_, e) => self.needs_key_update(e),
            Kind::Struct(f) => f.iter().any(|f| self.needs_key_update(f.ty)),
            _ => false,
        }
    }

    /// Whether comparing two values may panic: there are interfaces in them.
    pub(crate) fn equal_might_panic(&self, ty: Ty) -> bool {
        self.hash_might_panic(ty)
    }

    pub(crate) fn hash_might_panic(&self, ty: Ty) -> bool {
        match self.types.under_kind(ty) {
            Kind::Interface(_) => true,
            Kind::Array(_, e) => self.hash_might_panic(e),
            Kind::Struct(f) => f.iter().any(|f| self.hash_might_panic(f.ty)),
            _ => false,
        }
    }

    /// The symbol name of a type's equality function: `func(p, q unsafe.Pointer) bool`.
    pub fn equal_function(&mut self, ty: Ty) -> String {
        self.request(Work::Equal(ty));
        format!("type:.eq.{}", self.types.identity(ty))
    }

    /// The symbol name of a type's hash function: `func(p unsafe.Pointer, seed uintptr) uintptr`.
    pub fn hash_function(&mut self, ty: Ty) -> String {
        self.request(Work::Hash(ty));
        format!("type:.hash.{}", self.types.identity(ty))
    }

    /// The static function value of generated code that takes a context.
    pub fn code_value_of(&mut self, name: &str) -> SymbolRef {
        let code = self.symbol(name);
        self.code_value(name, code)
    }

    fn generated(&mut self, name: &str, sig: Signature, body: impl FnOnce(&mut FuncLower<'_, '_>)) {
        let Some(src) = self.program.source(self.pkg) else {
            return;
        };
        let env = self.types.no_env();
        let mut l = start(
            self,
            src,
            env,
            name,
            sig,
            Rc::new(Facts::default()),
            None,
            Linkage::LinkOnce,
        );
        body(&mut l);
        let func = l.b.finish();
        self.add_function(func);
    }

    pub(crate) fn emit_equal(&mut self, ty: Ty) {
        let name = format!("type:.eq.{}", self.types.identity(ty));
        let sig = Signature {
            params: vec![Type::Ptr, Type::Ptr],
            results: vec![Type::I8],
        };
        self.generated(&name, sig, |l| {
            l.b.func.attrs.closure = true;
            let p = l.b.params();
            let v = l.equal_by_parts(ty, p[0], p[1]);
            l.b.ret(&[v]);
        });
    }

    pub(crate) fn emit_hash(&mut self, ty: Ty) {
        let name = format!("type:.hash.{}", self.types.identity(ty));
        let sig = Signature {
            params: vec![Type::Ptr, Type::I64],
            results: vec![Type::I64],
        };
        self.generated(&name, sig, |l| {
            l.b.func.attrs.closure = true;
            let p = l.b.params();
            let v = l.hash_memory(ty, p[0], p[1]);
            l.b.ret(&[v]);
        });
    }

    /// The adapter of a plain function for calls through function values: drops the context.
    pub(crate) fn emit_adapter(&mut self, name: &str, sig: &Signature) {
        let target = self.symbol(name);
        self.generated(&format!("{name}{ADAPTER_SUFFIX}"), sig.clone(), |l| {
            l.b.func.attrs.closure = true;
            l.b.func.attrs.wrapper = true;
            let p = l.b.params();
            let r = l.b.call(
                CallTarget::Direct(target),
                sig.params.clone(),
                &sig.results,
                &p,
            );
            l.b.ret(&r);
        });
    }

    /// A generated wrapper: hidden from traces, transparent for `recover`.
    pub(crate) fn wrapper(
        &mut self,
        name: &str,
        sig: Signature,
        body: impl FnOnce(&mut FuncLower<'_, '_>),
    ) {
        self.generated(name, sig, |l| {
            l.b.func.attrs.wrapper = true;
            body(l);
        });
    }
}

impl FuncLower<'_, '_> {
    /// Hashes a value in memory.
    fn hash_memory(&mut self, ty: Ty, p: Value, seed: Value) -> Value {
        use BasicKind as B;
        if self.cx.is_regular_memory(ty) {
            let size = self.cx.types.size(ty) as i64;
            if size == 4 || size == 8 {
                return self.hash_word(size, p, seed);
            }
            let size = self.b.int(size);
            return self.runtime(Entry::MemHash, &[p, seed, size])[0];
        }
        let entry = match self.cx.types.under_kind(ty) {
            Kind::Basic(B::String) => Entry::StringHash,
            Kind::Basic(B::Float32) => Entry::Float32Hash,
            Kind::Basic(B::Float64) => Entry::Float64Hash,
            Kind::Basic(k @ (B::Complex64 | B::Complex128)) => {
                let (entry, half) = if k == B::Complex64 {
                    (Entry::Float32Hash, 4)
                } else {
                    (Entry::Float64Hash, 8)
                };
                let h = self.runtime(entry, &[p, seed])[0];
                let q = self.b.offset(p, half);
                return self.runtime(entry, &[q, h])[0];
            }
            Kind::Interface(m) if m.is_empty() => Entry::EfaceHash,
            Kind::Interface(_) => Entry::IfaceHash,
            Kind::Struct(fields) => {
                let offsets = self.cx.types.layout(ty).offsets.clone();
                let mut h = seed;
                for (f, &o) in fields.iter().zip(&offsets) {
                    if f.name.is_blank() {
                        continue;
                    }
                    let at = self.b.offset(p, o as i64);
                    h = self.hash_part(f.ty, at, h);
                }
                return h;
            }
            Kind::Array(len, elem) => {
                let (head, body, end) =
                    (self.b.new_block(), self.b.new_block(), self.b.new_block());
                let (i, h) = (self.b.new_var(Type::I64), self.b.new_var(Type::I64));
                let zero = self.b.int(0);
                self.b.set(i, zero);
                self.b.set(h, seed);
                self.b.jump(head);
                self.b.switch_to(head);
                let at = self.b.get(i);
                let n = self.b.int(len as i64);
                let more = self.b.icmp(IntCond::Slt, at, n);
                self.b.brif(more, body, end);
                self.b.seal_and_switch(body);
                let q = self.element_addr(p, elem, at);
                let old = self.b.get(h);
                let new = self.hash_part(elem, q, old);
                self.b.set(h, new);
                let one = self.b.int(1);
                let up = self.b.binary(BinaryOp::Add, at, one);
                self.b.set(i, up);
                self.b.jump(head);
                self.b.seal(head);
                self.b.seal_and_switch(end);
                return self.b.get(h);
            }
            // What has no equality has no hash: never called.
            _ => return seed,
        };
        self.runtime(entry, &[p, seed])[0]
    }

    /// The hash of 4 or 8 bytes: what `runtime.memhash32` and `runtime.memhash64` compute.
    fn hash_word(&mut self, size: i64, p: Value, seed: Value) -> Value {
        let word = if size == 4 {
            let half = self.b.load(Type::I32, p, 0, true);
            self.resize(half, Type::I64, false)
        } else {
            self.b.load(Type::I64, p, 0, true)
        };
        let keys = self.cx.symbol("runtime.hashKeys");
        let keys = self.b.symbol_addr(keys);
        let [k0, k1, k2] = [0, 8, 16].map(|at| self.b.load(Type::I64, keys, at, true));
        let xor = |l: &mut Self, x, y| l.b.binary(BinaryOp::Xor, x, y);
        let (x, y) = (xor(self, word, k1), xor(self, word, seed));
        let y = xor(self, y, k0);
        let first = self.fold(x, y);
        let size = self.b.int(size);
        let key = xor(self, k2, size);
        self.fold(key, first)
    }

    /// The two halves of a product, one over the other.
    fn fold(&mut self, x: Value, y: Value) -> Value {
        let high = self.b.binary(BinaryOp::MulHighUnsigned, x, y);
        let low = self.b.binary(BinaryOp::Mul, x, y);
        self.b.binary(BinaryOp::Xor, high, low)
    }

    fn hash_part(&mut self, ty: Ty, p: Value, seed: Value) -> Value {
        if self.cx.is_regular_memory(ty)
            || !matches!(
                self.cx.types.under_kind(ty),
                Kind::Struct(_) | Kind::Array(..)
            )
        {
            return self.hash_memory(ty, p, seed);
        }
        let name = self.cx.hash_function(ty);
        let value = self.cx.code_value_of(&name);
        let f = self.b.symbol_addr(value);
        self.b.call(
            CallTarget::Closure(f),
            vec![Type::Ptr, Type::I64],
            &[Type::I64],
            &[p, seed],
        )[0]
    }
}
