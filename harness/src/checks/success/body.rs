//! A success response is one JSON object with status 200 and members of the right types.
//!
//! **Sent.** The request that works.
//!
//! **Demanded.** Status 200, `application/json`, UTF-8 without a byte order mark, no repeated member,
//! `token_type` as a string, `expires_in` as a whole number, a token of visible ASCII that fits a header, no
//! `error` and no `refresh_token` beside it (RFC 6749 §5.1 and appendix A, RFC 6750 §2.1, RFC 8259 §8.1). The
//! shape of the answer is also held against the snapshot of an earlier run.
//!
//! **Why it matters.** Every client of the server parses this answer. What one library forgives breaks the next.
//!
//! **The attack.** Of two members of the same name a gateway may read one and the client the other.
//!
//! **How servers went wrong.** `expires_in` as a string is the most frequent of all; status 201, text/html around
//! good JSON, and `refresh_token: null` are others.

use crate::checks::prelude::*;
use crate::checks::shape;
use countersign_validator::json;
use serde_json::Value;

pub(crate) const CHECK: Check = Check {
    id: "success/body",
    source: include_str!("body.rs"),
    statements: &[
        "RFC6749-5.1-10",
        "RFC6749-5.1-11",
        "RFC6749-5.1-14",
        "RFC6749-5.1-18",
        "RFC6749-3.2-30",
        "RFC6749-4.4.3-01",
        "RFC6749-A.12-01",
        "RFC6749-A.14-01",
        "RFC6750-2.1-01",
        "RFC8259-8.1-01",
    ],
    needs: &[],
    faults: &[
        grant_fault!("created", "answers 201", |response| response.status = 201),
        grant_fault!("html", "says that the JSON is HTML", |response| response.fields.set("Content-Type", "text/html")),
        grant_fault!("byte-order-mark", "begins with a byte order mark", |response| {
            response.body.splice(..0, *b"\xEF\xBB\xBF");
        }),
        grant_fault!("repeated-member", "names a member twice", |response| {
            response.body.splice(..1, *b"{\"expires_in\":1,");
        }),
        grant_fault!("no-token-type", "leaves token_type out", |response| {
            response.edit_object(|object| _ = object.remove("token_type"));
        }),
        grant_fault!("expires-in-string", "gives expires_in as a string", |response| {
            response.edit_object(|object| {
                let text = object.get("expires_in").map(Value::to_string).unwrap_or_default();
                object.insert("expires_in".into(), text.into());
            });
        })
        .of("D19"),
        grant_fault!("error-beside-token", "has an error beside the token", |response| {
            response.edit_object(|object| _ = object.insert("error".into(), "none".into()));
        }),
        Fault::warning(
            "refresh-token",
            "issues a refresh token",
            Deviation::Answers(|request, response| {
                grants(request, response, |response| {
                    response.edit_object(|object| _ = object.insert("refresh_token".into(), "refresh-0123".into()));
                });
            }),
        )
        .of("D16"),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    let (response, exchange) = (&answer.reply.response, answer.reply.exchange);
    let status = format!("status {}", response.status);
    probe.demand(response.status == 200, "RFC6749-5.1-10", "status 200", &status, exchange);
    let media_type = response.media_type().unwrap_or_else(|| "no Content-Type".into());
    probe.demand(media_type == "application/json", "RFC6749-5.1-11", "application/json", &media_type, exchange);
    let mark = response.body.starts_with(b"\xEF\xBB\xBF") || std::str::from_utf8(&response.body).is_err();
    probe.demand(!mark, "RFC8259-8.1-01", "UTF-8 without a byte order mark", "other octets", exchange);
    let twice = json::parse(&response.body, json::DOCUMENT_LIMITS).is_ok_and(|document| document.has_duplicate_members);
    probe.demand(!twice, "RFC6749-3.2-30", "each member once", "a member that stands twice", exchange);
    members(probe, grant, exchange);
    let shape = shape(&answer, grant);
    probe.follow(&shape, exchange);
    Ok(())
}

fn members(probe: &mut Probe<'_>, grant: &Grant, exchange: usize) {
    let member = |name: &str| grant.members.get(name);
    let typed = grant.token_type.is_some();
    probe.demand(typed, "RFC6749-5.1-14", "`token_type`, a string", "none", exchange);
    let error = member("error").is_some_and(|error| !error.is_null());
    if error {
        probe.broken("RFC6749-5.1-18", Some(Level::Must), "no `error` beside a token", "`error`", exchange);
    }
    let refresh = member("refresh_token").is_some_and(|token| !token.is_null());
    probe.demand(!refresh, "RFC6749-4.4.3-01", "no `refresh_token`", "a refresh token", exchange);
    let token = grant.access_token.expose_secret();
    let visible = token.bytes().all(|octet| (0x20..=0x7e).contains(&octet));
    probe.demand(visible, "RFC6749-A.12-01", "a token of visible ASCII", "other characters", exchange);
    let fits =
        token.trim_end_matches('=').bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet));
    let bearer = grant.token_type.as_deref() == Some("bearer");
    probe.demand(fits || !bearer, "RFC6750-2.1-01", "a token that fits the header", "other characters", exchange);
    match member("expires_in") {
        None => {}
        Some(value) if value.is_u64() => {}
        Some(Value::Number(number)) if number.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0) => {
            let actual = format!("{number}");
            probe.broken("RFC6749-A.14-01", Some(Level::Should), "digits only", &actual, exchange);
        }
        Some(value) => {
            probe.broken("RFC6749-A.14-01", None, "`expires_in`, a whole number", &value.to_string(), exchange);
        }
    }
}

