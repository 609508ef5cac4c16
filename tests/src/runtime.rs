//! The runtimes that serve an application: one row each.

use crate::application::Application;
use crate::node::Node;
use crate::server::Server;
use crate::{Error, Result, place};
use serde_json::{Value, json};
use std::path::Path;

/// A runtime: a script of `tests/runtimes` that serves a module of an application in it.
#[derive(Debug)]
pub struct Runtime {
    /// Its name, as people know it.
    pub name: &'static str,
    script: &'static str,
}

/// What Cloudflare runs.
pub const WORKERD: Runtime = Runtime { name: "workerd", script: "runtimes/workerd.mjs" };
/// Node, the oldest supported or newer.
pub const NODE: Runtime = Runtime { name: "Node", script: "runtimes/node.mjs" };
/// Every runtime that the tests go through.
pub const RUNTIMES: &[Runtime] = &[WORKERD, NODE];

/// One API to serve, and what it is told.
#[derive(Debug)]
pub struct Api {
    /// Its name among the others of one server.
    pub name: &'static str,
    /// What the module finds in its environment.
    pub environment: Vec<(&'static str, String)>,
}

/// APIs that are being served.
#[derive(Debug)]
pub struct Served {
    server: Server,
    urls: Value,
}

impl Runtime {
    /// Installs what the runtimes need, all at once.
    pub fn install(node: &Node, say: &dyn Fn(&str)) -> Result<()> {
        node.install(&place::tests().join("runtimes"), say)
    }

    /// Serves the module, once for each of the APIs.
    pub fn serve(&self, node: &Node, application: &Application, module: &str, apis: &[Api]) -> Result<Served> {
        let assignment: Vec<Value> = apis
            .iter()
            .map(|api| {
                let environment: serde_json::Map<_, _> =
                    api.environment.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                json!({ "name": api.name, "environment": environment })
            })
            .collect();
        let (server, urls) = Server::start(
            node,
            self.script,
            &[application.folder(), Path::new(module)],
            &[("COUNTERSIGN_APIS", Value::from(assignment).to_string())],
        )?;
        Ok(Served { server, urls })
    }
}

impl Served {
    /// Where the API of this name answers.
    pub fn url(&self, api: &str) -> Result<&str> {
        self.urls[api].as_str().ok_or_else(|| {
            Error::new(format!("the runtime serves no API `{api}`"), "read its output above").with_output(self.output())
        })
    }

    /// What the runtime has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.server.output()
    }
}
