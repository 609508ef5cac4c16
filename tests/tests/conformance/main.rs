//! The command against real authorization servers. Each finding is justified beside the snapshot of its server, and none is
//! excused: one that is no fault of the server would be a fault of the check.

mod authlib;
mod django_oauth_toolkit;
mod oauth2_mock_server;
mod oidc_provider;

use countersign_tests::process::Finished;
use countersign_tests::real_server::RealServer;
use countersign_tests::{Error, Result, conformance};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A finding that is right, with the reason why it is. Findings of one statement in one check share it.
struct Justified {
    check: &'static str,
    /// The statement of the catalogue.
    statement: &'static str,
    /// Where it stands: document and section, as the run has it.
    source: &'static str,
    /// What was sent, what came back and what it breaks, in our words.
    because: &'static str,
}

/// A cause that is right: what it says of the server is so, and each of its symptoms follows from that.
struct Explained {
    /// Its name in the run.
    cause: &'static str,
    /// Why the server is so, and why the symptoms follow.
    because: &'static str,
    /// The checks in which it shows besides its own.
    symptoms: &'static [&'static str],
}

/// Every finding that is told, and every cause. What is not in these tables fails the test, and what no longer occurs too.
struct Verdict {
    findings: &'static [Justified],
    causes: &'static [Explained],
}

/// Runs every check against the server, and holds the run against its verdict and its snapshot.
fn judge(server: &RealServer, verdict: &Verdict) -> Result<()> {
    static COMMAND: OnceLock<Result<PathBuf>> = OnceLock::new();
    let command = COMMAND.get_or_init(conformance::build);
    let command = command.as_ref().map_err(|error| Error::new(error.to_string(), "").with_output(error.output()))?;
    let running = server.start()?;
    let folder = tempfile::tempdir().map_err(|error| Error::new(format!("no folder ({error})"), "make room"))?;
    let target = (server, running.issuer(), running.secret());
    let finished = conformance::check(command, folder.path(), target, &["--seed", "7", "--format", "json"])?;
    let run = conformance::report(&finished)?;
    assert_eq!(finished.status, Some(1), "a statement at level must is broken\n{}", finished.stderr);
    assert_eq!(run["complete"], true);
    shows_no_secret(&finished, running.secret());
    holds(&run, verdict);
    insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "snapshots"}, {
        insta::assert_snapshot!(server.name, lines(&run));
    });
    Ok(())
}

fn shows_no_secret(finished: &Finished, secret: &str) {
    assert!(secret.len() > 8);
    for output in [&finished.stdout, &finished.stderr] {
        assert!(!output.contains(secret), "the secret was shown");
        // Tokens of these servers are JWTs, or opaque; a JWT begins so.
        assert!(!output.contains("eyJ"), "a token was shown");
    }
}

/// Exactly these findings, told one by one or as symptoms of these causes.
fn holds(run: &Value, verdict: &Verdict) {
    let causes = list(&run["causes"]);
    let stands = |cause: &Value, check: &Value, finding: &Value| {
        cause["check"] == check["id"] && cause["statement"] == finding["requirement"]
    };
    let (mut told, mut symptoms) = (Vec::new(), Vec::new());
    for (check, finding) in findings(run) {
        let found = (text(&check["id"]), text(&finding["requirement"]));
        let cause = causes.iter().find(|cause| cause["id"] == finding["cause"]);
        match cause {
            Some(cause) if !stands(cause, check, finding) => note(&mut symptoms, (text(&cause["id"]), found.0)),
            _ => note(&mut told, found),
        }
    }
    let justified: Vec<_> = verdict.findings.iter().map(|finding| (finding.check, finding.statement)).collect();
    assert_eq!(told, justified, "each finding needs its justification, and each justification its finding");
    for finding in verdict.findings {
        let statement = list(&run["requirements"]).iter().find(|statement| statement["id"] == finding.statement);
        let source = statement.map(|statement| text(&statement["source"]));
        assert_eq!(source, Some(finding.source), "{} {}", finding.check, finding.statement);
        assert!(finding.because.len() > 80, "{}", finding.check);
    }
    let explained: Vec<_> = verdict.causes.iter().map(|explained| explained.cause).collect();
    assert_eq!(causes.iter().map(|cause| text(&cause["id"])).collect::<Vec<_>>(), explained, "causes");
    for Explained { cause, because, symptoms: expected } in verdict.causes {
        assert!(because.len() > 80, "{cause}");
        let seen: Vec<_> = symptoms.iter().filter(|(id, _)| id == cause).map(|(_, check)| *check).collect();
        assert_eq!(&seen, expected, "symptoms of {cause}");
    }
}

/// Once is enough.
fn note<'r>(noted: &mut Vec<(&'r str, &'r str)>, pair: (&'r str, &'r str)) {
    if !noted.contains(&pair) {
        noted.push(pair);
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Every finding with its check.
fn findings(run: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    list(&run["checks"]).iter().flat_map(|check| {
        let worst = Some(&check["finding"]).filter(|finding| !finding.is_null());
        worst.into_iter().chain(list(&check["further"])).map(move |finding| (check, finding))
    })
}

/// The run without what changes from run to run: a line for each check, and below it what was found and what came of what.
fn lines(run: &Value) -> String {
    let mut lines = String::new();
    let mut line = |text: &str| _ = writeln!(lines, "{}", text.trim_end());
    for cause in list(&run["causes"]) {
        line(&format!("cause {}: {}", text(&cause["id"]), text(&cause["title"])));
        line(&format!("  told by {} {}", text(&cause["check"]), text(&cause["statement"])));
    }
    for check in list(&run["checks"]) {
        let reason = check["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        line(&format!("{} {}{}", text(&check["outcome"]), text(&check["id"]), steady(&reason)));
        for (_, finding) in findings(run).filter(|(of, _)| of["id"] == check["id"]) {
            let of = finding["cause"].as_str().map(|cause| format!(", of the cause {cause}")).unwrap_or_default();
            let (level, severity) = (text(&finding["level"]), text(&finding["severity"]));
            line(&format!("  {} {level} {severity}{of}", text(&finding["requirement"])));
            for part in ["expected", "actual", "minimal"] {
                line(&format!("    {part:<9}{}", steady(text(&finding[part]))));
            }
        }
    }
    lines
}

/// So many letters of a text are kept: some requests are made to be long.
const LONGEST: usize = 400;

/// A text in which ports, moments, waits and the numbers of what was redacted have given way to their kind.
fn steady(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (number, after) = from.split_at(length);
        words += before;
        let host = ["127.0.0.1", "localhost"].iter().any(|host| {
            let port = words.strip_suffix(':').or_else(|| words.strip_suffix("%3A"));
            port.is_some_and(|before| before.ends_with(host))
        });
        let kind = match () {
            () if host => "PORT",
            () if words.ends_with("[redacted:") => "N",
            () if words.ends_with("judged: needs ") => "SO_MANY",
            () if number.len() >= 10 => "MOMENT",
            () => number,
        };
        words += kind;
        rest = after;
    }
    words += rest;
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
