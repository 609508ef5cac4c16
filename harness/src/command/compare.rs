//! `countersign report`, `diff` and `compare`: what can be said of runs that were kept.

use super::arguments::{CompareArguments, DiffArguments, ListFormat, ReportArguments};
use super::output::{is_writable, render, write_file};
use super::stored::StoredRun;
use super::{CommandError, Terminal};
use countersign_harness::exit::Exit;
use countersign_harness::report::{Difference, colored_comparison, comparison_markdown, comparison_text};

/// A stored run in any format.
pub(super) fn report(arguments: &ReportArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let stored = StoredRun::read(&arguments.run)?;
    let exchanges = stored.exchanges()?;
    arguments.output.iter().try_for_each(|(_, path)| is_writable(path))?;
    for (format, path) in &arguments.output {
        write_file(path, &render(&stored.run, &exchanges, *format)?)?;
    }
    if arguments.output.is_empty() || arguments.format.is_some() {
        let format = arguments.format.unwrap_or(super::arguments::Format::Text);
        write!(terminal.out, "{}", render(&stored.run, &exchanges, format)?)?;
    }
    Ok(Exit::Conforms)
}

/// From one run to another.
pub(super) fn diff(arguments: &DiffArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let (before, after) = (StoredRun::read(&arguments.before)?, StoredRun::read(&arguments.after)?);
    let difference = Difference::between(&before.run, &after.run);
    let text = match arguments.format {
        ListFormat::Text if terminal.color => difference.colored_text(),
        ListFormat::Text => difference.text(),
        ListFormat::Markdown => difference.markdown(),
    };
    write!(terminal.out, "{text}")?;
    Ok(if difference.broken.is_empty() { Exit::Conforms } else { Exit::Broken })
}

/// Several servers.
pub(super) fn compare(arguments: &CompareArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
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
