//! `gust list`: shows packages or modules.

mod deps;
mod fields;
mod modules;

use crate::flags::{Flag, Parsed, parse, switch, value};
use crate::template::value::Value;
use crate::template::{BUILTINS, Environment, Template, execute};
use crate::workspace::{Workspace, WorkspaceFlags};
use gust_load::context::BuildContext;
use gust_load::goenv::GoEnv;
use gust_load::load::{self, Options};
use gust_load::modules::loader::ModuleLoader;
use gust_load::package::{LoadResult, PackageId, PackageKind};
use gust_load::source::ModuleSource;
use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;

/// The flags of the command. `-json` may carry a list of fields and is read apart.
pub const FLAGS: &[Flag] = &[
    value("C", "change to this folder first"),
    switch(
        "compiled",
        "set CompiledGoFiles to the files given to the compiler",
    ),
    switch(
        "deps",
        "list all dependencies too, before the packages that need them",
    ),
    switch("e", "list packages with errors instead of stopping at them"),
    switch("export", "not supported: gust writes no export files"),
    value("f", "format of the output, a text/template"),
    switch(
        "find",
        "identify the packages without following their imports",
    ),
    switch(
        "json",
        "print JSON; -json=Name,Dir prints only these fields",
    ),
    switch("m", "list modules instead of packages"),
    value("mod", "how to use go.mod: readonly, vendor or mod"),
    value("modfile", "read this file instead of go.mod"),
    switch("retracted", "with -m: show retracted versions"),
    value("tags", "build tags, separated by commas"),
    switch(
        "test",
        "list test programs and packages compiled for them too",
    ),
    switch("u", "with -m: show available upgrades"),
    switch("versions", "with -m: show all known versions"),
    switch("buildvcs", "accepted and without effect"),
    switch("trimpath", "accepted and without effect"),
    switch("v", "accepted and without effect"),
    switch("x", "accepted and without effect"),
];

/// What the flags ask to print.
struct Shown {
    /// Fields of the JSON output; all when empty. `None`: no JSON.
    json: Option<HashSet<String>>,
    /// The template.
    format: String,
}

impl Shown {
    /// Whether a field is going to be looked at.
    fn needs(&self, field: &str) -> bool {
        match &self.json {
            Some(fields) => fields.is_empty() || fields.contains(field),
            None => self.format.contains(field),
        }
    }
}

/// Runs the command.
#[must_use]
pub fn run(args: &[String]) -> i32 {
    let (json, args) = take_json_flag(args);
    let flags = match parse(FLAGS, &args) {
        Ok(flags) => flags,
        Err(error) => return usage(&error.to_string()),
    };
    match list(&flags, json) {
        Ok(()) => 0,
        Err(message) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            1
        }
    }
}

fn usage(message: &str) -> i32 {
    eprintln!(
        "{message}\nusage: gust list [-f format] [-json] [-m] [list flags] [build flags] [packages]\nRun 'gust help list' for details."
    );
    2
}

/// Takes `-json` and `-json=Field,Field` out of the arguments.
fn take_json_flag(args: &[String]) -> (Option<HashSet<String>>, Vec<String>) {
    let mut json: Option<HashSet<String>> = None;
    let mut rest = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let name = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-'));
        let Some(name) = name.filter(|n| !n.is_empty()) else {
            rest.push(arg.clone());
            break;
        };
        match name.split_once('=') {
            _ if name == "json" => json = json.or_else(|| Some(HashSet::new())),
            Some(("json", "1" | "t" | "T" | "true" | "TRUE" | "True")) => {
                json = json.or_else(|| Some(HashSet::new()));
            }
            Some(("json", "0" | "f" | "F" | "false" | "FALSE" | "False")) => json = None,
            Some(("json", fields)) => {
                let set = json.get_or_insert_default();
                set.extend(fields.split(',').map(str::to_owned));
            }
            _ => {
                rest.push(arg.clone());
                let takes_value = FLAGS.iter().any(|f| f.name == name && f.takes_value);
                if takes_value {
                    rest.extend(args.next().cloned());
                }
            }
        }
    }
    rest.extend(args.cloned());
    (json, rest)
}

