//! The lines of a `/* */` comment, freed from the indentation that the printer adds again.

use std::borrow::Cow;

/// Removes the common indentation of all lines but the first, so that the text keeps its place
/// relative to the opening and closing markers.
///
/// Three styles are provided for: text indented below the markers, a column of stars on the left,
/// and a closing marker at the end of the last line of text. The first line begins with `/*` and
/// the last one ends with `*/`.
pub(super) fn strip_common_prefix(lines: &mut [Cow<'_, str>]) {
    let n = lines.len();
    if n <= 1 {
        return;
    }
    for line in &mut lines[1..n - 1] {
        if is_blank(line) {
            *line = Cow::Borrowed("");
        }
    }
    // The last line counts only if there is no other.
    let mut prefix = lines[1..n - 1]
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| margin(line))
        .reduce(common_prefix)
        .unwrap_or_else(|| margin(&lines[n - 1]))
        .to_owned();

    let has_stars = match prefix.find('*') {
        Some(star) => {
            // The blank before the stars stays: they align with the one of the opening marker.
            prefix.truncate(star);
            if prefix.ends_with(' ') {
                prefix.pop();
            }
            true
        }
        None => {
            let keep = prefix.len() - indent_below_marker(&lines[0], &prefix);
            prefix.truncate(keep);
            false
        }
    };

    let last = &lines[n - 1];
    let before_marker = last.split_once("*/").map_or(&**last, |(before, _)| before);
    if is_blank(before_marker) {
        let marker = if has_stars { " */" } else { "*/" };
        lines[n - 1] = Cow::Owned(format!("{prefix}{marker}"));
    } else {
        // Text on the last line is aligned with the other lines, supposedly.
        let keep = common_prefix(&prefix, last).len();
        prefix.truncate(keep);
    }

    for line in &mut lines[1..] {
        if !line.is_empty() {
            *line = Cow::Owned(line[prefix.len()..].to_owned());
        }
    }
}

/// How much of the end of the prefix indents the text relative to the opening marker.
fn indent_below_marker(first: &str, prefix: &str) -> usize {
    let text = &first[2..];
    if is_blank(text) {
        // No text beside the marker: up to three blanks or a tab.
        let blanks = prefix.len() - prefix.trim_end_matches(' ').len();
        return match blanks {
            0 => usize::from(prefix.ends_with('\t')),
            n => n.min(3),
        };
    }
    let space = &text[..text.bytes().take_while(|&b| b <= b' ').count()];
    // Blanks make up for the marker, or a tab that follows it does.
    let indent = if space.starts_with('\t') {
        space.to_owned()
    } else {
        format!("  {space}")
    };
    if prefix.ends_with(&indent) {
        indent.len()
    } else {
        0
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| b <= b' ')
}

fn is_margin(b: u8) -> bool {
    b <= b' ' || b == b'*'
}

/// White space and stars at the beginning of the line.
fn margin(line: &str) -> &str {
    &line[..line.bytes().take_while(|&b| is_margin(b)).count()]
}

fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    let n = a
        .bytes()
        .zip(b.bytes())
        .take_while(|&(x, y)| x == y && is_margin(x))
        .count();
    &a[..n]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(text: &str) -> String {
        let mut lines: Vec<Cow<'_, str>> = text.split('\n').map(Cow::Borrowed).collect();
        strip_common_prefix(&mut lines);
        lines.join("\n")
    }

    #[test]
    fn styles() {
        assert_eq!(strip("/*\n\t\ta\n\n\t\t  b\n\t*/"), "/*\n\ta\n\n\t  b\n*/");
        assert_eq!(strip("/*\n\t * a\n\t * b\n\t */"), "/*\n * a\n * b\n */");
        assert_eq!(strip("/* a\n\t   b\n\t   c */"), "/* a\n   b\n   c */");
        assert_eq!(strip("/*\ta\n\t\tb */"), "/*\ta\n\tb */");
        assert_eq!(strip("/*\n     a\n  */"), "/*\n   a\n*/");
        assert_eq!(strip("/* a */"), "/* a */");
    }
}
