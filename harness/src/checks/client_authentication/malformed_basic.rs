//! Credentials that cannot be read are a failed authentication, and no crash.
//!
//! **Sent.** Basic credentials that are no base64, that have no colon, that are empty, that decode to octets that
//! are no UTF-8; an id and a secret with control characters; then random ones of each kind.
//!
//! **Demanded.** 401 with `invalid_client` and a challenge, or 400 with `invalid_request`; never a 5xx, a page, a
//! token (RFC 7617 §2, RFC 6749 §5.2).
//!
//! **Why it matters.** This is the first thing that a server parses, before it knows who is there.
//!
//! **The attack.** What crashes here crashes for everybody, without any credentials.
//!
//! **How servers went wrong.** One server answered 200 with an HTML page; several answer 500.

use crate::checks::prelude::*;
use crate::property::{falsify_few, malformed_basic};

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/malformed-basic",
    source: include_str!("malformed_basic.rs"),
    statements: &["RFC7617-2-03"],
    needs: &[],
    faults: &[
        Fault::warning(
            "server-error",
            "answers 500 to what it cannot read",
            Deviation::Answers(|request, response| {
                let value = request.fields.get("Authorization");
                if request.path() == "/token" && value.is_some_and(|value| basic_id(value).is_none()) {
                    *response = Response::empty(500);
                }
            }),
        )
        .of("D06"),
        Fault::warning(
            "length",
            "answers 500 to base64 with one character too many",
            Deviation::Answers(|request, response| {
                let value = request.fields.get("Authorization").unwrap_or_default();
                let text = value.strip_prefix("Basic ").unwrap_or_default();
                let sound = text.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'+' || octet == b'/');
                if request.path() == "/token" && sound && text.len() % 4 == 1 {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::warning(
            "page",
            "answers with a page to what it cannot read",
            Deviation::Answers(|request, response| {
                let value = request.fields.get("Authorization");
                if request.path() == "/token" && value.is_some_and(|value| basic_id(value).is_none()) {
                    *response = Response::empty(200);
                    response.fields.set("Content-Type", "text/html");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const REFUSAL: Refusal = Refusal {
    statement: "RFC7617-2-03",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &[],
    token: Some(Level::Must),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let encode = |octets: &[u8]| format!("Basic {}", STANDARD.encode(octets));
    let values = [
        "Basic !!!!".to_owned(),
        "Basic".to_owned(),
        "Basic Y291bnRlc2lnbg=x".to_owned(),
        encode(b"countersign-without-a-colon"),
        encode(b""),
        encode(b"\xff\xfe:\xc0\xaf"),
        encode(b"count\0ersign:\x07\x7f"),
    ];
    let requests = values.map(|value| authorized_by(probe, &value));
    all_refused(probe, requests, &REFUSAL).await?;
    falsify_few(probe, &malformed_basic(), async |probe, value| {
        let answer = probe.attempt(authorized_by(probe, &value)).await?;
        Ok(probe.unless_refused(&answer, &REFUSAL))
    })
    .await
}

fn authorized_by(probe: &Probe<'_>, value: &str) -> Request {
    let mut request = probe.request().authenticated(Credentials::Nothing).to_request();
    request.fields.set("Authorization", value);
    request
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| basic_id(request.fields.get("Authorization").unwrap_or_default())
        .is_none_or(|id| id.contains('\0')),
    [
        (refusal(401, "invalid_client"), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "invalid_grant"), "fail should RFC7617-2-03"),
        (Response::empty(500), "fail should RFC7617-2-03"),
        (page(200), "fail should RFC7617-2-03"),
        (token(), "fail must RFC7617-2-03"),
        (busy(503), "inconclusive"),
        (Response::empty(431), "fail should RFC7617-2-03"),
    ]
);
