//! Where the configuration comes from: a file, or the command line.

use super::CommandError;
use super::arguments::CheckArguments;
use super::snapshots::{SNAPSHOTS, folder_of};
use countersign_harness::bounded;
use countersign_harness::catalogue::StatementSet;
use countersign_harness::evidence::Signer;
use countersign_harness::target::{Client, Config, ConfigError, Configured, Place, Profile, Role};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A configuration with its secrets, and the place from which relative paths start.
pub(super) struct Source {
    pub(super) config: Config,
    pub(super) clients: (Client, BTreeMap<Role, Client>),
    pub(super) folder: PathBuf,
    /// Where the snapshots of this configuration lie: two configurations in one folder are two servers.
    pub(super) snapshots: PathBuf,
    /// The configuration as it is written.
    pub(super) text: String,
}

impl Source {
    /// Reads the configuration that the arguments name, and what they change in it.
    pub(super) fn read(arguments: &CheckArguments) -> Result<Self, CommandError> {
        let mut source = match (&arguments.config, &arguments.issuer) {
            (Some(path), _) => Self::of_file(path)?,
            (None, issuer) => {
                let name = issuer.as_deref().unwrap_or_default();
                Self::of_text(from_arguments(arguments), Place::COMMAND_LINE, PathBuf::from("."), name)?
            }
        };
        override_limits(&mut source.config, arguments);
        override_profiles(&mut source.config, &arguments.profile)?;
        if let Some(name) = &arguments.statements {
            source.config.profile.statements =
                StatementSet::named(name).ok_or_else(|| CommandError::UnknownStatements(name.clone()))?;
        }
        Ok(source)
    }

    /// Reads a configuration.
    pub(super) fn of_file(path: &Path) -> Result<Self, CommandError> {
        let unreadable = |cause| CommandError::Unreadable { path: path.to_owned(), cause };
        let text = bounded::text(path, bounded::MOST_OCTETS).map_err(unreadable)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        Self::of_text(text, &path.display().to_string(), folder.unwrap_or(Path::new(".")).to_owned(), name)
    }

    fn of_text(text: String, file: &str, folder: PathBuf, name: &str) -> Result<Self, CommandError> {
        let variable = |name: &str| std::env::var_os(name);
        let Configured { config, clients, folder, text } = Configured::read(text, file, folder, &variable)?;
        let snapshots = folder.join(SNAPSHOTS).join(folder_of(name));
        Ok(Self { config, clients, folder, snapshots, text })
    }
}

impl Source {
    /// The authorities that are trusted besides the system's.
    pub(super) fn ca_file(&self) -> Option<PathBuf> {
        self.config.target.ca_file.as_ref().map(|path| self.folder.join(path))
    }

    /// The key of `[report]`, or one for this run alone.
    pub(super) fn signer(&self) -> Result<Signer, CommandError> {
        let Some(key) = &self.config.report.key else { return Ok(Signer::ephemeral()?) };
        let variable = |name: &str| std::env::var_os(name);
        let place = Place::at("[report]", "", 0);
        let pem = key.fetch(&variable, &self.folder).map_err(|problem| ConfigError { place, problem })?;
        Ok(Signer::from_pem(&pem)?)
    }

    /// The configuration as it was in force: with what the command line changed and what nobody said, and without the
    /// comments, which may say anything. Secrets stand in it by their source only.
    pub(super) fn effective(&self) -> String {
        let mut table: toml::Table = self.text.parse().unwrap_or_default();
        let limits = &self.config.limits;
        table.insert("limits".into(), toml::Table::try_from(limits).unwrap_or_default().into());
        let names: Vec<_> = self.config.profile.names.iter().map(|profile| profile.name()).collect();
        let statements = self.config.profile.statements.name;
        let profile = [("names".to_owned(), names.into()), ("statements".to_owned(), statements.into())];
        table.insert("profile".into(), toml::Table::from_iter(profile).into());
        // What no configuration may say: it is read as one again.
        let allowed = if limits.offensive { " --allow offensive" } else { "" };
        let given = format!("# Only the command line sets this: --cases {}{allowed}\n", limits.cases);
        given + &toml::to_string(&table).unwrap_or_default()
    }
}

/// The short way, written as a configuration.
fn from_arguments(arguments: &CheckArguments) -> String {
    let text = |value: &Option<String>| toml::Value::from(value.as_deref().unwrap_or_default()).to_string();
    let loopback = arguments.issuer.as_deref().is_some_and(countersign_harness::target::is_loopback);
    format!(
        "[target]\nissuer = {}\nallow_http = {loopback}\n[client]\nid = {}\nsecret = \"env:COUNTERSIGN_CLIENT_SECRET\"\n",
        text(&arguments.issuer),
        text(&arguments.client_id)
    )
}

fn override_limits(config: &mut Config, arguments: &CheckArguments) {
    let limits = &mut config.limits;
    limits.requests_per_second = arguments.rate.or(limits.requests_per_second);
    limits.max_requests = arguments.max_requests.unwrap_or(limits.max_requests);
    limits.max_wait_seconds = arguments.max_wait.unwrap_or(limits.max_wait_seconds);
    limits.cases = arguments.cases.unwrap_or(limits.cases);
    limits.offensive = arguments.allow.is_some();
}

fn override_profiles(config: &mut Config, names: &[String]) -> Result<(), CommandError> {
    let find = |name: &String| {
        let found = Profile::ALL.into_iter().find(|profile| profile.name() == name);
        found.ok_or_else(|| CommandError::UnknownProfile(name.clone()))
    };
    if !names.is_empty() {
        config.profile.names = names.iter().map(find).collect::<Result<_, _>>()?;
    }
    Ok(())
}
