//! Rules about which files exist: each crate on the map, each `lib.rs` a table of contents,
//! and each file that a document names.

use super::{File, Violation};
use crate::workspace;

const MAP: &str = "docs/ARCHITECTURE.md";
const MAP_LINES_MAX: usize = 300;
/// Endings by which a document's words are taken for the name of a file.
const NAMED: &[&str] = &["rs", "toml", "md", "sql", "csv", "txt"];
const CONTENTS_LINES_MAX: usize = 80;

pub(super) fn check(files: &[File], members: &[String]) -> Vec<Violation> {
    let mut found = map(files, members);
    found.extend(contents(files));
    found.extend(files.iter().filter(|file| file.is("md")).flat_map(|file| stale(file, files)));
    found
}

fn map(files: &[File], members: &[String]) -> Vec<Violation> {
    let Some(map) = files.iter().find(|file| file.path == MAP) else {
        return vec![violation(MAP, "the map of the crates is missing".to_owned())];
    };
    let mut found = Vec::new();
    for name in members {
        let folder = workspace::folder(name);
        if !map.text.contains(&format!("`{}`", folder.display())) {
            let said = format!("the crate `{}` is not on the map", folder.display());
            found.push(violation(MAP, said));
        }
    }
    let lines = map.text.lines().count();
    if lines > MAP_LINES_MAX {
        found.push(violation(MAP, format!("{lines} lines, more than {MAP_LINES_MAX}")));
    }
    found
}

fn contents(files: &[File]) -> Vec<Violation> {
    let libraries = files.iter().filter(|file| file.path.ends_with("/src/lib.rs"));
    libraries
        .filter_map(|file| {
            let lines = file.text.lines().count();
            let said = format!(
                "{lines} lines, more than {CONTENTS_LINES_MAX}: lib.rs is a table of contents"
            );
            (lines > CONTENTS_LINES_MAX).then(|| violation(&file.path, said))
        })
        .collect()
}

/// Files that a document names, with or without the folders above them, and that are not there.
fn stale(document: &File, files: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, line) in document.text.lines().enumerate() {
        for named in line.split('`').skip(1).step_by(2).filter(|named| is_file_name(named)) {
            let ending = format!("/{named}");
            let exists = |file: &File| file.path == named || file.path.ends_with(&ending);
            if !files.iter().any(exists) {
                let said = format!("there is no file `{named}`");
                found.push(Violation { line: index + 1, ..violation(&document.path, said) });
            }
        }
    }
    found
}

fn is_file_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
    let extension = text.rsplit_once('.').map(|(_, extension)| extension);
    text.bytes().all(plain) && extension.is_some_and(|found| NAMED.contains(&found))
}

fn violation(path: &str, said: String) -> Violation {
    Violation { path: path.to_owned(), line: 0, said, size: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    fn said(files: &[File], members: &[&str]) -> Vec<String> {
        let members: Vec<String> = members.iter().map(ToString::to_string).collect();
        check(files, &members).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_crate_that_is_not_on_the_map_is_found() {
        let map = file(MAP, "- `crates/model` decides.\n- `xtask`\n");
        assert!(said(std::slice::from_ref(&map), &["model", "xtask"]).is_empty());
        let expected = ["docs/ARCHITECTURE.md: the crate `crates/store` is not on the map"];
        assert_eq!(said(&[map], &["model", "store"]), expected);
    }

    #[test]
    fn a_missing_or_overlong_map_is_found() {
        assert_eq!(said(&[], &[]), ["docs/ARCHITECTURE.md: the map of the crates is missing"]);
        let long = file(MAP, &"line\n".repeat(301));
        assert_eq!(said(&[long], &[]), ["docs/ARCHITECTURE.md: 301 lines, more than 300"]);
    }

    #[test]
    fn a_library_root_that_holds_code_is_found() {
        let map = file(MAP, "");
        let root = file("crates/x/src/lib.rs", &"pub mod a;\n".repeat(81));
        assert_eq!(said(&[map, root], &[]).len(), 1);
    }

    #[test]
    fn a_file_that_a_document_names_and_that_is_gone_is_found() {
        let map = file(MAP, "");
        let code = file("crates/x/src/engine/cut.rs", "");
        let document = file("README.md", "see `engine/cut.rs`, `cut.rs`\nand `ngine/cut.rs`\n");
        let expected = ["README.md:2: there is no file `ngine/cut.rs`"];
        assert_eq!(said(&[map, code, document], &[]), expected);
    }
}
