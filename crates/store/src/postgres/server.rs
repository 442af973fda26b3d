//! Where the database is, and the thread that carries its connections.

use super::address::Address;
use super::failure::Stage;
use super::{tls, wait};
use model::{Error, ErrorKind};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, EnterGuard, Runtime};
use tokio_postgres::{Client, NoTls};

/// How long connecting may take over all the hosts that the address names.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database server and how to reach it.
pub(crate) struct Server {
    address: Address,
    tls: Option<tls::Connector>,
    /// Taken out only when the server is dropped.
    driver: Option<Runtime>,
}

impl Server {
    /// Nothing is connected yet.
    pub(crate) fn new(address: &Address) -> Result<Arc<Self>, Error> {
        let driver = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| {
                let message = format!("no thread can be started for the database: {error}");
                Error::new(ErrorKind::Unavailable, message)
            })?;
        let tls = address.encrypts().then(|| tls::Connector::new(address)).transpose()?;
        Ok(Arc::new(Self { address: address.clone(), tls, driver: Some(driver) }))
    }

    /// A new connection.
    pub(super) fn connect(&self) -> Result<Client, Error> {
        let config = self.address.config();
        let connecting = async {
            // The connection's own task ends when the client is dropped or the socket breaks.
            if let Some(tls) = &self.tls {
                let (client, connection) = config.connect(tls.clone()).await?;
                tokio::spawn(connection);
                Ok(client)
            } else {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(connection);
                Ok(client)
            }
        };
        wait::answer(self, PATIENCE, connecting)
            .map_err(|broken| broken.explain(self, Stage::Connect))
    }

    pub(super) fn enter(&self) -> Option<EnterGuard<'_>> {
        self.driver.as_ref().map(Runtime::enter)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Waiting for the thread to end is not allowed everywhere a store may be dropped.
        if let Some(driver) = self.driver.take() {
            driver.shutdown_background();
        }
    }
}

/// The address without its password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.address, f)
    }
}
