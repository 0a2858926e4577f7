//! The `gust` command.
//!
//! Exit status: 0 when all went well, 1 for errors in what was asked about, 2 for wrong usage.

mod build;
mod check;
mod clean;
mod env;
mod fmt;
mod help;
mod loading;
mod run;
mod setup;
mod test;
mod version;

use gust_driver::workers;
use std::process::ExitCode;

/// A subcommand.
struct Command {
    name: &'static str,
    /// What follows the name, for the usage line.
    usage: &'static str,
    /// One line for the list of commands.
    summary: &'static str,
    /// Its flags; empty where the command reads its own.
    flags: &'static [gust_driver::flags::Flag],
    run: fn(&[String]) -> i32,
}

static COMMANDS: &[Command] = &[
    Command {
        name: "build",
        usage: "[-o output] [build flags] [packages | files]",
        summary: "compile packages and dependencies",
        flags: build::FLAGS,
        run: build::run,
    },
    Command {
        name: "check",
        usage: "[flags] [packages | files]",
        summary: "report errors in packages and dependencies",
        flags: check::FLAGS,
        run: check::run,
    },
    Command {
        name: "clean",
        usage: "[-cache]",
        summary: "remove the build cache",
        flags: clean::FLAGS,
        run: clean::run,
    },
    Command {
        name: "env",
        usage: "[-json] [names]",
        summary: "print the settings of the toolchain",
        flags: env::FLAGS,
        run: env::run,
    },
    Command {
        name: "fmt",
        usage: "[flags] [packages | files | folders]",
        summary: "format Go source",
        flags: fmt::FLAGS,
        run: fmt::run,
    },
    Command {
        name: "list",
        usage: "[-f format] [-json] [-m] [list flags] [build flags] [packages]",
        summary: "list packages or modules",
        flags: gust_driver::list::FLAGS,
        run: gust_driver::list::run,
    },
    Command {
        name: "run",
        usage: "[build flags] package | files [arguments]",
        summary: "compile and run a program",
        flags: run::FLAGS,
        run: run::run,
    },
    Command {
        name: "setup",
        usage: "",
        summary: "find the standard library, or fetch it through the module proxy",
        flags: &[],
        run: setup::run,
    },
    Command {
        name: "test",
        usage: "[build flags] [packages] [flags for test programs]",
        summary: "run the tests of packages",
        flags: test::FLAGS,
        run: test::run,
    },
    Command {
        name: "version",
        usage: "[-m] [files]",
        summary: "print gust's version and the Go version it implements, or those of programs",
        flags: version::FLAGS,
        run: version::run,
    },
];

fn main() -> ExitCode {
    tell_panics();
    let args: Vec<String> = match std::env::args_os()
        .skip(1)
        .map(|a| a.into_string())
        .collect()
    {
        Ok(args) => args,
        Err(arg) => {
            eprintln!("gust: argument is not UTF-8: {}", arg.to_string_lossy());
            return ExitCode::from(2);
        }
    };
    let status = workers::with_large_stack(move || dispatch(&args));
    ExitCode::from(u8::try_from(status).unwrap_or(1))
}

fn dispatch(args: &[String]) -> i32 {
    let Some((name, rest)) = args.split_first() else {
        eprint!("{}", help::overview());
        return 2;
    };
    match name.as_str() {
        "help" | "-h" | "-help" | "--help" => return help::run(rest),
        _ => {}
    }
    let name = if matches!(name.as_str(), "-version" | "--version") {
        "version"
    } else {
        name
    };
    match COMMANDS.iter().find(|c| c.name == name) {
        Some(command) => (command.run)(rest),
        None => {
            let near = gust_driver::flags::nearest_of(COMMANDS.iter().map(|c| c.name), name);
            let hint = near
                .map(|n| format!(" (did you mean {n}?)"))
                .unwrap_or_default();
            eprintln!("gust {name}: unknown command{hint}\nRun 'gust help' for usage.");
            2
        }
    }
}

/// Reads a command's flags; on a mistake says so and gives the exit status.
fn parse_flags(command: &str, args: &[String]) -> Result<gust_driver::flags::Parsed, i32> {
    let flags = COMMANDS
        .iter()
        .find(|c| c.name == command)
        .map_or(&[][..], |c| c.flags);
    gust_driver::flags::parse(flags, args).map_err(|err| {
        if err == gust_driver::flags::FlagError::Help {
            return help::run(&[command.to_string()]);
        }
        eprintln!("{err}\nRun 'gust help {command}' for details.");
        2
    })
}

/// Has panics told as what they are, mistakes of gust's own; but a closed pipe, on which
/// `println!` panics, ends the program quietly, as it does the official tools.
fn tell_panics() {
    std::panic::set_hook(Box::new(|info| {
        // The standard streams' panics carry a formatted text.
        let text = info.payload().downcast_ref::<String>();
        let text = text.map_or("", String::as_str);
        if text.starts_with("failed printing to std") {
            std::process::exit(141);
        }
        eprintln!("gust: internal error: {info}");
    }));
}
