//! The text inside a block: quotation marks, URLs, references in brackets.

use super::block::{LinkDef, LinkIndex};
use crate::unicode::{is_letter, is_punct, is_upper};

/// The canonical text of a paragraph. Marks the link definitions that it refers to as used.
///
/// Doubled quotes become typographic ones, except in URLs. A reference `[text]` keeps its brackets;
/// it ends a URL that runs into it.
pub(super) fn canonical(text: &str, index: &LinkIndex, defs: &mut [LinkDef<'_>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut open = None;
    // The text since the first opening bracket after the last closing one, on one line. Brackets
    // themselves are left out.
    let mut label = String::new();
    for (i, c) in text.char_indices() {
        match c {
            '[' => open = Some(i),
            ']' => {
                if let Some(start) = open.take() {
                    let inner = &text[start + 1..i];
                    let def = index.get(&label).copied();
                    if let Some(def) = def {
                        defs[def].used = true;
                    }
                    if def.is_some() || is_doc_link(inner, &text[..start], &text[i + 1..]) {
                        push_text(&mut out, &text[done..start], true);
                        out.push('[');
                        push_text(&mut out, inner, false);
                        out.push(']');
                        done = i + 1;
                    }
                }
                label.clear();
            }
            _ if open.is_some() => label.push(if matches!(c, '\n' | '\t') { ' ' } else { c }),
            _ => {}
        }
    }
    push_text(&mut out, &text[done..], true);
    out
}

/// Appends text with its doubled quotes replaced, but not in URLs if `urls` is set.
fn push_text(out: &mut String, text: &str, urls: bool) {
    let bytes = text.as_bytes();
    let mut done = 0;
    let mut at = 0;
    while at < text.len() {
        if urls && let Some(rest) = text.get(at..) {
            let url = url_len(rest);
            if url > 0 {
                out.push_str(&text[done..at + url]);
                at += url;
                done = at;
                continue;
            }
            // A scheme begins at the beginning of a word only.
            let word = identifier_len(rest);
            if word > 0 {
                at += word;
                continue;
            }
        }
        let quote = match &bytes[at..] {
            [b'`', b'`', b'`', ..] => {
                at = behind_back_quotes(bytes, at);
                continue;
            }
            [b'`', b'`', ..] => '“',
            [b'\'', b'\'', ..] => '”',
            _ => {
                at += 1;
                continue;
            }
        };
        out.push_str(&text[done..at]);
        out.push(quote);
        at += 2;
        done = at;
    }
    out.push_str(&text[done..]);
}

/// Where to go on behind three or more back quotes, which are Markdown's and no quotation.
///
/// The official formatter means to skip the whole run, but unless the text begins with it looks
/// for the fourth and further ones at twice the offset. Rewritten comments would look different
/// if it were otherwise.
fn behind_back_quotes(text: &[u8], start: usize) -> usize {
    let mut at = start + 3;
    while text.get(start + at) == Some(&b'`') {
        at += 1;
    }
    at
}

/// Reports whether `scheme` starts URLs that documentation links.
pub(super) fn is_scheme(scheme: &str) -> bool {
    matches!(
        scheme,
        "file" | "ftp" | "gopher" | "http" | "https" | "mailto" | "nntp"
    )
}

/// The length of the URL at the beginning of the text, or zero.
fn url_len(text: &str) -> usize {
    /// Text within brackets counts as part of a URL only up to this length, so that a text full of
    /// unclosed brackets does not take quadratic time.
    const MAX_BRACKETED: usize = 256;

    let bytes = text.as_bytes();
    let Some(colon) = bytes.iter().take(7).position(|&b| b == b':') else {
        return 0;
    };
    if !text[colon..].starts_with("://") || !is_scheme(&text[..colon]) {
        return 0;
    }
    let host = colon + 3;
    let is_host = |&b: &u8| b.is_ascii_alphanumeric() || b"_@-.[]:".contains(&b);
    if !bytes
        .get(host)
        .is_some_and(|b| is_host(b) && !ends_sentence(*b))
    {
        return 0;
    }
    let run = bytes[host..].iter().take_while(|b| is_host(b)).count();
    let mut end = host
        + 1
        + bytes[host..host + run]
            .iter()
            .rposition(|&b| !ends_sentence(b))
            .unwrap_or(0);

    // The path may hold brackets in pairs and ends before punctuation that belongs to the
    // sentence.
    let mut brackets = Vec::new();
    for (i, &b) in bytes.iter().enumerate().skip(end) {
        if i - end > MAX_BRACKETED {
            break;
        }
        match b {
            _ if ends_sentence(b) => continue,
            b'(' => brackets.push(b')'),
            b'{' => brackets.push(b'}'),
            b'[' => brackets.push(b']'),
            b')' | b'}' | b']' => {
                if brackets.pop() != Some(b) {
                    break;
                }
            }
            _ if b.is_ascii_alphanumeric() || b"$'*+&#=@~_/-%".contains(&b) => {}
            _ => break,
        }
        if brackets.is_empty() {
            end = i + 1;
        }
    }
    end
}

/// Punctuation that may stand inside a URL but not at its end.
fn ends_sentence(b: u8) -> bool {
    b".,:;?!".contains(&b)
}

/// The length of the identifier at the beginning of the text, or zero. Digits beyond ASCII do not
/// count.
fn identifier_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    let is_part = |&(i, c): &(usize, char)| c == '_' || is_letter(c) || i > 0 && c.is_ascii_digit();
    chars
        .find(|part| !is_part(part))
        .map_or(text.len(), |(end, _)| end)
}

