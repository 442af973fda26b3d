//! Everything a start does that is quick and can refuse: nothing slow begins, and nothing is told
//! to the outside, before all of it has succeeded.

use super::settings::{Parts, Settings};
use super::{listen, ports};
use crate::data::{DataFolder, database, master_key};
use crate::lite::{self, Installation, Step};
use control::Desk;
use model::{DigestKey, Error, ErrorKind};
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;
use store::{Serving, Store, Vault};

/// A data folder, its database and the listeners, all held by this process; nothing runs yet.
#[derive(Debug)]
pub struct Opened {
    pub(super) settings: Settings,
    pub(super) parts: Parts,
    pub(super) folder: Arc<DataFolder>,
    pub(super) store: Store,
    pub(super) serving: Serving,
    pub(super) digest_key: DigestKey,
    pub(super) gateway_socket: TcpListener,
    pub(super) control_socket: TcpListener,
}

impl Opened {
    /// Opens the data folder, listens, and opens the database.
    ///
    /// # Errors
    /// One sentence: what is wrong with folder, key, address or database and what to do.
    pub fn open(settings: Settings, parts: Parts) -> Result<Self, Error> {
        let folder = Arc::new(DataFolder::open(&settings.data)?);
        let database = database::choose(&folder, settings.database.as_ref())?;
        let gateway_socket = listen::on(settings.gateway_listen, "--gateway-listen")?;
        let control_socket = listen::on(settings.control_listen, "--control-listen")?;
        let vault = Vault::new(&master_key::obtain(&folder, &*parts.entropy)?);
        let digest_key = vault.digest_key();
        let (clock, entropy) = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
        let store = Store::open_database(&database, vault, clock, entropy)?;
        let serving = store.serve(Sharing::Alone)?;
        database::remember(&folder, &database)?;
        Ok(Self {
            settings,
            parts,
            folder,
            store,
            serving,
            digest_key,
            gateway_socket,
            control_socket,
        })
    }

    /// The data folder.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What commands work with.
    ///
    /// # Errors
    /// `Internal` if no password can be hashed.
    pub fn desk(&self) -> Result<Desk, Error> {
        let (clock, entropy) = (&self.parts.clock, &self.parts.entropy);
        Desk::new(self.store.clone(), Arc::clone(clock), Arc::clone(entropy))
    }

    /// A gateway port for a cluster that needs one of its own.
    ///
    /// # Errors
    /// `Conflict` if none is free.
    pub fn own_port(&self, taken: &BTreeSet<u16>) -> Result<Option<u16>, Error> {
        let gateway = self.gateway_socket.local_addr().map_err(|error| {
            Error::new(ErrorKind::Unavailable, format!("the gateway's address is lost: {error}"))
        })?;
        ports::own(gateway, self.settings.domain.as_deref(), taken)
    }

    /// Installs Milvus Lite if it is not there yet.
    ///
    /// # Errors
    /// One sentence: no usable Python, no network, no space.
    pub async fn install_lite(
        &self,
        progress: impl FnMut(Step<'_>),
    ) -> Result<Installation, Error> {
        lite::ensure(&self.folder, &self.parts.host, progress).await
    }
}
