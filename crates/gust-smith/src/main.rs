//! Random Go programs, and what two compilers make of them.
//!
//! `gust-smith [-seed N] [-count N] DIR` writes `DIR/p<seed>/main.go` for each seed.
//! `gust-smith -compare go -compare gust [-jobs N] [-seed N] [-count N] DIR` builds each with both commands, runs them and
//! prints differences; programs that differ stay in `DIR`.
//!
//! Programs depend on the seed alone. They end, read nothing, and print (with `println`) what they computed,
//! panics included.

mod compare;
mod expr;
mod generate;
mod order;
mod rules;
mod stmt;
mod ty;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str =
    "usage: gust-smith [-seed N] [-count N] [-jobs N] [-compare CMD -compare CMD] DIR";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("gust-smith: {message}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing differed.
fn run() -> Result<bool, String> {
    let (mut seed, mut count, mut jobs) = (1, 1, 2);
    let mut commands = Vec::new();
    let mut dir = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let target = match arg.as_str() {
            "-seed" => &mut seed,
            "-count" => &mut count,
            "-jobs" => &mut jobs,
            "-compare" => {
                commands.push(args.next().ok_or(USAGE)?);
                continue;
            }
            flag if flag.starts_with('-') => return Err(USAGE.into()),
            _ => {
                dir = Some(arg);
                continue;
            }
        };
        let text = args.next().ok_or(USAGE)?;
        *target = text.parse::<u64>().map_err(|_| USAGE)?;
    }
    let dir = dir.ok_or(USAGE)?;
    if !commands.is_empty() {
        let commands: [String; 2] = commands.try_into().map_err(|_| USAGE)?;
        let different = compare::compare(
            &commands,
            seed..seed + count,
            jobs as usize,
            Path::new(&dir),
        )
        .map_err(|e| e.to_string())?;
        println!("{count} programs, {different} different");
        return Ok(different == 0);
    }
    for seed in seed..seed + count {
        let folder = Path::new(&dir).join(format!("p{seed}"));
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join("main.go"), generate::program(seed)))
            .map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    Ok(true)
}
