//! The linker: where it is, how it is called.

use super::LinkError;
use super::undefined;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// Names of the linker, the best first.
const NAMES: [&str; 3] = ["ld.lld-19", "ld.lld", "rust-lld"];

/// The linker of LLVM.
#[derive(Clone, Debug)]
pub struct Linker {
    /// The executable.
    pub path: PathBuf,
}

impl Linker {
    /// Finds it: `GUST_LINKER`, on `PATH`, in LLVM's own folder, in a Rust toolchain.
    ///
    /// # Errors
    /// When there is none.
    pub fn find() -> Result<Self, String> {
        if let Some(path) = env::var_os("GUST_LINKER").filter(|p| !p.is_empty()) {
            return Ok(Self { path: path.into() });
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
        folders.push("/usr/lib/llvm-19/bin".into());
        folders.extend(rust_folders());
        // A name that is better further down the path is better than a worse one in front.
        for name in NAMES {
            for folder in &folders {
                let path = folder.join(name);
                if path.is_absolute() && path.is_file() {
                    return Ok(Self { path });
                }
            }
        }
        Err(
            "the linker ld.lld is missing: install lld (package lld-19), or set GUST_LINKER to it"
                .into(),
        )
    }

    /// The command line, for people to read.
    #[must_use]
    pub fn shown(&self, script: &Path, inputs: &[PathBuf], output: &Path) -> String {
        let mut words = vec![self.path.display().to_string()];
        let args = arguments(script, inputs, output);
        words.extend(args.iter().map(|a| a.to_string_lossy().into_owned()));
        words.join(" ")
    }

    /// Links. `arguments_file` is a place for the list of arguments.
    ///
    /// # Errors
    /// When the linker finds something wrong, or cannot be run.
    pub fn run(
        &self,
        script: &Path,
        inputs: &[PathBuf],
        output: &Path,
        arguments_file: &Path,
    ) -> Result<(), LinkError> {
        let mut list = String::new();
        for argument in arguments(script, inputs, output) {
            list.push_str(&quoted(&argument.to_string_lossy()));
            list.push('\n');
        }
        fs::write(arguments_file, list)
            .map_err(|e| LinkError::Io(arguments_file.to_path_buf(), e))?;
        let mut at = OsString::from("@");
        at.push(arguments_file);
        let mut command = Command::new(&self.path);
        if self.path.file_name().is_some_and(|n| n == "rust-lld") {
            command.args(["-flavor", "gnu"]);
        }
        let result = command
            .arg(at)
            .stdin(Stdio::null())
            .env_remove("LLD_VERSION")
            .output()
            .map_err(|e| LinkError::Io(self.path.clone(), e))?;
        if result.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&result.stderr);
        let found = undefined::parse(&text);
        if found.is_empty() {
            let text = text.trim_end();
            let text = match text.is_empty() {
                true => format!("{}: {}", self.path.display(), result.status),
                false => text.to_owned(),
            };
            return Err(LinkError::Linker(text));
        }
        Err(LinkError::Undefined(found))
    }
}

fn arguments(script: &Path, inputs: &[PathBuf], output: &Path) -> Vec<OsString> {
    let mut args: Vec<OsString> = [
        "-static",
        "--gc-sections",
        "--build-id=none",
        "-O1",
        "--icf=none",
        "-z",
        "start-stop-gc",
        "-z",
        "norelro",
        "-z",
        "noexecstack",
        "--no-demangle",
        "--error-limit=0",
        "--color-diagnostics=never",
        "-T",
    ]
    .map(OsString::from)
    .into();
    args.push(script.into());
    args.push("-o".into());
    args.push(output.into());
    args.extend(inputs.iter().map(OsString::from));
    args
}

/// An argument in a response file.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// The folders of the linkers that come with Rust.
fn rust_folders() -> Vec<PathBuf> {
    let home = env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|h| h.join(".rustup")));
    let Some(home) = home else {
        return Vec::new();
    };
    let toolchains = fs::read_dir(home.join("toolchains")).into_iter().flatten();
    let mut out: Vec<_> = toolchains
        .flatten()
        .map(|t| t.path().join("lib/rustlib/x86_64-unknown-linux-gnu/bin"))
        .collect();
    out.sort();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted() {
        assert_eq!(quoted("a b"), "\"a b\"");
        assert_eq!(quoted(r#"a"\"#), r#""a\"\\""#);
    }
}
