//! What was exchanged, in a form that may be stored.

use super::{Failure, Identity, Redactor, Request, Response};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most that is stored of the content of a response, octets: the largest key sets have a few thousand.
const MOST_CONTENT: usize = 1 << 16;

/// The most that is stored of the fields of a response, octets; most servers read no more of a request.
const MOST_FIELDS: usize = 1 << 14;

/// The most that is stored of one field, octets.
const MOST_OF_A_FIELD: usize = 1 << 12;

/// What the contents of all responses may take, octets: what a hostile server sends is not to fill memory and disk.
const ROOM: usize = 1 << 24;

/// What each may have when the room is taken, octets.
const LEAST_CONTENT: usize = 1 << 12;

/// Stands where something was cut.
const CUT: char = '…';

/// A value that the cut runs through is not found: so much before it is left out, octets. The shortest beginning that
/// is found has 48, in whichever spelling.
const TORN: usize = 1 << 10;

/// One exchange without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// Its number in the run, from 1.
    pub id: usize,
    /// When it was sent.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub sent: Timestamp,
    /// When the response was complete, or given up.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub received: Timestamp,
    /// The method.
    pub method: String,
    /// The URI.
    pub uri: String,
    /// The fields of the request.
    pub request_fields: Vec<(String, String)>,
    /// The content of the request.
    pub request_body: String,
    /// The thumbprint of the certificate that the connection presents if it is asked for one (RFC 8705 §3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The status, if a response came.
    pub status: Option<u16>,
    /// The fields of the response.
    pub response_fields: Vec<(String, String)>,
    /// The content of the response; `…` stands where it was cut.
    pub response_body: String,
    /// How many octets of content were received.
    #[serde(default)]
    pub response_octets: usize,
    /// Why there is no response.
    pub failure: Option<String>,
}

/// Every exchange of a run.
#[derive(Debug, Default)]
pub struct Transcript {
    /// In the order in which they were sent.
    pub exchanges: Vec<Recorded>,
    /// What the contents take.
    taken: usize,
}

impl Transcript {
    /// Stores an exchange, redacted, and gives its number.
    pub fn record(
        &mut self,
        (sent, received): (Timestamp, Timestamp),
        request: &Request,
        outcome: &Result<Response, Failure>,
        redactor: &Redactor,
    ) -> usize {
        let id = self.exchanges.len() + 1;
        let stored = redactor.request(request);
        let response = outcome.as_ref().ok();
        let most = MOST_CONTENT.min(ROOM.saturating_sub(self.taken)).max(LEAST_CONTENT);
        let response_body = response.map(|response| content(&response.body, most, redactor)).unwrap_or_default();
        self.taken += response_body.len();
        let fields = |fields: &super::Fields| {
            fields.iter().map(|(name, value)| (redactor.text(name), redactor.text(value))).collect::<Vec<_>>()
        };
        self.exchanges.push(Recorded {
            id,
            sent,
            received,
            request_fields: fields(&stored.fields),
            request_body: String::from_utf8_lossy(&stored.body).into_owned(),
            certificate: request.identity.as_ref().map(Identity::thumbprint),
            method: stored.method,
            uri: stored.uri,
            status: response.map(|response| response.status),
            response_fields: response.map(|response| short(fields(&response.fields))).unwrap_or_default(),
            response_body,
            response_octets: response.map_or(0, |response| response.body.len()),
            failure: outcome.as_ref().err().map(|failure| redactor.text(&failure.to_string())),
        });
        id
    }

    /// The exchange with this number.
    pub fn get(&self, id: usize) -> Option<&Recorded> {
        self.exchanges.get(id.checked_sub(1)?)
    }
}

/// A content without its secrets, and not longer than this.
fn content(body: &[u8], most: usize, redactor: &Redactor) -> String {
    let Some(window) = body.get(..most).filter(|window| window.len() < body.len()) else {
        return redactor.body(&String::from_utf8_lossy(body));
    };
    let mut redacted = redactor.body(&format!("{}{CUT}", String::from_utf8_lossy(window)));
    cut(&mut redacted, window.len().saturating_sub(TORN));
    redacted
}

