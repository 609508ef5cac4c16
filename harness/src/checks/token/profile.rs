//! A token of the profile of RFC 9068 says so, and has every claim that the profile demands.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** `typ` is `at+jwt`, with `iss` equal to the issuer of the metadata, `exp`, `aud`, `sub`,
//! `client_id` equal to the client, `iat` and `jti` (RFC 9068 §2.1, §2.2 and §3). Only a token that names the
//! profile is held to it, or a server under the profile rfc9068.
//!
//! **Why it matters.** Resource servers that follow the profile refuse what lacks one of them.
//!
//! **The attack.** Without `aud` a token for one API opens the next; without `typ` an ID token may pass as an
//! access token.
//!
//! **How servers went wrong.** An empty `aud` until an audience is configured, `azp` or `cid` in the place of
//! `client_id`, and no `jti`.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "token/profile",
    source: include_str!("profile.rs"),
    statements: &[
        "RFC9068-2.1-02",
        "RFC9068-2.1-03",
        "RFC9068-2.2-01",
        "RFC9068-2.2-02",
        "RFC9068-2.2-03",
        "RFC9068-2.2-04",
        "RFC9068-2.2-06",
        "RFC9068-2.2-07",
        "RFC9068-2.2-08",
        "RFC9068-3-02",
    ],
    needs: &[Need::JwtProfile],
    faults: &[
        Fault {
            level: Level::Should,
            ..token_fault!("long-typ", "writes application/ before the type", |header, _| {
                header.insert("typ".into(), "application/at+jwt".into());
            })
        },
        token_fault!("other-issuer", "names its issuer with a slash more", |_, claims| {
            let issuer = format!("{}/", claims.get("iss").and_then(Value::as_str).unwrap_or_default());
            claims.insert("iss".into(), issuer.into());
        }),
        token_fault!("no-exp", "leaves `exp` out", |_, claims| _ = claims.remove("exp")),
        token_fault!("empty-aud", "has an empty `aud`", |_, claims| _ = claims.insert("aud".into(), json!([])))
            .of("D24"),
        token_fault!("no-sub", "leaves `sub` out", |_, claims| _ = claims.remove("sub")),
        token_fault!("other-client", "names another client", |_, claims| {
            claims.insert("client_id".into(), "billing-job".into());
        }),
        token_fault!("no-iat", "leaves `iat` out", |_, claims| _ = claims.remove("iat")),
        token_fault!("no-jti", "leaves `jti` out", |_, claims| _ = claims.remove("jti")).of("D23"),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// A claim that must be there, its statement, and what it must be.
type Rule = (&'static str, &'static str, fn(&Value) -> bool);

const RULES: [Rule; 5] = [
    ("exp", "RFC9068-2.2-02", Value::is_number),
    ("aud", "RFC9068-2.2-03", is_audience),
    ("sub", "RFC9068-2.2-04", is_text),
    ("iat", "RFC9068-2.2-07", Value::is_number),
    ("jti", "RFC9068-2.2-08", is_text),
];

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn is_audience(value: &Value) -> bool {
    is_text(value) || value.as_array().is_some_and(|several| !several.is_empty() && several.iter().all(is_text))
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let jwt = jwt(grant)?;
    held_to_profile(probe, &jwt)?;
    let named = names_profile(&jwt);
    let Jwt { header, claims } = jwt;
    let typ = header.get("typ").and_then(Value::as_str).unwrap_or("none").to_ascii_lowercase();
    let actual = format!("`typ` is {typ}");
    probe.demand(named, "RFC9068-2.1-02", "`typ`: at+jwt", &actual, exchange);
    probe.demand(!typ.starts_with("application/"), "RFC9068-2.1-03", "the short form at+jwt", &actual, exchange);
    for (name, statement, holds) in RULES {
        let value = claims.get(name);
        let actual = value.map_or(format!("no `{name}`"), |value| format!("`{name}`: {value}"));
        probe.demand(
            value.is_some_and(holds),
            statement,
            &format!("`{name}` as the profile has it"),
            &actual,
            exchange,
        );
    }
    if probe.target.resource.is_none() {
        let default = claims.get("aud").is_some_and(is_audience);
        probe.demand(default, "RFC9068-3-02", "a default `aud`, since no resource was named", "none", exchange);
    } else {
        probe.leave("RFC9068-3-02", Stop::NotApplicable("every request names the `resource` of [target]".into()));
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("none");
    let (client, named) = (&probe.target.client.id, text("client_id"));
    let expected = format!("`client_id`: {client}");
    probe.demand(named == client, "RFC9068-2.2-06", &expected, &format!("`client_id`: {named}"), exchange);
    let issuer = probe.target.issuer.as_deref();
    let own = claims.get("iss").is_some_and(|iss| issuer.map_or_else(|| is_text(iss), |issuer| iss == issuer));
    let expected = format!("`iss`: {}", issuer.unwrap_or("the issuer"));
    probe.demand(own, "RFC9068-2.2-01", &expected, &format!("`iss`: {}", text("iss")), exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    async fn verdict(typ: &str, edit: fn(&mut Map<String, Value>)) -> String {
        let typ = typ.to_owned();
        let server = canned(move |request| {
            let mut claims = json!({
                "iss": base(request), "aud": "api", "sub": "job", "client_id": "job", "exp": 9, "iat": 1, "jti": "a"
            });
            edit(claims.as_object_mut().unwrap());
            (request.path() == "/token").then(|| jwt_token(&json!({"typ": typ, "alg": "ES256"}), &claims))
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict("at+jwt", |_| ()).await, "pass");
        assert_eq!(verdict("AT+JWT", |_| ()).await, "pass");
        assert_eq!(verdict("JWT", |_| ()).await, "skip");
        assert_eq!(verdict("application/at+jwt", |_| ()).await, "fail should RFC9068-2.1-03");
        assert_eq!(
            verdict("at+jwt", |claims| _ = claims.insert("aud".into(), json!(["a", ""]))).await,
            "fail must RFC9068-2.2-03"
        );
        assert_eq!(
            verdict("at+jwt", |claims| _ = claims.insert("exp".into(), json!("9"))).await,
            "fail must RFC9068-2.2-02"
        );
        assert_eq!(verdict("at+jwt", |claims| _ = claims.remove("client_id")).await, "fail must RFC9068-2.2-06");
        assert_eq!(
            verdict("at+jwt", |claims| _ = claims.insert("iss".into(), json!("x"))).await,
            "fail must RFC9068-2.2-01"
        );
    }

    /// Which resource is the default is seen where none is named.
    #[tokio::test]
    async fn a_named_resource_shows_no_default() {
        for (named, status) in [(false, Status::Met), (true, Status::NotApplicable)] {
            let mut server = canned(|request| {
                let claims = json!({"aud": "https://api.example"});
                (request.path() == "/token").then(|| jwt_token(&json!({"typ": "at+jwt", "alg": "ES256"}), &claims))
            });
            if named {
                server.edit = |config| config.target.resource = Some("https://api.example".into());
            }
            assert_eq!(server.status(&CHECK, "RFC9068-3-02").await, status);
        }
        let nobodys = canned(|request| {
            (request.path() == "/token").then(|| jwt_token(&json!({"typ": "at+jwt", "alg": "ES256"}), &json!({})))
        });
        assert_eq!(nobodys.status(&CHECK, "RFC9068-3-02").await, Status::Broken);
    }

    /// Whose name it is can be compared only where the configuration names the issuer; that there is one, always.
    #[tokio::test]
    async fn a_token_names_an_issuer_whoever_it_is() {
        for (claims, status) in [
            (json!({"iss": "https://as.example"}), Status::Met),
            (json!({}), Status::Broken),
            (json!({"iss": 1}), Status::Broken),
        ] {
            let token = jwt_token(&json!({"typ": "at+jwt", "alg": "ES256"}), &claims);
            let mut server = canned(move |request| (request.path() == "/token").then(|| token.clone()));
            server.edit = |config| config.target.issuer = None;
            assert_eq!(server.status(&CHECK, "RFC9068-2.2-01").await, status, "{claims}");
        }
    }

    #[tokio::test]
    async fn under_the_profile_every_jwt_is_held_to_it() {
        let mut server = canned(|request| {
            (request.path() == "/token").then(|| jwt_token(&json!({"typ": "JWT", "alg": "ES256"}), &json!({})))
        });
        server.extra = "[profile]\nnames = [\"rfc9068\"]\n";
        assert!(server.verdict(&CHECK).await.starts_with("fail must"));
        assert_eq!(server.status(&CHECK, "RFC9068-2.1-02").await, Status::Broken);
    }
}
