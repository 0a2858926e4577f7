//! The functions of templates.

use super::value::Value;
use std::cmp::Ordering;
use std::fmt::Write;
use std::rc::Rc;

/// Calls a function with evaluated arguments. The error is what `error calling NAME: ` stands before,
/// unless it starts with `wrong number`.
pub fn call(name: &str, args: &[Value]) -> Result<Value, String> {
    let counted = |want: usize| match args.len() == want {
        true => Ok(()),
        false => Err(format!(
            "wrong number of args for {name}: want {want} got {}",
            args.len()
        )),
    };
    let at_least = |want: usize| match args.len() >= want {
        true => Ok(()),
        false => Err(format!(
            "wrong number of args for {name}: want at least {want} got {}",
            args.len()
        )),
    };
    match name {
        "not" => counted(1).map(|()| (!args[0].is_true()).into()),
        "len" => {
            counted(1)?;
            let n = match &args[0] {
                Value::Str(s) => s.len(),
                Value::List(l) => l.len(),
                Value::Map(m) => m.len(),
                Value::Nil => return Err("len of nil pointer".to_owned()),
                other => return Err(format!("len of type {}", other.type_name())),
            };
            Ok(Value::Int(n as i64))
        }
        "join" => {
            counted(2)?;
            let (Value::List(list), Value::Str(separator)) = (&args[0], &args[1]) else {
                let (bad, want) = match &args[0] {
                    Value::List(_) => (&args[1], "string"),
                    other => (other, "[]string"),
                };
                return Err(format!(
                    "wrong type for value; expected {want}; got {}",
                    bad.type_name()
                ));
            };
            let items: Vec<String> = list.iter().map(Value::show).collect();
            Ok(items.join(separator).into())
        }
        "index" => at_least(1).and_then(|()| index(args)),
        "slice" => at_least(1).and_then(|()| slice(args)),
        "print" => Ok(print(args).into()),
        "println" => Ok((println(args) + "\n").into()),
        "printf" => {
            at_least(1)?;
            let Value::Str(format) = &args[0] else {
                return Err(format!(
                    "wrong type for value; expected string; got {}",
                    args[0].type_name()
                ));
            };
            Ok(printf(format, &args[1..]).into())
        }
        "html" => Ok(escape(&print(args), html_escape).into()),
        "js" => Ok(escape(&print(args), js_escape).into()),
        "urlquery" => Ok(url_query(&print(args)).into()),
        "eq" => {
            at_least(1)?;
            let [first, rest @ ..] = args else {
                return Err("missing argument for comparison".to_owned());
            };
            if rest.is_empty() {
                return Err("missing argument for comparison".to_owned());
            }
            for other in rest {
                if equal(first, other)? {
                    return Ok(true.into());
                }
            }
            Ok(false.into())
        }
        "ne" => counted(2).and_then(|()| Ok((!equal(&args[0], &args[1])?).into())),
        "lt" | "le" | "gt" | "ge" => {
            counted(2)?;
            let order = compare(&args[0], &args[1])?;
            let holds = match name {
                "lt" => order == Ordering::Less,
                "le" => order != Ordering::Greater,
                "gt" => order == Ordering::Greater,
                _ => order != Ordering::Less,
            };
            Ok(holds.into())
        }
        _ => Err(format!("call of non-function {name}")),
    }
}

fn equal(a: &Value, b: &Value) -> Result<bool, String> {
    match (a, b) {
        (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => {
            Err("non-comparable type ".to_owned() + &format!("{}: {}", a.show(), a.type_name()))
        }
        (Value::Nil | Value::NilPointer(_), Value::Nil | Value::NilPointer(_)) => Ok(true),
        (Value::Nil | Value::NilPointer(_), _) | (_, Value::Nil | Value::NilPointer(_)) => {
            Ok(false)
        }
        (Value::Struct(a), Value::Struct(b)) => Ok(Rc::ptr_eq(a, b)),
        _ if std::mem::discriminant(a) != std::mem::discriminant(b) => {
            Err("incompatible types for comparison".to_owned())
        }
        _ => Ok(a == b),
    }
}

fn compare(a: &Value, b: &Value) -> Result<Ordering, String> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(a.cmp(b)),
        (Value::Str(a), Value::Str(b)) => Ok(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b).unwrap_or(Ordering::Equal)),
        (
            Value::Int(_) | Value::Str(_) | Value::Float(_),
            Value::Int(_) | Value::Str(_) | Value::Float(_),
        ) => Err("incompatible types for comparison".to_owned()),
        _ => Err("invalid type for comparison".to_owned()),
    }
}

