//! The fence: every worker has cut what a change ends before the change counts as applied.
//!
//! What a worker does about it is in `engine/cut.rs`. What a worker did not take is kept for it and
//! goes before what comes next, so that a later confirmation speaks for all changes before it.

use crate::calls::CutCalls;
use crate::engine::{Command, Outlet};
use crate::table::Effects;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long the workers are waited for before it is reported that they did not answer.
pub const FENCE_LIMIT: Duration = Duration::from_secs(10);

/// All workers, and what each still has to be told.
pub(crate) struct Fence(Vec<(Outlet, Option<Effects>)>);

impl Fence {
    /// The fence over these workers.
    pub(crate) fn new(workers: impl Iterator<Item = Outlet>) -> Self {
        Self(workers.map(|worker| (worker, None)).collect())
    }

    /// Makes every worker cut; how many calls of which keys that were. `None` if one did not take
    /// the command or did not say in time that it has done it, and all before it.
    pub(crate) fn cut(&mut self, lost: &Arc<Effects>) -> Option<CutCalls> {
        let (done, confirmed) = channel();
        let mut heard = true;
        for (worker, owed) in &mut self.0 {
            let lost = match owed.take() {
                None => Arc::clone(lost),
                Some(before) => Arc::new(before.and(lost)),
            };
            let back = worker.hand(Command::Cut { lost, done: done.clone() });
            if let Some(Command::Cut { lost, .. }) = back {
                *owed = Some(Arc::unwrap_or_clone(lost));
                heard = false;
            }
        }
        drop(done);
        if !heard {
            tracing::error!("a worker takes no commands: the change is not confirmed");
            return None;
        }
        let until = now() + FENCE_LIMIT;
        let mut cut = CutCalls::new();
        for _ in &self.0 {
            match confirmed.recv_timeout(until.saturating_duration_since(now())) {
                Ok(calls) => {
                    for (key, calls) in calls {
                        *cut.entry(key).or_default() += calls;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    tracing::error!("a worker did not confirm a change in time");
                    return None;
                }
            }
        }
        Some(cut)
    }
}

#[expect(clippy::disallowed_methods, reason = "waiting for workers is measured in real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Inbox, channel as command_channel};
    use mio::{Poll, Token, Waker};
    use model::KeyId;
    use std::thread;

    fn key(number: u128) -> KeyId {
        KeyId::from_number(number).unwrap()
    }

    fn of_key(number: u128) -> Arc<Effects> {
        Arc::new(Effects { keys: vec![key(number)], ..Effects::default() })
    }

    /// Does so many commands as a worker does them; what it was told to cut.
    fn work(inbox: &Inbox, commands: usize) -> Vec<KeyId> {
        let mut told = Vec::new();
        for command in inbox.iter().take(commands) {
            if let Command::Cut { lost, done } = command {
                told.extend(&lost.keys);
                let _ = done.send(CutCalls::from_iter([(lost.keys[0], 1)]));
            }
        }
        told
    }

    #[test]
    fn what_a_worker_did_not_take_is_kept_for_it_and_comes_before_the_next() {
        let poll = Poll::new().unwrap();
        let waker = Arc::new(Waker::new(poll.registry(), Token(0)).unwrap());
        let (outlet, inbox) = command_channel(waker);
        let mut fence = Fence::new(std::iter::once(outlet.clone()));
        // It does nothing, until its queue is full.
        let drain = || Command::Drain { until: now() };
        let mut waiting = 0;
        while outlet.hand(drain()).is_none() {
            waiting += 1;
        }
        for lost in [1, 2, 1] {
            assert_eq!(fence.cut(&of_key(lost)), None);
        }
        assert_eq!(work(&inbox, waiting), []);
        let worker = thread::spawn(move || work(&inbox, 2));
        assert!(fence.cut(&of_key(3)).is_some());
        assert!(fence.cut(&of_key(4)).is_some());
        assert_eq!(worker.join().unwrap(), [1, 2, 3, 4].map(key));
    }
}
