//! What a reader sees: one failing check in every format.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::{CONFIG, all, options, run};
use countersign_harness::catalogue::Level;
use countersign_harness::checks::{check, faults};
use countersign_harness::report::{self, Run};
use countersign_harness::target::Config;
use serde_json::Value;

async fn failing() -> Run {
    let (_, _, fault) = faults().find(|(id, ..)| id == "client-authentication/unknown-client/no-challenge").unwrap();
    let checks = ["client-authentication/unknown-client", "client-authentication/wrong-secret", "grant-type/missing"];
    let checks = checks.map(|id| check(id).unwrap());
    let mut run = run(Some(fault.deviation), &checks, &options(Level::Must)).await.run;
    // The numbers of all checks and faults are no matter of these formats.
    (run.tool.checks, run.tool.faults, run.tool.odd_servers) = (0, 0, 0);
    run.tool.catalogue = "0".repeat(64);
    // One row of the kill matrix tells enough, and who finds it besides is told by the matrix.
    for proved_by in run.checks.iter_mut().map(|checked| &mut checked.proved_by) {
        proved_by.truncate(1);
        proved_by.iter_mut().for_each(|proof| proof.also.truncate(1));
    }
    // The statements of the whole catalogue are in it; two tell enough.
    run.requirements.retain(|requirement| ["RFC6749-5.2-01", "RFC6749-5.2-10"].contains(&requirement.id));
    run
}

#[tokio::test]
async fn as_text() {
    insta::assert_snapshot!(report::text(&failing().await));
}

#[tokio::test]
async fn as_json() {
    insta::assert_snapshot!(report::json(&failing().await).unwrap());
}

#[tokio::test]
async fn as_junit() {
    let text = report::junit(&failing().await).unwrap();
    insta::assert_snapshot!(text);
    let document = roxmltree::Document::parse(&text).unwrap();
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!((count("testcase"), count("failure"), count("skipped"), count("error")), (3, 2, 0, 0));
}

/// A check is one case, however the checks stand: they stand as they run, and a topic comes up more than once.
#[tokio::test]
async fn each_topic_is_one_suite() {
    let mut run = failing().await;
    run.checks.swap(1, 2);
    let text = report::junit(&run).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!((count("testsuite"), count("testcase")), (2, 3), "{text}");
    assert_eq!(document.root_element().attribute("tests"), Some("3"), "{text}");
}

