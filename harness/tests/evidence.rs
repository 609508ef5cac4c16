//! A bundle is accepted as it was signed, and every way of changing it is told apart.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Folder, serve};
use countersign_harness::reference::configuration;
use countersign_harness::target::Config;
use std::fs;
use std::path::{Path, PathBuf};

/// A key of RFC 8410 §10.3: published, and therefore nobody's.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

/// The folder of the only run.
fn bundle(folder: &Folder) -> PathBuf {
    let run = folder.files().into_iter().find(|file| file.ends_with("run.json")).unwrap();
    run.parent().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A run with a key of its own, and one that is signed by this key.
fn run(name: &str, key: Option<&str>) -> (Folder, PathBuf, String) {
    let folder = Folder::new(name);
    let report = key.map(|key| {
        fs::write(folder.0.join("key.pem"), key).unwrap();
        "[report]\nkey = \"file:key.pem\"\ntitle = \"Quarterly test\"\nsystem = \"reference server\"\ndeviations = [\"none\"]\n"
    });
    folder.configure(&(configuration(&serve(None, 3600)) + report.unwrap_or_default()));
    let ended = folder.run("check --config countersign.toml --only grant-type/* --seed 9");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    let printed = ended.out.lines().find_map(|line| line.strip_prefix("signed by the key ")).unwrap().to_owned();
    let path = bundle(&folder);
    (folder, path, printed)
}

#[test]
fn a_bundle_is_whole_and_every_change_is_told() {
    let (folder, original, key) = run("evidence", None);
    let names: Vec<_> = {
        let mut names: Vec<_> =
            fs::read_dir(&original).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(
        names,
        [
            "configuration.toml",
            "exchanges.jsonl",
            "junit.xml",
            "manifest.jws",
            "report.html",
            "report.sarif",
            "report.txt",
            "run.json",
            "summary.md"
        ]
    );
    let verify = |arguments: &str| folder.run(&format!("verify-report {arguments}"));
    let whole = verify(original.to_str().unwrap());
    assert_eq!(whole.status, 0, "{}", whole.out);
    assert!(whole.out.starts_with("Whole and unaltered: 8 files") && whole.out.contains(&key), "{}", whole.out);
    assert!(whole.out.contains("name it with `--key`"), "{}", whole.out);
    assert_eq!(verify(&format!("{} --key {key}", original.display())).status, 0);
    // As `report` and `diff` take it.
    assert_eq!(verify("last").out, whole.out);
    assert_eq!(verify(original.file_name().unwrap().to_str().unwrap()).out, whole.out);
    // What was in force is a configuration, and can be used again.
    let effective = fs::read_to_string(original.join("configuration.toml")).unwrap();
    Config::parse(&effective, "configuration.toml").unwrap();
    assert!(effective.starts_with("# Only the command line sets this: --cases 32\n"), "{effective}");
    // A thumbprint is base64url, which may begin as an option does.
    let another = verify(&format!("{} --key -another", original.display()));
    assert_eq!(another.status, 1, "{}{}", another.out, another.err);
    assert!(another.out.contains(&format!("signed by the key {key}, not by -another")), "{}", another.out);

    type Change = fn(&Path);
    let changes: [(&str, Change, &str); 9] = [
        ("octet", |at| flip(&at.join("run.json")), "run.json was changed after it was signed"),
        ("deleted", |at| fs::remove_file(at.join("exchanges.jsonl")).unwrap(), "exchanges.jsonl is missing"),
        ("added", |at| fs::write(at.join("more.txt"), "x").unwrap(), "more.txt was added"),
        (
            "swapped",
            |at| {
                fs::rename(at.join("report.txt"), at.join("x")).unwrap();
                fs::rename(at.join("summary.md"), at.join("report.txt")).unwrap();
                fs::rename(at.join("x"), at.join("summary.md")).unwrap();
            },
            "report.txt holds what was signed as summary.md",
        ),
        ("unsigned", |at| fs::remove_file(at.join("manifest.jws")).unwrap(), "nothing vouches for the files"),
        ("folder", |at| fs::create_dir(at.join("inner")).unwrap(), "inner was added"),
        ("garbage", |at| fs::write(at.join("manifest.jws"), "a.b").unwrap(), "it has no three parts"),
        (
            "signature",
            |at| edit(at, 2, |part| part.replace_range(0..1, if part.starts_with('A') { "B" } else { "A" })),
            "its signature does not fit",
        ),
        (
            "payload",
            |at| edit(at, 1, |part| part.replace_range(40..41, if part[40..].starts_with('A') { "B" } else { "A" })),
            "its signature does not fit",
        ),
    ];
    for (name, change, message) in changes {
        let copied = folder.0.join(name);
        copy(&original, &copied);
        change(&copied);
        let ended = verify(name);
        assert_eq!(ended.status, 1, "{name}: {}", ended.out);
        assert!(ended.out.contains(message), "{name}: {}", ended.out);
        assert_eq!(ended.out.lines().count(), if name == "swapped" { 3 } else { 2 }, "{name}: {}", ended.out);
        assert!(ended.out.ends_with("Not whole: this is no evidence of anything.\n"), "{}", ended.out);
    }
    verify("no-such-folder").assert_refused(2, &["no-such-folder is no run"]);
}

/// What is no regular file is not opened, and is told.
#[cfg(unix)]
#[test]
fn links_pipes_and_names_that_are_no_text_are_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let (folder, original, _) = run("evidence-links", None);
    type Change = fn(&Path);
    let changes: [(&str, Change, &str); 5] = [
        (
            "endless",
            // A hole takes no room, and hours to read.
            |at| fs::OpenOptions::new().write(true).open(at.join("run.json")).unwrap().set_len(1 << 43).unwrap(),
            "run.json was changed after it was signed",
        ),
        (
            "link",
            |at| {
                fs::rename(at.join("run.json"), at.with_file_name("run.json")).unwrap();
                std::os::unix::fs::symlink("../run.json", at.join("run.json")).unwrap();
            },
            "run.json was changed after it was signed",
        ),
        (
            "pipe",
            |at| {
                fs::remove_file(at.join("run.json")).unwrap();
                assert!(std::process::Command::new("mkfifo").arg(at.join("run.json")).status().unwrap().success());
            },
            "run.json was changed after it was signed",
        ),
        (
            "no-text",
            |at| fs::write(at.join(std::ffi::OsStr::from_bytes(b"run\xff\x1b[2J.json")), "x").unwrap(),
            "\"run\\xFF\\u{1b}[2J.json\" was added",
        ),
        (
            "huge",
            |at| fs::File::create(at.join("manifest.jws")).unwrap().set_len((1 << 20) + 1).unwrap(),
            "manifest.jws is no",
        ),
    ];
    for (name, change, message) in changes {
        let copied = folder.0.join(name);
        copy(&original, &copied);
        change(&copied);
        let ended = folder.run(&format!("verify-report {name}"));
        assert_eq!(ended.status, 1, "{name}: {}", ended.out);
        assert!(ended.out.contains(message) && !ended.out.contains('\u{1b}'), "{name}: {}", ended.out);
    }
}

fn flip(file: &Path) {
    let mut octets = fs::read(file).unwrap();
    let middle = octets.len() / 2;
    octets[middle] ^= 1;
    fs::write(file, octets).unwrap();
}

fn edit(folder: &Path, part: usize, edit: fn(&mut String)) {
    let file = folder.join("manifest.jws");
    let mut parts: Vec<_> = fs::read_to_string(&file).unwrap().trim().split('.').map(str::to_owned).collect();
    edit(&mut parts[part]);
    fs::write(file, parts.join(".")).unwrap();
}

#[test]
fn another_key_is_another_key() {
    let (folder, original, key) = run("own-key", Some(KEY));
    // The manifest of another run over the same files would be whole in itself: only the key tells.
    let (_, foreign, other) = run("other-key", None);
    assert_ne!(key, other);
    let verify = |bundle: &Path, key: &str| folder.run(&format!("verify-report {} --key {key}", bundle.display()));
    assert_eq!(verify(&original, &key).status, 0);
    let ended = verify(&foreign, &key);
    assert_eq!(ended.status, 1);
    assert!(ended.out.contains(&format!("signed by the key {other}, not by {key}")), "{}", ended.out);
    // The key stands in no file, and what [report] says stands in the report.
    let html = fs::read_to_string(original.join("report.html")).unwrap();
    assert!(html.contains("<h1>Quarterly test</h1>") && html.contains("reference server"), "{html}");
    for file in fs::read_dir(&original).unwrap().map(|entry| entry.unwrap().path()) {
        assert!(!fs::read_to_string(&file).unwrap().contains("MC4CAQ"), "{}", file.display());
    }
    assert!(fs::read_to_string(original.join("configuration.toml")).unwrap().contains("key = \"file:key.pem\""));
}

#[test]
fn a_key_that_is_none_is_found_out_before_anything_is_sent() {
    let folder = Folder::new("no-key");
    fs::write(folder.0.join("key.pem"), "nothing").unwrap();
    let text = configuration("http://127.0.0.1:1") + "[report]\nkey = \"file:key.pem\"\n";
    folder.configure(&text);
    folder.run("check --config countersign.toml").assert_refused(2, &["`key` of [report]", "openssl genpkey"]);
    folder.configure(&text.replace("file:key.pem", "file:none.pem"));
    folder.run("check --config countersign.toml").assert_refused(2, &["[report]", "none.pem", "cannot be read"]);
    assert_eq!(folder.files().len(), 2);
}

#[test]
fn two_runs_in_one_second_have_two_folders() {
    let folder = Folder::new("one-second");
    folder.configure(&configuration(&serve(None, 3600)));
    for _ in 0..3 {
        assert_eq!(folder.run("check --config countersign.toml --only grant-type/missing --seed 9").status, 0);
    }
    let runs = folder.files().into_iter().filter(|file| file.ends_with("run.json")).count();
    assert_eq!(runs, 3);
}
