//! What was measured, as a list that whoever reads it can show without knowing each figure.

use serde_json::{Value, json};
use std::time::Duration;
use testkit::load::Histogram;

/// The figures of one database, in the order in which they were taken.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

struct Figure {
    id: &'static str,
    unit: &'static str,
    value: f64,
    samples: u64,
}

impl Figures {
    /// One number.
    pub(crate) fn add(&mut self, id: &'static str, unit: &'static str, value: f64, samples: u64) {
        eprintln!("  {id}: {value:.2} {unit}");
        self.0.push(Figure { id, unit, value, samples });
    }

    /// The median and the 99th percentile of waits.
    pub(crate) fn add_waits(&mut self, p50: &'static str, p99: &'static str, waits: &Histogram) {
        self.add(p50, "ms", millis(waits.quantile(500)), waits.count());
        self.add(p99, "ms", millis(waits.quantile(990)), waits.count());
    }

    /// All of them, for programs.
    pub(crate) fn to_json(&self) -> Value {
        let each = self.0.iter().map(|figure| {
            json!({
                "figure": figure.id,
                "unit": figure.unit,
                "value": figure.value,
                "samples": figure.samples,
            })
        });
        each.collect()
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
