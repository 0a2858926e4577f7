//! The files that `gust fmt` works on.

use std::fs;
use std::io;
use std::path::Path;

use gust_load::folder::os_error;

/// A file system operation that failed, in the official words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathError(String);

impl PathError {
    pub fn new(operation: &str, path: &str, err: &io::Error) -> PathError {
        PathError(os_error(operation, Path::new(path), err))
    }
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The files that an argument names: itself, or all Go files in and below a folder, in lexical
/// order. Stops at the first error.
pub(crate) fn walk(arg: &str) -> (Vec<String>, Option<PathError>) {
    let mut files = Vec::new();
    let found = match fs::symlink_metadata(arg) {
        Err(err) => Err(PathError::new("lstat", arg, &err)),
        Ok(meta) if !meta.is_dir() => {
            files.push(arg.to_owned());
            Ok(())
        }
        Ok(_) => walk_folder(arg, &mut files, &|_, _| true),
    };
    (files, found.err())
}

/// The files of the packages in and below a folder: those in `testdata`, `vendor`, hidden
/// folders and other modules are left out.
pub(crate) fn packages_below(folder: &str) -> (Vec<String>, Option<PathError>) {
    let mut files = Vec::new();
    let enters = |path: &str, name: &str| {
        !name.starts_with(['.', '_'])
            && name != "testdata"
            && name != "vendor"
            && !Path::new(path).join("go.mod").is_file()
    };
    let found = walk_folder(folder, &mut files, &enters);
    files.retain(|file| is_package_file(file));
    (files, found.err())
}

/// The files of the package in a folder.
pub(crate) fn package(folder: &str) -> (Vec<String>, Option<PathError>) {
    let mut files = Vec::new();
    let found = walk_folder(folder, &mut files, &|_, _| false);
    files.retain(|file| is_package_file(file));
    (files, found.err())
}

/// The `go` command ignores files whose names start with an underscore.
fn is_package_file(path: &str) -> bool {
    !base_name(path).starts_with('_')
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_go_file(name: &str) -> bool {
    !name.starts_with('.') && name.ends_with(".go")
}

/// Collects the Go files of a folder and of those folders in it that `enters` agrees to, given
/// their path and name.
fn walk_folder(
    folder: &str,
    files: &mut Vec<String>,
    enters: &dyn Fn(&str, &str) -> bool,
) -> Result<(), PathError> {
    /// An entry yet to be visited.
    struct Entry {
        path: String,
        is_folder: bool,
    }
    let read = |folder: &str| -> Result<Vec<Entry>, PathError> {
        let failed = |err: io::Error| PathError::new("open", folder, &err);
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            names.push((entry.file_name(), is_folder));
        }
        // The stack takes them in reverse.
        names.sort_unstable_by(|a, b| b.cmp(a));
        let entries = names.into_iter().filter_map(|(name, is_folder)| {
            let name = name.to_str()?;
            let path = join(folder, name);
            let wanted = if is_folder {
                enters(&path, name)
            } else {
                is_go_file(name)
            };
            wanted.then_some(Entry { path, is_folder })
        });
        Ok(entries.collect())
    };

    let mut todo = read(folder)?;
    while let Some(entry) = todo.pop() {
        if entry.is_folder {
            todo.extend(read(&entry.path)?);
        } else {
            files.push(entry.path);
        }
    }
    Ok(())
}

/// The file that a `//line` directive in `path` names.
pub(crate) fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !name.starts_with('/') => join(folder, name),
        _ => name.to_owned(),
    }
}

/// Joins a folder and a name in the shortest form.
fn join(folder: &str, name: &str) -> String {
    let folder = clean(folder);
    match folder.as_str() {
        "." => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{folder}/{name}"),
    }
}

/// The shortest path that means the same, `.` if it is empty: without repeated slashes, `.`, and
/// `..` after a name.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|&last| last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            part => kept.push(part),
        }
    }
    match (rooted, kept.is_empty()) {
        (true, _) => format!("/{}", kept.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => kept.join("/"),
    }
}

/// Replaces the contents of a file, all or nothing. Symbolic links keep pointing to it, and its
/// permissions stay.
pub(crate) fn replace(path: &str, contents: &[u8]) -> Result<(), PathError> {
    use std::io::Write as _;

    let failed = |err: &io::Error| PathError::new("open", path, err);
    let target = fs::canonicalize(path).map_err(|err| failed(&err))?;
    let permissions = fs::metadata(&target)
        .map_err(|err| failed(&err))?
        .permissions();
    // A file that may not be written to stays as it is, even if its folder allows replacing it.
    fs::OpenOptions::new()
        .write(true)
        .open(&target)
        .map_err(|err| failed(&err))?;

    let mut attempt = 0;
    let (temporary, mut file) = loop {
        let mut name = target.clone().into_os_string();
        name.push(format!(".{}.{attempt}", std::process::id()));
        match fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&name)
        {
            Ok(file) => break (name, file),
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {
                attempt += 1;
            }
            Err(err) => return Err(PathError::new("open", &name.to_string_lossy(), &err)),
        }
    };
    let written = file
        .write_all(contents)
        .and_then(|()| file.set_permissions(permissions))
        .and_then(|()| file.sync_data())
        .and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|err| {
        // The error that matters is the first one.
        let _ = fs::remove_file(&temporary);
        PathError::new("write", path, &err)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_paths() {
        for (path, want) in [
            ("", "."),
            ("./a//b/", "a/b"),
            ("a/../..", ".."),
            ("/../a", "/a"),
            ("../x/./y", "../x/y"),
        ] {
            assert_eq!(clean(path), want, "{path}");
        }
    }
}
