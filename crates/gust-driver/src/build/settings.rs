//! Command-line flags of `build` and `run`.

use super::BuildOptions;
use crate::flags::{Flag, Parsed, switch, value};
use crate::link::Strip;
use crate::workers;
use gust_load::goenv::GoEnv;

/// The flags that `build` and `run` share.
pub const FLAGS: &[Flag] = &[
    value("C", "change to this folder first"),
    switch("a", "build packages that are up to date too"),
    switch("n", "print the steps, but do not take them"),
    value("p", "how many packages to compile at once"),
    switch("v", "print the names of packages as they are compiled"),
    switch("x", "print the steps"),
    switch(
        "work",
        "print the name of the folder that programs are linked in, and keep it",
    ),
    value("tags", "comma-separated list of additional build tags"),
    switch("trimpath", "leave the machine's paths out of programs"),
    value("gcflags", "compiler flags: -e, -m, -N"),
    value("ldflags", "linker flags: -s, -w, -X name=value"),
    value("asmflags", "accepted; there is no assembler"),
    value("mod", "module download mode: readonly, vendor or mod"),
    value("modfile", "read this file instead of go.mod"),
    value("buildvcs", "accepted"),
    value("pgo", "off or auto; a profile is not supported yet"),
    value("buildmode", "default or exe"),
    value("compiler", "gc, which gust stands in for"),
    switch("race", "not supported"),
    switch("msan", "not supported"),
    switch("asan", "not supported"),
    switch("cover", "not supported"),
    value("overlay", "not supported yet"),
];

impl BuildOptions {
    /// Reads the flags, and `GOFLAGS` for those that are not given.
    ///
    /// # Errors
    /// What is wrong with one of them, or not supported.
    pub fn from_flags(flags: &Parsed, env: &GoEnv) -> Result<Self, String> {
        let value = |name: &str| {
            let given = flags.value(name).map(str::to_owned);
            given.or_else(|| env.goflag(name)).unwrap_or_default()
        };
        let on = |name: &str| value(name) == "true";
        for name in ["race", "msan", "asan"] {
            if on(name) {
                return Err(format!("-{name} is not supported"));
            }
        }
        for (name, allowed) in [
            ("pgo", &["", "off", "auto"][..]),
            ("buildmode", &["", "default", "exe"]),
            ("compiler", &["", "gc"]),
            ("overlay", &[""]),
        ] {
            let value = value(name);
            if !allowed.contains(&value.as_str()) {
                return Err(format!("-{name}={value} is not supported"));
            }
        }
        let (goos, goarch) = (env.goos(), env.goarch());
        if (goos, goarch) != ("linux", "amd64") {
            return Err(format!(
                "programs can be built for linux/amd64 only, not for {goos}/{goarch}"
            ));
        }
        let jobs = match value("p").as_str() {
            "" => workers::count(),
            text => match text.parse::<usize>() {
                Ok(n) if n > 0 => n,
                _ => return Err(format!("invalid value {text:?} for flag -p")),
            },
        };
        let goamd64 = env.arch_feature().map_or("v1", |(_, v)| v).to_owned();
        let goamd64 = goamd64.strip_prefix('v').and_then(|v| v.parse().ok());
        let mut options = Self {
            force: on("a"),
            jobs,
            verbose: on("v"),
            explain: on("x"),
            dry: on("n"),
            keep_work: on("work"),
            trimpath: on("trimpath"),
            optimize: true,
            ir_level: ir_level(),
            write_barriers: write_barriers(),
            decisions: false,
            all_errors: false,
            goamd64: goamd64.unwrap_or(1),
            strip: Strip::default(),
            values: Vec::new(),
            ldflags: value("ldflags"),
            tags: value("tags"),
        };
        options.compiler_flags(&value("gcflags"))?;
        options.linker_flags(&value("ldflags"))?;
        Ok(options)
    }

    fn compiler_flags(&mut self, text: &str) -> Result<(), String> {
        for word in split(without_pattern(text)).map_err(|e| format!("-gcflags: {e}"))? {
            match word.trim_start_matches('-') {
                "e" => self.all_errors = true,
                "N" => self.optimize = false,
                "m" | "m=1" | "m=2" => self.decisions = true,
                // Inlining is not told apart from the rest.
                "l" => {}
                other => return Err(format!("-gcflags: -{other} is not supported")),
            }
        }
        Ok(())
    }

