//! The module cache on disk, laid out as the official tool lays it out: both may use it at once.
//!
//! - `cache/download/<path>/@v/` holds `<version>.info`, `.mod`, `.zip`, `.ziphash`, `.lock`, `.partial`,
//!   and `list`; `<path>` and `<version>` are escaped.
//! - `<path>@<version>/` holds the extracted files, read-only. It is complete when there is a `.ziphash`
//!   and no `.partial`.
//!
//! Files appear under their names only when they are whole. Downloading and extracting one version
//! happens under an exclusive `flock` of its `.lock`.

use crate::modules::error::ModError;
use crate::modules::path::{ModVersion, canonical_version, escape_path, escape_version};
use crate::modules::semver;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder of the cache.
#[derive(Clone, Debug)]
pub struct ModCache {
    root: PathBuf,
}

/// The state of a module's extracted files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirState {
    /// All files are there.
    Ready(PathBuf),
    /// Nothing is there.
    Missing(PathBuf),
    /// Something is there that cannot be used, and why.
    Partial(PathBuf, &'static str),
}

impl ModCache {
    /// The cache in folder `root`, which need not exist yet.
    pub fn new(root: PathBuf) -> Result<ModCache, ModError> {
        if !root.is_absolute() {
            return Err(ModError::new(format!(
                "GOMODCACHE entry is relative; must be absolute path: \"{}\".\n",
                root.display()
            )));
        }
        Ok(ModCache { root })
    }

    /// The folder of the cache.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder with the downloaded files of all versions of module `path`.
    pub fn versions_dir(&self, path: &str) -> Result<PathBuf, ModError> {
        let escaped = escape_path(path).map_err(|e| ModError::new(e.to_string()))?;
        Ok(self.root.join("cache/download").join(escaped).join("@v"))
    }

    fn escaped_version(m: &ModVersion) -> Result<String, ModError> {
        if !semver::is_valid(&m.version) {
            return Err(ModError::new(format!(
                "non-semver module version \"{}\"",
                m.version
            )));
        }
        if canonical_version(&m.version) != m.version {
            return Err(ModError::new(format!(
                "non-canonical module version \"{}\"",
                m.version
            )));
        }
        escape_version(&m.version).map_err(|e| ModError::new(e.to_string()))
    }

    /// The downloaded file of `m` with this suffix.
    pub fn file(&self, m: &ModVersion, suffix: &str) -> Result<PathBuf, ModError> {
        let version = Self::escaped_version(m)?;
        Ok(self
            .versions_dir(&m.path)?
            .join(format!("{version}.{suffix}")))
    }

    /// The folder of the extracted files of `m`, whether it exists or not.
    pub fn dir(&self, m: &ModVersion) -> Result<PathBuf, ModError> {
        let path = escape_path(&m.path).map_err(|e| ModError::new(e.to_string()))?;
        let version = Self::escaped_version(m)?;
        Ok(self.root.join(format!("{path}@{version}")))
    }

    /// The state of the extracted files of `m`.
    pub fn dir_state(&self, m: &ModVersion) -> Result<DirState, ModError> {
        let dir = self.dir(m)?;
        match fs::metadata(&dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(DirState::Missing(dir)),
            Err(_) => return Ok(DirState::Partial(dir, "cannot be read")),
            Ok(meta) if !meta.is_dir() => return Ok(DirState::Partial(dir, "not a directory")),
            Ok(_) => {}
        }
        if self.file(m, "partial")?.exists() {
            return Ok(DirState::Partial(dir, "not completely extracted"));
        }
        // The official tool bundles this one and extracts it without a hash file.
        if m.path != "golang.org/fips140" && !self.file(m, "ziphash")?.exists() {
            return Ok(DirState::Partial(dir, "ziphash file is missing"));
        }
        Ok(DirState::Ready(dir))
    }

    /// Waits for and takes the right to change what the cache has of `m`.
    pub fn lock(&self, m: &ModVersion) -> Result<FileLock, ModError> {
        FileLock::exclusive(&self.file(m, "lock")?)
            .map_err(|e| ModError::new(format!("locking module cache: {e}")))
    }

    /// Writes the `.mod` file of `m` and brings `list` up to date.
    pub fn write_go_mod(&self, m: &ModVersion, data: &[u8]) -> Result<(), ModError> {
        let file = self.file(m, "mod")?;
        write_atomically(&file, data)
            .and_then(|()| rewrite_list(&self.versions_dir(&m.path).unwrap_or_default()))
            .map_err(|e| ModError::new(format!("writing go.mod cache: {e}")))
    }
}

/// Lists the versions whose `.mod` is in `dir`: what a proxy that serves this folder would offer.
fn rewrite_list(dir: &Path) -> io::Result<()> {
    let list = dir.join("list");
    let _lock = FileLock::exclusive(&list)?;
    let mut versions: Vec<String> = fs::read_dir(dir)?
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter_map(|n| n.strip_suffix(".mod").map(str::to_owned))
        .filter(|v| !v.is_empty() && canonical_version(v) == *v)
        .collect();
    versions.sort_by(|a, b| semver::compare(a, b).then_with(|| a.cmp(b)));
    let text: String = versions.iter().map(|v| format!("{v}\n")).collect();
    if fs::read(&list).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    write_atomically(&list, text.as_bytes())
}

/// An `flock`, released on drop, and by the system when the process ends.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

impl FileLock {
    /// Waits for the exclusive lock of `path`, which is created with its folders if need be.
    pub fn exclusive(path: &Path) -> io::Result<FileLock> {
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.lock() {
            Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(e),
            _ => Ok(FileLock { file }),
        }
    }

