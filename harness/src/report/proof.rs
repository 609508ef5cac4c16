//! What a check is proved by: its rows of the kill matrix.

use super::{Name, name};
use crate::check::Check;
use crate::kill_matrix::found_also_by;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A deliberate fault of the reference server that the check finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// The id of the fault.
    pub fault: String,
    /// What the faulty server does.
    pub says: String,
    /// The class of defects of real servers that it stands for, `D01` to `D30`.
    pub defect: Option<String>,
    /// The checks that find it besides.
    #[serde(deserialize_with = "name::some")]
    #[schemars(with = "Vec<String>")]
    pub also: Vec<Name>,
}

impl Proof {
    /// Every row of a check.
    pub(super) fn of(check: &Check) -> Vec<Self> {
        let proof = |fault: &crate::reference::Fault| {
            let id = format!("{}/{}", check.id, fault.variant);
            Self {
                says: fault.says.to_owned(),
                defect: fault.defect.map(str::to_owned),
                also: found_also_by(&id).to_vec(),
                fault: id,
            }
        };
        check.faults.iter().map(proof).collect()
    }
}
