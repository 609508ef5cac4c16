//! One cause, one finding: a mistake that breaks many checks is told once, with its symptoms, and costs as much as before.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::{all, options, run};
use countersign_harness::catalogue::Level;
use countersign_harness::checks::{check, faults};
use countersign_harness::exit::Exit;
use countersign_harness::reference::{Deviation, Registry, refusals};
use countersign_harness::report::{self, Judgement, Run, Status};
use countersign_harness::run::Completed;
use countersign_harness::wire::{BasicEncoding, Request, basic_authorization};
use serde_json::Value;

/// Whoever asks is the main client.
fn as_main(request: &mut Request, registry: &Registry) {
    request.edit_form(|form| {
        for name in ["client_id", "client_secret", "client_assertion", "client_assertion_type"] {
            form.remove(name);
        }
    });
    let main = registry.main();
    request.fields.set("Authorization", basic_authorization(main.id, main.secret, BasicEncoding::Form));
}

async fn of(deviation: Deviation) -> Completed {
    run(Some(deviation), all(), &options(Level::Must)).await
}

/// The checks whose findings are told, each finding once.
fn told(run: &Run) -> Vec<(&'static str, &str)> {
    run.told().iter().map(|told| (told.checked.id, told.finding.requirement.as_deref().unwrap())).collect()
}

/// How many symptoms stand beneath the finding that tells this cause.
fn symptoms(run: &Run, cause: &str) -> usize {
    let told = run.told();
    let mut telling = told.iter().filter(|told| told.cause.is_some_and(|of| of.id == cause));
    let symptoms = telling.next().unwrap().symptoms.len();
    assert!(telling.next().is_none(), "{cause} is told twice");
    symptoms
}

#[tokio::test]
async fn a_server_that_checks_no_credentials_is_one_finding() {
    let completed = of(Deviation::Reads(as_main)).await;
    let run = &completed.run;
    assert!(symptoms(run, "no-client-authentication") > 20, "{}", report::text(run));
    let others: Vec<_> = told(run)
        .into_iter()
        .filter(|(check, _)| check.starts_with("client-authentication/") || check.starts_with("assertion/"))
        .collect();
    assert_eq!(others, [("client-authentication/missing", "RFC6749-4.4.2-02")], "{}", report::text(run));
    // A symptom is a finding all the same.
    assert_eq!(Exit::of(run), Exit::Broken);
    let broken = |id: &str| run.requirements.iter().any(|of| of.id == id && of.status == Status::Broken);
    assert!(broken("RFC6749-10.10-02") && broken("RFC6749-5.2-12") && broken("RFC6749-4.4-01"));
    let failed = |checked: &&report::Checked| checked.outcome == Judgement::Fail;
    assert_eq!(run.summary.failed, run.checks.iter().filter(failed).count());
    every_format_tells_it_once(&completed);
}

#[tokio::test]
async fn errors_without_a_body_are_one_finding() {
    let completed = of(Deviation::Answers(|request, response| {
        refusals(request, response, |response| {
            response.body.clear();
            response.fields.remove("Content-Type");
        });
    }))
    .await;
    let run = &completed.run;
    assert!(symptoms(run, "errors-without-code") > 20, "{}", report::text(run));
    let codeless = |told: &&report::Told<'_>| told.finding.expected.contains("error=");
    let left: Vec<_> = run.told().iter().filter(codeless).map(|told| told.checked.id).collect();
    assert!(left.is_empty(), "{left:?}");
    every_format_tells_it_once(&completed);
}

/// Two of the doors are open and the third is not: nobody may say that there is no lock.
#[tokio::test]
async fn a_cause_that_a_check_refutes_is_none() {
    let deviation = Deviation::Reads(|request, registry| {
        let named = request.fields.get("Authorization").is_some() || request.form().count("client_id") > 0;
        // What base64 makes of the beginning of a name that the check for unknown clients has.
        let unknown = request
            .fields
            .get("Authorization")
            .is_some_and(|value| value.starts_with("Basic Y291bnRlcnNpZ24tdW5rbm93"));
        if !named || unknown {
            as_main(request, registry);
        }
    });
    let checks = ["missing", "unknown-client", "wrong-secret"];
    let checks = checks.map(|name| check(&format!("client-authentication/{name}")).unwrap());
    let run = run(Some(deviation), &checks, &options(Level::Must)).await.run;
    let outcomes: Vec<_> = run.checks.iter().map(|checked| checked.outcome).collect();
    assert_eq!(outcomes, [Judgement::Fail, Judgement::Fail, Judgement::Pass], "{}", report::text(&run));
    assert!(run.causes.is_empty(), "{:?}", run.causes);
}

