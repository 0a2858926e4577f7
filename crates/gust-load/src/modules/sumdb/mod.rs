//! The client of a checksum database.
//!
//! An answer counts only when it is proved to be in the log: the tree note must carry the database's
//! signature, the tree must contain the one seen last (a database cannot show different histories to
//! different people unnoticed), and the record's hash must be in the tree.

pub mod note;
pub mod tlog;

use super::par::{OnceMap, lock, map};
use super::path::{escape_path, escape_version};
use note::Verifier;
use std::collections::HashSet;
use std::sync::{Mutex, OnceLock};
use tlog::{Hash, NodeId, Tile, TileSource, Tree};

/// What the client needs of the world. Paths are slash-separated.
pub trait Storage: Send + Sync {
    /// The server's answer to a path that starts with `/`.
    fn remote(&self, path: &str) -> Result<Vec<u8>, String>;
    /// A file that outlives the cache; empty when there is none.
    fn config(&self, file: &str) -> Result<Vec<u8>, String>;
    /// Replaces `old` by `new` in such a file; `false` when it does not hold `old` any more.
    fn update_config(&self, file: &str, old: &[u8], new: &[u8]) -> Result<bool, String>;
    /// A file of the cache.
    fn cached(&self, file: &str) -> Option<Vec<u8>>;
    /// Writes a file of the cache, as far as possible.
    fn cache(&self, file: &str, data: &[u8]);
}

/// Why a look-up failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SumDbError {
    /// The database contradicts itself. The text is a report for its operators.
    Misbehaviour(String),
    /// Anything else.
    Other(String),
}

impl From<String> for SumDbError {
    fn from(s: String) -> Self {
        SumDbError::Other(s)
    }
}

impl std::fmt::Display for SumDbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (SumDbError::Misbehaviour(s) | SumDbError::Other(s)) = self;
        f.write_str(s)
    }
}

#[derive(Clone)]
struct Latest {
    tree: Tree,
    note: Vec<u8>,
}

/// The relation of a tree to the latest one known before.
#[derive(PartialEq, Eq)]
enum Age {
    Older,
    Same,
    Newer,
}

/// A client for one database. Shared between threads.
pub struct Client<S> {
    storage: S,
    verifier: Verifier,
    started: OnceLock<Result<(), SumDbError>>,
    latest: Mutex<Latest>,
    records: OnceMap<String, Result<String, SumDbError>>,
    tiles: OnceMap<Tile, Result<Vec<u8>, String>>,
    saved: Mutex<HashSet<Tile>>,
}