/// Everything that decides what is loaded.
struct Setting {
    env: Arc<GoEnv>,
    context: BuildContext,
    modules: ModuleLoader,
    options: Options,
}

fn list(flags: &Parsed, json: Option<HashSet<String>>) -> Result<(), String> {
    let conflict = |a: &str, b: &str| {
        let both = flags.is_set(a) && flags.is_set(b);
        both.then(|| format!("gust list -{a} cannot be used with -{b}"))
    };
    if flags.value("f").is_some() && json.is_some() {
        return Err("gust list -f cannot be used with -json".to_owned());
    }
    if flags.is_set("export") {
        return Err("gust list -export is not supported: gust writes no export files".to_owned());
    }
    for other in ["compiled", "deps", "find", "test"] {
        if flags.is_set("m")
            && let Some(message) = conflict(other, "m")
        {
            return Err(message);
        }
    }
    for other in ["deps", "test"] {
        if let Some(message) = conflict(other, "find") {
            return Err(message);
        }
    }
    for only_m in ["u", "versions"] {
        if flags.is_set(only_m) && !flags.is_set("m") {
            return Err(format!("gust list -{only_m} can only be used with -m"));
        }
    }
    let format = match flags.value("f") {
        Some(format) => format.to_owned(),
        None if flags.is_set("m") && flags.is_set("versions") => {
            "{{.Path}}{{range .Versions}} {{.}}{{end}}{{if .Deprecated}} (deprecated){{end}}"
                .to_owned()
        }
        None if flags.is_set("m") => "{{.String}}".to_owned(),
        None => "{{.ImportPath}}".to_owned(),
    };
    let shown = Shown { json, format };
    let setting = setting(flags)?;
    tell_warnings(&setting);
    let mut functions: Vec<&str> = BUILTINS.to_vec();
    functions.extend(["context", "module"]);
    let template = match &shown.json {
        Some(_) => None,
        None => Some(crate::template::parse(&shown.format, &functions)?),
    };
    let mut printer = Printer {
        out: std::io::BufWriter::new(std::io::stdout().lock()),
        template,
        setting: &setting,
    };
    let result = match flags.is_set("m") {
        true => modules::list(flags, &setting, &shown, &mut printer),
        false => packages(flags, &setting, &shown, &mut printer),
    };
    let flushed = printer.out.flush();
    result?;
    flushed.or_else(quiet_pipe)
}

fn tell_warnings(setting: &Setting) {
    for warning in setting.modules.take_warnings() {
        eprintln!("go: {warning}");
    }
}

/// A reader that went away is no error worth a message.
fn quiet_pipe(error: std::io::Error) -> Result<(), String> {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Err(String::new()),
        _ => Err(format!("gust: write stdout: {error}")),
    }
}

fn setting(flags: &Parsed) -> Result<Setting, String> {
    let workspace = Workspace::open(&WorkspaceFlags::from_flags(flags))?;
    let options = Options {
        tests: flags.is_set("test"),
        follow_imports: !flags.is_set("find"),
        ..Options::for_listing(workspace.cwd, workspace.goroot, workspace.context.clone())
    };
    Ok(Setting {
        env: workspace.env,
        context: workspace.context,
        modules: workspace.modules,
        options,
    })
}

/// Prints one value after the other.
struct Printer<'a> {
    out: std::io::BufWriter<std::io::StdoutLock<'a>>,
    /// JSON without one.
    template: Option<Template>,
    setting: &'a Setting,
}

impl Printer<'_> {
    fn print(&mut self, value: &Value) -> Result<(), String> {
        let Some(template) = &self.template else {
            let json = value.to_json();
            return writeln!(self.out, "{json}").or_else(quiet_pipe);
        };
        let mut text = String::new();
        let result = execute(template, value, self.setting, &mut text);
        // A line break is added where the template left none, but an empty output stays empty.
        if result.is_ok() && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.out.write_all(text.as_bytes()).or_else(quiet_pipe)?;
        result
    }
}

