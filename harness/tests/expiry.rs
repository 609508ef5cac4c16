//! Waiting for the end of a token: once, beside the other checks, and never longer than may be waited.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::{CASES, CONFIG, all, options, run_as, run_with};
use countersign_harness::catalogue::Level;
use countersign_harness::check::Check;
use countersign_harness::reference::{Deviation, Lapse, Registry};
use countersign_harness::report::{Judgement, Status};
use countersign_harness::run::Completed;
use countersign_harness::target::Role;

/// The lifetime of the tokens of the tests, seconds.
const LIFETIME: i64 = 60;

fn selected(topics: &[&str]) -> Vec<&'static Check> {
    all().iter().copied().filter(|check| topics.iter().any(|topic| check.id.starts_with(topic))).collect()
}

/// From the first request to the last, seconds.
fn took(completed: &Completed) -> i64 {
    let mut sent = completed.exchanges.iter().map(|exchange| exchange.sent);
    let first = sent.next().unwrap();
    sent.next_back().unwrap().duration_since(first).as_secs()
}

/// Two checks wait for one end, and that end comes nearer while others are busy.
#[tokio::test]
async fn all_waits_together_cost_the_longest_one() {
    let config = CONFIG.replace("[limits]", "[limits]\nrequests_per_second = 2");
    let others =
        ["grant-type/missing", "grant-type/empty", "grant-type/repeated", "grant-type/unsupported", "scope/unknown"];
    let checks = selected(&[others.as_slice(), &["expiry/introspection", "expiry/protected-resource"]].concat());
    let completed = run_with(None, &checks, &options(Level::Must), &config).await;
    assert!(completed.run.checks.iter().all(|checked| checked.outcome == Judgement::Pass), "{}", completed.text());
    assert!(completed.exchanges.len() > 30, "the others have their part of it: {}", completed.exchanges.len());
    assert!((LIFETIME..LIFETIME + 10).contains(&took(&completed)), "{} s", took(&completed));
}

/// What lies beyond the limit is said, with the limit that would do, and nobody waits.
#[tokio::test]
async fn what_takes_too_long_is_not_judged() {
    let config = CONFIG.replace("max_wait_seconds = 36000", "max_wait_seconds = 30");
    let checks = selected(&["expiry/introspection", "expiry/protected-resource"]);
    let completed = run_with(None, &checks, &options(Level::Must), &config).await;
    for checked in &completed.run.checks {
        assert_eq!(checked.outcome, Judgement::Skip, "{}", checked.id);
        let reason = checked.reason.as_deref().unwrap();
        let seconds: i64 =
            reason.split("not judged: needs ").nth(1).unwrap().split(" s,").next().unwrap().parse().unwrap();
        assert!((LIFETIME..LIFETIME + 5).contains(&seconds), "{reason}");
        assert!(reason.contains("`max_wait_seconds` is 30; raise it"), "{reason}");
    }
    assert!(took(&completed) < 30);
    // What it asks for is enough.
    let config = CONFIG.replace("max_wait_seconds = 36000", "max_wait_seconds = 64");
    let completed = run_with(None, &checks, &options(Level::Must), &config).await;
    assert!(completed.run.checks.iter().all(|checked| checked.outcome == Judgement::Pass), "{}", completed.text());
}

/// An assertion is good once, and not for as long as the wait: whoever is asked again gets a new one.
#[tokio::test]
async fn a_client_that_signs_is_told_of_the_end_too() {
    let checks = selected(&["expiry/introspection"]);
    let clients = || {
        let (_, mut companions) = Registry.clients();
        (companions.remove(&Role::PrivateKeyJwt).unwrap(), companions)
    };
    for (fault, expected) in [(None, Judgement::Pass), (Some("never-dies"), Judgement::Fail)] {
        let fault = fault.map(|variant| checks[0].faults.iter().find(|fault| fault.variant == variant).unwrap());
        let deviation = fault.map(|fault| fault.deviation);
        let completed = run_as(clients(), deviation, &checks, &options(Level::Must), CONFIG, CASES).await;
        assert_eq!(completed.run.checks[0].outcome, expected, "{}", completed.text());
    }
}

/// The waits that a run has without being told: as long as these tokens live, and once.
#[tokio::test]
async fn a_token_that_comes_alive_again_is_found_with_the_default_limits() {
    let config = CONFIG.replace("max_wait_seconds = 36000", "");
    let checks = selected(&["robustness/life-of-tokens", "expiry/introspection"]);
    let completed = run_with(Some(Lapse::Renewed.deviation()), &checks, &options(Level::Must), &config).await;
    let [lives, ends] = completed.run.checks.as_slice() else { panic!("{}", completed.text()) };
    assert_eq!((lives.outcome, ends.outcome), (Judgement::Pass, Judgement::Fail), "{}", completed.text());
    let finding = ends.finding.as_ref().unwrap();
    assert_eq!(finding.requirement.as_deref(), Some("HARNESS-12"));
    assert!((LIFETIME..LIFETIME + 10).contains(&took(&completed)), "{} s", took(&completed));
}

/// Who waits for no end does not say that it was one.
#[tokio::test]
async fn a_run_without_a_wait_does_not_judge_the_end() {
    let checks = selected(&["robustness/life-of-tokens"]);
    let completed = run_with(None, &checks, &options(Level::Must), CONFIG).await;
    let status = |id| completed.run.requirements.iter().find(|requirement| requirement.id == id).unwrap().status;
    assert_eq!((status("HARNESS-12"), status("RFC7662-4-11")), (Status::NotApplicable, Status::Met));
}

/// A token that is over is dead whether it was revoked or not.
#[tokio::test]
async fn a_token_that_ends_too_early_does_not_show_its_revocation() {
    let checks = selected(&["robustness/life-of-tokens"]);
    let of = async |deviation| run_with(Some(deviation), &checks, &options(Level::Must), CONFIG).await;
    for deviation in [
        Deviation::Sets(|settings| (settings.lapse, settings.token_lifetime) = (Some(Lapse::Revived), 3)),
        Deviation::Sets(|settings| (settings.lapse, settings.token_lifetime) = (Some(Lapse::OneRevocation), 3)),
    ] {
        let completed = of(deviation).await;
        assert_eq!(completed.run.checks[0].outcome, Judgement::Inconclusive, "{}", completed.text());
    }
    for deviation in [
        Deviation::Sets(|settings| (settings.lapse, settings.token_lifetime) = (Some(Lapse::Revived), 7)),
        Deviation::Sets(|settings| (settings.lapse, settings.token_lifetime) = (Some(Lapse::OneRevocation), 7)),
    ] {
        let completed = of(deviation).await;
        assert_eq!(completed.run.checks[0].outcome, Judgement::Fail, "{}", completed.text());
    }
    for (lifetime, expected) in [
        (Deviation::Sets(|settings| settings.token_lifetime = 2), Status::NotApplicable),
        (Deviation::Sets(|settings| settings.token_lifetime = 3), Status::Met),
    ] {
        let completed = of(lifetime).await;
        let mut requirements = completed.run.requirements.iter();
        let status = requirements.find(|requirement| requirement.id == "RFC7662-4-11").unwrap().status;
        assert_eq!(status, expected, "{}", completed.text());
    }
}
