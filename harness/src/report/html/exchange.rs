//! The exchanges that a reader of the findings wants to see.

use super::super::Run;
use super::escaped;
use crate::wire::Recorded;
use std::collections::BTreeSet;

/// The most characters of a body that are shown; the transcript has the rest.
const LONGEST_BODY: usize = 4000;

/// An exchange on the page.
pub(super) struct Shown<'a> {
    pub(super) recorded: &'a Recorded,
    /// It is the first of a finding: the one that is printed.
    pub(super) is_first: bool,
}

/// Those that findings name, and the controls that worked.
pub(super) fn of_findings<'a>(run: &Run, exchanges: &'a [Recorded]) -> Vec<Shown<'a>> {
    let named =
        |finding: &crate::run::Finding| finding.exchanges.iter().copied().chain(finding.control).collect::<Vec<_>>();
    let wanted: BTreeSet<_> = run.findings().flat_map(|(_, finding)| named(finding)).collect();
    let first: BTreeSet<_> = run.findings().filter_map(|(_, finding)| finding.exchanges.first()).collect();
    let shown = exchanges.iter().filter(|exchange| wanted.contains(&exchange.id));
    shown.map(|recorded| Shown { recorded, is_first: first.contains(&recorded.id) }).collect()
}

impl Shown<'_> {
    /// The request as it went over the wire.
    pub(super) fn request(&self) -> String {
        let head = format!("{} {}", self.recorded.method, self.recorded.uri);
        let body = &self.recorded.request_body;
        message(&head, &self.recorded.request_fields, (body, body.len()))
    }

    /// The response, or why there is none.
    pub(super) fn response(&self) -> String {
        match (self.recorded.status, &self.recorded.failure) {
            (Some(status), _) => {
                let body = (self.recorded.response_body.as_str(), self.recorded.response_octets);
                message(&status.to_string(), &self.recorded.response_fields, body)
            }
            (None, failure) => escaped(failure.as_deref().unwrap_or("no response")),
        }
    }

    pub(super) fn milliseconds(&self) -> i128 {
        self.recorded.received.duration_since(self.recorded.sent).as_millis()
    }
}

/// The body stands with the number of octets that it had on the wire.
fn message(head: &str, fields: &[(String, String)], (body, octets): (&str, usize)) -> String {
    let mut lines = vec![escaped(head)];
    lines.extend(fields.iter().map(|(name, value)| escaped(&format!("{name}: {value}"))));
    if !body.is_empty() {
        lines.push(String::new());
        let mut start: String = body.chars().take(LONGEST_BODY).collect();
        if start.len() < body.len() || start.ends_with('…') {
            start.push_str(&format!("… ({octets} octets in all)"));
        }
        lines.extend(start.lines().map(escaped));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_and_a_field_cannot_forge_a_line() {
        let text =
            message("200", &[("x".into(), "a\r\nset-cookie: b".into())], (&"x".repeat(LONGEST_BODY + 1), 70_000));
        assert!(text.starts_with("200\nx: a\\u{d}\\u{a}set-cookie: b\n\nxxx"), "{text}");
        assert!(text.ends_with("x… (70000 octets in all)"), "{text}");
        assert_eq!(message("200", &[], (&"x".repeat(LONGEST_BODY), LONGEST_BODY)).len(), LONGEST_BODY + 5);
    }
}
