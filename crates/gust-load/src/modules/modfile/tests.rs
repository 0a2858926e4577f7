use super::*;

fn errors(text: &str) -> String {
    ModFile::parse("go.mod", text.as_bytes(), None)
        .unwrap_err()
        .to_string()
}

#[test]
fn directives() {
    let text = r#"// A comment.

// Deprecated: use example.com/new
// instead.
//
// Not this.
module "example.com/m"

go 1.21.3

toolchain go1.22.0

godebug default=go1.21

require example.com/a v1.2.3 // indirect

require (
	example.com/b/v2 v2.0.0
	example.com/c v0.0.0-20191109021931-daa7c04131f5 // indirect; for tests
	example.com/d v3.0.0+incompatible // indirectly
)

exclude example.com/a v1.2.4

replace example.com/a => ./a

replace example.com/b/v2 v2.0.0 => example.com/bb/v2 v2.1.0

// Broken.
retract (
	v1.0.0
	[v1.1.0, v1.2.0] // Leaks.
)

tool example.com/a/cmd/t

ignore ./node_modules
"#;
    let f = ModFile::parse("go.mod", text.as_bytes(), None).unwrap();
    let m = f.module.as_ref().unwrap();
    assert_eq!(m.path, "example.com/m");
    assert_eq!(m.deprecated, "use example.com/new\ninstead.");
    assert_eq!(f.go_version(), "1.21.3");
    assert_eq!(f.toolchain.as_deref(), Some("go1.22.0"));
    assert_eq!(f.godebug, [("default".into(), "go1.21".into())]);
    let reqs: Vec<(String, bool)> = f
        .require
        .iter()
        .map(|r| (r.module.to_string(), r.indirect))
        .collect();
    assert_eq!(
        reqs,
        [
            ("example.com/a@v1.2.3".into(), true),
            ("example.com/b/v2@v2.0.0".into(), false),
            (
                "example.com/c@v0.0.0-20191109021931-daa7c04131f5".into(),
                true
            ),
            ("example.com/d@v3.0.0+incompatible".into(), false),
        ]
    );
    assert_eq!(f.exclude, [ModVersion::new("example.com/a", "v1.2.4")]);
    assert_eq!(f.replace[0].new, ModVersion::new("./a", ""));
    assert_eq!(
        f.replace[1].old,
        ModVersion::new("example.com/b/v2", "v2.0.0")
    );
    let retract: Vec<(&str, &str, &str)> = f
        .retract
        .iter()
        .map(|r| (r.low.as_str(), r.high.as_str(), r.rationale.as_str()))
        .collect();
    assert_eq!(
        retract,
        [
            ("v1.0.0", "v1.0.0", "Broken."),
            ("v1.1.0", "v1.2.0", "Leaks.")
        ]
    );
    assert_eq!(f.tool, ["example.com/a/cmd/t"]);
    assert_eq!(f.ignore, ["./node_modules"]);
    // Only the quotes are not needed.
    assert_eq!(format(&f.syntax), text.replace('"', ""));
}

#[test]
fn formatting() {
    for (input, want) in [
        ("module   x.y/z\n\n\n\ngo 1.20", "module x.y/z\n\ngo 1.20\n"),
        (
            "require(\n\n\n x.y/a v1.0.0\n\n\n\n // c\n x.y/b v1.0.0//d\n\n)\n",
            "require (\n\tx.y/a v1.0.0\n\n\t// c\n\tx.y/b v1.0.0 //d\n)\n",
        ),
        ("require ( ) // x\n", "require (\n) // x\n"),
        (
            "require ( // x\n)// y\n// z",
            "require ( // x\n) // y\n\n// z\n",
        ),
        ("retract [ v1.0.0 , v1.1.0 ]", "retract [v1.0.0, v1.1.0]\n"),
        (
            "require (\n\tx.y/a v1.0.0\n\n\t// end\n)\n",
            "require (\n\tx.y/a v1.0.0\n\n// end\n)\n",
        ),
        ("", ""),
        ("// only\r\n", "// only\n"),
    ] {
        let syntax = syntax::parse("go.mod", input.as_bytes()).unwrap();
        let out = format(&syntax);
        assert_eq!(out, want, "{input:?}");
        let again = syntax::parse("go.mod", out.as_bytes()).unwrap();
        assert_eq!(format(&again), out, "second pass of {input:?}");
    }
}

