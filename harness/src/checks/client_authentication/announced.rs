//! The ways to authenticate that the metadata announces are those that work.
//!
//! **Sent.** The request that works, by each way that the client's secret allows: Basic, and in the body.
//!
//! **Demanded.** What is announced gives a token, as does Basic, which a server must know; what is not announced
//! gives none (RFC 8414 §2, RFC 6749 §2.3.1). Without a list, `client_secret_basic` alone is announced. A client
//! may be tied to one way, so what is announced and refused is a warning while another way works.
//!
//! **Why it matters.** A client library takes the first way of the list that it knows.
//!
//! **The attack.** A way that nobody reviewed, because it is not in the list.
//!
//! **How servers went wrong.** Lists from a template, with all that the product could do.

use crate::checks::prelude::*;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/announced",
    source: include_str!("announced.rs"),
    statements: &["RFC8414-2-01", "RFC6749-2.3.1-03"],
    needs: &[Need::Metadata],
    faults: &[
        Fault::warning(
            "unannounced",
            "takes credentials in the body and does not say so",
            Deviation::Answers(|request, response| {
                if request.path().starts_with("/.well-known/") {
                    response.edit_object(|object| {
                        let methods = json!(["client_secret_basic", "private_key_jwt"]);
                        object.insert("token_endpoint_auth_methods_supported".into(), methods);
                    });
                }
            }),
        )
        .of("D28"),
        Fault::warning(
            "announced",
            "announces credentials in the body and refuses them",
            Deviation::Reads(|request, _| {
                if request.path() == "/token" && request.form().count("client_secret") > 0 {
                    request.edit_form(|form| form.set("client_id", "nobody"));
                }
            }),
        )
        .of("D12"),
    ],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let client = &probe.target.client;
    let Some(secret) = client.secret.clone() else {
        return Err(Stop::NotApplicable("the client has no secret".into()));
    };
    let listed = strings(&metadata(probe)?.members, "token_endpoint_auth_methods_supported");
    let announced = listed.unwrap_or_else(|| vec!["client_secret_basic"]);
    for (method, credentials) in [
        ("client_secret_basic", Credentials::Basic(client.id.clone(), secret.clone(), client.basic_encoding)),
        ("client_secret_post", Credentials::Post(client.id.clone(), secret.clone())),
    ] {
        let request = probe.request().authenticated(credentials).to_request();
        let answer = probe.near_miss(Attempt::from(request).fails_authentication()).await?;
        let (exchange, described) = (answer.reply.exchange, answer.describe());
        let works = answer.grant().is_some();
        match (announced.contains(&method), works) {
            (true, true) | (false, false) => {}
            (true, false) => {
                let expected = format!("a token: the metadata announces {method}");
                probe.broken("RFC8414-2-01", Some(Level::Should), &expected, &described, exchange);
            }
            (false, true) => {
                let expected = format!("no token: the metadata does not announce {method}");
                probe.broken("RFC8414-2-01", Some(Level::Should), &expected, &described, exchange);
            }
        }
        if method == "client_secret_basic" && !works {
            let expected = "a token by Basic, which a server with secrets must know";
            probe.broken("RFC6749-2.3.1-03", Some(Level::Should), expected, &described, exchange);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(listed: Value, basic: Response, post: Response) -> String {
        let server = canned(move |request| {
            let text = document(&json!({"token_endpoint_auth_methods_supported": listed})).to_string();
            match request.path() {
                WELL_KNOWN => {
                    Some(Response::json(200, &serde_json::from_str(&text.replace("BASE", &base(request))).unwrap()))
                }
                "/token" if request.form().count("client_secret") > 0 => Some(post.clone()),
                "/token" => Some(basic.clone()),
                _ => None,
            }
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let no = || refusal(401, "invalid_client");
        let (one, both) = (json!(["client_secret_basic"]), json!(["client_secret_basic", "client_secret_post"]));
        assert_eq!(verdict(both.clone(), token(), token()).await, "pass");
        assert_eq!(verdict(one.clone(), token(), no()).await, "pass");
        assert_eq!(verdict(Value::Null, token(), no()).await, "pass");
        assert_eq!(verdict(one, token(), token()).await, "fail should RFC8414-2-01");
        assert_eq!(verdict(both.clone(), token(), no()).await, "fail should RFC8414-2-01");
        assert_eq!(verdict(both, token(), busy(503)).await, "inconclusive");
    }
}
