//! What is new, what is mended and what else changed between two runs.

use super::paint::{Paint, labelled};
use super::summary::{code, plain};
use super::{Checked, Run, Status};
use crate::catalogue::{Level, Severity, statement};
use crate::run::Finding;
use anstyle::AnsiColor;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::{self, Write as _};

/// Two runs, held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The two runs, each by its name and its token endpoint.
    pub runs: [String; 2],
    /// Statements that are broken now and were not, the worst first.
    pub broken: Vec<Change>,
    /// Statements that were broken and are met.
    pub mended: Vec<Change>,
    /// Statements whose status changed in another way.
    pub changed: Vec<Change>,
    /// Checks whose verdict changed.
    pub checks: Vec<Turn>,
    /// What keeps the two runs from being compared like for like.
    pub cautions: Vec<&'static str>,
}

/// A statement with another status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The id of the statement.
    pub id: &'static str,
    /// Document and section.
    pub source: &'static str,
    /// In the earlier run.
    pub then: Status,
    /// In the later run.
    pub now: Status,
    /// What breaks it now.
    pub breach: Option<Breach>,
}

/// The worst that breaks a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// How bad it is.
    pub severity: Severity,
    /// How binding the statement is.
    pub level: Level,
    /// The check that found it.
    pub check: &'static str,
    /// What came back.
    pub actual: String,
}

/// A check with another verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The id of the check.
    pub id: &'static str,
    /// In the earlier run.
    pub then: &'static str,
    /// In the later run.
    pub now: &'static str,
}

impl Difference {
    /// From an earlier run to a later one.
    pub fn between(before: &Run, after: &Run) -> Self {
        let mut difference = Self {
            runs: [before, after].map(|run| format!("{}, {}", run.name, run.target)),
            broken: Vec::new(),
            mended: Vec::new(),
            changed: Vec::new(),
            checks: turns(before, after),
            cautions: cautions(before, after),
        };
        if before.target != after.target {
            difference.cautions.insert(0, "the runs are of two token endpoints");
        }
        let statements: HashMap<_, _> = before.requirements.iter().map(|then| (then.id, then.status)).collect();
        for now in &after.requirements {
            let Some(then) = statements.get(now.id).copied().filter(|then| *then != now.status) else { continue };
            let breach = breach(after, now.id);
            let list = match (then, now.status) {
                // What is newer than the set of statements counts as little here as for the exit status.
                (_, Status::Broken) if breach.is_some() => &mut difference.broken,
                (Status::Broken, Status::Met) => &mut difference.mended,
                _ => &mut difference.changed,
            };
            list.push(Change { id: now.id, source: now.source, then, now: now.status, breach });
        }
        difference.broken.sort_by_key(|change| Reverse(change.breach.as_ref().map(|it| (it.severity, it.level))));
        difference
    }

    /// For people at a terminal.
    pub fn text(&self) -> String {
        self.render(Paint::Plain)
    }

    /// The same with colours.
    pub fn colored_text(&self) -> String {
        self.render(Paint::Colored)
    }

    /// For a page, or a comment on a change.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        _ = self.write_markdown(&mut text);
        text
    }

    fn render(&self, paint: Paint) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        _ = self.write_text(&mut text, paint);
        text
    }

    fn write_text(&self, text: &mut String, paint: Paint) -> fmt::Result {
        let title = |color, title: &str, count: usize| format!("\n{}: {count}\n", paint.color(color, title));
        for (label, run) in ["before  ", "after   "].iter().zip(&self.runs) {
            text.write_str(&labelled(label, run))?;
        }
        if !self.cautions.is_empty() {
            text.write_str(&title(AnsiColor::Yellow, "Beware", self.cautions.len()))?;
            self.cautions.iter().try_for_each(|caution| text.write_str(&labelled("  ", caution)))?;
        }
        if !self.broken.is_empty() {
            text.write_str(&title(AnsiColor::Red, "Newly broken", self.broken.len()))?;
        }
        for (change, breach) in self.broken.iter().filter_map(|change| Some((change, change.breach.as_ref()?))) {
            let (severity, level) = (breach.severity.name(), breach.level.name());
            let was = change.then.name();
            text.write_str(&labelled(&format!("  {severity:<9} "), &format!("{} ({level}), was {was}", change.id)))?;
            text.write_str(&labelled(INDENT, &change.demand()))?;
            text.write_str(&labelled(INDENT, &format!("{}: {}", breach.check, breach.actual)))?;
        }
        if !self.mended.is_empty() {
            text.write_str(&title(AnsiColor::Green, "Mended", self.mended.len()))?;
        }
        for change in &self.mended {
            text.write_str(&labelled(&format!("  {:<18} ", change.id), &change.demand()))?;
        }
        let lists = [
            ("Otherwise changed", self.changed.len(), self.transitions()),
            ("Checks with another verdict", self.checks.len(), self.verdicts()),
        ];
        for (name, count, groups) in lists.iter().filter(|(_, count, _)| *count > 0) {
            writeln!(text, "\n{}: {count}", paint.bold(name))?;
            for ((then, now), ids) in groups {
                text.write_str(&labelled(&format!("  {then} -> {now}  "), &ids.join(", ")))?;
            }
        }
        writeln!(text, "\n{}", self.sentence())
    }

    fn write_markdown(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "## {}\n", self.sentence())?;
        for (label, run) in ["before", "after"].iter().zip(&self.runs) {
            writeln!(text, "- {label}: {}", code(run))?;
        }
        self.cautions.iter().try_for_each(|caution| writeln!(text, "- beware: {caution}"))?;
        if !self.broken.is_empty() {
            writeln!(text, "\n### Newly broken\n\n| severity | level | statement | demands | was | check | actual |")?;
            writeln!(text, "| --- | --- | --- | --- | --- | --- | --- |")?;
        }
        for (change, breach) in self.broken.iter().filter_map(|change| Some((change, change.breach.as_ref()?))) {
            let cells = [
                breach.severity.name().to_owned(),
                breach.level.name().to_owned(),
                plain(change.id),
                plain(&change.demand()),
                change.then.name().to_owned(),
                plain(breach.check),
                code(&breach.actual),
            ];
            writeln!(text, "| {} |", cells.join(" | "))?;
        }
        if !self.mended.is_empty() {
            writeln!(text, "\n### Mended\n")?;
        }
        for change in &self.mended {
            writeln!(text, "- {}: {}", plain(change.id), plain(&change.demand()))?;
        }
        for (name, groups) in
            [("Otherwise changed", self.transitions()), ("Checks with another verdict", self.verdicts())]
        {
            if !groups.is_empty() {
                writeln!(text, "\n### {name}\n")?;
            }
            for ((then, now), ids) in groups {
                writeln!(text, "- {then} → {now}: {}", plain(&ids.join(", ")))?;
            }
        }
        Ok(())
    }

    fn sentence(&self) -> String {
        let [broken, mended, changed] = [&self.broken, &self.mended, &self.changed].map(Vec::len);
        if broken + mended + changed == 0 {
            return "No statement has another status.".into();
        }
        format!("{broken} newly broken, {mended} mended, {changed} otherwise changed")
    }

    /// What changed in neither way, by how.
    fn transitions(&self) -> Groups {
        let rank = |status: Status| Status::ALL.iter().position(|other| *other == status);
        let mut changed: Vec<_> = self.changed.iter().collect();
        changed.sort_by_key(|change| (rank(change.now), rank(change.then)));
        grouped(changed.into_iter().map(|change| ((change.then.name(), change.now.name()), change.id)))
    }

    /// Checks by how their verdict turned.
    fn verdicts(&self) -> Groups {
        let mut checks: Vec<_> = self.checks.iter().collect();
        checks.sort_by_key(|turn| (VERDICTS.iter().position(|verdict| *verdict == turn.now), turn.then));
        grouped(checks.into_iter().map(|turn| ((turn.then, turn.now), turn.id)))
    }
}

