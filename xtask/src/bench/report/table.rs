//! The table for the terminal, and its cells for Markdown.

use super::rows::{Cell, rows};
use super::{Absent, Report};
use crate::bench::bars::Bar;
use crate::bench::subject::Kind;
use std::fmt::Write as _;

/// Header and body of the table as text cells.
pub(super) fn cells(report: &Report<'_>) -> Vec<Vec<String>> {
    let kinds = report.kinds();
    let others: Vec<Kind> = kinds.iter().copied().filter(|&k| k != Kind::Keyward).collect();
    let mut header = vec!["figure".to_owned(), "load".to_owned()];
    header.extend(kinds.iter().map(Kind::to_string));
    header.extend(others.iter().map(|kind| format!("Keyward to {kind}")));
    let mut table = vec![header];
    for row in rows(report) {
        let mut line = vec![row.figure.to_owned(), row.load.clone()];
        line.extend(row.cells.iter().map(|cell| cell.map_or_else(String::new, number)));
        line.extend(others.iter().map(|&kind| {
            row.ratio(&kinds, kind).map_or_else(String::new, |ratio| format!("{ratio:.2}"))
        }));
        table.push(line);
    }
    table
}

/// The bars as text cells.
pub(in crate::bench) fn bar_cells(bars: &[Bar]) -> Vec<Vec<String>> {
    let header = ["bar", "at most", "measured", ""].map(str::to_owned).to_vec();
    let lines = bars.iter().map(|bar| {
        let value = bar.value.map_or_else(String::new, |value| format!("{value:.2}"));
        vec![bar.what.clone(), bar.limit.to_string(), value, bar.verdict().to_string()]
    });
    std::iter::once(header).chain(lines).collect()
}

/// The report for the terminal.
pub(in crate::bench) fn text(report: &Report<'_>) -> String {
    let mut out = aligned(&cells(report));
    out.push('\n');
    out.push_str(&aligned(&bar_cells(&report.bars)));
    for Absent { kind, reason } in &report.absent {
        // Writing to a string cannot fail.
        let _written = write!(out, "\n{kind} is absent: {reason}");
    }
    out
}

/// A number with as many digits as it deserves.
fn number(cell: Cell) -> String {
    let mark = if cell.at_least { "≥ " } else { "" };
    format!("{mark}{}", digits(cell.value))
}

/// The same for a number without a mark.
pub(in crate::bench) fn digits(value: f64) -> String {
    let digits = match value.abs() {
        small if small < 10.0 => 2,
        middle if middle < 1000.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

/// The table with its columns below each other.
pub(in crate::bench) fn aligned(table: &[Vec<String>]) -> String {
    let columns = table.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let widths = table.iter().filter_map(|line| line.get(column)).map(|c| c.chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for line in table {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            // Words to the left, numbers to the right.
            let padded =
                if column < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
            out.push_str(&padded);
            out.push_str("  ");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_matter() {
        let shown = |value| number(Cell { value, at_least: false });
        assert_eq!([shown(1.234), shown(12.34), shown(1234.5)], ["1.23", "12.3", "1234"]);
        assert_eq!(number(Cell { value: 88_353.4, at_least: true }), "≥ 88353");
    }

    #[test]
    fn columns_line_up() {
        let table = [["a", "b", "1"], ["long", "b", "100"]];
        let table = table.map(|line| line.map(str::to_owned).to_vec());
        assert_eq!(aligned(&table), "a     b    1\nlong  b  100\n");
    }
}
