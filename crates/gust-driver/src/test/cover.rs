//! What tests cover: the flags, and gathering what test programs write.

use crate::cover::{Function, Mode, analyse, instrument, meta_file};
use gust_load::load::Cover;
use gust_load::package::{LoadResult, Package, PackageId, PackageKind};
use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The flags `-cover...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverFlags {
    /// `-covermode`
    pub mode: Mode,
    /// `-coverpkg`; empty means that each test covers its own package.
    pub patterns: Vec<String>,
    /// `-coverprofile`, absolute.
    pub profile: Option<PathBuf>,
}

impl CoverFlags {
    /// What the loader is asked for.
    #[must_use]
    pub fn request(&self) -> Cover {
        Cover {
            patterns: self.patterns.clone(),
            atomic: self.mode == Mode::Atomic,
        }
    }
}

/// What the main function of a test program says about coverage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverText {
    /// Name of the mode.
    pub mode: &'static str,
    /// ` in PATTERNS`, or nothing.
    pub covered: String,
    /// Import paths of covered packages; none means the tested one.
    pub selected: Option<Vec<String>>,
}

/// Coverage of one command.
#[derive(Debug)]
pub struct Coverage {
    flags: CoverFlags,
    /// Where test programs write to.
    dir: PathBuf,
    text: CoverText,
    /// What is counted in packages that patterns selected.
    functions: HashMap<PackageId, Vec<Function>>,
    profile: Mutex<Option<std::fs::File>>,
}

/// The file that lists descriptions of packages (`internal/coverage`, `MetaFilesFileName`).
const META_FILES: &str = "metafiles.txt";

impl Coverage {
    /// Has the packages count that the loader marked.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn prepare(
        flags: &CoverFlags,
        load: &mut LoadResult,
        dir: PathBuf,
        runs: bool,
    ) -> Result<Self, String> {
        let fail = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
        std::fs::create_dir_all(&dir).map_err(|e| fail(&dir, e))?;
        let covered: Vec<PackageId> = load
            .iter()
            .filter(|(_, p)| p.covered)
            .map(|(id, _)| id)
            .collect();
        let (mut paths, mut files) = (Vec::new(), Vec::new());
        let mut known = HashMap::new();
        for id in covered {
            let package = &load[id];
            let plain = matches!(package.kind, PackageKind::Plain | PackageKind::CommandLine);
            if !flags.patterns.is_empty() && plain {
                paths.push(package.import_path.clone());
                let functions = analyse(package, flags.mode).functions;
                let file = dir.join(format!("meta-{}", id.index()));
                // A file for a package without functions would have nothing to say.
                if !functions.is_empty() {
                    std::fs::write(&file, meta_file(package, &functions, flags.mode))
                        .map_err(|e| fail(&file, e))?;
                    files.push((package.import_path.clone(), file));
                }
                known.insert(id, functions);
            }
            instrument(load, id, flags.mode);
        }
        let text = CoverText {
            mode: flags.mode.name(),
            covered: match flags.patterns.is_empty() {
                true => String::new(),
                false => format!(" in {}", flags.patterns.join(", ")),
            },
            selected: (!flags.patterns.is_empty()).then_some(paths),
        };
        if !files.is_empty() {
            let (paths, files): (Vec<_>, Vec<_>) = files.into_iter().unzip();
            let list = serde_json::json!({"ImportPaths": paths, "MetaFileFragments": files});
            let path = dir.join(META_FILES);
            std::fs::write(&path, list.to_string()).map_err(|e| fail(&path, e))?;
        }
        let mut profile = None;
        if let Some(path) = flags.profile.as_ref().filter(|_| runs) {
            let mut file = std::fs::File::create(path).map_err(|e| fail(path, e))?;
            writeln!(file, "mode: {}", flags.mode.name()).map_err(|e| fail(path, e))?;
            profile = Some(file);
        }
        Ok(Self {
            flags: flags.clone(),
            dir,
            text,
            functions: known,
            profile: Mutex::new(profile),
        })
    }

    /// What test programs are told.
    #[must_use]
    pub fn text(&self) -> &CoverText {
        &self.text
    }

    /// Whether a result depends on the test program and its arguments alone.
    #[must_use]
    pub fn may_be_kept(&self) -> bool {
        self.flags.patterns.is_empty() && self.flags.profile.is_none()
    }

    /// The folder for one run.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn begin(&self, package: PackageId) -> Result<CoverRun, String> {
        let dir = self.dir.join(package.index().to_string());
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let list = self.dir.join(META_FILES);
        if list.exists() {
            let to = dir.join(META_FILES);
            std::fs::copy(&list, &to).map_err(|e| format!("{}: {e}", to.display()))?;
        }
        let profile = self.flags.profile.as_ref().map(|_| dir.join("profile"));
        Ok(CoverRun { dir, profile })
    }

    /// Takes over what a run wrote.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn end(&self, run: &CoverRun) -> Result<(), String> {
        let Some(path) = &run.profile else {
            return Ok(());
        };
        // Tests that failed early have written none.
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let head = format!("mode: {}\n", self.flags.mode.name());
        match text.strip_prefix(&head) {
            Some(rest) => self.add(rest),
            None if text.is_empty() => Ok(()),
            None => Err(format!(
                "test wrote malformed coverage profile {}",
                path.display()
            )),
        }
    }

    fn add(&self, lines: &str) -> Result<(), String> {
        let mut profile = self.profile.lock().unwrap_or_else(PoisonError::into_inner);
        match profile.as_mut() {
            Some(file) => file
                .write_all(lines.as_bytes())
                .map_err(|e| format!("saving coverage profile: {e}")),
            None => Ok(()),
        }
    }

    /// The line about a package without tests, if there is something in it to be covered.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn untested(&self, id: PackageId, package: &Package) -> Result<Option<String>, String> {
        let own;
        let functions = match self.functions.get(&id) {
            Some(functions) => functions,
            None if self.flags.patterns.is_empty() => {
                own = analyse(package, self.flags.mode).functions;
                &own
            }
            None => return Ok(None),
        };
        if functions.is_empty() {
            return Ok(None);
        }
        let mut units: Vec<_> = functions
            .iter()
            .flat_map(|f| f.units.iter().map(move |u| (&f.file, u)))
            .collect();
        units.sort_by_key(|(file, unit)| (*file, unit.start, unit.end));
        let mut lines = String::new();
        for (file, unit) in units {
            let ((line, column), (end_line, end_column)) = (unit.start, unit.end);
            lines += &format!(
                "{file}:{line}.{column},{end_line}.{end_column} {} 0\n",
                unit.statements
            );
        }
        self.add(&lines)?;
        let path = &package.import_path;
        Ok(Some(format!("\t{path}\t\tcoverage: 0.0% of statements\n")))
    }
}

impl Drop for Coverage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Where one test program writes to.
#[derive(Clone, Debug)]
pub struct CoverRun {
    /// Folder for counters.
    pub dir: PathBuf,
    /// The profile.
    pub profile: Option<PathBuf>,
}
