//! Parameters mean the same however their octets are escaped.
//!
//! **Sent.** The request that works, with a generated choice of octets written as `%XX`, in upper and lower case
//! digits.
//!
//! **Demanded.** The same answer as in the usual spelling: a token of the same type and scope (RFC 6749 appendix
//! B).
//!
//! **Why it matters.** Clients escape more or less than they need to, each library in its way; all of them are
//! right.
//!
//! **The attack.** A filter that compares undecoded text is passed by writing `%63lient_credentials`; it must not
//! stand alone between a client and a token.
//!
//! **How servers went wrong.** Hand-written parsers decode values and forget names, or know only upper-case
//! digits.

use crate::checks::prelude::*;
use crate::property::{falsify, spellings};
use crate::wire::Spelling;

pub(crate) const CHECK: Check = Check {
    id: "parameters/reencoded",
    source: include_str!("reencoded.rs"),
    statements: &["RFC6749-B-01"],
    needs: &[],
    faults: &[
        Fault::new(
            "names-not-decoded",
            "decodes values and not names",
            Deviation::Reads(|request, _| {
                let body = String::from_utf8_lossy(&request.body).into_owned();
                if body.split('&').any(|pair| pair.split('=').next().is_some_and(|name| name.contains('%'))) {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        ),
        Fault::new(
            "lower-case-digits",
            "does not know hexadecimal digits in lower case",
            Deviation::Reads(|request, _| {
                let lower =
                    |window: &[u8]| window[0] == b'%' && window[1..].iter().any(|digit| digit.is_ascii_lowercase());
                if request.body.windows(3).any(lower) {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const STATEMENT: &str = "RFC6749-B-01";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    falsify(probe, &spellings(), async |probe, spellings| {
        let request = probe.request();
        let mut respelt = request.to_request();
        let mut choice = spellings.iter().copied().chain(std::iter::repeat(Spelling::Plain));
        respelt.body = request.body().encode_with(|| choice.next().unwrap_or(Spelling::Plain)).into_bytes();
        let answer = probe.attempt(respelt).await?;
        Ok(unless_same(probe, &answer, STATEMENT))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, verdict) in [
            (token(), "pass"),
            (refusal(400, "invalid_request"), "fail must RFC6749-B-01"),
            (busy(429), "inconclusive"),
        ] {
            let respelt = |request: &Request| request.body.starts_with(b"%") || request.body.contains(&b'%');
            assert_eq!(verdict_on(&CHECK, respelt, &reply).await, verdict);
        }
    }
}
