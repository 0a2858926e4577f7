//! Getting modules: from the module cache, or else from the proxies, checked against `go.sum` and the
//! checksum database before anything is kept.

pub mod cache;
pub mod gosum;
pub mod http;
pub mod info;
pub mod proxy;
mod sumstore;
pub mod zip;

use super::error::{ErrorKind, ModError};
use super::gover;
use super::par::OnceMap;
use super::path::{InvalidVersion, ModVersion, canonical_version, escape_path, escape_version};
use super::path::{check, match_prefix_patterns};
use super::pseudo;
use super::semver;
use super::sumdb::{Client, SumDbError};
use crate::goenv::GoEnv;
use cache::{DirState, ModCache, write_atomically};
use gosum::GoSum;
use http::{Http, Url};
use info::RevInfo;
use proxy::ProxyList;
use std::fs;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use sumstore::SumStore;

/// Called with a line for the user, such as `downloading x.y/z v1.0.0`.
pub type Progress = Arc<dyn Fn(&str) + Send + Sync>;

/// Gets modules. Shared between threads; each thing is fetched once.
pub struct Fetcher {
    env: Arc<GoEnv>,
    cache: Result<ModCache, ModError>,
    http: Arc<Http>,
    proxies: ProxyList,
    sum_files: Option<(PathBuf, Vec<PathBuf>)>,
    sums: OnceLock<Result<GoSum, ModError>>,
    sumdb: OnceLock<Result<Client<SumStore>, String>>,
    disabled: Option<String>,
    read_write: bool,
    progress: Option<Progress>,
    go_mods: OnceMap<ModVersion, Result<Arc<[u8]>, ModError>>,
    infos: OnceMap<ModVersion, Result<RevInfo, ModError>>,
    dirs: OnceMap<ModVersion, Result<PathBuf, ModError>>,
    zips: OnceMap<ModVersion, Result<PathBuf, ModError>>,
    versions: OnceMap<String, Result<Arc<[String]>, ModError>>,
}

/// The files of a downloaded module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// The `.info` file.
    pub info: PathBuf,
    /// The `.mod` file.
    pub go_mod: PathBuf,
    /// The `.zip` file.
    pub zip: PathBuf,
    /// The folder with the extracted files.
    pub dir: PathBuf,
    /// Hash of the files, as in `go.sum`.
    pub sum: String,
    /// Hash of the `go.mod`, as in `go.sum`.
    pub go_mod_sum: String,
}

const SUMDB_MISMATCH: &str = "

SECURITY ERROR
This download does NOT match the one reported by the checksum server.
The bits may have been replaced on the origin server, or an attacker may
have intercepted the download attempt.

For more information, see 'go help module-auth'.
";

const SUMDB_ABSENT: &str = "

SECURITY ERROR
This download does NOT match one reported by the checksum server.
The checksum server has provided checksums, but the checksums do
not contain an entry for the download.
The checksum server may be malfunctioning, or an attacker may have
intercepted the checksum request.
The download cannot be verified.

For more information, see 'go help module-auth'.
";

/// Most bytes in a list of versions or an `.info`.
const MAX_LIST: u64 = 64 << 20;

impl Fetcher {
    /// A fetcher without `go.sum`: every hash is checked with the checksum database.
    pub fn new(env: Arc<GoEnv>) -> Fetcher {
        let cache = match env.gomodcache() {
            Some(dir) => ModCache::new(dir),
            None => Err(ModError::new(
                "module cache not found: neither GOMODCACHE nor GOPATH is set",
            )),
        };
        Fetcher {
            cache,
            http: Arc::new(Http::new(&env)),
            proxies: ProxyList::new(&env),
            env,
            sum_files: None,
            sums: OnceLock::new(),
            sumdb: OnceLock::new(),
            disabled: None,
            read_write: false,
            progress: None,
            go_mods: OnceMap::default(),
            infos: OnceMap::default(),
            dirs: OnceMap::default(),
            zips: OnceMap::default(),
            versions: OnceMap::default(),
        }
    }

    /// Uses this `go.sum`, and for reading those of the workspace's modules.
    pub fn set_sum_files(&mut self, file: PathBuf, workspace: Vec<PathBuf>) {
        self.sum_files = Some((file, workspace));
    }

