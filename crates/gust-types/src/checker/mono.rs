//! Infinite instantiation through recursion.
//!
//! Every instance is compiled on its own, so `func f[T any]() { f[*T]() }` would never end.
//! The checker notes how type arguments flow into type parameters: an edge from each type
//! parameter (or type declared in a generic function) that a type argument mentions to the type
//! parameter it is for, of weight 0 if the argument is just that type and 1 if it is built
//! around it. A cycle of positive weight makes ever larger types.

use super::errors::ErrorBuilder;
use super::{Checker, PACKAGE_SCOPE};
use crate::ids::{ObjId, TypeId};
use crate::types::Type;
use gust_syntax::Pos;
use gust_syntax::ast::ExprId;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// The graph of flows between type parameters.
#[derive(Default)]
pub(crate) struct MonoState {
    graph: RefCell<Graph>,
}

#[derive(Default)]
struct Graph {
    /// The type name of each vertex.
    vertices: Vec<ObjId>,
    edges: Vec<Edge>,
    /// Receivers' type parameters, and the type's own that they stand for.
    canon: FxHashMap<TypeId, TypeId>,
    /// Vertex of a type name; none if a local type needs none.
    index: FxHashMap<ObjId, Option<usize>>,
}

#[derive(Clone, Copy)]
struct Edge {
    to: usize,
    from: usize,
    weight: u32,
    pos: Pos,
    ty: TypeId,
}

/// The heaviest known path to a vertex.
#[derive(Clone, Copy, Default)]
struct Reached {
    weight: u32,
    /// Its last edge.
    edge: usize,
    len: usize,
}

/// Type argument `arg` for type parameter `to`.
struct Flow {
    pos: Pos,
    to: TypeId,
    arg: TypeId,
}

