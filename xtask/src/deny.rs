//! `cargo deny`: licences, bans and sources. Its advisories need a database that not every machine can reach.

use crate::cargo;
use crate::suite::Tally;
use crate::tool::Tool;
use countersign_tests::{Result, place};

const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// Checks the licences, bans and sources of `deny.toml`.
pub(crate) fn check(tally: &mut Tally) -> Result<()> {
    let program = DENY.find()?;
    let mut command = std::process::Command::new(program);
    // Called as cargo calls its subcommands.
    command.arg("deny").args([
        "--all-features",
        "--workspace",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    cargo::finish(command.current_dir(place::root()))?
        .or_fail("a dependency is not allowed", "replace it, or allow it in `deny.toml` with the reason")?;
    tally.passed += 3;
    Ok(())
}
