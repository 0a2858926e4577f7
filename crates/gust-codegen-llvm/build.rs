//! Compiles the few lines of C++ that reach what LLVM's C interface leaves out, and computes the backend's identity.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src");
    // llvm-sys found LLVM and says where.
    let config = std::env::var("DEP_LLVM_19_CONFIG_PATH").expect("llvm-sys found no LLVM 19");
    let output = Command::new(&config).arg("--includedir").output();
    let output = output.unwrap_or_else(|e| panic!("{config}: {e}"));
    let include = String::from_utf8(output.stdout).expect("a path in UTF-8");
    cc::Build::new()
        .cpp(true)
        .files(["src/shim.cpp", "src/frames.cpp", "src/bases.cpp"])
        .std("c++17")
        .include(include.trim())
        .warnings(false)
        .compile("gust_llvm_shim");
    let version = Command::new(&config).arg("--version").output();
    let version = version.unwrap_or_else(|e| panic!("{config}: {e}")).stdout;
    let identity = identity(&version).unwrap_or_else(|e| panic!("reading the sources: {e}"));
    println!("cargo::rustc-env=GUST_BACKEND_IDENTITY={identity}");
}

/// The hash of all that decides which object a module becomes: the sources of the backend and of what it is given, the
/// locked versions of other crates, and LLVM's version.
fn identity(version: &[u8]) -> std::io::Result<blake3::Hash> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let lock = crates.join("../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let mut files = vec![lock];
    for name in ["gust-abi", "gust-codegen-llvm", "gust-ir"] {
        let folder = crates.join(name).join("src");
        println!("cargo::rerun-if-changed={}", folder.display());
        add_files(&folder, &mut files)?;
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    hasher.update(version);
    for file in files {
        let text = std::fs::read(&file)?;
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(&text);
    }
    Ok(hasher.finalize())
}

fn add_files(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            add_files(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
