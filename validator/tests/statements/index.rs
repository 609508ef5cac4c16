//! Where the sources name a statement: found by a scan, never typed into a table.
//!
//! - **Code** names a statement where it implements it: the `statements` of a rule, or a comment `Statements: …`.
//! - **A test** names it in the comment above it, or in a row of a table of cases. In Rust the comment belongs to the next
//!   `fn`, all else to the `fn` that it stands in; in JavaScript a comment belongs to the next `test` or `describe`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A named piece of a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From the root of the repository.
    pub file: String,
    /// The name of the test, or of the table of cases; empty in code.
    pub name: String,
}

#[derive(Debug, Default)]
pub struct Index {
    /// Statement ids and the code that implements them.
    pub code: Vec<(String, Place)>,
    /// Statement ids and the tests that name them.
    pub tests: Vec<(String, Place)>,
    /// Every test and table, whether it names a statement or not.
    pub all_tests: Vec<Place>,
    /// Ids in a test file that belong to no test.
    pub astray: Vec<(String, Place)>,
}

/// Files whose functions are tables that tests run row by row.
const TABLES: &[&str] = &[
    "validator/tests/support/corpus.rs",
    "validator/tests/support/sender.rs",
    "validator/tests/support/statement_rows.rs",
    "validator/tests/support/wycheproof.rs",
];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Index {
    pub fn read() -> Self {
        let mut index = Self::default();
        for (folder, extension) in
            [("validator/src", "rs"), ("validator/tests", "rs"), ("pkg/src", "js"), ("pkg/test", "mjs")]
        {
            for file in
                files(folder, extension).into_iter().filter(|file| !file.starts_with("validator/tests/statements/"))
            {
                let text = fs::read_to_string(root().join(&file)).unwrap();
                match extension {
                    "rs" => index.read_rust(&file, &text),
                    "mjs" => index.read_script(&file, &text),
                    _ => index.code.extend(ids(&text).map(|id| (id, place(&file, "")))),
                }
            }
        }
        index
    }

    fn read_rust(&mut self, file: &str, text: &str) {
        let mut in_tests = file.starts_with("validator/tests/");
        let (mut above, mut is_test, mut name) = (Vec::new(), false, String::new());
        for line in text.lines().map(str::trim_start) {
            in_tests |= line.starts_with("mod tests");
            if !in_tests {
                self.code.extend(ids(line).map(|id| (id, place(file, ""))));
            } else if line.starts_with("//!") {
                // What the head of a file says of statements is said of no test.
                continue;
            } else if line.starts_with("///") {
                above.extend(ids(line));
            } else if line.starts_with("#[") {
                is_test |= line.starts_with("#[test]");
            } else if let Some(function) = function_name(line) {
                is_test |= TABLES.contains(&file);
                name = if is_test { function.to_owned() } else { String::new() };
                self.add(file, &name, above.drain(..));
                is_test = false;
            } else {
                self.add(file, &name, ids(line));
            }
        }
    }

    fn read_script(&mut self, file: &str, text: &str) {
        let mut above = Vec::new();
        for line in text.lines().map(str::trim_start) {
            let title = ["test(\"", "describe(\""].iter().find_map(|call| line.strip_prefix(call)?.split('"').next());
            match title {
                Some(title) => self.add(file, title, above.drain(..)),
                None if line.starts_with("//") => above.extend(ids(line)),
                None => {}
            }
        }
    }

    fn add(&mut self, file: &str, name: &str, ids: impl IntoIterator<Item = String>) {
        let place = place(file, name);
        if !name.is_empty() && self.all_tests.last() != Some(&place) {
            self.all_tests.push(place.clone());
        }
        let found = ids.into_iter().map(|id| (id, place.clone()));
        if name.is_empty() { self.astray.extend(found) } else { self.tests.extend(found) }
    }
}

fn place(file: &str, name: &str) -> Place {
    Place { file: file.to_owned(), name: name.to_owned() }
}

/// The name in a line that begins a function.
fn function_name(line: &str) -> Option<&str> {
    let line = ["pub ", "const "].iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    line.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// What looks like the id of a statement, in the order of the text.
fn ids(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && !"-.".contains(character))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| {
            let numbered =
                word.rsplit('-').next().is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
            let document = ["RFC", "OA21-"].iter().any(|start| word.starts_with(start)) && numbered;
            (document && word.matches('-').count() == 2) || word.starts_with("HARNESS-R")
        })
        .map(str::to_owned)
}

fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&path, extension));
        } else if path.strip_suffix(extension).is_some_and(|rest| rest.ends_with('.')) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn ids_belong_to_the_test_that_they_stand_at() {
    let mut index = Index::default();
    let text = "//! RFC1-1-9\nfn helper() {}\n/// RFC1-1-1, RFC1-1-2.\n#[test]\nfn one() {\n    // RFC1-1-3\n}\n/// RFC1-1-4\nfn two() {}";
    index.read_rust("validator/tests/x.rs", text);
    index.read_rust(
        "validator/src/x.rs",
        "// RFC1-1-5\nfn f() {}\n#[cfg(test)]\nmod tests {\n/// RFC1-1-6\n#[test]\nfn three() {}\n}",
    );
    index.read_script("pkg/test/x.mjs", "// RFC1-1-7: why\n  test(\"four\", () => {});\n  test(title, 1);");
    let named = |found: &[(String, Place)]| -> Vec<String> {
        found.iter().map(|(id, place)| format!("{id} {}", place.name)).collect()
    };
    assert_eq!(
        named(&index.tests),
        ["RFC1-1-1 one", "RFC1-1-2 one", "RFC1-1-3 one", "RFC1-1-6 three", "RFC1-1-7 four"]
    );
    assert_eq!(named(&index.astray), ["RFC1-1-4 "]);
    assert_eq!(named(&index.code), ["RFC1-1-5 "]);
    assert_eq!(index.all_tests.len(), 3);
}
