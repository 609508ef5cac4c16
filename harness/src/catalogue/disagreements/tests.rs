//! Every row of the table as verdicts: canned replies under each profile.

use super::{DISAGREEMENTS, Decision, Worth, rulings, told, worth};
use crate::catalogue::{Level, statement, statements};
use crate::checks::{self, check};
use crate::jwt::Jwt;
use crate::reference::{ASSERTION_TYPE, Registry};
use crate::report::Status;
use crate::target::{Profile, Role};
use crate::testing::*;
use crate::wire::{BasicEncoding, Request, Response, basic_authorization};
use serde_json::{Value, json};

/// What a run may choose: each profile alone, and then what people write who want the next version of OAuth.
const CHOICES: [&str; 6] = [
    "[profile]\nnames = [\"rfc6749\"]\n",
    "[profile]\nnames = [\"rfc9068\"]\n",
    "[profile]\nnames = [\"oauth21\"]\n",
    "[profile]\nnames = [\"bcp9700\"]\n",
    "[profile]\nnames = [\"7523bis\"]\n",
    "[profile]\nnames = [\"rfc6749\", \"oauth21\"]\n",
];

/// The verdicts of this check on such a server, for each choice.
async fn verdicts(id: &str, server: &dyn Fn() -> Canned) -> Vec<String> {
    let mut verdicts = Vec::new();
    for choice in CHOICES {
        let mut server = server();
        server.extra = choice;
        verdicts.push(server.verdict(check(id).unwrap()).await);
    }
    verdicts
}

/// The same verdict under every profile.
async fn alike(id: &str, expected: &str, server: &dyn Fn() -> Canned) {
    assert_eq!(verdicts(id, server).await, [expected; CHOICES.len()], "{id}");
}

/// A server that answers such token requests so, and others with a token.
fn answers(case: fn(&Request) -> bool, reply: Response) -> impl Fn() -> Canned {
    move || {
        let reply = reply.clone();
        canned(move |request| (request.path() == "/token" && case(request)).then(|| reply.clone()))
    }
}

/// A server with this metadata.
fn publishes(members: Value) -> impl Fn() -> Canned {
    move || {
        let text = document(&members).to_string();
        canned(move |request| {
            let own = || serde_json::from_str(&text.replace("BASE", &base(request))).unwrap();
            (request.path() == WELL_KNOWN).then(|| Response::json(200, &own()))
        })
    }
}

/// With a client that signs.
fn with_assertions(mut server: Canned) -> Canned {
    server.further = Registry.clients().1.into_iter().filter(|(role, _)| *role == Role::PrivateKeyJwt).collect();
    server
}

fn without(name: &str, mut response: Response) -> Response {
    response.edit_object(|object| _ = object.remove(name));
    response.fields.remove(name);
    response
}

#[tokio::test]
async fn several_ways_to_authenticate_in_one_request() {
    let both =
        |request: &Request| request.fields.get("Authorization").is_some() && request.form().count("client_secret") > 0;
    for code in ["invalid_request", "invalid_client"] {
        alike("client-authentication/two-methods", "pass", &answers(both, refusal(400, code))).await;
        let untyped = |request: &Request| {
            let form = request.form();
            let (one, typed) = (form.count("client_assertion") == 1, form.get("client_assertion_type"));
            let single = form.get("client_assertion").is_some_and(|text| !text.contains(' '));
            typed.is_some() && !(one && single && typed == Some(ASSERTION_TYPE)) || typed.is_none() && one
        };
        let server = answers(untyped, refusal(400, code));
        alike("assertion/parameters", "pass", &|| with_assertions(server())).await;
    }
    let other = answers(both, refusal(400, "invalid_grant"));
    alike("client-authentication/two-methods", "fail must RFC6749-2.3-01", &other).await;
}

/// Where the profiles leave a statement out, nothing is said of it, whatever the server does.
#[tokio::test]
async fn what_is_not_judged_is_not_called_met() {
    let check = check("success/cache-headers").unwrap();
    for (choice, status) in [(CHOICES[0], Status::Broken), (CHOICES[2], Status::NotApplicable)] {
        let mut server = answers(|_| true, without("Pragma", token()))();
        server.extra = choice;
        assert_eq!(server.status(check, "RFC6749-5.1-17").await, status, "{choice}");
    }
}

