//! Packages as values, with the fields that `go list` has and in its order.

use super::deps::Closure;
use super::{Setting, Shown, modules};
use crate::template::value::{Field, Struct, Value};
use gust_load::package::{LoadResult, Package, PackageError, PackageId, PackageKind};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::rc::Rc;

/// Makes values of the packages of a load.
pub struct View<'a> {
    setting: &'a Setting,
    result: &'a LoadResult,
    shown: &'a Shown,
    compiled: bool,
    /// Path with the test it is for, by package.
    paths: Vec<String>,
    /// The package without tests, by path.
    plain: HashMap<&'a str, PackageId>,
    closure: Option<Closure>,
}

impl<'a> View<'a> {
    /// `compiled`: the field `CompiledGoFiles` is asked for.
    pub fn new(
        setting: &'a Setting,
        result: &'a LoadResult,
        shown: &'a Shown,
        compiled: bool,
    ) -> Self {
        let plain = result
            .iter()
            .filter(|(_, p)| matches!(p.kind, PackageKind::Plain | PackageKind::CommandLine));
        let needs_closure = shown.needs("Deps") || shown.needs("DepsErrors");
        Self {
            setting,
            result,
            shown,
            compiled,
            paths: result.packages.iter().map(Package::display_path).collect(),
            plain: plain.map(|(id, p)| (p.import_path.as_str(), id)).collect(),
            closure: needs_closure.then(|| Closure::new(result)),
        }
    }

    /// The value of a package; `dep_only`: no pattern named it.
    pub fn package(&mut self, id: PackageId, dep_only: bool) -> Value {
        let p = &self.result[id];
        let l = &p.listing;
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let list = |names: &[String]| Value::from(names);
        let module = match &p.module {
            Some(module) if self.shown.needs("Module") => modules::value(module, &|_| true),
            _ => Value::NilPointer("*modinfo.ModulePublic"),
        };
        let error = match &p.error {
            Some(error) => error_value(error),
            None => Value::NilPointer("*load.PackageError"),
        };
        let (imports, import_map) = self.imports(id);
        let compiled: Vec<String> = match self.compiled {
            true => l.go_files.iter().chain(&l.cgo_files).cloned().collect(),
            false => Vec::new(),
        };
        let is_variant = matches!(p.kind, PackageKind::ExternalTest | PackageKind::TestMain);
        let hidden = |names: &[String]| match is_variant {
            true => Value::from(Vec::new()),
            false => Value::from(names),
        };
        let flags = |verb: &str| match l.cgo_flags.get(verb) {
            Some(flags) => Value::from(flags.as_slice()),
            None => Vec::new().into(),
        };
        let all: Vec<(&'static str, Value)> = vec![
            ("Dir", text(&p.dir).into()),
            ("ImportPath", self.paths[id.index()].as_str().into()),
            ("ImportComment", "".into()),
            ("Name", p.name.as_str().into()),
            ("Doc", l.doc.as_str().into()),
            ("Target", self.target(p).into()),
            ("Shlib", "".into()),
            (
                "Root",
                p.root.as_deref().map(text).unwrap_or_default().into(),
            ),
            ("ConflictDir", "".into()),
            ("ForTest", p.for_test.as_deref().unwrap_or_default().into()),
            ("Export", "".into()),
            ("BuildID", "".into()),
            ("Module", module),
            ("Match", list(&p.patterns)),
            ("Goroot", p.goroot.into()),
            ("Standard", p.standard.into()),
            ("DepOnly", dep_only.into()),
            ("BinaryOnly", l.binary_only.into()),
            ("Incomplete", p.incomplete.into()),
            ("DefaultGODEBUG", l.default_godebug.as_str().into()),
            ("Stale", false.into()),
            ("StaleReason", "".into()),
            ("GoFiles", list(&l.go_files)),
            ("CgoFiles", list(&l.cgo_files)),
            ("CompiledGoFiles", compiled.into()),
            ("IgnoredGoFiles", list(&l.ignored_go_files)),
            ("InvalidGoFiles", list(&l.invalid_go_files)),
            ("IgnoredOtherFiles", list(&l.ignored_other_files)),
            ("CFiles", self.with_cgo(&l.c_files)),
            ("CXXFiles", self.with_cgo(&l.cxx_files)),
            ("MFiles", self.with_cgo(&l.m_files)),
            ("HFiles", list(&l.h_files)),
            ("FFiles", list(&l.f_files)),
            ("SFiles", list(&l.s_files)),
            ("SwigFiles", self.with_cgo(&l.swig_files)),
            ("SwigCXXFiles", self.with_cgo(&l.swigcxx_files)),
            ("SysoFiles", list(&l.syso_files)),
            ("EmbedPatterns", list(&l.embed_patterns)),
            ("EmbedFiles", list(&l.embed_files)),
            ("CgoCFLAGS", flags("CFLAGS")),
            ("CgoCPPFLAGS", flags("CPPFLAGS")),
            ("CgoCXXFLAGS", flags("CXXFLAGS")),
            ("CgoFFLAGS", flags("FFLAGS")),
            ("CgoLDFLAGS", flags("LDFLAGS")),
            ("CgoPkgConfig", flags("pkg-config")),
            ("Imports", imports.into()),
            ("ImportMap", Value::Map(Rc::new(import_map))),
            ("Deps", self.deps(id)),
            ("Error", error),
            ("DepsErrors", self.deps_errors(id)),
            ("TestGoFiles", hidden(&l.test_go_files)),
            ("TestImports", self.resolved(id, &l.test_imports)),
            ("TestEmbedPatterns", hidden(&l.test_embed_patterns)),
            ("TestEmbedFiles", hidden(&l.test_embed_files)),
            ("XTestGoFiles", hidden(&l.xtest_go_files)),
            ("XTestImports", self.resolved(id, &l.xtest_imports)),
            ("XTestEmbedPatterns", hidden(&l.xtest_embed_patterns)),
            ("XTestEmbedFiles", hidden(&l.xtest_embed_files)),
        ];
        let wanted = |name: &str| match &self.shown.json {
            Some(fields) => fields.is_empty() || fields.contains(name),
            None => true,
        };
        let fields = all.into_iter().map(|(name, value)| Field {
            name,
            value: if wanted(name) { value } else { Value::Nil },
            omit_empty: true,
        });
        Value::Struct(Rc::new(Struct {
            type_name: "*load.PackagePublic",
            fields: fields.collect(),
            text: None,
        }))
    }

