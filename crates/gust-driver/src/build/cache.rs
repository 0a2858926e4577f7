//! The build cache: what was made once is found again by the hash of all that went into it.
//!
//! Two kinds of files lie below the cache's folder, in folders by the first byte of their names:
//!
//! - `KEY-a`: what a [`Key`] led to: a short note and the hash and size of its content;
//! - `HASH-d`, or `HASH-x/NAME` for programs: content, named by its own hash.
//!
//! **Invariant:** files appear whole, by renaming, so that builds side by side and builds broken off leave nothing
//! broken. What is read is compared with its hash all the same; what does not match counts as missing.

use blake3::Hash;
use gust_load::goenv::GoEnv;
use std::fmt::{self, Display, Write as _};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// Changes when the form of the files does.
const LAYOUT: &str = "v1";

/// How long a file lies unused before it may go.
const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);

/// How often old files are looked for.
const TRIM_EVERY: Duration = Duration::from_secs(24 * 3600);

/// A use is noted in the file's time at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(3600);

/// The hash of everything that decides about an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub Hash);

/// Collects what decides about an outcome. Parts are told apart by their lengths.
#[derive(Clone, Debug)]
pub struct KeyMaker(blake3::Hasher);

impl KeyMaker {
    /// A key of a kind of outcome.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        let mut maker = Self(blake3::Hasher::new());
        maker.part(kind.as_bytes());
        maker
    }

    /// Adds a part.
    pub fn part(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds the hash of something.
    pub fn hash(&mut self, hash: &Hash) -> &mut Self {
        self.0.update(hash.as_bytes());
        self
    }

    /// Adds a number.
    pub fn number(&mut self, n: u64) -> &mut Self {
        self.0.update(&n.to_le_bytes());
        self
    }

    /// Adds a text without making all of it at once.
    pub fn text(&mut self, text: &dyn Display) -> &mut Self {
        let length = {
            let buffer = BufWriter::with_capacity(1 << 16, &mut self.0);
            let mut writer = HashedText { buffer, length: 0 };
            // Neither formatting nor hashing fails.
            let _ = write!(writer, "{text}");
            writer.length
        };
        self.number(length)
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> Key {
        Key(self.0.finalize())
    }
}

/// Hashes a text and counts its bytes.
struct HashedText<'a> {
    buffer: BufWriter<&'a mut blake3::Hasher>,
    length: u64,
}

impl fmt::Write for HashedText<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.length += text.len() as u64;
        self.buffer
            .write_all(text.as_bytes())
            .map_err(|_| fmt::Error)
    }
}

/// What a key led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Hash of the content.
    pub content: Hash,
    /// Its size in bytes.
    pub size: u64,
    /// A short text that belongs to it, without line breaks.
    pub note: String,
}

