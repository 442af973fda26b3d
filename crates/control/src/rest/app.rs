//! What every handler works with, and the two ways from async to the store and back.
//!
//! A handler either looks ([`App::see`]) or changes ([`App::change`]). A change runs in a task of
//! its own: once begun, it is committed and brought to the gateways even if the caller hangs up.

use super::problem::Problem;
use crate::call_watch::CallWatch;
use crate::deps::{Deps, Limits};
use crate::desk::Desk;
use crate::explain::Explainer;
use crate::fence::{Fence, Receipt};
use crate::mail::{Letter, Mailer};
use crate::watch::ClusterWatch;
use crate::windows::Windows;
use model::policy::Founders;
use model::{Entropy, Error, ErrorKind, KeyId, Revision, Timestamp};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::Committed;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tracing::Instrument;

/// Requests of a caller are counted in windows this long, so that a burst may come at once.
const RATE_WINDOW_SECONDS: u32 = 10;
const RATE_WINDOW_MILLIS: i64 = RATE_WINDOW_SECONDS as i64 * 1000;

/// The state behind the router.
pub(crate) struct App {
    desk: Desk,
    fence: Arc<dyn Fence>,
    clusters: Arc<dyn ClusterWatch>,
    explainer: Arc<dyn Explainer>,
    calls: Arc<dyn CallWatch>,
    metrics: Arc<dyn Fn() -> String + Send + Sync>,
    mailer: Option<Arc<dyn Mailer>>,
    public_url: String,
    founders: Founders,
    limits: Limits,
    requests: Semaphore,
    store_calls: Arc<Semaphore>,
    password_hashes: Arc<Semaphore>,
    rates: Mutex<Windows<String>>,
    exports: Arc<Semaphore>,
    letters: Arc<Semaphore>,
}

/// How many exports and verifications of the audit trail run at once; more are refused.
const EXPORTS: usize = 4;
/// How many letters that anybody may ask for are written at once; more are refused.
const LETTERS: usize = 32;