    /// The locked file.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }
}

/// Reads a file under a shared lock, so that a writer that replaces its content in place is waited for.
pub fn read_shared(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    // Without locks (some network file systems) reading goes on as it is.
    let _ = file.lock_shared();
    let mut data = Vec::new();
    file.read_to_end(&mut data)?;
    Ok(data)
}

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A new file next to `path` with a name of its own; the official tool's clean-up knows its form.
pub fn temp_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let base = path.file_name().unwrap_or_default().to_string_lossy();
    loop {
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = dir.join(format!("{base}{}{n:03}.tmp", std::process::id()));
        match OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&name)
        {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            r => return r.map(|f| (name, f)),
        }
    }
}

/// Replaces the content of `path` in one step: whoever reads it sees the old or the new.
pub fn write_atomically(path: &Path, data: &[u8]) -> io::Result<()> {
    let (temp, mut file) = temp_beside(path)?;
    let done = file.write_all(data).and_then(|()| fs::rename(&temp, path));
    if done.is_err() {
        let _ = fs::remove_file(&temp);
    }
    done
}

/// Removes a folder and all in it, read-only folders included.
pub fn remove_all(dir: &Path) -> io::Result<()> {
    match fs::symlink_metadata(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
        Ok(m) if !m.is_dir() => return fs::remove_file(dir),
        Ok(_) => {}
    }
    for d in folders(dir)? {
        set_writable(&d, true);
    }
    fs::remove_dir_all(dir)
}

/// Takes away the right to write from a folder and those in it, innermost first.
pub fn make_dirs_read_only(dir: &Path) {
    for d in folders(dir).unwrap_or_default().iter().rev() {
        set_writable(d, false);
    }
}

/// `dir` and all folders below it, outermost first.
fn folders(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = vec![dir.to_path_buf()];
    let mut next = 0;
    while next < all.len() {
        set_readable(&all[next]);
        for entry in fs::read_dir(&all[next])? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                all.push(entry.path());
            }
        }
        next += 1;
    }
    Ok(all)
}

#[cfg(unix)]
fn change_mode(path: &Path, f: impl Fn(u32) -> u32) {
    use std::os::unix::fs::PermissionsExt;
    if let Ok(meta) = fs::metadata(path) {
        let mode = meta.permissions().mode();
        if f(mode) != mode {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(f(mode)));
        }
    }
}

#[cfg(unix)]
fn set_writable(path: &Path, on: bool) {
    change_mode(path, |m| if on { m | 0o700 } else { m & !0o222 });
}

#[cfg(unix)]
fn set_readable(path: &Path) {
    change_mode(path, |m| m | 0o500);
}

#[cfg(not(unix))]
fn set_writable(_: &Path, _: bool) {}

#[cfg(not(unix))]
fn set_readable(_: &Path) {}

/// The system's text for an error, in the official tool's spelling: lower case, without a number.
pub fn io_text(e: &io::Error) -> String {
    let text = e.to_string();
    let text = match text.find(" (os error") {
        Some(i) => &text[..i],
        None => &text,
    };
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout() {
        let c = ModCache::new(PathBuf::from("/c")).unwrap();
        let m = ModVersion::new("x.test/Foo/v2", "v2.0.0-RC1");
        assert_eq!(
            c.file(&m, "zip").unwrap(),
            Path::new("/c/cache/download/x.test/!foo/v2/@v/v2.0.0-!r!c1.zip")
        );
        assert_eq!(
            c.dir(&m).unwrap(),
            Path::new("/c/x.test/!foo/v2@v2.0.0-!r!c1")
        );
        for bad in ["v1", "master", "v1.0.0+x"] {
            assert!(c.file(&ModVersion::new("x.test/a", bad), "mod").is_err());
        }
        assert!(ModCache::new(PathBuf::from("rel")).is_err());
    }

    #[test]
    fn states_and_lists() {
        let dir = tempfile::tempdir().unwrap();
        let c = ModCache::new(dir.path().to_path_buf()).unwrap();
        let m = ModVersion::new("x.test/a", "v1.10.0");
        let at = c.dir(&m).unwrap();
        assert_eq!(c.dir_state(&m), Ok(DirState::Missing(at.clone())));
        fs::create_dir_all(at.join("sub")).unwrap();
        assert_eq!(
            c.dir_state(&m),
            Ok(DirState::Partial(at.clone(), "ziphash file is missing"))
        );
        write_atomically(&c.file(&m, "ziphash").unwrap(), b"h1:").unwrap();
        assert_eq!(c.dir_state(&m), Ok(DirState::Ready(at.clone())));
        fs::write(c.file(&m, "partial").unwrap(), b"").unwrap();
        assert_eq!(
            c.dir_state(&m),
            Ok(DirState::Partial(at.clone(), "not completely extracted"))
        );
        c.write_go_mod(&m, b"module x.test/a\n").unwrap();
        c.write_go_mod(&ModVersion::new("x.test/a", "v1.2.0"), b"")
            .unwrap();
        let list = c.versions_dir("x.test/a").unwrap().join("list");
        assert_eq!(fs::read_to_string(list).unwrap(), "v1.2.0\nv1.10.0\n");
        make_dirs_read_only(&at);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(at.join("sub")).unwrap().permissions().mode();
            assert_eq!(mode & 0o222, 0);
        }
        remove_all(&at).unwrap();
        assert!(!at.exists());
    }

    #[test]
    fn locks_exclude() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/x.lock");
        let first = FileLock::exclusive(&path).unwrap();
        let other = File::open(&path).unwrap();
        assert!(other.try_lock().is_err());
        drop(first);
        assert!(other.try_lock().is_ok());
    }
}
