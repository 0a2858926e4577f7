//! Fetching from a proxy that is a folder.

use super::testing::Fixture;
use super::zip::testing::write_zip;
use super::*;

fn sample() -> (Fixture, ModVersion) {
    let fx = Fixture::new();
    fx.publish(
        "x.test/Mod",
        "v1.2.3",
        "module x.test/Mod\n\ngo 1.20\n",
        &[("a/a.go", "package a\n")],
    );
    (fx, ModVersion::new("x.test/Mod", "v1.2.3"))
}

#[test]
fn download_and_reuse() {
    let (fx, m) = sample();
    let f = fx.fetcher(&[]);
    assert_eq!(&*f.go_mod(&m).unwrap(), b"module x.test/Mod\n\ngo 1.20\n");
    let dir = f.download(&m).unwrap();
    assert_eq!(dir, fx.path("cache/x.test/!mod@v1.2.3"));
    assert_eq!(
        fs::read_to_string(dir.join("a/a.go")).unwrap(),
        "package a\n"
    );
    let at = fx.path("cache/cache/download/x.test/!mod/@v");
    let mut names: Vec<String> = fs::read_dir(&at)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "list",
            "v1.2.3.info",
            "v1.2.3.lock",
            "v1.2.3.mod",
            "v1.2.3.zip",
            "v1.2.3.ziphash"
        ]
    );
    let sums = f.sums().unwrap().unwrap();
    sums.write(&|_| true).unwrap();
    assert_eq!(
        fs::read_to_string(fx.path("go.sum"))
            .unwrap()
            .lines()
            .count(),
        2
    );
    assert_eq!(&*f.versions("x.test/Mod").unwrap(), ["v1.2.3"]);
    assert_eq!(
        f.info(&m).unwrap().time.as_deref(),
        Some("2024-01-02T03:04:05Z")
    );
    // Offline now.
    let off = fx.fetcher(&[("GOPROXY", "off")]);
    assert_eq!(off.download(&m).unwrap(), dir);
    assert!(off.info(&m).is_ok());
    assert!(!off.sums().unwrap().unwrap().is_dirty());
    let other = ModVersion::new("x.test/Mod", "v1.9.9");
    let e = off.download(&other).unwrap_err();
    assert_eq!(e.to_string(), "module lookup disabled by GOPROXY=off");
}

#[test]
fn missing_version() {
    let (fx, _) = sample();
    let f = fx.fetcher(&[]);
    let m = ModVersion::new("x.test/Mod", "v9.9.9");
    let e = f.go_mod(&m).unwrap_err();
    assert!(e.is_not_exist());
    let text = e.to_string();
    assert!(
        text.starts_with("x.test/Mod@v9.9.9: reading file://")
            && text.ends_with("/x.test/%21mod/@v/v9.9.9.mod: no such file or directory"),
        "{text}"
    );
    assert!(
        !fx.path("cache/cache/download/x.test/!mod/@v/v9.9.9.mod")
            .exists()
    );
}

#[test]
fn checksum_mismatch() {
    let (fx, m) = sample();
    let wrong = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    fs::write(fx.path("go.sum"), format!("x.test/Mod v1.2.3 {wrong}\n")).unwrap();
    let f = fx.fetcher(&[]);
    let e = f.download(&m).unwrap_err();
    assert_eq!(e.kind, ErrorKind::Fatal);
    let text = e.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "verifying x.test/Mod@v1.2.3: checksum mismatch");
    assert!(lines[1].starts_with("\tdownloaded: h1:"));
    assert_eq!(lines[2], format!("\tgo.sum:     {wrong}"));
    assert_eq!(lines[4], "SECURITY ERROR");
    // Nothing may be left that a later run would take for good.
    let at = fx.path("cache/cache/download/x.test/!mod/@v");
    for entry in fs::read_dir(at).unwrap() {
        let name = entry.unwrap().file_name();
        assert_eq!(name, "v1.2.3.lock");
    }
    assert!(!fx.path("cache/x.test").exists());
}

#[test]
fn broken_zip() {
    let (fx, m) = sample();
    let zip = fx.path("proxy/x.test/!mod/@v/v1.2.3.zip");
    let whole = fs::read(&zip).unwrap();
    fs::write(&zip, &whole[..whole.len() / 2]).unwrap();
    let e = fx.fetcher(&[]).download(&m).unwrap_err();
    assert_eq!(
        e.to_string(),
        "x.test/Mod@v1.2.3: zip: not a valid zip file"
    );
    write_zip(&zip, &[("evil@v1.0.0/a", "")]);
    let e = fx.fetcher(&[]).download(&m).unwrap_err();
    assert_eq!(
        e.to_string(),
        "zip for x.test/Mod@v1.2.3 has unexpected file evil@v1.0.0/a"
    );
    // A good file after that is taken.
    fs::write(&zip, whole).unwrap();
    fx.fetcher(&[]).download(&m).unwrap();
}

#[test]
fn cut_off_extraction_is_repeated() {
    let (fx, m) = sample();
    let dir = fx.fetcher(&[]).download(&m).unwrap();
    fs::write(
        fx.path("cache/cache/download/x.test/!mod/@v/v1.2.3.partial"),
        b"",
    )
    .unwrap();
    cache::remove_all(&dir).unwrap();
    fs::create_dir_all(&dir).unwrap();
    let again = fx.fetcher(&[("GOPROXY", "off")]).download(&m).unwrap();
    assert!(again.join("a/a.go").exists());
    assert!(
        !fx.path("cache/cache/download/x.test/!mod/@v/v1.2.3.partial")
            .exists()
    );
}

#[test]
fn unreachable_proxy() {
    let (fx, m) = sample();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let f = fx.fetcher(&[("GOPROXY", &url), ("NO_PROXY", "*")]);
    let text = f.go_mod(&m).unwrap_err().to_string();
    assert!(
        text.starts_with(&format!(
            "x.test/Mod@v1.2.3: Get \"{url}/x.test/%21mod/@v/v1.2.3.mod\": "
        )),
        "{text}"
    );
    // With | the next one is asked.
    let fallback = format!("{url}|file://{}", fx.path("proxy").display());
    assert!(fx.fetcher(&[("GOPROXY", &fallback)]).go_mod(&m).is_ok());
}

#[test]
fn concurrent_downloads() {
    let (fx, m) = sample();
    let fetchers: Vec<Fetcher> = (0..4).map(|_| fx.fetcher(&[])).collect();
    std::thread::scope(|s| {
        for f in &fetchers {
            s.spawn(|| assert!(f.download(&m).unwrap().join("a/a.go").exists()));
        }
    });
}

#[test]
fn too_new_module() {
    let fx = Fixture::new();
    fx.publish("x.test/n", "v1.0.0", "module x.test/n\n\ngo 1.999\n", &[]);
    let e = fx
        .fetcher(&[("GOTOOLCHAIN", "local")])
        .download(&ModVersion::new("x.test/n", "v1.0.0"))
        .unwrap_err();
    assert_eq!(e.kind, ErrorKind::TooNew);
    assert!(
        e.to_string()
            .starts_with("x.test/n@v1.0.0 requires go >= 1.999 (running go 1.26"),
        "{e}"
    );
}
