//! Tokens do not repeat, and cannot be guessed.
//!
//! **Sent.** The request that works, a number of times.
//!
//! **Demanded.** Tokens that differ have different `jti`, which are no counters; what varies in opaque tokens is
//! long enough for 128 bits (RFC 7519 §4.1.7, RFC 6749 §10.10, RFC 6750 §5.2). The same token handed out again is
//! no collision.
//!
//! **Why it matters.** Revocation and replay detection go by `jti`. An opaque token is nothing but its randomness.
//!
//! **The attack.** A counter, a time or a short random number is counted through.
//!
//! **How servers went wrong.** Counters as `jti`, times in milliseconds, and random numbers of 32 bits in
//! hexadecimal.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "token/unique",
    source: include_str!("unique.rs"),
    statements: &["RFC7519-4.1.7-01", "RFC6749-10.10-01", "RFC6750-5.2-02"],
    needs: &[],
    faults: &[
        token_fault!("constant-jti", "gives every token the same `jti`", |_, claims| {
            let id = claims.insert("jti".into(), "the-one".into());
            claims.insert("tid".into(), id.unwrap_or_default());
        }),
        grant_fault!("short", "issues opaque tokens of 32 bits", |response| {
            response.edit_object(|object| {
                let token = object.get("access_token").and_then(Value::as_str).unwrap_or_default();
                let short: String = token.chars().rev().take(6).collect();
                object.insert("access_token".into(), format!("token-{short}").into());
            });
        }),
    ],
    run: |probe| Box::pin(run(probe)),
};

use std::collections::BTreeSet;

/// Enough to see a counter, a constant and a short number; no number of tokens proves randomness.
const TOKENS: usize = 8;

/// RFC 6749 §10.10 allows a chance of at most 2^-128.
const BITS: f64 = 128.0;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (mut tokens, mut exchange) = (BTreeSet::new(), 0);
    for _ in 0..TOKENS {
        let answer = probe.control().await?;
        exchange = answer.reply.exchange;
        tokens.extend(answer.grant().map(|grant| grant.access_token.expose_secret().to_owned()));
    }
    let claims: Option<Vec<_>> = tokens.iter().map(|token| Some(Jwt::parse(token)?.claims)).collect();
    match claims {
        // Whether such tokens are equal depends on whether they are of the same second: that is no reason.
        Some(claims) if !claims.iter().any(|claims| claims.get("jti").is_some_and(Value::is_string)) => {
            Err(Stop::NotApplicable("the tokens have no `jti`".into()))
        }
        _ if tokens.len() < 2 => Err(Stop::NotApplicable("the server hands the same token out again".into())),
        Some(claims) => names(probe, &claims, exchange),
        None => opaque(probe, &tokens, exchange),
    }
}

fn names(probe: &mut Probe<'_>, claims: &[Map<String, Value>], exchange: usize) -> Outcome {
    for statement in GUESSES {
        probe.leave(statement, Stop::NotApplicable("a JWT is worth its signature, whatever varies in it".into()));
    }
    let names: Vec<_> = claims.iter().filter_map(|claims| claims.get("jti")?.as_str()).collect();
    let distinct: BTreeSet<_> = names.iter().copied().collect();
    let actual = format!("{} names for {} tokens", distinct.len(), names.len());
    probe.demand(distinct.len() == names.len(), "RFC7519-4.1.7-01", "a `jti` for each token", &actual, exchange);
    let counter = names.iter().all(|name| name.len() < 16 && name.parse::<u64>().is_ok());
    probe.demand(!counter, "RFC7519-4.1.7-01", "a `jti` that does not collide", "short numbers", exchange);
    Ok(())
}

/// What is said of tokens that are nothing but their randomness.
const GUESSES: [&str; 2] = ["RFC6749-10.10-01", "RFC6750-5.2-02"];

