//! The other grants are closed to a client of this one.
//!
//! **Sent.** The client's own credentials with `authorization_code`, `refresh_token`, `password`, the device grant,
//! token exchange and the JWT bearer grant, each with values that nobody issued, and each without any.
//!
//! **Demanded.** `unsupported_grant_type`, `unauthorized_client`, `invalid_grant` or `invalid_request`; never a
//! token. `invalid_grant` for `password` says that this grant is alive, which is a warning under the best current
//! practice (RFC 6749 §5.2, RFC 9700 §2.4).
//!
//! **Why it matters.** A client of this grant is a program; the other grants are for people.
//!
//! **The attack.** Passwords are guessed through a client that was never meant for it.
//!
//! **How servers went wrong.** Grants that came with the product and were never switched off; 500 for a missing
//! parameter.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "grant-type/others",
    source: include_str!("others.rs"),
    statements: &["RFC6749-5.2-13", "RFC9700-2.4-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "password-grants",
            "issues a token for any password",
            Deviation::Reads(|request, _| {
                if request.form().get("grant_type") == Some("password") {
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                }
            }),
        ),
        Fault::new(
            "server-error",
            "answers 500 to a code that it did not issue",
            Deviation::Answers(|request, response| {
                if request.form().get("grant_type") == Some("authorization_code") {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::new(
            "missing-parameter",
            "answers 500 to a grant without its parameters",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let device = form.get("grant_type").is_some_and(|grant| grant.ends_with(":device_code"));
                if device && form.count("device_code") == 0 {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::note(
            "password-alive",
            "has the password grant",
            Deviation::Answers(|request, response| {
                if request.form().get("grant_type") == Some("password") {
                    code(request, response, "unsupported_grant_type", "invalid_grant");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC6749-5.2-13",
    codes: &["unsupported_grant_type", "unauthorized_client", "invalid_grant", "invalid_request"],
    tolerated: &["invalid_scope", "invalid_target", "access_denied", "expired_token"],
    token: Some(Level::Must),
};

/// A grant type with one parameter that it needs.
const GRANTS: [(&str, &str, &str); 6] = [
    ("authorization_code", "code", "countersign-no-code"),
    ("refresh_token", "refresh_token", "countersign-no-token"),
    ("password", "username", "countersign-nobody"),
    ("urn:ietf:params:oauth:grant-type:device_code", "device_code", "countersign-no-code"),
    ("urn:ietf:params:oauth:grant-type:token-exchange", "subject_token", "countersign-no-token"),
    ("urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", "e30.e30.AAAA"),
];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    for (grant, name, value) in GRANTS {
        let mut request = probe.request().set("grant_type", grant).with(name, value);
        match name {
            "username" => request = request.with("password", "countersign-no-password"),
            "subject_token" => {
                request = request.with("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
            }
            _ => {}
        }
        let bare = probe.near_miss(probe.request().set("grant_type", grant)).await?;
        probe.judge(&bare, &REFUSAL);
        let answer = probe.near_miss(request).await?;
        probe.judge(&answer, &REFUSAL);
        if grant == "password" && matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_grant") {
            let expected = "the password grant, switched off";
            let described = answer.describe();
            probe.broken("RFC9700-2.4-01", Some(Level::Should), expected, &described, answer.reply.exchange);
        }
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request.form().get("grant_type").is_some_and(|grant| grant != "client_credentials"),
    [
        (refusal(400, "unsupported_grant_type"), "pass"),
        (refusal(400, "unauthorized_client"), "pass"),
        (refusal(400, "invalid_request"), "pass"),
        (refusal(400, "invalid_grant"), "fail may RFC9700-2.4-01"),
        (refusal(400, "access_denied"), "fail should RFC6749-5.2-13"),
        (token(), "fail must RFC6749-5.2-13"),
        (Response::empty(500), "fail must RFC6749-5.2-13"),
        (busy(503), "inconclusive"),
    ]
);
