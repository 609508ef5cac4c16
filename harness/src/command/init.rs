//! `countersign init`: a configuration from the server's metadata, with what it cannot know as comments.

use super::arguments::InitArguments;
use super::output::write_file;
use super::{CommandError, Terminal, metadata};
use countersign_harness::catalogue::StatementSet;
use countersign_harness::exit::Exit;
use countersign_harness::target::{Config, Target, is_loopback};
use countersign_harness::wire::escaped;
use serde_json::Value;

/// Taplo and the editors that use it read the comment that names it, relative to the configuration.
const SCHEMA: &str = "countersign.schema.json";

pub(super) async fn run(arguments: &InitArguments, terminal: &mut Terminal<'_>) -> Result<Exit, CommandError> {
    let path = &arguments.file;
    if path.exists() {
        return Err(CommandError::Exists { path: path.clone() });
    }
    let socket = metadata::socket(None)?;
    let link = metadata::link(&socket);
    let target = metadata::of_issuer(&link, &arguments.issuer).await?;
    // Beside the configuration, because a place on the network would be of another version, or of nobody.
    let schema = path.with_file_name(SCHEMA);
    write_file(&schema, &Config::schema()?)?;
    write_file(path, &configuration(&arguments.issuer, &arguments.client_id, &target))?;
    writeln!(terminal.out, "{} is written, and {} for editors. What is next:", path.display(), schema.display())?;
    writeln!(terminal.out, "  1. put the client's id and scopes into it")?;
    writeln!(terminal.out, "  2. export COUNTERSIGN_CLIENT_SECRET=…")?;
    writeln!(terminal.out, "  3. countersign doctor --config {}", path.display())?;
    writeln!(terminal.out, "  4. countersign check --config {}", path.display())?;
    for caution in cautions(&target) {
        writeln!(terminal.out, "Beware: {caution}")?;
    }
    Ok(Exit::Conforms)
}

fn configuration(issuer: &str, client_id: &str, target: &Target) -> String {
    let text = |value: &str| toml::Value::from(value).to_string();
    let methods = listed(target, "token_endpoint_auth_methods_supported");
    // RFC 8414 §2: what is not said is `client_secret_basic`.
    let post = !methods.is_empty() && !methods.iter().any(|method| method == "client_secret_basic");
    let method = if post { "client_secret_post" } else { "client_secret_basic" };
    let scopes = listed(target, "scopes_supported").iter().map(|scope| escaped(scope)).collect::<Vec<_>>().join(" ");
    let allow_http = if is_loopback(issuer) { "allow_http = true\n" } else { "" };
    format!(
        r#"#:schema ./{SCHEMA}
# Endpoints come from the issuer's metadata; what is named here wins.
[target]
issuer = {issuer}
{allow_http}# protected_url = "https://api.example.com/me"   # accepts the tokens: expiry is judged there too
# resource = "https://api.example.com"           # for servers that want a resource indicator (RFC 8707)

[client]                                         # the one that works
id = {id}
secret = "env:COUNTERSIGN_CLIENT_SECRET"         # or file:PATH, never the secret itself
authentication = "{method}"
scopes = []                                      # the server names: {scopes}

# Further clients, each for the checks that need it:
# [companion.disposable]                         # its secret is guessed at: it may be locked
# id = "throw-away"
# secret = "env:DISPOSABLE_SECRET"
# [companion.public]                             # without a secret
# id = "app"
# authentication = "none"
# [companion.no_grant]                           # may not use client_credentials
# id = "web"
# secret = "env:WEB_SECRET"
# [companion.read_only]                          # may have only a part of the scopes
# id = "reader"
# secret = "env:READER_SECRET"
# scopes = ["read"]

[profile]
names = ["rfc6749"]                              # rfc9068, oauth21, bcp9700, 7523bis
statements = "{statements}"                            # what an upgrade judges beyond this set is a note
"#,
        issuer = text(issuer),
        id = text(client_id),
        statements = StatementSet::default().name,
    )
}

fn listed(target: &Target, member: &str) -> Vec<String> {
    let values = target.metadata.as_ref().and_then(|metadata| metadata.members.get(member)?.as_array().cloned());
    values.unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What the metadata says against a run.
fn cautions(target: &Target) -> Vec<&'static str> {
    let grants = listed(target, "grant_types_supported");
    let methods = listed(target, "token_endpoint_auth_methods_supported");
    let mut cautions = Vec::new();
    if !grants.iter().any(|grant| grant == "client_credentials") {
        cautions.push("the metadata does not name the grant client_credentials (RFC 8414 §2)");
    }
    if !methods.is_empty() && !methods.iter().any(|method| method.starts_with("client_secret_")) {
        cautions.push(
            "the metadata names no authentication by a secret: `private_key_jwt` takes a `key`, `tls_client_auth` a `certificate` and its `key`",
        );
    }
    cautions
}
