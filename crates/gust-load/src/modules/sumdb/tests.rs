use super::tlog::testing::Log;
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::collections::HashMap;

/// A database in memory. Record `i` is about `m.test/mI v1.0.0`.
struct Server {
    log: Log,
    size: u64,
    key: String,
    pair: ring::signature::Ed25519KeyPair,
    config: Mutex<Vec<u8>>,
    cache: Mutex<HashMap<String, Vec<u8>>>,
    requests: Mutex<Vec<String>>,
    lie: bool,
}

fn text(i: u64) -> String {
    format!("m.test/m{i} v1.0.0 h1:{i}\nm.test/m{i} v1.0.0/go.mod h1:mod{i}\n")
}

impl Server {
    fn new(size: u64) -> Server {
        let records = (0..1000).map(|i| tlog::record_hash(text(i).as_bytes()));
        let (pair, key) = note::testing::signer("db.test", 3);
        Server {
            log: Log::of(records.collect()),
            size,
            key,
            pair,
            config: Mutex::default(),
            cache: Mutex::default(),
            requests: Mutex::default(),
            lie: false,
        }
    }

    fn note(&self) -> String {
        let tree = self.log.tree(self.size);
        let body = format!(
            "go.sum database tree\n{}\n{}\n",
            tree.size,
            BASE64.encode(tree.hash)
        );
        note::testing::sign(&self.pair, &self.key, &body)
    }
}

impl Storage for Server {
    fn remote(&self, path: &str) -> Result<Vec<u8>, String> {
        lock(&self.requests).push(path.to_owned());
        if let Some(p) = path.strip_prefix("/lookup/m.test/m") {
            let id: u64 = p.strip_suffix("@v1.0.0").unwrap().parse().unwrap();
            let mut body = text(id);
            if self.lie {
                body = body.replace("h1:", "h1:x");
            }
            return Ok(format!("{id}\n{body}\n{}", self.note()).into_bytes());
        }
        let mut parts = path.strip_prefix("/tile/8/").unwrap().split('/');
        let level: u32 = parts.next().unwrap().parse().unwrap();
        let index = parts.next().unwrap();
        let width = parts.next().map_or(256, |w| w.parse().unwrap());
        let index = index.trim_end_matches(".p").parse().unwrap();
        Ok(self.log.tile(Tile {
            level,
            index,
            width,
        }))
    }

    fn config(&self, _: &str) -> Result<Vec<u8>, String> {
        Ok(lock(&self.config).clone())
    }

    fn update_config(&self, _: &str, old: &[u8], new: &[u8]) -> Result<bool, String> {
        let mut c = lock(&self.config);
        if *c != old {
            return Ok(false);
        }
        *c = new.to_vec();
        Ok(true)
    }

    fn cached(&self, file: &str) -> Option<Vec<u8>> {
        lock(&self.cache).get(file).cloned()
    }

    fn cache(&self, file: &str, data: &[u8]) {
        lock(&self.cache).insert(file.to_owned(), data.to_vec());
    }
}

fn client(server: Server) -> Client<Server> {
    Client::new(Verifier::new(&server.key).unwrap(), server)
}

#[test]
fn lookups() {
    let c = client(Server::new(700));
    assert_eq!(
        c.lookup("m.test/m5", "v1.0.0").unwrap(),
        ["m.test/m5 v1.0.0 h1:5"]
    );
    assert_eq!(
        c.lookup("m.test/m5", "v1.0.0/go.mod").unwrap(),
        ["m.test/m5 v1.0.0/go.mod h1:mod5"]
    );
    let lookups = |c: &Client<Server>| {
        let r = lock(&c.storage.requests);
        r.iter().filter(|r| r.starts_with("/lookup")).count()
    };
    assert_eq!(lookups(&c), 1);
    assert_eq!(*lock(&c.storage.config), c.storage.note().into_bytes());
    // A second run is served from the cache.
    let mut again = Server::new(700);
    again.cache = Mutex::new(lock(&c.storage.cache).clone());
    again.config = Mutex::new(lock(&c.storage.config).clone());
    let c = client(again);
    c.lookup("m.test/m5", "v1.0.0").unwrap();
    assert!(lock(&c.storage.requests).is_empty());
    // The log grows.
    let mut grown = Server::new(1000);
    grown.config = Mutex::new(lock(&c.storage.config).clone());
    let c = client(grown);
    c.lookup("m.test/m900", "v1.0.0").unwrap();
    assert_eq!(*lock(&c.storage.config), c.storage.note().into_bytes());
}

#[test]
fn wrong_record() {
    let mut s = Server::new(700);
    s.lie = true;
    assert_eq!(
        client(s).lookup("m.test/m5", "v1.0.0").unwrap_err(),
        SumDbError::Other(
            "m.test/m5@v1.0.0: cannot authenticate record data in server response".into()
        )
    );
    let s = Server::new(4);
    assert_eq!(
        client(s)
            .lookup("m.test/m5", "v1.0.0")
            .unwrap_err()
            .to_string(),
        "m.test/m5@v1.0.0: cannot validate record 5 in tree of size 4"
    );
}

#[test]
fn forked_history() {
    let mut other = Server::new(500);
    let records = (0..1000).map(|i| tlog::record_hash(format!("x{i}").as_bytes()));
    other.log = Log::of(records.collect());
    let s = Server::new(700);
    *lock(&s.config) = other.note().into_bytes();
    let e = client(s).lookup("m.test/m5", "v1.0.0").unwrap_err();
    let SumDbError::Misbehaviour(text) = &e else {
        panic!("{e}");
    };
    assert!(text.starts_with("SECURITY ERROR\ngo.sum database server misbehavior detected!"));
}

#[test]
fn foreign_signature() {
    let mut s = Server::new(700);
    s.key = note::testing::signer("db.test", 4).1;
    let c = Client::new(Verifier::new(&Server::new(1).key).unwrap(), s);
    let e = c.lookup("m.test/m5", "v1.0.0").unwrap_err().to_string();
    assert!(
        e.starts_with("m.test/m5@v1.0.0: reading tree note: note has no verifiable signatures"),
        "{e}"
    );
}
