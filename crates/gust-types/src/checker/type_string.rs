//! Types and objects as text in messages.

use super::Checker;
use crate::ids::{ObjId, TypeId};

#[allow(unused_variables)]
impl Checker<'_> {
    /// A type as messages show it: packages by name, by path where two have the same name, none for this package (the official qualifier rules).
    pub(crate) fn type_str(&self, t: TypeId) -> String {
        unimplemented!()
    }
    /// A list of types, comma-separated.
    pub(crate) fn type_list_str(&self, list: &[TypeId]) -> String {
        unimplemented!()
    }
    /// An object as messages show it (`func f(x int)`, `var x int`, `type T struct{...}` ...).
    pub(crate) fn obj_str(&self, obj: ObjId) -> String {
        unimplemented!()
    }
    /// Parameters and results of a signature, `(x int) string`, without `func`.
    pub(crate) fn signature_str(&self, sig: TypeId) -> String {
        unimplemented!()
    }
    /// A method with its signature, in the form of the missing-method explanations.
    pub(crate) fn func_str(&self, f: ObjId, pkg_info: bool) -> String {
        unimplemented!()
    }
}
