//! Hears at once that others who share the database have changed it.
//!
//! What was heard says only that it is time to look. Whoever listens must look now and then all the
//! same: a connection that is gone tells nothing.

use super::server::blocking;
use model::Error;
use std::sync::Arc;
use std::time::Duration;
use store::{Bell, Channel, Store};
use tokio::sync::Notify;
use tokio::time::sleep;

/// How long one wait is: as long as the end of the process may have to wait for it.
const WAIT: Duration = Duration::from_millis(500);
/// How long to wait before listening again when the database did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Passes on what is told on a channel, for as long as it is let.
pub(super) async fn listen(store: Store, channel: Channel, heard: Arc<Notify>) {
    loop {
        let error = hear(&store, channel, &heard).await;
        tracing::warn!(%error, "others' changes are not heard of at once; listening again");
        sleep(PAUSE).await;
    }
}

/// Listens until the connection is gone, and says why.
async fn hear(store: &Store, channel: Channel, heard: &Notify) -> Error {
    let of = store.clone();
    let mut bell = match blocking(move || of.bell(channel)).await {
        Ok(bell) => bell,
        Err(error) => return error,
    };
    // Something may have been told before.
    heard.notify_one();
    loop {
        let waited = blocking(move || wait(bell)).await;
        bell = match waited {
            Ok((bell, rang)) => {
                if rang {
                    heard.notify_one();
                }
                bell
            }
            Err(error) => return error,
        };
    }
}

fn wait(bell: Bell) -> Result<(Bell, bool), Error> {
    let rang = bell.wait(WAIT)?;
    Ok((bell, rang))
}
