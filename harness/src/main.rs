//! The `countersign` command: it parses, runs, renders and ends; everything else is in the library.

mod command;

use clap::{ColorChoice, Parser};
use command::{Arguments, Terminal};
use countersign_harness::exit::Exit;
use std::io::{ErrorKind, IsTerminal as _, Write};
use std::panic::UnwindSafe;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    ExitCode::from(guarded(|| run(arguments)) as u8)
}

/// A panic is a bug in the tool: one sentence and its own status, not a backtrace with somebody's secret in it.
fn guarded(work: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(work).unwrap_or_else(|_| bug())
}

fn run(arguments: Arguments) -> Exit {
    let (mut out, mut err) = (UntilClosed(std::io::stdout()), std::io::stderr());
    let color = color(arguments.color);
    let mut terminal = Terminal { out: &mut out, err: &mut err, color };
    command::run(arguments, &mut terminal)
}

/// By choice; else for a terminal that shows them, unless somebody wants none (no-color.org).
fn color(choice: ColorChoice) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let dumb = set("TERM").is_some_and(|kind| kind == "dumb");
            std::io::stdout().is_terminal() && set("NO_COLOR").is_none() && !dumb
        }
    }
}

/// A reader who has seen enough, as `head` has, is no failure: what he does not read is not written.
struct UntilClosed<W>(W);

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.write(octets).or_else(|error| match error.kind() {
            ErrorKind::BrokenPipe => Ok(octets.len()),
            _ => Err(error),
        })
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush().or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
    }
}

#[expect(clippy::print_stderr, reason = "the rim: nothing else is left that could say it")]
fn bug() -> Exit {
    eprintln!("error: a bug in the tool; please report it with the command line");
    Exit::Bug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_bug_with_its_own_status() {
        assert_eq!(guarded(|| panic!("s3cret")) as u8, 70);
        assert_eq!(guarded(|| Exit::Conforms) as u8, 0);
    }

    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_a_full_disk_is_not() {
        assert_eq!(UntilClosed(Closed).write(b"text").unwrap(), 4);
        assert!(UntilClosed(Closed).flush().is_err());
    }
}