/// The bits that the varying part can hold at most: its length by the size of the alphabet that was seen.
fn opaque(probe: &mut Probe<'_>, tokens: &BTreeSet<String>, exchange: usize) -> Outcome {
    probe.leave("RFC7519-4.1.7-01", Stop::NotApplicable("the tokens are no JWTs".into()));
    let chars: Vec<Vec<char>> = tokens.iter().map(|token| token.chars().collect()).collect();
    let shortest = chars.iter().map(Vec::len).min().unwrap_or_default();
    let varies = |column: &usize| {
        chars.iter().any(|token| token.get(*column) != chars.first().and_then(|first| first.get(*column)))
    };
    let columns = (0..shortest).filter(varies).count();
    let alphabet: BTreeSet<_> = chars.iter().flatten().collect();
    let bits = columns as f64 * (alphabet.len() as f64).log2();
    let actual = format!("{columns} characters vary, of {} that occur: {bits:.0} bits at most", alphabet.len());
    for statement in GUESSES {
        probe.demand(bits >= BITS, statement, "at least 128 random bits", &actual, exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Each token is made from its number.
    async fn verdict(make: fn(usize) -> Response) -> String {
        let number = AtomicUsize::new(0);
        let server =
            canned(move |request| (request.path() == "/token").then(|| make(number.fetch_add(1, Ordering::Relaxed))));
        server.verdict(&CHECK).await
    }

    fn named(id: &str) -> Response {
        jwt_token(&json!({}), &json!({"jti": id}))
    }

    /// The names of JWTs say nothing of chance, and opaque tokens have none.
    #[tokio::test]
    async fn each_kind_of_token_is_judged_by_its_own() {
        let number = AtomicUsize::new(0);
        let jwts = canned(move |request| {
            let id = format!("0123456789abcdef-{}", number.fetch_add(1, Ordering::Relaxed));
            (request.path() == "/token").then(|| named(&id))
        });
        let opaque = canned(|request| {
            let random = || token_with("access_token", crate::signing_key::random_text::<32>().unwrap());
            (request.path() == "/token").then(random)
        });
        for (id, of_jwts, of_opaque) in [
            ("RFC7519-4.1.7-01", Status::Met, Status::NotApplicable),
            ("RFC6749-10.10-01", Status::NotApplicable, Status::Met),
            ("RFC6750-5.2-02", Status::NotApplicable, Status::Met),
        ] {
            assert_eq!(jwts.status(&CHECK, id).await, of_jwts, "{id} of JWTs");
            assert_eq!(opaque.status(&CHECK, id).await, of_opaque, "{id} of opaque tokens");
        }
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(|number| named(&format!("0123456789abcdef-{number}"))).await, "pass");
        assert_eq!(verdict(|number| named(&number.to_string())).await, "fail must RFC7519-4.1.7-01");
        let twice = |number: usize| jwt_token(&json!({}), &json!({"jti": "same-jti", "n": number}));
        assert_eq!(verdict(twice).await, "fail must RFC7519-4.1.7-01");
        assert_eq!(verdict(|_| token()).await, "skip");
        let why = async |make: fn(usize) -> Response| {
            let number = AtomicUsize::new(0);
            let server = canned(move |request| {
                (request.path() == "/token").then(|| make(number.fetch_add(1, Ordering::Relaxed)))
            });
            server.checked(&CHECK).await.reason.unwrap()
        };
        let unnamed = |number: usize| jwt_token(&json!({}), &json!({"iat": number / 1000}));
        assert_eq!(why(unnamed).await, why(|number| jwt_token(&json!({}), &json!({"iat": number}))).await);
        assert_ne!(why(unnamed).await, why(|_| named("0123456789abcdef")).await);
        assert_eq!(
            verdict(|number| token_with("access_token", format!("token-{number}"))).await,
            "fail must RFC6750-5.2-02"
        );
        let random = |_| token_with("access_token", crate::signing_key::random_text::<32>().unwrap());
        assert_eq!(verdict(random).await, "pass");
    }
}
