//! An assertion names the client as its issuer and subject, this server as its audience, and its end.
//!
//! **Sent.** Assertions without `iss`, `sub`, `aud` or `exp`, with other values and of other types; for another
//! server; that ended an hour ago; that begin in half an hour; for a year. Then some that ended at random times longer
//! ago, and some for random addresses or names that are nearly the audience that works: its text goes on, its path or its
//! port is another, it stands in the path or before the host of another, or one letter differs.
//!
//! **Demanded.** `invalid_client` (RFC 7523 §3, RFC 7521 §4.2.1), never a token. A life of a year that is accepted
//! is a note.
//!
//! **Why it matters.** Each claim keeps the assertion from being used elsewhere, by another or later.
//!
//! **The attack.** An assertion that was made for one server is presented to another by the first one.
//!
//! **How servers went wrong.** `aud` is not compared; `exp` is compared only if it is there.

use super::{asserter, breach, carrying, refuses, signed, works};
use crate::checks::prelude::*;
use crate::property::{NEAR_MISSES, falsify_few, falsify_within, long_ago, near_misses};

pub(crate) const CHECK: Check = Check {
    id: "assertion/claims",
    source: include_str!("claims.rs"),
    statements: &[
        "RFC7523-3-01",
        "RFC7523-3-02",
        "RFC7523-3-03",
        "RFC7523-3-04",
        "RFC7523-3-05",
        "RFC7523-3-06",
        "RFC7521-4.2.1-01",
    ],
    needs: &[Need::PrivateKeyJwt],
    faults: &[
        Fault::new("iss", "does not look at the issuer", Deviation::Sets(|settings| settings.unchecked = Some("iss"))),
        Fault::new("sub", "does not look at the subject", Deviation::Sets(|settings| settings.unchecked = Some("sub"))),
        Fault::new(
            "aud",
            "does not look at the audience",
            Deviation::Sets(|settings| settings.unchecked = Some("aud")),
        )
        .of("D25"),
        Fault::new(
            "aud-host",
            "compares only the host of the audience",
            Deviation::Sets(|settings| settings.unchecked = Some("path of aud")),
        )
        .of("D25"),
        Fault::new(
            "exp",
            "takes assertions after their end",
            Deviation::Sets(|settings| settings.unchecked = Some("exp")),
        )
        .of("D26"),
        Fault::new(
            "nbf",
            "takes assertions before their beginning",
            Deviation::Sets(|settings| settings.unchecked = Some("nbf")),
        ),
        Fault::note(
            "a-year",
            "takes assertions for a year",
            Deviation::Sets(|settings| settings.unchecked = Some("lifetime")),
        ),
        Fault::warning(
            "other-code",
            "calls a bad assertion a bad grant",
            Deviation::Answers(|request, response| {
                if request.form().count("client_assertion") > 0 {
                    code(request, response, "invalid_client", "invalid_grant");
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Beyond the skew that clocks are granted, seconds.
const HOUR: i64 = 3600;

fn shift(claims: &mut Map<String, Value>, name: &str, seconds: i64) {
    let time = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    claims.insert(name.to_owned(), json!(time.saturating_add(seconds)));
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    refuses(
        probe,
        &[
            ("without `iss`", "RFC7523-3-01", None, |_, claims| _ = claims.remove("iss")),
            ("with another `iss`", "RFC7523-3-01", None, |_, claims| {
                _ = claims.insert("iss".into(), "countersign-nobody".into())
            }),
            ("without `sub`", "RFC7523-3-02", None, |_, claims| _ = claims.remove("sub")),
            ("with another `sub`", "RFC7523-3-02", None, |_, claims| {
                _ = claims.insert("sub".into(), "countersign-nobody".into())
            }),
            ("with `sub`, an array", "RFC7523-3-02", None, |_, claims| {
                let sub = claims.get("sub").cloned().unwrap_or_default();
                claims.insert("sub".into(), json!([sub]));
            }),
            ("without `aud`", "RFC7523-3-03", None, |_, claims| _ = claims.remove("aud")),
            ("for no audience", "RFC7523-3-03", None, |_, claims| _ = claims.insert("aud".into(), json!([]))),
            ("for another server", "RFC7523-3-03", None, |_, claims| {
                claims.insert("aud".into(), "https://countersign.example".into());
            }),
            ("without `exp`", "RFC7523-3-04", None, |_, claims| _ = claims.remove("exp")),
            ("that ended an hour ago", "RFC7523-3-04", None, |_, claims| shift(claims, "exp", -HOUR)),
            ("with `exp`, a string", "RFC7523-3-04", None, |_, claims| {
                let end = claims.get("exp").map(Value::to_string);
                claims.insert("exp".into(), json!(end));
            }),
            ("that begins in half an hour", "RFC7523-3-05", None, |_, claims| {
                shift(claims, "nbf", HOUR / 2);
                shift(claims, "exp", HOUR * 3 / 4);
            }),
            ("for a year", "RFC7523-3-06", Some(Level::May), |_, claims| shift(claims, "exp", 365 * 24 * HOUR)),
        ],
    )
    .await?;
    nearly_right(probe).await
}

/// Assertions that ended at some time, and that are for nearly this server.
async fn nearly_right(probe: &mut Probe<'_>) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    falsify_few(probe, &long_ago(), async |probe, seconds| {
        let text = signed(probe, &asserter, &|_, claims| shift(claims, "exp", seconds.saturating_neg()));
        let answer = probe.attempt(carrying(&request, &text)).await?;
        Ok(breach(probe, &answer, "that ended long ago", "RFC7523-3-04", None))
    })
    .await?;
    let own = asserter.parts(probe.now()).1.get("aud").and_then(Value::as_str).unwrap_or_default().to_owned();
    falsify_within(probe, NEAR_MISSES, &near_misses(&own), async |probe, _, audience| {
        let text = signed(probe, &asserter, &|_, claims| _ = claims.insert("aud".into(), json!(audience)));
        let answer = probe.attempt(carrying(&request, &text)).await?;
        Ok(breach(probe, &answer, "for nearly this server", "RFC7523-3-03", None))
    })
    .await?;
    works(probe, &request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::assertion::tests::verdict;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(401, "invalid_client");
        assert_eq!(verdict(&CHECK, no()).await, "pass");
        assert_eq!(verdict(&CHECK, refusal(400, "invalid_client")).await, "pass");
        assert_eq!(verdict(&CHECK, refusal(400, "invalid_grant")).await, "fail should RFC7521-4.2.1-01");
        assert_eq!(verdict(&CHECK, page(500)).await, "fail must RFC7521-4.2.1-01");
        assert_eq!(verdict(&CHECK, token()).await, "fail must RFC7523-3-01");
        assert_eq!(verdict(&CHECK, busy(503)).await, "inconclusive");
    }
}