/// Reports whether `[text]` refers to a package or to a symbol of a package, as `[os]`,
/// `[*encoding/json.Decoder]` or `[io.Reader.Read]` do.
///
/// What the text means in its own package is unknown here, so `[Name]` alone is no reference.
fn is_doc_link(text: &str, before: &str, after: &str) -> bool {
    let separates = |c: char| matches!(c, ' ' | '\t' | '\n') || is_punct(c);
    if !before.chars().next_back().is_none_or(separates)
        || !after.chars().next().is_none_or(separates)
    {
        return false;
    }
    let text = text.strip_prefix('*').unwrap_or(text);
    let package = match split_exported(text) {
        Some(qualifier) => split_exported(qualifier).unwrap_or(qualifier),
        None => text,
    };
    if package.contains('/') {
        is_import_path(package)
    } else {
        STD.binary_search(&package).is_ok()
    }
}

/// Cuts an exported name and the dot before it from the end.
fn split_exported(text: &str) -> Option<&str> {
    let (qualifier, name) = text.rsplit_once('.').unwrap_or(("", text));
    let exported = name.chars().next().is_some_and(is_upper) && identifier_len(name) == name.len();
    exported.then_some(qualifier)
}

fn is_import_path(path: &str) -> bool {
    !path.starts_with('-')
        && path.split('/').all(|element| {
            !element.is_empty()
                && !element.starts_with('.')
                && !element.ends_with('.')
                && element
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-.~_+".contains(&b))
        })
}

/// The standard packages whose import path is a single element, sorted.
const STD: &[&str] = &[
    "bufio", "bytes", "cmp", "context", "crypto", "embed", "encoding", "errors", "expvar", "flag",
    "fmt", "hash", "html", "image", "io", "iter", "log", "maps", "math", "mime", "net", "os",
    "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings",
    "structs", "sync", "syscall", "testing", "time", "unicode", "unique", "unsafe", "weak",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_ends() {
        for (text, url) in [
            ("http://a.b/c.", "http://a.b/c"),
            ("https://a.b:80/(c)?d!", "https://a.b:80/(c)?d"),
            ("ftp://a)", "ftp://a"),
            ("http://a/(b", "http://a/"),
            ("http://.a", ""),
            ("httpx://a", ""),
            ("http:/a", ""),
        ] {
            assert_eq!(&text[..url_len(text)], url, "{text}");
        }
    }

    #[test]
    fn runs_of_back_quotes() {
        let canonical = |text| {
            let mut out = String::new();
            push_text(&mut out, text, true);
            out
        };
        assert_eq!(canonical("`````"), "`````");
        assert_eq!(canonical("a `````"), "a ```“");
        // The quotes that are skipped can be anywhere, even in front of a character's second byte.
        assert_eq!(canonical(" ```é`` ``"), " ```é“ “");
    }

    #[test]
    fn doc_links() {
        for text in [
            "os",
            "*os.File",
            "encoding/json.Decoder.Decode",
            "a.b/c",
            "io.Reader",
        ] {
            assert!(is_doc_link(text, "(", ", "), "{text}");
        }
        for text in ["Name", "T.M", "rand", "os.file", "a//b", "", "."] {
            assert!(!is_doc_link(text, "", ""), "{text}");
        }
        assert!(!is_doc_link("os", "map", ""));
        assert!(!is_doc_link("os", "", "T"));
    }

    #[test]
    fn std_is_sorted() {
        assert!(STD.is_sorted());
    }
}
