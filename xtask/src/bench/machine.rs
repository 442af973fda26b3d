//! What the numbers were measured on.

use crate::command::{program, read};
use std::fs;

/// The machine, as far as it matters.
pub(super) struct Machine {
    pub(super) processor: String,
    pub(super) cores: usize,
    pub(super) kernel: String,
    /// The commit that was measured, with a mark if the files differ from it.
    pub(super) commit: String,
}

/// Looks at the machine.
pub(super) fn look() -> Machine {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let git = |arguments: &[&str]| read(program("git").args(arguments)).unwrap_or_default();
    let changed = !git(&["status", "--porcelain", "--", "crates"]).is_empty();
    let commit = git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    Machine {
        processor: model.map_or("unknown", |(_, name)| name).trim().to_owned(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        kernel: kernel.trim().to_owned(),
        commit: if changed {
            format!("{commit} with changes")
        } else {
            commit
        },
    }
}
