//! The clients of the configuration.

use super::line::Line;
use countersign_harness::clock::{Clock as _, SystemClock};
use countersign_harness::run::{Answer, Link, TokenRequest};
use countersign_harness::target::{Client, Role, Target};
use countersign_harness::x509;
use std::collections::BTreeMap;

/// Which certificates there are, and whether each is good at this time.
pub(super) fn certificates((client, companions): &(Client, BTreeMap<Role, Client>)) -> Vec<Line> {
    let companions = companions.iter().map(|(role, client)| (table(*role), client));
    let clients = std::iter::once(("[client]".to_owned(), client)).chain(companions);
    clients.filter_map(|(name, client)| certificate(&name, client)).collect()
}

fn table(role: Role) -> String {
    format!("[companion.{}]", role.name())
}

fn certificate(name: &str, client: &Client) -> Option<Line> {
    let identity = client.identity.as_ref()?;
    let says = format!("of {name}: {}", identity.thumbprint());
    let bad = |trouble: String| Line::bad("certificate", format!("{says}, {trouble}"));
    let now = SystemClock.now();
    Some(match identity.chain().first().and_then(x509::validity) {
        None => bad("with a validity that cannot be read; have it issued anew".into()),
        Some((from, _)) if now < from => {
            bad(format!("good only from {from} on; wait, or set the clock of this machine"))
        }
        Some((_, until)) if until < now => bad(format!("expired at {until}; name a new one")),
        Some((_, until)) => Line::good("certificate", format!("{says}, good until {until}")),
    })
}

/// The companions that must get a token get one; the others must exist, which nobody can see from outside.
pub(super) async fn companion(link: &Link<'_>, target: &Target, role: Role, client: &Client) -> Line {
    let what = table(role);
    if matches!(role, Role::Public | Role::NoGrant) {
        return Line::good(&what, "configured; it must get no token, so nothing is tried");
    }
    let endpoint = target.token_endpoint_of(client);
    let request =
        TokenRequest::baseline(endpoint, client, target.resource.as_deref(), target.audience()).at(link.clock().now());
    match link.send(&request.to_request()).await.map(Answer::of) {
        Ok(answer) if answer.grant().is_some() => Line::good(&what, "gets a token"),
        Ok(answer) => {
            let remedy = "check its `id`, `scopes`, and what it authenticates with";
            Line::bad(&what, format!("gets no token ({}); {remedy}", answer.describe()))
        }
        Err(error) => Line::bad(&what, error.to_string()),
    }
}

/// Where no client has any, nobody learns how the server reads Basic credentials.
pub(super) fn reserved_characters(target: &Target) -> Line {
    let what = "reserved characters";
    let mut clients = target.companions.get(&Role::ReservedCharacters).into_iter().chain([&target.client]);
    if clients.any(|client| client.secret.is_some() && client.has_reserved_characters()) {
        return Line::good(what, "a client has some");
    }
    let remedy = "add [companion.reserved_characters], with a `+`, `%` or `:` in its secret";
    Line::note(what, format!("no client has any in its id or secret: their encoding is not judged; {remedy}"))
}
