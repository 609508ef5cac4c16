//! The commands around a run: `init`, `doctor`, `token`.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Folder, bare, configuration, serve};
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

#[test]
fn a_configuration_is_made_from_the_metadata_and_works() {
    let folder = Folder::new("init");
    let issuer = serve(None, 3600);
    let ended = folder.run(&format!("init --issuer {issuer} --client-id reports-job"));
    assert_eq!(ended.status, 0, "{}", ended.err);
    assert!(ended.out.contains("countersign doctor --config countersign.toml"), "{}", ended.out);
    let written = fs::read_to_string(folder.0.join("countersign.toml")).unwrap();
    assert!(written.contains("the server names: read write") || written.contains("the server names: "), "{written}");
    // Editors find the schema beside it, and it is the published one.
    assert!(written.starts_with("#:schema ./countersign.schema.json\n"), "{written}");
    let schema = fs::read_to_string(folder.0.join("countersign.schema.json")).unwrap();
    assert!(schema == include_str!("../schema/countersign.schema.json"));
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(schema.is_valid(&toml::from_str(&written).unwrap()), "{written}");
    // What a later version judges besides leaves the exit status alone.
    assert!(written.contains("\nstatements = \"2026.1\" "), "{written}");
    // It is left alone from then on.
    folder.run(&format!("init --issuer {issuer}")).assert_refused(2, &["countersign.toml is there already", "--file"]);
    folder.configure(&written.replace("COUNTERSIGN_CLIENT_SECRET\"", "CLIENT_SECRET\""));
    let ended = folder.run("check --config countersign.toml --only grant-type/missing");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    let nobody = folder.run("init --issuer http://127.0.0.1:1 --file other.toml");
    nobody.assert_refused(3, &["the metadata cannot be fetched", "127.0.0.1:1"]);
    folder
        .run("init --issuer http://a.example --file other.toml")
        .assert_refused(2, &["the command line", "clear text"]);
}

#[test]
fn the_doctor_names_each_trouble_with_its_remedy() {
    let folder = Folder::new("doctor");
    let issuer = serve(None, 3600);
    folder.configure(&configuration(&issuer));
    let ended = folder.run("doctor");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.ends_with("A run can begin.\n"), "{}", ended.out);
    for line in ["ok    metadata", "ok    keys", "ok    [client]             gets a token", "ok    [companion.second]"]
    {
        assert!(ended.out.contains(line), "{line}: {}", ended.out);
    }
    // A wrong secret of a companion, and a main client that is unknown.
    folder.configure(&configuration(&issuer).replace("env:COMPANION_SECOND_SECRET", "env:SECRET"));
    let ended = folder.run("doctor");
    assert_eq!(ended.status, 3);
    let line = "FAIL  [companion.second]   gets no token (status 401, error=invalid_client); check its `id`";
    assert!(ended.out.contains(line) && ended.out.ends_with("1 to mend.\n"), "{}", ended.out);
    folder.configure(&bare("http://127.0.0.1:1/token"));
    let ended = folder.run("doctor");
    assert_eq!(ended.status, 3);
    assert!(ended.out.contains("ok    metadata             none, and none is needed"), "{}", ended.out);
    assert!(ended.out.contains("FAIL  [client]") && ended.out.contains("check the address"), "{}", ended.out);
    folder.run("doctor --config none.toml").assert_refused(2, &["none.toml cannot be read"]);
}

#[test]
fn a_token_is_accepted_or_refused_and_the_reason_is_told() {
    let folder = Folder::new("token");
    let issuer = serve(None, 3600);
    let token = token(&issuer);
    let judge = |arguments: &str, token: &str| {
        let mut command = folder.command(&format!("token --issuer {issuer} {arguments}"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Who refuses the options may be gone before it reads.
        _ = child.stdin.take().unwrap().write_all(token.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text)
    };
    let (status, text) = judge("", &format!("{token}\n"));
    assert!(status == 0 && text.starts_with("accepted: ") && text.contains("name yours with `--audience`"), "{text}");
    assert!(!text.contains(&token));
    let (status, text) = judge("--audience https://nobody.example", &token);
    assert!(status == 1 && text.contains("code   invalid_audience"), "{text}");
    let (head, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let (status, text) = judge("", &format!("{head}.{other}{}", &signature[1..]));
    assert!(status == 1 && text.contains("code   invalid_signature"), "{text}");
    fs::write(folder.0.join("keys.json"), "{\"keys\":[]}").unwrap();
    let (status, text) = judge("--jwks keys.json", &token);
    assert!(status == 1 && text.contains("code   key_not_found"), "{text}");
    let (status, text) = judge("--jwks none.json", &token);
    assert!(status == 3 && text.contains("none.json") && text.contains("`--jwks`"), "{text}");
    let (status, text) = judge("--profile nothing", &token);
    assert!(status == 2 && text.contains("profile"), "{text}");
    folder.run(&format!("token --issuer {issuer} none.jwt")).assert_refused(2, &["none.jwt cannot be read"]);
}

/// A token of the reference server, which is never written to a file.
fn token(issuer: &str) -> String {
    let client = countersign_harness::reference::Registry.clients().0;
    let request = countersign_harness::run::TokenRequest::baseline(&format!("{issuer}/token"), &client, None, issuer);
    let socket = countersign_harness::wire::Socket::new(None).unwrap();
    let limits = countersign_harness::target::Limits::default();
    let link = countersign_harness::run::Link::new(&socket, &countersign_harness::clock::SystemClock, &limits);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reply = runtime.block_on(link.send(&request.to_request())).unwrap();
    reply.response.text("access_token").unwrap()
}
