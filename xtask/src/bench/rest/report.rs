//! What is said of a run, for the terminal, as JSON and as a page of the documentation, whose words
//! are in `page.md` next to this file.

use super::figures::Measured;
use crate::bench::machine::Machine;
use crate::bench::report::{markdown::markdown, table};
use serde_json::{Value, json};

const PAGE: &str = include_str!("page.md");

/// A finished run.
pub(super) struct Report {
    pub(super) machine: Machine,
    pub(super) measured: Measured,
}

impl Report {
    /// For the terminal.
    pub(super) fn text(&self) -> String {
        let bars = table::bar_cells(&self.measured.bars());
        format!("{}\n{}", table::aligned(&self.cells()), table::aligned(&bars))
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let machine = &self.machine;
        let bars = self.measured.bars();
        let bars = bars.iter().map(|bar| {
            json!({
                "bar": bar.what,
                "atMost": bar.limit,
                "measured": bar.value,
                "verdict": bar.verdict().to_string(),
            })
        });
        json!({
            "machine": {
                "processor": machine.processor,
                "cores": machine.cores,
                "kernel": machine.kernel,
                "commit": machine.commit,
                "disturbance": machine.disturbance,
            },
            "measured": self.measured.0,
            "bars": bars.collect::<Vec<_>>(),
        })
    }

    /// The page.
    pub(super) fn markdown(&self) -> String {
        let (machine, measured) = (&self.machine, &self.measured);
        let on = format!(
            "{}, {} cores, Linux {}, commit {}; vectors of {} numbers, medians of {} runs of {} \
             seconds each.",
            machine.processor,
            machine.cores,
            machine.kernel,
            machine.commit,
            measured.number("dimension"),
            measured.number("rounds"),
            measured.number("seconds"),
        );
        let disturbed = machine.disturbance.as_ref().map_or_else(String::new, |sentence| {
            format!("\n\nNote: when this run began, {sentence}.")
        });
        PAGE.replace("{measured}", &format!("{on}{disturbed}"))
            .replace("{table}", &markdown(&self.cells()))
            .replace("{bars}", &markdown(&table::bar_cells(&measured.bars())))
    }

    /// Header and body of the table.
    fn cells(&self) -> Vec<Vec<String>> {
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
        for (case, medians) in self.measured.cases() {
            let mut line = vec![case.to_owned()];
            let numbers = [
                medians.direct,
                medians.engine,
                medians.gateway,
                medians.together(),
                medians.took_direct,
                medians.took_through,
            ];
            line.extend(numbers.map(table::digits));
            cells.push(line);
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blank_of_the_page_is_filled() {
        for blank in ["{measured}", "{table}", "{bars}"] {
            assert_eq!(PAGE.matches(blank).count(), 1, "{blank}");
        }
    }
}
