//! `countersign serve`.

use super::arguments::ServeArguments;
use super::{CommandError, Terminal};
use countersign_harness::checks::faults;
use countersign_harness::clock::SystemClock;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{
    Deviation, Kind, Listening, Registry, Server, Settings, SigningAlgorithm, oddities,
};
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) async fn run(arguments: &ServeArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    if arguments.list_faults {
        list(terminal)?;
        return Ok(Exit::Conforms);
    }
    let deviation = arguments.fault.as_deref().map(deviation).transpose()?;
    let listening = Listening::on(arguments.port).await?;
    let mut settings = Settings::new(listening.issuer());
    settings.token_lifetime = arguments.token_lifetime;
    if arguments.rs256 {
        settings.algorithm = SigningAlgorithm::Rs256;
    }
    let server = Server::new(settings, Arc::new(SystemClock), deviation)?;
    writeln!(terminal.err, "The reference server answers at {}; interrupt it to end it.", listening.issuer())?;
    write!(terminal.out, "{}", configuration(&listening.issuer()))?;
    terminal.out.flush()?;
    listening.serve(Arc::new(server)).await;
    Ok(Exit::Conforms)
}

/// The fault or oddity with this id.
pub(super) fn deviation(id: &str) -> Result<Deviation, CommandError> {
    let fault = faults().find(|(fault, ..)| fault == id).map(|(_, _, fault)| fault.deviation);
    let odd = || oddities().find(|oddity| id.strip_prefix("odd/") == Some(oddity.name));
    fault.or_else(|| odd().map(|oddity| oddity.deviation)).ok_or_else(|| CommandError::UnknownFault(id.to_owned()))
}

fn list(terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    for (id, _, fault) in faults() {
        let level = fault.level.name();
        writeln!(terminal.out, "{id:<56} {level:<7} {}", fault.says)?;
    }
    for oddity in oddities() {
        writeln!(terminal.out, "{:<56} {:<7} {}", format!("odd/{}", oddity.name), "right", oddity.says)?;
    }
    Ok(())
}

/// A configuration for this server. The secrets of its clients are published examples.
pub(super) fn configuration(issuer: &str) -> String {
    let mut text = format!(
        "# A configuration for this server; its clients' secrets are published examples.\n[target]\nissuer = \"{issuer}\"\n\
         protected_url = \"{issuer}/api\"\nresource = \"{issuer}/api\"\nallow_http = true\n"
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
