//! What can be done with runs that were kept.

#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod common;

use common::command::{Folder, serve};
use countersign_harness::checks::faults;
use countersign_harness::reference::configuration;
use std::fs;

/// Three runs: a right server, a wrong one, the right one again.
fn runs(name: &str) -> (Folder, [String; 3]) {
    let folder = Folder::new(name);
    let (_, _, fault) = faults().find(|(id, ..)| id == "grant-type/missing/assumed").unwrap();
    let names = [None, Some(fault.deviation), None].map(|deviation| {
        folder.configure(&configuration(&serve(deviation, 3600)));
        let ended =
            folder.run("check --config countersign.toml --only grant-type/* --seed 4 --cases 3 --profile bcp9700");
        let line = ended.out.lines().find_map(|line| line.strip_prefix("The run lies in countersign-runs/"));
        line.unwrap().to_owned()
    });
    (folder, names)
}

#[test]
fn runs_are_compared() {
    let (folder, [right, wrong, again]) = runs("compared");
    let worse = folder.run(&format!("diff {right} {wrong}"));
    assert_eq!(worse.status, 1, "{}", worse.out);
    assert!(worse.out.contains("\n  passed -> failed  grant-type/missing\n"), "{}", worse.out);
    assert!(worse.out.contains("two token endpoints") && worse.out.contains("RFC6749-5.2-10 (must), was met\n"));
    assert!(worse.out.lines().all(|line| line.chars().count() <= 80), "{}", worse.out);
    let better = folder.run(&format!("diff {wrong} countersign-runs/{again}/run.json"));
    assert_eq!(better.status, 0, "{}", better.out);
    assert!(better.out.contains("Mended: ") && better.out.contains(" 0 otherwise changed"), "{}", better.out);
    let same = folder.run(&format!("diff {right} {right}"));
    assert!(same.status == 0 && same.out.ends_with("\n\nNo statement has another status.\n"), "{}", same.out);
    let page = folder.run(&format!("diff {right} {wrong} --format markdown"));
    assert_eq!(page.status, 1);
    assert!(page.out.contains("\n### Newly broken\n") && page.out.contains(" | RFC6749-5.2-10 | "), "{}", page.out);

    let table = folder.run(&format!("compare {right} {wrong}")).out;
    assert!(table.contains("A  http://") && table.contains("\nRFC6749-5.2-10         met     BROKEN\n"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let page = folder.run(&format!("compare {right} {wrong} --format markdown")).out;
    assert!(page.contains("| RFC6749-5.2-10 | RFC 6749 §5.2: ") && page.contains(" | met | BROKEN |\n"), "{page}");
    folder.run(&format!("compare {right}")).assert_usage();
    folder.run(&format!("diff {right} none")).assert_refused(2, &["none is no run", "countersign-runs"]);
}

/// What a person has to look at stands first, and no number of servers makes a table too wide.
#[test]
fn the_worst_stands_first_in_a_comparison() {
    let (folder, [right, wrong, _]) = runs("sorted");
    let table = folder.run(&format!("compare {right} {wrong}")).out;
    let titles: Vec<_> = table.lines().filter(|line| line.ends_with(|c: char| c.is_ascii_digit())).collect();
    let of = |title: &str| titles.iter().position(|line| line.starts_with(title)).unwrap();
    assert!(of("Broken by at least one: ") < of("Met by all: "), "{titles:?}");
    let (broken, rest) = table.split_once("\nMet by all").unwrap();
    assert!(broken.contains("BROKEN") && !rest.contains("BROKEN") && rest.matches(" met").count() > 4, "{table}");
    let many = vec![wrong.as_str(); 26].join(" ");
    let table = folder.run(&format!("compare {many}")).out;
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(table.contains(&format!("\nRFC6749-5.2-10        {}\n", " X".repeat(26))), "{table}");
    assert!(table.ends_with("\n+ met, X broken, ? inconclusive, / not applicable, - untested\n"), "{table}");
}

/// Colours are for those who want them.
#[test]
fn comparisons_have_colours_by_choice() {
    let (folder, [right, wrong, _]) = runs("coloured");
    for command in ["diff", "compare"] {
        let run = |options: &str| folder.run(&format!("{command} {right} {wrong} {options}")).out;
        let (plain, colored) = (run(""), run("--color always"));
        assert!(!plain.contains('\u{1b}') && colored.contains("\u{1b}[31m"), "{command}");
        let mut parts = colored.split('\u{1b}');
        let begin = parts.next().unwrap().to_owned();
        let stripped = parts.fold(begin, |text, part| text + part.split_once('m').unwrap().1);
        assert_eq!(stripped, plain, "{command}");
        assert_eq!(run("--color always --format markdown"), run("--format markdown"), "{command}");
    }
}

#[test]
fn a_stored_run_is_rendered_as_it_was() {
    let (folder, [_, wrong, again]) = runs("rendered");
    let files = [
        ("text", "report.txt"),
        ("json", "run.json"),
        ("html", "report.html"),
        ("junit", "junit.xml"),
        ("sarif", "report.sarif"),
        ("markdown", "summary.md"),
    ];
    for (format, file) in files {
        let ended = folder.run(&format!("report {wrong} --output {format}=again"));
        assert_eq!((ended.status, ended.out.as_str()), (0, ""), "{}", ended.err);
        let stored = fs::read_to_string(folder.0.join("countersign-runs").join(&wrong).join(file)).unwrap();
        assert!(fs::read_to_string(folder.0.join("again")).unwrap() == stored, "{file}");
    }
    let last = folder.run("report last").out;
    assert_eq!(last, folder.run(&format!("report {again}")).out);
    assert!(last.contains(" passed, 0 failed") && last != folder.run(&format!("report {wrong}")).out, "{last}");
}

#[test]
fn a_case_is_replayed_with_the_settings_of_its_run() {
    let (folder, [_, wrong, _]) = runs("replayed");
    let ended = folder.run(&format!("replay {wrong} grant-type/missing"));
    // The configuration names the right server by now.
    assert_eq!(ended.status, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("1 passed, 0 failed") && ended.out.contains("seed 4"), "{}", ended.out);
    let report = fs::read_to_string(folder.0.join("countersign-runs").join(&wrong).join("run.json")).unwrap();
    let again =
        "countersign check --config countersign.toml --profile bcp9700 --cases 3 --only grant-type/missing --seed 4";
    assert!(report.contains(again), "{report}");
    folder.run(&format!("replay {wrong} no/such")).assert_refused(2, &["has no check `no/such`"]);
    // A run that names another command is not obeyed.
    let place = folder.0.join("countersign-runs/forged");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("run.json"), report.replacen("\"check\",", "\"serve\",", 1)).unwrap();
    folder.run("replay forged grant-type/missing").assert_refused(2, &["does not say which command"]);
    // One that somebody sent names a server, and the variables whose values it would get: nothing is sent.
    fs::write(folder.0.join("sent.json"), &report).unwrap();
    let said = ["only a run in countersign-runs", "`countersign check --config countersign.toml --profile bcp9700"];
    folder.run("replay sent.json grant-type/missing").assert_refused(2, &said);
    fs::rename(folder.0.join("countersign-runs").join(&wrong), folder.0.join("elsewhere")).unwrap();
    folder.run("replay elsewhere grant-type/missing").assert_refused(2, &said);
}

/// What anybody can write into a run: markup, escapes of a terminal, commands to a CI server.
const ATTACK: &str =
    "</summary></script><script>alert(1)</script>\\u001b[2J\\u001b]0;x\\u0007\\u202e ##vso[x] [y](javascript:z) ]]>";

#[test]
fn a_stored_run_attacks_nobody() {
    let (folder, [_, wrong, _]) = runs("attacked");
    let place = folder.0.join("countersign-runs").join(&wrong).join("run.json");
    let text = fs::read_to_string(&place).unwrap();
    let mut run: serde_json::Value = serde_json::from_str(&text).unwrap();
    let attack: String = serde_json::from_str(&format!("\"{ATTACK}\"")).unwrap();
    poison(&mut run, &attack);
    fs::write(&place, run.to_string()).unwrap();
    for format in ["text", "json", "html", "junit", "sarif", "markdown"] {
        let ended = folder.run(&format!("report {wrong} --format {format}"));
        assert_eq!(ended.status, 0, "{format}: {}", ended.err);
        let obeyed = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!ended.out.contains(obeyed), "{format}: {}", ended.out);
        assert!(!matches!(format, "html" | "markdown") || !ended.out.contains("<script>alert"), "{format}");
        assert!(!ended.out.contains("##vso["), "{format}: {}", ended.out);
        if format == "junit" {
            roxmltree::Document::parse(&ended.out).unwrap();
        }
    }
    for arguments in [format!("diff {wrong} {wrong}"), format!("compare {wrong} {wrong}"), format!("replay {wrong} x")]
    {
        let ended = folder.run(&arguments);
        let text = ended.out + &ended.err;
        assert!(!text.contains(|c: char| c.is_control() && c != '\n') && !text.contains("##vso["), "{text}");
    }
}

