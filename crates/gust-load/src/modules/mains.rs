//! Finding and reading the main modules: `go.mod`, `go.work`, and the `-mod` rules.

use super::error::{ErrorKind, ModError};
use super::fetch::{Progress, too_new};
use super::godebug::Godebugs;
use super::gover;
use super::modfile::{ErrorList, FixError, ModFile, Replace, VersionFixer, WorkFile};
use super::path::{
    ModVersion, canonical_version, check_import_path, check_path_major, split_path_version,
};
use super::vendor;
use crate::goenv::{GoEnv, clean};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Settings of a command that concern modules.
#[derive(Clone, Default)]
pub struct ModFlags {
    /// `-mod`; `GOFLAGS` counts when it is not given.
    pub mod_mode: Option<String>,
    /// `-modfile`; `GOFLAGS` counts when it is not given.
    pub modfile: Option<PathBuf>,
    /// `-modcacherw`.
    pub mod_cache_rw: bool,
    /// The mode of commands that may fetch what `go.mod` does not list, such as `mod download`.
    pub default_mod: bool,
    /// Told what is fetched.
    pub progress: Option<Progress>,
}

/// Where packages come from and whether `go.mod` may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModMode {
    /// `go.mod` and `go.sum` are taken as they are.
    Readonly,
    /// The vendor folder is used.
    Vendor,
    /// `go.sum` may grow.
    Mod,
}

impl ModMode {
    /// The value of the `-mod` flag.
    pub fn as_str(self) -> &'static str {
        match self {
            ModMode::Readonly => "readonly",
            ModMode::Vendor => "vendor",
            ModMode::Mod => "mod",
        }
    }
}

/// The `-mod` mode and where it comes from.
#[derive(Clone, Debug)]
pub struct ModSetting {
    /// The mode.
    pub mode: ModMode,
    /// Whether a flag set it.
    pub explicit: bool,
    /// Why it is what it is, for messages; may be empty.
    pub reason: String,
}

/// A main module with its parsed `go.mod`.
#[derive(Clone, Debug)]
pub struct Main {
    /// Module path.
    pub path: String,
    /// What the import paths of its packages start with; empty for `std` in GOROOT.
    pub prefix: String,
    /// Its folder, absolute.
    pub root: PathBuf,
    /// Its `go.mod`, or the file of `-modfile`.
    pub go_mod: PathBuf,
    /// The parsed file.
    pub file: ModFile,
    /// Whether a version in it is not canonical, so that it would have to be rewritten.
    pub needs_fix: bool,
    /// Its replacements.
    pub replace: HashMap<ModVersion, ModVersion>,
    /// Its exclusions.
    pub exclude: HashSet<ModVersion>,
}

/// The workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its `go.work`.
    pub path: PathBuf,
    /// The parsed file.
    pub file: WorkFile,
    /// Its replacements.
    pub replace: HashMap<ModVersion, ModVersion>,
}

/// The main modules of a build.
#[derive(Clone, Debug, Default)]
pub struct Mains {
    /// The modules in the order of `go.work`; empty outside any module.
    pub list: Vec<Main>,
    /// The workspace, if there is one.
    pub work: Option<Workspace>,
    /// Index of the module that holds the current folder.
    pub current: Option<usize>,
    /// Why there is no module.
    pub absence: String,
    /// Whether modules are switched off altogether.
    pub disabled: bool,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// `path` as messages show it: relative to `cwd` when that is shorter.
pub fn short_path(path: &Path, cwd: &Path) -> String {
    let full = path.to_string_lossy().into_owned();
    match relative(path, cwd) {
        Some(r) if r.len() < full.len() => r,
        _ => full,
    }
}

/// `path` relative to `base`; both absolute.
pub fn relative(path: &Path, base: &Path) -> Option<String> {
    let a: Vec<_> = path.components().collect();
    let b: Vec<_> = base.components().collect();
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    if common == 0 {
        return None;
    }
    let mut parts: Vec<String> = b[common..].iter().map(|_| "..".to_owned()).collect();
    parts.extend(
        a[common..]
            .iter()
            .map(|c| c.as_os_str().to_string_lossy().into_owned()),
    );
    Some(if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    })
}