#[test]
fn messages() {
    for (text, want) in [
        (
            "module x.y/z\nfoo bar\n",
            "go.mod:2: unknown directive: foo",
        ),
        ("foo (\n)\n", "go.mod:1: unknown block type: foo"),
        (
            "require x (\n)\n",
            "go.mod:1: unknown block type: require x",
        ),
        (
            "module a.b\nmodule a.b\n",
            "go.mod:2: repeated module statement",
        ),
        ("module\n", "go.mod:1: usage: module module/path"),
        ("go 1.20\ngo 1.20\n", "go.mod:2: repeated go statement"),
        (
            "go 1.x",
            "go.mod:1: invalid go version '1.x': must match format 1.23.0",
        ),
        ("go", "go.mod:1: go directive expects exactly one argument"),
        (
            "toolchain 1.20",
            "go.mod:1: invalid toolchain version '1.20': must match format go1.23.0 or default",
        ),
        ("godebug a,b=c", "go.mod:1: usage: godebug key=value"),
        (
            "require x.y/z\n",
            "go.mod:1: usage: require module/path v1.2.3",
        ),
        (
            "require x.y/z latest\n",
            "go.mod:1: require x.y/z: version \"latest\" invalid: must be of the form v1.2.3",
        ),
        (
            "require x.y/z v2.0.0\n",
            "go.mod:1: require x.y/z: version \"v2.0.0\" invalid: should be v0 or v1, not v2",
        ),
        (
            "require x.y/z \"v1\n",
            "go.mod:1:18: unexpected newline in string",
        ),
        ("require \"", "go.mod:1:9: unexpected EOF in string"),
        (
            "require 'x' v1.0.0",
            "go.mod:1: invalid quoted string: unquoted string cannot contain quote",
        ),
        (
            "require \"\\q\" v1.0.0",
            "go.mod:1: invalid quoted string: invalid syntax",
        ),
        ("require x.y/v1 v1.0.0", "go.mod:1: invalid module path"),
        (
            "/* x */",
            "go.mod:1: mod files must use // comments (not /* */ comments)",
        ),
        ("a\0", "go.mod:1:2: unexpected input character '\\x00'"),
        (
            "require (\nx v1.0.0\n",
            "go.mod:3: syntax error (unterminated block started at go.mod:1:1)",
        ),
        (
            "require (\n) x",
            "go.mod:2:4: syntax error (expected newline after closing paren)",
        ),
        (
            "replace x.y/z",
            "go.mod:1: usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory",
        ),
        (
            "replace x.y/z => x.y/w@v1",
            "go.mod:1: replacement module must match format 'path version', not 'path@version'",
        ),
        (
            "replace x.y/z => w",
            "go.mod:1: replacement module without version must be directory path (rooted or starting with . or ..)",
        ),
        (
            "replace x.y/z => ./w v1.0.0",
            "go.mod:1: replacement module directory path \"./w\" cannot have version",
        ),
        ("retract", "go.mod:1: expected '[' or version"),
        ("retract [v1.0.0", "go.mod:1: expected ',' after version"),
        (
            "retract [v1.0.0, v1.1.0",
            "go.mod:1: expected ']' after version",
        ),
        (
            "retract v1.0.0 x",
            "go.mod:1: unexpected token after version: \"x\"",
        ),
        (
            "tool",
            "go.mod:1: tool directive expects exactly one argument",
        ),
        (
            "foo\nbar\n",
            "go.mod:1: unknown directive: foo\ngo.mod:2: unknown directive: bar",
        ),
    ] {
        assert_eq!(errors(text), want, "{text:?}");
    }
}

