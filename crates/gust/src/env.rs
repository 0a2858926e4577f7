//! `gust env`: the settings.

use crate::parse_flags;
use gust_driver::flags::{Flag, switch};
use gust_load::goenv::GoEnv;

pub const FLAGS: &[Flag] = &[
    switch("json", "print as JSON"),
    switch(
        "changed",
        "print only settings that differ from their default",
    ),
];

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("env", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    let env = GoEnv::from_process();
    let json = flags.is_set("json");
    if !flags.args.is_empty() && !json {
        for name in &flags.args {
            println!("{}", env.lookup(name));
        }
        return 0;
    }
    let mut vars: Vec<(String, String)> = Vec::new();
    for var in env.list() {
        if !flags.is_set("changed") || var.changed {
            vars.push((var.name.to_string(), var.value));
        }
    }
    if !flags.args.is_empty() {
        vars = flags
            .args
            .iter()
            .map(|name| (name.clone(), env.lookup(name)))
            .collect();
    }
    if json {
        let object: serde_json::Map<String, serde_json::Value> = vars
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        match serde_json::to_string_pretty(&object) {
            Ok(text) => println!("{}", text.replace("\n  ", "\n\t")),
            Err(err) => eprintln!("gust env: {err}"),
        }
        return 0;
    }
    for (name, value) in vars {
        println!("{name}={}", shell_quoted(&value));
    }
    0
}

/// `value` as one word of a POSIX shell.
fn shell_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}
