//! How much processor time a process has used, from `/proc`.

use std::fs;

/// Nanoseconds that all threads of the process have run on a processor.
///
/// `None` if there is no such process. Threads that have ended are not counted, so it is meant for
/// processes that keep their threads while they are measured.
pub fn cpu_nanoseconds(process: u32) -> Option<u64> {
    let mut total = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task")).ok()? {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).unwrap_or_default();
        let running = text.split_ascii_whitespace().next();
        total += running.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_time() {
        let before = cpu_nanoseconds(std::process::id()).unwrap();
        let mut number = 1u64;
        while cpu_nanoseconds(std::process::id()).unwrap() < before + 1_000_000 {
            number = std::hint::black_box(number.wrapping_mul(3));
        }
        assert!(cpu_nanoseconds(u32::MAX).is_none());
    }
}
