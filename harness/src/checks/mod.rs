//! The checks: one file each, listed once, in the order in which they run.

/// A fault that changes the success responses of the token endpoint.
macro_rules! grant_fault {
    ($variant:literal, $says:literal, $edit:expr) => {
        $crate::reference::Fault::new(
            $variant,
            $says,
            $crate::reference::Deviation::Answers(|request, response| {
                $crate::reference::grants(request, response, $edit);
            }),
        )
    };
}

/// A fault that changes the error responses of the token endpoint.
macro_rules! refusal_fault {
    ($variant:literal, $says:literal, $edit:expr) => {
        $crate::reference::Fault::new(
            $variant,
            $says,
            $crate::reference::Deviation::Answers(|request, response| {
                $crate::reference::refusals(request, response, $edit);
            }),
        )
    };
}

mod client_authentication;
mod errors;
mod expiry;
mod grant_type;
mod method;
mod parameters;
mod prelude;
mod scope;
mod success;
#[cfg(test)]
mod tests;
mod token;

use crate::check::Check;
use crate::reference::Fault;

/// Every check. What is harmless comes first, what could lock a client out late, what waits for a token's end last.
pub const ALL: &[&Check] = &[
    &success::body::CHECK,
    &success::cache_headers::CHECK,
    &token::signature::CHECK,
    &expiry::matches_exp::CHECK,
    &method::post_only::CHECK,
    &parameters::unknown::CHECK,
    &parameters::reencoded::CHECK,
    &parameters::repeated_scope::CHECK,
    &scope::unknown::CHECK,
    &scope::reserved::CHECK,
    &grant_type::missing::CHECK,
    &grant_type::empty::CHECK,
    &grant_type::unsupported::CHECK,
    &grant_type::repeated::CHECK,
    &errors::media_type::CHECK,
    &errors::characters::CHECK,
    &client_authentication::form_encoded_basic::CHECK,
    &client_authentication::missing::CHECK,
    &client_authentication::two_methods::CHECK,
    &client_authentication::unknown_client::CHECK,
    &client_authentication::no_grant::CHECK,
    &client_authentication::public_client::CHECK,
    &client_authentication::in_uri::CHECK,
    &client_authentication::wrong_secret::CHECK,
    &expiry::introspection::CHECK,
    &expiry::protected_resource::CHECK,
];

/// The check with this id.
pub fn check(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id == id)
}

/// Every fault with its id.
pub fn faults() -> impl Iterator<Item = (String, &'static Check, &'static Fault)> {
    ALL.iter()
        .flat_map(|check| check.faults.iter().map(|fault| (format!("{}/{}", check.id, fault.variant), *check, fault)))
}
