//! What a person sees. Nothing else in this crate prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the one place that prints")]

use crate::parts::Part;
use crate::suite::{Done, Tally};
use crate::wasm::Size;
use countersign_tests::Error;
use countersign_tests::scenario::{Answer, ROWS, Row};
use std::time::Duration;

/// How much of a failed program's output is worth reading: its end.
const LINES: usize = 400;

/// Says what is being done.
pub(crate) fn say(text: &str) {
    println!("   {text}");
}

/// Says that a part begins.
pub(crate) fn begin(part: &Part) {
    println!("{}: {}", part.id, part.about);
}

/// Says how it ended.
pub(crate) fn end(done: &Done) {
    let verdict = if let Some(error) = &done.error {
        println!("{}", shown(error));
        "FAILED"
    } else {
        "ok"
    };
    println!("   {verdict}, {} ({})", done.tally, seconds(done.took));
}

/// Says why nothing more can be done.
pub(crate) fn failure(error: &Error) {
    eprintln!("{}", shown(error));
}

/// A failure as a person reads it: the output that shows its cause, then one sentence.
fn shown(error: &Error) -> String {
    let lines: Vec<&str> = error.output().lines().collect();
    let skipped = lines.len().saturating_sub(LINES);
    let notice = (skipped > 0).then(|| format!("   ({skipped} lines left out)\n"));
    let output: String = lines[skipped..].iter().map(|line| format!("   | {line}\n")).collect();
    let mut sentence = error.to_string();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{}{output}   {sentence}", notice.unwrap_or_default())
}

/// Lists the parts of the tests.
pub(crate) fn parts(parts: &[Part]) {
    for part in parts {
        let when = if part.long { " (with --long)" } else { "" };
        println!("{:<12} {}{when}", part.id, part.about);
    }
}

/// Sums up a run; the last line is plain, for whoever reads it by program.
pub(crate) fn summary(done: &[Done]) {
    println!();
    let mut total = Tally::default();
    for part in done {
        let verdict = if part.error.is_none() { "ok" } else { "FAILED" };
        println!("{:<12} {:>8}  {verdict:<6}  {}", part.id, seconds(part.took), part.tally);
        total.add(&part.tally);
    }
    println!();
    println!("{total}");
}

/// Shows what is shipped, in bytes.
pub(crate) fn size(size: &Size) {
    let row = |name: &str, raw: usize, gzip: usize| println!("   {name:<12} {raw:>8} bytes {gzip:>8} bytes gzip");
    row("wasm", size.wasm.raw, size.wasm.gzip);
    row("glue + wasm", size.wasm.raw + size.glue.raw, size.gzip());
}

/// The table's head.
pub(crate) fn table_head() {
    println!();
    row("call", "status", "code", "WWW-Authenticate");
}

/// One row of the table, as it was answered; and what it should have been, if that is something else.
pub(crate) fn table_row(expected: &Row, answer: &Answer<String>) {
    row(expected.name, &answer.status.to_string(), dash(answer.code.as_deref()), dash(answer.challenge.as_deref()));
    if !expected.expected.is(answer) {
        let Answer { status, code, challenge } = &expected.expected;
        row("  but expected", &status.to_string(), dash(*code), dash(*challenge));
    }
}

fn row(name: &str, status: &str, code: &str, challenge: &str) {
    let width = ROWS.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let codes = ROWS.iter().filter_map(|row| row.expected.code).map(str::len).max().unwrap_or_default();
    println!("{name:<width$}  {status:<6}  {code:<codes$}  {challenge}");
}

fn dash(value: Option<&str>) -> &str {
    value.unwrap_or("-")
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// An empty line, then a sentence.
pub(crate) fn conclude(text: &str) {
    println!();
    println!("{text}");
}

/// What another program printed.
pub(crate) fn quote(text: &str) {
    println!();
    for line in text.trim_matches('\n').lines() {
        println!("   {line}");
    }
}
