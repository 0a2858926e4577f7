//! Sizes and alignments as the official compiler lays types out.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use crate::types::{BasicKind, Type};
use rustc_hash::FxHashMap;

impl Checker<'_> {
    /// Size in bytes; negative if too large.
    pub(crate) fn size_of(&self, t: TypeId) -> i64 {
        Layouts::new(self).layout(t).size
    }

    /// Alignment in bytes, at least 1.
    pub(crate) fn align_of(&self, t: TypeId) -> i64 {
        Layouts::new(self).layout(t).align
    }

    /// Offset of the field found by `index` in struct type `t`, through embedded structs without
    /// pointers.
    pub(crate) fn offset_of(&self, mut t: TypeId, index: &[u32]) -> i64 {
        let mut layouts = Layouts::new(self);
        let mut sum: i64 = 0;
        for &i in index {
            let Type::Struct(s) = self.ty(self.under(t)) else {
                return -1;
            };
            let fields = s.fields();
            let Some(&offset) = layouts.fields(fields).offsets.get(i as usize) else {
                return -1;
            };
            sum = match sum.checked_add(offset) {
                Some(sum) if offset >= 0 => sum,
                _ => return -1,
            };
            t = self.obj(fields[i as usize]).ty.get().unwrap_or(t);
        }
        sum
    }

    /// Whether `t` is `align64` of `sync/atomic` or `internal/runtime/atomic`: structs that hold
    /// one are aligned to 8 bytes.
    fn is_atomic_align64(&self, t: TypeId) -> bool {
        let Some(named) = self.as_named(t) else {
            return false;
        };
        let Type::Named(named) = self.ty(named) else {
            return false;
        };
        let Some(obj) = named.obj.get().map(|obj| self.obj(obj)) else {
            return false;
        };
        obj.name == "align64"
            && obj.pkg.is_some_and(|pkg| {
                matches!(
                    self.pkg_path(pkg).as_str(),
                    "sync/atomic" | "internal/runtime/atomic"
                )
            })
    }
}

/// Size (negative if too large) and alignment.
#[derive(Clone, Copy)]
struct Layout {
    size: i64,
    align: i64,
}

struct FieldLayouts {
    offsets: Vec<i64>,
    /// Where the last field ends.
    end: i64,
    /// Size of the last field.
    last: i64,
    align: i64,
}

/// Layouts of the types that one question leads to. They are not kept beyond it, as types may
/// not be complete yet.
struct Layouts<'c, 'a> {
    checker: &'c Checker<'a>,
    word: i64,
    known: FxHashMap<TypeId, Layout>,
}

impl<'c, 'a> Layouts<'c, 'a> {
    fn new(checker: &'c Checker<'a>) -> Self {
        Self {
            checker,
            word: i64::from(checker.config.pointer_size),
            known: FxHashMap::default(),
        }
    }

    fn layout(&mut self, t: TypeId) -> Layout {
        let checker = self.checker;
        let under = checker.under(t);
        if let Some(&known) = self.known.get(&under) {
            return known;
        }
        let word = self.word;
        let words = |n: i64| Layout {
            size: n * word,
            align: word,
        };
        match checker.ty(under) {
            Type::Basic(basic) => self.basic(basic.kind),
            Type::Slice { .. } => words(3),
            Type::Interface(_) => words(2),
            Type::Array { len, elem } => {
                let elem = elem.get().map_or(words(1), |elem| self.layout(elem));
                let size = match len.get() {
                    len if len <= 0 => 0,
                    _ if elem.size < 0 => -1,
                    len => elem.size.checked_mul(len).unwrap_or(-1),
                };
                let layout = Layout { size, ..elem };
                self.known.insert(under, layout);
                layout
            }
            Type::Struct(s) if s.fields().is_empty() => Layout {
                size: 0,
                align: if checker.is_atomic_align64(t) { 8 } else { 1 },
            },
            Type::Struct(s) => {
                let fields = self.fields(s.fields());
                let mut end = fields.end;
                // A pointer to an empty field at the end must not point behind the struct.
                if fields.last == 0 && end > 0 {
                    end += 1;
                }
                let size = if end < 0 {
                    -1
                } else {
                    align(end, fields.align)
                };
                let layout = Layout {
                    size,
                    align: fields.align,
                };
                self.known.insert(under, layout);
                layout
            }
            _ => words(1),
        }
    }

    fn basic(&self, kind: BasicKind) -> Layout {
        let word = self.word;
        let size = match kind {
            BasicKind::Bool | BasicKind::Int8 | BasicKind::Uint8 => 1,
            BasicKind::Int16 | BasicKind::Uint16 => 2,
            BasicKind::Int32 | BasicKind::Uint32 | BasicKind::Float32 => 4,
            BasicKind::Int64 | BasicKind::Uint64 | BasicKind::Float64 | BasicKind::Complex64 => 8,
            BasicKind::Complex128 => 16,
            BasicKind::String => 2 * word,
            _ => word,
        };
        let align = match kind {
            // Aligned like their parts.
            BasicKind::Complex64 => 4,
            _ => size.min(word),
        };
        Layout { size, align }
    }

    fn fields(&mut self, fields: &[ObjId]) -> FieldLayouts {
        let mut all = FieldLayouts {
            offsets: Vec::with_capacity(fields.len()),
            end: 0,
            last: -1,
            align: 1,
        };
        for &f in fields {
            let t = self.checker.obj(f).ty.get();
            let field = self.layout(t.unwrap_or(TypeId::INVALID));
            all.align = all.align.max(field.align);
            all.last = field.size;
            let offset = if all.end < 0 {
                -1
            } else {
                align(all.end, field.align)
            };
            all.offsets.push(offset);
            all.end = if offset < 0 || field.size < 0 {
                -1
            } else {
                offset.checked_add(field.size).unwrap_or(-1)
            };
        }
        all
    }
}

/// The smallest multiple of `to` (a power of two) that is not below `x`; negative if there is
/// none.
fn align(x: i64, to: i64) -> i64 {
    x.checked_add(to - 1).map_or(-1, |x| x & !(to - 1))
}

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn alignment_rounds_up_and_knows_its_limit() {
        assert_eq!([align(0, 8), align(1, 8), align(8, 8)], [0, 8, 8]);
        assert_eq!(align(i64::MAX - 2, 8), -1);
    }
}
