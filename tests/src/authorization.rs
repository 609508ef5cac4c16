//! A real authorization server, and the clients that it knows.

use crate::node::Node;
use crate::server::Server;
use crate::{Error, Result, place};
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::header::AUTHORIZATION;

const FOLDER: &str = "servers/oidc-provider";
const ANSWER: Duration = Duration::from_secs(20);

/// npm `oidc-provider` on loopback; ends with this value.
#[derive(Debug)]
pub struct AuthorizationServer {
    server: Server,
    facts: Value,
}

/// A client credentials request.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// One of the clients of `tests/servers/oidc-provider/server.mjs`.
    pub client: &'static str,
    /// The scopes asked for, space-delimited.
    pub scope: &'static str,
    /// The API that the token is for.
    pub audience: &'static str,
}

/// Who issues.
#[derive(Debug, Clone, Copy)]
pub enum Issuer {
    /// The authorization server.
    Real,
    /// One that claims its issuer identifier and its key ids, but has other keys.
    Impostor,
    /// One that is down as soon as it has issued a token.
    Retiring,
}

impl Issuer {
    const fn name(self) -> &'static str {
        match self {
            Self::Real => "issuer",
            Self::Impostor => "impostor",
            Self::Retiring => "retiring",
        }
    }
}

impl AuthorizationServer {
    /// Installs what the server needs.
    pub fn install(node: &Node, say: &dyn Fn(&str)) -> Result<()> {
        node.install(&place::tests().join(FOLDER), say)
    }

    /// Starts it on a port that the system chooses.
    pub fn start(node: &Node) -> Result<Self> {
        let (server, facts) = Server::start(node, &format!("{FOLDER}/server.mjs"), &[], &[])?;
        Ok(Self { server, facts })
    }

    /// Where an issuer answers.
    #[must_use]
    pub fn origin(&self, issuer: Issuer) -> &str {
        self.fact(issuer.name())
    }

    /// The secret of every confidential client.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.fact("secret")
    }

    fn fact(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap_or_default()
    }

    /// A new access token.
    pub fn token(&self, agent: &Agent, issuer: Issuer, grant: Grant) -> Result<String> {
        let origin = self.origin(issuer);
        let refused = |why: String| {
            Error::new(
                format!("the authorization server gave `{}` no token ({why})", grant.client),
                "correct the grant, or the client in `tests/servers/oidc-provider/server.mjs`",
            )
            .with_output(self.server.output())
        };
        let mut answer = agent
            .post(format!("{origin}/token"))
            .header(AUTHORIZATION, basic(grant.client, self.secret()))
            .send_form([("grant_type", "client_credentials"), ("scope", grant.scope), ("resource", grant.audience)])
            .map_err(|error| refused(error.to_string()))?;
        let body = answer.body_mut().read_to_string().map_err(|error| refused(error.to_string()))?;
        let value: Value = serde_json::from_str(&body).unwrap_or_default();
        // The answer of a refusal holds no token, so it can be shown.
        value["access_token"].as_str().map(str::to_owned).ok_or_else(|| refused(format!("{} {body}", answer.status())))
    }
}

/// An HTTP client for loopback: every status is an answer, and no proxy is asked.
#[must_use]
pub fn agent() -> Agent {
    Agent::new_with_config(
        Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(ANSWER)).build(),
    )
}

/// The credentials of a client whose id and secret need no form encoding.
fn basic(client: &str, secret: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    format!("Basic {}", BASE64_STANDARD.encode(format!("{client}:{secret}")))
}
