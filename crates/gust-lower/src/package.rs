//! A package as a whole: its functions, variables, initialisation, descriptors, and what these turn out to need.

use crate::body::{declared, start};
use crate::data::Data;
use crate::facts;
use crate::func::FuncLower;
use crate::intrinsics;
use crate::module::{Cx, FuncInst, Work};
use crate::program::{EmbedFile, PackageSource};
use crate::statics::MAX_STATIC;
use crate::types::{Kind, NamedTy};
use gust_ir::{CallTarget, DataItem, Global, Linkage, Section, Signature};
use gust_syntax::ast::{DeclId, DeclKind, ExprId};
use gust_types::object::{ObjKind, VarKind};
use gust_types::types::{BasicKind, Type as Checked};
use gust_types::{ObjId, TypeId};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Lowers a package into `cx`; gives the symbol of its initialisation if there is anything to do.
pub(crate) fn package(cx: &mut Cx<'_>) -> Option<String> {
    let src = cx.program.source(cx.pkg)?;
    let init = functions(cx, src);
    variables(cx, src);
    own_descriptors(cx, src);
    while let Some(work) = cx.next_work() {
        perform(cx, work);
    }
    init
}

fn perform(cx: &mut Cx<'_>, work: Work) {
    match work {
        Work::Instance(inst) => instance(cx, &inst),
        Work::Descriptor(ty) => cx.emit_descriptor(ty),
        Work::Equal(ty) => cx.emit_equal(ty),
        Work::Hash(ty) => cx.emit_hash(ty),
        Work::Method(ty, found) => cx.emit_method(ty, &found),
        Work::WordMethod(ty, found) => cx.emit_word_method(ty, &found),
        Work::InterfaceMethod(ty, index) => cx.emit_interface_method(ty, index),
        Work::BoundMethod(ty, found) => cx.emit_bound_method(ty, &found),
        Work::Adapter(name, sig) => cx.emit_adapter(&name, &sig),
    }
}

fn instance(cx: &mut Cx<'_>, inst: &FuncInst) {
    let obj = cx.types.world.obj(inst.obj);
    let Some(src) = obj.pkg.and_then(|p| cx.program.source(p)) else {
        return;
    };
    let name = cx.func_name(inst);
    let decl = obj.as_func().and_then(|f| f.decl.get().copied());
    match decl {
        Some(decl) if has_body(src, decl) => {
            declared(cx, src, Some(inst), decl, &name, Linkage::LinkOnce)
        }
        _ => {}
    }
}

fn has_body(src: &PackageSource, decl: DeclId) -> bool {
    matches!(src.ast[decl].kind, DeclKind::Func { body: Some(_), .. })
}

fn is_generic(cx: &Cx<'_>, obj: ObjId) -> bool {
    match cx
        .types
        .world
        .obj(obj)
        .ty
        .get()
        .map(|t| cx.types.world.ty(t))
    {
        Some(Checked::Signature(s)) => {
            !s.type_params().is_empty() || !s.recv_type_params().is_empty()
        }
        _ => false,
    }
}

fn functions<'p>(cx: &mut Cx<'p>, src: &'p PackageSource) -> Option<String> {
    let ast = &src.ast;
    let prefix = cx.types.pkg_prefix(cx.pkg);
    let mut inits = 0;
    for file in &ast.files {
        for &d in &ast[file.decls] {
            let DeclKind::Func {
                recv, name, body, ..
            } = ast[d].kind
            else {
                continue;
            };
            let Some(symbol) = ast.name(name) else {
                continue;
            };
            if recv.is_none() && symbol == "init" && body.is_some() {
                let name = format!("{prefix}.init.{inits}");
                inits += 1;
                declared(cx, src, None, d, &name, Linkage::Export);
                continue;
            }
            let Some(obj) = src.info.objects.get(name.index()).copied().flatten() else {
                continue;
            };
            if symbol.is_blank() || is_generic(cx, obj) {
                continue;
            }
            let inst = FuncInst {
                obj,
                args: Vec::new(),
            };
            let path = src.package.path;
            let (f, _) = cx.inst_type(&inst);
            let full = cx.func_name(&inst);
            if recv.is_none() && intrinsics::is_known(path.as_str(), symbol.as_str(), &f) {
                let all = f.params.clone();
                let sig = cx.signature_of(&[], &all, &f.results);
                let env = cx.types.no_env();
                let mut l = start(
                    cx,
                    src,
                    env,
                    &full,
                    sig,
                    Rc::default(),
                    None,
                    // Another package may define it, or have it under a name of its own.
                    Linkage::Weak,
                );
                l.at(ast[d].pos);
                let params = l.b.params();
                match l.intrinsic(path.as_str(), symbol.as_str(), &f, &params) {
                    Some(r) => l.b.ret(&r),
                    None => l.unsupported("this intrinsic function"),
                }
                let func = l.b.finish();
                cx.add_function(func);
                continue;
            }
            if body.is_some() {
                declared(cx, src, Some(&inst), d, &full, Linkage::Export);
            }
        }
    }
    init_function(cx, src, inits)
}

