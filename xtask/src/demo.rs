//! The demo: a real authorization server, a Worker in workerd that protects an API with the package, and what it answers;
//! then the command that examines token endpoints, on the embedded server and on the real one.

use crate::{report, wasm};
use countersign_tests::application::Application;
use countersign_tests::authorization::Issuer;
use countersign_tests::node::Node;
use countersign_tests::process::Finished;
use countersign_tests::real_server::OIDC_PROVIDER;
use countersign_tests::runtime::WORKERD;
use countersign_tests::scenario::{ROWS, Stage};
use countersign_tests::{Error, Result, conformance, place};
use std::fs;

/// Plays the table. Whether every row was answered as it should be.
pub(crate) fn run() -> Result<bool> {
    let node = Node::find()?;
    wasm::ready()?;
    Stage::install(&node, &report::say)?;
    report::say("packing the package, and installing the tarball in an empty folder");
    let application = Application::install(&node)?;
    report::say("starting the authorization server (oidc-provider) and the API (workerd)");
    let stage = Stage::start(&node, &WORKERD, &application)?;
    report::say(&format!("authorization server  {}", stage.issuer()));
    report::say(&format!("API                   {}/orders", stage.api()?));
    report::table_head();
    let mut right = 0;
    for row in ROWS {
        let answer = stage.play(row)?;
        report::table_row(row, &answer);
        right += usize::from(row.expected.is(&answer));
    }
    report::conclude(&format!("{right} of {} calls were answered as they should be.", ROWS.len()));
    let examined = examine(&stage)?;
    Ok(right == ROWS.len() && examined)
}

/// A deviation that is easily read, and dangerous.
const FAULT: &str = "client-authentication/wrong-secret/prefix";

/// One run of the command: what it shows, and how it must end.
struct Examination<'a> {
    what: &'static str,
    arguments: &'a [&'a str],
    /// From the first line that begins so on the output is shown.
    from: &'static str,
    status: i32,
}

const EMBEDDED: &[Examination<'_>] = &[
    Examination {
        what: "the embedded server, which is right",
        arguments: &["demo", "--seed", "7"],
        from: "countersign against",
        status: 0,
    },
    Examination {
        what: "the embedded server with one fault",
        arguments: &["demo", "--seed", "7", "--fault", FAULT],
        from: "FAIL  ",
        status: 1,
    },
];

/// Whether every run of the command ended as it must.
fn examine(stage: &Stage) -> Result<bool> {
    report::say("building the command `countersign`");
    let command = conformance::build()?;
    let folder = place::target().join("demo");
    fs::create_dir_all(&folder)
        .map_err(|error| Error::new(format!("`{}` cannot be made ({error})", folder.display()), "make room"))?;
    let mut right = true;
    for examination in EMBEDDED {
        let finished = conformance::run(&command, &folder, examination.arguments)?;
        right &= shown(examination, &finished);
    }
    let real = Examination {
        what: "the real oidc-provider; why each finding is right stands in tests/tests/conformance/oidc_provider.rs",
        arguments: &[],
        from: "FAIL  ",
        status: 1,
    };
    let server = stage.authorization();
    let server = (&OIDC_PROVIDER, server.origin(Issuer::Real), server.secret());
    let finished = conformance::check(&command, &folder, server, &["--seed", "7"])?;
    right &= shown(&real, &finished);
    report::conclude(&format!("The runs lie in {}.", folder.join("countersign-runs").display()));
    Ok(right)
}

/// Shows what a person would see. Whether the run ended as it must.
fn shown(examination: &Examination<'_>, finished: &Finished) -> bool {
    report::conclude(&format!("Examining {}:", examination.what));
    let start = finished.stdout.find(&format!("\n{}", examination.from)).unwrap_or_default();
    report::quote(&finished.stdout[start..]);
    let right = finished.status == Some(examination.status);
    if !right {
        let ended = finished.status.map_or_else(|| "by a signal".to_owned(), |status| status.to_string());
        report::say(&format!("it ended with {ended}, and should have with {}", examination.status));
        report::quote(&finished.stderr);
    }
    right
}
