//! Linked programs: 64-bit little-endian ELF files, read and rewritten.

use gust_abi::convention::WEAK_PREFIX;
use std::collections::HashMap;
use std::ops::Range;

const HEADER: usize = 64;
const SEGMENT: usize = 56;
const SECTION: usize = 64;
const SYMBOL: usize = 24;

const PT_LOAD: u32 = 1;
const PT_NOTE: u32 = 4;
const READABLE: u32 = 4;
const PAGE: u64 = 4096;

const SHT_PROGBITS: u32 = 1;
const SHT_SYMTAB: u32 = 2;
const SHT_NOBITS: u32 = 8;
const SHF_ALLOC: u64 = 2;
const STT_SECTION: u8 = 3;
const STT_FILE: u8 = 4;

/// Name of the section of the runtime's tables.
const TABLE_SECTION: &str = ".gust.pctab";

/// The file is not what the linker makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the linker's output has {}", self.0)
    }
}

/// A section.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name.
    pub name: String,
    kind: u32,
    flags: u64,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
    info: u32,
    align: u64,
    entry_size: u64,
}

/// A symbol that names a place.
#[derive(Clone, Debug)]
pub struct Symbol<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its address.
    pub address: u64,
    /// Size in bytes, 0 if unknown.
    pub size: u64,
    /// Whether other files see it.
    pub global: bool,
}

struct Segment {
    kind: u32,
    offset: u64,
    address: u64,
    file_size: u64,
    memory_size: u64,
}

/// A linked program.
pub struct Image<'a> {
    data: &'a [u8],
    sections: Vec<Section>,
    segments: Vec<Segment>,
    segments_at: usize,
}

impl<'a> Image<'a> {
    /// Reads the headers.
    ///
    /// # Errors
    /// When it is no such file.
    pub fn read(data: &'a [u8]) -> Result<Self, Malformed> {
        let bad = Malformed("a broken header");
        if data.get(..6) != Some(b"\x7fELF\x02\x01") || data.len() < HEADER {
            return Err(bad);
        }
        let segments_at = word(data, 32).ok_or(bad)? as usize;
        let sections_at = word(data, 40).ok_or(bad)? as usize;
        let count = |at| half(data, at).map(usize::from).ok_or(bad);
        let (segment_count, section_count, names) = (count(56)?, count(60)?, count(62)?);
        let mut segments = Vec::new();
        for i in 0..segment_count {
            let at = segments_at + i * SEGMENT;
            let header = data.get(at..at + SEGMENT).ok_or(bad)?;
            let field = |at| word(header, at).unwrap_or_default();
            segments.push(Segment {
                kind: int(header, 0).unwrap_or_default(),
                offset: field(8),
                address: field(16),
                file_size: field(32),
                memory_size: field(40),
            });
        }
        let mut sections = Vec::new();
        let mut name_offsets = Vec::new();
        for i in 0..section_count {
            let at = sections_at + i * SECTION;
            let header = data.get(at..at + SECTION).ok_or(bad)?;
            let field = |at| word(header, at).unwrap_or_default();
            let short = |at| int(header, at).unwrap_or_default();
            name_offsets.push(short(0) as usize);
            sections.push(Section {
                name: String::new(),
                kind: short(4),
                flags: field(8),
                address: field(16),
                offset: field(24),
                size: field(32),
                link: short(40),
                info: short(44),
                align: field(48),
                entry_size: field(56),
            });
        }
        let mut image = Self {
            data,
            sections,
            segments,
            segments_at,
        };
        if let Some(table) = image.sections.get(names) {
            let table = image.contents(table).ok_or(bad)?;
            let names: Vec<_> = name_offsets
                .iter()
                .map(|&at| string(table, at).map(str::to_owned))
                .collect();
            for (section, name) in image.sections.iter_mut().zip(names) {
                section.name = name.ok_or(bad)?;
            }
        }
        Ok(image)
    }

