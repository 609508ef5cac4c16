//! Which answers to a bad request are right, as data.

use crate::catalogue::Level;

/// Which answers to a bad request are right: declared beside the check, with the statement that says so.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    /// The statement.
    pub statement: &'static str,
    /// These codes are right.
    pub codes: &'static [&'static str],
    /// These are not, and only worth a warning.
    pub tolerated: &'static [&'static str],
    /// How bad a token is, where that is not what the statement's keyword says.
    pub token: Option<Level>,
}

/// What an error response is worth.
pub(super) enum Weight {
    Right,
    Tolerated,
    Wrong,
}

/// With this in what is expected, a finding demands an error code.
pub(crate) const DEMANDED_CODE: &str = "error=";

impl Refusal {
    /// RFC 6749 §5.2: 400, and for `invalid_client` also 401. Another 4xx with the right code is a small thing.
    pub(super) fn weight(&self, status: u16, error: &str) -> Weight {
        let right = self.codes.contains(&error);
        let demanded = status == 400 || (status == 401 && error == "invalid_client");
        match (right, demanded) {
            (true, true) => Weight::Right,
            (true, false) if (400..500).contains(&status) => Weight::Tolerated,
            (false, _) if self.tolerated.contains(&error) && (400..500).contains(&status) => Weight::Tolerated,
            _ => Weight::Wrong,
        }
    }

    pub(super) fn describe(&self) -> String {
        let status = if self.codes.contains(&"invalid_client") { "400 or 401" } else { "400" };
        format!("status {status}, {DEMANDED_CODE}{}", self.codes.join(" or "))
    }
}
