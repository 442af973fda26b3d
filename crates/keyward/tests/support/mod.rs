//! What the tests of this crate share.

use std::time::{Duration, Instant};

/// Longer than anything takes here, even on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// Looks again and again until there is something to see.
///
/// # Panics
/// When the time is over.
#[expect(
    clippy::disallowed_methods,
    reason = "looks at other processes and sockets, which wake nobody, with a deadline"
)]
#[track_caller]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
