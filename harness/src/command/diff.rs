//! `countersign diff`: from one run to another.

use super::arguments::{DiffArguments, ListFormat};
use super::stored::StoredRun;
use super::{CommandError, Terminal};
use countersign_harness::exit::Exit;
use countersign_harness::report::Difference;

/// Tells what is new, mended and changed; what is newly broken decides the status.
pub(super) fn run(arguments: &DiffArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
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