    fn contents(&self, section: &Section) -> Option<&'a [u8]> {
        if section.kind == SHT_NOBITS {
            return Some(&[]);
        }
        let start = usize::try_from(section.offset).ok()?;
        let size = usize::try_from(section.size).ok()?;
        self.data.get(start..start.checked_add(size)?)
    }

    /// The bytes of a section; nothing if there is none of that name.
    #[must_use]
    pub fn section(&self, name: &str) -> &'a [u8] {
        let found = self.sections.iter().find(|s| s.name == name);
        found.and_then(|s| self.contents(s)).unwrap_or_default()
    }

    /// The addresses of a section.
    #[must_use]
    pub fn section_addresses(&self, name: &str) -> Range<u64> {
        let found = self.sections.iter().find(|s| s.name == name);
        found.map_or(0..0, |s| s.address..s.address + s.size)
    }

    /// All symbols that name places, in the file's order.
    #[must_use]
    pub fn symbols(&self) -> Vec<Symbol<'a>> {
        let Some(table) = self.sections.iter().find(|s| s.kind == SHT_SYMTAB) else {
            return Vec::new();
        };
        let names = self.sections.get(table.link as usize);
        let names = names.and_then(|s| self.contents(s)).unwrap_or_default();
        let entries = self.contents(table).unwrap_or_default();
        let mut out = Vec::new();
        for entry in entries.chunks_exact(SYMBOL) {
            let kind = entry[4] & 15;
            let undefined = half(entry, 6) == Some(0);
            if kind == STT_SECTION || kind == STT_FILE || undefined {
                continue;
            }
            let name = string(names, int(entry, 0).unwrap_or_default() as usize);
            out.push(Symbol {
                name: name.unwrap_or_default(),
                address: word(entry, 8).unwrap_or_default(),
                size: word(entry, 16).unwrap_or_default(),
                global: entry[4] >> 4 != 0,
            });
        }
        out
    }

    /// Names of other files' symbols that this one refers to.
    #[must_use]
    pub fn undefined(&self) -> Vec<&'a str> {
        let Some(table) = self.sections.iter().find(|s| s.kind == SHT_SYMTAB) else {
            return Vec::new();
        };
        let names = self.sections.get(table.link as usize);
        let names = names.and_then(|s| self.contents(s)).unwrap_or_default();
        let entries = self.contents(table).unwrap_or_default();
        entries
            .chunks_exact(SYMBOL)
            .filter(|entry| half(entry, 6) == Some(0))
            .filter_map(|entry| string(names, int(entry, 0)? as usize))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The bytes from an address on, as far as the file has them.
    #[must_use]
    pub fn at(&self, address: u64) -> Option<&'a [u8]> {
        self.data.get(self.file_offset(address)?..)
    }

    /// Where an address stands in the file.
    fn file_offset(&self, address: u64) -> Option<usize> {
        let segment = self.segments.iter().find(|s| {
            s.kind == PT_LOAD && address >= s.address && address - s.address < s.file_size
        })?;
        usize::try_from(address - segment.address + segment.offset).ok()
    }
}

/// What to leave out of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// Symbols.
    pub symbols: bool,
    /// Debug information.
    pub debug: bool,
}

/// A table for the runtime.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What stands in it.
    pub bytes: &'a [u8],
    /// Address of the two words for its address and size.
    pub cell: u64,
}

/// Adds the tables as a segment, writes the address and size of each to its cell, and leaves out what is to be stripped.
///
/// The segment takes the place of the note that the program was linked with.
///
/// # Errors
/// When the program has no room for it or no such cell.
pub fn finish(image: &Image<'_>, tables: &[Table<'_>], strip: Strip) -> Result<Vec<u8>, Malformed> {
    let loads = || image.segments.iter().filter(|s| s.kind == PT_LOAD);
    let loaded = loads().map(|s| s.offset + s.file_size).max();
    let top = loads().map(|s| s.address + s.memory_size).max();
    let (Some(loaded), Some(top)) = (loaded, top) else {
        return Err(Malformed("no segments"));
    };
    let note = image.segments.iter().position(|s| s.kind == PT_NOTE);
    let note = note.ok_or(Malformed("no note"))?;
    let loaded_bytes = usize::try_from(loaded).ok();
    let mut out = loaded_bytes
        .and_then(|n| image.data.get(..n))
        .ok_or(Malformed("a broken segment"))?
        .to_vec();

    pad(&mut out, 16);
    let offset = out.len() as u64;
    // Address and offset have to agree within a page.
    let address = top.next_multiple_of(PAGE) + offset % PAGE;
    for table in tables {
        pad(&mut out, 16);
        let at = image
            .file_offset(table.cell)
            .ok_or(Malformed("no place for a table's address"))?;
        let place = address + (out.len() as u64 - offset);
        put(&mut out, at, &place.to_le_bytes());
        put(&mut out, at + 8, &(table.bytes.len() as u64).to_le_bytes());
        out.extend(table.bytes);
    }
    let size = out.len() as u64 - offset;
    let header = image.segments_at + note * SEGMENT;
    put(&mut out, header, &PT_LOAD.to_le_bytes());
    put(&mut out, header + 4, &READABLE.to_le_bytes());
    for (i, field) in [offset, address, address, size, size, PAGE]
        .iter()
        .enumerate()
    {
        put(&mut out, header + 8 + 8 * i, &field.to_le_bytes());
    }
    let table_section = Section {
        name: TABLE_SECTION.to_owned(),
        kind: SHT_PROGBITS,
        flags: SHF_ALLOC,
        address,
        offset,
        size,
        link: 0,
        info: 0,
        align: 16,
        entry_size: 0,
    };
    sections(image, table_section, strip, &mut out);
    Ok(out)
}

