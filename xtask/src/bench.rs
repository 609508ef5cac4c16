//! The measurements: the package beside what people verify tokens with now, in every runtime.

use crate::{report, wasm};
use countersign_tests::node::Node;
use countersign_tests::runtime::Runtime;
use countersign_tests::{Error, Result, place};
use std::process::Stdio;

/// Where the results stand in the documentation.
const PAGE: &str = "BENCHMARKS.md";

/// Runs them and shows the page of results; `publish` writes it into the package too. Memory is measured over so many tokens.
pub(crate) fn run(publish: bool, tokens: u32) -> Result<bool> {
    let node = Node::find()?;
    wasm::ready()?;
    let folder = place::tests().join("bench");
    Runtime::install_all(&node, &report::say)?;
    node.install(&folder, &report::say)?;
    report::say("measuring, which takes some minutes; what else runs on this machine disturbs it");
    let results = place::target().join("bench");
    let mut command = node.command();
    command.arg("bench.mjs").arg("--folder").arg(&results).arg("--tokens").arg(tokens.to_string()).current_dir(&folder);
    if publish {
        command.arg("--page").arg(place::package().join(PAGE));
    }
    // It speaks for itself: whoever waits for minutes wants to see how far it is.
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Error::new(format!("Node cannot be started ({error})"), "install it again"))?;
    if status.success() {
        report::say(&format!("the figures lie in {}", results.join("results.json").display()));
    }
    Ok(status.success())
}
