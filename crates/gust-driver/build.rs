//! Builds the runtime's static library, which is linked into every program and is part of gust itself.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let crates = Path::new(&var("CARGO_MANIFEST_DIR")).join("..");
    for watched in ["gust-runtime", "gust-abi"] {
        println!("cargo::rerun-if-changed={}", crates.join(watched).display());
    }
    let root = crates.join("..");
    let Ok(root) = root.canonicalize() else {
        return fail("the workspace is not where it should be");
    };
    let out = PathBuf::from(var("OUT_DIR"));
    let target = out.join("runtime");
    // The same bytes wherever the sources and the toolchain lie.
    let cargo_home = match var("CARGO_HOME") {
        set if set.is_empty() => format!("{}/.cargo", var("HOME")),
        set => set,
    };
    let flags = [
        "-Crelocation-model=static".to_owned(),
        "-Cforce-frame-pointers=yes".to_owned(),
        "-Ccode-model=small".to_owned(),
        format!("--remap-path-prefix={}=gust", root.display()),
        format!("--remap-path-prefix={cargo_home}=cargo"),
    ];
    let mut command = Command::new(var("CARGO"));
    command
        .args(["rustc", "--package", "gust-runtime", "--profile", "runtime"])
        .args(["--features", "program", "--crate-type", "staticlib"])
        .args([
            "--target",
            "x86_64-unknown-linux-gnu",
            "--locked",
            "--quiet",
        ])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(&root)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    // What the outer build is wrapped in, such as a linter, is not for this one.
    for name in [
        "RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_RUSTFLAGS",
    ] {
        command.env_remove(name);
    }
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => return fail(&format!("building the runtime: {status}")),
        Err(error) => return fail(&format!("running cargo: {error}")),
    }
    let library = target.join("x86_64-unknown-linux-gnu/runtime/libgust_runtime.a");
    if let Err(error) = std::fs::copy(&library, out.join("libgust_runtime.a")) {
        fail(&format!("{}: {error}", library.display()));
    }
}

fn fail(text: &str) {
    println!("cargo::error={text}");
}
