//! The description of a package's counters, in the form of `internal/coverage` (its `defs.go`).

use super::{Function, Mode};
use gust_load::package::Package;
use std::collections::HashMap;

/// Size of the header of a package's description.
const HEADER: usize = 44;
/// Size of the header of a file of descriptions.
const FILE_HEADER: usize = 56;
const MAGIC: [u8; 4] = *b"\0cvm";
/// Counters belong to blocks, not to whole functions.
const PER_BLOCK: u8 = 1;

/// A package's description.
#[derive(Clone, Debug)]
pub struct Meta {
    /// Encoded.
    pub bytes: Vec<u8>,
    /// Tells it apart from others.
    pub hash: [u8; 16],
}

/// Texts by number.
#[derive(Default)]
struct Strings {
    numbers: HashMap<String, u32>,
    list: Vec<String>,
}

impl Strings {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.numbers.get(text) {
            return known;
        }
        let new = self.list.len() as u32;
        self.numbers.insert(text.to_owned(), new);
        self.list.push(text.to_owned());
        new
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        uleb(&mut out, self.list.len() as u32);
        for text in &self.list {
            uleb(&mut out, text.len() as u32);
            out.extend_from_slice(text.as_bytes());
        }
        out
    }
}

fn uleb(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut out = [0; 16];
    out.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    out
}

/// Describes the functions of a package.
pub fn of_package(package: &Package, functions: &[Function]) -> Meta {
    let mut strings = Strings::default();
    strings.number("");
    let path = strings.number(&package.import_path);
    let name = strings.number(&package.name);
    let module = package.module.as_ref().map_or("", |m| m.path.as_str());
    let module = strings.number(module);
    let encoded: Vec<Vec<u8>> = functions
        .iter()
        .map(|function| {
            let mut out = Vec::new();
            uleb(&mut out, function.units.len() as u32);
            uleb(&mut out, strings.number(&function.name));
            uleb(&mut out, strings.number(&function.file));
            for unit in &function.units {
                for value in [unit.start.0, unit.start.1, unit.end.0, unit.end.1] {
                    uleb(&mut out, value);
                }
                uleb(&mut out, unit.statements);
            }
            uleb(&mut out, function.is_literal.into());
            out
        })
        .collect();
    let table = strings.encode();
    let mut body = Vec::new();
    let mut offset = HEADER + 4 * encoded.len() + table.len();
    for function in &encoded {
        body.extend_from_slice(&(offset as u32).to_le_bytes());
        offset += function.len();
    }
    body.extend_from_slice(&table);
    body.extend(encoded.concat());

    let hash = hash(&[&body]);
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    for value in [(HEADER + body.len()) as u32, name, path, module] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&hash);
    bytes.extend_from_slice(&[0; 4]);
    for value in [strings.list.len() as u32, functions.len() as u32] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&body);
    Meta { bytes, hash }
}

/// A file that describes one package, for programs that it is not part of.
#[must_use]
pub fn meta_file(package: &Package, functions: &[Function], mode: Mode) -> Vec<u8> {
    let meta = of_package(package, functions);
    let strings = {
        let mut strings = Strings::default();
        strings.number("");
        strings.encode()
    };
    let table = FILE_HEADER + 16;
    let start = table + strings.len();
    let mut out = Vec::with_capacity(start + meta.bytes.len());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&1u32.to_le_bytes());
    out.extend_from_slice(&((start + meta.bytes.len()) as u64).to_le_bytes());
    out.extend_from_slice(&1u64.to_le_bytes());
    out.extend_from_slice(&hash(&[&meta.hash, mode.name().as_bytes()]));
    out.extend_from_slice(&(table as u32).to_le_bytes());
    out.extend_from_slice(&(strings.len() as u32).to_le_bytes());
    out.extend_from_slice(&[mode.number(), PER_BLOCK, 0, 0, 0, 0, 0, 0]);
    out.extend_from_slice(&(start as u64).to_le_bytes());
    out.extend_from_slice(&(meta.bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(&strings);
    out.extend_from_slice(&meta.bytes);
    out
}
