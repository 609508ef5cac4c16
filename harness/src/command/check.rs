//! `countersign check`.

use super::arguments::{CheckArguments, Format};
use super::evidence::{self, Kept};
use super::output::{render, write_file};
use super::progress::{Progress, TICK};
use super::source::Source;
use super::{CommandError, Terminal, signal, snapshots};
use countersign_harness::catalogue::Level;
use countersign_harness::check::Check;
use countersign_harness::checks;
use countersign_harness::exit::Exit;
use countersign_harness::report;
use countersign_harness::run::{
    Completed, Estimate, Options, OverSocketError, Selection, Watcher, estimate, over_socket,
};
use countersign_harness::shell;
use countersign_harness::target::Config;
use countersign_harness::wire::Socket;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::pin::Pin;

pub(super) async fn run(arguments: &CheckArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let source = Source::read(arguments)?;
    let checks = Selection::new(&arguments.only, &arguments.skip)?.checks();
    if checks.is_empty() {
        return Err(CommandError::NothingSelected);
    }
    if arguments.dry_run {
        // Whatever would keep the run from its beginning is said now.
        Socket::new(source.ca_file().as_deref()).map_err(OverSocketError::from)?;
        source.signer()?;
        plan(&estimate(&source.config, &checks, arguments.seed.unwrap_or_default()).await?, &source.config, terminal)?;
        return Ok(Exit::Conforms);
    }
    // What cannot be written is found out before anything is sent.
    arguments.output.iter().try_for_each(|(_, path)| super::output::is_writable(path))?;
    let signer = source.signer()?;
    let command = command(arguments);
    let options = Options {
        seed: arguments.seed.map_or_else(seed, Ok)?,
        invocation: invocation(&command),
        fail_on: arguments.fail_on.into(),
        snapshots: snapshots::stored(&source.snapshots),
    };
    let (mut completed, signal) = execute(&source, &checks, &options).await?;
    completed.run.command = command;
    let kept = evidence::keep(&mut completed, &source, &signer);
    let written = outputs(arguments, &completed);
    let kept_snapshots = snapshots::keep(&source.snapshots, &options.snapshots, &completed.snapshots);
    // Whatever could not be kept: what was learned is told.
    show(&completed, arguments.format, kept.as_ref().ok(), terminal)?;
    kept.map(|_| ()).and(written).and(kept_snapshots)?;
    for orphan in snapshots::orphans(&source.folder, &source.folder.join(snapshots::SNAPSHOTS)) {
        writeln!(terminal.err, "note: {orphan}")?;
    }
    Ok(signal.unwrap_or_else(|| Exit::of(&completed.run)))
}

/// Every output is tried; the first that failed is told.
fn outputs(arguments: &CheckArguments, completed: &Completed) -> Result<(), CommandError> {
    let write = |(format, path): &(Format, PathBuf)| {
        let text = render(&completed.run, &completed.exchanges, *format)?;
        evidence::without_secrets(completed, path, &text)?;
        write_file(path, &text)
    };
    let results: Vec<_> = arguments.output.iter().map(write).collect();
    results.into_iter().collect()
}

/// The report on standard output, and where the rest is.
pub(super) fn show(
    completed: &Completed,
    format: Format,
    kept: Option<&Kept>,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    let text = render(&completed.run, &completed.exchanges, format)?;
    evidence::without_secrets(completed, Path::new("standard output"), &text)?;
    let colored = terminal.color && format == Format::Text;
    let shown = if colored { report::colored_text(&completed.run) } else { text };
    write!(terminal.out, "{shown}")?;
    if let Some(kept) = kept.filter(|_| format == Format::Text) {
        writeln!(terminal.out, "The run lies in {}", kept.folder.display())?;
        writeln!(terminal.out, "signed by the key {}", kept.key)?;
    }
    Ok(())
}

/// A run over a socket, watched on standard error, and the signal that ended it early.
pub(super) async fn execute(
    source: &Source,
    checks: &[&'static Check],
    options: &Options,
) -> Result<(Completed, Option<Exit>), CommandError> {
    let progress = Progress::new();
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
    let run = std::pin::pin!(over_socket(target, &source.folder, checks, options, watcher));
    let completed = ticking(run, &progress).await;
    match (completed, signal.get()) {
        (Ok(completed), signal) => Ok((completed, signal)),
        (Err(_), Some(exit)) => Err(CommandError::Ended(exit)),
        (Err(error), None) => Err(error.into()),
    }
}

/// The outcome of the run; meanwhile the time on the bar goes by.
async fn ticking<T>(mut run: Pin<&mut impl Future<Output = T>>, progress: &Progress) -> T {
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            outcome = &mut run => return outcome,
            _ = ticks.tick() => progress.tick(),
        }
    }
}

fn plan(estimate: &Estimate, config: &Config, terminal: &mut Terminal<'_>) -> Result<(), CommandError> {
    for (id, requests) in &estimate.checks {
        let title = checks::check(id).map(Check::title).unwrap_or_default();
        writeln!(terminal.out, "{id:<40} {requests:>4}  {title}")?;
    }
    let (checks, requests, most) = (estimate.checks.len(), estimate.requests, config.limits.max_requests);
    writeln!(terminal.out, "{checks} checks, about {requests} requests, at most {most}; nothing was sent")?;
    Ok(())
}

/// A seed that is drawn, short enough to be typed.
pub(super) fn seed() -> Result<u64, CommandError> {
    let drawn = getrandom::u32().map_err(|error| CommandError::Seed(error.to_string()))?;
    Ok(u64::from(drawn))
}

/// The arguments that run the same again, but for selection, seed and outputs.
fn command(arguments: &CheckArguments) -> Vec<String> {
    let mut words = vec!["check".to_owned()];
    let mut add =
        |name: &str, value: Option<String>| words.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
    add("--config", arguments.config.as_ref().map(|path| path.display().to_string()));
    add("--issuer", arguments.issuer.clone());
    add("--client-id", arguments.client_id.clone());
    arguments.profile.iter().for_each(|name| add("--profile", Some(name.clone())));
    add("--statements", arguments.statements.clone());
    add("--cases", arguments.cases.map(|number| number.to_string()));
    add("--rate", arguments.rate.map(|number| number.to_string()));
    add("--max-requests", arguments.max_requests.map(|number| number.to_string()));
    add("--max-wait", arguments.max_wait.map(|number| number.to_string()));
    add("--allow", arguments.allow.map(|_| "offensive".to_owned()));
    let fail_on = Level::from(arguments.fail_on);
    add("--fail-on", (fail_on != Level::Must).then(|| fail_on.name().to_owned()));
    words
}

/// As findings print it.
pub(super) fn invocation(command: &[String]) -> String {
    shell::line(std::iter::once("countersign").chain(command.iter().map(String::as_str)))
}
