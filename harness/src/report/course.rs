//! How a run went, apart from what it found.

use crate::wire::Recorded;
use jiff::Timestamp;

/// Times and exchanges.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Timestamp,
    /// Every check came to its end.
    pub complete: bool,
    /// Everything that was exchanged.
    pub exchanges: &'a [Recorded],
}

impl Course<'_> {
    /// The middle of what the `Date` fields say (RFC 9110 §6.6.1): one stale answer of a cache counts for nothing.
    pub(super) fn clock_offset_seconds(&self) -> Option<i64> {
        let mut offsets: Vec<_> = self.exchanges.iter().filter_map(offset).collect();
        offsets.sort_unstable();
        offsets.get(offsets.len() / 2).copied()
    }
}

/// In whole seconds, as `Date` is.
fn offset(exchange: &Recorded) -> Option<i64> {
    let mut fields = exchange.response_fields.iter();
    let (_, date) = fields.find(|(name, _)| name.eq_ignore_ascii_case("date"))?;
    let date = Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()?;
    let ours = exchange.sent.as_second().midpoint(exchange.received.as_second());
    date.as_second().checked_sub(ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_is_the_middle_of_what_the_server_says() {
        let exchange = |date: &str| Recorded {
            id: 1,
            sent: Timestamp::UNIX_EPOCH,
            received: Timestamp::UNIX_EPOCH,
            method: "GET".into(),
            uri: "/".into(),
            request_fields: Vec::new(),
            certificate: None,
            request_body: String::new(),
            status: Some(200),
            response_fields: vec![("date".into(), date.into())],
            response_body: String::new(),
            response_octets: 0,
            failure: None,
        };
        let offset = |dates: &[&str]| {
            let exchanges: Vec<_> = dates.iter().map(|date| exchange(date)).collect();
            let (started, finished) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
            Course { started, finished, complete: true, exchanges: &exchanges }.clock_offset_seconds()
        };
        let (right, ahead) = ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:07 GMT");
        assert_eq!(offset(&[]), None);
        assert_eq!(offset(&["soon"]), None);
        assert_eq!(offset(&[right, ahead, ahead]), Some(7));
        assert_eq!(offset(&[right, "Wed, 01 Jan 2020 00:00:00 GMT", right]), Some(0));
    }
}
