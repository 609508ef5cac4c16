//! A server that demands a nonce says so, and takes none but its own.
//!
//! **Sent.** A proof without a nonce; with the one that the server gave; with an altered and an empty one.
//!
//! **Demanded.** 400 `use_dpop_nonce` with one `DPoP-Nonce`, not to be cached, then a token; `use_dpop_nonce` or
//! `invalid_dpop_proof` for the others (RFC 9449 §8, §8.2 and §11.3). A server that demands none is not judged.
//!
//! **Why it matters.** The nonce is what keeps proofs from being made ahead.
//!
//! **The attack.** If any nonce will do, there is none.
//!
//! **How servers went wrong.** 401 in the place of 400; a nonce that is compared with nothing; the field is hidden
//! from browsers.

use super::{attempt_with, proof, proof_key};
use crate::checks::prelude::*;
use crate::reference::Nonces;

pub(crate) const CHECK: Check = Check {
    id: "dpop/nonce",
    source: include_str!("nonce.rs"),
    statements: &["RFC9449-8-01", "RFC9449-8-02", "RFC9449-11.3-01", "RFC9449-8.2-01", "RFC9449-8-03"],
    needs: &[Need::Dpop],
    faults: &[
        Fault::new("any", "takes any nonce", Deviation::Sets(|settings| settings.dpop_nonces = Nonces::Any)),
        Fault::new(
            "no-field",
            "demands a nonce and does not give one",
            Deviation::Answers(|request, response| {
                let named = request
                    .fields
                    .get("DPoP")
                    .and_then(Jwt::parse)
                    .is_some_and(|proof| proof.claims.contains_key("nonce"));
                if request.fields.get("DPoP").is_some() && !named {
                    *response = Response::json(400, &json!({"error": "use_dpop_nonce"}));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let key = proof_key()?;
    let text = proof(probe, &key, None, &|_, _| ());
    let asked = attempt_with(probe, &[&text]).await?;
    let demanded = |answer: &Answer| matches!(&answer.kind, Kind::Refusal { error } if error == "use_dpop_nonce");
    if !demanded(&asked) {
        return Err(Stop::NotApplicable("the server demands no nonce".into()));
    }
    let fields = &asked.reply.response.fields;
    let nonces: Vec<_> = fields.all("DPoP-Nonce").map(str::to_owned).collect();
    let (exchange, described) = (asked.reply.exchange, asked.describe());
    let [nonce] = nonces.as_slice() else {
        let actual = format!("{} of them", nonces.len());
        probe.broken("RFC9449-8-01", None, "one `DPoP-Nonce`", &actual, exchange);
        return Err(Stop::Inconclusive("without the nonce that the server demands nothing more can be asked".into()));
    };
    let letters = !nonce.is_empty() && nonce.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'));
    probe.demand(letters, "RFC9449-8-01", "a nonce of the characters of §8.1", "other characters", exchange);
    let level = if asked.status() == 401 { Some(Level::Should) } else { None };
    if asked.status() != 400 {
        probe.broken("RFC9449-8-01", level, "status 400", &described, exchange);
    }
    let kept = fields.list("Cache-Control").to_ascii_lowercase().contains("no-store");
    let actual = format!("Cache-Control: {}", fields.shown("Cache-Control"));
    if !kept {
        probe.broken("RFC9449-8.2-01", Some(Level::Should), "Cache-Control with no-store", &actual, exchange);
    }
    if fields.get("Access-Control-Allow-Origin").is_some() {
        let exposed = fields.list("Access-Control-Expose-Headers").to_ascii_lowercase();
        let holds = exposed.contains("dpop-nonce") || exposed.contains('*');
        probe.demand(holds, "RFC9449-8-03", "DPoP-Nonce among the exposed fields", &exposed, exchange);
    } else {
        probe.leave("RFC9449-8-03", Stop::NotApplicable("no page of another origin may read the answer".into()));
    }
    let good = proof(probe, &key, Some(nonce), &|_, _| ());
    let answer = attempt_with(probe, &[&good]).await?;
    let (described, exchange) = (answer.describe(), answer.reply.exchange);
    if answer.grant().is_none() {
        probe.broken("RFC9449-8-01", None, "a token for the nonce", &described, exchange);
        // Who refuses its own nonce refuses the others for no reason that can be seen.
        probe.leave("RFC9449-8-02", Stop::Inconclusive(format!("the nonce of the server got {described}")));
        probe.leave("RFC9449-11.3-01", Stop::Inconclusive(format!("the nonce of the server got {described}")));
        return Ok(());
    }
    let altered = format!("{nonce}x");
    for (other, statement) in
        [(Some(altered.as_str()), "RFC9449-8-02"), (Some(""), "RFC9449-8-02"), (None, "RFC9449-11.3-01")]
    {
        let text = proof(probe, &key, other, &|_, _| ());
        let answer = attempt_with(probe, &[&text]).await?;
        let bad = matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_dpop_proof");
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        probe.demand(demanded(&answer) || bad, statement, "error=use_dpop_nonce", &described, exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::dpop::tests::{proof_of, server, verdict};
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn asks(status: u16) -> Response {
        let mut response = refusal(status, "use_dpop_nonce");
        response.fields.set("DPoP-Nonce", "n-0123");
        response.fields.set("Cache-Control", "no-store");
        response
    }

    fn nonce(request: &Request) -> Option<String> {
        Some(proof_of(request)?.claims.get("nonce")?.as_str()?.to_owned())
    }

    #[tokio::test]
    async fn canned_replies() {
        let right = |request: &Request| if nonce(request).as_deref() == Some("n-0123") { token() } else { asks(400) };
        assert_eq!(verdict(&CHECK, right).await, "pass");
        let status = |request: &Request| if nonce(request).as_deref() == Some("n-0123") { token() } else { asks(401) };
        assert_eq!(verdict(&CHECK, status).await, "fail should RFC9449-8-01");
        let any = |request: &Request| if nonce(request).is_some() { token() } else { asks(400) };
        assert_eq!(verdict(&CHECK, any).await, "fail must RFC9449-8-02");
        assert_eq!(verdict(&CHECK, |_| refusal(400, "use_dpop_nonce")).await, "fail must RFC9449-8-01");
        assert_eq!(verdict(&CHECK, |_| token()).await, "skip");
        assert_eq!(verdict(&CHECK, |_| busy(503)).await, "inconclusive");
    }

    /// A server that refuses everything has refused no nonce for what it is.
    #[tokio::test]
    async fn strange_nonces_are_not_judged_where_its_own_is_refused() {
        let server = server(&CHECK, |_| asks(400));
        assert_eq!(server.status(&CHECK, "RFC9449-8-01").await, Status::Broken);
        for id in ["RFC9449-8-02", "RFC9449-11.3-01"] {
            assert_eq!(server.status(&CHECK, id).await, Status::Inconclusive, "{id}");
        }
        assert_eq!(server.status(&CHECK, "RFC9449-8.2-01").await, Status::Met);
    }

    /// The answer that hands a nonce out reaches whoever asked, and nobody else.
    #[tokio::test]
    async fn a_nonce_is_handed_out_with_care() {
        let uncached = |request: &Request| {
            let mut asks = asks(400);
            asks.fields.remove("Cache-Control");
            if nonce(request).as_deref() == Some("n-0123") { token() } else { asks }
        };
        assert_eq!(verdict(&CHECK, uncached).await, "fail should RFC9449-8.2-01");
        let hidden = |request: &Request| {
            let mut asks = asks(400);
            asks.fields.set("Access-Control-Allow-Origin", "*");
            if nonce(request).as_deref() == Some("n-0123") { token() } else { asks }
        };
        assert_eq!(verdict(&CHECK, hidden).await, "fail must RFC9449-8-03");
    }

    /// Whoever had a nonce once comes without one the next time.
    #[tokio::test]
    async fn a_nonce_is_demanded_every_time() {
        let once = |request: &Request| {
            static ASKED: AtomicBool = AtomicBool::new(false);
            match nonce(request).as_deref() {
                Some("n-0123") => token(),
                None if ASKED.swap(true, Ordering::Relaxed) => token(),
                Some(_) | None => asks(400),
            }
        };
        assert_eq!(verdict(&CHECK, once).await, "fail must RFC9449-11.3-01");
    }

    #[tokio::test]
    async fn nonces_are_not_judged_where_none_was_given() {
        let server = server(&CHECK, |_| refusal(400, "use_dpop_nonce"));
        assert_eq!(server.status(&CHECK, "RFC9449-8-01").await, Status::Broken);
        assert_eq!(server.status(&CHECK, "RFC9449-8-02").await, Status::Inconclusive);
    }
}
