//! `go.sum`: the hashes of the modules a build uses.

use crate::modules::error::{ErrorKind, ModError};
use crate::modules::par::lock;
use crate::modules::path::{ModVersion, compare_mod_versions};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

type Sums = HashMap<ModVersion, Vec<String>>;

/// The hash of an empty `go.mod`, which old releases recorded by mistake.
const EMPTY_GO_MOD: &str = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

const MISMATCH: &str = "

SECURITY ERROR
This download does NOT match an earlier download recorded in go.sum.
The bits may have been replaced on the origin server, or an attacker may
have intercepted the download attempt.

For more information, see 'go help module-auth'.
";

/// The sums of the main module, or of the workspace and its modules.
#[derive(Debug)]
pub struct GoSum {
    file: PathBuf,
    /// The `go.sum` of each workspace module: read, never written.
    workspace: Vec<(PathBuf, Sums)>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sums: Sums,
    /// Hashes added in this run.
    added: HashSet<(ModVersion, String)>,
}

impl GoSum {
    /// Reads `file` and the files of the workspace's modules. A missing file counts as empty.
    pub fn open(file: &Path, workspace: &[PathBuf]) -> Result<GoSum, ModError> {
        Ok(GoSum {
            workspace: workspace
                .iter()
                .map(|f| Ok((f.clone(), read(f)?)))
                .collect::<Result<_, ModError>>()?,
            state: Mutex::new(State {
                sums: read(file)?,
                added: HashSet::new(),
            }),
            file: file.to_path_buf(),
        })
    }

    /// Whether there is a hash for `m` that was not added in this run.
    pub fn has(&self, m: &ModVersion) -> bool {
        let state = lock(&self.state);
        let known = |h: &String| h.starts_with("h1:");
        self.workspace
            .iter()
            .filter_map(|(_, s)| s.get(m))
            .flatten()
            .any(known)
            || state.sums.get(m).is_some_and(|hs| {
                hs.iter()
                    .any(|h| known(h) && !state.added.contains(&(m.clone(), h.clone())))
            })
    }

    /// The hash recorded for `m`; `None` also when the files disagree.
    pub fn recorded(&self, m: &ModVersion) -> Option<String> {
        let state = lock(&self.state);
        let added = |h: &String| state.added.contains(&(m.clone(), h.clone()));
        let own = state.sums.get(m).into_iter().flatten();
        let all: BTreeSet<&String> = self
            .workspace
            .iter()
            .filter_map(|(_, s)| s.get(m))
            .flatten()
            .chain(own.filter(|h| !added(h)))
            .filter(|h| h.starts_with("h1:"))
            .collect();
        match all.len() {
            1 => all.first().map(|h| (*h).clone()),
            _ => None,
        }
    }

    /// Whether `hash` is a recorded hash of `m`.
    ///
    /// # Errors
    /// A security error when another one is recorded.
    pub fn matches(&self, m: &ModVersion, hash: &str) -> Result<bool, ModError> {
        let mismatch = |file: &str, recorded: &str| {
            ModError::with_kind(
                ErrorKind::Fatal,
                format!(
                    "verifying {m}: checksum mismatch\n\tdownloaded: {hash}\n\t{file}:     {recorded}{MISMATCH}"
                ),
            )
        };
        let state = lock(&self.state);
        let name = match self.file.file_name() {
            Some(n) if n == "go.work.sum" => "go.work.sum",
            _ => "go.sum",
        };
        for h in state.sums.get(m).into_iter().flatten() {
            if h == hash {
                return Ok(true);
            }
            if h.starts_with("h1:") {
                return Err(mismatch(name, h));
            }
        }
        let mut found = false;
        for (file, sums) in &self.workspace {
            for h in sums.get(m).into_iter().flatten() {
                if h == hash {
                    found = true;
                } else if h.starts_with("h1:") {
                    return Err(mismatch(&file.to_string_lossy(), h));
                }
            }
        }
        Ok(found)
    }

    /// Adds a hash that has been verified otherwise.
    pub fn add(&self, m: &ModVersion, hash: &str) {
        let mut state = lock(&self.state);
        let list = state.sums.entry(m.clone()).or_default();
        if !list.iter().any(|h| h == hash) {
            list.push(hash.to_owned());
            state.added.insert((m.clone(), hash.to_owned()));
        }
    }

    /// Whether hashes were added in this run.
    pub fn is_dirty(&self) -> bool {
        !lock(&self.state).added.is_empty()
    }

