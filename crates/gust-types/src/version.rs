//! Language versions.

/// A language version `go1.N`; orders by `N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoVersion(pub u32);

impl GoVersion {
    /// The version gust implements.
    pub const LATEST: GoVersion = GoVersion(26);

    /// Reads `go1.N`, `1.N`, `go1.N.P`, `go1.NrcM`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("go").unwrap_or(text).strip_prefix('1')?;
        let Some(rest) = rest.strip_prefix('.') else {
            return rest.is_empty().then_some(GoVersion(0));
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().ok().map(GoVersion)
    }
}

impl std::fmt::Display for GoVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "go1.{}", self.0)
    }
}
