//! Order of the functions of a module: callees before callers.

use gust_ir::{CallTarget, DataItem, InstData, Module, SymbolRef};
use rustc_hash::FxHashMap;

/// Functions of a module by their symbols.
pub(crate) type Defined = FxHashMap<SymbolRef, usize>;

/// The code behind static function values: globals that start with a code address.
pub(crate) fn static_closures(
    module: &Module,
    defined: &Defined,
) -> FxHashMap<SymbolRef, SymbolRef> {
    module
        .globals
        .iter()
        .filter_map(|g| match g.items.as_slice() {
            [DataItem::Address(code, 0)] if defined.contains_key(code) => Some((g.symbol, *code)),
            _ => None,
        })
        .collect()
}

/// Groups of functions that refer to each other, each group after those it refers to.
pub(crate) fn groups(
    module: &Module,
    defined: &Defined,
    statics: &FxHashMap<SymbolRef, SymbolRef>,
) -> Vec<Vec<usize>> {
    let edges: Vec<Vec<usize>> = module
        .functions
        .iter()
        .map(|f| {
            let mut to = Vec::new();
            for inst in f.layout.iter().flat_map(|&b| &f.blocks[b].insts) {
                let symbol = match &f.insts[*inst] {
                    InstData::Call {
                        target: CallTarget::Direct(s),
                        ..
                    } => *s,
                    InstData::SymbolAddr { symbol, .. } => {
                        statics.get(symbol).copied().unwrap_or(*symbol)
                    }
                    _ => continue,
                };
                if let Some(&i) = defined.get(&symbol) {
                    to.push(i);
                }
            }
            to.sort_unstable();
            to.dedup();
            to
        })
        .collect();
    tarjan(&edges)
}

/// Tarjan's strongly connected components, without recursion.
fn tarjan(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NONE: u32 = u32::MAX;
    let n = edges.len();
    let (mut index, mut low) = (vec![NONE; n], vec![0; n]);
    let mut on_stack = vec![false; n];
    let (mut stack, mut out) = (Vec::new(), Vec::new());
    let mut clock = 0;
    for root in 0..n {
        if index[root] != NONE {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((v, at)) = work.pop() {
            if at == 0 {
                index[v] = clock;
                low[v] = clock;
                clock += 1;
                stack.push(v);
                on_stack[v] = true;
            }
            match edges[v].get(at) {
                Some(&w) => {
                    work.push((v, at + 1));
                    if index[w] == NONE {
                        work.push((w, 0));
                    } else if on_stack[w] {
                        low[v] = low[v].min(index[w]);
                    }
                }
                None => {
                    if low[v] == index[v] {
                        let mut group = Vec::new();
                        while let Some(w) = stack.pop() {
                            on_stack[w] = false;
                            group.push(w);
                            if w == v {
                                break;
                            }
                        }
                        group.sort_unstable();
                        out.push(group);
                    }
                    if let Some(&(parent, _)) = work.last() {
                        low[parent] = low[parent].min(low[v]);
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::tarjan;

    #[test]
    fn callees_come_first() {
        let edges = [vec![1], vec![2, 3], vec![1], vec![]];
        assert_eq!(tarjan(&edges), [vec![3], vec![1, 2], vec![0]]);
    }
}
