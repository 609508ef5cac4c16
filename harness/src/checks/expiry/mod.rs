//! Whether tokens really end.

pub(super) mod introspection;
pub(super) mod matches_exp;
pub(super) mod protected_resource;
pub(super) mod token_times;

use super::prelude::*;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// What became of a token after its end.
enum Seen {
    /// Dead at the first look.
    Dead { status: u16, exchange: usize },
    /// Dead within the leeway, so many seconds after the end.
    DeadLate { seconds: i64, exchange: usize },
    /// Alive beyond the leeway, so many seconds after the end.
    Alive { seconds: i64, exchange: usize },
}

/// When to look, seconds after the end: the first look allows for rounding of both clocks.
const LOOKS: [i64; 9] = [2, 5, 10, 20, 40, 80, 160, 320, 640];

/// Waits for the token's end, and looks until it is dead or the leeway has passed.
async fn until_dead(probe: &mut Probe<'_>, request: &Request, alive: &dyn Fn(&Reply) -> bool) -> Result<Seen, Stop> {
    let Some(end) = probe.aging.and_then(|aging| aging.expires) else {
        return Err(Stop::Skip("expiry not judged: nothing says when the token ends".into()));
    };
    let leeway = i64::try_from(probe.target.limits.expiry_leeway_seconds).unwrap_or(i64::MAX - 1);
    let last = leeway.saturating_add(1).max(LOOKS[0]);
    let looks = LOOKS.into_iter().filter(|look| *look < last).chain([last]);
    let mut seen = None;
    for (number, look) in looks.enumerate() {
        wait(probe, end, look).await?;
        let reply = probe.send(request).await?;
        if reply.response.status >= 500 {
            let described = reply.response.describe();
            return Err(Stop::Inconclusive(format!("no verdict on the token after its end: {described}")));
        }
        let exchange = reply.exchange;
        if !alive(&reply) {
            let dead = Seen::Dead { status: reply.response.status, exchange };
            return Ok(if number == 0 { dead } else { Seen::DeadLate { seconds: look, exchange } });
        }
        seen = Some(Seen::Alive { seconds: look, exchange });
    }
    seen.ok_or_else(|| Stop::Inconclusive("the token was not looked at".into()))
}

/// Waits until so many seconds after the end, if that is not longer than the run may wait.
async fn wait(probe: &Probe<'_>, end: Timestamp, seconds: i64) -> Result<(), Stop> {
    let clock = probe.link.clock();
    let moment = end.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    let rest = Duration::try_from(moment.duration_since(clock.now())).unwrap_or_default();
    let longest = probe.target.limits.max_wait_seconds;
    if rest.as_secs() > longest {
        let needed = rest.as_secs();
        return Err(Stop::Skip(format!(
            "expiry not judged: needs {needed} s, and `max_wait_seconds` is {longest}; raise it, or use a client with short-lived tokens"
        )));
    }
    probe.link.wait(rest, "the end of a token").await;
    Ok(())
}
