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

/// A fault that changes the header or the claims of a token before it is signed.
macro_rules! token_fault {
    ($variant:literal, $says:literal, $edit:expr) => {
        $crate::reference::Fault::new(
            $variant,
            $says,
            $crate::reference::Deviation::Sets(|settings| settings.minting = $edit),
        )
    };
}

/// A fault that changes a document.
macro_rules! document_fault {
    ($path:literal, $variant:literal, $says:literal, $edit:expr) => {
        $crate::reference::Fault::new(
            $variant,
            $says,
            $crate::reference::Deviation::Answers(|request, response| {
                if request.path() == $path {
                    response.edit_object($edit);
                }
            }),
        )
    };
}

/// A fault that changes what introspection says of a live token.
macro_rules! introspection_fault {
    ($variant:literal, $says:literal, $edit:expr) => {
        $crate::reference::Fault::new(
            $variant,
            $says,
            $crate::reference::Deviation::Answers(|request, response| {
                let live = response.object().is_some_and(|body| body.get("active") == Some(&true.into()));
                if request.path() == "/introspect" && live {
                    response.edit_object($edit);
                }
            }),
        )
    };
}

mod assertion;
mod certificate;
mod client_authentication;
mod cors;
mod dpop;
mod errors;
mod expiry;
mod grant_type;
mod introspection;
mod keys;
mod metadata;
mod method;
mod no_object;
pub(crate) mod oracle;
mod parameters;
mod prelude;
mod resource;
mod revocation;
mod robustness;
mod scope;
mod shape;
mod success;
#[cfg(test)]
mod tests;
mod token;
mod transport;

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
    &token::header::CHECK,
    &token::profile::CHECK,
    &token::form::CHECK,
    &token::claims::CHECK,
    &token::audience::CHECK,
    &token::unique::CHECK,
    &token::scope_claim::CHECK,
    &token::subject::CHECK,
    &success::members::CHECK,
    &success::nowhere_else::CHECK,
    &expiry::token_times::CHECK,
    &metadata::published::CHECK,
    &metadata::document::CHECK,
    &metadata::issuer::CHECK,
    &metadata::required::CHECK,
    &metadata::https::CHECK,
    &metadata::algorithms::CHECK,
    &metadata::types::CHECK,
    &metadata::advice::CHECK,
    &metadata::unknown_issuer::CHECK,
    &metadata::openid::CHECK,
    &metadata::caching::CHECK,
    &keys::set::CHECK,
    &keys::material::CHECK,
    &keys::certificates::CHECK,
    &keys::choice::CHECK,
    &introspection::authorization::CHECK,
    &introspection::live::CHECK,
    &introspection::unknown::CHECK,
    &introspection::parameters::CHECK,
    &introspection::post_only::CHECK,
    &revocation::effect::CHECK,
    &revocation::unknown::CHECK,
    &revocation::refused::CHECK,
    &revocation::other_client::CHECK,
    &client_authentication::scheme_case::CHECK,
    &client_authentication::malformed_basic::CHECK,
    &client_authentication::base64::CHECK,
    &client_authentication::empty_secret::CHECK,
    &client_authentication::announced::CHECK,
    &client_authentication::two_identities::CHECK,
    &client_authentication::strange_ids::CHECK,
    &client_authentication::unknown_scheme::CHECK,
    &client_authentication::repeated::CHECK,
    &parameters::in_query::CHECK,
    &parameters::media_type::CHECK,
    &parameters::media_type_spelling::CHECK,
    &parameters::content_fields::CHECK,
    &parameters::empty::CHECK,
    &parameters::order::CHECK,
    &parameters::broken_escapes::CHECK,
    &parameters::names::CHECK,
    &parameters::separators::CHECK,
    &parameters::accept::CHECK,
    &parameters::large::CHECK,
    &parameters::injection::CHECK,
    &grant_type::exact::CHECK,
    &grant_type::others::CHECK,
    &grant_type::announced::CHECK,
    &errors::empty_body::CHECK,
    &errors::answers::CHECK,
    &method::case::CHECK,
    &transport::plaintext::CHECK,
    &cors::origins::CHECK,
    &robustness::any_request::CHECK,
    &robustness::life_of_tokens::CHECK,
    &scope::subset::CHECK,
    &scope::default::CHECK,
    &scope::order::CHECK,
    &scope::near_misses::CHECK,
    &scope::characters::CHECK,
    &token::altered::CHECK,
    &parameters::chunked::CHECK,
    &resource::audience::CHECK,
    &resource::unknown::CHECK,
    &resource::repeated::CHECK,
    &dpop::bound::CHECK,
    &dpop::claims::CHECK,
    &dpop::header::CHECK,
    &dpop::request::CHECK,
    &dpop::time::CHECK,
    &dpop::malformed::CHECK,
    &dpop::lenient::CHECK,
    &dpop::nonce::CHECK,
    &assertion::accepted::CHECK,
    &assertion::parameters::CHECK,
    &assertion::claims::CHECK,
    &assertion::audience::CHECK,
    &assertion::signature::CHECK,
    &certificate::bound::CHECK,
    &certificate::introspection::CHECK,
    &certificate::unbound::CHECK,
    &certificate::protected_resource::CHECK,
    &certificate::client_id::CHECK,
    &certificate::missing::CHECK,
    &certificate::header::CHECK,
    &certificate::other_client::CHECK,
    &certificate::chain::CHECK,
    &certificate::registered::CHECK,
    &client_authentication::form_encoded_basic::CHECK,
    &client_authentication::missing::CHECK,
    &client_authentication::two_methods::CHECK,
    &client_authentication::unknown_client::CHECK,
    &client_authentication::no_grant::CHECK,
    &client_authentication::public_client::CHECK,
    &client_authentication::in_uri::CHECK,
    &client_authentication::wrong_secret::CHECK,
    &client_authentication::body::CHECK,
    &client_authentication::reserved_in_body::CHECK,
    &client_authentication::control_characters::CHECK,
    &client_authentication::indistinguishable::CHECK,
    &transport::throttling::CHECK,
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
