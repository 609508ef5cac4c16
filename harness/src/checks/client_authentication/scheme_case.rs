//! The name of the Basic scheme is read without case, and any number of spaces follows it.
//!
//! **Sent.** The request that works with `basic`, `BASIC`, and with two spaces after the scheme.
//!
//! **Demanded.** A token for each spelling of the name; for two spaces a refusal is a warning (RFC 9110 §11.1 and
//! §11.4).
//!
//! **Why it matters.** Clients and proxies spell it as they like.
//!
//! **The attack.** A filter that looks for `Basic` alone is passed by writing `basic`.
//!
//! **How servers went wrong.** Six of seventeen servers that were tried refuse `basic`.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/scheme-case",
    source: include_str!("scheme_case.rs"),
    statements: &["RFC9110-11.1-01", "RFC9110-11.4-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "case",
            "knows Basic alone",
            Deviation::Reads(|request, _| {
                let known = request.fields.get("Authorization").is_some_and(|value| value.starts_with("Basic"));
                if !known {
                    request.fields.remove("Authorization");
                }
            }),
        )
        .of("D05"),
        Fault::warning(
            "one-space",
            "wants one space",
            Deviation::Reads(|request, _| {
                if request.fields.get("Authorization").is_some_and(|value| value.contains("  ")) {
                    request.fields.remove("Authorization");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let usual = probe.request().to_request();
    let Some(pair) = usual.fields.get("Authorization").and_then(|value| value.strip_prefix("Basic ")) else {
        return Err(Stop::NotApplicable("the client does not authenticate by Basic".into()));
    };
    for (spelt, statement, level) in [
        (format!("basic {pair}"), "RFC9110-11.1-01", None),
        (format!("BASIC {pair}"), "RFC9110-11.1-01", None),
        (format!("Basic  {pair}"), "RFC9110-11.4-01", Some(Level::Should)),
    ] {
        let mut request = usual.clone();
        request.fields.set("Authorization", spelt);
        let answer = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
        if answer.grant().is_none() {
            let (described, exchange) = (answer.describe(), answer.reply.exchange);
            probe.broken(statement, level, "a token, as for the usual spelling", &described, exchange);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(known: fn(&str) -> bool) -> String {
        let server = canned(move |request| {
            let value = request.fields.get("Authorization").unwrap_or_default().to_owned();
            (request.path() == "/token" && !known(&value)).then(|| refusal(401, "invalid_client"))
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(|_| true).await, "pass");
        assert_eq!(verdict(|value| value.starts_with("Basic")).await, "fail must RFC9110-11.1-01");
        assert_eq!(verdict(|value| value.split(' ').count() == 2).await, "fail should RFC9110-11.4-01");
        let busy = canned(|request| {
            let value = request.fields.get("Authorization").unwrap_or_default();
            value.starts_with("basic").then(|| busy(503))
        });
        assert_eq!(busy.verdict(&CHECK).await, "inconclusive");
    }
}
