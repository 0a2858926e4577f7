//! GET requests, with the credentials of `.netrc`, and files for `file:` URLs.

use super::cache::io_text;
use crate::goenv::GoEnv;
use crate::modules::error::ModError;
use crate::modules::par::lock;
use base64::Engine as _;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// A parsed URL, as far as requests to proxies need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// `https`, `http` or `file`.
    pub scheme: String,
    /// `user` or `user:password`, as written.
    user: Option<String>,
    /// Host and port.
    pub host: String,
    /// The path with its leading `/`, escaped; may be empty.
    pub path: String,
}

impl Url {
    /// Parses `text`; the error is the reason.
    pub fn parse(text: &str) -> Result<Url, String> {
        if text.contains(|c: char| c.is_control() || c == ' ') {
            return Err(format!(
                "parse {}: net/url: invalid control character in URL",
                crate::goenv::quote(text)
            ));
        }
        let Some((scheme, rest)) = text.split_once(":/") else {
            return Err(format!("invalid proxy URL missing scheme: {text}"));
        };
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let (authority, path) = match rest.find('/') {
            Some(i) => rest.split_at(i),
            None => (rest, ""),
        };
        let (user, host) = match authority.rsplit_once('@') {
            Some((u, h)) => (Some(u.to_owned()), h),
            None => (None, authority),
        };
        let url = Url {
            scheme: scheme.to_ascii_lowercase(),
            user,
            host: host.to_owned(),
            path: path.to_owned(),
        };
        match url.scheme.as_str() {
            "http" | "https" if url.host.is_empty() => Err(format!(
                "invalid proxy URL without host: {}",
                url.redacted()
            )),
            "http" | "https" => Ok(url),
            "file" if !url.host.is_empty() || path.contains(['?', '#']) => Err(format!(
                "invalid file:// proxy URL with non-path elements: {}",
                url.redacted()
            )),
            "file" => Ok(url),
            _ => Err(format!(
                "invalid proxy URL scheme (must be https, http, file): {}",
                url.redacted()
            )),
        }
    }

    /// This URL with `path` (unescaped, no leading `/`) appended.
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.clone();
        while url.path.ends_with('/') {
            url.path.pop();
        }
        url.path.push('/');
        for b in path.bytes() {
            match b {
                b'/' | b'-' | b'_' | b'.' | b'~' | b'$' | b'&' | b'+' | b':' | b'=' | b'@' => {
                    url.path.push(b as char);
                }
                b if b.is_ascii_alphanumeric() => url.path.push(b as char),
                b => url.path.push_str(&format!("%{b:02X}")),
            }
        }
        url
    }

    fn with_user(&self, user: &str) -> String {
        let at = if user.is_empty() { "" } else { "@" };
        format!("{}://{user}{at}{}{}", self.scheme, self.host, self.path)
    }

    /// The URL for messages: the password, if any, is not shown.
    pub fn redacted(&self) -> String {
        match &self.user {
            None => self.with_user(""),
            Some(u) => match u.split_once(':') {
                Some((name, _)) => self.with_user(&format!("{name}:xxxxx")),
                None => self.with_user(u),
            },
        }
    }

    fn file_path(&self) -> PathBuf {
        PathBuf::from(percent_decode(&self.path))
    }
}