/// What initialises the package: `pkg.init` gives variables their values in dependency order, then come the `init`
/// functions. If these are several, a function that does not show up in traces calls them all. None if there is nothing.
fn init_function<'p>(cx: &mut Cx<'p>, src: &'p PackageSource, inits: u32) -> Option<String> {
    let prefix = cx.types.pkg_prefix(cx.pkg);
    let init = format!("{prefix}.init");
    let env = cx.types.no_env();
    let mut l = start(
        cx,
        src,
        env,
        &init,
        Signature::default(),
        Rc::default(),
        None,
        Linkage::Export,
    );
    let mut needed = false;
    for init in &src.info.init_order {
        let facts = facts::analyse_expr(&l.cx.types, &src.ast, &src.info, &l.env, init.rhs);
        l.facts = Rc::new(facts);
        l.vars.clear();
        l.at(src.ast[init.rhs].pos);
        needed |= initialise(&mut l, &init.lhs, init.rhs);
    }
    l.b.ret(&[]);
    let func = l.b.finish();
    let mut steps = Vec::new();
    if needed {
        cx.add_function(func);
        steps.push(init);
    }
    steps.extend((0..inits).map(|i| format!("{prefix}.init.{i}")));
    if steps.len() < 2 {
        return steps.pop();
    }
    let all = format!("{prefix}..inittask");
    let env = cx.types.no_env();
    let sig = Signature::default();
    let mut l = start(
        cx,
        src,
        env,
        &all,
        sig,
        Rc::default(),
        None,
        Linkage::Export,
    );
    l.b.func.attrs.wrapper = true;
    for step in steps {
        let symbol = l.cx.symbol(&step);
        l.b.call(CallTarget::Direct(symbol), Vec::new(), &[], &[]);
    }
    l.b.ret(&[]);
    let func = l.b.finish();
    cx.add_function(func);
    Some(all)
}

/// Gives variables their values; whether that takes code.
fn initialise(l: &mut FuncLower<'_, '_>, lhs: &[ObjId], rhs: ExprId) -> bool {
    if let &[var] = lhs {
        let ty = l.obj_ty(var);
        let blank = l.cx.types.world.obj(var).name.is_blank();
        let layout = l.cx.types.layout(ty);
        if layout.size <= MAX_STATIC {
            let mut d = Data::new(layout.size);
            if l.static_value(rhs, ty, &mut d, 0) {
                if !blank {
                    let name = l.cx.var_name(var);
                    define_variable(l.cx, &name, d, layout.align, layout.ptr_bytes > 0);
                }
                return false;
            }
        }
        let place = l.object_place(var).filter(|_| !blank);
        if let Some(place) = &place
            && layout.size > MAX_STATIC
            && l.fill_if_literal(rhs, ty, place)
        {
            return true;
        }
        let val = l.expr_to(rhs, ty);
        if let Some(place) = place {
            l.store(&place, ty, &val);
        }
        return true;
    }
    let vals = l.expr_list(&[rhs], lhs.len());
    for (&var, (val, from)) in lhs.iter().zip(vals) {
        if l.cx.types.world.obj(var).name.is_blank() {
            continue;
        }
        let ty = l.obj_ty(var);
        let val = l.assign_convert(val, from, ty);
        if let Some(place) = l.object_place(var) {
            l.store(&place, ty, &val);
        }
    }
    true
}

