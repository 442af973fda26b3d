//! What serves connections of HTTP/1, and the bounds of all of them together.

use crate::connection::Shared;
use crate::intake::Intake;
use crate::room::Rooms;
use crate::serving::Serving;
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How connections are served.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The path that tells whether a credential stands.
    pub knock: &'static str,
    /// Connections at once.
    pub connections: usize,
    /// Bytes of one request's body.
    pub body: usize,
    /// Bytes of all large bodies that are being read or worked on, and of what is made of them.
    pub bodies: usize,
    /// Bytes of all answers, from the engines' first byte to the clients' last.
    pub answers: usize,
    /// How long a body may take to arrive, and an answer to be taken by the client.
    pub patience: Duration,
    /// How long a connection may stay without a request.
    pub idle: Duration,
    /// How long a request may take, if it says nothing of it.
    pub request: Duration,
    /// How long a request may ask for.
    pub longest_request: Duration,
}

impl Settings {
    /// The bounds of Milvus where it has some, with this path to knock at.
    pub fn new(knock: &'static str) -> Self {
        Self {
            knock,
            connections: 2000,
            body: 64 << 20,
            bodies: 512 << 20,
            answers: 1 << 30,
            patience: Duration::from_mins(1),
            idle: Duration::from_secs(75),
            request: Duration::from_mins(1),
            longest_request: Duration::from_hours(1),
        }
    }
}

/// A client's connection, as the gateway hands it over.
#[derive(Debug)]
pub struct Handed {
    /// The client's socket; it does not block.
    pub client: std::net::TcpStream,
    /// What was read from it.
    pub read: Vec<u8>,
    /// The connection to the gateway on the client's behalf; it does not block.
    pub inner: UnixStream,
    /// Whom to ask right before each write to the client, if anybody.
    pub leave: Option<Arc<dyn Leave>>,
}

/// Says whether the client may still be told what there is for it. When it may not, nothing more is
/// written and the connection is given up.
pub trait Leave: fmt::Debug + Send + Sync {
    /// Whether bytes may be written at this moment.
    fn may_write(&self) -> bool;
}

/// Serves connections, on as many threads as want to.
#[derive(Clone)]
pub struct Facade {
    pub(crate) settings: Settings,
    pub(crate) shared: Shared,
    /// Where what takes long is done.
    pub(crate) others: Handle,
    places: Arc<Semaphore>,
}

impl Facade {
    /// A façade that does what takes long on this runtime.
    pub fn new(settings: Settings, others: Handle) -> Self {
        let places = Arc::new(Semaphore::new(settings.connections));
        let shared = Shared {
            intake: Intake::new(settings.bodies, settings.body, settings.patience),
            answers: Rooms::new(settings.answers),
        };
        Self { settings, shared, others, places }
    }

    /// Whether one more connection can be taken now.
    pub fn has_room(&self) -> bool {
        self.places.available_permits() > 0
    }

    /// Serves connections on the thread that calls this, while it waits: it has a poll of its own,
    /// whose descriptor this is.
    ///
    /// # Errors
    /// The system cannot make another poll.
    pub fn open(&self, worker: OwnedFd) -> io::Result<Serving> {
        Serving::new(self.clone(), worker)
    }

    /// The place of one more connection.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }
}

impl fmt::Debug for Facade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Facade")
    }
}