/// The cache in its folder.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The folder that the settings ask for: `GUSTCACHE`, else `gust` in the user's cache folder.
    ///
    /// # Errors
    /// When neither is known, or `GUSTCACHE` is no absolute path.
    pub fn folder(env: &GoEnv) -> Result<PathBuf, String> {
        let set = env.process_vars().find(|(name, _)| *name == "GUSTCACHE");
        if let Some((_, dir)) = set
            && !dir.is_empty()
        {
            let dir = PathBuf::from(dir);
            return if dir.is_absolute() {
                Ok(dir)
            } else {
                Err("GUSTCACHE is not an absolute path".into())
            };
        }
        env.user_cache_dir()
            .map(|dir| dir.join("gust"))
            .ok_or_else(|| "build cache is required, but could not be located: neither GUSTCACHE, XDG_CACHE_HOME nor HOME are defined".into())
    }

    /// Opens the cache in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let root = folder.join(LAYOUT);
        fs::create_dir_all(&root).map_err(|e| {
            format!(
                "failed to initialize build cache at {}: {e}",
                folder.display()
            )
        })?;
        let cache = Self { root };
        cache.trim_if_due();
        Ok(cache)
    }

    /// Removes a cache with all its content; no error if there is none.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn clean(folder: &Path) -> io::Result<()> {
        match fs::remove_dir_all(folder.join(LAYOUT)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// The cache's own folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, hash: &Hash, suffix: &str) -> PathBuf {
        let hex = hash.to_hex();
        self.root.join(&hex[..2]).join(format!("{hex}{suffix}"))
    }

    /// What the key led to, if that is known. Its content may be missing.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Entry> {
        let path = self.path(&key.0, "-a");
        let text = fs::read_to_string(&path).ok()?;
        let entry = parse_entry(&text, key)?;
        touch(&path);
        Some(entry)
    }

    /// The content of an entry; `None` if it is missing or damaged.
    #[must_use]
    pub fn content(&self, entry: &Entry) -> Option<Vec<u8>> {
        let path = self.path(&entry.content, "-d");
        let data = fs::read(&path).ok()?;
        self.verified(&path, &data, entry).then_some(data)
    }

    /// The file with the content of an entry, which has been compared with its hash.
    #[must_use]
    pub fn content_file(&self, entry: &Entry) -> Option<PathBuf> {
        self.content(entry)?;
        Some(self.path(&entry.content, "-d"))
    }

    /// The file of a program of that name, likewise.
    #[must_use]
    pub fn program_file(&self, entry: &Entry, name: &str) -> Option<PathBuf> {
        let path = self.path(&entry.content, "-x").join(name);
        let data = fs::read(&path).ok()?;
        self.verified(&path, &data, entry).then_some(path)
    }

    fn verified(&self, path: &Path, data: &[u8], entry: &Entry) -> bool {
        let sound = data.len() as u64 == entry.size && blake3::hash(data) == entry.content;
        if sound {
            touch(path);
        } else {
            let _ = fs::remove_file(path);
        }
        sound
    }

    /// Notes what a key led to: content and note.
    ///
    /// # Errors
    /// When it cannot be written; nothing is left behind then.
    pub fn put(&self, key: &Key, data: &[u8], note: &str) -> io::Result<Entry> {
        let entry = entry_of(data, note);
        let path = self.path(&entry.content, "-d");
        if fs::metadata(&path).map(|m| m.len()).ok() != Some(entry.size) {
            write_whole(&path, data, 0o644)?;
        }
        self.put_entry(key, &entry)?;
        Ok(entry)
    }

    /// The same for a program, which can be executed where [`program_file`](Self::program_file) says.
    ///
    /// # Errors
    /// When it cannot be written; nothing is left behind then.
    pub fn put_program(&self, key: &Key, data: &[u8], note: &str, name: &str) -> io::Result<Entry> {
        let entry = entry_of(data, note);
        self.put_program_file(&entry, data, name)?;
        self.put_entry(key, &entry)?;
        Ok(entry)
    }

    fn put_program_file(&self, entry: &Entry, data: &[u8], name: &str) -> io::Result<PathBuf> {
        let path = self.path(&entry.content, "-x").join(name);
        if fs::metadata(&path).map(|m| m.len()).ok() != Some(entry.size) {
            write_whole(&path, data, 0o755)?;
        }
        Ok(path)
    }

    /// Notes what a key led to when that is a note alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_note(&self, key: &Key, note: &str) -> io::Result<()> {
        self.put_entry(key, &entry_of(&[], note))
    }

    /// Notes that a key led to the content that another one led to before, with a note of its own; `None` if that is
    /// not known or its content is missing.
    pub fn put_again(&self, key: &Key, known: &Key, note: &str) -> Option<io::Result<Entry>> {
        let mut entry = self.get(known)?;
        self.content_file(&entry)?;
        note.clone_into(&mut entry.note);
        Some(self.put_entry(key, &entry).map(|()| entry))
    }

    /// Notes that a key led to something that is in the cache.
    ///
    /// # Errors
    /// When it cannot be written; nothing is left behind then.
    pub fn put_entry(&self, key: &Key, entry: &Entry) -> io::Result<()> {
        let line = format!("{} {} {}", entry.content.to_hex(), entry.size, entry.note);
        let check = blake3::keyed_hash(key.0.as_bytes(), line.as_bytes()).to_hex();
        write_whole(
            &self.path(&key.0, "-a"),
            format!("{check} {line}\n").as_bytes(),
            0o644,
        )
    }

    fn trim_if_due(&self) {
        let stamp = self.root.join("trimmed");
        let due = age(&stamp).is_none_or(|age| age > TRIM_EVERY);
        if due && write_whole(&stamp, b"", 0o644).is_ok() {
            self.trim(KEEP);
        }
    }

    /// Removes what has not been used for that long, and temporary files left over.
    pub fn trim(&self, keep: Duration) {
        for folder in entries(&self.root).filter(|p| p.is_dir()) {
            for path in entries(&folder) {
                if path.is_dir() {
                    for program in entries(&path) {
                        remove_old(&program, keep);
                    }
                    // Only if it is empty.
                    let _ = fs::remove_dir(&path);
                } else {
                    remove_old(&path, keep);
                }
            }
        }
    }
}

fn entries(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let found = fs::read_dir(dir).into_iter().flatten().flatten();
    found.map(|e| e.path())
}

fn remove_old(path: &Path, keep: Duration) {
    if age(path).is_some_and(|age| age > keep) {
        let _ = fs::remove_file(path);
    }
}

fn age(path: &Path) -> Option<Duration> {
    let time = fs::metadata(path).ok()?.modified().ok()?;
    // A time in the future counts as now.
    Some(SystemTime::now().duration_since(time).unwrap_or_default())
}

