//! Places: what can be assigned to, and what has an address (spec: Address operators, Assignment statements).

use crate::func::{FuncLower, Place, heap};
use crate::types::{Kind, Ty};
use gust_ir::{BoundsKind, InstData, Value};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_types::info::SelectionKind;

impl FuncLower<'_, '_> {
    /// Whether an expression denotes memory or variables, of which parts can be taken: not a value, not a map element.
    pub(crate) fn is_place(&self, e: ExprId) -> bool {
        let ast = self.ast();
        match ast[e].kind {
            ExprKind::Paren { x, .. } => self.is_place(x),
            ExprKind::Name(_) => true,
            ExprKind::Star { .. } => true,
            ExprKind::Selector { x, .. } => match self.info().selections.get(&e) {
                None => true,
                Some(s) if s.kind != SelectionKind::FieldVal => false,
                Some(s) => {
                    let ty = self.ty(x);
                    self.cx.types.as_pointer(ty).is_some()
                        || self.is_place(x)
                        || self.pointer_on_path(ty, &s.index).is_some()
                }
            },
            ExprKind::Index { x, .. } => match self.cx.types.under_kind(self.ty(x)) {
                Kind::Slice(_) | Kind::Pointer(_) => true,
                Kind::Array(..) => self.is_place(x),
                _ => false,
            },
            _ => false,
        }
    }

    /// How many fields of a path lead to an embedded pointer that the path follows.
    fn pointer_on_path(&self, mut ty: Ty, path: &[u32]) -> Option<usize> {
        for (i, &index) in path.iter().enumerate() {
            if self.cx.types.as_pointer(ty).is_some() {
                return Some(i);
            }
            ty = self.cx.types.as_struct(ty)?.get(index as usize)?.ty;
        }
        None
    }

