//! A protected resource refuses a token after its end.
//!
//! **Sent.** A call of `protected_url` with a token when it is fresh, and again after its end, until it is
//! refused or the leeway has passed.
//!
//! **Demanded.** The fresh token is accepted; after the end the answer is 401, at once or within the leeway that
//! is granted to clocks (RFC 7519 §4.1.4, RFC 6750 §3.1). Within the leeway it is a warning, as is a refusal with
//! another status. Where a new token is refused too, nothing is known of the end.
//!
//! **Why it matters.** This is where the lifetime of a token counts. All the rest is announcement.
//!
//! **The attack.** A token from an old log, a backup or a browser's history opens the door for as long as nobody
//! compares the time.
//!
//! **How servers went wrong.** Resource servers that keep the outcome of a verification beyond the end of the
//! token, and libraries where the comparison is an option.

use super::{Judge, Life, Seen, until_dead};
use crate::checks::prelude::*;
use crate::run::Held;

pub(crate) const CHECK: Check = Check {
    id: "expiry/protected-resource",
    source: include_str!("protected_resource.rs"),
    statements: &["RFC7519-4.1.4-02"],
    needs: &[Need::ProtectedUrl, Need::Wait],
    faults: &[
        Fault::new(
            "never-refused",
            "accepts every token that was ever issued",
            Deviation::Sets(|settings| settings.protected_leeway = i64::MAX),
        ),
        Fault::new(
            "an-hour-late",
            "accepts tokens for an hour too long",
            Deviation::Sets(|settings| settings.protected_leeway = 3600),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const STATEMENT: &str = "RFC7519-4.1.4-02";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(aging) = probe.aging else { return Ok(()) };
    let fresh = match &aging.accepted {
        Some(Ok(reply)) if (200..300).contains(&reply.response.status) => reply,
        Some(Ok(reply)) => {
            let described = reply.response.describe();
            return Err(Stop::Inconclusive(format!("`protected_url` does not accept a fresh token: {described}")));
        }
        Some(Err(reason)) => return Err(Stop::Inconclusive(reason.to_string())),
        None => return Ok(()),
    };
    let judge =
        Judge { ask: |held, target, _| Held::protected_request(held, target), says: &|reply| says(reply, fresh) };
    match until_dead(probe, &judge).await? {
        Seen::Dead { status: 401, .. } => {}
        Seen::Dead { status, exchange } => {
            let actual = format!("status {status}");
            let finding = probe.finding(STATEMENT, Some(Level::Should), "status 401 after the end", &actual, exchange);
            // The token is dead; a client only does not learn that it should get another one.
            probe.findings.push(Finding { severity: Severity::Low, ..finding });
        }
        Seen::DeadLate { seconds, exchange } => {
            let actual = format!("accepted {seconds} s after it");
            probe.broken(STATEMENT, Some(Level::Should), "status 401 after the end", &actual, exchange);
        }
        Seen::Alive { seconds, exchange } => {
            let actual = format!("accepted {seconds} s after it");
            probe.broken(STATEMENT, None, "status 401 after the end", &actual, exchange);
        }
    }
    Ok(())
}

/// A page for people, where the fresh token got something else, is not the resource's, unless it is a 401.
fn says(reply: &Reply, fresh: &Reply) -> Life {
    let is_html = |reply: &Reply| reply.response.media_type().is_some_and(|media_type| media_type == "text/html");
    let is_page = |reply: &Reply| is_html(reply) && !reply.response.body.is_empty();
    let foreign = is_page(reply) && !is_page(fresh);
    match reply.response.status {
        401 => Life::Dead,
        200..300 if !foreign => Life::Alive,
        300..500 if !foreign => Life::Dead,
        _ => Life::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::server;
    use super::*;
    use crate::testing::*;

    /// A resource that accepts tokens for so many seconds, and then answers with this.
    async fn verdict(lives: i64, then: Response) -> String {
        let server = server("/api", move |age, _| if age < lives { accepted() } else { then.clone() });
        server.verdict(&CHECK).await
    }

    fn empty_page(status: u16) -> Response {
        Response { body: Vec::new(), ..page(status) }
    }

    fn accepted() -> Response {
        Response::json(200, &json!({}))
    }

    #[tokio::test]
    async fn canned_replies() {
        for (lives, then, expected) in [
            (60, Response::empty(401), "pass"),
            (63, Response::empty(401), "fail should RFC7519-4.1.4-02"),
            (60, Response::empty(403), "fail should RFC7519-4.1.4-02"),
            (60, empty_page(403), "fail should RFC7519-4.1.4-02"),
            (3600, Response::empty(401), "fail must RFC7519-4.1.4-02"),
            (60, Response::empty(503), "inconclusive"),
            (60, Response::empty(500), "inconclusive"),
            (0, Response::empty(401), "inconclusive"),
            // A page for people is no answer of a resource that answers programs, but its 401 is one.
            (60, page(401), "pass"),
            (60, page(200), "inconclusive"),
            (60, gateway_page(403), "inconclusive"),
        ] {
            let described = then.describe();
            assert_eq!(verdict(lives, then).await, expected, "{lives} s, {described}");
        }
    }

    /// Who refuses everything from some moment on says nothing of the token that ended.
    #[tokio::test]
    async fn a_fresh_token_is_accepted_after_the_end_of_the_other() {
        for (row, reply) in [Response::empty(401), gateway_page(401), Response::empty(403), Response::empty(404)]
            .into_iter()
            .enumerate()
        {
            let closed = server("/api", move |_, now| if now < 60 { accepted() } else { reply.clone() });
            assert_eq!(closed.verdict(&CHECK).await, "inconclusive", "row {row}");
        }
    }
}
