//! `countersign token`: what the validator says to one token.

use super::arguments::TokenArguments;
use super::{CommandError, Terminal, metadata};
use countersign_harness::bounded;
use countersign_harness::clock::{Clock as _, SystemClock};
use countersign_harness::exit::Exit;
use countersign_harness::wire::{Request, escaped};
use countersign_validator::{Audience, ConfigurationError, KeySet, Policy, Profile, RequiredScopes, UnixTime, verify};
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// The most that is read, octets: a token has a few thousand, and the validator refuses what is longer.
const MAX_OCTETS: u64 = 1 << 20;

pub(super) async fn run(arguments: &TokenArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let unknown = || ConfigurationError::new("profile", "is unknown; `countersign token --help` names them");
    let profile = Profile::from_name(&arguments.profile).ok_or_else(unknown)?;
    let audience = match arguments.audience.as_slice() {
        [] => Audience::NotChecked,
        some => Audience::AnyOf(some.to_vec()),
    };
    let policy = Policy::new(arguments.issuer.as_str(), audience)?.with_profile(profile);
    let token = read(arguments.file.as_deref())?;
    let keys = KeySet::from_json(&keys(arguments).await?).map_err(|error| CommandError::NoKeys(error.to_string()))?;
    let now = UnixTime::from_seconds(SystemClock.now().as_second());
    match verify(token.trim_ascii(), &policy, &keys, &RequiredScopes::none(), now) {
        Ok(token) => {
            writeln!(terminal.out, "accepted: the signature verifies, and every rule of the profile holds")?;
            for (name, value) in [("header", token.header_json()), ("claims", token.claims_json())] {
                writeln!(terminal.out, "  {name}  {}", escaped(value))?;
            }
            if arguments.audience.is_empty() {
                writeln!(terminal.out, "No audience was compared; name yours with `--audience`.")?;
            }
            Ok(Exit::Conforms)
        }
        Err(refusal) => {
            writeln!(terminal.out, "refused: {refusal}")?;
            writeln!(terminal.out, "  code   {}", refusal.code().as_str())?;
            writeln!(terminal.out, "  cause  {refusal:?}")?;
            Ok(Exit::Broken)
        }
    }
}

fn read(file: Option<&Path>) -> Result<Vec<u8>, CommandError> {
    let mut token = Vec::new();
    let read = match file {
        Some(path) => fs::File::open(path).and_then(|file| file.take(MAX_OCTETS).read_to_end(&mut token)),
        None => std::io::stdin().take(MAX_OCTETS).read_to_end(&mut token),
    };
    let path = || file.unwrap_or(Path::new("standard input")).to_owned();
    read.map(|_| token).map_err(|cause| CommandError::NoToken { path: path(), cause })
}

async fn keys(arguments: &TokenArguments) -> Result<Vec<u8>, CommandError> {
    let unusable = |cause: String| CommandError::NoKeys(escaped(&cause));
    if let Some(path) = &arguments.jwks {
        return bounded::octets(path, bounded::MOST_OCTETS)
            .map_err(|cause| unusable(format!("{}: {cause}", path.display())));
    }
    let socket = metadata::socket(None)?;
    let link = metadata::link(&socket);
    let target = metadata::of_issuer(&link, &arguments.issuer).await?;
    let uri = target.jwks_uri.ok_or_else(|| unusable("the metadata names no `jwks_uri`".into()))?;
    let reply = link.send(&Request::get(&uri)).await.map_err(|error| unusable(error.to_string()))?;
    Ok(reply.response.body)
}