#[tokio::test]
async fn repeated_parameters() {
    let scopes = |request: &Request| request.form().count("scope") > 1;
    alike("parameters/repeated-scope", "pass", &answers(scopes, refusal(400, "invalid_request"))).await;
    alike("parameters/repeated-scope", "fail must RFC6749-3.2-22", &answers(scopes, token())).await;
    let grants = |request: &Request| request.form().count("grant_type") > 1;
    alike("grant-type/repeated", "pass", &answers(grants, refusal(400, "invalid_request"))).await;
    let resources = |reply: Response| {
        let server = answers(|request| request.form().count("resource") > 1, reply);
        move || {
            let mut server = server();
            server.edit = |config| config.target.resource = Some("https://api.example".into());
            server
        }
    };
    alike("resource/repeated", "pass", &resources(token())).await;
    alike("resource/repeated", "pass", &resources(refusal(400, "invalid_target"))).await;
    alike("resource/repeated", "fail may RFC8707-2-01", &resources(refusal(400, "invalid_request"))).await;
}

#[tokio::test]
async fn secrets_by_basic_or_in_the_body() {
    // Once it is calibrated, Basic fails; with `in_body`, that fails in its place.
    let refuses = |in_body: bool| {
        move || {
            let calibrated = std::sync::atomic::AtomicUsize::new(0);
            canned(move |request| {
                let members = json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
                let text = document(&members).to_string().replace("BASE", &base(request));
                match request.path() {
                    WELL_KNOWN if !in_body => Some(Response::json(200, &serde_json::from_str(&text).unwrap())),
                    "/token" if in_body && request.form().count("client_secret") > 0 => {
                        Some(refusal(401, "invalid_client"))
                    }
                    // Two for the calibration, one before and one after each attempt: the fourth is Basic alone.
                    "/token" if !in_body && request.fields.get("Authorization").is_some() => {
                        let number = calibrated.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        (number == 3).then(|| refusal(401, "invalid_client"))
                    }
                    _ => None,
                }
            })
        }
    };
    let basic = "fail should RFC6749-2.3.1-03";
    let expected = [basic, basic, "pass", basic, basic, "pass"];
    assert_eq!(verdicts("client-authentication/announced", &refuses(false)).await, expected);
    let body = "fail must OA21-2.4.1-01";
    let expected = ["pass", "pass", body, "pass", "pass", body];
    assert_eq!(verdicts("client-authentication/body", &refuses(true)).await, expected);
}

#[tokio::test]
async fn pragma_no_cache_with_a_token() {
    let server = answers(|_| true, without("Pragma", token()));
    let note = "fail may RFC6749-5.1-17";
    let expected = ["fail must RFC6749-5.1-17", note, "pass", note, note, "pass"];
    assert_eq!(verdicts("success/cache-headers", &server).await, expected);
}

#[tokio::test]
async fn scope_of_an_answer_that_grants_what_was_asked_for() {
    let granted = without("scope", jwt_token(&json!({}), &json!({"scope": "read"})));
    let server = answers(|request| request.form().get("scope") == Some("read"), granted);
    let recommended = "fail should OA21-3.2.3-01";
    let expected = ["pass", "pass", recommended, "pass", "pass", recommended];
    assert_eq!(verdicts("scope/subset", &server).await, expected);
}

#[tokio::test]
async fn members_without_a_value() {
    let server = answers(|_| true, token_with("refresh_token", Value::Null));
    let (note, counts) = ("fail may OA21-C.3-01", "fail should OA21-C.3-01");
    assert_eq!(verdicts("success/members", &server).await, [note, note, counts, note, note, counts]);
}

#[tokio::test]
async fn a_401_without_an_authorization_field() {
    let anonymous = |request: &Request| request.fields.get("Authorization").is_none();
    for status in [400, 401] {
        let mut reply = refusal(status, "invalid_client");
        reply.fields.set("WWW-Authenticate", "Basic realm=\"as\"");
        alike("client-authentication/missing", "pass", &answers(anonymous, reply.clone())).await;
        let wrong = |request: &Request| request.form().get("client_secret") == Some("countersign-wrong-secret");
        alike("client-authentication/body", "pass", &answers(wrong, reply)).await;
    }
    let known = || basic_authorization("job", "s3cret +/=&?", BasicEncoding::Form);
    for choice in CHOICES {
        let mut server = canned(move |request| {
            let other = request.fields.get("Authorization").is_some_and(|value| value != known());
            other.then(|| refusal(401, "invalid_client"))
        });
        server.extra = choice;
        let checked = server.checked(check("client-authentication/unknown-client").unwrap()).await;
        let bare = checked.findings().find(|finding| finding.requirement.as_deref() == Some("RFC9110-11.6.1-01"));
        assert_eq!(bare.map(|finding| finding.level), Some(Level::Must), "{choice}");
    }
}

