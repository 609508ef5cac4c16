//! Whether tokens really end.

pub(super) mod introspection;
pub(super) mod matches_exp;
pub(super) mod protected_resource;
pub(super) mod token_times;

use super::prelude::*;
use crate::run::Held;
use crate::target::Target;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// What an answer says of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Alive,
    Dead,
    /// It does not say.
    Unknown,
}

/// Who judges a token, and how the answers are read.
struct Judge<'j> {
    /// The request that shows it the token, made anew each time: an assertion is good once, and not for long.
    ask: fn(&Held, &Target, Timestamp) -> Option<Request>,
    says: &'j dyn Fn(&Reply) -> Life,
}

impl Judge<'_> {
    async fn ask(&self, probe: &mut Probe<'_>, held: &Held) -> Result<Reply, Stop> {
        let request = (self.ask)(held, probe.target, probe.now());
        let nobody = || Stop::Inconclusive("nobody can be asked about the token".into());
        probe.send(&request.ok_or_else(nobody)?).await
    }
}

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
async fn until_dead(probe: &mut Probe<'_>, judge: &Judge<'_>) -> Result<Seen, Stop> {
    let ending = probe.aging.and_then(|aging| Some((&aging.held, aging.expires?)));
    let Some((held, end)) = ending else {
        return Err(Stop::Skip("expiry not judged: nothing says when the token ends".into()));
    };
    let leeway = i64::try_from(probe.target.limits.expiry_leeway_seconds).unwrap_or(i64::MAX - 1);
    let last = leeway.saturating_add(1).max(LOOKS[0]);
    let looks = LOOKS.into_iter().filter(|look| *look < last).chain([last]);
    let mut seen = None;
    for (number, look) in looks.enumerate() {
        wait(probe, end, look).await?;
        let reply = judge.ask(probe, held).await?;
        let (status, exchange) = (reply.response.status, reply.exchange);
        match (judge.says)(&reply) {
            Life::Alive => seen = Some(Seen::Alive { seconds: look, exchange }),
            Life::Dead => {
                fresh_is_alive(probe, judge).await?;
                let late = Seen::DeadLate { seconds: look, exchange };
                return Ok(if number == 0 { Seen::Dead { status, exchange } } else { late });
            }
            Life::Unknown => {
                let described = reply.response.describe();
                return Err(Stop::Inconclusive(format!("no verdict on the token after its end: {described}")));
            }
        }
    }
    seen.ok_or_else(|| Stop::Inconclusive("the token was not looked at".into()))
}

/// The control after the end: where a new token is no better, it was not the end that killed the old one.
async fn fresh_is_alive(probe: &mut Probe<'_>, judge: &Judge<'_>) -> Outcome {
    let fresh = probe.control().await?;
    let Some(grant) = fresh.grant() else { return Ok(()) };
    let reply = judge.ask(probe, &Held::of(grant)).await?;
    if (judge.says)(&reply) == Life::Alive {
        return Ok(());
    }
    let described = reply.response.describe();
    Err(Stop::Inconclusive(format!("after the end of the token a new one fares no better: {described}")))
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

/// After so long it is seen whether the lifetime of a token that comes again is shorter.
const BETWEEN: Duration = Duration::from_secs(5);
/// Two machines may round what is left in two ways, seconds.
const RESOLUTION: i64 = 2;

/// Whether a token that comes again and does not tell its end itself was seen to count down, or not to: else the
/// statement is left.
async fn counts_down(probe: &mut Probe<'_>, grant: &Grant) -> Result<bool, Stop> {
    let (first, since) = (&probe.baseline.grant, probe.baseline.answer.reply.received);
    let seconds = |grant: &Grant| grant.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
    let comes_again = |grant: &Grant| grant.access_token.expose_secret() == first.access_token.expose_secret();
    if !comes_again(grant) {
        probe.leave("HARNESS-13", Stop::NotApplicable("every token is a new one".into()));
        return Ok(false);
    }
    let Some(announced) = seconds(first) else {
        probe.leave("HARNESS-13", Stop::NotApplicable("the answer has no `expires_in`".into()));
        return Ok(false);
    };
    let longest = probe.target.limits.max_wait_seconds;
    let rest = BETWEEN.saturating_sub(Duration::try_from(probe.now().duration_since(since)).unwrap_or_default());
    if rest > Duration::from_secs(longest) {
        let reason = format!("it takes {} s to see, and `max_wait_seconds` is {longest}; raise it", BETWEEN.as_secs());
        probe.leave("HARNESS-13", Stop::Skip(reason));
        return Ok(false);
    }
    probe.link.wait(rest, "a token that comes again to count down").await;
    let again = probe.control().await?;
    let Some(left) = again.grant().filter(|grant| comes_again(grant)).and_then(seconds) else {
        probe.leave("HARNESS-13", Stop::NotApplicable("the token does not come again after some seconds".into()));
        return Ok(false);
    };
    let passed = again.reply.sent.duration_since(since).as_secs();
    let actual = format!("`expires_in` is {left}, {passed} s after it was {announced}");
    let expected = "the rest of the lifetime of a token that comes again";
    probe.demand(left <= announced - passed + RESOLUTION, "HARNESS-13", expected, &actual, again.reply.exchange);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use crate::clock::{Clock as _, ManualClock};
    use crate::testing::{Canned, canned, token_with};
    use crate::wire::{Request, Response};
    use std::sync::{Arc, OnceLock};

    /// A server whose tokens say when they were issued; at this path it answers by their age and by the time, seconds.
    pub(super) fn server(path: &'static str, says: impl Fn(i64, i64) -> Response + Send + Sync + 'static) -> Canned {
        let clock: Arc<OnceLock<Arc<ManualClock>>> = Arc::default();
        let server_clock = Arc::clone(&clock);
        let server = canned(move |request| {
            let now = server_clock.get().unwrap().now().as_second();
            match request.path() {
                "/token" => Some(token_with("access_token", format!("opaque-token-of-{now}"))),
                asked if asked == path => Some(says(now - issued(request), now)),
                _ => None,
            }
        });
        clock.set(Arc::clone(&server.clock)).unwrap();
        server
    }

    fn issued(request: &Request) -> i64 {
        let form = request.form();
        let token = form.get("token").or(request.fields.get("Authorization")).unwrap();
        token.rsplit('-').next().unwrap().parse().unwrap()
    }
}
