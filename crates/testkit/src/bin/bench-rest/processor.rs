//! Processor time of processes, as the kernel counts it.

use crate::Result;
use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// How many times a second the kernel counts; the same on every Linux that Rust knows.
const PER_SECOND: f64 = 100.0;

/// The processor time of a process and all its descendants so far.
pub(crate) fn spent(root: u32) -> Result<Duration> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut ticks = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may have ended in the meantime.
        let Ok(text) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((parent, spent)) = read(&text) else { continue };
        children.entry(parent).or_default().push(process);
        ticks.insert(process, spent);
    }
    let (mut sum, mut open) = (0, vec![root]);
    while let Some(process) = open.pop() {
        sum += ticks.get(&process).copied().unwrap_or_default();
        open.extend(children.get(&process).into_iter().flatten());
    }
    #[expect(clippy::cast_precision_loss, reason = "a run has few ticks")]
    Ok(Duration::from_secs_f64(sum as f64 / PER_SECOND))
}

/// Parent, and ticks in the program and in the kernel. The name may hold anything, so what is read
/// begins behind it.
fn read(stat: &str) -> Option<(u32, u64)> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    let parent = fields.get(1)?.parse().ok()?;
    Some((parent, number(11)? + number(12)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_what_follows_it() {
        let stat = "7 (a) S 1 2) R 3 4 5 6 7 8 9 10 11 12 50 25 0 0 20 0 1 0 100 0";
        assert_eq!(read(stat), Some((3, 75)));
        assert_eq!(read("7 (a"), None);
    }

    #[test]
    fn this_process_has_spent_time() {
        let mut sum = 0_u64;
        let mine = std::process::id();
        while spent(mine).unwrap().is_zero() {
            sum = (0..1_000_000).fold(sum, |sum, n| sum.wrapping_mul(31).wrapping_add(n));
        }
        assert_ne!(sum, 1);
    }
}
