//! Whatever was sent, the answer is sound.
//!
//! **Sent.** Requests that are generated from the one that works: values of any characters in any parameter, line
//! breaks with a field and markup among them, parameters that are taken away, repeated or added. Then a few of them
//! without credentials, and a few of a client that nobody knows.
//!
//! **Demanded.** No token without valid credentials, and none for another grant type (RFC 6749 §4.4.2). No field and
//! no markup of what was sent (§10.14). No 5xx and no page; a token only in an answer without an error, an error only
//! without a token, and not a letter of the secret in it. Members of legal characters (§5.2); a code that is in no
//! registry is a note (§8.5). A page with 403 is that of a firewall in front of the server.
//!
//! **Why it matters.** Nobody lists every malformed request, and a generator need not.
//!
//! **The attack.** What crashes a server is where its state is least understood.
//!
//! **How servers went wrong.** Five of seventeen servers that were tried answer malformed input with 500, and one
//! ended its process.

use super::{is_of_a_firewall, nothing_arrives, oracles};
use crate::checks::oracle::{INJECTED_FIELD, MARKER, Sent};
use crate::checks::prelude::*;
use crate::property::{Mutation, cases, falsify_within, mutations};
use std::collections::BTreeSet;

pub(crate) const CHECK: Check = Check {
    id: "robustness/any-request",
    source: include_str!("any_request.rs"),
    statements: &[
        "HARNESS-04",
        "RFC6749-4.4.2-02",
        "RFC6749-4.4.2-10",
        "RFC6749-10.14-01",
        "HARNESS-07",
        "RFC6749-5.2-23",
        "RFC6749-5.2-24",
        "RFC6749-5.2-25",
        "RFC6749-8.5-01",
    ],
    needs: &[],
    faults: &[
        Fault::new(
            "beyond-ascii",
            "answers 500 to values beyond ASCII",
            Deviation::Answers(|request, response| {
                if request.path() == "/token" && request.form().iter().any(|(_, value)| !value.is_ascii()) {
                    *response = Response::empty(500);
                }
            }),
        ),
        Fault::new(
            "html",
            "answers with a page to a repeated parameter",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let twice = form.iter().any(|(name, _)| form.count(name) > 1);
                if request.path() == "/token" && twice {
                    *response = Response::empty(400);
                    response.fields.set("Content-Type", "text/html");
                    response.body = b"<h1>Bad Request</h1>".to_vec();
                }
            }),
        )
        .of("D21"),
        Fault::new(
            "swallowed",
            "reads what it does not understand as the usual request of its first client",
            Deviation::Reads(|request, registry| {
                if request.path() == "/token" && request.form().get("grant_type") != Some("client_credentials") {
                    authenticate_as(request, registry.main());
                    request.edit_form(|form| form.set("grant_type", "client_credentials"));
                    request.edit_form(|form| form.retain(|name, _| name == "grant_type"));
                }
            }),
        ),
        Fault::new(
            "field",
            "copies a refused value into a field",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let sent = form.iter().find_map(|(_, value)| Some(value.split_once(INJECTED_FIELD)?.1));
                let copy = |response: &mut Response| sent.iter().for_each(|v| response.fields.set(INJECTED_FIELD, *v));
                refusals(request, response, copy);
            }),
        ),
        Fault::new(
            "quoted",
            "quotes what it refuses",
            Deviation::Answers(|request, response| {
                let sent = request.form().get("grant_type").unwrap_or_default().to_owned();
                refusals(request, response, |response| {
                    let description = format!("\"{sent}\" is no grant type");
                    response.edit_object(|object| _ = object.insert("error_description".into(), description.into()));
                });
            }),
        ),
        Fault::warning(
            "secret-shown",
            "shows the form that it refuses, with its secret",
            Deviation::Answers(|request, response| {
                let form: Vec<_> = request.form().iter().map(|(name, value)| json!([name, value])).collect();
                refusals(request, response, |response| {
                    response.edit_object(|object| _ = object.insert("received".into(), form.into()));
                });
            }),
        ),
        Fault::note(
            "own-code",
            "has a code of its own",
            Deviation::Answers(|request, response| code(request, response, "unsupported_grant_type", "bad_grant")),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// The client, with its credentials.
    Client,
    /// Nobody in particular.
    Nobody,
    /// A client that is not registered, so that no login of an existing one fails.
    Stranger,
}

/// Fewer requests find nothing.
const FEWEST: u32 = 8;
/// Most servers look at credentials first: one request without them for so many with them.
const SHARE: u32 = 4;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let cases = cases(probe)?.max(FEWEST);
    let few = cases.div_ceil(SHARE).max(FEWEST);
    let mut broken = BTreeSet::new();
    for (who, cases) in [(Who::Client, cases), (Who::Nobody, few), (Who::Stranger, few)] {
        seek(probe, who, cases, &mut broken).await?;
    }
    Ok(())
}

