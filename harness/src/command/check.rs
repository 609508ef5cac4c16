//! `countersign check`.

use super::arguments::{CheckArguments, Format};
use super::output::{render, write_file};
use super::progress::Progress;
use super::run_folder::{self, RunFolder};
use super::source::Source;
use super::{CommandError, Terminal, signal};
use countersign_harness::check::Check;
use countersign_harness::exit::Exit;
use countersign_harness::run::{Completed, Options, Selection, Watcher, over_socket};
use std::cell::Cell;
use std::path::Path;

pub(super) async fn run(arguments: &CheckArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let source = Source::read(arguments)?;
    let checks = Selection::new(&arguments.only, &arguments.skip)?.checks();
    if checks.is_empty() {
        return Err(CommandError::NothingSelected);
    }
    if arguments.dry_run {
        plan(&checks, terminal)?;
        return Ok(Exit::Conforms);
    }
    // What cannot be written is found out before anything is sent.
    arguments.output.iter().try_for_each(|(_, path)| super::output::is_writable(path))?;
    let options = Options {
        seed: arguments.seed.map_or_else(seed, Ok)?,
        invocation: invocation(arguments),
        fail_on: arguments.fail_on.into(),
        snapshots: run_folder::snapshots(&source.snapshots),
    };
    let (completed, signal) = execute(&source, &checks, &options).await?;
    for (format, path) in &arguments.output {
        write_file(path, &render(&completed.run, *format)?)?;
    }
    let folder = RunFolder::write(Path::new("countersign-runs"), &completed)?;
    run_folder::keep_snapshots(&source.snapshots, &options.snapshots, &completed.snapshots)?;
    write!(terminal.out, "{}", render(&completed.run, arguments.format)?)?;
    if arguments.format == Format::Text {
        writeln!(terminal.out, "The run lies in {}", folder.path().display())?;
    }
    Ok(signal.unwrap_or_else(|| Exit::of(&completed.run)))
}

/// A run over a socket, watched on standard error, and the signal that ended it early.
pub(super) async fn execute(
    source: &Source,
    checks: &[&'static Check],
    options: &Options,
) -> Result<(Completed, Option<Exit>), CommandError> {
    let mut progress = Progress::new();
    let signal = Cell::new(None);
    let stop = async {
        match signal::received().await {
            Ok(exit) => signal.set(Some(exit)),
            // Where signals cannot be heard, they end the command at once.
            Err(_) => std::future::pending().await,
        }
    };
    let watcher = Watcher::new(|event| progress.show(event), stop);
    let target = (&source.config, source.clients.clone());
    let completed = over_socket(target, &source.folder, checks, options, watcher).await;
    match (completed, signal.get()) {
        (Ok(completed), signal) => Ok((completed, signal)),
        (Err(_), Some(exit)) => Err(CommandError::Ended(exit)),
        (Err(error), None) => Err(error.into()),
    }
}

fn plan(checks: &[&'static Check], terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    for check in checks {
        writeln!(terminal.out, "{:<40} {}", check.id, check.title())?;
    }
    writeln!(terminal.out, "{} checks; nothing was sent", checks.len())?;
    Ok(())
}

/// A seed that is drawn, short enough to be typed.
pub(super) fn seed() -> Result<u64, CommandError> {
    let drawn = getrandom::u32().map_err(|error| CommandError::Seed(error.to_string()))?;
    Ok(u64::from(drawn))
}

fn invocation(arguments: &CheckArguments) -> String {
    match (&arguments.config, &arguments.issuer, &arguments.client_id) {
        (Some(path), ..) => format!("countersign check --config {}", path.display()),
        (None, Some(issuer), Some(id)) => format!("countersign check --issuer {issuer} --client-id {id}"),
        (None, ..) => "countersign check".into(),
    }
}
