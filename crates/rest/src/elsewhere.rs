//! Long work, done on other threads than the one that serves connections.
//!
//! A request is read, its calls are made and its answer is written where its connection lives. But
//! to read megabytes of JSON, or to write them, takes milliseconds, for which nobody else on that
//! thread should wait. So the work on a request, a future, goes [`away`](Place::away) to a thread
//! of a pool before such a step, and comes [`home`](Place::home) before it has to do with sockets.
//! Nothing that is small may leave: to wake another thread costs more than to do it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

/// Work on this many bytes is done where it is.
const SMALL: usize = 64 << 10;

/// Where a connection's work is to be done next. There is one future at a time that asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place(Arc<Wish>);

#[derive(Debug, Default)]
struct Wish {
    /// Where it should be.
    away: AtomicBool,
    /// Where it is.
    is_away: AtomicBool,
}

impl Place {
    /// Goes to another thread, if work on so many bytes is worth it.
    pub(crate) async fn away(&self, bytes: usize) {
        if bytes > SMALL {
            self.go(true).await;
        }
    }

    /// Comes back to the thread of the connection.
    pub(crate) async fn home(&self) {
        self.go(false).await;
    }

    async fn go(&self, away: bool) {
        self.0.away.store(away, Ordering::Release);
        // Whoever polls moves it when it has seen that it waits, and polls it there.
        std::future::poll_fn(|_| {
            let there = self.0.is_away.load(Ordering::Acquire) == away;
            if there { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn wants(&self, away: bool) -> bool {
        self.0.away.load(Ordering::Acquire) == away
    }

    fn is(&self, away: bool) {
        self.0.is_away.store(away, Ordering::Release);
    }
}

/// Work that moves between its thread and others.
pub(crate) struct Moving<F: Future> {
    home: Option<Pin<Box<F>>>,
    away: Option<JoinHandle<Step<F>>>,
    place: Place,
    others: Handle,
}

/// How far it came while it was away.
enum Step<F: Future> {
    Done(F::Output),
    Back(Pin<Box<F>>),
}

impl<F> Moving<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    /// Work that asks at this place; it begins at home.
    pub(crate) fn new(work: F, place: Place, others: Handle) -> Self {
        place.0.away.store(false, Ordering::Release);
        place.is(false);
        Self { home: Some(Box::pin(work)), away: None, place, others }
    }

    /// Polls the work for as long as it stays away.
    async fn stay_away(mut work: Pin<Box<F>>, place: Place) -> Step<F> {
        place.is(true);
        let done = std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if place.wants(false) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        done.map_or_else(|| Step::Back(work), Step::Done)
    }
}

impl<F> Future for Moving<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        loop {
            if let Some(away) = &mut this.away {
                let step = ready!(Pin::new(away).poll(context));
                this.away = None;
                match step.map_err(JoinError::try_into_panic) {
                    Ok(Step::Done(output)) => return Poll::Ready(output),
                    Ok(Step::Back(work)) => {
                        this.place.is(false);
                        this.home = Some(work);
                    }
                    // What panics there panics here, and takes its connection with it.
                    Err(Ok(panic)) => std::panic::resume_unwind(panic),
                    // The other threads are stopping, and so is this one.
                    Err(Err(_)) => {}
                }
            }
            let Some(mut work) = this.home.take() else { return Poll::Pending };
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(output);
            }
            if this.place.wants(false) {
                this.home = Some(work);
                return Poll::Pending;
            }
            this.away = Some(this.others.spawn(Self::stay_away(work, this.place.clone())));
        }
    }
}

impl<F: Future> Drop for Moving<F> {
    fn drop(&mut self) {
        if let Some(away) = &self.away {
            away.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::{self, ThreadId};
    use tokio::runtime::{Builder, Runtime};

    fn runtimes() -> (Runtime, Runtime) {
        let home = Builder::new_current_thread().build().unwrap();
        (home, Builder::new_multi_thread().worker_threads(1).build().unwrap())
    }

    fn here() -> ThreadId {
        thread::current().id()
    }

    #[test]
    fn long_work_is_done_elsewhere_and_what_follows_at_home() {
        let (home, others) = runtimes();
        let place = Place::default();
        for _ in 0..50 {
            let asks = place.clone();
            let work = async move {
                let mut seen = vec![here()];
                for (away, bytes) in [(true, SMALL), (true, SMALL + 1), (true, 1 << 20), (false, 0)]
                {
                    if away {
                        asks.away(bytes).await;
                    } else {
                        asks.home().await;
                    }
                    seen.push(here());
                    tokio::task::yield_now().await;
                    seen.push(here());
                }
                seen
            };
            let moving = Moving::new(work, place.clone(), others.handle().clone());
            let seen = home.block_on(moving);
            let at_home: Vec<bool> = seen.iter().map(|thread| *thread == here()).collect();
            assert_eq!(at_home, [true, true, true, false, false, false, false, true, true]);
        }
    }

    #[test]
    fn work_that_ends_elsewhere_has_ended_and_the_next_begins_at_home() {
        let (home, others) = runtimes();
        let place = Place::default();
        for _ in 0..2 {
            let asks = place.clone();
            let work = async move {
                let began = here();
                asks.away(usize::MAX).await;
                (began, here())
            };
            let moving = Moving::new(work, place.clone(), others.handle().clone());
            let (began, ended) = home.block_on(moving);
            assert!(began == here() && ended != here());
        }
    }

    #[test]
    fn a_panic_elsewhere_is_one_here_and_work_that_nobody_waits_for_is_dropped() {
        let (home, others) = runtimes();
        let place = Place::default();
        let asks = place.clone();
        let work = async move {
            asks.away(usize::MAX).await;
            panic!("as a fault would");
        };
        let moving = Moving::new(work, place.clone(), others.handle().clone());
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            home.block_on(moving);
        }));
        assert!(caught.is_err());

        let (sender, dropped) = tokio::sync::oneshot::channel::<()>();
        let (there, arrived) = tokio::sync::oneshot::channel();
        let asks = place.clone();
        let work = async move {
            asks.away(usize::MAX).await;
            there.send(()).unwrap();
            std::future::pending::<()>().await;
            drop(sender);
        };
        let mut moving = Box::pin(Moving::new(work, place, others.handle().clone()));
        home.block_on(async {
            tokio::select! { () = &mut moving => {} , _ = arrived => {} }
            drop(moving);
            assert!(dropped.await.is_err());
        });
    }
}