impl<S: Storage> Client<S> {
    /// A client that trusts `verifier`.
    pub fn new(verifier: Verifier, storage: S) -> Client<S> {
        Client {
            storage,
            verifier,
            started: OnceLock::new(),
            latest: Mutex::new(Latest {
                tree: Tree::empty(),
                note: Vec::new(),
            }),
            records: OnceMap::default(),
            tiles: OnceMap::default(),
            saved: Mutex::default(),
        }
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The `go.sum` lines the database has for `version` (possibly with `/go.mod`) of module `path`.
    pub fn lookup(&self, path: &str, version: &str) -> Result<Vec<String>, SumDbError> {
        self.lookup_text(path, version)
            .map_err(|e| match e {
                SumDbError::Other(s) => SumDbError::Other(format!("{path}@{version}: {s}")),
                e => e,
            })
            .map(|text| {
                let prefix = format!("{path} {version} ");
                text.lines()
                    .filter(|l| l.starts_with(&prefix))
                    .map(str::to_owned)
                    .collect()
            })
    }

    fn lookup_text(&self, path: &str, version: &str) -> Result<String, SumDbError> {
        self.start()?;
        let version = version.strip_suffix("/go.mod").unwrap_or(version);
        let path = escape_path(path).map_err(|e| e.to_string())?;
        let version = escape_version(version).map_err(|e| e.to_string())?;
        let remote = format!("/lookup/{path}@{version}");
        let file = format!("{}{remote}", self.name());
        self.records.get_or_init(&file, || {
            let cached = self.storage.cached(&file);
            let fresh = cached.is_none();
            let data = match cached {
                Some(d) => d,
                None => self.storage.remote(&remote)?,
            };
            let record = tlog::parse_record(&data).map_err(str::to_owned)?;
            self.merge_latest(record.tree)?;
            self.check_record(record.id, record.text)?;
            if fresh {
                self.storage.cache(&file, &data);
            }
            Ok(record.text.to_owned())
        })
    }

    fn config_file(&self) -> String {
        format!("{}/latest", self.name())
    }

    fn start(&self) -> Result<(), SumDbError> {
        let start = || {
            let note = self.storage.config(&self.config_file())?;
            self.merge_latest(&note)
        };
        self.started
            .get_or_init(|| {
                start().map_err(|e| match e {
                    SumDbError::Other(s) => {
                        SumDbError::Other(format!("initializing sumdb.Client: {s}"))
                    }
                    e => e,
                })
            })
            .clone()
    }

    /// Takes note of a signed tree, here and in the configuration, when it is newer than the latest.
    fn merge_latest(&self, note: &[u8]) -> Result<(), SumDbError> {
        if self.merge_in_memory(note)? != Age::Newer {
            return Ok(());
        }
        let file = self.config_file();
        loop {
            let on_disk = self.storage.config(&file)?;
            if self.merge_in_memory(&on_disk)? != Age::Older {
                return Ok(());
            }
            let note = lock(&self.latest).note.clone();
            if self.storage.update_config(&file, &on_disk, &note)? {
                return Ok(());
            }
        }
    }

    fn merge_in_memory(&self, note: &[u8]) -> Result<Age, SumDbError> {
        let mut latest = lock(&self.latest).clone();
        if note.is_empty() {
            return Ok(match latest.tree.size {
                0 => Age::Same,
                _ => Age::Older,
            });
        }
        let shown = || String::from_utf8_lossy(note).into_owned();
        let text = self
            .verifier
            .open(note)
            .map_err(|e| format!("reading tree note: {e}\nnote:\n{}", shown()))?;
        let tree = Tree::parse(text).map_err(|e| format!("reading tree: {e}\ntree:\n{text}"))?;
        let this = Latest {
            tree,
            note: note.to_vec(),
        };
        loop {
            // The same tree needs no proof, which would read tiles at every start.
            if tree == latest.tree {
                return Ok(Age::Same);
            }
            if tree.size <= latest.tree.size {
                self.check_trees(&this, &latest)?;
                return Ok(if tree.size < latest.tree.size {
                    Age::Older
                } else {
                    Age::Same
                });
            }
            // Without the lock: this reads tiles. Start again if another thread was faster.
            self.check_trees(&latest, &this)?;
            let mut current = lock(&self.latest);
            if current.tree == latest.tree {
                *current = this;
                return Ok(Age::Newer);
            }
            latest = current.clone();
        }
    }

    /// Checks that `newer` contains `older`.
    fn check_trees(&self, older: &Latest, newer: &Latest) -> Result<(), SumDbError> {
        let nodes = tlog::subtrees(older.tree.size);
        let hash = if nodes.is_empty() {
            Tree::empty().hash
        } else {
            let hashes = self.hashes(&newer.tree, &nodes).map_err(|e| {
                if older.tree.size == newer.tree.size {
                    format!("checking tree#{}: {e}", older.tree.size)
                } else {
                    format!(
                        "checking tree#{} against tree#{}: {e}",
                        older.tree.size, newer.tree.size
                    )
                }
            })?;
            tlog::combine(&hashes)
        };
        if hash == older.tree.hash {
            return Ok(());
        }
        let indented = |note: &[u8]| String::from_utf8_lossy(note).replace('\n', "\n\t");
        Err(SumDbError::Misbehaviour(format!(
            "SECURITY ERROR\ngo.sum database server misbehavior detected!\n\nold database:\n\t{}\nnew database:\n\t{}\nproof of misbehavior:\n\t{}",
            indented(&older.note),
            indented(&newer.note),
            encode(&hash)
        )))
    }

    fn check_record(&self, id: u64, text: &str) -> Result<(), SumDbError> {
        let tree = lock(&self.latest).tree;
        if id >= tree.size {
            return Err(SumDbError::Other(format!(
                "cannot validate record {id} in tree of size {}",
                tree.size
            )));
        }
        let node = NodeId {
            level: 0,
            index: id,
        };
        if self.hashes(&tree, &[node])? != [tlog::record_hash(text.as_bytes())] {
            return Err(SumDbError::Other(
                "cannot authenticate record data in server response".to_owned(),
            ));
        }
        Ok(())
    }

    fn hashes(&self, tree: &Tree, nodes: &[NodeId]) -> Result<Vec<Hash>, String> {
        tlog::read_hashes(tree, nodes, self)
    }

    fn read_tile(&self, tile: Tile) -> Result<Vec<u8>, String> {
        self.tiles.get_or_init(&tile, || {
            let key = |t: Tile| format!("{}/{}", self.name(), t.path());
            let cut = |mut data: Vec<u8>| {
                data.truncate(tile.size());
                data
            };
            if let Some(data) = self.storage.cached(&key(tile)) {
                lock(&self.saved).insert(tile);
                return Ok(data);
            }
            let full = tile.full();
            if full != tile
                && let Some(data) = self.storage.cached(&key(full))
            {
                lock(&self.saved).insert(tile);
                return Ok(cut(data));
            }
            // A server may have dropped a partial tile once it had the whole one.
            self.storage
                .remote(&format!("/{}", tile.path()))
                .or_else(|e| match full == tile {
                    true => Err(e),
                    false => self
                        .storage
                        .remote(&format!("/{}", full.path()))
                        .map(cut)
                        .map_err(|_| e),
                })
        })
    }
}

fn encode(h: &Hash) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(h)
}

impl<S: Storage> TileSource for Client<S> {
    fn read(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, String> {
        map(tiles, super::par::NETWORK_THREADS, |&t| self.read_tile(t))
            .into_iter()
            .collect()
    }

    fn save(&self, tiles: &[Tile], data: &[Vec<u8>]) {
        for (&t, d) in tiles.iter().zip(data) {
            if lock(&self.saved).insert(t) {
                self.storage
                    .cache(&format!("{}/{}", self.name(), t.path()), d);
            }
        }
    }
}

#[cfg(test)]
mod tests;
