//! No origin is reflected together with credentials.
//!
//! **Sent.** A preflight request for the token endpoint from an origin that nobody has, the request that works from
//! there, and a GET of the authorization endpoint, if there is one.
//!
//! **Demanded.** Not `Access-Control-Allow-Credentials` with the reflected origin; no CORS at the authorization
//! endpoint (RFC 9700 §2.6).
//!
//! **Why it matters.** Browsers send cookies along where both are said.
//!
//! **The attack.** A page of anybody reads what the endpoint answers to the visitor's cookies.
//!
//! **How servers went wrong.** Middleware that reflects any origin to make an error in the console go away.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "cors/origins",
    source: include_str!("origins.rs"),
    statements: &["HARNESS-19", "RFC9700-2.6-02", "RFC9700-2.6-03"],
    needs: &[],
    faults: &[
        Fault::new(
            "reflected",
            "reflects any origin, with credentials",
            Deviation::Answers(|request, response| {
                if let Some(origin) = request.fields.get("Origin").filter(|_| request.path() == "/token") {
                    response.fields.set("Access-Control-Allow-Origin", origin);
                    response.fields.set("Access-Control-Allow-Credentials", "true");
                }
            }),
        ),
        Fault::note(
            "authorization",
            "allows CORS at its authorization endpoint",
            Deviation::Answers(|request, response| match request.path() {
                "/.well-known/oauth-authorization-server" => response.edit_object(|object| {
                    object.insert("authorization_endpoint".into(), format!("{}/authorize", request.base()).into());
                }),
                "/authorize" => response.fields.set("Access-Control-Allow-Origin", "*"),
                _ => {}
            }),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

const ORIGIN: &str = "https://countersign.example";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let mut preflight = Request { method: "OPTIONS".into(), ..Request::get(&probe.target.token_endpoint) };
    preflight.fields.set("Access-Control-Request-Method", "POST");
    let mut usual = probe.request().to_request();
    for request in [&mut preflight, &mut usual] {
        request.fields.set("Origin", ORIGIN);
        let reply = probe.send(request).await?;
        let fields = &reply.response.fields;
        let allowed = fields.get("Access-Control-Allow-Origin").unwrap_or("none");
        let credentials = fields.get("Access-Control-Allow-Credentials") == Some("true");
        let actual = format!("Access-Control-Allow-Origin: {allowed}, with credentials");
        let reflected = allowed == ORIGIN && credentials;
        probe.demand(!reflected, "HARNESS-19", "not both", &actual, reply.exchange);
        // Browsers refuse the combination; a server that sends it meant the reflected one (Fetch standard).
        let wild = allowed == "*" && credentials;
        probe.demand(!wild, "RFC9700-2.6-02", "an origin that is allowed, or no credentials", &actual, reply.exchange);
    }
    // A page of something in front of the server has no such fields either.
    probe.control().await?;
    let endpoint = metadata(probe).ok().and_then(|metadata| metadata.members.get("authorization_endpoint")?.as_str());
    if let Some(endpoint) = endpoint {
        let mut request = Request::get(endpoint);
        request.fields.set("Origin", ORIGIN);
        let reply = probe.send(&request).await?;
        let allowed = reply.response.fields.shown("Access-Control-Allow-Origin");
        let actual = format!("Access-Control-Allow-Origin: {allowed}");
        probe.demand(allowed == "none", "RFC9700-2.6-03", "no CORS", &actual, reply.exchange);
    } else {
        let reason = "the metadata names no `authorization_endpoint`";
        probe.leave("RFC9700-2.6-03", Stop::NotApplicable(reason.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(origin: &'static str, credentials: bool) -> String {
        let server = canned(move |request| {
            let mut response = if request.method == "OPTIONS" { Response::empty(204) } else { token() };
            response.fields.set("Access-Control-Allow-Origin", origin);
            if credentials {
                response.fields.set("Access-Control-Allow-Credentials", "true");
            }
            (request.path() == "/token").then_some(response)
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        assert_eq!(verdict("*", false).await, "pass");
        assert_eq!(verdict(ORIGIN, false).await, "pass");
        assert_eq!(verdict("https://app.example", true).await, "pass");
        assert_eq!(verdict(ORIGIN, true).await, "fail must HARNESS-19");
        assert_eq!(verdict("*", true).await, "fail may RFC9700-2.6-02");
    }
}
