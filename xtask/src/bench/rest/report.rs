//! What is said of a run; the words of its page are in `page.md` next to this file.

use super::figures::Measured;
use crate::bench::machine::Machine;
use crate::bench::report::{page::Page, table};

/// The page.
pub(in crate::bench) const WORDS: &str = include_str!("page.md");

/// A finished run.
pub(super) fn page(machine: Machine, measured: Measured) -> Page {
    let on = format!(
        "vectors of {} numbers, medians of {} runs of {} seconds each.",
        measured.number("dimension"),
        measured.number("rounds"),
        measured.number("seconds"),
    );
    let (cells, bars) = (cells(&measured), measured.bars());
    Page { machine, measured: measured.0, words: WORDS, on, cells, bars }
}

/// Header and body of the table.
fn cells(measured: &Measured) -> Vec<Vec<String>> {
    let header = [
        "request",
        "Milvus alone, ms",
        "Milvus behind Keyward, ms",
        "Keyward, ms",
        "together / alone",
        "answer, directly, ms",
        "answer, through Keyward, ms",
    ];
    let mut cells = vec![header.map(str::to_owned).to_vec()];
    for (case, medians) in measured.cases() {
        let mut line = vec![case.to_owned()];
        let numbers = [
            medians.direct,
            medians.engine,
            medians.gateway,
            medians.together,
            medians.took_direct,
            medians.took_through,
        ];
        line.extend(numbers.map(table::digits));
        cells.push(line);
    }
    cells
}
