use super::*;

/// A graph written as lines `module@version go1.17: requirement@version …`; the Go version decides about
/// pruning. Versions are single numbers.
struct Mods(HashMap<ModVersion, Result<Arc<Summary>, ModError>>);

fn mv(s: &str) -> ModVersion {
    let (path, v) = s.split_once('@').unwrap_or((s, ""));
    let version = match v {
        "" => String::new(),
        v => format!("v1.{v}.0"),
    };
    ModVersion::new(path, version)
}

impl Mods {
    fn new(text: &str) -> Mods {
        let mut map = HashMap::new();
        for line in text.lines().filter(|l| !l.trim().is_empty()) {
            let (head, reqs) = line.split_once(':').unwrap();
            let mut head = head.split_whitespace();
            let m = mv(head.next().unwrap());
            let go = head.next().unwrap_or("1.17");
            let value = if go == "broken" {
                Err(ModError::new("broken"))
            } else {
                Ok(Arc::new(Summary {
                    pruned: is_pruned_version(go),
                    require: reqs.split_whitespace().map(mv).collect(),
                    ..Summary::default()
                }))
            };
            map.insert(m, value);
        }
        Mods(map)
    }

    fn list(&self, pruning: Pruning) -> Result<String, String> {
        let main = mv("main");
        let Ok(s) = &self.0[&main] else {
            return Err("no main".into());
        };
        let (g, e) = read_graph(self, pruning, &[main], &s.require, 3);
        match e {
            Some(e) => Err(e.to_string()),
            None => Ok(show(&g)),
        }
    }
}

fn show(g: &Graph) -> String {
    let short = |m: &ModVersion| match m.version.split('.').nth(1) {
        Some(v) => format!("{}@{v}", m.path),
        None => m.path.clone(),
    };
    let list: Vec<String> = g.build_list().iter().map(short).collect();
    list.join(" ")
}

impl Summaries for Mods {
    fn summary(&self, m: &ModVersion) -> Result<Arc<Summary>, ModError> {
        self.0
            .get(m)
            .cloned()
            .unwrap_or_else(|| Err(ModError::not_exist("not there")))
    }
}

#[test]
fn greatest_minimum_wins() {
    let m = Mods::new(
        "main 1.16: a@1 b@1
         a@1 1.16: c@2
         b@1 1.16: c@3
         c@2 1.16: d@1
         c@3 1.16: d@0
         d@0 1.16:
         d@1 1.16:",
    );
    // d@1 is required by a version of c that is not selected, which counts all the same.
    assert_eq!(m.list(Pruning::Unpruned).unwrap(), "main a@1 b@1 c@3 d@1");
}

#[test]
fn cycles_and_upgrades_of_main() {
    let m = Mods::new(
        "main 1.16: a@1
         a@1 1.16: b@1
         b@1 1.16: a@2 main@5
         main@5 1.16:
         a@2 1.16:",
    );
    assert_eq!(m.list(Pruning::Unpruned).unwrap(), "main a@2 b@1");
}

#[test]
fn pruning() {
    let text = "main: a@1 u@1
         a@1: b@1
         b@1: c@1
         c@1:
         u@1 1.16: v@1
         v@1 1.17: w@1
         w@1: x@1
         x@1:";
    // b is a's requirement and counts; what b requires is pruned. Nothing below u is.
    assert_eq!(
        Mods::new(text).list(Pruning::Pruned).unwrap(),
        "main a@1 b@1 u@1 v@1 w@1 x@1"
    );
    assert_eq!(
        Mods::new(text).list(Pruning::Unpruned).unwrap(),
        "main a@1 b@1 c@1 u@1 v@1 w@1 x@1"
    );
}

#[test]
fn pruned_modules_need_not_be_readable() {
    let text = "main: a@1
         a@1: b@1
         b@1 broken:";
    assert_eq!(
        Mods::new(text).list(Pruning::Pruned).unwrap(),
        "main a@1 b@1"
    );
    assert_eq!(
        Mods::new(text).list(Pruning::Unpruned).unwrap_err(),
        "a@v1.1.0 requires\n\tb@v1.1.0: broken"
    );
}

#[test]
fn replaced_module_in_error() {
    let path = [mv("main"), mv("a@1"), mv("b@1")];
    let e = ModError::new("bad").about(&mv("c@2"));
    assert_eq!(
        build_list_error(&e, &path).to_string(),
        "a@v1.1.0 requires\n\tb@v1.1.0 (replaced by c@v1.2.0): bad"
    );
    let e = ModError::new("bad").about(&mv("b@1"));
    assert_eq!(
        build_list_error(&e, &path).to_string(),
        "a@v1.1.0 requires\n\tb@v1.1.0: bad"
    );
}

#[test]
fn workspaces() {
    let m = Mods::new(
        "one: a@1
         two: a@2 b@1
         a@1: c@1
         a@2: c@2
         b@1: d@1
         c@1: e@1
         c@2: e@2
         d@1:
         e@1: f@1
         e@2:",
    );
    let roots = [mv("one"), mv("two")];
    let (g, e) = read_graph(&m, Pruning::Workspace, &roots, &roots, 2);
    assert_eq!(e, None);
    assert_eq!(show(&g), "one two a@2 b@1 c@2 d@1 e@2");
}

#[test]
fn deep_graphs_do_not_exhaust_the_stack() {
    let mut text = String::from("main 1.16: m0@1\n");
    for i in 0..20_000 {
        text.push_str(&format!("m{i}@1 1.16: m{}@1\n", i + 1));
    }
    text.push_str("m20000@1 1.16:\n");
    let m = Mods::new(&text);
    let (g, e) = read_graph(&m, Pruning::Unpruned, &[mv("main")], &[mv("m0@1")], 2);
    assert_eq!(e, None);
    assert_eq!(g.build_list().len(), 20_002);
    assert_eq!(g.find_path(|m| m.path == "m20000").unwrap().len(), 20_002);
}
