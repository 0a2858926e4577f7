//! Order of package initialisation (spec: Package initialization).
//!
//! Variables depend on what their initialisers mention, through functions too. Without cycle
//! the order is found in one pass over the declarations: functions that call each other are one
//! node, and take no part in the order themselves; a variable is next when all it depends on is
//! done and no such variable is declared earlier. Only when a cycle is left over, what remains is
//! ordered by number of dependencies as the official compiler does, so that the same cycles are
//! reported.

use super::Checker;
use super::decls::Declared;
use super::errors::ErrorBuilder;
use crate::ids::ObjId;
use crate::info::Initializer;
use crate::object::ObjKind;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// The declarations as a graph. Nodes are numbered in source order.
struct Graph {
    objects: Vec<ObjId>,
    is_func: Vec<bool>,
    is_const: Vec<bool>,
    /// What each node mentions, in source order.
    deps: Vec<Vec<u32>>,
}

impl Checker<'_> {
    /// Computes `Info::init_order` and reports initialisation cycles.
    pub(crate) fn init_order(&self) {
        let graph = self.init_graph();
        let components = graph.components();
        let (order, rest) = graph.order(&components);
        let mut emitted = FxHashSet::default();
        for node in order {
            self.emit_initializer(graph.objects[node as usize], &mut emitted);
        }
        if rest.is_empty() {
            return;
        }
        // Constants go first whatever they wait for. If one of them erroneously needs variables,
        // these are still missing then, and more cycles are reported.
        let strays = |&n: &u32| {
            let deps = &graph.deps[n as usize];
            graph.is_const[n as usize] && deps.iter().any(|&d| !graph.is_const[d as usize])
        };
        if rest.iter().any(strays) {
            let values = (0..graph.len() as u32).filter(|&n| !graph.is_func[n as usize]);
            let values: Vec<u32> = values.collect();
            self.order_with_cycles(&graph, &values, &mut emitted);
        } else {
            self.order_with_cycles(&graph, &rest, &mut emitted);
        }
    }

    fn init_graph(&self) -> Graph {
        let all = self.declared_objects();
        let mut node_of = vec![u32::MAX; all.len() + 1];
        let mut objects = Vec::new();
        for &obj in &all {
            if !self.obj(obj).is_type_name() {
                node_of[self.obj(obj).order.get() as usize] = objects.len() as u32;
                objects.push(obj);
            }
        }
        let kinds = || objects.iter().map(|&obj| &self.obj(obj).kind);
        let deps = objects.iter().map(|&obj| {
            let mut deps: Vec<u32> = self.decl_of(obj).map_or_else(Vec::new, |info| {
                let deps = info.deps.borrow();
                let nodes = deps
                    .iter()
                    .map(|&d| node_of[self.obj(d).order.get() as usize]);
                nodes.filter(|&n| n != u32::MAX).collect()
            });
            deps.sort_unstable();
            deps
        });
        Graph {
            deps: deps.collect(),
            is_func: kinds().map(|k| matches!(k, ObjKind::Func(_))).collect(),
            is_const: kinds()
                .map(|k| matches!(k, ObjKind::Const { .. }))
                .collect(),
            objects,
        }
    }

    /// Puts the initialiser of a variable into the order, unless it has none or another variable
    /// has put it there.
    fn emit_initializer(&self, obj: ObjId, emitted: &mut FxHashSet<u32>) {
        let (Some(info), Some(index)) = (self.decl_of(obj), self.decl_index(obj)) else {
            return;
        };
        let Declared::Var {
            names,
            init: Some(rhs),
            ..
        } = info.what
        else {
            return;
        };
        if emitted.insert(index) {
            let lhs = names.map_or_else(|| vec![obj], |names| names.objects());
            self.info.borrow_mut().init_order.push(Initializer {
                lhs: lhs.into(),
                rhs,
            });
        }
    }

    /// Orders the variables and constants `rest`, which depend on cycles, and reports these.
    fn order_with_cycles(&self, graph: &Graph, rest: &[u32], emitted: &mut FxHashSet<u32>) {
        let left: FxHashSet<u32> = rest.iter().copied().collect();
        let mut users: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut count: FxHashMap<u32, usize> = FxHashMap::default();
        for &node in rest {
            let deps = graph.values_reached(node, &left);
            count.insert(node, deps.len());
            for dep in deps {
                users.entry(dep).or_default().push(node);
            }
        }
        let key = |node: u32, count: usize| (!graph.is_const[node as usize], count, node);
        let mut queue: BTreeSet<_> = rest.iter().map(|&n| key(n, count[&n])).collect();
        while let Some((_, ndeps, node)) = queue.pop_first() {
            if ndeps > 0
                && let Some(cycle) = graph.cycle_through(node)
            {
                self.report_init_cycle(graph, &cycle);
            }
            for &user in users.get(&node).map_or(&[][..], |u| u) {
                let Some(count) = count.get_mut(&user) else {
                    continue;
                };
                let queued = queue.remove(&key(user, *count));
                *count -= 1;
                if queued {
                    queue.insert(key(user, *count));
                }
            }
            self.emit_initializer(graph.objects[node as usize], emitted);
        }
    }

    /// Reports a cycle, given from its first node against the direction of dependency.
    fn report_init_cycle(&self, graph: &Graph, cycle: &[u32]) {
        let obj = |node: u32| graph.objects[node as usize];
        let name = |node: u32| self.obj(obj(node)).name;
        let Some(&first) = cycle.first() else {
            return;
        };
        if cycle.len() == 1 {
            let text = format!("initialization cycle: {} refers to itself", name(first));
            self.error(obj(first), "InvalidInitCycle", text);
            return;
        }
        let mut err = ErrorBuilder::new("InvalidInitCycle");
        let text = format!("initialization cycle for {}", name(first));
        self.add(&mut err, obj(first), text);
        let mut from = first;
        for &to in cycle.iter().rev() {
            let text = format!("{} refers to {}", name(from), name(to));
            self.add(&mut err, obj(from), text);
            from = to;
        }
        self.report(err);
    }
}