impl Checker<'_> {
    /// Reports instantiation cycles, at the end of checking.
    pub(crate) fn monomorph(&self) {
        let graph = self.mono.graph.borrow();
        let mut reached = vec![Reached::default(); graph.vertices.len()];
        // Bellman and Ford's search for the longest paths; without cycle it soon finds no longer
        // ones.
        loop {
            let mut changed = false;
            for (i, edge) in graph.edges.iter().enumerate() {
                let from = reached[edge.from];
                let weight = from.weight + edge.weight;
                let to = &mut reached[edge.to];
                if weight <= to.weight {
                    continue;
                }
                to.edge = i;
                to.len = from.len + 1;
                if to.len == graph.vertices.len() {
                    self.report_instance_loop(&graph, &reached, edge.to);
                    return;
                }
                to.weight = weight;
                changed = true;
            }
            if !changed {
                return;
            }
        }
    }

    fn report_instance_loop(&self, graph: &Graph, reached: &[Reached], start: usize) {
        // The path ends at `start` and holds a cycle: go back until a vertex comes again.
        let mut seen = vec![false; graph.vertices.len()];
        let mut stack = Vec::new();
        let mut v = start;
        while !seen[v] {
            stack.push(v);
            seen[v] = true;
            v = graph.edges[reached[v].edge].from;
        }
        let cycle = stack.iter().skip_while(|&&w| w != v);
        let mut err = ErrorBuilder::new("InvalidInstanceCycle");
        self.add(&mut err, graph.vertices[v], "instantiation cycle:");
        for &v in cycle {
            let edge = &graph.edges[reached[v].edge];
            let obj = self.obj(graph.vertices[edge.to]);
            let how = match obj.ty.get().map(|t| self.ty(t)) {
                Some(Type::TypeParam(_)) => "instantiated as",
                _ => "implicitly parameterized by",
            };
            let text = format!("{} {how} {}", obj.name, self.type_str(edge.ty));
            self.add(&mut err, edge.pos, text);
        }
        self.report(err);
    }

    /// Notes an instantiation.
    pub(crate) fn mono_record_instance(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[TypeId],
        xlist: &[ExprId],
    ) {
        for (i, (&to, &arg)) in tparams.iter().zip(targs).enumerate() {
            // A cycle lies in one package: others' type parameters do not matter.
            if to.pkg != self.id {
                continue;
            }
            let pos = xlist.get(i).map_or(pos, |&e| self.start_pos(e));
            self.mono_assign(&Flow { pos, to, arg }, arg);
        }
    }

    /// Adds the edges for what `t`, which is or lies in the flow's argument, mentions.
    fn mono_assign(&self, flow: &Flow, t: TypeId) {
        let t = self.unalias(t);
        let part = |t: Option<TypeId>| {
            if let Some(t) = t {
                self.mono_assign(flow, t);
            }
        };
        match self.ty(t) {
            Type::TypeParam(_) => {
                let from = self.type_param_vertex(t);
                self.mono_flow(flow, from, t);
            }
            Type::Named(_) => {
                if let Some(from) = self.local_named_vertex(self.origin(t)) {
                    self.mono_flow(flow, from, t);
                }
                for &arg in self.type_args(t) {
                    self.mono_assign(flow, arg);
                }
            }
            Type::Array { elem, .. } | Type::Slice { elem } | Type::Chan { elem, .. } => {
                part(elem.get());
            }
            Type::Pointer { base } => part(base.get()),
            Type::Map { key, elem } => {
                part(key.get());
                part(elem.get());
            }
            Type::Struct(s) => {
                for &f in s.fields() {
                    part(self.obj(f).ty.get());
                }
            }
            Type::Signature(sig) => {
                for &v in sig.params().iter().chain(sig.results()) {
                    part(self.obj(v).ty.get());
                }
            }
            Type::Interface(_) => {
                for &m in &self.type_set(t).methods {
                    part(self.obj(m).ty.get());
                }
            }
            Type::Basic(_) | Type::Tuple(_) | Type::Union(_) | Type::Alias(_) => {}
        }
    }

    fn mono_flow(&self, flow: &Flow, from: usize, t: TypeId) {
        let to = self.type_param_vertex(flow.to);
        let edge = Edge {
            to,
            from,
            weight: u32::from(t != flow.arg),
            pos: flow.pos,
            ty: flow.arg,
        };
        self.mono.graph.borrow_mut().edges.push(edge);
    }

    fn type_param_vertex(&self, tparam: TypeId) -> usize {
        let mut graph = self.mono.graph.borrow_mut();
        let tparam = graph.canon.get(&tparam).copied().unwrap_or(tparam);
        let Type::TypeParam(t) = self.ty(tparam) else {
            return 0;
        };
        let obj = t.obj;
        if let Some(&Some(index)) = graph.index.get(&obj) {
            return index;
        }
        let index = graph.vertices.len();
        graph.vertices.push(obj);
        graph.index.insert(obj, Some(index));
        index
    }

    /// The vertex of a type declared in a generic function, which its type parameters flow into.
    fn local_named_vertex(&self, named: TypeId) -> Option<usize> {
        let Type::Named(n) = self.ty(named) else {
            return None;
        };
        let id = n.obj.get().filter(|obj| obj.pkg == self.id)?;
        let obj = self.obj(id);
        let mut scope = obj.parent.get().filter(|&scope| scope != PACKAGE_SCOPE)?;
        if let Some(&known) = self.mono.graph.borrow().index.get(&id) {
            return known;
        }
        let mut vertex = None;
        while scope != PACKAGE_SCOPE {
            for (_, other_id) in self.scope(scope).entries() {
                let other = self.obj(other_id);
                let Some(t) = other.ty.get() else {
                    continue;
                };
                let ambient = other.is_type_name()
                    && matches!(self.ty(t), Type::TypeParam(p) if p.obj == other_id)
                    && other.pos < obj.pos;
                if !ambient {
                    continue;
                }
                let to = *vertex.get_or_insert_with(|| {
                    let mut graph = self.mono.graph.borrow_mut();
                    graph.vertices.push(id);
                    graph.vertices.len() - 1
                });
                let from = self.type_param_vertex(t);
                self.mono.graph.borrow_mut().edges.push(Edge {
                    to,
                    from,
                    weight: 1,
                    pos: obj.pos,
                    ty: t,
                });
            }
            match self.scope(scope).parent {
                Some(parent) => scope = parent,
                None => break,
            }
        }
        self.mono.graph.borrow_mut().index.insert(id, vertex);
        vertex
    }

    /// Notes that `mpar`, a receiver's type parameter, stands for `tpar` of its generic type.
    pub(crate) fn mono_record_canon(&self, mpar: TypeId, tpar: TypeId) {
        self.mono.graph.borrow_mut().canon.insert(mpar, tpar);
    }
}
