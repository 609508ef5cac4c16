//! Tokens that are bound to a key (RFC 9449).

pub(super) mod bound;
pub(super) mod claims;
pub(super) mod header;
pub(super) mod lenient;
pub(super) mod malformed;
pub(super) mod nonce;
pub(super) mod request;
pub(super) mod time;

use super::prelude::*;
use crate::property::{FLAWS, Flaw, falsify_within, few};
use crate::signing_key::{SigningKey, random_text};
use proptest::strategy::Strategy;

/// A change of header and claims of a proof or an assertion.
pub(super) type Edit<'a> = &'a dyn Fn(&mut Map<String, Value>, &mut Map<String, Value>);

/// What a bad proof is called, the statement that a token for it breaks, and the change that makes it bad.
type Bad = (&'static str, &'static str, fn(&mut Map<String, Value>, &mut Map<String, Value>));

/// A key that nobody saw before.
pub(super) fn proof_key() -> Result<SigningKey, Stop> {
    SigningKey::es256().map_err(|error| Stop::Inconclusive(error.to_string()))
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value { members } else { Map::new() }
}

/// The address that a proof names (RFC 9449 §4.2).
fn address(probe: &Probe<'_>) -> String {
    probe.target.token_endpoint.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Header and claims of a proof for the token endpoint that is made now (RFC 9449 §4.2).
fn parts(probe: &Probe<'_>, key: &SigningKey, nonce: Option<&str>) -> (Map<String, Value>, Map<String, Value>) {
    let header = object(json!({"typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.public()}));
    let id = random_text::<16>().unwrap_or_default();
    let mut claims = object(json!({"jti": id, "htm": "POST", "htu": address(probe), "iat": probe.now().as_second()}));
    claims.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
    (header, claims)
}

/// Such a proof, with a change.
pub(super) fn proof(probe: &Probe<'_>, key: &SigningKey, nonce: Option<&str>, edit: Edit<'_>) -> String {
    let (mut header, mut claims) = parts(probe, key, nonce);
    edit(&mut header, &mut claims);
    key.jwt(&header, &claims)
}

/// The request that works with these `DPoP` fields.
async fn attempt_with(probe: &mut Probe<'_>, proofs: &[&str]) -> Result<Answer, Stop> {
    let mut request = probe.request().to_request();
    proofs.iter().for_each(|proof| request.fields.append("DPoP", *proof));
    probe.attempt(request).await
}

/// Presents a proof, and once more with the nonce that the server asks for (§8).
pub(super) async fn present(probe: &mut Probe<'_>, key: &SigningKey, edit: Edit<'_>) -> Result<Answer, Stop> {
    let text = proof(probe, key, None, edit);
    let answer = attempt_with(probe, &[&text]).await?;
    let Some(nonce) = asked_for(&answer) else { return Ok(answer) };
    let text = proof(probe, key, Some(&nonce), edit);
    attempt_with(probe, &[&text]).await
}

/// The nonce that the server asks for.
fn asked_for(answer: &Answer) -> Option<String> {
    let asked = matches!(&answer.kind, Kind::Refusal { error } if error == "use_dpop_nonce");
    answer.reply.response.fields.get("DPoP-Nonce").filter(|_| asked).map(str::to_owned)
}

/// A proof that is made of header and claims, and what it is called; none, if it cannot be made.
type Made<'a> = &'a dyn Fn(&Map<String, Value>, &Map<String, Value>) -> Option<(String, String)>;

/// The finding, if a generated proof is taken; which code it gets is judged by the cases that are listed.
async fn taken(
    probe: &mut Probe<'_>,
    key: &SigningKey,
    statement: &str,
    made: Made<'_>,
) -> Result<Option<Finding>, Stop> {
    let mut nonce = None;
    loop {
        let (header, claims) = parts(probe, key, nonce.as_deref());
        let Some((text, says)) = made(&header, &claims) else { return Ok(None) };
        let answer = attempt_with(probe, &[&text]).await?;
        let asked = asked_for(&answer).filter(|_| nonce.is_none());
        if asked.is_none() {
            let refused = (400..500).contains(&answer.status());
            return Ok(breach(probe, &answer, &says, statement).filter(|_| !refused));
        }
        nonce = asked;
    }
}

/// No proof is taken with a header that is wrong in one of these ways.
async fn refuses_headers(
    probe: &mut Probe<'_>,
    key: &SigningKey,
    statement: &str,
    flaws: &impl Strategy<Value = Flaw>,
) -> Outcome {
    let cases = few(probe).max(FLAWS);
    falsify_within(probe, cases, flaws, async |probe, _, flaw| {
        let made = |header: &_, claims: &_| {
            let (header, says) = flaw.apply(header)?;
            Some((key.jws(header.as_bytes(), object_text(claims).as_bytes()), says))
        };
        taken(probe, key, statement, &made).await
    })
    .await
}

/// The control of every bad proof: a good one gives a bound token.
async fn binds(probe: &mut Probe<'_>, key: &SigningKey) -> Outcome {
    let answer = present(probe, key, &|_, _| ()).await?;
    match answer.grant() {
        Some(grant) if grant.token_type.as_deref() == Some("dpop") => Ok(()),
        Some(_) => Err(Stop::NotApplicable("the server binds no token to a good proof, as it may".into())),
        None => Err(Stop::Inconclusive(format!("a good proof got {}", answer.describe()))),
    }
}

/// Each of these proofs is refused.
async fn refuses(probe: &mut Probe<'_>, cases: &[Bad]) -> Outcome {
    let key = proof_key()?;
    binds(probe, &key).await?;
    let mut findings = Vec::new();
    for (says, statement, edit) in cases {
        let answer = present(probe, &key, edit).await?;
        findings.push(breach(probe, &answer, says, statement));
    }
    binds(probe, &key).await?;
    findings.into_iter().for_each(|finding| probe.record(finding));
    Ok(())
}

/// Records what [`breach`] finds.
fn judge(probe: &mut Probe<'_>, answer: &Answer, says: &str, statement: &str) {
    let finding = breach(probe, answer, says, statement);
    probe.record(finding);
}

/// A token breaks the statement, another code than the one of §5 breaks that section.
fn breach(probe: &Probe<'_>, answer: &Answer, says: &str, statement: &str) -> Option<Finding> {
    let actual = format!("{} for a proof {says}", answer.describe());
    let code = code_statement(probe, statement);
    let (statement, level) = match &answer.kind {
        Kind::Token(_) => (statement, Level::Must),
        Kind::Refusal { error } if error == "invalid_dpop_proof" && answer.status() == 400 => return None,
        Kind::Refusal { error } if ["invalid_dpop_proof", "invalid_request", "use_dpop_nonce"].contains(&&**error) => {
            (code, Level::Should)
        }
        Kind::Refusal { .. } | Kind::Neither => (code, Level::Must),
    };
    let expected = "status 400, error=invalid_dpop_proof";
    Some(probe.finding(statement, Some(level), expected, &actual, answer.reply.exchange))
}

/// Which code a bad proof gets is one statement, judged where it is declared.
fn code_statement<'s>(probe: &Probe<'_>, otherwise: &'s str) -> &'s str {
    if probe.check.statements.contains(&"RFC9449-5-02") { "RFC9449-5-02" } else { otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use std::sync::Mutex;

    /// The proof in a request.
    pub(in crate::checks) fn proof_of(request: &Request) -> Option<Jwt> {
        Jwt::parse(request.fields.get("DPoP")?)
    }

    fn announced(request: &Request) -> Option<Response> {
        let text = document(&json!({"dpop_signing_alg_values_supported": ["ES256"]})).to_string();
        let value = serde_json::from_str(&text.replace("BASE", &base(request))).unwrap();
        (request.path() == WELL_KNOWN).then(|| Response::json(200, &value))
    }

    /// A proof that has all that a good one has, the time and the address right.
    fn is_good(request: &Request) -> bool {
        let Some(Jwt { header, claims }) = proof_of(request) else { return false };
        let uri = format!("{}/token", base(request));
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        header.get("typ") == Some(&json!("dpop+jwt"))
            && header.get("alg") == Some(&json!("ES256"))
            && header.get("jwk").is_some_and(|jwk| jwk.get("d").is_none())
            && text("htm") == "POST"
            && text("htu") == uri
            && !text("jti").is_empty()
            && claims.get("iat") == Some(&json!(0))
            && !claims.contains_key("x_countersign")
            && !header.contains_key("crit")
    }

    /// A server that binds good proofs, and answers so to the others; the same proof is not good twice. For checks that
    /// look at good proofs too, the answer is that to every proof.
    pub(in crate::checks) async fn verdict(check: &'static Check, reply: fn(&Request) -> Response) -> String {
        server(check, reply).verdict(check).await
    }

    pub(in crate::checks) fn server(check: &'static Check, reply: fn(&Request) -> Response) -> Canned {
        let every = ["dpop/bound", "dpop/nonce"].contains(&check.id);
        canned(move |request| {
            announced(request).or_else(|| {
                let proven = request.path() == "/token" && request.fields.get("DPoP").is_some();
                let good = is_good(request) && !every;
                proven.then(|| if good { token_with("token_type", "DPoP") } else { reply(request) })
            })
        })
    }

    /// A server that binds one proof that is good and new, and answers so to everything else in these fields.
    pub(in crate::checks) async fn verdict_on_fields(check: &'static Check, reply: Response) -> String {
        let keys: Mutex<Vec<Value>> = Mutex::default();
        let server = canned(move |request| {
            announced(request).or_else(|| {
                let fields: Vec<_> = request.fields.all("DPoP").map(str::to_owned).collect();
                let sound = fields.len() == 1 && is_good(request) && {
                    // The first key is the one whose proofs are good; the second one signs for it.
                    let key = proof_of(request).unwrap().header.get("jwk").cloned().unwrap();
                    let mut keys = keys.lock().unwrap();
                    if keys.is_empty() {
                        keys.push(key.clone());
                    }
                    let set = json!({"keys": [key]}).to_string();
                    let set = countersign_validator::KeySet::from_json(set.as_bytes()).unwrap();
                    crate::token_signature::verify(&fields[0], &set).is_ok()
                };
                let proven = request.path() == "/token" && !fields.is_empty();
                proven.then(|| if sound { token_with("token_type", "DPoP") } else { reply.clone() })
            })
        });
        server.verdict(check).await
    }
}
