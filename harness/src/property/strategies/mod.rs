//! What is generated: a file for each kind of value, each of them nearly right, or right and unusual.

mod addresses;
mod credentials;
mod edits;
mod equivalents;
mod flaws;
mod grant_types;
mod jws;
mod malformed;
mod media_types;
mod methods;
mod mutations;
mod near_scopes;
mod places;
#[cfg(test)]
mod samples;
mod scopes;
mod sizes;
mod spellings;
mod steps;
mod times;
mod twins;
mod unknown_parameters;

pub use addresses::{NEAR_MISSES, near_misses, neighbours};
pub use credentials::reserved_credentials;
pub use edits::{Edit, applied, disguises, edits, wrong_secrets};
pub use equivalents::equivalents;
pub use flaws::{FLAWS, Flaw, Wrong, critical, flaws, last_of_two, other_algorithms, other_types, with_value};
pub use grant_types::unsupported_grant_types;
pub use jws::{ALTERATIONS, Alteration, alterations, tamperings, with_spare_bits};
pub use malformed::{malformed_basic, malformed_values};
pub use media_types::other_media_types;
pub use methods::other_methods;
pub use mutations::{Mutation, mutations};
pub use near_scopes::{Blemish, Likeness, blemishes, likenesses};
pub use places::{permutations, selections};
pub use scopes::{Stranger, arrangements, strangers, subsets};
pub use sizes::{Growth, Part, SIZES, growths};
pub use spellings::spellings;
pub use steps::{Step, lives};
pub use times::{Time, departures, far_ahead, long_ago};
pub use twins::{Twins, twins};
pub use unknown_parameters::{Unknown, unknown_parameters};
