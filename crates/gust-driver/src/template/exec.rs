//! Executing templates.

use super::funcs;
use super::parse::{Node, Operand, OperandKind, Pipe, Template};
use super::value::{Struct, Value};
use std::rc::Rc;

/// What a template can ask of the program around it.
pub trait Environment {
    /// Calls a function that is no built-in one. `None`: there is none of that name.
    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>>;
}

/// How deep templates may call each other.
const MAX_DEPTH: usize = 1000;

/// Executes a template for `data`; what it prints up to an error is in `out` all the same.
///
/// # Errors
/// The official text.
pub fn execute(
    template: &Template,
    data: &Value,
    environment: &dyn Environment,
    out: &mut String,
) -> Result<(), String> {
    let mut state = State {
        template,
        environment,
        out,
        variables: vec![("$".to_owned(), data.clone())],
        depth: 0,
    };
    state.nodes(&template.body, data).map(drop)
}

/// How a list of nodes ended.
#[derive(PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

struct State<'a> {
    template: &'a Template,
    environment: &'a dyn Environment,
    out: &'a mut String,
    variables: Vec<(String, Value)>,
    depth: usize,
}

impl State<'_> {
    fn error<T>(&self, at: usize, context: &str, message: &str) -> Result<T, String> {
        let text = &self.template.text[..at];
        let line = 1 + text.matches('\n').count();
        let column = text.rfind('\n').map_or(at, |i| at - i - 1);
        Err(format!(
            "template: main:{line}:{column}: executing \"main\" at <{context}>: {message}"
        ))
    }

    fn operand_error<T>(&self, operand: &Operand, message: &str) -> Result<T, String> {
        self.error(operand.at, &operand.to_string(), message)
    }

    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<Flow, String> {
        for node in nodes {
            match self.node(node, dot)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Result<Flow, String> {
        let scope = self.variables.len();
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Action(pipe) => {
                let value = self.pipe(pipe, dot)?;
                // A declared variable stays until the end of the enclosing action.
                if pipe.variables.is_empty() {
                    let text = value.show();
                    self.out.push_str(&text);
                }
            }
            Node::Branch {
                with,
                pipe,
                then,
                otherwise,
            } => {
                let value = self.pipe(pipe, dot)?;
                let flow = match value.is_true() {
                    true if *with => self.nodes(then, &value)?,
                    true => self.nodes(then, dot)?,
                    false => self.nodes(otherwise, dot)?,
                };
                self.variables.truncate(scope);
                return Ok(flow);
            }
            Node::Range {
                pipe,
                body,
                otherwise,
            } => {
                let value = self.commands(pipe, dot)?;
                let flow = self.range(pipe, &value, body, otherwise, dot)?;
                self.variables.truncate(scope);
                return Ok(flow);
            }
            Node::Call { at, name, pipe } => {
                let context = match pipe {
                    Some(pipe) => format!("{{{{template {name:?} {pipe}}}}}"),
                    None => format!("{{{{template {name:?}}}}}"),
                };
                let template = self.template;
                let Some(body) = template.defined.get(name) else {
                    return self.error(*at, &context, &format!("template {name:?} not defined"));
                };
                if self.depth == MAX_DEPTH {
                    let message = format!("exceeded maximum template depth ({MAX_DEPTH})");
                    return self.error(*at, &context, &message);
                }
                let data = match pipe {
                    Some(pipe) => self.pipe(pipe, dot)?,
                    None => Value::Nil,
                };
                let own = vec![("$".to_owned(), data.clone())];
                let outer = std::mem::replace(&mut self.variables, own);
                self.depth += 1;
                let result = self.nodes(body, &data);
                self.depth -= 1;
                self.variables = outer;
                result?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn range(
        &mut self,
        pipe: &Pipe,
        value: &Value,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value,
    ) -> Result<Flow, String> {
        let items: Vec<(Value, Value)> = match value {
            Value::List(list) => {
                let numbered = (0..).map(Value::Int).zip(list.iter().cloned());
                numbered.collect()
            }
            Value::Map(map) => {
                let pairs = map.iter().map(|(k, v)| (k.as_str().into(), v.clone()));
                pairs.collect()
            }
            Value::Int(n) => (0..*n).map(|i| (Value::Int(i), Value::Int(i))).collect(),
            Value::Nil | Value::NilPointer(_) => Vec::new(),
            other => {
                let at = pipe
                    .commands
                    .first()
                    .and_then(|c| c.first())
                    .map_or(0, |o| o.at);
                let message = format!("range can't iterate over {}", other.show());
                return self.error(at, &pipe.to_string(), &message);
            }
        };
        if items.is_empty() {
            return self.nodes(otherwise, dot);
        }
        let scope = self.variables.len();
        for (key, item) in items {
            let values = match pipe.variables.len() {
                2 => vec![key, item.clone()],
                _ => vec![item.clone()],
            };
            for (name, value) in pipe.variables.iter().zip(values) {
                self.set(name, value, pipe.declares);
            }
            let flow = self.nodes(body, &item)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn set(&mut self, name: &str, value: Value, declare: bool) {
        let present = self.variables.iter_mut().rev().find(|(n, _)| n == name);
        match present {
            Some((_, old)) if !declare => *old = value,
            _ => self.variables.push((name.to_owned(), value)),
        }
    }

    fn pipe(&mut self, pipe: &Pipe, dot: &Value) -> Result<Value, String> {
        let value = self.commands(pipe, dot)?;
        for name in &pipe.variables {
            self.set(name, value.clone(), pipe.declares);
        }
        Ok(value)
    }

    fn commands(&mut self, pipe: &Pipe, dot: &Value) -> Result<Value, String> {
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(command, dot, last)?);
        }
        Ok(last.unwrap_or(Value::Nil))
    }

    fn command(
        &mut self,
        command: &[Operand],
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, String> {
        let Some((first, args)) = command.split_first() else {
            return Ok(Value::Nil);
        };
        if let OperandKind::Function(name) = &first.kind {
            let value = self.function(first, name, args, dot, last)?;
            return self.fields(first, value);
        }
        if !args.is_empty() || last.is_some() {
            let message = match first.fields.last() {
                Some(field) => format!("{field} is not a method but has arguments"),
                None => format!("can't give argument to non-function {first}"),
            };
            return self.operand_error(first, &message);
        }
        if let OperandKind::Nil = first.kind {
            return self.operand_error(first, "nil is not a command");
        }
        self.operand(first, dot)
    }

    fn function(
        &mut self,
        operand: &Operand,
        name: &str,
        args: &[Operand],
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, String> {
        // These two evaluate no more of their arguments than they need.
        if matches!(name, "and" | "or") {
            if args.is_empty() && last.is_none() {
                let message = format!("wrong number of args for {name}: want at least 1 got 0");
                return self.operand_error(operand, &message);
            }
            let mut value = Value::Nil;
            for arg in args {
                value = self.operand(arg, dot)?;
                if value.is_true() == (name == "or") {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut values = Vec::with_capacity(args.len() + 1);
        for arg in args {
            values.push(self.operand(arg, dot)?);
        }
        values.extend(last);
        let result = match self.environment.call(name, &values) {
            Some(result) => result,
            None => funcs::call(name, &values),
        };
        result.or_else(|message| {
            let message = match message.starts_with("wrong ") {
                true => message,
                false => format!("error calling {name}: {message}"),
            };
            self.operand_error(operand, &message)
        })
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Result<Value, String> {
        let value = match &operand.kind {
            OperandKind::Dot => dot.clone(),
            OperandKind::Variable(name) => {
                let mut variables = self.variables.iter().rev();
                let found = variables.find(|(n, _)| n == name);
                found.map_or(Value::Nil, |(_, value)| value.clone())
            }
            OperandKind::Function(name) => self.function(operand, name, &[], dot, None)?,
            OperandKind::Str(text, _) => text.as_str().into(),
            OperandKind::Int(n, _) => Value::Int(*n),
            OperandKind::Float(x, _) => Value::Float(*x),
            OperandKind::Bool(b) => (*b).into(),
            OperandKind::Nil => Value::Nil,
            OperandKind::Pipe(pipe) => self.pipe(pipe, dot)?,
        };
        self.fields(operand, value)
    }

    /// Follows the field names of an operand.
    fn fields(&self, operand: &Operand, mut value: Value) -> Result<Value, String> {
        for name in &operand.fields {
            value = match &value {
                Value::Struct(s) => match field(s, name) {
                    Some(value) => value,
                    None => {
                        let message =
                            format!("can't evaluate field {name} in type {}", s.type_name);
                        return self.operand_error(operand, &message);
                    }
                },
                Value::Map(map) => map.get(name).cloned().unwrap_or(Value::Nil),
                Value::NilPointer(type_name) => {
                    let message = format!("nil pointer evaluating {type_name}.{name}");
                    return self.operand_error(operand, &message);
                }
                Value::Nil => {
                    let message = format!("nil data; no entry for key {name:?}");
                    return self.operand_error(operand, &message);
                }
                other => {
                    let message =
                        format!("can't evaluate field {name} in type {}", other.type_name());
                    return self.operand_error(operand, &message);
                }
            };
        }
        Ok(value)
    }
}

/// A field, or what a method without arguments gives.
fn field(s: &Rc<Struct>, name: &str) -> Option<Value> {
    if let Some(field) = s.fields.iter().find(|f| f.name == name) {
        return Some(field.value.clone());
    }
    match name {
        "String" | "Error" => s.text.as_deref().map(Value::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::Field;
    use super::super::{BUILTINS, parse};
    use super::*;

    struct Plain;

    impl Environment for Plain {
        fn call(&self, _: &str, _: &[Value]) -> Option<Result<Value, String>> {
            None
        }
    }

    fn data() -> Value {
        let field = |name, value| Field {
            name,
            value,
            omit_empty: true,
        };
        let list = ["a", "b", "c"].map(str::to_owned).to_vec();
        Value::Struct(Rc::new(Struct {
            type_name: "*load.PackagePublic",
            fields: vec![
                field("Name", "main".into()),
                field("List", list.into()),
                field("Empty", vec![].into()),
                field("Yes", true.into()),
                field("N", Value::Int(42)),
                field("Module", Value::NilPointer("*modinfo.ModulePublic")),
            ],
            text: None,
        }))
    }

    fn run(text: &str) -> String {
        let template = match parse(text, &BUILTINS) {
            Ok(template) => template,
            Err(message) => return message,
        };
        let mut out = String::new();
        match execute(&template, &data(), &Plain, &mut out) {
            Ok(()) => out,
            Err(message) => message,
        }
    }

    #[test]
    fn output() {
        for (text, want) in [
            ("{{.Name}}: {{.List}}", "main: [a b c]"),
            ("{{join .List \"-\"}}", "a-b-c"),
            ("{{range .List}}<{{.}}>{{end}}", "<a><b><c>"),
            (
                "{{range $i, $x := .List}}{{if $i}},{{end}}{{$x}}{{end}}",
                "a,b,c",
            ),
            ("{{range .Empty}}x{{else}}none{{end}}", "none"),
            (
                "{{range .List}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}",
                "ac",
            ),
            (
                "{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}",
                "a",
            ),
            ("{{if .Empty}}a{{else if .Yes}}b{{else}}c{{end}}", "b"),
            ("{{with .Module}}{{.Path}}{{else}}no{{end}}", "no"),
            ("{{with $x := .Name}}{{$x}}{{.}}{{end}}", "mainmain"),
            ("{{$n := 1}}{{$n = 2}}{{$n}}", "2"),
            ("a  {{- /* c */ -}}  b", "ab"),
            ("x {{- 3 -}} y", "x3y"),
            (
                "{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .Name}}",
                "[main]",
            ),
            ("{{block \"b\" .N}}{{.}}!{{end}}", "42!"),
            (
                "{{printf \"%q %5d|%-4s|%v\" .Name .N \"a\" .List}}",
                "\"main\"    42|a   |[a b c]",
            ),
            ("{{.Name | printf \"%s-%s\" \"x\"}}", "x-main"),
            (
                "{{len .List}} {{index .List 1}} {{slice .Name 1 3}}",
                "3 b ai",
            ),
            (
                "{{and .Yes .Name}} {{or .Empty \"z\"}} {{not .Yes}}",
                "main z false",
            ),
            ("{{if and (gt .N 41) (ne .Name \"x\")}}ok{{end}}", "ok"),
            (
                "{{html \"<a>\"}} {{js \"'\"}} {{urlquery \"a b&\"}}",
                "&lt;a&gt; \\' a+b%26",
            ),
            ("{{println 1 \"a\"}}{{print 1 2 \"a\"}}", "1 a\n1 2a"),
            (
                "{{\"a\\tb\"}}{{`\\t`}}{{'a'}}{{0x10}}{{1.5}}",
                "a\tb\\t97161.5",
            ),
            ("{{range 3}}{{.}}{{end}}", "012"),
            ("{{(index .List 0)}}{{$.Name}}", "amain"),
        ] {
            assert_eq!(run(text), want, "{text}");
        }
    }

    #[test]
    fn errors() {
        for (text, want) in [
            (
                "{{.Foo}}",
                "template: main:1:2: executing \"main\" at <.Foo>: can't evaluate field Foo in type *load.PackagePublic",
            ),
            (
                "{{.Module.Path}}",
                "template: main:1:2: executing \"main\" at <.Module.Path>: nil pointer evaluating *modinfo.ModulePublic.Path",
            ),
            ("{{foo}}", "template: main:1: function \"foo\" not defined"),
            ("{{$x}}", "template: main:1: undefined variable \"$x\""),
            ("{{if .Yes}}", "template: main:1: unexpected EOF"),
            ("\n{{end}}", "template: main:2: unexpected {{end}}"),
            ("{{.Name", "template: main:1: unclosed action"),
            ("{{}}", "template: main:1: missing value for command"),
            ("{{if}}x{{end}}", "template: main:1: missing value for if"),
            ("{{break}}", "template: main:1: {{break}} outside {{range}}"),
            (
                "{{.Name 1}}",
                "template: main:1:2: executing \"main\" at <.Name>: Name is not a method but has arguments",
            ),
            (
                "{{len 3}}",
                "template: main:1:2: executing \"main\" at <len>: error calling len: len of type int",
            ),
            (
                "{{index .List 9}}",
                "template: main:1:2: executing \"main\" at <index>: error calling index: index out of range: 9",
            ),
            (
                "{{template \"x\"}}",
                "template: main:1:11: executing \"main\" at <{{template \"x\"}}>: template \"x\" not defined",
            ),
            ("{{\"a}}", "template: main:1: unterminated quoted string"),
            ("{{/* x }}", "template: main:1: unclosed comment"),
        ] {
            assert_eq!(run(text), want, "{text}");
        }
        assert!(run(&"{{if 1}}".repeat(5000)).contains("depth"));
        assert!(
            run("{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}")
                .contains("maximum template depth")
        );
    }
}
