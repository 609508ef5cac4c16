//! The kill matrix: which checks were seen to find each deliberate fault of the reference server.
//!
//! It is the snapshot of the test that lets the reference server be wrong in every way, one at a time. What a check is
//! proved by stands beside the check; who finds it besides only a run can tell, and stands here.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The snapshot, which the test holds against every fault.
const SNAPSHOT: &str = include_str!("../tests/snapshots/kill_matrix__every_fault_is_found_by_its_check.snap");

/// What stands between a fault and those who find it besides.
const ALSO: &str = "  also ";

/// The checks that find this fault besides the one that declares it; none for a fault that the matrix does not have.
pub(crate) fn found_also_by(fault: &str) -> &'static [&'static str] {
    static ROWS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| rows(SNAPSHOT).collect());
    ROWS.get(fault).map_or(&[], Vec::as_slice)
}

/// A row is the class of the fault or blanks, its id, and who finds it besides.
fn rows(snapshot: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let body = snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or("", |(_, body)| body);
    body.lines().filter_map(|line| {
        let row = line.get(4..)?;
        let (fault, others) = row.split_once(ALSO).unwrap_or((row, ""));
        Some((fault, others.split(", ").filter(|id| !id.is_empty()).collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;

    /// A row that is misread would be missing in every report.
    #[test]
    fn every_fault_has_a_row_and_every_name_in_it_is_a_check() {
        let rows: HashMap<_, _> = rows(SNAPSHOT).collect();
        for (id, check, _) in checks::faults() {
            let others = rows.get(id.as_str()).unwrap_or_else(|| panic!("{id} has no row"));
            assert!(
                others.iter().all(|other| checks::check(other).is_some() && *other != check.id),
                "{id}: {others:?}"
            );
        }
        assert_eq!(rows.len(), checks::faults().count());
        assert!(rows.values().any(|others| others.len() > 1));
    }
}
