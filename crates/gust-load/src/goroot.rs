//! The Go distribution whose standard library is compiled.
//!
//! gust never runs the official `go`; it only needs the sources that come with it. They are
//! looked for in this order: `GOROOT`, the installation that `go` on `PATH` belongs to, the
//! usual places, the copy that gust fetched itself.

use crate::context::GO_MINOR;
use crate::goenv::{GoEnv, host_arch, host_os};
use crate::modules::fetch::{Fetcher, Progress};
use crate::modules::path::ModVersion;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A usable Go distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goroot {
    /// The folder, absolute.
    pub dir: PathBuf,
    /// Its version, such as `go1.26.8`.
    pub version: String,
}

/// Why there is no usable distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GorootError {
    /// None was found.
    NotFound,
    /// `GOROOT` names a folder without the standard library.
    NotADistribution(PathBuf),
    /// The only one found has another version than gust compiles.
    WrongVersion(PathBuf, String),
}

impl std::fmt::Display for GorootError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => write!(
                f,
                "no Go distribution found: gust compiles the standard library from source and needs \
                 that of Go 1.{GO_MINOR}; install one, set GOROOT to its folder, or set GOPROXY and GOSUMDB \
                 to have gust fetch one"
            ),
            Self::NotADistribution(dir) => write!(
                f,
                "GOROOT={} is no Go distribution: it has no src/runtime",
                dir.display()
            ),
            Self::WrongVersion(dir, version) => write!(
                f,
                "{} holds {version}, but gust needs the standard library of Go 1.{GO_MINOR}; set GOROOT to one",
                dir.display()
            ),
        }
    }
}

impl std::error::Error for GorootError {}

/// Where distributions are usually installed, besides the home folder.
const USUAL_PLACES: [&str; 6] = [
    "/usr/local/go",
    "/usr/lib/go",
    "/usr/lib/golang",
    "/usr/lib/go-1.26",
    "/opt/go",
    "/opt/homebrew/opt/go/libexec",
];

/// Finds the distribution to use.
///
/// # Errors
/// When there is none of the right version. A `GOROOT` that is set is never passed over: it is the
/// right one or an error.
pub fn find(env: &GoEnv) -> Result<Goroot, GorootError> {
    if !env.get("GOROOT").is_empty() && explicit(env) {
        let dir = env.goroot().map(Path::to_path_buf).unwrap_or_default();
        return check(&dir).unwrap_or(Err(GorootError::NotADistribution(dir)));
    }
    let mut wrong = None;
    for dir in candidates(env) {
        match check(&dir) {
            Some(Ok(found)) => return Ok(found),
            Some(Err(error)) => wrong = wrong.or(Some(error)),
            None => {}
        }
    }
    Err(wrong.unwrap_or(GorootError::NotFound))
}

/// Whether the user set `GOROOT`, in the process or in the configuration file.
fn explicit(env: &GoEnv) -> bool {
    env.process_vars()
        .any(|(k, v)| k == "GOROOT" && !v.is_empty())
}

fn candidates(env: &GoEnv) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = env.goroot().map(Path::to_path_buf).into_iter().collect();
    dirs.extend(USUAL_PLACES.map(PathBuf::from));
    let home = env.process_vars().find(|&(k, _)| k == "HOME");
    if let Some((_, home)) = home.filter(|(_, v)| !v.is_empty()) {
        dirs.push(Path::new(home).join("sdk").join("go"));
        dirs.push(Path::new(home).join(".local").join("go"));
        dirs.push(Path::new(home).join("go"));
    }
    if let Some(fetched) = fetched_dir(env) {
        dirs.extend(versions_in(&fetched.join("golang.org")));
    }
    dirs
}

/// The folder with the distributions that gust fetched.
#[must_use]
pub fn fetched_dir(env: &GoEnv) -> Option<PathBuf> {
    let var = |name: &str| {
        let mut vars = env.process_vars();
        vars.find(|&(k, v)| k == name && !v.is_empty())
            .map(|(_, v)| PathBuf::from(v))
    };
    let data = var("XDG_DATA_HOME").filter(|p| p.is_absolute());
    let data = data.or_else(|| Some(var("HOME")?.join(".local").join("share")))?;
    Some(data.join("gust").join("goroot"))
}

/// The folders in `dir`, newest version first.
fn versions_in(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    found.sort_by_key(|p| {
        let name = p.file_name().map(|n| n.to_string_lossy().into_owned());
        std::cmp::Reverse(name.and_then(|n| patch_of(&n)))
    });
    found
}

/// The module that the official toolchains are published as.
const TOOLCHAIN: &str = "golang.org/toolchain";

/// The patch release of a toolchain's version (`v0.0.1-go1.26.3.linux-amd64`) or folder, if it is one of
/// the Go release that gust needs.
fn patch_of(version: &str) -> Option<u32> {
    let (_, rest) = version.split_once(&format!("-go1.{GO_MINOR}."))?;
    rest.split('.').next()?.parse().ok()
}

