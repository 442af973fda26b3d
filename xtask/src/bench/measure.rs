//! One measurement: one subject, one case, one shape.

use super::case::{Case, Shape};
use super::rig::{Load, Present, Rig};
use super::subject::{Ground, Kind, Subject};
use crate::Result;
use serde_json::Value;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// Processor microseconds of the proxy for each call.
    pub(super) cpu: f64,
    /// Calls a second.
    pub(super) rate: f64,
    /// Median latency in microseconds.
    pub(super) p50: f64,
    /// The latency that 99 of 100 calls stay under, in microseconds.
    pub(super) p99: f64,
    /// How much of its core the proxy used, at most about 1.
    pub(super) busy: f64,
}

/// How long to measure.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    pub(super) warmup: f64,
    pub(super) seconds: f64,
}

/// Measures once.
pub(super) fn measure(
    subject: &Subject,
    ground: &Ground<'_>,
    case: Case,
    shape: Shape,
    pace: Pace,
) -> Result<Sample> {
    let told = ground.rig.load(&Load {
        target: subject.address,
        case,
        shape,
        seconds: pace.seconds,
        warmup: pace.warmup,
        present: subject.present(ground),
        watch: subject.processes(ground),
    })?;
    check(&told).map_err(|error| format!("{}, {case}, {shape}: {error}", subject.kind))?;
    let ended = number(&told, "ended")?;
    let watched = told["cpuNanoseconds"].as_array().into_iter().flatten();
    let micros = watched.filter_map(Value::as_f64).sum::<f64>() / 1e3;
    let seconds = number(&told, "seconds")?;
    Ok(Sample {
        cpu: micros / ended,
        rate: number(&told, "rate")?,
        p50: number(&told, "p50Nanoseconds")? / 1e3,
        p99: number(&told, "p99Nanoseconds")? / 1e3,
        busy: micros / 1e6 / seconds,
    })
}

/// A benchmark of refusals measures nothing, so every call must have been answered.
fn check(told: &Value) -> Result<()> {
    let codes = told["codes"].as_object().ok_or("the load generator told nothing")?;
    let failed = codes.iter().any(|(code, _)| code != "0") || codes.is_empty();
    let broken = number(told, "broken")? + number(told, "lostConnections")?;
    if failed || broken > 0.0 {
        let first = told["firstError"].as_str().unwrap_or("no text");
        let codes = &told["codes"];
        return Err(format!("calls failed: statuses {codes}, {broken} broken ({first})"));
    }
    Ok(())
}

/// Fails unless the proxy refuses a key it was not told of.
pub(super) fn refuses_strangers(subject: &Subject, rig: &Rig) -> Result<()> {
    let told = rig.load(&Load {
        target: subject.address,
        case: Case::Small,
        shape: super::case::ONE,
        seconds: 0.05,
        warmup: 0.0,
        // Well-formed, and not among the generated ones.
        present: Present::Text("a3dfMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA=="),
        watch: Vec::new(),
    });
    // A proxy may also close the connection.
    let passed = told.ok().and_then(|told| told["codes"]["0"].as_u64()).unwrap_or(0);
    if passed > 0 && subject.kind != Kind::Direct {
        return Err(format!("{} let an unknown key in", subject.kind));
    }
    Ok(())
}

fn number(told: &Value, name: &str) -> Result<f64> {
    told[name].as_f64().ok_or_else(|| format!("the load generator did not tell `{name}`"))
}
