//! The one suite that every runtime plays, and what it needs: the tokens of the core's tests, and an issuer that counts.

use crate::application::Application;
use crate::node::Node;
use crate::runtime::{Api, Runtime, Served};
use crate::server::Server;
use crate::{Error, Result, place};
use serde_json::Value;
use std::fs;
use std::thread;
use std::time::Duration;
use ureq::Agent;

/// The suite's modules, in the order in which they import each other.
const MODULES: &[&str] = &[
    "suite/suite.mjs",
    "suite/corpus.mjs",
    "suite/differential.mjs",
    "suite/network.mjs",
    "suite/tools.mjs",
    "suite/trap.mjs",
    "suite/wycheproof.mjs",
];
/// What is imported as data: files in the target folder, each of which `cargo xtask test` makes by the core's example of its name.
pub const DATA: &[&str] = &["corpus", "differential", "wycheproof"];
/// What is served.
pub const SUITE: &str = "suite.mjs";
/// The name of the API under which it is served.
const API: &str = "suite";
/// So many requests come from outside at once.
const TOGETHER: usize = 50;

/// Thousands of signatures are checked before there is an answer, some of them in wasm alone.
const ANSWER: Duration = Duration::from_secs(240);

/// The suite, served in one runtime, and the issuer that it talks to.
#[derive(Debug)]
pub struct Stage {
    served: Served,
    origin: String,
    _issuer: Server,
    /// What is served comes out of this folder.
    _application: Application,
}

impl Stage {
    /// Installs the packed package and the suite in a folder, and serves them.
    pub fn start(node: &Node, runtime: &Runtime) -> Result<Self> {
        let application = Application::install(node)?;
        copy_modules(&application)?;
        copy_data(&application)?;
        let (issuer, facts) = Server::start(node, "suite/issuer.mjs", &[], &[])?;
        let origin = facts["origin"].as_str().unwrap_or_default().to_owned();
        let environment = vec![("ORIGIN", origin.clone()), ("BACKENDS", runtime.backends.join(" "))];
        let served = runtime.serve(node, &application, SUITE, &[Api { name: API, environment }])?;
        Ok(Self { served, origin, _issuer: issuer, _application: application })
    }

    /// Plays the suite; what was not as it should be, one sentence each. How much was compared is in the first part.
    pub fn play(&self) -> Result<(Value, Vec<String>)> {
        let report: Value = serde_json::from_str(&self.get(self.served.url(API)?, None)?)
            .map_err(|error| self.failed(&format!("the suite gave no report ({error})")))?;
        let wrong = report["wrong"].as_array().into_iter().flatten();
        Ok((report["held"].clone(), wrong.map(|sentence| sentence.as_str().unwrap_or_default().to_owned()).collect()))
    }

    /// Sends as many requests as come at once from outside, each of its own, to a validator that has no keys yet. What they
    /// were answered, and how often metadata and keys were fetched for them.
    pub fn storm(&self) -> Result<(Vec<String>, Value)> {
        let ask = |path: &str| self.get(&format!("{}/{path}/outside", self.origin), None);
        let parse = |text: String| {
            serde_json::from_str::<Value>(&text).map_err(|error| self.failed(&format!("no JSON ({error})")))
        };
        let tokens = parse(ask("tokens")?)?;
        let token = tokens["first"].as_str().unwrap_or_default();
        let url = self.served.url(API)?;
        self.get(&format!("{url}/ready"), None)?;
        let answers = thread::scope(|scope| {
            let requests: Vec<_> =
                (0..TOGETHER).map(|_| scope.spawn(|| self.get(&format!("{url}/token"), Some(token)))).collect();
            let joined = requests.into_iter().map(|request| request.join());
            joined.map(|answer| answer.unwrap_or_else(|_| Err(self.failed("a request panicked")))).collect()
        });
        let answers: Result<Vec<String>> = answers;
        Ok((answers?, parse(ask("asked")?)?))
    }

    /// The body of an answer.
    fn get(&self, url: &str, token: Option<&str>) -> Result<String> {
        let failed = |error: ureq::Error| self.failed(&format!("a request to the suite failed ({error})"));
        let agent = Agent::new_with_config(
            Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(ANSWER)).build(),
        );
        let mut request = agent.get(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.call().map_err(failed)?.body_mut().read_to_string().map_err(failed)
    }

    fn failed(&self, what: &str) -> Error {
        Error::new(what, "read the runtime's output above").with_output(self.served.output())
    }

    /// What the runtime has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.served.output()
    }
}

fn copy_modules(application: &Application) -> Result<()> {
    for path in MODULES {
        let name = path.rsplit('/').next().unwrap_or(path);
        let from = place::tests().join(path);
        let text = fs::read_to_string(&from).map_err(|error| {
            Error::new(format!("`{}` cannot be read ({error})", from.display()), "restore it from git")
        })?;
        application.write(name, &text)?;
    }
    Ok(())
}

/// As modules, because not every runtime has files.
fn copy_data(application: &Application) -> Result<()> {
    for name in DATA {
        let from = place::target().join(format!("{name}.json"));
        let json = fs::read_to_string(&from).map_err(|_| {
            Error::new(format!("`{}` is not there", from.display()), "run `cargo xtask test --only runtimes`")
        })?;
        application.write(&format!("{name}-data.mjs"), &format!("export default {json};\n"))?;
    }
    Ok(())
}
