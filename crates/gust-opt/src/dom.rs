//! Dominance and loops of a function.

use cranelift_entity::SecondaryMap;
use gust_ir::{Block, Function, Inst};

/// Dominance, loop nesting and the place of each instruction.
pub(crate) struct Dom {
    /// Blocks that are reached, in reverse postorder.
    pub order: Vec<Block>,
    /// Entry and exit numbers of a walk over the dominator tree.
    span: SecondaryMap<Block, (u32, u32)>,
    /// The header of the innermost loop around a block.
    header: SecondaryMap<Block, Option<Block>>,
    reached: SecondaryMap<Block, bool>,
    /// Whether there are loops with several entries.
    pub irreducible: bool,
    /// Block and index of each instruction that is reached.
    place: SecondaryMap<Inst, Option<(Block, u32)>>,
}

impl Dom {
    pub(crate) fn new(func: &Function) -> Self {
        let order = func.reverse_postorder();
        let idoms = func.immediate_dominators(&order);
        let mut children: SecondaryMap<Block, Vec<Block>> = SecondaryMap::new();
        let mut reached: SecondaryMap<Block, bool> = SecondaryMap::new();
        let mut place = SecondaryMap::new();
        for &b in &order {
            reached[b] = true;
            if let Some(idom) = idoms[b].filter(|&d| d != b) {
                children[idom].push(b);
            }
            for (i, &inst) in func.blocks[b].insts.iter().enumerate() {
                place[inst] = Some((b, i as u32));
            }
        }
        let mut span: SecondaryMap<Block, (u32, u32)> = SecondaryMap::new();
        let mut clock = 0;
        let mut stack = vec![(func.entry(), false)];
        while let Some((b, done)) = stack.pop() {
            clock += 1;
            if done {
                span[b].1 = clock;
                continue;
            }
            span[b].0 = clock;
            stack.push((b, true));
            stack.extend(children[b].iter().map(|&c| (c, false)));
        }
        let mut dom = Self {
            order,
            span,
            header: SecondaryMap::new(),
            reached,
            irreducible: false,
            place,
        };
        dom.find_loops(func);
        dom
    }

    /// Natural loops, inner ones last, so that they win. Jumps back that their target does not dominate make the whole
    /// function count as a loop.
    fn find_loops(&mut self, func: &Function) {
        let predecessors = func.predecessors();
        let mut number: SecondaryMap<Block, u32> = SecondaryMap::new();
        for (i, &b) in self.order.iter().enumerate() {
            number[b] = i as u32;
        }
        self.irreducible = self.order.iter().any(|&b| {
            predecessors[b]
                .iter()
                .any(|&p| self.reached[p] && number[p] >= number[b] && !self.dominates_block(b, p))
        });
        if self.irreducible {
            for &b in &self.order {
                self.header[b] = Some(func.entry());
            }
        }
        // In reverse postorder, outer headers come before inner ones.
        for h in self.order.clone() {
            let mut todo: Vec<Block> = predecessors[h]
                .iter()
                .copied()
                .filter(|&p| self.reached[p] && self.dominates_block(h, p))
                .collect();
            if todo.is_empty() {
                continue;
            }
            let mut seen: SecondaryMap<Block, bool> = SecondaryMap::new();
            seen[h] = true;
            self.header[h] = Some(h);
            while let Some(b) = todo.pop() {
                if std::mem::replace(&mut seen[b], true) {
                    continue;
                }
                self.header[b] = Some(h);
                todo.extend(predecessors[b].iter().copied().filter(|&p| self.reached[p]));
            }
        }
    }

    pub(crate) fn is_reached(&self, b: Block) -> bool {
        self.reached[b]
    }

    /// Whether every way to `b` goes through `a`.
    pub(crate) fn dominates_block(&self, a: Block, b: Block) -> bool {
        self.span[a].0 <= self.span[b].0 && self.span[b].1 <= self.span[a].1
    }

    /// Whether every way to `b` goes through `a`, or they are the same instruction.
    pub(crate) fn dominates(&self, a: Inst, b: Inst) -> bool {
        match (self.place[a], self.place[b]) {
            (Some((ab, ai)), Some((bb, bi))) if ab == bb => ai <= bi,
            (Some((ab, _)), Some((bb, _))) => self.dominates_block(ab, bb),
            _ => false,
        }
    }

    /// The block of an instruction that is reached.
    pub(crate) fn block(&self, inst: Inst) -> Option<Block> {
        self.place[inst].map(|p| p.0)
    }

    /// The header of the innermost loop around a block.
    pub(crate) fn innermost_loop(&self, b: Block) -> Option<Block> {
        self.header[b]
    }
}
