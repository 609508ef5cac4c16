//! The `countersign` command: it parses, runs, renders and ends; everything else is in the library.

mod command;

use clap::Parser;
use command::{Arguments, Terminal};
use countersign_harness::exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A panic is a bug in the tool: one sentence and its own status, not a backtrace with somebody's secret in it.
    std::panic::set_hook(Box::new(|_| ()));
    let ended = std::panic::catch_unwind(|| run(arguments));
    ExitCode::from(ended.unwrap_or_else(|_| bug()) as u8)
}

fn run(arguments: Arguments) -> Exit {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let mut terminal = Terminal { out: &mut out, err: &mut err };
    command::run(arguments, &mut terminal)
}

#[expect(clippy::print_stderr, reason = "the rim: nothing else is left that could say it")]
fn bug() -> Exit {
    eprintln!("error: a bug in the tool; please report it with the command line");
    Exit::Bug
}
