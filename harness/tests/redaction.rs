//! Whatever a server echoes, and however: no artefact holds a secret or a token in any encoding.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::command::{Folder, SECRET, bare};
use common::exchange::{artefacts, run_against};
use common::{all, options};
use countersign_harness::catalogue::Level;
use countersign_harness::report::is_vocabulary;
use countersign_harness::wire::{BasicEncoding, Request, Response, basic_authorization};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

type Encoding = fn(&str, usize) -> String;

/// What servers and frameworks make of a value, written without the product's own code.
const ENCODINGS: [Encoding; 18] = [
    |value, _| value.to_owned(),
    |value, _| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
    |value, _| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string().replace("%20", "+"),
    |value, _| value.bytes().map(|octet| format!("%{octet:02x}")).collect(),
    |value, _| value.bytes().map(|octet| format!("{octet:02x}")).collect(),
    |value, _| value.bytes().map(|octet| format!("{octet:02X}")).collect(),
    |value, number| STANDARD.encode(format!("{}{value}", "x".repeat(number % 7))),
    |value, number| URL_SAFE_NO_PAD.encode(format!("{}{value}{}", "x".repeat(number % 7), "y".repeat(number % 5))),
    |value, _| basic_authorization("job", value, BasicEncoding::Form),
    |value, _| json!(value).to_string(),
    |value, _| json!(value).to_string().replace('/', "\\/"),
    |value, _| value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
    |value, _| value.to_lowercase(),
    |value, _| STANDARD.encode(format!("job:{value}")),
    |value, _| value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
    |value, _| value.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
    |value, _| value.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
    |value, number| utf8_percent_encode(&STANDARD.encode(format!("{number}:{value}")), NON_ALPHANUMERIC).to_string(),
];

const CONFIG: &str = r#"
[target]
token_endpoint = "https://echo.example/token"
introspection_endpoint = "https://echo.example/introspect"
protected_url = "https://echo.example/api"
[client]
id = "job"
secret = "env:S"
scopes = ["read", "write"]
[companion.second]
id = "second"
secret = "env:S"
authentication = "client_secret_post"
[companion.disposable]
id = "disposable"
secret = "env:S"
[companion.read_only]
id = "reader"
secret = "env:S"
scopes = ["read"]
"#;

/// A server that issues tokens and echoes what it was ever sent or has issued, each time in another way and place.
fn echo(secret: &str, issued: &RefCell<Vec<String>>, request: &Request, number: usize) -> Response {
    let token =
        format!("eyJhbGciOiJub25lIn0.{}.sig-{}", URL_SAFE_NO_PAD.encode(format!("{{\"n\":{number}}}")), number * 7919);
    let known = issued.borrow();
    let value = match (number % 3, known.get(number % known.len().max(1))) {
        (0, Some(token)) => token.clone(),
        (1, Some(token)) => token.rsplit('.').next().unwrap().to_owned(),
        _ => secret.to_owned(),
    };
    drop(known);
    let echoed = ENCODINGS[number / 3 % ENCODINGS.len()](&value, number);
    let works =
        request.form().get("grant_type") == Some("client_credentials") && !number.is_multiple_of(5) || number < 20;
    let mut response = if works {
        issued.borrow_mut().push(token.clone());
        Response::json(200, &json!({"access_token": token, "token_type": "Bearer", "expires_in": 60, "echo": echoed}))
    } else {
        match number % 7 {
            0 => Response::json(400, &json!({"error": "invalid_request", "error_description": echoed})),
            1 => Response::json(401, &json!({"error": echoed})),
            2 => Response { body: format!("<p>{echoed}</p>").into_bytes(), ..Response::empty(500) },
            3 => {
                let mut redirect = Response::empty(302);
                let line = echoed.replace(['\r', '\n'], "");
                redirect.fields.set("Location", format!("https://elsewhere.example/?error_description={line}&a=b"));
                redirect
            }
            4 => Response::json(
                400,
                &json!({"error": "invalid_request", "error_uri": format!("https://e.example/{echoed}")}),
            ),
            5 => {
                let page = format!("<html><body title='{echoed}'><pre>secret={echoed}&amp;</pre></body></html>");
                let mut response = Response { body: page.into_bytes(), ..Response::empty(400) };
                response.fields.set("Content-Type", "text/html");
                response
            }
            _ => Response::json(200, &json!({"inner": {"refresh_token": token, "text": format!("seen: {echoed}.")}})),
        }
    };
    response.fields.set("X-Echo", echoed.replace(['\r', '\n'], ""));
    response.fields.append("Set-Cookie", format!("seen={}; Path=/", echoed.replace(['\r', '\n'], "")));
    response.fields.set("WWW-Authenticate", format!("Basic realm=\"{echoed}\""));
    response
}