/// What does not change from answer to answer: types in the place of values.
fn shape(answer: &Answer, grant: &Grant) -> String {
    let response = &answer.reply.response;
    let field = |name: &str| format!("{name}: {}", response.fields.list(name));
    let mut lines = vec![shape::head(response), field("Cache-Control"), field("Pragma")];
    lines.extend(shape::members(&grant.members));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Snapshot, Stored};
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let with = |name: &str, value: Value| {
            let mut response = token();
            response.edit_object(|object| _ = object.insert(name.into(), value));
            response
        };
        let mut charset = token();
        charset.fields.set("Content-Type", "Application/JSON; charset=UTF-8");
        for (reply, verdict) in [
            (token(), "pass"),
            (charset, "pass"),
            (with("error", Value::Null), "pass"),
            (with("token_type", "bearer".into()), "pass"),
            (with("extra", Value::Null), "pass"),
            (with("expires_in", "60".into()), "fail must RFC6749-A.14-01"),
            (with("expires_in", 60.0.into()), "fail should RFC6749-A.14-01"),
            (with("refresh_token", "r".into()), "fail should RFC6749-4.4.3-01"),
            (with("token_type", Value::Null), "fail must RFC6749-5.1-14"),
            (with("access_token", "two words".into()), "fail must RFC6750-2.1-01"),
            (with("access_token", "\u{e9}t\u{e9}".into()), "fail must RFC6749-A.12-01"),
        ] {
            assert_eq!(verdict_on(&CHECK, |_| true, &reply).await, verdict);
        }
    }

    #[tokio::test]
    async fn a_changed_shape_differs_from_the_snapshot() {
        let mut server = canned(|_| None);
        let stored = |body: &str| Snapshot::new(CHECK.id, body);
        let same = "200 application/json\nCache-Control: no-store\nPragma: no-cache\naccess_token: [string]\n\
                    expires_in: [integer]\nscope: \"read write\"\ntoken_type: \"Bearer\"";
        server.snapshots = Stored::from([(stored(same).name, stored(same).text)]);
        assert_eq!(server.verdict(&CHECK).await, "pass");
        let other = same.replace("[integer]", "[string]");
        server.snapshots = Stored::from([(stored(&other).name, stored(&other).text)]);
        assert_eq!(server.verdict(&CHECK).await, "fail may snapshot");
    }
}
