//! The transparency log of a checksum database: a Merkle tree over records, read in tiles.
//!
//! A hash is named by its level (0 for records) and its number in that level. A *tile* holds up to 256
//! hashes of one level that is a multiple of 8. Whatever is read is checked against the hash of a signed
//! tree: first the tiles that hold the tree's right edge, which together give the tree's hash, then all
//! others from the tile above them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest;
use std::collections::HashMap;

/// A SHA-256 hash.
pub type Hash = [u8; HASH_SIZE];
/// Bytes in a hash.
pub const HASH_SIZE: usize = 32;
/// Levels per tile.
pub const TILE_HEIGHT: u32 = 8;
const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// No log gets this long; keeps the arithmetic far from overflow.
const MAX_RECORDS: u64 = 1 << 56;

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut ctx = digest::Context::new(&digest::SHA256);
    for p in parts {
        ctx.update(p);
    }
    let mut out = [0; HASH_SIZE];
    out.copy_from_slice(ctx.finish().as_ref());
    out
}

/// The hash of a record.
pub fn record_hash(data: &[u8]) -> Hash {
    sha256(&[&[0], data])
}

/// The hash of an inner node.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// Size and hash of a log at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Number of records.
    pub size: u64,
    /// Hash over all of them.
    pub hash: Hash,
}

impl Tree {
    /// The log without records.
    pub fn empty() -> Tree {
        Tree {
            size: 0,
            hash: sha256(&[]),
        }
    }

    /// Parses the text of a tree note.
    pub fn parse(text: &str) -> Result<Tree, &'static str> {
        const MALFORMED: &str = "malformed tree note";
        let mut lines = text
            .strip_prefix("go.sum database tree\n")
            .ok_or(MALFORMED)?
            .split('\n');
        let mut line = || lines.next().ok_or(MALFORMED);
        let (number, hash) = (line()?, line()?);
        line()?;
        let size: u64 = number.parse().map_err(|_| MALFORMED)?;
        if size.to_string() != number || size > MAX_RECORDS {
            return Err(MALFORMED);
        }
        let hash = BASE64.decode(hash).map_err(|_| MALFORMED)?;
        let hash = Hash::try_from(hash).map_err(|_| MALFORMED)?;
        Ok(Tree { size, hash })
    }
}

/// A database record: its number, its text, and the signed tree note that came with it.
pub struct Record<'a> {
    /// Number in the log.
    pub id: u64,
    /// The `go.sum` lines.
    pub text: &'a str,
    /// The tree note.
    pub tree: &'a [u8],
}

/// Takes the answer of a look-up apart.
pub fn parse_record(msg: &[u8]) -> Result<Record<'_>, &'static str> {
    const MALFORMED: &str = "malformed record data";
    let newline = msg.iter().position(|&b| b == b'\n').ok_or(MALFORMED)?;
    let id = std::str::from_utf8(&msg[..newline]).map_err(|_| MALFORMED)?;
    let id = id.parse().map_err(|_| MALFORMED)?;
    let body = &msg[newline + 1..];
    let end = body
        .windows(2)
        .position(|w| w == b"\n\n")
        .ok_or(MALFORMED)?;
    let text = std::str::from_utf8(&body[..end + 1]).map_err(|_| MALFORMED)?;
    if text == "\n" || text.bytes().any(|b| b < 0x20 && b != b'\n') {
        return Err(MALFORMED);
    }
    Ok(Record {
        id,
        text,
        tree: &body[end + 2..],
    })
}

/// The name of a hash: its level and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId {
    /// Height above the records.
    pub level: u32,
    /// Number in the level, from 0.
    pub index: u64,
}

/// The maximal complete subtrees that make up a log of `size` records, left to right.
pub fn subtrees(size: u64) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut start = 0u64;
    for level in (0..u64::BITS).rev() {
        if size >> level & 1 == 1 {
            out.push(NodeId {
                level,
                index: start >> level,
            });
            start += 1 << level;
        }
    }
    out
}

