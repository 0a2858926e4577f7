//! The settings of the Go toolchain: every `GO*` variable as `go env` resolves it.
//!
//! A value comes from the first of these that has a non-empty one:
//!
//! 1. the process environment;
//! 2. the user's configuration file (`GOENV`, by default `go/env` in the user's configuration
//!    folder; `GOENV=off` means none);
//! 3. `go.env` in the GOROOT, which is where the defaults for the proxy and the checksum database live;
//! 4. what is built in.
//!
//! [`GoEnv`] reads the files once and is plain data afterwards: cheap to share, and tests make one from
//! a list of pairs ([`GoEnv::from_vars`]) without touching the process.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Component, Path, PathBuf};

/// Resolved settings. See the [module documentation](self) for the order of sources.
#[derive(Clone, Debug)]
pub struct GoEnv {
    process: HashMap<String, String>,
    files: HashMap<String, String>,
    goroot_defaults: HashMap<String, String>,
    env_file: Option<PathBuf>,
    env_file_explicit: bool,
    goroot: Option<PathBuf>,
    version: String,
}

/// One line of `go env`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// The variable's name.
    pub name: &'static str,
    /// Its effective value, possibly empty.
    pub value: String,
    /// Whether the value differs from the default.
    pub changed: bool,
}

/// Why `GOFLAGS` could not be used. Its `Display` is the official text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoFlagsError {
    /// A quoted word is not closed.
    Unterminated(char),
    /// A word does not have the form of a flag.
    NonFlag(String),
}

impl fmt::Display for GoFlagsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parsing $GOFLAGS: ")?;
        match self {
            GoFlagsError::Unterminated(q) => write!(f, "unterminated {q} string"),
            GoFlagsError::NonFlag(word) => write!(f, "non-flag {}", crate::goenv::quote(word)),
        }
    }
}

impl std::error::Error for GoFlagsError {}

/// `s` as a double-quoted Go string literal (what `%q` prints).
pub(crate) fn quote(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\x0b' => out.push_str("\\v"),
            c if (c as u32) < 0x20 || c == '\x7f' => {
                out.push_str(&format!("\\x{:02x}", c as u32));
            }
            c if c == '\u{feff}' || c == '\u{2028}' || c == '\u{2029}' || is_c1(c) => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{a0}').contains(&c) || c == '\u{ad}'
}

