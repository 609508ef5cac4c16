//! The header of a JWT access token names a current algorithm with public keys, and brings no key along.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** `alg` is registered, is not `none` and the signature is not empty; it is asymmetric; `crit` names
//! what is there and no standard parameter; no `jku`, `x5u` or `jwk` (RFC 9068 §2.1, RFC 8725 §3.2, RFC 7515 §4.1).
//! An opaque token is not judged. The members of header and claims are also held against the snapshot of an earlier
//! run.
//!
//! **Why it matters.** A resource server decides by the header how to verify. What it can not decide safely, it
//! should not be asked.
//!
//! **The attack.** A token without a signature is written by anybody; a key in the header, or an address of one,
//! invites to verify with the key of the attacker.
//!
//! **How servers went wrong.** HS256 with a secret that every resource server must hold is the most frequent;
//! development servers issue `none`.

use super::REGISTERED;
use crate::checks::prelude::*;
use crate::checks::shape;

pub(crate) const CHECK: Check = Check {
    id: "token/header",
    source: include_str!("header.rs"),
    statements: &["RFC9068-2.1-01", "RFC9068-2.1-04", "RFC8725-3.2-01", "RFC7515-4.1.11-01", "RFC7515-4.1.2-01"],
    needs: &[],
    faults: &[
        token_fault!("none", "says that nothing is signed", |header, _| _ = header.insert("alg".into(), "none".into())),
        token_fault!("private-algorithm", "names an algorithm of its own", |header, _| {
            header.insert("alg".into(), "RS1".into());
        }),
        Fault {
            level: Level::Should,
            ..token_fault!("shared-secret", "signs with a shared secret", |header, _| {
                header.insert("alg".into(), "HS256".into());
            })
        },
        token_fault!("empty-crit", "has an empty `crit`", |header, _| _ = header.insert("crit".into(), json!([]))),
        Fault {
            level: Level::Should,
            ..token_fault!("key-inside", "puts its key into the header", |header, _| {
                header.insert("jwk".into(), json!({"kty": "EC"}));
            })
        },
    ],
    run: |probe| Box::pin(run(probe)),
};

/// What RFC 7515 §4.1 itself defines may not stand in `crit`.
const STANDARD: [&str; 11] = ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"];

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let Jwt { header, claims } = jwt(grant)?;
    let alg = header.get("alg").and_then(Value::as_str).unwrap_or("no string");
    let actual = format!("`alg` is {alg}");
    let unsigned = alg.eq_ignore_ascii_case("none") || grant.access_token.expose_secret().ends_with('.');
    probe.demand(!unsigned, "RFC9068-2.1-01", "a signature", &actual, exchange);
    probe.demand(unsigned || REGISTERED.contains(&alg), "RFC8725-3.2-01", "a registered algorithm", &actual, exchange);
    probe.demand(!alg.starts_with("HS"), "RFC9068-2.1-04", "an algorithm with public keys", &actual, exchange);
    if let Some(critical) = header.get("crit") {
        let names = critical.as_array().map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        let sound = names.as_ref().is_some_and(|names| {
            let distinct = names.iter().collect::<std::collections::BTreeSet<_>>().len() == names.len();
            let present = names.iter().all(|name| header.contains_key(*name) && !STANDARD.contains(name));
            !names.is_empty() && distinct && present
        });
        let expected = "`crit`, the names of extensions that are there, each once";
        probe.demand(sound, "RFC7515-4.1.11-01", expected, &format!("`crit`: {critical}"), exchange);
    }
    for name in ["jku", "x5u", "jwk"] {
        let actual = format!("`{name}` in the header");
        probe.demand(!header.contains_key(name), "RFC7515-4.1.2-01", "no key and no address of one", &actual, exchange);
    }
    let parts =
        [vec!["header".to_owned()], shape::members(&header), vec!["claims".to_owned()], shape::members(&claims)];
    probe.follow(&parts.concat().join("\n"), exchange);
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |_| true,
    [
        (jwt_token(&json!({"alg": "ES256"}), &json!({})), "pass"),
        (jwt_token(&json!({"alg": "ES256", "crit": ["b64"], "b64": true}), &json!({})), "pass"),
        (jwt_token(&json!({"alg": "NONE"}), &json!({})), "fail must RFC9068-2.1-01"),
        (token_with("access_token", "eyJhbGciOiJFUzI1NiJ9.e30."), "fail must RFC9068-2.1-01"),
        (jwt_token(&json!({}), &json!({})), "fail must RFC8725-3.2-01"),
        (jwt_token(&json!({"alg": "HS512"}), &json!({})), "fail should RFC9068-2.1-04"),
        (jwt_token(&json!({"alg": "ES256", "crit": ["kid"], "kid": "1"}), &json!({})), "fail must RFC7515-4.1.11-01"),
        (jwt_token(&json!({"alg": "ES256", "jku": "https://a.example"}), &json!({})), "fail should RFC7515-4.1.2-01"),
        (token(), "skip"),
    ]
);