    /// Writes the added hashes of modules that `keep` accepts, merged with what the file holds now,
    /// through a temporary file. The version given to `keep` has no `/go.mod`.
    pub fn write(&self, keep: &dyn Fn(&ModVersion) -> bool) -> Result<(), ModError> {
        let mut state = lock(&self.state);
        let wanted = |m: &ModVersion| {
            let version = m.version.strip_suffix("/go.mod").unwrap_or(&m.version);
            keep(&ModVersion::new(&m.path, version))
                && !self.workspace.iter().any(|(_, s)| s.contains_key(m))
        };
        let added: Vec<_> = state.added.iter().filter(|(m, _)| wanted(m)).collect();
        if added.is_empty() {
            return Ok(());
        }
        let mut sums = read(&self.file)?;
        for (m, h) in added {
            let list = sums.entry(m.clone()).or_default();
            if !list.contains(h) {
                list.push(h.clone());
            }
        }
        super::cache::write_atomically(&self.file, format_sums(&sums).as_bytes())
            .map_err(|e| ModError::new(format!("updating go.sum: {e}")))?;
        state.sums = sums;
        state.added.clear();
        Ok(())
    }
}

fn format_sums(sums: &Sums) -> String {
    let mut modules: Vec<&ModVersion> = sums.keys().collect();
    modules.sort_by(|a, b| compare_mod_versions(a, b));
    let mut out = String::new();
    for m in modules {
        let hashes: BTreeSet<&String> = sums[m].iter().collect();
        for h in hashes {
            out.push_str(&format!("{} {} {h}\n", m.path, m.version));
        }
    }
    out
}

fn read(file: &Path) -> Result<Sums, ModError> {
    match super::cache::read_shared(file) {
        Ok(data) => parse(&file.to_string_lossy(), &data),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Sums::new()),
        Err(e) => Err(ModError::new(format!(
            "open {}: {}",
            file.display(),
            super::cache::io_text(&e)
        ))),
    }
}

fn parse(file: &str, data: &[u8]) -> Result<Sums, ModError> {
    let mut sums = Sums::new();
    for (i, line) in String::from_utf8_lossy(data).split('\n').enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields[..] {
            [] => {}
            [_, _, EMPTY_GO_MOD] => {}
            [path, version, hash] => sums
                .entry(ModVersion::new(path, version))
                .or_default()
                .push(hash.to_owned()),
            _ => {
                return Err(ModError::with_kind(
                    ErrorKind::Fatal,
                    format!(
                        "malformed go.sum:\n{file}:{}: wrong number of fields {}",
                        i + 1,
                        fields.len()
                    ),
                ));
            }
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_checking_and_writing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("go.sum");
        let other = dir.path().join("other.sum");
        std::fs::write(
            &file,
            "b.test v1.0.0 h1:b\n\na.test v1.10.0 h2:new\na.test v1.2.0/go.mod h1:a\n",
        )
        .unwrap();
        std::fs::write(&other, "w.test v1.0.0 h1:w\nb.test v1.0.0 h1:bad\n").unwrap();
        let s = GoSum::open(&file, std::slice::from_ref(&other)).unwrap();
        let m = |p: &str, v: &str| ModVersion::new(p, v);
        assert!(s.has(&m("w.test", "v1.0.0")) && s.has(&m("a.test", "v1.2.0/go.mod")));
        assert!(!s.has(&m("a.test", "v1.10.0")), "unknown algorithm");
        assert_eq!(s.recorded(&m("b.test", "v1.0.0")), None, "files disagree");
        assert_eq!(s.matches(&m("b.test", "v1.0.0"), "h1:b"), Ok(true));
        assert_eq!(s.matches(&m("c.test", "v1.0.0"), "h1:c"), Ok(false));
        let e = s
            .matches(&m("a.test", "v1.2.0/go.mod"), "h1:x")
            .unwrap_err();
        assert_eq!(
            e.to_string(),
            format!(
                "verifying a.test@v1.2.0/go.mod: checksum mismatch\n\tdownloaded: h1:x\n\tgo.sum:     h1:a{MISMATCH}"
            )
        );
        s.add(&m("a.test", "v1.2.0"), "h1:a2");
        s.add(&m("w.test", "v1.0.0"), "h1:w");
        s.add(&m("n.test", "v1.0.0"), "h1:n");
        assert_eq!(s.recorded(&m("n.test", "v1.0.0")), None, "not in the file");
        assert!(s.is_dirty() && !s.has(&m("a.test", "v1.2.0")));
        s.write(&|m| m.version == "v1.2.0").unwrap();
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            "a.test v1.2.0 h1:a2\na.test v1.2.0/go.mod h1:a\na.test v1.10.0 h2:new\nb.test v1.0.0 h1:b\n"
        );
        assert!(!s.is_dirty() && s.has(&m("a.test", "v1.2.0")));
    }

    #[test]
    fn malformed() {
        let e = parse("go.sum", b"a b\n").unwrap_err();
        assert_eq!(
            e.to_string(),
            "malformed go.sum:\ngo.sum:1: wrong number of fields 2"
        );
    }
}
