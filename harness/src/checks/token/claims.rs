//! The claims of a JWT access token have sound values, and nothing that does not belong there.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** A value of `iss`, `sub` or `aud` with a colon is a URI; times stay within the numbers that every
//! reader knows; no secret, no user, no `acr`, `amr` or `auth_time` in a token that no user was there for (RFC 7519
//! §7.3, RFC 8259 §4, RFC 9068 §2.2.1, §2.2.2 and §6). Only a token that names the profile of RFC 9068 is held to it
//! about users and logins, or a server under the profile rfc9068. An opaque token is not judged.
//!
//! **Why it matters.** Clients can read their tokens, and so can every log on the way.
//!
//! **The attack.** A secret in a claim is a secret in each of these logs.
//!
//! **How servers went wrong.** Service accounts with the e-mail address of the person who made them; `acr` of a
//! login that never was.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "token/claims",
    source: include_str!("claims.rs"),
    statements: &["RFC7519-7.3-01", "RFC8259-4-01", "RFC9068-6-01", "RFC9068-2.2.1-01", "RFC9068-2.2.2-01"],
    needs: &[],
    faults: &[
        token_fault!("bad-uri", "has an audience that is neither a name nor a URI", |_, claims| {
            claims.insert("aud".into(), "the api: v1".into());
        }),
        Fault {
            level: Level::Should,
            ..token_fault!("huge-time", "has a time beyond exact numbers", |_, claims| {
                claims.insert("exp".into(), json!(9_007_199_254_740_993_u64));
            })
        },
        Fault {
            level: Level::Should,
            ..token_fault!("secret-inside", "puts a secret into the token", |_, claims| {
                claims.insert("client_secret".into(), "example".into());
            })
        },
        Fault {
            level: Level::Should,
            ..token_fault!("user-inside", "puts a person into the token", |_, claims| {
                claims.insert("email".into(), "somebody@example.com".into());
            })
        },
        Fault {
            level: Level::May,
            ..token_fault!("login", "tells of a login", |_, claims| {
                claims.insert("auth_time".into(), json!(1));
            })
        },
    ],
    run: |probe| Box::pin(run(probe)),
};

/// A double holds every whole number up to this one (RFC 8259 §6).
const EXACT: f64 = 9_007_199_254_740_991.0;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let jwt = jwt(grant)?;
    let of_profile = held_to_profile(probe, &jwt);
    let claims = jwt.claims;
    for name in ["iss", "sub", "aud"] {
        let values = match claims.get(name) {
            Some(Value::Array(several)) => several.clone(),
            other => other.cloned().into_iter().collect(),
        };
        let wrong = values.iter().filter_map(Value::as_str).find(|text| text.contains(':') && !is_uri(text));
        if let Some(wrong) = wrong {
            let actual = format!("`{name}`: {wrong}");
            probe.broken("RFC7519-7.3-01", None, "a URI, since it has a colon", &actual, exchange);
        }
    }
    for name in ["exp", "iat", "nbf"] {
        let number = claims.get(name).and_then(Value::as_f64).unwrap_or_default();
        let actual = format!("`{name}`: {number}");
        probe.demand(number.abs() <= EXACT, "RFC8259-4-01", "a number within ±2^53", &actual, exchange);
    }
    let named = |names: &[&'static str]| names.iter().copied().find(|name| claims.contains_key(*name));
    if let Some(name) = named(&["client_secret", "password", "secret", "private_key"]) {
        probe.broken("RFC9068-6-01", None, "nothing secret", &format!("a claim `{name}`"), exchange);
    }
    if let Err(reason) = of_profile {
        probe.leave("RFC9068-2.2.1-01", reason.clone());
        probe.leave("RFC9068-2.2.2-01", reason);
        return Ok(());
    }
    if let Some(name) = named(&["email", "given_name", "family_name", "phone_number"]) {
        probe.broken("RFC9068-2.2.2-01", None, "no person in a client's token", &format!("a claim `{name}`"), exchange);
    }
    if let Some(name) = named(&["auth_time", "acr", "amr"]) {
        probe.broken("RFC9068-2.2.1-01", None, "nothing about a login", &format!("a claim `{name}`"), exchange);
    }
    Ok(())
}

/// A scheme, a colon, and none of the characters that stand in no URI (RFC 3986 §3.1 and appendix A).
fn is_uri(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && text.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    /// A token with these claims that follows the profile of RFC 9068, or is any JWT.
    fn server(typ: &str, claims: Value) -> Canned {
        let header = json!({"typ": typ});
        canned(move |request| (request.path() == "/token").then(|| jwt_token(&header, &claims)))
    }

    #[tokio::test]
    async fn canned_replies() {
        let sound = json!({"iss": "https://a.example", "aud": ["api", "urn:a:b"], "exp": 1_800_000_000});
        for (claims, of_profile, of_another) in [
            (sound, "pass", "pass"),
            (json!({"sub": "a b"}), "pass", "pass"),
            (json!({"sub": "1:x y"}), "fail must RFC7519-7.3-01", "fail must RFC7519-7.3-01"),
            (json!({"nbf": 1e17}), "fail should RFC8259-4-01", "fail should RFC8259-4-01"),
            (json!({"password": ""}), "fail should RFC9068-6-01", "fail should RFC9068-6-01"),
            (json!({"given_name": "A"}), "fail should RFC9068-2.2.2-01", "pass"),
            (json!({"acr": "1"}), "fail may RFC9068-2.2.1-01", "pass"),
        ] {
            assert_eq!(server("at+jwt", claims.clone()).verdict(&CHECK).await, of_profile, "{claims}");
            assert_eq!(server("JWT", claims.clone()).verdict(&CHECK).await, of_another, "{claims}");
        }
        assert_eq!(verdict_on(&CHECK, |_| true, &token()).await, "skip");
    }

    /// The claims of other profiles mean what those say.
    #[tokio::test]
    async fn only_tokens_of_the_profile_are_held_to_it() {
        for (typ, status) in [("at+jwt", Status::Met), ("JWT", Status::NotApplicable)] {
            for id in ["RFC9068-2.2.1-01", "RFC9068-2.2.2-01"] {
                assert_eq!(server(typ, json!({})).status(&CHECK, id).await, status, "{id} of {typ}");
            }
        }
    }
}
