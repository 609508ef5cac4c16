//! Answers that say nothing about the server under test: it is busy, or something in front of it is.

use super::{NoReply, Reply};
use crate::wire::Failure;
use jiff::Timestamp;
use std::time::Duration;

/// Why a request should be sent again, later and alone.
#[derive(Debug)]
pub(super) enum Hindrance {
    /// 429 or 503, perhaps with the time after which to come back.
    Throttled { status: u16, retry_after: Option<Duration> },
    /// 502 or 504: a gateway without its server.
    Gateway { status: u16 },
    /// No response.
    Failed(Failure),
}

impl Hindrance {
    pub(super) fn of(outcome: &Result<Reply, Failure>, now: Timestamp) -> Option<Self> {
        match outcome {
            // An endless response, or a token without end, is the server's doing, and there is no use in asking for it again.
            Err(Failure::TooLarge { .. } | Failure::TokenTooLarge { .. } | Failure::Uri { .. }) => None,
            Err(failure) if failure.is_refusal() => None,
            Err(failure) => Some(Self::Failed(failure.clone())),
            Ok(reply) => match reply.response.status {
                status @ (429 | 503) => {
                    let retry_after = reply.response.fields.get("Retry-After").and_then(|value| delay(value, now));
                    Some(Self::Throttled { status, retry_after })
                }
                status @ (502 | 504) => Some(Self::Gateway { status }),
                _ => None,
            },
        }
    }

    /// Whether the server may have read the request.
    pub(super) fn was_read(&self) -> bool {
        !matches!(self, Self::Throttled { status: 429, .. })
    }

    /// What the server asks for; else a second, and twice as long each time.
    pub(super) fn wait(&self, attempt: u32) -> Duration {
        let back_off = Duration::from_secs(1 << attempt.min(5));
        match self {
            Self::Throttled { retry_after, .. } => retry_after.unwrap_or(back_off),
            Self::Gateway { .. } => back_off,
            // What failed once is tried again at once, and then after a while.
            Self::Failed(_) => back_off.saturating_sub(Duration::from_secs(1)),
        }
    }

    pub(super) fn into_no_reply(self) -> NoReply {
        match self {
            Self::Throttled { status, retry_after } => NoReply::Busy(match retry_after {
                Some(wait) => format!("status {status}, Retry-After {} s", wait.as_secs()),
                None => format!("status {status}"),
            }),
            Self::Gateway { status } => NoReply::Busy(format!("status {status} from a gateway")),
            Self::Failed(failure) => NoReply::Failed(failure),
        }
    }
}

/// RFC 9110 §10.2.3: seconds or a date.
fn delay(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(delay(" 7", now), Some(Duration::from_secs(7)));
        assert_eq!(delay("Thu, 01 Jan 1970 00:00:09 GMT", now), Some(Duration::from_secs(9)));
        assert_eq!(delay("Thu, 01 Jan 1970 00:00:09 GMT", Timestamp::MAX), Some(Duration::ZERO));
        assert_eq!(delay("soon", now), None);
    }
}
