//! Waiting for a state, never for time to pass.

use std::thread;
use std::time::{Duration, Instant};

/// Asks again and again until there is an answer.
///
/// # Panics
/// When the deadline passes.
#[track_caller]
pub(crate) fn until<T>(what: &str, limit: Duration, ask: impl FnMut() -> Option<T>) -> T {
    within(limit, ask).unwrap_or_else(|| panic!("after {limit:?} still not: {what}"))
}

/// Asks again and again until there is an answer or the time is over.
#[expect(
    clippy::disallowed_methods,
    reason = "asks other processes, which nothing wakes us for, with a deadline"
)]
pub(crate) fn within<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        let answer = ask();
        if answer.is_some() || Instant::now() > deadline {
            return answer;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
