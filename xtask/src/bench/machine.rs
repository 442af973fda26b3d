//! What the numbers were measured on.

use crate::command::{program, read};
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

/// The machine, as far as it matters.
pub(super) struct Machine {
    pub(super) processor: String,
    pub(super) cores: usize,
    pub(super) kernel: String,
    /// The commit that was measured, with a mark if the files differ from it.
    pub(super) commit: String,
    /// What disturbed the measurement when it began.
    pub(super) disturbance: Option<String>,
}

impl Machine {
    /// For programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "processor": self.processor,
            "cores": self.cores,
            "kernel": self.kernel,
            "commit": self.commit,
            "disturbance": self.disturbance,
        })
    }

    /// For people: the machine, what else it was measured on, and what disturbed it.
    pub(super) fn words(&self, on: &str) -> String {
        let Self { processor, cores, kernel, commit, disturbance } = self;
        let disturbed = disturbance.as_ref().map_or_else(String::new, |sentence| {
            format!("\n\nNote: when this run began, {sentence}.")
        });
        format!("{processor}, {cores} cores, Linux {kernel}, commit {commit}; {on}{disturbed}")
    }
}

/// How long other work is watched for, and the share of the cores it may use.
const WATCH: Duration = Duration::from_secs(1);
const QUIET: f64 = 0.05;

/// A sentence if other work would disturb the measurement.
pub(super) fn disturbance() -> Option<String> {
    let (busy_before, all_before) = ticks()?;
    std::thread::park_timeout(WATCH);
    let (busy, all) = ticks()?;
    let share = (busy - busy_before) / (all - all_before);
    (share > QUIET).then(|| {
        let percent = share * 100.0;
        format!("other work uses {percent:.0} % of this machine, so the numbers will be noisy")
    })
}

/// Ticks that the cores have worked, and all ticks.
fn ticks() -> Option<(f64, f64)> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let numbers = text.lines().next()?.split_ascii_whitespace().skip(1).take(8);
    let ticks: Vec<f64> = numbers.filter_map(|number| number.parse().ok()).collect();
    // User, nice, system, idle, waiting for a disk, interrupts, soft interrupts, stolen.
    let idle = ticks.get(3)? + ticks.get(4)?;
    let all: f64 = ticks.iter().sum();
    Some((all - idle, all))
}

/// Looks at the machine.
pub(super) fn look(disturbance: Option<String>) -> Machine {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let git = |arguments: &[&str]| read(program("git").args(arguments)).unwrap_or_default();
    let changed = !git(&["status", "--porcelain", "--", "crates"]).is_empty();
    let commit = git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    Machine {
        processor: model.map_or("unknown", |(_, name)| name).trim().to_owned(),
        disturbance,
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        kernel: kernel.trim().to_owned(),
        commit: if changed { format!("{commit} with changes") } else { commit },
    }
}
