//! The way to the server, below HTTP.

use super::line::Line;
use countersign_harness::target::Client;
use countersign_harness::wire::{Failure, Socket};
use std::time::Duration;

/// A line for each step; what lies behind a failure cannot be examined.
pub(super) async fn reach(socket: &Socket, uri: &str, client: &Client, timeout: Duration) -> Vec<Line> {
    let addresses = match socket.addresses(uri, timeout).await {
        Ok(addresses) => addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Err(Failure::Unreachable { authority, cause }) => {
            let remedy = "correct the name in [target], or the name server of this machine";
            return vec![Line::bad("DNS", format!("no address for {authority}: {cause}; {remedy}"))];
        }
        Err(failure) => return vec![Line::bad("DNS", failure.to_string())],
    };
    let connection = match socket.connect(uri, client.identity.as_ref(), timeout).await {
        Ok(Some(version)) => Line::good("TLS", version),
        Ok(None) => Line::good("TLS", "none, on loopback"),
        Err(failure @ (Failure::Unreachable { .. } | Failure::TimedOut { .. })) => {
            Line::bad("connection", failure.to_string())
        }
        Err(failure) => Line::bad("TLS", failure.to_string()),
    };
    vec![Line::good("DNS", addresses), connection]
}
