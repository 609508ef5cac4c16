//! `countersign report`: a stored run in any format.

use super::arguments::{Format, ReportArguments};
use super::output::{is_writable, render, write_file};
use super::stored::StoredRun;
use super::{CommandError, Terminal};
use countersign_harness::exit::Exit;

/// Writes each format that is asked for; text to the terminal, if none is.
pub(super) fn run(arguments: &ReportArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let stored = StoredRun::read(&arguments.run)?;
    let exchanges = stored.exchanges()?;
    arguments.output.iter().try_for_each(|(_, path)| is_writable(path))?;
    for (format, path) in &arguments.output {
        write_file(path, &render(&stored.run, &exchanges, *format)?)?;
    }
    if arguments.output.is_empty() || arguments.format.is_some() {
        let format = arguments.format.unwrap_or(Format::Text);
        write!(terminal.out, "{}", render(&stored.run, &exchanges, format)?)?;
    }
    Ok(Exit::Conforms)
}
