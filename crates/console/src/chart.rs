//! Bars over time, drawn on the server: shapes with classes, so that the style sheet colours them
//! in either theme.

use crate::pages::{day, when};
use control::UsageLine;
use model::{Error, Timestamp};

/// The space bars are drawn in; the picture is stretched to its place.
const WIDTH: u64 = 960;
const HEIGHT: u64 = 160;

/// How wide a bar is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Hour,
    Day,
}

impl Step {
    const fn millis(self) -> i64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    /// The moment its span begins in that this one lies in.
    pub(crate) fn begin(self, moment: Timestamp) -> Timestamp {
        let millis = moment.millis();
        Timestamp::from_millis(millis - millis.rem_euclid(self.millis()))
    }

    /// A moment of the axis in words.
    fn label(self, moment: Timestamp) -> String {
        match self {
            Self::Hour => when(moment),
            Self::Day => day(moment),
        }
    }
}

/// Calls over time.
pub(crate) struct Chart {
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) bars: Vec<Bar>,
    /// How many calls the highest place of the chart stands for.
    pub(crate) top: u64,
    pub(crate) first: String,
    pub(crate) last: String,
}

/// The calls of one span, as a bar and as numbers.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) ok: u64,
    pub(crate) refused: u64,
    pub(crate) failed: u64,
    pub(crate) x: u64,
    pub(crate) width: u64,
    pub(crate) parts: Vec<Part>,
}

impl Bar {
    /// All of its calls.
    pub(crate) fn calls(&self) -> u64 {
        self.ok.saturating_add(self.refused).saturating_add(self.failed)
    }
}

/// One outcome of a bar.
pub(crate) struct Part {
    pub(crate) class: &'static str,
    pub(crate) y: u64,
    pub(crate) height: u64,
}

impl Chart {
    /// Draws so many spans, the last of which holds `now`. A span without a line had no calls.
    ///
    /// # Errors
    /// `Internal` if a line begins at no moment.
    pub(crate) fn new(
        lines: &[UsageLine],
        step: Step,
        spans: u32,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let last = step.begin(now);
        let mut bars = Vec::new();
        let width = WIDTH / u64::from(spans.max(1));
        for index in 0..spans {
            let back = i64::from(spans - 1 - index).saturating_mul(step.millis());
            let moment = Timestamp::from_millis(last.millis().saturating_sub(back));
            let (mut ok, mut refused, mut failed) = (0, 0, 0);
            for line in lines {
                if step.begin(line.group.parse()?) == moment {
                    (ok, refused, failed) = (line.ok, line.refused, line.failed);
                }
            }
            let (label, x) = (step.label(moment), u64::from(index) * width);
            bars.push(Bar { label, ok, refused, failed, x, width: width - 1, parts: Vec::new() });
        }
        let top = round_up(bars.iter().map(Bar::calls).max().unwrap_or(0));
        for bar in &mut bars {
            bar.parts = parts(bar, top);
        }
        let label = |bar: Option<&Bar>| bar.map(|bar| bar.label.clone()).unwrap_or_default();
        let (first, last) = (label(bars.first()), label(bars.last()));
        Ok(Self { width: width * u64::from(spans), height: HEIGHT, bars, top, first, last })
    }

    /// All calls.
    pub(crate) fn calls(&self) -> u64 {
        self.sums().into_iter().fold(0, u64::saturating_add)
    }

    /// All calls of one outcome: done, refused, failed.
    pub(crate) fn sums(&self) -> [u64; 3] {
        let sum = |of: fn(&Bar) -> u64| self.bars.iter().map(of).sum();
        [sum(|bar| bar.ok), sum(|bar| bar.refused), sum(|bar| bar.failed)]
    }
}

/// The outcomes of a bar, from the ground up. What happened at all can be seen.
fn parts(bar: &Bar, top: u64) -> Vec<Part> {
    let mut ground = HEIGHT;
    let mut parts = Vec::new();
    for (class, calls) in [("ok", bar.ok), ("refused", bar.refused), ("failed", bar.failed)] {
        if calls == 0 {
            continue;
        }
        let exact = u128::from(calls) * u128::from(HEIGHT) / u128::from(top.max(1));
        let height = u64::try_from(exact).unwrap_or(HEIGHT).clamp(2, ground.max(2)).min(HEIGHT);
        ground = ground.saturating_sub(height);
        parts.push(Part { class, y: ground, height });
    }
    parts
}

/// The least of 10, 20, 50, 100, 200, 500 and so on that is not below the number.
fn round_up(number: u64) -> u64 {
    let mut unit: u64 = 10;
    loop {
        for factor in [1, 2, 5] {
            let round = unit.saturating_mul(factor);
            if round >= number {
                return round;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(group: &str, ok: u64, refused: u64, failed: u64) -> UsageLine {
        UsageLine { group: group.to_owned(), ok, refused, failed }
    }

    #[test]
    fn every_span_has_a_bar_and_empty_ones_have_no_parts() {
        let now = "2026-11-23T18:33:22.007Z".parse().unwrap();
        let lines = [
            line("2026-11-22T00:00:00.000Z", 30, 10, 0),
            line("2026-11-23T00:00:00.000Z", 100, 0, 1),
        ];
        let chart = Chart::new(&lines, Step::Day, 3, now).unwrap();
        assert_eq!((chart.first.as_str(), chart.last.as_str()), ("2026-11-21", "2026-11-23"));
        assert_eq!((chart.top, chart.sums()), (200, [130, 10, 1]));
        let parts: Vec<_> = chart.bars.iter().map(|bar| bar.parts.len()).collect();
        assert_eq!(parts, [0, 2, 2]);
        // 30 of 200 calls are 24 of 160, and what was refused stands on top of it.
        let middle = &chart.bars[1].parts;
        assert_eq!((middle[0].class, middle[0].height, middle[0].y), ("ok", 24, 136));
        assert_eq!((middle[1].class, middle[1].height, middle[1].y), ("refused", 8, 128));
        assert_eq!(chart.bars[2].parts[1].height, 2, "one failed call can be seen");
    }

    #[test]
    fn the_axis_ends_at_a_round_number() {
        for (number, round) in [(0, 10), (10, 10), (11, 20), (201, 500), (u64::MAX, u64::MAX)] {
            assert_eq!(round_up(number), round, "{number}");
        }
    }
}
