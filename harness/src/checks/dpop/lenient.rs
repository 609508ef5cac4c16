//! A good proof is good however it is written.
//!
//! **Sent.** A proof with claims that nobody knows, with the address in other letters, with a query and a fragment; in a
//! field named `dpop`. Then some with the address in random spellings that mean the same (RFC 3986 §6.2.2 and §6.2.3):
//! letters of scheme and host in the other case, escapes that need not be, the default port, segments of dots.
//!
//! **Demanded.** A token (RFC 9449 §4.1, §4.2 and §4.3).
//!
//! **Why it matters.** Libraries write addresses in their own way, and HTTP/2 writes names of fields in small
//! letters.
//!
//! **The attack.** None.
//!
//! **How servers went wrong.** Addresses are compared as strings.

use super::{address, binds, present, proof, proof_key};
use crate::checks::prelude::*;
use crate::property::{equivalents, falsify_few};
use crate::signing_key::SigningKey;

pub(crate) const CHECK: Check = Check {
    id: "dpop/lenient",
    source: include_str!("lenient.rs"),
    statements: &["RFC9449-4.1-01", "RFC9449-4.2-02", "RFC9449-4.3-09"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::warning(
            "letters",
            "compares addresses as strings",
            Deviation::Answers(|request, response| {
                refuse_proof(request, response, |claims| {
                    claims.get("htu").and_then(Value::as_str).is_some_and(|uri| uri.starts_with("HTTP"))
                })
            }),
        ),
        Fault::warning(
            "default-port",
            "compares the default port as text",
            Deviation::Answers(|request, response| refuse_proof(request, response, |claims| names(claims, ":443"))),
        ),
        Fault::warning(
            "escapes",
            "does not undo escapes that need not be",
            Deviation::Answers(|request, response| refuse_proof(request, response, |claims| names(claims, "%"))),
        ),
        Fault::note(
            "further-claims",
            "refuses claims that it does not know",
            Deviation::Answers(|request, response| {
                refuse_proof(request, response, |claims| claims.contains_key("x_countersign"))
            }),
        ),
        Fault::new(
            "field-name",
            "knows the field in one spelling alone",
            Deviation::Reads(|request, _| {
                if request.fields.iter().any(|(name, _)| name == "dpop") {
                    request.fields.set("DPoP", "none");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// For faults: a proof with such claims is refused.
fn refuse_proof(request: &Request, response: &mut Response, wrong: fn(&Map<String, Value>) -> bool) {
    let proof = request.fields.get("DPoP").and_then(Jwt::parse);
    if request.path() == "/token" && proof.is_some_and(|proof| wrong(&proof.claims)) {
        *response = Response::json(400, &json!({"error": "invalid_dpop_proof"}));
    }
}

/// For faults: whether the address has this in it.
fn names(claims: &Map<String, Value>, part: &str) -> bool {
    claims.get("htu").and_then(Value::as_str).is_some_and(|uri| uri.contains(part))
}

type Case = (&'static str, &'static str, Level, fn(&mut Map<String, Value>, &mut Map<String, Value>));

/// Scheme and host in capital letters (RFC 3986 §6.2.2.1).
fn capital(uri: &str) -> String {
    let mut parts = uri.splitn(4, '/').map(str::to_owned).collect::<Vec<_>>();
    parts.iter_mut().take(3).for_each(|part| part.make_ascii_uppercase());
    parts.join("/")
}

const CASES: [Case; 3] = [
    ("with another claim", "RFC9449-4.2-02", Level::May, |_, claims| {
        claims.insert("x_countersign".into(), json!({"a": 1}));
    }),
    ("with capital letters in the address", "RFC9449-4.3-09", Level::Should, |_, claims| {
        let uri = capital(claims.get("htu").and_then(Value::as_str).unwrap_or_default());
        claims.insert("htu".into(), uri.into());
    }),
    ("with a query in the address", "RFC9449-4.3-09", Level::Should, |_, claims| {
        let uri = claims.get("htu").and_then(Value::as_str).unwrap_or_default();
        claims.insert("htu".into(), format!("{uri}?x=1#y").into());
    }),
];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let key = proof_key()?;
    binds(probe, &key).await?;
    for (says, statement, level, edit) in CASES {
        let answer = present(probe, &key, &edit).await?;
        if answer.grant().is_none() {
            let actual = format!("{} for a proof {says}", answer.describe());
            probe.broken(statement, Some(level), "a token", &actual, answer.reply.exchange);
        }
    }
    // Who compares texts takes no spelling but one.
    if probe.findings.iter().all(|finding| finding.requirement.as_deref() != Some("RFC9449-4.3-09")) {
        otherwise_spelt(probe, &key).await?;
    }
    let first = present(probe, &key, &|_, _| ()).await?;
    let nonce = first.reply.response.fields.get("DPoP-Nonce").map(str::to_owned);
    let mut request = probe.request().to_request();
    request.fields.set("dpop", proof(probe, &key, nonce.as_deref(), &|_, _| ()));
    let answer = probe.attempt(request).await?;
    let (described, exchange) = (answer.describe(), answer.reply.exchange);
    let named = answer.grant().is_some_and(|grant| grant.token_type.as_deref() == Some("dpop"));
    probe.demand(named, "RFC9449-4.1-01", "a bound token for a field named `dpop`", &described, exchange);
    Ok(())
}

/// Proofs with the address in other spellings.
async fn otherwise_spelt(probe: &mut Probe<'_>, key: &SigningKey) -> Outcome {
    falsify_few(probe, &equivalents(&address(probe)), async |probe, uri| {
        let answer = present(probe, key, &|_, claims| _ = claims.insert("htu".into(), json!(uri))).await?;
        let actual = format!("{} for a proof with the address {uri}", answer.describe());
        let refused = answer.grant().is_none();
        Ok(refused
            .then(|| probe.finding("RFC9449-4.3-09", Some(Level::Should), "a token", &actual, answer.reply.exchange)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::dpop::tests::verdict;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        fn no() -> Response {
            refusal(400, "invalid_dpop_proof")
        }
        assert_eq!(verdict(&CHECK, |_| token_with("token_type", "DPoP")).await, "pass");
        assert_eq!(verdict(&CHECK, |_| no()).await, "fail should RFC9449-4.3-09");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }
}
