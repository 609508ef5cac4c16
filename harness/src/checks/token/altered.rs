//! A token that was altered is no token.
//!
//! **Sent.** The request that works; its token with other claims under the same signature, with `alg` none and no
//! signature, with an octet of the signature changed, and with random changes (a bit, the last character of header or claims for the
//! same octets, padding after them, `none` in any letters, one segment more, a shorter signature): to introspection, and to
//! `protected_url`, between two times the genuine token.
//!
//! **Demanded.** `active: false`; 401 (RFC 6749 §10.3). An opaque token is not judged, nor who refuses the genuine one.
//!
//! **Why it matters.** A signature protects what it covers only where it is verified.
//!
//! **The attack.** The end of a token is moved, or its client exchanged, with a text editor.
//!
//! **How servers went wrong.** Introspection that reads the claims and looks up nothing; `none` as an algorithm
//! like others; tokens that are compared in part, or by what is decoded from them.

use crate::checks::prelude::*;
use crate::property::{ALTERATIONS, falsify_within, few, tamperings};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) const CHECK: Check = Check {
    id: "token/altered",
    source: include_str!("altered.rs"),
    statements: &["RFC6749-10.3-03"],
    needs: &[],
    faults: &[
        Fault::new(
            "introspection",
            "introspects claims without their signature",
            Deviation::Answers(|request, response| {
                let form = request.form();
                let own = form.get("token").and_then(Jwt::parse).is_some_and(|jwt| jwt.claims.contains_key("exp"));
                if request.path() == "/introspect" && own && response.status == 200 {
                    response.edit_object(|object| _ = object.insert("active".into(), true.into()));
                }
            }),
        ),
        Fault::new(
            "end",
            "introspects tokens without comparing their end",
            Deviation::Sets(|settings| settings.unchecked = Some("end of token")),
        ),
        Fault::new(
            "encoded-again",
            "introspects what it decoded and encoded again",
            Deviation::Reads(|request, _| {
                let token = request.form().get("token").map(encoded_again);
                if let Some(token) = token.filter(|_| request.path() == "/introspect") {
                    request.edit_form(|form| form.set("token", &token));
                }
            }),
        ),
        Fault::new(
            "resource",
            "accepts tokens that nobody signed",
            Deviation::Answers(|request, response| {
                let unsigned = request.fields.get("Authorization").is_some_and(|value| value.ends_with('.'));
                if request.path() == "/api" && unsigned {
                    *response = Response::json(200, &json!({}));
                }
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let introspection = probe.target.introspection_endpoint.clone().map(Place::Introspection);
    let places: Vec<_> =
        introspection.into_iter().chain(probe.target.protected_url.clone().map(Place::Resource)).collect();
    if places.is_empty() {
        return Err(Stop::Skip("there is no introspection, and no `protected_url` in [target]".into()));
    }
    let mut seen = false;
    for place in &places {
        seen |= place.refuses_altered(probe).await?;
    }
    // Whoever refuses every token says nothing by refusing these.
    let reason = "neither introspection nor `protected_url` accepts the genuine token";
    if seen { Ok(()) } else { Err(Stop::NotApplicable(reason.into())) }
}

/// The token with another signature, with one claim more, and unsigned.
fn altered(token: &str, Jwt { mut header, mut claims }: Jwt) -> [String; 3] {
    let signature = token.rsplit_once('.').map(|(_, signature)| signature).unwrap_or_default();
    let write = |part: &Map<String, Value>| URL_SAFE_NO_PAD.encode(object_text(part));
    let mut octets = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    octets.first_mut().into_iter().for_each(|octet| *octet ^= 1);
    let flipped = format!("{}.{}.{}", write(&header), write(&claims), URL_SAFE_NO_PAD.encode(octets));
    // Nothing that a verifier looks at: a time could make it refuse the token for something else.
    claims.insert("x_countersign".into(), json!(1));
    let longer = format!("{}.{}.{signature}", write(&header), write(&claims));
    header.insert("alg".into(), "none".into());
    let unsigned = format!("{}.{}.", write(&header), write(&claims));
    [flipped, longer, unsigned]
}

/// Who is asked about a token, at this address.
enum Place {
    Introspection(String),
    Resource(String),
}

impl Place {
    /// Asks about a token of now, about what is made of it, and about the token again; whether the token itself is good.
    async fn refuses_altered(&self, probe: &mut Probe<'_>) -> Result<bool, Stop> {
        let answer = probe.control().await?;
        let Some(grant) = answer.grant() else { return Ok(false) };
        let token = grant.access_token.expose_secret();
        let listed = altered(token, jwt(grant)?);
        let genuine = self.accepts(probe, token).await?.is_some();
        for altered in &listed {
            let finding = self.breach(probe, altered, "an altered token").await?;
            probe.record(finding);
        }
        if !genuine {
            return Ok(false);
        }
        let cases = few(probe).max(ALTERATIONS);
        falsify_within(probe, cases, &tamperings(), async |probe, _, alteration| {
            let Some(altered) = alteration.apply(token) else { return Ok(None) };
            self.breach(probe, &altered, &format!("a token {alteration}")).await
        })
        .await?;
        match self.accepts(probe, token).await? {
            Some(_) => Ok(true),
            None => Err(Stop::Inconclusive("the genuine token, which had worked, is not accepted any more".into())),
        }
    }

    /// What an altered token must get.
    fn refusal(&self) -> &'static str {
        match self {
            Self::Introspection(_) => "`active`: false",
            Self::Resource(_) => "status 401",
        }
    }

    /// The finding, if it says that an altered token is good.
    async fn breach(&self, probe: &mut Probe<'_>, altered: &str, says: &str) -> Result<Option<Finding>, Stop> {
        probe.link.hide(altered);
        let accepted = self.accepts(probe, altered).await?;
        Ok(accepted.map(|(actual, exchange)| {
            let actual = format!("{actual} for {says}");
            probe.finding("RFC6749-10.3-03", None, self.refusal(), &actual, exchange)
        }))
    }

    /// How it says that the token is good, and the exchange; none, if it does not.
    async fn accepts(&self, probe: &mut Probe<'_>, token: &str) -> Result<Option<(String, usize)>, Stop> {
        let request = match self {
            Self::Introspection(endpoint) => probe.ask(endpoint, "token", token).to_request(),
            Self::Resource(uri) => {
                let mut request = Request::get(uri);
                request.fields.set("Authorization", format!("Bearer {token}"));
                request
            }
        };
        let Reply { response, exchange, .. } = probe.send(&request).await?;
        let (good, said) = match self {
            Self::Introspection(_) => {
                let active = response.object().is_some_and(|body| body.get("active") == Some(&Value::Bool(true)));
                (active, "`active`: true".to_owned())
            }
            Self::Resource(_) => ((200..300).contains(&response.status), format!("status {}", response.status)),
        };
        Ok(good.then_some((said, exchange)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// A server that says this of the genuine token, and that of others: `active` of introspection, a status of the URL.
    async fn verdict(genuine: (bool, u16), other: (bool, u16)) -> String {
        let issued = || jwt_token(&json!({"alg": "ES256"}), &json!({"exp": 60}));
        let server = canned(move |request| {
            let token = issued().text("access_token").unwrap_or_default();
            let own = request.form().get("token") == Some(&*token)
                || request.fields.get("Authorization").is_some_and(|value| value == format!("Bearer {token}"));
            let (active, status) = if own { genuine } else { other };
            match request.path() {
                "/token" => Some(issued()),
                "/introspect" => Some(Response::json(200, &json!({"active": active}))),
                "/api" => Some(Response::empty(status)),
                _ => None,
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let live = (true, 200);
        assert_eq!(verdict(live, (false, 401)).await, "pass");
        assert_eq!(verdict(live, (true, 401)).await, "fail must RFC6749-10.3-03");
        assert_eq!(verdict(live, (false, 200)).await, "fail must RFC6749-10.3-03");
        assert_eq!(verdict(live, (false, 503)).await, "inconclusive");
        assert_eq!(canned(|_| None).verdict(&CHECK).await, "skip");
    }

    /// A client that may not introspect, and a URL that is none, refuse whatever they are asked about.
    #[tokio::test]
    async fn who_refuses_the_genuine_token_too_says_nothing() {
        assert_eq!(verdict((false, 404), (false, 404)).await, "skip");
        assert_eq!(verdict((false, 500), (false, 500)).await, "skip");
        assert_eq!(verdict((true, 404), (false, 404)).await, "pass");
        assert_eq!(verdict((false, 200), (false, 401)).await, "pass");
        assert_eq!(verdict((false, 401), (true, 401)).await, "fail must RFC6749-10.3-03");
    }

    #[tokio::test]
    async fn what_works_once_only_is_no_control() {
        let looks = std::sync::atomic::AtomicUsize::new(0);
        let server = canned(move |request| match request.path() {
            "/token" => Some(jwt_token(&json!({"alg": "ES256"}), &json!({"exp": 60}))),
            "/introspect" => {
                let first = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
                Some(Response::json(200, &json!({"active": first})))
            }
            _ => None,
        });
        assert_eq!(server.verdict(&CHECK).await, "inconclusive");
    }
}
