//! Pages that are generated from the catalogue and the checks.

use crate::catalogue::{DISAGREEMENTS, Disagreement, Statement, statements, told};
use crate::checks;
use crate::reference::DEFECTS;
use std::fmt::{self, Write as _};

/// CHECKS.md: every check with its statements and faults, and every statement with its checks, or why it has none.
pub fn checks_page() -> String {
    let mut page = String::new();
    // Writing to a String cannot fail.
    _ = write(&mut page);
    page
}

fn write(page: &mut String) -> fmt::Result {
    let covered = |id: &str| checks::ALL.iter().any(|check| check.statements.contains(&id));
    let judged = statements().iter().filter(|statement| covered(&statement.id)).count();
    writeln!(page, "# Checks\n")?;
    writeln!(
        page,
        "Written by `countersign list --format markdown`; a test compares it. `countersign explain ID` shows the page of a check.\n"
    )?;
    writeln!(page, "{} checks judge {} of {} statements.\n", checks::ALL.len(), judged, statements().len())?;
    writeln!(page, "| check | demands | statements | faults that it finds |\n| --- | --- | --- | --- |")?;
    for check in checks::ALL {
        let faults: Vec<_> = check.faults.iter().map(|fault| format!("`{}`", fault.variant)).collect();
        let (statements, faults) = (check.statements.join(" "), faults.join(" "));
        writeln!(page, "| `{}` | {} | {statements} | {faults} |", check.id, check.title())?;
    }
    disagreements(page)?;
    writeln!(page, "\n## Defects of real servers\n")?;
    writeln!(page, "| class | what is wrong there | faults that stand for it |\n| --- | --- | --- |")?;
    for (class, says) in DEFECTS {
        let faults = checks::faults().filter(|(.., fault)| fault.defect == Some(class));
        let faults: Vec<_> = faults.map(|(id, ..)| format!("`{id}`")).collect();
        writeln!(page, "| {class} | {says} | {} |", faults.join(" "))?;
    }
    writeln!(page, "\n## Statements\n")?;
    writeln!(page, "| statement | source | binds | level | demands | judged by, or why by nothing |")?;
    writeln!(page, "| --- | --- | --- | --- | --- | --- |")?;
    for Statement { id, source, keyword, binds, requirement, unjudged, .. } in statements() {
        let judges = checks::ALL.iter().filter(|check| check.statements.contains(&id.as_str()));
        let judges: Vec<_> = judges.map(|check| format!("`{}`", check.id)).collect();
        let judged = unjudged.clone().unwrap_or_else(|| judges.join(" "));
        let (level, demands) = (keyword.level(true).name(), requirement.replace('|', "\\|"));
        writeln!(page, "| {id} | {source} | {} | {level} | {demands} | {judged} |", binds.name())?;
    }
    Ok(())
}

/// What the profiles of a run decide.
fn disagreements(page: &mut String) -> fmt::Result {
    writeln!(page, "\n## Where the documents disagree\n")?;
    writeln!(
        page,
        "`--profile`, or `names` of `[profile]`, says which documents apply; RFC 6749 always does. What OAuth 2.1 (`OA21-`), \
         RFC 9700 and the draft 7523bis alone demand is a note to whoever did not choose their profile.\n"
    )?;
    writeln!(page, "| about | the documents | a run |\n| --- | --- | --- |")?;
    for Disagreement { about, documents, decision } in DISAGREEMENTS {
        let documents: Vec<_> = documents.iter().map(|(document, says)| format!("{document}: {says}")).collect();
        writeln!(page, "| {about} | {} | {} |", documents.join("; "), decision.told())?;
    }
    Ok(())
}

/// What `explain` says of a statement.
pub fn explain_statement(statement: &Statement) -> String {
    let mut page = format!("{}: {}\n\n{}\n", statement.id, statement.source, statement.requirement);
    if let Some(caution) = &statement.caution {
        page.push_str(&format!("\nMind: {caution}\n"));
    }
    if let Some(decided) = told(&statement.id) {
        page.push_str(&format!("\nBy profile: {decided}\n"));
    }
    let covers = |check: &&&crate::check::Check| check.statements.contains(&statement.id.as_str());
    let checks: Vec<_> = checks::ALL.iter().filter(covers).map(|check| check.id).collect();
    if checks.is_empty() {
        let reason = statement.unjudged.as_deref().unwrap_or_default();
        page.push_str(&format!("\nJudged by no check: {reason}\n"));
    } else {
        page.push_str(&format!("\nJudged by: {}\n", checks.join(", ")));
    }
    page
}