/// Every text that is free becomes the attack; those that are one of a few cannot be.
fn poison(value: &mut serde_json::Value, attack: &str) {
    const CLOSED: [&str; 12] = [
        "schema",
        "outcome",
        "level",
        "severity",
        "status",
        "started",
        "finished",
        "expires",
        "fail_on",
        "requirement",
        "sent",
        "received",
    ];
    match value {
        serde_json::Value::String(text) => text.push_str(attack),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| poison(item, attack)),
        serde_json::Value::Object(members) => {
            let free = members.iter_mut().filter(|(name, _)| !CLOSED.contains(&name.as_str()));
            free.for_each(|(_, member)| poison(member, attack));
        }
        _ => {}
    }
}

/// A pipe would be waited for, a device read, for ever.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_no_run() {
    let folder = Folder::new("no-regular-file");
    let place = folder.0.join("countersign-runs/pipe");
    fs::create_dir_all(&place).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(place.join("run.json")).status().unwrap().success());
    for run in ["pipe", "countersign-runs/pipe/run.json", "/dev/zero"] {
        folder.run(&format!("report {run}")).assert_refused(2, &["is no run: it is no regular file"]);
        folder.run(&format!("diff {run} {run}")).assert_refused(2, &["is no run: it is no regular file"]);
    }
    fs::File::create(folder.0.join("huge.json")).unwrap().set_len((1 << 27) + 1).unwrap();
    folder.run("report huge.json").assert_refused(2, &["it is larger than any run"]);
    fs::write(folder.0.join("deep.json"), "[".repeat(1 << 20)).unwrap();
    folder.run("report deep.json").assert_refused(2, &["deep.json is no run"]);
}

