//! `countersign demo`: the embedded server behind a real socket, a full run, the report.

use super::arguments::{DemoArguments, Format};
use super::check::{execute, invocation, seed, show};
use super::source::Source;
use super::{CommandError, Terminal, evidence, serve};
use countersign_harness::catalogue::Level;
use countersign_harness::clock::SystemClock;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{Listening, Registry, SHORT_TOKEN_LIFETIME, Server, Settings, configuration};
use countersign_harness::run::{Options, Selection};
use countersign_harness::snapshot::Stored;
use countersign_harness::target::Config;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) async fn run(arguments: &DemoArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let deviation = arguments.fault.as_deref().map(serve::deviation).transpose()?;
    let checks = Selection::new(&arguments.only, &[])?.checks();
    if checks.is_empty() {
        return Err(CommandError::NothingSelected);
    }
    serve::warn(arguments.fault.as_deref(), terminal)?;
    let listening = Listening::on(0).await?;
    let issuer = listening.issuer();
    let mut settings = Settings::new(&issuer);
    settings.token_lifetime = SHORT_TOKEN_LIFETIME;
    let server = tokio::spawn(listening.serve(Arc::new(Server::new(settings, Arc::new(SystemClock), deviation)?)));
    let mut config = Config::parse(&configuration(&issuer), "the demo's configuration")?;
    // It is our own server.
    config.limits.offensive = true;
    let source = Source {
        config,
        clients: Registry.clients(),
        folder: PathBuf::from("."),
        snapshots: PathBuf::new(),
        text: configuration(&issuer),
    };
    let signer = source.signer()?;
    let fault = arguments.fault.iter().flat_map(|fault| ["--fault".to_owned(), fault.clone()]);
    let command: Vec<_> = std::iter::once("demo".to_owned()).chain(fault).collect();
    let options = Options {
        seed: arguments.seed.map_or_else(seed, Ok)?,
        invocation: invocation(&command),
        fail_on: Level::Must,
        snapshots: Stored::new(),
    };
    let completed = execute(&source, &checks, &options).await;
    server.abort();
    let (mut completed, signal) = completed?;
    completed.run.command = command;
    let kept = evidence::keep(&mut completed, &source, &signer);
    show(&completed, Format::Text, kept.as_ref().ok(), terminal)?;
    kept?;
    Ok(signal.unwrap_or_else(|| Exit::of(&completed.run)))
}