    fn linker_flags(&mut self, text: &str) -> Result<(), String> {
        let words = split(without_pattern(text)).map_err(|e| format!("-ldflags: {e}"))?;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
            let Some(name) = name else {
                return Err(format!("-ldflags: {word:?} is no flag"));
            };
            let (name, inline) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            let mut argument = || {
                let value = inline.clone().or_else(|| words.next());
                value.ok_or_else(|| format!("-ldflags: -{name} needs an argument"))
            };
            let is_on = inline.as_deref().is_none_or(|v| v == "true" || v == "1");
            match name {
                "s" => {
                    self.strip.symbols = is_on;
                    self.strip.debug |= is_on;
                }
                "w" => self.strip.debug = is_on,
                "X" => {
                    let definition = argument()?;
                    match definition.split_once('=') {
                        Some((symbol, value)) if symbol.contains('.') => {
                            self.values.push((symbol_name(symbol), value.to_owned()));
                        }
                        _ => {
                            return Err("-ldflags: -X flag requires argument of the form importpath.name=value".into());
                        }
                    }
                }
                "buildid" | "extldflags" | "extld" => drop(argument()?),
                "linkmode" => match argument()?.as_str() {
                    "internal" | "auto" => {}
                    mode => return Err(format!("-ldflags: -linkmode={mode} is not supported")),
                },
                other => return Err(format!("-ldflags: -{other} is not supported")),
            }
        }
        Ok(())
    }
}

/// The symbol of `importpath.name`: dots in the path's last element are escaped in it.
fn symbol_name(text: &str) -> String {
    let (path, name) = text.rsplit_once('.').unwrap_or(("", text));
    let (dir, last) = match path.rfind('/') {
        Some(at) => path.split_at(at + 1),
        None => ("", path),
    };
    format!("{dir}{}.{name}", last.replace('.', "%2e"))
}

/// Flags may be preceded by the pattern of the packages they are for; here they are for all.
fn without_pattern(text: &str) -> &str {
    let text = text.trim_start();
    match text.split_once('=') {
        Some((pattern, rest))
            if !pattern.starts_with(['-', '"', '\'']) && !pattern.contains(' ') =>
        {
            rest
        }
        _ => text,
    }
}

/// Splits at blanks; quotes keep a word together.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end;
        if first == '"' || first == '\'' {
            let inside = &rest[1..];
            let close = inside
                .find(first)
                .ok_or_else(|| format!("unterminated {first} string"))?;
            out.push(inside[..close].to_owned());
            end = close + 2;
        } else {
            end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            out.push(rest[..end].to_owned());
        }
        rest = rest[end..].trim_start();
    }
    Ok(out)
}

/// The level of the IR optimiser: 1, or what `GUST_OPT` says; 0 tells apart whose fault something is.
fn ir_level() -> u8 {
    let set = std::env::var("GUST_OPT").ok();
    set.and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Whether code is compiled with write barriers, which collecting while the program runs needs: unless `GUST_BARRIERS=0`.
fn write_barriers() -> bool {
    std::env::var_os("GUST_BARRIERS").is_none_or(|set| set != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Result<BuildOptions, String> {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        let env = GoEnv::from_vars([("GOOS", "linux"), ("GOARCH", "amd64"), ("GOENV", "off")]);
        BuildOptions::from_flags(&crate::flags::parse(FLAGS, &args).unwrap(), &env)
    }

    #[test]
    fn linker_flags_are_read() {
        let o = options(&[
            "-ldflags",
            "-s -w -X main.a=1 '-X=example.com/a.b.C=x y' -X \"d.e= f\"",
        ]);
        let o = o.unwrap();
        assert!(o.strip.symbols && o.strip.debug);
        let values: Vec<_> = o
            .values
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(values[0], ("main.a", "1"));
        assert_eq!(values[2], ("d.e", " f"));
        assert_eq!(values.len(), 3);
    }

    #[test]
    fn symbols_have_dots_escaped() {
        assert_eq!(symbol_name("example.com/a.b.C"), "example.com/a%2eb.C");
        assert_eq!(symbol_name("main.version"), "main.version");
    }

    #[test]
    fn patterns_are_passed_over() {
        assert!(!options(&["-gcflags=all=-N -l"]).unwrap().optimize);
        assert!(options(&["-ldflags=all=-w"]).unwrap().strip.debug);
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for args in [
            &["-race"][..],
            &["-pgo=x.pprof"],
            &["-ldflags=-linkmode=external"],
            &["-ldflags=-X main.a"],
            &["-ldflags=-X"],
            &["-gcflags=-S"],
            &["-p", "0"],
            &["-buildmode=c-shared"],
        ] {
            assert!(options(args).is_err(), "{args:?}");
        }
        assert!(options(&["-buildvcs=false", "-pgo=off", "-asmflags=x"]).is_ok());
    }
}
