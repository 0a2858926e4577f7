//! Reading one folder: which of its files take part, and what their headers say.
//!
//! Nothing here follows an import. A folder always gives a [`Folder`], with an error inside where
//! the official tool has one; what could be read is there all the same, for `list -e`.

use crate::constraint::Constraint;
use crate::context::BuildContext;
use crate::header::{Header, HeaderError, LineColumn, go_header, other_header};
use crate::overlay::{PackageOverlay, View};
use crate::package::{FilePosition, GoFile, Listing};
use crate::place::WorkingDir;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Import paths or embed patterns with the places they stand at.
pub type Places = BTreeMap<String, Vec<FilePosition>>;

/// What is wanted of a folder.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The folder, absolute.
    pub dir: &'a Path,
    /// What the build targets.
    pub context: &'a BuildContext,
    /// Replacements for the package.
    pub overlay: Option<&'a PackageOverlay>,
    /// Read these files instead of all.
    pub only: Option<&'a [String]>,
    /// Keep the texts of the package's own files.
    pub texts: bool,
    /// Look into `_test.go` files.
    pub tests: bool,
    /// Keep the texts of the test files too.
    pub test_texts: bool,
    /// To name files in messages.
    pub cwd: &'a WorkingDir,
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Name of the package.
    pub name: String,
    /// File names by class.
    pub listing: Listing,
    /// The package's files: those of [`Listing::go_files`], and with cgo of
    /// [`Listing::cgo_files`].
    pub files: Vec<GoFile>,
    /// The files of [`Listing::test_go_files`].
    pub test_files: Vec<GoFile>,
    /// The files of [`Listing::xtest_go_files`].
    pub xtest_files: Vec<GoFile>,
    /// Imports of [`files`](Self::files).
    pub imports: Places,
    /// Imports of [`test_files`](Self::test_files).
    pub test_imports: Places,
    /// Imports of [`xtest_files`](Self::xtest_files).
    pub xtest_imports: Places,
    /// Embed patterns of [`files`](Self::files).
    pub embeds: Places,
    /// Embed patterns of [`test_files`](Self::test_files).
    pub test_embeds: Places,
    /// Embed patterns of [`xtest_files`](Self::xtest_files).
    pub xtest_embeds: Places,
    /// The first `import "C"` in a file that is otherwise selected.
    pub cgo_import: Option<FilePosition>,
    /// What is wrong.
    pub error: Option<FolderError>,
}

/// What is wrong with a folder as a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderError {
    /// No file takes part.
    NoGo,
    /// The package clauses differ.
    MultiplePackages(String),
    /// A file's header has a syntax error.
    Syntax(FilePosition, String),
    /// Anything else.
    Other(String),
}

/// How much of a file is read at first when only its header is wanted.
const PREFIX: usize = 8 << 10;

/// Reads a folder.
#[must_use]
pub fn read(request: &Request<'_>) -> Folder {
    let mut reader = Reader {
        request,
        shown_dir: request.cwd.short(request.dir),
        folder: Folder::default(),
        first_file: String::new(),
        upper_s_files: Vec::new(),
        view: None,
    };
    reader.view = request.overlay.and_then(|o| o.view).map(|view| match view {
        View::Portable => request.context.portable_view(),
        View::Native => request.context.native_view(),
    });
    match reader.names() {
        Ok(names) => {
            for name in names {
                reader.file(&name);
            }
            reader.finish();
        }
        Err(message) => reader.folder.error = Some(FolderError::Other(message)),
    }
    reader.folder
}

/// Whether the folder has a `.go` file at all.
#[must_use]
pub fn has_go_files(dir: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return false;
    };
    entries
        .flatten()
        .any(|e| e.file_name().as_encoded_bytes().ends_with(b".go") && !e.path().is_dir())
}

/// `open PATH: no such file or directory`: an error of the operating system in Go's words.
#[must_use]
pub fn os_error(operation: &str, path: &Path, error: &std::io::Error) -> String {
    format!("{operation} {}: {}", path.display(), os_error_text(error))
}

