//! Results of tests kept in the build cache: a test that passed need not run again while its program, its arguments, and
//! the files and variables that it read are the same. Test programs log what they read (`-test.testlogfile`).

use crate::build::cache::{Cache, Key, KeyMaker};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// First line of a log.
const LOG_START: &str = "# test log\n";

/// Files changed less than that long ago might change again without another time.
const TOO_NEW: Duration = Duration::from_secs(2);

/// Arguments whose results are kept; any other keeps a test from being cached.
const KEPT: [&str; 11] = [
    "benchtime",
    "cpu",
    "list",
    "parallel",
    "run",
    "short",
    "skip",
    "timeout",
    "failfast",
    "v",
    "fullpath",
];

/// A result that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cached {
    /// The output, with `(cached)` in the place of the time.
    pub output: Vec<u8>,
}

/// Where the result of one test belongs.
#[derive(Debug)]
pub struct Results<'a> {
    cache: &'a Cache,
    key: Key,
    /// The folder that the test runs in.
    dir: PathBuf,
    /// Files outside it do not count.
    root: PathBuf,
}

impl<'a> Results<'a> {
    /// For a test program with arguments; none if results of these are not to be kept.
    #[must_use]
    pub fn new(
        cache: &'a Cache,
        program: &Path,
        args: &[String],
        dir: &Path,
        root: &Path,
    ) -> Option<Self> {
        let mut key = KeyMaker::new("test result");
        for arg in args {
            let (name, _) = arg.strip_prefix("-test.")?.split_once('=')?;
            if !KEPT.contains(&name) {
                return None;
            }
            key.part(arg.as_bytes());
        }
        let data = fs::read(program).ok()?;
        key.hash(&blake3::hash(&data));
        key.part(dir.as_os_str().as_encoded_bytes());
        Some(Self {
            cache,
            key: key.key(),
            dir: dir.to_owned(),
            root: root.to_owned(),
        })
    }

    /// The result, if it is known and still holds.
    #[must_use]
    pub fn find(&self) -> Option<Cached> {
        let log = self.cache.content(&self.cache.get(&self.key)?)?;
        let key = self.result_key(std::str::from_utf8(&log).ok()?)?;
        let output = self.cache.content(&self.cache.get(&key)?)?;
        let text = std::str::from_utf8(&output).ok();
        let text = text.map_or_else(
            || String::from_utf8_lossy(&output).into_owned(),
            str::to_owned,
        );
        let (before, last) = match text.trim_end_matches('\n').rsplit_once('\n') {
            Some((before, last)) => (format!("{before}\n"), last.to_owned()),
            None => (String::new(), text.trim_end_matches('\n').to_owned()),
        };
        let mut fields = last.strip_prefix("ok  \t")?.splitn(2, '\t');
        let (path, time) = (fields.next()?, fields.next()?);
        let rest = time.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        Some(Cached {
            output: format!("{before}ok  \t{path}\t(cached){rest}\n").into_bytes(),
        })
    }

    /// Keeps the output of a test that passed. Failing to is no error: the test only runs again.
    pub fn keep(&self, log: &Path, output: &[u8]) {
        let Ok(log) = fs::read_to_string(log) else {
            return;
        };
        if let Some(key) = self.result_key(&log)
            && self.cache.put(&key, output, "").is_ok()
        {
            let _ = self.cache.put(&self.key, log.as_bytes(), "");
        }
    }

    /// The key for what the things in the log are now; none if they cannot be relied on.
    fn result_key(&self, log: &str) -> Option<Key> {
        let lines = log.strip_prefix(LOG_START)?;
        let mut key = KeyMaker::new("test inputs");
        key.hash(&self.key.0);
        add_variable(&mut key, "GODEBUG");
        let mut dir = self.dir.clone();
        for line in lines.lines().filter(|l| !l.is_empty()) {
            let (what, name) = line.split_once(' ')?;
            key.part(line.as_bytes());
            let path = dir.join(name);
            match what {
                "getenv" => add_variable(&mut key, name),
                "chdir" => {
                    dir = name.into();
                    add_stat(&mut key, &dir);
                }
                "stat" | "open" if !clean(&path).starts_with(&self.root) => {}
                "stat" => add_stat(&mut key, &path),
                "open" => add_file(&mut key, &path)?,
                _ => return None,
            }
        }
        Some(key.key())
    }
}

/// A path without `.` and `..`, going by its text alone.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn add_variable(key: &mut KeyMaker, name: &str) {
    match std::env::var_os(name) {
        Some(value) => key.number(1).part(value.as_encoded_bytes()),
        None => key.number(0),
    };
}

fn add_meta(key: &mut KeyMaker, meta: std::io::Result<fs::Metadata>) {
    match meta {
        Ok(meta) => {
            key.number(meta.len()).number(u64::from(meta.mode()));
            key.number(meta.mtime().cast_unsigned())
                .number(meta.mtime_nsec().cast_unsigned());
        }
        Err(error) => {
            key.part(error.to_string().as_bytes());
        }
    }
}

fn add_stat(key: &mut KeyMaker, path: &Path) {
    add_meta(key, fs::metadata(path));
    add_meta(key, fs::symlink_metadata(path));
}

/// A file's size and time, or the list of a folder; none if the file is too new for its time to tell.
fn add_file(key: &mut KeyMaker, path: &Path) -> Option<()> {
    let meta = fs::metadata(path);
    if let Ok(meta) = &meta {
        if meta.is_dir() {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            let mut names: Vec<_> = entries.map(|e| e.file_name()).collect();
            names.sort();
            for name in names {
                key.part(name.as_encoded_bytes());
                add_meta(key, fs::symlink_metadata(path.join(&name)));
            }
        } else if meta.is_file() {
            let age = SystemTime::now().duration_since(meta.modified().ok()?);
            if age.is_ok_and(|age| age < TOO_NEW) {
                return None;
            }
        }
    }
    add_meta(key, meta);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_hold_while_their_inputs_do() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(&dir.path().join("cache")).unwrap();
        let (root, log) = (dir.path().join("m"), dir.path().join("log"));
        fs::create_dir(&root).unwrap();
        let program = dir.path().join("p.test");
        fs::write(&program, "program").unwrap();
        let input = root.join("input");
        let old = SystemTime::now() - Duration::from_secs(60);
        let write = |text: &str| {
            fs::write(&input, text).unwrap();
            let file = fs::File::options().write(true).open(&input).unwrap();
            file.set_modified(old).unwrap();
        };
        let results = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            Results::new(&cache, &program, &args, &root, &root)
        };
        write("a");
        fs::write(&log, "# test log\nopen input\nopen /elsewhere\nstat .\n").unwrap();
        let of_run = results(&["-test.run=X"]).unwrap();
        assert_eq!(of_run.find(), None);
        of_run.keep(&log, b"PASS\nok  \tp\t0.012s [no tests to run]\n");
        let want = b"PASS\nok  \tp\t(cached) [no tests to run]\n";
        assert_eq!(of_run.find().unwrap().output, want);
        assert_eq!(results(&["-test.run=Y"]).unwrap().find(), None);
        write("longer");
        assert_eq!(of_run.find(), None);
        // Too new to be relied on.
        fs::write(&input, "b").unwrap();
        of_run.keep(&log, b"ok  \tp\t0.012s\n");
        assert_eq!(of_run.find(), None);
        assert!(results(&["-test.count=1"]).is_none());
        assert!(results(&["x"]).is_none());
    }
}
