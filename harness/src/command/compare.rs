//! `countersign compare`: several servers side by side.

use super::arguments::{CompareArguments, ListFormat};
use super::stored::StoredRun;
use super::{CommandError, Terminal};
use countersign_harness::exit::Exit;
use countersign_harness::report::{colored_comparison, comparison_markdown, comparison_text};

/// Tells what each server does differently.
pub(super) fn run(arguments: &CompareArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let runs = arguments.runs.iter().map(|name| StoredRun::read(name).map(|stored| stored.run));
    let runs = runs.collect::<Result<Vec<_>, _>>()?;
    let text = match arguments.format {
        ListFormat::Text if terminal.color => colored_comparison(&runs),
        ListFormat::Text => comparison_text(&runs),
        ListFormat::Markdown => comparison_markdown(&runs),
    };
    write!(terminal.out, "{text}")?;
    Ok(Exit::Conforms)
}