/// One fault of the reference server is one deviation, and seldom more than one mistake: what stands for another cause than
/// its own would be told in the wrong place.
#[tokio::test]
async fn a_single_open_door_is_no_missing_lock() {
    for id in ["client-authentication/missing/not-needed", "client-authentication/wrong-secret/any-secret"] {
        let (.., fault) = faults().find(|(known, ..)| known == id).unwrap();
        let run = of(fault.deviation).await.run;
        assert!(run.causes.iter().all(|cause| cause.id != "no-client-authentication"), "{id}");
    }
}

/// The same demand in two checks, answered in the same way, is one thing to mend.
#[tokio::test]
async fn one_statement_that_two_checks_find_broken_is_told_once() {
    let (.., fault) = faults().find(|(id, ..)| id == "client-authentication/unknown-client/no-challenge").unwrap();
    let checks = ["client-authentication/unknown-client", "client-authentication/wrong-secret"];
    let run = run(Some(fault.deviation), &checks.map(|id| check(id).unwrap()), &options(Level::Must)).await.run;
    let (unknown, _) = (checks[0], checks[1]);
    assert_eq!(told(&run), [(unknown, "RFC6749-5.2-01"), (unknown, "RFC9110-11.6.1-01")]);
    assert_eq!((symptoms(&run, "RFC6749-5.2-01"), symptoms(&run, "RFC9110-11.6.1-01")), (1, 1));
    assert_eq!(run.summary.failed, 2);
}

/// What the generated requests find again is told with what the listed ones found.
#[tokio::test]
async fn what_generated_requests_find_again_is_told_once() {
    for (id, statement) in
        [("client-authentication/missing/not-needed", "RFC6749-4.4.2-02"), ("errors/characters/code", "RFC6749-5.2-23")]
    {
        let (_, own, fault) = faults().find(|(known, ..)| known == id).unwrap();
        let checks = [own, check("robustness/any-request").unwrap()];
        let run = run(Some(fault.deviation), &checks, &options(Level::Must)).await.run;
        assert_eq!(run.summary.failed, 2, "{id}");
        let told: Vec<_> = told(&run).into_iter().filter(|(_, told)| *told == statement).collect();
        assert_eq!(told, [(own.id, statement)], "{}", report::text(&run));
    }
}

fn every_format_tells_it_once(completed: &Completed) {
    let run = &completed.run;
    let (told, found) = (run.told(), run.findings().count());
    assert_eq!(told.len() + told.iter().map(|told| told.symptoms.len()).sum::<usize>(), found);
    let text = report::text(run);
    assert_eq!(text.lines().filter(|line| line.starts_with("FAIL  ")).count(), told.len(), "{text}");
    let html = report::html(run, &completed.exchanges).unwrap();
    assert_eq!(html.matches("<h4 id=\"finding-").count(), told.len());
    let log: Value = serde_json::from_str(&report::sarif(run).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), told.len());
    for result in results {
        let rule =
            &log["runs"][0]["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let junit = report::junit(run).unwrap();
    let document = roxmltree::Document::parse(&junit).unwrap();
    let failures = document.descendants().filter(|node| node.has_tag_name("failure"));
    let symptoms = failures.filter(|node| node.attribute("message").unwrap().starts_with("a symptom of ")).count();
    assert!(symptoms > 10, "{junit}");
    let stored = report::read(&report::json(run).unwrap()).unwrap();
    assert_eq!(report::text(&stored), text);
    // Wherever it is told, every check in which it shows is named beneath it.
    let cause = told.iter().find(|told| told.symptoms.len() > 20).unwrap();
    let summary = report::summary(run);
    let message =
        results.iter().map(|result| result["message"]["text"].as_str().unwrap()).max_by_key(|text| text.len());
    for (checked, _) in &cause.symptoms {
        for told in [&text, &html, &summary, &junit, message.unwrap()] {
            assert!(told.contains(checked.id), "{}", checked.id);
        }
    }
}
