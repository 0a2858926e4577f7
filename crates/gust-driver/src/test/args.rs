//! The command line of `gust test`, on which gust's flags, packages, and the test programs' own arguments stand together.

use super::cover::CoverFlags;
use super::run::duration;
use crate::build::settings;
use crate::cover::Mode;
use crate::flags::{Flag, FlagError, Parsed, nearest_of, parse, switch, value};
use gust_load::goenv::GoEnv;
use std::time::Duration;

/// How long tests may take when nothing else is asked for.
const TIMEOUT: Duration = Duration::from_secs(600);

const OWN: &[Flag] = &[
    switch("c", "build test programs, but do not run them"),
    value("o", "write the test program to this file or folder"),
    switch("json", "print events as JSON, one object per line"),
    value("vet", "accepted; there is no vet"),
    value("exec", "not supported"),
    switch("cover", "tell how much of the packages their tests cover"),
    value(
        "coverprofile",
        "write what is covered to this file; sets -cover",
    ),
    value("covermode", "set, count or atomic; sets -cover"),
    value(
        "coverpkg",
        "cover packages that match this list of patterns in each test; sets -cover",
    ),
    switch("args", "pass the rest of the command line to test programs"),
];

/// Handed on to test programs, with the prefix `test.`.
const PASSED: &[Flag] = &[
    switch("v", "print all tests as they are run"),
    value("run", "run tests and examples that match"),
    value("skip", "do not run tests that match"),
    value("bench", "run benchmarks that match"),
    switch("benchmem", "print allocations of benchmarks"),
    value(
        "benchtime",
        "how long, or how often (100x), a benchmark runs",
    ),
    value(
        "count",
        "run everything that often; 1 runs what is cached too",
    ),
    value("cpu", "list of GOMAXPROCS values to run with"),
    switch("failfast", "start no tests after the first failure"),
    value(
        "fuzz",
        "run the fuzz test that matches with ever new inputs",
    ),
    value(
        "fuzztime",
        "how long, or how often (100x); default without end",
    ),
    value(
        "fuzzminimizetime",
        "how long, or how often, inputs are made smaller",
    ),
    value("list", "list tests that match instead of running them"),
    value("parallel", "how many parallel tests run at once"),
    switch("short", "tell tests to take less time"),
    value("shuffle", "off, on, or the seed of the tests' order"),
    value("timeout", "panic after this time (default 10m)"),
    switch("fullpath", "show full file names in messages"),
    switch("artifacts", "keep what tests leave behind"),
    value("outputdir", "folder for profiles"),
    value("blockprofile", "write a profile of blocking"),
    value("blockprofilerate", "its rate"),
    value("cpuprofile", "write a profile of processor time"),
    value("memprofile", "write a profile of allocations"),
    value("memprofilerate", "its rate"),
    value("mutexprofile", "write a profile of contention"),
    value("mutexprofilefraction", "its rate"),
    value("trace", "write an execution trace"),
];

/// Those that write files, for which the program is kept too.
const PROFILES: [&str; 5] = [
    "blockprofile",
    "cpuprofile",
    "memprofile",
    "mutexprofile",
    "trace",
];

const ALL_COUNT: usize = settings::FLAGS.len() + OWN.len() + PASSED.len();

const fn all() -> [Flag; ALL_COUNT] {
    let mut flags = [switch("", ""); ALL_COUNT];
    let lists = [OWN, PASSED, settings::FLAGS];
    let (mut list, mut n) = (0, 0);
    while list < lists.len() {
        let mut i = 0;
        while i < lists[list].len() {
            flags[n] = lists[list][i];
            i += 1;
            n += 1;
        }
        list += 1;
    }
    flags
}

/// All flags of `gust test`. Where two have one name, the first counts.
pub static FLAGS: &[Flag] = &all();

/// A command line that was read.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// The flags that are gust's.
    pub flags: Parsed,
    /// The patterns; none at all means the package of the current folder, whose output is shown as it comes.
    pub packages: Vec<String>,
    /// What test programs get.
    pub passed: Vec<String>,
    /// `-timeout`; none without limit.
    pub timeout: Option<Duration>,
    /// `-bench` was given.
    pub bench: bool,
    /// `-failfast`
    pub fail_fast: bool,
    /// `-v` or `-list`: the output of tests that pass is shown.
    pub show_passed: bool,
    /// A profile or trace is to be written.
    pub profile: Option<&'static str>,
    /// `-fuzz` was given.
    pub fuzz: bool,
    /// What tests cover is to be told.
    pub cover: Option<CoverFlags>,
}