/// Fields that are already redacted, as many as there is room for.
fn short(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let (mut kept, mut room, all) = (Vec::new(), MOST_FIELDS, fields.len());
    for (mut name, mut value) in fields {
        cut(&mut name, MOST_OF_A_FIELD);
        cut(&mut value, MOST_OF_A_FIELD);
        let Some(rest) = room.checked_sub(name.len() + value.len()) else { break };
        room = rest;
        kept.push((name, value));
    }
    if kept.len() < all {
        kept.push((CUT.into(), format!("{} more", all - kept.len())));
    }
    kept
}

/// Leaves so many octets of a text, and says so.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
        text.push(CUT);
    }
}

impl Recorded {
    /// Whether only the beginning of the response's content is here.
    pub(crate) fn is_cut(&self) -> bool {
        self.response_body.ends_with(CUT)
    }

    /// The request in one line, as a finding shows it.
    pub fn request_line(&self) -> String {
        let mut line = format!("{} {}", self.method, self.uri);
        if let Some((_, value)) =
            self.request_fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("Authorization"))
        {
            line.push_str(&format!(", Authorization: {value}"));
        }
        if let Some(thumbprint) = &self.certificate {
            line.push_str(&format!(", certificate {thumbprint}"));
        }
        if !self.request_body.is_empty() {
            line.push_str(&format!(", body `{}`", self.request_body));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(transcript: &mut Transcript, body: Vec<u8>, fields: &[(&str, String)]) -> Recorded {
        let mut response = Response { body, ..Response::empty(200) };
        fields.iter().for_each(|(name, value)| response.fields.append(name, value));
        let mut redactor = Redactor::default();
        redactor.learn("s3cret-of-the-test");
        let now = Timestamp::UNIX_EPOCH;
        let id = transcript.record((now, now), &Request::get("http://a/"), &Ok(response), &redactor);
        transcript.get(id).cloned().unwrap()
    }

    #[test]
    fn a_content_is_cut_and_no_secret_is_torn_by_it() {
        for start in 0..40 {
            // The secret stands across the cut, or just before it or behind it.
            let mut body = "x".repeat(MOST_CONTENT - start);
            body.push_str("s3cret-of-the-test");
            body.push_str(&"y".repeat(MOST_CONTENT));
            let octets = body.len();
            let stored = recorded(&mut Transcript::default(), body.into_bytes(), &[]);
            assert!(!stored.response_body.contains("s3c") && stored.response_body.ends_with("x…"), "{start}");
            assert_eq!(stored.response_octets, octets);
        }
        let whole = recorded(&mut Transcript::default(), vec![b'x'; MOST_CONTENT], &[]);
        assert_eq!(whole.response_body.len(), MOST_CONTENT);
    }

    #[test]
    fn all_contents_together_have_an_end() {
        let mut transcript = Transcript::default();
        // What is no UTF-8 is three times as long where it is shown.
        for _ in 0..150 {
            recorded(&mut transcript, vec![0xff; 2 * MOST_CONTENT], &[]);
        }
        let stored: usize = transcript.exchanges.iter().map(|exchange| exchange.response_body.len()).sum();
        assert!(stored < ROOM + 3 * MOST_CONTENT + 150 * (LEAST_CONTENT + 3), "{stored}");
    }

    #[test]
    fn many_fields_and_long_ones_are_cut() {
        let fields: Vec<_> = (0..50).map(|_| ("x-long", "é".repeat(5000))).collect();
        let stored = recorded(&mut Transcript::default(), Vec::new(), &fields).response_fields;
        assert_eq!(stored.last().unwrap().1, "47 more");
        assert!(stored.iter().all(|(_, value)| value.len() <= MOST_OF_A_FIELD + 3));
    }

    /// A name comes in lower case, whatever was sent.
    #[test]
    fn a_name_of_a_field_shows_no_secret_either() {
        let stored = recorded(&mut Transcript::default(), Vec::new(), &[("x-s3cret-of-the-test", "1".into())]);
        assert_eq!(stored.response_fields, [("x-[redacted:1]".into(), "1".into())]);
    }
}
