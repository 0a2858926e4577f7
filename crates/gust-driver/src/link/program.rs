//! The object that belongs to no package: what the runtime has to know of the program as a whole.

use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind,
    SymbolFlags, SymbolKind, SymbolScope, elf,
};

/// Prefix of the symbols whose addresses the link script gives to variables with values from outside.
const VALUE_PREFIX: &str = "gust.value.";

/// What the section `.go.buildinfo` begins with.
const BUILD_INFO_MAGIC: &[u8] = b"\xff Go buildinf:";

/// What a program says of itself.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Symbols of the functions that initialise packages, in order.
    pub inits: Vec<String>,
    /// The version of Go, as `runtime.Version` gives it.
    pub go_version: String,
    /// Modules and settings, one a line, as `debug.BuildInfo` parses them.
    pub build_info: String,
    /// String variables by symbol, with their values: those of the runtime and those of `-X`.
    pub strings: Vec<(String, Vec<u8>)>,
    /// Its code has write barriers.
    pub write_barriers: bool,
}

/// The object and the lines that the link script needs with it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The object file.
    pub object: Vec<u8>,
    /// Assignments of symbols.
    pub script: String,
}

/// Makes the object.
///
/// # Errors
/// When something is too large for an object file.
pub fn make(program: &Program) -> Result<Made, String> {
    let mut maker = Maker {
        object: Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little),
        script: String::new(),
    };
    let inits: Vec<_> = program
        .inits
        .iter()
        .map(|name| maker.outside(name))
        .collect();
    maker.addresses("runtime.inittasks", &inits)?;
    maker.data("runtime.ninittasks", &(inits.len() as u64).to_le_bytes());
    let main = maker.outside("main.main");
    maker.addresses("runtime.main_main", &[main])?;
    let barriers = u64::from(program.write_barriers);
    maker.data("runtime.barriers", &barriers.to_le_bytes());
    maker.data(gust_abi::pctab::CELL, &[0; 16]);
    maker.data(gust_abi::stackmap::CELL, &[0; 16]);
    for (i, (symbol, value)) in program.strings.iter().enumerate() {
        maker.string(i, symbol, value)?;
    }
    maker.note();
    maker.build_info(&program.go_version, &program.build_info);
    let object = maker.object.write().map_err(|e| e.to_string())?;
    Ok(Made {
        object,
        script: maker.script,
    })
}

struct Maker {
    object: Object<'static>,
    script: String,
}

impl Maker {
    fn section(&mut self, name: &str, kind: SectionKind) -> SectionId {
        self.object
            .add_section(Vec::new(), name.as_bytes().to_vec(), kind)
    }