/// A link in a folder that somebody sent leads to what he may not see.
#[cfg(unix)]
#[test]
fn nothing_beside_the_folder_of_a_run_is_read() {
    let (folder, [right, ..]) = runs("linked");
    let sent = folder.0.join("sent");
    fs::create_dir(&sent).unwrap();
    fs::write(folder.0.join("private.json"), "\"a private text\"").unwrap();
    let link = |name: &str| std::os::unix::fs::symlink("../private.json", sent.join(name)).unwrap();
    link("run.json");
    let refused = folder.run("report sent");
    assert!(refused.status == 2 && !refused.err.contains("a private text"), "{}", refused.err);
    assert!(refused.err.contains("run.json is no run: it is no regular file"), "{}", refused.err);
    fs::remove_file(sent.join("run.json")).unwrap();
    fs::copy(folder.0.join("countersign-runs").join(right).join("run.json"), sent.join("run.json")).unwrap();
    link("exchanges.jsonl");
    let refused = folder.run("report sent");
    assert!(refused.status == 2 && !refused.err.contains("a private text"), "{}", refused.err);
    // Whoever names the link himself means it.
    std::os::unix::fs::symlink("sent/run.json", folder.0.join("mine.json")).unwrap();
    fs::remove_file(sent.join("exchanges.jsonl")).unwrap();
    assert_eq!(folder.run("report mine.json").status, 0);
}

/// What is compared with everything else takes hours where there is too much of it.
#[test]
fn a_run_has_no_more_than_a_program_can_check() {
    let (folder, [right, ..]) = runs("too-much");
    let text = fs::read_to_string(folder.0.join("countersign-runs").join(right).join("run.json")).unwrap();
    for list in ["checks", "requirements"] {
        let mut run: serde_json::Value = serde_json::from_str(&text).unwrap();
        let items = run[list].as_array_mut().unwrap();
        *items = vec![items[0].clone(); (1 << 13) + 1];
        fs::write(folder.0.join("much.json"), run.to_string()).unwrap();
        folder.run("report much.json").assert_refused(2, &["much.json is no run: it has more"]);
    }
    fs::File::create(folder.0.join("huge.json")).unwrap().set_len((1 << 24) + 1).unwrap();
    folder.run("report huge.json").assert_refused(2, &["it is larger than any run"]);
}

#[test]
fn a_demo_is_replayed() {
    let folder = Folder::new("demo-replayed");
    let first = folder.run("demo --fault grant-type/missing/assumed --only grant-type/* --seed 3");
    let again = folder.run("replay last grant-type/missing");
    assert_eq!((first.status, again.status), (1, 1), "{}{}", again.out, again.err);
}

