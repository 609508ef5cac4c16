//! The command in real life: sockets, files, exit statuses.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Folder, bare, serve};
use countersign_harness::checks::{check, faults};
use countersign_harness::reference::{Registry, SHORT_TOKEN_LIFETIME, configuration, oddities};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

#[test]
fn the_reference_server_conforms() {
    let folder = Folder::new("conforms");
    folder.configure(&configuration(&serve(None, SHORT_TOKEN_LIFETIME)));
    let ended =
        folder.run("check --config countersign.toml --allow offensive --format json --output text=report.txt --seed 5");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    let run: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(run["schema"], "countersign/run/1");
    let open = run["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] != "pass");
    let open: Vec<_> = open.map(|check| check["id"].as_str().unwrap()).collect();
    // It does not throttle, demands no nonces, has no certificates for its keys, and stands on loopback, where no client has
    // one.
    let open: Vec<_> = open.into_iter().filter(|id| !id.starts_with("certificate/")).collect();
    assert_eq!(open, ["keys/certificates", "transport/plaintext", "dpop/nonce", "transport/throttling"]);
    assert_eq!(run["command"].as_array().unwrap().last().unwrap(), "offensive", "a replay is allowed the same");
    assert!(std::fs::read_to_string(folder.0.join("report.txt")).unwrap().contains("seed 5"));
    // The run lies where it belongs, and git does not see it.
    let ignored = std::fs::read_to_string(folder.0.join("countersign-runs/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
    assert!(folder.0.join("countersign-snapshots/countersign/success__body.snap").exists());
    nothing_leaks(&folder);
}

/// No file and no report holds a secret in any spelling, or a token.
fn nothing_leaks(folder: &Folder) {
    let mut files = folder.files();
    assert!(files.iter().any(|file| file.ends_with("exchanges.jsonl")));
    // The configuration for this server says what to export: published examples.
    files.retain(|file| !file.ends_with("countersign.toml"));
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for client in Registry.all().iter().filter(|client| !client.secret.is_empty()) {
            let form = form_urlencoded::byte_serialize(client.secret.as_bytes()).collect::<String>();
            assert!(!text.contains(client.secret) && !text.contains(&form), "{}", file.display());
        }
        // Every JWT begins with an object's brace in base64url; so does the manifest, and it is no token.
        let jwt = text.contains("eyJ") && !file.ends_with("manifest.jws");
        assert!(!jwt, "{}", file.display());
    }
}

#[test]
fn a_fault_behind_a_socket_is_found_and_named() {
    let (id, check, fault) = faults().find(|(id, ..)| id == "client-authentication/wrong-secret/prefix").unwrap();
    let folder = Folder::new("fault");
    folder.configure(&configuration(&serve(Some(fault.deviation), 3600)));
    let ended = folder.run("check --config countersign.toml --skip expiry/* --seed 5");
    assert_eq!(ended.status, 1, "{id}: {}{}", ended.out, ended.err);
    assert!(ended.out.contains(&format!("FAIL  {}", check.id)), "{}", ended.out);
    assert!(ended.out.contains("again      countersign check --config countersign.toml --only "), "{}", ended.out);
}

/// The oddities that only a socket shows.
#[test]
fn a_server_that_frames_its_answers_otherwise_conforms() {
    for name in ["chunked-bodies", "http-1.0"] {
        let odd = oddities().find(|oddity| oddity.name == name).unwrap();
        let folder = Folder::new(name);
        folder.configure(&configuration(&serve(Some(odd.deviation), 3600)));
        let ended = folder.run("check --config countersign.toml --skip expiry/* --cases 4");
        assert_eq!(ended.status, 0, "{name}: {}{}", ended.out, ended.err);
    }
}

/// What proptest reads from the environment belongs to somebody else's tests: nothing of it changes what is generated, nor
/// how a counterexample is made smaller.
#[test]
fn hostile_variables_of_proptest_change_nothing() {
    let hostile = [
        ("PROPTEST_CASES", "1"),
        ("PROPTEST_RNG_SEED", "99"),
        ("PROPTEST_RNG_ALGORITHM", "xs"),
        ("PROPTEST_MAX_LOCAL_REJECTS", "0"),
        ("PROPTEST_MAX_GLOBAL_REJECTS", "0"),
        ("PROPTEST_MAX_SHRINK_ITERS", "0"),
        ("PROPTEST_MAX_DEFAULT_SIZE_RANGE", "0"),
        ("PROPTEST_VERBOSE", "2"),
        ("PROPTEST_NONSENSE", "\u{1b}[2J"),
    ];
    for (topic, fault, status) in [
        ("parameters/*", None, 0),
        ("robustness/*", None, 0),
        ("method/*", None, 0),
        ("grant-type/unsupported", Some("grant-type/unsupported/urn-server-error"), 1),
        ("robustness/any-request", Some("robustness/any-request/quoted"), 1),
        ("method/post-only", Some("method/post-only/unknown-method"), 1),
    ] {
        let folder = Folder::new("proptest");
        let fault = fault.map(|fault| faults().find(|(id, ..)| id == fault).unwrap().2.deviation);
        folder.configure(&configuration(&serve(fault, 3600)));
        let sent = |variables: &[(&str, &str)]| {
            let arguments = format!("check --config countersign.toml --only {topic} --seed 5 --format json");
            let output = folder.command(&arguments).envs(variables.iter().copied()).output().unwrap();
            assert_eq!(output.status.code(), Some(status), "{topic}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
            let exchanges = folder.files().into_iter().filter(|file| file.ends_with("exchanges.jsonl")).max().unwrap();
            let exchanges = std::fs::read_to_string(exchanges).unwrap();
            std::fs::remove_dir_all(folder.0.join("countersign-runs")).unwrap();
            let exchanges = exchanges.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            let of_request = ["method", "uri", "request_fields", "request_body"];
            exchanges.map(|exchange| of_request.map(|member| exchange[member].to_string())).collect::<Vec<_>>()
        };
        assert!(sent(&[]) == sent(&hostile), "{topic}");
    }
}

#[test]
fn a_change_of_behaviour_differs_from_the_snapshot() {
    let folder = Folder::new("snapshot");
    let run = |deviation| {
        folder.configure(&configuration(&serve(deviation, 3600)));
        folder.run("check --config countersign.toml --only success/body")
    };
    assert_eq!(run(None).status, 0);
    assert_eq!(run(None).status, 0);
    let odd = oddities().find(|oddity| oddity.name == "lower-case-bearer").unwrap();
    let ended = run(Some(odd.deviation));
    assert_eq!(ended.status, 6, "{}", ended.out);
    assert!(ended.out.contains(r#"`token_type: "bearer"` instead of `token_type: "Bearer"`"#), "{}", ended.out);
    assert!(folder.0.join("countersign-snapshots/countersign/success__body.snap.new").exists());
}

/// Nobody looks at what a machine writes and throws away.
#[test]
fn in_ci_no_snapshot_is_written() {
    let folder = Folder::new("snapshot-in-ci");
    folder.configure(&configuration(&serve(None, 3600)));
    let run = |value: &str| {
        let mut command = folder.command("check --config countersign.toml --only success/body");
        assert_eq!(command.env("CI", value).output().unwrap().status.code(), Some(0));
        folder.0.join("countersign-snapshots").exists()
    };
    assert_eq!([run("true"), run("")], [false, true]);
}

#[test]
fn waivers_hold_until_their_day_and_while_there_is_something_to_accept() {
    let folder = Folder::new("waivers");
    let run = |check: &str, fault: &str, expires: &str, further: &str| {
        let fault = faults().find(|(id, ..)| *id == format!("{check}/{fault}")).map(|(_, _, fault)| fault.deviation);
        let waiver =
            format!("[[waivers]]\ncheck = \"{check}\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"{expires}\"\n");
        folder.configure(&(configuration(&serve(fault, 3600)) + &waiver));
        folder.run(&format!("check --config countersign.toml --only {check}{further}")).status
    };
    let check = "success/cache-headers";
    assert_eq!(run(check, "no-pragma", "2999-01-01", ""), 0, "accepted");
    assert_eq!(run(check, "no-pragma", "2020-01-01", ""), 1, "expired, and what it accepted is a violation");
    assert_eq!(run(check, "", "2999-01-01", ""), 6, "stale");
    assert_eq!(run(check, "", "2020-01-01", ""), 6, "stale and expired");
    // What leaves the exit status alone leaves it to the waiver.
    let check = "client-authentication/two-methods";
    assert_eq!(run(check, "header-wins", "2020-01-01", ""), 6, "expired, and what it accepted is a warning");
    assert_eq!(run(check, "header-wins", "2999-01-01", " --fail-on should"), 0, "accepted");
    assert_eq!(run(check, "header-wins", "2020-01-01", " --fail-on should"), 1, "expired");
}

/// Whoever runs a part, or lacks what the check needs, hears of the waiver all the same.
#[test]
fn a_waiver_expires_whatever_is_run() {
    let folder = Folder::new("expired-waiver");
    let run = |waived: &str, only: &str, fault: Option<&str>, expires: &str| {
        let fault = fault.map(|fault| faults().find(|(id, ..)| id == fault).unwrap().2.deviation);
        let waiver =
            format!("[[waivers]]\ncheck = \"{waived}\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"{expires}\"\n");
        folder.configure(&(configuration(&serve(fault, 3600)) + &waiver));
        let ended = folder.run(&format!("check --only {only} --output markdown=out.md --output html=out.html"));
        let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
        let [text, markdown, html] =
            [ended.out, read("out.md"), read("out.html")].map(|text| text.contains("The waiver of "));
        assert!(text == markdown && text == html, "{text} {markdown} {html}");
        (ended.status, text)
    };
    let (other, skipped) = ("success/members", "parameters/large");
    assert_eq!(run("success/body", other, None, "2999-01-01"), (0, false));
    assert_eq!(run("success/body", other, None, "2020-01-01"), (6, true));
    // What is worse is told first.
    assert_eq!(
        run("success/body", "success/cache-headers", Some("success/cache-headers/no-pragma"), "2020-01-01"),
        (1, true)
    );
    assert_eq!(run(skipped, skipped, None, "2020-01-01"), (4, true));
}

#[test]
fn a_run_without_a_configuration() {
    let folder = Folder::new("arguments");
    let issuer = serve(None, 3600);
    let ended = folder.run(&format!("check --issuer {issuer} --client-id reports-job --only success/*"));
    ended.assert_refused(2, &["the command line, key `secret`", "COUNTERSIGN_CLIENT_SECRET", "export it"]);
}

/// What `init` wrote and `doctor` looked at is what `check` runs.
#[test]
fn a_run_of_the_usual_configuration() {
    let folder = Folder::new("usual");
    folder.run("check").assert_refused(2, &["countersign.toml cannot be read", "`countersign init --issuer URL`"]);
    folder.run("check --client-id reports-job").assert_usage();
    folder.configure(&configuration(&serve(None, 3600)));
    let ended = folder.run("check --only success/body --format json");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    let run: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(run["command"], serde_json::json!(["check", "--config", "countersign.toml"]));
}

#[test]
fn a_run_names_the_statements_that_it_is_pinned_to() {
    let folder = Folder::new("statements");
    folder.configure(&configuration(&serve(None, 3600)));
    let ended = folder.run("check --config countersign.toml --only success/body --statements 2026.1 --format json");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    let run: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(run["statements"], "2026.1");
    assert_eq!(run["command"], serde_json::json!(["check", "--config", "countersign.toml", "--statements", "2026.1"]));
    let kept = folder.files().into_iter().find(|file| file.ends_with("configuration.toml")).unwrap();
    assert!(std::fs::read_to_string(kept).unwrap().contains("statements = \"2026.1\""));
    let unknown = folder.run("check --config countersign.toml --statements 2020.1");
    unknown.assert_refused(2, &["no set of statements `2020.1`", "there are 2026.1"]);
}

#[test]
fn a_dry_run_sends_nothing() {
    let folder = Folder::new("dry-run");
    folder.configure(&bare("http://127.0.0.1:1/token"));
    let ended = folder.run("check --config countersign.toml --dry-run --only grant-type/*");
    assert_eq!(ended.status, 0);
    assert!(
        ended.out.contains("7 checks, about ") && ended.out.ends_with("at most 3000; nothing was sent\n"),
        "{}",
        ended.out
    );
    assert_eq!(folder.files().len(), 1);
    folder.configure(&bare("http://127.0.0.1:1/token").replace("[client]", "ca_file = \"none.pem\"\n[client]"));
    folder.run("check --config countersign.toml --dry-run").assert_refused(2, &["`ca_file`", "none.pem"]);
}

/// What a dry run counts is what a run takes, up to where it waits and to what a server does not have.
#[test]
fn a_dry_run_counts_the_requests() {
    let folder = Folder::new("dry-run-counts");
    folder.configure(&configuration(&serve(None, 3600)));
    let arguments = "check --config countersign.toml --only parameters/* --only scope/* --seed 5";
    let dry = folder.run(&format!("{arguments} --dry-run")).out;
    let run: Value = serde_json::from_str(&folder.run(&format!("{arguments} --format json")).out).unwrap();
    let (requests, checks) = (&run["summary"]["requests"], run["checks"].as_array().unwrap().len());
    assert!(dry.contains(&format!("\n{checks} checks, about {requests} requests, at most 3000;")), "{requests}: {dry}");
    // What could hurt is not sent without consent, and the dry run knows.
    assert!(dry.contains("parameters/large                            0  "), "{dry}");
}

#[test]
fn nothing_selected() {
    let folder = Folder::new("nothing");
    folder.configure(&bare("http://127.0.0.1:1/token"));
    let ended = folder.run("check --config countersign.toml --only nothing-matches");
    ended.assert_refused(4, &["no check matches", "countersign list"]);
}

#[test]
fn an_output_that_cannot_be_written() {
    let folder = Folder::new("unwritable");
    folder.configure(&bare("http://127.0.0.1:1/token"));
    let ended = folder.run("check --config countersign.toml --output json=missing/report.json");
    ended.assert_refused(7, &["missing/report.json cannot be written", "choose another place"]);
    assert_eq!(folder.files().len(), 1);
}

#[test]
fn explain_shows_the_page_of_the_file() {
    let folder = Folder::new("explain");
    let ended = folder.run("explain grant-type/missing");
    assert!(ended.out.contains(&check("grant-type/missing").unwrap().page()), "{}", ended.out);
    assert!(folder.run("explain RFC6749-5.1-16").out.contains("Judged by: success/cache-headers"));
    assert!(folder.run("explain grant-type/missing/assumed").out.contains("takes client_credentials for granted"));
    let class = folder.run("explain D05").out;
    assert!(class.contains("Basic credentials") && class.contains("- client-authentication/"), "{class}");
    folder.run("explain no/such").assert_refused(2, &["`no/such`", "countersign list"]);
}

#[test]
fn every_fault_can_be_served() {
    let listed = Folder::new("list-faults").run("serve --list-faults").out;
    for (id, ..) in faults() {
        assert!(listed.contains(&id), "{id}");
    }
    Folder::new("no-fault").run("serve --fault no/such").assert_refused(2, &["no/such", "--list-faults"]);
}

#[test]
fn checks_page_is_current() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../CHECKS.md")).unwrap();
    let listed = Folder::new("list").run("list --format markdown").out;
    assert!(page == listed, "write it again: cargo run --bin countersign -- list --format markdown > CHECKS.md");
}

#[test]
fn the_demo_is_green() {
    let folder = Folder::new("demo");
    let ended = folder.run("demo");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("The run lies in countersign-runs/"), "{}", ended.out);
    assert_eq!(ended.err, "", "progress vanishes in a pipe");
    let faulty = folder.run("demo --fault grant-type/missing/assumed --only grant-type/* --seed 3");
    assert_eq!(faulty.status, 1, "{}{}", faulty.out, faulty.err);
    let again = "countersign demo --fault grant-type/missing/assumed --only grant-type/missing --seed 3";
    // A command that is longer than a line goes on in the next one.
    let out = faulty.out.replace(" \\\n             ", " ");
    assert!(out.contains(again), "{out}");
}

/// Its tokens live for longer than the looks at one that was revoked.
#[test]
fn the_demo_sees_that_a_token_outlives_its_revocation() {
    let ended =
        Folder::new("demo-revocation").run("demo --fault revocation/effect/hint-decides --only revocation/effect");
    assert_eq!(ended.status, 1, "{}{}", ended.out, ended.err);
}

/// Else it would look as if the fault were not found.
#[test]
fn whoever_chooses_a_fault_that_cannot_show_here_is_told() {
    let folder = Folder::new("unseen");
    let fault = "certificate/missing/not-needed";
    let warning = format!("warning: no check finds {fault} here: certificates are presented over TLS, ");
    let demo = folder.run(&format!("demo --fault {fault} --only certificate/missing"));
    assert!(demo.err.starts_with(&warning), "{}", demo.err);
    let mut command = folder.command(&format!("serve --port 0 --fault {fault}"));
    let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let read = BufReader::new(server.stderr.take().unwrap()).read_line(&mut line);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(read.is_ok() && line.starts_with(&warning), "{line}");
}
