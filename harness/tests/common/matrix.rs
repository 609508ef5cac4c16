//! The kill matrix: which checks find which fault.

use super::{CASES, CONFIG, options, run, run_as};
use countersign_harness::check::Check;
use countersign_harness::checks::faults;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{Fault, Registry};
use countersign_harness::report::Judgement;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Runtime;

/// A fault with its id and the check that finds it.
pub(crate) type Row = (String, &'static Check, &'static Fault);

/// What came of one fault.
struct Trial {
    /// Its row of the matrix.
    row: String,
    /// Why it counts as not found.
    missed: Option<String>,
    /// What was found broken.
    broken: Vec<Broken>,
}

/// A check, and a statement that it found broken.
pub(crate) type Broken = (&'static str, String);

/// What came of every fault.
pub(crate) struct Matrix {
    /// A row for each, with the checks that find it besides its own, of those that are run against it.
    pub(crate) rows: String,
    /// What any of them broke.
    pub(crate) broken: BTreeSet<Broken>,
}

async fn trial((id, check, fault): &Row, selection: fn(&Check) -> Vec<&'static Check>) -> Trial {
    let completed = run(Some(fault.deviation), &selection(check), &options(fault.level)).await;
    let found = completed.run.checks.iter().find(|checked| checked.id == check.id).unwrap();
    let mut broken = Vec::new();
    for checked in &completed.run.checks {
        for requirement in checked.findings().filter_map(|finding| finding.requirement.as_deref()) {
            assert!(checked.requirements.contains(&requirement), "{id}: {} names {requirement}", checked.id);
            broken.push((checked.id, requirement.to_owned()));
        }
    }
    let level = found.finding.as_ref().map(|finding| finding.level);
    let missed = (Exit::of(&completed.run) != Exit::Broken || level != Some(fault.level))
        .then(|| format!("{id}: {:?} {level:?} {:?}", found.outcome, found.reason));
    let others =
        completed.run.checks.iter().filter(|checked| checked.outcome == Judgement::Fail && checked.id != check.id);
    let others: Vec<_> = others.map(|checked| checked.id).collect();
    let (defect, also) = (fault.defect.unwrap_or("   "), if others.is_empty() { "" } else { "  also " });
    Trial { row: format!("{defect} {id}{also}{}", others.join(", ")), missed, broken }
}

/// What comes of each fault, tried on so many threads that share them: each run is on one thread alone.
pub(crate) fn each_fault<T: Send>(threads: usize, trial: impl Fn(&Runtime, &Row) -> T + Sync) -> Vec<T> {
    let faults: Vec<_> = faults().collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut trials = Vec::new();
        while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
            trials.push(trial(&runtime, fault));
        }
        trials
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Threads of a matrix, whose runs take no time but what they compute.
const THREADS: usize = 2;

/// Each fault is found by its own check, at its level; and every finding names a statement that its check claims to judge.
pub(crate) fn matrix(selection: fn(&Check) -> Vec<&'static Check>) -> Matrix {
    let mut trials = each_fault(THREADS, |runtime, fault| runtime.block_on(trial(fault, selection)));
    trials.sort_by(|one, other| one.row[4..].cmp(&other.row[4..]));
    let missed: Vec<_> = trials.iter().filter_map(|trial| trial.missed.as_deref()).collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let rows = trials.iter().map(|trial| trial.row.as_str()).collect::<Vec<_>>().join("\n");
    Matrix { rows, broken: trials.into_iter().flat_map(|trial| trial.broken).collect() }
}

/// The faults that their checks miss with their listed cases alone, and find with generated values.
pub(crate) async fn found_by_generated_values() -> String {
    let mut found = Vec::new();
    for (id, check, fault) in faults() {
        if !is_found(check, fault, 0).await && is_found(check, fault, CASES).await {
            found.push(id);
        }
    }
    found.sort();
    found.join("\n")
}

/// Whether the check alone finds the fault with so many generated values.
async fn is_found(check: &'static Check, fault: &Fault, cases: u32) -> bool {
    let options = options(fault.level);
    let completed = run_as(Registry.clients(), Some(fault.deviation), &[check], &options, CONFIG, cases).await;
    completed.run.checks[0].outcome == Judgement::Fail
}
