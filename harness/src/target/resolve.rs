//! From the configuration and the metadata to a target that can be tested.

use super::{
    Authentication, ClientTable, Config, ConfigError, Limits, Metadata, Place, Problem, Profile, Role, Waiver,
};
use crate::wire::BasicEncoding;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

/// A client with its secret.
#[derive(Debug, Clone)]
pub struct Client {
    /// The `client_id`.
    pub id: String,
    /// The `client_secret`, unless the client is public.
    pub secret: Option<SecretString>,
    /// How it authenticates.
    pub authentication: Authentication,
    /// How its Basic credentials are encoded.
    pub basic_encoding: BasicEncoding,
    /// The scopes that it may have.
    pub scopes: Vec<String>,
}

/// Everything that a run needs to know about the server.
#[derive(Debug, Clone)]
pub struct Target {
    /// The issuer, if it is known.
    pub issuer: Option<String>,
    /// The token endpoint.
    pub token_endpoint: String,
    /// The JWK Set.
    pub jwks_uri: Option<String>,
    /// The introspection endpoint.
    pub introspection_endpoint: Option<String>,
    /// The revocation endpoint.
    pub revocation_endpoint: Option<String>,
    /// A URL that accepts the tokens.
    pub protected_url: Option<String>,
    /// The resource indicator of every token request.
    pub resource: Option<String>,
    /// The metadata document, if one was found.
    pub metadata: Option<Metadata>,
    /// The client that works.
    pub client: Client,
    /// Further clients.
    pub companions: BTreeMap<Role, Client>,
    /// Which specifications are applied.
    pub profiles: Vec<Profile>,
    /// What the run may cost.
    pub limits: Limits,
    /// What is accepted.
    pub waivers: Vec<Waiver>,
}

/// The text around a configuration: what it takes to fetch its secrets and to say where something is wrong.
pub struct Surroundings<'a> {
    /// How messages call the file.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Where relative paths start.
    pub folder: &'a Path,
    /// Reads the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Surroundings({})", self.file)
    }
}

impl Surroundings<'_> {
    fn error(&self, offset: usize, problem: Problem) -> ConfigError {
        ConfigError { place: Place::at(self.file, self.text, offset), problem }
    }

    /// The main client and the companions, with their secrets.
    pub fn clients(&self, config: &Config) -> Result<(Client, BTreeMap<Role, Client>), ConfigError> {
        let main = self.client(&config.client)?;
        if main.authentication == Authentication::None {
            return Err(self.error(config.client.id.span().start, Problem::PublicClient));
        }
        let companions = config.companion.iter().map(|(role, table)| Ok((*role, self.client(table)?)));
        Ok((main, companions.collect::<Result<_, _>>()?))
    }

    fn client(&self, table: &ClientTable) -> Result<Client, ConfigError> {
        let place = table.id.span().start;
        let authentication = table.authentication.as_ref().map(|value| *value.get_ref()).unwrap_or_default();
        let secret = match (&table.secret, authentication) {
            (_, Authentication::PrivateKeyJwt | Authentication::TlsClientAuth) => {
                let place = table.authentication.as_ref().map_or(place, |value| value.span().start);
                return Err(self.error(place, Problem::UnsupportedAuthentication));
            }
            (None, Authentication::None) => None,
            (None, _) => return Err(self.error(place, Problem::NoSecret)),
            (Some(source), _) => Some(
                source
                    .get_ref()
                    .fetch(self.variable, self.folder)
                    .map_err(|problem| self.error(source.span().start, problem))?,
            ),
        };
        Ok(Client {
            id: table.id.get_ref().clone(),
            secret,
            authentication,
            basic_encoding: table.basic_encoding,
            scopes: table.scopes.clone(),
        })
    }

    /// Every URI of the configuration is one that credentials may be sent to.
    pub fn check_uris(&self, config: &Config) -> Result<(), ConfigError> {
        let target = &config.target;
        if target.issuer.is_none() && target.token_endpoint.is_none() {
            return Err(self.error(self.text.find("[target]").unwrap_or(0), Problem::NoTarget));
        }
        let uris = [
            &target.issuer,
            &target.token_endpoint,
            &target.jwks_uri,
            &target.introspection_endpoint,
            &target.revocation_endpoint,
            &target.protected_url,
        ];
        uris.into_iter().flatten().try_for_each(|uri| self.check_uri(uri, target.allow_http))
    }

    fn check_uri(&self, uri: &Spanned<String>, allow_http: bool) -> Result<(), ConfigError> {
        permitted(uri.get_ref(), allow_http).map_err(|problem| self.error(uri.span().start, problem))
    }
}

