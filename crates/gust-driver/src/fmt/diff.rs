//! Differences between two texts in the unified format.
//!
//! The lines that occur exactly once in both texts anchor the comparison: of those the longest
//! common subsequence is matched, matches grow to equal neighbours, and the rest is different.
//! That reads better than the smallest possible difference, in which blank lines and braces match
//! by accident, takes O(n log n) time, and is what the official formatter prints, down to the
//! choice of hunks.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

/// Lines of context around differences.
const CONTEXT: usize = 3;

const NO_NEWLINE: &str = "\n\\ No newline at end of file\n";

/// A run of equal lines: `old..old + len` equals `new..new + len`.
#[derive(Clone, Copy, Debug)]
struct Match {
    old: usize,
    new: usize,
    len: usize,
}

/// The difference between two texts; empty if they are equal.
pub(crate) fn unified(old_name: &str, old: &str, new_name: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let old = lines(old);
    let new = lines(new);
    let mut out = format!("diff {old_name} {new_name}\n--- {old_name}\n+++ {new_name}\n");
    let matches = matches(&old, &new);

    let mut hunk = Hunk::default();
    // Everything before these lines is written or part of the hunk.
    let (mut old_done, mut new_done) = (0, 0);
    for m in matches {
        hunk.push_all('-', &old[old_done..m.old]);
        hunk.push_all('+', &new[new_done..m.new]);
        let at_end = m.old + m.len == old.len() && m.new + m.len == new.len();
        let joins = m.len < CONTEXT || !hunk.is_empty() && m.len < 2 * CONTEXT;
        let equal = &old[m.old..m.old + m.len];
        if joins && !at_end {
            hunk.push_all(' ', equal);
        } else {
            if !hunk.is_empty() {
                hunk.push_all(' ', &equal[..m.len.min(CONTEXT)]);
                hunk.write(&mut out);
            }
            if !at_end {
                let context = m.len - CONTEXT;
                hunk = Hunk::starting_at(m.old + context, m.new + context);
                hunk.push_all(' ', &equal[context..]);
            }
        }
        (old_done, new_done) = (m.old + m.len, m.new + m.len);
    }
    out
}

#[derive(Default)]
struct Hunk {
    old_start: usize,
    new_start: usize,
    old_len: usize,
    new_len: usize,
    text: String,
}

impl Hunk {
    fn starting_at(old_start: usize, new_start: usize) -> Hunk {
        Hunk {
            old_start,
            new_start,
            ..Hunk::default()
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn push_all(&mut self, kind: char, lines: &[&str]) {
        for line in lines {
            self.text.push(kind);
            self.text.push_str(line);
            if !line.ends_with('\n') {
                self.text.push_str(NO_NEWLINE);
            }
        }
        if kind != '+' {
            self.old_len += lines.len();
        }
        if kind != '-' {
            self.new_len += lines.len();
        }
    }

    fn write(&mut self, out: &mut String) {
        // Lines count from 1, but an empty range is said to be before the first line.
        let old_start = self.old_start + usize::from(self.old_len > 0);
        let new_start = self.new_start + usize::from(self.new_len > 0);
        let _ = writeln!(
            out,
            "@@ -{old_start},{} +{new_start},{} @@",
            self.old_len, self.new_len
        );
        out.push_str(&self.text);
        *self = Hunk::default();
    }
}

/// The lines with their line breaks.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The runs of equal lines, in order; the first may be empty, the last ends both texts and may be
/// empty as well.
fn matches(old: &[&str], new: &[&str]) -> Vec<Match> {
    let mut anchors = unique_common(old, new);
    anchors.insert(0, (0, 0));
    anchors.push((old.len(), new.len()));

    let mut matches = Vec::new();
    let (mut old_done, mut new_done) = (0, 0);
    for (x, y) in anchors {
        if x < old_done {
            continue;
        }
        let before = old[old_done..x]
            .iter()
            .rev()
            .zip(new[new_done..y].iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        let after = old[x..]
            .iter()
            .zip(&new[y..])
            .take_while(|(a, b)| a == b)
            .count();
        let m = Match {
            old: x - before,
            new: y - before,
            len: before + after,
        };
        (old_done, new_done) = (x + after, y + after);
        matches.push(m);
        if old_done == old.len() && new_done == new.len() {
            break;
        }
    }
    matches
}

/// The longest common subsequence of the lines that occur once in both texts, as pairs of indices.
fn unique_common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    #[derive(Default)]
    struct Occurrences {
        old: u32,
        new: u32,
        new_index: usize,
    }
    let mut table: FxHashMap<&str, Occurrences> = FxHashMap::default();
    for line in old {
        table.entry(line).or_default().old += 1;
    }
    for (i, line) in new.iter().enumerate() {
        let entry = table.entry(line).or_default();
        entry.new += 1;
        entry.new_index = i;
    }
    let pairs: Vec<(usize, usize)> = old
        .iter()
        .enumerate()
        .filter_map(|(i, line)| {
            let entry = table.get(line)?;
            (entry.old == 1 && entry.new == 1).then_some((i, entry.new_index))
        })
        .collect();

    // The longest increasing subsequence. `ends[k]` is the smallest end of an increasing
    // sequence of k + 1 pairs; `ranks` are the lengths of the longest sequences, minus one, that
    // end with each pair.
    let mut ends: Vec<usize> = Vec::new();
    let mut ranks = Vec::with_capacity(pairs.len());
    for &(_, y) in &pairs {
        let rank = ends.partition_point(|&end| end < y);
        if rank == ends.len() {
            ends.push(y);
        } else {
            ends[rank] = y;
        }
        ranks.push(rank);
    }
    let mut sequence = Vec::with_capacity(ends.len());
    let mut wanted = ends.len();
    let mut limit = usize::MAX;
    for (&(x, y), &rank) in pairs.iter().zip(&ranks).rev() {
        if rank + 1 == wanted && y < limit {
            sequence.push((x, y));
            limit = y;
            wanted -= 1;
        }
    }
    sequence.reverse();
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        unified("a", old, "b", new)
    }

    #[test]
    fn equal_texts_have_none() {
        assert_eq!(diff("x\n", "x\n"), "");
    }

    #[test]
    fn one_changed_line() {
        let want = "diff a b\n--- a\n+++ b\n@@ -1,3 +1,3 @@\n x\n-y\n+Y\n z\n";
        assert_eq!(diff("x\ny\nz\n", "x\nY\nz\n"), want);
    }

    #[test]
    fn far_changes_are_separate_hunks() {
        let old = "A\n1\n2\n3\n4\n5\n6\nB\n";
        let new = "a\n1\n2\n3\n4\n5\n6\nb\n";
        let want = "diff a b\n--- a\n+++ b\n@@ -1,4 +1,4 @@\n-A\n+a\n 1\n 2\n 3\n\
                    @@ -5,4 +5,4 @@\n 4\n 5\n 6\n-B\n+b\n";
        assert_eq!(diff(old, new), want);
    }

    #[test]
    fn missing_newline_and_empty_file() {
        let want =
            "diff a b\n--- a\n+++ b\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+x\n";
        assert_eq!(diff("x", "x\n"), want);
        assert_eq!(
            diff("", "x\n"),
            "diff a b\n--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n"
        );
    }
}
