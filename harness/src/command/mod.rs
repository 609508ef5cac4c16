//! What the command line can ask for.

mod arguments;
mod check;
mod demo;
mod error;
mod explain;
mod list;
mod output;
mod progress;
mod run_folder;
mod serve;
mod signal;
mod source;

pub(crate) use arguments::Arguments;
use arguments::Command;
use countersign_harness::exit::Exit;
use error::CommandError;
use std::io::Write;

/// Where the command writes to.
pub(crate) struct Terminal<'a> {
    /// Results.
    pub(crate) out: &'a mut dyn Write,
    /// Everything else.
    pub(crate) err: &'a mut dyn Write,
}

/// Does what is asked for, and says how it ended.
pub(crate) fn run(arguments: Arguments, terminal: &mut Terminal<'_>) -> Exit {
    let outcome = runtime().and_then(|runtime| runtime.block_on(dispatch(arguments, terminal)));
    outcome.unwrap_or_else(|error| {
        // Where even this cannot be written, the status alone has to say it.
        _ = writeln!(terminal.err, "error: {error}");
        error.exit()
    })
}

async fn dispatch(arguments: Arguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    match arguments.command {
        Command::Check(arguments) => check::run(&arguments, terminal).await,
        Command::Serve(arguments) => serve::run(&arguments, terminal).await,
        Command::Demo(arguments) => demo::run(&arguments, terminal).await,
        Command::List(arguments) => list::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CommandError::Runtime)
}
