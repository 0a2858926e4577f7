//! The build context: what a build targets and which tags it has.

use crate::constraint::Constraint;
use crate::goenv::GoEnv;
use std::collections::HashSet;

/// Operating systems that file names may end in (`x_linux.go`), past, present and future.
const KNOWN_OS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Those of [`KNOWN_OS`] that the tag `unix` stands for.
const UNIX_OS: [&str; 12] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];

/// Architectures that file names may end in.
const KNOWN_ARCH: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// The minor version `N` of the newest `go1.N` whose release tag is set, and which GOROOT must have.
pub const GO_MINOR: u32 = 26;

/// Tags that every gust build has besides the user's.
pub const GUST_TAGS: [&str; 1] = ["gust"];
/// Tags with which the portable files of the standard library are chosen.
pub const STD_TAGS: [&str; 2] = ["math_big_pure_go", "purego"];
/// Tags tried one after the other for a third-party package that has assembly.
pub const PORTABLE_TAGS: [&str; 3] = ["purego", "noasm", "appengine"];

/// Compile-time experiments that are on by default and change which files of std are selected. The two
/// of the register ABI are left out on purpose: without them `internal/abi` describes our own convention.
const EXPERIMENTS: [&str; 3] = ["dwarf5", "greenteagc", "randomizedheapbase64"];

/// What a build targets and which tags it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildContext {
    /// Target operating system.
    pub goos: String,
    /// Target architecture.
    pub goarch: String,
    /// Whether files that import `"C"` are selected.
    pub cgo_enabled: bool,
    /// The compiler tag; always `gc`, which go/build and go/importer require.
    pub compiler: &'static str,
    /// Tags from `-tags`, and gust's own.
    pub build_tags: Vec<String>,
    /// Tags of the toolchain: architecture features and experiments.
    pub tool_tags: Vec<String>,
    /// `go1.1` to `go1.26`.
    pub release_tags: Vec<String>,
    /// Select every file, whatever its name and constraints: for files named on the command line.
    pub use_all_files: bool,
    all: HashSet<String>,
}

impl BuildContext {
    /// The context that the settings and the list of `-tags` ask for.
    #[must_use]
    pub fn new(env: &GoEnv, tags: &[String]) -> Self {
        let mut tool_tags: Vec<String> = Vec::new();
        if let Some((_, value)) = env.arch_feature() {
            tool_tags.extend(feature_tags(env.goarch(), value));
        }
        tool_tags.extend(experiments(env.get("GOEXPERIMENT")));
        Self::with_parts(env.goos(), env.goarch(), env.cgo_enabled(), tags, tool_tags)
    }

    /// A context for a target, without the settings of the process.
    #[must_use]
    pub fn for_target(goos: &str, goarch: &str, tags: &[String]) -> Self {
        let feature = match goarch {
            "amd64" => "v1",
            _ => "",
        };
        let mut tool_tags = feature_tags(goarch, feature);
        tool_tags.extend(experiments(""));
        Self::with_parts(goos, goarch, false, tags, tool_tags)
    }

    fn with_parts(
        goos: &str,
        goarch: &str,
        cgo_enabled: bool,
        tags: &[String],
        tool_tags: Vec<String>,
    ) -> Self {
        let mut build_tags = tags.to_vec();
        build_tags.extend(GUST_TAGS.map(str::to_owned));
        let mut context = Self {
            goos: goos.to_owned(),
            goarch: goarch.to_owned(),
            cgo_enabled,
            compiler: "gc",
            build_tags,
            tool_tags,
            release_tags: (1..=GO_MINOR).map(|n| format!("go1.{n}")).collect(),
            use_all_files: false,
            all: HashSet::new(),
        };
        context.index();
        context
    }

    /// The same context with further tags.
    #[must_use]
    pub fn with_tags(&self, tags: &[&str]) -> Self {
        let mut context = self.clone();
        for tag in tags {
            if !context.build_tags.iter().any(|t| t == tag) {
                context.build_tags.push((*tag).to_owned());
            }
        }
        context.index();
        context
    }

    /// The context for packages of the standard library.
    #[must_use]
    pub fn for_std(&self) -> Self {
        self.with_tags(&STD_TAGS)
    }

    /// The same context with an architecture that no file knows, which selects every portable
    /// fall-back of a package.
    #[must_use]
    pub fn portable_view(&self) -> Self {
        let mut context = self.clone();
        context.goarch = "portable".to_owned();
        context.tool_tags.retain(|t| t.starts_with("goexperiment."));
        context.index();
        context
    }

