//! Exit statuses: public, and decided in one place.

use crate::report::{Checked, Judgement, Run};

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The target conforms.
    Conforms = 0,
    /// A statement at or above `--fail-on` is broken.
    Broken = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The target cannot be tested.
    CannotTest = 3,
    /// Nothing was tested.
    NothingTested = 4,
    /// A check at or above `--fail-on` is inconclusive.
    Inconclusive = 5,
    /// A waiver is stale or expired, or the snapshot differs.
    Outdated = 6,
    /// An output could not be written.
    NotWritten = 7,
    /// A bug in the tool.
    Bug = 70,
    /// Ended by SIGINT, after the partial report.
    Interrupted = 130,
    /// Ended by SIGTERM, after the partial report.
    Terminated = 143,
}

impl Exit {
    /// What a run comes to, the first that applies.
    pub fn of(run: &Run) -> Self {
        let judged = |checked: &Checked| checked.outcome != Judgement::Skip;
        let broken = |checked: &Checked| checked.is_broken(run.fail_on);
        let outdated = |checked: &Checked| {
            let differs = checked.findings().any(|finding| finding.requirement.is_none());
            differs || checked.waived.as_ref().is_some_and(|waived| waived.stale)
        };
        let inconclusive = |checked: &Checked| checked.is_undecided(run.fail_on);
        let any = |what: &dyn Fn(&Checked) -> bool| run.checks.iter().any(what);
        match () {
            () if !any(&judged) => Self::NothingTested,
            () if any(&broken) => Self::Broken,
            () if any(&outdated) || !run.expired_waivers.is_empty() => Self::Outdated,
            () if any(&inconclusive) => Self::Inconclusive,
            () => Self::Conforms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Level, StatementSet};
    use crate::checks::check;
    use crate::report::{junit, text};
    use crate::testing::*;
    use crate::wire::Response;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A run of one check against a server that, once it is calibrated, answers every token request so.
    async fn ended(id: &str, reply: Response, statements: &'static str) -> Run {
        let asked = AtomicUsize::new(0);
        let mut server = canned(move |request| {
            let judged = request.path() == "/token" && asked.fetch_add(1, Ordering::Relaxed) >= 2;
            judged.then(|| reply.clone())
        });
        server.pinned = StatementSet::of_test(statements);
        let mut run = server.run(check(id).unwrap()).await;
        run.fail_on = Level::May;
        run
    }

    /// Whoever upgrades sees what is judged anew, and is as green as before.
    #[tokio::test]
    async fn what_is_newer_than_the_set_is_shown_and_does_not_count() {
        let cacheable = || {
            let mut response = token();
            response.fields.remove("Cache-Control");
            response
        };
        for (id, reply, statements, exit) in [
            ("success/cache-headers", cacheable(), "RFC6749-5.1-16 must success/cache-headers\n", Exit::Broken),
            ("success/cache-headers", cacheable(), "RFC6749-5.1-17 must success/cache-headers\n", Exit::Conforms),
            ("success/cache-headers", cacheable(), "", Exit::Conforms),
            ("success/cache-headers", busy(503), "RFC6749-5.1-16 must success/cache-headers\n", Exit::Inconclusive),
            ("success/cache-headers", busy(503), "", Exit::Conforms),
        ] {
            let run = ended(id, reply, statements).await;
            assert_eq!(Exit::of(&run), exit, "{statements}");
            assert!(text(&run).contains("; statements test\n"), "{}", text(&run));
            let shown = junit(&run).unwrap();
            let green = !shown.contains("<failure") && !shown.contains("<error");
            assert_eq!(green, exit == Exit::Conforms, "{shown}");
        }
        let run = ended("success/cache-headers", cacheable(), "").await;
        assert!(text(&run).contains("newer      than the statements test: does not count"), "{}", text(&run));
    }

    /// A small thing was found, and then the server went away: the rest may be as bad as the check's statements allow.
    #[tokio::test]
    async fn what_is_found_before_a_check_stops_does_not_decide_the_rest() {
        let asked = AtomicUsize::new(0);
        let server = canned(move |request| {
            let mutated = request.form().get("grant_type").is_some_and(|grant| grant != "client_credentials");
            let first = || asked.fetch_add(1, Ordering::Relaxed) == 0;
            let answer = || if first() { refusal(400, "unauthorized_client") } else { busy(503) };
            (request.path() == "/token" && mutated).then(answer)
        });
        let mut run = server.run(check("grant-type/exact").unwrap()).await;
        for (fail_on, exit, shown) in [
            (Level::Must, Exit::Inconclusive, "<error"),
            (Level::Should, Exit::Broken, "<failure"),
            (Level::May, Exit::Broken, "<failure"),
        ] {
            run.fail_on = fail_on;
            assert_eq!(Exit::of(&run), exit);
            assert!(junit(&run).unwrap().contains(shown));
            assert!(text(&run).contains("not judged to the end: "), "{}", text(&run));
        }
        run.fail_on = Level::Must;
        assert!(text(&run).contains("1 of 1 checks could not judge everything."), "{}", text(&run));
    }
}
