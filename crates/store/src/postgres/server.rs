//! Where the database is, and how to connect to it.

use super::address::Address;
use super::bell::hear;
use super::failure::Stage;
use super::tls;
use super::wait::Driver;
use model::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_postgres::{Client, NoTls};

/// How long connecting may take over all the hosts that the address names.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database server and how to reach it.
pub(crate) struct Server {
    address: Address,
    tls: Option<tls::Connector>,
}

impl Server {
    /// Nothing is connected yet.
    pub(crate) fn new(address: &Address) -> Result<Arc<Self>, Error> {
        let tls = address.encrypts().then(|| tls::Connector::new(address)).transpose()?;
        Ok(Arc::new(Self { address: address.clone(), tls }))
    }

    /// A new connection, and what drives it.
    pub(super) fn connect(&self) -> Result<(Client, Driver), Error> {
        // Nobody hears what is told on it.
        let (ring, _unheard) = mpsc::channel(1);
        self.connect_hearing(ring)
    }

    /// The same, and `ring` is told whenever the server tells something.
    pub(super) fn connect_hearing(
        &self,
        ring: mpsc::Sender<()>,
    ) -> Result<(Client, Driver), Error> {
        let driver = Driver::new()?;
        let config = self.address.config();
        let connecting = async {
            // The connection's own task ends when the client is dropped or the socket breaks.
            if let Some(tls) = &self.tls {
                let (client, connection) = config.connect(tls.clone()).await?;
                tokio::spawn(hear(connection, ring));
                Ok(client)
            } else {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(hear(connection, ring));
                Ok(client)
            }
        };
        let connected = driver.answer(PATIENCE, connecting);
        let client = connected.map_err(|broken| broken.explain(self, Stage::Connect))?;
        Ok((client, driver))
    }
}

/// The address without its password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.address, f)
    }
}