    /// Forbids all fetching for `reason`.
    pub fn disable(&mut self, reason: String) {
        self.disabled = Some(reason);
    }

    /// Leaves extracted folders writable (`-modcacherw`).
    pub fn set_read_write(&mut self, on: bool) {
        self.read_write = on;
    }

    /// Tells the user what is fetched.
    pub fn set_progress(&mut self, f: Option<Progress>) {
        self.progress = f;
    }

    /// The module cache.
    pub fn cache(&self) -> Result<&ModCache, ModError> {
        self.cache.as_ref().map_err(Clone::clone)
    }

    /// The hashes in `go.sum`; `None` when there is no such file to use.
    pub fn sums(&self) -> Result<Option<&GoSum>, ModError> {
        let Some((file, workspace)) = &self.sum_files else {
            return Ok(None);
        };
        self.sums
            .get_or_init(|| GoSum::open(file, workspace))
            .as_ref()
            .map(Some)
            .map_err(Clone::clone)
    }

    /// Whether `go.sum` has a hash for `m`, whose version may end in `/go.mod`.
    pub fn has_sum(&self, m: &ModVersion) -> bool {
        matches!(self.sums(), Ok(Some(s)) if s.has(m))
    }

    /// The hash that `go.sum` has for `m`.
    pub fn recorded_sum(&self, m: &ModVersion) -> Option<String> {
        self.sums().ok()??.recorded(m)
    }

    fn ask<T>(
        &self,
        path: &str,
        mut f: impl FnMut(&Url) -> Result<T, ModError>,
    ) -> Result<T, ModError> {
        if let Some(reason) = &self.disabled {
            return Err(ModError::new(reason.clone()));
        }
        let escaped = escape_path(path).map_err(|e| ModError::new(e.to_string()))?;
        self.proxies
            .try_each(path, |proxy| f(&proxy.join(&escaped)))
    }

    /// Gets `/@v/<version>.<suffix>` of a module.
    fn ask_file(&self, m: &ModVersion, suffix: &str, limit: u64) -> Result<Vec<u8>, ModError> {
        let version =
            escape_version(&m.version).map_err(|e| ModError::new(e.to_string()).about(m))?;
        self.ask(&m.path, |base| {
            self.http
                .get(&base.join(&format!("@v/{version}.{suffix}")), limit)
                .map_err(|e| version_error(m, e))
        })
    }

    // ---- go.mod ----

    /// The `go.mod` of `m`, whose version is canonical.
    pub fn go_mod(&self, m: &ModVersion) -> Result<Arc<[u8]>, ModError> {
        self.go_mods.get_or_init(m, || {
            let cache = self.cache()?;
            if let Ok(data) = cache
                .file(m, "mod")
                .and_then(|f| fs::read(f).map_err(|e| ModError::new(e.to_string())))
                && !data.starts_with(b"//vgo 0.0.")
            {
                self.check_go_mod(m, &data)?;
                return Ok(data.into());
            }
            let data = self.ask_file(m, "mod", zip::MAX_GO_MOD)?;
            self.check_go_mod(m, &data)?;
            cache.write_go_mod(m, &data)?;
            Ok(data.into())
        })
    }

    fn check_go_mod(&self, m: &ModVersion, data: &[u8]) -> Result<(), ModError> {
        let key = ModVersion::new(&m.path, format!("{}/go.mod", m.version));
        self.check_sum(&key, &zip::hash_go_mod(data))
    }

    /// Checks a hash against `go.sum`, or else against the checksum database.
    fn check_sum(&self, m: &ModVersion, hash: &str) -> Result<(), ModError> {
        let sums = self.sums()?;
        if let Some(s) = sums
            && s.matches(m, hash)?
        {
            return Ok(());
        }
        let db = self.env.gosumdb();
        if db != "off" && !match_prefix_patterns(self.env.gonosumdb(), &m.path) {
            self.check_database(m, hash)?;
        }
        if let Some(s) = sums {
            s.add(m, hash);
        }
        Ok(())
    }

