//! Where programs are written to.

use super::cache::write_whole;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// What object files and programs begin with.
const OBJECT_STARTS: [&[u8]; 3] = [b"\x7fELF", b"!<arch>\n", b"MZ"];

/// Writes a program to a file, which appears whole or not at all, or stays as it is if it is the same already.
///
/// # Errors
/// When it cannot be written, or something that is no program stands there.
pub fn write_program(program: &Path, target: &Path) -> Result<(), String> {
    let data = fs::read(program).map_err(|e| format!("{}: {e}", program.display()))?;
    match fs::metadata(target) {
        Ok(meta) if meta.is_dir() => {
            let shown = target.display();
            return Err(format!(
                "build output {:?} already exists and is a directory",
                shown.to_string()
            ));
        }
        Ok(meta) if meta.is_file() && meta.len() > 0 => {
            let same = meta.len() == data.len() as u64
                && fs::read(target).is_ok_and(|old| old == data)
                && is_executable(&meta);
            if same {
                return Ok(());
            }
            if !is_object(target).unwrap_or(true) {
                let shown = target.display().to_string();
                return Err(format!(
                    "build output {shown:?} already exists and is not an object file"
                ));
            }
        }
        _ => {}
    }
    // A folder that is missing is a mistake of the user's, unless named as one.
    if let Some(dir) = target.parent()
        && !dir.as_os_str().is_empty()
        && !dir.is_dir()
    {
        return Err(format!(
            "open {}: no such file or directory",
            target.display()
        ));
    }
    write_whole(target, &data, 0o777).map_err(|e| gust_load::folder::os_error("open", target, &e))
}

fn is_executable(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o100 != 0
}

fn is_object(path: &Path) -> io::Result<bool> {
    let mut start = [0; 8];
    let mut file = fs::File::open(path)?;
    let mut n = 0;
    while n < start.len() {
        match file.read(&mut start[n..])? {
            0 => break,
            more => n += more,
        }
    }
    Ok(OBJECT_STARTS.iter().any(|s| start[..n].starts_with(s)))
}

/// Prints decisions of the optimiser in order of their places, each once, as seen from the current folder.
pub(super) fn decisions(module: &gust_ir::Module, notes: &[gust_opt::Note]) {
    let here = std::env::current_dir().unwrap_or_default();
    let mut lines: Vec<_> = notes
        .iter()
        .filter_map(|note| {
            let loc = &module.locs[note.loc?];
            let file = match Path::new(&loc.file).strip_prefix(&here) {
                Ok(short) => format!("./{}", short.display()),
                Err(_) => loc.file.clone(),
            };
            Some((file, loc.line, loc.column, &note.text))
        })
        .collect();
    lines.sort();
    lines.dedup();
    for (file, line, column, text) in lines {
        eprintln!("{file}:{line}:{column}: {text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_take_the_place_of_programs_only() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("program");
        fs::write(&program, b"\x7fELF new").unwrap();
        let target = dir.path().join("target");
        write_program(&program, &target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"\x7fELF new");
        assert!(is_executable(&fs::metadata(&target).unwrap()));
        fs::write(&program, b"\x7fELF newer").unwrap();
        write_program(&program, &target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"\x7fELF newer");
        fs::write(&target, b"notes").unwrap();
        let error = write_program(&program, &target).unwrap_err();
        assert!(error.contains("is not an object file"), "{error}");
        assert_eq!(fs::read(&target).unwrap(), b"notes");
        let error = write_program(&program, dir.path()).unwrap_err();
        assert!(error.contains("is a directory"), "{error}");
        assert!(write_program(&program, &dir.path().join("no/target")).is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