impl Graph {
    fn len(&self) -> usize {
        self.objects.len()
    }

    /// The strongly connected component of each function, among functions; every value is a
    /// component of its own. (Tarjan's algorithm, with a stack of its own.)
    fn components(&self) -> Vec<u32> {
        const NONE: u32 = u32::MAX;
        let mut component = vec![NONE; self.len()];
        let mut number = vec![NONE; self.len()];
        let mut low = vec![0; self.len()];
        let mut on_stack = Vec::new();
        let mut next_number = 0;
        let mut next_component = 0;
        for root in 0..self.len() as u32 {
            if !self.is_func[root as usize] {
                component[root as usize] = next_component;
                next_component += 1;
                continue;
            }
            if number[root as usize] != NONE {
                continue;
            }
            let mut work = vec![(root, 0)];
            while let Some((node, edge)) = work.last_mut() {
                let n = *node as usize;
                if *edge == 0 {
                    number[n] = next_number;
                    low[n] = next_number;
                    next_number += 1;
                    on_stack.push(*node);
                }
                let dep = self.deps[n].get(*edge).copied();
                *edge += 1;
                match dep {
                    Some(d) if !self.is_func[d as usize] => {}
                    Some(d) if number[d as usize] == NONE => work.push((d, 0)),
                    Some(d) => {
                        if component[d as usize] == NONE {
                            low[n] = low[n].min(number[d as usize]);
                        }
                    }
                    None => {
                        if low[n] == number[n] {
                            while let Some(member) = on_stack.pop() {
                                component[member as usize] = next_component;
                                if member as usize == n {
                                    break;
                                }
                            }
                            next_component += 1;
                        }
                        let done = low[n];
                        work.pop();
                        if let Some((parent, _)) = work.last() {
                            let p = *parent as usize;
                            low[p] = low[p].min(done);
                        }
                    }
                }
            }
        }
        component
    }

    /// Values in order of initialisation, and those that a cycle keeps from it in source order.
    fn order(&self, component: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let count = component.iter().max().map_or(0, |&c| c as usize + 1);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut missing = vec![0_usize; count];
        for node in 0..self.len() as u32 {
            let own = component[node as usize];
            members[own as usize].push(node);
            for &d in &self.deps[node as usize] {
                let other = component[d as usize];
                // Functions may call themselves; values that need themselves never get done.
                if other != own || !self.is_func[node as usize] {
                    users[other as usize].push(own);
                    missing[own as usize] += 1;
                }
            }
        }
        let mut values = BinaryHeap::new();
        let mut funcs = Vec::new();
        let mut order = Vec::new();
        let mut done = vec![false; count];
        let ready = |c: usize, values: &mut BinaryHeap<_>, funcs: &mut Vec<usize>| {
            let node = members[c][0];
            if self.is_func[node as usize] {
                funcs.push(c);
            } else {
                values.push(Reverse((!self.is_const[node as usize], node)));
            }
        };
        for (c, &missing) in missing.iter().enumerate() {
            if missing == 0 {
                ready(c, &mut values, &mut funcs);
            }
        }
        loop {
            // Functions take no place in the order: they are done at once.
            let c = if let Some(c) = funcs.pop() {
                c
            } else if let Some(Reverse((_, node))) = values.pop() {
                order.push(node);
                component[node as usize] as usize
            } else {
                break;
            };
            done[c] = true;
            for &user in &users[c] {
                let user = user as usize;
                missing[user] -= 1;
                if missing[user] == 0 {
                    ready(user, &mut values, &mut funcs);
                }
            }
        }
        let rest = (0..self.len() as u32)
            .filter(|&n| !self.is_func[n as usize] && !done[component[n as usize] as usize])
            .collect();
        (order, rest)
    }

    /// The values of `among` that `node` depends on directly or through functions.
    fn values_reached(&self, node: u32, among: &FxHashSet<u32>) -> Vec<u32> {
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        let mut todo = self.deps[node as usize].clone();
        while let Some(n) = todo.pop() {
            if !seen.insert(n) {
                continue;
            }
            if self.is_func[n as usize] {
                todo.extend_from_slice(&self.deps[n as usize]);
            } else if among.contains(&n) {
                found.push(n);
            }
        }
        found
    }

    /// A cycle through `node`: itself, then backwards what leads to it. The first that a search
    /// in source order finds.
    fn cycle_through(&self, node: u32) -> Option<Vec<u32>> {
        let mut seen = FxHashSet::default();
        seen.insert(node);
        let mut path = vec![(node, 0)];
        while let Some((from, edge)) = path.last_mut() {
            let dep = self.deps[*from as usize].get(*edge).copied();
            *edge += 1;
            match dep {
                Some(d) if d == node => {
                    let mut cycle = vec![node];
                    cycle.extend(path.iter().skip(1).rev().map(|&(n, _)| n));
                    return Some(cycle);
                }
                Some(d) => {
                    if seen.insert(d) {
                        path.push((d, 0));
                    }
                }
                None => {
                    path.pop();
                }
            }
        }
        None
    }
}
