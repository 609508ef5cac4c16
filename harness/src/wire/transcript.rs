//! What was exchanged, in a form that may be stored.

use super::{Failure, Redactor, Request, Response};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// The status, if a response came.
    pub status: Option<u16>,
    /// The fields of the response.
    pub response_fields: Vec<(String, String)>,
    /// The content of the response.
    pub response_body: String,
    /// Why there is no response.
    pub failure: Option<String>,
}

/// Every exchange of a run.
#[derive(Debug, Default)]
pub struct Transcript {
    /// In the order in which they were sent.
    pub exchanges: Vec<Recorded>,
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
        let fields = |fields: &super::Fields| {
            fields.iter().map(|(name, value)| (name.to_owned(), redactor.text(value))).collect::<Vec<_>>()
        };
        self.exchanges.push(Recorded {
            id,
            sent,
            received,
            request_fields: fields(&stored.fields),
            request_body: String::from_utf8_lossy(&stored.body).into_owned(),
            method: stored.method,
            uri: stored.uri,
            status: response.map(|response| response.status),
            response_fields: response.map(|response| fields(&response.fields)).unwrap_or_default(),
            response_body: response
                .map(|response| redactor.body(&String::from_utf8_lossy(&response.body)))
                .unwrap_or_default(),
            failure: outcome.as_ref().err().map(|failure| redactor.text(&failure.to_string())),
        });
        id
    }

    /// The exchange with this number.
    pub fn get(&self, id: usize) -> Option<&Recorded> {
        self.exchanges.get(id.checked_sub(1)?)
    }
}

impl Recorded {
    /// The request in one line, as a finding shows it.
    pub fn request_line(&self) -> String {
        let mut line = format!("{} {}", self.method, self.uri);
        if let Some((_, value)) =
            self.request_fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("Authorization"))
        {
            line.push_str(&format!(", Authorization: {value}"));
        }
        if !self.request_body.is_empty() {
            line.push_str(&format!(", body `{}`", self.request_body));
        }
        line
    }
}
