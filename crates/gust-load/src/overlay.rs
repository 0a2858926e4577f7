//! The overlay: Go files of ours that stand in for files of the standard library.
//!
//! `golib/` holds a manifest, `overlay.toml`, and the files it names. Each entry says for one
//! package what is replaced, and why:
//!
//! ```toml
//! [[package]]
//! path = "runtime"
//! reason = "the runtime is gust's own"
//! replace = true                       # nothing of GOROOT's folder is used
//! files = ["runtime/*.go"]             # names relative to golib/, or all Go files of a folder
//!
//! [[package]]
//! path = "sync/atomic"
//! reason = "assembly; the compiler has these as intrinsics"
//! remove = ["asm.s"]                   # names in GOROOT's folder
//! files = ["sync/atomic/doc.go"]       # replaces the file of that name, or adds it
//! view = "portable"                    # select files as for an architecture nobody knows
//!
//! [[package]]
//! path = "math/big"
//! reason = "the runtime has what its assembly has"
//! view = "native"                      # select files as the official tool does; assembly is left out
//! ```

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the manifest in the overlay's folder.
pub const MANIFEST: &str = "overlay.toml";

/// All replacements.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    packages: HashMap<String, PackageOverlay>,
}

/// What is replaced in one package.
#[derive(Clone, Debug, Default)]
pub struct PackageOverlay {
    /// None of the package's own files is used.
    pub replace: bool,
    /// Files that are left out.
    pub removed: BTreeSet<String>,
    /// Files by name that replace or join the package's own.
    pub files: BTreeMap<String, OverlayFile>,
    /// Which files are selected, if not those of every other package of the standard library.
    pub view: Option<View>,
    /// Why.
    pub reason: String,
}

/// A file of the overlay.
#[derive(Clone, Debug)]
pub struct OverlayFile {
    /// Where it is, for messages; it need not exist when the overlay is built in.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<[u8]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(default)]
    package: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    reason: String,
    #[serde(default)]
    replace: bool,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
    view: Option<View>,
}

/// How the build constraints of a package's files are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// For an architecture that no file knows.
    Portable,
    /// Without the tags that choose portable files. Files of assembly are left out: the runtime has their functions.
    Native,
}

/// What is wrong with an overlay.
#[derive(Debug)]
pub struct OverlayError {
    /// The manifest or file.
    pub path: PathBuf,
    /// What about it.
    pub message: String,
}

impl std::fmt::Display for OverlayError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for OverlayError {}

/// All files of `golib/` by their names there: used when no folder is named.
const BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/golib.rs"));

/// Where the files of an overlay come from. Names are relative to `golib/`, with slashes.
trait Files {
    /// The text of a file.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
    /// Names of the Go files in a folder, sorted.
    fn go_files(&self, folder: &str) -> Result<Vec<String>, String>;
}

/// Those that are part of gust.
struct BuiltIn;

impl Files for BuiltIn {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let found = BUILT_IN.iter().find(|(n, _)| *n == name);
        found
            .map(|(_, text)| text.to_vec())
            .ok_or_else(|| "not built in".to_owned())
    }

    fn go_files(&self, folder: &str) -> Result<Vec<String>, String> {
        let names = BUILT_IN.iter().map(|(n, _)| *n);
        let inside = names.filter(|n| n.rsplit_once('/').is_some_and(|(dir, _)| dir == folder));
        let names = inside.filter(|n| n.ends_with(".go"));
        Ok(names.map(str::to_owned).collect())
    }
}

/// Those in a folder.
struct InFolder<'a>(&'a Path);

impl Files for InFolder<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(name)).map_err(|e| e.to_string())
    }

    fn go_files(&self, folder: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(self.0.join(folder)).map_err(|e| e.to_string())?;
        let names = entries
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names
            .filter(|n| n.ends_with(".go"))
            .map(|n| format!("{folder}/{n}"))
            .collect();
        names.sort();
        Ok(names)
    }
}

impl Overlay {
    /// The overlay that is part of gust.
    ///
    /// # Errors
    /// When the built-in manifest is broken, which a test rules out.
    pub fn built_in() -> Result<Self, OverlayError> {
        Self::parse(Path::new("golib"), &BuiltIn)
    }