/// The path of `dir` inside `base` (`.` for itself); `None` outside. Symbolic links are resolved when
/// the names alone do not match.
pub fn in_dir(dir: &Path, base: &Path) -> Option<String> {
    let lexical = |d: &Path, b: &Path| {
        let rel = d.strip_prefix(b).ok()?;
        Some(if rel.as_os_str().is_empty() {
            ".".to_owned()
        } else {
            rel.to_string_lossy().replace('\\', "/")
        })
    };
    lexical(dir, base).or_else(|| {
        let d = fs::canonicalize(dir).ok()?;
        let b = fs::canonicalize(base).ok()?;
        lexical(&d, &b)
    })
}

fn search_up(dir: &Path, name: &str, stop: Option<&Path>) -> Option<PathBuf> {
    for d in dir.ancestors() {
        let f = d.join(name);
        if f.is_file() {
            return Some(f);
        }
        if stop.is_some() && d.parent() == stop {
            return None;
        }
    }
    None
}

/// The `go.mod` that governs `dir`, without regard to workspaces.
pub fn find_go_mod(dir: &Path) -> Option<PathBuf> {
    search_up(dir, "go.mod", None)
}

/// The `go.work` that governs `dir` by `GOWORK`.
pub fn find_go_work(env: &GoEnv, dir: &Path) -> Result<Option<PathBuf>, ModError> {
    match env.get("GOWORK") {
        "off" => Ok(None),
        // One in a folder above GOROOT is not meant for the distribution.
        "" | "auto" => Ok(search_up(dir, "go.work", env.goroot())),
        file if Path::new(file).is_absolute() => Ok(Some(PathBuf::from(file))),
        _ => Err(ModError::new("invalid GOWORK: not an absolute path")),
    }
}

const NO_MODULE: &str =
    "go.mod file not found in current directory or any parent directory; see 'go help modules'";
const NO_WORKSPACE_MODULES: &str =
    "no modules were found in the current workspace; see 'go help work'";
const DISABLED: &str = "modules disabled by GO111MODULE=off; see 'go help modules'";

/// Resolves a version in a main `go.mod` that is not canonical, such as a branch.
pub type Resolve<'a> = dyn FnMut(&str, &str) -> Result<String, ModError> + 'a;

impl Mains {
    /// Finds and reads the main modules for folder `cwd`.
    pub fn find(
        env: &GoEnv,
        cwd: &Path,
        flags: &ModFlags,
        resolve: &mut Resolve<'_>,
    ) -> Result<Mains, ModError> {
        let must_use_modules = match env.get("GO111MODULE") {
            "" | "on" => true,
            "auto" => false,
            "off" => {
                return Ok(Mains {
                    absence: DISABLED.to_owned(),
                    disabled: true,
                    ..Mains::default()
                });
            }
            other => {
                return Err(ModError::new(format!(
                    "unknown environment setting GO111MODULE={other}"
                )));
            }
        };
        let modfile = flags
            .modfile
            .clone()
            .or_else(|| env.goflag("modfile").map(PathBuf::from))
            .filter(|p| !p.as_os_str().is_empty())
            .map(|p| clean(&cwd.join(p)));
        let mut mains = Mains {
            absence: NO_MODULE.to_owned(),
            ..Mains::default()
        };
        if let Some(path) = find_go_work(env, cwd)? {
            if modfile.is_some() {
                return Err(ModError::new("-modfile cannot be used in workspace mode"));
            }
            mains.absence = NO_WORKSPACE_MODULES.to_owned();
            mains.read_workspace(env, cwd, path, resolve)?;
        } else {
            let Some(go_mod) = find_go_mod(cwd) else {
                if modfile.is_some() {
                    return Err(ModError::new(
                        "cannot find main module, but -modfile was set.\n\t-modfile cannot be used to set the module root directory.",
                    ));
                }
                mains.disabled = !must_use_modules;
                return Ok(mains);
            };
            let root = go_mod.parent().unwrap_or(cwd).to_path_buf();
            let temp = std::env::temp_dir();
            if in_dir(&root, &temp).as_deref() == Some(".") {
                mains.warnings.push(format!(
                    "warning: ignoring go.mod in system temp root {}",
                    temp.display()
                ));
                return Ok(mains);
            }
            if let Some(m) = &modfile
                && m.extension().is_none_or(|e| e != "mod")
            {
                return Err(ModError::new(format!(
                    "-modfile={}: file does not have .mod extension",
                    m.display()
                )));
            }
            let file = modfile.unwrap_or(go_mod);
            let main = Main::read(env, cwd, root, file, resolve)?;
            let settings = main.file.godebug.iter().zip(&main.file.godebug_at);
            let shown = short_path(&main.go_mod, cwd);
            check_godebug(env, "go.mod", &shown, &main.file.syntax, settings)?;
            main.check_path()?;
            mains.list.push(main);
        }
        mains.check_replacements()?;
        mains.current = find_go_mod(cwd)
            .and_then(|f| f.parent().map(Path::to_path_buf))
            .and_then(|root| mains.list.iter().position(|m| m.root == root));
        Ok(mains)
    }

