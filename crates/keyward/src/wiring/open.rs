//! Everything a start does that is quick and can refuse: nothing slow begins, and nothing is told
//! to the outside, before all of it has succeeded.

use super::role::Role;
use super::settings::{Parts, Settings};
use super::{listen, ports};
use crate::data::{DataFolder, database, master_key};
use crate::lite::{self, Installation, Step};
use control::Desk;
use model::{DigestKey, Error, ErrorKind};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use store::{Database, Serving, Sharing, Store, Vault};

/// A data folder, its database and the listeners, all held by this process; nothing runs yet.
#[derive(Debug)]
pub struct Opened {
    pub(super) settings: Settings,
    pub(super) parts: Parts,
    pub(super) folder: Arc<DataFolder>,
    pub(super) store: Store,
    /// Until it is served.
    pub(super) serving: Option<Serving>,
    pub(super) digest_key: DigestKey,
    /// None without a gateway.
    pub(super) gateway_socket: Option<TcpListener>,
    /// Until it is served.
    pub(super) control_socket: Option<TcpListener>,
}

impl Opened {
    /// Opens the data folder, listens, and opens the database.
    ///
    /// # Errors
    /// One sentence: what is wrong with folder, key, address or database and what to do.
    pub fn open(settings: Settings, parts: Parts) -> Result<Self, Error> {
        let folder = Arc::new(DataFolder::open(&settings.data)?);
        let database = database::choose(&folder, settings.database.as_ref())?;
        let role = settings.role;
        if role.sharing() == Sharing::Shared && matches!(database, Database::Folder(_)) {
            return Err(Error::invalid(
                "a process that shares its database needs a PostgreSQL one: name it with \
                 --database or KEYWARD_DATABASE, or start with --role all",
            ));
        }
        let gateway_socket = role
            .has_gateway()
            .then(|| listen::on(settings.gateway_listen, "--gateway-listen"))
            .transpose()?;
        let control_socket = listen::on(settings.control_listen, "--control-listen")?;
        let master_key = if role.has_control() {
            master_key::obtain(&folder, &*parts.entropy)?
        } else {
            master_key::of_others(&folder)?
        };
        let vault = Vault::new(&master_key);
        let digest_key = vault.digest_key();
        let (clock, entropy) = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
        let store = Store::open_database(&database, vault, clock, entropy)?;
        let serving = store.serve(role.sharing())?;
        database::remember(&folder, &database)?;
        Ok(Self {
            settings,
            parts,
            folder,
            store,
            serving: Some(serving),
            digest_key,
            gateway_socket,
            control_socket: Some(control_socket),
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

    /// What this process does.
    pub fn role(&self) -> Role {
        self.settings.role
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
        let gateway = self.gateway_address()?;
        ports::own(gateway, self.settings.domain.as_deref(), taken)
    }

    /// Where SDKs connect.
    pub(super) fn gateway_address(&self) -> Result<SocketAddr, Error> {
        let Some(socket) = &self.gateway_socket else { return Ok(self.settings.gateway_listen) };
        socket.local_addr().map_err(|error| {
            Error::new(ErrorKind::Unavailable, format!("the gateway's address is lost: {error}"))
        })
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
