//! What was measured: the figures by name, in words, and the bars they are held against.

use crate::bench::bars::Bar;
use serde_json::Value;

/// The answer of `bench-control`.
pub(super) struct Measured(pub(super) Value);

/// One row of the table.
pub(super) struct Row {
    /// What `bench-control` calls it.
    id: &'static str,
    /// What people read; `N` stands for the number of callers.
    words: &'static str,
}

const fn row(id: &'static str, words: &'static str) -> Row {
    Row { id, words }
}

/// Every figure, in the order of the table.
pub(super) const ROWS: &[Row] = &[
    row("start", "start until the gateway is open, median of 3"),
    row("start.worst", "start until the gateway is open, worst of 3"),
    row("start.memory", "peak memory of a start"),
    row("page.p50", "page of a project's keys, p50"),
    row("page.p99", "page of a project's keys, p99"),
    row("page.name.p50", "page of a project's keys by name, p50"),
    row("page.name.p99", "page of a project's keys by name, p99"),
    row("page.large.p50", "page of a tenth of all keys, p50"),
    row("page.large.p99", "page of a tenth of all keys, p99"),
    row("page.used.p50", "the same by last use, p50"),
    row("page.used.p99", "the same by last use, p99"),
    row("page.numbered.p50", "the same by number, the last pages, p50"),
    row("page.numbered.p99", "the same by number, the last pages, p99"),
    row("page.wide.p50", "page of the organization's keys, p50"),
    row("page.wide.p99", "page of the organization's keys, p99"),
    row("page.wide.used.p50", "page of the organization's keys by last use, p50"),
    row("page.wide.used.p99", "page of the organization's keys by last use, p99"),
    row("console.p50", "console, first byte of any page, p50"),
    row("console.projects", "console, first byte of the projects, p99"),
    row("console.project", "console, first byte of a project, p99"),
    row("console.keys", "console, first byte of its keys, p99"),
    row("console.keys.last", "console, first byte of its last keys, p99"),
    row("console.keys.used", "console, first byte of its keys by last use, p99"),
    row("console.keys.named", "console, first byte of its keys of a role by name, p99"),
    row("console.keys.reported", "console, first byte of its keys reported as leaked, p99"),
    row("console.keys.searched", "console, first byte of a search that finds no key, p99"),
    row("console.create", "console, first byte of the form of a new key, p99"),
    row("console.key", "console, first byte of a key, p99"),
    row("console.delete", "console, first byte of the question before deleting it, p99"),
    row("console.usage", "console, first byte of usage, p99"),
    row("console.audit", "console, first byte of the audit trail, p99"),
    row("create.one", "keys made one by one, 1 caller"),
    row("create.many", "keys made one by one, N callers"),
    row("create.bulk", "keys made in bulk, 1000 a request"),
    row("delete.p50", "delete to answer, 1 caller, p50"),
    row("delete.p99", "delete to answer, 1 caller, p99"),
    row("delete.rate", "keys deleted one by one, 1 caller"),
    row("delete.many.p50", "delete to answer, N callers, p50"),
    row("delete.many.p99", "delete to answer, N callers, p99"),
    row("delete.many.rate", "keys deleted one by one, N callers"),
    row("delete.bulk", "keys deleted in bulk, 1000 a request"),
    row("fill", "seed (SQLite), move from SQLite (PostgreSQL)"),
];

/// A page of a project's keys, in milliseconds, on every database.
const PAGE: f64 = 5.0;
/// The first byte of any page of the console, in milliseconds, on SQLite.
const FIRST_BYTE: f64 = 10.0;
/// From the start of the process until the gateway is open, in seconds, on SQLite.
const START: f64 = 3.0;
/// The number of keys for which the bars were set.
const OF_KEYS: u64 = 1_000_000;

impl Row {
    /// What people read.
    pub(super) fn words(&self, callers: u64) -> String {
        self.words.replace("N callers", &format!("{callers} callers"))
    }
}

impl Measured {
    /// The databases, as `bench-control` names them.
    pub(super) fn engines(&self) -> Vec<&str> {
        self.each_engine().filter_map(|engine| engine["engine"].as_str()).collect()
    }

    /// A whole number that the run was made with.
    pub(super) fn number(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or(0)
    }

    /// The value of a figure on a database and its unit.
    pub(super) fn figure(&self, engine: &str, row: &Row) -> Option<(f64, &str)> {
        self.value(engine, row.id)
    }

    /// The bars and what came of them.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let fits = self.number("keys") >= OF_KEYS;
        let value = |engine, id| self.value(engine, id).map(|(value, _)| value).filter(|_| fits);
        [
            ("page of a project's keys, p99, SQLite, ms", PAGE, value("sqlite", "page.p99")),
            ("page of a project's keys, p99, PostgreSQL, ms", PAGE, value("postgres", "page.p99")),
            (
                "page of a tenth of all keys, p99, SQLite, ms",
                PAGE,
                value("sqlite", "page.large.p99"),
            ),
            (
                "console, first byte of its slowest page, p99, SQLite, ms",
                FIRST_BYTE,
                value("sqlite", "console.slowest"),
            ),
            ("start until the gateway is open, SQLite, s", START, value("sqlite", "start")),
        ]
        .map(|(what, limit, value)| Bar { what: what.to_owned(), limit, value })
        .into()
    }

    fn value(&self, engine: &str, id: &str) -> Option<(f64, &str)> {
        let found = self.each_engine().find(|found| found["engine"] == engine)?;
        let figures = found["figures"].as_array()?;
        let figure = figures.iter().find(|figure| figure["figure"] == id)?;
        Some((figure["value"].as_f64()?, figure["unit"].as_str()?))
    }

    fn each_engine(&self) -> impl Iterator<Item = &Value> {
        self.0["engines"].as_array().into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::bars::Verdict;
    use serde_json::json;

    fn measured(keys: u64) -> Measured {
        let figures = |page: f64| {
            json!([
                { "figure": "page.p99", "unit": "ms", "value": page, "samples": 1 },
                { "figure": "page.large.p99", "unit": "ms", "value": page, "samples": 1 },
                { "figure": "console.slowest", "unit": "ms", "value": 11.0, "samples": 1 },
                { "figure": "start", "unit": "s", "value": 2.5, "samples": 3 },
            ])
        };
        Measured(json!({
            "keys": keys,
            "callers": 16,
            "engines": [
                { "engine": "sqlite", "figures": figures(4.0) },
                { "engine": "postgres", "figures": figures(6.0) },
            ],
        }))
    }

    #[test]
    fn bars_count_at_their_size_only() {
        let verdicts = |keys| measured(keys).bars().iter().map(Bar::verdict).collect::<Vec<_>>();
        let [pass, miss] = [Verdict::Pass, Verdict::Miss];
        assert_eq!(verdicts(1_000_000), [pass, miss, pass, miss, pass]);
        assert!(verdicts(999_999).iter().all(|verdict| *verdict == Verdict::NotMeasured));
    }

    #[test]
    fn figures_are_found_by_database_and_name() {
        let measured = measured(1);
        assert_eq!(measured.engines(), ["sqlite", "postgres"]);
        let page = ROWS.iter().find(|row| row.id == "page.p99").unwrap();
        assert_eq!(measured.figure("postgres", page), Some((6.0, "ms")));
        let missing = ROWS.iter().find(|row| row.id == "create.one").unwrap();
        assert_eq!(measured.figure("sqlite", missing), None);
        assert!(ROWS.iter().any(|row| row.words(16).contains("16 callers")));
    }
}