fn define_variable(cx: &mut Cx<'_>, name: &str, mut d: Data, align: u64, pointers: bool) {
    let section = if pointers || d.has_refs() {
        Section::Pointers
    } else {
        Section::NoPointers
    };
    if d.is_empty() {
        d.push(0, 1);
    }
    cx.define(
        name,
        Linkage::Export,
        section,
        align.max(1) as u32,
        d.items(),
    );
}

fn variables(cx: &mut Cx<'_>, src: &PackageSource) {
    let embeds = embedded(cx, src);
    let mut vars: Vec<ObjId> = src
        .package
        .scope
        .values()
        .copied()
        .filter(|&o| matches!(&cx.types.world.obj(o).kind, ObjKind::Var(v) if v.kind == VarKind::Package))
        .collect();
    vars.sort_by_key(|&o| cx.types.world.obj(o).pos);
    let initialised: rustc_hash::FxHashSet<ObjId> = src
        .info
        .init_order
        .iter()
        .flat_map(|i| i.lhs.iter().copied())
        .collect();
    for var in vars {
        let env = cx.types.no_env();
        let Some(t) = cx.types.world.obj(var).ty.get() else {
            continue;
        };
        let ty = cx.types.convert(t, &env);
        let name = cx.var_name(var);
        let symbol = cx.symbol(&name);
        if cx.is_defined(symbol) {
            continue;
        }
        let object = cx.types.world.obj(var);
        let own = format!("{}.{}", cx.types.pkg_prefix(cx.pkg), object.name);
        if name != own && !initialised.contains(&var) {
            // Another package's variable under a local name.
            continue;
        }
        let layout = cx.types.layout(ty);
        if let Some(files) = embeds.get(&var) {
            let mut d = Data::new(layout.size);
            embed_value(cx, ty, files, &mut d);
            define_variable(cx, &name, d, layout.align, true);
            continue;
        }
        let section = if layout.ptr_bytes > 0 {
            Section::Pointers
        } else {
            Section::NoPointers
        };
        // A definition elsewhere comes before one that says nothing of the value.
        let directives = cx.program.directives(cx.pkg);
        let is_linked = directives.is_some_and(|d| d.linked.contains(object.name.as_str()));
        let linkage = match is_linked && !initialised.contains(&var) {
            true => Linkage::Weak,
            false => Linkage::Export,
        };
        cx.add_global(Global {
            symbol,
            linkage,
            section,
            align: layout.align.max(1) as u32,
            items: vec![DataItem::Zero(layout.size.max(1))],
        });
    }
}

/// Files of variables with `//go:embed`.
fn embedded(cx: &Cx<'_>, src: &PackageSource) -> FxHashMap<ObjId, Vec<EmbedFile>> {
    let mut out: FxHashMap<ObjId, Vec<EmbedFile>> = FxHashMap::default();
    let Some(directives) = cx.program.directives(cx.pkg) else {
        return out;
    };
    for (&(file, line), patterns) in &directives.embeds {
        let source = &src.ast.files[file as usize].source;
        let target = src
            .package
            .scope
            .values()
            .copied()
            .filter(|&o| {
                let obj = cx.types.world.obj(o);
                obj.as_var().is_some() && source.contains(obj.pos) && source.line(obj.pos) > line
            })
            .min_by_key(|&o| cx.types.world.obj(o).pos);
        let Some(var) = target else { continue };
        let files = out.entry(var).or_default();
        for pattern in patterns {
            for f in src.embeds.get(pattern).into_iter().flatten() {
                if !files.iter().any(|have| have.name == f.name) {
                    files.push(f.clone());
                }
            }
        }
    }
    out
}

fn embed_value(cx: &mut Cx<'_>, ty: crate::types::Ty, files: &[EmbedFile], d: &mut Data) {
    match cx.types.under_kind(ty) {
        Kind::Basic(BasicKind::String) => {
            if let Some(f) = files.first() {
                let symbol = cx.bytes(&f.data);
                d.put_addr(0, symbol, 0);
                d.put(8, f.data.len() as u64, 8);
            }
        }
        Kind::Slice(_) => {
            if let Some(f) = files.first() {
                let name = cx.local_symbol("embed");
                let items = vec![DataItem::Bytes(f.data.to_vec())];
                let symbol = cx.define(&name, Linkage::Local, Section::NoPointers, 1, items);
                d.put_addr(0, symbol, 0);
                d.put(8, f.data.len() as u64, 8);
                d.put(16, f.data.len() as u64, 8);
            }
        }
        _ => {
            let symbol = embed_files(cx, files);
            d.put_addr(0, symbol, 0);
        }
    }
}

