//! Test variants of a package.
//!
//! To test package `p`, up to three packages are made besides it: `p [p.test]` has its in-package
//! test files too, `p_test [p.test]` its external tests, and `p.test` is the program that runs them.
//! Whatever depends on `p` and is needed by the tests has to see `p [p.test]` instead, so it is
//! there a second time as `q [p.test]`.

use super::assemble::Assembler;
use super::cover;
use super::discover::{Node, TEST_MAIN_IMPORTS};
use super::embed::Embedded;
use super::godebug;
use crate::folder::Places;
use crate::package::{Import, ImportStep, Listing, Package, PackageError, PackageId, PackageKind};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// The imports of one kind of test files.
#[derive(Default)]
struct TestImports {
    imports: Vec<Import>,
    error: Option<PackageError>,
    incomplete: bool,
}

/// Makes the test variants of a package; gives them in the order program, in-package, external.
/// None for a package without test files.
pub fn make(assembler: &mut Assembler<'_>, plain: PackageId) -> Vec<PackageId> {
    let Some(node) = assembler.nodes[plain.index()].clone() else {
        return Vec::new();
    };
    let folder = &node.folder;
    if folder.test_files.is_empty() && folder.xtest_files.is_empty() {
        return Vec::new();
    }
    let path = assembler.packages[plain.index()].import_path.clone();
    let embed_steps = [format!("{path} (test)"), format!("{path}_test")];
    let [internal_step, external_step] = embed_steps;
    let internal = load_imports(
        assembler,
        plain,
        internal_step,
        &folder.test_imports,
        &folder.test_embeds,
        &node.test_embedded,
    );
    let external = load_imports(
        assembler,
        plain,
        external_step,
        &folder.xtest_imports,
        &folder.xtest_embeds,
        &node.xtest_embedded,
    );
    let listing = Arc::make_mut(&mut assembler.packages[plain.index()].listing);
    listing
        .test_embed_files
        .clone_from(&node.test_embedded.files);
    listing
        .xtest_embed_files
        .clone_from(&node.xtest_embedded.files);

    let is_program = assembler.packages[plain.index()].name == "main";
    // A package that only its own tests cover is another for everybody else.
    let covers_itself = cover::is_own(assembler, plain);
    let tested = match folder.test_files.is_empty() && !is_program && !covers_itself {
        true => plain,
        false => in_package(assembler, plain, &node, internal),
    };
    if covers_itself {
        cover::mark_package(assembler, tested);
    }
    let external = match folder.xtest_files.is_empty() {
        true => None,
        false => Some(external_tests(assembler, plain, tested, &node, external)),
    };
    let program = test_program(assembler, plain, tested, external, &node);
    recompile(assembler, program, plain, tested, external);
    if let Some(error) = cycle(assembler, tested) {
        let package = &mut assembler.packages[tested.index()];
        package.incomplete = true;
        package.error.get_or_insert(error);
    }
    let own = (tested != plain).then_some(tested);
    [Some(program), own, external]
        .into_iter()
        .flatten()
        .collect()
}

/// Loads what test files import.
fn load_imports(
    assembler: &mut Assembler<'_>,
    plain: PackageId,
    step: String,
    places: &Places,
    embeds: &Places,
    embedded: &Embedded,
) -> TestImports {
    let mut out = TestImports::default();
    assembler.stack.push(ImportStep {
        package: step,
        position: None,
    });
    for (source_path, positions) in places.iter().filter(|(path, _)| *path != "C") {
        let (package, error) = assembler.load_import(source_path, positions, Some(plain));
        out.incomplete |= error.is_some() || assembler.packages[package.index()].incomplete;
        out.error = out.error.or(error);
        out.imports.push(Import {
            source_path: source_path.clone(),
            package,
            positions: positions.clone(),
        });
    }
    if let (None, Some((pattern, message))) = (&out.error, &embedded.error) {
        let at = embeds.get(pattern).and_then(|at| at.first());
        out.incomplete = true;
        out.error = Some(PackageError {
            import_stack: assembler.stack.clone(),
            position: at.map(ToString::to_string).unwrap_or_default(),
            ..PackageError::new(message.clone())
        });
    }
    assembler.stack.pop();
    out
}

