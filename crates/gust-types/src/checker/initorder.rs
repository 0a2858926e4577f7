//! Order of package initialisation (spec: Package initialization).

use super::Checker;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Computes `Info::init_order` and reports initialisation cycles.
    pub(crate) fn init_order(&self) {
        unimplemented!()
    }
}
