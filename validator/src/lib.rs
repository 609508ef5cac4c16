//! Strict verification of JWT bearer tokens: bytes, keys, policy and time in, a verdict out.
//!
//! The core is pure. It has no clock, no network, no files and no global state: the time is an argument, keys are
//! ingested as bytes, and whatever needs the outside is a value that says what is needed ([`verify::Step`],
//! [`key_source::Need`]) and is fed back. JavaScript types live in one outermost module behind the feature `wasm`.
//!
//! ```
//! use countersign_validator::{KeySet, Policy, RequiredScopes, UnixTime, verify};
//!
//! let policy = Policy::new("https://as.example.com", ["https://api.example.com"])?;
//! let keys = KeySet::from_json(br#"{"keys":[]}"#)?;
//! let now = UnixTime::from_seconds(1_700_000_000);
//! let refusal = verify(b"not a token", &policy, &keys, &RequiredScopes::none(), now).unwrap_err();
//! assert_eq!(refusal.code().as_str(), "malformed_token");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The one path to a verdict
//!
//! [`verify::begin`] decides all that needs no signature and returns either a verdict or a signature to check;
//! [`verify::Pending::finish`] takes the answer and gives the verdict. [`verify()`] does both with this crate's own
//! arithmetic; a host with faster cryptography does the middle step itself. Only this path makes a [`VerifiedToken`].
//!
//! A token that is bound to a key ([`dpop`], [`certificate`]) comes with its proof in a [`Presentation`]; the signature of
//! a DPoP proof is one more question on the same path. [`ResourceServer::begin_presented`] takes a whole [`Request`].
//!
//! # Limits
//!
//! Every limit is a named constant with its unit and its source in the module that enforces it: [`policy`] (bytes of a token),
//! [`json`] (depth and members), [`key`] (sizes of keys and key sets), [`key_source`] (rates and lifetimes),
//! [`cache`] (bytes).

#![cfg_attr(
    not(test),
    warn(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod algorithm;
pub mod authentication;
mod base64url;
pub mod bearer;
pub mod cache;
pub mod certificate;
pub mod challenge;
mod claims;
pub mod configuration;
mod confirmation;
mod digest;
mod discovery;
pub mod dpop;
mod jose_header;
pub mod json;
pub mod key;
pub mod key_source;
mod location;
pub mod options;
pub mod policy;
pub mod presentation;
pub mod profile;
pub mod refusal;
pub mod requirements;
pub mod resource_metadata;
pub mod resource_server;
pub mod rule;
pub mod scope;
mod time;
mod token;
pub mod verify;
#[cfg(all(feature = "wasm", target_arch = "wasm32"))]
mod wasm;

pub use algorithm::Algorithm;
pub use authentication::RequiredAuthentication;
pub use certificate::CertificateThumbprint;
pub use claims::Claims;
pub use configuration::ConfigurationError;
pub use key::{KeySet, SymmetricKey};
pub use policy::{Audience, Policy};
pub use presentation::{Presentation, Request, Scheme};
pub use profile::Profile;
pub use refusal::{Code, Refusal};
pub use requirements::Requirements;
pub use resource_server::ResourceServer;
pub use scope::{RequiredScopes, Scopes};
pub use time::UnixTime;
pub use verify::{VerifiedToken, verify};
