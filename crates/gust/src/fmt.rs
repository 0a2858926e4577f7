//! `gust fmt`.

use crate::parse_flags;
use std::io::{self, IsTerminal, Read};

pub use gust_driver::fmt::FLAGS;

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("fmt", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    let mut stdin = io::stdin();
    let has_text = flags.args == ["-"] || !stdin.is_terminal();
    let stdin = has_text.then_some(&mut stdin as &mut dyn Read);
    gust_driver::fmt::run(&flags, stdin, &mut io::stdout(), &mut io::stderr())
}
