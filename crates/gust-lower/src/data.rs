//! Writing initial contents of globals.

use gust_ir::{DataItem, Need, SymbolRef};

/// Contents under construction: bytes at offsets, with addresses in between.
#[derive(Debug, Default, Clone)]
pub struct Data {
    bytes: Vec<u8>,
    refs: Vec<(u64, DataItem)>,
}

impl Data {
    /// Zeroes.
    #[must_use]
    pub fn new(size: u64) -> Self {
        Self {
            bytes: vec![0; size as usize],
            refs: Vec::new(),
        }
    }

    /// Length so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether there is nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether there are addresses in it.
    #[must_use]
    pub fn has_refs(&self) -> bool {
        !self.refs.is_empty()
    }

    /// Writes the low `n` bytes of a number.
    pub fn put(&mut self, at: u64, value: u64, n: u64) {
        let bytes = value.to_le_bytes();
        self.bytes[at as usize..(at + n) as usize].copy_from_slice(&bytes[..n as usize]);
    }

    /// Writes an address.
    pub fn put_addr(&mut self, at: u64, symbol: SymbolRef, offset: i64) {
        self.refs.push((at, DataItem::Address(symbol, offset)));
    }

    /// Appends bytes.
    pub fn push(&mut self, value: u64, n: u64) {
        let at = self.len();
        self.bytes.resize((at + n) as usize, 0);
        self.put(at, value, n);
    }

    /// Appends raw bytes.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends an address, or null.
    pub fn push_addr(&mut self, symbol: Option<SymbolRef>) {
        let at = self.len();
        self.push(0, 8);
        if let Some(s) = symbol {
            self.put_addr(at, s, 0);
        }
    }

    /// Appends a 4-byte address.
    pub fn push_addr32(&mut self, to: SymbolRef) {
        let at = self.len();
        self.push(0, 4);
        self.refs.push((at, DataItem::Address32(to)));
    }

    /// Appends an address of 8 or 4 bytes that does not keep what it names.
    pub fn push_weak(&mut self, to: SymbolRef, need: Need, wide: bool) {
        let at = self.len();
        let item = DataItem::Weak { to, need, wide };
        self.push(0, item.size());
        self.refs.push((at, item));
    }

    /// Appends other contents.
    pub fn append(&mut self, other: &Data) {
        let base = self.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.refs.extend(
            other
                .refs
                .iter()
                .map(|(at, item)| (base + at, item.clone())),
        );
    }

    /// The items of a global.
    #[must_use]
    pub fn items(mut self) -> Vec<DataItem> {
        self.refs.sort_by_key(|r| r.0);
        let mut out = Vec::new();
        let mut at = 0;
        let flush = |from: u64, to: u64, out: &mut Vec<DataItem>| {
            let bytes = &self.bytes[from as usize..to as usize];
            if bytes.is_empty() {
            } else if bytes.len() > 16 && bytes.iter().all(|&b| b == 0) {
                out.push(DataItem::Zero(bytes.len() as u64));
            } else {
                out.push(DataItem::Bytes(bytes.to_vec()));
            }
        };
        for (offset, item) in &self.refs {
            flush(at, *offset, &mut out);
            at = offset + item.size();
            out.push(item.clone());
        }
        flush(at, self.len(), &mut out);
        out
    }
}
