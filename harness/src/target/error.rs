//! What is wrong with a configuration, where, and how to mend it: one sentence, never a secret.

/// Where in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: String,
    /// None on the command line.
    line: Option<usize>,
    key: Option<String>,
}

impl Place {
    /// The file of a configuration that was put together from arguments.
    pub const COMMAND_LINE: &'static str = "the command line";

    /// The place of the octet at `offset`.
    pub fn at(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = text.get(before.rfind('\n').map_or(0, |end| end + 1)..).and_then(|rest| rest.lines().next());
        let key = line.and_then(|line| line.split_once('=')).map(|(key, _)| key.trim().to_owned());
        let line = (file != Self::COMMAND_LINE).then(|| before.matches('\n').count() + 1);
        Self { file: file.to_owned(), line, key }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        self.line.map_or(Ok(()), |line| write!(f, ", line {line}"))?;
        self.key.as_ref().map_or(Ok(()), |key| write!(f, ", key `{key}`"))
    }
}

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigError {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub problem: Problem,
}

/// What can be wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is no TOML, or not of our shape.
    #[error("{0}; `countersign serve` prints a configuration to start from")]
    Toml(String),
    /// The secret itself stands in the file.
    #[error("a secret must not stand in a file that is committed; write `env:NAME` or `file:PATH` instead")]
    LiteralSecret,
    /// There is no such environment variable.
    #[error("{} is not set; export it before the run", variable(.0))]
    MissingVariable(String),
    /// There is one, and what it holds is no text.
    #[error("{} is no UTF-8; a secret is text: export it in ASCII, or name a file", variable(.0))]
    VariableIsNoText(String),
    /// The file with the secret cannot be read.
    #[error("the secret's file `{path}` cannot be read: {cause}; create it, or name another")]
    SecretFile {
        /// The file.
        path: String,
        /// What the operating system says.
        cause: String,
    },
    /// There is a source of the secret, and nothing in it.
    #[error("the secret is empty; a confidential client has one")]
    EmptySecret,
    /// The authentication method needs a secret.
    #[error("this client authenticates with a secret and has none; add `secret = \"env:NAME\"`")]
    NoSecret,
    /// `private_key_jwt` needs a key.
    #[error("this client authenticates with an assertion and has no key; add `key = \"file:PATH\"`, a private JWK")]
    NoKey,
    /// The key is of another kind, or no key.
    #[error("this is no private JWK on P-256, or of RSA with 2048 bits or more; convert the key, or use another")]
    UnusableKey,
    /// The key is for another algorithm.
    #[error("this key signs with {0}; write that, or leave `algorithm` out")]
    OtherAlgorithm(&'static str),
    /// Authentication by a certificate needs one.
    #[error(
        "this client authenticates with a certificate and has none; add `certificate = \"file:PATH\"` and `key = \"file:PATH\"`, both in PEM"
    )]
    NoCertificate,
    /// The certificate has no key.
    #[error(
        "this client has a certificate and no key; add `key = \"file:PATH\"`, the private key of the certificate in PEM"
    )]
    NoCertificateKey,
    /// No certificate.
    #[error("this is no certificate in PEM; convert it, as with `openssl x509 -inform DER`")]
    UnusableCertificate,
    /// No key of a certificate.
    #[error("this is no private key in PEM without a passphrase; convert it, as with `openssl pkcs8 -topk8 -nocrypt`")]
    UnusableCertificateKey,
    /// The key is that of another certificate.
    #[error("this is not the key of the certificate; name the two that belong together")]
    OtherCertificateKey,
    /// Without TLS there is nothing that a certificate could be presented to.
    #[error("a certificate is presented to a server that speaks TLS; use https")]
    CertificateOverHttp,
    /// A public client cannot use the client credentials grant.
    #[error(
        "the client that works must authenticate (RFC 6749 §4.4); a public client belongs under [companion.public]"
    )]
    PublicClient,
    /// Neither an issuer nor a token endpoint.
    #[error("neither `issuer` nor `token_endpoint` is named; add one of them to [target]")]
    NoTarget,
    /// A URI that is not usable.
    #[error("this is no https URI with a host; write it whole, as in `https://as.example.com/token`")]
    BadUri,
    /// A name and a password before the host.
    #[error("a URI must hold no name and no password; credentials belong under [client]")]
    UserInformation,
    /// RFC 8414 §2.
    #[error("an issuer has no query (RFC 8414 §2); write it as the metadata has it")]
    IssuerWithQuery,
    /// Nothing would be demanded.
    #[error("no profile is named; write `names = [\"rfc6749\"]`, or leave the table out")]
    NoProfile,
    /// A waiver for nothing.
    #[error("there is no check `{0}`; `countersign list` shows them")]
    UnknownCheck(String),
    /// Two waivers of which one would never count.
    #[error("two waivers are for `{0}`; leave one of them")]
    WaivedTwice(String),
    /// A client that may have only some scopes must say which.
    #[error("this client needs `scopes`: the part of the main client's scopes that it may have")]
    NoScopes,
    /// Plain http.
    #[error("credentials would travel in clear text; use https, or `allow_http = true` for a server on loopback")]
    PlainHttp,
    /// Plain http to somewhere else.
    #[error("`allow_http` is for a server on loopback only; use https")]
    HttpAwayFromLoopback,
}

/// What is no usual name of a variable may be the secret itself, written into the wrong place.
fn variable(name: &str) -> String {
    let usual = name.bytes().all(|octet| octet.is_ascii_uppercase() || octet.is_ascii_digit() || octet == b'_');
    if usual { format!("the environment variable `{name}`") } else { "this environment variable".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_line_and_key() {
        let text = "[target]\nissuer = \"x\"\n";
        assert_eq!(Place::at("c.toml", text, text.find("\"x").unwrap()).to_string(), "c.toml, line 2, key `issuer`");
        assert_eq!(Place::at("c.toml", text, 0).to_string(), "c.toml, line 1");
        let issuer = text.find("\"x").unwrap();
        assert_eq!(Place::at(Place::COMMAND_LINE, text, issuer).to_string(), "the command line, key `issuer`");
    }
}
