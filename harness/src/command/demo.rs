//! `countersign demo`: the embedded server behind a real socket, a full run, the report.

use super::arguments::DemoArguments;
use super::check::{execute, seed};
use super::run_folder::RunFolder;
use super::source::Source;
use super::{CommandError, Terminal, serve};
use countersign_harness::catalogue::Level;
use countersign_harness::clock::SystemClock;
use countersign_harness::exit::Exit;
use countersign_harness::reference::{Listening, Registry, Server, Settings};
use countersign_harness::report;
use countersign_harness::run::{Options, Selection};
use countersign_harness::snapshot::Stored;
use countersign_harness::target::Config;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Long enough for the token to be fresh when it is first shown, short enough to wait for its end.
const TOKEN_LIFETIME_SECONDS: u64 = 3;

pub(super) async fn run(arguments: &DemoArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let deviation = arguments.fault.as_deref().map(serve::deviation).transpose()?;
    let checks = Selection::new(&arguments.only, &[])?.checks();
    if checks.is_empty() {
        return Err(CommandError::NothingSelected);
    }
    let listening = Listening::on(0).await?;
    let issuer = listening.issuer();
    let mut settings = Settings::new(&issuer);
    settings.token_lifetime = TOKEN_LIFETIME_SECONDS;
    let server = tokio::spawn(listening.serve(Arc::new(Server::new(settings, Arc::new(SystemClock), deviation)?)));
    let config = Config::parse(&serve::configuration(&issuer), "the demo's configuration")?;
    let source = Source { config, clients: Registry.clients(), folder: PathBuf::from("."), snapshots: PathBuf::new() };
    let options = Options {
        seed: arguments.seed.map_or_else(seed, Ok)?,
        invocation: arguments
            .fault
            .as_ref()
            .map_or("countersign demo".into(), |fault| format!("countersign demo --fault {fault}")),
        fail_on: Level::Must,
        snapshots: Stored::new(),
    };
    let completed = execute(&source, &checks, &options).await;
    server.abort();
    let (completed, signal) = completed?;
    let folder = RunFolder::write(Path::new("countersign-runs"), &completed)?;
    write!(terminal.out, "{}", report::text(&completed.run))?;
    writeln!(terminal.out, "The run lies in {}", folder.path().display())?;
    Ok(signal.unwrap_or_else(|| Exit::of(&completed.run)))
}
