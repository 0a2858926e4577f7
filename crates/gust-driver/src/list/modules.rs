//! `gust list -m`, and modules as values.

use super::{Printer, Setting, Shown};
use crate::flags::Parsed;
use crate::template::value::{Field, Struct, Value};
use gust_load::modules::list::ListOptions;
use gust_load::package::ModuleInfo;
use std::rc::Rc;

/// Lists modules.
pub fn list(
    flags: &Parsed,
    setting: &Setting,
    shown: &Shown,
    printer: &mut Printer<'_>,
) -> Result<(), String> {
    let options = ListOptions {
        retracted: flags.is_set("retracted") || flags.is_set("u"),
        versions: flags.is_set("versions"),
        updates: flags.is_set("u"),
    };
    let list = setting.modules.list_modules(&flags.args, options);
    super::tell_warnings(setting);
    let list = list.map_err(|e| format!("go: {e}"))?;
    if !flags.is_set("e") {
        let errors: Vec<&String> = list.iter().filter_map(|m| m.error.as_ref()).collect();
        errors.iter().for_each(|e| eprintln!("go: {e}"));
        if !errors.is_empty() {
            return Err(String::new());
        }
    }
    let wanted = |name: &str| match &shown.json {
        Some(fields) => fields.is_empty() || fields.contains(name),
        None => true,
    };
    for module in &list {
        printer.print(&value(module, &wanted))?;
    }
    Ok(())
}

/// A module as templates and JSON see it; fields that are not wanted are empty.
pub fn value(module: &ModuleInfo, wanted: &dyn Fn(&str) -> bool) -> Value {
    const POINTER: &str = "*modinfo.ModulePublic";
    let nested = |m: &Option<std::sync::Arc<ModuleInfo>>| match m {
        Some(m) => value(m, &|_| true),
        None => Value::NilPointer(POINTER),
    };
    let error = match &module.error {
        Some(text) => Value::Struct(Rc::new(Struct {
            type_name: "*modinfo.ModuleError",
            fields: vec![Field {
                name: "Err",
                value: text.as_str().into(),
                omit_empty: false,
            }],
            text: None,
        })),
        None => Value::NilPointer("*modinfo.ModuleError"),
    };
    let time = match &module.time {
        Some(time) => time.as_str().into(),
        None => Value::NilPointer("*time.Time"),
    };
    let all: Vec<(&'static str, Value)> = vec![
        ("Path", module.path.as_str().into()),
        ("Version", module.version.as_str().into()),
        ("Query", module.query.as_str().into()),
        ("Versions", module.versions.as_slice().into()),
        ("Replace", nested(&module.replace)),
        ("Time", time),
        ("Update", nested(&module.update)),
        ("Main", module.main.into()),
        ("Indirect", module.indirect.into()),
        ("Dir", module.dir.as_str().into()),
        ("GoMod", module.go_mod.as_str().into()),
        ("GoVersion", module.go_version.as_str().into()),
        ("Retracted", module.retracted.as_slice().into()),
        ("Deprecated", module.deprecated.as_str().into()),
        ("Error", error),
        ("Sum", module.sum.as_str().into()),
        ("GoModSum", module.go_mod_sum.as_str().into()),
    ];
    let fields = all.into_iter().map(|(name, value)| Field {
        name,
        value: if wanted(name) { value } else { Value::Nil },
        omit_empty: true,
    });
    Value::Struct(Rc::new(Struct {
        type_name: POINTER,
        fields: fields.collect(),
        text: Some(line(module)),
    }))
}

/// The line `list -m` prints.
fn line(module: &ModuleInfo) -> String {
    let version = |m: &ModuleInfo| match m.retracted.is_empty() {
        true => m.version.clone(),
        false => format!("{} (retracted)", m.version),
    };
    let mut out = module.path.clone();
    if !module.version.is_empty() {
        out += &format!(" {}", version(module));
        if let Some(update) = &module.update {
            out += &format!(" [{}]", version(update));
        }
    }
    if !module.deprecated.is_empty() {
        out += " (deprecated)";
    }
    if let Some(replace) = &module.replace {
        out += &format!(" => {}", replace.path);
        if !replace.version.is_empty() {
            out += &format!(" {}", version(replace));
            if let Some(update) = &replace.update {
                out += &format!(" [{}]", version(update));
            }
        }
        if !replace.deprecated.is_empty() {
            out += " (deprecated)";
        }
    }
    out
}
