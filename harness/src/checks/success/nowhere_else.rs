//! A token stands in the body of the response and nowhere else.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** No field of the response holds the token: no cookie, no `Location` (RFC 6749 §10.3).
//!
//! **Why it matters.** Fields are logged by everything on the way; bodies are not.
//!
//! **The attack.** A cookie with the token is sent again to every path of the host, and readable for scripts.
//!
//! **How servers went wrong.** Frameworks that keep a session put what they issued into a cookie.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "success/nowhere-else",
    source: include_str!("nowhere_else.rs"),
    statements: &["RFC6749-10.3-01"],
    needs: &[],
    faults: &[grant_fault!("cookie", "sets the token as a cookie too", |response| {
        let token = response.text("access_token").unwrap_or_default();
        response.fields.append("Set-Cookie", format!("token={token}; Path=/"));
    })],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let (Some(grant), exchange) = (answer.grant(), answer.reply.exchange) else { return Ok(()) };
    let token = grant.access_token.expose_secret();
    let found = answer.reply.response.fields.iter().find(|(_, value)| value.contains(token));
    if let Some((name, _)) = found {
        probe.broken("RFC6749-10.3-01", None, "the token in the body alone", &format!("it stands in {name}"), exchange);
    }
    Ok(())
}

#[cfg(test)]
crate::testing::canned_replies!(
    |_| true,
    [
        (token(), "pass"),
        (with_field("Set-Cookie", "session=other"), "pass"),
        (with_field("Set-Cookie", "t=opaque-0123456789"), "fail must RFC6749-10.3-01"),
        (with_field("Location", "https://a.example/#access_token=opaque-0123456789"), "fail must RFC6749-10.3-01"),
    ]
);