/// Looks for an answer that breaks what is not known to be broken, until there is none. The same values come each time,
/// so those before the last that broke something need not be sent again.
async fn seek(probe: &mut Probe<'_>, who: Who, cases: u32, broken: &mut BTreeSet<&'static str>) -> Outcome {
    let (mut sound, mut arrived) = (0_usize, false);
    loop {
        let (mut number, mut found) = (0_usize, None);
        falsify_within(probe, cases, &mutations(), async |probe, _, mutations| {
            number += 1;
            if number <= sound {
                return Ok(None);
            }
            // While it is made smaller, it stays the same thing that is broken.
            let open = |id| found.map_or(!broken.contains(id), |(_, found)| found == id);
            let Some((id, finding)) = breach(probe, who, &mutations, open, &mut arrived).await? else {
                return Ok(None);
            };
            found.get_or_insert((number, id));
            Ok(Some(finding))
        })
        .await?;
        let Some((number, id)) = found else {
            return if arrived { Ok(()) } else { Err(nothing_arrives()) };
        };
        sound = number - 1;
        broken.insert(id);
    }
}

/// Sends the mutated request, and what of the table its answer breaks first.
async fn breach(
    probe: &mut Probe<'_>,
    who: Who,
    mutations: &[Mutation],
    open: impl Fn(&'static str) -> bool,
    arrived: &mut bool,
) -> Result<Option<(&'static str, Finding)>, Stop> {
    // The credentials stay: a wrong secret is another matter, and a login that fails may lock a client out.
    let mut request = match who {
        Who::Client => probe.request(),
        Who::Nobody => probe.request().authenticated(Credentials::Nothing),
        Who::Stranger => probe.request().authenticated(Credentials::Post("nobody".into(), MARKER.to_owned().into())),
    };
    mutations.iter().for_each(|mutation| mutation.apply(&mut request.form));
    let attempt = Attempt::from(request);
    let sent = Sent::of(&attempt.request, who == Who::Client);
    let answer = match probe.attempt_over_tls(attempt).await? {
        Some(answer) => answer,
        None if who == Who::Client => return Err(Stop::Inconclusive("TLS refuses the connection".into())),
        // Where nobody comes in without a certificate, nothing is unsound.
        None => return Ok(None),
    };
    *arrived |= !is_of_a_firewall(&answer);
    Ok(oracles(&answer).filter(|oracle| open(oracle.statement)).find_map(|oracle| {
        let actual = (oracle.unsound)(&sent, &answer)?;
        let (id, exchange) = (oracle.statement, answer.reply.exchange);
        Some((id, probe.finding(id, oracle.level, oracle.expected, &actual, exchange)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::robustness::tests::is_mutated;
    use crate::testing::*;

    #[tokio::test]
    async fn canned_replies() {
        let mut described = refusal(400, "invalid_scope");
        described.edit_object(|object| _ = object.insert("error_description".into(), "\"x\" is unknown".into()));
        let mut linked = refusal(400, "invalid_scope");
        linked.edit_object(|object| _ = object.insert("error_uri".into(), "https://a.example/b c".into()));
        let mut echo = refusal(401, "invalid_client");
        echo.edit_object(|object| _ = object.insert("secret".into(), MARKER.into()));
        for (reply, verdict) in [
            (refusal(400, "invalid_request"), "pass"),
            (refusal(401, "invalid_client"), "pass"),
            (Response::empty(413), "pass"),
            (page(400), "fail must HARNESS-04"),
            (page(500), "fail must HARNESS-04"),
            (refusal(200, "invalid_request"), "fail must HARNESS-04"),
            (refusal(400, "caf\u{e9}"), "fail must RFC6749-5.2-23"),
            (described, "fail must RFC6749-5.2-24"),
            (linked, "fail must RFC6749-5.2-25"),
            (echo, "fail should HARNESS-07"),
            (refusal(400, "own_code"), "fail may RFC6749-8.5-01"),
            (token(), "fail must RFC6749-4.4.2-02"),
            (busy(503), "inconclusive"),
        ] {
            assert_eq!(verdict_on(&CHECK, is_mutated, &reply).await, verdict);
        }
    }

    /// Whoever sends no credentials gets no token, mutated or not; and a gateway that takes them off is no server.
    #[tokio::test]
    async fn nobody_and_strangers_are_asked_for_too() {
        let anonymous = |request: &Request| request.fields.get("Authorization").is_none();
        assert_eq!(verdict_on(&CHECK, anonymous, &refusal(401, "invalid_client")).await, "fail must RFC6749-4.4.2-10");
        let signed = canned(move |request| {
            let refused = anonymous(request) || is_mutated(request);
            (request.path() == "/token" && refused).then(|| refusal(400, "invalid_client"))
        });
        assert_eq!(signed.verdict(&CHECK).await, "pass");
        let stranger = canned(move |request| {
            let known = request.form().get("client_id").is_none();
            (known && is_mutated(request)).then(|| refusal(400, "invalid_request"))
        });
        assert_eq!(stranger.verdict(&CHECK).await, "fail must RFC6749-4.4.2-02");
    }
}
