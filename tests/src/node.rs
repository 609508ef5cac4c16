//! Node and npm: whether they are here and new enough, and installing what a folder's lock names.

use crate::process::{self, Finished};
use crate::{Error, Result};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The oldest version that every tool and server of the tests supports, major and minor. The package itself needs 20.0.
pub const OLDEST: (u32, u32) = (20, 19);
const REMEDY: &str = "install Node 20.19 or newer, which brings npm, and try again";
/// Options of every npm command here. No package needs its scripts, and none should run one.
pub const QUIET: &[&str] = &["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
/// What has been downloaded before is not asked for again, and a network that is not there is noticed within seconds.
const PATIENCE: &[&str] =
    &["--prefer-offline", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000", "--fetch-timeout=120000"];
const QUICK: Duration = Duration::from_secs(60);
const INSTALL: Duration = Duration::from_secs(600);
const SCRIPT: Duration = Duration::from_secs(900);

/// Proof that Node and npm are here and new enough.
#[derive(Debug, Clone)]
pub struct Node {
    version: String,
}

impl Node {
    /// Looks for Node and npm.
    pub fn find() -> Result<Self> {
        let missing = |_| Error::new("Node is not installed", REMEDY);
        let answer = process::run(Command::new("node").arg("--version"), QUICK).map_err(missing)?;
        let version = answer.stdout.trim().to_owned();
        let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
        let release = numbers.next().zip(numbers.next());
        if release.is_none_or(|release| release < OLDEST) {
            return Err(Error::new(format!("Node {version} is too old"), REMEDY));
        }
        process::run(npm().arg("--version"), QUICK).map_err(|_| Error::new("npm is not installed", REMEDY))?;
        Ok(Self { version })
    }

    /// The version, as Node prints it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A command that runs Node.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new("node");
        // Warnings of the runtime about itself, and colours, are not what a test compares.
        command.env("NODE_NO_WARNINGS", "1").env("NO_COLOR", "1").env_remove("NODE_OPTIONS").env_remove("FORCE_COLOR");
        command
    }

    /// Runs a script to its end.
    pub fn run(&self, command: &mut Command) -> Result<Finished> {
        process::run(command, SCRIPT)
    }

    /// Runs npm in a folder, to its end.
    pub fn npm(&self, folder: &Path, arguments: &[&str]) -> Result<Finished> {
        process::run(npm().args(arguments).current_dir(folder), INSTALL)
    }

    /// Installs what the folder's lock names, unless exactly that was installed before.
    pub fn install(&self, folder: &Path, say: &dyn Fn(&str)) -> Result<()> {
        // Tests run side by side, and npm ci empties the folder that it fills.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let unreadable =
            |error| Error::new(format!("`{}` has no readable lock ({error})", folder.display()), "restore it from git");
        let lock = fs::read_to_string(folder.join("package-lock.json")).map_err(unreadable)?;
        let stamp = folder.join("node_modules/.countersign-installed");
        let wanted = format!("{} {}\n{lock}", std::env::consts::OS, std::env::consts::ARCH);
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        say(&format!("installing the npm packages of {} (npm ci)", folder.display()));
        self.npm(folder, &[&["ci"], QUIET, PATIENCE].concat())?.or_fail(
            &format!("npm could not install the packages of `{}`", folder.display()),
            "see npm's output above, check that the npm registry can be reached, and try again",
        )?;
        fs::write(&stamp, wanted).map_err(|error| {
            Error::new(format!("`{}` cannot be written ({error})", stamp.display()), "check the folder's permissions")
        })
    }
}

fn npm() -> Command {
    Command::new("npm")
}
