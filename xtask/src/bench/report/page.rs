//! What is said of a run that one program has measured: for the terminal, as JSON and as a page of
//! the documentation. Each benchmark gives its own words, table and bars.

use super::markdown::markdown;
use super::table;
use crate::Result;
use crate::bench::bars::{self, Bar};
use crate::bench::helper::write;
use crate::bench::machine::Machine;
use serde_json::{Value, json};
use std::path::Path;

/// A finished run.
pub(in crate::bench) struct Page {
    pub(in crate::bench) machine: Machine,
    /// What the program answered.
    pub(in crate::bench) measured: Value,
    /// The page, with blanks for what is filled in.
    pub(in crate::bench) words: &'static str,
    /// On what it was measured, beside the machine.
    pub(in crate::bench) on: String,
    /// Header and body of the table.
    pub(in crate::bench) cells: Vec<Vec<String>>,
    pub(in crate::bench) bars: Vec<Bar>,
}

impl Page {
    /// Shows it, and writes the files that were asked for.
    pub(in crate::bench) fn show(&self, json: Option<&Path>, page: Option<&Path>) -> Result<()> {
        println!("\n{}", self.text());
        if let Some(file) = json {
            write(file, &format!("{:#}\n", self.json()))?;
        }
        if let Some(file) = page {
            write(file, &self.markdown())?;
        }
        Ok(())
    }

    /// For the terminal.
    fn text(&self) -> String {
        let bars = table::bar_cells(&self.bars);
        format!("{}\n{}", table::aligned(&self.cells), table::aligned(&bars))
    }

    /// For programs.
    fn json(&self) -> Value {
        json!({
            "machine": self.machine.json(),
            "measured": self.measured,
            "bars": bars::json(&self.bars),
        })
    }

    /// For the documentation.
    fn markdown(&self) -> String {
        self.words
            .replace("{measured}", &self.machine.words(&self.on))
            .replace("{table}", &markdown(&self.cells))
            .replace("{bars}", &markdown(&table::bar_cells(&self.bars)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blank_of_each_page_is_filled() {
        for words in [crate::bench::control::WORDS, crate::bench::rest::WORDS] {
            for blank in ["{measured}", "{table}", "{bars}"] {
                assert_eq!(words.matches(blank).count(), 1, "{blank}");
            }
            let machine = Machine {
                processor: "P".to_owned(),
                cores: 2,
                kernel: "6".to_owned(),
                commit: "abc".to_owned(),
                disturbance: Some("it rained".to_owned()),
            };
            let bars = vec![Bar { what: "b".to_owned(), limit: 1.0, value: Some(2.0) }];
            let cells = [["h", "i"], ["1", "2"]].map(|line| line.map(str::to_owned).to_vec());
            let (on, measured) = ("so much.".to_owned(), json!({ "x": 1 }));
            let page = Page { machine, measured, words, on, cells: cells.to_vec(), bars };
            let made = page.markdown();
            assert!(made.contains("P, 2 cores, Linux 6, commit abc; so much."), "{made}");
            assert!(made.contains("when this run began, it rained.") && made.contains("| 1 | 2 |"));
            assert!(made.contains("MISS") && !made.contains("{table}"));
            let json = page.json();
            assert_eq!(
                (&json["bars"][0]["verdict"], &json["machine"]["cores"]),
                (&json!("MISS"), &json!(2))
            );
        }
    }
}
