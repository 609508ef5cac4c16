//! Names of parameters are compared with case, and other grants' parameters are passed over.
//!
//! **Sent.** `Grant_Type` in the place of `grant_type`; then the request that works with parameters that belong to
//! other grants; then with an unknown parameter twice.
//!
//! **Demanded.** `invalid_request` for the first (a token is a warning); the same answer as usual for the others,
//! whose refusal is a warning (RFC 6749 §1.9 and §3.2).
//!
//! **Why it matters.** Generic clients send what they have.
//!
//! **The attack.** Two layers that disagree about case see two requests.
//!
//! **How servers went wrong.** Form collections that ignore case; servers that demand a `redirect_uri`.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/names",
    source: include_str!("names.rs"),
    statements: &["RFC6749-3.2-25", "RFC6749-3.2-26", "RFC6749-3.2-23"],
    needs: &[],
    faults: &[
        Fault::warning(
            "case-blind",
            "reads names without case",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" {
                    let body = String::from_utf8_lossy(&request.body).replace("Grant_Type", "grant_type");
                    request.body = body.into_bytes();
                }
            }),
        ),
        Fault::warning(
            "other-grants",
            "refuses parameters of other grants",
            Deviation::Reads(|request, _| {
                if request.form().count("redirect_uri") > 0 {
                    request.edit_form(|form| form.remove("grant_type"));
                }
            }),
        )
        .of("D08"),
        Fault::note(
            "unknown-twice",
            "refuses an unknown parameter that stands twice with a crash",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.form().count("x_countersign") > 1 {
                    *response = Response::empty(500);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const CASE: Refusal = Refusal {
    statement: "RFC6749-3.2-25",
    codes: &["invalid_request"],
    tolerated: &["unsupported_grant_type"],
    token: Some(Level::Should),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let other_case = probe.request().without("grant_type").with("Grant_Type", "client_credentials");
    all_refused(probe, [other_case], &CASE).await?;
    let foreign = probe.request().with("redirect_uri", "https://client.example/back").with("code", "none");
    let answer = probe.near_miss(foreign.with("refresh_token", "none").with("username", "nobody")).await?;
    let described = answer.describe();
    if answer.grant().is_none() {
        let expected = "a token, as without them";
        probe.broken("RFC6749-3.2-26", Some(Level::Should), expected, &described, answer.reply.exchange);
    }
    let twice = probe.request().with("x_countersign", "1").with("x_countersign", "2");
    let answer = probe.near_miss(twice).await?;
    let refused = matches!(&answer.kind, Kind::Refusal { error } if error == "invalid_request");
    if answer.grant().is_none() && !refused {
        let expected = "a token, or error=invalid_request";
        probe.broken("RFC6749-3.2-23", Some(Level::May), expected, &answer.describe(), answer.reply.exchange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(case: Response, foreign: Response, twice: Response) -> String {
        let server = canned(move |request| {
            let form = request.form();
            if form.count("Grant_Type") > 0 {
                Some(case.clone())
            } else if form.count("redirect_uri") > 0 {
                Some(foreign.clone())
            } else {
                (form.count("x_countersign") > 1).then(|| twice.clone())
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(400, "invalid_request");
        assert_eq!(verdict(no(), token(), token()).await, "pass");
        assert_eq!(verdict(no(), token(), no()).await, "pass");
        assert_eq!(verdict(token(), token(), token()).await, "fail should RFC6749-3.2-25");
        assert_eq!(verdict(page(500), token(), token()).await, "fail should RFC6749-3.2-25");
        assert_eq!(verdict(no(), no(), token()).await, "fail should RFC6749-3.2-26");
        assert_eq!(verdict(no(), token(), page(500)).await, "fail may RFC6749-3.2-23");
        assert_eq!(verdict(no(), token(), busy(503)).await, "inconclusive");
    }
}