impl App {
    /// Takes what the router is given.
    pub(crate) fn new(deps: Deps) -> Result<Self, Error> {
        let limits = deps.limits;
        Ok(Self {
            desk: Desk::new(deps.store, deps.clock, deps.entropy)?,
            fence: deps.fence,
            clusters: deps.clusters,
            explainer: deps.explainer,
            calls: deps.calls,
            metrics: deps.metrics,
            mailer: deps.mailer,
            public_url: deps.public_url,
            founders: deps.founders,
            limits,
            requests: Semaphore::new(limits.requests),
            store_calls: Arc::new(Semaphore::new(limits.store_calls)),
            password_hashes: Arc::new(Semaphore::new(limits.password_hashes)),
            rates: Mutex::new(Windows::new(RATE_WINDOW_MILLIS)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            letters: Arc::new(Semaphore::new(LETTERS)),
        })
    }

    /// Reads from the store.
    pub(crate) async fn see<T, F>(self: &Arc<Self>, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<T, Error> + Send + 'static,
    {
        Ok(self.ask(work).await?)
    }

    /// The same, for fronts with answers of their own.
    pub(crate) async fn ask<T, F>(self: &Arc<Self>, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<T, Error> + Send + 'static,
    {
        let place = place(&self.store_calls).await?;
        let app = Arc::clone(self);
        let work = move || {
            // The place is held for as long as the work goes on, not as its caller waits: a thread
            // goes on when its caller has hung up.
            let _place = place;
            work(&app.desk)
        };
        let ended = |error| Error::internal(format!("a store call ended: {error}"));
        tokio::task::spawn_blocking(work).await.map_err(ended)?
    }

    /// Changes the store, and waits until the change holds on every gateway.
    pub(crate) async fn change<T, F>(self: &Arc<Self>, work: F) -> Result<(T, Receipt), Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<Committed<T>, Error> + Send + 'static,
    {
        Ok(self.act(work).await?)
    }

    /// The same, for fronts with answers of their own.
    pub(crate) async fn act<T, F>(self: &Arc<Self>, work: F) -> Result<(T, Receipt), Error>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<Committed<T>, Error> + Send + 'static,
    {
        let app = Arc::clone(self);
        let task = async move {
            let committed = app.ask(work).await?;
            let revision = committed.revision();
            let receipt = app.fence.settle(revision).await;
            Ok((committed.into_value(), receipt))
        };
        let ended = |error| Error::internal(format!("a change ended: {error}"));
        tokio::spawn(task.in_current_span()).await.map_err(ended)?
    }

    /// Brings a committed change to the gateways without waiting for them.
    pub(crate) fn bring_to_gateways(self: &Arc<Self>, revision: Revision) {
        let app = Arc::clone(self);
        let task = async move {
            if !app.fence.settle(revision).await.settled {
                tracing::error!(
                    revision = revision.number(),
                    "not every gateway has confirmed a change in time"
                );
            }
        };
        tokio::spawn(task.in_current_span());
    }

    /// Waits for a place among those who hash a password. It goes into the work, so that it is held
    /// until the work is done.
    pub(crate) async fn hashing(&self) -> Result<OwnedSemaphorePermit, Error> {
        place(&self.password_hashes).await
    }

    /// A place among those who read the audit trail to its end.
    pub(crate) fn exporting(&self) -> Result<OwnedSemaphorePermit, Error> {
        let full = |_| {
            let sentence = "others are reading the whole audit trail: try again when they are done";
            Error::new(ErrorKind::LimitReached, sentence)
        };
        Arc::clone(&self.exports).try_acquire_owned().map_err(full)
    }

    /// Does this after the answer, which says nothing of it, in a task of its own.
    ///
    /// # Errors
    /// `LimitReached` from a network that asks too often; `Unavailable` if too much is under way.
    pub(crate) fn afterwards(
        &self,
        from: Option<IpAddr>,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        self.desk.letters().ask(from, self.now())?;
        let full = |_| {
            let sentence = "too many letters are being written: try again shortly";
            Error::new(ErrorKind::Unavailable, sentence)
        };
        let place = Arc::clone(&self.letters).try_acquire_owned().map_err(full)?;
        let task = async move {
            let _place = place;
            work.await;
        };
        tokio::spawn(task.in_current_span());
        Ok(())
    }

    /// A place among the requests being served, if there is one.
    pub(crate) fn enter(&self) -> Option<SemaphorePermit<'_>> {
        self.requests.try_acquire().ok()
    }

    /// Counts a request of a caller, or refuses it.
    pub(crate) fn count(&self, caller: &str) -> Result<(), TooFast> {
        let (caller, now) = (caller.to_owned(), self.now());
        let per_second = self.limits.rate.per_second();
        let most = per_second.saturating_mul(RATE_WINDOW_SECONDS);
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        if rates.count(&caller, now) < most {
            rates.add(&caller, now);
            return Ok(());
        }
        let millis = u32::try_from(rates.millis_left(&caller, now).max(0)).unwrap_or(u32::MAX);
        Err(TooFast { per_second, seconds: millis.div_ceil(1000).max(1) })
    }

    /// Endpoints and health.
    pub(crate) fn clusters(&self) -> &dyn ClusterWatch {
        &*self.clusters
    }

    /// The same, for work on another thread.
    pub(crate) fn shared_clusters(&self) -> Arc<dyn ClusterWatch> {
        Arc::clone(&self.clusters)
    }

    /// Who says what would become of calls on clusters.
    pub(crate) fn explainer(&self) -> Arc<dyn Explainer> {
        Arc::clone(&self.explainer)
    }

    /// How many calls of a key run on the gateways; `None` if one of them does not say.
    pub(crate) async fn live_calls(&self, key: KeyId) -> Option<u64> {
        self.calls.live(key).await
    }

    /// How many calls of these keys their end has cut; `None` if that is not known.
    pub(crate) fn calls_cut(
        &self,
        mut keys: impl Iterator<Item = KeyId>,
        receipt: &Receipt,
    ) -> Option<u64> {
        receipt.settled.then(|| keys.try_fold(0, |sum, key| Some(sum + self.calls.cut(key)?)))?
    }

    /// What `GET /metrics` answers.
    pub(crate) async fn measured(self: &Arc<Self>) -> Result<String, Problem> {
        let metrics = Arc::clone(&self.metrics);
        self.see(move |_| Ok(metrics())).await
    }

    /// Who may found organizations besides the operator.
    pub(crate) fn founders(&self) -> Founders {
        self.founders
    }

    /// Where people reach this API, for links.
    pub(crate) fn public_url(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// Sends a letter, within its bound; answers why it was not sent.
    pub(crate) async fn mail(&self, letter: Letter) -> Result<(), String> {
        self.send(letter).await.map_err(|error| error.message())
    }

    /// The same, with the error of the mailer.
    pub(crate) async fn send(&self, letter: Letter) -> Result<(), Error> {
        let Some(mailer) = &self.mailer else {
            let sentence = "no mail server is configured (--smtp-url): pass the link on yourself";
            return Err(Error::new(ErrorKind::Unavailable, sentence));
        };
        let sent = tokio::time::timeout(self.limits.letter, mailer.send(letter)).await;
        let failed = match sent {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => Error::new(ErrorKind::Unavailable, "the mail server did not answer in time"),
        };
        let context = failed.context().unwrap_or_default();
        tracing::warn!(error = %failed, context, "a letter could not be sent");
        Err(failed)
    }

    /// Whether letters are sent at all.
    pub(crate) fn sends_letters(&self) -> bool {
        self.mailer.is_some()
    }

    /// The bounds.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Randomness.
    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.desk.entropy()
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.desk.now()
    }
}

/// More requests than one caller may send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooFast {
    /// How many a second are served, over some seconds.
    per_second: u32,
    /// After how many seconds the next will be.
    seconds: u32,
}

impl From<TooFast> for Problem {
    fn from(too_fast: TooFast) -> Self {
        Self::from(Error::from(too_fast)).retry_after(too_fast.seconds)
    }
}

impl From<TooFast> for Error {
    fn from(TooFast { per_second, seconds }: TooFast) -> Self {
        let sentence =
            format!("more than {per_second} requests a second came from you: go on in {seconds} s");
        Self::new(ErrorKind::LimitReached, sentence)
    }
}

/// The same work, which holds the place until it is done.
pub(crate) fn holding<T>(
    place: OwnedSemaphorePermit,
    work: impl FnOnce(&Desk) -> T,
) -> impl FnOnce(&Desk) -> T {
    move |desk| {
        let _place = place;
        work(desk)
    }
}

async fn place(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Error> {
    let closed = |_| Error::new(ErrorKind::Unavailable, "Keyward is shutting down");
    Arc::clone(semaphore).acquire_owned().await.map_err(closed)
}
