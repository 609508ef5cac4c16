//! `countersign doctor`: each thing that a run needs, whether it is there, and how to mend it.

mod clients;
mod endpoints;
mod line;
mod reach;

use super::arguments::DoctorArguments;
use super::source::Source;
use super::{CommandError, Terminal, metadata};
use countersign_harness::clock::{Clock as _, SystemClock};
use countersign_harness::exit::Exit;
use countersign_harness::run::{Aging, Baseline, Link};
use countersign_harness::target::{Limits, Target, discover};
use countersign_harness::wire::{Socket, escaped};
use line::{Line, Mark};
use std::time::Duration;

/// From this offset on the checks of expiry and `iat` say something about the clocks and not about the server, seconds.
const CLOCKS_APART_SECONDS: i64 = 5;

pub(super) async fn run(arguments: &DoctorArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let source = Source::of_file(&arguments.config)?;
    let signer = source.signer()?;
    let socket = metadata::socket(source.ca_file().as_deref())?;
    // As patient as the run; the requests are few, whatever the run may send.
    let limits = Limits { max_requests: Limits::default().max_requests, ..source.config.limits.clone() };
    let link = Link::new(&socket, &SystemClock, &limits);
    [&source.clients.0].into_iter().chain(source.clients.1.values()).for_each(|client| link.learn(client));
    let key = if source.config.report.key.is_some() { "of [report]" } else { "a new one for each run" };
    let clients = 1 + source.clients.1.len();
    let mut lines = vec![
        Line::good("configuration", format!("{}, clients: {clients}", arguments.config.display())),
        Line::good("signing key", format!("{key} ({})", signer.thumbprint())),
    ];
    lines.extend(clients::certificates(&source.clients));
    lines.extend(examine(&socket, &link, &source).await);
    for Line { mark, what, says } in &lines {
        writeln!(terminal.out, "{:<4}  {what:<20} {}", mark.word(), escaped(&link.redact(says)))?;
    }
    let bad = lines.iter().filter(|line| line.mark == Mark::Bad).count();
    match bad {
        0 => writeln!(terminal.out, "A run can begin.")?,
        _ => writeln!(terminal.out, "{bad} to mend.")?,
    }
    Ok(if bad == 0 { Exit::Conforms } else { Exit::CannotTest })
}

/// What lies behind a failure cannot be examined.
async fn examine(socket: &Socket, link: &Link<'_>, source: &Source) -> Vec<Line> {
    let table = &source.config.target;
    let timeout = Duration::from_secs(source.config.limits.timeout_seconds.get());
    let mut lines = Vec::new();
    if let Some(first) = table.issuer.as_ref().or(table.token_endpoint.as_ref()) {
        lines = reach::reach(socket, first.get_ref(), &source.clients.0, timeout).await;
        if lines.iter().any(|line| line.mark == Mark::Bad) {
            return lines;
        }
    }
    let target = match discover(link, &source.config, source.clients.clone()).await {
        Ok(target) => target,
        Err(error) => {
            lines.push(Line::bad("metadata", error.to_string()));
            return lines;
        }
    };
    lines.push(match &target.metadata {
        Some(metadata) => Line::good("metadata", metadata.uri.as_str()),
        None => Line::good("metadata", "none, and none is needed: the configuration names the endpoints"),
    });
    lines.extend(endpoints::keys(link, &target).await);
    lines.extend(with_a_token(link, &target).await);
    for (role, client) in &target.companions {
        lines.push(clients::companion(link, &target, *role, client).await);
    }
    lines.push(clients::reserved_characters(&target));
    lines
}

/// What takes a token of [client].
async fn with_a_token(link: &Link<'_>, target: &Target) -> Vec<Line> {
    let baseline = match Baseline::calibrate(link, target).await {
        Ok(baseline) => baseline,
        Err(error) => return vec![Line::bad("[client]", error.to_string())],
    };
    let mut lines = vec![Line::good("[client]", "gets a token")];
    lines.extend(clock(baseline.answer.reply.response.fields.get("Date")));
    let aging = Aging::begin(link, target, &baseline).await;
    lines.extend(endpoints::tokens(target, &baseline, &aging));
    lines.extend(endpoints::revocation(link, target, &baseline).await);
    lines
}

fn clock(date: Option<&str>) -> Option<Line> {
    let date = jiff::Timestamp::try_from(httpdate::parse_http_date(date?).ok()?).ok()?;
    let ahead = date.as_second() - SystemClock.now().as_second();
    let apart = format!("{ahead} s apart");
    Some(if ahead.abs() < CLOCKS_APART_SECONDS {
        Line::good("clocks", apart)
    } else {
        let remedy = "synchronise this machine or the server (NTP), else times are misjudged";
        Line::bad("clocks", format!("{apart}; {remedy}"))
    })
}
