//! Go files named on the command line: package `command-line-arguments`.

use super::LoadError;
use super::assemble::Assembler;
use super::discover::Loader;
use super::embed::{self, Embedded};
use super::resolve::{Realm, Resolved};
use crate::assembly::read_portably;
use crate::folder::{Folder, Request, os_error};
use crate::package::{LoadResult, Package, PackageError, PackageKind};
use crate::place::WorkingDir;
use std::path::{Path, PathBuf};

/// The package before its imports are loaded.
pub struct FilesPackage {
    /// The files as they were named.
    pub names: Vec<String>,
    /// Their folder.
    pub dir: PathBuf,
    /// What they hold.
    pub folder: Folder,
    /// Where the package is.
    pub resolved: Resolved,
    /// Files to embed.
    pub embedded: Embedded,
}

/// Whether some argument names an existing `.go` file, which makes all of them files.
pub fn names_files(cwd: &WorkingDir, args: &[String]) -> bool {
    let is_file = |arg: &String| arg.ends_with(".go") && exists_as_file(&cwd.path().join(arg));
    args.iter().any(is_file)
}

fn exists_as_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| !m.is_dir())
}

/// Loads the package of the files.
///
/// # Errors
/// When they cannot be one package: one does not exist, or they are in several folders.
pub fn load(loader: &Loader<'_>, names: &[String]) -> Result<LoadResult, LoadError> {
    if let Some(other) = names.iter().find(|n| !n.ends_with(".go")) {
        let package = Package {
            import_path: "command-line-arguments".to_owned(),
            name: other.clone(),
            kind: PackageKind::CommandLine,
            named: true,
            named_literally: true,
            incomplete: true,
            error: Some(PackageError::new(format!(
                "named files must be .go files: {other}"
            ))),
            ..Package::default()
        };
        let mut assembler = Assembler::new(loader);
        let id = assembler.add(package, Vec::new(), None);
        return Ok(assembler.finish(vec![id], Vec::new()));
    }
    let cwd = &loader.options.cwd;
    let mut first_dir: Option<(&str, PathBuf)> = None;
    let mut base_names = Vec::new();
    for name in names {
        let path = cwd.path().join(name);
        let metadata = std::fs::metadata(&path)
            .map_err(|e| LoadError(os_error("stat", Path::new(name), &e)))?;
        if metadata.is_dir() {
            let message = format!("{name} is a directory, should be a Go file");
            return Err(LoadError(message));
        }
        let (dir, base) = name.rsplit_once('/').unwrap_or((".", name));
        let shown = if dir.is_empty() { "/" } else { dir };
        let dir = cwd.absolute(shown);
        match &first_dir {
            None => first_dir = Some((shown, dir)),
            Some((_, first)) if *first == dir => {}
            Some((first, _)) => {
                return Err(LoadError(format!(
                    "named files must all be in one directory; have {first} and {shown}"
                )));
            }
        }
        base_names.push(base.to_owned());
    }
    let dir = first_dir.map(|(_, dir)| dir).unwrap_or_default();
    let options = loader.options;
    let folder = read_portably(&Request {
        dir: &dir,
        context: &options.context,
        overlay: None,
        only: Some(&base_names),
        texts: options.texts,
        tests: true,
        test_texts: options.texts && options.tests,
        cwd,
    });
    let embedded = match options.resolve_embeds {
        true => embed::resolve(&dir, &folder.listing.embed_patterns),
        false => Embedded::default(),
    };
    if options.follow_imports {
        let tests = folder
            .test_imports
            .keys()
            .chain(folder.xtest_imports.keys());
        let tests = tests.filter(|_| options.tests);
        let mut imports: Vec<String> = folder.imports.keys().chain(tests).cloned().collect();
        if folder.name == "main" {
            imports.extend(loader.linker_imports().iter().map(|&path| path.to_owned()));
        }
        loader.discover_imports(Realm::Modules, &imports);
    }
    let package = FilesPackage {
        names: names.to_vec(),
        resolved: Resolved {
            path: "command-line-arguments".to_owned(),
            dir: Some(dir.clone()),
            module: None,
            goroot: false,
            error: None,
        },
        dir,
        folder,
        embedded,
    };
    let mut assembler = Assembler::new(loader);
    let id = assembler.load_files(package);
    Ok(assembler.finish(vec![id], Vec::new()))
}
