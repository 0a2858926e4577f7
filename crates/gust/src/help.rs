//! `gust help`.

use crate::COMMANDS;
use std::fmt::Write as _;

/// The list of commands.
pub fn overview() -> String {
    let mut text = String::from(
        "gust is a Go toolchain.\n\nUsage:\n\n\tgust <command> [arguments]\n\nThe commands are:\n\n",
    );
    for command in COMMANDS {
        let _ = writeln!(text, "\t{:<11} {}", command.name, command.summary);
    }
    text.push_str("\nUse \"gust help <command>\" for more about a command.\n");
    text
}

/// Prints help on a command, or the overview; gives the exit status.
pub fn run(args: &[String]) -> i32 {
    let Some(name) = args.first() else {
        print!("{}", overview());
        return 0;
    };
    let Some(command) = COMMANDS.iter().find(|c| c.name == name.as_str()) else {
        eprintln!("gust help {name}: unknown help topic. Run 'gust help'.");
        return 2;
    };
    println!("usage: gust {} {}", command.name, command.usage);
    println!("\n{}.", capitalised(command.summary));
    if !command.flags.is_empty() {
        println!("\nFlags:");
        for flag in command.flags {
            let name = if flag.takes_value {
                format!("-{} value", flag.name)
            } else {
                format!("-{}", flag.name)
            };
            println!("  {name:<16} {}", flag.help);
        }
    }
    0
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
