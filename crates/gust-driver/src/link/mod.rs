//! From objects to a program, with the linker of LLVM.
//!
//! The linker lays out what [`script.ld`](SCRIPT) says and drops what nothing refers to. Which methods the tables of types
//! refer to, [`live`] finds out before, from the [`references`] of all packages. The
//! [table of code addresses](gust_abi::pctab) is made from its output and added to it.

mod archive;
mod dwarf;
mod elf;
mod live;
pub mod pctab;
pub mod program;
pub mod references;
mod stackmap;
mod tool;
mod undefined;

pub use elf::{Image, Strip};
pub use program::Program;
pub use tool::Linker;
pub use undefined::Undefined;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The layout.
pub const SCRIPT: &str = include_str!("script.ld");

/// What to link.
#[derive(Debug)]
pub struct Input<'a> {
    /// Object files of all packages, in dependency order.
    pub objects: &'a [PathBuf],
    /// The [references] of all packages, in the same order.
    pub references: &'a [Vec<u8>],
    /// The runtime's library.
    pub runtime: Option<&'a Path>,
    /// The program as a whole.
    pub program: &'a Program,
    /// What to leave out.
    pub strip: Strip,
    /// An empty folder to work in.
    pub work: &'a Path,
}

/// Why there is no program.
#[derive(Debug)]
pub enum LinkError {
    /// Functions or variables that are used and defined nowhere.
    Undefined(Vec<Undefined>),
    /// What the linker says.
    Linker(String),
    /// A file could not be read or written.
    Io(PathBuf, io::Error),
    /// Something that should not happen.
    Internal(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Undefined(list) => {
                for (i, undefined) in list.iter().enumerate() {
                    let end = if i > 0 { "\n" } else { "" };
                    write!(f, "{end}{undefined}")?;
                }
                Ok(())
            }
            LinkError::Linker(text) => f.write_str(text),
            LinkError::Io(path, error) => write!(f, "{}: {error}", path.display()),
            LinkError::Internal(text) => write!(f, "internal error while linking: {text}"),
        }
    }
}

/// Links a program; gives the executable's bytes.
///
/// # Errors
/// When something is missing, or the linker fails.
pub fn link(linker: &Linker, input: &Input<'_>) -> Result<Vec<u8>, LinkError> {
    let made = program::make(input.program).map_err(LinkError::Internal)?;
    let write = |name: &str, data: &[u8]| {
        let path = input.work.join(name);
        fs::write(&path, data).map_err(|e| LinkError::Io(path.clone(), e))?;
        Ok(path)
    };
    let object = write("program.o", &made.object)?;
    let live = needed_methods(input)?;
    let script = write(
        "layout.ld",
        format!("{SCRIPT}{}{live}", made.script).as_bytes(),
    )?;
    let output = input.work.join("program");
    let mut inputs = vec![object];
    inputs.extend(input.objects.iter().cloned());
    inputs.extend(input.runtime.map(Path::to_path_buf));
    linker.run(&script, &inputs, &output, &input.work.join("arguments"))?;
    let linked = fs::read(&output).map_err(|e| LinkError::Io(output.clone(), e))?;
    // Not needed any more, and large.
    let _ = fs::remove_file(&output);
    finish(&linked, input.strip)
}

/// Lines of the link script that define the weak symbols of methods that the program needs.
fn needed_methods(input: &Input<'_>) -> Result<String, LinkError> {
    let broken = || LinkError::Internal("broken references in the build cache".into());
    let mut graph = live::Graph::default();
    for bytes in input.references {
        graph.add(bytes).ok_or_else(broken)?;
    }
    let library = match input.runtime {
        Some(path) => fs::read(path).map_err(|e| LinkError::Io(path.to_path_buf(), e))?,
        None => Vec::new(),
    };
    let outside = archive::undefined(&library);
    let inits = input.program.inits.iter().map(String::as_str);
    let roots = inits.chain(["main.main"]).chain(outside);
    Ok(graph.script(roots))
}

/// Adds the tables of code addresses and of stack maps.
fn finish(linked: &[u8], strip: Strip) -> Result<Vec<u8>, LinkError> {
    let internal = |e: String| LinkError::Internal(e);
    let image = Image::read(linked).map_err(|e| internal(e.to_string()))?;
    let symbols = image.symbols();
    let cell = |name: &str| {
        let found = symbols.iter().find(|s| s.name == name);
        found
            .map(|s| s.address)
            .ok_or_else(|| internal(format!("no cell {name}")))
    };
    let functions = dwarf::functions(&image)
        .map_err(|e| internal(format!("the debug information is broken: {e}")))?;
    let codes = pctab::encode(&functions);
    let maps = image.section(gust_abi::stackmap::SECTION);
    let maps_at = image.section_addresses(gust_abi::stackmap::SECTION).start;
    let maps = stackmap::encode(maps, maps_at, |at| image.at(at))
        .ok_or_else(|| internal("broken stack maps".into()))?;
    let tables = [
        elf::Table {
            bytes: &codes,
            cell: cell(gust_abi::pctab::CELL)?,
        },
        elf::Table {
            bytes: &maps,
            cell: cell(gust_abi::stackmap::CELL)?,
        },
    ];
    elf::finish(&image, &tables, strip).map_err(|e| internal(e.to_string()))
}