/// The operating system's text, as Go shows it: lower case and without the number.
#[must_use]
pub fn os_error_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = match text.rfind(" (os error ") {
        Some(at) => &text[..at],
        None => &text,
    };
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The class of a file that is no Go file.
enum OtherKind {
    C,
    Cxx,
    M,
    H,
    F,
    S,
    UpperS,
    Swig,
    SwigCxx,
    Syso,
}

fn other_kind(extension: &str) -> Option<OtherKind> {
    Some(match extension {
        ".c" => OtherKind::C,
        ".cc" | ".cpp" | ".cxx" => OtherKind::Cxx,
        ".m" => OtherKind::M,
        ".h" | ".hh" | ".hpp" | ".hxx" => OtherKind::H,
        ".f" | ".F" | ".for" | ".f90" => OtherKind::F,
        ".s" => OtherKind::S,
        ".S" | ".sx" => OtherKind::UpperS,
        ".swig" => OtherKind::Swig,
        ".swigcxx" => OtherKind::SwigCxx,
        ".syso" => OtherKind::Syso,
        _ => return None,
    })
}

struct Reader<'a> {
    request: &'a Request<'a>,
    shown_dir: String,
    folder: Folder,
    /// The file whose package clause named the package.
    first_file: String,
    /// Assembly that wants the C preprocessor; it counts only together with cgo.
    upper_s_files: Vec<String>,
    /// The context that the overlay asks for.
    view: Option<BuildContext>,
}

