//! `gust setup`: makes sure that there is a standard library to work with.

use crate::parse_flags;
use gust_load::goenv::GoEnv;
use gust_load::goroot;
use std::sync::Arc;

/// Finds a Go distribution, or fetches one, and prints where it is.
pub fn run(args: &[String]) -> i32 {
    match parse_flags("setup", args) {
        Ok(flags) if flags.args.is_empty() => {}
        Ok(_) => {
            eprintln!("gust setup: takes no arguments");
            return 2;
        }
        Err(status) => return status,
    }
    let progress = Arc::new(|text: &str| eprintln!("gust: {text}"));
    match goroot::find_or_fetch(&GoEnv::from_process(), Some(progress)) {
        Ok(found) => {
            println!("{} {}", found.version, found.dir.display());
            0
        }
        Err(text) => {
            eprintln!("gust setup: {text}");
            1
        }
    }
}