    fn symbol(&mut self, name: &str, section: SymbolSection, size: u64) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size,
            kind: match section {
                SymbolSection::Undefined => SymbolKind::Unknown,
                _ => SymbolKind::Data,
            },
            scope: SymbolScope::Linkage,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    }

    /// A symbol of another object.
    fn outside(&mut self, name: &str) -> SymbolId {
        match self.object.symbol_id(name.as_bytes()) {
            Some(symbol) => symbol,
            None => self.symbol(name, SymbolSection::Undefined, 0),
        }
    }

    /// Defines a variable under a name of its own and has the script give its address to `symbol`, which takes
    /// the place of a definition elsewhere.
    fn variable(&mut self, symbol: &str, own: &str, bytes: &[u8]) -> SectionId {
        let section = self.section(&format!(".data.{own}"), SectionKind::Data);
        self.object.append_section_data(section, bytes, 8);
        self.symbol(own, SymbolSection::Section(section), bytes.len() as u64);
        self.script.push_str(&format!("\"{symbol}\" = {own};\n"));
        section
    }

    fn data(&mut self, symbol: &str, bytes: &[u8]) {
        self.variable(symbol, &format!("gust.{symbol}"), bytes);
    }

    fn addresses(&mut self, symbol: &str, of: &[SymbolId]) -> Result<(), String> {
        let bytes = vec![0; of.len() * 8];
        let section = self.variable(symbol, &format!("gust.{symbol}"), &bytes);
        for (i, &target) in of.iter().enumerate() {
            self.address(section, i as u64 * 8, target)?;
        }
        Ok(())
    }

    fn address(&mut self, section: SectionId, offset: u64, symbol: SymbolId) -> Result<(), String> {
        let relocation = Relocation {
            offset,
            symbol,
            addend: 0,
            flags: RelocationFlags::Elf {
                r_type: elf::R_X86_64_64,
            },
        };
        self.object
            .add_relocation(section, relocation)
            .map_err(|e| e.to_string())
    }

    /// A Go string: address and length.
    fn string(&mut self, index: usize, symbol: &str, value: &[u8]) -> Result<(), String> {
        let own = format!("{VALUE_PREFIX}{index}");
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&(value.len() as u64).to_le_bytes());
        let section = self.variable(symbol, &own, &bytes);
        if value.is_empty() {
            return Ok(());
        }
        let text = format!("{own}.text");
        let data = self.section(&format!(".rodata.{text}"), SectionKind::ReadOnlyData);
        self.object.append_section_data(data, value, 1);
        let target = self.symbol(&text, SymbolSection::Section(data), value.len() as u64);
        self.address(section, 0, target)
    }

    /// The note whose program header the table of code addresses takes over.
    fn note(&mut self) {
        let section = self.section(".note.gust", SectionKind::Note);
        self.object.section_mut(section).flags = SectionFlags::Elf {
            sh_type: elf::SHT_NOTE,
            sh_flags: elf::SHF_ALLOC,
        };
        // Sizes of name and contents, kind, name.
        let mut note = Vec::new();
        for n in [5_u32, 0, 1] {
            note.extend(n.to_le_bytes());
        }
        note.extend(b"gust\0\0\0\0");
        self.object.append_section_data(section, &note, 4);
    }

    /// What `debug/buildinfo` reads from an executable: a header of 32 bytes, then two strings with their lengths.
    fn build_info(&mut self, version: &str, info: &str) {
        let mut bytes = BUILD_INFO_MAGIC.to_vec();
        // Size of a pointer; the strings stand right here.
        bytes.extend([8, 2]);
        bytes.resize(32, 0);
        let wrapped = wrap_build_info(info);
        for text in [version.as_bytes(), &wrapped] {
            let mut n = text.len();
            while n >= 0x80 {
                bytes.push(n as u8 | 0x80);
                n >>= 7;
            }
            bytes.push(n as u8);
            bytes.extend(text);
        }
        let section = self.section(".go.buildinfo", SectionKind::Data);
        self.object.append_section_data(section, &bytes, 16);
    }
}

/// The 16 bytes in front of the build information in an executable, by which it is found.
const INFO_START: [u8; 16] = [
    0x30, 0x77, 0xaf, 0x0c, 0x92, 0x74, 0x08, 0x02, 0x41, 0xe1, 0xc1, 0x07, 0xe6, 0xd6, 0x18, 0xe6,
];

/// The 16 bytes behind it.
const INFO_END: [u8; 16] = [
    0xf9, 0x32, 0x43, 0x31, 0x86, 0x18, 0x20, 0x72, 0x00, 0x82, 0x42, 0x10, 0x41, 0x16, 0xd8, 0xf2,
];

/// Build information as it stands in an executable.
#[must_use]
pub fn wrap_build_info(info: &str) -> Vec<u8> {
    [&INFO_START[..], info.as_bytes(), &INFO_END[..]].concat()
}

/// The version and the build information of an executable, `None` if it has none.
#[must_use]
pub fn read_build_info(executable: &[u8]) -> Option<(String, String)> {
    let image = super::Image::read(executable).ok()?;
    let data = image.section(".go.buildinfo");
    let head = data.get(..32)?;
    // Others than strings in place are of old versions of Go.
    if !head.starts_with(BUILD_INFO_MAGIC) || head[15] & 2 == 0 {
        return None;
    }
    let mut rest = &data[32..];
    let mut string = || {
        let (mut size, mut bits) = (0_usize, 0);
        loop {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            size |= usize::from(byte & 0x7f) << bits;
            bits += 7;
            if byte < 0x80 || bits > 28 {
                break;
            }
        }
        let text = rest.get(..size)?;
        rest = &rest[size..];
        Some(text)
    };
    let version = String::from_utf8_lossy(string()?).into_owned();
    let info = string()?;
    let info = info
        .strip_prefix(&INFO_START)
        .and_then(|i| i.strip_suffix(&INFO_END))
        .unwrap_or_default();
    Some((version, String::from_utf8_lossy(info).into_owned()))
}