    /// The same context without the tags of [`Self::for_std`].
    #[must_use]
    pub fn native_view(&self) -> Self {
        let mut context = self.clone();
        context
            .build_tags
            .retain(|t| !STD_TAGS.contains(&t.as_str()));
        context.index();
        context
    }

    fn index(&mut self) {
        let lists = [&self.build_tags, &self.tool_tags, &self.release_tags];
        let mut all: HashSet<String> = lists.into_iter().flatten().cloned().collect();
        all.insert(self.goos.clone());
        all.insert(self.goarch.clone());
        all.insert(self.compiler.to_owned());
        let implied = match self.goos.as_str() {
            "android" => Some("linux"),
            "illumos" => Some("solaris"),
            "ios" => Some("darwin"),
            _ => None,
        };
        all.extend(implied.map(str::to_owned));
        if UNIX_OS.contains(&self.goos.as_str()) {
            all.insert("unix".to_owned());
        }
        if self.cgo_enabled {
            all.insert("cgo".to_owned());
        }
        if all.contains("goexperiment.boringcrypto") {
            all.insert("boringcrypto".to_owned());
        }
        self.all = all;
    }

    /// Whether the build has the tag.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        self.all.contains(tag)
    }

    /// Whether a constraint holds.
    #[must_use]
    pub fn satisfies(&self, constraint: &Constraint) -> bool {
        constraint.eval(&mut |tag| self.has_tag(tag))
    }

    /// Whether the name of a file lets it take part: `x_GOOS`, `x_GOARCH` and `x_GOOS_GOARCH` before
    /// the extension, each optionally followed by `_test`, name a target.
    #[must_use]
    pub fn matches_file_name(&self, name: &str) -> bool {
        let stem = name.split('.').next().unwrap_or_default();
        // What stands before the first underscore is never a target: `linux.go` is for all.
        let Some((_, suffixes)) = stem.split_once('_') else {
            return true;
        };
        let mut words = suffixes.rsplit('_').peekable();
        if words.peek() == Some(&"test") {
            words.next();
        }
        let Some(last) = words.next() else {
            return true;
        };
        let is_arch = KNOWN_ARCH.contains(&last);
        if let (true, Some(before)) = (is_arch, words.next())
            && KNOWN_OS.contains(&before)
        {
            return self.has_tag(last) && self.has_tag(before);
        }
        !(is_arch || KNOWN_OS.contains(&last)) || self.has_tag(last)
    }
}

/// Tags of the architecture's feature level and of those it includes, such as `amd64.v1`.
fn feature_tags(goarch: &str, value: &str) -> Vec<String> {
    let levels = |prefix: &str, max: u32| -> Vec<String> {
        (1..=max).map(|n| format!("{goarch}.{prefix}{n}")).collect()
    };
    match goarch {
        "386" => vec![format!("386.{value}")],
        "amd64" => levels(
            "v",
            value.trim_start_matches('v').parse().unwrap_or(1).min(4),
        ),
        "arm" => {
            let level: u32 = value.split(',').next().unwrap_or("").parse().unwrap_or(7);
            (5..=level.min(7)).map(|n| format!("arm.{n}")).collect()
        }
        "arm64" => {
            let version = value.split(',').next().unwrap_or("");
            let mut parts = version.trim_start_matches('v').split('.');
            let mut part = |d| parts.next().and_then(|p| p.parse().ok()).unwrap_or(d);
            let (major, minor): (u32, u32) = (part(8), part(0));
            // Version 9.n includes 8.(n+5).
            let (v8, v9) = match major {
                9 => ((minor + 5).min(9), Some(minor.min(5))),
                _ => (minor.min(9), None),
            };
            let v8 = (0..=v8).map(|n| format!("arm64.v8.{n}"));
            let v9 = v9.map(|m| 0..=m).into_iter().flatten();
            v8.chain(v9.map(|n| format!("arm64.v9.{n}"))).collect()
        }
        "mips" | "mipsle" | "mips64" | "mips64le" if !value.is_empty() => {
            vec![format!("{goarch}.{value}")]
        }
        "ppc64" | "ppc64le" => {
            let level: u32 = value.trim_start_matches("power").parse().unwrap_or(8);
            (8..=level.min(10))
                .map(|n| format!("{goarch}.power{n}"))
                .collect()
        }
        "riscv64" => {
            let year: u32 = value
                .trim_start_matches("rva")
                .trim_end_matches("u64")
                .parse()
                .unwrap_or(20);
            [20, 22, 23]
                .into_iter()
                .filter(|&y| y <= year)
                .map(|y| format!("riscv64.rva{y}u64"))
                .collect()
        }
        "wasm" => value
            .split(',')
            .filter(|v| !v.is_empty())
            .map(|v| format!("wasm.{v}"))
            .collect(),
        _ => Vec::new(),
    }
}

