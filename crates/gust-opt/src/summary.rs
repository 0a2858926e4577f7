//! What is known of functions whose code is elsewhere.

use gust_ir::{Module, parse};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

/// Results with higher numbers than this are not told apart from the heap.
pub(crate) const MAX_RESULTS: usize = 64;

/// What is reached from a parameter is told apart by steps through memory: what it points to, what is found there, and
/// everything behind.
pub const LEVELS: usize = 3;

/// Where what is reached from a pointer parameter at one level may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// It may outlive the call, or be seen by unknown code.
    pub heap: bool,
    /// Results that may point to it, as a bit set.
    pub results: u64,
}

/// The same for a parameter, by level.
pub type ParamFlow = [Flow; LEVELS];

/// Something reached from a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// The parameter's number.
    pub param: u32,
    /// Below [`LEVELS`].
    pub level: u8,
}

/// What is stored where by a callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreFlow {
    /// What the pointer stored points to; `None`: something not reached from parameters.
    pub from: Option<Reached>,
    /// The memory stored to.
    pub to: Reached,
}

/// How pointers flow through a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FuncSummary {
    /// One per parameter, then one for the closure context.
    pub params: Vec<ParamFlow>,
    /// Sorted, each once.
    pub stores: Vec<StoreFlow>,
    /// Whether it recovers no panic when it is called by `defer`.
    pub calm: bool,
}

impl FuncSummary {
    /// Nothing flows anywhere.
    #[must_use]
    pub(crate) fn bottom(params: usize) -> Self {
        Self {
            params: vec![ParamFlow::default(); params + 1],
            ..Self::default()
        }
    }

    /// Everything escapes.
    #[must_use]
    pub(crate) fn top(params: usize) -> Self {
        let all = Flow {
            heap: true,
            results: 0,
        };
        Self {
            params: vec![[all; LEVELS]; params + 1],
            ..Self::default()
        }
    }
}

/// What is known of the functions of compiled packages, for their importers.
#[derive(Debug, Default)]
pub struct Summaries {
    pub(crate) flows: FxHashMap<String, FuncSummary>,
    /// Functions that may be inlined.
    pub(crate) bodies: FxHashMap<String, Body>,
    /// Itabs that these refer to: names of their methods, empty where there is none.
    pub(crate) itabs: FxHashMap<String, Vec<String>>,
}

/// A function in a module of its own. It is read when it is needed first: importers need few.
#[derive(Debug)]
pub(crate) struct Body {
    text: String,
    read: OnceLock<Option<Module>>,
}

impl Body {
    pub(crate) fn new(module: &Module) -> Self {
        Self {
            text: module.to_string(),
            read: OnceLock::new(),
        }
    }

    /// The module with the function.
    pub(crate) fn module(&self) -> Option<&Module> {
        let read = || parse::module(&self.text).ok();
        self.read.get_or_init(read).as_ref()
    }
}

const HEADER: &str = "gust summaries 4";

impl Summaries {
    /// The form that is kept in caches: deterministic.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{HEADER}\n");
        let sorted: BTreeMap<_, _> = self.flows.iter().collect();
        let _ = writeln!(out, "{}", sorted.len());
        for (name, flow) in sorted {
            let calm = u8::from(flow.calm);
            let (params, stores) = (flow.params.len(), flow.stores.len());
            let _ = writeln!(out, "{params}\t{stores}\t{calm}\t{name}");
            for p in &flow.params {
                let bits = p.iter().rev().fold(0, |n, f| n << 1 | u8::from(f.heap));
                let _ = write!(out, "{bits}");
                for f in p {
                    let _ = write!(out, " {:x}", f.results);
                }
                out.push('\n');
            }
            for s in &flow.stores {
                let _ = match s.from {
                    Some(from) => write!(out, "{} {}", from.param, from.level),
                    None => write!(out, "- -"),
                };
                let _ = writeln!(out, " {} {}", s.to.param, s.to.level);
            }
        }
        let sorted: BTreeMap<_, _> = self.bodies.iter().collect();
        let _ = writeln!(out, "{}", sorted.len());
        for (name, body) in sorted {
            let _ = writeln!(out, "{}\t{name}", body.text.len());
            out.push_str(&body.text);
        }
        let sorted: BTreeMap<_, _> = self.itabs.iter().collect();
        let _ = writeln!(out, "{}", sorted.len());
        for (name, methods) in sorted {
            let _ = writeln!(out, "{}\t{name}", methods.len());
            for m in methods {
                let _ = writeln!(out, "{m}");
            }
        }
        out.into_bytes()
    }

    /// Reads what [`Summaries::to_bytes`] gave; `None` if it is something else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = Cell::new(std::str::from_utf8(bytes).ok()?);
        let line = || {
            let (first, behind) = rest.get().split_once('\n')?;
            rest.set(behind);
            Some(first)
        };
        if line()? != HEADER {
            return None;
        }
        let count: usize = line()?.parse().ok()?;
        let mut flows = FxHashMap::default();
        for _ in 0..count {
            let mut head = line()?.splitn(4, '\t');
            let params: usize = head.next()?.parse().ok()?;
            let stores: usize = head.next()?.parse().ok()?;
            let mut flow = FuncSummary {
                calm: head.next()? != "0",
                ..FuncSummary::default()
            };
            let name = head.next()?.to_string();
            for _ in 0..params {
                let mut f = line()?.split(' ');
                let bits: u8 = f.next()?.parse().ok()?;
                let mut param = ParamFlow::default();
                for (level, flow) in param.iter_mut().enumerate() {
                    flow.heap = bits >> level & 1 != 0;
                    flow.results = u64::from_str_radix(f.next()?, 16).ok()?;
                }
                flow.params.push(param);
            }
            for _ in 0..stores {
                let mut f = line()?.split(' ');
                let mut reached = || {
                    let (param, level) = (f.next()?.parse(), f.next()?.parse());
                    let (param, level) = (param.ok()?, level.ok()?);
                    (usize::from(level) < LEVELS).then_some(Reached { param, level })
                };
                let from = reached();
                let to = reached()?;
                flow.stores.push(StoreFlow { from, to });
            }
            flows.insert(name, flow);
        }
        let count: usize = line()?.parse().ok()?;
        let mut bodies = FxHashMap::default();
        for _ in 0..count {
            let (length, name) = line()?.split_once('\t')?;
            let (text, behind) = rest.get().split_at_checked(length.parse().ok()?)?;
            rest.set(behind);
            let body = Body {
                text: text.to_string(),
                read: OnceLock::new(),
            };
            bodies.insert(name.to_string(), body);
        }
        let count: usize = line()?.parse().ok()?;
        let mut itabs = FxHashMap::default();
        for _ in 0..count {
            let (methods, name) = line()?.split_once('\t')?;
            let methods: usize = methods.parse().ok()?;
            let list: Option<Vec<String>> = (0..methods).map(|_| Some(line()?.into())).collect();
            itabs.insert(name.to_string(), list?);
        }
        rest.get().is_empty().then_some(Self {
            flows,
            bodies,
            itabs,
        })
    }
}
