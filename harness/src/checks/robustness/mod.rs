//! What holds whatever was sent.

pub(super) mod any_request;
pub(super) mod life_of_tokens;

use super::oracle::{ORACLES, Oracle};
use super::prelude::*;

/// A firewall for HTTP refuses by a page what looks like an attack, and `Server` names it on every answer, or nobody.
/// What the server would have said is not known.
fn is_of_a_firewall(answer: &Answer) -> bool {
    answer.status() == 403 && answer.reply.response.media_type().is_some_and(|media_type| media_type == "text/html")
}

/// What this answer is held against: a page of a firewall is no page of the server.
fn oracles(answer: &Answer) -> impl Iterator<Item = &'static Oracle> {
    let arrived = !is_of_a_firewall(answer);
    ORACLES.iter().filter(move |oracle| arrived || oracle.statement != "HARNESS-04")
}

/// Where every answer is a page of a firewall.
fn nothing_arrives() -> Stop {
    Stop::Inconclusive("something in front of the server seems to refuse whatever is unusual".into())
}

#[cfg(test)]
mod tests {
    use super::any_request::CHECK;
    use super::*;
    use crate::checks::oracle::INJECTED_MARKUP;
    use crate::testing::*;

    /// Whether this is another request than the one that works.
    pub(super) fn is_mutated(request: &Request) -> bool {
        let form = request.form();
        let usual = form.get("grant_type") == Some("client_credentials") && form.get("scope") == Some("read write");
        !usual || form.iter().count() != 2
    }

    /// A firewall refuses some of what is sent; what reaches the server is judged.
    #[tokio::test]
    async fn what_a_firewall_refuses_is_left_out() {
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (page(400), "fail must HARNESS-04"),
            (Response::empty(500), "fail must HARNESS-04"),
        ] {
            let mut server = canned(move |request| {
                let attack = request.form().iter().any(|(_, value)| value.contains(['<', '\'', '/']));
                let reply = if attack { page(403) } else { reply.clone() };
                is_mutated(request).then_some(reply)
            });
            server.edit = |config| config.limits.cases = 64;
            assert_eq!(server.verdict(&CHECK).await, verdict);
        }
    }

    #[tokio::test]
    async fn where_a_firewall_refuses_all_nothing_is_known() {
        assert_eq!(verdict_on(&CHECK, is_mutated, &page(403)).await, "inconclusive");
        let mut quoting = page(403);
        quoting.body = format!("<p>{INJECTED_MARKUP}</p>").into_bytes();
        assert_eq!(verdict_on(&CHECK, is_mutated, &quoting).await, "fail must RFC6749-10.14-01");
    }

    /// A note ends no search, and what is made smaller stays what it was, also where it breaks otherwise.
    #[tokio::test]
    async fn one_finding_does_not_hide_the_next() {
        let mut server = canned(|request| {
            let long = || request.form().get("grant_type").is_some_and(|grant| grant.len() > 3);
            is_mutated(request).then(|| if long() { refusal(400, "\"own\"") } else { Response::empty(500) })
        });
        server.edit = |config| config.limits.cases = 32;
        let checked = server.checked(&CHECK).await;
        let told = checked.findings().filter_map(|finding| finding.requirement.as_deref());
        assert_eq!(told.collect::<Vec<_>>(), ["RFC6749-5.2-23", "HARNESS-04", "RFC6749-8.5-01"]);
    }
}
