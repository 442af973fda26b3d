//! A connection on which the server tells of others' changes.

use super::server::Server;
use super::unavailable;
use super::wait::Driver;
use crate::bell::Channel;
use model::Error;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Mutex, mpsc};
use tokio_postgres::{AsyncMessage, Client};

/// It rang, however often.
pub(crate) struct Bell {
    heard: Mutex<mpsc::Receiver<()>>,
    /// Ends when it is dropped, and the listening with it.
    _client: Client,
    driver: Driver,
}

impl Bell {
    pub(crate) fn hang(server: &Arc<Server>, channel: Channel) -> Result<Self, Error> {
        let (ring, heard) = mpsc::channel(1);
        let (client, driver) = server.connect_hearing(ring)?;
        let listen = format!("LISTEN {}", channel.name());
        let listening = driver.answer(super::PATIENCE, client.batch_execute(&listen));
        listening.map_err(|broken| broken.explain(server, super::failure::Stage::Statement))?;
        Ok(Self { heard: Mutex::new(heard), _client: client, driver })
    }

    pub(crate) fn wait(&self, limit: Duration) -> Result<bool, Error> {
        let heard = self.driver.wait(limit, async { self.heard.lock().await.recv().await });
        match heard {
            Some(Some(())) => Ok(true),
            Some(None) => Err(unavailable(
                "the connection on which the database tells of changes is gone".to_owned(),
            )),
            None => Ok(false),
        }
    }
}

/// Drives a connection and passes on that something was told.
pub(super) async fn hear<S, T>(
    mut connection: tokio_postgres::Connection<S, T>,
    ring: mpsc::Sender<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if matches!(message, AsyncMessage::Notification(_)) {
            // One that is full rings already.
            let _rung = ring.try_send(());
        }
    }
}
