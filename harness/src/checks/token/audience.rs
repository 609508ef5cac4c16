//! A token says for whom it is.
//!
//! **Sent.** The request that works; for an opaque token, its introspection.
//!
//! **Demanded.** `aud` is there, names at most two resource servers, and is no wildcard (RFC 9700 §2.3, RFC 6750
//! §5.3, RFC 8725 §3.9). A JWT without it is a warning: the duty is that of a server with several relying parties.
//!
//! **Why it matters.** A resource server that is not named has a reason to refuse.
//!
//! **The attack.** A token that was sent to one API is sent on by it to all the others.
//!
//! **How servers went wrong.** Several products issue tokens without an audience in this grant until somebody
//! configures one.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "token/audience",
    source: include_str!("audience.rs"),
    statements: &["RFC9700-2.3-01", "RFC6750-5.3-02", "RFC8725-3.9-01"],
    needs: &[],
    faults: &[
        Fault {
            level: Level::Should,
            ..token_fault!("missing", "leaves `aud` out", |_, claims| _ = claims.remove("aud")).of("D24")
        },
        Fault {
            level: Level::May,
            ..token_fault!("wildcard", "names everybody", |_, claims| {
                claims.insert("aud".into(), "*".into());
            })
        },
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let jwt = Jwt::parse(grant.access_token.expose_secret());
    let signed = jwt.is_some();
    let claims = match jwt {
        Some(jwt) => jwt.claims,
        None => introspect(probe, grant)
            .await?
            .ok_or_else(|| Stop::NotApplicable("the token is opaque, and introspection does not tell of it".into()))?,
    };
    let named: Vec<_> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let actual = if named.is_empty() { "no `aud`".to_owned() } else { format!("`aud`: {}", named.join(", ")) };
    let restricted = !named.is_empty();
    probe.demand(restricted, "RFC6750-5.3-02", "an audience", &actual, exchange);
    if signed {
        // It binds who serves more than one relying party, and nobody sees from here whether the server does.
        if !restricted {
            probe.broken("RFC8725-3.9-01", Some(Level::Should), "`aud` in a JWT", &actual, exchange);
        }
    }
    let narrow = named.len() <= 2 && !named.iter().any(|name| name.contains('*'));
    probe.demand(narrow, "RFC9700-2.3-01", "one resource server, or few", &actual, exchange);
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |_| true,
    [
        (jwt_token(&json!({}), &json!({"aud": "api"})), "pass"),
        (jwt_token(&json!({}), &json!({"aud": ["api", "issuer"]})), "pass"),
        (jwt_token(&json!({}), &json!({"aud": ["a", "b", "c"]})), "fail may RFC9700-2.3-01"),
        (jwt_token(&json!({}), &json!({"aud": []})), "fail should RFC6750-5.3-02"),
        (jwt_token(&json!({}), &json!({})), "fail should RFC6750-5.3-02"),
        (token(), "skip"),
    ]
);
