//! Layouts that compiled code, runtime and the standard library's `internal/abi` share.

/// `internal/abi.Kind`.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    Bool = 1,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    Array,
    Chan,
    Func,
    Interface,
    Map,
    Pointer,
    Slice,
    String,
    Struct,
    UnsafePointer,
}

/// Bits of [`Type::tflag`].
pub mod tflag {
    /// An [`UncommonType`](super::UncommonType) follows the kind-specific part.
    pub const UNCOMMON: u8 = 1;
    /// The string form has a `*` in front that is not part of it.
    pub const EXTRA_STAR: u8 = 2;
    /// A defined or predeclared type.
    pub const NAMED: u8 = 4;
    /// Equality and hash are those of the bytes.
    pub const REGULAR_MEMORY: u8 = 8;
    /// `gc_data` points to a word that holds the mask's address once it is made.
    pub const GC_MASK_ON_DEMAND: u8 = 16;
    /// The value is itself an interface's data word.
    pub const DIRECT_IFACE: u8 = 32;
}

/// The head of every type descriptor: `internal/abi.Type`.
#[derive(Debug)]
#[repr(C)]
pub struct Type {
    /// Size in bytes.
    pub size: usize,
    /// Length of the prefix that may hold pointers, in bytes; 0 if there are none.
    pub ptr_bytes: usize,
    /// Hash of the type's identity.
    pub hash: u32,
    /// Flags, see [`tflag`].
    pub tflag: u8,
    /// Alignment.
    pub align: u8,
    /// Alignment as a struct field.
    pub field_align: u8,
    /// [`Kind`] as a number.
    pub kind: u8,
    /// Function value `func(p, q unsafe.Pointer) bool`; null if not comparable.
    pub equal: *const u8,
    /// Pointer mask, one bit per word of the prefix.
    pub gc_data: *const u8,
    /// Offset of the string form's name.
    pub str: i32,
    /// Offset of the descriptor of the pointer type, or 0.
    pub ptr_to_this: i32,
}

/// Follows the kind-specific part of types with a name or methods: `internal/abi.UncommonType`.
#[derive(Debug)]
#[repr(C)]
pub struct UncommonType {
    /// Offset of the package path's name, or 0.
    pub pkg_path: i32,
    /// Number of methods.
    pub method_count: u16,
    /// Number of exported methods, which come first.
    pub exported_count: u16,
    /// Distance from this to the array of [`Method`]s.
    pub methods: u32,
    /// Not used.
    pub unused: u32,
}

/// A method of a type: `internal/abi.Method`.
#[derive(Debug)]
#[repr(C)]
pub struct Method {
    /// Offset of its name.
    pub name: i32,
    /// Offset of its function type, without receiver.
    pub mtyp: i32,
    /// Offset of the code for calls through interfaces.
    pub ifn: i32,
    /// Offset of the code for direct calls.
    pub tfn: i32,
}

/// A method of an interface: `internal/abi.Imethod`.
#[derive(Debug)]
#[repr(C)]
pub struct Imethod {
    /// Offset of its name.
    pub name: i32,
    /// Offset of its function type.
    pub ty: i32,
}

/// The head of an itab, followed by the code addresses of the interface's methods:
/// `internal/abi.ITab`.
#[derive(Debug)]
#[repr(C)]
pub struct Itab {
    /// Descriptor of the interface type.
    pub inter: *const Type,
    /// Descriptor of the concrete type.
    pub ty: *const Type,
    /// Copy of the concrete type's hash.
    pub hash: u32,
    /// Not used.
    pub pad: u32,
}

/// Sizes in bytes of the kind-specific descriptors.
pub mod descriptor_size {
    /// Kinds without further fields.
    pub const PLAIN: usize = 48;
    /// Array: element, slice type, length.
    pub const ARRAY: usize = 72;
    /// Channel: element, direction.
    pub const CHAN: usize = 64;
    /// Function: counts; the parameter types follow the uncommon part.
    pub const FUNC: usize = 56;
    /// Interface: package path, methods.
    pub const INTERFACE: usize = 80;
    /// Map: key, element, group, hasher, sizes, flags.
    pub const MAP: usize = 112;
    /// Pointer: element.
    pub const POINTER: usize = 56;
    /// Slice: element.
    pub const SLICE: usize = 56;
    /// Struct: package path, fields.
    pub const STRUCT: usize = 80;
}

/// Bits of the first byte of an encoded name.
pub mod name_flag {
    /// Exported.
    pub const EXPORTED: u8 = 1;
    /// A tag follows the name.
    pub const HAS_TAG: u8 = 2;
    /// The offset of the package path follows.
    pub const HAS_PKG_PATH: u8 = 4;
    /// An embedded field.
    pub const EMBEDDED: u8 = 8;
}

/// Bits of a map descriptor's flags.
pub mod map_flag {
    /// Equal keys may differ: the key is stored anew on assignment.
    pub const NEED_KEY_UPDATE: u32 = 1;
    /// Hashing may panic.
    pub const HASH_MIGHT_PANIC: u32 = 2;
    /// Slots hold pointers to keys.
    pub const INDIRECT_KEY: u32 = 4;
    /// Slots hold pointers to elements.
    pub const INDIRECT_ELEM: u32 = 8;
}

const _: () = {
    assert!(core::mem::size_of::<Type>() == descriptor_size::PLAIN);
    assert!(core::mem::size_of::<UncommonType>() == 16);
    assert!(core::mem::size_of::<Method>() == 16);
    assert!(core::mem::size_of::<Imethod>() == 8);
    assert!(core::mem::size_of::<Itab>() == 24);
    assert!(Kind::UnsafePointer as u8 == 26);
};
