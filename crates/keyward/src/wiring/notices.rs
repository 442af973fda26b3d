//! Telling owners of their keys, for as long as the server runs.
//!
//! Leaks are told of within seconds; ends that come near are gathered for an hour, so that many
//! keys make one letter. A mail server that is away is asked again later, and nothing is lost.

use super::server::blocking;
use control::Notices;
use control::notices::{Notice, Told};
use std::sync::Arc;
use std::time::Duration;
use store::Serving;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// How often it is looked whether a key was reported.
const LEAKS_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked which keys end soon.
const ENDS_EVERY: Duration = Duration::from_hours(1);
/// How long to wait before a mail server that took no letter is asked again.
const AFTER_A_FAILURE: Duration = Duration::from_mins(15);

/// Tells owners of what there is to tell, again and again. Of several processes that share the
/// database one does.
pub(super) async fn keep_telling(notices: Notices, serving: Arc<Serving>) {
    let mut beat = interval(LEAKS_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ends_told = None;
    loop {
        beat.tick().await;
        let first = Arc::clone(&serving);
        if !blocking(move || first.is_first()).await.unwrap_or(false) {
            continue;
        }
        let mut answered = everything(&notices, Notice::Leak).await;
        if ends_told.is_none_or(|at: Instant| at.elapsed() >= ENDS_EVERY) {
            answered &= everything(&notices, Notice::End).await;
            ends_told = answered.then(Instant::now);
        }
        if !answered {
            sleep(AFTER_A_FAILURE).await;
        }
    }
}

/// Round after round until nothing is left; whether store and mail server did their part.
async fn everything(notices: &Notices, notice: Notice) -> bool {
    loop {
        match notices.tell(notice).await {
            Ok(Told { more: true, .. }) => {}
            Ok(Told { failed, .. }) => return failed == 0,
            Err(error) => {
                tracing::warn!(%error, "owners could not be told of their keys; it is tried again");
                return false;
            }
        }
    }
}
