//! Lines and columns of a source file while it is formatted.

use crate::source::{Pos, SourceFile};

/// A place in the source, or the printer's estimate of one; lines and columns count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub offset: isize,
    /// 0 if unknown.
    pub line: isize,
    pub column: isize,
}

impl Place {
    pub const UNKNOWN: Place = Place {
        offset: 0,
        line: 0,
        column: 0,
    };
    pub const START: Place = Place {
        offset: 0,
        line: 1,
        column: 1,
    };
    /// Behind all text.
    pub const END: Place = Place {
        offset: isize::MAX / 2,
        line: isize::MAX / 2,
        column: 0,
    };

    pub fn is_known(self) -> bool {
        self.line > 0
    }
}

/// Where lines start, with some of them joined: sorting imports can remove lines.
#[derive(Debug)]
pub(crate) struct Lines {
    base: Pos,
    starts: Vec<u32>,
}

impl Lines {
    pub fn new(source: &SourceFile) -> Lines {
        Lines {
            base: source.base,
            starts: source.line_starts().to_vec(),
        }
    }

    /// The 1-based line; 0 if the position is unknown.
    pub fn line(&self, pos: Pos) -> usize {
        if !pos.is_known() {
            return 0;
        }
        let offset = pos.0 - self.base.0;
        self.starts.partition_point(|&start| start <= offset)
    }

    pub fn place(&self, pos: Pos) -> Place {
        let line = self.line(pos);
        if line == 0 {
            return Place::UNKNOWN;
        }
        let offset = pos.0 - self.base.0;
        Place {
            offset: offset as isize,
            line: line as isize,
            column: (offset - self.starts[line - 1]) as isize + 1,
        }
    }

    /// The position at which a 1-based line starts, if there is such a line.
    pub fn start(&self, line: usize) -> Option<Pos> {
        self.starts.get(line - 1).map(|&start| self.base + start)
    }

    /// Removes starts of lines, given by their index: the lines become parts of those before.
    pub fn remove_starts(&mut self, remove: impl Fn(usize) -> bool) {
        let mut index = 0;
        self.starts.retain(|_| {
            index += 1;
            !remove(index - 1)
        });
    }
}
