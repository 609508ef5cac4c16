//! `countersign replay`: one check of a run again, from the configuration and the seed of that run.

use super::arguments::{Arguments, Command, ReplayArguments};
use super::stored::StoredRun;
use super::{CommandError, Terminal, check, demo};
use clap::Parser as _;
use countersign_harness::exit::Exit;
use countersign_harness::shell;

pub(super) async fn run(arguments: &ReplayArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let stored = StoredRun::read(&arguments.run)?;
    let (run, id) = (&stored.run, arguments.id.as_str());
    if !run.checks.iter().any(|checked| checked.id == id) {
        return Err(CommandError::NoCase { run: run.name.clone(), id: id.to_owned() });
    }
    let seed = run.seed.to_string();
    let words = std::iter::once("countersign").chain(run.command.iter().map(String::as_str));
    let words = words.chain(["--only", id, "--seed", &seed]);
    let no_command = || CommandError::NoRun {
        path: stored.folder.clone(),
        cause: "it does not say which command it was made by".into(),
    };
    // A run from elsewhere may be anybody's: it names a server and the variables whose secrets are sent to it.
    if !stored.is_kept_here() {
        return Err(CommandError::FromElsewhere { command: shell::line(words.clone()) });
    }
    // It can name a configuration and limits, and nothing is written to a place of its choice.
    match Arguments::try_parse_from(words).map_err(|_| no_command())?.command {
        Command::Check(arguments) if arguments.output.is_empty() => check::run(&arguments, terminal).await,
        Command::Demo(arguments) => demo::run(&arguments, terminal).await,
        _ => Err(no_command()),
    }
}