impl GoEnv {
    /// The settings of this process.
    ///
    /// Variables that are not UTF-8 are taken as if they were unset.
    pub fn from_process() -> GoEnv {
        GoEnv::from_vars(
            std::env::vars_os()
                .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    /// The settings a process with exactly these variables has.
    pub fn from_vars<K, V>(vars: impl IntoIterator<Item = (K, V)>) -> GoEnv
    where
        K: Into<String>,
        V: Into<String>,
    {
        let process: HashMap<String, String> = vars
            .into_iter()
            .map(|(k, v)| (k.into(), v.into()))
            .collect();
        let mut env = GoEnv {
            process,
            files: HashMap::new(),
            goroot_defaults: HashMap::new(),
            env_file: None,
            env_file_explicit: false,
            goroot: None,
            version: String::new(),
        };
        match env.process_var("GOENV") {
            "off" => env.env_file_explicit = true,
            "" => env.env_file = env.user_config_dir().map(|d| d.join("go").join("env")),
            file => {
                env.env_file = Some(PathBuf::from(file));
                env.env_file_explicit = true;
            }
        }
        if let Some(file) = &env.env_file {
            env.files = read_env_file(file);
        }
        let goroot = env.find_goroot();
        env.use_goroot(goroot);
        env
    }

    /// The same settings with another GOROOT (a copy that gust fetched, say) and that copy's defaults.
    pub fn with_goroot(mut self, goroot: &Path) -> GoEnv {
        for key in std::mem::take(&mut self.goroot_defaults).into_keys() {
            self.files.remove(&key);
        }
        if let Some(file) = &self.env_file {
            self.files = read_env_file(file);
        }
        self.use_goroot(Some(clean(goroot)));
        self
    }

    /// The same settings with one variable of the process environment replaced.
    pub fn with_var(mut self, name: &str, value: &str) -> GoEnv {
        self.process.insert(name.to_owned(), value.to_owned());
        self
    }

    fn use_goroot(&mut self, goroot: Option<PathBuf>) {
        if let Some(root) = &goroot {
            self.goroot_defaults = read_env_file(&root.join("go.env"));
            for (k, v) in &self.goroot_defaults {
                self.files.entry(k.clone()).or_insert_with(|| v.clone());
            }
            self.version = std::fs::read_to_string(root.join("VERSION"))
                .ok()
                .and_then(|s| s.lines().next().map(|l| l.trim().to_owned()))
                .unwrap_or_default();
        }
        let text = goroot
            .as_deref()
            .map(|p| p.to_string_lossy().into_owned())
            .unwrap_or_default();
        // A go.env that names another GOROOT makes no sense: the one found wins.
        self.files.insert("GOROOT".to_owned(), text);
        self.goroot = goroot;
    }

    fn process_var(&self, name: &str) -> &str {
        self.process.get(name).map_or("", String::as_str)
    }

    /// The configured value of `name`, without built-in defaults: empty when nobody set it.
    ///
    /// `GODEBUG` and other variables that `go env -w` refuses are looked up in the process only because
    /// nothing else holds them.
    pub fn get(&self, name: &str) -> &str {
        match self.process_var(name) {
            "" => self.files.get(name).map_or("", String::as_str),
            value => value,
        }
    }

    /// Like [`get`](Self::get) with a default for the empty value.
    pub fn get_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        match self.get(name) {
            "" => default,
            value => value,
        }
    }

    /// The variables of the process, for child processes such as `git`.
    pub fn process_vars(&self) -> impl Iterator<Item = (&str, &str)> {
        self.process.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    // ---- folders ----

    /// The Go distribution whose `src` holds the standard library; `None` when there is none.
    ///
    /// `GOROOT` decides; without it the installation that the `go` on `PATH` belongs to.
    pub fn goroot(&self) -> Option<&Path> {
        self.goroot.as_deref()
    }

    /// The first line of `GOROOT/VERSION`, such as `go1.26.8`; empty without a GOROOT.
    pub fn goversion(&self) -> &str {
        &self.version
    }

    /// The Go version we act as, without the `go` prefix (`1.26.8`): the GOROOT's, or 1.26 when it has
    /// no usable `VERSION`.
    pub fn local_version(&self) -> &str {
        let v = self.version.strip_prefix("go").unwrap_or("");
        let v = v.split([' ', '\t', '-']).next().unwrap_or("");
        if crate::modules::gover::is_valid(v) {
            v
        } else {
            "1.26"
        }
    }

    fn home(&self) -> Option<&str> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        Some(self.process_var(name)).filter(|h| !h.is_empty())
    }

    /// The user's configuration folder by the platform's rules.
    pub fn user_config_dir(&self) -> Option<PathBuf> {
        if cfg!(target_os = "macos") {
            return Some(Path::new(self.home()?).join("Library/Application Support"));
        }
        if cfg!(windows) {
            return Some(PathBuf::from(self.process_var("AppData"))).filter(|p| p.is_absolute());
        }
        match self.process_var("XDG_CONFIG_HOME") {
            "" => Some(Path::new(self.home()?).join(".config")),
            dir => Some(PathBuf::from(dir)).filter(|p| p.is_absolute()),
        }
    }

    /// The user's cache folder by the platform's rules.
    pub fn user_cache_dir(&self) -> Option<PathBuf> {
        if cfg!(target_os = "macos") {
            return Some(Path::new(self.home()?).join("Library/Caches"));
        }
        if cfg!(windows) {
            return Some(PathBuf::from(self.process_var("LocalAppData")))
                .filter(|p| p.is_absolute());
        }
        match self.process_var("XDG_CACHE_HOME") {
            "" => Some(Path::new(self.home()?).join(".cache")),
            dir => Some(PathBuf::from(dir)).filter(|p| p.is_absolute()),
        }
    }

    /// `GOPATH` as a list of folders; the default is `$HOME/go`. Empty when neither can be had.
    pub fn gopath(&self) -> Vec<PathBuf> {
        let text = self.gopath_text();
        if text.is_empty() {
            return Vec::new();
        }
        std::env::split_paths(&text).collect()
    }

    fn gopath_text(&self) -> String {
        match self.get("GOPATH") {
            "" => self.default_gopath(),
            list => list.to_owned(),
        }
    }

    fn default_gopath(&self) -> String {
        let Some(home) = self.home() else {
            return String::new();
        };
        let def = Path::new(home).join("go");
        // A distribution unpacked in $HOME/go must not be mistaken for a workspace.
        if self.goroot.as_deref() == Some(clean(&def).as_path()) {
            return String::new();
        }
        def.to_string_lossy().into_owned()
    }

    /// Folder of the module cache; `None` when neither `GOMODCACHE` nor `GOPATH` nor a home folder is set.
    pub fn gomodcache(&self) -> Option<PathBuf> {
        match self.get("GOMODCACHE") {
            "" => self.first_gopath("pkg/mod"),
            dir => Some(PathBuf::from(dir)),
        }
    }

    /// Folder with the checksum databases' latest signed trees, `GOPATH/pkg/sumdb`.
    pub fn sumdb_dir(&self) -> Option<PathBuf> {
        self.first_gopath("pkg/sumdb")
    }

    fn first_gopath(&self, rel: &str) -> Option<PathBuf> {
        let first = self.gopath().into_iter().next()?;
        (!first.as_os_str().is_empty()).then(|| first.join(rel))
    }

    // ---- target ----

    /// Target operating system, `GOOS`.
    pub fn goos(&self) -> &str {
        self.get_or("GOOS", host_os())
    }

    /// Target architecture, `GOARCH`.
    pub fn goarch(&self) -> &str {
        self.get_or("GOARCH", host_arch())
    }

    /// The architecture's feature variable and its value: (`GOAMD64`, `v1`) for instance.
    pub fn arch_feature(&self) -> Option<(&'static str, &str)> {
        let (name, default) = match self.goarch() {
            "386" => ("GO386", "sse2"),
            "amd64" => ("GOAMD64", "v1"),
            "arm" => ("GOARM", "7"),
            "arm64" => ("GOARM64", "v8.0"),
            "mips" | "mipsle" => ("GOMIPS", "hardfloat"),
            "mips64" | "mips64le" => ("GOMIPS64", "hardfloat"),
            "ppc64" | "ppc64le" => ("GOPPC64", "power8"),
            "riscv64" => ("GORISCV64", "rva20u64"),
            "wasm" => ("GOWASM", ""),
            _ => return None,
        };
        Some((name, self.get_or(name, default)))
    }

    /// Whether cgo files are selected. Off unless `CGO_ENABLED=1`: gust cannot compile `import "C"` yet,
    /// and the standard library has a portable file for each of its own uses.
    pub fn cgo_enabled(&self) -> bool {
        self.get("CGO_ENABLED") == "1"
    }

    // ---- modules ----

    /// `GOPROXY`: proxies separated by `,` (fall through on "not found") or `|` (on any error).
    pub fn goproxy(&self) -> &str {
        self.get("GOPROXY")
    }

    /// `GOSUMDB`: the checksum database's name, optionally key and URL; `off` disables it.
    pub fn gosumdb(&self) -> &str {
        self.get("GOSUMDB")
    }

    /// `GOPRIVATE`: glob patterns of module path prefixes that no public server should hear of.
    pub fn goprivate(&self) -> &str {
        self.get("GOPRIVATE")
    }

    /// `GONOPROXY`, by default `GOPRIVATE`.
    pub fn gonoproxy(&self) -> &str {
        self.get_or("GONOPROXY", self.goprivate())
    }

    /// `GONOSUMDB`, by default `GOPRIVATE`.
    pub fn gonosumdb(&self) -> &str {
        self.get_or("GONOSUMDB", self.goprivate())
    }

    /// `GOINSECURE`: glob patterns of module path prefixes that may be fetched without TLS.
    pub fn goinsecure(&self) -> &str {
        self.get("GOINSECURE")
    }

    /// The words of `GOFLAGS`, each of the form `-name`, `-name=value` (or with two dashes).
    /// Words may be quoted with `'` or `"`.
    pub fn goflags(&self) -> Result<Vec<String>, GoFlagsError> {
        let words = split_quoted(self.get("GOFLAGS"))?;
        for w in &words {
            let body = w
                .strip_prefix('-')
                .map(|b| b.strip_prefix('-').unwrap_or(b));
            match body {
                Some(b) if !b.is_empty() && !b.starts_with(['-', '=']) => {}
                _ => return Err(GoFlagsError::NonFlag(w.clone())),
            }
        }
        Ok(words)
    }

    /// The value of flag `name` (without dashes) in `GOFLAGS`; the last one counts. A flag without a
    /// value gives `true`. Errors in `GOFLAGS` count as absence: [`goflags`](Self::goflags) reports them.
    pub fn goflag(&self, name: &str) -> Option<String> {
        let words = self.goflags().ok()?;
        words.iter().rev().find_map(|w| {
            let body = w.trim_start_matches('-');
            match body.split_once('=') {
                Some((n, v)) => (n == name).then(|| v.to_owned()),
                None => (body == name).then(|| "true".to_owned()),
            }
        })
    }

    // ---- go env ----

    /// What `go env` lists, sorted by name. `GOMOD` and `GOWORK` depend on the folder and come from the
    /// module loader; the flags of C compilers are listed raw, and `GOGCCFLAGS` not at all.
    pub fn list(&self) -> Vec<EnvVar> {
        let mut out: BTreeMap<&'static str, (String, bool)> = BTreeMap::new();
        for name in [
            "GOBIN",
            "GOEXPERIMENT",
            "GOFLAGS",
            "GOINSECURE",
            "GOPRIVATE",
            "GOTMPDIR",
            "GOVCS",
        ] {
            let v = self.get(name);
            out.insert(name, (v.to_owned(), !v.is_empty()));
        }
        let v = self.get("GO111MODULE");
        out.insert("GO111MODULE", (v.to_owned(), v != "on" && !v.is_empty()));
        for (name, default) in [
            ("AR", "ar"),
            ("CGO_CFLAGS", "-O2 -g"),
            ("CGO_CPPFLAGS", ""),
            ("CGO_CXXFLAGS", "-O2 -g"),
            ("CGO_FFLAGS", "-O2 -g"),
            ("CGO_LDFLAGS", "-O2 -g"),
            ("GCCGO", "gccgo"),
            ("GOARCH", host_arch()),
            ("GOAUTH", "netrc"),
            ("GOCACHEPROG", ""),
            ("GOFIPS140", "off"),
            ("GONOPROXY", self.goprivate()),
            ("GONOSUMDB", self.goprivate()),
            ("GOOS", host_os()),
            ("GOPROXY", ""),
            ("GOSUMDB", ""),
            ("GOTOOLCHAIN", ""),
            ("PKG_CONFIG", "pkg-config"),
            ("CC", default_cc(self.goos())),
            ("CXX", default_cxx(self.goos())),
        ] {
            out.insert(name, self.or_and_changed(name, default));
        }
        let godebug = self.process_var("GODEBUG");
        out.insert("GODEBUG", (godebug.to_owned(), !godebug.is_empty()));
        let default_gopath = self.default_gopath();
        out.insert("GOPATH", self.or_and_changed("GOPATH", &default_gopath));
        let modcache = self
            .first_gopath("pkg/mod")
            .map(|p| p.to_string_lossy().into_owned())
            .unwrap_or_default();
        out.insert("GOMODCACHE", self.or_and_changed("GOMODCACHE", &modcache));
        let gocache = self
            .user_cache_dir()
            .map_or("off".to_owned(), |d| path_text(&d.join("go-build")));
        out.insert("GOCACHE", self.or_and_changed("GOCACHE", &gocache));
        let cgo = if self.cgo_enabled() { "1" } else { "0" };
        out.insert("CGO_ENABLED", (cgo.to_owned(), cgo == "1"));
        let file = match &self.env_file {
            Some(f) => path_text(f),
            None => String::new(),
        };
        out.insert("GOENV", (file, self.env_file_explicit));
        let exe = match self.goos() {
            "windows" => ".exe",
            _ => "",
        };
        let mut fixed = |name, value: String| {
            out.insert(name, (value, false));
        };
        fixed("GOEXE", exe.to_owned());
        fixed("GOHOSTARCH", host_arch().to_owned());
        fixed("GOHOSTOS", host_os().to_owned());
        fixed(
            "GOROOT",
            self.goroot.as_deref().map(path_text).unwrap_or_default(),
        );
        fixed(
            "GOTOOLDIR",
            match &self.goroot {
                Some(r) => path_text(&r.join(format!("pkg/tool/{}_{}", host_os(), host_arch()))),
                None => String::new(),
            },
        );
        fixed("GOVERSION", self.version.clone());
        let telemetry = self
            .user_config_dir()
            .map(|d| d.join("go").join("telemetry"));
        let mode = match &telemetry {
            None => "off".to_owned(),
            Some(d) => std::fs::read_to_string(d.join("mode"))
                .ok()
                .and_then(|t| t.split_whitespace().next().map(str::to_owned))
                .unwrap_or_else(|| "local".to_owned()),
        };
        fixed("GOTELEMETRY", mode);
        fixed(
            "GOTELEMETRYDIR",
            telemetry.as_deref().map(path_text).unwrap_or_default(),
        );
        if let Some((name, value)) = self.arch_feature() {
            let changed = !self.get(name).is_empty();
            out.insert(name, (value.to_owned(), changed));
        }
        out.into_iter()
            .map(|(name, (value, changed))| EnvVar {
                name,
                value,
                changed,
            })
            .collect()
    }

    /// The value `go env NAME` prints; empty for an unknown name.
    pub fn lookup(&self, name: &str) -> String {
        match self.list().into_iter().find(|v| v.name == name) {
            Some(v) => v.value,
            None => self.get(name).to_owned(),
        }
    }

    fn or_and_changed(&self, name: &str, default: &str) -> (String, bool) {
        match self.get(name) {
            "" => (default.to_owned(), false),
            value => {
                let normal = self.goroot_defaults.get(name).map_or(default, |d| d);
                (value.to_owned(), value != normal)
            }
        }
    }

    fn find_goroot(&self) -> Option<PathBuf> {
        match self.get("GOROOT") {
            "" => {}
            dir => return Some(clean(Path::new(dir))),
        }
        let path = self.process.get("PATH")?;
        let exe_name = if cfg!(windows) { "go.exe" } else { "go" };
        for dir in std::env::split_paths(path) {
            // A relative entry would make the result depend on the folder gust runs in.
            if !dir.is_absolute() {
                continue;
            }
            let exe = dir.join(exe_name);
            if !exe.is_file() {
                continue;
            }
            let direct = dir.parent().map(Path::to_path_buf);
            let resolved = std::fs::canonicalize(&exe)
                .ok()
                .and_then(|e| Some(e.parent()?.parent()?.to_path_buf()));
            if let Some(root) = [direct, resolved]
                .into_iter()
                .flatten()
                .find(|r| is_goroot(r))
            {
                return Some(clean(&root));
            }
        }
        None
    }
}

fn is_goroot(dir: &Path) -> bool {
    dir.join("pkg/tool").is_dir() || dir.join("src/runtime").is_dir()
}

fn path_text(p: &Path) -> String {
    p.to_string_lossy().into_owned()
}

/// `KEY=value` lines; anything else is skipped, as a damaged file must not make the tool unusable.
fn read_env_file(file: &Path) -> HashMap<String, String> {
    let Ok(data) = std::fs::read(file) else {
        return HashMap::new();
    };
    String::from_utf8_lossy(&data)
        .split('\n')
        .filter(|l| l.starts_with(|c: char| c.is_ascii_uppercase()))
        .filter_map(|l| l.split_once('='))
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
}

/// Splits at white space; a word may be enclosed in `'` or `"`, which have no escapes.
fn split_quoted(s: &str) -> Result<Vec<String>, GoFlagsError> {
    let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut words = Vec::new();
    let mut rest = s;
    loop {
        rest = rest.trim_start_matches(space);
        let Some(first) = rest.chars().next() else {
            return Ok(words);
        };
        if first == '"' || first == '\'' {
            let Some((word, tail)) = rest[1..].split_once(first) else {
                return Err(GoFlagsError::Unterminated(first));
            };
            words.push(word.to_owned());
            rest = tail;
        } else {
            let end = rest.find(space).unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
    }
}

/// The path without `.` and `..` elements and doubled separators; no file system access.
pub fn clean(p: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for c in p.components() {
        match c {
            Component::CurDir => {}
            Component::ParentDir => match out.components().next_back() {
                Some(Component::Normal(_)) => {
                    out.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => out.push(".."),
            },
            c => out.push(c),
        }
    }
    if out.as_os_str().is_empty() {
        out.push(".");
    }
    out
}

/// This machine's operating system by its Go name.
pub fn host_os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    }
}

/// This machine's architecture by its Go name.
pub fn host_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86" => "386",
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
        "powerpc64" => "ppc64",
        "loongarch64" => "loong64",
        arch => arch,
    }
}