#[tokio::test]
async fn as_sarif() {
    let mut log: Value = serde_json::from_str(&report::sarif(&failing().await).unwrap()).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    for rule in rules {
        // The page of a check has its own test.
        assert_eq!(rule["help"]["text"], check(rule["id"].as_str().unwrap()).unwrap().page());
        rule["help"] = Value::Null;
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

#[tokio::test]
async fn as_markdown() {
    insta::assert_snapshot!(report::summary(&failing().await));
}

/// Configurations as the documentation and the commands have them.
/// Who asks by whom was tested gets an answer, whoever wrote the configuration.
#[tokio::test]
async fn the_report_says_who_tested_or_that_nobody_says() {
    let mut run = failing().await;
    let nobody = "<dt>Tested by</dt><dd>nobody who is named";
    assert!(report::html(&run, &[]).unwrap().contains(nobody));
    run.about.tester = Some("the platform team".into());
    let html = report::html(&run, &[]).unwrap();
    assert!(!html.contains(nobody) && html.contains("<dt>Tested by</dt><dd>the platform team</dd>"), "{html}");
}

fn configurations() -> Vec<Value> {
    let readme = include_str!("../../README.md");
    let shown = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let evidence = include_str!("../README.md").split("```toml\n[report]").nth(1).unwrap().split("```").next().unwrap();
    let served = countersign_harness::reference::configuration("http://127.0.0.1:1");
    let further = "[profile]\nnames = [\"oauth21\", \"7523bis\"]\nstatements = \"2026.1\"\n[[waivers]]\ncheck = \"a/b\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"2027-03-01\"\n[report]";
    let texts = [CONFIG.to_owned(), shown.to_owned(), format!("{CONFIG}{further}{evidence}"), served];
    texts.iter().map(|text| toml::from_str(text).unwrap()).collect()
}

/// An editor marks what the command would refuse.
#[test]
fn the_schema_of_the_configuration_refuses_what_the_command_refuses() {
    let schema: Value = serde_json::from_str(&Config::schema().unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let judge = |text: &str| {
        let valid = validator.is_valid(&toml::from_str(text).unwrap());
        assert!(valid || Config::parse(text, "test").is_err() || text.contains("hunter2"), "{text}");
        valid
    };
    assert!(judge(CONFIG));
    for (good, bad) in [
        ("issuer", "isuer"),
        ("env:UNUSED", "hunter2"),
        ("[limits]", "[limits]\nrequests_per_second = 0"),
        ("[limits]", "[limits]\nmax_requests = \"many\""),
        ("[limits]", "[limits]\nmax_requests = 0"),
        ("[limits]", "[limits]\ntimeout_seconds = 0"),
        ("[client]", "[companion.second]\nid = \"x\"\nscopes = [\"re ad\"]\n[client]"),
        ("[client]", "[companion.second]\nid = \"x\"\nscopes = [\"\"]\n[client]"),
        ("[client]", "[companion.second]\nid = \"x\"\nscopes = ['a\\b']\n[client]"),
        ("[client]", "[client]\nauthentication = \"digest\""),
        ("[limits]", "[companion.third]\nid = \"x\"\n[limits]"),
        ("[limits]", "[profile]\nstatements = \"2020.1\"\n[limits]"),
        ("[limits]", "[profile]\nnames = [\"oauth3\"]\n[limits]"),
        ("[limits]", "[[waivers]]\ncheck = \"a/b\"\n[limits]"),
        ("[limits]", "[[waivers]]\ncheck = \"a/b\"\nreason = \" \"\nowner = \"o\"\nexpires = \"2027-03-01\"\n[limits]"),
    ] {
        assert!(!judge(&CONFIG.replace(good, bad)), "{bad}");
    }
}

/// The published schemas are those of the code, and real output is valid against them.
#[tokio::test]
async fn the_schemas_are_current_and_hold() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/");
    let completed = run(None, all(), &options(Level::Must)).await;
    let failing = failing().await;
    let runs = vec![&completed.run, &failing].into_iter().map(|run| serde_json::to_value(run).unwrap()).collect();
    let lines = completed.exchanges.iter().map(|exchange| serde_json::to_value(exchange).unwrap()).collect::<Vec<_>>();
    let published: [(&str, String, Vec<Value>); 3] = [
        ("run.schema.json", report::run_schema().unwrap(), runs),
        ("exchange.schema.json", report::exchange_schema().unwrap(), lines),
        ("countersign.schema.json", Config::schema().unwrap(), configurations()),
    ];
    for (name, schema, instances) in published {
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(format!("{place}{name}"), &schema).unwrap();
        }
        let stored = std::fs::read_to_string(format!("{place}{name}")).unwrap();
        assert!(
            stored == schema,
            "write {name} again: UPDATE_SCHEMA=1 cargo test -p countersign-harness --test report"
        );
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        for instance in &instances {
            let errors: Vec<_> = validator.iter_errors(instance).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
        }
        assert!(!validator.is_valid(&serde_json::json!({})));
    }
}

#[tokio::test]
async fn a_stored_run_is_read_back_as_it_was() {
    let run = failing().await;
    let stored = report::json(&run).unwrap();
    assert_eq!(report::json(&report::read(&stored).unwrap()).unwrap(), stored);
    assert_eq!(report::text(&report::read(&stored).unwrap()), report::text(&run));
    let other = stored.replace("countersign/run/1", "countersign/run/2");
    assert!(report::read(&other).unwrap_err().to_string().contains("no `countersign/run/1`"));
    let unknown = stored.replace("grant-type/missing", "grant-type/from-another-version");
    assert!(report::text(&report::read(&unknown).unwrap()).contains("grant-type/from-another-version"));
}