    fn read_workspace(
        &mut self,
        env: &GoEnv,
        cwd: &Path,
        path: PathBuf,
        resolve: &mut Resolve<'_>,
    ) -> Result<(), ModError> {
        let shown = short_path(&path, cwd);
        let data = fs::read(&path).map_err(|e| {
            ModError::new(format!(
                "reading go.work: open {shown}: {}",
                super::fetch::cache::io_text(&e)
            ))
        })?;
        let file = WorkFile::parse(&shown, &data, None)
            .map_err(|e| ModError::new(format!("errors parsing go.work:\n{e}")))?;
        if let Some(v) = &file.go
            && let Some(e) = too_new(env, &shown, v)
        {
            return Err(e);
        }
        let dir = path.parent().unwrap_or(cwd);
        let mut roots: Vec<PathBuf> = Vec::new();
        for u in &file.uses {
            let root = clean(&dir.join(&u.path));
            if roots.contains(&root) {
                let line = line_of(&file.syntax, u.at);
                return Err(ModError::new(format!(
                    "error loading go.work:\n{shown}:{line}: path {} appears multiple times in workspace",
                    root.display()
                )));
            }
            roots.push(root);
        }
        let settings = file.godebug.iter().zip(&file.godebug_at);
        check_godebug(env, "go.work", &shown, &file.syntax, settings)?;
        let mut errors: Vec<ModError> = Vec::new();
        for root in roots {
            let go_mod = root.join("go.mod");
            let result =
                Main::read(env, cwd, root.clone(), go_mod, resolve).map_err(|e| match e.kind {
                    ErrorKind::TooNew => e,
                    _ => ModError::new(format!(
                        "cannot load module {} listed in go.work file: {e}",
                        short_path(&root, cwd)
                    )),
                });
            match result.and_then(|m| m.check_path().map(|()| m)) {
                Ok(m) => {
                    let (mv, wv) = (m.file.go_version(), file.go_version());
                    if gover::compare(mv, wv).is_gt()
                        && gover::compare(mv, gover::GO_STRICT).is_ge()
                    {
                        let verb = match file.go {
                            Some(_) => "lists",
                            None => "implicitly requires",
                        };
                        errors.push(ModError::new(format!(
                            "module {} listed in go.work file requires go >= {mv}, but go.work {verb} go {wv}; to update it:\n\tgo work use",
                            short_path(&root, cwd)
                        )));
                        continue;
                    }
                    if self.list.iter().any(|o| o.path == m.path) {
                        errors.push(ModError::new(format!(
                            "module {} appears multiple times in workspace",
                            m.path
                        )));
                        continue;
                    }
                    self.list.push(m);
                }
                Err(e) => errors.push(e),
            }
        }
        if let Some(first) = errors.first() {
            let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(ModError::with_kind(first.kind.clone(), text.join("\n")));
        }
        let replace = replace_map(&file.replace)?;
        self.work = Some(Workspace {
            path,
            file,
            replace,
        });
        Ok(())
    }

    /// Reports replacements that contradict each other.
    fn check_replacements(&self) -> Result<(), ModError> {
        let mut by_work: HashSet<&str> = HashSet::new();
        if let Some(w) = &self.work {
            for r in &w.file.replace {
                if r.old.version.is_empty() && self.list.iter().any(|m| m.path == r.old.path) {
                    return Err(ModError::new(format!(
                        "workspace module {} is replaced at all versions in the go.work file. To fix, remove the replacement from the go.work file or specify the version at which to replace the module.",
                        r.old.path
                    )));
                }
                by_work.insert(&r.old.path);
            }
        }
        let mut all: HashMap<&ModVersion, (usize, ModVersion)> = HashMap::new();
        for (i, m) in self.list.iter().enumerate() {
            for r in &m.file.replace {
                if by_work.contains(r.old.path.as_str()) {
                    continue;
                }
                let mut new = r.new.clone();
                if self.work.is_some()
                    && new.version.is_empty()
                    && !Path::new(&new.path).is_absolute()
                {
                    let path = clean(&m.root.join(&new.path));
                    new.path = path.to_string_lossy().into_owned();
                }
                match all.get(&r.old) {
                    Some((other, previous)) if *other != i && *previous != new => {
                        return Err(ModError::new(format!(
                            "conflicting replacements for {}:\n\t{previous}\n\t{new}\nuse \"go work edit -replace {}=[override]\" to resolve",
                            r.old, r.old
                        )));
                    }
                    _ => {
                        all.insert(&r.old, (i, new));
                    }
                }
            }
        }
        Ok(())
    }

