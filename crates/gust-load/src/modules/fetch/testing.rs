//! A proxy and a module cache in a temporary folder, for tests.

use super::zip::testing::write_zip;
use super::*;
use tempfile::TempDir;

/// A proxy with modules, a module cache and a `go.sum`.
pub(crate) struct Fixture {
    pub dir: TempDir,
}

impl Fixture {
    pub fn new() -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("proxy")).unwrap();
        Fixture { dir }
    }

    pub fn path(&self, rel: &str) -> PathBuf {
        self.dir.path().join(rel)
    }

    pub fn env(&self, extra: &[(&str, &str)]) -> GoEnv {
        let proxy = format!("file://{}", self.path("proxy").display());
        let cache = self.path("cache").display().to_string();
        let mut vars = vec![
            ("GOENV", "off"),
            ("GOSUMDB", "off"),
            ("GOPROXY", proxy.as_str()),
            ("GOMODCACHE", cache.as_str()),
        ];
        vars.extend(extra);
        GoEnv::from_vars(vars)
    }

    /// Publishes a module with files besides `go.mod`.
    pub fn publish(&self, path: &str, version: &str, go_mod: &str, files: &[(&str, &str)]) {
        let v = escape_version(version).unwrap();
        let at = self
            .path("proxy")
            .join(escape_path(path).unwrap())
            .join("@v");
        fs::create_dir_all(&at).unwrap();
        fs::write(at.join(format!("{v}.mod")), go_mod).unwrap();
        let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2024-01-02T03:04:05Z\"}}");
        fs::write(at.join(format!("{v}.info")), info).unwrap();
        let mut list = fs::read_to_string(at.join("list")).unwrap_or_default();
        list.push_str(&format!("{version}\n"));
        fs::write(at.join("list"), list).unwrap();
        let names: Vec<(String, &str)> = [("go.mod", go_mod)]
            .iter()
            .chain(files)
            .map(|(n, d)| (format!("{path}@{version}/{n}"), *d))
            .collect();
        let content: Vec<(&str, &str)> = names.iter().map(|(n, d)| (n.as_str(), *d)).collect();
        write_zip(&at.join(format!("{v}.zip")), &content);
    }

    pub fn fetcher(&self, extra: &[(&str, &str)]) -> Fetcher {
        let mut f = Fetcher::new(Arc::new(self.env(extra)));
        f.set_sum_files(self.path("go.sum"), Vec::new());
        f
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // Folders of the module cache are read-only.
        let _ = cache::remove_all(&self.path("cache"));
    }
}