/// Whether credentials may be sent to this URI.
pub(super) fn permitted(uri: &str, allow_http: bool) -> Result<(), Problem> {
    let parsed: hyper::Uri = uri.parse().map_err(|_| Problem::BadUri)?;
    if parsed.host().is_none_or(str::is_empty) {
        return Err(Problem::BadUri);
    }
    match (parsed.scheme_str(), allow_http, is_loopback(uri)) {
        (Some("https"), _, _) | (Some("http"), true, true) => Ok(()),
        (Some("http"), true, false) => Err(Problem::HttpAwayFromLoopback),
        (Some("http"), false, _) => Err(Problem::PlainHttp),
        _ => Err(Problem::BadUri),
    }
}

/// Whether the host of this URI is this machine.
pub fn is_loopback(uri: &str) -> bool {
    let Ok(uri) = uri.parse::<hyper::Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let config = match Config::parse(text, "c.toml") {
            Err(error) => return error.to_string(),
            Ok(config) => config,
        };
        let variable = |name: &str| (name == "SET").then(|| "s3cret".to_owned());
        let surroundings = Surroundings { file: "c.toml", text, folder: Path::new("/nowhere"), variable: &variable };
        let uris = surroundings.check_uris(&config);
        uris.and_then(|()| surroundings.clients(&config)).map_or_else(|error| error.to_string(), |_| "fine".into())
    }

    const CLIENT: &str = "[client]\nid = \"job\"\nsecret = \"env:SET\"\n";

    #[test]
    fn each_mistake_is_one_sentence_with_its_place() {
        let target = |line: &str| format!("[target]\n{line}\n{CLIENT}");
        let cases = [
            (target("issuer = \"https://a.example\""), "fine"),
            (target("isuer = \"https://a.example\""), "c.toml, line 2, key `isuer`: unknown field `isuer`"),
            (target("issuer = https://a.example"), "c.toml, line 2, key `issuer`: "),
            (
                target("issuer = \"http://a.example\""),
                "c.toml, line 2, key `issuer`: credentials would travel in clear",
            ),
            (
                target("issuer = \"http://a.example\"\nallow_http = true"),
                "c.toml, line 2, key `issuer`: `allow_http` is",
            ),
            (target("issuer = \"http://127.0.0.1:1\"\nallow_http = true"), "fine"),
            (target("token_endpoint = \"/token\""), "c.toml, line 2, key `token_endpoint`: this is no https URI"),
            (target(""), "c.toml, line 1: neither `issuer` nor `token_endpoint`"),
        ];
        for (text, expected) in cases {
            assert!(problem(&text).starts_with(expected), "{text}\n{}", problem(&text));
        }
    }

    #[test]
    fn a_mistake_with_a_secret_never_shows_it() {
        let client = |line: &str| format!("[target]\nissuer = \"https://a.example\"\n[client]\nid = \"job\"\n{line}\n");
        let cases = [
            ("secret = \"hunter2\"", "c.toml, line 5, key `secret`: a secret must not stand in a file"),
            ("secret = 4711", "c.toml, line 5, key `secret`: a secret is a string"),
            ("secret = \"hunter2\" 4711", "c.toml, line 5, key `secret`: "),
            ("secret = \"env:UNSET\"", "c.toml, line 5, key `secret`: the environment variable `UNSET` is not set"),
            ("secret = \"file:none\"", "c.toml, line 5, key `secret`: the secret's file `none` cannot be read"),
            ("", "c.toml, line 4, key `id`: this client authenticates with a secret and has none"),
            ("authentication = \"none\"", "c.toml, line 4, key `id`: the client that works must authenticate"),
            (
                "authentication = \"private_key_jwt\"",
                "c.toml, line 5, key `authentication`: this authentication method",
            ),
        ];
        for (line, expected) in cases {
            let problem = problem(&client(line));
            assert!(problem.starts_with(expected), "{problem}");
            assert!(!problem.contains("hunter2") && !problem.contains("4711"), "{problem}");
        }
    }
}
