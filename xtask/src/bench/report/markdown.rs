//! The report as a page of the documentation. Its words are in `benchmarks.md` next to this file.

use super::Report;
use super::table::{bar_cells, cells};

const PAGE: &str = include_str!("benchmarks.md");

/// The page.
pub(in crate::bench) fn text(report: &Report<'_>) -> String {
    let on = format!(
        "{} rounds of {} s for each load and proxy, medians.",
        report.rounds, report.seconds
    );
    PAGE.replace("{measured}", &report.machine.words(&on))
        .replace("{table}", &markdown(&cells(report)))
        .replace("{bars}", &markdown(&bar_cells(&report.bars)))
        .replace("{subjects}", &subjects(report))
}

fn subjects(report: &Report<'_>) -> String {
    let present = report.subjects.iter().map(|subject| {
        let name = format!("{} {}", subject.kind, subject.version);
        format!("- **{}**: {}", name.trim_end(), subject.does)
    });
    let absent = report
        .absent
        .iter()
        .map(|absent| format!("- **{}** was not measured: {}", absent.kind, absent.reason));
    present.chain(absent).collect::<Vec<_>>().join("\n")
}

/// The table, its first two columns to the left.
pub(in crate::bench) fn markdown(table: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let mut lines: Vec<String> = table.iter().map(|cells| line(cells)).collect();
    let columns = table.first().map_or(0, Vec::len);
    let rule = (0..columns).map(|column| if column < 2 { "---" } else { "---:" });
    lines.insert(1.min(lines.len()), format!("| {} |", rule.collect::<Vec<_>>().join(" | ")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_its_rule_after_the_header() {
        let table = [["a", "b", "c"], ["1", "2", "3"]].map(|line| line.map(str::to_owned).to_vec());
        assert_eq!(markdown(&table), "| a | b | c |\n| --- | --- | ---: |\n| 1 | 2 | 3 |");
    }

    #[test]
    fn every_blank_of_the_page_is_filled() {
        for blank in ["{measured}", "{table}", "{bars}", "{subjects}"] {
            assert_eq!(PAGE.matches(blank).count(), 1, "{blank}");
        }
    }
}
