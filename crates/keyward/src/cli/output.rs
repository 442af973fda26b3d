//! What commands print: JSON for programs, aligned tables for people.
//!
//! Answers go to standard output, everything else to standard error. Text from the server is never
//! sent to the terminal with its control characters.

use model::{Error, ErrorKind};
use serde_json::Value;
use std::io::{self, Write};

/// Prints one JSON document.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn json(value: &Value) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Error::internal(format!("an answer as JSON: {error}")))?;
    text_block(&format!("{text}\n"))
}

/// Prints text as it is.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn text_block(text: &str) -> Result<(), Error> {
    match print(text) {
        // Whoever read this has seen enough, as in `keyward key list | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(|error| unwritable(&error)),
    }
}

/// Prints text with a secret that is shown once: it counts only if somebody could read it all.
///
/// # Errors
/// Standard output cannot be written, or nobody reads it.
pub(super) fn only_once(text: &str) -> Result<(), Error> {
    print(text).map_err(|error| unwritable(&error))
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

fn unwritable(error: &io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, format!("cannot write the answer: {error}"))
}

/// Tells people what is going on, on standard error. Failing to is no failure of the command.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints rows below their headings, each column as wide as its widest cell.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> Result<(), Error> {
    text_block(&aligned(headings, rows))
}

/// Prints one thing, a field a line.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn fields(pairs: &[(&str, String)]) -> Result<(), Error> {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines = pairs.iter().fold(String::new(), |lines, (name, value)| {
        format!("{lines}{name:<width$}  {}\n", printable(value))
    });
    text_block(&lines)
}

/// The text at a place of an answer; empty if there is none.
pub(super) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

fn aligned(headings: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = headings.iter().map(|&text| text.to_owned()).collect();
    let all: Vec<Vec<String>> = std::iter::once(&head)
        .chain(rows)
        .map(|row| row.iter().map(|cell| printable(cell)).collect())
        .collect();
    let width = |column: usize| {
        let cells = all.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut text = String::new();
    for row in &all {
        let line: Vec<String> =
            row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        let rows = [row(&["a", "long name", "x"]), row(&["bcd", "", "y"])];
        assert_eq!(
            aligned(&["ID", "NAME", ""], &rows),
            "ID   NAME\na    long name  x\nbcd             y\n"
        );
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = aligned(&["N"], &[vec!["\u{1b}[2Jgone".to_owned()]]);
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn text_is_found_by_its_place() {
        let value = serde_json::json!({"a": {"b": "c", "n": 4, "z": null}});
        assert_eq!(text(&value, "/a/b"), "c");
        assert_eq!(text(&value, "/a/n"), "4");
        assert_eq!(text(&value, "/a/z") + &text(&value, "/q"), "");
    }
}
