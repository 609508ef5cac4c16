//! `countersign explain`.

use super::arguments::ExplainArguments;
use super::{CommandError, Terminal};
use countersign_harness::catalogue::statement;
use countersign_harness::check::Check;
use countersign_harness::checks::{check, faults};
use countersign_harness::exit::Exit;
use countersign_harness::reference::defect;
use countersign_harness::report::explain_statement;

pub(super) fn run(arguments: &ExplainArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let id = arguments.id.as_str();
    let fault = || faults().find(|(fault, ..)| fault == id);
    if let Some(check) = check(id) {
        page(check, terminal)?;
    } else if let Some(statement) = statement(id) {
        write!(terminal.out, "{}", explain_statement(statement))?;
    } else if let Some((id, check, fault)) = fault() {
        writeln!(terminal.out, "{id}: a server that {}\nFound by {}\n", fault.says, check.id)?;
    } else if let Some(says) = defect(id) {
        writeln!(terminal.out, "{id}, a class of defects of real servers: {says}\n\nFaults that stand for it:\n")?;
        for (id, _, fault) in faults().filter(|(.., fault)| fault.defect == Some(id)) {
            writeln!(terminal.out, "- {id}: {}", fault.says)?;
        }
    } else {
        return Err(CommandError::UnknownId(id.to_owned()));
    }
    Ok(Exit::Conforms)
}

fn page(check: &'static Check, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    writeln!(terminal.out, "# {}\n\n{}\n\nStatements:\n", check.id, check.page())?;
    for statement in check.statements() {
        writeln!(terminal.out, "- {} ({}): {}", statement.id, statement.source, statement.requirement)?;
    }
    writeln!(terminal.out, "\nFaults that it finds (`countersign serve --fault ID`):\n")?;
    for fault in check.faults {
        writeln!(terminal.out, "- {}/{}: {}", check.id, fault.variant, fault.says)?;
    }
    Ok(())
}
