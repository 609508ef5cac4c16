//! proptest's value trees, driven by our own asynchronous loop: an endpoint is not a function.

use crate::run::{Finding, Outcome, Probe, Stop};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRng, TestRunner};

/// Cases that may come to nothing, because the server is busy, before the property does.
const MAX_REJECTED: u32 = 3;

/// Requests that may go into making a counterexample smaller.
const MAX_SHRINKING: u32 = 64;

/// Why a value is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Nothing is known of it.
    Search,
    /// It broke the property before, or is the smallest that did: what is found now is told.
    Confirm,
    /// It is smaller than one that broke the property.
    Shrink,
}

/// Looks for a value that breaks the property; `test` gives the finding, or none if the property holds for this value.
///
/// A case without a verdict (a throttled or lost request) is never a counterexample. A counterexample is confirmed
/// between two controls before it is made smaller, and the smallest once more before it is recorded.
pub async fn falsify<'r, S, T>(probe: &mut Probe<'r>, strategy: &S, mut test: T) -> Outcome
where
    S: Strategy<Value: Clone>,
    T: AsyncFnMut(&mut Probe<'r>, S::Value) -> Result<Option<Finding>, Stop>,
{
    let cases = cases(probe)?;
    falsify_within(probe, cases, strategy, async |probe: &mut Probe<'r>, _, value| test(probe, value).await).await
}

/// How many values a property gets that has nothing else; it is not judged, if there are none.
pub fn cases(probe: &Probe<'_>) -> Result<u32, Stop> {
    let none = || Stop::Skip("it has no listed cases, and `--cases 0` generates none".into());
    Some(probe.target.limits.cases).filter(|cases| *cases > 0).ok_or_else(none)
}

/// Of the values of a property that stands beside a list of cases so many are tried: an eighth, and not fewer than find
/// anything.
const SHARE: u32 = 8;
const FEWEST: u32 = 4;

/// The same with few values, for a check that has listed cases too.
pub async fn falsify_few<'r, S, T>(probe: &mut Probe<'r>, strategy: &S, mut test: T) -> Outcome
where
    S: Strategy<Value: Clone>,
    T: AsyncFnMut(&mut Probe<'r>, S::Value) -> Result<Option<Finding>, Stop>,
{
    let cases = few(probe);
    falsify_within(probe, cases, strategy, async |probe: &mut Probe<'r>, _, value| test(probe, value).await).await
}

/// How many these are.
pub fn few(probe: &Probe<'_>) -> u32 {
    probe.target.limits.cases.div_ceil(SHARE).max(FEWEST)
}

/// The same with so many values, for a property whose values cost many requests, and that may spend less on some; with
/// none, if the run has none.
pub async fn falsify_within<'r, S, T>(probe: &mut Probe<'r>, cases: u32, strategy: &S, mut test: T) -> Outcome
where
    S: Strategy<Value: Clone>,
    T: AsyncFnMut(&mut Probe<'r>, Trial, S::Value) -> Result<Option<Finding>, Stop>,
{
    if probe.target.limits.cases == 0 {
        return Ok(());
    }
    let mut runner = runner(probe);
    let (mut judged, mut rejected) = (0, 0);
    probe.control().await?;
    for _ in 0..cases {
        let tree = strategy.new_tree(&mut runner).map_err(|reason| Stop::Inconclusive(reason.to_string()))?;
        match tried(probe, &mut test, Trial::Search, tree.current()).await {
            Ok(None) => judged += 1,
            Ok(Some(_)) => {
                probe.control().await?;
                let finding = shrink(probe, tree, test).await?;
                probe.control().await?;
                probe.findings.push(finding);
                return Ok(());
            }
            Err(stop) if judged == 0 || rejected == MAX_REJECTED => return Err(stop),
            Err(_) => rejected += 1,
        }
    }
    probe.control().await?;
    Ok(())
}

/// The finding of a test, if it counts.
async fn tried<'r, V, T>(probe: &mut Probe<'r>, test: &mut T, trial: Trial, value: V) -> Result<Option<Finding>, Stop>
where
    T: AsyncFnMut(&mut Probe<'r>, Trial, V) -> Result<Option<Finding>, Stop>,
{
    let finding = test(probe, trial, value).await?;
    Ok(finding.filter(|finding| probe.counts(finding)))
}

/// Makes a counterexample smaller, as long as it breaks the same statement as badly.
async fn shrink<'r, V, T>(probe: &mut Probe<'r>, mut tree: V, mut test: T) -> Result<Finding, Stop>
where
    V: ValueTree<Value: Clone>,
    T: AsyncFnMut(&mut Probe<'r>, Trial, V::Value) -> Result<Option<Finding>, Stop>,
{
    let unstable = || Stop::Inconclusive("the same request was answered differently the second time".into());
    let confirmed = tried(probe, &mut test, Trial::Confirm, tree.current()).await?.ok_or_else(unstable)?;
    let (id, level) = (confirmed.requirement.clone(), confirmed.level);
    let alike = |finding: &Finding| finding.requirement == id && finding.level == level;
    let mut smallest = None;
    let mut budget = MAX_SHRINKING;
    'shrinking: while budget > 0 && tree.simplify() {
        loop {
            budget = budget.saturating_sub(1);
            let value = tree.current();
            match tried(probe, &mut test, Trial::Shrink, value.clone()).await {
                Ok(Some(finding)) if alike(&finding) => {
                    smallest = Some(value);
                    break;
                }
                // No verdict is no counterexample either.
                Ok(_) | Err(_) if budget > 0 && tree.complicate() => {}
                Ok(_) | Err(_) => break 'shrinking,
            }
        }
    }
    match smallest {
        Some(value) => {
            let finding = tried(probe, &mut test, Trial::Confirm, value).await?;
            finding.filter(alike).ok_or_else(unstable)
        }
        None => Ok(confirmed),
    }
}

/// Every field is set: nothing is read from the environment, nothing is written to a file.
fn runner(probe: &Probe<'_>) -> TestRunner {
    let config = Config {
        cases: probe.target.limits.cases,
        max_local_rejects: 1024,
        max_global_rejects: 1024,
        max_flat_map_regens: 1024,
        max_default_size_range: 32,
        failure_persistence: None,
        source_file: None,
        test_name: None,
        max_shrink_iters: u32::MAX,
        result_cache: proptest::test_runner::noop_result_cache,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(probe.options.seed),
        max_shrink_time: 0,
        verbose: 0,
        _non_exhaustive: (),
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed(probe)))
}

/// The seed of the run and the id of the check: a check generates the same whichever others are selected.
fn seed(probe: &Probe<'_>) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&probe.options.seed.to_le_bytes());
    for (index, octet) in probe.check.id.bytes().enumerate() {
        seed[8 + index % 24] ^= octet.rotate_left(u32::try_from(index / 24).unwrap_or_default());
    }
    seed
}

#[cfg(test)]
mod tests {
    use crate::checks::check;
    use crate::testing::*;
    use crate::wire::Request;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn is_mutated(request: &Request) -> bool {
        request.form().get("grant_type").is_some_and(|grant| grant != "client_credentials")
    }

    #[tokio::test]
    async fn a_counterexample_is_made_as_small_as_it_goes() {
        let wrong = |request: &Request| {
            let code =
                if request.form().get("grant_type")?.len() > 5 { "invalid_grant" } else { "unsupported_grant_type" };
            is_mutated(request).then(|| refusal(400, code))
        };
        let checked = canned(wrong).checked(check("grant-type/unsupported").unwrap()).await;
        let minimal = checked.finding.unwrap().minimal;
        let grant = minimal.split("grant_type=").nth(1).unwrap().trim_end_matches('`');
        assert_eq!(grant.len(), 6, "{minimal}");
    }

    /// Short names get a code that is only a warning: the violation is not exchanged for it.
    #[tokio::test]
    async fn a_smaller_value_breaks_the_same_as_badly() {
        let wrong = |request: &Request| {
            let code =
                if request.form().get("grant_type")?.len() > 5 { "invalid_grant" } else { "unauthorized_client" };
            is_mutated(request).then(|| refusal(400, code))
        };
        let checked = canned(wrong).checked(check("grant-type/unsupported").unwrap()).await;
        assert_eq!(checked.finding.unwrap().level, crate::catalogue::Level::Must);
    }

    #[tokio::test]
    async fn a_lost_case_is_no_counterexample() {
        let asked = AtomicUsize::new(0);
        let flaky = canned(move |request| {
            let lost = || {
                if asked.fetch_add(1, Ordering::Relaxed) == 1 {
                    busy(429)
                } else {
                    refusal(400, "unsupported_grant_type")
                }
            };
            is_mutated(request).then(lost)
        });
        assert_eq!(flaky.verdict(check("grant-type/unsupported").unwrap()).await, "pass");
    }

    /// What was found and confirmed is lost while it is made smaller: then nothing is known.
    #[tokio::test]
    async fn the_smallest_counterexample_is_confirmed_too() {
        let asked = AtomicUsize::new(0);
        let unstable = canned(move |request| {
            let until_the_third = || {
                let wrong = asked.fetch_add(1, Ordering::Relaxed) < 3;
                refusal(400, if wrong { "invalid_grant" } else { "unsupported_grant_type" })
            };
            is_mutated(request).then(until_the_third)
        });
        assert_eq!(unstable.verdict(check("grant-type/unsupported").unwrap()).await, "inconclusive");
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_twice_is_no_verdict() {
        let asked = AtomicUsize::new(0);
        let unstable = canned(move |request| {
            let once = || {
                if asked.fetch_add(1, Ordering::Relaxed) == 0 {
                    token()
                } else {
                    refusal(400, "unsupported_grant_type")
                }
            };
            is_mutated(request).then(once)
        });
        assert_eq!(unstable.verdict(check("grant-type/unsupported").unwrap()).await, "inconclusive");
    }
}
