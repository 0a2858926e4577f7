//! Sizes, alignments, field offsets, pointer masks, and the scalars that small values consist of.

use crate::types::{Kind, Ty, Types};
use gust_abi::convention::MAX_SCALARS;
use gust_ir::Type;
use gust_types::types::BasicKind;
use std::rc::Rc;

/// How a type lies in memory and is held in values.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Size in bytes.
    pub size: u64,
    /// Alignment in bytes.
    pub align: u64,
    /// Offsets of a struct's fields.
    pub offsets: Vec<u64>,
    /// The scalars of a value with their offsets, if it is held as scalars; `None` if it lives in memory: it has
    /// too many, or an array that is indexed.
    pub scalars: Option<Vec<(Type, u32)>>,
    /// Length in bytes of the prefix that may hold pointers.
    pub ptr_bytes: u64,
}

impl Layout {
    fn scalar(ty: Type) -> Self {
        let size = u64::from(ty.bytes());
        Self {
            size,
            align: size,
            offsets: Vec::new(),
            scalars: Some(vec![(ty, 0)]),
            ptr_bytes: if ty == Type::Ptr { 8 } else { 0 },
        }
    }

    fn scalars(list: &[Type], ptr_bytes: u64) -> Self {
        let width = list[0].bytes();
        Self {
            size: u64::from(width) * list.len() as u64,
            align: u64::from(width),
            offsets: Vec::new(),
            scalars: Some(
                list.iter()
                    .enumerate()
                    .map(|(i, &t)| (t, i as u32 * width))
                    .collect(),
            ),
            ptr_bytes,
        }
    }

    /// Whether values are held as scalars.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        self.scalars.is_some()
    }
}

/// `n` rounded up to a multiple of `align`.
#[must_use]
pub fn round_up(n: u64, align: u64) -> u64 {
    n.div_ceil(align.max(1)).saturating_mul(align.max(1))
}