/// `p [p.test]`.
fn in_package(
    assembler: &mut Assembler<'_>,
    plain: PackageId,
    node: &Arc<Node>,
    tests: TestImports,
) -> PackageId {
    let base = &assembler.packages[plain.index()];
    let mut package = base.clone();
    package.kind = PackageKind::InPackageTest;
    package.for_test = Some(base.import_path.clone());
    package.files.extend(node.folder.test_files.iter().cloned());
    package.error = package.error.or(tests.error);
    package.incomplete |= tests.incomplete;
    package.embeds.extend(node.test_embedded.by_pattern.clone());
    let listing = Arc::make_mut(&mut package.listing);
    listing
        .go_files
        .extend(node.folder.listing.test_go_files.iter().cloned());
    listing
        .embed_files
        .extend(node.test_embedded.files.iter().cloned());

    let targets = tests.imports.iter().map(|i| i.package);
    let edges = targets
        .chain(assembler.edges[plain.index()].iter().copied())
        .collect();
    let mut imports: BTreeMap<String, Import> = BTreeMap::new();
    for import in package.imports.drain(..).chain(tests.imports) {
        match imports.get_mut(&import.source_path) {
            Some(present) => present.positions.extend(import.positions),
            None => {
                imports.insert(import.source_path.clone(), import);
            }
        }
    }
    package.imports = imports.into_values().collect();
    assembler.add(package, edges, Some(node.clone()))
}

/// `p_test [p.test]`.
fn external_tests(
    assembler: &mut Assembler<'_>,
    plain: PackageId,
    tested: PackageId,
    node: &Arc<Node>,
    tests: TestImports,
) -> PackageId {
    let base = &assembler.packages[plain.index()];
    let mut imports = tests.imports;
    let mut edges = Vec::new();
    for import in &mut imports {
        match import.package == plain {
            true => import.package = tested,
            false => edges.push(import.package),
        }
    }
    if imports.iter().any(|i| i.package == tested) && !edges.contains(&tested) {
        edges.push(tested);
    }
    let listing = Listing {
        go_files: node.folder.listing.xtest_go_files.clone(),
        embed_files: node.xtest_embedded.files.clone(),
        ..Listing::default()
    };
    let package = Package {
        import_path: format!("{}_test", base.import_path),
        name: format!("{}_test", base.name),
        kind: PackageKind::ExternalTest,
        for_test: Some(base.import_path.clone()),
        root: base.root.clone(),
        dir: base.dir.clone(),
        goroot: base.goroot,
        module: base.module.clone(),
        language: base.language.clone(),
        files: node.folder.xtest_files.clone(),
        imports,
        allows_bodyless: base.allows_bodyless,
        named: base.named,
        named_literally: base.named_literally,
        error: tests.error,
        incomplete: tests.incomplete,
        listing: Arc::new(listing),
        embeds: node.xtest_embedded.by_pattern.clone(),
        ..Package::default()
    };
    assembler.add(package, edges, Some(node.clone()))
}

/// `p.test`. Its source is written when the tests are built, which needs their syntax trees.
fn test_program(
    assembler: &mut Assembler<'_>,
    plain: PackageId,
    tested: PackageId,
    external: Option<PackageId>,
    node: &Node,
) -> PackageId {
    assembler.stack.push(ImportStep {
        package: "testmain".to_owned(),
        position: None,
    });
    let tested_path = assembler.packages[plain.index()].import_path.clone();
    let mut imports = Vec::new();
    let mut edges = Vec::new();
    let linked = assembler.loader.linker_imports();
    let covers = assembler.loader.options.cover.is_some();
    let cover = covers.then_some(cover::PROGRAM_IMPORT);
    let needed = TEST_MAIN_IMPORTS.iter().copied().chain(cover);
    let needed = needed.map(|path| (path, true));
    for (path, in_source) in needed.chain(linked.iter().map(|&path| (path, false))) {
        let package = match path == tested_path {
            true => tested,
            false => assembler.load_import(path, &[], None).0,
        };
        edges.push(package);
        if in_source {
            imports.push((path.to_owned(), package));
        }
    }
    assembler.stack.pop();
    let has_own_files = !assembler.packages[tested.index()].files.is_empty();
    for package in has_own_files.then_some(tested).into_iter().chain(external) {
        edges.push(package);
        imports.push((
            assembler.packages[package.index()].import_path.clone(),
            package,
        ));
    }
    imports.sort();
    imports.dedup();
    let loader = assembler.loader;
    let base = &assembler.packages[plain.index()];
    let directives = [
        node.folder.listing.directives.as_slice(),
        node.folder.listing.test_directives.as_slice(),
        node.folder.listing.xtest_directives.as_slice(),
    ];
    let listing = Listing {
        go_files: vec!["_testmain.go".to_owned()],
        default_godebug: godebug::default_setting(loader, &Listing::default(), &directives),
        ..Listing::default()
    };
    let package = Package {
        import_path: format!("{tested_path}.test"),
        name: "main".to_owned(),
        kind: PackageKind::TestMain,
        dir: base.dir.clone(),
        root: base.root.clone(),
        module: base.module.clone(),
        language: base.language.clone(),
        named: base.named,
        imports: imports
            .into_iter()
            .map(|(source_path, package)| Import {
                source_path,
                package,
                positions: Vec::new(),
            })
            .collect(),
        listing: Arc::new(listing),
        ..Package::default()
    };
    assembler.add(package, edges, None)
}