/// Fetches the newest suitable distribution through the module proxy, checked against the checksum
/// database, into [`fetched_dir`].
///
/// # Errors
/// One text that says what could not be had.
pub fn fetch(env: &GoEnv, progress: Option<Progress>) -> Result<Goroot, String> {
    let dir = fetched_dir(env).ok_or("no folder to keep a Go distribution in: HOME is not set")?;
    let env = env.clone().with_var("GOMODCACHE", &dir.to_string_lossy());
    let platform = format!("{}-{}", host_os(), host_arch());
    let mut fetcher = Fetcher::new(Arc::new(env));
    fetcher.set_progress(progress);
    let versions = fetcher.versions(TOOLCHAIN).map_err(|e| e.to_string())?;
    let suitable = versions
        .iter()
        .filter(|v| v.ends_with(&format!(".{platform}")));
    let newest = suitable.filter_map(|v| Some((patch_of(v)?, v))).max();
    let Some((_, version)) = newest else {
        return Err(format!("{TOOLCHAIN}: no Go 1.{GO_MINOR} for {platform}"));
    };
    let module = ModVersion::new(TOOLCHAIN, version.as_str());
    let root = fetcher.download(&module).map_err(|e| e.to_string())?;
    match check(&root) {
        Some(result) => result.map_err(|e| e.to_string()),
        None => Err(GorootError::NotADistribution(root).to_string()),
    }
}

/// Finds the distribution to use; fetches one when there is none and a proxy to ask.
///
/// # Errors
/// One text for the user.
pub fn find_or_fetch(env: &GoEnv, progress: Option<Progress>) -> Result<Goroot, String> {
    match find(env) {
        Ok(found) => Ok(found),
        Err(error @ GorootError::NotADistribution(_)) => Err(error.to_string()),
        Err(error) if matches!(env.goproxy(), "" | "off") => Err(error.to_string()),
        Err(error) => fetch(env, progress).map_err(|e| format!("{error}\n\t{e}")),
    }
}

/// `None` when the folder is no distribution.
fn check(dir: &Path) -> Option<Result<Goroot, GorootError>> {
    if !dir.join("src").join("runtime").is_dir() {
        return None;
    }
    let text = std::fs::read_to_string(dir.join("VERSION")).unwrap_or_default();
    let version = text.lines().next().unwrap_or_default().trim().to_owned();
    Some(match is_supported(&version) {
        true => Ok(Goroot {
            dir: dir.to_path_buf(),
            version,
        }),
        false => {
            let shown = match version.is_empty() {
                true => "an unknown version".to_owned(),
                false => version,
            };
            Err(GorootError::WrongVersion(dir.to_path_buf(), shown))
        }
    })
}

/// Whether `version` (`go1.26`, `go1.26.3`, `go1.26rc1`, with a suffix after a blank or dash) is
/// one whose standard library gust compiles.
fn is_supported(version: &str) -> bool {
    let Some(rest) = version.strip_prefix("go1.") else {
        return false;
    };
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..digits].parse() == Ok(GO_MINOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::fetch::testing::Fixture;

    fn distribution(dir: &Path, version: &str) {
        std::fs::create_dir_all(dir.join("src/runtime")).unwrap();
        std::fs::write(dir.join("VERSION"), version).unwrap();
    }

    #[test]
    fn versions() {
        for (version, want) in [
            ("go1.26", true),
            ("go1.26.8", true),
            ("go1.26rc1", true),
            ("go1.26.1-custom", true),
            ("go1.25.9", false),
            ("go1.261", false),
            ("devel", false),
            ("", false),
        ] {
            assert_eq!(is_supported(version), want, "{version}");
        }
    }

    #[test]
    fn explicit_goroot_decides() {
        let tmp = tempfile::tempdir().unwrap();
        let env =
            |dir: &Path| GoEnv::from_vars([("GOROOT", dir.to_str().unwrap()), ("GOENV", "off")]);
        let good = tmp.path().join("good");
        distribution(&good, "go1.26.3\ntime 2026\n");
        let found = find(&env(&good)).unwrap();
        assert_eq!((found.dir, found.version.as_str()), (good, "go1.26.3"));
        let old = tmp.path().join("old");
        distribution(&old, "go1.20");
        let error = find(&env(&old)).unwrap_err();
        assert_eq!(error, GorootError::WrongVersion(old, "go1.20".to_owned()));
        let none = tmp.path().join("none");
        let error = find(&env(&none)).unwrap_err().to_string();
        assert!(
            error.ends_with("none is no Go distribution: it has no src/runtime"),
            "{error}"
        );
    }

    #[test]
    fn fetched_copies_are_found() {
        let tmp = tempfile::tempdir().unwrap();
        let data = tmp.path().to_str().unwrap().to_owned();
        let dir = tmp.path().join("gust/goroot/golang.org");
        let named = |patch: u32| dir.join(format!("toolchain@v0.0.1-go1.26.{patch}.linux-amd64"));
        distribution(&named(2), "go1.26.2");
        distribution(&named(10), "go1.26.10");
        let env = GoEnv::from_vars([("XDG_DATA_HOME", data.as_str()), ("GOENV", "off")]);
        let fetched = fetched_dir(&env).unwrap();
        assert_eq!(versions_in(&fetched.join("golang.org"))[0], named(10));
        assert!(find(&env).is_ok());
    }

    #[test]
    fn fetching() {
        let proxy = Fixture::new();
        let data = proxy.path("cache/data");
        let vars = [("XDG_DATA_HOME", data.to_str().unwrap())];
        let env = proxy.env(&vars);
        assert!(
            fetch(&env, None)
                .unwrap_err()
                .contains("golang.org/toolchain")
        );
        let platform = format!("{}-{}", host_os(), host_arch());
        for minor in ["25.9", "26.1", "26.3", "27.0"] {
            let go = format!("go1.{minor}");
            let files = [
                ("VERSION", go.as_str()),
                ("src/runtime/x.go", "package runtime"),
            ];
            proxy.publish(
                TOOLCHAIN,
                &format!("v0.0.1-{go}.{platform}"),
                "module golang.org/toolchain\n",
                &files,
            );
        }
        let found = fetch(&env, None).unwrap();
        assert_eq!(found.version, "go1.26.3");
        assert!(found.dir.starts_with(&data), "{}", found.dir.display());
    }
}
