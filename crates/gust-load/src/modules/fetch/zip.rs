//! Module zip files: which are acceptable, their hash, and extraction.

use crate::goenv::quote;
use crate::modules::path::{ModVersion, check, check_file_path};
use base64::Engine as _;
use ring::digest;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use zip::ZipArchive;

/// Most bytes that a module's zip file, or its content, may have.
pub const MAX_ZIP: u64 = 500 << 20;
/// Most bytes in a `go.mod`.
pub const MAX_GO_MOD: u64 = 16 << 20;
/// Most bytes in a `LICENSE`.
const MAX_LICENSE: u64 = 16 << 20;

type Archive = ZipArchive<BufReader<File>>;

struct Entry {
    index: usize,
    name: String,
    size: u64,
}

fn open(file: &Path) -> Result<(Archive, Vec<Entry>), String> {
    let f = File::open(file)
        .map_err(|e| format!("open {}: {}", file.display(), super::cache::io_text(&e)))?;
    let mut archive = ZipArchive::new(BufReader::new(f)).map_err(zip_text)?;
    let mut entries = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let e = archive.by_index_raw(index).map_err(zip_text)?;
        let name = String::from_utf8(e.name_raw().to_vec())
            .map_err(|_| "zip: file name is not UTF-8".to_owned())?;
        entries.push(Entry {
            index,
            name,
            size: e.size(),
        });
    }
    Ok((archive, entries))
}

fn zip_text(e: zip::result::ZipError) -> String {
    match e {
        zip::result::ZipError::Io(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
            "unexpected EOF".to_owned()
        }
        zip::result::ZipError::Io(e) => e.to_string(),
        zip::result::ZipError::InvalidArchive(_) => "zip: not a valid zip file".to_owned(),
        e => format!("zip: {e}"),
    }
}

/// The names of the files in a zip file.
pub fn names(file: &Path) -> Result<Vec<String>, String> {
    Ok(open(file)?.1.into_iter().map(|e| e.name).collect())
}

/// The `h1:` hash over named contents: SHA-256 of one line per file, in the order of names.
fn hash1(
    mut names: Vec<(&str, usize)>,
    mut content: impl FnMut(usize, &mut digest::Context) -> Result<(), String>,
) -> Result<String, String> {
    names.sort_unstable();
    let mut all = digest::Context::new(&digest::SHA256);
    for (name, index) in names {
        if name.contains('\n') {
            return Err("dirhash: filenames with newlines are not supported".to_owned());
        }
        let mut one = digest::Context::new(&digest::SHA256);
        content(index, &mut one)?;
        let mut line = String::with_capacity(name.len() + 70);
        for b in one.finish().as_ref() {
            line.push_str(&format!("{b:02x}"));
        }
        line.push_str("  ");
        line.push_str(name);
        line.push('\n');
        all.update(line.as_bytes());
    }
    let sum = base64::engine::general_purpose::STANDARD.encode(all.finish());
    Ok(format!("h1:{sum}"))
}

/// The hash of a `go.mod` for `go.sum`.
pub fn hash_go_mod(data: &[u8]) -> String {
    let hashed = hash1(vec![("go.mod", 0)], |_, ctx| {
        ctx.update(data);
        Ok(())
    });
    // Only a name with a line break could fail.
    hashed.unwrap_or_default()
}

/// The hash of a module zip file for `go.sum`.
pub fn hash_zip(file: &Path) -> Result<String, String> {
    let (mut archive, entries) = open(file)?;
    let names = entries.iter().map(|e| (e.name.as_str(), e.index)).collect();
    let mut left = MAX_ZIP;
    let mut buffer = vec![0; 64 << 10];
    hash1(names, |index, ctx| {
        let mut r = archive.by_index(index).map_err(zip_text)?;
        loop {
            let n = r.read(&mut buffer).map_err(|e| read_text(&e))?;
            if n == 0 {
                return Ok(());
            }
            left = left.checked_sub(n as u64).ok_or_else(too_large)?;
            ctx.update(&buffer[..n]);
        }
    })
}

fn read_text(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::UnexpectedEof => "unexpected EOF".to_owned(),
        io::ErrorKind::InvalidData => "zip: checksum error".to_owned(),
        _ => e.to_string(),
    }
}

fn too_large() -> String {
    format!("total uncompressed size of module contents too large (max size is {MAX_ZIP} bytes)")
}

/// Names that some file systems take for one, and which of them are folders.
#[derive(Default)]
struct Collisions {
    seen: HashMap<String, (String, bool)>,
}

