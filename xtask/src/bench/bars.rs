//! The bars the gateway has to pass, with access log, counters, limits and timeouts on.

use super::case::Case;
use super::results::Results;
use super::subject::Kind;
use serde_json::{Value, json};
use std::fmt;

/// What came of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    Miss,
    /// There is nothing to compare: a peer is absent or a case was left out.
    NotMeasured,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "PASS",
            Self::Miss => "MISS",
            Self::NotMeasured => "not measured",
        })
    }
}

/// One bar: a value that has to stay at or under a limit.
pub(super) struct Bar {
    pub(super) what: String,
    pub(super) limit: f64,
    pub(super) value: Option<f64>,
}

impl Bar {
    pub(super) fn verdict(&self) -> Verdict {
        match self.value {
            None => Verdict::NotMeasured,
            Some(value) if value <= self.limit => Verdict::Pass,
            Some(_) => Verdict::Miss,
        }
    }
}

/// For programs.
pub(super) fn json(bars: &[Bar]) -> Value {
    let one = |bar: &Bar| {
        json!({
            "bar": bar.what,
            "atMost": bar.limit,
            "measured": bar.value,
            "verdict": bar.verdict().to_string(),
        })
    };
    bars.iter().map(one).collect()
}

/// Highest ratio of processor time per call to a peer's.
const CPU: &[(Kind, &[(Case, f64)])] = &[
    (Kind::Haproxy, &[(Case::Small, 1.1), (Case::Search, 1.1), (Case::Insert, 0.8)]),
    (Kind::Nginx, &[(Case::Small, 0.6), (Case::Search, 0.6)]),
    (Kind::Envoy, &[(Case::Small, 0.45), (Case::Search, 0.45)]),
];
/// Peak memory in megabytes at 100,000 and at one million keys.
const MEMORY: f64 = 45.0;
const MEMORY_MILLION: f64 = 150.0;

/// Every bar with what was measured.
pub(super) fn bars(results: &Results, keys: usize) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (peer, cases) in CPU {
        for (case, limit) in *cases {
            for shape in case.shapes() {
                let cpu = |kind| results.median(*case, *shape, kind, |sample| sample.cpu);
                bars.push(Bar {
                    what: format!("CPU per call, {case}, {shape}, to {peer}"),
                    limit: *limit,
                    value: cpu(Kind::Keyward).zip(cpu(*peer)).map(|(ours, theirs)| ours / theirs),
                });
            }
        }
    }
    bars.push(Bar {
        what: "peak memory at 100,000 keys, MB".to_owned(),
        limit: MEMORY,
        value: results.memory(Kind::Keyward).filter(|_| keys == 100_000).map(megabytes),
    });
    bars.push(Bar {
        what: "peak memory at 1,000,000 keys, MB".to_owned(),
        limit: MEMORY_MILLION,
        value: results.million.map(megabytes),
    });
    bars
}

/// Bytes as millions of bytes.
#[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 bytes of memory")]
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::case::ONE;
    use crate::bench::measure::Sample;

    #[test]
    fn a_bar_is_passed_missed_or_not_measured() {
        let mut results = Results::default();
        for (kind, cpu) in [(Kind::Keyward, 6.0), (Kind::Haproxy, 10.0), (Kind::Nginx, 9.9)] {
            let sample = Sample { cpu, rate: 1.0, p50: 1.0, p99: 1.0, busy: 1.0 };
            results.add(Case::Small, ONE, kind, sample);
        }
        results.million = Some(151_000_000);
        let bars = bars(&results, 100_000);
        let verdict = |what: &str| bars.iter().find(|bar| bar.what == what).unwrap().verdict();
        assert_eq!(verdict("CPU per call, 100 B, 1 x 1, to HAProxy"), Verdict::Pass);
        assert_eq!(verdict("CPU per call, 100 B, 1 x 1, to nginx"), Verdict::Miss);
        assert_eq!(verdict("CPU per call, 100 B, 1 x 1, to Envoy"), Verdict::NotMeasured);
        assert_eq!(verdict("CPU per call, 100 B, 8 x 1, to HAProxy"), Verdict::NotMeasured);
        assert_eq!(verdict("peak memory at 1,000,000 keys, MB"), Verdict::Miss);
        assert_eq!(verdict("peak memory at 100,000 keys, MB"), Verdict::NotMeasured);
    }
}