#[tokio::test]
async fn aud_of_client_assertions() {
    let server = || with_assertions(canned(|_| None));
    let (note, counts) = ("fail may RFC7523BIS-4-01", "fail must RFC7523BIS-4-01");
    assert_eq!(verdicts("assertion/audience", &server).await, [note, note, note, note, counts, note]);
    let strict = answers(
        |request| {
            let form = request.form();
            let claims = form.get("client_assertion").and_then(Jwt::parse).map(|jwt| jwt.claims);
            claims.is_some_and(|claims| claims.get("aud") != Some(&json!(base(request))))
        },
        refusal(401, "invalid_client"),
    );
    alike("assertion/audience", "pass", &|| with_assertions(strict())).await;
}

/// Whoever demands it has it, so no other case fails for the want of it.
#[tokio::test]
async fn jti_of_client_assertions() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sees = std::sync::Arc::clone(&seen);
    let server = with_assertions(canned(move |request| {
        let form = request.form();
        let claims = form.get("client_assertion").and_then(Jwt::parse)?.claims;
        sees.lock().unwrap().push(claims.get("jti").and_then(Value::as_str).unwrap_or_default().to_owned());
        None
    }));
    server.run(check("assertion/audience").unwrap()).await;
    let mut seen = seen.lock().unwrap();
    let sent = seen.len();
    seen.sort();
    seen.dedup();
    assert!(sent > 3 && seen.len() == sent && seen[0].len() > 8, "{seen:?}");
}

#[tokio::test]
async fn response_types_of_a_server_without_redirects() {
    let with_code = |types: Value| {
        json!({
            "response_types_supported": types, "grant_types_supported": ["authorization_code"],
            "authorization_endpoint": "BASE/authorize",
        })
    };
    let left_out = "RFC8414-2-32";
    let empty = "RFC8414-3.2-02";
    for (id, members, expected) in [
        ("metadata/required", json!({"response_types_supported": null}), format!("fail should {left_out}")),
        ("metadata/required", json!({"response_types_supported": []}), "pass".into()),
        ("metadata/required", with_code(Value::Null), format!("fail must {left_out}")),
        ("metadata/document", json!({"response_types_supported": []}), format!("fail should {empty}")),
        ("metadata/document", json!({"response_types_supported": null}), "pass".into()),
        ("metadata/document", with_code(json!([])), format!("fail must {empty}")),
    ] {
        alike(id, &expected, &publishes(members)).await;
    }
}

#[tokio::test]
async fn algorithms_that_everybody_must_have() {
    for (alg, expected) in [
        ("RS256", "pass"),
        ("ES256", "pass"),
        ("HS256", "fail should RFC9068-2.1-04"),
        ("none", "fail must RFC9068-2.1-01"),
    ] {
        alike("token/header", expected, &answers(|_| true, jwt_token(&json!({"alg": alg}), &json!({})))).await;
    }
}

#[tokio::test]
async fn a_jwt_that_does_not_claim_to_be_of_rfc_9068() {
    let server = answers(|_| true, jwt_token(&json!({"typ": "JWT"}), &json!({"scope": "read write"})));
    let held = "fail must RFC9068-2.2-02";
    assert_eq!(verdicts("token/profile", &server).await, ["skip", held, "skip", "skip", "skip", "skip"]);
    assert_eq!(verdicts("token/scope-claim", &server).await, ["skip", "pass", "skip", "skip", "skip", "skip"]);
}

#[tokio::test]
async fn the_letters_of_typ() {
    for typ in ["at+jwt", "at+JWT", "AT+jwt"] {
        let server = || {
            canned(move |request| {
                let claims = json!({
                    "iss": base(request), "aud": "api", "sub": "job", "client_id": "job", "exp": 9, "iat": 1, "jti": "a"
                });
                (request.path() == "/token").then(|| jwt_token(&json!({"typ": typ, "alg": "ES256"}), &claims))
            })
        };
        alike("token/profile", "pass", &server).await;
    }
}

#[tokio::test]
async fn no_store_with_errors() {
    let bad = |request: &Request| {
        let form = request.form();
        let usual = form.get("grant_type") == Some("client_credentials") && form.get("scope") == Some("read write");
        !usual || request.fields.get("Authorization").is_none()
    };
    let error = refusal(400, "invalid_request");
    alike("errors/answers", "fail may RFC6749-5.2-27", &answers(bad, error.clone())).await;
    let mut kept = error;
    kept.fields.set("Cache-Control", "no-store");
    alike("errors/answers", "pass", &answers(bad, kept)).await;
}

#[tokio::test]
async fn redirects() {
    let unknown = |request: &Request| request.form().get("grant_type") != Some("client_credentials");
    for status in [302, 307] {
        let mut reply = Response::empty(status);
        reply.fields.set("Location", "/elsewhere");
        alike("errors/answers", "fail should RFC6749-5.1-01", &answers(unknown, reply)).await;
    }
}