    fn check_database(&self, m: &ModVersion, hash: &str) -> Result<(), ModError> {
        let (version, noun) = match m.version.strip_suffix("/go.mod") {
            Some(v) => (v, "go.mod"),
            None => (m.version.as_str(), "module"),
        };
        let about = ModVersion::new(&m.path, version);
        let fail = |text: String| ModError::new(format!("verifying {noun}: {text}")).about(&about);
        let client = self
            .sumdb
            .get_or_init(|| {
                let root = self.cache().map_err(|e| e.to_string())?.root();
                sumstore::dial(&self.env, &self.http, &self.proxies, root)
            })
            .as_ref()
            .map_err(|e| fail(e.clone()))?;
        let lines = client.lookup(&m.path, &m.version).map_err(|e| match e {
            SumDbError::Misbehaviour(text) => ModError::with_kind(ErrorKind::Fatal, text),
            SumDbError::Other(text) => fail(text),
        })?;
        let prefix = format!("{} {} ", m.path, m.version);
        for line in &lines {
            let Some(sum) = line.strip_prefix(&prefix) else {
                continue;
            };
            if sum == hash {
                return Ok(());
            }
            if sum.starts_with("h1:") {
                return Err(fail(format!(
                    "checksum mismatch\n\tdownloaded: {hash}\n\t{}: {sum}{SUMDB_MISMATCH}",
                    client.name()
                )));
            }
        }
        Err(fail(format!(
            "checksum missing from sumdb response{SUMDB_ABSENT}"
        )))
    }

    // ---- versions ----

    /// Version and time of `m`, whose version may be anything a proxy understands, such as a branch.
    pub fn info(&self, m: &ModVersion) -> Result<RevInfo, ModError> {
        self.infos.get_or_init(m, || {
            if let Some(info) = self.cached_info(m) {
                return Ok(info);
            }
            let data = self.ask_file(m, "info", MAX_LIST)?;
            let info = RevInfo::parse(&data).map_err(|e| {
                version_error(
                    m,
                    ModError::new(format!("invalid response from proxy: {e}")),
                )
            })?;
            if info.version != m.version
                && canonical_version(&m.version) == m.version
                && check(&m.path, &m.version).is_ok()
            {
                let text = format!(
                    "proxy returned info for version {} instead of requested version",
                    info.version
                );
                return Err(version_error(m, ModError::new(text)));
            }
            let found = ModVersion::new(&m.path, &info.version);
            if let Ok(file) = self.cache()?.file(&found, "info") {
                // Only costs another request when it fails.
                let _ = write_atomically(&file, info.to_json().as_bytes());
            }
            Ok(info)
        })
    }

    /// What the module cache knows of `m`; nothing is fetched.
    pub fn cached_info(&self, m: &ModVersion) -> Option<RevInfo> {
        let file = self.cache().ok()?.file(m, "info").ok()?;
        RevInfo::parse(&fs::read(file).ok()?).ok()
    }

    /// All tagged versions of module `path`, ascending.
    pub fn versions(&self, path: &str) -> Result<Arc<[String]>, ModError> {
        let about = ModVersion::new(path, "");
        self.versions.get_or_init(&path.to_owned(), || {
            let data = self.ask(path, |base| {
                self.http
                    .get(&base.join("@v/list"), MAX_LIST)
                    .map_err(|e| e.about(&about))
            })?;
            let mut list: Vec<String> = String::from_utf8_lossy(&data)
                .lines()
                .filter_map(|l| l.split_whitespace().next())
                .filter(|v| semver::is_valid(v) && !pseudo::is_pseudo(v))
                .map(str::to_owned)
                .collect();
            list.sort_by(|a, b| semver::compare(a, b).then_with(|| a.cmp(b)));
            Ok(list.into())
        })
    }

    /// The version a proxy calls latest, for modules without tags.
    pub fn latest_untagged(&self, path: &str) -> Result<RevInfo, ModError> {
        let about = ModVersion::new(path, "");
        let data = self.ask(path, |base| {
            self.http
                .get(&base.join("@latest"), MAX_LIST)
                .map_err(|e| e.about(&about))
        })?;
        RevInfo::parse(&data)
            .map_err(|e| ModError::new(format!("invalid response from proxy: {e}")).about(&about))
    }

    // ---- files ----