/// Tags of the experiments: the defaults changed by the list in `GOEXPERIMENT` (`x,nox`).
fn experiments(list: &str) -> Vec<String> {
    let mut on: Vec<&str> = EXPERIMENTS.to_vec();
    for word in list.split(',').map(str::trim) {
        match word.strip_prefix("no") {
            _ if word.is_empty() => {}
            _ if word == "none" => on.clear(),
            Some(off) if on.contains(&off) => on.retain(|e| *e != off),
            Some(_) => {}
            None if on.contains(&word) => {}
            None => on.push(word),
        }
    }
    on.into_iter()
        .map(|e| format!("goexperiment.{e}"))
        .collect()
}

/// Splits the value of `-tags`: a list with commas, or (the older form) with blanks.
#[must_use]
pub fn split_tags(text: &str) -> Vec<String> {
    let blanks = text.contains([' ', '\t']);
    text.split(|c: char| if blanks { c.is_whitespace() } else { c == ',' })
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names() {
        let linux = BuildContext::for_target("linux", "amd64", &[]);
        let android = BuildContext::for_target("android", "arm64", &[]);
        for (name, on_linux, on_android) in [
            ("x.go", true, true),
            ("linux.go", true, true),
            ("amd64.go", true, true),
            ("x_linux.go", true, true),
            ("x_linux_test.go", true, true),
            ("x_android.go", false, true),
            ("x_linux_amd64.s", true, false),
            ("x_amd64_linux.go", true, true),
            ("x_windows_amd64.go", false, false),
            ("_windows.go", false, false),
            ("x_unix.go", true, true),
            ("x_arm64.pb.go", false, true),
            ("x_test.go", true, true),
            ("windows_test.go", true, true),
        ] {
            assert_eq!(linux.matches_file_name(name), on_linux, "{name}");
            assert_eq!(android.matches_file_name(name), on_android, "{name}");
        }
    }

    #[test]
    fn tags() {
        let c = BuildContext::for_target("linux", "amd64", &["mine".to_owned()]);
        for tag in [
            "linux", "amd64", "unix", "gc", "gust", "mine", "go1.1", "go1.26", "amd64.v1",
        ] {
            assert!(c.has_tag(tag), "{tag}");
        }
        for tag in [
            "darwin",
            "cgo",
            "purego",
            "go1.27",
            "amd64.v2",
            "goexperiment.regabiargs",
        ] {
            assert!(!c.has_tag(tag), "{tag}");
        }
        let std = c.for_std();
        assert!(std.has_tag("purego") && std.has_tag("math_big_pure_go"));
        let native = std.native_view();
        assert!(!native.has_tag("purego") && native.has_tag("gust") && native.has_tag("amd64"));
        let portable = c.portable_view();
        assert!(!portable.has_tag("amd64") && !portable.has_tag("amd64.v1"));
        assert!(portable.has_tag("linux") && portable.has_tag("goexperiment.dwarf5"));
    }

    #[test]
    fn settings() {
        let env = |vars: &[(&str, &str)]| {
            let fixed = [("GOENV", "off"), ("GOROOT", "/none"), ("GOOS", "linux")];
            let all = fixed.iter().chain(vars).copied();
            BuildContext::new(&GoEnv::from_vars(all), &[])
        };
        let c = env(&[("GOARCH", "arm64"), ("GOARM64", "v9.1,lse")]);
        assert!(c.has_tag("arm64.v8.6") && c.has_tag("arm64.v9.1"));
        assert!(!c.has_tag("arm64.v8.7") && !c.has_tag("arm64.v9.2"));
        let c = env(&[
            ("GOARCH", "amd64"),
            ("GOAMD64", "v3"),
            ("GOEXPERIMENT", "jsonv2,nodwarf5"),
        ]);
        assert!(c.has_tag("amd64.v3") && c.has_tag("goexperiment.jsonv2"));
        assert!(!c.has_tag("goexperiment.dwarf5") && !c.has_tag("cgo"));
        assert!(env(&[("CGO_ENABLED", "1")]).has_tag("cgo"));
    }

    #[test]
    fn tag_lists() {
        assert_eq!(split_tags("a,b,,c"), ["a", "b", "c"]);
        assert_eq!(split_tags("a b"), ["a", "b"]);
        assert!(split_tags("").is_empty());
    }
}
