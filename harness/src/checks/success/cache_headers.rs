//! A response with a token is not kept by any cache.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** `Cache-Control` with `no-store`; `Pragma: no-cache` under RFC 6749, which OAuth 2.1 drops; and
//! nothing that makes the answer storable (RFC 6749 §5.1, RFC 9111 §3).
//!
//! **Why it matters.** A token in a cache is a token for everybody who reaches the cache.
//!
//! **The attack.** Somebody who shares the proxy asks the same URL again and receives the token of another
//! client.
//!
//! **How servers went wrong.** Three of seventeen servers that were tried sent no `no-store`; `private` alone, or
//! an ETag in its place, is common.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "success/cache-headers",
    source: include_str!("cache_headers.rs"),
    statements: &["RFC6749-5.1-16", "RFC6749-5.1-17", "RFC9111-3-01"],
    needs: &[],
    faults: &[
        grant_fault!("private", "says private instead of no-store", |response| {
            response.fields.set("Cache-Control", "private");
        })
        .of("D18"),
        grant_fault!("public", "lets caches keep the token", |response| {
            response.fields.set("Cache-Control", "public, max-age=600");
        })
        .of("D18"),
        grant_fault!("no-pragma", "sends no Pragma", |response| response.fields.remove("Pragma")),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (fields, exchange) = (&answer.reply.response.fields, answer.reply.exchange);
    let cache_control = fields.list("Cache-Control");
    let directives = directives(&cache_control);
    let has = |name: &str| directives.iter().any(|(directive, _)| directive == name);
    let actual = format!("Cache-Control: {}", fields.shown("Cache-Control"));
    probe.demand(has("no-store"), "RFC6749-5.1-16", "Cache-Control with no-store", &actual, exchange);
    let fresh = |(name, seconds): &(String, u64)| matches!(name.as_str(), "max-age" | "s-maxage") && *seconds > 0;
    if !has("no-store") && (has("public") || directives.iter().any(fresh)) {
        probe.broken("RFC9111-3-01", Some(Level::Must), "nothing that makes the answer storable", &actual, exchange);
    }
    let pragma = fields.list("Pragma").to_ascii_lowercase().contains("no-cache");
    let actual = format!("Pragma: {}", fields.shown("Pragma"));
    probe.demand(pragma, "RFC6749-5.1-17", "Pragma: no-cache", &actual, exchange);
    Ok(())
}

/// The directives of `Cache-Control` in lower case, each with its number of seconds or 0.
fn directives(list: &str) -> Vec<(String, u64)> {
    let directive = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').parse().unwrap_or_default())
    };
    list.split(',').map(directive).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let with = |cache_control: &str| {
            let mut response = token();
            response.fields.set("Cache-Control", cache_control);
            response
        };
        let mut two_lines = with("private");
        two_lines.fields.append("Cache-Control", "No-Store");
        let mut no_pragma = token();
        no_pragma.fields.remove("Pragma");
        for (reply, verdict) in [
            (with("no-cache, no-store"), "pass"),
            (two_lines, "pass"),
            (with("no-store, max-age=0"), "pass"),
            (with("private"), "fail must RFC6749-5.1-16"),
            (with("public, max-age=60"), "fail must RFC9111-3-01"),
            (no_pragma, "fail must RFC6749-5.1-17"),
        ] {
            assert_eq!(verdict_on(&CHECK, |_| true, &reply).await, verdict);
        }
    }

    #[tokio::test]
    async fn the_next_version_of_oauth_has_no_pragma() {
        let mut server = canned(|request| {
            let mut response = token();
            response.fields.remove("Pragma");
            (request.path() == "/token").then_some(response)
        });
        server.extra = "[profile]\nnames = [\"rfc6749\", \"oauth21\"]\n";
        assert_eq!(server.verdict(&CHECK).await, "pass");
    }
}