impl Types<'_> {
    /// The layout of a type.
    #[must_use]
    pub fn layout(&self, ty: Ty) -> Rc<Layout> {
        if let Some(layout) = self.cached_layout(ty) {
            return layout;
        }
        let layout = Rc::new(self.new_layout(ty));
        self.cache_layout(ty, layout.clone());
        layout
    }

    fn new_layout(&self, ty: Ty) -> Layout {
        use BasicKind as B;
        match self.under_kind(ty) {
            Kind::Basic(kind) => match kind {
                B::Bool | B::Int8 | B::Uint8 => Layout::scalar(Type::I8),
                B::Int16 | B::Uint16 => Layout::scalar(Type::I16),
                B::Int32 | B::Uint32 => Layout::scalar(Type::I32),
                B::Float32 => Layout::scalar(Type::F32),
                B::Float64 => Layout::scalar(Type::F64),
                B::Complex64 => Layout::scalars(&[Type::F32, Type::F32], 0),
                B::Complex128 => Layout::scalars(&[Type::F64, Type::F64], 0),
                B::String => Layout {
                    scalars: Some(vec![(Type::Ptr, 0), (Type::I64, 8)]),
                    ..Layout::scalars(&[Type::Ptr, Type::I64], 8)
                },
                B::UnsafePointer | B::UntypedNil => Layout::scalar(Type::Ptr),
                _ => Layout::scalar(Type::I64),
            },
            Kind::Pointer(_) | Kind::Map(..) | Kind::Chan(..) | Kind::Func(_) => {
                Layout::scalar(Type::Ptr)
            }
            Kind::Slice(_) => Layout::scalars(&[Type::Ptr, Type::I64, Type::I64], 8),
            Kind::Interface(_) => Layout::scalars(&[Type::Ptr, Type::Ptr], 16),
            Kind::Array(len, elem) => self.array_layout(len, elem),
            Kind::Struct(fields) => {
                let list: Vec<Ty> = fields.iter().map(|f| f.ty).collect();
                self.struct_layout(&list)
            }
            Kind::Tuple(list) => self.struct_layout(&list),
            Kind::Named(_) => Layout::scalar(Type::I64),
        }
    }

    fn array_layout(&self, len: u64, elem: Ty) -> Layout {
        let e = self.layout(elem);
        let size = e.size.saturating_mul(len);
        let scalars = match len {
            0 => Some(Vec::new()),
            1 => e.scalars.clone(),
            _ if e.size == 0 => Some(Vec::new()),
            _ => None,
        };
        let ptr_bytes = if len == 0 || e.ptr_bytes == 0 {
            0
        } else {
            size - e.size + e.ptr_bytes
        };
        Layout {
            size,
            align: e.align,
            offsets: Vec::new(),
            scalars,
            ptr_bytes,
        }
    }

    fn struct_layout(&self, fields: &[Ty]) -> Layout {
        let mut out = Layout {
            align: 1,
            scalars: Some(Vec::new()),
            ..Layout::default()
        };
        let mut last = 0;
        for &f in fields {
            let l = self.layout(f);
            let at = round_up(out.size, l.align);
            out.align = out.align.max(l.align);
            out.offsets.push(at);
            if l.ptr_bytes > 0 {
                out.ptr_bytes = at + l.ptr_bytes;
            }
            out.size = at.saturating_add(l.size);
            last = l.size;
            match (&mut out.scalars, &l.scalars) {
                (Some(list), Some(more)) if list.len() + more.len() <= MAX_SCALARS => {
                    list.extend(more.iter().map(|&(t, o)| (t, at as u32 + o)));
                }
                (scalars, _) => *scalars = None,
            }
        }
        if out.size > 0 && last == 0 && !fields.is_empty() {
            out.size += 1;
        }
        out.size = round_up(out.size, out.align);
        out
    }

    /// Size in bytes.
    #[must_use]
    pub fn size(&self, ty: Ty) -> u64 {
        self.layout(ty).size
    }

    /// Whether values may hold pointers.
    #[must_use]
    pub fn has_pointers(&self, ty: Ty) -> bool {
        self.layout(ty).ptr_bytes > 0
    }

    /// Whether values are held as scalars.
    #[must_use]
    pub fn is_scalar(&self, ty: Ty) -> bool {
        self.layout(ty).is_scalar()
    }

    /// The scalar types of a value held as scalars.
    #[must_use]
    pub fn scalars(&self, ty: Ty) -> Vec<Type> {
        match &self.layout(ty).scalars {
            Some(list) => list.iter().map(|s| s.0).collect(),
            None => Vec::new(),
        }
    }

    /// Whether an interface's data word is the value itself.
    #[must_use]
    pub fn is_direct(&self, ty: Ty) -> bool {
        let layout = self.layout(ty);
        layout.size == 8 && layout.ptr_bytes == 8 && !self.is_interface(ty)
    }

    /// Which scalars of a struct value belong to field `index`.
    #[must_use]
    pub fn field_scalars(&self, ty: Ty, index: usize) -> std::ops::Range<usize> {
        let Some(fields) = self.as_struct(ty) else {
            return 0..0;
        };
        let count = |t: Ty| self.layout(t).scalars.as_ref().map_or(0, Vec::len);
        let start = fields[..index].iter().map(|f| count(f.ty)).sum();
        start..start + count(fields[index].ty)
    }

    /// The words of the pointer prefix: whether each holds a pointer.
    #[must_use]
    pub fn pointer_mask(&self, ty: Ty) -> Vec<bool> {
        let mut mask = vec![false; (self.layout(ty).ptr_bytes / 8) as usize];
        self.mark_pointers(ty, 0, &mut mask);
        mask
    }

    fn mark_pointers(&self, ty: Ty, at: u64, mask: &mut [bool]) {
        let layout = self.layout(ty);
        if layout.ptr_bytes == 0 {
            return;
        }
        if let Some(scalars) = &layout.scalars {
            for &(t, o) in scalars {
                if t == Type::Ptr {
                    mask[(at as usize + o as usize) / 8] = true;
                }
            }
            return;
        }
        match self.under_kind(ty) {
            Kind::Array(len, elem) => {
                let size = self.size(elem);
                for i in 0..len {
                    self.mark_pointers(elem, at + i * size, mask);
                }
            }
            Kind::Struct(fields) => {
                for (f, &o) in fields.iter().zip(&layout.offsets) {
                    self.mark_pointers(f.ty, at + o, mask);
                }
            }
            _ => {}
        }
    }
}
