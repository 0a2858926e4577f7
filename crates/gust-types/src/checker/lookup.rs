//! Finding fields and methods (spec: Selectors).

use super::Checker;
use super::relations::MemberTable;
use crate::ids::{ObjId, PkgId, TypeId};
use crate::types::Type;
use gust_syntax::Symbol;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

/// A path through fields.
pub(crate) type IndexPath = SmallVec<[u32; 4]>;

/// What a lookup found.
#[derive(Clone, Debug, Default)]
pub(crate) struct LookupResult {
    /// The field or method.
    pub obj: Option<ObjId>,
    /// The path to it; not empty without `obj` when the selector is ambiguous.
    pub index: IndexPath,
    /// Whether a pointer was followed.
    pub indirect: bool,
}

/// Lists of fields and methods longer than this are searched by table.
const LINEAR_MAX: usize = 12;

/// A type whose fields and methods are at the depth being searched.
struct Embedded {
    ty: TypeId,
    path: IndexPath,
    /// Whether a pointer was followed on the way.
    indirect: bool,
    /// Whether the type occurs more than once at this depth.
    multiple: bool,
}

/// Named types that were searched already, identity of instances included.
#[derive(Default)]
struct SeenTypes {
    /// Declared types: equal if their handles are.
    declared: SmallVec<[TypeId; 4]>,
    many: FxHashSet<TypeId>,
    instances: FxHashMap<TypeId, SmallVec<[TypeId; 1]>>,
}

impl SeenTypes {
    /// Adds a type; false if it is there.
    fn insert(&mut self, check: &Checker<'_>, named: TypeId) -> bool {
        let origin = check.origin(named);
        if origin != named {
            let same = self.instances.entry(origin).or_default();
            let known = same.iter().any(|&t| check.identical(t, named));
            if !known {
                same.push(named);
            }
            return !known;
        }
        if self.declared.len() < LINEAR_MAX {
            let known = self.declared.contains(&named);
            if !known {
                self.declared.push(named);
            }
            return !known;
        }
        !self.declared.contains(&named) && self.many.insert(named)
    }
}

