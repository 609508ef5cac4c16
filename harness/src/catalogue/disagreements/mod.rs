//! Where the documents disagree, and what a broken statement is worth under the profiles of a run.
//!
//! A check says what it saw and which statement that breaks. Whether the statement counts where the profiles of the run
//! stand is decided here and nowhere else: no check asks for a profile.

mod table;
#[cfg(test)]
mod tests;

pub use table::DISAGREEMENTS;

use crate::target::Profile;

/// Something about which the documents do not say the same.
#[derive(Debug)]
pub struct Disagreement {
    /// What it is about.
    pub about: &'static str,
    /// Document and section, and what stands there.
    pub documents: &'static [(&'static str, &'static str)],
    /// What a run makes of it.
    pub decision: Decision,
}

/// Who decides.
#[derive(Debug)]
pub enum Decision {
    /// The profiles of the run, statement by statement.
    ByProfile(&'static [Ruling]),
    /// Nobody has to choose: under every profile these statements are judged so.
    Alike(&'static str, &'static [&'static str]),
    /// No check; the reason.
    Unjudged(&'static str),
}

/// What one statement is worth.
#[derive(Debug)]
pub struct Ruling {
    /// The statement.
    pub statement: &'static str,
    /// The first of these profiles that the run has chosen decides.
    pub under: &'static [(Profile, Worth)],
    /// If it has chosen none of them.
    pub otherwise: Worth,
}

/// What a broken statement is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// As much as its keyword says.
    Counts,
    /// It is to be known, and no more.
    Note,
    /// It is not judged.
    Unjudged,
}

/// Documents that bind whoever chose their profile; to others, what they demand is a note. RFC 6749 is the ground of all.
const BY_CHOICE: [(&str, Profile); 3] =
    [("OA21-", Profile::Oauth21), ("RFC9700-", Profile::Bcp9700), ("RFC7523BIS-", Profile::Bis7523)];

/// What the statement with this id is worth to a run with these profiles.
pub fn worth(id: &str, profiles: &[Profile]) -> Worth {
    let Some((under, otherwise)) = ruling(id) else { return Worth::Counts };
    let chosen = under.into_iter().find(|(profile, _)| profiles.contains(profile));
    chosen.map_or(otherwise, |(_, worth)| worth)
}

/// What profiles decide of this statement, if they decide anything.
fn ruling(id: &str) -> Option<(Vec<(Profile, Worth)>, Worth)> {
    if let Some(ruling) = rulings().find(|ruling| ruling.statement == id) {
        return Some((ruling.under.to_vec(), ruling.otherwise));
    }
    let (_, profile) = BY_CHOICE.into_iter().find(|(document, _)| id.starts_with(document))?;
    Some((vec![(profile, Worth::Counts)], Worth::Note))
}

fn rulings() -> impl Iterator<Item = &'static Ruling> {
    DISAGREEMENTS.iter().flat_map(|row| match row.decision {
        Decision::ByProfile(rulings) => rulings,
        Decision::Alike(..) | Decision::Unjudged(_) => &[],
    })
}

/// In a sentence, what the profiles make of this statement; none if they decide nothing.
pub fn told(id: &str) -> Option<String> {
    let (under, otherwise) = ruling(id)?;
    let under: Vec<_> =
        under.iter().map(|(profile, worth)| format!("{} under `{}`", worth.name(), profile.name())).collect();
    Some(format!("{}, {} otherwise", under.join(", "), otherwise.name()))
}

impl Worth {
    fn name(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Note => "a note",
            Self::Unjudged => "not judged",
        }
    }
}

impl Decision {
    /// For people, in Markdown.
    pub fn told(&self) -> String {
        match self {
            Self::Alike(how, statements) => format!("{how} ({})", statements.join(" ")),
            Self::Unjudged(why) => format!("Not judged: {why}"),
            Self::ByProfile(rulings) => {
                let told = rulings.iter().filter_map(|of| Some(format!("{}: {}", of.statement, told(of.statement)?)));
                told.collect::<Vec<_>>().join("; ")
            }
        }
    }
}
