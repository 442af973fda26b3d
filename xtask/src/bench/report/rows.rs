//! The rows of the table.

use super::Report;
use crate::bench::bars::megabytes;
use crate::bench::case::{Case, ONE};
use crate::bench::measure::Sample;
use crate::bench::subject::Kind;

/// A proxy that used less of its core was waiting for the load.
const SATURATED: f64 = 0.9;

/// One figure of every subject for one load.
pub(super) struct Row {
    pub(super) figure: &'static str,
    pub(super) load: String,
    /// One for each subject, in the report's order.
    pub(super) cells: Vec<Option<Cell>>,
}

/// One number.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) value: f64,
    /// Whether the true value may be higher, because the load was the limit.
    pub(super) at_least: bool,
}

/// What a latency is called, and where it stands in a sample.
type Quantile = (&'static str, fn(&Sample) -> f64);

impl Row {
    /// Keyward's value as a ratio to another column's.
    pub(super) fn ratio(&self, kinds: &[Kind], to: Kind) -> Option<f64> {
        let value = |kind| {
            let column = kinds.iter().position(|&k| k == kind)?;
            self.cells.get(column).copied().flatten().map(|cell| cell.value)
        };
        Some(value(Kind::Keyward)? / value(to)?)
    }
}

/// All rows of a report.
pub(super) fn rows(report: &Report<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for &case in Case::ALL {
        for &shape in case.shapes() {
            rows.push(row(report, "CPU µs per call", format!("{case}, {shape}"), |kind| {
                Some(exact(report.results.median(case, shape, kind, |sample| sample.cpu)?))
            }));
        }
    }
    for &case in Case::ALL {
        for &shape in case.shapes().iter().filter(|shape| shape.connections * shape.streams > 1) {
            rows.push(row(report, "calls/s", format!("{case}, {shape}"), |kind| {
                let value = report.results.median(case, shape, kind, |sample| sample.rate)?;
                let busy = report.results.median(case, shape, kind, |sample| sample.busy)?;
                Some(Cell { value, at_least: kind != Kind::Direct && busy < SATURATED })
            }));
        }
    }
    let quantiles: [Quantile; 2] =
        [("added p50, µs", |sample| sample.p50), ("added p99, µs", |sample| sample.p99)];
    for (name, figure) in quantiles {
        for &case in Case::ALL {
            rows.push(row(report, name, format!("{case}, {ONE}"), |kind| {
                let results = report.results;
                let value = match kind {
                    // The column the others are added to.
                    Kind::Direct => results.median(case, ONE, kind, figure),
                    _ => results.added(case, kind, figure),
                };
                value.map(exact)
            }));
        }
    }
    rows.push(row(report, "peak memory, MB", format!("{} keys", report.keys), |kind| {
        report.results.memory(kind).map(megabytes).map(exact)
    }));
    rows.push(row(report, "peak memory, MB", "1000000 keys".to_owned(), |kind| {
        let bytes = report.results.million.filter(|_| kind == Kind::Keyward);
        bytes.map(megabytes).map(exact)
    }));
    rows.retain(|row| row.cells.iter().any(Option::is_some));
    rows
}

fn row(
    report: &Report<'_>,
    figure: &'static str,
    load: String,
    cell: impl Fn(Kind) -> Option<Cell>,
) -> Row {
    let cells = report.subjects.iter().map(|subject| cell(subject.kind)).collect();
    Row { figure, load, cells }
}

fn exact(value: f64) -> Cell {
    Cell { value, at_least: false }
}
