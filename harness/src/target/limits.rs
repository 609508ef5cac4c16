//! What a run may cost the server, and us.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::num::{NonZeroU64, NonZeroUsize};

/// `[limits]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests a second; without it 20, and unlimited on loopback.
    #[serde(deserialize_with = "rate")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub requests_per_second: Option<f64>,
    /// All requests of the run.
    pub max_requests: NonZeroUsize,
    /// Well-formed but refused credentials of an existing client.
    pub max_failed_authentications: usize,
    /// For one exchange, seconds.
    pub timeout_seconds: NonZeroU64,
    /// The longest single wait, seconds: for a token to expire, or because the server says so.
    pub max_wait_seconds: u64,
    /// How long after its expiry a token may stay alive, seconds (RFC 7519 §4.1.4: "a few minutes").
    pub expiry_leeway_seconds: u64,
    /// Generated values for each property. On the command line it is `--cases`.
    #[serde(skip)]
    pub cases: u32,
    /// What could hurt a server is sent too. On the command line it is `--allow offensive`.
    #[serde(skip)]
    pub offensive: bool,
}

/// A rate that can be kept: a number above 0.
fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let rate = f64::deserialize(deserializer)?;
    if rate.is_finite() && rate > 0.0 { Ok(Some(rate)) } else { Err(D::Error::custom("expected a number above 0")) }
}

impl Limits {
    /// Away from loopback, when nothing is said.
    pub const POLITE_REQUESTS_PER_SECOND: f64 = 20.0;
    /// Wrong secrets in a run, whatever the configuration says: a lock-out is usual after ten.
    pub const MAX_WRONG_SECRETS: usize = 10;
    /// All waits for a busy server together last at most so many times `max_wait_seconds`: then nothing is asked again.
    pub const TOTAL_WAITS: u32 = 10;
    /// The most content that is read of one response, octets: a token is a few thousand.
    pub const MAX_RESPONSE_OCTETS: usize = 1 << 20;
    /// The longest token that is taken, octets: it travels in a header field, for which servers have 8 or 16 KiB. Every
    /// token is kept until the end, to be looked for in what is written.
    pub const MAX_TOKEN_OCTETS: usize = 1 << 14;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: None,
            max_requests: NonZeroUsize::new(3000).unwrap_or(NonZeroUsize::MIN),
            max_failed_authentications: 40,
            timeout_seconds: NonZeroU64::new(10).unwrap_or(NonZeroU64::MIN),
            max_wait_seconds: 120,
            expiry_leeway_seconds: 300,
            cases: 32,
            offensive: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    /// With none of them a run would begin, and say nothing.
    #[test]
    fn without_a_request_or_time_for_it_there_is_no_run() {
        for line in ["max_requests = 0", "max_requests = -1", "timeout_seconds = 0"] {
            toml::from_str::<Limits>(line).unwrap_err();
            toml::from_str::<Limits>(&line.replace("0", "1").replace("-", "")).unwrap();
        }
    }

    #[test]
    fn a_rate_is_a_number_above_zero() {
        for rate in ["nan", "inf", "0.0", "-1.0"] {
            let error = toml::from_str::<Limits>(&format!("requests_per_second = {rate}")).unwrap_err();
            assert!(error.to_string().contains("a number above 0"), "{error}");
        }
        let limits: Limits = toml::from_str("requests_per_second = 0.5").unwrap();
        assert_eq!(limits.requests_per_second, Some(0.5));
    }
}