fn find(name: &str) -> Option<(&'static Flag, bool)> {
    let (short, prefixed) = match name.strip_prefix("test.") {
        Some(short) => (short, true),
        None => (name, false),
    };
    if let Some(flag) = PASSED.iter().find(|f| f.name == short) {
        return Some((flag, true));
    }
    let mut own = OWN.iter().chain(settings::FLAGS);
    own.find(|f| f.name == name && !prefixed)
        .map(|flag| (flag, false))
}

/// Reads the command line.
///
/// # Errors
/// What is wrong with it, in the official words where there are some.
pub fn read(args: &[String], env: &GoEnv) -> Result<Arguments, FlagError> {
    let mut own: Vec<String> = Vec::new();
    let mut values: Vec<(&'static str, String)> = Vec::new();
    let mut packages: Option<Vec<String>> = None;
    let mut passed = Vec::new();
    let mut in_packages = false;
    let mut after_unknown = false;
    let mut unknown = None;
    let mut rest = args;
    while let Some((arg, more)) = rest.split_first() {
        let was_after_unknown = std::mem::take(&mut after_unknown);
        if arg == "--" {
            passed.extend_from_slice(rest);
            break;
        }
        let Some(text) = arg.strip_prefix('-').filter(|t| !t.is_empty()) else {
            if packages.is_none() || in_packages {
                in_packages = true;
                packages.get_or_insert_default().push(arg.clone());
            } else if was_after_unknown {
                passed.push(arg.clone());
            } else {
                passed.extend_from_slice(rest);
                break;
            }
            rest = more;
            continue;
        };
        in_packages = false;
        rest = more;
        let text = text.strip_prefix('-').unwrap_or(text);
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        if name == "args" {
            packages.get_or_insert_default();
            passed.extend_from_slice(rest);
            break;
        }
        let Some((flag, is_passed)) = find(name) else {
            if matches!(name, "h" | "help") {
                return Err(FlagError::Help);
            }
            packages.get_or_insert_default();
            unknown.get_or_insert_with(|| name.to_owned());
            passed.push(arg.clone());
            after_unknown = inline.is_none();
            continue;
        };
        let value = match (flag.takes_value, inline) {
            (true, None) => {
                let (value, more) = rest
                    .split_first()
                    .ok_or_else(|| FlagError::MissingValue(name.to_owned()))?;
                rest = more;
                value.clone()
            }
            (_, Some(value)) => value,
            (false, None) => "true".to_owned(),
        };
        if !is_passed {
            own.push(format!("-{}={value}", flag.name));
            continue;
        }
        let value = normal(flag, value)?;
        passed.push(format!("-test.{}={value}", flag.name));
        values.push((flag.name, value));
    }
    let flags = parse(FLAGS, &own)?;
    if flags.is_set("c")
        && let Some(name) = unknown
    {
        let near = nearest_of(FLAGS.iter().map(|f| f.name), &name);
        return Err(FlagError::Unknown(name, near));
    }
    let mut injected = Vec::new();
    if flags.is_set("json") {
        injected.push("-test.v=test2json".to_owned());
    }
    for flag in PASSED {
        let given = values.iter().any(|(name, _)| *name == flag.name);
        if !given
            && (flag.name != "v" || !flags.is_set("json"))
            && let Some(value) = env.goflag(flag.name)
        {
            let value = normal(flag, value)?;
            injected.push(format!("-test.{}={value}", flag.name));
            values.push((flag.name, value));
        }
    }
    let value = |name: &str| {
        let found = values.iter().rev().find(|(n, _)| *n == name);
        found.map_or("", |(_, v)| v.as_str())
    };
    let timeout = match value("timeout") {
        "" => {
            injected.push(format!("-test.timeout={}", duration(TIMEOUT)));
            Some(TIMEOUT)
        }
        text => parse_duration(text).filter(|t| !t.is_zero()),
    };
    let profile = PROFILES.into_iter().find(|p| !value(p).is_empty());
    if profile.is_some() && value("outputdir").is_empty() {
        let here = std::env::current_dir().unwrap_or_default();
        injected.push(format!("-test.outputdir={}", here.display()));
    }
    let bench = !value("bench").is_empty();
    let fuzz = !value("fuzz").is_empty();
    let cover = cover_flags(&flags, env, value("outputdir"))?;
    let show_passed = !matches!(value("v"), "" | "false") || !value("list").is_empty();
    let fail_fast = value("failfast") == "true";
    injected.append(&mut passed);
    Ok(Arguments {
        flags,
        packages: packages.unwrap_or_default(),
        passed: injected,
        timeout: timeout.filter(|_| !bench && !fuzz),
        bench,
        fail_fast,
        show_passed,
        profile,
        fuzz,
        cover,
    })
}

/// What the flags about coverage ask for.
fn cover_flags(flags: &Parsed, env: &GoEnv, folder: &str) -> Result<Option<CoverFlags>, FlagError> {
    let value = |name: &str| {
        let given = flags.value(name).map(str::to_owned);
        given.or_else(|| env.goflag(name)).unwrap_or_default()
    };
    let (mode, packages, profile) = (value("covermode"), value("coverpkg"), value("coverprofile"));
    let on = value("cover") == "true";
    if !on && mode.is_empty() && packages.is_empty() && profile.is_empty() {
        return Ok(None);
    }
    let mode = match mode.as_str() {
        "" => Mode::Set,
        name => Mode::named(name)
            .ok_or_else(|| FlagError::BadValue("covermode".to_owned(), name.to_owned()))?,
    };
    let patterns = packages.split(',').filter(|p| !p.is_empty());
    let here = std::env::current_dir().unwrap_or_default().join(folder);
    Ok(Some(CoverFlags {
        mode,
        patterns: patterns.map(str::to_owned).collect(),
        profile: (!profile.is_empty()).then(|| here.join(profile)),
    }))
}

/// The value as test programs get it.
fn normal(flag: &Flag, value: String) -> Result<String, FlagError> {
    if flag.takes_value {
        if flag.name == "timeout" && parse_duration(&value).is_none() {
            return Err(FlagError::BadValue(flag.name.to_owned(), value));
        }
        return Ok(value);
    }
    match value.as_str() {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok("true".into()),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok("false".into()),
        "test2json" if flag.name == "v" => Ok(value),
        _ => Err(FlagError::NotBoolean(flag.name.to_owned(), value)),
    }
}

/// A duration as Go reads it: `1h30m`, `1.5s`, `0`. Negative ones mean no limit, as 0 does.
fn parse_duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let units = [
            ("ns", 1e-9),
            ("us", 1e-6),
            ("µs", 1e-6),
            ("μs", 1e-6),
            ("ms", 1e-3),
            ("s", 1.0),
            ("m", 60.0),
            ("h", 3600.0),
        ];
        let (unit, scale) = units.iter().find(|(unit, _)| {
            rest.strip_prefix(unit).is_some_and(|r| {
                r.is_empty() || r.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            })
        })?;
        rest = &rest[unit.len()..];
        seconds += number * scale;
    }
    if negative {
        return Some(Duration::ZERO);
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(args: &[&str]) -> Result<Arguments, FlagError> {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        read(&args, &GoEnv::from_vars([("GOENV", "off")]))
    }

    #[test]
    fn packages_stand_between_flags() {
        let a = arguments(&["-v", "./a", "./b", "-run", "X", "-own", "val", "more"]).unwrap();
        assert_eq!(a.packages, ["./a", "./b"]);
        assert_eq!(
            a.passed,
            [
                "-test.timeout=10m0s",
                "-test.v=true",
                "-test.run=X",
                "-own",
                "val",
                "more"
            ]
        );
        assert!(a.show_passed);
        let a = arguments(&["-tags=x", "-args", "./a", "-v"]).unwrap();
        assert!(a.packages.is_empty() && !a.show_passed);
        assert_eq!(a.passed[1..], ["./a", "-v"]);
        assert_eq!(a.flags.value("tags"), Some("x"));
    }

    #[test]
    fn times_are_limited_unless_asked_otherwise() {
        assert_eq!(arguments(&[]).unwrap().timeout, Some(TIMEOUT));
        assert_eq!(arguments(&["-timeout=0"]).unwrap().timeout, None);
        assert_eq!(arguments(&["-bench=."]).unwrap().timeout, None);
        let a = arguments(&["-test.timeout", "1m30s"]).unwrap();
        assert_eq!(a.timeout, Some(Duration::from_secs(90)));
        assert_eq!(
            parse_duration("1.5h2ms"),
            Some(Duration::from_millis(5_400_002))
        );
        assert_eq!(parse_duration("5"), None);
    }

    #[test]
    fn mistakes_are_named() {
        assert!(matches!(
            arguments(&["-run"]),
            Err(FlagError::MissingValue(_))
        ));
        assert!(matches!(
            arguments(&["-short=x"]),
            Err(FlagError::NotBoolean(..))
        ));
        assert!(matches!(
            arguments(&["-c", "-own"]),
            Err(FlagError::Unknown(..))
        ));
        assert!(matches!(
            arguments(&["-timeout=5"]),
            Err(FlagError::BadValue(..))
        ));
    }
}
