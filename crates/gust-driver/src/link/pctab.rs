//! Writes the table of code addresses, whose form [`gust_abi::pctab`] tells.

use gust_abi::pctab::{CALLEE_SIZE, FLAG_SHIFT, FUNCTION_SIZE, HEADER_SIZE, MAGIC};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A file name, shared by all that mention it.
pub type FileName = Arc<str>;

/// One function of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Address of its first instruction.
    pub start: u32,
    /// Address behind its last byte.
    pub end: u32,
    /// Name as `runtime.Func.Name` gives it.
    pub name: String,
    /// File of its declaration.
    pub file: FileName,
    /// Line of its declaration, 0 if unknown.
    pub line: u32,
    /// Bits of [`gust_abi::pctab::flag`].
    pub flags: u32,
    /// What its instructions belong to, from `start` on.
    pub rows: Vec<Row>,
    /// Calls inlined into it, callers first.
    pub inlined: Vec<InlinedCall>,
}

/// A range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Bytes, not 0.
    pub length: u32,
    /// File.
    pub file: FileName,
    /// Line, 0 for none.
    pub line: u32,
    /// Number of the inlined call it belongs to, counted from 1; 0 for the function itself.
    pub inlined: u32,
}

/// A call that was inlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlinedCall {
    /// Number of the inlined call it stands in, counted from 1; 0 for the function itself.
    pub parent: u32,
    /// Name of the inlined function.
    pub name: String,
    /// File of the call.
    pub file: FileName,
    /// Line of the call.
    pub line: u32,
    /// Line of the inlined function's declaration, 0 if unknown.
    pub start_line: u32,
    /// Bits of [`gust_abi::pctab::flag`].
    pub flags: u32,
}

/// Makes the table of functions, which are sorted by address and do not overlap.
#[must_use]
pub fn encode(functions: &[Function]) -> Vec<u8> {
    let mut strings = Strings::default();
    let mut files = Files::default();
    files.number(&"".into(), &mut strings);
    let mut entries = Vec::with_capacity(functions.len() * FUNCTION_SIZE);
    let mut callees = Callees::default();
    let mut records = Vec::new();
    for f in functions {
        let file = files.number(&f.file, &mut strings);
        let name = named(strings.offset(&f.name), f.flags);
        put(&mut entries, &[f.start, name, records.len() as u32]);
        for n in [f.end - f.start, file, f.line, f.inlined.len() as u32] {
            unsigned(&mut records, u64::from(n));
        }
        for call in &f.inlined {
            unsigned(&mut records, u64::from(call.parent));
            let name = named(strings.offset(&call.name), call.flags);
            unsigned(&mut records, callees.number(name, call.start_line));
            let call_file = files.number(&call.file, &mut strings);
            signed(&mut records, i64::from(call_file) - i64::from(file));
            signed(&mut records, i64::from(call.line) - i64::from(f.line));
        }
        line_program(f, file, &mut files, &mut strings, &mut records);
    }
    let entries_at = HEADER_SIZE;
    let files_at = entries_at + entries.len();
    let callees_at = files_at + files.list.len() * 4;
    let records_at = callees_at + callees.bytes.len();
    let strings_at = records_at + records.len();
    let size = (strings_at + strings.bytes.len()).next_multiple_of(16);
    let mut table = Vec::with_capacity(size);
    let header = [
        MAGIC,
        functions.len() as u32,
        entries_at as u32,
        files.list.len() as u32,
        files_at as u32,
        (callees.bytes.len() / CALLEE_SIZE) as u32,
        callees_at as u32,
        records_at as u32,
        strings_at as u32,
        size as u32,
    ];
    put(&mut table, &header);
    table.extend(entries);
    put(&mut table, &files.list);
    table.extend(callees.bytes);
    table.extend(records);
    table.extend(strings.bytes);
    table.resize(size, 0);
    table
}

/// A name's offset with flags.
fn named(offset: u32, flags: u32) -> u32 {
    offset | flags << FLAG_SHIFT
}

fn line_program(
    f: &Function,
    file: u32,
    files: &mut Files,
    strings: &mut Strings,
    out: &mut Vec<u8>,
) {
    let (mut last_line, mut last_file, mut last_inlined) = (f.line, file, 0);
    for row in &f.rows {
        let file = files.number(&row.file, strings);
        let moved = file != last_file || row.inlined != last_inlined;
        unsigned(out, u64::from(row.length) << 1 | u64::from(moved));
        signed(out, i64::from(row.line) - i64::from(last_line));
        if moved {
            signed(out, i64::from(file) - i64::from(last_file));
            unsigned(out, u64::from(row.inlined));
        }
        (last_line, last_file, last_inlined) = (row.line, file, row.inlined);
    }
    out.push(0);
}

fn put(out: &mut Vec<u8>, numbers: &[u32]) {
    for n in numbers {
        out.extend(n.to_le_bytes());
    }
}

fn unsigned(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn signed(out: &mut Vec<u8>, n: i64) {
    unsigned(out, ((n << 1) ^ (n >> 63)).cast_unsigned());
}

/// The pool of strings, each once.
#[derive(Default)]
struct Strings {
    bytes: Vec<u8>,
    offsets: FxHashMap<String, u32>,
}

impl Strings {
    fn offset(&mut self, text: &str) -> u32 {
        if let Some(&offset) = self.offsets.get(text) {
            return offset;
        }
        let offset = self.bytes.len() as u32;
        unsigned(&mut self.bytes, text.len() as u64);
        self.bytes.extend(text.as_bytes());
        self.offsets.insert(text.to_owned(), offset);
        offset
    }
}

/// Numbers of files, with their names' offsets.
#[derive(Default)]
struct Files {
    list: Vec<u32>,
    numbers: FxHashMap<FileName, u32>,
}

impl Files {
    fn number(&mut self, name: &FileName, strings: &mut Strings) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(strings.offset(name));
        self.numbers.insert(name.clone(), number);
        number
    }
}

