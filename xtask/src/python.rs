//! The Python in which some of the servers of the tests run.

use crate::debian;
use countersign_tests::Result;
use countersign_tests::python::Python;

/// Installs Python's means to make environments, where they are not there and that can be done without asking.
pub(crate) fn ready() -> Result<()> {
    if Python::find().is_ok_and(|python| python.makes_environments()) {
        Ok(())
    } else {
        debian::install(&["python3", "python3-venv"])
    }
}
