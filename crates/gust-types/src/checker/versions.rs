//! Language version of the code being checked.

use super::Checker;
use super::errors::At;
use crate::version::GoVersion;
use gust_syntax::ast::FileId;

/// The first version whose `//go:build` lines may lower a file's version.
const FILE_VERSIONS: GoVersion = GoVersion(21);

impl Checker<'_> {
    /// Whether the file's language version is at least `want`.
    pub(crate) fn allow_version(&self, want: GoVersion) -> bool {
        self.env.borrow().version >= want
    }

    /// Reports "`what` requires go1.N or later" at `at` if it is not; gives whether it is.
    pub(crate) fn verify_version(&self, at: At, want: GoVersion, what: &str) -> bool {
        let allowed = self.allow_version(want);
        if !allowed {
            self.error(
                at,
                "UnsupportedFeature",
                format!("{what} requires {want} or later"),
            );
        }
        allowed
    }

    /// The language version of a file: the module's, unless a `//go:build` line sets another.
    /// Reports versions from the future.
    pub(super) fn file_version(&self, file: FileId) -> GoVersion {
        let file = &self.ast[file];
        let Some(version) = file.go_version.and_then(|v| GoVersion::parse(&v)) else {
            return self.config.go_version;
        };
        if version > GoVersion::LATEST {
            let at = file.name.map_or(At::Pos(file.package), At::Expr);
            let text = format!("file requires newer Go version {version}");
            self.error(at, "TooNew", text);
        }
        version.max(FILE_VERSIONS)
    }
}