/// Functions that were inlined, each once.
#[derive(Default)]
struct Callees {
    bytes: Vec<u8>,
    numbers: FxHashMap<(u32, u32), u64>,
}

impl Callees {
    fn number(&mut self, name: u32, start_line: u32) -> u64 {
        let next = (self.bytes.len() / CALLEE_SIZE) as u64;
        *self.numbers.entry((name, start_line)).or_insert_with(|| {
            put(&mut self.bytes, &[name, start_line]);
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a table as the form's description says, on its own.
    struct Reader<'a>(&'a [u8]);

    impl Reader<'_> {
        fn word(&self, at: usize) -> u32 {
            u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
        }

        fn unsigned(&self, at: &mut usize) -> u64 {
            let (mut n, mut bits) = (0, 0);
            loop {
                let byte = self.0[*at];
                *at += 1;
                n |= u64::from(byte & 0x7f) << bits;
                bits += 7;
                if byte < 0x80 {
                    return n;
                }
            }
        }

        fn signed(&self, at: &mut usize) -> i64 {
            let n = self.unsigned(at);
            (n >> 1).cast_signed() ^ -((n & 1).cast_signed())
        }

        fn string(&self, offset: u32) -> String {
            let mut at = (self.word(32) + offset) as usize;
            let size = self.unsigned(&mut at) as usize;
            String::from_utf8(self.0[at..at + size].to_vec()).unwrap()
        }

        fn named(&self, at: usize) -> (String, u32) {
            let word = self.word(at);
            (self.string(word & 0x3fff_ffff), word >> 30)
        }

        fn file(&self, number: u32) -> FileName {
            assert!(number < self.word(12));
            let at = self.word(16) + 4 * number;
            self.string(self.word(at as usize)).into()
        }

        fn functions(&self) -> Vec<Function> {
            assert_eq!(self.word(0), MAGIC);
            assert_eq!(self.word(36) as usize, self.0.len());
            (0..self.word(4)).map(|i| self.function(i)).collect()
        }

        fn function(&self, index: u32) -> Function {
            let entry = self.word(8) as usize + index as usize * FUNCTION_SIZE;
            let start = self.word(entry);
            let (name, flags) = self.named(entry + 4);
            let mut at = (self.word(28) + self.word(entry + 8)) as usize;
            let end = start + self.unsigned(&mut at) as u32;
            let own_file = self.unsigned(&mut at) as u32;
            let own_line = self.unsigned(&mut at) as u32;
            let inlined = (0..self.unsigned(&mut at))
                .map(|_| {
                    let parent = self.unsigned(&mut at) as u32;
                    let callee = self.unsigned(&mut at) as usize;
                    assert!(callee < self.word(20) as usize);
                    let callee = self.word(24) as usize + callee * CALLEE_SIZE;
                    let (name, flags) = self.named(callee);
                    let file = i64::from(own_file) + self.signed(&mut at);
                    let line = i64::from(own_line) + self.signed(&mut at);
                    InlinedCall {
                        parent,
                        name,
                        file: self.file(file as u32),
                        line: line as u32,
                        start_line: self.word(callee + 4),
                        flags,
                    }
                })
                .collect();
            let (mut line, mut file) = (i64::from(own_line), i64::from(own_file));
            let (mut rows, mut inline) = (Vec::new(), 0);
            loop {
                let head = self.unsigned(&mut at);
                if head == 0 {
                    break;
                }
                line += self.signed(&mut at);
                if head & 1 == 1 {
                    file += self.signed(&mut at);
                    inline = self.unsigned(&mut at) as u32;
                }
                rows.push(Row {
                    length: (head >> 1) as u32,
                    file: self.file(file as u32),
                    line: line as u32,
                    inlined: inline,
                });
            }
            Function {
                start,
                end,
                name,
                file: self.file(own_file),
                line: own_line,
                flags,
                rows,
                inlined,
            }
        }
    }

    fn file() -> impl Strategy<Value = FileName> {
        prop_oneof![Just(""), Just("a.go"), Just("/long/path/b.go")].prop_map(FileName::from)
    }

    prop_compose! {
        fn row()(length in 1..100_000u32, file in file(), line in 0..3_000_000u32, inlined in 0..4u32) -> Row {
            Row { length, file, line, inlined }
        }
    }

    prop_compose! {
        fn call()(parent in 0..4u32, name in "[a-z.(*)]{0,200}", file in file(), line in any::<u32>(),
                  start_line in 0..500u32, flags in 0..4u32) -> InlinedCall {
            InlinedCall { parent, name, file, line, start_line, flags }
        }
    }

    prop_compose! {
        fn function()(start in 0..1_u32 << 31, size in 0..1_u32 << 31, name in "[a-z]{0,5}", file in file(),
                      line in 0..2_000_000u32, flags in 0..4u32, rows in prop::collection::vec(row(), 0..9),
                      inlined in prop::collection::vec(call(), 0..4)) -> Function {
            Function { start, end: start + size, name, file, line, flags, rows, inlined }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(functions in prop::collection::vec(function(), 0..9)) {
            let table = encode(&functions);
            prop_assert_eq!(table.len() % 16, 0);
            prop_assert_eq!(Reader(&table).functions(), functions);
        }
    }
}