fn default_cc(goos: &str) -> &'static str {
    match goos {
        "darwin" | "ios" | "freebsd" | "openbsd" => "clang",
        _ => "gcc",
    }
}

fn default_cxx(goos: &str) -> &'static str {
    match goos {
        "darwin" | "ios" | "freebsd" | "openbsd" => "clang++",
        _ => "g++",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn sources_in_order() {
        let dir = scratch();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("src/runtime")).unwrap();
        std::fs::write(
            root.join("go.env"),
            "# c\nGOPROXY=https://proxy.test\nGOSUMDB=sum.test\n",
        )
        .unwrap();
        std::fs::write(root.join("VERSION"), "go1.26.8\ntime x\n").unwrap();
        let file = dir.path().join("env");
        std::fs::write(
            &file,
            "GOSUMDB=off\nGOPRIVATE=corp.test/*\nbad line\nlower=1\n",
        )
        .unwrap();
        let env = GoEnv::from_vars([
            ("HOME", "/home/u"),
            ("GOROOT", root.to_str().unwrap()),
            ("GOENV", file.to_str().unwrap()),
            ("GOPRIVATE", "mine.test"),
        ]);
        assert_eq!(env.goproxy(), "https://proxy.test");
        assert_eq!(env.gosumdb(), "off");
        assert_eq!(env.gonosumdb(), "mine.test");
        assert_eq!(env.get("lower"), "");
        assert_eq!(env.goversion(), "go1.26.8");
        assert_eq!(env.local_version(), "1.26.8");
        assert_eq!(env.gomodcache().unwrap(), Path::new("/home/u/go/pkg/mod"));
        let by_name = |n: &str| env.list().into_iter().find(|v| v.name == n).unwrap();
        assert!(!by_name("GOPROXY").changed);
        assert!(by_name("GOSUMDB").changed);
    }

    #[test]
    fn goflags_words() {
        let flags = |s: &str| GoEnv::from_vars([("GOENV", "off"), ("GOFLAGS", s)]).goflags();
        assert_eq!(
            flags(" -mod=mod '-tags=a b' --v").unwrap(),
            ["-mod=mod", "-tags=a b", "--v"]
        );
        for bad in ["mod", "-", "--", "---x", "-=x", "--=x"] {
            assert_eq!(
                flags(bad).unwrap_err().to_string(),
                format!("parsing $GOFLAGS: non-flag \"{bad}\"")
            );
        }
        assert_eq!(
            flags("'-x").unwrap_err().to_string(),
            "parsing $GOFLAGS: unterminated ' string"
        );
        let env = GoEnv::from_vars([("GOENV", "off"), ("GOFLAGS", "-mod=mod -mod=vendor -v")]);
        assert_eq!(env.goflag("mod").as_deref(), Some("vendor"));
        assert_eq!(env.goflag("v").as_deref(), Some("true"));
        assert_eq!(env.goflag("x"), None);
    }

    #[test]
    fn cleaning() {
        for (input, want) in [
            ("/a/../b", "/b"),
            ("/..", "/"),
            ("a/./b/", "a/b"),
            ("a/..", "."),
            ("../x", "../x"),
            ("../../x/..", "../.."),
        ] {
            assert_eq!(clean(Path::new(input)), Path::new(want), "{input}");
        }
    }
}
