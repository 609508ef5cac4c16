//! The subject of a client's token stands for the client.
//!
//! **Sent.** The request that works, twice, and that of `[companion.second]`.
//!
//! **Demanded.** `sub` is the same in both tokens of a client and another one for another client (RFC 9068 §2.2).
//! It need not be the `client_id`. A token that is opaque, or does not name the profile, is not judged.
//!
//! **Why it matters.** Access lists and audit logs go by `sub`.
//!
//! **The attack.** If two clients have one subject, each can do what the other may, and the log cannot tell them
//! apart.
//!
//! **How servers went wrong.** A new subject with every token, or the same technical user for all clients.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "token/subject",
    source: include_str!("subject.rs"),
    statements: &["RFC9068-2.2-05"],
    needs: &[Need::JwtProfile, Need::SecondClient],
    faults: &[
        Fault {
            level: Level::Should,
            ..token_fault!("shared", "gives every client one subject", |_, claims| {
                claims.insert("sub".into(), "the-service-user".into());
            })
        },
        Fault {
            level: Level::Should,
            ..token_fault!("new", "gives every token a subject of its own", |_, claims| {
                let id = claims.get("jti").cloned().unwrap_or_default();
                claims.insert("sub".into(), id);
            })
        },
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let second = probe.companion(Role::Second)?;
    let one = probe.control().await?;
    let again = probe.control().await?;
    let other = probe.attempt(probe.request_of(second)).await?;
    let exchange = other.reply.exchange;
    let subject = |answer: &Answer| {
        let grant = answer
            .grant()
            .ok_or_else(|| Stop::Inconclusive(format!("[companion.second] gets no token: {}", answer.describe())))?;
        let jwt = jwt(grant)?;
        held_to_profile(probe, &jwt)?;
        let subject = jwt.claims.get("sub").and_then(Value::as_str).map(str::to_owned);
        subject.ok_or_else(|| Stop::NotApplicable("the token has no `sub`".into()))
    };
    let (one, again, other) = (subject(&one)?, subject(&again)?, subject(&other)?);
    let actual = format!("`{one}`, then `{again}`");
    probe.demand(one == again, "RFC9068-2.2-05", "one `sub` for one client", &actual, exchange);
    let actual = format!("`{other}` for both");
    probe.demand(one != other, "RFC9068-2.2-05", "another `sub` for another client", &actual, exchange);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(subject: fn(&str) -> &str) -> String {
        verdict_on_type("at+jwt", subject, "").await
    }

    async fn verdict_on_type(typ: &'static str, subject: fn(&str) -> &str, profile: &'static str) -> String {
        let mut server = canned(move |request| {
            let id = basic_id(request.fields.get("Authorization").unwrap_or_default()).unwrap_or_default();
            (request.path() == "/token").then(|| jwt_token(&json!({"typ": typ}), &json!({"sub": subject(&id)})))
        });
        server.extra = profile;
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(|id| id).await, "pass");
        assert_eq!(verdict(|_| "all").await, "fail should RFC9068-2.2-05");
        assert_eq!(verdict_on_type("JWT", |_| "all", "").await, "skip");
        let profile = "[profile]\nnames = [\"rfc9068\"]\n";
        assert_eq!(verdict_on_type("JWT", |_| "all", profile).await, "fail should RFC9068-2.2-05");
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }
}