    /// The place an expression denotes, if it denotes one. Emits nothing if it does not.
    pub(crate) fn place(&mut self, e: ExprId) -> Option<Place> {
        let ast = self.ast();
        match ast[e].kind {
            ExprKind::Paren { x, .. } => self.place(x),
            ExprKind::Name(n) if n.is_blank() => Some(Place::Blank),
            ExprKind::Name(_) => {
                let obj = self.obj_of(e)?;
                self.object_place(obj)
            }
            ExprKind::Star { x } => {
                let p = self.scalar(x);
                Some(heap(p))
            }
            ExprKind::Selector { x, sel, .. } => {
                self.at(ast[sel].pos);
                let Some(s) = self.info().selections.get(&e) else {
                    let obj = self.obj_of(sel)?;
                    return self.object_place(obj);
                };
                if s.kind != SelectionKind::FieldVal {
                    return None;
                }
                let mut ty = self.ty(x);
                let mut path = &s.index[..];
                let mut place = match self.cx.types.as_pointer(ty) {
                    Some(base) => {
                        ty = base;
                        heap(self.scalar(x))
                    }
                    None if self.is_place(x) => self.place(x)?,
                    None => {
                        // A value: the place is behind an embedded pointer, if there is one.
                        let n = self.pointer_on_path(ty, path)?;
                        let mut val = self.expr(x);
                        for &i in &path[..n] {
                            val = self.field_of(ty, i as usize, &val);
                            ty = self.cx.types.as_struct(ty)?[i as usize].ty;
                        }
                        path = &path[n..];
                        ty = self.cx.types.as_pointer(ty)?;
                        heap(self.first(&val))
                    }
                };
                for (i, &index) in path.iter().enumerate() {
                    if i > 0
                        && let Some(base) = self.cx.types.as_pointer(ty)
                    {
                        let p = self.load(&place, ty);
                        place = heap(self.first(&p));
                        ty = base;
                    }
                    (place, ty) = self.field_place(&place, ty, index as usize)?;
                }
                Some(place)
            }
            ExprKind::Index {
                x, indices, lbrack, ..
            } => {
                self.at(lbrack);
                let index = ast[indices][0];
                let ty = self.ty(x);
                match self.cx.types.under_kind(ty) {
                    Kind::Slice(elem) => {
                        let s = self.expr(x);
                        let i = self.index_value(index);
                        let (p, len) = (s.parts()[0], s.parts()[1]);
                        let unsigned = self.is_unsigned_word(index);
                        self.bounds(BoundsKind::Index, unsigned, i, len);
                        let addr = self.element_addr(p, elem, i);
                        // A slice with elements has memory.
                        self.element_is_there(addr, p);
                        Some(heap(addr))
                    }
                    Kind::Map(key_ty, _) => {
                        let map = self.scalar(x);
                        let key = self.expr_to(index, key_ty);
                        let key = self.fresh(key_ty, key);
                        Some(Place::MapElem { ty, map, key })
                    }
                    Kind::Pointer(base) => {
                        let Kind::Array(len, elem) = self.cx.types.under_kind(base) else {
                            return None;
                        };
                        let p = self.scalar(x);
                        self.check_not_nil(p);
                        let i = self.index_value(index);
                        let unsigned = self.is_unsigned_word(index);
                        Some(self.element_place(&heap(p), len, elem, i, unsigned))
                    }
                    Kind::Array(len, elem) => {
                        if !self.is_place(x) {
                            return None;
                        }
                        let place = self.place(x)?;
                        self.check_place(&place);
                        let i = self.index_value(index);
                        let unsigned = self.is_unsigned_word(index);
                        Some(self.element_place(&place, len, elem, i, unsigned))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Faults if a place is in memory that is not there: an address computed from nil need not fault.
    pub(crate) fn check_place(&mut self, place: &Place) {
        if let Place::Mem {
            addr, stack: false, ..
        } = place
        {
            self.check_not_nil(*addr);
        }
    }

    /// Faults if a pointer is nil.
    pub(crate) fn check_not_nil(&mut self, x: Value) {
        if !self.not_nil.contains(&x) {
            self.b.inst(InstData::NilCheck { x }, &[]);
        }
    }

    /// Notes that an element's address is not nil. The first one may be that of the array, which is used elsewhere, too,
    /// where nothing has been checked.
    pub(crate) fn element_is_there(&mut self, addr: Value, array: Value) {
        if addr != array {
            self.not_nil.insert(addr);
        }
    }

    /// An element of an array whose memory is there.
    pub(crate) fn element_place(
        &mut self,
        place: &Place,
        len: u64,
        elem: Ty,
        i: Value,
        unsigned: bool,
    ) -> Place {
        let len_is_zero = len == 0;
        let len = self.b.int(len as i64);
        self.bounds(BoundsKind::Index, unsigned, i, len);
        match place {
            Place::Mem {
                addr,
                offset,
                stack,
            } => {
                let base = self.b.offset(*addr, *offset);
                let addr = self.element_addr(base, elem, i);
                self.element_is_there(addr, base);
                Place::Mem {
                    addr,
                    offset: 0,
                    stack: *stack,
                }
            }
            // Never reached: no index is within bounds.
            Place::Vars(_) if self.cx.types.size(elem) > 0 && len_is_zero => heap(self.b.nil()),
            p => p.clone(),
        }
    }

    /// A field of a struct place.
    pub(crate) fn field_place(
        &mut self,
        place: &Place,
        ty: Ty,
        index: usize,
    ) -> Option<(Place, Ty)> {
        let fields = self.cx.types.as_struct(ty)?;
        let field = fields.get(index)?.ty;
        let place = match place {
            Place::Vars(vars) => {
                let range = self.cx.types.field_scalars(ty, index);
                Place::Vars(vars[range].into())
            }
            Place::Mem {
                addr,
                offset,
                stack,
            } => Place::Mem {
                addr: *addr,
                offset: offset + self.cx.types.layout(ty).offsets[index] as i64,
                stack: *stack,
            },
            p => p.clone(),
        };
        Some((place, field))
    }

    /// The address of an addressable expression.
    pub(crate) fn address(&mut self, e: ExprId) -> Value {
        let ast = self.ast();
        let inner = ast.unparen(e);
        if let ExprKind::CompositeLit { .. } = ast[inner].kind {
            let ty = self.ty(inner);
            return self.composite_on_heap(inner, ty);
        }
        match self.place(e) {
            Some(place) => self.place_addr(&place),
            None => {
                // A value without place: new(expr)-like uses keep a copy.
                let ty = self.ty(e);
                let val = self.expr(e);
                let addr = self.new_object(ty);
                self.store(&heap(addr), ty, &val);
                addr
            }
        }
    }

    pub(crate) fn place_addr(&mut self, place: &Place) -> Value {
        match place {
            Place::Mem {
                addr,
                offset,
                stack,
            } => {
                if !stack {
                    self.check_not_nil(*addr);
                }
                self.b.offset(*addr, *offset)
            }
            _ => {
                self.unsupported("the address of this operand");
                self.b.nil()
            }
        }
    }
}
