//! The universe block and package `unsafe`.

use crate::package::Package;

/// The universe: package [`crate::PkgId::UNIVERSE`], whose scope ends every lookup.
#[must_use]
pub fn universe() -> Package {
    unimplemented!()
}

/// Package `unsafe`.
#[must_use]
pub fn unsafe_package() -> Package {
    unimplemented!()
}