#[test]
fn dependencies_are_read_leniently() {
    let text = "module x.y/z\nfoo bar\nnew (\n a\n)\nreplace bad\ngo 1.23-future\nretract <v1\n";
    let f = ModFile::parse_lax("go.mod", text.as_bytes(), None).unwrap();
    assert_eq!(f.path(), "x.y/z");
    assert_eq!(f.go_version(), "1.23");
    assert!(f.replace.is_empty());
    assert!(ModFile::parse_lax("go.mod", b"require x\n", None).is_err());
}

#[test]
fn versions_are_fixed() {
    let mut fix = |path: &str, v: &str| match v {
        "master" => Ok("v1.5.0".to_owned()),
        "gone" => Err(FixError {
            about_module: true,
            message: "not there".into(),
        }),
        "v9" => Err(FixError {
            about_module: false,
            message: format!("{path}: bad"),
        }),
        v => Ok(v.to_owned()),
    };
    let text = "require x.y/z master\nretract [v1.0.0, master]\nmodule x.y/m\n";
    let f = ModFile::parse("go.mod", text.as_bytes(), Some(&mut fix)).unwrap();
    assert_eq!(f.require[0].module.version, "v1.5.0");
    assert_eq!(f.retract[0].high, "v1.5.0");
    assert!(format(&f.syntax).contains("require x.y/z v1.5.0\n"));
    let e = ModFile::parse(
        "go.mod",
        b"require x.y/z gone\nrequire x.y/z v9",
        Some(&mut fix),
    );
    assert_eq!(
        e.unwrap_err().to_string(),
        "go.mod:1: require x.y/z: not there\ngo.mod:2: x.y/z: bad"
    );
    let e = ModFile::parse("go.mod", b"retract v1.0.0\n", Some(&mut fix));
    assert_eq!(
        e.unwrap_err().to_string(),
        "go.mod:1: no module directive found, so retract cannot be used"
    );
}

#[test]
fn hostile_input_is_harmless() {
    let long = format!("require {}", "(".repeat(1_000_000));
    assert!(ModFile::parse("go.mod", long.as_bytes(), None).is_err());
    let many = "x\n".repeat(200_000);
    assert!(ModFile::parse("go.mod", many.as_bytes(), None).is_err());
    assert!(ModFile::parse("go.mod", b"module \xff\xfe\n", None).is_ok());
    assert!(ModFile::parse("go.mod", b"\0\0\0", None).is_err());
}

#[test]
fn workspaces() {
    let text = "go 1.22\n\nuse ./a\nuse (\n\t\"./b c\"\n)\nreplace x.y/z => ./z\n";
    let f = WorkFile::parse("go.work", text.as_bytes(), None).unwrap();
    let uses: Vec<&str> = f.uses.iter().map(|u| u.path.as_str()).collect();
    assert_eq!(uses, ["./a", "./b c"]);
    assert_eq!(f.go_version(), "1.22");
    assert_eq!(f.replace.len(), 1);
    let e = WorkFile::parse("go.work", b"require x v1\nmodule (\n)\nuse\n", None).unwrap_err();
    assert_eq!(
        e.to_string(),
        "go.work:1: unknown directive: require\ngo.work:2: unknown block type: module\ngo.work:4: usage: use local/dir"
    );
}

#[test]
fn path_only() {
    for (text, want) in [
        ("module a.b/c // x\n", "a.b/c"),
        ("modulea.b\nmodule\t\"a.b\"\n", "a.b"),
        ("module `a.b`", "a.b"),
        ("// module a\n", ""),
        ("module \"a", ""),
    ] {
        assert_eq!(module_path(text.as_bytes()), want, "{text}");
    }
}
