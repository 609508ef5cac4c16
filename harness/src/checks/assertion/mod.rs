//! Clients that sign (RFC 7523).

pub(super) mod accepted;
pub(super) mod audience;
pub(super) mod claims;
pub(super) mod parameters;
pub(super) mod signature;

use super::prelude::*;
use crate::property::falsify_within;
use crate::reference::ASSERTION_TYPE;
use crate::run::Asserter;
use proptest::strategy::Strategy;

/// A change of header and claims.
type Edit<'a> = &'a dyn Fn(&mut Map<String, Value>, &mut Map<String, Value>);

/// What a bad assertion is called, its statement, how bad a token for it is, and the change that makes it bad.
type Bad = (&'static str, &'static str, Option<Level>, fn(&mut Map<String, Value>, &mut Map<String, Value>));

/// The request of the client that signs: the main one, else the companion.
fn asserter(probe: &Probe<'_>) -> Result<(TokenRequest, Asserter), Stop> {
    let main = probe.request();
    let request = match main.credentials {
        Credentials::Assertion(_) => main,
        _ => probe.request_of(probe.companion(Role::PrivateKeyJwt)?),
    };
    match request.credentials.clone() {
        Credentials::Assertion(asserter) => Ok((request, asserter)),
        _ => Err(Stop::Skip("[companion.private_key_jwt] does not authenticate with `private_key_jwt`".into())),
    }
}

/// An assertion that is made now, with a change.
fn signed(probe: &Probe<'_>, asserter: &Asserter, edit: Edit<'_>) -> String {
    let (mut header, mut claims) = asserter.parts(probe.now());
    edit(&mut header, &mut claims);
    asserter.key.key.jwt(&header, &claims)
}

/// The request with this assertion.
fn carrying(request: &TokenRequest, assertion: &str) -> TokenRequest {
    let request = request.clone().authenticated(Credentials::Nothing);
    request.with("client_assertion_type", ASSERTION_TYPE).with("client_assertion", assertion)
}

/// The control of every bad assertion: a good one gives a token.
async fn works(probe: &mut Probe<'_>, request: &TokenRequest) -> Outcome {
    let answer = probe.attempt(request.clone().at(probe.now())).await?;
    let described = answer.describe();
    let reason = || Stop::Inconclusive(format!("the client with `private_key_jwt` gets no token: {described}"));
    answer.grant().map(|_| ()).ok_or_else(reason)
}

/// Each of these assertions is refused.
async fn refuses(probe: &mut Probe<'_>, cases: &[Bad]) -> Outcome {
    let (request, asserter) = asserter(probe)?;
    works(probe, &request).await?;
    let mut findings = Vec::new();
    for (says, statement, level, edit) in cases {
        let text = signed(probe, &asserter, edit);
        let answer = probe.attempt(carrying(&request, &text)).await?;
        findings.push(breach(probe, &answer, says, statement, *level));
    }
    works(probe, &request).await?;
    findings.into_iter().for_each(|finding| probe.record(finding));
    Ok(())
}

/// Records what [`breach`] finds.
fn judge(probe: &mut Probe<'_>, answer: &Answer, says: &str, statement: &str, level: Option<Level>) {
    let finding = breach(probe, answer, says, statement, level);
    probe.record(finding);
}

/// A token breaks the statement, another code than the one of RFC 7521 §4.2.1 breaks that section.
fn breach(probe: &Probe<'_>, answer: &Answer, says: &str, statement: &str, level: Option<Level>) -> Option<Finding> {
    let actual = format!("{} for an assertion {says}", answer.describe());
    let code = if probe.check.statements.contains(&"RFC7521-4.2.1-01") { "RFC7521-4.2.1-01" } else { statement };
    let (statement, level) = match &answer.kind {
        Kind::Token(_) => (statement, level.unwrap_or(Level::Must)),
        Kind::Refusal { error } if error == "invalid_client" && matches!(answer.status(), 400 | 401) => return None,
        Kind::Refusal { .. } if (400..500).contains(&answer.status()) => (code, Level::Should),
        Kind::Refusal { .. } | Kind::Neither => (code, Level::Must),
    };
    let expected = "status 400 or 401, error=invalid_client";
    Some(probe.finding(statement, Some(level), expected, &actual, answer.reply.exchange))
}

/// A client that signs, and its request.
type Signer<'a> = (&'a TokenRequest, &'a Asserter);

/// A generated assertion, what it is called, and the statement that a token for it breaks.
type Made = (String, String, &'static str);

/// None of the assertions is taken that are made of these values, and of header and claims that are good.
async fn takes_none<S: Strategy<Value: Clone>>(
    probe: &mut Probe<'_>,
    (request, asserter): Signer<'_>,
    (cases, values): (u32, &S),
    made: impl Fn(&S::Value, &Map<String, Value>, &Map<String, Value>) -> Option<Made>,
) -> Outcome {
    falsify_within(probe, cases, values, async |probe, _, value| {
        let (header, claims) = asserter.parts(probe.now());
        let Some((text, says, statement)) = made(&value, &header, &claims) else { return Ok(None) };
        let answer = probe.attempt(carrying(request, &text)).await?;
        Ok(taken(probe, &answer, &says, statement))
    })
    .await
}

/// What is generated is not taken; which code it gets is judged by the cases that are listed.
fn taken(probe: &Probe<'_>, answer: &Answer, says: &str, statement: &str) -> Option<Finding> {
    let refused = (400..500).contains(&answer.status());
    breach(probe, answer, says, statement, None).filter(|_| !refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;
    use crate::target::Client;
    use crate::testing::*;

    /// The client of the reference server that signs, as the companion of a canned one.
    fn client() -> Client {
        Registry.clients().1.remove(&Role::PrivateKeyJwt).unwrap()
    }

    /// A server with such a client.
    pub(in crate::checks) fn server(reply: impl Fn(&Request) -> Option<Response> + Send + Sync + 'static) -> Canned {
        let mut server = canned(reply);
        server.further = vec![(Role::PrivateKeyJwt, client())];
        server
    }

    /// An assertion that is good in every respect.
    fn is_good(request: &Request) -> bool {
        let form = request.form();
        let text = form.get("client_assertion").unwrap_or_default();
        let Some(Jwt { header, claims }) = Jwt::parse(text) else { return false };
        let key = Registry.all().iter().find_map(|client| client.public_jwk).unwrap();
        let keys = format!("{{\"keys\":[{key}]}}");
        let keys = countersign_validator::KeySet::from_json(keys.as_bytes()).unwrap();
        let claim = |name: &str| claims.get(name).cloned().unwrap_or_default();
        let named = claim("iss") == json!("asserting-job") && claim("sub") == claim("iss");
        let timely = claim("exp") == json!(60) && !claims.contains_key("nbf") && !header.contains_key("crit");
        let verified = crate::token_signature::verify(text, &keys).is_ok();
        named && timely && verified && claim("aud") == json!(base(request)) && !header.contains_key("jwk")
    }

    /// The verdict on a server that answers so to assertions that are not good.
    pub(in crate::checks) async fn verdict(check: &'static Check, reply: Response) -> String {
        let server = server(move |request| {
            let asserts = request.form().count("client_assertion") > 0;
            (asserts && !is_good(request)).then(|| reply.clone())
        });
        let verdict = server.verdict(check).await;
        // The canned server takes an assertion twice, and remembers nothing.
        if verdict == "fail may RFC7523-3-07" { "pass".into() } else { verdict }
    }
}
