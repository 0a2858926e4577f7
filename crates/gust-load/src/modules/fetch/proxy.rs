//! `GOPROXY`: which servers are asked for a module, and when the next one is.

use super::http::Url;
use crate::goenv::GoEnv;
use crate::modules::error::ModError;
use crate::modules::path::match_prefix_patterns;
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    /// A server, and whether any of its errors makes us try the next one.
    Server { url: Url, fall_back: bool },
    /// Stands for the direct access to what `GONOPROXY` matches.
    NoProxy,
    /// The version control repository itself.
    Direct,
    /// Nothing may be fetched.
    Off,
}

/// The list of proxies.
#[derive(Clone, Debug)]
pub struct ProxyList {
    entries: Result<Vec<Entry>, String>,
    no_proxy: String,
}

/// What an error tells about the module, from weak to strong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    NotExist,
    Server,
}

impl ProxyList {
    /// The list that the settings give. Mistakes in it are reported when it is used.
    pub fn new(env: &GoEnv) -> ProxyList {
        ProxyList {
            entries: parse(env.goproxy(), env.gonoproxy()),
            no_proxy: env.gonoproxy().to_owned(),
        }
    }

    /// Asks for something of module `path` at one proxy after the other, by the rules of `GOPROXY`.
    pub fn try_each<T>(
        &self,
        path: &str,
        mut ask: impl FnMut(&Url) -> Result<T, ModError>,
    ) -> Result<T, ModError> {
        let private = match_prefix_patterns(&self.no_proxy, path);
        self.walk(|entry| match entry {
            Entry::NoProxy | Entry::Direct if private => Err(direct(path)),
            _ if private => Err(ModError::not_exist("disabled by GOPRIVATE/GONOPROXY")),
            Entry::Server { url, .. } => ask(url),
            Entry::NoProxy => Err(ModError::not_exist(
                "path does not match GOPRIVATE/GONOPROXY",
            )),
            Entry::Direct => Err(direct(path)),
            Entry::Off => Err(ModError::not_exist("module lookup disabled by GOPROXY=off")),
        })
    }

