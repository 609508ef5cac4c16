//! From the configuration and the metadata to a target that can be tested.

use super::{
    Authentication, ClientTable, Config, ConfigError, Limits, Metadata, Place, Problem, Profile, Role, SecretSource,
    Waiver,
};
use crate::catalogue::StatementSet;
use crate::checks;
use crate::signing_key::SigningKey;
use crate::wire::{BasicEncoding, Identity, IdentityError, readable};
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
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
    /// With what it signs, if it authenticates with `private_key_jwt`.
    pub key: Option<ClientKey>,
    /// What it presents, if it authenticates with a certificate.
    pub identity: Option<Identity>,
    /// How its Basic credentials are encoded.
    pub basic_encoding: BasicEncoding,
    /// The scopes that it may have.
    pub scopes: Vec<String>,
}

impl Client {
    /// Whether its id or secret reads otherwise once it is encoded as a form (RFC 6749 §2.3.1).
    pub fn has_reserved_characters(&self) -> bool {
        let secret = self.secret.as_ref().map(|secret| secret.expose_secret()).unwrap_or_default();
        [&self.id, secret].iter().any(|text| BasicEncoding::Form.encode(text) != **text)
    }
}

/// The private key of a client, and the `kid` under which the server knows it.
#[derive(Debug, Clone)]
pub struct ClientKey {
    pub(crate) key: Arc<SigningKey>,
    pub(crate) id: Option<String>,
}

/// Where a client goes that presents a certificate: to hosts of their own, if the server has them (RFC 8705 §5).
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// The token endpoint.
    pub token: String,
    /// The introspection endpoint.
    pub introspection: Option<String>,
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
    /// Where clients with a certificate go.
    pub with_certificate: Endpoints,
    /// The token endpoint of clients without one.
    pub without_certificate: String,
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
    /// The statements that count.
    pub statements: StatementSet,
    /// What the run may cost.
    pub limits: Limits,
    /// What is accepted.
    pub waivers: Vec<Waiver>,
}

impl Target {
    /// The token endpoint of this client.
    pub fn token_endpoint_of(&self, client: &Client) -> &str {
        if client.identity.is_some() { &self.with_certificate.token } else { &self.without_certificate }
    }

