//! `countersign doctor`: each thing that a run needs, whether it is there, and how to mend it.

use super::arguments::DoctorArguments;
use super::source::Source;
use super::{CommandError, Terminal, metadata};
use countersign_harness::clock::{Clock as _, SystemClock};
use countersign_harness::exit::Exit;
use countersign_harness::run::{Answer, Baseline, Link, TokenRequest};
use countersign_harness::target::{Client, Role, Target, discover};
use countersign_harness::wire::{Request, escaped};
use countersign_harness::x509;

/// From this offset on the checks of expiry and `iat` say something about the clocks and not about the server, seconds.
const CLOCKS_APART_SECONDS: i64 = 5;

/// One line of the examination.
struct Line {
    ok: bool,
    what: String,
    says: String,
}

pub(super) async fn run(arguments: &DoctorArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let source = Source::of_file(&arguments.config)?;
    let signer = source.signer()?;
    let socket = metadata::socket(source.ca_file().as_deref())?;
    let link = metadata::link(&socket);
    [&source.clients.0].into_iter().chain(source.clients.1.values()).for_each(|client| link.learn(client));
    let key = if source.config.report.key.is_some() { "of [report]" } else { "a new one for each run" };
    let mut lines = vec![
        good("configuration", &format!("{}, clients: {}", arguments.config.display(), 1 + source.clients.1.len())),
        good("signing key", &format!("{key} ({})", signer.thumbprint())),
    ];
    let companions = source.clients.1.iter().map(|(role, client)| (format!("[companion.{}]", role.name()), client));
    let clients = std::iter::once(("[client]".to_owned(), &source.clients.0)).chain(companions);
    lines.extend(clients.filter_map(|(name, client)| certificate(&name, client)));
    lines.extend(examine(&link, &source).await);
    for Line { ok, what, says } in &lines {
        let mark = if *ok { "ok  " } else { "FAIL" };
        writeln!(terminal.out, "{mark}  {what:<20} {}", escaped(&link.redact(says)))?;
    }
    let bad = lines.iter().filter(|line| !line.ok).count();
    match bad {
        0 => writeln!(terminal.out, "A run can begin.")?,
        _ => writeln!(terminal.out, "{bad} to mend.")?,
    }
    Ok(if bad == 0 { Exit::Conforms } else { Exit::CannotTest })
}

fn good(what: &str, says: &str) -> Line {
    Line { ok: true, what: what.to_owned(), says: says.to_owned() }
}

fn bad(what: &str, says: &str) -> Line {
    Line { ok: false, what: what.to_owned(), says: says.to_owned() }
}

/// What lies behind a failure cannot be examined.
async fn examine(link: &Link<'_>, source: &Source) -> Vec<Line> {
    let target = match discover(link, &source.config, source.clients.clone()).await {
        Ok(target) => target,
        Err(error) => return vec![bad("metadata", &error.to_string())],
    };
    let mut lines = vec![match &target.metadata {
        Some(metadata) => good("metadata", &metadata.uri),
        None => good("metadata", "none, and none is needed: the configuration names the endpoints"),
    }];
    lines.extend(keys(link, &target).await);
    match Baseline::calibrate(link, &target).await {
        Ok(baseline) => {
            lines.push(good("[client]", "gets a token"));
            lines.extend(clock(baseline.answer.reply.response.fields.get("Date")));
        }
        Err(error) => lines.push(bad("[client]", &error.to_string())),
    }
    for (role, client) in &target.companions {
        lines.push(companion(link, &target, *role, client).await);
    }
    lines
}

/// Which certificate it is, and whether it is good at this time.
fn certificate(name: &str, client: &Client) -> Option<Line> {
    let identity = client.identity.as_ref()?;
    let says = format!("of {name}: {}", identity.thumbprint());
    let validity = identity.chain().first().and_then(x509::validity);
    let now = SystemClock.now();
    Some(match validity {
        None => bad("certificate", &format!("{says}, with a validity that cannot be read; have it issued anew")),
        Some((from, _)) if now < from => {
            bad("certificate", &format!("{says}, good only from {from} on; wait, or set the clock of this machine"))
        }
        Some((_, until)) if until < now => bad("certificate", &format!("{says}, expired at {until}; name a new one")),
        Some((_, until)) => good("certificate", &format!("{says}, good until {until}")),
    })
}

async fn keys(link: &Link<'_>, target: &Target) -> Option<Line> {
    let uri = target.jwks_uri.as_deref()?;
    Some(match link.send(&Request::get(uri)).await {
        Ok(reply) if reply.response.object().is_some_and(|members| members.contains_key("keys")) => good("keys", uri),
        Ok(reply) => {
            let described = reply.response.describe();
            bad(
                "keys",
                &format!("{uri} gives no JWK Set ({described}); correct `jwks_uri`, else signatures are not judged"),
            )
        }
        Err(error) => bad("keys", &error.to_string()),
    })
}

fn clock(date: Option<&str>) -> Option<Line> {
    let date = jiff::Timestamp::try_from(httpdate::parse_http_date(date?).ok()?).ok()?;
    let ahead = date.as_second() - SystemClock.now().as_second();
    Some(if ahead.abs() < CLOCKS_APART_SECONDS {
        good("clocks", &format!("{ahead} s apart"))
    } else {
        bad(
            "clocks",
            &format!("{ahead} s apart; synchronise this machine or the server (NTP), else times are misjudged"),
        )
    })
}

/// The companions that must get a token get one; the others must exist, which nobody can see from outside.
async fn companion(link: &Link<'_>, target: &Target, role: Role, client: &Client) -> Line {
    let what = format!("[companion.{}]", role.name());
    if matches!(role, Role::Public | Role::NoGrant) {
        return good(&what, "configured; it must get no token, so nothing is tried");
    }
    let endpoint = target.token_endpoint_of(client);
    let request =
        TokenRequest::baseline(endpoint, client, target.resource.as_deref(), target.audience()).at(link.clock().now());
    match link.send(&request.to_request()).await.map(Answer::of) {
        Ok(answer) if answer.grant().is_some() => good(&what, "gets a token"),
        Ok(answer) => {
            let described = answer.describe();
            bad(
                &what,
                &format!("gets no token ({described}); check its `id`, `scopes`, and what it authenticates with"),
            )
        }
        Err(error) => bad(&what, &error.to_string()),
    }
}