/// Appends the sections that are not loaded, and the table of all sections with the new one behind the loaded ones.
fn sections(image: &Image<'_>, new: Section, strip: Strip, out: &mut Vec<u8>) {
    let is_loaded = |s: &Section| s.flags & SHF_ALLOC != 0 || s.kind == 0;
    let last_loaded = image.sections.iter().rposition(is_loaded).unwrap_or(0);
    let own = own_symbols(image);
    let mut kept: Vec<Section> = Vec::new();
    let mut numbers = HashMap::new();
    for (i, section) in image.sections.iter().enumerate() {
        let is_name_table = section.name == ".shstrtab";
        let stripped = !is_loaded(section)
            && match section.name.as_str() {
                ".symtab" | ".strtab" => strip.symbols,
                name if name.starts_with(".debug_") => strip.debug,
                ".comment" | gust_abi::stackmap::SECTION => true,
                _ => false,
            };
        if !stripped && !is_name_table {
            numbers.insert(i as u32, kept.len() as u32);
            let mut section = section.clone();
            if !is_loaded(&section) {
                let contents = match (&own, section.name.as_str()) {
                    (Some(own), ".symtab") => {
                        section.info = own.locals;
                        &own.entries
                    }
                    (Some(own), ".strtab") => &own.names,
                    _ => image.contents(&section).unwrap_or_default(),
                };
                pad(out, section.align.max(1) as usize);
                section.offset = out.len() as u64;
                section.size = contents.len() as u64;
                out.extend(contents);
            }
            kept.push(section);
        }
        if i == last_loaded {
            kept.push(new.clone());
        }
    }
    for section in &mut kept {
        section.link = numbers.get(&section.link).copied().unwrap_or(0);
    }
    let mut names = vec![0];
    let mut name_offsets: Vec<u32> = Vec::new();
    let name_table = Section {
        name: ".shstrtab".to_owned(),
        kind: 3,
        flags: 0,
        address: 0,
        offset: out.len() as u64,
        size: 0,
        link: 0,
        info: 0,
        align: 1,
        entry_size: 0,
    };
    kept.push(name_table);
    for section in &kept {
        if section.name.is_empty() {
            name_offsets.push(0);
            continue;
        }
        name_offsets.push(names.len() as u32);
        names.extend(section.name.as_bytes());
        names.push(0);
    }
    if let Some(last) = kept.last_mut() {
        last.size = names.len() as u64;
    }
    out.extend(names);
    pad(out, 8);
    let at = out.len() as u64;
    for (section, name) in kept.iter().zip(name_offsets) {
        out.extend(name.to_le_bytes());
        out.extend(section.kind.to_le_bytes());
        for field in [section.flags, section.address, section.offset, section.size] {
            out.extend(field.to_le_bytes());
        }
        out.extend(section.link.to_le_bytes());
        out.extend(section.info.to_le_bytes());
        out.extend(section.align.to_le_bytes());
        out.extend(section.entry_size.to_le_bytes());
    }
    put(out, 40, &at.to_le_bytes());
    put(out, 60, &(kept.len() as u16).to_le_bytes());
    put(out, 62, &(kept.len() as u16 - 1).to_le_bytes());
}

/// The table of symbols without the names that only the linker needed.
struct OwnSymbols {
    entries: Vec<u8>,
    names: Vec<u8>,
    /// How many come before the first global one.
    locals: u32,
}

fn own_symbols(image: &Image<'_>) -> Option<OwnSymbols> {
    let table = image.sections.iter().find(|s| s.kind == SHT_SYMTAB)?;
    let names = image.contents(image.sections.get(table.link as usize)?)?;
    let mut own = OwnSymbols {
        entries: Vec::new(),
        names: vec![0],
        locals: 0,
    };
    for entry in image.contents(table)?.chunks_exact(SYMBOL) {
        let name = string(names, int(entry, 0)? as usize)?;
        if name.starts_with(WEAK_PREFIX) {
            continue;
        }
        own.locals += u32::from(entry[4] >> 4 == 0);
        let mut offset = 0;
        if !name.is_empty() {
            offset = u32::try_from(own.names.len()).ok()?;
            own.names.extend(name.as_bytes());
            own.names.push(0);
        }
        own.entries.extend(offset.to_le_bytes());
        own.entries.extend(&entry[4..]);
    }
    Some(own)
}

fn pad(out: &mut Vec<u8>, align: usize) {
    out.resize(out.len().next_multiple_of(align), 0);
}

fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
    out[at..at + bytes.len()].copy_from_slice(bytes);
}

fn half(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

fn int(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

fn word(data: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

fn string(table: &[u8], at: usize) -> Option<&str> {
    let rest = table.get(at..)?;
    let end = rest.iter().position(|&b| b == 0)?;
    std::str::from_utf8(&rest[..end]).ok()
}