/// What belongs to a statement stands below its id.
const INDENT: &str = "            ";

/// The worst first; any other word is as good as these.
const VERDICTS: [&str; 5] = ["failed", "inconclusive", "skipped", "waived", "passed"];

/// Ids by what they were and what they are.
type Groups = Vec<((&'static str, &'static str), Vec<&'static str>)>;

fn grouped(items: impl Iterator<Item = ((&'static str, &'static str), &'static str)>) -> Groups {
    let mut groups = Groups::new();
    for (way, id) in items {
        match groups.last_mut().filter(|(last, _)| *last == way) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((way, vec![id])),
        }
    }
    groups
}

impl Change {
    /// Where it stands and what it demands; a statement of another version's catalogue has no words here.
    fn demand(&self) -> String {
        let words = statement(self.id).map(|statement| format!(": {}", statement.requirement));
        format!("{}{}", self.source, words.unwrap_or_default())
    }
}

/// The worst finding that breaks a statement and counts.
fn breach(run: &Run, id: &str) -> Option<Breach> {
    let breaks = |(_, finding): &(&Checked, &Finding)| finding.requirement.as_deref() == Some(id) && !finding.newer;
    let (checked, finding) =
        run.findings().filter(breaks).min_by_key(|(_, finding)| Reverse((finding.level, finding.severity)))?;
    let (severity, level) = (finding.severity, finding.level);
    Some(Breach { severity, level, check: checked.id, actual: finding.actual.clone() })
}

fn turns(before: &Run, after: &Run) -> Vec<Turn> {
    let then: HashMap<_, _> = before.checks.iter().map(|checked| (checked.id, checked.verdict())).collect();
    let turn = |checked: &Checked| {
        let (then, now) = (then.get(checked.id).copied().unwrap_or("not run"), checked.verdict());
        (then != now).then_some(Turn { id: checked.id, then, now })
    };
    after.checks.iter().filter_map(turn).collect()
}

/// What keeps runs from being held against each other, whichever server they are of.
pub(super) fn cautions(one: &Run, other: &Run) -> Vec<&'static str> {
    let differ = [
        (one.tool.catalogue != other.tool.catalogue, "the runs were held against two editions of the catalogue"),
        (one.profiles != other.profiles, "the runs apply different profiles"),
        (one.statements != other.statements, "the runs are pinned to different sets of statements"),
        (!one.complete || !other.complete, "a run was ended early"),
    ];
    differ.into_iter().filter(|(differs, _)| *differs).map(|(_, caution)| caution).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::check;
    use crate::testing::*;
    use crate::wire::Response;
    use serde_json::{Value, json};

    async fn run(keys: Value) -> Run {
        let set = Response::json(200, &json!({"keys": keys}));
        let server = canned(move |request| (request.path() == "/jwks").then(|| set.clone()));
        server.run(check("keys/set").unwrap()).await
    }

    /// A secret that is published is worse than a key id that stands twice.
    #[tokio::test]
    async fn what_is_worse_stands_first() {
        let key = json!({"kty": "EC", "kid": "1", "use": "sig"});
        let (right, wrong) = (json!([key]), json!([key, key, {"kty": "oct", "kid": "2", "k": "AA"}]));
        let difference = Difference::between(&run(right).await, &run(wrong).await);
        let severities: Vec<_> = difference.broken.iter().map(|it| it.breach.as_ref().unwrap().severity).collect();
        assert!(severities.len() > 1 && severities.first() > severities.last(), "{severities:?}");
        assert!(severities.is_sorted_by(|one, other| one >= other), "{severities:?}");
    }
}
