//! What cargo alone cannot do: build the wasm, run the demo, run every test.

mod bench;
mod browser;
mod cargo;
mod debian;
mod demo;
mod deny;
mod javascript;
mod long;
mod parts;
mod python;
mod report;
mod suite;
mod tool;
mod wasm;

use clap::{Parser, Subcommand};
use countersign_tests::Result;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  cargo xtask demo                        a real authorization server, a Worker, and what its API answers
  cargo xtask test                        every test of every part
  cargo xtask test --only end-to-end      one part; --list names them
  cargo xtask test --long                 the long parts too: fuzzing and mutants
  cargo xtask build-wasm                  the module of the npm package, and its size
  cargo xtask bench                       time, size, start and memory beside the peers
  cargo xtask lint                        formatting, lints, licences";

/// What cargo alone cannot do: build the wasm, run the demo, run every test.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the wasm module and its glue into pkg/wasm, and print their size
    BuildWasm {
        /// The compiler to build with, instead of the first one that works
        #[arg(long, value_enum, value_name = "TOOLCHAIN")]
        toolchain: Option<wasm::Toolchain>,
    },
    /// Protect an API in workerd with the package, and call it with tokens of a real authorization server
    Demo,
    /// Run every test of every part
    Test {
        /// Run this part only; may be repeated
        #[arg(long, value_name = "PART", value_parser = parts::names())]
        only: Vec<String>,
        /// Run the long parts too: fuzzing, and changes of the rules that a test has to notice
        #[arg(long)]
        long: bool,
        /// How long each target is fuzzed
        #[arg(long, value_name = "SECONDS", default_value_t = long::DEFAULT_SECONDS)]
        fuzz_seconds: u32,
        /// List the parts and run nothing
        #[arg(long)]
        list: bool,
    },
    /// Measure the package beside its peers, in every runtime; takes several minutes
    Bench {
        /// Also write the results into pkg/BENCHMARKS.md
        #[arg(long)]
        publish: bool,
        /// How many different tokens to verify where memory is measured [default: 200000; a million for what is published]
        #[arg(long, value_name = "NUMBER")]
        tokens: Option<u32>,
    },
    /// Check formatting, lints, licences and where dependencies come from
    Lint,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}

/// Whether all was as it should be.
fn run(task: Task) -> Result<bool> {
    match task {
        Task::BuildWasm { toolchain } => wasm::build(toolchain)?.within_budget().map(|()| true),
        Task::Demo => demo::run(),
        Task::Test { list: true, .. } => {
            report::parts(parts::PARTS);
            Ok(true)
        }
        Task::Test { only, long, fuzz_seconds, .. } => {
            long::set_seconds(fuzz_seconds);
            let is_chosen = |part: &&'static parts::Part| match only.is_empty() {
                true => long || !part.long,
                false => only.iter().any(|id| id == part.id),
            };
            Ok(suite::run(parts::PARTS.iter().filter(is_chosen)))
        }
        Task::Bench { publish, tokens } => {
            bench::run(publish, tokens.unwrap_or(if publish { 1_000_000 } else { 200_000 }))
        }
        Task::Lint => Ok(suite::run(parts::PARTS.iter().filter(|part| part.lint))),
    }
}
