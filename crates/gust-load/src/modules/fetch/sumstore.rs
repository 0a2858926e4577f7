//! Where the checksum database's client reads and keeps its data.

use super::cache::{FileLock, read_shared, write_atomically};
use super::http::{Http, Url};
use super::proxy::ProxyList;
use crate::goenv::GoEnv;
use crate::modules::sumdb::note::Verifier;
use crate::modules::sumdb::{Client, Storage};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Most bytes in one answer of a database.
const MAX_ANSWER: u64 = 16 << 20;

/// The folders and the server of one database.
pub struct SumStore {
    name: String,
    http: Arc<Http>,
    proxies: ProxyList,
    /// The server that `GOSUMDB` names, if it does.
    explicit: Option<Url>,
    base: OnceLock<Result<Url, String>>,
    cache: PathBuf,
    config: Option<PathBuf>,
}

/// The client of the database that `GOSUMDB` selects.
pub fn dial(
    env: &GoEnv,
    http: &Arc<Http>,
    proxies: &ProxyList,
    cache: &Path,
) -> Result<Client<SumStore>, String> {
    let setting = env.gosumdb();
    let fields: Vec<&str> = setting.split_whitespace().collect();
    let (key, url) = match fields[..] {
        [] => return Err("missing GOSUMDB".to_owned()),
        [key] => (key, None),
        [key, url] => (key, Some(url)),
        _ => return Err("invalid GOSUMDB: too many fields".to_owned()),
    };
    let known = known_key(env, key);
    let verifier = Verifier::new(known.as_deref().unwrap_or(key))
        .map_err(|e| format!("invalid GOSUMDB: {e}"))?;
    let explicit = url
        .map(Url::parse)
        .transpose()
        .map_err(|e| format!("invalid GOSUMDB URL: {e}"))?;
    let store = SumStore {
        name: verifier.name().to_owned(),
        http: Arc::clone(http),
        proxies: proxies.clone(),
        explicit,
        base: OnceLock::new(),
        cache: cache.join("cache/download/sumdb"),
        config: env.sumdb_dir(),
    };
    Ok(Client::new(verifier, store))
}

/// The public key of a database known by its bare name. The distribution carries the keys of those it
/// knows in its sources; no key is built into gust.
fn known_key(env: &GoEnv, name: &str) -> Option<String> {
    if name.contains('+') {
        return None;
    }
    let file = env.goroot()?.join("src/cmd/go/internal/modfetch/key.go");
    let text = std::fs::read_to_string(file).ok()?;
    let prefix = format!("{name}+");
    text.split('"')
        .find(|s| s.starts_with(&prefix))
        .map(str::to_owned)
}

impl SumStore {
    /// The proxy that mirrors the database, or else the database itself.
    fn base(&self) -> Result<&Url, String> {
        let find = || {
            if let Some(u) = &self.explicit {
                return Ok(u.clone());
            }
            let mirrored = self
                .proxies
                .try_servers(|url| {
                    let base = url.join(&format!("sumdb/{}", self.name));
                    self.http.get(&base.join("supported"), MAX_ANSWER)?;
                    Ok(base)
                })
                .map_err(|e| e.to_string())?;
            match mirrored {
                Some(url) => Ok(url),
                None => Url::parse(&format!("https://{}", self.name)),
            }
        };
        self.base.get_or_init(find).as_ref().map_err(Clone::clone)
    }

    fn config_path(&self, file: &str) -> Result<PathBuf, String> {
        match &self.config {
            Some(dir) => Ok(dir.join(file)),
            None => Err("could not locate sumdb file: missing $GOPATH".to_owned()),
        }
    }
}

impl Storage for SumStore {
    fn remote(&self, path: &str) -> Result<Vec<u8>, String> {
        let url = self.base()?.join(path.trim_start_matches('/'));
        self.http.get(&url, MAX_ANSWER).map_err(|e| e.to_string())
    }

    fn config(&self, file: &str) -> Result<Vec<u8>, String> {
        match read_shared(&self.config_path(file)?) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            r => r.map_err(|e| e.to_string()),
        }
    }

    fn update_config(&self, file: &str, old: &[u8], new: &[u8]) -> Result<bool, String> {
        let path = self.config_path(file)?;
        // In place and under the lock, as the official tool does: both compare before they write.
        let update = || {
            let mut lock = FileLock::exclusive(&path)?;
            let f = lock.file();
            let mut data = Vec::new();
            f.read_to_end(&mut data)?;
            if !data.is_empty() && data != old {
                return Ok(false);
            }
            f.rewind()?;
            f.set_len(0)?;
            f.write_all(new)?;
            Ok(true)
        };
        update().map_err(|e: std::io::Error| e.to_string())
    }

    fn cached(&self, file: &str) -> Option<Vec<u8>> {
        read_shared(&self.cache.join(file))
            .ok()
            .filter(|d| !d.is_empty())
    }

    fn cache(&self, file: &str, data: &[u8]) {
        // Only costs another download when it fails.
        let _ = write_atomically(&self.cache.join(file), data);
    }
}
