//! What is said of a run; the words of its page are in `page.md` next to this file.

use super::figures::{Measured, ROWS};
use crate::bench::machine::Machine;
use crate::bench::report::{page::Page, table};

/// The page.
pub(in crate::bench) const WORDS: &str = include_str!("page.md");

/// A finished run.
pub(super) fn page(machine: Machine, measured: Measured) -> Page {
    let on = format!(
        "{} keys in {} projects, {} callers where several call.",
        measured.number("keys"),
        measured.number("projects"),
        measured.number("callers"),
    );
    let (cells, bars) = (cells(&measured), measured.bars());
    Page { machine, measured: measured.0, words: WORDS, on, cells, bars }
}

/// Header and body of the table.
fn cells(measured: &Measured) -> Vec<Vec<String>> {
    let engines = measured.engines();
    let mut header = vec!["figure".to_owned(), "unit".to_owned()];
    header.extend(engines.iter().map(|engine| title(engine).to_owned()));
    let mut cells = vec![header];
    for row in ROWS {
        let found: Vec<_> = engines.iter().map(|engine| measured.figure(engine, row)).collect();
        let Some((_, unit)) = found.iter().flatten().next() else { continue };
        let words = row.words(measured.number("callers"));
        let mut line = vec![words, (*unit).to_owned()];
        line.extend(
            found
                .iter()
                .map(|cell| cell.map_or_else(String::new, |(value, _)| table::digits(value))),
        );
        cells.push(line);
    }
    cells
}

fn title(engine: &str) -> &str {
    match engine {
        "sqlite" => "SQLite",
        "postgres" => "PostgreSQL",
        other => other,
    }
}
