//! A server that has enough says so as others do.
//!
//! **Sent.** Nothing of its own: every 429 and 503 that the run met is looked at.
//!
//! **Demanded.** `Retry-After`, if it is there, is a number of seconds or a date; a 429 has content and is not to
//! be cached (RFC 6585 §4, RFC 9110 §10.2.3). Without one nothing is judged.
//!
//! **Why it matters.** Clients come back when they are told to, or at once when they cannot read it.
//!
//! **The attack.** A 429 in a cache is an outage for everybody behind it.
//!
//! **How servers went wrong.** Milliseconds, or a time stamp, in `Retry-After`.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "transport/throttling",
    source: include_str!("throttling.rs"),
    statements: &["RFC6585-4-01", "RFC6585-4-02", "RFC9110-10.2.3-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "unreadable",
            "throttles with a time that cannot be read",
            Deviation::Answers(|request, response| throttle(request, response, "Retry-After", "soon")),
        ),
        Fault::new(
            "cached",
            "lets caches keep a 429",
            Deviation::Answers(|request, response| throttle(request, response, "Cache-Control", "public, max-age=60")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// For faults: a 429 with this field for a request that another check of every run sends.
fn throttle(request: &Request, response: &mut Response, name: &str, value: &str) {
    if request.form().get("grant_type") == Some("urn:example:none") {
        *response = Response::empty(429);
        response.fields.set("Content-Type", "text/plain");
        response.body = b"slow down".to_vec();
        response.fields.set(name, value);
    }
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let throttled = probe.link.throttled();
    if throttled.is_empty() {
        return Err(Stop::NotApplicable("the server did not throttle".into()));
    }
    // A server that still throttles is not judged by one word of it.
    probe.control().await?;
    for seen in throttled {
        let field = |name: &str| {
            let found = seen.response_fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        if let Some(value) = field("Retry-After") {
            let text = value.trim();
            let sound = text.parse::<u64>().is_ok() || httpdate::parse_http_date(text).is_ok();
            let actual = format!("Retry-After: {value}");
            probe.demand(sound, "RFC9110-10.2.3-01", "seconds, or a date", &actual, seen.id);
        }
        if seen.status == Some(429) {
            let explained = !seen.response_body.is_empty();
            probe.demand(explained, "RFC6585-4-01", "content that explains it", "no content", seen.id);
            let cache_control = field("Cache-Control").unwrap_or_default().to_ascii_lowercase();
            let fresh = cache_control.contains("public")
                || cache_control.contains("max-age") && !cache_control.contains("max-age=0");
            let actual = format!("Cache-Control: {cache_control}");
            probe.demand(!fresh, "RFC6585-4-02", "nothing that makes it storable", &actual, seen.id);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// The first answer after calibration is this one.
    async fn verdict(reply: Response) -> String {
        let first = AtomicBool::new(true);
        let server = canned(move |request| {
            (request.path() == "/token" && first.swap(false, Ordering::Relaxed)).then(|| reply.clone())
        });
        server.verdict(&CHECK).await
    }

    fn busy_with(name: &str, value: &str) -> Response {
        let mut response = page(429);
        response.fields.set(name, value);
        response
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(busy_with("Retry-After", "1")).await, "pass");
        assert_eq!(verdict(busy_with("Retry-After", "Thu, 01 Jan 1970 00:00:01 GMT")).await, "pass");
        assert_eq!(verdict(busy_with("Retry-After", "1.5")).await, "fail must RFC9110-10.2.3-01");
        assert_eq!(verdict(busy_with("Cache-Control", "max-age=60")).await, "fail must RFC6585-4-02");
        assert_eq!(verdict(Response::empty(429)).await, "fail should RFC6585-4-01");
        assert_eq!(verdict(token()).await, "skip");
    }
}
