//! What a build consists of, and the keys of its parts.
//!
//! The key of a package covers gust itself, the options, the package's files, and what its imports offer to importers,
//! these being covered by theirs in turn.

use super::BuildOptions;
use super::cache::{Cache, Entry, Key, KeyMaker};
use blake3::Hash;
use gust_load::package::{GoFile, LoadResult, Package, PackageId};
use std::fs;
use std::path::Path;

/// Changes when objects of another gust of the same text would differ: never, since its executable is part of the keys.
const OBJECT: &str = "object";

/// A package of the build.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The key of its object.
    pub key: Key,
    /// Its object, once it is there.
    pub object: Option<Entry>,
}

/// All packages by [`PackageId`]; `None` for those that have no object.
#[derive(Debug)]
pub struct Plan {
    /// The packages.
    pub units: Vec<Option<Unit>>,
}

impl Plan {
    /// Computes the keys and looks the objects up. `tool` is the identity of gust.
    ///
    /// # Errors
    /// When an embedded file cannot be read.
    pub fn new(
        load: &LoadResult,
        options: &BuildOptions,
        tool: &Hash,
        cache: &Cache,
    ) -> Result<Self, String> {
        let mut units: Vec<Option<Unit>> = Vec::with_capacity(load.packages.len());
        for package in &load.packages {
            if package.is_unsafe {
                units.push(None);
                continue;
            }
            let key = key(load, package, options, tool, &units)?;
            units.push(Some(Unit { key, object: None }));
        }
        for (package, unit) in load.packages.iter().zip(&mut units) {
            // `-a` is about the packages of the user's own program and of std alike.
            if let Some(unit) = unit
                && !options.force
                // Decisions are reported by those who make them.
                && (!options.decisions || package.patterns.is_empty())
                && package.error.is_none()
            {
                unit.object = cache.get(&unit.key);
            }
        }
        Ok(Self { units })
    }

    /// Leaves out what `roots` do not need.
    pub fn restrict(&mut self, load: &LoadResult, roots: &[PackageId]) {
        let mut needed = vec![false; load.packages.len()];
        for &root in roots {
            for id in super::order::closure(load, root) {
                needed[id.index()] = true;
            }
        }
        for (unit, needed) in self.units.iter_mut().zip(needed) {
            if !needed {
                *unit = None;
            }
        }
    }

    /// The key of a package that has one.
    #[must_use]
    pub fn key(&self, id: PackageId) -> Option<Key> {
        Some(self.units[id.index()].as_ref()?.key)
    }

    /// Packages without an object, in dependency order.
    pub fn missing(&self) -> impl Iterator<Item = PackageId> {
        let units = self.units.iter().enumerate();
        let missing = units.filter(|(_, unit)| unit.as_ref().is_some_and(|u| u.object.is_none()));
        missing.map(|(i, _)| PackageId(i as u32))
    }
}

fn key(
    load: &LoadResult,
    package: &Package,
    options: &BuildOptions,
    tool: &Hash,
    units: &[Option<Unit>],
) -> Result<Key, String> {
    let mut key = KeyMaker::new(OBJECT);
    key.hash(tool);
    key.number(u64::from(options.optimize))
        .number(u64::from(options.ir_level))
        .number(u64::from(options.write_barriers))
        .number(u64::from(options.goamd64));
    key.part(package.import_path.as_bytes())
        .part(package.name.as_bytes())
        .part(package.language.as_bytes())
        .number(u64::from(package.allows_bodyless))
        .number(u64::from(package.standard));
    for file in &package.files {
        key.part(shown_path(package, file, options.trimpath).as_bytes())
            .hash(&blake3::hash(&file.text));
    }
    for (pattern, names) in &package.embeds {
        key.part(pattern.as_bytes());
        for name in names {
            key.part(name.as_bytes())
                .hash(&blake3::hash(&read_embedded(&package.dir, name)?));
        }
    }
    for import in &package.imports {
        let imported = &load[import.package];
        key.part(import.source_path.as_bytes())
            .part(imported.display_path().as_bytes());
        // Imports stand before their importers, but for cycles, which are errors.
        if let Some(Some(unit)) = units.get(import.package.index()) {
            key.hash(&unit.key.0);
        }
    }
    Ok(key.key())
}

/// The contents of a file that `//go:embed` names.
///
/// # Errors
/// When it cannot be read.
pub fn read_embedded(dir: &Path, name: &str) -> Result<Vec<u8>, String> {
    let path = dir.join(name);
    fs::read(&path).map_err(|e| gust_load::folder::os_error("open", &path, &e))
}

/// The path of a file as programs and debuggers see it.
#[must_use]
pub fn shown_path(package: &Package, file: &GoFile, trimpath: bool) -> String {
    if trimpath {
        return format!("{}/{}", trimmed_dir(package), file.name);
    }
    // Files of gust's own stand where those of the standard library would.
    let path = package.dir.join(&file.name);
    path.to_string_lossy().into_owned()
}

/// The folder of a package without the machine's own part: its import path, with the version of a module.
fn trimmed_dir(package: &Package) -> String {
    let path = &package.import_path;
    let Some(module) = &package.module else {
        return path.clone();
    };
    let source = module.replace.as_ref().unwrap_or(module);
    match path.strip_prefix(&module.path) {
        Some(rest) if !source.version.is_empty() => {
            format!("{}@{}{rest}", module.path, source.version)
        }
        _ => path.clone(),
    }
}
