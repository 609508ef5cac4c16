//! The command as it is shipped, in a folder of its own, with nothing in its environment but what a test puts there.

use countersign_harness::clock::SystemClock;
use countersign_harness::reference::{Deviation, Listening, Registry, Server, Settings};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, mpsc};

/// The secret of the tests: it must never be seen.
pub(crate) const SECRET: &str = "s3cret-of-the-tests +/=";

/// A folder for one test.
pub(crate) struct Folder(pub(crate) PathBuf);

/// How the command ended.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    /// An empty folder with this name.
    pub(crate) fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path).unwrap();
        }
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes `countersign.toml`.
    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.0.join("countersign.toml"), text).unwrap();
    }

    /// The command with these arguments.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.current_dir(&self.0).args(arguments.split_whitespace()).env_clear().env("SECRET", SECRET);
        for client in Registry.all() {
            let name = client.role.map_or("CLIENT".into(), |role| format!("COMPANION_{}", role.name().to_uppercase()));
            command.env(format!("{name}_SECRET"), client.secret);
            command.env(format!("{name}_KEY"), client.private_jwk.unwrap_or_default());
        }
        command
    }

    /// Runs the command, and holds it to what must always hold: no backtrace, no secret.
    pub(crate) fn run(&self, arguments: &str) -> Ended {
        let output = self.command(arguments).output().unwrap();
        let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
        let ended = Ended { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
        for text in [&ended.out, &ended.err] {
            assert!(!text.contains("panicked") && !text.contains("RUST_BACKTRACE"), "{text}");
            assert!(!text.contains(SECRET), "{text}");
        }
        ended
    }

    /// Every file below the folder.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files
    }
}

impl Ended {
    /// The command line is refused, by whatever reads it.
    #[track_caller]
    pub(crate) fn assert_usage(&self) {
        assert_eq!((self.status, self.out.as_str()), (2, ""), "{}", self.err);
    }

    /// One sentence on standard error with these words, nothing on standard output, this status.
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        assert!(self.err.starts_with("error: ") && self.err.lines().count() == 1, "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is missing in: {}", self.err);
        }
    }
}

/// The reference server on a thread of its own; the issuer.
pub(crate) fn serve(deviation: Option<Deviation>, token_lifetime: u64) -> String {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listening = Listening::on(0).await.unwrap();
            let mut settings = Settings::new(listening.issuer());
            settings.token_lifetime = token_lifetime;
            let server = Server::new(settings, Arc::new(SystemClock), deviation).unwrap();
            sender.send(listening.issuer()).unwrap();
            listening.serve(Arc::new(server)).await;
        });
    });
    receiver.recv().unwrap()
}

/// A configuration for any server: the token endpoint alone.
pub(crate) fn bare(token_endpoint: &str) -> String {
    let target = format!("[target]\ntoken_endpoint = \"{token_endpoint}\"\nallow_http = true\n");
    target + "[client]\nid = \"job\"\nsecret = \"env:SECRET\"\n[limits]\ntimeout_seconds = 2\n"
}
