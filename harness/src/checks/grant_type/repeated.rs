//! A repeated `grant_type` is refused as `invalid_request`.
//!
//! **Sent.** The request that works with a second `grant_type`: another one after it, another one before it, the
//! same again; and random arrangements of up to five, with other parameters between.
//!
//! **Demanded.** Status 400 and `error=invalid_request` (RFC 6749 §3.2 and §5.2). A token for two unlike values
//! is a violation, a token for two equal ones a warning.
//!
//! **Why it matters.** Two readers of one request, such as a gateway and the server behind it, may each take a
//! different value.
//!
//! **The attack.** A filter in front admits the grant that it sees; the server behind it uses the one that it
//! sees.
//!
//! **How servers went wrong.** Parsers that keep the first or the last value never notice; frameworks that merge
//! parameters hide the repetition from a library that would have.

use crate::checks::prelude::*;
use crate::property::{falsify_few, twins};

pub(crate) const CHECK: Check = Check {
    id: "grant-type/repeated",
    source: include_str!("repeated.rs"),
    statements: &["RFC6749-3.2-11"],
    needs: &[],
    faults: &[
        Fault::new(
            "first-wins",
            "takes the first grant type",
            Deviation::Reads(|request, _| {
                if request.form().count("grant_type") > 1 {
                    request.edit_form(Form::keep_first);
                }
            }),
        ),
        Fault::new(
            "neighbours",
            "sees two grant types only beside each other",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let names: Vec<_> = form.iter().map(|(name, _)| name == "grant_type").collect();
                let apart = names.windows(2).all(|pair| pair != [true, true]);
                if apart && form.get("grant_type") == Some("client_credentials") {
                    request.edit_form(Form::keep_first);
                }
            }),
        ),
        Fault::new(
            "last-wins",
            "takes the last grant type",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let last = form.iter().filter(|(name, _)| *name == "grant_type").last();
                if let Some((_, last)) = last.filter(|_| form.count("grant_type") > 1) {
                    let last = last.to_owned();
                    request.edit_form(|form| form.set("grant_type", last));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const UNLIKE: Refusal =
    Refusal { statement: "RFC6749-3.2-11", codes: &["invalid_request"], tolerated: &[], token: None };

/// The rule binds whoever sends the parameters: a server that reads two equal values as one does no harm.
const EQUAL: Refusal = Refusal { token: Some(Level::Should), ..UNLIKE };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let right = "client_credentials";
    for (first, second, refusal) in [(right, "password", &UNLIKE), ("password", right, &UNLIKE), (right, right, &EQUAL)]
    {
        let request = probe.request().set("grant_type", first).with("grant_type", second);
        let answer = probe.near_miss(request).await?;
        probe.judge(&answer, refusal);
    }
    for (other, refusal) in [("x_countersign", &UNLIKE), (right, &EQUAL)] {
        falsify_few(probe, &twins(), async |probe, twins| {
            let mut request = probe.request();
            twins.apply(&mut request.form, "grant_type", right, other);
            let answer = probe.attempt(request).await?;
            Ok(probe.unless_refused(&answer, refusal))
        })
        .await?;
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
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "unsupported_grant_type"), "fail must RFC6749-3.2-11"),
            (token(), "fail must RFC6749-3.2-11"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().count("grant_type") > 1, &reply).await, verdict);
        }
    }

    #[tokio::test]
    async fn equal_twins_are_a_warning() {
        let twins = |request: &Request| request.form().count("grant_type") > 1;
        let unlike = |request: &Request| {
            request.form().iter().any(|(name, value)| name == "grant_type" && value != "client_credentials")
        };
        let canned = canned(move |request| match (twins(request), unlike(request)) {
            (true, true) => Some(refusal(400, "invalid_request")),
            (true, false) => Some(token()),
            (false, _) => None,
        });
        assert_eq!(canned.verdict(&CHECK).await, "fail should RFC6749-3.2-11");
    }
}
