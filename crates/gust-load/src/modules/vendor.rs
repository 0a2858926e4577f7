//! `vendor/modules.txt`: which modules and packages the vendor folder has.

use super::gover;
use super::path::{ModVersion, check_import_path};
use super::semver;
use std::collections::HashMap;

/// What the file says of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorMeta {
    /// Whether `go.mod` requires it.
    pub explicit: bool,
    /// What replaces it; an empty path for nothing.
    pub replacement: ModVersion,
    /// Its Go version, or empty.
    pub go_version: String,
}

/// The content of a `modules.txt`.
#[derive(Clone, Debug, Default)]
pub struct VendorList {
    /// Modules with packages, in order of appearance.
    pub modules: Vec<ModVersion>,
    /// Modules marked as replaced.
    pub replaced: Vec<ModVersion>,
    /// The version of each module with packages.
    pub versions: HashMap<String, String>,
    /// The module of each package.
    pub packages: HashMap<String, ModVersion>,
    /// What is known of each module.
    pub meta: HashMap<ModVersion, VendorMeta>,
    /// Whether a workspace was vendored.
    pub workspace: bool,
}

impl VendorList {
    /// Parses the file. Lines of other forms are for future releases and skipped.
    pub fn parse(text: &str) -> VendorList {
        let mut list = VendorList::default();
        let mut current: Option<ModVersion> = None;
        for (i, line) in text.split('\n').enumerate() {
            if let Some(head) = line.strip_prefix("# ") {
                let fields: Vec<&str> = head.split_whitespace().collect();
                if fields.len() >= 2 {
                    current = list.module_line(&fields);
                }
                continue;
            }
            let notes = line.strip_prefix("## ");
            if i == 0 {
                list.workspace =
                    notes.is_some_and(|n| n.split(';').any(|n| n.trim() == "workspace"));
            }
            let Some(m) = &current else {
                continue;
            };
            if let Some(notes) = notes {
                let meta = list.meta.entry(m.clone()).or_default();
                for note in notes.split(';').map(str::trim) {
                    if note == "explicit" {
                        meta.explicit = true;
                    }
                    if let Some(v) = note.strip_prefix("go ") {
                        meta.go_version = v.to_owned();
                    }
                }
                continue;
            }
            let mut words = line.split_whitespace();
            if let (Some(path), None) = (words.next(), words.next())
                && check_import_path(path).is_ok()
            {
                let known = list.versions.get(&m.path);
                if known.is_none_or(|v| gover::mod_compare(&m.path, v, &m.version).is_lt()) {
                    list.versions.insert(m.path.clone(), m.version.clone());
                    list.modules.push(m.clone());
                }
                list.packages.insert(path.to_owned(), m.clone());
            }
        }
        list
    }

    /// `path version [=> path [version]]`, or `path => path [version]`.
    fn module_line(&mut self, fields: &[&str]) -> Option<ModVersion> {
        let (m, rest) = if semver::is_valid(fields[1]) {
            (ModVersion::new(fields[0], fields[1]), &fields[2..])
        } else if fields[1] == "=>" {
            (ModVersion::new(fields[0], ""), &fields[1..])
        } else {
            return None;
        };
        let replacement = match *rest {
            ["=>", path] => Some(ModVersion::new(path, "")),
            ["=>", path, version] if semver::is_valid(version) => {
                Some(ModVersion::new(path, version))
            }
            _ => None,
        };
        let is_arrow = rest.first() == Some(&"=>") && rest.len() >= 2;
        if is_arrow {
            let meta = self.meta.entry(m.clone()).or_default();
            if let Some(r) = replacement {
                meta.replacement = r;
                self.replaced.push(m.clone());
            }
        }
        Some(m)
    }

    /// What is known of `m`.
    pub fn meta_of(&self, m: &ModVersion) -> VendorMeta {
        self.meta.get(m).cloned().unwrap_or_default()
    }
}

/// Whether the file's first line marks a vendored workspace.
pub fn is_for_workspace(text: &str) -> bool {
    text.lines()
        .next()
        .and_then(|l| l.strip_prefix("## "))
        .is_some_and(|n| n.split(';').any(|n| n.trim() == "workspace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing() {
        let text = "## workspace\n# a.test/m v1.0.0\n## explicit; go 1.21\na.test/m\na.test/m/sub\n# b.test/m v1.2.0 => ./b\n## explicit\nb.test/m\n# c.test/m v1.0.0 => d.test/m v1.1.0\n# e.test/m => ../e\n# odd line here\nnot/counted\n";
        let l = VendorList::parse(text);
        assert!(l.workspace && is_for_workspace(text));
        let mv = ModVersion::new;
        assert_eq!(
            l.modules,
            [mv("a.test/m", "v1.0.0"), mv("b.test/m", "v1.2.0")]
        );
        assert_eq!(l.packages["a.test/m/sub"], mv("a.test/m", "v1.0.0"));
        assert!(!l.packages.contains_key("not/counted"));
        let a = l.meta_of(&mv("a.test/m", "v1.0.0"));
        assert!(a.explicit && a.go_version == "1.21");
        assert_eq!(
            l.meta_of(&mv("b.test/m", "v1.2.0")).replacement,
            mv("./b", "")
        );
        assert_eq!(
            l.replaced,
            [
                mv("b.test/m", "v1.2.0"),
                mv("c.test/m", "v1.0.0"),
                mv("e.test/m", "")
            ]
        );
        assert_eq!(
            l.meta_of(&mv("c.test/m", "v1.0.0")).replacement,
            mv("d.test/m", "v1.1.0")
        );
    }
}
