//! `countersign serve`.

use super::arguments::ServeArguments;
use super::{CommandError, Terminal};
use countersign_harness::checks::faults;
use countersign_harness::clock::SystemClock;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{
    Deviation, Listening, Server, Settings, SigningAlgorithm, configuration, oddities, unseen_over_loopback,
};
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
    warn(arguments.fault.as_deref(), terminal)?;
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

/// Says so, if the checks cannot see the fault here.
pub(super) fn warn(fault: Option<&str>, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    if let Some((id, reason)) = fault.and_then(|id| Some((id, unseen_over_loopback(id)?))) {
        writeln!(terminal.err, "warning: no check finds {id} here: {reason}")?;
    }
    Ok(())
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
