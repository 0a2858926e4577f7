//! Which objects the pointers of a function may point to.
//!
//! Inclusion constraints (Andersen) between nodes: one per SSA value, one for the contents of each abstract object, and
//! helpers. They do not tell fields of an object apart, nor the order of instructions.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// A node: something that points to objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Node(pub u32);

/// An abstract object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Object(pub u32);

/// All memory that unknown code may see: static data, what has escaped, what is not told apart.
pub(crate) const HEAP: Object = Object(0);

/// More work than this, and the function is not worth it.
const MAX_STEPS: usize = 4_000_000;

#[derive(Default)]
struct NodeData {
    points_to: SmallVec<[Object; 2]>,
    /// The part of `points_to` that has not been passed on.
    new: SmallVec<[Object; 2]>,
    copy_to: SmallVec<[Node; 2]>,
    /// Nodes that get what the objects' contents point to.
    load_to: SmallVec<[Node; 1]>,
    /// Nodes of which the objects' contents get what they point to.
    stored: SmallVec<[Node; 1]>,
    queued: bool,
}

#[derive(Clone, Copy)]
struct ObjectData {
    contents: Node,
    escaped: bool,
    /// Memory of this call: it must not be found outside.
    own: bool,
}

/// The constraints and their solution.
pub(crate) struct Graph {
    nodes: Vec<NodeData>,
    objects: Vec<ObjectData>,
    edges: FxHashSet<(Node, Node)>,
    queue: Vec<Node>,
    /// Nodes that own objects do not come to without being escaped: results, contents of parameters.
    outside: FxHashSet<Node>,
    steps: usize,
}

impl Graph {
    /// `values` nodes, numbered from 0, and the heap.
    pub(crate) fn new(values: usize) -> Self {
        let mut graph = Self {
            nodes: Vec::with_capacity(values + 16),
            objects: Vec::new(),
            edges: FxHashSet::default(),
            queue: Vec::new(),
            outside: FxHashSet::default(),
            steps: 0,
        };
        graph.nodes.resize_with(values, NodeData::default);
        let heap = graph.object(false);
        debug_assert_eq!(heap, HEAP);
        graph.objects[0].escaped = true;
        graph
    }

    /// A new node.
    pub(crate) fn node(&mut self) -> Node {
        self.nodes.push(NodeData::default());
        Node(self.nodes.len() as u32 - 1)
    }

    /// A new object; `own` if it is memory of the function analysed.
    pub(crate) fn object(&mut self, own: bool) -> Object {
        let contents = self.node();
        self.objects.push(ObjectData {
            contents,
            escaped: false,
            own,
        });
        Object(self.objects.len() as u32 - 1)
    }

    /// What an object's memory points to.
    pub(crate) fn contents(&self, o: Object) -> Node {
        self.objects[o.0 as usize].contents
    }

    /// What is found in this node is seen by the caller.
    pub(crate) fn set_outside(&mut self, n: Node) {
        self.outside.insert(n);
    }

    /// `n` may point to `o`.
    pub(crate) fn add(&mut self, n: Node, o: Object) {
        let data = &mut self.nodes[n.0 as usize];
        if let Err(at) = data.points_to.binary_search(&o) {
            self.steps += 1;
            data.points_to.insert(at, o);
            data.new.push(o);
            if !data.queued {
                data.queued = true;
                self.queue.push(n);
            }
        }
    }

    /// `to` may point to whatever `from` does.
    pub(crate) fn copy(&mut self, from: Node, to: Node) {
        if from == to || !self.edges.insert((from, to)) {
            return;
        }
        self.nodes[from.0 as usize].copy_to.push(to);
        for o in self.nodes[from.0 as usize].points_to.clone() {
            self.add(to, o);
        }
    }

    /// `to` may point to what is in memory that `from` points to.
    pub(crate) fn load(&mut self, from: Node, to: Node) {
        self.nodes[from.0 as usize].load_to.push(to);
        for o in self.nodes[from.0 as usize].points_to.clone() {
            self.load_object(o, to);
        }
    }

    /// Memory that `to` points to may point to what `from` does.
    pub(crate) fn store(&mut self, from: Node, to: Node) {
        self.nodes[to.0 as usize].stored.push(from);
        for o in self.nodes[to.0 as usize].points_to.clone() {
            self.copy(from, self.contents(o));
        }
    }

    /// What `n` points to may be seen by unknown code.
    pub(crate) fn escape(&mut self, n: Node) {
        self.copy(n, self.contents(HEAP));
    }

    fn load_object(&mut self, o: Object, to: Node) {
        if o == HEAP {
            // What is found there has escaped; it is not told apart.
            self.add(to, HEAP);
        } else {
            self.copy(self.contents(o), to);
        }
    }

    fn escape_object(&mut self, o: Object) {
        if std::mem::replace(&mut self.objects[o.0 as usize].escaped, true) {
            return;
        }
        let contents = self.contents(o);
        self.add(contents, HEAP);
        self.escape(contents);
    }

    /// Solves the constraints; false if that takes too long.
    pub(crate) fn solve(&mut self) -> bool {
        let heap = self.contents(HEAP);
        while let Some(n) = self.queue.pop() {
            if self.steps > MAX_STEPS {
                return false;
            }
            let data = &mut self.nodes[n.0 as usize];
            data.queued = false;
            let new = std::mem::take(&mut data.new);
            let (copies, loads, stored) = (
                data.copy_to.clone(),
                data.load_to.clone(),
                data.stored.clone(),
            );
            self.steps += new.len() * (1 + copies.len() + loads.len() + stored.len());
            let outside = self.outside.contains(&n);
            for &o in &new {
                if n == heap || (outside && self.objects[o.0 as usize].own) {
                    self.escape_object(o);
                }
                for &to in &loads {
                    self.load_object(o, to);
                }
                for &from in &stored {
                    self.copy(from, self.contents(o));
                }
                for &to in &copies {
                    self.add(to, o);
                }
            }
        }
        true
    }

    /// The solution for a node.
    pub(crate) fn points_to(&self, n: Node) -> &[Object] {
        &self.nodes[n.0 as usize].points_to
    }

    /// Those of the nodes, each with an object, into which something was stored that may point to that object.
    pub(crate) fn stored_into(&self, nodes: &FxHashMap<Node, Object>) -> FxHashSet<Node> {
        let mut out = FxHashSet::default();
        for data in &self.nodes {
            for to in &data.copy_to {
                if let Some(o) = nodes.get(to)
                    && data.points_to.binary_search(o).is_ok()
                {
                    out.insert(*to);
                }
            }
        }
        out
    }

    /// Number of objects.
    pub(crate) fn object_count(&self) -> u32 {
        self.objects.len() as u32
    }

    /// Whether unknown code may see an object.
    pub(crate) fn escaped(&self, o: Object) -> bool {
        self.objects[o.0 as usize].escaped
    }
}