    /// For whom assertions are, unless the server wants it otherwise: the issuer (draft 7523bis §4), else the endpoint.
    pub fn audience(&self) -> &str {
        self.issuer.as_deref().unwrap_or(&self.token_endpoint)
    }
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
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
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
        let tables = std::iter::once(&config.client).chain(config.companion.values());
        tables.into_iter().try_for_each(|table| self.check_transport(config, table))?;
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
            (Some(source), _) => Some(self.fetch(source)?),
            (None, Authentication::ClientSecretBasic | Authentication::ClientSecretPost) => {
                return Err(self.error(place, Problem::NoSecret));
            }
            (None, _) => None,
        };
        let key = if authentication == Authentication::PrivateKeyJwt { Some(self.key(table)?) } else { None };
        let identity = if authentication.is_by_certificate() { Some(self.identity(table)?) } else { None };
        Ok(Client {
            id: table.id.get_ref().clone(),
            secret,
            authentication,
            key,
            identity,
            basic_encoding: table.basic_encoding,
            scopes: table.scopes.clone(),
        })
    }

    fn fetch(&self, source: &Spanned<SecretSource>) -> Result<SecretString, ConfigError> {
        let fetched = source.get_ref().fetch(self.variable, self.folder);
        fetched.map_err(|problem| self.error(source.span().start, problem))
    }

    fn key(&self, table: &ClientTable) -> Result<ClientKey, ConfigError> {
        let missing = || self.error(table.id.span().start, Problem::NoKey);
        let source = table.key.as_ref().ok_or_else(missing)?;
        let text = self.fetch(source)?;
        let unusable = || self.error(source.span().start, Problem::UnusableKey);
        let key = SigningKey::from_jwk(text.expose_secret()).ok_or_else(unusable)?;
        match &table.algorithm {
            Some(algorithm) if algorithm.get_ref() != key.algorithm() => {
                Err(self.error(algorithm.span().start, Problem::OtherAlgorithm(key.algorithm())))
            }
            _ => Ok(ClientKey { key: Arc::new(key), id: table.key_id.clone() }),
        }
    }

    fn identity(&self, table: &ClientTable) -> Result<Identity, ConfigError> {
        let missing = |problem| self.error(table.id.span().start, problem);
        let certificate = table.certificate.as_ref().ok_or_else(|| missing(Problem::NoCertificate))?;
        let key = table.key.as_ref().ok_or_else(|| missing(Problem::NoCertificateKey))?;
        let (certificates, private) = (self.fetch(certificate)?, self.fetch(key)?);
        Identity::from_pem(certificates.expose_secret(), private.expose_secret()).map_err(|error| match error {
            IdentityError::Certificate => self.error(certificate.span().start, Problem::UnusableCertificate),
            IdentityError::Key => self.error(key.span().start, Problem::UnusableCertificateKey),
            IdentityError::OtherKey => self.error(key.span().start, Problem::OtherCertificateKey),
        })
    }

    /// A certificate goes to a server that speaks TLS.
    fn check_transport(&self, config: &Config, table: &ClientTable) -> Result<(), ConfigError> {
        let target = &config.target;
        let tls = target.token_endpoint.as_ref().or(target.issuer.as_ref());
        let tls = tls.is_none_or(|uri| uri.get_ref().starts_with("https://"));
        match table.authentication.as_ref().filter(|method| !tls && method.get_ref().is_by_certificate()) {
            Some(method) => Err(self.error(method.span().start, Problem::CertificateOverHttp)),
            None => Ok(()),
        }
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
        uris.into_iter().flatten().try_for_each(|uri| self.check_uri(uri, target.allow_http))?;
        if let Some(issuer) = target.issuer.as_ref().filter(|issuer| issuer.get_ref().contains('?')) {
            return Err(self.error(issuer.span().start, Problem::IssuerWithQuery));
        }
        self.check_choices(config)
    }

    /// What is named must exist, and what is there must be of use.
    fn check_choices(&self, config: &Config) -> Result<(), ConfigError> {
        let place = |text: &str| self.text.find(text).unwrap_or(0);
        if config.profile.names.is_empty() {
            return Err(self.error(place("names"), Problem::NoProfile));
        }
        let unknown = config.waivers.iter().find(|waiver| checks::check(&waiver.check).is_none());
        if let Some(waiver) = unknown {
            let problem = Problem::UnknownCheck(readable(&waiver.check));
            return Err(self.error(place(&format!("\"{}\"", waiver.check)), problem));
        }
        let mut seen = BTreeSet::new();
        if let Some(waiver) = config.waivers.iter().find(|waiver| !seen.insert(&waiver.check)) {
            let second = self.text.rfind(&format!("\"{}\"", waiver.check)).unwrap_or(0);
            return Err(self.error(second, Problem::WaivedTwice(waiver.check.clone())));
        }
        let reader = config.companion.get(&Role::ReadOnly).filter(|table| table.scopes.is_empty());
        reader.map_or(Ok(()), |table| Err(self.error(table.id.span().start, Problem::NoScopes)))
    }

    fn check_uri(&self, uri: &Spanned<String>, allow_http: bool) -> Result<(), ConfigError> {
        permitted(uri.get_ref(), allow_http).map_err(|problem| self.error(uri.span().start, problem))
    }
}

