//! Broken escapes and octets that are no text are a malformed request.
//!
//! **Sent.** The request that works with a scope of `%`, of `%zz`, of `%u0041`, and of octets that are no UTF-8;
//! with such an unknown parameter, listed and random; and, to compare, with a scope that nobody registered.
//!
//! **Demanded.** `invalid_request`, or `invalid_scope` from a reader that leaves them as they are; for the unknown
//! parameter a token will do; never a 5xx, never a part of the scope (RFC 6749 appendix B). A server that gives a
//! token for a scope that nobody registered, and no other one here, is judged by `scope/unknown` alone.
//!
//! **Why it matters.** Two readers of broken text read two texts.
//!
//! **The attack.** What one layer drops and the next one keeps passes the filter between them.
//!
//! **How servers went wrong.** Five of seventeen servers that were tried answer malformed input with 500.

use crate::checks::prelude::*;
use crate::checks::scope::granted;
use crate::property::{falsify_few, malformed_values};

pub(crate) const CHECK: Check = Check {
    id: "parameters/broken-escapes",
    source: include_str!("broken_escapes.rs"),
    statements: &["RFC6749-B-02", "RFC6749-B-03"],
    needs: &[],
    faults: &[
        Fault::new(
            "server-error",
            "answers 500 to broken escapes",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.body.windows(3).any(|octets| octets == b"%zz") {
                    *response = Response::empty(500);
                }
            }),
        )
        .of("D06"),
        Fault::new(
            "cut",
            "answers 500 to an escape that is cut after its first digit",
            Deviation::Answers(|request, response| {
                let end = request.body.last_chunk::<2>();
                let cut = end.is_some_and(|[mark, digit]| *mark == b'%' && digit.is_ascii_hexdigit());
                if request.path() == "/token" && cut {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::new(
            "drops",
            "drops octets that are no text",
            Deviation::Reads(|request, _| {
                let body = String::from_utf8_lossy(&request.body).replace("%ff", "");
                if request.path() == "/token" && body.len() < request.body.len() {
                    request.body = body.into_bytes();
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const BROKEN: Refusal = Refusal {
    statement: "RFC6749-B-02",
    codes: &["invalid_request", "invalid_scope"],
    tolerated: &["invalid_client"],
    token: None,
};
const NO_TEXT: Refusal = Refusal { statement: "RFC6749-B-03", ..BROKEN };
const UNREGISTERED: &str = "scope=x_countersign_unregistered";

/// The request that works, with this in the place of its scope.
fn carrying(probe: &Probe<'_>, pair: &str) -> Request {
    let mut request = probe.request().without("scope").to_request();
    request.body.extend_from_slice(format!("&{pair}").as_bytes());
    request
}

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let with = |pair: &str| carrying(probe, pair);
    let own = probe.target.client.scopes.first().map_or("read", String::as_str);
    let broken =
        [format!("scope={own}%"), format!("scope={own}%zz"), format!("scope={own}%u0041")].map(|pair| with(&pair));
    let no_text = [format!("scope={own}%ff"), format!("scope={own}%c0%af"), format!("scope={own}%ed%a0%80")]
        .map(|pair| with(&pair));
    let unknown = ["x_countersign=%", "x_countersign=%ff", "x_%zz=1"].map(with);
    let answer = probe.near_miss(with(UNREGISTERED)).await?;
    let unregistered = match answer.grant() {
        Some(grant) => Some(granted(probe, grant).await?),
        None => None,
    };
    let cases = broken.into_iter().map(|request| (request, &BROKEN));
    let mut compared = true;
    for (request, refusal) in cases.chain(no_text.into_iter().map(|request| (request, &NO_TEXT))) {
        let answer = probe.near_miss(request).await?;
        let alike = match (answer.grant(), &unregistered) {
            (Some(grant), Some(scope)) => {
                let got = granted(probe, grant).await?;
                compared &= got.is_some() && scope.is_some();
                got == *scope || got.is_some_and(|got| !got.contains(own))
            }
            _ => false,
        };
        if !alike {
            probe.judge(&answer, refusal);
        }
    }
    all_answered(probe, unknown, "RFC6749-B-02").await?;
    falsify_few(probe, &malformed_values(), async |probe, text| {
        let answer = probe.attempt(carrying(probe, &format!("x_countersign={text}"))).await?;
        Ok(unless_answered(probe, &answer, "RFC6749-B-02"))
    })
    .await?;
    if compared || !probe.findings.is_empty() {
        return Ok(());
    }
    Err(Stop::Inconclusive("a token came for every scope, and neither it nor introspection tells which it has".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// The verdict on a server that answers these to broken scopes and to the one that nobody registered.
    async fn verdict(broken: Response, unregistered: Response) -> String {
        let server = canned(move |request| {
            let has = |text: &str| request.body.windows(text.len()).any(|octets| octets == text.as_bytes());
            if has(UNREGISTERED) { Some(unregistered.clone()) } else { has("scope=read%").then(|| broken.clone()) }
        });
        server.verdict(&CHECK).await
    }

    /// A token whose claim says this of its scope, with an answer that says nothing.
    fn silent(claims: &Value) -> Response {
        let mut response = jwt_token(&json!({"typ": "at+jwt"}), claims);
        response.edit_object(|object| _ = object.remove("scope"));
        response
    }

    fn opaque() -> Response {
        let mut response = token();
        response.edit_object(|object| _ = object.remove("scope"));
        response
    }

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(400, "invalid_scope");
        let of = |scope: &str| token_with("scope", scope);
        for (row, (broken, unregistered, expected)) in [
            (refusal(400, "invalid_request"), no(), "pass"),
            (no(), no(), "pass"),
            (no(), token(), "pass"),
            (refusal(400, "invalid_grant"), no(), "fail must RFC6749-B-02"),
            (token(), no(), "fail must RFC6749-B-02"),
            (Response::empty(500), no(), "fail must RFC6749-B-02"),
            (busy(503), no(), "inconclusive"),
            // Both are left out, said or not: that is for `scope/unknown` to judge.
            (of("write"), of("write"), "pass"),
            (silent(&json!({})), silent(&json!({})), "inconclusive"),
            // Whatever is asked for is granted, letter by letter.
            (of("read%"), of("x_countersign_unregistered"), "pass"),
            // The broken one is read in part.
            (of("read"), of("write"), "fail must RFC6749-B-02"),
            (silent(&json!({"scope": "read"})), silent(&json!({})), "fail must RFC6749-B-02"),
            (Response::empty(500), silent(&json!({})), "fail must RFC6749-B-02"),
            (opaque(), opaque(), "inconclusive"),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(verdict(broken, unregistered).await, expected, "row {row}");
        }
    }
}
