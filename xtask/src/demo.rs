//! The demo: a real authorization server, a Worker in workerd that protects an API with the package, and what it answers.

use crate::{report, wasm};
use countersign_tests::Result;
use countersign_tests::application::Application;
use countersign_tests::node::Node;
use countersign_tests::runtime::WORKERD;
use countersign_tests::scenario::{ROWS, Stage};

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
    Ok(right == ROWS.len())
}
