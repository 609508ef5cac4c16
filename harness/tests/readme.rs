//! What the READMEs show of a run is what it prints; numbers, addresses and keys are of the moment.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::Folder;
use std::fs;

const COMMAND: &str = "demo --seed 7 --fault client-authentication/wrong-secret/prefix";

/// The fenced blocks of this kind that show what the run prints.
fn blocks<'a>(page: &'a str, kind: &str) -> Vec<&'a str> {
    let fence = format!("\n```{kind}\n");
    // Before the first fence stands prose.
    let blocks = page.split(fence.as_str()).skip(1).map(|rest| rest.split("\n```").next().unwrap());
    blocks.filter(|block| block.contains("client-authentication/wrong-secret")).collect()
}

/// Without what differs from run to run, and however it is broken into lines.
fn normal(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("signed by the key"));
    let text = lines.map(|line| line.trim_end_matches('\\')).collect::<String>();
    let (mut normal, mut number) = (String::new(), false);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_digit() || !number {
            normal.push(if c.is_ascii_digit() { '0' } else { c });
        }
        number = c.is_ascii_digit();
    }
    normal
}

#[test]
fn the_excerpts_are_of_real_runs() {
    let page = |path: &str| fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (readme, reports) = (page("../README.md"), page("README.md"));
    assert!(
        readme.contains(&format!("`countersign {COMMAND}`")) && reports.contains(&format!("`countersign {COMMAND}`"))
    );
    let folder = Folder::new("readme");
    let ended = folder.run(COMMAND);
    assert_eq!(ended.status, 1, "{}", ended.err);
    let file = |name: &str| {
        let path = folder.files().into_iter().find(|file| file.ends_with(name)).unwrap();
        fs::read_to_string(path).unwrap()
    };
    // What does not change from run to run is not out of date.
    let counts = |line: &&str| [" checks", " statements:", "deliberate"].iter().any(|word| line.contains(word));
    let counts: Vec<_> = blocks(&readme, "text").into_iter().flat_map(str::lines).filter(counts).collect();
    assert_eq!(counts.len(), 4, "{counts:?}");
    for line in counts {
        assert!(ended.out.contains(line), "README says: {line}");
    }
    let excerpts = [
        (&readme, "text", ended.out.clone(), 1),
        // The finding, and the result in SARIF.
        (&reports, "json", file("run.json") + &file("report.sarif"), 2),
        (&reports, "xml", file("junit.xml"), 1),
        (&reports, "markdown", file("summary.md"), 1),
    ];
    for (page, kind, printed, number) in excerpts {
        let (blocks, printed) = (blocks(page, kind), normal(&printed));
        assert_eq!(blocks.len(), number, "{kind}");
        for part in blocks.iter().flat_map(|block| block.split("\n\n")) {
            assert!(printed.contains(&normal(part)), "`countersign {COMMAND}` prints no such {kind}:\n{part}");
        }
    }
}