    /// The language version: the workspace's, or the main module's.
    pub fn go_version(&self, env: &GoEnv) -> String {
        match (&self.work, &self.list[..]) {
            (Some(w), _) => w.file.go_version().to_owned(),
            (None, [m]) => m.file.go_version().to_owned(),
            (None, _) => env.local_version().to_owned(),
        }
    }

    /// Whether `path` is a main module.
    pub fn contains(&self, path: &str) -> bool {
        self.list.iter().any(|m| m.path == path)
    }

    /// The main module `path`.
    pub fn get(&self, path: &str) -> Option<&Main> {
        self.list.iter().find(|m| m.path == path)
    }

    /// The folder that relative replacements count from.
    pub fn replace_base(&self) -> Option<&Path> {
        match &self.work {
            Some(w) => w.path.parent(),
            None => self.list.first().map(|m| m.root.as_path()),
        }
    }

    /// The folder in which vendored packages would be.
    pub fn vendor_dir(&self) -> Option<PathBuf> {
        Some(self.replace_base()?.join("vendor"))
    }

    /// The replacement of `m`, if any, as the file says it, and whose file that is: `None` for the
    /// workspace's.
    pub fn replacement_from(&self, m: &ModVersion) -> Option<(&ModVersion, Option<&Main>)> {
        fn find<'a>(
            map: &'a HashMap<ModVersion, ModVersion>,
            m: &ModVersion,
        ) -> Option<&'a ModVersion> {
            map.get(m)
                .or_else(|| map.get(&ModVersion::new(&m.path, "")))
        }
        if m.version.is_empty() && self.contains(&m.path) {
            return None;
        }
        if let Some(w) = &self.work
            && let Some(r) = find(&w.replace, m)
        {
            return Some((r, None));
        }
        self.list
            .iter()
            .find_map(|main| find(&main.replace, m).map(|r| (r, Some(main))))
    }

    /// The replacement of `m`; a relative folder counts from [`replace_base`](Self::replace_base).
    pub fn replacement(&self, m: &ModVersion) -> Option<ModVersion> {
        let (r, from) = self.replacement_from(m)?;
        Some(self.canonical_replacement(r, from))
    }

    fn canonical_replacement(&self, r: &ModVersion, from: Option<&Main>) -> ModVersion {
        let (Some(w), Some(main)) = (&self.work, from) else {
            return r.clone();
        };
        if !r.version.is_empty() || Path::new(&r.path).is_absolute() {
            return r.clone();
        }
        let full = clean(&main.root.join(&r.path));
        let base = w.path.parent().unwrap_or(&main.root);
        let path = match relative(&full, base) {
            Some(rel) if super::modfile::is_directory_path(&rel) => rel,
            Some(rel) => format!("./{rel}"),
            None => full.to_string_lossy().into_owned(),
        };
        ModVersion::new(path, "")
    }

    /// The folder of a replacement without version.
    pub fn replacement_dir(&self, r: &ModVersion) -> PathBuf {
        let p = Path::new(&r.path);
        match self.replace_base() {
            Some(base) if !p.is_absolute() => clean(&base.join(p)),
            _ => clean(p),
        }
    }

    /// The mode for a command, by its flags and the state of the vendor folder.
    pub fn mod_setting(&self, env: &GoEnv, flags: &ModFlags) -> Result<ModSetting, ModError> {
        let flag = flags
            .mod_mode
            .clone()
            .or_else(|| env.goflag("mod"))
            .unwrap_or_default();
        let mut setting = ModSetting {
            mode: ModMode::Readonly,
            explicit: !flag.is_empty(),
            reason: String::new(),
        };
        setting.mode = match flag.as_str() {
            "readonly" => ModMode::Readonly,
            "vendor" => ModMode::Vendor,
            "mod" => ModMode::Mod,
            "" => {
                self.default_mode(flags, &mut setting)?;
                return Ok(setting);
            }
            other => {
                return Err(ModError::with_kind(
                    ErrorKind::Fatal,
                    format!(
                        "-mod={other} not supported (can be '', 'mod', 'readonly', or 'vendor')"
                    ),
                ));
            }
        };
        if self.work.is_some() && setting.mode == ModMode::Mod {
            return Err(ModError::new(
                "-mod may only be set to readonly or vendor when in workspace mode, but it is set to \"mod\"\n\tRemove the -mod flag to use the default readonly value, \n\tor set GOWORK=off to disable workspace mode.",
            ));
        }
        Ok(setting)
    }

    fn default_mode(&self, flags: &ModFlags, setting: &mut ModSetting) -> Result<(), ModError> {
        if flags.default_mod {
            setting.mode = ModMode::Mod;
            return Ok(());
        }
        if self.list.is_empty() {
            return Ok(());
        }
        let (source, version) = match &self.work {
            Some(w) => ("go.work", w.file.go.as_deref()),
            None => ("go.mod", self.list[0].file.go.as_deref()),
        };
        let Some(dir) = self.vendor_dir().filter(|d| d.is_dir()) else {
            return Ok(());
        };
        let Some(version) = version else {
            setting.reason =
                format!("Go version in {source} is unspecified, so vendor directory was not used.");
            return Ok(());
        };
        if gover::compare(version, "1.14").is_lt() {
            setting.reason =
                format!("Go version in {source} is {version}, so vendor directory was not used.");
            return Ok(());
        }
        let text = match fs::read(dir.join("modules.txt")) {
            Ok(d) => String::from_utf8_lossy(&d).into_owned(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => {
                return Err(ModError::new(format!(
                    "reading modules.txt for vendor directory: {}",
                    super::fetch::cache::io_text(&e)
                )));
            }
        };
        match (vendor::is_for_workspace(&text), self.work.is_some()) {
            (true, false) => {
                setting.reason =
                    "Outside workspace mode, but vendor directory is for a workspace.".to_owned();
            }
            (false, true) => {
                setting.reason =
                    "In workspace mode, but vendor directory is not for a workspace".to_owned();
            }
            _ => {
                setting.mode = ModMode::Vendor;
                setting.reason =
                    format!("Go version in {source} is at least 1.14 and vendor directory exists.");
            }
        }
        Ok(())
    }
}

