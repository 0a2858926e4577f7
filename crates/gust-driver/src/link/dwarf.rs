//! From debug information to the functions of the [table of code addresses](super::pctab).

use super::elf::Image;
use super::pctab::{FileName, Function, InlinedCall, Row};
use gimli::{
    AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Unit, UnitOffset,
};
use gust_abi::convention::ADAPTER_SUFFIX;
use gust_abi::pctab::flag;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// All functions of a program, by address: those that debug information tells of and, without lines, other code that
/// has a symbol.
///
/// # Errors
/// When the debug information is malformed.
pub fn functions(image: &Image<'_>) -> Result<Vec<Function>, gimli::Error> {
    let dwarf = Dwarf::load(|id| -> Result<Slice<'_>, gimli::Error> {
        Ok(EndianSlice::new(image.section(id.name()), LittleEndian))
    })?;
    let text = code(image);
    let mut out = Vec::new();
    let mut elsewhere = Places::default();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        if !is_go(&unit)? {
            continue;
        }
        UnitReader {
            dwarf: &dwarf,
            unit: &unit,
            text: &text,
            files: Vec::new(),
            origins: FxHashMap::default(),
        }
        .read(&mut out, &mut elsewhere)?;
    }
    native(image, &text, &mut out);
    out.sort_by_key(|f| f.start);
    out.dedup_by_key(|f| f.start);
    for i in 1..out.len() {
        let next = out[i].start;
        out[i - 1].end = out[i - 1].end.min(next);
    }
    name_adapters(&mut out, &elsewhere);
    Ok(out)
}

/// Where functions are declared, by name.
type Places = FxHashMap<String, (FileName, u32)>;

/// Gives adapters name and place of the function that they call: programs see their addresses in function values.
/// That function may be there in its adapter alone; `elsewhere` has those that the program does not have.
fn name_adapters(functions: &mut [Function], elsewhere: &Places) {
    let places: Places = functions
        .iter()
        .filter(|f| f.flags & flag::WRAPPER == 0)
        .map(|f| (f.name.clone(), (f.file.clone(), f.line)))
        .collect();
    for function in functions {
        for call in &mut function.inlined {
            if let Some(name) = call.name.strip_suffix(ADAPTER_SUFFIX) {
                call.name = name.to_owned();
            }
        }
        let Some(name) = function.name.strip_suffix(ADAPTER_SUFFIX) else {
            continue;
        };
        let name = name.to_owned();
        if let Some((file, line)) = places.get(&name).or_else(|| elsewhere.get(&name)) {
            for row in function.rows.iter_mut().filter(|r| r.inlined == 0) {
                (row.file, row.line) = (file.clone(), *line);
            }
            (function.file, function.line) = (file.clone(), *line);
        }
        function.name = name;
    }
}

/// The addresses of code, as the layout's symbols say.
fn code(image: &Image<'_>) -> Range<u64> {
    let symbols = image.symbols();
    let address = |name| symbols.iter().find(|s| s.name == name).map(|s| s.address);
    match (address("runtime.text_start"), address("runtime.text_end")) {
        (Some(start), Some(end)) => start..end,
        _ => image.section_addresses(".text"),
    }
}

/// Whether a unit was compiled from Go, not from the runtime's Rust.
fn is_go(unit: &Unit<Slice<'_>>) -> Result<bool, gimli::Error> {
    let mut entries = unit.entries();
    let Some(root) = entries.next_dfs()? else {
        return Ok(false);
    };
    let language = root.attr_value(gimli::DW_AT_language);
    Ok(language == Some(AttributeValue::Language(gimli::DW_LANG_Go)))
}

/// Adds code that no debug information tells of.
fn native(image: &Image<'_>, text: &Range<u64>, out: &mut Vec<Function>) {
    out.sort_by_key(|f| f.start);
    let known: Vec<Range<u64>> = out
        .iter()
        .map(|f| u64::from(f.start)..u64::from(f.end))
        .collect();
    let inside = |address: u64| {
        let next = known.partition_point(|f| f.start <= address);
        next > 0 && known[next - 1].contains(&address)
    };
    let mut symbols: Vec<_> = image
        .symbols()
        .into_iter()
        .filter(|s| text.contains(&s.address) && !inside(s.address))
        .filter(|s| !s.name.is_empty())
        .collect();
    // Of several names of a place the widest counts; among those the first by name.
    symbols.sort_by_key(|s| (s.address, std::cmp::Reverse(s.size), s.name));
    symbols.dedup_by_key(|s| s.address);
    for (i, symbol) in symbols.iter().enumerate() {
        let mut end = symbol.address + symbol.size;
        if symbol.size == 0 {
            end = symbols.get(i + 1).map_or(text.end, |next| next.address);
        }
        let next = known.partition_point(|f| f.start <= symbol.address);
        end = end.min(known.get(next).map_or(text.end, |f| f.start));
        if let (Ok(start), Ok(end)) = (u32::try_from(symbol.address), u32::try_from(end))
            && end > start
        {
            out.push(Function {
                start,
                end,
                name: symbol.name.to_owned(),
                file: "".into(),
                line: 0,
                flags: flag::NATIVE,
                rows: Vec::new(),
                inlined: Vec::new(),
            });
        }
    }
}