/// Gives the test program's dependencies that need `plain` a copy that needs `tested` instead.
fn recompile(
    assembler: &mut Assembler<'_>,
    program: PackageId,
    plain: PackageId,
    tested: PackageId,
    external: Option<PackageId>,
) {
    let mut copies: HashMap<PackageId, PackageId> = HashMap::new();
    if plain != tested {
        copies.insert(plain, tested);
    }
    let for_test = assembler.packages[plain.index()].import_path.clone();
    for id in assembler.dependency_order(&[program]) {
        if id == plain && plain != tested {
            continue;
        }
        let is_new = id == program || id == tested || Some(id) == external;
        let depends = assembler.edges[id.index()]
            .iter()
            .any(|e| copies.contains_key(e));
        let is_program = assembler.packages[id.index()].name == "main";
        if !depends && (is_new || !is_program) {
            continue;
        }
        let target = match is_new {
            true => id,
            false => {
                let mut copy = assembler.packages[id.index()].clone();
                copy.kind = PackageKind::Recompiled;
                copy.for_test = Some(for_test.clone());
                copy.named = false;
                let edges = assembler.edges[id.index()].clone();
                let node = assembler.nodes[id.index()].clone();
                let copy = assembler.add(copy, edges, node);
                copies.insert(id, copy);
                copy
            }
        };
        let replace = |id: &mut PackageId| {
            if let Some(copy) = copies.get(id) {
                *id = *copy;
            }
        };
        assembler.edges[target.index()].iter_mut().for_each(replace);
        let imports = &mut assembler.packages[target.index()].imports;
        imports.iter_mut().for_each(|i| replace(&mut i.package));
    }
}

/// The error when the in-package tests need something that needs the package under test.
fn cycle(assembler: &Assembler<'_>, tested: PackageId) -> Option<PackageError> {
    let mut importer: HashMap<PackageId, PackageId> = HashMap::new();
    let mut queue = VecDeque::from([tested]);
    let mut closes = None;
    while let Some(id) = queue.pop_front() {
        for &dependency in &assembler.edges[id.index()] {
            if dependency == tested {
                closes = Some(id);
                break;
            }
            importer.entry(dependency).or_insert_with(|| {
                queue.push_back(dependency);
                id
            });
        }
        if closes.is_some() {
            break;
        }
    }
    // From the package that imports the tested one back to the tests.
    let mut chain = vec![tested];
    let mut at = closes?;
    while at != tested {
        chain.push(at);
        at = *importer.get(&at)?;
    }
    chain.push(tested);
    chain.reverse();
    let mut import_stack = vec![ImportStep {
        package: assembler.packages[tested.index()].import_path.clone(),
        position: None,
    }];
    for pair in chain.windows(2) {
        let from = &assembler.packages[pair[0].index()];
        let import = from.imports.iter().find(|i| i.package == pair[1]);
        import_stack.push(ImportStep {
            package: assembler.packages[pair[1].index()].import_path.clone(),
            position: import.and_then(|i| i.positions.first().cloned()),
        });
    }
    Some(PackageError {
        import_stack,
        is_import_cycle: true,
        ..PackageError::new("import cycle not allowed in test")
    })
}
