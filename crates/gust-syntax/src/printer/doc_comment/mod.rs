//! Doc comments in their canonical form.
//!
//! A comment that directly precedes a declaration in the first column is documentation, written
//! in a small markup (<https://go.dev/doc/comment>): paragraphs, headings, lists, code blocks,
//! links. The formatter normalises the markup and leaves the words and the line breaks within
//! paragraphs alone.
//!
//! [`block`] splits the text into blocks, [`inline`] handles quotes and links inside them.

mod block;
mod inline;

use block::{Block, Document};

/// Reformats the comments of one group, each given and returned with its markers.
///
/// `None` means that the group is left as it is: it holds only directives, mixes comment styles,
/// or is a `/* */` comment whose layout carries meaning. An empty result removes the comment.
pub(crate) fn reformat(comments: &[&str]) -> Option<Vec<String>> {
    let first = *comments.first()?;
    if first.starts_with("//") {
        reformat_line_comments(comments)
    } else if comments.len() == 1 {
        reformat_general_comment(first).map(|c| vec![c])
    } else {
        None
    }
}

fn reformat_general_comment(comment: &str) -> Option<String> {
    let inner = comment.strip_prefix("/*")?.strip_suffix("*/")?;
    if !inner.contains('\n') || has_star_column(comment) {
        return None;
    }
    Some(format!("/*\n{}*/", canonical_text(inner)))
}

fn reformat_line_comments(comments: &[&str]) -> Option<Vec<String>> {
    let mut text = String::new();
    let mut directives = Vec::new();
    for comment in comments {
        let body = comment.strip_prefix("//")?;
        if is_directive(body) {
            directives.push(*comment);
        } else {
            text.push_str(body.strip_prefix(' ').unwrap_or(body));
            text.push('\n');
        }
    }
    if text.is_empty() {
        return None;
    }

    let mut out: Vec<String> = canonical_text(&text)
        .split_terminator('\n')
        .map(as_line_comment)
        .collect();
    if !directives.is_empty() {
        out.push("//".to_owned());
        out.extend(directives.into_iter().map(str::to_owned));
    }
    Some(out)
}

fn as_line_comment(line: &str) -> String {
    if line.is_empty() || line.starts_with('\t') {
        format!("//{line}")
    } else {
        format!("// {line}")
    }
}

/// Reports whether the text after `//` makes the comment an instruction to a tool, which
/// documentation does not show: `line`, `extern`, `export`, or `word:word` without spaces.
pub(crate) fn is_directive(body: &str) -> bool {
    if ["line ", "extern ", "export "]
        .iter()
        .any(|word| body.starts_with(word))
    {
        return true;
    }
    let word = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    match body.split_once(':') {
        Some((tool, rest)) => {
            !tool.is_empty()
                && tool.as_bytes().iter().all(word)
                && rest.as_bytes().first().is_some_and(word)
        }
        None => false,
    }
}

/// Reports whether every line after the first begins with a star, as in C block comments.
fn has_star_column(comment: &str) -> bool {
    comment
        .split('\n')
        .skip(1)
        .map(|line| line.trim_start_matches([' ', '\t']))
        .all(|line| line.starts_with('*'))
}

/// The canonical form of the text between the comment markers.
fn canonical_text(text: &str) -> String {
    let doc = Document::parse(text);
    let mut out = String::with_capacity(text.len() + 16);
    for (i, block) in doc.blocks.iter().enumerate() {
        if i > 0 && needs_blank_before(block) {
            out.push('\n');
        }
        print_block(&mut out, block);
    }
    // Definitions that the text refers to come first; the others get a paragraph of their own,
    // so that an author sees and deletes them.
    for used in [true, false] {
        let mut wanted = doc.links.iter().filter(|link| link.used == used).peekable();
        if wanted.peek().is_some() {
            out.push('\n');
        }
        for link in wanted {
            out.push_str(&format!("[{}]: {}\n", link.text, link.url));
        }
    }
    out
}

fn needs_blank_before(block: &Block<'_>) -> bool {
    match block {
        Block::List(list) => list.blank_before || list.is_loose(),
        _ => true,
    }
}

