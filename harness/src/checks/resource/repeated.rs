//! A resource may stand twice.
//!
//! **Sent.** The request that works with its `resource`, and an unknown one beside it.
//!
//! **Demanded.** A token, or `invalid_target`: this parameter may be repeated (RFC 8707 §2). `invalid_request` is a
//! note.
//!
//! **Why it matters.** It is the one exception to the rule that no parameter stands twice.
//!
//! **The attack.** None.
//!
//! **How servers went wrong.** The rule for repetitions is applied to it too.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "resource/repeated",
    source: include_str!("repeated.rs"),
    statements: &["RFC8707-2-01"],
    needs: &[Need::Resource],
    faults: &[Fault::note(
        "malformed",
        "calls two resources malformed",
        Deviation::Reads(|request, _| {
            if request.form().count("resource") > 1 {
                request.edit_form(|form| form.remove("grant_type"));
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.near_miss(probe.request().with("resource", "https://countersign.example/nothing")).await?;
    let target = matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_target");
    if answer.grant().is_none() && !target {
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        probe.broken("RFC8707-2-01", None, "a token, or error=invalid_target", &described, exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (token(), "pass"),
            (refusal(400, "invalid_target"), "pass"),
            (refusal(400, "invalid_request"), "fail may RFC8707-2-01"),
            (busy(503), "inconclusive"),
        ] {
            let mut server = canned(move |request| (request.form().count("resource") > 1).then(|| reply.clone()));
            server.edit = |config| config.target.resource = Some("https://api.example".into());
            assert_eq!(server.verdict(&CHECK).await, verdict);
        }
    }
}
