//! All samples of a run, and what they come to.

use super::case::{Case, ONE, Shape};
use super::measure::Sample;
use super::subject::Kind;
use std::collections::BTreeMap;

/// Samples by what they are of, in the order they were taken.
#[derive(Default)]
pub(super) struct Results {
    samples: BTreeMap<(Case, Shape, Kind), Vec<Sample>>,
    memory: BTreeMap<Kind, u64>,
    /// Peak memory of the gateway with a million keys, in bytes.
    pub(super) million: Option<u64>,
}

impl Results {
    pub(super) fn add(&mut self, case: Case, shape: Shape, kind: Kind, sample: Sample) {
        self.samples.entry((case, shape, kind)).or_default().push(sample);
    }

    pub(super) fn set_memory(&mut self, kind: Kind, bytes: u64) {
        self.memory.insert(kind, bytes);
    }

    /// Peak memory in bytes.
    pub(super) fn memory(&self, kind: Kind) -> Option<u64> {
        self.memory.get(&kind).copied()
    }

    /// Everything, for programs.
    pub(super) fn all(&self) -> impl Iterator<Item = (Case, Shape, Kind, &[Sample])> {
        self.samples.iter().map(|((case, shape, kind), list)| (*case, *shape, *kind, &list[..]))
    }

    /// The median of one figure.
    pub(super) fn median(
        &self,
        case: Case,
        shape: Shape,
        kind: Kind,
        figure: impl Fn(&Sample) -> f64,
    ) -> Option<f64> {
        median(self.samples.get(&(case, shape, kind))?.iter().map(figure).collect())
    }

    /// What a proxy adds to a latency at one stream, over the direct run of the same round.
    pub(super) fn added(
        &self,
        case: Case,
        kind: Kind,
        figure: impl Fn(&Sample) -> f64,
    ) -> Option<f64> {
        let with = self.samples.get(&(case, ONE, kind))?;
        let without = self.samples.get(&(case, ONE, Kind::Direct))?;
        median(with.iter().zip(without).map(|(w, d)| figure(w) - figure(d)).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 { Some(upper) } else { Some(values[middle - 1].midpoint(upper)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(p50: f64) -> Sample {
        Sample { cpu: 1.0, rate: 1.0, p50, p99: 1.0, busy: 1.0 }
    }

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn what_a_proxy_adds_is_taken_round_by_round() {
        let mut results = Results::default();
        for (with, without) in [(30.0, 10.0), (1000.0, 979.0), (50.0, 28.0)] {
            results.add(Case::Small, ONE, Kind::Keyward, sample(with));
            results.add(Case::Small, ONE, Kind::Direct, sample(without));
        }
        assert_eq!(results.added(Case::Small, Kind::Keyward, |s| s.p50), Some(21.0));
        assert_eq!(results.added(Case::Small, Kind::Envoy, |s| s.p50), None);
    }
}
