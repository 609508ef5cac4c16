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
    /// Which one is meant, where the script knows several.
    variant: &'static str,
    /// What the package can check signatures by there, by the names of its option `crypto`.
    pub backends: &'static [&'static str],
}

/// The folder of what is needed beside Node and workerd: the other runtimes, and tools that judge the package.
pub const OTHERS: &str = "runtimes/others";

const WITHOUT_NODE_CRYPTO: &[&str] = &["webcrypto", "wasm"];
const WITH_NODE_CRYPTO: &[&str] = &["node:crypto", "webcrypto", "wasm"];

/// What Cloudflare runs, as of a date at which Workers have no node:crypto unless they ask for it.
pub const WORKERD: Runtime =
    Runtime { name: "workerd", script: "runtimes/workerd.mjs", variant: "2025-01-01", backends: WITHOUT_NODE_CRYPTO };
/// The same, as of a date at which they have it.
pub const WORKERD_WITH_NODE_CRYPTO: Runtime = Runtime {
    name: "workerd with node:crypto",
    script: "runtimes/workerd.mjs",
    variant: "2026-10-01",
    backends: WITH_NODE_CRYPTO,
};
/// Node, the oldest supported or newer.
pub const NODE: Runtime =
    Runtime { name: "Node", script: "runtimes/node.mjs", variant: "", backends: WITH_NODE_CRYPTO };
/// Node, by `require()`.
pub const NODE_REQUIRE: Runtime = Runtime {
    name: "Node by require()",
    script: "runtimes/others/launch.mjs",
    variant: "require",
    backends: WITH_NODE_CRYPTO,
};
/// Bun.
pub const BUN: Runtime =
    Runtime { name: "Bun", script: "runtimes/others/launch.mjs", variant: "bun", backends: WITH_NODE_CRYPTO };
/// Deno, without the permission to read files.
pub const DENO: Runtime =
    Runtime { name: "Deno", script: "runtimes/others/launch.mjs", variant: "deno", backends: WITH_NODE_CRYPTO };
/// What Vercel's edge is tested with.
pub const EDGE_RUNTIME: Runtime = Runtime {
    name: "edge-runtime",
    script: "runtimes/others/edge-runtime.mjs",
    variant: "",
    backends: WITHOUT_NODE_CRYPTO,
};
/// A page in Chromium, bundled with Vite.
pub const PAGE: Runtime = Runtime {
    name: "a page in Chromium",
    script: "runtimes/others/chromium.mjs",
    variant: "page",
    backends: WITHOUT_NODE_CRYPTO,
};
/// A service worker in Chromium, bundled with Vite.
pub const SERVICE_WORKER: Runtime = Runtime {
    name: "a service worker in Chromium",
    script: "runtimes/others/chromium.mjs",
    variant: "service-worker",
    backends: WITHOUT_NODE_CRYPTO,
};

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
    /// Installs what Node and workerd need, which is all that the demo uses.
    pub fn install(node: &Node, say: &dyn Fn(&str)) -> Result<()> {
        node.install(&place::tests().join("runtimes"), say)
    }

    /// Installs what all of them need, but for Chromium, which is a package of the system.
    pub fn install_all(node: &Node, say: &dyn Fn(&str)) -> Result<()> {
        Self::install(node, say)?;
        node.install(&place::tests().join(OTHERS), say)
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
            &[application.folder(), Path::new(module), Path::new(self.variant)],
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