/// The line number a directive stands on.
fn line_of(syntax: &super::modfile::FileSyntax, at: super::modfile::LineRef) -> u32 {
    use super::modfile::syntax::Stmt;
    match (syntax.stmts.get(at.stmt), at.line) {
        (Some(Stmt::Line(l)), _) => l.start.line,
        (Some(Stmt::Block(b)), Some(i)) => b.lines.get(i).map_or(0, |l| l.start.line),
        _ => 0,
    }
}

/// Checks the `godebug` lines of a file, when there are any.
fn check_godebug<'a>(
    env: &GoEnv,
    kind: &str,
    shown: &str,
    syntax: &super::modfile::FileSyntax,
    settings: impl Iterator<Item = (&'a (String, String), &'a super::modfile::LineRef)>,
) -> Result<(), ModError> {
    let mut table = None;
    for ((key, value), at) in settings {
        let known = table.get_or_insert_with(|| Godebugs::read(env));
        let Some(known) = known else {
            return Ok(());
        };
        known.check(key, value, env.local_version()).map_err(|e| {
            let line = line_of(syntax, *at);
            ModError::new(format!("error loading {kind}:\n{shown}:{line}: {e}"))
        })?;
    }
    Ok(())
}

fn replace_map(list: &[Replace]) -> Result<HashMap<ModVersion, ModVersion>, ModError> {
    let mut map: HashMap<ModVersion, ModVersion> = HashMap::with_capacity(list.len());
    for r in list {
        match map.insert(r.old.clone(), r.new.clone()) {
            Some(previous) if previous != r.new => {
                return Err(ModError::new(format!(
                    "conflicting replacements for {}:\n\t{previous}\n\t{}",
                    r.old, r.new
                )));
            }
            _ => {}
        }
    }
    Ok(map)
}

