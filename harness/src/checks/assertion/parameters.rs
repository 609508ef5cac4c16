//! An assertion comes once, with its type.
//!
//! **Sent.** The assertion without its type, with a type in other letters, with another type; the type without the
//! assertion; two assertions in one parameter, and the parameter twice.
//!
//! **Demanded.** `invalid_client` or `invalid_request` (RFC 7521 §4.2, RFC 7523 §2.2), never a token.
//!
//! **Why it matters.** The type says by which rules the assertion is judged.
//!
//! **The attack.** Of two assertions the one is verified and the other believed.
//!
//! **How servers went wrong.** The type is not looked at.

use super::{asserter, carrying, signed, works};
use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "assertion/parameters",
    source: include_str!("parameters.rs"),
    statements: &["RFC7521-4.2-01", "RFC7523-2.2-02"],
    needs: &[Need::PrivateKeyJwt],
    faults: &[
        Fault::new(
            "type",
            "does not look at the type",
            Deviation::Sets(|settings| settings.unchecked = Some("client_assertion_type")),
        ),
        Fault::new(
            "first-wins",
            "takes the first of two assertions",
            Deviation::Reads(|request, _| {
                if request.form().count("client_assertion") > 1 {
                    request.edit_form(Form::keep_first);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const REFUSAL: Refusal = Refusal {
    statement: "RFC7521-4.2-01",
    codes: &["invalid_client", "invalid_request"],
    tolerated: &["unauthorized_client", "invalid_grant"],
    token: Some(Level::Must),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    works(probe, &request).await?;
    let fresh = |probe: &Probe<'_>| signed(probe, &asserter, &|_, _| ());
    let good = |probe: &Probe<'_>| carrying(&request, &fresh(probe));
    let two = format!("{} {}", fresh(probe), fresh(probe));
    let cases = [
        (good(probe).without("client_assertion_type"), "RFC7521-4.2-01"),
        (good(probe).set("client_assertion_type", crate::reference::ASSERTION_TYPE.to_uppercase()), "RFC7521-4.2-01"),
        (
            good(probe).set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
            "RFC7521-4.2-01",
        ),
        (good(probe).without("client_assertion"), "RFC7521-4.2-01"),
        (carrying(&request, &two), "RFC7523-2.2-02"),
        (good(probe).with("client_assertion", fresh(probe)), "RFC7523-2.2-02"),
    ];
    for (case, statement) in cases {
        all_refused(probe, [case], &Refusal { statement, ..REFUSAL }).await?;
    }
    works(probe, &request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::assertion::tests::server;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        for (reply, expected) in [
            (refusal(401, "invalid_client"), "pass"),
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "invalid_grant"), "fail should RFC7521-4.2-01"),
            (token(), "fail must RFC7521-4.2-01"),
            (busy(503), "inconclusive"),
        ] {
            let server = server(move |request| {
                let form = request.form();
                let sound = form.count("client_assertion") == 1
                    && form.get("client_assertion_type") == Some(crate::reference::ASSERTION_TYPE)
                    && form.get("client_assertion").is_some_and(|text| !text.contains(' '));
                let asserts = form.count("client_assertion") + form.count("client_assertion_type") > 0;
                (asserts && !sound).then(|| reply.clone())
            });
            assert_eq!(server.verdict(&CHECK).await, expected);
        }
    }
}
