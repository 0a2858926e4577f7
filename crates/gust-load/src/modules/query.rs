//! Version queries: what `latest`, a prefix such as `v1.2`, or a branch means for a module.

use super::error::ModError;
use super::fetch::Fetcher;
use super::fetch::info::RevInfo;
use super::gover::is_toolchain;
use super::path::{
    ModVersion, canonical_version, check_module_path, check_path_major, split_path_version,
};
use super::semver;

/// The version of module `path` that `query` stands for: a canonical version, `latest`, the prefix of a
/// version, a comparison (`<v1.2.0`, `>=v1.1.0`), or a revision the proxy knows.
pub fn query(fetcher: &Fetcher, path: &str, query: &str) -> Result<RevInfo, ModError> {
    if is_toolchain(path) {
        return Err(ModError::new(format!(
            "module {path}: cannot query versions"
        )));
    }
    check_module_path(path).map_err(|e| ModError::new(e.to_string()))?;
    let about = |version: &str| ModVersion::new(path, version);
    if !query.is_empty() && canonical_version(query) == query {
        return fetcher.info(&about(query));
    }
    if query == "latest" || query == "upgrade" || query == "patch" {
        return latest(fetcher, path, &|_| true);
    }
    if let Some(accept) = comparison(query) {
        let versions = usable_versions(fetcher, path)?;
        let mut matching = versions.iter().filter(|v| accept(v));
        // Below a bound the greatest is wanted, above it the least.
        let chosen = match query.starts_with('>') {
            true => matching.next(),
            false => matching.next_back(),
        };
        return match chosen {
            Some(v) => fetcher.info(&about(v)),
            None => Err(no_match(query)),
        };
    }
    if semver::is_valid(query) && semver::build(query).is_empty() && is_prefix(query) {
        let prefix = format!("{query}.");
        let versions = usable_versions(fetcher, path)?;
        let matching: Vec<&String> = versions.iter().filter(|v| v.starts_with(&prefix)).collect();
        let release = matching
            .iter()
            .rev()
            .find(|v| semver::prerelease(v).is_empty());
        return match release.or(matching.last()) {
            Some(v) => fetcher.info(&about(v)),
            None => Err(no_match(query)),
        };
    }
    if query.is_empty() || query.starts_with(['-', '/']) {
        return Err(ModError::new(format!("invalid module version \"{query}\"")));
    }
    fetcher.info(&about(query))
}

fn no_match(query: &str) -> ModError {
    ModError::not_exist(format!(
        "no matching versions for query {}",
        crate::goenv::quote(query)
    ))
}

/// `v1` or `v1.2`.
fn is_prefix(v: &str) -> bool {
    v.matches('.').count() < 2 && !v.contains('-')
}

/// Whether a version satisfies a query.
type Accept = Box<dyn Fn(&str) -> bool>;

fn comparison(query: &str) -> Option<Accept> {
    let (op, bound) = ["<=", ">=", "<", ">"]
        .into_iter()
        .find_map(|op| Some((op, query.strip_prefix(op)?.to_owned())))?;
    if !semver::is_valid(&bound) {
        return None;
    }
    Some(Box::new(move |v| {
        let order = semver::compare(v, &bound);
        match op {
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_ge(),
        }
    }))
}

/// The tagged versions that belong to `path`, ascending.
fn usable_versions(fetcher: &Fetcher, path: &str) -> Result<Vec<String>, ModError> {
    let (_, major) = split_path_version(path).unwrap_or((path, ""));
    Ok(fetcher
        .versions(path)?
        .iter()
        .filter(|v| check_path_major(v, major).is_ok())
        .cloned()
        .collect())
}

/// The latest release of `path`, else the latest prerelease, else what the proxy calls latest.
/// Only tagged versions that `allowed` accepts count.
pub fn latest(
    fetcher: &Fetcher,
    path: &str,
    allowed: &dyn Fn(&str) -> bool,
) -> Result<RevInfo, ModError> {
    let mut versions = usable_versions(fetcher, path)?;
    versions.retain(|v| allowed(v));
    let (incompatible, compatible): (Vec<&String>, Vec<&String>) =
        versions.iter().partition(|v| v.ends_with("+incompatible"));
    let pick = |list: &[&String]| {
        list.iter()
            .rev()
            .find(|v| semver::prerelease(v).is_empty())
            .or(list.last())
            .map(|v| (*v).clone())
    };
    // A module that has a go.mod at its latest compatible version does not mean its +incompatible ones.
    if let Some(v) = pick(&compatible) {
        let m = ModVersion::new(path, &v);
        let explicit = incompatible.is_empty()
            || fetcher
                .go_mod(&m)
                .is_ok_and(|data| data.len() > format!("module {path}\n").len());
        if explicit {
            return fetcher.info(&m);
        }
    }
    match pick(&incompatible).or_else(|| pick(&compatible)) {
        Some(v) => fetcher.info(&ModVersion::new(path, &v)),
        None => fetcher.latest_untagged(path),
    }
}