impl Main {
    fn read(
        env: &GoEnv,
        cwd: &Path,
        root: PathBuf,
        go_mod: PathBuf,
        resolve: &mut Resolve<'_>,
    ) -> Result<Main, ModError> {
        let shown = short_path(&go_mod, cwd);
        let data = super::fetch::cache::read_shared(&go_mod).map_err(|e| {
            ModError::new(format!(
                "open {shown}: {}",
                super::fetch::cache::io_text(&e)
            ))
        })?;
        let mut needs_fix = false;
        let mut failure: Option<ModError> = None;
        let parsed = {
            let mut fix = |path: &str, version: &str| {
                let fixed = fix_version(path, version, resolve, &mut failure)?;
                needs_fix |= fixed != version;
                Ok(fixed)
            };
            let fixer: &mut VersionFixer<'_> = &mut fix;
            ModFile::parse(&shown, &data, Some(fixer))
        };
        let file = parsed.map_err(|e| match failure {
            Some(f) if f.kind == ErrorKind::Fatal => f,
            _ => parse_error(env, &shown, &data, &e),
        })?;
        if let Some(v) = &file.go
            && let Some(e) = too_new(env, &shown, v)
        {
            return Err(e);
        }
        if file.module.is_none() {
            return Err(ModError::new(format!(
                "error reading {shown}: missing module declaration. To specify the module path:\n\tgo mod edit -module=example.com/mod"
            )));
        }
        let path = file.path().to_owned();
        if gover::is_toolchain(&path) {
            return Err(ModError::new(format!(
                "error reading {shown}: invalid module path: {}",
                crate::goenv::quote(&path)
            )));
        }
        let in_goroot = env
            .goroot()
            .is_some_and(|g| in_dir(&root, &g.join("src")).is_some());
        let prefix = match path == "std" && in_goroot {
            true => String::new(),
            false => path.clone(),
        };
        Ok(Main {
            prefix,
            replace: replace_map(&file.replace)?,
            exclude: file.exclude.iter().cloned().collect(),
            path,
            root,
            go_mod,
            file,
            needs_fix,
        })
    }

    fn check_path(&self) -> Result<(), ModError> {
        check_import_path(&self.path).map_err(|mut e| {
            e.kind = super::path::PathKind::Module;
            ModError::new(e.to_string())
        })
    }

    /// The module as a node of the graph.
    pub fn node(&self) -> ModVersion {
        ModVersion::new(&self.path, "")
    }

    /// The requirements that are not excluded, with those for the Go release, sorted; and the paths of
    /// the direct ones. What is left out is added to `warnings`.
    pub fn roots(
        &self,
        toolchain: bool,
        warnings: &mut Vec<String>,
    ) -> (Vec<ModVersion>, HashSet<String>) {
        let mut roots = Vec::with_capacity(self.file.require.len() + 2);
        let mut direct = HashSet::new();
        for r in &self.file.require {
            if self.exclude.contains(&r.module) {
                warnings.push(format!(
                    "ignoring requirement on excluded version {} {}",
                    r.module.path, r.module.version
                ));
                continue;
            }
            roots.push(r.module.clone());
            if !r.indirect {
                direct.insert(r.module.path.clone());
            }
        }
        roots.push(ModVersion::new("go", self.file.go_version()));
        direct.insert("go".to_owned());
        if toolchain && let Some(t) = &self.file.toolchain {
            roots.push(ModVersion::new("toolchain", t));
        }
        roots.sort_by(super::path::compare_mod_versions);
        (roots, direct)
    }
}

fn fix_version(
    path: &str,
    version: &str,
    resolve: &mut Resolve<'_>,
    failure: &mut Option<ModError>,
) -> Result<String, FixError> {
    // An early release wrote such versions for gopkg.in.
    let version = match version.split_once("-gopkgin-") {
        Some((_, v)) if path.starts_with("gopkg.in/") => v,
        _ => version,
    };
    let Some((_, major)) = split_path_version(path) else {
        let e = super::path::InvalidVersion::new(
            version,
            format!("malformed module path {}", crate::goenv::quote(path)),
        );
        return Err(FixError {
            about_module: true,
            message: e.to_string(),
        });
    };
    if !version.is_empty() && canonical_version(version) == version {
        return match check_path_major(version, major) {
            Ok(()) => Ok(version.to_owned()),
            Err(e) => Err(FixError {
                about_module: true,
                message: e.to_string(),
            }),
        };
    }
    resolve(path, version).map_err(|e| {
        *failure = Some(e.clone());
        let about_module = e.module.is_some();
        FixError {
            about_module,
            message: match about_module {
                true => e.message,
                false => e.to_string(),
            },
        }
    })
}

/// The error of a `go.mod` that does not parse. When it asks for a newer Go release, that is the reason.
fn parse_error(env: &GoEnv, shown: &str, data: &[u8], e: &ErrorList) -> ModError {
    if let Ok(f) = ModFile::parse_lax(shown, data, None)
        && let Some(v) = &f.go
        && let Some(e) = too_new(env, shown, v)
    {
        return e;
    }
    ModError::new(format!("errors parsing {shown}:\n{e}"))
}
