//! The first sentence of a package comment, as `list` shows it in `Doc`.

/// Beginnings of comments that are no documentation.
const NO_DOC: [&str; 3] = ["copyright", "all rights", "author"];

/// Packages of std that a link can name without a slash.
const TOP_LEVEL: [&str; 40] = [
    "bufio", "bytes", "cmp", "context", "crypto", "embed", "encoding", "errors", "expvar", "flag",
    "fmt", "hash", "html", "image", "io", "iter", "log", "maps", "math", "mime", "net", "os",
    "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings",
    "structs", "sync", "syscall", "testing", "time", "unicode", "unique", "unsafe", "weak",
];

/// The first sentence of `text` (a comment without its markers), as plain text on one line.
#[must_use]
pub fn synopsis(text: &str) -> String {
    let sentence = first_sentence(text);
    let lower = sentence.to_lowercase();
    if NO_DOC.iter().any(|p| lower.starts_with(p)) {
        return String::new();
    }
    let paragraph = sentence.split("\n\n").next().unwrap_or_default();
    // So does an indented line after others: it starts a list or code.
    let paragraph = match paragraph
        .find("\n ")
        .into_iter()
        .chain(paragraph.find("\n\t"))
        .min()
    {
        Some(end) => &paragraph[..end],
        None => paragraph,
    };
    // An indented first line is code, a `#` a heading: no sentence at all.
    if paragraph.starts_with([' ', '\t', '#']) {
        return String::new();
    }
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    plain(&words.join(" "))
}

/// Up to the first full stop that ends a sentence: one before a blank and not after a single capital
/// (`J. Doe`), or an ideographic one.
fn first_sentence(text: &str) -> &str {
    let (mut before_last, mut last, mut current) = ('\0', '\0', '\0');
    for (at, c) in text.char_indices() {
        let next = match c {
            '\n' | '\r' | '\t' => ' ',
            c => c,
        };
        let initial = last.is_uppercase() && !before_last.is_uppercase();
        if (next == ' ' && current == '.' && !initial) || matches!(current, '。' | '．') {
            return &text[..at];
        }
        (before_last, last, current) = (last, current, next);
    }
    text
}

/// Resolves the little markup that doc comments have: quotation marks and links.
fn plain(text: &str) -> String {
    let text = text.replace("``", "“").replace("''", "”");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(open) = rest.find('[') {
        out.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        match inner.split_once(']') {
            Some((name, after)) if is_link(name, out.chars().last(), after.chars().next()) => {
                out.push_str(name.strip_prefix('*').unwrap_or(name));
                rest = after;
            }
            _ => {
                out.push('[');
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether `[name]` between these characters refers to a package or a declaration of one.
fn is_link(name: &str, before: Option<char>, after: Option<char>) -> bool {
    let apart = |c: Option<char>| c.is_none_or(|c| c.is_ascii_punctuation() || c == ' ');
    let ident = |s: &str| {
        s.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && s.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let exported = |s: &str| ident(s) && s.starts_with(char::is_uppercase);
    let name = name.strip_prefix('*').unwrap_or(name);
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_path = last.len() < name.len();
    let mut parts = last.split('.');
    let first = parts.next().unwrap_or_default();
    let rest_exported = parts.all(exported);
    let known = match is_path {
        true => ident(first) && first == first.to_lowercase(),
        false => TOP_LEVEL.contains(&first),
    };
    apart(before) && apart(after) && known && rest_exported
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        for (text, want) in [
            ("Package a does b. More.\n", "Package a does b."),
            (
                "Package a by J. Doe does\nit. No.\n",
                "Package a by J. Doe does it.",
            ),
            ("Package a\n\nSecond\n", "Package a"),
            ("Copyright me. Package a.\n", ""),
            (
                "Package a has [x.Y] and [fmt.Printf] and [T]:\n  - one\n",
                "Package a has [x.Y] and fmt.Printf and [T]:",
            ),
            ("\tcode\n", ""),
            (
                "Package a has ``q'' and [net/http.Client] and [1].\n",
                "Package a has “q” and net/http.Client and [1].",
            ),
            ("见。以后。\n", "见。"),
            ("", ""),
        ] {
            assert_eq!(synopsis(text), want, "{text:?}");
        }
    }
}
