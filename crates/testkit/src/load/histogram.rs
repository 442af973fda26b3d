//! Latencies in buckets that are never wider than 1/256 of their value.

use std::time::Duration;

/// Buckets for each doubling.
const FINE: usize = 256;
/// Doublings above the first `FINE` values: up to about an hour in nanoseconds.
const DOUBLINGS: usize = 34;

/// Counts of latencies in nanoseconds.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; FINE * (DOUBLINGS + 1)], total: 0 }
    }
}

impl Histogram {
    /// Counts one latency.
    pub fn add(&mut self, latency: Duration) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        let last = self.counts.len() - 1;
        self.counts[bucket(nanoseconds).min(last)] += 1;
        self.total += 1;
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.total
    }

    /// The latency that `permille` of a thousand calls stayed at or under; zero if there are none.
    pub fn quantile(&self, permille: u64) -> Duration {
        let wanted = (self.total * permille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_nanos(middle(index));
            }
        }
        Duration::ZERO
    }
}

/// The first `FINE` values have a bucket each; above, every doubling is cut into `FINE` of them.
fn bucket(value: u64) -> usize {
    let fine = FINE as u64;
    let doublings = (value / fine).checked_ilog2().map_or(0, u64::from);
    let rows = if value < fine { 0 } else { 1 + doublings };
    usize::try_from(rows * fine + (value >> doublings) % fine).unwrap_or(usize::MAX)
}

/// The value in the middle of a bucket.
fn middle(index: usize) -> u64 {
    let (rows, column) = (index / FINE, (index % FINE) as u64);
    let Some(doublings) = rows.checked_sub(1) else {
        return column;
    };
    ((FINE as u64 + column) << doublings) + (1 << doublings) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_never_wider_than_promised() {
        let mut previous = 0;
        for value in (2..40).flat_map(|bits| [1u64 << bits, (1 << bits) + 1, (1 << bits) * 3 / 2]) {
            let shown = middle(bucket(value));
            assert!(shown.abs_diff(value) * 256 <= value, "{value} is shown as {shown}");
            assert!(bucket(value) >= previous);
            previous = bucket(value);
        }
        assert_eq!(bucket(511) + 1, bucket(512));
    }

    #[test]
    fn quantiles_are_those_of_the_values() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(500), Duration::ZERO);
        (1..=1000).for_each(|micros| histogram.add(Duration::from_micros(micros)));
        for (permille, micros) in [(500, 500.0), (990, 990.0), (1000, 1000.0)] {
            let shown = histogram.quantile(permille).as_secs_f64() * 1e6;
            assert!((shown / micros - 1.0).abs() < 0.004, "{permille}: {shown}");
        }
        assert_eq!(histogram.count(), 1000);
    }
}
