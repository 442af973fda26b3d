//! Rules about the source text that neither rustfmt nor clippy keeps.
//!
//! A rule is a pure function from one file to the violations in it, so that its tests need no disk.
//! Must never change a file. To add a rule: a function beside its kin ([`text`] for lines of any
//! file, [`rust`] for parsed Rust, [`layout`] for which files exist), its name in [`check`], and a
//! test that shows it catching something.

mod layout;
mod ratchet;
mod rust;
mod text;

use std::fmt;
use std::fs;

use crate::command::{program, read, root};
use crate::{Result, workspace};

/// One tracked file.
struct File {
    /// Relative to the workspace, with `/` between folders.
    path: String,
    text: String,
}

impl File {
    fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// A rule that some place breaks.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    path: String,
    /// 0 when the file as a whole is meant.
    line: usize,
    said: String,
    /// What the ratchet may except: the rule, the thing's name and its measured size.
    size: Option<Size>,
}

/// A measured size that is over its limit.
#[derive(Debug, PartialEq, Eq)]
struct Size {
    rule: &'static str,
    name: String,
    measured: usize,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, said, .. } = self;
        if *line == 0 {
            write!(out, "{path}: {said}")
        } else {
            write!(out, "{path}:{line}: {said}")
        }
    }
}

/// Fails with every violation in the tracked and the new files.
pub(crate) fn run() -> Result<()> {
    let files = files()?;
    let mut found = Vec::new();
    for file in &files {
        found.extend(check(file));
    }
    found.extend(layout::check(&files, &workspace::members()?));
    let ratchet = files.iter().find(|file| file.path == ratchet::PATH);
    let left = ratchet::apply(ratchet.map_or("", |file| &file.text), found);
    if left.is_empty() {
        println!("tidy: {} files are in order", files.len());
        return Ok(());
    }
    let lines: Vec<String> = left.iter().map(ToString::to_string).collect();
    Err(format!("{} things to tidy:\n{}", lines.len(), lines.join("\n")))
}

fn check(file: &File) -> Vec<Violation> {
    let mut found = text::check(file);
    if file.is("rs") {
        found.extend(rust::check(file));
    }
    found
}

/// Every file that git tracks or would offer to track, if it is text.
fn files() -> Result<Vec<File>> {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let listed = read(program("git").args(list))?;
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A file that git still lists but that is gone, or that is not text, has nothing to check.
        if let Ok(text) = fs::read_to_string(root().join(path)) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}