    /// Asks each server in turn, without regard to a module; `None` when none of them has an answer.
    pub fn try_servers<T>(
        &self,
        mut ask: impl FnMut(&Url) -> Result<T, ModError>,
    ) -> Result<Option<T>, ModError> {
        let result = self.walk(|entry| match entry {
            Entry::Server { url, .. } => ask(url),
            _ => Err(ModError::not_exist("")),
        });
        match result {
            Ok(x) => Ok(Some(x)),
            Err(e) if e.is_not_exist() => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn walk<T>(&self, mut ask: impl FnMut(&Entry) -> Result<T, ModError>) -> Result<T, ModError> {
        let entries = self.entries.as_ref().map_err(ModError::new)?;
        let mut best: Option<(Rank, ModError)> = None;
        for entry in entries {
            let e = match ask(entry) {
                Ok(x) => return Ok(x),
                Err(e) => e,
            };
            let rank = match e.is_not_exist() {
                true => Rank::NotExist,
                false => Rank::Server,
            };
            // The answer of a server says more than that we cannot do without one.
            let weak = matches!(entry, Entry::Direct | Entry::NoProxy | Entry::Off);
            let better = match &best {
                None => true,
                Some((Rank::Server, _)) => rank == Rank::Server && !weak,
                Some((Rank::NotExist, _)) => !weak,
            };
            if better {
                best = Some((rank, e));
            }
            let fall_back = matches!(
                entry,
                Entry::Server {
                    fall_back: true,
                    ..
                }
            );
            if rank == Rank::Server && !fall_back {
                break;
            }
        }
        Err(best.map_or_else(|| ModError::new("GOPROXY list is empty"), |(_, e)| e))
    }

    /// Whether `GOPROXY` is just `off`.
    pub fn is_off(&self) -> bool {
        matches!(self.entries.as_deref(), Ok([Entry::Off]))
    }
}

fn direct(path: &str) -> ModError {
    ModError::new(format!(
        "{path} has to be fetched from its version control repository, which gust does not support yet; set GOPROXY to a module proxy"
    ))
}

fn parse(list: &str, no_proxy: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    if !no_proxy.is_empty() && list != "direct" {
        entries.push(Entry::NoProxy);
    }
    let mut rest = list;
    while !rest.is_empty() {
        let (item, fall_back);
        match rest.find([',', '|']) {
            Some(i) => {
                (item, fall_back) = (rest[..i].trim(), rest.as_bytes()[i] == b'|');
                rest = &rest[i + 1..];
            }
            None => {
                (item, fall_back) = (rest.trim(), false);
                rest = "";
            }
        }
        match item {
            "" => {}
            "off" | "direct" => {
                entries.push(match item {
                    "off" => Entry::Off,
                    _ => Entry::Direct,
                });
                break;
            }
            _ => {
                let bare = item.contains(['.', ':', '/'])
                    && !item.contains(":/")
                    && !Path::new(item).is_absolute();
                let url = if bare {
                    Url::parse(&format!("https://{item}"))?
                } else {
                    Url::parse(item)?
                };
                entries.push(Entry::Server { url, fall_back });
            }
        }
    }
    match entries[..] {
        [] | [Entry::NoProxy] => {
            Err("GOPROXY list is not the empty string, but contains no entries".to_owned())
        }
        _ => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(goproxy: &str, private: &str) -> ProxyList {
        ProxyList::new(&GoEnv::from_vars([
            ("GOENV", "off"),
            ("GOPROXY", goproxy),
            ("GOPRIVATE", private),
        ]))
    }

    /// Asks hosts; `404` in the host means not found, `500` a failure.
    fn ask(l: &ProxyList, path: &str) -> (Vec<String>, Result<String, String>) {
        let mut asked = Vec::new();
        let r = l.try_each(path, |u| {
            asked.push(u.host.clone());
            if u.host.contains("404") {
                Err(ModError::not_exist(format!("{}: not found", u.host)))
            } else if u.host.contains("500") {
                Err(ModError::new(format!("{}: failure", u.host)))
            } else {
                Ok(u.host.clone())
            }
        });
        (asked, r.map_err(|e| e.to_string()))
    }

    #[test]
    fn falling_through() {
        for (goproxy, asked, result) in [
            ("https://a.test", vec!["a.test"], Ok("a.test")),
            (
                "a404.test, b.test",
                vec!["a404.test", "b.test"],
                Ok("b.test"),
            ),
            (
                "a500.test,b.test",
                vec!["a500.test"],
                Err("a500.test: failure"),
            ),
            (
                "a500.test|b.test",
                vec!["a500.test", "b.test"],
                Ok("b.test"),
            ),
            (
                "a500.test|b404.test",
                vec!["a500.test", "b404.test"],
                Err("a500.test: failure"),
            ),
            (
                "a404.test,direct",
                vec!["a404.test"],
                Err("a404.test: not found"),
            ),
            ("off", vec![], Err("module lookup disabled by GOPROXY=off")),
            (
                "a404.test,off,b.test",
                vec!["a404.test"],
                Err("a404.test: not found"),
            ),
            (
                "",
                vec![],
                Err("GOPROXY list is not the empty string, but contains no entries"),
            ),
        ] {
            let (got, r) = ask(&list(goproxy, ""), "x.test/a");
            assert_eq!(got, asked, "{goproxy}");
            assert_eq!(
                r.as_ref().map(String::as_str).map_err(String::as_str),
                result,
                "{goproxy}"
            );
        }
    }

    #[test]
    fn private_modules_are_not_asked_for() {
        let l = list("https://a.test", "corp.test");
        let (asked, r) = ask(&l, "corp.test/x");
        assert!(asked.is_empty());
        assert!(r.unwrap_err().contains("version control repository"));
        assert_eq!(ask(&l, "x.test/a").1.unwrap(), "a.test");
        assert!(list("off", "").is_off());
    }
}
