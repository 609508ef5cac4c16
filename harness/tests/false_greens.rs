//! What other testers call green: nothing was tested, nobody could read or write it, or the server says the same to everything.
//!
//! Besides these: `command.rs` (nothing selected, a report that cannot be written), `silence.rs` (a server that starts to fail
//! midway, or says nothing), `bad_input.rs` (a full disk, a busy server, mistakes in the configuration).

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Ended, Folder, bare, serve};
use common::{CASES, CONFIG, options, run_as};
use countersign_harness::catalogue::Level;
use countersign_harness::checks::check;
use countersign_harness::reference::{Deviation, Registry, configuration};
use countersign_harness::report::Judgement;
use countersign_harness::target::Role;
use countersign_harness::wire::Response;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// `check` against a server that answers everything so.
async fn check_against(name: &str, answer: ResponseTemplate) -> (Folder, Ended) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let (folder, uri) = (Folder::new(name), server.uri());
    // Two clients more, so that nobody can say that there was nobody to refuse.
    let companions = "[companion.second]\nid = \"second\"\nsecret = \"env:SECRET\"\n\
                      [companion.disposable]\nid = \"disposable\"\nsecret = \"env:SECRET\"\n";
    folder.configure(&(bare(&format!("{uri}/token")) + companions));
    tokio::task::spawn_blocking(move || {
        let ended = folder.run("check --config countersign.toml --seed 5");
        (folder, ended)
    })
    .await
    .unwrap()
}

/// Loud, and not a hundred times: one cause, with what follows from it beneath.
#[tokio::test]
async fn a_server_that_accepts_everything() {
    let token = json!({"access_token": "opaque-0123456789", "token_type": "Bearer", "expires_in": 60});
    let (_, ended) = check_against("accepts-everything", ResponseTemplate::new(200).set_body_json(token)).await;
    assert_eq!(ended.status, 1, "{}{}", ended.out, ended.err);
    let causes: Vec<_> = ended.out.lines().filter(|line| line.starts_with("  cause ")).collect();
    assert_eq!(causes.len(), 1, "{}", ended.out);
    // Beside that, only what its tokens themselves break: it is one token, whose lifetime does not become less.
    let own = ["FAIL  success/cache-headers", "FAIL  expiry/token-times  HARNESS-13"];
    let told: Vec<_> = ended.out.lines().filter(|line| line.starts_with("FAIL  ")).collect();
    let others = told.into_iter().filter(|line| !own.iter().any(|own| line.starts_with(own)));
    assert_eq!(others.collect::<Vec<_>>(), ["FAIL  client-authentication/missing  RFC6749-4.4.2-02  must, critical"]);
}

/// Nothing can be said of a server that refuses the client that should work: no check runs, and the remedy is named.
#[tokio::test]
async fn a_server_that_refuses_everything() {
    for (status, code, remedy) in [
        (401, "invalid_client", "check `id`, `secret`"),
        (400, "unauthorized_client", "allow this client the client_credentials grant"),
        (400, "unsupported_grant_type", "allow this client the client_credentials grant"),
        (400, "invalid_scope", "check `scopes` in [client]"),
        (400, "invalid_target", "check `resource` in [target]"),
    ] {
        let answer = ResponseTemplate::new(status).set_body_json(json!({"error": code}));
        let (folder, ended) = check_against(&format!("refuses-everything-{code}"), answer).await;
        ended.assert_refused(3, &["refuses the client that should work", &format!("error={code}"), remedy]);
        assert_eq!(folder.files().len(), 1, "no report of a run that was none");
    }
    let (folder, ended) = check_against("refuses-everything", ResponseTemplate::new(403)).await;
    ended.assert_refused(3, &["neither a token nor an error (status 403", "check that this is the token endpoint"]);
    assert_eq!(folder.files().len(), 1);
}

/// Every check that was selected is skipped: nothing was tested, and that is no green.
#[test]
fn nothing_but_skipped_checks() {
    let folder = Folder::new("all-skipped");
    let issuer = serve(None, 3600);
    let bare = configuration(&issuer).split("[companion.").next().unwrap().to_owned();
    folder.configure(&bare);
    let ended =
        folder.run("check --config countersign.toml --only scope/reserved --only client-authentication/public-client");
    assert_eq!(ended.status, 4, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains(" 0 passed, 0 failed, 2 skipped"), "{}", ended.out);
}

/// A configuration that is there and cannot be read is none: no defaults are taken for it.
#[test]
fn an_unreadable_configuration() {
    let folder = Folder::new("unreadable-configuration");
    std::fs::create_dir(folder.0.join("folder.toml")).unwrap();
    std::fs::write(folder.0.join("octets.toml"), b"[target]\ntoken_endpoint = \"\xff\"\n").unwrap();
    std::fs::write(folder.0.join("empty.toml"), "").unwrap();
    for (file, words) in [
        ("none.toml", ["none.toml cannot be read", ""]),
        ("folder.toml", ["folder.toml cannot be read", ""]),
        ("octets.toml", ["octets.toml cannot be read", ""]),
        ("empty.toml", ["empty.toml, line 1", "target"]),
    ] {
        for command in ["check", "doctor"] {
            folder.run(&format!("{command} --config {file}")).assert_refused(2, &words);
        }
    }
}

/// Whoever crashes has read the assertion, and refuses it when it comes again: the crash must not hide behind that.
#[tokio::test]
async fn a_server_that_crashes_and_remembers_the_assertion() {
    let crashes = Deviation::Answers(|request, response| {
        let crash = request.form().iter().any(|(_, value)| !value.is_ascii()) && response.status == 400;
        if request.path() == "/token" && crash {
            *response = Response::empty(500);
        }
    });
    let (_, mut companions) = Registry.clients();
    let signs = companions.remove(&Role::PrivateKeyJwt).unwrap();
    let checks = [check("robustness/any-request").unwrap()];
    let completed = run_as((signs, companions), Some(crashes), &checks, &options(Level::Must), CONFIG, CASES).await;
    let checked = &completed.run.checks[0];
    assert_eq!(checked.outcome, Judgement::Fail, "{:?}", checked.reason);
    assert_eq!(checked.finding.as_ref().unwrap().requirement.as_deref(), Some("HARNESS-04"));
}
