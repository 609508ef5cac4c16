//! What a run needs to know of the reference server on loopback, where it speaks plain HTTP.

use super::{Kind, Registry};
use std::fmt::Write as _;

/// How long tokens live where their end is waited for, seconds: longer than it is looked whether a revocation takes
/// effect, and short enough to wait for.
pub const SHORT_TOKEN_LIFETIME: u64 = 7;

/// The faults that no check finds there, by the beginning of their ids, and why.
const UNSEEN: [(&str, &str); 4] = [
    ("certificate/", "certificates are presented over TLS, which this server does not speak"),
    ("dpop/lenient/default-port", "its port is not the default one, and stands in every address"),
    ("dpop/lenient/field-name", "its HTTP library writes the names of all fields in small letters"),
    ("transport/plaintext/", "a server on loopback may be tested over plain http"),
];

/// Why no check finds this fault behind a socket on loopback, where that is so.
pub fn unseen_over_loopback(fault: &str) -> Option<&'static str> {
    UNSEEN.iter().find(|(beginning, _)| fault.starts_with(beginning)).map(|(_, reason)| *reason)
}

/// A configuration for the server at this base. The secrets of its clients are published examples.
///
/// It names the token endpoint, though the metadata does: a document that is wrong is a finding then, and no end of the run.
pub fn configuration(issuer: &str) -> String {
    let mut text = format!(
        "# A configuration for this server; its clients' secrets are published examples.\n[target]\nissuer = \"{issuer}\"\n\
         token_endpoint = \"{issuer}/token\"\nprotected_url = \"{issuer}/api\"\nresource = \"{issuer}/api\"\n\
         allow_http = true\n"
    );
    // Certificates are presented over TLS, which this server does not speak.
    for client in Registry.all().iter().filter(|client| client.certified.is_none()) {
        let table = client.role.map_or("client".to_owned(), |role| format!("companion.{}", role.name()));
        let variable = table.replace('.', "_").to_uppercase();
        // Writing to a String cannot fail.
        _ = write!(text, "\n[{table}]\nid = \"{}\"\n", client.id);
        _ = match (client.private_jwk, client.kind) {
            (Some(key), _) => {
                _ = writeln!(text, "authentication = \"private_key_jwt\"");
                writeln!(text, "key = \"env:{variable}_KEY\" # export {variable}_KEY='{key}'")
            }
            (None, Kind::Public) => writeln!(text, "authentication = \"none\""),
            (None, Kind::Confidential | Kind::NoGrant) => {
                writeln!(text, "secret = \"env:{variable}_SECRET\" # export {variable}_SECRET='{}'", client.secret)
            }
        };
        _ = writeln!(text, "scopes = {:?}", client.scopes);
    }
    text + "\n[limits]\nexpiry_leeway_seconds = 2\n"
}
