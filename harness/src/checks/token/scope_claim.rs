//! The `scope` claim of a token is a string, and the scope of the answer.
//!
//! **Sent.** The request that works, if it asks for scopes.
//!
//! **Demanded.** A JWT of the profile of RFC 9068 has `scope` as one string with spaces, and it is what the answer
//! granted (RFC 9068 §2.2.3, RFC 8693 §4.2). An opaque token is not judged.
//!
//! **Why it matters.** A resource server reads the claim, the client reads the answer. If they differ, one of them
//! is surprised.
//!
//! **The attack.** A claim with more than the answer tells is a right that nobody reviews.
//!
//! **How servers went wrong.** `scp` in its place, or an array.

use crate::checks::prelude::*;
use std::collections::BTreeSet;

pub(crate) const CHECK: Check = Check {
    id: "token/scope-claim",
    source: include_str!("scope_claim.rs"),
    statements: &["RFC9068-2.2.3-01"],
    needs: &[Need::JwtProfile, Need::Scope],
    faults: &[
        Fault {
            level: Level::Should,
            ..token_fault!("array", "has an array of scopes", |_, claims| {
                let scopes: Vec<_> = claims
                    .get("scope")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .split(' ')
                    .map(Value::from)
                    .collect();
                claims.insert("scope".into(), scopes.into());
            })
        },
        Fault {
            level: Level::Should,
            ..token_fault!("missing", "leaves the scope out of the token", |_, claims| {
                claims.remove("scope");
            })
        },
        Fault {
            level: Level::Should,
            ..token_fault!("more", "puts more into the token than it grants", |_, claims| {
                claims.insert("scope".into(), "read write admin".into());
            })
        },
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let jwt = jwt(grant)?;
    held_to_profile(probe, &jwt)?;
    let asked = probe.target.client.scopes.iter().cloned().collect();
    let granted = grant.scope.as_ref().unwrap_or(&asked);
    let claim = jwt.claims.get("scope");
    // A token without a scope need not say so.
    let set = claim.map_or(Some(BTreeSet::new()), |claim| claim.as_str().map(scopes));
    let expected = format!("`scope`: {}", granted.iter().cloned().collect::<Vec<_>>().join(" "));
    let actual = claim.map_or("no `scope`".into(), |claim| format!("`scope`: {claim}"));
    probe.demand(set.as_ref() == Some(granted), "RFC9068-2.2.3-01", &expected, &actual, exchange);
    Ok(())
}

#[cfg(test)]
fn without_scope(claims: &Value) -> Response {
    let mut response = crate::testing::jwt_token(&json!({"typ": "at+jwt"}), claims);
    response.edit_object(|object| _ = object.insert("scope".into(), "".into()));
    response
}

#[cfg(test)]
crate::testing::canned_replies!(
    |_| true,
    [
        (without_scope(&json!({})), "pass"),
        (without_scope(&json!({"scope": ""})), "pass"),
        (without_scope(&json!({"scope": "read"})), "fail should RFC9068-2.2.3-01"),
        (jwt_token(&json!({"typ": "at+jwt"}), &json!({"scope": "write read"})), "pass"),
        (jwt_token(&json!({"typ": "at+jwt"}), &json!({"scope": ["read", "write"]})), "fail should RFC9068-2.2.3-01"),
        (jwt_token(&json!({"typ": "at+jwt"}), &json!({"scope": "read"})), "fail should RFC9068-2.2.3-01"),
        (jwt_token(&json!({"typ": "at+jwt"}), &json!({})), "fail should RFC9068-2.2.3-01"),
        (jwt_token(&json!({"typ": "JWT"}), &json!({})), "skip"),
        (token(), "skip"),
    ]
);
