//! Only base64 is read as base64.
//!
//! **Sent.** The good credentials with a character of the other alphabet or a space put in.
//!
//! **Demanded.** A refusal (RFC 4648 §3.3). A token is a note: it is the good secret after all.
//!
//! **Why it matters.** Two readers that skip different characters read different credentials.
//!
//! **The attack.** What a gateway sees as the credentials of one client, the server reads as those of another.
//!
//! **How servers went wrong.** Decoders that skip what they do not know.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/base64",
    source: include_str!("base64.rs"),
    statements: &["RFC4648-3.3-01"],
    needs: &[],
    faults: &[Fault::note(
        "skips",
        "skips what is no base64",
        Deviation::Reads(|request, _| {
            let value = request.fields.get("Authorization").unwrap_or_default().to_owned();
            if let Some(pair) = value.strip_prefix("Basic ") {
                let kept: String = pair.chars().filter(|c| *c != '!').collect();
                request.fields.set("Authorization", format!("Basic {kept}"));
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let usual = probe.request().to_request();
    let Some(pair) = usual.fields.get("Authorization").and_then(|value| value.strip_prefix("Basic ")) else {
        return Err(Stop::NotApplicable("the client does not authenticate by Basic".into()));
    };
    let middle = pair.len() / 2;
    let (start, end) = (pair.get(..middle).unwrap_or_default(), pair.get(middle..).unwrap_or_default());
    for put in ["!", "\u{20}"] {
        let mut request = usual.clone();
        request.fields.set("Authorization", format!("Basic {start}{put}{end}"));
        let answer = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
        let (described, exchange) = (answer.describe(), answer.reply.exchange);
        if answer.grant().is_some() {
            probe.broken("RFC4648-3.3-01", Some(Level::May), "a refusal", &described, exchange);
        } else {
            let refused = (400..500).contains(&answer.status());
            probe.demand(refused, "RFC4648-3.3-01", "a status 4xx", &described, exchange);
        }
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |request: &Request| request
        .fields
        .get("Authorization")
        .is_some_and(|value| value.contains('!') || value.split(' ').count() > 2),
    [
        (refusal(401, "invalid_client"), "pass"),
        (Response::empty(400), "pass"),
        (token(), "fail may RFC4648-3.3-01"),
        (Response::empty(500), "fail must RFC4648-3.3-01"),
        (busy(503), "inconclusive"),
    ]
);