    fn with_cgo(&self, names: &[String]) -> Value {
        match self.setting.context.cgo_enabled {
            true => names.into(),
            false => Vec::new().into(),
        }
    }

    /// The field `Imports`, and the paths that mean another package than they say.
    fn imports(&self, id: PackageId) -> (Vec<String>, BTreeMap<String, Value>) {
        let p = &self.result[id];
        let mut map = BTreeMap::new();
        for import in &p.imports {
            let path = &self.paths[import.package.index()];
            if *path != import.source_path {
                map.insert(import.source_path.clone(), path.as_str().into());
            }
        }
        let shown = |source: &str| match p.import(source) {
            Some(import) => self.paths[import.package.index()].clone(),
            None => source.to_owned(),
        };
        // A package with its tests lists the tests' imports first, whatever they have in common.
        let tested = p
            .for_test
            .as_deref()
            .filter(|_| p.kind == PackageKind::InPackageTest);
        let plain = tested.and_then(|path| self.plain.get(path));
        let imports = match plain {
            Some(&plain) => {
                let tests = p.listing.test_imports.iter().filter(|path| *path != "C");
                let own = self.result[plain].imports.iter().map(|i| &i.source_path);
                tests.chain(own).map(|source| shown(source)).collect()
            }
            None => p
                .imports
                .iter()
                .map(|i| self.paths[i.package.index()].clone())
                .collect(),
        };
        (imports, map)
    }

    fn deps(&self, id: PackageId) -> Value {
        let Some(closure) = self.closure.as_ref().filter(|_| self.shown.needs("Deps")) else {
            return Vec::new().into();
        };
        let mut paths: Vec<String> = closure
            .of(id)
            .map(|id| self.paths[id.index()].clone())
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths.into()
    }

    fn deps_errors(&self, id: PackageId) -> Value {
        let Some(closure) = &self.closure else {
            return Vec::new().into();
        };
        let mut errors: Vec<&PackageError> = closure
            .of(id)
            .filter_map(|id| self.result[id].error.as_ref())
            .collect();
        errors.sort_by_key(|e| match e.import_stack.last() {
            None => (0, e.message.clone()),
            Some(last) => (1, last.package.clone()),
        });
        Value::List(Rc::new(errors.into_iter().map(error_value).collect()))
    }

    /// Imports of test files with vendored paths in full.
    fn resolved(&self, id: PackageId, sources: &[String]) -> Value {
        let p = &self.result[id];
        let has_none = matches!(p.kind, PackageKind::ExternalTest | PackageKind::TestMain);
        if has_none || !self.setting.options.follow_imports {
            return Vec::new().into();
        }
        let vendor = match p.import_path.starts_with("cmd/") {
            true => "cmd/vendor",
            false => "vendor",
        };
        let src = self.setting.options.goroot.dir.join("src");
        let full = |source: &String| {
            let vendored = format!("{vendor}/{source}");
            let is_vendored = p.standard
                && !gust_load::load::is_standard_import_path(source)
                && src.join(&vendored).is_dir();
            if is_vendored {
                vendored
            } else {
                source.clone()
            }
        };
        let mut paths: Vec<String> = sources.iter().map(full).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.into()
    }