/// The hash of a log from those of its [`subtrees`].
pub fn combine(hashes: &[Hash]) -> Hash {
    let Some((last, rest)) = hashes.split_last() else {
        return Tree::empty().hash;
    };
    rest.iter()
        .rev()
        .fold(*last, |right, left| node_hash(left, &right))
}

/// Up to 256 neighbouring hashes of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Level of the hashes, divided by 8.
    pub level: u32,
    /// Number of the tile in its level.
    pub index: u64,
    /// How many hashes it holds, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// The tile of level `level` and number `index` as it is in a log of `size` records; `None` when
    /// nothing of it exists.
    fn in_tree(level: u32, index: u64, size: u64) -> Option<Tile> {
        let hashes = size.checked_shr(level * TILE_HEIGHT).unwrap_or(0);
        let first = index.checked_mul(TILE_WIDTH)?;
        let width = hashes.checked_sub(first)?.min(TILE_WIDTH);
        (width > 0).then_some(Tile {
            level,
            index,
            width,
        })
    }

    fn holding(node: NodeId, size: u64) -> Option<Tile> {
        let inner = node.level % TILE_HEIGHT;
        let index = node.index.checked_shl(inner)? >> TILE_HEIGHT;
        Tile::in_tree(node.level / TILE_HEIGHT, index, size)
    }

    fn parent(self, size: u64) -> Option<Tile> {
        Tile::in_tree(self.level + 1, self.index >> TILE_HEIGHT, size)
    }

    /// The full tile this one is a part of.
    pub fn full(self) -> Tile {
        Tile {
            width: TILE_WIDTH,
            ..self
        }
    }

    /// Where the tile is found at the server and in the cache.
    pub fn path(self) -> String {
        let mut n = self.index;
        let mut number = format!("{:03}", n % 1000);
        while n >= 1000 {
            n /= 1000;
            number = format!("x{:03}/{number}", n % 1000);
        }
        let part = match self.width {
            TILE_WIDTH => String::new(),
            w => format!(".p/{w}"),
        };
        format!("tile/{TILE_HEIGHT}/{}/{number}{part}", self.level)
    }

    /// Length of its data in bytes.
    pub fn size(self) -> usize {
        self.width as usize * HASH_SIZE
    }

    /// The hash of `node`, which this tile holds, from the tile's data.
    fn hash(self, data: &[u8], node: NodeId) -> Option<Hash> {
        let inner = node.level % TILE_HEIGHT;
        let first = node.index.checked_shl(inner)?;
        let start = first.checked_sub(self.index << TILE_HEIGHT)? as usize * HASH_SIZE;
        let len = HASH_SIZE << inner;
        merkle(data.get(start..start + len)?)
    }
}

/// The root over a power of two of hashes.
fn merkle(data: &[u8]) -> Option<Hash> {
    let mut row: Vec<Hash> = data
        .chunks_exact(HASH_SIZE)
        .filter_map(|c| Hash::try_from(c).ok())
        .collect();
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|p| node_hash(&p[0], &p[p.len() - 1]))
            .collect();
    }
    row.first().copied()
}