/// What an inlined call says of the function that was inlined.
#[derive(Clone)]
struct Origin {
    name: String,
    line: u32,
    flags: u32,
}

struct UnitReader<'u, 'a> {
    dwarf: &'u Dwarf<Slice<'a>>,
    unit: &'u Unit<Slice<'a>>,
    text: &'u Range<u64>,
    /// Names of files by their number in the line table, as far as they were asked for.
    files: Vec<Option<FileName>>,
    origins: FxHashMap<UnitOffset, Origin>,
}

/// A row of the line table: where it begins, file, line.
struct Line {
    address: u64,
    file: u64,
    line: u32,
}

/// A function while its entries are read.
struct Open {
    depth: isize,
    function: Function,
    /// Depth of the entry and number of the inlined calls around the current entry.
    around: Vec<(isize, u32)>,
    /// Addresses of inlined calls, in order of the calls.
    ranges: Vec<(Range<u64>, u32)>,
}

impl<'a> UnitReader<'_, 'a> {
    fn read(
        &mut self,
        out: &mut Vec<Function>,
        elsewhere: &mut Places,
    ) -> Result<(), gimli::Error> {
        let lines = self.lines()?;
        let mut entries = self.unit.entries();
        let mut open: Option<Open> = None;
        while let Some(entry) = entries.next_dfs()? {
            let depth = entry.depth();
            if open.as_ref().is_some_and(|o| depth <= o.depth)
                && let Some(done) = open.take()
            {
                out.push(self.close(done, &lines));
            }
            match entry.tag() {
                gimli::DW_TAG_subprogram => {
                    if let Some(function) = self.function(entry)? {
                        open = Some(Open {
                            depth,
                            function,
                            around: Vec::new(),
                            ranges: Vec::new(),
                        });
                    } else if let Some(name) = self.name(entry) {
                        elsewhere.insert(name, self.declared(entry));
                    }
                }
                gimli::DW_TAG_inlined_subroutine => {
                    if let Some(open) = &mut open {
                        self.inlined(entry, depth, open)?;
                    }
                }
                _ => {}
            }
        }
        if let Some(done) = open.take() {
            out.push(self.close(done, &lines));
        }
        Ok(())
    }

    /// The line table, by address.
    fn lines(&mut self) -> Result<Vec<Line>, gimli::Error> {
        let Some(program) = self.unit.line_program.clone() else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        let mut rows = program.rows();
        while let Some((_, row)) = rows.next_row()? {
            // What the linker dropped stands at 0. The end of a sequence counts too: nothing is known behind it.
            if !self.text.contains(&row.address()) && row.address() != self.text.end {
                continue;
            }
            let line = match row.end_sequence() {
                true => 0,
                false => row.line().map_or(0, |l| l.get() as u32),
            };
            out.push((
                row.end_sequence(),
                Line {
                    address: row.address(),
                    file: row.file_index(),
                    line,
                },
            ));
        }
        // At one address the end of a sequence stands before the start of the next.
        out.sort_by_key(|(end, l)| (l.address, !end));
        Ok(out.into_iter().map(|(_, line)| line).collect())
    }

    fn file(&mut self, number: u64) -> FileName {
        let index = number as usize;
        if let Some(Some(name)) = self.files.get(index) {
            return name.clone();
        }
        let name: FileName = Arc::from(self.file_path(number).unwrap_or_default());
        if index < 1 << 20 {
            if self.files.len() <= index {
                self.files.resize(index + 1, None);
            }
            self.files[index] = Some(name.clone());
        }
        name
    }

    fn file_path(&self, number: u64) -> Option<String> {
        let header = self.unit.line_program.as_ref()?.header();
        let file = header.file(number)?;
        let name = self.text_of(file.path_name())?;
        if name.starts_with('/') {
            return Some(name.into_owned());
        }
        let dir = file.directory(header).and_then(|d| self.text_of(d));
        match dir.filter(|d| !d.is_empty()) {
            Some(dir) => Some(format!("{dir}/{name}")),
            None => Some(name.into_owned()),
        }
    }

    fn text_of(&self, value: AttributeValue<Slice<'a>>) -> Option<Cow<'a, str>> {
        let slice = self.dwarf.attr_string(self.unit, value).ok()?;
        Some(slice.to_string_lossy())
    }

    fn number(entry: &DebuggingInformationEntry<Slice<'a>>, name: gimli::DwAt) -> Option<u64> {
        match entry.attr_value(name)? {
            AttributeValue::FileIndex(n) => Some(n),
            other => other.udata_value(),
        }
    }

    fn name(&self, entry: &DebuggingInformationEntry<Slice<'a>>) -> Option<String> {
        let value = entry
            .attr_value(gimli::DW_AT_linkage_name)
            .or_else(|| entry.attr_value(gimli::DW_AT_name))?;
        Some(shown_name(&self.text_of(value)?))
    }

    fn flags(entry: &DebuggingInformationEntry<Slice<'a>>) -> u32 {
        match entry.attr_value(gimli::DW_AT_artificial) {
            Some(AttributeValue::Flag(true)) => flag::WRAPPER,
            _ => 0,
        }
    }

    /// File and line of a declaration.
    fn declared(&mut self, entry: &DebuggingInformationEntry<Slice<'a>>) -> (FileName, u32) {
        let file = match Self::number(entry, gimli::DW_AT_decl_file) {
            Some(number) => self.file(number),
            None => "".into(),
        };
        let line = Self::number(entry, gimli::DW_AT_decl_line).unwrap_or(0);
        (file, line as u32)
    }

    /// A function that is part of the program.
    fn function(
        &mut self,
        entry: &DebuggingInformationEntry<Slice<'a>>,
    ) -> Result<Option<Function>, gimli::Error> {
        let mut ranges = self.dwarf.die_ranges(self.unit, entry)?;
        let Some(range) = ranges.next()? else {
            return Ok(None);
        };
        if !self.text.contains(&range.begin) || range.begin >= range.end {
            return Ok(None);
        }
        let (Ok(start), Ok(end)) = (u32::try_from(range.begin), u32::try_from(range.end)) else {
            return Ok(None);
        };
        // An inlined function that also stands alone tells of itself in its origin.
        let origin = self.origin(entry)?;
        let origin = origin.unwrap_or(Origin {
            name: self.name(entry).unwrap_or_default(),
            line: Self::number(entry, gimli::DW_AT_decl_line).unwrap_or(0) as u32,
            flags: Self::flags(entry),
        });
        let (file, _) = self.declared(entry);
        Ok(Some(Function {
            start,
            end,
            name: origin.name,
            file,
            line: origin.line,
            flags: origin.flags,
            rows: Vec::new(),
            inlined: Vec::new(),
        }))
    }

    fn origin(
        &mut self,
        entry: &DebuggingInformationEntry<Slice<'a>>,
    ) -> Result<Option<Origin>, gimli::Error> {
        let Some(AttributeValue::UnitRef(offset)) = entry.attr_value(gimli::DW_AT_abstract_origin)
        else {
            return Ok(None);
        };
        if let Some(origin) = self.origins.get(&offset) {
            return Ok(Some(origin.clone()));
        }
        let found = self.unit.entry(offset)?;
        let origin = Origin {
            name: self.name(&found).unwrap_or_default(),
            line: Self::number(&found, gimli::DW_AT_decl_line).unwrap_or(0) as u32,
            flags: Self::flags(&found),
        };
        self.origins.insert(offset, origin.clone());
        Ok(Some(origin))
    }

    fn inlined(
        &mut self,
        entry: &DebuggingInformationEntry<Slice<'a>>,
        depth: isize,
        open: &mut Open,
    ) -> Result<(), gimli::Error> {
        while open.around.last().is_some_and(|&(d, _)| d >= depth) {
            open.around.pop();
        }
        let Some(origin) = self.origin(entry)? else {
            return Ok(());
        };
        let file = match Self::number(entry, gimli::DW_AT_call_file) {
            Some(number) => self.file(number),
            None => "".into(),
        };
        open.function.inlined.push(InlinedCall {
            parent: open.around.last().map_or(0, |&(_, n)| n),
            name: origin.name,
            file,
            line: Self::number(entry, gimli::DW_AT_call_line).unwrap_or(0) as u32,
            start_line: origin.line,
            flags: origin.flags,
        });
        let number = open.function.inlined.len() as u32;
        open.around.push((depth, number));
        let mut ranges = self.dwarf.die_ranges(self.unit, entry)?;
        while let Some(range) = ranges.next()? {
            if range.begin < range.end {
                open.ranges.push((range.begin..range.end, number));
            }
        }
        Ok(())
    }

    /// Cuts the function's addresses where line or inlined call change.
    fn close(&mut self, open: Open, lines: &[Line]) -> Function {
        let mut function = open.function;
        if function.file.is_empty() && function.line == 0 && lines.is_empty() {
            return function;
        }
        let (start, end) = (u64::from(function.start), u64::from(function.end));
        let first = lines
            .partition_point(|l| l.address <= start)
            .saturating_sub(1);
        let last = lines.partition_point(|l| l.address < end);
        let lines = &lines[first.min(last)..last];
        let mut cuts: Vec<u64> = vec![start, end];
        cuts.extend(lines.iter().map(|l| l.address));
        cuts.extend(open.ranges.iter().flat_map(|(r, _)| [r.start, r.end]));
        cuts.retain(|&at| at >= start && at <= end);
        cuts.sort_unstable();
        cuts.dedup();
        let mut calls = vec![0; cuts.len()];
        // Later calls stand inside earlier ones.
        for (range, number) in &open.ranges {
            let from = cuts.partition_point(|&at| at < range.start);
            let to = cuts.partition_point(|&at| at < range.end);
            calls[from..to].fill(*number);
        }
        for (i, pair) in cuts.windows(2).enumerate() {
            let at = lines.partition_point(|l| l.address <= pair[0]);
            let (file, line) = match at.checked_sub(1).map(|at| &lines[at]) {
                Some(l) => (self.file(l.file), l.line),
                None => (function.file.clone(), function.line),
            };
            let length = (pair[1] - pair[0]) as u32;
            let inlined = calls[i];
            // Code that the optimiser made of several lines belongs to one of them.
            let (file, line) = match line {
                0 => near(&function, inlined).unwrap_or((file, line)),
                _ => (file, line),
            };
            match function.rows.last_mut() {
                Some(row) if row.line == line && row.inlined == inlined && row.file == file => {
                    row.length += length;
                }
                _ => function.rows.push(Row {
                    length,
                    file,
                    line,
                    inlined,
                }),
            }
        }
        function
    }
}