/// The slice behind an `embed.FS`: files and their folders, by folder and then by name.
fn embed_files(cx: &mut Cx<'_>, files: &[EmbedFile]) -> gust_ir::SymbolRef {
    let mut entries: Vec<(String, Option<&EmbedFile>)> = Vec::new();
    for f in files {
        entries.push((f.name.clone(), Some(f)));
        for (i, _) in f.name.match_indices('/') {
            let folder = f.name[..=i].to_string();
            if !entries.iter().any(|e| e.0 == folder) {
                entries.push((folder, None));
            }
        }
    }
    let key = |name: &str| {
        let name = name.trim_end_matches('/');
        match name.rsplit_once('/') {
            Some((dir, base)) => (dir.to_string(), base.to_string()),
            None => (".".to_string(), name.to_string()),
        }
    };
    entries.sort_by_key(|e| key(&e.0));
    let mut d = Data::new(24);
    for (name, file) in &entries {
        let at = d.len();
        d.push(0, 8);
        d.push(name.len() as u64, 8);
        let symbol = cx.bytes(name.as_bytes());
        d.put_addr(at, symbol, 0);
        let data = file.map_or(&[][..], |f| &f.data[..]);
        let at = d.len();
        d.push(0, 8);
        d.push(data.len() as u64, 8);
        if !data.is_empty() {
            let symbol = cx.bytes(data);
            d.put_addr(at, symbol, 0);
        }
        // Never shown: any value that depends on the contents only.
        let hash = data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, &b| {
            (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
        });
        d.push(if file.is_some() { hash } else { 0 }, 8);
        d.push(
            if file.is_some() {
                hash.rotate_left(32)
            } else {
                0
            },
            8,
        );
    }
    let name = cx.local_symbol("embed");
    let symbol = cx.symbol(&name);
    d.put_addr(0, symbol, 24);
    d.put(8, entries.len() as u64, 8);
    d.put(16, entries.len() as u64, 8);
    cx.define(
        &name,
        Linkage::Local,
        Section::ReadOnlyRelocated,
        8,
        d.items(),
    )
}

/// Descriptors that other modules rely on: of the package's defined types and their pointers.
fn own_descriptors(cx: &mut Cx<'_>, src: &PackageSource) {
    if src.package.path == "runtime" {
        for kind in BASIC {
            let ty = cx.types.basic(kind);
            for ty in [ty, cx.types.pointer(ty), cx.types.slice(ty)] {
                cx.descriptor(ty);
            }
        }
        let env = cx.types.no_env();
        let error = cx.types.convert(TypeId::ERROR, &env);
        for ty in [error, cx.types.pointer(error)] {
            cx.descriptor(ty);
        }
    }
    let mut types: Vec<TypeId> = (0..src.package.types.len() as u32)
        .map(|i| TypeId::new(cx.pkg, i))
        .filter(|&t| match cx.types.world.ty(t) {
            Checked::Named(n) => n.origin.is_none() && n.type_params().is_empty(),
            _ => false,
        })
        .collect();
    types.retain(|&t| !cx.types.is_local(t));
    for t in types {
        let ty = cx.types.intern(Kind::Named(Rc::new(NamedTy {
            origin: t,
            args: Vec::new(),
            outer: Vec::new(),
        })));
        let pointer = cx.types.pointer(ty);
        cx.descriptor(ty);
        cx.descriptor(pointer);
    }
}

const BASIC: [BasicKind; 18] = [
    BasicKind::Bool,
    BasicKind::Int,
    BasicKind::Int8,
    BasicKind::Int16,
    BasicKind::Int32,
    BasicKind::Int64,
    BasicKind::Uint,
    BasicKind::Uint8,
    BasicKind::Uint16,
    BasicKind::Uint32,
    BasicKind::Uint64,
    BasicKind::Uintptr,
    BasicKind::Float32,
    BasicKind::Float64,
    BasicKind::Complex64,
    BasicKind::Complex128,
    BasicKind::String,
    BasicKind::UnsafePointer,
];
