//! What the comments of public items must say: what can go wrong, the unit of a number, and the text that it comes from.
//! That there is a comment at all is the compiler's lint `missing_docs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

use std::{fs, path::Path};

/// A public item: its comment, and its first lines up to the body.
struct Item {
    place: String,
    comment: String,
    signature: String,
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn items(text: &str, place: &str) -> Vec<Item> {
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.starts_with("mod tests")).collect();
    let public = ["pub fn ", "pub const ", "pub struct ", "pub enum "];
    let mut items = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if !public.iter().any(|start| line.starts_with(start)) {
            continue;
        }
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let mut comment: Vec<&str> = above.filter_map(|line| line.strip_prefix("///")).collect();
        comment.reverse();
        let end = lines[at..].iter().position(|line| line.ends_with(['{', ';'])).unwrap_or(0);
        items.push(Item {
            place: format!("{place}:{}", at + 1),
            comment: comment.join("\n"),
            signature: lines[at..=at + end].join(" "),
        });
    }
    items
}

/// Words that name a unit, in a name or in a comment.
const UNITS: &[&str] =
    &["byte", "second", "bit", "octet", "key", "issuer", "term", "member", "character", "name", "kid", "time"];

#[test]
fn public_items_say_what_callers_must_know() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (file, text) in &found {
        let cites = |text: &str| {
            ["RFC ", "§", "OpenID", "FIPS", "No text", "no text"].iter().any(|source| text.contains(source))
        };
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let items = items(text, file);
        // The rim speaks JavaScript; what its options and answers mean stands in pkg/README.md.
        let is_rim = file.contains("/wasm/") || file.contains("/options/");
        for Item { place, comment, signature } in items.iter().filter(|_| !is_rim) {
            count += 1;
            if signature.contains("Result<") && signature.starts_with("pub fn") && !comment.contains("# Errors") {
                wrong.push(format!("{place}: returns a Result and has no section `# Errors`"));
            }
            let is_number =
                [": usize =", ": u32 =", ": u64 =", ": i64 ="].iter().any(|number| signature.contains(number));
            let words = format!("{signature} {comment}").to_lowercase();
            if is_number && !UNITS.iter().any(|unit| words.contains(unit)) {
                wrong.push(format!("{place}: a number without a unit"));
            }
        }
        let own = items.iter().any(|item| cites(&item.comment));
        if !is_rim && !items.is_empty() && !cites(&head) && !own {
            wrong.push(format!("{file}: nothing says which text it comes from, or that there is none"));
        }
    }
    assert!(count > 150, "the sources were not read: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
