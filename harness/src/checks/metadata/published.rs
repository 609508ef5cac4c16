//! The server publishes metadata.
//!
//! **Sent.** A GET of the document at its place, which RFC 8414 §3 derives from the issuer.
//!
//! **Demanded.** A JSON object with status 200 (RFC 9700 §2.6, which recommends what RFC 8414 leaves open). Without it there is a note, and a
//! warning under the profile bcp9700.
//!
//! **Why it matters.** Clients that read endpoints and algorithms from the server follow when they change.
//!
//! **The attack.** Who types endpoints by hand can be told the wrong ones.
//!
//! **How servers went wrong.** Documentation for people takes the place of the document.

use crate::checks::prelude::*;
use crate::target::metadata_places;

pub(crate) const CHECK: Check = Check {
    id: "metadata/published",
    source: include_str!("published.rs"),
    statements: &["RFC9700-2.6-01"],
    needs: &[],
    faults: &[Fault::note(
        "nowhere",
        "publishes no metadata",
        Deviation::Answers(|request, response| {
            if request.path().starts_with("/.well-known/") {
                *response = Response::empty(404);
            }
        }),
    )],
    run: |probe| Box::pin(run(probe)),
};

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some(issuer) = probe.target.issuer.clone() else {
        return Err(Stop::Skip("name the `issuer` in [target]".into()));
    };
    let standard = metadata_places(&issuer).into_iter().next();
    let found = probe.target.metadata.as_ref().map(|metadata| metadata.uri.clone());
    let Some(uri) = found.or(standard) else { return Ok(()) };
    let reply = probe.send(&Request::get(&uri)).await?;
    let described = reply.response.describe();
    match reply.response.status {
        200 if reply.response.object().is_some() => Ok(()),
        404 | 410 => {
            probe.broken("RFC9700-2.6-01", None, "the document of the server", &described, reply.exchange);
            Ok(())
        }
        _ => Err(Stop::Inconclusive(format!("the place of the metadata answers with {described}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn verdict(profile: &'static str, reply: Response) -> String {
        let mut server = canned(move |request| request.path().starts_with("/.well-known/").then(|| reply.clone()));
        server.extra = profile;
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        let advised = "[profile]\nnames = [\"bcp9700\"]\n";
        assert_eq!(verdict("", Response::empty(404)).await, "fail may RFC9700-2.6-01");
        assert_eq!(verdict(advised, Response::empty(404)).await, "fail should RFC9700-2.6-01");
        assert_eq!(verdict(advised, Response::json(200, &json!({}))).await, "pass");
        assert_eq!(verdict(advised, page(403)).await, "inconclusive");
        assert_eq!(verdict(advised, page(200)).await, "inconclusive");
    }
}
