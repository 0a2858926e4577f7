//! Source files and positions.
//!
//! A [`Pos`] is one 32-bit number that identifies a byte of a file among all files of a
//! [`SourceMap`]; it is turned into file, line and column only when somebody reads it.
//! The map is shared between threads; files are only ever added.

use std::sync::{Arc, OnceLock, RwLock};

/// A byte position in some file of a [`SourceMap`], or [`Pos::NONE`].
///
/// Positions order as the files were added, and inside a file by offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos(pub u32);

impl Pos {
    /// No position.
    pub const NONE: Pos = Pos(0);

    /// Whether this is a position in a file.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.0 != 0
    }

    /// `self` if known, else `other`.
    #[must_use]
    pub fn or(self, other: Pos) -> Pos {
        if self.is_known() { self } else { other }
    }
}

impl std::ops::Add<u32> for Pos {
    type Output = Pos;

    fn add(self, offset: u32) -> Pos {
        Pos(self.0 + offset)
    }
}

impl std::fmt::Debug for Pos {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "@{}", self.0)
    }
}

/// A position for people: 1-based line and column (in bytes), after `//line` directives
/// where the directive applies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// File name as it was given, or as a `//line` directive says.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: u32,
    /// 1-based byte column; 0 where a `//line` directive without column makes it unknown.
    pub column: u32,
}

/// A `//line` or `/*line*/` directive: what follows `offset` is said to come from elsewhere.
#[derive(Clone, Debug)]
pub struct LineDirective {
    /// Offset of the first byte that the directive speaks of.
    pub offset: u32,
    /// The file it names.
    pub file: Arc<str>,
    /// The 1-based line it names.
    pub line: u32,
    /// The 1-based column it names, 0 when it names none.
    pub column: u32,
}

/// One source file: its text and its line table.
#[derive(Debug)]
pub struct SourceFile {
    /// Name as shown in messages.
    pub name: Arc<str>,
    /// The bytes as read; not necessarily UTF-8.
    pub text: Arc<[u8]>,
    /// `Pos` of offset 0.
    pub base: Pos,
    lines: OnceLock<Vec<u32>>,
    directives: OnceLock<Vec<LineDirective>>,
}

impl SourceFile {
    /// The position of a byte offset.
    #[must_use]
    pub fn pos(&self, offset: usize) -> Pos {
        Pos(self.base.0 + offset as u32)
    }

    /// The byte offset of a position of this file.
    #[must_use]
    pub fn offset(&self, pos: Pos) -> usize {
        (pos.0 - self.base.0) as usize
    }

    /// Whether `pos` lies in this file (its end included).
    #[must_use]
    pub fn contains(&self, pos: Pos) -> bool {
        pos >= self.base && self.offset(pos) <= self.text.len()
    }

    /// Offsets at which lines start; the first is 0.
    #[must_use]
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let newlines = self.text.iter().enumerate().filter(|&(_, &b)| b == b'\n');
            std::iter::once(0)
                .chain(newlines.map(|(i, _)| i as u32 + 1))
                .collect()
        })
    }

    /// 1-based line of `pos` in the file itself, whatever `//line` says.
    #[must_use]
    pub fn line(&self, pos: Pos) -> u32 {
        let offset = self.offset(pos) as u32;
        self.line_starts().partition_point(|&start| start <= offset) as u32
    }

    /// 1-based byte column of `pos` in the file itself.
    #[must_use]
    pub fn column(&self, pos: Pos) -> u32 {
        let line = self.line(pos) as usize;
        self.offset(pos) as u32 - self.line_starts()[line - 1] + 1
    }

    /// The bytes of 1-based `line`, without the line break.
    #[must_use]
    pub fn line_text(&self, line: u32) -> &[u8] {
        let starts = self.line_starts();
        let Some(&start) = starts.get(line as usize - 1) else {
            return &[];
        };
        let end = starts
            .get(line as usize)
            .map_or(self.text.len(), |&e| e as usize - 1);
        let text = &self.text[start as usize..end];
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    /// Sets the file's `//line` directives, in order of offset. Only the first call counts;
    /// the parser makes it.
    pub fn set_directives(&self, directives: Vec<LineDirective>) {
        let _ = self.directives.set(directives);
    }

    /// The file's `//line` directives.
    #[must_use]
    pub fn directives(&self) -> &[LineDirective] {
        self.directives.get().map_or(&[], Vec::as_slice)
    }

    /// Position of `pos` in the file itself, whatever `//line` says.
    #[must_use]
    pub fn raw_position(&self, pos: Pos) -> Position {
        Position {
            file: self.name.clone(),
            line: self.line(pos),
            column: self.column(pos),
        }
    }

    /// Position of `pos` as `//line` directives say (cmd/compile documentation: Line Directives).
    #[must_use]
    pub fn position(&self, pos: Pos) -> Position {
        self.position_by(self.directives(), pos)
    }

    /// Position of `pos` as `directives` say, which are in order of offset: for the parser,
    /// which speaks of places before it has read them all.
    pub(crate) fn position_by(&self, directives: &[LineDirective], pos: Pos) -> Position {
        let offset = self.offset(pos) as u32;
        let next = directives.partition_point(|d| d.offset <= offset);
        let raw = self.raw_position(pos);
        let Some(d) = next.checked_sub(1).map(|i| &directives[i]) else {
            return raw;
        };
        let at = self.raw_position(self.pos(d.offset as usize));
        let line = d.line + (raw.line - at.line);
        // A directive without a column makes columns unknown; with one, it counts from there
        // on the directive's line and is the file's own afterwards.
        let column = match d.column {
            0 => 0,
            c if raw.line == at.line => c + (raw.column - at.column),
            _ => raw.column,
        };
        Position {
            file: d.file.clone(),
            line,
            column,
        }
    }
}

impl std::fmt::Display for Position {
    /// `file:line:column`, or `file:line` when the column is unknown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// All source files of a run.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: RwLock<Vec<Arc<SourceFile>>>,
}

/// The sum of all source text passed 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceMapFull;

impl std::fmt::Display for SourceMapFull {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("more than 4 GiB of source text")
    }
}

impl std::error::Error for SourceMapFull {}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives it its range of positions.
    ///
    /// # Errors
    /// When positions no longer fit 32 bits.
    pub fn add(
        &self,
        name: impl Into<Arc<str>>,
        text: impl Into<Arc<[u8]>>,
    ) -> Result<Arc<SourceFile>, SourceMapFull> {
        let text = text.into();
        let mut files = self
            .files
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // One past the end is a position too (of EOF), hence the gap of two.
        let base = files
            .last()
            .map_or(1, |f| f.base.0 as usize + f.text.len() + 2);
        if base + text.len() + 2 > u32::MAX as usize {
            return Err(SourceMapFull);
        }
        let file = Arc::new(SourceFile {
            name: name.into(),
            text,
            base: Pos(base as u32),
            lines: OnceLock::new(),
            directives: OnceLock::new(),
        });
        files.push(file.clone());
        Ok(file)
    }

    /// The file that `pos` lies in; `None` for [`Pos::NONE`].
    #[must_use]
    pub fn file(&self, pos: Pos) -> Option<Arc<SourceFile>> {
        let files = self
            .files
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = files.partition_point(|f| f.base <= pos);
        next.checked_sub(1).map(|i| files[i].clone())
    }

    /// Position of `pos` as `//line` directives say; `None` for [`Pos::NONE`].
    #[must_use]
    pub fn position(&self, pos: Pos) -> Option<Position> {
        self.file(pos).map(|f| f.position(pos))
    }
}
