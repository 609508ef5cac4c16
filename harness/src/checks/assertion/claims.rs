//! An assertion names the client as its issuer and subject, this server as its audience, and its end.
//!
//! **Sent.** Assertions without `iss`, `sub`, `aud` or `exp`, with other values and of other types; for another
//! server; that ended an hour ago; that begin in half an hour; for a year. Then some that are generated: with one
//! member wrong, alone or as the last of two; nearly of this client and for this server; with times long ago and far
//! ahead, in any spelling of a number; and sequences that ended ever earlier, of which none is taken after a refusal.
//!
//! **Demanded.** `invalid_client` (RFC 7523 §3, RFC 7521 §4.2.1), never a token. A life of a year that is accepted
//! is a note.
//!
//! **Why it matters.** Each claim keeps the assertion from being used elsewhere, by another or later.
//!
//! **The attack.** An assertion that was made for one server is presented to another by the first one.
//!
//! **How servers went wrong.** `aud` is not compared; `exp` is compared only if it is there, if it is an integer, or if
//! it is not zero; of two members the first is read; client ids are looked up without case.

use super::{Signer, asserter, carrying, refuses, signed, taken, takes_none, works};
use crate::checks::prelude::*;
use crate::property::{
    FLAWS, Flaw, NEAR_MISSES, Time, Wrong, departures, edits, falsify_within, far_ahead, few, flaws, last_of_two,
    long_ago, near_misses, other_types, with_value,
};
use proptest::strategy::Strategy;

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
        Fault::new(
            "first-of-two",
            "reads the first of two members",
            Deviation::Sets(|settings| settings.unchecked = Some("first member")),
        ),
        Fault::new(
            "letters",
            "looks clients up without case",
            Deviation::Sets(|settings| settings.unchecked = Some("letters")),
        ),
        Fault::new(
            "fractions",
            "compares `exp` only if it is an integer",
            Deviation::Sets(|settings| settings.unchecked = Some("fractions")),
        )
        .of("D26"),
        Fault::new(
            "zero",
            "takes an end of zero for none",
            Deviation::Sets(|settings| settings.unchecked = Some("zero")),
        )
        .of("D26"),
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

/// Ends that are tried at least, each in one request: nearly every run has one at zero, and one that is no integer.
const TIMES: u32 = 12;

/// Sequences of assertions that are tried, each in several requests.
const SEQUENCES: u32 = 2;

/// Members, and the statements that a token for another value breaks.
const MEMBERS: [(&str, &str); 4] =
    [("iss", "RFC7523-3-01"), ("sub", "RFC7523-3-02"), ("exp", "RFC7523-3-04"), ("nbf", "RFC7523-3-05")];

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

/// Assertions of nearly this client, that ended at some time, and that are for nearly this server.
async fn nearly_right(probe: &mut Probe<'_>) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    let client = (&request, &asserter);
    let few = few(probe);
    let sign = |header: &_, claims: String| asserter.key.key.jws(object_text(header).as_bytes(), claims.as_bytes());
    let with_flaw = |flaw: &Flaw, header: &_, claims: &_| {
        let (claims, says) = flaw.apply(claims)?;
        let statement = MEMBERS.iter().find(|(name, _)| *name == flaw.name())?.1;
        Some((sign(header, claims), says, statement))
    };
    takes_none(probe, client, (few, &flaws(&["iss", "sub", "exp"], other_types())), with_flaw).await?;
    takes_none(probe, client, (few, &last_of_two(&["iss", "sub", "exp"])), with_flaw).await?;
    let edited = flaws(&["iss", "sub"], edits().prop_map(Wrong::Edited));
    takes_none(probe, client, (few.max(FLAWS), &edited), with_flaw).await?;
    let now = probe.now().as_second();
    let at = |time: &Time, header: &_, claims: &_, name| {
        let number = time.text(now)?;
        let statement = MEMBERS.iter().find(|(other, _)| *other == name)?.1;
        Some((sign(header, with_value(claims, name, &number)), format!("with `{name}`: {number}"), statement))
    };
    takes_none(probe, client, (few.max(TIMES), &long_ago()), |time, header, claims| at(time, header, claims, "exp"))
        .await?;
    takes_none(probe, client, (few, &far_ahead()), |time, header, claims| at(time, header, claims, "nbf")).await?;
    ended_and_ended_longer_ago(probe, client).await?;
    let own = asserter.parts(probe.now()).1.get("aud").and_then(Value::as_str).unwrap_or_default().to_owned();
    let near = (NEAR_MISSES, &near_misses(&own));
    takes_none(probe, client, near, |audience, header, claims| {
        let claims = with_value(claims, "aud", &json!(audience).to_string());
        Some((sign(header, claims), "for nearly this server".into(), "RFC7523-3-03"))
    })
    .await?;
    works(probe, &request).await
}

/// How long after its end an assertion is still taken is the server's: but one that ended longer ago than one that is
/// refused is refused too.
async fn ended_and_ended_longer_ago(probe: &mut Probe<'_>, (request, asserter): Signer<'_>) -> Outcome {
    falsify_within(probe, SEQUENCES, &departures(), async |probe, _, departures| {
        let mut refused = None;
        for seconds in departures {
            let text = signed(probe, asserter, &|_, claims| shift(claims, "exp", -seconds));
            let answer = probe.attempt(carrying(request, &text)).await?;
            match (&answer.kind, refused) {
                (Kind::Token(_), Some(earlier)) => {
                    let says = format!(
                        "that ended {seconds} seconds ago, after one that ended {earlier} seconds ago was refused"
                    );
                    return Ok(taken(probe, &answer, &says, "RFC7523-3-04"));
                }
                (Kind::Refusal { .. }, _) => refused = Some(seconds),
                (Kind::Token(_), None) | (Kind::Neither, _) => {}
            }
        }
        Ok(None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::assertion::tests::{server, verdict};
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

    /// A server that takes what ended so many seconds ago, if this says so.
    async fn verdict_on_ends(taken: fn(i64) -> bool) -> String {
        let good = move |Jwt { header, claims }: Jwt, issuer: String| {
            let own = Some(&json!("asserting-job"));
            let names =
                claims.get("iss") == own && claims.get("sub") == own && claims.get("aud") == Some(&issuer.into());
            let plain = !claims.contains_key("nbf") && !header.contains_key("crit");
            names && plain && claims.get("exp").and_then(Value::as_i64).is_some_and(|end| taken(-end))
        };
        let server = server(move |request| {
            let form = request.form();
            let jwt = Jwt::parse(form.get("client_assertion")?);
            (!jwt.is_some_and(|jwt| good(jwt, base(request)))).then(|| refusal(401, "invalid_client"))
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn what_has_ended_stays_so() {
        assert_eq!(verdict_on_ends(|ago| ago == -60).await, "pass");
        assert_eq!(verdict_on_ends(|ago| (-60..900).contains(&ago)).await, "pass");
        assert_eq!(verdict_on_ends(|ago| ago == -60 || (900..3600).contains(&ago)).await, "fail must RFC7523-3-04");
    }
}
