//! A resource that is unknown, or no resource, is refused.
//!
//! **Sent.** The request that works with a `resource` that nobody has, with a relative reference, with a fragment,
//! and with near misses of the known one: a slash more, a path below it, its path in other letters, user information
//! before its host, a query. Then with random ones: its text goes on, its last segment, its port or a letter is another, a
//! character stands for a dot of its host, or it stands in the path or before the host of another.
//!
//! **Demanded.** `invalid_target`, or `invalid_request` for what is no absolute URI (RFC 8707 §2). A token for
//! exactly the URI that was asked for is right: which resources a server accepts is at its own discretion (§2.2). A
//! token for a relative reference or a fragment is a warning, since the duty is the client's; a token for the known
//! resource in the place of a near miss too, since servers may map. Servers that ignore the parameter are not judged.
//!
//! **Why it matters.** Who asks for a token for one API must not get it for another.
//!
//! **The attack.** A near miss that is accepted as the known resource sends its tokens to whoever owns the near
//! miss.
//!
//! **How servers went wrong.** Unknown resources are ignored, and the token is for everything.

use super::audience;
use crate::checks::prelude::*;
use crate::property::{NEAR_MISSES, falsify_within, near_misses};
use crate::wire::Address;

pub(crate) const CHECK: Check = Check {
    id: "resource/unknown",
    source: include_str!("unknown.rs"),
    statements: &["RFC8707-2-11", "RFC9700-4.10.2-01", "RFC8707-2-12", "RFC8707-2-13", "RFC8707-2-14", "RFC8707-2-15"],
    needs: &[Need::Resource],
    faults: &[
        Fault::new(
            "ignored",
            "issues tokens for resources that it does not know",
            Deviation::Reads(|request, _| {
                if request.form().get("resource").is_some_and(|uri| uri.contains("countersign")) {
                    request.edit_form(|form| form.remove("resource"));
                }
            }),
        ),
        Fault::warning(
            "relative",
            "passes over what is no URI",
            Deviation::Reads(|request, _| {
                if request.form().get("resource").is_some_and(|uri| uri.starts_with('/')) {
                    request.edit_form(|form| form.remove("resource"));
                }
            }),
        ),
        Fault::warning(
            "fragment",
            "cuts fragments off",
            Deviation::Reads(|request, _| {
                let cut = request.form().get("resource").and_then(|uri| Some(uri.split_once('#')?.0.to_owned()));
                if let Some(cut) = cut {
                    request.edit_form(|form| form.set("resource", cut));
                }
            }),
        ),
        Fault::warning(
            "prefix",
            "takes what begins like a known resource for it",
            Deviation::Reads(|request, _| {
                let known = format!("{}/api", request.base());
                let below = |asked: &str| asked.strip_prefix(&known).is_some_and(|rest| rest.starts_with('/'));
                if request.form().get("resource").is_some_and(below) {
                    request.edit_form(|form| form.set("resource", known));
                }
            }),
        ),
        Fault::warning(
            "pattern",
            "reads the dots in the name of a known resource as any character",
            Deviation::Reads(|request, _| {
                let known = format!("{}/api", request.base());
                let fits = |asked: &str| {
                    asked.len() == known.len() && known.bytes().zip(asked.bytes()).all(|(k, a)| k == b'.' || k == a)
                };
                if request.form().get("resource").is_some_and(fits) {
                    request.edit_form(|form| form.set("resource", known));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// A resource that nobody has.
const NOBODYS: &str = "https://countersign.example/nothing";

const UNKNOWN: Refusal =
    Refusal { statement: "RFC8707-2-11", codes: &["invalid_target"], tolerated: &["invalid_request"], token: None };
const NO_URI: Refusal = Refusal {
    statement: "RFC8707-2-12",
    codes: &["invalid_target", "invalid_request"],
    tolerated: &[],
    token: Some(Level::Should),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(resource) = probe.target.resource.clone() else { return Ok(()) };
    let answer = probe.control().await?;
    let Some(grant) = answer.grant() else { return Ok(()) };
    if !audience(probe, grant).await?.is_some_and(|named| named.contains(&resource)) {
        return Err(Stop::NotApplicable("`resource` does not show in `aud`: the server may ignore it".into()));
    }
    let request = |uri: &str| probe.request().set("resource", uri);
    let unknown = request(NOBODYS);
    let relative = ["/countersign", "//countersign.example/x", "countersign"].map(request);
    let fragment = request(&format!("{resource}#x"));
    let misses = [
        (format!("{}/", resource.trim_end_matches('/')), "RFC8707-2-15"),
        (format!("{}/x", resource.trim_end_matches('/')), "RFC8707-2-15"),
        (changed(&resource, |address| address.path.make_ascii_uppercase()), "RFC8707-2-15"),
        (changed(&resource, |address| address.user = Some("countersign".into())), "RFC8707-2-15"),
        (format!("{resource}?x=1"), "RFC8707-2-14"),
    ];
    let unknown = probe.near_miss(unknown).await?;
    let for_it_alone = match unknown.grant() {
        Some(grant) => audience(probe, grant).await?.is_some_and(|named| named == [NOBODYS]),
        None => false,
    };
    if !for_it_alone {
        probe.judge(&unknown, &UNKNOWN);
    }
    if unknown.grant().is_none() {
        let code = matches!(&unknown.kind, Kind::Refusal { error } if error.starts_with("invalid_"));
        let (described, exchange) = (unknown.describe(), unknown.reply.exchange);
        probe.demand(code, "RFC9700-4.10.2-01", "a refusal with its code", &described, exchange);
    }
    all_refused(probe, relative, &NO_URI).await?;
    all_refused(probe, [fragment], &Refusal { statement: "RFC8707-2-13", ..NO_URI }).await?;
    for (asked, statement) in misses {
        // A resource that ends with a slash is its own near miss.
        if asked == resource {
            continue;
        }
        let answer = probe.near_miss(probe.request().set("resource", &asked)).await?;
        let finding = taken_for(probe, &resource, &asked, &answer, statement).await?;
        probe.record(finding);
    }
    // Who takes these takes the others.
    if probe.findings.iter().any(|finding| finding.requirement.as_deref() == Some("RFC8707-2-15")) {
        return Ok(());
    }
    falsify_within(probe, NEAR_MISSES, &near_misses(&resource), async |probe, _, asked| {
        let answer = probe.attempt(probe.request().set("resource", &asked)).await?;
        taken_for(probe, &resource, &asked, &answer, "RFC8707-2-15").await
    })
    .await
}

/// The URI with one part changed.
fn changed(uri: &str, change: fn(&mut Address)) -> String {
    let Some(mut address) = Address::read(uri) else { return uri.to_owned() };
    change(&mut address);
    address.to_string()
}

/// The finding, if there is a token for the known resource in the place of the one that was asked for.
async fn taken_for(
    probe: &mut Probe<'_>,
    resource: &str,
    asked: &str,
    answer: &Answer,
    statement: &str,
) -> Result<Option<Finding>, Stop> {
    let Some(grant) = answer.grant() else { return Ok(None) };
    let known = audience(probe, grant).await?.is_some_and(|named| named.iter().any(|name| name == resource));
    let level = if statement == "RFC8707-2-14" { Level::May } else { Level::Should };
    let (expected, actual) = (format!("no token for {asked}"), format!("a token for {resource}"));
    let finding = || probe.finding(statement, Some(level), &expected, &actual, answer.reply.exchange);
    Ok(known.then(finding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;

    const OWN: &str = "https://api.example";

    fn server(other: fn(&str) -> Response) -> Canned {
        let mut server = canned(move |request| {
            let form = request.form();
            let resource = form.get("resource").unwrap_or_default();
            let own = || jwt_token(&json!({}), &json!({"aud": OWN}));
            (request.path() == "/token").then(|| if resource == OWN { own() } else { other(resource) })
        });
        server.edit = |config| config.target.resource = Some(OWN.into());
        server
    }

    async fn verdict(other: fn(&str) -> Response) -> String {
        server(other).verdict(&CHECK).await
    }

    /// A code of its own is no refusal that clients know.
    #[tokio::test]
    async fn a_refusal_has_its_code() {
        let own_code = server(|_| refusal(400, "no_such_target"));
        assert_eq!(own_code.status(&CHECK, "RFC9700-4.10.2-01").await, Status::Broken);
        assert_eq!(server(|_| refused()).status(&CHECK, "RFC9700-4.10.2-01").await, Status::Met);
    }

    fn refused() -> Response {
        refusal(400, "invalid_target")
    }

    fn own() -> Response {
        jwt_token(&json!({}), &json!({"aud": OWN}))
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict(|_| refused()).await, "pass");
        assert_eq!(
            verdict(|uri| if uri.contains("example") { refused() } else { refusal(400, "invalid_request") }).await,
            "pass"
        );
        // RFC 8707 §2.2: whatever is asked for, and for nothing else.
        let anybodys = |uri: &str| match uri {
            NOBODYS => jwt_token(&json!({}), &json!({"aud": [NOBODYS]})),
            _ => refused(),
        };
        assert_eq!(verdict(anybodys).await, "pass");
        let for_both = |uri: &str| match uri {
            NOBODYS => jwt_token(&json!({}), &json!({"aud": [NOBODYS, OWN]})),
            _ => refused(),
        };
        assert_eq!(verdict(for_both).await, "fail must RFC8707-2-11");
        assert_eq!(verdict(|_| refusal(400, "invalid_request")).await, "fail should RFC8707-2-11");
        assert_eq!(verdict(|_| own()).await, "fail must RFC8707-2-11");
        assert_eq!(
            verdict(|uri| if uri.starts_with('/') { own() } else { refused() }).await,
            "fail should RFC8707-2-12"
        );
        assert_eq!(verdict(|uri| if uri.contains('#') { own() } else { refused() }).await, "fail should RFC8707-2-13");
        assert_eq!(verdict(|uri| if uri.ends_with('/') { own() } else { refused() }).await, "fail should RFC8707-2-15");
        assert_eq!(verdict(|uri| if uri.contains('?') { own() } else { refused() }).await, "fail may RFC8707-2-14");
        assert_eq!(verdict(|_| busy(503)).await, "inconclusive");
    }
}