impl Checker<'_> {
    /// Looks `name` up in `t` as a selector would. `obj` is none if there is none, or if `index`
    /// is not empty: ambiguous; or if `indirect`: pointer receiver method not in the method set.
    ///
    /// A method that is found may not have its signature yet: see `obj_decl`.
    pub(crate) fn lookup_field_or_method(
        &self,
        t: TypeId,
        addressable: bool,
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> LookupResult {
        // A defined pointer type has the fields of what it points to, but not its methods.
        if let Type::Named(_) = self.ty(self.unalias(t)) {
            let u = self.under(t);
            if let Type::Pointer { .. } = self.ty(u) {
                let found = self.lookup_member(u, false, pkg, name, fold_case);
                if found.obj.is_some_and(|o| self.obj(o).as_func().is_some()) {
                    return LookupResult::default();
                }
                return found;
            }
        }
        self.lookup_member(t, addressable, pkg, name, fold_case)
    }

    /// The same without regard to defined pointer types.
    pub(super) fn lookup_member(
        &self,
        t: TypeId,
        addressable: bool,
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> LookupResult {
        let mut found = LookupResult::default();
        if name.is_blank() {
            return found;
        }
        // Underlying types stay out of this: a defined pointer type has no methods.
        let (base, is_ptr) = self.deref(t);
        if is_ptr && self.is_interface(base) {
            return found;
        }
        let mut current: SmallVec<[Embedded; 1]> = smallvec![Embedded {
            ty: base,
            path: IndexPath::new(),
            indirect: is_ptr,
            multiple: false,
        }];
        let mut seen = SeenTypes::default();
        while !current.is_empty() {
            let mut next: SmallVec<[Embedded; 1]> = SmallVec::new();
            for e in &current {
                let mut matched = |i: usize, obj: ObjId| {
                    found.index.clone_from(&e.path);
                    found.index.push(i as u32);
                    let first = found.obj.is_none() && !e.multiple;
                    found.obj = first.then_some(obj);
                    found.indirect = first && e.indirect;
                    first
                };
                if let Some(named) = self.as_named(e.ty) {
                    // The type at the lesser depth hides this one.
                    if !seen.insert(self, named) {
                        continue;
                    }
                    if let Some((i, m)) = self.named_lookup_method(named, pkg, name, fold_case) {
                        if !matched(i, m) {
                            return found;
                        }
                        continue;
                    }
                }
                let u = self.under(e.ty);
                match self.ty(u) {
                    Type::Struct(s) => {
                        let fields = s.fields();
                        if let Some((i, f)) = self.find_member(u, fields, pkg, name, fold_case) {
                            // Only case folding can match several fields of a struct.
                            let again = |&o: &ObjId| self.obj(o).same_id(pkg, name, true);
                            if !matched(i, f)
                                || fold_case && fields[i + 1..].iter().any(again) && !matched(i, f)
                            {
                                return found;
                            }
                            continue;
                        }
                        if found.obj.is_none() {
                            self.add_embedded(fields, e, &mut next);
                        }
                    }
                    Type::Interface(_) => {
                        let set = self.type_set(u);
                        if let Some((i, m)) =
                            self.find_member(u, &set.methods, pkg, name, fold_case)
                            && !matched(i, m)
                        {
                            return found;
                        }
                    }
                    _ => {}
                }
            }
            if let Some(obj) = found.obj {
                if self.obj(obj).as_func().is_some()
                    && !found.indirect
                    && !addressable
                    && self.has_ptr_recv(obj)
                {
                    return LookupResult {
                        obj: None,
                        index: IndexPath::new(),
                        indirect: true,
                    };
                }
                return found;
            }
            self.join_multiples(&mut next);
            current = next;
        }
        found
    }

    /// Adds the types embedded in a struct that can have fields or methods.
    fn add_embedded(&self, fields: &[ObjId], e: &Embedded, next: &mut SmallVec<[Embedded; 1]>) {
        for (i, &f) in fields.iter().enumerate() {
            let obj = self.obj(f);
            if !obj.as_var().is_some_and(|v| v.embedded) {
                continue;
            }
            let (ty, is_ptr) = self.deref(self.cell_type(&obj.ty));
            let mut path = e.path.clone();
            path.push(i as u32);
            next.push(Embedded {
                ty,
                path,
                indirect: e.indirect || is_ptr,
                multiple: e.multiple,
            });
        }
    }

    /// Leaves one entry of each type, marked if there were several.
    fn join_multiples(&self, list: &mut SmallVec<[Embedded; 1]>) {
        if list.len() <= 1 {
            return;
        }
        let mut first: FxHashMap<u64, SmallVec<[usize; 1]>> = FxHashMap::default();
        let mut kept: SmallVec<[Embedded; 1]> = SmallVec::with_capacity(list.len());
        for e in list.drain(..) {
            let same_hash = first.entry(self.type_hash(e.ty)).or_default();
            let known = same_hash
                .iter()
                .copied()
                .find(|&i| self.identical(kept[i].ty, e.ty));
            match known {
                Some(i) => kept[i].multiple = true,
                None => {
                    same_hash.push(kept.len());
                    kept.push(e);
                }
            }
        }
        *list = kept;
    }

    /// The first of `list` that is called `name`, with its index. `owner` is the type that has
    /// the list, which is complete.
    pub(super) fn find_member(
        &self,
        owner: TypeId,
        list: &[ObjId],
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> Option<(usize, ObjId)> {
        if list.len() > LINEAR_MAX && !fold_case {
            let table = self.member_table(owner, list);
            let candidates = table.get(&name)?;
            return candidates
                .iter()
                .map(|&i| (i as usize, list[i as usize]))
                .find(|&(_, o)| self.obj(o).same_id(pkg, name, false));
        }
        let same = |&(_, &o): &(usize, &ObjId)| {
            let obj = self.obj(o);
            if fold_case {
                obj.same_id(pkg, name, true)
            } else {
                obj.name == name && (obj.pkg == pkg || obj.is_exported())
            }
        };
        list.iter().enumerate().find(same).map(|(i, &o)| (i, o))
    }

    fn member_table(&self, owner: TypeId, list: &[ObjId]) -> &MemberTable {
        if let Some(table) = self.relations.members.get(&owner) {
            return table;
        }
        let mut table = MemberTable::default();
        for (i, &o) in list.iter().enumerate() {
            table.entry(self.obj(o).name).or_default().push(i as u32);
        }
        self.relations.members.insert(owner, Box::new(table))
    }

    /// Whether `t` has, at any depth, embedded fields of invalid type.
    pub(crate) fn has_invalid_embedded_fields(&self, t: TypeId) -> bool {
        let mut seen = FxHashSet::default();
        let mut todo = vec![t];
        while let Some(t) = todo.pop() {
            let u = self.under(self.deref_struct_ptr(t));
            let Type::Struct(s) = self.ty(u) else {
                continue;
            };
            if !seen.insert(u) {
                continue;
            }
            for &f in s.fields() {
                let obj = self.obj(f);
                if obj.as_var().is_some_and(|v| v.embedded) {
                    let t = self.cell_type(&obj.ty);
                    if !self.is_valid(t) {
                        return true;
                    }
                    todo.push(t);
                }
            }
        }
        false
    }

    /// The struct that `t` is or points to, else `t`.
    pub(crate) fn deref_struct_ptr(&self, t: TypeId) -> TypeId {
        if let Type::Pointer { base } = self.ty(self.under(t)) {
            let base = self.cell_type(base);
            if let Type::Struct(_) = self.ty(self.under(base)) {
                return base;
            }
        }
        t
    }

    /// Index of a field in a struct's fields.
    pub(crate) fn field_index(
        &self,
        fields: &[ObjId],
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> Option<usize> {
        self.method_index(fields, pkg, name, fold_case).map(|f| f.0)
    }

    /// Index of the field that `name` stands for in a literal of type `t`, whose fields are
    /// `fields`.
    pub(super) fn struct_field(&self, t: TypeId, fields: &[ObjId], name: Symbol) -> Option<usize> {
        let owner = self.under(t);
        match self.ty(owner) {
            Type::Struct(s) if std::ptr::eq(s.fields(), fields) && !name.is_blank() => {
                let found = self.find_member(owner, fields, Some(self.id), name, false);
                found.map(|f| f.0)
            }
            _ => self.field_index(fields, Some(self.id), name, false),
        }
    }

    /// Index and object of a method in a list of methods.
    pub(crate) fn method_index(
        &self,
        methods: &[ObjId],
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> Option<(usize, ObjId)> {
        if name.is_blank() {
            return None;
        }
        let same = |&(_, &o): &(usize, &ObjId)| self.obj(o).same_id(pkg, name, fold_case);
        methods.iter().enumerate().find(same).map(|(i, &o)| (i, o))
    }
}
