//! One task for a client's connection and its inner one.
//!
//! The two wake each other while they are polled. A runtime with several threads takes a task that
//! wakes itself for one that wants to make room for others, and wakes a thread to have it taken
//! over; on the way of a request that would happen again and again, and cost more than the rest.
//! So a task that was woken while it was polled is polled again at once, a few times.

use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// How often it is polled before others have their turn.
const MOST: usize = 16;

/// A future whose parts wake each other.
pub(crate) struct Together<F> {
    future: Pin<Box<F>>,
    bell: Arc<Bell>,
    waker: Waker,
}

impl<F: Future> Together<F> {
    pub(crate) fn new(future: F) -> Self {
        let bell = Arc::new(Bell { state: AtomicU8::new(QUIET), outer: Mutex::default() });
        let waker = Waker::from(Arc::clone(&bell));
        Self { future: Box::pin(future), bell, waker }
    }
}

impl<F: Future> Future for Together<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        this.bell.tell(context.waker());
        let mut inner = Context::from_waker(&this.waker);
        for _ in 0..MOST {
            this.bell.state.store(POLLED, Ordering::Release);
            if let Poll::Ready(output) = this.future.as_mut().poll(&mut inner) {
                return Poll::Ready(output);
            }
            if this.bell.is_quiet() {
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Nobody polls, and nobody has rung.
const QUIET: u8 = 0;
/// Somebody polls, and nobody has rung since.
const POLLED: u8 = 1;
/// Somebody has rung: it will be polled again.
const RUNG: u8 = 2;

/// What the parts ring.
struct Bell {
    state: AtomicU8,
    outer: Mutex<Option<Waker>>,
}

impl Bell {
    /// Whom to wake when it is rung and nobody polls.
    fn tell(&self, waker: &Waker) {
        let mut outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
        if !outer.as_ref().is_some_and(|outer| outer.will_wake(waker)) {
            *outer = Some(waker.clone());
        }
    }

    /// Whether nobody has rung while it was polled; from now on ringing wakes.
    fn is_quiet(&self) -> bool {
        let quiet = self.state.compare_exchange(POLLED, QUIET, Ordering::AcqRel, Ordering::Acquire);
        quiet.is_ok()
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(RUNG, Ordering::AcqRel) == QUIET {
            let outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(outer) = &*outer {
                outer.wake_by_ref();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Wakes itself so many times, then waits; what it has seen of its waker is kept.
    fn rings(times: usize, seen: &Mutex<Option<Waker>>) -> impl Future<Output = usize> {
        let mut polls = 0;
        std::future::poll_fn(move |context| {
            polls += 1;
            if polls <= times {
                context.waker().wake_by_ref();
            }
            *seen.lock().unwrap() = Some(context.waker().clone());
            if polls > times + 1 { Poll::Ready(polls) } else { Poll::Pending }
        })
    }

    #[test]
    fn who_wakes_itself_is_polled_again_without_a_wake_up() {
        let (counted, seen) = (Arc::new(Counted::default()), Mutex::default());
        let waker = Waker::from(Arc::clone(&counted));
        let mut together = std::pin::pin!(Together::new(rings(5, &seen)));
        let mut context = Context::from_waker(&waker);
        assert_eq!(together.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(counted.0.load(Ordering::SeqCst), 0);
        let ring = seen.lock().unwrap().clone().unwrap();
        ring.wake_by_ref();
        ring.wake();
        assert_eq!(counted.0.load(Ordering::SeqCst), 1, "woken once for both");
        assert_eq!(together.as_mut().poll(&mut context), Poll::Ready(7));
    }

    #[test]
    fn who_wakes_itself_for_ever_lets_others_have_their_turn() {
        let (counted, seen) = (Arc::new(Counted::default()), Mutex::default());
        let waker = Waker::from(Arc::clone(&counted));
        let mut together = std::pin::pin!(Together::new(rings(usize::MAX - 1, &seen)));
        let mut context = Context::from_waker(&waker);
        for turn in 1..=3 {
            assert_eq!(together.as_mut().poll(&mut context), Poll::Pending);
            assert_eq!(counted.0.load(Ordering::SeqCst), turn);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_lost_when_others_ring_from_elsewhere() {
        for _ in 0..200 {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let (there, mut back) = tokio::sync::mpsc::channel(1);
            let ringing = thread::spawn(move || {
                for number in 0..50 {
                    there.blocking_send(number).unwrap();
                }
                sender.send(()).unwrap();
            });
            let both = Together::new(async move {
                let mut sum = 0;
                while let Some(number) = back.recv().await {
                    sum += number;
                }
                receiver.await.map(|()| sum)
            });
            assert_eq!(tokio::spawn(both).await.unwrap(), Ok(49 * 50 / 2));
            ringing.join().unwrap();
        }
    }
}