#[test]
fn no_artefact_holds_a_secret_or_a_token() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Every request form occurs in a quarter of the checks.
    let some: Vec<_> = all().iter().copied().step_by(4).collect();
    let mut runner = TestRunner::new(Config {
        cases: 4,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..Config::default()
    });
    // Eight characters and more, of those that forms, JSON, HTML and base64 write in different ways.
    let secrets =
        "[a-zA-Z0-9+/=%&?\"<>~é -]{8,70}".prop_filter("a word of ours", |secret| !is_vocabulary(secret.trim()));
    runner
        .run(&secrets, |secret| {
            let issued = RefCell::new(Vec::new());
            let answer = |request: &Request, number| echo(&secret, &issued, request, number);
            let completed = runtime.block_on(run_against(answer, CONFIG, &secret, &some, &options(Level::Must)));
            prop_assert!(completed.exchanges.len() > 40);
            let mut values: BTreeSet<String> = issued.borrow().iter().cloned().collect();
            values.extend(issued.borrow().iter().map(|token| token.rsplit('.').next().unwrap().to_owned()));
            values.insert(secret.clone());
            for (name, text) in artefacts(&completed) {
                let parts = parts(&text);
                for value in &values {
                    let found = ENCODINGS.iter().find(|encoding| stands(&text, &parts, &encoding(value, 0)));
                    prop_assert!(found.is_none(), "{name} holds {value}: {}", found.unwrap()(value, 0));
                    prop_assert!(!encoded(&parts, value), "{name} holds {value} in base64");
                }
                prop_assert!(!completed.seal.finds(&text, &is_vocabulary), "{name}");
            }
            Ok(())
        })
        .unwrap();
}

/// The runs of characters that base64 is made of, each once.
fn parts(text: &str) -> BTreeSet<&str> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/-_".contains(c));
    parts.filter(|part| part.len() >= 10).collect()
}

/// A short word is looked for as a word.
fn stands(text: &str, parts: &BTreeSet<&str>, value: &str) -> bool {
    if value.len() < 10 && value.chars().all(|c| c.is_ascii_alphanumeric()) {
        parts.contains(value)
    } else {
        text.contains(value)
    }
}

/// Decoded from each of its first four characters on, which finds a value at every offset.
fn encoded(parts: &BTreeSet<&str>, value: &str) -> bool {
    parts.iter().any(|part| {
        (0..4).filter_map(|start| part.get(start..)).any(|part| {
            let whole = part.len() / 4 * 4;
            let text = part.get(..whole).unwrap_or_default().replace('+', "-").replace('/', "_");
            let octets = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
            octets.windows(value.len()).any(|window| window == value.as_bytes())
        })
    })
}

/// The command in real life: every file that it leaves, and what it prints.
#[tokio::test]
async fn no_file_of_a_bundle_holds_a_secret_or_a_token() {
    let server = MockServer::start().await;
    let issued = Arc::new(Mutex::new((0, Vec::new())));
    let shared = Arc::clone(&issued);
    let respond = move |request: &wiremock::Request| {
        let (number, tokens) = &mut *shared.lock().unwrap();
        *number += 1;
        let mut asked = Request::get(request.url.as_str());
        asked.body.clone_from(&request.body);
        let known = RefCell::new(std::mem::take(tokens));
        let answer = echo(SECRET, &known, &asked, *number);
        *tokens = known.into_inner();
        let template = ResponseTemplate::new(answer.status).set_body_bytes(answer.body);
        answer.fields.iter().fold(template, |template, (name, value)| template.append_header(name, value))
    };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    let folder = Folder::new("redaction");
    folder.configure(
        &bare(&format!("{}/token", server.uri())).replace("id = \"job\"", "id = \"job\"\nscopes = [\"read\"]"),
    );
    let folder = tokio::task::spawn_blocking(move || {
        let ended =
            folder.run("check --config countersign.toml --seed 3 --cases 2 --output html=again.html --skip expiry/*");
        assert_eq!(ended.status, 1, "{}{}", ended.out, ended.err);
        std::fs::write(folder.0.join("printed"), ended.out + &ended.err).unwrap();
        folder
    });
    let folder = folder.await.unwrap();
    let mut values: BTreeSet<String> = issued.lock().unwrap().1.iter().cloned().collect();
    assert!(values.len() > 40, "{}", values.len());
    values.insert(SECRET.to_owned());
    let files = folder.files();
    for name in ["run.json", "manifest.jws", "configuration.toml", "exchanges.jsonl", "again.html", "printed"] {
        assert!(files.iter().any(|file| file.ends_with(name)), "{name}");
    }
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let parts = parts(&text);
        for value in &values {
            let found = ENCODINGS.iter().find(|encoding| stands(&text, &parts, &encoding(value, 0)));
            assert!(found.is_none() && !encoded(&parts, value), "{} holds {value}", file.display());
        }
    }
}

/// With a quadratic step anywhere this would take minutes.
#[test]
fn a_token_of_a_million_octets_is_no_matter() {
    let mut redactor = countersign_harness::wire::Redactor::default();
    redactor.learn_pair("job", "s3cret-of-the-test");
    let tokens: Vec<_> = (0..10).map(|number| format!("{number}{}", "aB3_".repeat(225_000))).collect();
    for token in &tokens {
        redactor.learn_token(token);
        let body = format!("{{\"access_token\":\"{token}\",\"echo\":\"{token}\"}}");
        assert!(redactor.body(&body).len() < 100);
    }
    let seal = redactor.seal();
    // What is left are the last bits and the padding.
    let redacted = seal.text(&STANDARD.encode(&tokens[3]));
    assert!(redacted.starts_with("[redacted:") && redacted.len() < 20, "{redacted}");
    assert!(seal.finds(&tokens[9], &|_| false));
}
