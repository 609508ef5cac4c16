//! What a server says about itself, for the commands that run no check.

use super::CommandError;
use countersign_harness::clock::SystemClock;
use countersign_harness::run::{Link, OverSocketError};
use countersign_harness::target::{
    Authentication, Client, Config, Limits, Place, Surroundings, Target, discover, is_loopback,
};
use countersign_harness::wire::{BasicEncoding, Socket, escaped};
use std::collections::BTreeMap;
use std::path::Path;

/// A way to a server.
pub(super) fn socket(ca_file: Option<&Path>) -> Result<Socket, CommandError> {
    Ok(Socket::new(ca_file).map_err(OverSocketError::from)?)
}

/// The link that these commands use before anything is configured: each sends a handful of requests.
pub(super) fn link(socket: &Socket) -> Link<'_> {
    Link::new(socket, &SystemClock, &Limits::default())
}

/// The endpoints of an issuer, before anything is configured.
pub(super) async fn of_issuer(link: &Link<'_>, issuer: &str) -> Result<Target, CommandError> {
    let value = toml::Value::from(issuer);
    let allow_http = is_loopback(issuer);
    let text = format!("[target]\nissuer = {value}\nallow_http = {allow_http}\n[client]\nid = \"none\"\n");
    let config = Config::parse(&text, Place::COMMAND_LINE)?;
    let surroundings =
        Surroundings { file: Place::COMMAND_LINE, text: &text, folder: Path::new("."), variable: &|_| None };
    surroundings.check_uris(&config)?;
    let nobody = Client {
        key: None,
        identity: None,
        id: String::new(),
        secret: None,
        authentication: Authentication::None,
        basic_encoding: BasicEncoding::default(),
        scopes: Vec::new(),
    };
    let target = discover(link, &config, (nobody, BTreeMap::new())).await;
    target.map_err(|error| CommandError::Metadata(escaped(&error.to_string())))
}
