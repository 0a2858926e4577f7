//! Who may import what: `internal` and `vendor` folders.

use std::path::Path;

/// Offset of the path element `internal` that restricts who may import `path`.
pub fn find_internal(path: &str) -> Option<usize> {
    if path.ends_with("/internal") {
        return Some(path.len() - "internal".len());
    }
    match path.rfind("/internal/") {
        Some(at) => Some(at + 1),
        None => (path == "internal" || path.starts_with("internal/")).then_some(0),
    }
}

/// Offset of the path element `vendor` that makes `path` a vendored one.
pub fn find_vendor(path: &str) -> Option<usize> {
    match path.rfind("/vendor/") {
        Some(at) => Some(at + 1),
        None => path.starts_with("vendor/").then_some(0),
    }
}

/// Whether `path` is `prefix` or lies below it.
pub fn has_path_prefix(path: &str, prefix: &str) -> bool {
    match path.strip_prefix(prefix) {
        Some(rest) => {
            prefix.is_empty() || rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/')
        }
        None => false,
    }
}

/// What a restriction is judged by.
pub struct Imported<'a> {
    /// Import path of the package.
    pub path: &'a str,
    /// Its folder.
    pub dir: &'a Path,
    /// Whether it belongs to a module (std does not).
    pub in_module: bool,
}

/// Whether the importer may use an internal package. `importer` is its path (for files of a main
/// module the path that its folder has).
pub fn may_use_internal(imported: &Imported<'_>, importer: &str, importer_dir: &Path) -> bool {
    let path = imported.path;
    let Some(at) = find_internal(path) else {
        return true;
    };
    // The FIPS module stands apart: the rest of crypto may look in, it may not look far out.
    const FIPS: &str = "crypto/internal/fips140";
    if has_path_prefix(importer, "crypto") && has_path_prefix(path, FIPS) {
        return true;
    }
    if has_path_prefix(importer, FIPS) {
        return has_path_prefix(path, "crypto/internal");
    }
    let at = at.saturating_sub(1);
    if imported.in_module {
        return has_path_prefix(importer, &path[..at]);
    }
    is_below_parent(imported, at, importer_dir)
}

/// Whether the importer may use a vendored package by its full path.
pub fn may_use_vendored(imported: &Imported<'_>, importer_dir: &Path) -> bool {
    let Some(at) = find_vendor(imported.path) else {
        return true;
    };
    is_below_parent(imported, at.saturating_sub(1), importer_dir)
}

/// Whether `importer_dir` lies below the folder that the first `at` bytes of the package's path
/// stand for.
fn is_below_parent(imported: &Imported<'_>, at: usize, importer_dir: &Path) -> bool {
    let below = imported.path[at..].matches('/').count();
    // At offset 0 there is no slash before the element itself.
    let up = if at == 0 && !imported.path.starts_with('/') {
        below + 1
    } else {
        below
    };
    let Some(parent) = imported.dir.ancestors().nth(up) else {
        return true;
    };
    if importer_dir.starts_with(parent) {
        return true;
    }
    let real = |p: &Path| std::fs::canonicalize(p).ok();
    match (real(importer_dir), real(parent)) {
        (Some(dir), Some(parent)) => dir.starts_with(parent),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements() {
        assert_eq!(find_internal("a/internal"), Some(2));
        assert_eq!(find_internal("a/internal/b/internal/c"), Some(13));
        assert_eq!(find_internal("internal/x"), Some(0));
        assert_eq!(find_internal("a/internals/x"), None);
        assert_eq!(find_vendor("a/vendor/b"), Some(2));
        assert_eq!(find_vendor("vendor/b"), Some(0));
        assert_eq!(find_vendor("vendored/b"), None);
    }

    #[test]
    fn internal_packages() {
        let module = |path: &'static str| Imported {
            path,
            dir: Path::new("/m/x"),
            in_module: true,
        };
        let none = Path::new("/none");
        assert!(may_use_internal(
            &module("e.com/a/internal/b"),
            "e.com/a/c",
            none
        ));
        assert!(may_use_internal(
            &module("e.com/a/internal/b"),
            "e.com/a",
            none
        ));
        assert!(!may_use_internal(
            &module("e.com/a/internal/b"),
            "e.com/ab",
            none
        ));
        let std = Imported {
            path: "internal/abi",
            dir: Path::new("/go/src/internal/abi"),
            in_module: false,
        };
        assert!(may_use_internal(
            &std,
            "reflect",
            Path::new("/go/src/reflect")
        ));
        assert!(!may_use_internal(&std, "main", Path::new("/home/u")));
        let nested = Imported {
            path: "net/http/internal/ascii",
            dir: Path::new("/go/src/net/http/internal/ascii"),
            in_module: false,
        };
        assert!(may_use_internal(
            &nested,
            "net/http/httputil",
            Path::new("/go/src/net/http/httputil")
        ));
        assert!(!may_use_internal(
            &nested,
            "net/url",
            Path::new("/go/src/net/url")
        ));
    }

    #[test]
    fn vendored_packages() {
        let vendored = Imported {
            path: "vendor/golang.org/x/net",
            dir: Path::new("/go/src/vendor/golang.org/x/net"),
            in_module: false,
        };
        assert!(may_use_vendored(&vendored, Path::new("/go/src/net/http")));
        assert!(!may_use_vendored(&vendored, Path::new("/home/u")));
    }
}
