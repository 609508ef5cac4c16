//! What is generated: a file for each kind of value, each of them nearly right, or right and unusual.

mod edits;
mod grant_types;
mod jws;
mod malformed;
mod methods;
mod mutations;
mod scopes;
mod sizes;
mod spellings;
mod steps;
mod times;
mod twins;
mod unknown_parameters;

pub use edits::{Edit, edits};
pub use grant_types::unsupported_grant_types;
pub use jws::{Alteration, alterations};
pub use malformed::malformed_values;
pub use methods::other_methods;
pub use mutations::{Mutation, mutations};
pub use scopes::arrangements;
pub use sizes::sizes;
pub use spellings::{permutations, spellings};
pub use steps::{Step, lives};
pub use times::long_ago;
pub use twins::twins;
pub use unknown_parameters::unknown_parameters;
