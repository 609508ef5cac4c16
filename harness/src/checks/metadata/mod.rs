//! What the server says of itself.

pub(super) mod advice;
pub(super) mod algorithms;
pub(super) mod caching;
pub(super) mod document;
pub(super) mod https;
pub(super) mod issuer;
pub(super) mod openid;
pub(super) mod published;
pub(super) mod required;
pub(super) mod types;
pub(super) mod unknown_issuer;

use super::prelude::*;

/// What stands there now; what was there when the run began and is not any more says nothing of the server.
async fn fetch(probe: &mut Probe<'_>, uri: &str) -> Result<Reply, Stop> {
    let reply = probe.send(&Request::get(uri)).await?;
    if reply.response.status != 200 {
        let described = reply.response.describe();
        return Err(Stop::Inconclusive(format!("what stood at {uri} is not there now: {described}")));
    }
    Ok(reply)
}

/// Whether the metadata has a grant with a redirect, and with response types; it has where it names none (RFC 8414 §2).
fn redirects(members: &Map<String, Value>) -> bool {
    let redirects = |grant: &&str| ["authorization_code", "implicit"].contains(grant);
    strings(members, "grant_types_supported").is_none_or(|grants| grants.iter().any(redirects))
}
