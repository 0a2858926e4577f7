//! Static libraries (`ar`): what their members refer to.

use super::elf::Image;

const START: &[u8] = b"!<arch>\n";

/// Size of the header in front of each member.
const HEADER: usize = 60;

/// Where in it the size of the member stands, in decimal digits.
const SIZE: std::ops::Range<usize> = 48..58;

/// Names of symbols that members of the library refer to and do not define themselves. What is no object is passed over.
pub(super) fn undefined(library: &[u8]) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = library.strip_prefix(START).unwrap_or_default();
    while let Some((header, behind)) = rest.split_at_checked(HEADER) {
        let size = std::str::from_utf8(&header[SIZE]).unwrap_or_default();
        let Ok(size) = size.trim_end().parse::<usize>() else {
            break;
        };
        let Some((member, behind)) = behind.split_at_checked(size) else {
            break;
        };
        if let Ok(object) = Image::read(member) {
            out.extend(object.undefined());
        }
        // Members begin at even places.
        rest = behind.get(size % 2..).unwrap_or_default();
    }
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::undefined;

    #[test]
    fn other_files_are_passed_over() {
        let mut library = b"!<arch>\n".to_vec();
        for text in ["odd", "even"] {
            library.extend(format!("{:<48}{:<10}`\n{text}", "name", text.len()).bytes());
            if text.len() % 2 == 1 {
                library.push(b'\n');
            }
        }
        assert!(undefined(&library).is_empty());
        assert!(undefined(b"!<arch>\nbroken").is_empty());
        assert!(undefined(b"").is_empty());
    }
}