    /// Where `install` would put a program.
    fn target(&self, p: &Package) -> String {
        let is_program = p.name == "main"
            && matches!(p.kind, PackageKind::Plain | PackageKind::CommandLine)
            && !p.dir.as_os_str().is_empty();
        if !is_program {
            return String::new();
        }
        let setting = self.setting;
        let context = &setting.context;
        let name = match p.kind {
            PackageKind::CommandLine => {
                let first = p
                    .listing
                    .go_files
                    .first()
                    .map(String::as_str)
                    .unwrap_or_default();
                first.trim_end_matches(".go").to_owned()
            }
            _ => {
                let mut elements = p.import_path.rsplit('/');
                let last = elements.next().unwrap_or_default();
                match elements.next() {
                    Some(before) if is_version(last) => before.to_owned(),
                    _ => last.to_owned(),
                }
            }
        };
        let suffix = if context.goos == "windows" {
            ".exe"
        } else {
            ""
        };
        let file = name + suffix;
        let platform = format!("{}_{}", context.goos, context.goarch);
        let is_host = context.goos == gust_load::goenv::host_os()
            && context.goarch == gust_load::goenv::host_arch();
        let placed = match is_host {
            true => file.clone(),
            false => format!("{platform}/{file}"),
        };
        let goroot = &setting.options.goroot.dir;
        let dir = if p.goroot && p.import_path.starts_with("cmd/") {
            if !matches!(p.import_path.as_str(), "cmd/go" | "cmd/gofmt") {
                let tool = goroot.join("pkg/tool").join(platform).join(file);
                return tool.to_string_lossy().into_owned();
            }
            goroot.join("bin")
        } else if p.goroot {
            goroot.join("bin")
        } else {
            match setting.env.get("GOBIN") {
                "" => match setting.env.gopath().into_iter().next() {
                    Some(gopath) => gopath.join("bin"),
                    None => return String::new(),
                },
                dir => dir.into(),
            }
        };
        dir.join(placed).to_string_lossy().into_owned()
    }
}

/// Whether a path element is a major version that is no name: `v2`.
fn is_version(element: &str) -> bool {
    match element.strip_prefix('v') {
        Some(digits) => {
            digits.bytes().all(|b| b.is_ascii_digit())
                && !digits.starts_with('0')
                && !matches!(digits, "" | "1")
        }
        None => false,
    }
}

fn error_value(error: &PackageError) -> Value {
    let stack: Vec<String> = error
        .import_stack
        .iter()
        .map(|s| s.package.clone())
        .collect();
    let field = |name, value| Field {
        name,
        value,
        omit_empty: false,
    };
    Value::Struct(Rc::new(Struct {
        type_name: "*load.PackageError",
        fields: vec![
            field("ImportStack", stack.into()),
            field("Pos", error.position.as_str().into()),
            field("Err", error.message.as_str().into()),
        ],
        text: Some(error.to_string()),
    }))
}

/// What the template function `context` gives.
pub fn context(setting: &Setting) -> Value {
    let context = &setting.context;
    let gopath: Vec<String> = setting
        .env
        .gopath()
        .iter()
        .map(|p| p.to_string_lossy().into_owned())
        .collect();
    let all: Vec<(&'static str, Value)> = vec![
        ("GOARCH", context.goarch.as_str().into()),
        ("GOOS", context.goos.as_str().into()),
        (
            "GOROOT",
            setting.options.goroot.dir.to_string_lossy().as_ref().into(),
        ),
        ("GOPATH", gopath.join(":").into()),
        ("CgoEnabled", context.cgo_enabled.into()),
        ("UseAllFiles", false.into()),
        ("Compiler", context.compiler.into()),
        ("BuildTags", context.build_tags.as_slice().into()),
        ("ToolTags", context.tool_tags.as_slice().into()),
        ("ReleaseTags", context.release_tags.as_slice().into()),
        ("InstallSuffix", "".into()),
    ];
    let fields = all.into_iter().map(|(name, value)| Field {
        name,
        value,
        omit_empty: true,
    });
    Value::Struct(Rc::new(Struct {
        type_name: "*list.Context",
        fields: fields.collect(),
        text: None,
    }))
}
