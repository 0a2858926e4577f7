//! File names as messages show them.

use std::path::{Component, Path, PathBuf};

/// The folder that the command runs in, to which names in messages are relative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingDir(PathBuf);

impl WorkingDir {
    /// `dir` must be absolute.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self(dir.into())
    }

    /// The current folder of the process, by the name the shell knows it by (`PWD`) where that
    /// is right.
    ///
    /// # Errors
    /// When the folder does not exist any more.
    pub fn of_process() -> std::io::Result<Self> {
        let physical = std::env::current_dir()?;
        let logical = std::env::var_os("PWD").map(PathBuf::from);
        let logical = logical.filter(|p| p.is_absolute() && p == &crate::goenv::clean(p));
        Ok(Self(match logical {
            Some(p) if std::fs::canonicalize(&p).is_ok_and(|c| c == physical) => p,
            _ => physical,
        }))
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `path` made absolute, without `.` and `..`.
    #[must_use]
    pub fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        crate::goenv::clean(&self.0.join(path))
    }

    /// `path`, relative to the working folder when that is shorter.
    #[must_use]
    pub fn short(&self, path: &Path) -> String {
        let full = path.to_string_lossy().into_owned();
        match self.relative(path) {
            Some(relative) if relative.len() < full.len() => relative,
            _ => full,
        }
    }

    /// Name of a file of folder `dir` as the compiler's messages show it: `./x.go`, `sub/x.go`.
    #[must_use]
    pub fn compiler_name(&self, dir: &Path, name: &str) -> String {
        format!("{}/{name}", self.short(dir))
    }

    fn relative(&self, path: &Path) -> Option<String> {
        if !path.is_absolute() {
            return None;
        }
        let mut base = self.0.components().peekable();
        let mut rest = path.components().peekable();
        while base.peek().is_some() && base.peek() == rest.peek() {
            base.next();
            rest.next();
        }
        let up = base.map(|_| Component::ParentDir);
        let relative: PathBuf = up.chain(rest).collect();
        match relative.to_string_lossy() {
            text if text.is_empty() => Some(".".to_owned()),
            text => Some(text.into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let cwd = WorkingDir::new("/home/p");
        for (path, want) in [
            ("/home/p", "."),
            ("/home/p/x.go", "x.go"),
            ("/home/p/sub/x.go", "sub/x.go"),
            ("/home/quite/x.go", "../quite/x.go"),
            ("/x", "/x"),
            ("rel/x.go", "rel/x.go"),
        ] {
            assert_eq!(cwd.short(Path::new(path)), want);
        }
        assert_eq!(cwd.compiler_name(Path::new("/home/p"), "x.go"), "./x.go");
        assert_eq!(cwd.compiler_name(Path::new("/home/p/a"), "x.go"), "a/x.go");
        assert_eq!(cwd.absolute("../q/./x"), Path::new("/home/q/x"));
    }
}
