//! What can keep the command from its work, and the exit status of each.

use countersign_harness::catalogue::StatementSet;
use countersign_harness::evidence::KeyError;
use countersign_harness::exit::Exit;
use countersign_harness::reference::SetupError;
use countersign_harness::run::{EstimateError, OverSocketError, SelectionError};
use countersign_harness::target::ConfigError;
use countersign_validator::ConfigurationError;
use std::io;
use std::path::{Path, PathBuf};

/// One sentence: what, where, how to mend it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error(
        "{path} cannot be read: {cause}; `countersign init --issuer URL` writes a configuration, and `--config FILE` names one that lies elsewhere"
    )]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Selection(#[from] SelectionError),
    #[error("there is no profile `{0}`; there are rfc6749, rfc9068, oauth21, bcp9700 and 7523bis")]
    UnknownProfile(String),
    #[error("there is no set of statements `{0}`; there are {known}", known = StatementSet::names().collect::<Vec<_>>().join(", "))]
    UnknownStatements(String),
    #[error("there is no fault `{0}`; `countersign serve --list-faults` shows all of them")]
    UnknownFault(String),
    #[error("there is no check, fault or statement `{0}`; `countersign list` shows the checks")]
    UnknownId(String),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Run(#[from] OverSocketError),
    #[error("the requests cannot be counted: {0}; leave `--dry-run` out")]
    Estimate(#[from] EstimateError),
    #[error(
        "snapshots are not written where `CI` is set, because nobody looks at them there; accept them on your machine, and commit them"
    )]
    SnapshotsInCi,
    #[error("no check matches; `countersign list` shows their ids")]
    NothingSelected,
    #[error("{path} cannot be written: {cause}; {remedy}", remedy = remedy(cause.kind()))]
    Unwritable { path: PathBuf, cause: io::Error },
    #[error("standard output cannot be written: {0}; {remedy}", remedy = remedy(_0.kind()))]
    Output(#[from] io::Error),
    #[error("a bug in the tool: {0}; please report it with the command line")]
    Rendering(#[from] serde_json::Error),
    #[error("a bug in the tool: {0}; please report it with the command line")]
    Junit(#[from] quick_junit::SerializeError),
    #[error("a bug in the tool: {0}; please report it with the command line")]
    Html(#[from] askama::Error),
    #[error("a secret or a token would have stood in {path}: nothing was kept; please report it with the command line")]
    Leak { path: PathBuf },
    #[error("{path} is no run: {cause}; runs lie in countersign-runs")]
    NoRun { path: PathBuf, cause: String },
    #[error(
        "only a run in countersign-runs is replayed; what this one was made by is `{command}`: run that if you trust it"
    )]
    FromElsewhere { command: String },
    #[error("the run {run} has no check `{id}`; `countersign report {run}` shows what it has")]
    NoCase { run: String, id: String },
    #[error("{0}")]
    Metadata(String),
    #[error("{path} cannot be read: {cause}; name a file that holds one token, or give the token on standard input")]
    NoToken { path: PathBuf, cause: io::Error },
    #[error("the keys of the issuer cannot be used: {0}; name a JWK Set with `--jwks`")]
    NoKeys(String),
    #[error("{0}")]
    Policy(#[from] ConfigurationError),
    #[error("{path} is there already; name another place with `--file`, or remove it")]
    Exists { path: PathBuf },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the system gives no random seed: {0}; name one with `--seed`")]
    Seed(String),
    #[error("ended before anything was tested")]
    Ended(Exit),
    #[error("the system gives no timer and no sockets: {0}")]
    Runtime(io::Error),
}

/// What helps where nothing can be written.
fn remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room there, or choose another place"
        }
        _ => "choose another place",
    }
}

impl CommandError {
    /// The same of a file that would have stood in this folder.
    pub(crate) fn within(self, folder: &Path) -> Self {
        match self {
            Self::Unwritable { path, cause } => {
                Self::Unwritable { path: path.file_name().map_or(path.clone(), |name| folder.join(name)), cause }
            }
            other => other,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. }
            | Self::Config(_)
            | Self::Selection(_)
            | Self::UnknownProfile(_)
            | Self::UnknownStatements(_)
            | Self::UnknownFault(_)
            | Self::UnknownId(_)
            | Self::Setup(_)
            | Self::Seed(_)
            | Self::NoRun { .. }
            | Self::NoCase { .. }
            | Self::FromElsewhere { .. }
            | Self::NoToken { .. }
            | Self::Policy(_)
            | Self::Exists { .. }
            | Self::SnapshotsInCi
            | Self::Key(_)
            | Self::Run(OverSocketError::Trust(_)) => Exit::Usage,
            Self::Run(OverSocketError::Run(_)) | Self::Metadata(_) | Self::NoKeys(_) => Exit::CannotTest,
            Self::NothingSelected => Exit::NothingTested,
            Self::Unwritable { .. } | Self::Leak { .. } | Self::Output(_) => Exit::NotWritten,
            Self::Ended(exit) => *exit,
            Self::Estimate(_) | Self::Rendering(_) | Self::Html(_) | Self::Junit(_) | Self::Runtime(_) => Exit::Bug,
        }
    }
}