impl Reader<'_> {
    /// The names to look at, sorted.
    fn names(&self) -> Result<Vec<String>, String> {
        if let Some(only) = self.request.only {
            return Ok(only.to_vec());
        }
        let overlay = self.request.overlay;
        let mut names = Vec::new();
        if !overlay.is_some_and(|o| o.replace) {
            let dir = self.request.dir;
            let entries = std::fs::read_dir(dir).map_err(|e| os_error("open", dir, &e))?;
            for entry in entries {
                let entry = entry.map_err(|e| os_error("readdirent", dir, &e))?;
                if is_folder(&entry) {
                    continue;
                }
                let name = entry.file_name();
                if may_matter(&name) {
                    names.push(name.to_string_lossy().into_owned());
                }
            }
        }
        if let Some(overlay) = overlay {
            names.retain(|n| !overlay.removed.contains(n) && !overlay.files.contains_key(n));
            names.extend(overlay.files.keys().cloned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn context(&self) -> &BuildContext {
        self.view.as_ref().unwrap_or(self.request.context)
    }

    /// Sorts one file into its class.
    fn file(&mut self, name: &str) {
        let extension = name.rfind('.').map_or("", |i| &name[i..]);
        let is_go = extension == ".go";
        let other = other_kind(extension);
        if name.starts_with(['_', '.']) || !(is_go || other.is_some()) {
            return;
        }
        let native = self.request.overlay.and_then(|o| o.view) == Some(View::Native);
        if native && matches!(other, Some(OtherKind::S)) {
            return self.ignore(name, is_go);
        }
        let all = self.request.only.is_some();
        if !all && !self.context().matches_file_name(name) {
            self.ignore(name, is_go);
            return;
        }
        if is_go && name.ends_with("_test.go") && !self.request.tests {
            return;
        }
        if let Some(OtherKind::Syso) = other {
            self.folder.listing.syso_files.push(name.to_owned());
            return;
        }
        let (header, text) = match self.read_file(name, is_go) {
            Ok(parts) => parts,
            Err(message) if is_go => return self.bad_file(name, FolderError::Other(message)),
            Err(_) => return self.ignore(name, is_go),
        };
        match self.selects(name, &header) {
            Ok(true) => {}
            Ok(false) if all => {}
            Ok(false) => return self.ignore(name, is_go),
            Err(message) if is_go => return self.bad_file(name, FolderError::Other(message)),
            Err(_) => return self.ignore(name, is_go),
        }
        match other {
            None => self.go_file(name, header, text),
            Some(kind) => self.other_file(name, kind),
        }
    }

    fn ignore(&mut self, name: &str, is_go: bool) {
        let listing = &mut self.folder.listing;
        let list = match is_go {
            true => &mut listing.ignored_go_files,
            false => &mut listing.ignored_other_files,
        };
        list.push(name.to_owned());
    }

    fn bad_file(&mut self, name: &str, error: FolderError) {
        self.folder.error.get_or_insert(error);
        let invalid = &mut self.folder.listing.invalid_go_files;
        if invalid.last().is_none_or(|last| last != name) {
            invalid.push(name.to_owned());
        }
    }

    fn other_file(&mut self, name: &str, kind: OtherKind) {
        let listing = &mut self.folder.listing;
        let list = match kind {
            OtherKind::C => &mut listing.c_files,
            OtherKind::Cxx => &mut listing.cxx_files,
            OtherKind::M => &mut listing.m_files,
            OtherKind::H => &mut listing.h_files,
            OtherKind::F => &mut listing.f_files,
            OtherKind::S => &mut listing.s_files,
            OtherKind::UpperS => &mut self.upper_s_files,
            OtherKind::Swig => &mut listing.swig_files,
            OtherKind::SwigCxx => &mut listing.swigcxx_files,
            OtherKind::Syso => &mut listing.syso_files,
        };
        list.push(name.to_owned());
    }

    /// The header of a file, and its text where that is wanted.
    fn read_file(&self, name: &str, is_go: bool) -> Result<(Header, Arc<[u8]>), String> {
        let is_test = name.ends_with("_test.go");
        let keep = is_go
            && match is_test {
                true => self.request.test_texts,
                false => self.request.texts,
            };
        let of_text = |text: &[u8], complete| match is_go {
            true => go_header(text, complete),
            false => other_header(text, complete),
        };
        let overlaid = self.request.overlay.and_then(|o| o.files.get(name));
        if let Some(file) = overlaid {
            let header = of_text(&file.text, true).unwrap_or_default();
            return Ok((header, file.text.clone()));
        }
        let path = self.request.dir.join(name);
        let failed = |e: std::io::Error| os_error("open", &path, &e);
        // Before opening: a pipe would keep us waiting for somebody to write to it.
        let metadata = std::fs::metadata(&path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(format!("{}: not a regular file", path.display()));
        }
        let mut file = File::open(&path).map_err(failed)?;
        let read_failed = |e: std::io::Error| {
            let cause = os_error("read", &path, &e);
            format!("read {}: {cause}", path.display())
        };
        let size = usize::try_from(metadata.len()).unwrap_or(PREFIX);
        let mut text = Vec::with_capacity(size.saturating_add(1).min(1 << 30));
        if !keep && size > PREFIX {
            text.resize(PREFIX, 0);
            file.read_exact(&mut text).map_err(read_failed)?;
            if let Some(header) = of_text(&text, false) {
                return Ok((header, Arc::from([])));
            }
        }
        file.read_to_end(&mut text).map_err(read_failed)?;
        let header = of_text(&text, true).unwrap_or_default();
        if let Some(HeaderError::Text(message)) = &header.error {
            return Err(format!("read {}: {message}", path.display()));
        }
        if let Some(HeaderError::Constraint(message)) = &header.error {
            return Err(format!("{name}: {message}"));
        }
        let text = if keep { text.into() } else { Arc::from([]) };
        Ok((header, text))
    }

    /// Whether the build constraints let the file take part.
    fn selects(&self, name: &str, header: &Header) -> Result<bool, String> {
        let context = self.context();
        if let Some(text) = &header.go_build {
            let constraint = Constraint::parse(text)
                .map_err(|e| format!("{name}: parsing //go:build line: {e}"))?;
            return Ok(context.satisfies(&constraint));
        }
        let mut lines = header
            .plus_build
            .iter()
            .filter_map(|text| Constraint::parse_plus_build(text));
        Ok(lines.all(|c| context.satisfies(&c)))
    }

    fn position(&self, name: &str, at: LineColumn) -> FilePosition {
        let file = match self.shown_dir.as_str() {
            "." => Arc::from(name),
            dir => Arc::from(format!("{dir}/{name}")),
        };
        FilePosition {
            file,
            line: at.line,
            column: at.column,
        }
    }

    fn go_file(&mut self, name: &str, header: Header, text: Arc<[u8]>) {
        if let Some(HeaderError::Syntax(at, message)) = &header.error {
            // This one mistake is found after parsing, and told with the whole name of the file.
            let error = match message.starts_with("invalid import path: ") {
                true => {
                    let path = self.request.dir.join(name);
                    let place = format!("{}:{}:{}", path.display(), at.line, at.column);
                    FolderError::Other(format!("{place}: {message}"))
                }
                false => FolderError::Syntax(self.position(name, *at), message.clone()),
            };
            self.bad_file(name, error);
        }
        let mut package = header.package.as_str();
        if package == "documentation" {
            return self.ignore(name, true);
        }
        let is_test = name.ends_with("_test.go");
        let mut is_external = false;
        if let Some(tested) = package.strip_suffix("_test")
            && is_test
            && self.folder.name != package
        {
            is_external = true;
            package = tested;
        }
        if self.folder.name.is_empty() {
            self.folder.name = package.to_owned();
            self.first_file = name.to_owned();
        } else if package != self.folder.name {
            let message = format!(
                "found packages {} ({}) and {package} ({name}) in {}",
                self.folder.name,
                self.first_file,
                self.request.dir.display()
            );
            self.bad_file(name, FolderError::MultiplePackages(message));
        }
        if self.folder.listing.doc.is_empty() && !is_test {
            self.folder.listing.doc = crate::synopsis::synopsis(&header.doc);
        }
        let mut is_cgo = false;
        for import in header.imports.iter().filter(|i| i.path == "C") {
            if is_test {
                let path = self.request.dir.join(name);
                let message = format!("use of cgo in test {} not supported", path.display());
                self.bad_file(name, FolderError::Other(message));
                continue;
            }
            is_cgo = true;
            let at = self.position(name, import.at);
            self.folder.cgo_import.get_or_insert(at);
            if let Err(message) = self.cgo_lines(name, &import.c_preamble) {
                self.bad_file(name, FolderError::Other(message));
            }
        }
        if is_cgo && !self.request.context.cgo_enabled {
            return self.ignore(name, true);
        }
        self.select(name, header, text, is_cgo, is_test, is_external);
    }

    /// Files a Go file that takes part under its class.
    fn select(
        &mut self,
        name: &str,
        header: Header,
        text: Arc<[u8]>,
        is_cgo: bool,
        is_test: bool,
        is_external: bool,
    ) {
        let import_places: Vec<_> = header
            .imports
            .into_iter()
            .map(|i| (i.path, self.position(name, i.at)))
            .collect();
        let embed_places: Vec<_> = header
            .embeds
            .into_iter()
            .map(|e| (e.pattern, self.position(name, e.at)))
            .collect();
        let overlay = self.request.overlay.and_then(|o| o.files.get(name));
        let path = match overlay {
            Some(file) => file.path.clone(),
            None => self.request.dir.join(name),
        };
        let file = GoFile {
            name: name.to_owned(),
            path,
            display: format!("{}/{name}", self.shown_dir).into(),
            text,
        };
        let f = &mut self.folder;
        let l = &mut f.listing;
        let (names, files, imports, embeds, directives) = if is_external {
            (
                &mut l.xtest_go_files,
                &mut f.xtest_files,
                &mut f.xtest_imports,
                &mut f.xtest_embeds,
                &mut l.xtest_directives,
            )
        } else if is_test {
            (
                &mut l.test_go_files,
                &mut f.test_files,
                &mut f.test_imports,
                &mut f.test_embeds,
                &mut l.test_directives,
            )
        } else {
            let names = match is_cgo {
                true => &mut l.cgo_files,
                false => &mut l.go_files,
            };
            l.binary_only |= header.binary_only;
            (
                names,
                &mut f.files,
                &mut f.imports,
                &mut f.embeds,
                &mut l.directives,
            )
        };
        names.push(name.to_owned());
        files.push(file);
        directives.extend(header.directives);
        for (path, at) in import_places {
            imports.entry(path).or_default().push(at);
        }
        for (pattern, at) in embed_places {
            embeds.entry(pattern).or_default().push(at);
        }
    }

    /// Takes the flags from the `#cgo` lines above `import "C"`.
    fn cgo_lines(&mut self, name: &str, preamble: &str) -> Result<(), String> {
        let path = self.request.dir.join(name);
        for original in preamble.lines() {
            let line = original.trim();
            let Some(rest) = line
                .strip_prefix("#cgo")
                .filter(|r| r.starts_with([' ', '\t']))
            else {
                continue;
            };
            let words: Vec<_> = rest.split_whitespace().collect();
            if let ["nocallback" | "noescape", _] = words[..] {
                continue;
            }
            let invalid = || format!("{}: invalid #cgo line: {original}", path.display());
            let (left, args) = rest.split_once(':').ok_or_else(invalid)?;
            let mut left: Vec<_> = left.split_whitespace().collect();
            let verb = left.pop().ok_or_else(invalid)?;
            let holds = |condition: &&str| {
                let constraint = match condition.contains(['&', '|', '(', ')']) {
                    true => Constraint::parse(condition).ok(),
                    false => Constraint::parse_plus_build(condition),
                };
                constraint.is_some_and(|c| self.context().satisfies(&c))
            };
            if !left.is_empty() && !left.iter().any(holds) {
                continue;
            }
            let known = [
                "CFLAGS",
                "CPPFLAGS",
                "CXXFLAGS",
                "FFLAGS",
                "LDFLAGS",
                "pkg-config",
            ];
            if !known.contains(&verb) {
                return Err(format!("{}: invalid #cgo verb: {original}", path.display()));
            }
            let dir = self.request.dir.to_string_lossy();
            let args = args
                .split_whitespace()
                .map(|a| a.replace("${SRCDIR}", &dir));
            let flags = &mut self.folder.listing.cgo_flags;
            flags.entry(verb.to_owned()).or_default().extend(args);
        }
        Ok(())
    }

    fn finish(&mut self) {
        let listing = &mut self.folder.listing;
        let upper = std::mem::take(&mut self.upper_s_files);
        let list = match listing.cgo_files.is_empty() {
            true => &mut listing.ignored_other_files,
            false => &mut listing.s_files,
        };
        list.extend(upper);
        list.sort_unstable();
        let keys = |places: &Places| places.keys().cloned().collect::<Vec<_>>();
        listing.embed_patterns = keys(&self.folder.embeds);
        listing.test_embed_patterns = keys(&self.folder.test_embeds);
        listing.xtest_embed_patterns = keys(&self.folder.xtest_embeds);
        listing.test_imports = keys(&self.folder.test_imports);
        listing.xtest_imports = keys(&self.folder.xtest_imports);
        let lists = [
            &listing.go_files,
            &listing.cgo_files,
            &listing.test_go_files,
            &listing.xtest_go_files,
        ];
        if self.folder.error.is_none() && lists.iter().all(|l| l.is_empty()) {
            self.folder.error = Some(FolderError::NoGo);
        }
    }
}

/// Whether a folder entry is a folder or a link to one.
fn is_folder(entry: &std::fs::DirEntry) -> bool {
    match entry.file_type() {
        Ok(kind) if kind.is_symlink() => entry.path().is_dir(),
        Ok(kind) => kind.is_dir(),
        Err(_) => false,
    }
}

/// A cheap test that drops most files that are no source.
fn may_matter(name: &OsString) -> bool {
    let bytes = name.as_encoded_bytes();
    !matches!(bytes.first(), None | Some(b'.' | b'_')) && bytes.contains(&b'.')
}
