//! The engine: in which order, how fast, at what cost, and what it makes of the answers.

mod aging;
mod answer;
mod attempt;
mod baseline;
mod engine;
mod estimate;
mod grouping;
mod hindrance;
mod introspection;
mod link;
mod options;
mod outcome;
mod over_socket;
mod probe;
mod refusal;
mod selection;
mod sweep;
mod token_request;
mod watcher;

pub use aging::Aging;
pub use answer::{Answer, Grant, Kind, scopes};
pub use attempt::Attempt;
pub use baseline::{Baseline, CannotTest};
pub use engine::{Completed, Event, Prepared, RunError, prepare};
pub use estimate::{Estimate, EstimateError, estimate};
pub use link::{Link, NoReply, Reply};
pub use options::Options;
pub use outcome::{Finding, Outcome, Stop};
pub use over_socket::{OverSocketError, over_socket};
pub use probe::Probe;
pub(crate) use refusal::DEMANDED_CODE;
pub use refusal::Refusal;
pub use selection::{Selection, SelectionError};
pub use token_request::{Asserter, Credentials, TokenRequest};
pub use watcher::Watcher;
