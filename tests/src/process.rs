//! Running a program to its end, with its output kept and its time bounded.

use crate::{Error, Result};
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(20);

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    /// Whether it ended with status 0.
    pub success: bool,
    /// Its exit status; none if a signal ended it.
    pub status: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Finished {
    /// Both streams, as a person would have seen them.
    #[must_use]
    pub fn output(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Itself when the program succeeded, or else an error with its output.
    pub fn or_fail(self, what: &str, remedy: &str) -> Result<Self> {
        if self.success { Ok(self) } else { Err(Error::new(what, remedy).with_output(self.output())) }
    }
}

/// Runs the program to its end, at most for `limit`. Its standard input is empty.
pub fn run(command: &mut Command, limit: Duration) -> Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut guard = Guard::spawn(command.stdin(Stdio::null()))?;
    let (stdout, stderr) = (collect(guard.child.stdout.take()), collect(guard.child.stderr.take()));
    let Some(status) = guard.wait(limit)? else {
        drop(guard);
        return Err(Error::new(
            format!("`{name}` did not end within {} seconds", limit.as_secs()),
            "try again when the machine is less busy",
        )
        .with_output(stdout.text() + &stderr.text()));
    };
    stdout.join();
    stderr.join();
    Ok(Finished { success: status.success(), status: status.code(), stdout: stdout.text(), stderr: stderr.text() })
}

/// A child process that never outlives its owner.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) child: Child,
}

impl Guard {
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Error::new(format!("`{name}` cannot be started ({error})"), "install it"))?;
        Ok(Self { child })
    }

    /// The exit status, or nothing when the limit runs out first.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            let status = self
                .child
                .try_wait()
                .map_err(|error| Error::new(format!("a program cannot be waited for ({error})"), "try again"))?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a stream has given so far, read by a thread of its own so that the program never blocks on a full pipe.
#[derive(Debug)]
pub(crate) struct Collected {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Collected {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Waits for the end of the stream, but not for a grandchild that keeps it open.
    fn join(&self) {
        let deadline = Instant::now() + Duration::from_secs(2);
        while !self.reader.is_finished() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
    }
}

pub(crate) fn collect(stream: Option<impl Read + Send + 'static>) -> Collected {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&bytes);
    let reader = thread::spawn(move || {
        let Some(mut stream) = stream else { return };
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            written.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
        }
    });
    Collected { bytes, reader }
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::process::Command;
    use std::time::{Duration, Instant};

    #[test]
    fn a_program_that_does_not_end_is_ended_and_its_output_kept() {
        let start = Instant::now();
        let program = "echo so far; exec sleep 60";
        let error = run(Command::new("sh").args(["-c", program]), Duration::from_millis(500)).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(30));
        assert_eq!(error.output(), "so far\n");
    }

    #[test]
    fn more_output_than_a_pipe_holds_does_not_block() {
        let program = "head -c 300000 /dev/zero | tr '\\0' x; echo failed >&2; exit 3";
        let finished = run(Command::new("sh").args(["-c", program]), Duration::from_secs(60)).unwrap();
        assert_eq!((finished.success, finished.stdout.len(), finished.stderr.as_str()), (false, 300_000, "failed\n"));
    }

    #[test]
    fn a_missing_program_is_a_sentence_that_names_it() {
        let error = run(&mut Command::new("no-such-program"), Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().starts_with("`no-such-program` cannot be started ("), "{error}");
    }
}
