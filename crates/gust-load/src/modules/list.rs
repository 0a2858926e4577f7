//! Descriptions of modules, for `list -m` and for the packages in them.

use super::error::ModError;
use super::fetch::info::RevInfo;
use super::gover;
use super::graph::{NONE, Pruning};
use super::loader::ModuleLoader;
use super::par::{NETWORK_THREADS, map};
use super::path::ModVersion;
use super::query;
use crate::package::ModuleInfo;
use std::sync::Arc;

/// What `list -m` is to find out besides what is known anyway.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListOptions {
    /// Retractions and deprecations (`-retracted`), which asks the proxy for the latest version.
    pub retracted: bool,
    /// All versions (`-versions`).
    pub versions: bool,
    /// The latest version (`-u`).
    pub updates: bool,
}

impl ModuleLoader {
    /// The modules that the arguments of `list -m` mean; the main modules without arguments.
    ///
    /// # Errors
    /// Those that stop the command. What concerns one module is in its [`ModuleInfo::error`].
    pub fn list_modules(
        &self,
        args: &[String],
        options: ListOptions,
    ) -> Result<Vec<ModuleInfo>, ModError> {
        if args.is_empty() {
            if !self.has_root() {
                return Err(ModError::new(self.mains.absence.clone()));
            }
            return Ok(self
                .mains
                .list
                .iter()
                .map(|m| self.describe(&m.node(), options, true))
                .collect());
        }
        if self.vendor.is_some() {
            check_vendor_arguments(args, options)?;
        }
        let mut out = Vec::new();
        for arg in args {
            self.list_one(arg, options, &mut out)?;
        }
        Ok(out)
    }

    fn list_one(
        &self,
        arg: &str,
        options: ListOptions,
        out: &mut Vec<ModuleInfo>,
    ) -> Result<(), ModError> {
        if arg.contains('\\') {
            return Err(ModError::new("module paths never use backslash"));
        }
        if arg == "." || arg == ".." || arg.starts_with("./") || arg.starts_with("../") {
            return Err(ModError::new(format!(
                "cannot use relative path {arg} to specify module"
            )));
        }
        if let Some((path, version)) = arg.split_once('@') {
            out.push(self.describe_query(path, version, options));
            return Ok(());
        }
        let pattern = arg == "all" || arg.contains("...");
        if pattern {
            if !self.has_root() {
                return Err(ModError::new(format!(
                    "cannot match {}: {}",
                    crate::goenv::quote(arg),
                    self.mains.absence
                )));
            }
            let mut list = self.build_list()?;
            if arg != "all" {
                list.retain(|m| matches_dots(arg, &m.path));
            }
            if list.is_empty() {
                self.warn(format!(
                    "warning: pattern {} matched no module dependencies",
                    crate::goenv::quote(arg)
                ));
            }
            out.extend(map(&list, NETWORK_THREADS, |m| {
                self.describe(m, options, true)
            }));
            return Ok(());
        }
        if !self.has_root() {
            if options.versions {
                out.push(self.describe_query(arg, "", options));
                return Ok(());
            }
            return Err(ModError::new(format!(
                "cannot match {} without -versions or an explicit version: {}",
                crate::goenv::quote(arg),
                self.mains.absence
            )));
        }
        match self.selected(arg)? {
            Some(v) => out.push(self.describe(&ModVersion::new(arg, v), options, true)),
            None => {
                let reason = match self.vendor {
                    Some(_) => {
                        "can't resolve module using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)"
                    }
                    None => "not a known dependency",
                };
                out.push(ModuleInfo {
                    path: arg.to_owned(),
                    error: Some(format!("module {arg}: {reason}")),
                    ..ModuleInfo::default()
                });
            }
        }
        Ok(())
    }

    /// What `path@version` means, whatever the build has.
    pub fn describe_query(&self, path: &str, version: &str, options: ListOptions) -> ModuleInfo {
        if version.is_empty() {
            let mut info = ModuleInfo {
                path: path.to_owned(),
                ..ModuleInfo::default()
            };
            self.add_versions(&mut info, options);
            return info;
        }
        let result = match version {
            "latest" => self.latest_allowed(path),
            v => query::query(&self.fetcher, path, v),
        };
        match result {
            Ok(rev) => {
                let m = ModVersion::new(path, &rev.version);
                let mut info = self.describe(&m, options, false);
                if version != rev.version {
                    info.query = version.to_owned();
                }
                info.origin = rev.origin;
                info
            }
            Err(e) => ModuleInfo {
                path: path.to_owned(),
                version: version.to_owned(),
                error: Some(match &e.module {
                    Some(_) => e.to_string(),
                    None if e.message.starts_with(&format!("{path}@")) => e.message,
                    None if e.message.starts_with("no matching versions") => {
                        e.about(&ModVersion::new(path, "")).to_string()
                    }
                    None => e.about(&ModVersion::new(path, version)).to_string(),
                }),
                ..ModuleInfo::default()
            },
        }
    }

