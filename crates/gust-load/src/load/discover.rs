//! Discovery: following imports with all processors.

use super::Options;
use super::embed::{self, Embedded};
use super::godebug::{Change, parse_table};
use super::resolve::{Realm, Resolved, Resolver};
use crate::assembly::read_portably;
use crate::context::BuildContext;
use crate::folder::{self, Folder, Request};
use crate::package::ModuleInfo;
use crate::source::ModuleSource;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What a test program imports besides the packages under test.
pub const TEST_MAIN_IMPORTS: [&str; 4] = ["os", "reflect", "testing", "testing/internal/testdeps"];

/// A folder that was read, with the answers about its embed patterns.
#[derive(Debug)]
pub struct Node {
    /// Where it is.
    pub resolved: Arc<Resolved>,
    /// What it holds.
    pub folder: Folder,
    /// Files to embed into the package.
    pub embedded: Embedded,
    /// Files to embed into its tests.
    pub test_embedded: Embedded,
    /// Files to embed into its external tests.
    pub xtest_embedded: Embedded,
}

/// The state of a load: what has been looked up and read so far.
pub struct Loader<'a> {
    /// What was asked for.
    pub options: &'a Options,
    /// The modules of the build.
    pub modules: &'a dyn ModuleSource,
    /// Finds folders.
    pub resolver: Resolver<'a>,
    std_context: BuildContext,
    resolved: Mutex<HashMap<(Realm, String), Arc<Resolved>>>,
    /// By the package's own path; `None` while somebody reads it.
    nodes: Mutex<HashMap<String, Option<Arc<Node>>>>,
    godebug_changes: OnceLock<Vec<Change>>,
}

impl<'a> Loader<'a> {
    /// A loader that has read nothing yet.
    pub fn new(options: &'a Options, modules: &'a dyn ModuleSource) -> Self {
        Self {
            options,
            modules,
            resolver: Resolver::new(&options.goroot.dir, modules),
            std_context: options.context.for_std(),
            resolved: Mutex::default(),
            nodes: Mutex::default(),
            godebug_changes: OnceLock::new(),
        }
    }

    /// The context for packages inside or outside GOROOT.
    pub fn context(&self, goroot: bool) -> &BuildContext {
        match goroot {
            true => &self.std_context,
            false => &self.options.context,
        }
    }

    /// Settings of `GODEBUG` whose default has changed.
    pub fn godebug_changes(&self) -> &[Change] {
        self.godebug_changes.get_or_init(|| {
            let table = self
                .resolver
                .goroot_src()
                .join("internal/godebugs/table.go");
            parse_table(&std::fs::read_to_string(table).unwrap_or_default())
        })
    }

    /// Reads the packages `roots` and everything they need.
    pub fn discover(&self, roots: &[&str]) {
        let named: HashSet<&str> = roots.iter().copied().collect();
        rayon::scope(|scope| {
            for root in roots {
                self.visit(scope, Realm::Modules, root, &named);
            }
            if self.options.tests {
                for path in TEST_MAIN_IMPORTS {
                    self.visit(scope, Realm::Std, path, &named);
                }
            }
        });
    }

    /// Reads everything that a folder read elsewhere needs.
    pub fn discover_imports(&self, realm: Realm, imports: &[String]) {
        let named = HashSet::new();
        rayon::scope(|scope| {
            for path in imports {
                self.visit(scope, realm, path, &named);
            }
        });
    }

    /// Packages that every program needs, whether it imports them or not.
    pub fn linker_imports(&self) -> &'static [&'static str] {
        match self.options.context.goarch.as_str() {
            _ if !self.options.follow_imports => &[],
            "arm" => &["runtime", "math"],
            _ => &["runtime"],
        }
    }

    fn visit<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        realm: Realm,
        path: &str,
        named: &'s HashSet<&str>,
    ) {
        if path == "C" {
            return;
        }
        let resolved = self.resolve(realm, path);
        let mut nodes = lock(&self.nodes);
        if nodes.contains_key(&resolved.path) {
            return;
        }
        nodes.insert(resolved.path.clone(), None);
        drop(nodes);
        scope.spawn(move |scope| {
            let is_named = named.contains(resolved.path.as_str());
            let node = Arc::new(self.read(resolved, is_named));
            lock(&self.nodes).insert(node.resolved.path.clone(), Some(node.clone()));
            if !self.options.follow_imports {
                return;
            }
            let folder = &node.folder;
            let realm = Realm::of(&node.resolved.path, node.resolved.goroot);
            let tests = self.options.tests && is_named;
            let test_imports = folder
                .test_imports
                .keys()
                .chain(folder.xtest_imports.keys());
            let test_imports = test_imports.filter(|_| tests);
            for path in folder.imports.keys().chain(test_imports) {
                self.visit(scope, realm, path, named);
            }
            if folder.name == "main" {
                for path in self.linker_imports() {
                    self.visit(scope, realm, path, named);
                }
            }
        });
    }

    /// Resolves a path as imported in `realm`.
    pub fn resolve(&self, realm: Realm, path: &str) -> Arc<Resolved> {
        let key = (realm, path.to_owned());
        if let Some(found) = lock(&self.resolved).get(&key) {
            return found.clone();
        }
        let found = Arc::new(self.resolver.resolve(realm, path, None));
        lock(&self.resolved).entry(key).or_insert(found).clone()
    }

    /// The text of the error of a path that cannot be resolved, for an importer.
    pub fn resolve_error(
        &self,
        realm: Realm,
        path: &str,
        importer: (&str, Option<&ModuleInfo>),
    ) -> Option<String> {
        let again = self.resolver.resolve(realm, path, Some(importer));
        again.error.map(|e| e.to_string())
    }

    /// The folder of a resolved package; reads it if discovery did not come by.
    pub fn node(&self, resolved: &Arc<Resolved>) -> Arc<Node> {
        if let Some(Some(node)) = lock(&self.nodes).get(&resolved.path) {
            return node.clone();
        }
        let node = Arc::new(self.read(resolved.clone(), false));
        lock(&self.nodes).insert(resolved.path.clone(), Some(node.clone()));
        node
    }

    fn read(&self, resolved: Arc<Resolved>, is_named: bool) -> Node {
        let options = self.options;
        let folder = match &resolved.dir {
            None => Folder::default(),
            Some(dir) => {
                let overlay = match resolved.goroot {
                    true => options.overlay.package(&resolved.path),
                    false => None,
                };
                let request = Request {
                    dir,
                    context: self.context(resolved.goroot),
                    overlay,
                    only: None,
                    texts: options.texts,
                    tests: is_named || options.scan_all_tests,
                    test_texts: options.texts && options.tests && is_named,
                    cwd: &options.cwd,
                };
                match resolved.goroot {
                    true => folder::read(&request),
                    false => read_portably(&request),
                }
            }
        };
        let tests = options.tests && is_named;
        let embed = |patterns: &[String], wanted: bool| match &resolved.dir {
            Some(dir) if wanted && options.resolve_embeds => embed::resolve(dir, patterns),
            _ => Embedded::default(),
        };
        let listing = &folder.listing;
        Node {
            embedded: embed(&listing.embed_patterns, true),
            test_embedded: embed(&listing.test_embed_patterns, tests),
            xtest_embedded: embed(&listing.xtest_embed_patterns, tests),
            resolved,
            folder,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
