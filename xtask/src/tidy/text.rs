//! Rules for the lines of any text file: length, left-over marks, places that only one machine has.

use super::{File, Violation};

/// Characters of a line.
pub(super) const LINE_MAX: usize = 100;

/// Kinds of files whose lines have a limit: scripts here, Rust in [`super::rust`]. Tables and lists
/// of data have none.
const SCRIPTS: &[&str] = &["py", "js", "mjs", "cjs", "ts", "sh", "sql"];

/// Marks of unfinished work. Put together here so that this file does not contain them.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
];

/// Folders that exist on some machines only.
const MACHINE: &[&str] =
    &[concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/"), concat!("/", "Users/")];

/// Where package managers download from: a matter of each machine's configuration.
const REGISTRIES: &[&str] = &[
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("npm", "js.org"),
    concat!("npm", "js.com"),
    concat!("deb.", "debian.org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
];

pub(super) fn check(file: &File) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let mut say = |said: String| {
            found.push(Violation { path: file.path.clone(), line: index + 1, said, size: None });
        };
        if is_script(file) && is_too_long(line) {
            say(too_long());
        }
        for mark in UNFINISHED.iter().filter(|mark| has_mark(line, mark)) {
            say(format!("`{mark}`: finish it, or open an issue"));
        }
        for place in MACHINE.iter().filter(|place| has_place(line, place)) {
            say(format!("`{place}` names a folder of one machine: take it as an argument"));
        }
        for host in REGISTRIES.iter().filter(|host| line.contains(**host)) {
            say(format!("`{host}` names a registry: leave that to the machine's configuration"));
        }
    }
    found
}

fn is_script(file: &File) -> bool {
    SCRIPTS.iter().any(|extension| file.is(extension))
}

/// An address cannot be wrapped.
pub(super) fn is_too_long(line: &str) -> bool {
    line.chars().count() > LINE_MAX && !line.contains("://")
}

pub(super) fn too_long() -> String {
    format!("the line is longer than {LINE_MAX} characters")
}

/// Whether `mark` stands in `line` as a word of its own.
fn has_mark(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + mark.len()..].chars().next();
        let whole = mark.ends_with('(') || !after.is_some_and(is_word);
        !before.is_some_and(is_word) && whole
    })
}

/// Whether the absolute path `place` begins in `line`, rather than going on from a longer one.
fn has_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|found| is_word(found) || matches!(found, '.' | '-' | '/' | '}' | '~'))
    })
}

fn is_word(found: char) -> bool {
    found.is_alphanumeric() || found == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&file).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_line_is_found_with_its_place() {
        let text = format!("short\n{}\n", "x".repeat(101));
        assert_eq!(said("a.py", &text), ["a.py:2: the line is longer than 100 characters"]);
        assert!(said("a.py", &"é".repeat(100)).is_empty(), "characters count, not bytes");
    }

    #[test]
    fn what_cannot_be_wrapped_may_be_long() {
        let long = "x".repeat(101);
        assert!(said("a.py", &format!("# see https://example.com/{long}")).is_empty());
        assert!(said("a.md", &long).is_empty());
        assert!(said("a.snap", &long).is_empty());
    }

    #[test]
    fn each_unfinished_mark_is_found() {
        for mark in UNFINISHED {
            assert_eq!(said("a.rs", &format!("    // {mark} later")).len(), 1, "{mark}");
        }
        assert!(said("a.rs", concat!("let MAS", "TO", "DON = 1;")).is_empty());
    }

    #[test]
    fn each_folder_of_one_machine_is_found() {
        for place in MACHINE {
            assert_eq!(said("a.md", &format!("`{place}src/x`")).len(), 1, "{place}");
        }
        assert!(said("a.md", concat!("frame", "/", "work/x and ./", "work/")).is_empty());
    }

    #[test]
    fn each_registry_is_found() {
        for host in REGISTRIES {
            assert_eq!(said("a.json", &format!("\"https://{host}/x\"")).len(), 1, "{host}");
        }
    }
}
