//! A repeated `scope` is refused as `invalid_request`.
//!
//! **Sent.** The request that works with two `scope` parameters: two of the client's scopes one by one, and the
//! same one twice.
//!
//! **Demanded.** Status 400 and `error=invalid_request` (RFC 6749 §3.2 and §5.2). A token is a warning; a token
//! with both scopes is a violation.
//!
//! **Why it matters.** Two readers of one request may each see another scope, and a union of both is more than
//! either of them saw.
//!
//! **The attack.** A gateway that limits scopes looks at the first one; the server grants the second one too.
//!
//! **How servers went wrong.** Thirteen of seventeen servers that were tried took one of the two, or joined them.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "parameters/repeated-scope",
    source: include_str!("repeated_scope.rs"),
    statements: &["RFC6749-3.2-22"],
    needs: &[Need::TwoScopes],
    faults: &[
        Fault::new(
            "union",
            "grants the union of both",
            Deviation::Reads(|request, _| {
                let form = request.form();
                let scopes: Vec<_> = form.iter().filter(|(name, _)| *name == "scope").map(|(_, value)| value).collect();
                if scopes.len() > 1 {
                    let union = scopes.join(" ");
                    request.edit_form(|form| form.set("scope", union));
                }
            }),
        ),
        Fault::warning(
            "first-wins",
            "takes the first scope",
            Deviation::Reads(|request, _| {
                if request.form().count("scope") > 1 {
                    request.edit_form(Form::keep_first);
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const ONE_OF_THEM: Refusal =
    Refusal { statement: "RFC6749-3.2-22", codes: &["invalid_request"], tolerated: &[], token: Some(Level::Should) };

const BOTH: Refusal = Refusal { token: Some(Level::Must), ..ONE_OF_THEM };

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let [first, second, ..] = &probe.target.client.scopes[..] else { return Ok(()) };
    for second in [second, first] {
        let request = probe.request().set("scope", first).with("scope", second);
        let answer = probe.near_miss(request).await?;
        let granted = answer.grant().and_then(|grant| grant.scope.as_ref());
        let both =
            first != second && granted.is_some_and(|granted| granted.contains(first) && granted.contains(second));
        probe.judge(&answer, if both { &BOTH } else { &ONE_OF_THEM });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut one = token();
        one.edit_object(|object| _ = object.insert("scope".into(), "read".into()));
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (refusal(400, "invalid_scope"), "fail must RFC6749-3.2-22"),
            (one, "fail should RFC6749-3.2-22"),
            (token(), "fail must RFC6749-3.2-22"),
            (busy(429), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, |request| request.form().count("scope") > 1, &reply).await, verdict);
        }
    }
}
