//! `countersign list`.

use super::arguments::{ListArguments, ListFormat};
use super::{CommandError, Terminal};
use countersign_harness::checks;
use countersign_harness::exit::Exit;
use countersign_harness::report::checks_page;

pub(super) fn run(arguments: &ListArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    match arguments.format {
        ListFormat::Markdown => write!(terminal.out, "{}", checks_page())?,
        ListFormat::Text => {
            for check in checks::ALL {
                writeln!(terminal.out, "{:<40} {}", check.id, check.title())?;
            }
        }
    }
    Ok(Exit::Conforms)
}
