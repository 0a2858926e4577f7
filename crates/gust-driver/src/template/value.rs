//! The data that templates and JSON output show.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

/// A value, as the official tool's reflection sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value at all.
    Nil,
    /// A nil pointer of a type, which has fields by name but no contents.
    NilPointer(&'static str),
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// A slice.
    List(Rc<Vec<Value>>),
    /// A map with string keys.
    Map(Rc<BTreeMap<String, Value>>),
    /// A pointer to a struct.
    Struct(Rc<Struct>),
}

/// A struct.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Struct {
    /// Name of the pointer type, for messages.
    pub type_name: &'static str,
    /// The fields in the order of declaration.
    pub fields: Vec<Field>,
    /// What its `String` or `Error` method gives, where it has one.
    pub text: Option<String>,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// Whether JSON leaves it out when it is empty.
    pub omit_empty: bool,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Str(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<&[String]> for Value {
    fn from(list: &[String]) -> Self {
        Value::List(Rc::new(list.iter().map(|s| s.as_str().into()).collect()))
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        list.as_slice().into()
    }
}

impl Value {
    /// Whether it counts as true: not nil, zero or empty.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Value::Nil | Value::NilPointer(_) => false,
            Value::Bool(b) => *b,
            Value::Int(n) => *n != 0,
            Value::Float(x) => *x != 0.0,
            Value::Str(s) => !s.is_empty(),
            Value::List(l) => !l.is_empty(),
            Value::Map(m) => !m.is_empty(),
            Value::Struct(_) => true,
        }
    }

    /// Name of its type in messages.
    #[must_use]
    pub fn type_name(&self) -> String {
        match self {
            Value::Nil => "<nil>".to_owned(),
            Value::NilPointer(name) => (*name).to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Int(_) => "int".to_owned(),
            Value::Float(_) => "float64".to_owned(),
            Value::Str(_) => "string".to_owned(),
            Value::List(list) => match list.first() {
                Some(first) => format!("[]{}", first.type_name()),
                None => "[]string".to_owned(),
            },
            Value::Map(map) => match map.values().next() {
                Some(first) => format!("map[string]{}", first.type_name()),
                None => "map[string]string".to_owned(),
            },
            Value::Struct(s) => s.type_name.to_owned(),
        }
    }

    /// The text that `{{.}}` prints.
    #[must_use]
    pub fn show(&self) -> String {
        match self {
            Value::Nil => "<no value>".to_owned(),
            Value::NilPointer(_) => "<nil>".to_owned(),
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Float(x) => x.to_string(),
            Value::Str(s) => s.to_string(),
            Value::List(list) => {
                let items: Vec<String> = list.iter().map(Value::show).collect();
                format!("[{}]", items.join(" "))
            }
            Value::Map(map) => {
                let items: Vec<String> = map
                    .iter()
                    .map(|(k, v)| format!("{k}:{}", v.show()))
                    .collect();
                format!("map[{}]", items.join(" "))
            }
            Value::Struct(s) => match &s.text {
                Some(text) => text.clone(),
                None => {
                    let items: Vec<String> = s.fields.iter().map(|f| f.value.show()).collect();
                    format!("&{{{}}}", items.join(" "))
                }
            },
        }
    }

    /// Indented JSON, with the escapes for HTML that the official encoder makes.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out, 0);
        out
    }

    fn write_json(&self, out: &mut String, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.extend(std::iter::repeat_n('\t', depth));
        };
        match self {
            Value::Nil | Value::NilPointer(_) => out.push_str("null"),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => out.push_str(&self.show()),
            Value::Str(s) => write_json_string(out, s),
            Value::List(list) if list.is_empty() => out.push_str("[]"),
            Value::List(list) => {
                out.push('[');
                for (i, item) in list.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    line(out, depth + 1);
                    item.write_json(out, depth + 1);
                }
                line(out, depth);
                out.push(']');
            }
            Value::Map(map) => {
                let members = map.iter().map(|(k, v)| (k.as_str(), v));
                write_members(out, depth, members);
            }
            Value::Struct(s) => {
                let shown = s
                    .fields
                    .iter()
                    .filter(|f| !f.omit_empty || f.value.is_true());
                write_members(out, depth, shown.map(|f| (f.name, &f.value)));
            }
        }
    }
}

fn write_members<'a>(
    out: &mut String,
    depth: usize,
    members: impl Iterator<Item = (&'a str, &'a Value)>,
) {
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n('\t', depth));
    };
    out.push('{');
    let mut empty = true;
    for (name, value) in members {
        out.push_str(if empty { "" } else { "," });
        empty = false;
        indent(out, depth + 1);
        write_json_string(out, name);
        out.push_str(": ");
        value.write_json(out, depth + 1);
    }
    if !empty {
        indent(out, depth);
    }
    out.push('}');
}

fn write_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json() {
        let s = Struct {
            fields: vec![
                Field {
                    name: "A",
                    value: "x<\"\n".into(),
                    omit_empty: true,
                },
                Field {
                    name: "B",
                    value: false.into(),
                    omit_empty: true,
                },
                Field {
                    name: "C",
                    value: vec![].into(),
                    omit_empty: false,
                },
                Field {
                    name: "D",
                    value: vec!["y".to_owned()].into(),
                    omit_empty: true,
                },
            ],
            ..Struct::default()
        };
        assert_eq!(
            Value::Struct(Rc::new(s)).to_json(),
            "{\n\t\"A\": \"x\\u003c\\\"\\n\",\n\t\"C\": [],\n\t\"D\": [\n\t\t\"y\"\n\t]\n}"
        );
        let empty = Value::Struct(Rc::default());
        assert_eq!(empty.to_json(), "{}");
    }
}