impl Collisions {
    fn check(&mut self, name: &str, is_dir: bool) -> Result<(), String> {
        let (mut name, mut is_dir) = (name, is_dir);
        loop {
            // Folding by way of upper case makes one of all letters that differ in case only.
            let fold: String = name.to_uppercase().to_lowercase();
            match self.seen.get(&fold) {
                Some((other, _)) if other != name => {
                    return Err(format!(
                        "case-insensitive file name collision: {} and {}",
                        quote(other),
                        quote(name)
                    ));
                }
                Some((_, other)) if *other != is_dir => {
                    return Err(format!(
                        "entry {} is both a file and a directory",
                        quote(name)
                    ));
                }
                Some(_) if !is_dir => {
                    return Err(format!("multiple entries for file {}", quote(name)));
                }
                // This folder's parents have been seen with it.
                Some(_) => return Ok(()),
                None => {
                    self.seen.insert(fold, (name.to_owned(), is_dir));
                }
            }
            match name.rsplit_once('/') {
                Some((parent, _)) => (name, is_dir) = (parent, true),
                None => return Ok(()),
            }
        }
    }
}

/// Checks an entry; the result is its name in the module, `None` for folders.
fn check_entry<'a>(
    e: &'a Entry,
    prefix: &str,
    collisions: &mut Collisions,
) -> Result<Option<&'a str>, String> {
    let name = e
        .name
        .strip_prefix(prefix)
        .ok_or_else(|| format!("path does not have prefix {}", quote(prefix)))?;
    if name.is_empty() {
        return Ok(None);
    }
    let (name, is_dir) = match name.strip_suffix('/') {
        Some(n) => (n, true),
        None => (name, false),
    };
    let unclean = |part: &str| matches!(part, "" | "." | "..");
    if name.split('/').any(unclean) {
        return Err("file path is not clean".to_owned());
    }
    check_file_path(name).map_err(|e| e.to_string())?;
    collisions.check(name, is_dir)?;
    if is_dir {
        return Ok(None);
    }
    let base = name.rsplit('/').next().unwrap_or(name);
    if base.eq_ignore_ascii_case("go.mod") {
        if base != name {
            return Err("go.mod file not in module root directory".to_owned());
        }
        if name != "go.mod" {
            return Err("go.mod files must have lowercase names".to_owned());
        }
    }
    for (special, max) in [("go.mod", MAX_GO_MOD), ("LICENSE", MAX_LICENSE)] {
        if name == special && e.size > max {
            return Err(format!(
                "{special} file too large (max size is {max} bytes)"
            ));
        }
    }
    Ok(Some(name))
}

/// Extracts the zip file of `m` to `dir`, which must not hold anything yet. Nothing is written unless
/// all names and sizes are acceptable.
pub fn unzip(dir: &Path, m: &ModVersion, file: &Path) -> Result<(), String> {
    extract(dir, m, file).map_err(|e| format!("unzip {}: {e}", file.display()))
}

fn extract(dir: &Path, m: &ModVersion, file: &Path) -> Result<(), String> {
    if fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some()) {
        return Err(format!(
            "target directory {} exists and is not empty",
            dir.display()
        ));
    }
    check(&m.path, &m.version)?;
    let size = fs::metadata(file).map_err(|e| e.to_string())?.len();
    if size > MAX_ZIP {
        return Err(format!(
            "module zip file is too large ({size} bytes; limit is {MAX_ZIP} bytes)"
        ));
    }
    let (mut archive, entries) = open(file)?;
    let prefix = format!("{m}/");
    let mut collisions = Collisions::default();
    let mut files = Vec::with_capacity(entries.len());
    let mut invalid = Vec::new();
    let mut left = Some(MAX_ZIP);
    for e in &entries {
        match check_entry(e, &prefix, &mut collisions) {
            Ok(None) => {}
            Ok(Some(name)) => {
                left = left.and_then(|l| l.checked_sub(e.size));
                files.push((e, name));
            }
            Err(text) => invalid.push(format!("{}: {text}", e.name)),
        }
    }
    if left.is_none() {
        return Err(too_large());
    }
    if !invalid.is_empty() {
        return Err(invalid.join("\n"));
    }
    let io = |e: io::Error| e.to_string();
    fs::create_dir_all(dir).map_err(io)?;
    for (e, name) in files {
        let target = dir.join(name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        let reader = archive.by_index(e.index).map_err(zip_text)?;
        let mut limited = reader.take(e.size + 1);
        let mut out = new_read_only(&target).map_err(io)?;
        let n = io::copy(&mut limited, &mut out).map_err(|e| read_text(&e))?;
        if n > e.size {
            return Err(format!(
                "uncompressed size of file {} is larger than declared size ({} bytes)",
                e.name, e.size
            ));
        }
        out.flush().map_err(io)?;
    }
    Ok(())
}