/// Where tiles come from.
pub trait TileSource {
    /// The data of each tile.
    fn read(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, String>;

    /// Called with tiles that have proved authentic.
    fn save(&self, tiles: &[Tile], data: &[Vec<u8>]);
}

/// The hashes of `nodes` in the log `tree`, checked against its hash.
pub fn read_hashes(
    tree: &Tree,
    nodes: &[NodeId],
    source: &dyn TileSource,
) -> Result<Vec<Hash>, String> {
    const OUTSIDE: &str = "indexes not in tree";
    const INCONSISTENT: &str = "downloaded inconsistent tile";
    let roots = subtrees(tree.size);
    let mut tiles: Vec<Tile> = Vec::new();
    let mut position: HashMap<Tile, usize> = HashMap::new();
    let mut add = |tile: Tile, tiles: &mut Vec<Tile>| {
        *position.entry(tile).or_insert_with(|| {
            tiles.push(tile);
            tiles.len() - 1
        })
    };
    let mut holder = |node: NodeId, tiles: &mut Vec<Tile>| {
        let tile = Tile::holding(node, tree.size).ok_or(OUTSIDE)?;
        // All ancestors first, so that each tile is checked before what hangs below it.
        let mut chain = vec![tile];
        while let Some(up) = chain[chain.len() - 1].parent(tree.size) {
            chain.push(up);
        }
        let mut at = 0;
        for t in chain.into_iter().rev() {
            at = add(t, tiles);
        }
        Ok::<usize, &str>(at)
    };
    let mut root_at = Vec::with_capacity(roots.len());
    for &r in &roots {
        root_at.push(holder(r, &mut tiles)?);
    }
    let mut node_at = Vec::with_capacity(nodes.len());
    for &n in nodes {
        node_at.push(holder(n, &mut tiles)?);
    }
    let data = source.read(&tiles)?;
    if data.len() != tiles.len() {
        return Err("tile source gave the wrong number of tiles".into());
    }
    for (t, d) in tiles.iter().zip(&data) {
        if d.len() != t.size() {
            return Err(format!(
                "TileReader returned bad result slice ({} len={}, want {})",
                t.path(),
                d.len(),
                t.size()
            ));
        }
    }
    let hash_at = |at: usize, node| tiles[at].hash(&data[at], node).ok_or(OUTSIDE);
    let mut root_hashes = Vec::with_capacity(roots.len());
    for (&r, &at) in roots.iter().zip(&root_at) {
        root_hashes.push(hash_at(at, r)?);
    }
    if combine(&root_hashes) != tree.hash {
        return Err(INCONSISTENT.into());
    }
    // A partial tile lies on the right edge, so every hash in it is below a root or is one: the tile
    // above vouches for whole tiles, the roots for the rest.
    for (at, t) in tiles.iter().enumerate() {
        if t.width < TILE_WIDTH {
            continue;
        }
        // There always is one; a tile without would go unchecked.
        let up = t
            .parent(tree.size)
            .and_then(|p| tiles.iter().position(|&t| t == p))
            .ok_or(INCONSISTENT)?;
        let node = NodeId {
            level: (t.level + 1) * TILE_HEIGHT,
            index: t.index,
        };
        if hash_at(up, node)? != merkle(&data[at]).ok_or(OUTSIDE)? {
            return Err(INCONSISTENT.into());
        }
    }
    source.save(&tiles, &data);
    let mut out = Vec::with_capacity(nodes.len());
    for (&n, &at) in nodes.iter().zip(&node_at) {
        out.push(hash_at(at, n)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::testing::Log;
    use super::*;

    #[test]
    fn parsing() {
        let hash = BASE64.encode([7; 32]);
        let text = format!("go.sum database tree\n12\n{hash}\n");
        assert_eq!(
            Tree::parse(&text),
            Ok(Tree {
                size: 12,
                hash: [7; 32]
            })
        );
        for bad in [
            "",
            "go.sum database tree\n",
            "go.sum database tree\n012\nAA==\n",
            "go.sum database tree\n-1\nAA==\n",
            "go.sum database tree\n99999999999999999999\nAA==\n",
            "go.sum database tree\n1\nAA==\n",
        ] {
            assert!(Tree::parse(bad).is_err(), "{bad}");
        }
        let r = parse_record(b"5\na b c\nd e f\n\nnote").unwrap();
        assert_eq!((r.id, r.text, r.tree), (5, "a b c\nd e f\n", &b"note"[..]));
        for bad in [&b""[..], b"5", b"x\na\n\n", b"5\n\n\n", b"5\na\0\n\n"] {
            assert!(parse_record(bad).is_err());
        }
    }

    #[test]
    fn paths() {
        let tile = |level, index, width| {
            Tile {
                level,
                index,
                width,
            }
            .path()
        };
        assert_eq!(tile(0, 5, 256), "tile/8/0/005");
        assert_eq!(tile(1, 1234067, 3), "tile/8/1/x001/x234/067.p/3");
    }

    #[test]
    fn every_record_can_be_read() {
        let log = Log::new(70_000);
        for size in [1, 2, 3, 255, 256, 257, 65_535, 65_536, 65_541, 70_000] {
            let tree = log.tree(size);
            for i in [0, 1, size / 2, size.saturating_sub(2), size - 1] {
                let node = NodeId { level: 0, index: i };
                if i >= size {
                    continue;
                }
                let got = read_hashes(&tree, &[node], &log).unwrap();
                assert_eq!(got, [log.record(i)], "record {i} of {size}");
            }
            let outside = NodeId {
                level: 0,
                index: size,
            };
            assert!(read_hashes(&tree, &[outside], &log).is_err());
            // An older log is a part of this one.
            for older in [1, size / 3 + 1, size] {
                let nodes = subtrees(older);
                let hashes = read_hashes(&tree, &nodes, &log).unwrap();
                assert_eq!(combine(&hashes), log.tree(older).hash, "{older} of {size}");
            }
        }
    }

    #[test]
    fn tampering_is_found() {
        let log = Log::new(70_000);
        let node = NodeId {
            level: 0,
            index: 300,
        };
        let tree = log.tree(70_000);
        // Change one byte in each tile that is read for the record.
        for victim in 0..6 {
            let bad = log.corrupting(victim);
            match read_hashes(&tree, &[node], &bad) {
                Err(e) => assert_eq!(e, "downloaded inconsistent tile"),
                Ok(_) => assert!(victim >= bad.seen(), "tile {victim} is not checked"),
            }
        }
        let mut wrong = tree;
        wrong.hash[0] ^= 1;
        assert!(read_hashes(&wrong, &[node], &log).is_err());
    }
}

/// A log in memory.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// All hashes of a log, by level.
    #[derive(Clone)]
    pub struct Log {
        levels: Vec<Vec<Hash>>,
        corrupt: Option<usize>,
        seen: Arc<AtomicUsize>,
    }

    impl Log {
        /// A log whose records are their numbers.
        pub fn new(size: u64) -> Log {
            Log::of((0..size).map(|i| record_hash(&i.to_be_bytes())).collect())
        }

        /// A log with these record hashes.
        pub fn of(records: Vec<Hash>) -> Log {
            let mut levels = vec![records];
            while levels[levels.len() - 1].len() > 1 {
                let up = levels[levels.len() - 1]
                    .chunks_exact(2)
                    .map(|p| node_hash(&p[0], &p[1]))
                    .collect();
                levels.push(up);
            }
            Log {
                levels,
                corrupt: None,
                seen: Arc::default(),
            }
        }

        pub fn record(&self, i: u64) -> Hash {
            self.levels[0][i as usize]
        }

        pub fn tree(&self, size: u64) -> Tree {
            let hashes: Vec<Hash> = subtrees(size)
                .into_iter()
                .map(|n| self.levels[n.level as usize][n.index as usize])
                .collect();
            Tree {
                size,
                hash: combine(&hashes),
            }
        }

        pub fn corrupting(&self, tile: usize) -> Log {
            Log {
                corrupt: Some(tile),
                ..self.clone()
            }
        }

        pub fn seen(&self) -> usize {
            self.seen.load(Ordering::Relaxed)
        }

        pub fn tile(&self, t: Tile) -> Vec<u8> {
            let first = (t.index * TILE_WIDTH) as usize;
            let level = &self.levels[(t.level * TILE_HEIGHT) as usize];
            level[first..first + t.width as usize].concat()
        }
    }

    impl TileSource for Log {
        fn read(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, String> {
            let mut data: Vec<Vec<u8>> = tiles.iter().map(|&t| self.tile(t)).collect();
            self.seen.store(data.len(), Ordering::Relaxed);
            if let Some(d) = self.corrupt.and_then(|c| data.get_mut(c)) {
                d[0] ^= 1;
            }
            Ok(data)
        }

        fn save(&self, _: &[Tile], _: &[Vec<u8>]) {}
    }
}