impl Environment for Setting {
    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        match (name, args) {
            ("context", []) => Some(Ok(fields::context(self))),
            ("module", [Value::Str(path)]) => Some(Ok(match self.modules.module(path) {
                Some(module) => modules::value(&module, &|_| true),
                None => Value::NilPointer("*modinfo.ModulePublic"),
            })),
            ("context" | "module", args) => {
                let want = usize::from(name == "module");
                let got = args.len();
                Some(Err(format!(
                    "wrong number of args for {name}: want {want} got {got}"
                )))
            }
            _ => None,
        }
    }
}

fn packages(
    flags: &Parsed,
    setting: &Setting,
    shown: &Shown,
    printer: &mut Printer<'_>,
) -> Result<(), String> {
    let mut options = setting.options.clone();
    options.resolve_embeds = match &shown.json {
        Some(fields) if !fields.is_empty() => fields.iter().any(|f| f.ends_with("EmbedFiles")),
        _ => true,
    };
    let result = load::load(&options, &setting.modules, &flags.args).map_err(|e| e.to_string())?;
    tell_warnings(setting);
    result.warnings.iter().for_each(|w| eprintln!("{w}"));
    let keeps_errors = flags.is_set("e");
    let mut failed = false;
    if !keeps_errors {
        let is_plain = |kind| matches!(kind, PackageKind::Plain | PackageKind::CommandLine);
        for &id in result.roots.iter().filter(|id| is_plain(result[**id].kind)) {
            if let Some(error) = &result[id].error {
                eprintln!("{error}");
                failed = true;
            }
        }
        if failed {
            return Err(String::new());
        }
        test_errors(flags, &result)?;
    }
    let roots: HashSet<PackageId> = result.roots.iter().copied().collect();
    let listed: Vec<PackageId> = match flags.is_set("deps") {
        true => result.iter().map(|(id, _)| id).collect(),
        false => result.roots.clone(),
    };
    // The official tool looks at dependencies whenever it has reason to walk them.
    if (flags.is_set("deps") || flags.is_set("test") || roots.len() > 1) && !keeps_errors {
        for error in result.errors() {
            eprintln!("{error}");
            failed = true;
        }
    }
    let mut view = fields::View::new(setting, &result, shown, flags.is_set("compiled"));
    for id in listed {
        let value = view.package(id, !roots.contains(&id));
        printer.print(&value)?;
    }
    match failed {
        true => Err(String::new()),
        false => Ok(()),
    }
}

/// Without `-e`, the first error of a test variant ends the command.
fn test_errors(flags: &Parsed, result: &LoadResult) -> Result<(), String> {
    if !flags.is_set("test") {
        return Ok(());
    }
    for &id in &result.roots {
        let package = &result[id];
        if matches!(package.kind, PackageKind::Plain | PackageKind::CommandLine)
            || !(package.incomplete || package.error.is_some())
        {
            continue;
        }
        let own = package.error.as_ref();
        let first = own.or_else(|| deps::first_error(result, id));
        if let Some(error) = first {
            return Err(format!("go: can't load test package: {error}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_flag() {
        let take = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            let (json, rest) = take_json_flag(&args);
            let mut fields: Vec<String> = json.clone().unwrap_or_default().into_iter().collect();
            fields.sort();
            (json.is_some(), fields, rest)
        };
        assert_eq!(
            take(&["-json", "-deps"]),
            (true, vec![], vec!["-deps".to_owned()])
        );
        let (on, fields, rest) = take(&["-json=Name,Dir", "-f", "-json", "x", "-json"]);
        assert!(on && fields == ["Dir", "Name"]);
        assert_eq!(rest, ["-f", "-json", "x", "-json"]);
        assert!(!take(&["-json", "--json=false"]).0);
        assert!(!take(&["--", "-json"]).0);
    }
}
