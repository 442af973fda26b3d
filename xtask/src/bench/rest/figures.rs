//! What was measured: medians, ratios, and the bars they are held against.

use crate::bench::bars::Bar;
use serde_json::Value;

/// The answer of `bench-rest`.
pub(super) struct Measured(pub(super) Value);

/// The medians of one case, in milliseconds a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Medians {
    /// The engine, asked directly.
    pub(super) direct: f64,
    /// The engine behind the gateway.
    pub(super) engine: f64,
    /// The gateway.
    pub(super) gateway: f64,
    /// How long an answer took, directly.
    pub(super) took_direct: f64,
    /// How long an answer took through the gateway.
    pub(super) took_through: f64,
    /// Gateway and engine together against the engine alone: the median of what it was in each run,
    /// whose turns alternate. Medians of each part would put together what belongs to different
    /// runs, between which the engine's cost drifts.
    pub(super) together: f64,
}

/// Both together may cost as much as the engine alone does directly.
const TOGETHER: f64 = 1.0;
/// The gateway's share of a large insert may cost half of what the engine's own route does.
const ENCODING: f64 = 0.5;
/// The case for which the encoding is compared.
const LARGE: &str = "insert 500";

impl Medians {
    /// What the engine's own route costs: what it takes beside the call itself.
    pub(super) fn route(&self) -> f64 {
        self.direct - self.engine
    }

    /// The gateway against that.
    pub(super) fn encoding(&self) -> f64 {
        self.gateway / self.route()
    }
}

impl Measured {
    /// A number that the run was made with.
    pub(super) fn number(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap_or_default()
    }

    /// Every case with its medians.
    pub(super) fn cases(&self) -> Vec<(&str, Medians)> {
        let cases = self.0["cases"].as_array().into_iter().flatten();
        cases
            .filter_map(|case| {
                let samples = case["samples"].as_array()?;
                let median = |name: &str| median(samples, |sample| sample[name].as_f64());
                let medians = Medians {
                    direct: median("direct")?,
                    engine: median("engine")?,
                    gateway: median("gateway")?,
                    took_direct: median("tookDirect")?,
                    took_through: median("tookThrough")?,
                    together: self::median(samples, together)?,
                };
                Some((case["case"].as_str()?, medians))
            })
            .collect()
    }

    /// The bars and what came of them.
    pub(super) fn bars(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        for (case, medians) in self.cases() {
            bars.push(Bar {
                what: format!("{case}: gateway and engine together / engine alone"),
                limit: TOGETHER,
                value: Some(medians.together),
            });
            if case == LARGE {
                bars.push(Bar {
                    what: format!("{case}: gateway / Milvus' own route"),
                    limit: ENCODING,
                    value: Some(medians.encoding()).filter(|_| medians.route() > 0.0),
                });
            }
        }
        bars
    }
}

/// What it was in one run.
fn together(sample: &Value) -> Option<f64> {
    let part = |name: &str| sample[name].as_f64();
    Some((part("engine")? + part("gateway")?) / part("direct")?)
}

fn median(samples: &[Value], of: impl Fn(&Value) -> Option<f64>) -> Option<f64> {
    let mut values: Vec<f64> = samples.iter().filter_map(of).collect();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        return values.get(half).copied();
    }
    Some(f64::midpoint(*values.get(half.checked_sub(1)?)?, *values.get(half)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::bars::Verdict;
    use serde_json::json;

    fn sample(direct: f64, engine: f64, gateway: f64) -> Value {
        json!({ "direct": direct, "engine": engine, "gateway": gateway,
                "tookDirect": 1.0, "tookThrough": 2.0 })
    }

    #[test]
    fn medians_make_ratios_and_ratios_make_verdicts() {
        let samples = [sample(8.0, 4.0, 4.0), sample(10.0, 2.0, 1.0), sample(12.0, 6.0, 0.6)];
        let measured = Measured(json!({ "cases": [
            { "case": "search", "samples": samples },
            { "case": "insert 500", "samples": [sample(10.0, 6.0, 6.0), sample(10.0, 6.0, 6.0)] },
            { "case": "empty", "samples": [] },
        ] }));
        let cases = measured.cases();
        assert_eq!(cases.len(), 2);
        let (_, search) = cases[0];
        assert_eq!((search.direct, search.engine, search.gateway), (10.0, 4.0, 1.0));
        assert!((search.together - 0.55).abs() < 1e-9);
        let verdicts: Vec<_> = measured.bars().iter().map(Bar::verdict).collect();
        assert_eq!(verdicts, [Verdict::Pass, Verdict::Miss, Verdict::Miss]);
    }
}