#[test]
fn snapshots_are_reviewed_and_accepted() {
    let folder = Folder::new("review");
    folder.configure("");
    assert_eq!(folder.run("snapshot review").out, "Nothing differs from its snapshot.\n");
    let place = folder.0.join("countersign-snapshots/countersign");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("success__body.snap"), "---\nsource: countersign\n---\nx: 1\n").unwrap();
    fs::write(place.join("success__body.snap.new"), "---\nsource: countersign\n---\nx: 2\n").unwrap();
    let ended = folder.run("snapshot review");
    assert_eq!(ended.status, 6);
    assert!(ended.out.contains("  - x: 1\n  + x: 2\n"), "{}", ended.out);
    // A machine accepts nothing.
    let ended = folder.command("snapshot accept").env("CI", "true").output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert!(
        ended.status.code() == Some(2) && error.starts_with("error: snapshots are not written where `CI`"),
        "{error}"
    );
    assert!(place.join("success__body.snap.new").exists());
    assert_eq!(folder.run("snapshot accept").status, 0);
    assert!(fs::read_to_string(place.join("success__body.snap")).unwrap().ends_with("x: 2\n"));
    assert_eq!(folder.run("snapshot review").status, 0);
}

/// What no run writes again is told where somebody looks, and by every run.
#[test]
fn a_snapshot_that_no_run_writes_is_an_orphan() {
    let folder = Folder::new("orphans");
    folder.configure(&configuration(&serve(None, 3600)));
    assert_eq!(folder.run("check --only success/body").status, 0);
    let place = folder.0.join("countersign-snapshots");
    // Whose issuer was named on the command line has no configuration.
    for name in
        ["countersign/no__check", "countersign/scope__subset", "gone/success__body", "https___as_example/token__header"]
    {
        fs::create_dir_all(place.join(name).parent().unwrap()).unwrap();
        fs::write(place.join(name).with_extension("snap"), "x: 1\n").unwrap();
    }
    let lines = [
        "countersign-snapshots/gone belongs to no configuration here; remove it",
        "countersign-snapshots/countersign/no__check.snap belongs to no check with a snapshot; remove it",
        "countersign-snapshots/countersign/scope__subset.snap belongs to no check with a snapshot; remove it",
    ];
    for command in ["snapshot review", "snapshot accept"] {
        let ended = folder.run(command);
        assert_eq!(ended.out, format!("{}\nNothing differs from its snapshot.\n", lines.join("\n")));
        assert_eq!(ended.status, 6);
    }
    let ended = folder.run("check --only success/body");
    let told: Vec<_> = ended.err.lines().filter_map(|line| line.strip_prefix("note: ./")).collect();
    assert_eq!((ended.status, told.as_slice()), (0, lines.as_slice()), "{}", ended.err);
}

/// Snapshots come with a clone, and a clone may be anybody's.
#[cfg(unix)]
#[test]
fn snapshots_attack_nobody() {
    let folder = Folder::new("hostile-snapshots");
    folder.configure(&configuration(&serve(None, 3600)));
    let place = folder.0.join("countersign-snapshots/countersign");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("a\u{1b}[2J__b.snap.new"), "x: \u{1b}[2J\u{202e} ##vso[x]\n").unwrap();
    let ended = folder.run("snapshot review");
    let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(ended.status == 6 && !ended.out.contains(obeyed) && !ended.out.contains("##vso["), "{}", ended.out);
    fs::remove_file(place.join("a\u{1b}[2J__b.snap.new")).unwrap();
    // A pipe is not waited for, and a link is not followed: neither to read nor to write.
    assert!(std::process::Command::new("mkfifo").arg(place.join("success__body.snap")).status().unwrap().success());
    fs::write(folder.0.join("mine"), "mine\n").unwrap();
    std::os::unix::fs::symlink("../../mine", place.join("metadata__document.snap")).unwrap();
    for check in ["success/body", "metadata/document"] {
        let ended = folder.run(&format!("check --config countersign.toml --only {check}"));
        assert_eq!(ended.status, 7, "{}{}", ended.out, ended.err);
        assert!(ended.err.contains("it is no regular file"), "{}", ended.err);
    }
    assert_eq!(fs::read_to_string(folder.0.join("mine")).unwrap(), "mine\n");
}

#[test]
fn a_shell_is_told_the_command_line() {
    let folder = Folder::new("completions");
    for (shell, word) in [("bash", "complete "), ("zsh", "#compdef countersign"), ("fish", "complete -c countersign")] {
        let script = folder.run(&format!("completions {shell}")).out;
        assert!(script.contains(word) && script.contains("verify-report"), "{shell}");
    }
}

/// `head` closes the pipe while the list is being written.
#[cfg(unix)]
#[test]
fn a_reader_who_has_seen_enough_ends_nothing() {
    use std::io::Read as _;
    let folder = Folder::new("head");
    let mut child = folder.command("list --format markdown").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
