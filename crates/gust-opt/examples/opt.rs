//! Optimises modules in text form, each with the summaries of those before, and prints the last: `opt [-m] [-q] FILES`.
//!
//! With `-m`, what was found out instead; with `-q`, counts only.

use gust_ir::{InstData, Module, parse};
use gust_opt::{Options, Summaries, optimise};

fn main() -> Result<(), String> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let before = files.len();
        files.retain(|f| f != name);
        files.len() < before
    };
    let (report, quiet) = (flag("-m"), flag("-q"));
    let mut summaries: Vec<Summaries> = Vec::new();
    let count = files.len();
    for (i, file) in files.iter().enumerate() {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        let mut module = parse::module(&text).map_err(|e| format!("{file}: {e}"))?;
        let before = counts(&module);
        let imports: Vec<&Summaries> = summaries.iter().collect();
        let options = Options { level: 1, report };
        let outcome = optimise(&mut module, &imports, &options);
        if let Err(errors) = gust_ir::verify::module(&module) {
            return Err(format!("{file}: {}", errors[0]));
        }
        let bytes = outcome.summaries.to_bytes();
        let (insts, news) = counts(&module);
        if quiet {
            println!(
                "{file}: {} -> {insts} instructions, {} -> {news} allocations, {} bytes of summaries",
                before.0,
                before.1,
                bytes.len()
            );
        } else if i + 1 == count && report {
            for note in &outcome.notes {
                let at = note.loc.map_or(String::new(), |l| {
                    let l = &module.locs[l];
                    format!("{}:{}:{}: ", l.file, l.line, l.column)
                });
                println!("{at}{}", note.text);
            }
        } else if i + 1 == count {
            print!("{module}");
        }
        let read = Summaries::from_bytes(&bytes);
        summaries.push(read.ok_or_else(|| format!("{file}: summaries do not read back"))?);
    }
    Ok(())
}

/// Instructions in blocks, and allocations among them.
fn counts(module: &Module) -> (usize, usize) {
    let insts = module.functions.iter().flat_map(|f| {
        f.layout
            .iter()
            .flat_map(|&b| &f.blocks[b].insts)
            .map(|&i| &f.insts[i])
    });
    insts.fold((0, 0), |(n, m), data| {
        (n + 1, m + usize::from(matches!(data, InstData::New { .. })))
    })
}
