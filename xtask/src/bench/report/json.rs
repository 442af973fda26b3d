//! The report for programs: every sample of every round, the bars, and what was measured on what.

use super::Report;
use crate::bench::bars;
use crate::bench::measure::Sample;
use serde_json::{Value, json};

/// The whole report.
pub(in crate::bench) fn value(report: &Report<'_>) -> Value {
    let subjects = report.subjects.iter().map(|subject| {
        json!({
            "name": subject.kind.to_string(),
            "version": subject.version,
            "does": subject.does,
            "peakMemoryBytes": report.results.memory(subject.kind),
        })
    });
    let absent = report
        .absent
        .iter()
        .map(|absent| json!({ "name": absent.kind.to_string(), "reason": absent.reason }));
    json!({
        "machine": report.machine.json(),
        "keys": report.keys,
        "rounds": report.rounds,
        "secondsEach": report.seconds,
        "subjects": subjects.collect::<Vec<_>>(),
        "absent": absent.collect::<Vec<_>>(),
        "peakMemoryBytesMillionKeys": report.results.million,
        "loads": loads(report),
        "bars": bars::json(&report.bars),
    })
}

fn loads(report: &Report<'_>) -> Vec<Value> {
    let all = report.results.all();
    all.map(|(case, shape, kind, samples)| {
        json!({
            "subject": kind.to_string(),
            "case": case.to_string(),
            "connections": shape.connections,
            "streams": shape.streams,
            "rounds": samples.iter().map(sample).collect::<Vec<_>>(),
        })
    })
    .collect()
}

fn sample(sample: &Sample) -> Value {
    json!({
        "cpuMicrosPerCall": sample.cpu,
        "callsPerSecond": sample.rate,
        "p50Micros": sample.p50,
        "p99Micros": sample.p99,
        "coreBusy": sample.busy,
    })
}