/// No token ever stands in a URI of ours, and no metadata of a resource server is asked for.
#[tokio::test]
async fn what_no_check_sends() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let sees = std::sync::Arc::clone(&seen);
    let server = canned(move |request| {
        sees.lock().unwrap().push_str(&request.uri);
        None
    });
    for check in checks::ALL.iter().filter(|check| check.id.starts_with("expiry/") || check.id.starts_with("token/")) {
        server.run(check).await;
    }
    let seen = seen.lock().unwrap();
    assert!(seen.contains("/token") && seen.contains("/api"));
    assert!(!seen.contains("opaque-0123456789") && !seen.contains("oauth-protected-resource"), "{seen}");
}

/// What only one document says binds those who chose it; RFC 6749 binds everybody.
#[test]
fn what_one_document_alone_says_is_a_note_to_others() {
    for (id, profile) in
        [("OA21-1.5-01", Profile::Oauth21), ("RFC9700-2.3-01", Profile::Bcp9700), ("RFC7523BIS-4-02", Profile::Bis7523)]
    {
        for chosen in Profile::ALL {
            let expected = if chosen == profile { Worth::Counts } else { Worth::Note };
            assert_eq!(worth(id, &[chosen]), expected, "{id} under {chosen:?}");
        }
        assert_eq!(worth(id, &Profile::ALL), Worth::Counts, "{id}");
    }
    for chosen in Profile::ALL {
        assert_eq!(worth("RFC6749-5.1-10", &[chosen]), Worth::Counts);
    }
    for (document, _) in super::BY_CHOICE {
        assert!(statements().iter().any(|statement| statement.id.starts_with(document)), "{document}");
    }
    assert_eq!(told("OA21-1.5-01").unwrap(), "counts under `oauth21`, a note otherwise");
    assert_eq!(told("RFC6749-5.1-10"), None);
}

/// The rows, and the test of each.
const TESTS: [(&str, &str); DISAGREEMENTS.len()] = [
    ("Several ways to authenticate in one request", "several_ways_to_authenticate_in_one_request"),
    ("Repeated parameters", "repeated_parameters"),
    ("Secrets by Basic or in the body", "secrets_by_basic_or_in_the_body"),
    ("`Pragma: no-cache` with a token", "pragma_no_cache_with_a_token"),
    ("`scope` of an answer that grants what was asked for", "scope_of_an_answer_that_grants_what_was_asked_for"),
    ("Members without a value", "members_without_a_value"),
    ("401 to a request without an Authorization field", "a_401_without_an_authorization_field"),
    ("`aud` of client assertions", "aud_of_client_assertions"),
    ("`jti` of client assertions", "jti_of_client_assertions"),
    (
        "`response_types_supported` of a server without a grant that redirects",
        "response_types_of_a_server_without_redirects",
    ),
    ("Algorithms that everybody must have", "algorithms_that_everybody_must_have"),
    ("A JWT that does not claim to be of RFC 9068", "a_jwt_that_does_not_claim_to_be_of_rfc_9068"),
    ("The letters of `typ`", "the_letters_of_typ"),
    ("A token in the URI of a resource", "what_no_check_sends"),
    ("`no-store` with errors", "no_store_with_errors"),
    ("Redirects", "redirects"),
    ("An empty `bearer_methods_supported`", "what_no_check_sends"),
];

#[test]
fn every_row_has_its_test() {
    assert!(DISAGREEMENTS.iter().map(|row| row.about).eq(TESTS.map(|(about, _)| about)));
    for (about, test) in TESTS {
        assert!(include_str!("tests.rs").contains(&format!("fn {test}() {{")), "{about}");
    }
}

/// A ruling about what nobody judges would be dead, and of two about one statement the second.
#[test]
fn every_ruling_is_about_a_statement_that_a_check_judges() {
    for row in DISAGREEMENTS {
        let named = match row.decision {
            Decision::ByProfile(rulings) => rulings.iter().map(|ruling| ruling.statement).collect(),
            Decision::Alike(_, statements) => statements.to_vec(),
            Decision::Unjudged(_) => Vec::new(),
        };
        for id in named {
            let judged = checks::ALL.iter().any(|check| check.statements.contains(&id));
            assert!(statement(id).is_some() && judged, "{}: {id}", row.about);
        }
        assert!(row.documents.len() > 1, "{}: one document does not disagree", row.about);
    }
    let mut ruled: Vec<_> = rulings().map(|ruling| ruling.statement).collect();
    let all = ruled.len();
    ruled.sort_unstable();
    ruled.dedup();
    assert_eq!(ruled.len(), all);
}