/// A line for code without one: the last before it of the same function, else that of the declaration.
fn near(function: &Function, inlined: u32) -> Option<(FileName, u32)> {
    let known = |row: &&Row| row.inlined == inlined && row.line != 0;
    if let Some(row) = function.rows.iter().rev().find(known) {
        return Some((row.file.clone(), row.line));
    }
    match inlined.checked_sub(1) {
        None => Some((function.file.clone(), function.line)),
        Some(_) => None,
    }
}

/// A symbol as `runtime.Func.Name` shows it: type arguments as `[...]`.
fn shown_name(symbol: &str) -> String {
    let mut out = String::with_capacity(symbol.len());
    let mut depth = 0;
    for c in symbol.chars() {
        match c {
            '[' => {
                if depth == 0 {
                    out.push_str("[...]");
                }
                depth += 1;
            }
            ']' if depth > 0 => depth -= 1,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adapters_are_named_and_placed_after_their_functions() {
        let function = |name: &str, flags, file: &str, line| Function {
            start: 0,
            end: 1,
            name: name.into(),
            file: file.into(),
            line,
            flags,
            rows: vec![Row {
                length: 1,
                file: file.into(),
                line,
                inlined: 0,
            }],
            inlined: Vec::new(),
        };
        let adapter = |name: &str| {
            let name = format!("{name}{ADAPTER_SUFFIX}");
            function(&name, flag::WRAPPER, "", 0)
        };
        let mut functions = [
            adapter("main.f"),
            function("main.f", 0, "a.go", 7),
            adapter("main.g"),
        ];
        let elsewhere = [("main.g".to_owned(), ("b.go".into(), 3))];
        name_adapters(&mut functions, &elsewhere.into_iter().collect());
        let expected = [
            function("main.f", flag::WRAPPER, "a.go", 7),
            function("main.f", 0, "a.go", 7),
            function("main.g", flag::WRAPPER, "b.go", 3),
        ];
        assert_eq!(functions, expected);
    }

    #[test]
    fn type_arguments_are_not_shown() {
        assert_eq!(shown_name("main.F[int,map[string][]int]"), "main.F[...]");
        assert_eq!(shown_name("p.(*T[int]).M.func1"), "p.(*T[...]).M.func1");
        assert_eq!(shown_name("net/http.Get"), "net/http.Get");
    }
}
