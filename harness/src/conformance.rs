//! Runs in tests of your own: the checks against your server, and its behaviour for [insta](https://docs.rs/insta).
//!
//! ```
//! # use countersign_harness::reference::{Listening, Registry, Server, Settings};
//! # use countersign_harness::clock::SystemClock;
//! use countersign_harness::conformance::Conformance;
//! use countersign_harness::exit::Exit;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let listening = Listening::on(0).await?;
//! # let issuer = listening.issuer();
//! # let server = Server::new(Settings::new(&issuer), std::sync::Arc::new(SystemClock), None)?;
//! # tokio::spawn(listening.serve(std::sync::Arc::new(server)));
//! # let secret = Registry.main().secret;
//! let target = format!("[target]\nissuer = {issuer:?}\nallow_http = true\n");
//! let client = "[client]\nid = \"reports-job\"\nsecret = \"env:REPORTS_JOB_SECRET\"\n";
//! let completed = Conformance::of_text(target + client)
//!     .variable("REPORTS_JOB_SECRET", secret) // else from the environment
//!     .only("grant-type/*")
//!     .run()
//!     .await?;
//! assert_eq!(completed.exit(), Exit::Conforms, "{}", completed.text());
//! # Ok(())
//! # }
//! ```
//!
//! A run is as polite as that of the command: its limits, its waits and its waivers are those of the configuration.

use crate::bounded;
use crate::catalogue::Level;
use crate::run::{Completed, Options, OverSocketError, Selection, SelectionError, Watcher, over_socket};
use crate::snapshot::Stored;
use crate::target::{ConfigError, Configured};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// A run to be, with the choices of `countersign check`.
#[derive(Clone)]
pub struct Conformance {
    source: Source,
    variables: BTreeMap<String, String>,
    only: Vec<String>,
    skip: Vec<String>,
    seed: u64,
    cases: Option<u32>,
    fail_on: Level,
}

#[derive(Clone)]
enum Source {
    File(PathBuf),
    Text(String),
}

/// Why a test comes to no run.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// The file is not there, or nobody may read it.
    #[error("{path} cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A glob is none.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A test that judges nothing proves nothing.
    #[error("no check matches; `countersign list` shows their ids")]
    NothingSelected,
    /// The server cannot be tested.
    #[error(transparent)]
    Run(#[from] OverSocketError),
}

impl Conformance {
    /// The server of this configuration, a file as `countersign init` writes it.
    pub fn of_file(path: impl AsRef<Path>) -> Self {
        Self::of(Source::File(path.as_ref().to_owned()))
    }

    /// The server of this configuration, in TOML; relative paths start where the test runs: in the folder of its package.
    pub fn of_text(text: impl Into<String>) -> Self {
        Self::of(Source::Text(text.into()))
    }

    fn of(source: Source) -> Self {
        let (variables, only, skip) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { source, variables, only, skip, seed: 0, cases: None, fail_on: Level::Must }
    }

    /// What `env:NAME` in the configuration means in this run; other names are looked up in the environment.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Only the checks whose id matches this glob, or another one that is named so.
    #[must_use]
    pub fn only(mut self, glob: impl Into<String>) -> Self {
        self.only.push(glob.into());
        self
    }

    /// Not the checks whose id matches this glob.
    #[must_use]
    pub fn skip(mut self, glob: impl Into<String>) -> Self {
        self.skip.push(glob.into());
        self
    }

    /// From which every generated value follows; 0 unless it is named.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Generated values for each property; 32 unless it is named, and with 0 the listed cases alone.
    #[must_use]
    pub fn cases(self, cases: u32) -> Self {
        Self { cases: Some(cases), ..self }
    }

    /// From which level on a broken statement breaks the run; [`Level::Must`] unless it is named.
    #[must_use]
    pub fn fail_on(self, fail_on: Level) -> Self {
        Self { fail_on, ..self }
    }

    /// Runs the checks over a socket. What the server did wrong is in the run; an error is why there is none.
    pub async fn run(self) -> Result<Completed, ConformanceError> {
        let checks = Selection::new(&self.only, &self.skip)?.checks();
        if checks.is_empty() {
            return Err(ConformanceError::NothingSelected);
        }
        let mut configured = self.configured()?;
        configured.config.limits.cases = self.cases.unwrap_or(configured.config.limits.cases);
        let invocation = "countersign check --config countersign.toml".to_owned();
        // insta keeps the snapshots of a test.
        let options = Options { seed: self.seed, invocation, fail_on: self.fail_on, snapshots: Stored::new() };
        let Configured { config, clients, folder, .. } = configured;
        Ok(over_socket((&config, clients), &folder, &checks, &options, Watcher::nobody()).await?)
    }

    fn configured(&self) -> Result<Configured, ConformanceError> {
        let (text, file, folder) = match &self.source {
            Source::Text(text) => (text.clone(), "the configuration".to_owned(), PathBuf::from(".")),
            Source::File(path) => {
                let unreadable = |cause| ConformanceError::Unreadable { path: path.clone(), cause };
                let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
                (bounded::text(path, bounded::MOST_OCTETS).map_err(unreadable)?, path.display().to_string(), folder)
            }
        };
        let given = |name: &str| self.variables.get(name).map(OsString::from);
        let variable = |name: &str| given(name).or_else(|| std::env::var_os(name));
        Ok(Configured::read(text, &file, folder, &variable)?)
    }
}

/// Names of variables only.
impl std::fmt::Debug for Conformance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let source = match &self.source {
            Source::File(path) => path.display().to_string(),
            Source::Text(_) => "a text".into(),
        };
        write!(f, "Conformance({source}, {:?})", self.variables.keys())
    }
}
