//! The verdict in a word and in a sentence.

use super::Run;
use crate::exit::Exit;

/// A word for a heading.
pub(super) fn word(run: &Run) -> &'static str {
    match (run.complete, Exit::of(run)) {
        (_, Exit::Broken) => "Broken",
        (false, _) => "Incomplete",
        (_, Exit::Conforms) => "Conforms",
        (_, Exit::NothingTested) => "Nothing tested",
        (_, Exit::Outdated) => "Outdated",
        (..) => "Inconclusive",
    }
}

/// Why a verdict of these checks is worth something.
pub(super) fn proof(run: &Run) -> String {
    let (faults, odd) = (run.faults(), run.tool.odd_servers);
    format!(
        "Proof of the checks: they find {faults} deliberate faults, and fail none of {odd} odd servers that are right."
    )
}

/// What is to be done about waivers that no longer hold.
pub(super) fn expired(run: &Run) -> Option<String> {
    let checks = run.expired_waivers.join(", ");
    match run.expired_waivers.len() {
        0 => None,
        1 => Some(format!("The waiver of {checks} has expired; renew it, or remove it.")),
        number => Some(format!("{number} waivers have expired: {checks}; renew them, or remove them.")),
    }
}

/// What the word means here.
pub(super) fn sentence(run: &Run) -> String {
    let numbers = &run.summary;
    let level = run.fail_on.name();
    let said = match word(run) {
        "Broken" => format!("{} of {} checks failed.", numbers.failed, numbers.checks),
        "Incomplete" => "The run was ended before every check had come to its end.".to_owned(),
        "Conforms" => format!("No statement of level `{level}` or above was found broken."),
        "Nothing tested" => "No check could judge anything.".to_owned(),
        "Outdated" => "A waiver is stale or expired, or the server differs from its snapshot.".to_owned(),
        _ => {
            let open = run.checks.iter().filter(|checked| checked.is_undecided(run.fail_on)).count();
            format!("{open} of {} checks could not judge everything.", numbers.checks)
        }
    };
    if run.complete || word(run) == "Incomplete" { said } else { format!("{said} The run was ended early.") }
}
