//! A server that a script runs: it says in one line of JSON when it is ready, and ends when its standard input does.

use crate::node::Node;
use crate::process::{Collected, Guard, collect};
use crate::{Error, Result, place};
use serde_json::Value;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const START: Duration = Duration::from_secs(60);
const END: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// A running server; it ends with this value, and with this process however that ends.
#[derive(Debug)]
pub struct Server {
    guard: Guard,
    lifeline: Option<ChildStdin>,
    stdout: Collected,
    stderr: Collected,
}

impl Server {
    /// Starts a script of this crate in Node and waits for its line; the answer is what the line says.
    pub fn start(
        node: &Node,
        script: &str,
        arguments: &[&Path],
        environment: &[(&str, String)],
    ) -> Result<(Self, Value)> {
        let mut command = node.command();
        command.arg(place::tests().join(script)).args(arguments).envs(environment.iter().map(|(k, v)| (k, v)));
        Self::launch(&mut command, script, "delete `node_modules` beside it")
    }

    /// Runs the command, which has this script of the crate, and waits for its line. `afresh` says what to do to have its
    /// packages installed once more.
    pub(crate) fn launch(command: &mut Command, script: &str, afresh: &str) -> Result<(Self, Value)> {
        let mut guard = Guard::spawn(command.stdin(Stdio::piped()))?;
        let (stdout, stderr) = (collect(guard.child.stdout.take()), collect(guard.child.stderr.take()));
        let mut server = Self { lifeline: guard.child.stdin.take(), guard, stdout, stderr };
        let deadline = Instant::now() + START;
        loop {
            let output = server.stdout.text();
            if let Some((line, _)) = output.split_once('\n')
                && let Ok(facts) = serde_json::from_str(line)
            {
                return Ok((server, facts));
            }
            let ended = server.guard.wait(Duration::ZERO)?.is_some();
            if ended || Instant::now() >= deadline {
                thread::sleep(POLL); // the last words of a server that ended
                let what = if ended { "ended before it was ready" } else { "was not ready in time" };
                return Err(Error::new(
                    format!("`tests/{script}` {what}"),
                    format!("read its output above, {afresh} if its installation is broken, and try again"),
                )
                .with_output(server.output()));
            }
            thread::sleep(POLL);
        }
    }

    /// What it has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.stdout.text() + &self.stderr.text()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have children of its own, so it is asked to end before it is made to.
        drop(self.lifeline.take());
        let _ = self.guard.wait(END);
    }
}