fn as_index(value: &Value, len: usize, inclusive: bool) -> Result<usize, String> {
    let Value::Int(n) = value else {
        return Err(match value {
            Value::Nil => "cannot index slice/array with nil".to_owned(),
            other => format!("cannot index slice/array with type {}", other.type_name()),
        });
    };
    let limit = len + usize::from(inclusive);
    match usize::try_from(*n) {
        Ok(i) if i < limit => Ok(i),
        _ => Err(format!("index out of range: {n}")),
    }
}

fn index(args: &[Value]) -> Result<Value, String> {
    let mut item = args[0].clone();
    for key in &args[1..] {
        item = match &item {
            Value::List(list) => list[as_index(key, list.len(), false)?].clone(),
            Value::Str(s) => Value::Int(i64::from(s.as_bytes()[as_index(key, s.len(), false)?])),
            Value::Map(map) => match key {
                Value::Str(key) => match map.get(&**key) {
                    Some(value) => value.clone(),
                    None => "".into(),
                },
                other => {
                    return Err(format!(
                        "value has type {}; should be string",
                        other.type_name()
                    ));
                }
            },
            Value::Nil => return Err("index of untyped nil".to_owned()),
            other => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(item)
}

fn slice(args: &[Value]) -> Result<Value, String> {
    let [item, bounds @ ..] = args else {
        return Err("slice of untyped nil".to_owned());
    };
    let len = match item {
        Value::List(list) => list.len(),
        Value::Str(s) => s.len(),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    if bounds.len() > 2 {
        return Err(format!("too many slice indexes: {}", bounds.len()));
    }
    let low = bounds.first().map_or(Ok(0), |b| as_index(b, len, true))?;
    let high = bounds.get(1).map_or(Ok(len), |b| as_index(b, len, true))?;
    if low > high {
        return Err(format!("invalid slice index: {low} > {high}"));
    }
    Ok(match item {
        Value::List(list) => Value::List(Rc::new(list[low..high].to_vec())),
        other => {
            let text = other.show();
            let part = text.as_bytes()[low..high].to_vec();
            String::from_utf8_lossy(&part).into_owned().into()
        }
    })
}

/// Operands side by side, with a blank between two that are no strings.
fn print(args: &[Value]) -> String {
    let mut out = String::new();
    for (i, arg) in args.iter().enumerate() {
        let is_string = |v: &Value| matches!(v, Value::Str(_));
        if i > 0 && !is_string(arg) && !is_string(&args[i - 1]) {
            out.push(' ');
        }
        out += &shown(arg);
    }
    out
}

fn println(args: &[Value]) -> String {
    args.iter().map(shown).collect::<Vec<_>>().join(" ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Nil => "<nil>".to_owned(),
        value => value.show(),
    }
}

/// `%[flags][width][.precision]verb`.
fn printf(format: &str, args: &[Value]) -> String {
    let mut out = String::new();
    let mut args_left = args.iter();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out += &rest[..at];
        let spec = &rest[at + 1..];
        let flags_len = spec.find(|c| !"+-# 0".contains(c)).unwrap_or(spec.len());
        let (flags, spec) = spec.split_at(flags_len);
        let width_len = spec
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(spec.len());
        let (width, spec) = spec.split_at(width_len);
        let (precision, spec) = match spec.strip_prefix('.') {
            Some(after) => {
                let len = after
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(after.len());
                (Some(after[..len].parse().unwrap_or(0)), &after[len..])
            }
            None => (None, spec),
        };
        let Some(verb) = spec.chars().next() else {
            out += "%!(NOVERB)";
            rest = "";
            break;
        };
        rest = &spec[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        let Some(arg) = args_left.next() else {
            let _ = write!(out, "%!{verb}(MISSING)");
            continue;
        };
        let text = formatted(arg, verb, flags, precision);
        let width = width.parse().unwrap_or(0).min(1 << 16);
        let missing = usize::saturating_sub(width, text.chars().count());
        let (zero, left) = (flags.contains('0'), flags.contains('-'));
        let pad = if zero && !left { "0" } else { " " }.repeat(missing);
        out += &match left {
            true => text + &pad,
            false => pad + &text,
        };
    }
    out += rest;
    let extra: Vec<String> = args_left
        .map(|a| format!("{}={}", a.type_name(), shown(a)))
        .collect();
    if !extra.is_empty() {
        let _ = write!(out, "%!(EXTRA {})", extra.join(", "));
    }
    out
}

fn formatted(arg: &Value, verb: char, flags: &str, precision: Option<usize>) -> String {
    // Lists and maps apply the verb to what they hold.
    if let (Value::List(list), true) = (arg, verb != 'T' && verb != 'v') {
        let items: Vec<String> = list
            .iter()
            .map(|i| formatted(i, verb, flags, precision))
            .collect();
        return format!("[{}]", items.join(" "));
    }
    let plus = if flags.contains('+') { "+" } else { "" };
    match (verb, arg) {
        ('T', value) => value.type_name(),
        ('v', Value::Str(s)) if flags.contains('#') => format!("{s:?}"),
        ('v', Value::List(list)) if flags.contains('#') => {
            let items: Vec<String> = list
                .iter()
                .map(|i| formatted(i, verb, flags, None))
                .collect();
            format!("{}{{{}}}", arg.type_name(), items.join(", "))
        }
        ('v', value) => shown(value),
        ('s', Value::Str(s)) => match precision {
            Some(n) => s.chars().take(n).collect(),
            None => s.to_string(),
        },
        ('s', Value::Struct(s)) if s.text.is_some() => shown(arg),
        ('q', Value::Str(s)) => format!("{s:?}"),
        ('q', Value::Int(n)) => {
            let c = u32::try_from(*n)
                .ok()
                .and_then(char::from_u32)
                .unwrap_or('\u{fffd}');
            format!("{c:?}")
        }
        ('x', Value::Str(s)) => s.bytes().map(|b| format!("{b:02x}")).collect(),
        ('X', Value::Str(s)) => s.bytes().map(|b| format!("{b:02X}")).collect(),
        ('d', Value::Int(n)) => match *n >= 0 {
            true => format!("{plus}{n}"),
            false => n.to_string(),
        },
        ('x', Value::Int(n)) => format!("{n:x}"),
        ('X', Value::Int(n)) => format!("{n:X}"),
        ('o', Value::Int(n)) => format!("{n:o}"),
        ('b', Value::Int(n)) => format!("{n:b}"),
        ('c', Value::Int(n)) => {
            let c = u32::try_from(*n).ok().and_then(char::from_u32);
            c.unwrap_or('\u{fffd}').to_string()
        }
        ('U', Value::Int(n)) => format!("U+{n:04X}"),
        ('t', Value::Bool(b)) => b.to_string(),
        ('f' | 'F', Value::Float(x)) => format!("{x:.*}", precision.unwrap_or(6).min(300)),
        ('e', Value::Float(x)) => format!("{x:e}"),
        ('g', Value::Float(x)) => x.to_string(),
        (verb, value) => format!("%!{verb}({}={})", value.type_name(), shown(value)),
    }
}

fn escape(text: &str, of: fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match of(c) {
            Some(escaped) => out += &escaped,
            None => out.push(c),
        }
    }
    out
}

fn html_escape(c: char) -> Option<String> {
    let text = match c {
        '"' => "&#34;",
        '\'' => "&#39;",
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '\0' => "\u{fffd}",
        _ => return None,
    };
    Some(text.to_owned())
}

fn js_escape(c: char) -> Option<String> {
    Some(match c {
        '\\' => r"\\".to_owned(),
        '\'' => r"\'".to_owned(),
        '"' => "\\\"".to_owned(),
        '<' | '>' | '&' | '=' => format!("\\u{:04X}", c as u32),
        c if (c as u32) < 0x20 => format!("\\u{:04X}", c as u32),
        _ => return None,
    })
}

fn url_query(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(b));
            }
            b => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
    out
}
