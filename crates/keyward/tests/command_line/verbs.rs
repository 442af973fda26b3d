//! Every verb has a test: each command of `docs/CLI.md` is run by one of these files, or by an
//! acceptance test where it needs a real engine.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source of tests of the command line.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            found.push(entry);
        }
    }
}

/// The commands that do something: those that no other begins with.
fn verbs(reference: &str) -> Vec<String> {
    let titles = reference.lines().filter_map(|line| {
        line.strip_prefix("## `keyward ").and_then(|rest| rest.strip_suffix('`'))
    });
    let titles: Vec<&str> = titles.collect();
    let is_leaf = |verb: &&str| !titles.iter().any(|other| other.starts_with(&format!("{verb} ")));
    titles.iter().filter(|verb| is_leaf(verb)).map(|&verb| verb.to_owned()).collect()
}

#[test]
fn no_verb_is_without_a_test() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = fs::read_to_string(crate_folder.join("../../docs/CLI.md")).unwrap();
    let mut found = Vec::new();
    sources(&crate_folder.join("tests"), &mut found);
    let text: String = found.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let verbs = verbs(&reference);
    assert!(verbs.len() > 80, "the reference is read");
    let untested: Vec<_> = verbs
        .iter()
        .filter(|verb| {
            let words: Vec<_> = verb.split(' ').map(|word| format!("\"{word}\"")).collect();
            !text.contains(&words.join(", ")) && !text.contains(&words.join(" "))
        })
        .collect();
    assert!(untested.is_empty(), "these commands are run by no test: {untested:?}");
}
