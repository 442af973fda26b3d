//! What only a database on a server has: connections that break, other processes, a server that
//! stops.

mod disk;
mod encryption;
mod losses;
mod proxy;
mod refusals;
mod serving;
mod transfer;

use crate::ground::{Ground, clock, entropy};
use model::Error;
use store::{Database, PostgresAddress, Store, Vault};
use testkit::postgres::{self, Server};

/// An empty database on the server that all tests share.
pub(crate) struct OnServer<'a>(postgres::Database<'a>);

impl OnServer<'static> {
    pub(crate) fn new() -> Self {
        Self::on(Server::shared())
    }
}

impl<'a> OnServer<'a> {
    pub(crate) fn on(server: &'a Server) -> Self {
        Self(server.database())
    }
}

pub(crate) fn open(address: &str, vault: Vault) -> Result<Store, Error> {
    let database = Database::Postgres(PostgresAddress::parse(address)?);
    Store::open_database(&database, vault, clock(), entropy())
}

impl Ground for OnServer<'_> {
    fn try_open(&self, vault: Vault) -> Result<Store, Error> {
        open(&self.0.address(), vault)
    }
}
