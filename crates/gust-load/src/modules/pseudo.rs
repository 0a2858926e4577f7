//! Pseudo-versions: versions made of a commit's time and hash, such as
//! `v0.0.0-20191109021931-daa7c04131f5`.

use super::gover::compare_numbers;
use super::path::InvalidVersion;
use super::semver;

/// The pieces of a pseudo-version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PseudoVersion<'a> {
    /// What precedes the time: `v0.0.0`, `v1.2.4-0` or `v1.2.3-pre.0`.
    pub base: &'a str,
    /// Commit time in UTC as `yyyymmddhhmmss`.
    pub timestamp: &'a str,
    /// Leading part of the commit's hash.
    pub rev: &'a str,
    /// Build metadata with its `+`, or empty.
    pub build: &'a str,
}

/// Takes `v` apart; `None` when it is not a pseudo-version.
pub fn parse(v: &str) -> Option<PseudoVersion<'_>> {
    if !semver::is_valid(v) {
        return None;
    }
    let build = semver::build(v);
    let body = &v[..v.len() - build.len()];
    let (front, rev) = body.rsplit_once('-')?;
    if rev.is_empty() || !rev.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let stamp_at = front.len().checked_sub(14)?;
    if !front.is_char_boundary(stamp_at) {
        return None;
    }
    let (before, timestamp) = front.split_at(stamp_at);
    if !timestamp.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let base = match before.strip_suffix('-') {
        Some(base) => {
            // No tag came before: only vX.0.0 is possible.
            let major = base.strip_suffix(".0.0")?;
            if !major[1..].bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            base
        }
        None => {
            let base = before.strip_suffix('.')?;
            let pre = semver::prerelease(base);
            if pre != "-0" && !pre.ends_with(".0") {
                return None;
            }
            base
        }
    };
    Some(PseudoVersion {
        base,
        timestamp,
        rev,
        build,
    })
}

/// Whether `v` is a pseudo-version.
pub fn is_pseudo(v: &str) -> bool {
    v.matches('-').count() >= 2 && parse(v).is_some()
}

/// The pseudo-version of no commit at all, `vN.0.0-00010101000000-000000000000`.
pub fn zero(major: &str) -> String {
    let major = if major.is_empty() { "v0" } else { major };
    format!("{major}.0.0-00010101000000-000000000000")
}

impl PseudoVersion<'_> {
    /// The tagged version the commit comes after; empty when there is none.
    pub fn base_version(&self) -> Result<String, InvalidVersion> {
        let fail = |reason: String| InvalidVersion {
            version: format!(
                "{}-{}-{}{}",
                self.base, self.timestamp, self.rev, self.build
            ),
            pseudo: true,
            reason,
        };
        match semver::prerelease(self.base) {
            "" if self.build.is_empty() => Ok(String::new()),
            "" => Err(fail(format!(
                "lacks base version, but has build metadata {}",
                crate::goenv::quote(self.build)
            ))),
            "-0" => {
                let release = self.base.strip_suffix("-0").unwrap_or(self.base);
                let (front, patch) = release.rsplit_once('.').unwrap_or((release, ""));
                if compare_numbers(patch, "0").is_le() {
                    return Err(fail(format!(
                        "version before {release} would have negative patch number"
                    )));
                }
                Ok(format!("{front}.{}{}", decrement(patch), self.build))
            }
            _ => Ok(format!(
                "{}{}",
                self.base.strip_suffix(".0").unwrap_or(self.base),
                self.build
            )),
        }
    }

    /// The commit time in RFC 3339 form; `None` when the digits are no date.
    pub fn time(&self) -> Option<String> {
        let t = self.timestamp;
        let field = |r: std::ops::Range<usize>| t[r].parse::<u32>().ok();
        let (month, day) = (field(4..6)?, field(6..8)?);
        let (h, m, s) = (field(8..10)?, field(10..12)?, field(12..14)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || h > 23 || m > 59 || s > 59 {
            return None;
        }
        Some(format!(
            "{}-{}-{}T{}:{}:{}Z",
            &t[..4],
            &t[4..6],
            &t[6..8],
            &t[8..10],
            &t[10..12],
            &t[12..14]
        ))
    }
}

/// One less than a decimal number above zero.
fn decrement(n: &str) -> String {
    let mut digits = n.as_bytes().to_vec();
    for d in digits.iter_mut().rev() {
        if *d == b'0' {
            *d = b'9';
        } else {
            *d -= 1;
            break;
        }
    }
    let text = String::from_utf8_lossy(&digits).into_owned();
    match text.strip_prefix('0') {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let base = |v: &str| parse(v).unwrap().base_version();
        for (v, want) in [
            ("v0.0.0-20191109021931-daa7c04131f5", ""),
            ("v1.2.4-0.20191109021931-daa7c04131f5", "v1.2.3"),
            ("v1.2.10-0.20191109021931-daa7c04131f5", "v1.2.9"),
            (
                "v2.2.4-0.20191109021931-daa7c04131f5+incompatible",
                "v2.2.3+incompatible",
            ),
            ("v1.2.3-pre.0.20191109021931-daa7c04131f5", "v1.2.3-pre"),
        ] {
            assert!(is_pseudo(v), "{v}");
            assert_eq!(base(v).unwrap(), want, "{v}");
        }
        for v in [
            "v1.2.3",
            "v1.2.3-pre",
            "v1.2.3-20191109021931-daa7c04131f5",
            "v1.0.0-pre-20191109021931-daa7c04131f5",
            "v0.0.0-2019110902193-daa7c04131f5",
            "v0.0.0-20191109021931",
            "v1.2.4-1.20191109021931-abc",
        ] {
            assert!(!is_pseudo(v), "{v}");
        }
        assert!(base("v1.0.0-0.20191109021931-daa7c04131f5").is_err());
        let p = parse("v0.0.0-20191109021931-daa7c04131f5").unwrap();
        assert_eq!(p.time().unwrap(), "2019-11-09T02:19:31Z");
        assert_eq!(p.rev, "daa7c04131f5");
        assert_eq!(zero("v2"), "v2.0.0-00010101000000-000000000000");
    }
}
