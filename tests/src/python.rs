//! Python: whether it is here and new enough, and installing what a folder's requirements name.

use crate::process;
use crate::{Error, Result, place};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The oldest minor version of Python 3 for which the requirements were resolved.
pub const OLDEST: u32 = 11;
const REMEDY: &str = "install Python 3.11 or newer with its module `venv`, and try again";
/// Only what is built already is installed, of the very files that the requirements name, and nothing is asked.
const QUIET: &[&str] =
    &["--quiet", "--disable-pip-version-check", "--no-input", "--only-binary=:all:", "--require-hashes"];
const QUICK: Duration = Duration::from_secs(60);
const INSTALL: Duration = Duration::from_secs(600);

/// Proof that Python is here and new enough.
#[derive(Debug, Clone)]
pub struct Python {
    version: String,
}

impl Python {
    /// Looks for Python.
    pub fn find() -> Result<Self> {
        let missing = |_| Error::new("Python is not installed", REMEDY);
        let answer = process::run(Command::new("python3").arg("--version"), QUICK).map_err(missing)?;
        let version = answer.stdout.trim().trim_start_matches("Python ").to_owned();
        let minor = version.strip_prefix("3.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
        if minor.is_none_or(|minor| minor < OLDEST) {
            return Err(Error::new(format!("Python {version} is too old"), REMEDY));
        }
        Ok(Self { version })
    }

    /// Whether it can make environments: some systems have a package of its own for that.
    #[must_use]
    pub fn makes_environments(&self) -> bool {
        process::run(Command::new("python3").args(["-c", "import ensurepip, venv"]), QUICK)
            .is_ok_and(|finished| finished.success)
    }

    /// Installs what the `requirements.txt` of this folder of the crate names into an environment of its own, unless
    /// exactly that was installed before.
    pub fn install(&self, folder: &Path, say: &dyn Fn(&str)) -> Result<Environment> {
        // Tests run side by side, and two may want the same environment.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let file = folder.join("requirements.txt");
        let requirements = fs::read_to_string(&file).map_err(|error| {
            Error::new(format!("`{}` is not readable ({error})", file.display()), "restore it from git")
        })?;
        let environment = Environment { folder: environments().join(folder.file_name().unwrap_or_default()) };
        let stamp = environment.folder.join("countersign-installed");
        let wanted = format!("Python {}\n{requirements}", self.version);
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        say(&format!("installing the Python packages of {} (pip)", folder.display()));
        let failed = format!("the packages of `{}` cannot be installed", file.display());
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&environment.folder);
        process::run(&mut make, INSTALL)?.or_fail(&failed, REMEDY)?;
        let mut install = environment.command();
        install.args(["-m", "pip", "install"]).args(QUIET).arg("--requirement").arg(&file);
        process::run(&mut install, INSTALL)?.or_fail(
            &failed,
            "see pip's output above, check that the Python package index can be reached, and try again",
        )?;
        fs::write(&stamp, wanted)
            .map_err(|error| Error::new(format!("`{}` cannot be written ({error})", stamp.display()), "make room"))?;
        Ok(environment)
    }
}

/// Where the environments are made.
#[must_use]
pub fn environments() -> PathBuf {
    place::target().join("python")
}

/// Packages of one folder, and a Python that sees them.
#[derive(Debug)]
pub struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// A command that runs this Python, and leaves nothing beside the scripts.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.folder.join("bin/python"));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONPATH").env_remove("PYTHONHOME");
        command
    }
}