fn touch(path: &Path) {
    if age(path).is_some_and(|age| age > TOUCH_EVERY)
        && let Ok(file) = File::open(path)
    {
        let _ = file.set_modified(SystemTime::now());
    }
}

fn entry_of(data: &[u8], note: &str) -> Entry {
    debug_assert!(!note.contains('\n'));
    Entry {
        content: blake3::hash(data),
        size: data.len() as u64,
        note: note.to_owned(),
    }
}

fn parse_entry(text: &str, key: &Key) -> Option<Entry> {
    let (check, line) = text.strip_suffix('\n')?.split_once(' ')?;
    if blake3::keyed_hash(key.0.as_bytes(), line.as_bytes())
        .to_hex()
        .as_str()
        != check
    {
        return None;
    }
    let mut words = line.splitn(3, ' ');
    Some(Entry {
        content: Hash::from_hex(words.next()?).ok()?,
        size: words.next()?.parse().ok()?,
        note: words.next()?.to_owned(),
    })
}

/// Writes a file that appears whole or not at all, with its folder.
///
/// # Errors
/// When that fails; nothing is left behind then.
pub fn write_whole(path: &Path, data: &[u8], mode: u32) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let dir = path.parent().unwrap_or(Path::new("."));
    let base = path.file_name().unwrap_or_default().to_string_lossy();
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = dir.join(format!(".{base}.{}.{n}.tmp", std::process::id()));
    let write = || {
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(mode)
            .open(&temporary)?;
        file.write_all(data)?;
        // On a full disk some file systems tell only now.
        file.flush()?;
        drop(file);
        fs::rename(&temporary, path)
    };
    let mut result = write();
    if matches!(&result, Err(e) if e.kind() == io::ErrorKind::NotFound) {
        fs::create_dir_all(dir)?;
        result = write();
    }
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// The hash of an executable file or library, which is looked up by its place, size and times in the cache.
///
/// # Errors
/// When it cannot be read.
pub fn file_identity(cache: &Cache, path: &Path) -> io::Result<Hash> {
    let meta = fs::metadata(path)?;
    let mut maker = KeyMaker::new("file");
    maker.part(path.as_os_str().as_encoded_bytes());
    for n in [meta.len(), meta.ino(), meta.dev()] {
        maker.number(n);
    }
    for n in [
        meta.mtime(),
        meta.mtime_nsec(),
        meta.ctime(),
        meta.ctime_nsec(),
    ] {
        maker.number(n.cast_unsigned());
    }
    maker.number(u64::from(meta.permissions().mode()));
    let key = maker.key();
    if let Some(entry) = cache.get(&key)
        && let Ok(hash) = Hash::from_hex(&entry.note)
    {
        return Ok(hash);
    }
    let hash = blake3::hash(&fs::read(path)?);
    // Not worth an error: it is only hashed again next time.
    let _ = cache.put_note(&key, &hash.to_hex());
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        KeyMaker::new("test").part(text.as_bytes()).key()
    }

    fn cache() -> (tempfile::TempDir, Cache) {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        (dir, cache)
    }

    fn files(cache: &Cache) -> usize {
        entries(&cache.root)
            .filter(|p| p.is_dir())
            .flat_map(|d| entries(&d))
            .count()
    }

    #[test]
    fn what_was_put_is_found() {
        let (_dir, cache) = cache();
        assert_eq!(cache.get(&key("a")), None);
        let entry = cache.put(&key("a"), b"data", "a note").unwrap();
        assert_eq!(cache.get(&key("a")).as_ref(), Some(&entry));
        assert_eq!(cache.content(&entry).unwrap(), b"data");
        assert_eq!(
            fs::read(cache.content_file(&entry).unwrap()).unwrap(),
            b"data"
        );
        cache.put_note(&key("n"), "").unwrap();
        assert_eq!(cache.get(&key("n")).unwrap().note, "");
    }

    #[test]
    fn a_second_key_leads_to_the_same_content() {
        let (_dir, cache) = cache();
        assert!(cache.put_again(&key("b"), &key("a"), "").is_none());
        let first = cache.put(&key("a"), b"data", "one").unwrap();
        let second = cache.put_again(&key("b"), &key("a"), "two");
        let second = second.unwrap().unwrap();
        assert_eq!((second.content, &*second.note), (first.content, "two"));
        assert_eq!(cache.get(&key("b")), Some(second));
        assert_eq!(cache.get(&key("a")).as_ref(), Some(&first));
        fs::remove_file(cache.content_file(&first).unwrap()).unwrap();
        assert!(cache.put_again(&key("c"), &key("a"), "").is_none());
        assert_eq!(cache.get(&key("c")), None);
    }

    #[test]
    fn texts_are_told_apart_as_parts_are() {
        let texts = ["", "a", "ab", "b"];
        let keys = texts.map(|t| KeyMaker::new("k").text(&t).text(&"b").key());
        for (i, one) in keys.iter().enumerate() {
            assert!(!keys[i + 1..].contains(one), "{}", texts[i]);
        }
        let long = "x".repeat(1 << 17);
        let whole = KeyMaker::new("k").text(&long).key();
        let pieces = KeyMaker::new("k")
            .text(&format_args!("{}{}", &long[..9], &long[9..]))
            .key();
        assert_eq!(whole, pieces);
    }

    #[test]
    fn damage_counts_as_missing() {
        let (_dir, cache) = cache();
        for damage in [&b"dat"[..], b"dato", b"", b"data and more"] {
            let entry = cache.put(&key("a"), b"data", "").unwrap();
            let path = cache.content_file(&entry).unwrap();
            fs::write(&path, damage).unwrap();
            assert_eq!(cache.content(&entry), None);
        }
        cache.put(&key("a"), b"data", "note").unwrap();
        let path = cache.path(&key("a").0, "-a");
        let text = fs::read_to_string(&path).unwrap();
        for at in 0..text.len() {
            let mut broken = text.clone().into_bytes();
            broken[at] ^= 1;
            fs::write(&path, broken).unwrap();
            assert_eq!(cache.get(&key("a")), None, "byte {at}");
        }
        for length in 0..text.len() {
            fs::write(&path, &text[..length]).unwrap();
            assert_eq!(cache.get(&key("a")), None, "length {length}");
        }
    }

    #[test]
    fn an_entry_belongs_to_its_key() {
        let (_dir, cache) = cache();
        cache.put(&key("a"), b"data", "").unwrap();
        let (a, b) = (cache.path(&key("a").0, "-a"), cache.path(&key("b").0, "-a"));
        fs::create_dir_all(b.parent().unwrap()).unwrap();
        fs::copy(a, b).unwrap();
        assert_eq!(cache.get(&key("b")), None);
    }

    #[test]
    fn programs_can_be_executed_under_their_name() {
        let (_dir, cache) = cache();
        let entry = cache
            .put_program(&key("p"), b"#!/bin/sh\nexit 7\n", "", "hello")
            .unwrap();
        let path = cache.program_file(&entry, "hello").unwrap();
        assert_eq!(path.file_name().unwrap(), "hello");
        let status = std::process::Command::new(path).status().unwrap();
        assert_eq!(status.code(), Some(7));
    }

    #[test]
    fn old_files_go() {
        let (_dir, cache) = cache();
        let entry = cache.put(&key("a"), b"data", "").unwrap();
        cache.put_program(&key("p"), b"program", "", "p").unwrap();
        assert_eq!(files(&cache), 4);
        cache.trim(Duration::from_secs(60));
        assert_eq!(files(&cache), 4);
        let old = SystemTime::now() - 2 * KEEP;
        let path = cache.path(&entry.content, "-d");
        File::open(path).unwrap().set_modified(old).unwrap();
        cache.trim(KEEP);
        assert_eq!(files(&cache), 3);
        std::thread::sleep(Duration::from_millis(20));
        cache.trim(Duration::ZERO);
        assert_eq!(files(&cache), 0);
    }

    #[test]
    fn use_keeps_a_file() {
        let (_dir, cache) = cache();
        let entry = cache.put(&key("a"), b"data", "").unwrap();
        let paths = [
            cache.path(&key("a").0, "-a"),
            cache.path(&entry.content, "-d"),
        ];
        for path in &paths {
            let old = SystemTime::now() - 2 * KEEP;
            File::open(path).unwrap().set_modified(old).unwrap();
        }
        let entry = cache.get(&key("a")).unwrap();
        cache.content(&entry).unwrap();
        cache.trim(KEEP);
        assert!(paths.iter().all(|p| p.exists()));
    }

    #[test]
    fn nothing_is_left_of_a_write_that_fails() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("folder");
        fs::create_dir_all(target.join("full")).unwrap();
        assert!(write_whole(&target, b"data", 0o644).is_err());
        assert_eq!(entries(dir.path()).count(), 1);
    }

    #[test]
    fn keys_tell_parts_apart() {
        let mut a = KeyMaker::new("k");
        a.part(b"ab").part(b"c");
        let mut b = KeyMaker::new("k");
        b.part(b"a").part(b"bc");
        assert_ne!(a.key(), b.key());
    }

    #[test]
    fn a_changed_file_has_another_identity() {
        let (dir, cache) = cache();
        let path = dir.path().join("tool");
        fs::write(&path, b"one").unwrap();
        let one = file_identity(&cache, &path).unwrap();
        assert_eq!(file_identity(&cache, &path).unwrap(), one);
        fs::write(&path, b"two!").unwrap();
        assert_ne!(file_identity(&cache, &path).unwrap(), one);
    }
}