    /// Everything the module cache keeps of `m`, as `mod download` gets it.
    pub fn download_all(&self, m: &ModVersion) -> Result<Downloaded, ModError> {
        let cache = self.cache()?;
        self.info(m)?;
        let go_mod_sum = zip::hash_go_mod(&self.go_mod(m)?);
        let dir = self.download(m)?;
        let sum = fs::read_to_string(cache.file(m, "ziphash")?).unwrap_or_default();
        Ok(Downloaded {
            info: cache.file(m, "info")?,
            go_mod: cache.file(m, "mod")?,
            zip: cache.file(m, "zip")?,
            dir,
            sum: sum.trim().to_owned(),
            go_mod_sum,
        })
    }

    /// The folder with the files of `m`, fetched and extracted if need be.
    pub fn download(&self, m: &ModVersion) -> Result<PathBuf, ModError> {
        self.dirs.get_or_init(m, || {
            let cache = self.cache()?;
            let dir = match cache.dir_state(m)? {
                DirState::Ready(dir) => dir,
                _ => {
                    let zip = self.download_zip(m)?;
                    self.extract(cache, m, &zip)?
                }
            };
            self.check_zip_hash(cache, m)?;
            if let Ok(data) = fs::read(dir.join("go.mod")) {
                self.check_go_version(m, &data)?;
            }
            Ok(dir)
        })
    }

    fn check_go_version(&self, m: &ModVersion, go_mod: &[u8]) -> Result<(), ModError> {
        let text = String::from_utf8_lossy(go_mod);
        let version = text.lines().find_map(|l| {
            let rest = l.trim().strip_prefix("go")?;
            let rest = rest.strip_prefix([' ', '\t'])?;
            Some(rest.split("//").next().unwrap_or("").trim())
        });
        match version {
            Some(v) => too_new(&self.env, &m.to_string(), v).map_or(Ok(()), Err),
            None => Ok(()),
        }
    }

    /// Checks the hash that was computed when `m` was downloaded.
    fn check_zip_hash(&self, cache: &ModCache, m: &ModVersion) -> Result<(), ModError> {
        let file = cache.file(m, "ziphash")?;
        let alone = |text: String| {
            let e = ModError::new(text).about(m);
            ModError::with_kind(ErrorKind::Fatal, format!("verifying {e}"))
        };
        let data = match cache::read_shared(&file) {
            Ok(d) => d,
            Err(_) if m.path == "golang.org/fips140" => return Ok(()),
            Err(e) => {
                return Err(alone(format!(
                    "open {}: {}",
                    file.display(),
                    cache::io_text(&e)
                )));
            }
        };
        let hash = String::from_utf8_lossy(&data).trim().to_owned();
        let hash = if hash.len() == "h1:".len() + 44 && !hash.contains('\0') {
            hash
        } else {
            // Damaged, by a crash for instance.
            self.hash_zip(m, &cache.file(m, "zip")?, &file)?
        };
        if !hash.starts_with("h1:") {
            return Err(alone(format!(
                "unexpected ziphash: {}",
                crate::goenv::quote(&hash)
            )));
        }
        self.check_sum(m, &hash)
    }

    /// The zip file of `m` in the module cache, fetched if need be.
    pub fn download_zip(&self, m: &ModVersion) -> Result<PathBuf, ModError> {
        self.zips.get_or_init(m, || {
            let cache = self.cache()?;
            let (file, hash) = (cache.file(m, "zip")?, cache.file(m, "ziphash")?);
            if file.exists() && hash.exists() {
                if !self.has_sum(m) {
                    self.check_zip_hash(cache, m)?;
                }
                return Ok(file);
            }
            if let Some(p) = &self.progress {
                p(&format!("downloading {} {}", m.path, m.version));
            }
            let _lock = cache.lock(m)?;
            if !(file.exists() && hash.exists()) {
                self.fetch_zip(m, &file, &hash)?;
            }
            // Nobody needs it now, but a cache without it cannot serve as a proxy.
            let _ = self.info(m);
            Ok(file)
        })
    }