    /// The latest version of `path` that is neither retracted by its author nor excluded here.
    fn latest_allowed(&self, path: &str) -> Result<RevInfo, ModError> {
        let newest = query::latest(&self.fetcher, path, &|_| true)?;
        let summary = self.raw_summary(&ModVersion::new(path, &newest.version));
        let retract = summary.map(|s| s.retract.clone()).unwrap_or_default();
        let allowed = |v: &str| {
            let m = ModVersion::new(path, v);
            !self.mains.list.iter().any(|main| main.exclude.contains(&m))
                && !retract.iter().any(|(low, high, _)| {
                    gover::mod_compare(path, low, v).is_le()
                        && gover::mod_compare(path, v, high).is_le()
                })
        };
        if allowed(&newest.version) {
            return Ok(newest);
        }
        query::latest(&self.fetcher, path, &allowed)
    }

    /// Describes module `m`. With `in_build`, replacements count and `go.sum` decides what may be said.
    pub fn describe(&self, m: &ModVersion, options: ListOptions, in_build: bool) -> ModuleInfo {
        if m.version.is_empty()
            && let Some(main) = self.mains.get(&m.path)
        {
            let go_version = match (&self.mains.work, &main.file.go) {
                (Some(_), None) => String::new(),
                _ => main.file.go_version().to_owned(),
            };
            return ModuleInfo {
                path: m.path.clone(),
                main: true,
                dir: main.root.to_string_lossy().into_owned(),
                go_mod: main.go_mod.to_string_lossy().into_owned(),
                go_version,
                ..ModuleInfo::default()
            };
        }
        let mut info = ModuleInfo {
            path: m.path.clone(),
            version: m.version.clone(),
            indirect: in_build && !self.is_direct(&m.path),
            ..ModuleInfo::default()
        };
        let replacement = in_build.then(|| self.mains.replacement(m)).flatten();
        if let Some(v) = &self.vendor {
            let meta = v.meta_of(m);
            info.go_version = meta.go_version;
            if let Some(r) = replacement {
                let dir = r.version.is_empty().then(|| self.mains.replacement_dir(&r));
                let dir = dir.map_or(String::new(), |d| d.to_string_lossy().into_owned());
                info.replace = Some(Arc::new(ModuleInfo {
                    path: r.path,
                    version: r.version,
                    go_version: info.go_version.clone(),
                    go_mod: match dir.is_empty() {
                        true => String::new(),
                        false => format!("{dir}/go.mod"),
                    },
                    dir,
                    ..ModuleInfo::default()
                }));
            }
            return info;
        }
        let Some(r) = replacement else {
            self.complete(&mut info, options, in_build);
            return info;
        };
        let mut new = ModuleInfo {
            path: r.path.clone(),
            version: r.version.clone(),
            ..ModuleInfo::default()
        };
        if r.version.is_empty() {
            let dir = self.mains.replacement_dir(&r);
            new.go_mod = dir.join("go.mod").to_string_lossy().into_owned();
            new.dir = dir.to_string_lossy().into_owned();
        }
        self.complete(&mut new, options, in_build);
        info.dir.clone_from(&new.dir);
        info.go_mod.clone_from(&new.go_mod);
        info.go_version.clone_from(&new.go_version);
        info.retracted.clone_from(&new.retracted);
        info.replace = Some(Arc::new(new));
        if options.versions {
            self.add_versions(&mut info, options);
        }
        info
    }

    /// Adds what the module cache and the proxy know.
    fn complete(&self, info: &mut ModuleInfo, options: ListOptions, in_build: bool) {
        let m = ModVersion::new(&info.path, &info.version);
        let sum_ok = |suffix: &str| {
            let key = ModVersion::new(&m.path, format!("{}{suffix}", m.version));
            !in_build
                || m.version.is_empty()
                || !self.must_have_sums()
                || self.fetcher.has_sum(&key)
        };
        if !m.version.is_empty() {
            match self.fetcher.info(&m) {
                Ok(rev) => info.time = rev.time,
                Err(e) => info.error = Some(e.to_string()),
            }
        }
        if sum_ok("/go.mod")
            && let Ok(s) = self.raw_summary(&m)
        {
            info.go_version.clone_from(&s.go_version);
        }
        if m.version.is_empty() {
            return;
        }
        if let Ok(cache) = self.fetcher.cache() {
            if sum_ok("/go.mod") {
                if let Ok(f) = cache.file(&m, "mod")
                    && f.is_file()
                {
                    info.go_mod = f.to_string_lossy().into_owned();
                }
                let key = ModVersion::new(&m.path, format!("{}/go.mod", m.version));
                info.go_mod_sum = self.fetcher.recorded_sum(&key).unwrap_or_default();
            }
            if sum_ok("") {
                if let Ok(super::fetch::cache::DirState::Ready(d)) = cache.dir_state(&m) {
                    info.dir = d.to_string_lossy().into_owned();
                }
                info.sum = self.fetcher.recorded_sum(&m).unwrap_or_default();
            }
        }
        if options.retracted || options.updates {
            self.add_latest(info, options);
        }
        if options.versions {
            self.add_versions(info, options);
        }
    }