/// Whether credentials may be sent to this URI.
pub(super) fn permitted(uri: &str, allow_http: bool) -> Result<(), Problem> {
    let parsed: hyper::Uri = uri.parse().map_err(|_| Problem::BadUri)?;
    if parsed.host().is_none_or(str::is_empty) || uri.contains('#') {
        return Err(Problem::BadUri);
    }
    if parsed.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(Problem::UserInformation);
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
    use crate::reference::Registry;

    fn problem(text: &str) -> String {
        let config = match Config::parse(text, "c.toml") {
            Err(error) => return error.to_string(),
            Ok(config) => config,
        };
        let variable = |name: &str| {
            let certified: Vec<_> = Registry.all().iter().filter_map(|client| client.certified).collect();
            let value = match name {
                "SET" => "s3cret",
                "CERTIFICATE" => certified[0].certificate,
                "KEY" => certified[0].key,
                "OTHER" => certified[1].key,
                _ => return None,
            };
            Some(value.into())
        };
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
            (target("issuer = \"https://me:x@a.example\""), "c.toml, line 2, key `issuer`: a URI must hold no name"),
            (target("issuer = \"https://a.example?b\""), "c.toml, line 2, key `issuer`: an issuer has no query"),
            (
                target("token_endpoint = \"https://a.example/t#b\""),
                "c.toml, line 2, key `token_endpoint`: this is no https",
            ),
            (target("token_endpoint = \"https://a.example/t?b\""), "fine"),
            (
                target("issuer = \"https://a.example\"\n[profile]\nnames = []"),
                "c.toml, line 4, key `names`: no profile is named",
            ),
            (
                target("issuer = \"https://a.example\"\n[companion.read_only]\nid = \"r\"\nsecret = \"env:SET\""),
                "c.toml, line 4, key `id`: this client needs `scopes`",
            ),
        ];
        for (text, expected) in cases {
            assert!(problem(&text).starts_with(expected), "{text}\n{}", problem(&text));
        }
    }

    /// A waiver that says nothing, or stands for nothing, would be a finding that nobody answers for.
    #[test]
    fn a_waiver_has_a_check_a_reason_an_owner_and_a_day() {
        let waiver = |check: &str, reason: &str, owner: &str, expires: &str| {
            format!(
                "[[waivers]]\ncheck = \"{check}\"\nreason = \"{reason}\"\nowner = \"{owner}\"\nexpires = \"{expires}\"\n"
            )
        };
        let good = waiver("success/body", "known", "the team", "2027-01-01");
        for (waivers, expected) in [
            (good.clone(), "fine"),
            (waiver("no/such", "r", "o", "2027-01-01"), "line 7, key `check`: there is no check `no/such`"),
            (waiver("success/body", "", "o", "2027-01-01"), "line 8, key `reason`: expected a few words"),
            (waiver("success/body", "r", " ", "2027-01-01"), "line 9, key `owner`: expected a few words"),
            (waiver("success/body", "r", "o", "soon"), "line 10, key `expires`: "),
            (good.replace("expires = \"2027-01-01\"\n", ""), "line 6: missing field `expires`"),
            (good.clone() + &good, "line 12, key `check`: two waivers are for `success/body`; leave one of them"),
        ] {
            let problem = problem(&format!("[target]\nissuer = \"https://a.example\"\n{CLIENT}{waivers}"));
            let told = problem.strip_prefix("c.toml, ").unwrap_or(&problem);
            assert!(told.starts_with(expected), "{waivers}{problem}");
        }
    }

    #[test]
    fn a_certificate_goes_to_a_server_that_speaks_tls() {
        let client = "[client]\nid = \"job\"\nauthentication = \"tls_client_auth\"\n";
        let text = format!("[target]\nissuer = \"http://127.0.0.1:1\"\nallow_http = true\n{client}");
        assert!(problem(&text).starts_with("c.toml, line 6, key `authentication`: a certificate is presented to"));
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
                "c.toml, line 4, key `id`: this client authenticates with an assertion and has no key",
            ),
            (
                "authentication = \"private_key_jwt\"\nkey = \"env:SET\"",
                "c.toml, line 6, key `key`: this is no private JWK",
            ),
            (
                "authentication = \"tls_client_auth\"",
                "c.toml, line 4, key `id`: this client authenticates with a certificate and has none",
            ),
            (
                "authentication = \"tls_client_auth\"\ncertificate = \"env:CERTIFICATE\"",
                "c.toml, line 4, key `id`: this client has a certificate and no key",
            ),
            (
                "authentication = \"tls_client_auth\"\ncertificate = \"env:SET\"\nkey = \"env:KEY\"",
                "c.toml, line 6, key `certificate`: this is no certificate in PEM",
            ),
            (
                "authentication = \"tls_client_auth\"\ncertificate = \"env:CERTIFICATE\"\nkey = \"env:SET\"",
                "c.toml, line 7, key `key`: this is no private key in PEM",
            ),
            (
                "authentication = \"self_signed_tls_client_auth\"\ncertificate = \"env:CERTIFICATE\"\nkey = \"env:OTHER\"",
                "c.toml, line 7, key `key`: this is not the key of the certificate",
            ),
            ("authentication = \"tls_client_auth\"\ncertificate = \"env:CERTIFICATE\"\nkey = \"env:KEY\"", "fine"),
        ];
        for (line, expected) in cases {
            let problem = problem(&client(line));
            assert!(problem.starts_with(expected), "{problem}");
            assert!(!problem.contains("hunter2") && !problem.contains("4711"), "{problem}");
        }
    }
}