fn print_block(out: &mut String, block: &Block<'_>) {
    match block {
        Block::Paragraph(text) => {
            out.push_str(text);
            out.push('\n');
        }
        Block::Heading(text) => {
            out.push_str("# ");
            out.push_str(text);
            out.push('\n');
        }
        Block::Code(lines) => {
            for line in lines {
                if !line.is_empty() {
                    out.push('\t');
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        Block::List(list) => print_list(out, list),
    }
}

fn print_list(out: &mut String, list: &block::List<'_>) {
    const ITEM_INDENT: &str = "    ";
    let loose = list.is_loose();
    for (i, item) in list.items.iter().enumerate() {
        if i > 0 && loose {
            out.push('\n');
        }
        if item.number.is_empty() {
            out.push_str("  - ");
        } else {
            out.push(' ');
            out.push_str(item.number);
            out.push_str(". ");
        }
        for (k, paragraph) in item.paragraphs.iter().enumerate() {
            if k > 0 {
                out.push('\n');
                out.push_str(ITEM_INDENT);
            }
            for (n, line) in paragraph.split('\n').enumerate() {
                if n > 0 {
                    out.push('\n');
                    out.push_str(ITEM_INDENT);
                }
                out.push_str(line);
            }
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Option<String> {
        let list: Vec<&str> = text.lines().collect();
        reformat(&list).map(|out| out.join("\n"))
    }

    #[test]
    fn paragraphs_keep_their_line_breaks() {
        assert_eq!(
            lines("//Foo does\n// this.").unwrap(),
            "// Foo does\n// this."
        );
        assert_eq!(
            lines("//\n// a\n//\n//\n// b\n//").unwrap(),
            "// a\n//\n// b"
        );
        assert_eq!(lines("//\n//").unwrap(), "");
    }

    #[test]
    fn code_is_indented_by_one_tab_and_set_apart() {
        assert_eq!(
            lines("// Use:\n//   x()\n//     y()\n// so").unwrap(),
            "// Use:\n//\n//\tx()\n//\t  y()\n//\n// so"
        );
        // A brace that was forgotten when code was pasted belongs to the code.
        assert_eq!(
            lines("// Run\n// f {\n//\tx\n// }").unwrap(),
            "// Run\n//\n//\tf {\n//\t\tx\n//\t}"
        );
    }

    #[test]
    fn lists_get_two_column_markers() {
        assert_eq!(
            lines("// x:\n//  * a\n//    b\n//  * c").unwrap(),
            "// x:\n//   - a\n//     b\n//   - c"
        );
        assert_eq!(
            lines("// x:\n//\n//  1) a\n//\n//  2) c").unwrap(),
            "// x:\n//\n//  1. a\n//\n//  2. c"
        );
        // List items that begin in the first column count when the last one is continued indented.
        assert_eq!(
            lines("// - a\n// - b\n//   c").unwrap(),
            "//   - a\n//   - b\n//     c"
        );
    }

    #[test]
    fn headings_of_both_styles() {
        assert_eq!(
            lines("// a\n//\n// #  Head \n//\n// b").unwrap(),
            "// a\n//\n// # Head\n//\n// b"
        );
        assert_eq!(
            lines("// a\n//\n// The Head's 1.2\n//\n// b").unwrap(),
            "// a\n//\n// # The Head's 1.2\n//\n// b"
        );
        assert_eq!(
            lines("// a\n//\n// Not this.\n//\n// b").unwrap(),
            "// a\n//\n// Not this.\n//\n// b"
        );
    }

    #[test]
    fn link_definitions_move_to_the_end() {
        let text = "// [u]: http://u\n// [v]: https://v\n//\n// See [v].";
        assert_eq!(
            lines(text).unwrap(),
            "// See [v].\n//\n// [v]: https://v\n//\n// [u]: http://u"
        );
        assert_eq!(
            lines("// [u]: other://u\n// x").unwrap(),
            "// [u]: other://u\n// x"
        );
    }

    #[test]
    fn quotes_become_typographic_outside_urls_and_code_marks() {
        assert_eq!(
            lines("// ``a'' ```b``` http://x.y/''z").unwrap(),
            "// “a” ```b``` http://x.y/''z"
        );
    }

    #[test]
    fn directives_follow_the_text() {
        assert_eq!(
            lines("//go:noinline\n// f\n//export f").unwrap(),
            "// f\n//\n//go:noinline\n//export f"
        );
        assert_eq!(lines("//go:noinline"), None);
        assert_eq!(lines("//TODO:x").unwrap(), "// TODO:x");
    }

    #[test]
    fn general_comments() {
        let one = |c| reformat(&[c]).map(|mut v| v.remove(0));
        assert_eq!(one("/* a */"), None);
        assert_eq!(one("/*\n * a\n */"), None);
        assert_eq!(one("/*\na\n  b\nc*/").unwrap(), "/*\na\n\n\tb\n\nc\n*/");
        assert_eq!(reformat(&["/* a\n*/", "/* b */"]), None);
        assert_eq!(reformat(&["// a", "/* b */"]), None);
    }
}