    fn add_versions(&self, info: &mut ModuleInfo, _: ListOptions) {
        match self.fetcher.versions(&info.path) {
            Ok(v) => info.versions = v.to_vec(),
            Err(e) if info.error.is_none() => info.error = Some(e.to_string()),
            Err(_) => {}
        }
    }

    /// Retractions, deprecation and updates are all in the latest version's `go.mod`.
    fn add_latest(&self, info: &mut ModuleInfo, options: ListOptions) {
        let latest = match query::latest(&self.fetcher, &info.path, &|_| true) {
            Ok(l) => l,
            Err(e) if e.is_not_exist() => return,
            Err(e) => {
                let m = ModVersion::new(&info.path, &info.version);
                let text = format!("loading module retractions for {m}: {}", e.message);
                info.error.get_or_insert(text);
                return;
            }
        };
        let newest = ModVersion::new(&info.path, &latest.version);
        if let Ok(s) = self.raw_summary(&newest) {
            let within = |v: &str| {
                s.retract
                    .iter()
                    .filter(|(low, high, _)| {
                        gover::mod_compare(&info.path, low, v).is_le()
                            && gover::mod_compare(&info.path, v, high).is_le()
                    })
                    .map(|(_, _, why)| why.clone())
                    .collect::<Vec<String>>()
            };
            let reasons = within(&info.version);
            let given: Vec<String> = reasons.iter().filter(|r| !r.is_empty()).cloned().collect();
            info.retracted = match (reasons.is_empty(), given.is_empty()) {
                (true, _) => Vec::new(),
                (false, true) => vec!["retracted by module author".to_owned()],
                (false, false) => given,
            };
            info.deprecated.clone_from(&s.deprecated);
            if !within(&latest.version).is_empty() {
                return;
            }
        }
        if options.updates && gover::mod_compare(&info.path, &latest.version, &info.version).is_gt()
        {
            info.update = Some(Arc::new(ModuleInfo {
                path: info.path.clone(),
                version: latest.version,
                time: latest.time,
                ..ModuleInfo::default()
            }));
        }
    }

    /// The description of the module of a package, made once.
    pub(super) fn package_module(&self, m: &ModVersion) -> Arc<ModuleInfo> {
        self.infos.get_or_init(m, || {
            Arc::new(self.describe(m, ListOptions::default(), true))
        })
    }

    pub(super) fn module_by_path(&self, path: &str) -> Option<Arc<ModuleInfo>> {
        let (path, version) = match path.split_once('@') {
            Some((p, v)) => (p, v.to_owned()),
            None => {
                let root = match self.reqs.pruning {
                    Pruning::Unpruned => None,
                    _ => self.root_selected(path).map(str::to_owned),
                };
                let version = root.unwrap_or_else(|| {
                    let (graph, _) = self.read_graph();
                    graph.selected(path).to_owned()
                });
                (path, version)
            }
        };
        if version == NONE {
            return None;
        }
        Some(self.package_module(&ModVersion::new(path, version)))
    }
}

/// The vendor folder tells nothing of modules without packages in it.
fn check_vendor_arguments(args: &[String], options: ListOptions) -> Result<(), ModError> {
    let action = if options.versions {
        "determine available versions"
    } else if options.updates {
        "determine available upgrades"
    } else if args.iter().any(|a| a == "all") {
        "compute 'all'"
    } else if args.iter().any(|a| a.contains("...")) {
        "match module patterns"
    } else {
        return Ok(());
    };
    Err(ModError::new(format!(
        "can't {action} using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)"
    )))
}

/// Whether `path` matches a pattern in which `...` stands for any text; a trailing `/...` may also stand
/// for nothing.
fn matches_dots(pattern: &str, path: &str) -> bool {
    fn matches(pattern: &str, path: &str) -> bool {
        // Only the dots are special, and they match slashes too.
        let pieces: Vec<&str> = pattern.split("...").collect();
        let Some((first, rest)) = pieces.split_first() else {
            return false;
        };
        let Some(mut text) = path.strip_prefix(first) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return text.is_empty();
        };
        for piece in middle {
            match text.find(piece) {
                Some(i) => text = &text[i + piece.len()..],
                None => return false,
            }
        }
        text.ends_with(last)
    }
    matches(pattern, path)
        || pattern
            .strip_suffix("/...")
            .is_some_and(|p| matches(p, path))
}

#[cfg(test)]
mod tests {
    use super::matches_dots;

    #[test]
    fn patterns() {
        for (pattern, path, want) in [
            ("x.y/...", "x.y", true),
            ("x.y/...", "x.y/z/w", true),
            ("x.y/...", "x.yz", false),
            ("...", "anything", true),
            ("x...z", "x.y/z", true),
            ("x...z", "x.y/zz/a", false),
            ("a...b...c", "abc", true),
        ] {
            assert_eq!(matches_dots(pattern, path), want, "{pattern} {path}");
        }
    }
}
