//! Published documents may be kept for a while, and not for long.
//!
//! **Sent.** A GET of the metadata and of the JWK Set.
//!
//! **Demanded.** `Cache-Control` or `ETag` is there, and `max-age` is not more than a day. This is advice.
//!
//! **Why it matters.** Clients fetch them again and again; keys change.
//!
//! **The attack.** A key that was withdrawn stays in use for as long as it may be cached.
//!
//! **How servers went wrong.** No word about caching, and every request of every client comes through; or a year.

use super::fetch;
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "metadata/caching",
    source: include_str!("caching.rs"),
    statements: &["HARNESS-20"],
    needs: &[Need::Metadata],
    faults: &[Fault::warning(
        "a-year",
        "lets keys be kept for a year",
        Deviation::Answers(|request, response| {
            if request.path() == "/jwks" {
                response.fields.set("Cache-Control", "public, max-age=31536000");
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

/// A day: what a withdrawn key may live on; seconds.
const LONGEST: u64 = 86_400;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let document = metadata(probe)?.uri.clone();
    for uri in [Some(document), probe.target.jwks_uri.clone()].into_iter().flatten() {
        let reply = fetch(probe, &uri).await?;
        let fields = &reply.response.fields;
        let cache_control = fields.list("Cache-Control").to_ascii_lowercase();
        let seconds = cache_control
            .split(',')
            .find_map(|directive| directive.trim().strip_prefix("max-age=")?.parse::<u64>().ok());
        let actual = format!("Cache-Control: {}", fields.shown("Cache-Control"));
        let said = !cache_control.is_empty() || fields.get("ETag").is_some() || fields.get("Last-Modified").is_some();
        if !said {
            let expected = "a word about caching";
            probe.broken("HARNESS-20", Some(Level::May), expected, &actual, reply.exchange);
        }
        let short = seconds.is_none_or(|seconds| seconds <= LONGEST);
        probe.demand(short, "HARNESS-20", "at most a day", &actual, reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(cache_control: &'static str) -> String {
        let server = canned(move |request| {
            let text = document(&json!({})).to_string().replace("BASE", &base(request));
            let mut response = Response::json(200, &serde_json::from_str(&text).unwrap());
            if !cache_control.is_empty() {
                response.fields.set("Cache-Control", cache_control);
            }
            (request.path() == WELL_KNOWN || request.path() == "/jwks").then_some(response)
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict("max-age=86400").await, "pass");
        assert_eq!(verdict("no-store").await, "pass");
        assert_eq!(verdict("public, Max-Age=86401").await, "fail should HARNESS-20");
        assert_eq!(verdict("").await, "fail may HARNESS-20");
    }
}
