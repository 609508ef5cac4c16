//! Requests and responses as plain values, and the two ways to exchange them.

mod address;
mod basic;
mod curl;
mod exchange;
mod fields;
mod form;
mod identity;
mod named;
mod needles;
mod readable;
mod redact;
mod request;
mod response;
mod seal;
mod socket;
mod spelling;
mod transcript;
mod view;

pub(crate) use address::{Address, is_unreserved};
pub use basic::{BasicEncoding, basic_authorization};
pub use exchange::{Bounds, Exchange, Failure};
pub use fields::Fields;
pub use form::{Form, Spelling};
pub use identity::{Identity, IdentityError, thumbprint};
pub use readable::escaped;
pub(crate) use readable::readable;
pub use redact::Redactor;
pub use request::Request;
pub use response::{Framing, Response};
pub use seal::Seal;
pub use socket::{Socket, TrustError};
pub use transcript::{Recorded, Transcript};
