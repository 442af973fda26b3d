//! Processor time of processes, as the scheduler counts it: in nanoseconds, thread by thread.
//!
//! Turns are short, so the ticks that the kernel keeps for whole processes would say nothing.

use crate::Result;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A thread, by its process and its own number.
type Thread = (u32, u32);

/// What a process and all its descendants spend.
pub(crate) struct Meter {
    root: u32,
    /// What each thread had spent when it was looked at last.
    threads: HashMap<Thread, Duration>,
    /// What those had spent whose number has been given to others.
    gone: Duration,
}

impl Meter {
    /// Of this process.
    pub(crate) fn new(root: u32) -> Self {
        Self { root, threads: HashMap::new(), gone: Duration::ZERO }
    }

    /// What was spent so far. Of threads that have ended since the last time, it is what they had
    /// spent by then.
    pub(crate) fn spent(&mut self) -> Result<Duration> {
        for process in descendants(self.root)? {
            let folder = Path::new("/proc").join(process.to_string()).join("task");
            // It may have ended in the meantime, and so may its threads.
            let Ok(threads) = fs::read_dir(folder) else { continue };
            for entry in threads.flatten() {
                let number = entry.file_name().to_str().and_then(|name| name.parse().ok());
                let text = fs::read_to_string(entry.path().join("schedstat")).ok();
                if let (Some(number), Some(spent)) =
                    (number, text.as_deref().and_then(on_processor))
                {
                    self.note((process, number), spent);
                }
            }
        }
        Ok(self.gone + self.threads.values().sum::<Duration>())
    }

    fn note(&mut self, thread: Thread, spent: Duration) {
        if let Some(before) = self.threads.insert(thread, spent)
            && before > spent
        {
            self.gone += before;
        }
    }
}

/// The first number is how long the thread was on a processor.
fn on_processor(schedstat: &str) -> Option<Duration> {
    schedstat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// A process and all that it has started.
fn descendants(root: u32) -> Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(text) = fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some(parent) = parent(&text) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut all = vec![root];
    let mut next = 0;
    while let Some(process) = all.get(next) {
        all.extend(children.remove(process).unwrap_or_default());
        next += 1;
    }
    Ok(all)
}

/// The name may hold anything, so what is read begins behind it.
fn parent(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_name_may_look_like_what_follows_it() {
        assert_eq!(parent("7 (a) S 1 2) R 3 4 5 6 7 8 9 10"), Some(3));
        assert_eq!(parent("7 (a"), None);
        assert_eq!(on_processor("1500 20 3\n"), Some(Duration::from_nanos(1500)));
        assert_eq!(on_processor("x 20 3\n"), None);
    }

    #[test]
    fn what_threads_and_children_spend_is_counted() {
        let mut meter = Meter::new(std::process::id());
        let before = meter.spent().unwrap();
        let busy = || {
            let mut sum = 0_u64;
            let mut own = Meter::new(std::process::id());
            let began = own.spent().unwrap();
            while own.spent().unwrap() < began + Duration::from_millis(30) {
                sum = (0..100_000).fold(sum, |sum, n| sum.wrapping_mul(31).wrapping_add(n));
            }
            sum
        };
        assert_ne!(std::thread::spawn(busy).join().unwrap(), 1);
        let threads = meter.spent().unwrap().saturating_sub(before);
        let script = "while :; do :; done";
        let mut shell =
            Command::new("sh").args(["-c", script]).stdin(Stdio::null()).spawn().unwrap();
        while !meter.threads.iter().any(|((process, _), spent)| {
            *process == shell.id() && *spent > Duration::from_millis(30)
        }) {
            meter.spent().unwrap();
        }
        shell.kill().unwrap();
        shell.wait().unwrap();
        let all = meter.spent().unwrap().saturating_sub(before);
        assert!(all >= threads + Duration::from_millis(30), "{threads:?} {all:?}");
    }

    #[test]
    fn a_number_that_is_given_to_another_thread_loses_nothing() {
        let mut meter = Meter::new(std::process::id());
        meter.note((0, 1), Duration::from_secs(5));
        meter.note((0, 1), Duration::from_secs(7));
        meter.note((0, 1), Duration::from_secs(1));
        assert!(meter.spent().unwrap() >= Duration::from_secs(8));
    }
}
