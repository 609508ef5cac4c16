//! The `countersign` command.

use clap::Parser;

/// Conformance tests for OAuth 2.0 token endpoints.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, arg_required_else_help = true)]
struct Arguments {}

fn main() {
    Arguments::parse();
}
