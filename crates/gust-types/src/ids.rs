//! Handles for types and objects, and shared cells that hold them.
//!
//! Everything a package declares lives in arenas of that package. A handle names the package
//! and the index in its arena, so packages can be checked in parallel without any shared table,
//! and a checked package is immutable.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

/// Names a package of a [`crate::World`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PkgId(pub u32);

impl PkgId {
    /// The universe: predeclared types and objects.
    pub const UNIVERSE: PkgId = PkgId(0);
    /// Package `unsafe`.
    pub const UNSAFE: PkgId = PkgId(1);

    /// The index into dense tables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for PkgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg{}", self.0)
    }
}

macro_rules! handle {
    ($(#[$doc:meta])* $id:ident, $cell:ident, $letter:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id {
            /// The package whose arena holds it.
            pub pkg: PkgId,
            // Index plus one.
            number: NonZeroU32,
        }

        impl $id {
            /// The handle of entry `index` of `pkg`'s arena.
            #[must_use]
            pub const fn new(pkg: PkgId, index: u32) -> Self {
                match NonZeroU32::new(index + 1) {
                    Some(number) => Self { pkg, number },
                    None => panic!("arena full"),
                }
            }

            /// Index in the arena of its package.
            #[must_use]
            pub fn index(self) -> usize {
                self.number.get() as usize - 1
            }

            fn pack(id: Option<Self>) -> u64 {
                id.map_or(0, |id| u64::from(id.pkg.0) << 32 | u64::from(id.number.get()))
            }

            fn unpack(bits: u64) -> Option<Self> {
                let number = NonZeroU32::new(bits as u32)?;
                Some(Self { pkg: PkgId((bits >> 32) as u32), number })
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}.{}"), self.pkg.0, self.index())
            }
        }

        /// A place for a handle that is filled in while its package is checked.
        pub struct $cell(AtomicU64);

        impl $cell {
            /// A cell that holds `id`.
            #[must_use]
            pub fn new(id: Option<$id>) -> Self {
                Self(AtomicU64::new($id::pack(id)))
            }

            /// What it holds.
            #[must_use]
            pub fn get(&self) -> Option<$id> {
                $id::unpack(self.0.load(Relaxed))
            }

            /// Replaces what it holds.
            pub fn set(&self, id: $id) {
                self.0.store($id::pack(Some(id)), Relaxed);
            }

            /// Empties the cell.
            pub fn clear(&self) {
                self.0.store(0, Relaxed);
            }
        }

        impl Default for $cell {
            fn default() -> Self {
                Self::new(None)
            }
        }

        impl From<$id> for $cell {
            fn from(id: $id) -> Self {
                Self::new(Some(id))
            }
        }

        impl fmt::Debug for $cell {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.get().fmt(f)
            }
        }
    };
}

handle! {
    /// Names a type.
    TypeId, TypeCell, "t"
}
handle! {
    /// Names an object: package, constant, type name, variable, function, label, builtin, nil.
    ObjId, ObjCell, "o"
}

/// A flag that may change while its package is checked.
#[derive(Debug, Default)]
pub struct Flag(AtomicBool);

impl Flag {
    /// A flag with that value.
    #[must_use]
    pub fn new(value: bool) -> Self {
        Self(AtomicBool::new(value))
    }

    /// Its value.
    #[must_use]
    pub fn get(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// Sets it.
    pub fn set(&self, value: bool) {
        self.0.store(value, Relaxed);
    }
}

/// A small number that may change while its package is checked.
#[derive(Debug, Default)]
pub struct Number(AtomicU32);

impl Number {
    /// A number with that value.
    #[must_use]
    pub fn new(value: u32) -> Self {
        Self(AtomicU32::new(value))
    }

    /// Its value.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.0.load(Relaxed)
    }

    /// Sets it.
    pub fn set(&self, value: u32) {
        self.0.store(value, Relaxed);
    }
}

/// An array length that may be filled in later; negative while unknown or invalid.
#[derive(Debug)]
pub struct Length(AtomicI64);

impl Length {
    /// A length with that value.
    #[must_use]
    pub fn new(value: i64) -> Self {
        Self(AtomicI64::new(value))
    }

    /// Its value.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.load(Relaxed)
    }

    /// Sets it.
    pub fn set(&self, value: i64) {
        self.0.store(value, Relaxed);
    }
}
