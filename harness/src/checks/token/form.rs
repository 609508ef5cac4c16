//! A JWT access token is written in the strict compact form.
//!
//! **Sent.** The request that works, several times.
//!
//! **Demanded.** Three segments of base64url without padding, whose last characters hold no stray bits; no member
//! stands twice in header or claims; an ECDSA signature has the fixed length of its curve (RFC 7515 §2, §4 and
//! §7.1, RFC 7518 §3.4). An opaque token is not judged.
//!
//! **Why it matters.** A lenient reader takes what a strict one refuses, and the two disagree about what was
//! signed.
//!
//! **The attack.** Of two members of one name the verifier reads one and the application the other.
//!
//! **How servers went wrong.** Padding from a base64 library of another kind, and ECDSA signatures in DER, which
//! every conforming verifier refuses.

use crate::checks::prelude::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) const CHECK: Check = Check {
    id: "token/form",
    source: include_str!("form.rs"),
    statements: &["RFC7515-7.1-01", "RFC7515-2-01", "RFC7515-4-01", "RFC7518-3.4-01"],
    needs: &[],
    faults: &[
        grant_fault!("padded", "pads the segments", |response| {
            response.edit_object(|object| {
                let token = object.get("access_token").and_then(Value::as_str).unwrap_or_default();
                let padded = token.replacen('.', "=.", 1);
                object.insert("access_token".into(), padded.into());
            });
        }),
        grant_fault!("short-signature", "leaves a leading octet of the signature out", |response| {
            response.edit_object(|object| {
                let token = object.get("access_token").and_then(Value::as_str).unwrap_or_default();
                let (input, signature) = token.rsplit_once('.').unwrap_or_default();
                let octets = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
                let short = URL_SAFE_NO_PAD.encode(octets.get(1..).unwrap_or_default());
                object.insert("access_token".into(), format!("{input}.{short}").into());
            });
        }),
        grant_fault!("repeated-claim", "names a claim twice", |response| {
            response.edit_object(|object| {
                let token = object.get("access_token").and_then(Value::as_str).unwrap_or_default();
                let segments: Vec<_> = token.split('.').collect();
                let [header, claims, signature] = segments.as_slice() else { return };
                let mut claims = URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
                claims.splice(..1, *b"{\"sub\":\"a\",");
                let token = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims));
                object.insert("access_token".into(), token.into());
            });
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

use countersign_validator::json as strict;

/// A coordinate with a leading zero comes about once in 128 signatures; a few tokens are looked at, no more.
const TOKENS: usize = 3;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    for _ in 0..TOKENS {
        let answer = probe.control().await?;
        let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
        judge(probe, grant.access_token.expose_secret(), exchange)?;
    }
    Ok(())
}

fn judge(probe: &mut Probe<'_>, token: &str, exchange: usize) -> Outcome {
    let segments: Vec<_> = token.split('.').collect();
    // What begins like the header of a JWT was meant as one.
    if !token.starts_with("eyJ") || segments.len() == 5 {
        return Err(Stop::NotApplicable("the token is no signed JWT".into()));
    }
    let actual = format!("{} segments", segments.len());
    let [header, claims, signature] = segments.as_slice() else {
        probe.broken("RFC7515-7.1-01", None, "three segments", &actual, exchange);
        return Err(unread());
    };
    let decoded: Vec<_> = [header, claims, signature].iter().map(|segment| URL_SAFE_NO_PAD.decode(segment)).collect();
    let [Ok(header), Ok(claims), Ok(signature)] = decoded.as_slice() else {
        let expected = "base64url without padding and stray bits";
        probe.broken("RFC7515-2-01", None, expected, "a segment that is spelt otherwise", exchange);
        return Err(unread());
    };
    let twice = |octets: &[u8]| {
        strict::parse(octets, strict::DOCUMENT_LIMITS).is_ok_and(|document| document.has_duplicate_members)
    };
    let unique = !twice(header) && !twice(claims);
    probe.demand(unique, "RFC7515-4-01", "each member once", "a member that stands twice", exchange);
    let alg =
        serde_json::from_slice::<Value>(header).ok().and_then(|header| header.get("alg")?.as_str().map(str::to_owned));
    let octets = match alg.as_deref() {
        Some("ES256" | "ES256K") => Some(64),
        Some("ES384") => Some(96),
        Some("ES512") => Some(132),
        _ => None,
    };
    if let Some(octets) = octets {
        let actual = format!("{} octets", signature.len());
        let expected = format!("a signature of {octets} octets");
        probe.demand(signature.len() == octets, "RFC7518-3.4-01", &expected, &actual, exchange);
    } else {
        probe.leave("RFC7518-3.4-01", Stop::NotApplicable("the token is not signed by ECDSA".into()));
    }
    Ok(())
}

fn unread() -> Stop {
    Stop::Inconclusive("the token cannot be taken apart, so nothing more of it can be judged".into())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |_| true,
    [
        (jwt_token(&json!({"alg": "RS256"}), &json!({})), "pass"),
        (jwt_token(&json!({"alg": "ES256"}), &json!({})), "fail must RFC7518-3.4-01"),
        (token_with("access_token", "eyJhbGciOiJSUzI1NiJ9.e30=.AAAA"), "fail must RFC7515-2-01"),
        (token_with("access_token", "eyJhbGciOiJSUzI1NiJ9.e31.AAAA"), "fail must RFC7515-2-01"),
        (token_with("access_token", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA"), "fail must RFC7515-7.1-01"),
        (token_with("access_token", "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxLCJhIjoyfQ.AAAA"), "fail must RFC7515-4-01"),
        (token_with("access_token", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA.AAAA"), "skip"),
        (token(), "skip"),
    ]
);
