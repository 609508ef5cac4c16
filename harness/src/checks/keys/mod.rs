//! The published keys.

pub(super) mod certificates;
pub(super) mod choice;
pub(super) mod material;
pub(super) mod set;

use super::prelude::*;

/// The keys of the set, and the exchange that brought them; what is no set is another check's finding.
async fn keys(probe: &mut Probe<'_>) -> Result<(Vec<Map<String, Value>>, usize), Stop> {
    let Some(uri) = &probe.target.jwks_uri else {
        return Err(Stop::NotApplicable("the server names no `jwks_uri`".into()));
    };
    let reply = probe.send(&Request::get(uri)).await?;
    let set = reply.response.object().filter(|_| reply.response.status == 200);
    let keys = set.as_ref().and_then(|set| set.get("keys")?.as_array());
    let described = reply.response.describe();
    let keys = keys.ok_or_else(|| Stop::Inconclusive(format!("no JWK Set came: {described}")))?;
    Ok((keys.iter().filter_map(|key| key.as_object().cloned()).collect(), reply.exchange))
}