#[cfg(unix)]
fn new_read_only(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o444)
        .open(path)
}

#[cfg(not(unix))]
fn new_read_only(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Making zip files, for tests.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use zip::write::SimpleFileOptions;

    /// Writes a zip file with these names and contents.
    pub fn write_zip(file: &Path, content: &[(&str, &str)]) {
        let mut w = zip::ZipWriter::new(File::create(file).unwrap());
        for (name, data) in content {
            let options =
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            w.start_file(*name, options).unwrap();
            w.write_all(data.as_bytes()).unwrap();
        }
        w.finish().unwrap();
    }
}

#[cfg(test)]
mod tests {
    use super::testing::write_zip;
    use super::*;

    #[test]
    fn hashes() {
        // As the official tool computes them.
        assert_eq!(
            hash_go_mod(b""),
            "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="
        );
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.zip");
        write_zip(&file, &[("b", "2"), ("a", "1")]);
        let reordered = dir.path().join("y.zip");
        write_zip(&reordered, &[("a", "1"), ("b", "2")]);
        let h = hash_zip(&file).unwrap();
        assert_eq!(h, hash_zip(&reordered).unwrap());
        write_zip(&reordered, &[("a", "1"), ("b", "3")]);
        assert_ne!(h, hash_zip(&reordered).unwrap());
    }

    #[test]
    fn extraction() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.zip");
        let m = ModVersion::new("x.test/a", "v1.0.0");
        write_zip(
            &file,
            &[
                ("x.test/a@v1.0.0/go.mod", "module x.test/a\n"),
                ("x.test/a@v1.0.0/sub/f.go", "package f\n"),
            ],
        );
        let to = dir.path().join("out");
        unzip(&to, &m, &file).unwrap();
        assert_eq!(
            fs::read_to_string(to.join("sub/f.go")).unwrap(),
            "package f\n"
        );
        assert!(
            fs::metadata(to.join("go.mod"))
                .unwrap()
                .permissions()
                .readonly()
        );
        assert!(unzip(&to, &m, &file).unwrap_err().contains("not empty"));
    }

    #[test]
    fn refusals() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.zip");
        let m = ModVersion::new("x.test/a", "v1.0.0");
        let p = "x.test/a@v1.0.0/";
        for (names, want) in [
            (vec!["y.test/a@v1.0.0/a"], "path does not have prefix"),
            (vec!["x.test/a@v1.0.0/../../e"], "file path is not clean"),
            (vec!["x.test/a@v1.0.0/a\\b"], "invalid char '\\\\'"),
            (vec!["x.test/a@v1.0.0/con"], "disallowed"),
            (
                vec!["x.test/a@v1.0.0/A", "x.test/a@v1.0.0/a"],
                "case-insensitive file name collision: \"A\" and \"a\"",
            ),
            (
                vec!["x.test/a@v1.0.0/d", "x.test/a@v1.0.0/d/e"],
                "entry \"d\" is both a file and a directory",
            ),
            (
                vec!["x.test/a@v1.0.0/d/go.mod"],
                "go.mod file not in module root directory",
            ),
            (
                vec!["x.test/a@v1.0.0/GO.mod"],
                "go.mod files must have lowercase names",
            ),
        ] {
            let content: Vec<(&str, &str)> = names.iter().map(|n| (*n, "")).collect();
            write_zip(&file, &content);
            let out = dir.path().join("out");
            let e = unzip(&out, &m, &file).unwrap_err();
            assert!(e.contains(want), "{names:?}: {e}");
            assert!(!out.exists(), "{p}: something was written");
        }
        fs::write(&file, b"PK no zip").unwrap();
        assert!(
            hash_zip(&file)
                .unwrap_err()
                .contains("zip: not a valid zip file")
        );
        let big = "x".repeat((MAX_GO_MOD + 1) as usize);
        write_zip(&file, &[("x.test/a@v1.0.0/go.mod", &big)]);
        let e = unzip(&dir.path().join("out"), &m, &file).unwrap_err();
        assert!(e.contains("go.mod file too large"), "{e}");
    }
}
