//! What the fuzzer asserts, held against the inputs that it begins with: without a fuzzer, and with each change of the core.

mod support;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_target_holds_for_its_seeds() {
    for (target, inputs) in support::seeds::all() {
        let (_, holds) = fuzz::TARGETS.iter().find(|(name, _)| *name == target).expect(target);
        assert!(inputs.len() >= 4, "{target} begins with nothing");
        for input in inputs {
            holds(&input);
        }
    }
}

#[test]
fn every_target_has_seeds_and_a_file() {
    let targets: BTreeSet<String> = fuzz::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(targets.len(), fuzz::TARGETS.len());
    assert_eq!(support::seeds::all().iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>(), targets);
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".rs", ""));
    assert_eq!(names.collect::<BTreeSet<_>>(), targets);
}
