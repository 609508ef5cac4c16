//! The arguments of the commands about what was kept: runs, snapshots, evidence.

use super::choice::{Format, ListFormat};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// A run: its folder, the name of it, or `last`
    pub(crate) run: String,
    /// The id of the check
    pub(crate) id: String,
}

/// `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// A run: its folder, the name of it, or `last`
    pub(crate) run: String,
    /// How it is written to standard output
    #[arg(long)]
    pub(crate) format: Option<Format>,
    /// Write it to a file, as in html=report.html (repeatable)
    #[arg(long, value_name = "FORMAT=PATH", value_parser = super::output::parse)]
    pub(crate) output: Vec<(Format, PathBuf)>,
}

/// `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status:
  0  nothing is newly broken
  1  a statement is broken in the later run and was not in the earlier one
  2  a run cannot be read")]
pub(crate) struct DiffArguments {
    /// The earlier run: its folder, the name of it, its run.json, or `last`
    pub(crate) before: String,
    /// The later run
    pub(crate) after: String,
    /// How it is written
    #[arg(long, default_value = "text")]
    pub(crate) format: ListFormat,
}

/// `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status:
  0  whatever the runs say
  2  a run cannot be read")]
pub(crate) struct CompareArguments {
    /// The runs, 2 to 26: their folders, the names of them, their run.json, or `last`
    #[arg(required = true, num_args = 2..=26)]
    pub(crate) runs: Vec<String>,
    /// How the table is written
    #[arg(long, default_value = "text")]
    pub(crate) format: ListFormat,
}

/// `snapshot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub(crate) enum SnapshotCommand {
    /// Show what differs
    Review,
    /// Accept what differs as what is right from now on
    Accept,
}

/// `verify-report`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The run: its folder, the name of it, or `last`
    pub(crate) bundle: String,
    /// The thumbprint of the key that must have signed, as the run printed it
    // One thumbprint in 64 begins with `-`: it is base64url.
    #[arg(long, value_name = "THUMBPRINT", allow_hyphen_values = true)]
    pub(crate) key: Option<String>,
}
