//! The command line. Its help and this file are one.

pub(crate) use super::choice::{Allowed, FailOn, Format, ListFormat};
pub(crate) use super::kept_arguments::{
    CompareArguments, DiffArguments, ReplayArguments, ReportArguments, SnapshotCommand, VerifyArguments,
};
use clap::{Args, ColorChoice, Parser, Subcommand};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Conformance tests for OAuth 2.0 token endpoints.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, arg_required_else_help = true, after_help = EXIT_STATUSES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Whether reports have colours; NO_COLOR is heeded
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// Where a configuration lies unless somebody says otherwise.
const CONFIGURATION: &str = "countersign.toml";

const EXIT_STATUSES: &str = "\
Exit status, the first that applies:
  70  a bug in the tool
   7  an output could not be written
   2  the command line or the configuration is wrong
   3  the target cannot be tested
   4  nothing was tested
   1  a statement at or above --fail-on is broken
   6  a waiver is stale or expired, or the snapshot differs
   5  a check at or above --fail-on is inconclusive
   0  the target conforms
 130, 143  ended by a signal, after the partial report";

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Embedded server, full run, report: nothing to configure
    Demo(DemoArguments),
    /// The reference server alone, on loopback
    Serve(ServeArguments),
    /// The run against a token endpoint
    Check(Box<CheckArguments>),
    /// Every check; with --format markdown its statements and faults as well
    List(ListArguments),
    /// The page of a check or a statement
    Explain(ExplainArguments),
    /// Writes countersign.toml from the server's metadata
    Init(InitArguments),
    /// Preflight: whatever would keep a run from its beginning, with its remedy
    Doctor(DoctorArguments),
    /// One token from a file or standard input: accepted or refused, and why
    Token(TokenArguments),
    /// One check of a run again, from its configuration and seed
    Replay(ReplayArguments),
    /// A stored run again, in any format
    Report(ReportArguments),
    /// New, mended and changed between two runs
    Diff(DiffArguments),
    /// Several servers side by side
    Compare(CompareArguments),
    /// A script that completes this command line
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// The JSON Schema of countersign.toml, for editors; `init` writes it as well
    Schema,
    /// What changed in the server's behaviour since the stored snapshot
    #[command(after_help = "\
Exit status:
  0  the snapshots are in order
  2  `accept` where CI is set: snapshots are not written there
  6  there is something to review, or a snapshot that no run writes")]
    Snapshot {
        #[command(subcommand)]
        command: SnapshotCommand,
    },
    /// Is this evidence whole and unaltered?
    VerifyReport(VerifyArguments),
}

/// `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The configuration; without it and --issuer it is countersign.toml
    #[arg(long, value_name = "FILE", conflicts_with_all = ["issuer", "client_id"])]
    pub(crate) config: Option<PathBuf>,
    /// The issuer, when there is no configuration
    #[arg(long, value_name = "URL", requires = "client_id")]
    pub(crate) issuer: Option<String>,
    /// The client; its secret comes from COUNTERSIGN_CLIENT_SECRET
    #[arg(long, value_name = "ID", requires = "issuer")]
    pub(crate) client_id: Option<String>,
    /// Which specifications are applied: rfc6749, rfc9068, oauth21, bcp9700, 7523bis (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Vec<String>,
    /// The set of statements that counts, as in 2026.1; what is newer is a note. By default the newest
    #[arg(long, value_name = "NAME")]
    pub(crate) statements: Option<String>,
    /// Run only the checks whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) only: Vec<String>,
    /// Leave out the checks whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) skip: Vec<String>,
    /// From which every generated value follows
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// Generated values for each property; with 0 the listed cases alone
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u32>,
    /// Requests a second
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(crate) rate: Option<f64>,
    /// The most requests of the run
    #[arg(long, value_name = "N")]
    pub(crate) max_requests: Option<NonZeroUsize>,
    /// The longest single wait
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_wait: Option<u64>,
    /// From which level on a broken statement fails the run
    #[arg(long, value_name = "LEVEL", default_value = "must")]
    pub(crate) fail_on: FailOn,
    /// How the report is written to standard output
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
    /// Write the report to a file as well, as in json=report.json (repeatable)
    #[arg(long, value_name = "FORMAT=PATH", value_parser = super::output::parse)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// Send what could hurt a server, too: requests of a size that some do not survive. Strings as in attacks (SQL, paths,
    /// scripts) are always sent: they change nothing on a server that is right; --skip 'robustness/*' --skip
    /// parameters/injection leaves them out
    #[arg(long, value_name = "WHAT")]
    pub(crate) allow: Option<Allowed>,
    /// Say what would be run and about how many requests that takes, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl CheckArguments {
    /// Where nobody says what is tested, it is what `init` and `doctor` write and read.
    pub(crate) fn complete(&mut self) {
        if self.issuer.is_none() {
            self.config.get_or_insert_with(|| CONFIGURATION.into());
        }
    }
}

/// `serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// The port on 127.0.0.1; 0 is any that is free
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Be wrong in this one way, or odd in it
    #[arg(long, value_name = "ID")]
    pub(crate) fault: Option<String>,
    /// List every fault and oddity, and end
    #[arg(long)]
    pub(crate) list_faults: bool,
    /// How long tokens live
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) token_lifetime: u64,
    /// Sign with RS256 in place of ES256
    #[arg(long)]
    pub(crate) rs256: bool,
}

/// `demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Let the embedded server be wrong in this one way
    #[arg(long, value_name = "ID")]
    pub(crate) fault: Option<String>,
    /// Run only the checks whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) only: Vec<String>,
    /// From which every generated value follows
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}

/// `list`.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// How the list is written
    #[arg(long, default_value = "text")]
    pub(crate) format: ListFormat,
}

/// `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The id of a check, a fault or a statement
    pub(crate) id: String,
}

/// `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The issuer whose metadata is read
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// The client that works
    #[arg(long, value_name = "ID", default_value = "CLIENT-ID")]
    pub(crate) client_id: String,
    /// Where the configuration is written; what is there is not touched
    #[arg(long, value_name = "FILE", default_value = CONFIGURATION)]
    pub(crate) file: PathBuf,
}

/// `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status:
  0  a run can begin; a note says what it will not judge
  2  the configuration is wrong
  3  there is something to mend")]
pub(crate) struct DoctorArguments {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = CONFIGURATION)]
    pub(crate) config: PathBuf,
}

/// `token`.
#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    /// The file with the token; without it standard input. A token is never an argument: others see those
    pub(crate) file: Option<PathBuf>,
    /// The issuer that the token must have
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// The audience that the token must have (repeatable); without it none is compared
    #[arg(long, value_name = "AUDIENCE")]
    pub(crate) audience: Vec<String>,
    /// The JWK Set of the issuer; without it the one that its metadata names
    #[arg(long, value_name = "FILE")]
    pub(crate) jwks: Option<PathBuf>,
    /// How the issuer's tokens look: at+jwt, jwt, auth0, cognito, entra, keycloak, okta
    #[arg(long, value_name = "NAME", default_value = "at+jwt")]
    pub(crate) profile: String,
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
    number.ok_or_else(|| "a rate is a number greater than 0".to_owned())
}
