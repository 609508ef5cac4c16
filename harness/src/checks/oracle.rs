//! What holds of every answer of a token endpoint, whatever was sent.
//!
//! Which order the parameters have is no matter of one answer: `parameters/order` compares two.

use super::errors::{REGISTERED, illegal};
use crate::catalogue::Level;
use crate::run::{Answer, Kind};
use crate::wire::{Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A field that stands in values, behind a line break, and never in an answer that is right.
pub(crate) const INJECTED_FIELD: &str = "X-Countersign-Injected";

/// Markup that stands in values, and never on a page.
pub(crate) const INJECTED_MARKUP: &str = "<script>countersign()</script>";

/// The secret of a client that nobody registered: it stands in no answer.
pub(crate) const MARKER: &str = "countersign-marker-0123456789";

/// What was sent, as far as an answer has to agree with it.
pub(super) struct Sent {
    grant: Option<String>,
    /// With the credentials of a client.
    authenticated: bool,
    secrets: Vec<String>,
}

/// What is shorter may be a word that an answer has anyway, octets: what nobody guesses has more (RFC 6749 §10.10).
const SHORTEST_SECRET: usize = 16;

impl Sent {
    pub(super) fn of(request: &Request, authenticated: bool) -> Self {
        let form = request.form();
        let mut secrets: Vec<_> = ["client_secret", "client_assertion"]
            .into_iter()
            .filter_map(|name| form.get(name))
            .map(str::to_owned)
            .collect();
        if let Some((_, credentials)) = request.fields.get("Authorization").and_then(|value| value.split_once(' ')) {
            let pair = STANDARD.decode(credentials).ok().and_then(|pair| String::from_utf8(pair).ok());
            let spelt = pair.as_deref().and_then(|pair| pair.split_once(':')).map(|(_, secret)| secret.to_owned());
            let read = spelt.as_ref().map(|secret| {
                form_urlencoded::parse(secret.as_bytes()).map(|(name, _)| name.into_owned()).collect::<String>()
            });
            secrets.extend([credentials.to_owned()].into_iter().chain(spelt).chain(read));
        }
        secrets.retain(|secret| secret.len() >= SHORTEST_SECRET);
        Self { grant: form.get("grant_type").map(str::to_owned), authenticated, secrets }
    }
}

/// One thing that holds.
pub(super) struct Oracle {
    pub(super) statement: &'static str,
    /// How bad it is, where that is not what the keyword says.
    pub(super) level: Option<Level>,
    pub(super) expected: &'static str,
    /// What is wrong with the answer, if anything is.
    pub(super) unsound: fn(&Sent, &Answer) -> Option<String>,
}

/// The table, the worst first. What another check demands in the same words is told once with it.
pub(super) const ORACLES: [Oracle; 9] = [
    Oracle {
        statement: "RFC6749-4.4.2-02",
        level: None,
        expected: "status 400 or 401, error=invalid_client or invalid_request",
        unsound: |sent, answer| token(answer).filter(|_| !sent.authenticated),
    },
    Oracle {
        statement: "RFC6749-4.4.2-10",
        level: None,
        expected: "no token for another grant type",
        unsound: |sent, answer| token(answer).filter(|_| sent.grant.as_deref() != Some("client_credentials")),
    },
    Oracle {
        statement: "RFC6749-10.14-01",
        level: None,
        expected: NOT_INJECTED,
        unsound: |_, answer| injected(&answer.reply.response),
    },
    Oracle {
        statement: "HARNESS-04",
        level: None,
        expected: "a token, or an error in JSON",
        unsound: |_, answer| broken(answer),
    },
    Oracle {
        statement: "HARNESS-07",
        level: None,
        expected: "not a letter of the secret",
        unsound: |sent, answer| echoed(sent, answer),
    },
    Oracle {
        statement: "RFC6749-5.2-23",
        level: None,
        expected: LEGAL,
        unsound: |_, answer| member(answer, "RFC6749-5.2-23"),
    },
    Oracle {
        statement: "RFC6749-5.2-24",
        level: None,
        expected: LEGAL,
        unsound: |_, answer| member(answer, "RFC6749-5.2-24"),
    },
    Oracle {
        statement: "RFC6749-5.2-25",
        level: None,
        expected: LEGAL,
        unsound: |_, answer| member(answer, "RFC6749-5.2-25"),
    },
    // Extensions have codes of their own (RFC 6749 §8.5): a note.
    Oracle {
        statement: "RFC6749-8.5-01",
        level: Some(Level::May),
        expected: "a registered code",
        unsound: |_, answer| match &answer.kind {
            Kind::Refusal { error } if !REGISTERED.contains(&error.as_str()) => Some(answer.describe()),
            Kind::Refusal { .. } | Kind::Token(_) | Kind::Neither => None,
        },
    },
];

/// Demanded of every answer to a value with a field or markup in it.
pub(super) const NOT_INJECTED: &str = "nothing that was sent as a value";

const LEGAL: &str = "none but the allowed characters";

fn token(answer: &Answer) -> Option<String> {
    answer.grant().map(|_| answer.describe())
}

/// What stands in a field or on a page that was a value of the request (RFC 6749 §10.14).
pub(super) fn injected(response: &Response) -> Option<String> {
    if response.fields.get(INJECTED_FIELD).is_some() {
        return Some(INJECTED_FIELD.to_owned());
    }
    let page = response.media_type().is_some_and(|media_type| media_type.contains("html"));
    let quoted = page && String::from_utf8_lossy(&response.body).contains(INJECTED_MARKUP);
    quoted.then(|| "it stands in a page".to_owned())
}

/// What no client could read: a server error, a page, a token beside an error or with the status of one.
fn broken(answer: &Answer) -> Option<String> {
    let response = &answer.reply.response;
    let described = answer.describe();
    let json =
        response.media_type().is_some_and(|media_type| media_type.ends_with("json")) && response.object().is_some();
    match &answer.kind {
        _ if response.status >= 500 => Some(described),
        Kind::Token(grant) if grant.members.get("error").is_some_and(|error| !error.is_null()) => {
            Some(format!("{described} and an error"))
        }
        Kind::Token(_) if response.status != 200 => Some(described),
        Kind::Refusal { .. } if response.status < 400 => Some(described),
        Kind::Token(_) | Kind::Refusal { .. } => {
            let media_type = response.fields.shown("Content-Type");
            (!json).then(|| format!("{described}, Content-Type: {media_type}"))
        }
        // What is too large, or of another media type, is HTTP's to refuse.
        Kind::Neither => (!matches!(response.status, 405 | 406 | 413..=415 | 431)).then_some(described),
    }
}

/// A secret that comes back with an error, as it was sent or with the escapes of JSON.
fn echoed(sent: &Sent, answer: &Answer) -> Option<String> {
    let response = &answer.reply.response;
    let members = response.object().unwrap_or_default();
    let body = String::from_utf8_lossy(&response.body);
    let texts = response.fields.iter().map(|(_, value)| value).chain(members.values().filter_map(Value::as_str));
    let mut texts = texts.chain([body.as_ref()]);
    let comes_back =
        answer.grant().is_none() && texts.any(|text| sent.secrets.iter().any(|secret| text.contains(secret)));
    comes_back.then(|| "the secret comes back".to_owned())
}

/// What a member of an error has that breaks this statement on its characters.
fn member(answer: &Answer, statement: &str) -> Option<String> {
    let error = matches!(answer.kind, Kind::Refusal { .. });
    illegal(&answer.reply.response)
        .into_iter()
        .find(|(broken, _)| error && *broken == statement)
        .map(|(_, actual)| actual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Reply;
    use crate::testing::{page, refusal, token, token_with, with_field};
    use crate::wire::{BasicEncoding, Form, basic_authorization};
    use jiff::Timestamp;
    use serde_json::json;

    const SECRET: &str = "a secret/of \"thirty\" characters";

    /// A request of the client with this secret, and with this grant type.
    fn sent(grant: &str, authenticated: bool) -> Sent {
        let mut form = Form::default();
        form.append("grant_type", grant);
        let mut request = Request::post("https://as.example/token", &form);
        request.fields.set("Authorization", basic_authorization("job", SECRET, BasicEncoding::Form));
        Sent::of(&request, authenticated)
    }

    /// The statements that the answer breaks.
    fn judged(sent: &Sent, response: Response) -> Vec<&'static str> {
        let now = Timestamp::UNIX_EPOCH;
        let answer = Answer::of(Reply { exchange: 1, response, sent: now, received: now });
        let broken = ORACLES.iter().filter(|oracle| (oracle.unsound)(sent, &answer).is_some());
        broken.map(|oracle| oracle.statement).collect()
    }

    fn error(member: &str, value: impl Into<Value>) -> Response {
        let mut response = refusal(400, "invalid_request");
        response.edit_object(|object| _ = object.insert(member.into(), value.into()));
        response
    }

    #[test]
    fn what_is_right_breaks_nothing() {
        let sent = sent("client_credentials", true);
        let mut problem = error("title", "Bad \"request\"");
        problem.fields.set("Content-Type", "application/problem+json");
        for response in [
            token(),
            token_with("error", Value::Null),
            token_with("error_description", "\"none\""),
            refusal(400, "invalid_request"),
            refusal(401, "invalid_client"),
            error("error_description", "It's not 100 % right; see #3."),
            error("state", "x\r\nX-Countersign-Injected: 1 <script>countersign()</script> client_credentials"),
            error("client_id", "job"),
            problem,
            Response::empty(413),
        ] {
            let described = String::from_utf8_lossy(&response.body).into_owned();
            assert_eq!(judged(&sent, response), [""; 0], "{described}");
        }
    }

    #[test]
    fn a_token_takes_credentials_and_its_grant_type() {
        assert_eq!(judged(&sent("client_credentials", false), token()), ["RFC6749-4.4.2-02"]);
        assert_eq!(judged(&sent("password", true), token()), ["RFC6749-4.4.2-10"]);
        assert_eq!(judged(&sent("", true), token()), ["RFC6749-4.4.2-10"]);
        assert_eq!(judged(&sent("client_credentials", false), refusal(401, "invalid_client")), [""; 0]);
    }

    #[test]
    fn nothing_that_was_sent_breaks_out() {
        let sent = sent("client_credentials", true);
        let mut quoting = page(400);
        quoting.body = format!("<p>{INJECTED_MARKUP}</p>").into_bytes();
        assert_eq!(judged(&sent, quoting), ["RFC6749-10.14-01", "HARNESS-04"]);
        assert_eq!(judged(&sent, with_field(INJECTED_FIELD, "1")), ["RFC6749-10.14-01"]);
    }

    #[test]
    fn an_answer_can_be_read() {
        let sent = sent("client_credentials", true);
        let mut created = token();
        created.status = 201;
        for response in
            [page(400), page(200), Response::empty(302), refusal(500, "server_error"), refusal(200, "invalid_request")]
        {
            assert_eq!(judged(&sent, response), ["HARNESS-04"]);
        }
        assert_eq!(judged(&sent, created), ["HARNESS-04"]);
        assert_eq!(judged(&sent, token_with("error", "none")), ["HARNESS-04"]);
    }

    #[test]
    fn no_secret_comes_back() {
        let sent = sent("client_credentials", true);
        let form: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let basic = basic_authorization("job", SECRET, BasicEncoding::Form);
        let encoded = basic.strip_prefix("Basic ").unwrap();
        for echo in [format!("got {SECRET}"), form, encoded.to_owned()] {
            assert!(judged(&sent, error("detail", echo.as_str())).contains(&"HARNESS-07"), "{echo}");
            let mut field = refusal(400, "invalid_request");
            field.fields.set("X-Debug", &*echo);
            assert_eq!(judged(&sent, field), ["HARNESS-07"], "{echo}");
        }
        // What is as short as a word is one.
        let mut form = Form::default();
        form.append("client_secret", "invalid");
        let short = Sent::of(&Request::post("https://as.example/token", &form), true);
        assert!(!judged(&short, refusal(400, "invalid_request")).contains(&"HARNESS-07"));
        form.set("client_assertion", "e30.e30.c2lnbmF0dXJl");
        let signed = Sent::of(&Request::post("https://as.example/token", &form), true);
        let echo = error("error_description", "e30.e30.c2lnbmF0dXJl is expired");
        assert!(judged(&signed, echo).contains(&"HARNESS-07"));
    }

    #[test]
    fn errors_have_legal_characters_and_registered_codes() {
        let sent = sent("client_credentials", true);
        assert_eq!(judged(&sent, refusal(400, "caf\u{e9}")), ["RFC6749-5.2-23", "RFC6749-8.5-01"]);
        assert_eq!(judged(&sent, error("error_description", "not \"x\"")), ["RFC6749-5.2-24"]);
        assert_eq!(judged(&sent, error("error_uri", "https://a.example/b c")), ["RFC6749-5.2-25"]);
        assert_eq!(judged(&sent, refusal(400, "not_in_the_mood")), ["RFC6749-8.5-01"]);
        assert_eq!(judged(&sent, error("error_description", json!(null))), [""; 0]);
    }
}
