//! Real authorization servers for conformance runs: one row each.

use crate::node::Node;
use crate::python::Python;
use crate::server::Server;
use crate::{Error, Result, place};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// What a server is written in: that decides how it is installed and started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// npm packages by `package-lock.json`, `server.mjs` in Node.
    JavaScript,
    /// Python packages by `requirements.txt`, `server.py` in an environment of its own.
    Python,
}

/// A server. Its folder `tests/servers/<name>` has what it needs, the script that starts it on a free port of loopback, and
/// `countersign.toml`, the configuration of the run, in which `ISSUER` stands for where it answers.
#[derive(Debug)]
pub struct RealServer {
    /// The name of its package, and of its folder.
    pub name: &'static str,
    /// What it is written in.
    pub language: Language,
}

/// npm `oidc-provider`, which the demo starts too.
pub const OIDC_PROVIDER: RealServer = RealServer { name: "oidc-provider", language: Language::JavaScript };
/// PyPI Authlib in Flask.
pub const AUTHLIB: RealServer = RealServer { name: "authlib", language: Language::Python };
/// PyPI django-oauth-toolkit.
pub const DJANGO_OAUTH_TOOLKIT: RealServer = RealServer { name: "django-oauth-toolkit", language: Language::Python };
/// npm `oauth2-mock-server`, which checks no credentials.
pub const OAUTH2_MOCK_SERVER: RealServer = RealServer { name: "oauth2-mock-server", language: Language::JavaScript };

/// All of them.
pub const REAL_SERVERS: &[&RealServer] = &[&OIDC_PROVIDER, &AUTHLIB, &DJANGO_OAUTH_TOOLKIT, &OAUTH2_MOCK_SERVER];

/// A server that runs; it ends with this value.
#[derive(Debug)]
pub struct Running {
    _server: Server,
    facts: Value,
}

impl Running {
    /// The issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.fact("issuer")
    }

    /// The secret from which those of its clients are made.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.fact("secret")
    }

    fn fact(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap_or_default()
    }
}

impl RealServer {
    fn folder(&self) -> PathBuf {
        place::tests().join("servers").join(self.name)
    }

    /// Installs what it needs, unless exactly that was installed before.
    pub fn install(&self, say: &dyn Fn(&str)) -> Result<()> {
        match self.language {
            Language::JavaScript => Node::find()?.install(&self.folder(), say),
            Language::Python => Python::find()?.install(&self.folder(), say).map(|_| ()),
        }
    }

    /// Installs it where it is not, and starts it on a port that the system chooses.
    pub fn start(&self) -> Result<Running> {
        let silently = |_: &str| ();
        let (server, facts) = match self.language {
            Language::JavaScript => {
                let node = Node::find()?;
                node.install(&self.folder(), &silently)?;
                Server::start(&node, &format!("servers/{}/server.mjs", self.name), &[], &[])?
            }
            Language::Python => {
                let script = format!("servers/{}/server.py", self.name);
                let mut command = Python::find()?.install(&self.folder(), &silently)?.command();
                command.arg(place::tests().join(&script)).env("PYTHONPATH", place::tests().join("servers"));
                Server::launch(&mut command, &script, "delete `target/python`")?
            }
        };
        Ok(Running { _server: server, facts })
    }

    /// The configuration of a run against it.
    pub fn configuration(&self, issuer: &str) -> Result<String> {
        let file = self.folder().join("countersign.toml");
        let text = fs::read_to_string(&file).map_err(|error| {
            Error::new(format!("`{}` is not readable ({error})", file.display()), "restore it from git")
        })?;
        Ok(text.replace("ISSUER", issuer))
    }
}