    /// The overlay to use: that in the folder `GUST_GOLIB`, for those who work on it, else the one that is part of gust.
    ///
    /// # Errors
    /// When the folder's is broken.
    pub fn in_use() -> Result<Self, OverlayError> {
        match std::env::var_os("GUST_GOLIB").filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::read(Path::new(&dir)),
            None => Self::built_in(),
        }
    }

    /// The overlay in folder `dir`.
    ///
    /// # Errors
    /// When the manifest or a file it names cannot be read, or the manifest is broken.
    pub fn read(dir: &Path) -> Result<Self, OverlayError> {
        Self::parse(dir, &InFolder(dir))
    }

    fn parse(dir: &Path, source: &dyn Files) -> Result<Self, OverlayError> {
        let broken = |message: String| OverlayError {
            path: dir.join(MANIFEST),
            message,
        };
        let text = source.read(MANIFEST).map_err(broken)?;
        let text = String::from_utf8_lossy(&text);
        let manifest: Manifest = toml::from_str(&text).map_err(|e| broken(e.to_string()))?;
        let mut packages = HashMap::new();
        for entry in manifest.package {
            if entry.reason.trim().is_empty() {
                return Err(broken(format!("{}: no reason given", entry.path)));
            }
            if entry.replace && (entry.files.is_empty() || !entry.remove.is_empty()) {
                let message = "a replaced package needs `files` and has nothing to `remove`";
                return Err(broken(format!("{}: {message}", entry.path)));
            }
            let mut names = Vec::new();
            for name in entry.files {
                match name.strip_suffix("/*.go") {
                    None => names.push(name),
                    Some(folder) => {
                        let found = source.go_files(folder).unwrap_or_default();
                        if found.is_empty() {
                            return Err(broken(format!("{}: no files {name}", entry.path)));
                        }
                        names.extend(found);
                    }
                }
            }
            let mut files = BTreeMap::new();
            for name in names {
                let path = dir.join(&name);
                let text = source.read(&name).map_err(|message| OverlayError {
                    path: path.clone(),
                    message,
                })?;
                let base = name.rsplit('/').next().unwrap_or_default().to_owned();
                let text = text.into();
                if files.insert(base, OverlayFile { path, text }).is_some() {
                    return Err(broken(format!("{}: two files {name}", entry.path)));
                }
            }
            let package = PackageOverlay {
                replace: entry.replace,
                removed: entry.remove.into_iter().collect(),
                files,
                view: entry.view,
                reason: entry.reason,
            };
            if packages.insert(entry.path.clone(), package).is_some() {
                return Err(broken(format!("{}: two entries", entry.path)));
            }
        }
        Ok(Self { packages })
    }

    /// What is replaced in the package, if anything.
    #[must_use]
    pub fn package(&self, path: &str) -> Option<&PackageOverlay> {
        self.packages.get(path)
    }

    /// Packages with an entry, in no particular order.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &PackageOverlay)> {
        self.packages.iter().map(|(path, p)| (path.as_str(), p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A manifest beside files of every name but `missing.go`.
    struct Fake<'a>(&'a str);

    impl Files for Fake<'_> {
        fn read(&self, name: &str) -> Result<Vec<u8>, String> {
            match name {
                MANIFEST => Ok(self.0.into()),
                "missing.go" => Err("no such file".to_owned()),
                _ => Ok(b"package x".to_vec()),
            }
        }

        fn go_files(&self, folder: &str) -> Result<Vec<String>, String> {
            match folder {
                "none" => Ok(Vec::new()),
                _ => Ok(["p.go", "q.go"].map(|n| format!("{folder}/{n}")).into()),
            }
        }
    }

    fn parse(text: &str) -> Result<Overlay, String> {
        Overlay::parse(Path::new("g"), &Fake(text)).map_err(|e| e.to_string())
    }

    #[test]
    fn built_in_manifest_is_sound() {
        let overlay = Overlay::built_in().unwrap();
        assert_eq!(
            overlay.package("internal/abi").unwrap().view,
            Some(View::Portable)
        );
    }

    #[test]
    fn entries() {
        let overlay = parse(
            "[[package]]\npath = \"a\"\nreason = \"r\"\nfiles = [\"a/x.go\", \"a/y.go\"]\nremove = [\"z.s\"]\n\
             [[package]]\npath = \"b\"\nreason = \"r\"\nview = \"portable\"\n\
             [[package]]\npath = \"d\"\nreason = \"r\"\nreplace = true\nfiles = [\"e/d/*.go\"]\n",
        )
        .unwrap();
        let d = overlay.package("d").unwrap();
        assert!(d.replace && d.files.keys().eq(["p.go", "q.go"]));
        assert_eq!(d.files["q.go"].path, Path::new("g/e/d/q.go"));
        let a = overlay.package("a").unwrap();
        assert!(a.files.keys().eq(["x.go", "y.go"]) && a.removed.contains("z.s"));
        assert!(!a.replace && a.view.is_none());
        assert_eq!(overlay.package("b").unwrap().view, Some(View::Portable));
        assert!(overlay.package("c").is_none());
        assert_eq!(overlay.packages().count(), 3);
    }

    #[test]
    fn broken_manifests() {
        for (text, want) in [
            (
                "[[package]]\npath = \"a\"\nreason = \" \"",
                "a: no reason given",
            ),
            (
                "[[package]]\npath = \"a\"\nreason = \"r\"\nreplace = true",
                "needs `files`",
            ),
            (
                "[[package]]\npath = \"a\"\nreason = \"r\"\nfiles = [\"missing.go\"]",
                "g/missing.go: no such file",
            ),
            (
                "[[package]]\npath = \"a\"\nreason = \"r\"\nfiles = [\"none/*.go\"]",
                "a: no files none/*.go",
            ),
            (
                "[[package]]\npath = \"a\"\nreason = \"r\"\nfile = []",
                "unknown field",
            ),
            (
                "[[package]]\npath = \"a\"\nreason = \"r\"\n[[package]]\npath = \"a\"\nreason = \"r\"",
                "a: two entries",
            ),
            (
                "[[package]]\npath = \"a\"\nreason = \"r\"\nfiles = [\"x/f.go\", \"y/f.go\"]",
                "two files y/f.go",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(want), "{error}");
        }
    }
}