    /// Fetches a zip file; the caller holds the lock.
    fn fetch_zip(&self, m: &ModVersion, file: &Path, hash: &Path) -> Result<(), ModError> {
        remove_leftovers(file);
        if file.exists() {
            self.hash_zip(m, file, hash)?;
            return Ok(());
        }
        let io = |e: std::io::Error| ModError::new(cache::io_text(&e)).about(m);
        let (temp, mut out) = cache::temp_beside(file).map_err(io)?;
        let version =
            escape_version(&m.version).map_err(|e| ModError::new(e.to_string()).about(m))?;
        let mut fetch = || {
            self.ask(&m.path, |base| {
                out.seek(SeekFrom::Start(0)).map_err(io)?;
                out.set_len(0).map_err(io)?;
                let url = base.join(&format!("@v/{version}.zip"));
                let n = self
                    .http
                    .copy(&url, &mut out, zip::MAX_ZIP + 1)
                    .map_err(|e| version_error(m, e))?;
                if n > zip::MAX_ZIP {
                    return Err(ModError::new("downloaded zip file too large").about(m));
                }
                Ok(())
            })?;
            let prefix = format!("{m}/");
            let names = zip::names(&temp).map_err(|e| ModError::new(e).about(m))?;
            if let Some(name) = names.iter().find(|n| !n.starts_with(&prefix)) {
                return Err(ModError::new(format!(
                    "zip for {m} has unexpected file {name}"
                )));
            }
            self.hash_zip(m, &temp, hash)?;
            fs::rename(&temp, file).map_err(io)
        };
        let done = fetch();
        if done.is_err() {
            let _ = fs::remove_file(&temp);
        }
        done
    }

    /// Computes and checks the hash of a zip file and writes it down.
    fn hash_zip(&self, m: &ModVersion, zip: &Path, hash: &Path) -> Result<String, ModError> {
        let sum = zip::hash_zip(zip).map_err(|e| ModError::new(e).about(m))?;
        self.check_sum(m, &sum)?;
        write_atomically(hash, sum.as_bytes())
            .map_err(|e| ModError::new(cache::io_text(&e)).about(m))?;
        Ok(sum)
    }

    /// Extracts a zip file under the lock of its version.
    fn extract(&self, cache: &ModCache, m: &ModVersion, file: &Path) -> Result<PathBuf, ModError> {
        let io = |e: std::io::Error| ModError::new(cache::io_text(&e)).about(m);
        let _lock = cache.lock(m)?;
        let dir = match cache.dir_state(m)? {
            DirState::Ready(dir) => return Ok(dir),
            DirState::Missing(dir) => dir,
            DirState::Partial(dir, _) => {
                cache::remove_all(&dir).map_err(io)?;
                dir
            }
        };
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        // Marks the folder as unfinished for everyone, should we be cut off.
        let partial = cache.file(m, "partial")?;
        fs::write(&partial, b"").map_err(io)?;
        if let Err(e) = zip::unzip(&dir, m, file) {
            if cache::remove_all(&dir).is_ok() {
                let _ = fs::remove_file(&partial);
            }
            return Err(ModError::new(e));
        }
        fs::remove_file(&partial).map_err(io)?;
        if !self.read_write {
            cache::make_dirs_read_only(&dir);
        }
        Ok(dir)
    }
}

/// Removes temporary files that an earlier run left beside `file`; the caller holds the lock.
fn remove_leftovers(file: &Path) {
    let (Some(dir), Some(name)) = (file.parent(), file.file_name().and_then(|n| n.to_str())) else {
        return;
    };
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let entry_name = entry.file_name();
        if let Some(n) = entry_name.to_str()
            && n.starts_with(name)
            && n.ends_with(".tmp")
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// An error of a proxy about a version.
fn version_error(m: &ModVersion, e: ModError) -> ModError {
    if !m.version.is_empty() && canonical_version(&m.version) != m.version {
        let not_exist = e.is_not_exist();
        let v = InvalidVersion {
            version: m.version.clone(),
            pseudo: pseudo::is_pseudo(&m.version),
            reason: e.to_string(),
        };
        let text = v.about(&m.path);
        return match not_exist {
            true => ModError::not_exist(text),
            false => ModError::new(text),
        };
    }
    e.about(m)
}

/// The error of something that needs Go release `version`, if ours is older.
pub(crate) fn too_new(env: &GoEnv, what: &str, version: &str) -> Option<ModError> {
    let local = env.local_version();
    if gover::compare(version, local).is_le() {
        return None;
    }
    let explain = match env.get("GOTOOLCHAIN") {
        "" | "auto" => String::new(),
        t => format!("; GOTOOLCHAIN={t}"),
    };
    Some(ModError::with_kind(
        ErrorKind::TooNew,
        format!("{what} requires go >= {version} (running go {local}{explain})"),
    ))
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
