//! Basic credentials are form-encoded before they are joined.
//!
//! **Sent.** The request of a client with reserved characters in its id or secret
//! (`[companion.reserved_characters]`, else the main client), with Basic credentials in form encoding: a space as
//! `+`, then as `%20`, then with random characters percent-encoded.
//!
//! **Demanded.** A token for both (RFC 6749 §2.3.1 and appendix B).
//!
//! **Why it matters.** A secret is generated once in years. That its `+` or `%` breaks a client is found out in
//! the night of a rotation.
//!
//! **The attack.** None; but servers that accept one encoding too many make two secrets out of one.
//!
//! **How servers went wrong.** Twelve of seventeen servers that were tried: nine never decode, two know `%20` and
//! not `+`, one has no Basic at all.

use crate::checks::prelude::*;
use crate::property::{Trial, falsify_within, spellings};
use crate::target::Client;
use crate::wire::Spelling;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;

pub(crate) const CHECK: Check = Check {
    id: "client-authentication/form-encoded-basic",
    source: include_str!("form_encoded_basic.rs"),
    statements: &["RFC6749-2.3.1-06"],
    needs: &[],
    faults: &[
        Fault::new(
            "never-decodes",
            "does not decode",
            Deviation::Reads(|request, _| respell(request, |text| BasicEncoding::Form.encode(text))),
        ),
        Fault::new(
            "lower-case-digits",
            "does not know hexadecimal digits in lower case",
            Deviation::Reads(|request, _| respell(request, lower_case_escapes_as_text)),
        ),
        Fault::new(
            "plus-is-plus",
            "decodes percent signs and leaves the plus sign",
            Deviation::Reads(|request, _| respell(request, |text| text.replace('+', "%2B"))),
        ),
    ],
    run: |probe| Box::pin(run(probe)),
};

/// Percent signs before digits in lower case as if they meant themselves.
fn lower_case_escapes_as_text(text: &str) -> String {
    let is_escape = |rest: &str| rest.bytes().take(2).any(|digit| digit.is_ascii_lowercase());
    let parts = text.split('%').enumerate();
    let read = parts.map(|(number, part)| match number {
        0 => part.to_owned(),
        _ if is_escape(part) => format!("%25{part}"),
        _ => format!("%{part}"),
    });
    read.collect()
}

/// Changes both halves of Basic credentials as a server would misread them.
fn respell(request: &mut Request, change: fn(&str) -> String) {
    let value = request.fields.get("Authorization").and_then(|value| value.strip_prefix("Basic "));
    let Some(pair) = value.and_then(|value| String::from_utf8(STANDARD.decode(value).ok()?).ok()) else { return };
    if let Some((id, secret)) = pair.split_once(':') {
        let changed = STANDARD.encode(format!("{}:{}", change(id), change(secret)));
        request.fields.set("Authorization", format!("Basic {changed}"));
    }
}

const STATEMENT: &str = "RFC6749-2.3.1-06";

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let Some((client, secret)) = candidate(probe) else {
        let reason = "no client has a secret with reserved characters: add [companion.reserved_characters]";
        return Err(Stop::Skip(reason.into()));
    };
    let credentials = |encoding| Credentials::Basic(client.id.clone(), secret.clone(), encoding);
    let form = probe.request_of(client).authenticated(credentials(BasicEncoding::Form));
    let percent = probe.request_of(client).authenticated(credentials(BasicEncoding::Percent));
    let raw = probe.request_of(client).authenticated(credentials(BasicEncoding::Raw));
    let own = probe.request_of(client);
    let mut proven = false;
    for request in [own, raw, form.clone(), percent.clone()] {
        let attempt = Attempt::from(request).fails_authentication();
        proven = proven || probe.near_miss(attempt).await?.grant().is_some();
    }
    if !proven {
        return Err(Stop::Inconclusive(format!("the client `{}` gets no token in any encoding", client.id)));
    }
    for request in [&form, &percent] {
        let answer = probe.near_miss(Attempt::from(request.to_request()).fails_authentication()).await?;
        let finding = unless_granted(probe, &answer);
        probe.record(finding);
    }
    if !probe.findings.is_empty() {
        return Ok(());
    }
    falsify_within(probe, FEW, &spellings(), async |probe, trial, spellings| {
        if trial == Trial::Shrink {
            return Ok(None);
        }
        let mut spellings = spellings.into_iter().cycle();
        let mut write = |text: &str| {
            let mut form = Form::default();
            form.append("", text);
            let encoded = form.encode_with(|| spellings.next().unwrap_or(Spelling::Plain));
            encoded.trim_start_matches('=').to_owned()
        };
        let pair = format!("{}:{}", write(&client.id), write(secret.expose_secret()));
        let mut request = form.to_request();
        request.fields.set("Authorization", format!("Basic {}", STANDARD.encode(pair)));
        let answer = probe.attempt(Attempt::from(request).fails_authentication()).await?;
        Ok(unless_granted(probe, &answer))
    })
    .await
}

/// Each that is refused is a login that failed: none is made smaller.
const FEW: u32 = 4;

fn unless_granted(probe: &Probe<'_>, answer: &Answer) -> Option<Finding> {
    let expected = "a token for form-encoded credentials";
    let finding = || probe.finding(STATEMENT, None, expected, &answer.describe(), answer.reply.exchange);
    answer.grant().is_none().then(finding)
}

/// The client whose credentials tell the encodings apart.
fn candidate<'r>(probe: &Probe<'r>) -> Option<(&'r Client, secrecy::SecretString)> {
    let companion = probe.target.companions.get(&Role::ReservedCharacters);
    let mut clients = companion.into_iter().chain([&probe.target.client]);
    let client = clients.find(|client| client.has_reserved_characters())?;
    Some((client, client.secret.clone()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// A server that knows the client's credentials in these encodings only.
    async fn verdict(known: &'static [BasicEncoding]) -> String {
        let server = canned(move |request| {
            let value = request.fields.get("Authorization").unwrap_or_default();
            let spelt = |way: &BasicEncoding| basic_authorization("reserved:job", "s3cret +/=&?", *way);
            let reserved =
                [BasicEncoding::Form, BasicEncoding::Percent, BasicEncoding::Raw].iter().any(|way| spelt(way) == value);
            let refused = reserved && !known.iter().any(|way| spelt(way) == value);
            refused.then(|| refusal(401, "invalid_client"))
        });
        server.verdict(&CHECK).await
    }

    #[tokio::test]
    async fn canned_replies() {
        use BasicEncoding::{Form, Percent, Raw};
        assert_eq!(verdict(&[Form, Percent]).await, "pass");
        assert_eq!(verdict(&[Form, Percent, Raw]).await, "pass");
        assert_eq!(verdict(&[Raw]).await, "fail must RFC6749-2.3.1-06");
        assert_eq!(verdict(&[Percent, Raw]).await, "fail must RFC6749-2.3.1-06");
        assert_eq!(verdict(&[]).await, "inconclusive");
    }
}