fn percent_decode(s: &str) -> String {
    let b = s.as_bytes();
    let mut out = Vec::with_capacity(b.len());
    let mut i = 0;
    while i < b.len() {
        let hex = (b[i] == b'%')
            .then(|| s.get(i + 1..i + 3))
            .flatten()
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(b[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Makes requests. Connections are kept and shared between threads.
#[derive(Debug)]
pub struct Http {
    agent: OnceLock<ureq::Agent>,
    /// Whether a request was made. The first one is made alone: it reads the certificates, and many
    /// threads would all do that.
    warm: Mutex<bool>,
    netrc: Vec<NetrcEntry>,
}

/// Looks every host up once. A module graph takes many connections to one host, and name servers drop
/// questions that come by the dozen, which costs seconds each.
#[derive(Debug, Default)]
struct CachingResolver {
    known: Mutex<HashMap<String, Vec<SocketAddr>>>,
}

impl Resolver for CachingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let key = format!(
            "{} {}",
            uri.scheme_str().unwrap_or(""),
            uri.authority().map_or("", |a| a.as_str())
        );
        // Held during the look-up, so that others wait for its result.
        let mut known = lock(&self.known);
        if let Some(addresses) = known.get(&key) {
            let mut result = self.empty();
            for a in addresses {
                result.push(*a);
            }
            return Ok(result);
        }
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        known.insert(key, found.iter().copied().collect());
        Ok(found)
    }
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);
const BODY_TIMEOUT: Duration = Duration::from_secs(1200);

impl Http {
    /// Credentials come from `NETRC`, or `.netrc` in the home folder, unless `GOAUTH=off`.
    pub fn new(env: &GoEnv) -> Http {
        Http {
            agent: OnceLock::new(),
            warm: Mutex::new(false),
            netrc: read_netrc(env),
        }
    }

    fn agent(&self) -> &ureq::Agent {
        self.agent.get_or_init(|| {
            // The platform's certificates: companies add their own, and SSL_CERT_FILE counts.
            let tls = TlsConfig::builder()
                .root_certs(RootCerts::PlatformVerifier)
                .build();
            let config = ureq::Agent::config_builder()
                .tls_config(tls)
                .http_status_as_error(false)
                .timeout_connect(Some(CONNECT_TIMEOUT))
                .timeout_recv_response(Some(ANSWER_TIMEOUT))
                .timeout_recv_body(Some(BODY_TIMEOUT))
                .max_idle_connections_per_host(crate::modules::par::NETWORK_THREADS)
                .user_agent(concat!("gust/", env!("CARGO_PKG_VERSION")))
                .build();
            ureq::Agent::with_parts(
                config,
                DefaultConnector::default(),
                CachingResolver::default(),
            )
        })
    }

    /// The body of `url`, at most `limit` bytes.
    pub fn get(&self, url: &Url, limit: u64) -> Result<Vec<u8>, ModError> {
        let mut data = Vec::new();
        self.open(url)?
            .take(limit + 1)
            .read_to_end(&mut data)
            .map_err(|e| body_error(url, &e))?;
        if data.len() as u64 > limit {
            return Err(ModError::new(format!(
                "reading {}: response too large",
                url.redacted()
            )));
        }
        Ok(data)
    }

    /// Copies the body of `url` to `out`, at most `limit` bytes; returns how many.
    pub fn copy(&self, url: &Url, out: &mut File, limit: u64) -> Result<u64, ModError> {
        let mut body = self.open(url)?.take(limit);
        io::copy(&mut body, out).map_err(|e| body_error(url, &e))
    }

    fn open(&self, url: &Url) -> Result<Box<dyn Read>, ModError> {
        let shown = url.redacted();
        if url.scheme == "file" {
            return match File::open(url.file_path()) {
                Ok(f) => Ok(Box::new(f)),
                Err(e) => {
                    let text = format!("reading {shown}: {}", io_text(&e));
                    Err(match e.kind() {
                        io::ErrorKind::NotFound => ModError::not_exist(text),
                        _ => ModError::new(text),
                    })
                }
            };
        }
        let mut request = self.agent().get(url.with_user(""));
        if let Some(auth) = self.credentials(url)? {
            request = request.header("Authorization", auth);
        }
        let response = {
            let mut warm = lock(&self.warm);
            let first = !*warm;
            *warm = true;
            let _guard = first.then_some(warm);
            request.call()
        }
        .map_err(|e| ModError::new(format!("Get \"{shown}\": {}", request_text(&e, &url.host))))?;
        let status = response.status();
        if status.as_u16() == 200 {
            return Ok(Box::new(response.into_body().into_reader()));
        }
        let plain = response
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.starts_with("text/plain"));
        let detail = if plain {
            error_detail(response.into_body().into_reader())
        } else {
            String::new()
        };
        let mut text = format!(
            "reading {shown}: {} {}",
            status.as_u16(),
            status.canonical_reason().unwrap_or("")
        );
        if !detail.is_empty() {
            let separator = if detail.contains('\n') { "\n\t" } else { " " };
            text.push_str("\n\tserver response:");
            text.push_str(separator);
            text.push_str(&detail.replace('\n', "\n\t"));
        }
        Err(match status.as_u16() {
            404 | 410 => ModError::not_exist(text),
            _ => ModError::new(text),
        })
    }

    fn credentials(&self, url: &Url) -> Result<Option<String>, ModError> {
        let encode = |user: &str, password: &str| {
            let text = format!("{user}:{password}");
            let text = base64::engine::general_purpose::STANDARD.encode(text);
            Some(format!("Basic {text}"))
        };
        if let Some(u) = &url.user {
            if url.scheme != "https" {
                return Err(ModError::new(format!(
                    "refusing to pass credentials to insecure URL: {}",
                    url.redacted()
                )));
            }
            let (user, password) = u.split_once(':').unwrap_or((u, ""));
            return Ok(encode(&percent_decode(user), &percent_decode(password)));
        }
        if url.scheme != "https" {
            return Ok(None);
        }
        Ok(self
            .netrc
            .iter()
            .find(|e| e.machine == url.host)
            .and_then(|e| encode(&e.login, &e.password)))
    }
}

fn body_error(url: &Url, e: &io::Error) -> ModError {
    ModError::new(format!("read \"{}\": {e}", url.redacted()))
}

/// The text of a request without answer, as close to the official one as our knowledge goes.
fn request_text(e: &ureq::Error, host: &str) -> String {
    let name = host.split(':').next().unwrap_or(host);
    match e {
        ureq::Error::HostNotFound => format!("dial tcp: lookup {name}: no such host"),
        ureq::Error::Io(e) => match io_text(e) {
            t if t.starts_with("failed to lookup address") => {
                format!("dial tcp: lookup {name}: no such host")
            }
            t if e.kind() == io::ErrorKind::ConnectionRefused => {
                format!("dial tcp {host}: connect: {t}")
            }
            t => t,
        },
        e => e.to_string(),
    }
}

/// The first lines of a server's explanation.
fn error_detail(body: impl Read) -> String {
    const MAX_LINES: usize = 8;
    const MAX_BYTES: u64 = 8 * 81;
    let mut data = Vec::new();
    // What cannot be read is not explained.
    let _ = body.take(MAX_BYTES).read_to_end(&mut data);
    let text = String::from_utf8_lossy(&data);
    let lines: Vec<&str> = text.trim().lines().take(MAX_LINES).collect();
    lines.join("\n")
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NetrcEntry {
    machine: String,
    login: String,
    password: String,
}

fn read_netrc(env: &GoEnv) -> Vec<NetrcEntry> {
    if env.get("GOAUTH") == "off" {
        return Vec::new();
    }
    let file = match env.get("NETRC") {
        "" => match env.get("HOME") {
            "" => return Vec::new(),
            home => PathBuf::from(home).join(".netrc"),
        },
        file => PathBuf::from(file),
    };
    std::fs::read_to_string(file).map_or_else(|_| Vec::new(), |t| parse_netrc(&t))
}

fn parse_netrc(text: &str) -> Vec<NetrcEntry> {
    let mut entries = Vec::new();
    let mut entry: Option<NetrcEntry> = None;
    let mut in_macro = false;
    for line in text.lines() {
        if in_macro {
            in_macro = !line.is_empty();
            continue;
        }
        let mut words = line.split_whitespace();
        while let Some(key) = words.next() {
            match key {
                // The rest is for machines not named, which is too broad to be sent anything.
                "default" => return entries,
                "macdef" => {
                    in_macro = true;
                    break;
                }
                _ => {}
            }
            let Some(value) = words.next() else { break };
            let value = value.to_owned();
            if key == "machine" {
                entry = Some(NetrcEntry {
                    machine: value,
                    login: String::new(),
                    password: String::new(),
                });
                continue;
            }
            let Some(e) = &mut entry else { continue };
            match key {
                "login" => e.login = value,
                "password" => e.password = value,
                _ => {}
            }
            if !e.login.is_empty() && !e.password.is_empty() {
                entries.extend(entry.take());
            }
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let u = Url::parse("https://me:secret@proxy.test:8080/base/").unwrap();
        assert_eq!(u.host, "proxy.test:8080");
        let j = u.join("x.test/!a/@v/v1.0.0+incompatible.mod");
        assert_eq!(
            j.redacted(),
            "https://me:xxxxx@proxy.test:8080/base/x.test/%21a/@v/v1.0.0+incompatible.mod"
        );
        let f = Url::parse("file:///tmp/a%20b").unwrap().join("c!");
        assert_eq!(f.file_path(), PathBuf::from("/tmp/a b/c!"));
        for (bad, want) in [
            (
                "ftp://x",
                "invalid proxy URL scheme (must be https, http, file): ftp://x",
            ),
            ("nothing", "invalid proxy URL missing scheme: nothing"),
            (
                "file://host/x",
                "invalid file:// proxy URL with non-path elements: file://host/x",
            ),
        ] {
            assert_eq!(Url::parse(bad).unwrap_err(), want);
        }
    }

    #[test]
    fn netrc() {
        let e = |m: &str, l: &str, p: &str| NetrcEntry {
            machine: m.into(),
            login: l.into(),
            password: p.into(),
        };
        let text = "machine a.test login u password p\nmacdef x\nmachine no\n\nmachine b.test\n login v\n account z password q\ndefault login d password d\nmachine c.test login x password y\n";
        assert_eq!(
            parse_netrc(text),
            [e("a.test", "u", "p"), e("b.test", "v", "q")]
        );
    }
}
