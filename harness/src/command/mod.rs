//! What the command line can ask for.

mod arguments;
mod check;
mod choice;
mod compare;
mod demo;
mod diff;
mod doctor;
mod error;
mod evidence;
mod explain;
mod init;
mod kept_arguments;
mod list;
mod metadata;
mod orphans;
mod output;
mod progress;
mod replay;
mod report;
mod serve;
mod signal;
mod snapshots;
mod source;
mod stored;
mod token;
mod verify_report;

pub(crate) use arguments::Arguments;
use arguments::Command;
use clap::CommandFactory as _;
use countersign_harness::exit::Exit;
use countersign_harness::target::Config;
use countersign_harness::wire::escaped;
use error::CommandError;
use std::io::Write;

/// Where the command writes to.
pub(crate) struct Terminal<'a> {
    /// Results.
    pub(crate) out: &'a mut dyn Write,
    /// Everything else.
    pub(crate) err: &'a mut dyn Write,
    /// Whether results have colours.
    pub(crate) color: bool,
}

/// Does what is asked for, and says how it ended.
pub(crate) fn run(arguments: Arguments, terminal: &mut Terminal<'_>) -> Exit {
    let outcome = runtime().and_then(|runtime| runtime.block_on(dispatch(arguments, terminal)));
    outcome.unwrap_or_else(|error| {
        // Where even this cannot be written, the status alone has to say it.
        _ = writeln!(terminal.err, "error: {}", escaped(&error.to_string()));
        error.exit()
    })
}

async fn dispatch(arguments: Arguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    signal::tell_of_large_files();
    match arguments.command {
        Command::Check(mut arguments) => {
            arguments.complete();
            check::run(&arguments, terminal).await
        }
        Command::Serve(arguments) => serve::run(&arguments, terminal).await,
        Command::Demo(arguments) => demo::run(&arguments, terminal).await,
        Command::List(arguments) => list::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Init(arguments) => init::run(&arguments, terminal).await,
        Command::Doctor(arguments) => doctor::run(&arguments, terminal).await,
        Command::Token(arguments) => token::run(&arguments, terminal).await,
        Command::Replay(arguments) => Box::pin(replay::run(&arguments, terminal)).await,
        Command::Report(arguments) => report::run(&arguments, terminal),
        Command::Diff(arguments) => diff::run(&arguments, terminal),
        Command::Compare(arguments) => compare::run(&arguments, terminal),
        Command::Completions { shell } => completions(shell, terminal),
        Command::Schema => {
            write!(terminal.out, "{}", Config::schema()?)?;
            Ok(Exit::Conforms)
        }
        Command::Snapshot { command } => snapshots::run(command, terminal),
        Command::VerifyReport(arguments) => verify_report::run(&arguments, terminal),
    }
}

/// To a buffer first: the library does not say what became of its output.
fn completions(shell: clap_complete::Shell, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "countersign", &mut script);
    terminal.out.write_all(&script)?;
    Ok(Exit::Conforms)
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CommandError::Runtime)
}
