//! What is part of gust's executable and goes into programs: the runtime's library; and gust's identity.

use super::cache::{Cache, KeyMaker, file_identity};
use blake3::Hash;
use std::path::{Path, PathBuf};

/// The static library of `gust-runtime`.
static LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libgust_runtime.a"));

/// The library that takes the place of the built-in one, for work on the runtime without building gust anew.
pub(super) fn replacement() -> Option<PathBuf> {
    let path = std::env::var_os("GUST_RUNTIME").filter(|p| !p.is_empty());
    path.map(PathBuf::from)
}

/// The runtime's library as a file in the cache.
///
/// # Errors
/// When it cannot be written there.
pub(super) fn library(cache: &Cache) -> Result<PathBuf, String> {
    if let Some(path) = replacement() {
        return Ok(path);
    }
    let tool = identity(cache)?;
    let key = KeyMaker::new("runtime").hash(&tool).key();
    if let Some(entry) = cache.get(&key)
        && let Some(path) = cache.content_file(&entry)
    {
        return Ok(path);
    }
    let entry = cache.put(&key, LIBRARY, "");
    let entry = entry.map_err(|e| format!("cannot write the runtime to the build cache: {e}"))?;
    let path = cache.content_file(&entry);
    path.ok_or_else(|| "the runtime vanished from the build cache".into())
}

/// What tells this gust from others: the hash of its executable, or of the text in `GUST_IDENTITY`, for work on parts of
/// gust that objects do not depend on.
///
/// # Errors
/// When that cannot be read.
pub fn identity(cache: &Cache) -> Result<Hash, String> {
    if let Some(text) = std::env::var_os("GUST_IDENTITY").filter(|t| !t.is_empty()) {
        return Ok(blake3::hash(text.as_encoded_bytes()));
    }
    // Serves after the file was replaced, too.
    let path = Path::new("/proc/self/exe");
    file_identity(cache, path).map_err(|e| format!("cannot read gust's executable: {e}"))
}
