//! The harness as a library: the test that README.md shows, as it stands there, and what goes wrong around it.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::Folder;
use countersign_harness::checks::faults;
use countersign_harness::conformance::ConformanceError;
use countersign_harness::reference::Registry;

// What README.md shows begins here.
use countersign_harness::conformance::Conformance;
use countersign_harness::exit::Exit;

#[tokio::test]
async fn our_token_endpoint() -> Result<(), Box<dyn std::error::Error>> {
    let completed = Conformance::of_text(configuration(&serve()))
        .variable("REPORTS_JOB_SECRET", SECRET)
        .skip("expiry/*") // They wait until a token expires.
        .run()
        .await?;
    for snapshot in &completed.snapshots {
        insta::assert_snapshot!(snapshot.name.as_str(), snapshot.body());
    }
    assert_eq!(completed.exit(), Exit::Conforms, "{}", completed.text());
    Ok(())
}
// And ends here.

/// The published example of the reference server's client.
const SECRET: &str = "example-secret-of-reports-job";

fn serve() -> String {
    common::command::serve(None, 3600)
}

fn configuration(issuer: &str) -> String {
    format!(
        "[target]\nissuer = \"{issuer}\"\nallow_http = true\n\
         [client]\nid = \"reports-job\"\nsecret = \"env:REPORTS_JOB_SECRET\"\nscopes = [\"read\", \"write\"]\n"
    )
}

#[test]
fn the_readme_shows_this_test() {
    let (this, readme) = (include_str!("library.rs"), include_str!("../README.md"));
    let shown = this.split("begins here.\n").nth(1).unwrap().split("// And ends here.").next().unwrap();
    assert!(readme.contains(&format!("```rust\n{shown}```\n")), "README.md is to show:\n{shown}");
}

/// A configuration in a file, secrets from where it says, a server that is wrong.
#[tokio::test]
async fn a_wrong_server_breaks_the_test_and_the_report_says_why() {
    let folder = Folder::new("library");
    let (_, _, fault) = faults().find(|(id, ..)| id == "success/body/expires-in-string").unwrap();
    folder.configure(
        &configuration(&common::command::serve(Some(fault.deviation), 3600))
            .replace("env:REPORTS_JOB_SECRET", "file:secret"),
    );
    std::fs::write(folder.0.join("secret"), SECRET).unwrap();
    let run = Conformance::of_file(folder.0.join("countersign.toml")).only("success/body").seed(3);
    let completed = run.run().await.unwrap();
    assert_eq!(completed.exit(), Exit::Broken);
    assert!(
        completed.text().contains("RFC6749-A.14-01") && completed.text().contains("seed 3"),
        "{}",
        completed.text()
    );
    // The type shows in the snapshot as well.
    assert!(completed.snapshots[0].body().contains("\nexpires_in: [string]\n"), "{}", completed.snapshots[0].body());
}

#[tokio::test]
async fn what_keeps_a_test_from_its_run_is_an_error() {
    let with = |text: String| Conformance::of_text(text);
    let closed = configuration("http://127.0.0.1:1");
    let said = async |run: Conformance| run.run().await.unwrap_err().to_string();
    let nothing = with(closed.clone()).only("no/such").run().await;
    assert!(matches!(nothing, Err(ConformanceError::NothingSelected)));
    let unset = said(with(closed.clone())).await;
    assert!(unset.starts_with("the configuration, line 6, key `secret`: ") && unset.contains("is not set"), "{unset}");
    let unreachable = said(with(closed).variable("REPORTS_JOB_SECRET", SECRET)).await;
    assert!(unreachable.contains("nothing answers at 127.0.0.1:1") && !unreachable.contains(SECRET), "{unreachable}");
    let missing = said(Conformance::of_file("none.toml")).await;
    assert!(missing.starts_with("none.toml cannot be read"), "{missing}");
    assert!(Registry.all().iter().any(|client| client.secret == SECRET));
}
