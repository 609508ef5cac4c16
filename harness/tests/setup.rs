//! The commands around a run: `init`, `doctor`, `token`.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Folder, bare, serve};
use countersign_harness::reference::{Deviation, configuration};
use countersign_harness::wire::{Request, Response};
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
fn the_doctor_says_shortly_what_is_fine() {
    let folder = Folder::new("doctor");
    let issuer = serve(None, 60);
    folder.configure(&configuration(&issuer));
    let ended = folder.run("doctor");
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.ends_with("A run can begin.\n"), "{}", ended.out);
    assert!(ended.out.lines().rev().skip(1).all(|line| line.starts_with("ok    ")), "{}", ended.out);
    for line in [
        "ok    DNS                  127.0.0.1\n".to_owned(),
        "ok    TLS                  none, on loopback\n".to_owned(),
        "ok    metadata             ".to_owned(),
        "ok    keys                 ".to_owned(),
        "ok    [client]             gets a token\n".to_owned(),
        format!("ok    introspection        {issuer}/introspect\n"),
        format!("ok    protected resource   {issuer}/api\n"),
        "ok    lifetime of tokens   60 s, for which a run waits\n".to_owned(),
        format!("ok    revocation           {issuer}/revoke\n"),
        "ok    [companion.second]   gets a token\n".to_owned(),
        "ok    reserved characters  a client has some\n".to_owned(),
    ] {
        assert!(ended.out.contains(&line), "{line}: {}", ended.out);
    }
    folder.configure(&bare(&format!("{issuer}/token")).replace("\"job\"", "\"reports-job\""));
    assert!(folder.run("doctor").out.contains("ok    metadata             none, and none is needed"));
    folder.run("doctor --config none.toml").assert_refused(2, &["none.toml cannot be read"]);
}

/// A trouble: what is wrong with the configuration or the server, the line that says so, and the remedy in it.
struct Trouble {
    configuration: fn(&str) -> String,
    deviation: Option<Deviation>,
    line: &'static str,
    remedy: &'static str,
}

/// A trouble of the configuration alone.
const fn configured(configuration: fn(&str) -> String, line: &'static str, remedy: &'static str) -> Trouble {
    Trouble { configuration, deviation: None, line, remedy }
}

/// A trouble of the server alone.
const fn served(answers: fn(&Request, &mut Response), line: &'static str, remedy: &'static str) -> Trouble {
    Trouble { configuration, deviation: Some(Deviation::Answers(answers)), line, remedy }
}

/// The usual configuration with one more key of [target].
fn target(issuer: &str, key: &str) -> String {
    configuration(issuer).replacen("[target]", &format!("[target]\n{key}"), 1)
}

const TROUBLES: [Trouble; 18] = [
    configured(
        |issuer| configuration(issuer).replace(issuer, "https://nobody.invalid"),
        "FAIL  DNS                  no address for nobody.invalid:443: ",
        "correct the name in [target]",
    ),
    configured(
        |issuer| configuration(issuer).replace("issuer = \"http:", "issuer = \"https:"),
        "FAIL  TLS                  no TLS connection to 127.0.0.1:",
        "name it with `ca_file`",
    ),
    configured(
        |_| bare("http://127.0.0.1:1/token"),
        "FAIL  connection           nothing answers at 127.0.0.1:1: ",
        "check the address",
    ),
    configured(
        |issuer| {
            let (own, other) = (format!("issuer = \"{issuer}\"\n"), format!("issuer = \"{issuer}/other\"\n"));
            let endpoint = format!("token_endpoint = \"{issuer}/token\"\n");
            configuration(issuer).replacen(&own, &other, 1).replacen(&endpoint, "", 1)
        },
        "FAIL  metadata             ",
        "name `token_endpoint` in [target] yourself",
    ),
    configured(
        |issuer| target(issuer, &format!("jwks_uri = \"{issuer}/none\"")),
        "FAIL  keys                 ",
        "correct `jwks_uri`",
    ),
    configured(
        |issuer| configuration(issuer).replacen("env:CLIENT_SECRET", "env:SECRET", 1),
        "FAIL  [client]             the token endpoint refuses the client",
        "check `id`, `secret`",
    ),
    configured(
        |issuer| configuration(issuer).replace("env:COMPANION_SECOND_SECRET", "env:SECRET"),
        "FAIL  [companion.second]   gets no token (status 401, error=invalid_client)",
        "check its `id`",
    ),
    served(
        |_, response| response.fields.set("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        "FAIL  clocks               -",
        "synchronise this machine or the server",
    ),
    configured(
        |issuer| {
            configuration(issuer).replace(&format!("{issuer}/api\"\nresource"), "http://127.0.0.1:1/api\"\nresource")
        },
        "FAIL  protected resource   nothing answers at 127.0.0.1:1: ",
        "it is `protected_url`",
    ),
    configured(
        |issuer| configuration(issuer).replace("/api\"\nresource", "/none\"\nresource"),
        "FAIL  protected resource   ",
        "correct `protected_url`",
    ),
    configured(
        |issuer| target(issuer, "introspection_endpoint = \"http://127.0.0.1:1/introspect\""),
        "FAIL  introspection        nothing answers at 127.0.0.1:1: ",
        "it is `introspection_endpoint`",
    ),
    configured(
        |issuer| target(issuer, &format!("introspection_endpoint = \"{issuer}/none\"")),
        "note  introspection        ",
        "allow it to introspect its tokens",
    ),
    served(
        |request, response| {
            if request.path() == "/introspect" {
                *response = Response::json(200, &serde_json::json!({"active": false}));
            }
        },
        "note  introspection        ",
        "allow it to introspect its tokens",
    ),
    configured(
        |issuer| target(issuer, "revocation_endpoint = \"http://127.0.0.1:1/revoke\""),
        "FAIL  revocation           nothing answers at 127.0.0.1:1: ",
        "it is `revocation_endpoint`",
    ),
    configured(
        |issuer| target(issuer, &format!("revocation_endpoint = \"{issuer}/none\"")),
        "FAIL  revocation           ",
        "correct `revocation_endpoint`",
    ),
    served(
        |request, response| {
            if request.path() == "/revoke" {
                *response = Response::json(400, &serde_json::json!({"error": "unsupported_token_type"}));
            }
        },
        "note  revocation           ",
        "revokes no access tokens",
    ),
    configured(
        |issuer| configuration(issuer).replace("[limits]", "[limits]\nmax_wait_seconds = 30"),
        "note  lifetime of tokens   60 s, beyond `max_wait_seconds` (30): expiry is not judged; ",
        "raise that",
    ),
    configured(
        |issuer| {
            bare(&format!("{issuer}/token")).replace("job", "reports-job").replace("env:SECRET", "env:CLIENT_SECRET")
        },
        "note  reserved characters  no client has any in its id or secret",
        "add [companion.reserved_characters]",
    ),
];

#[test]
fn the_doctor_names_each_trouble_with_its_remedy() {
    let folder = Folder::new("doctor-troubles");
    for Trouble { configuration, deviation, line, remedy } in TROUBLES {
        folder.configure(&configuration(&serve(deviation, 60)));
        let ended = folder.run("doctor");
        let told = ended.out.lines().find(|told| told.starts_with(line));
        assert!(told.is_some_and(|told| told.contains(remedy)), "{line}{remedy}: {}{}", ended.out, ended.err);
        // Nothing but a trouble keeps a run from its beginning.
        let expected = if line.starts_with("FAIL") { (3, " to mend.\n") } else { (0, "A run can begin.\n") };
        assert!(ended.status == expected.0 && ended.out.ends_with(expected.1), "{line}: {}", ended.out);
    }
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
