//! The access table: everything the data path decides from, in memory.
//!
//! One writer (the change feed) and many readers (the workers). A key is one slot of atomic words
//! ([`slot`]), found through an index of slot numbers ([`index`]); removing a key is one store that
//! every later lookup sees. What does not fit into a slot is beside it ([`side`]). Clusters are few
//! and live in an immutable [`routes::Routes`] that is replaced as a whole; so do their users
//! ([`users`]). The table must never query anything: what it does not hold is refused.

pub mod changes;
pub mod expiry;
pub mod grant;
pub mod index;
pub mod load;
mod places;
pub mod rate;
pub mod rights;
pub mod routes;
pub mod side;
pub mod slot;
pub mod users;
pub mod view;
mod writer;

pub use grant::Grant;
pub use rights::Rights;
pub use routes::{Route, Routes};
pub use side::Bound;
pub use users::{User, Users};
pub use view::{KeyHandle, View};

use expiry::Expiries;
use hashbrown::HashMap;
use index::Index;
use model::Revision;
use side::Side;
use slot::Slots;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use writer::Writer;

/// What a change of the table asks of the workers.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Keys that are gone or may do less: their calls in flight are looked at again.
    pub keys: Vec<model::KeyId>,
    /// Users of clusters that are gone, have another password or may do something else: their calls
    /// in flight are looked at again.
    pub users: Vec<model::ClusterUserId>,
    /// Routes that are gone or lead elsewhere, by route number.
    pub routes: Vec<u32>,
    /// Routes that may be used from fewer addresses, by route number: their calls in flight are
    /// looked at again.
    pub fenced: Vec<u32>,
    /// Whether workers must take a new view before the change counts as applied.
    pub refresh: bool,
}

impl Effects {
    /// Whether the change counts as applied only when every worker has answered.
    pub fn need_workers(&self) -> bool {
        let callers = self.keys.is_empty() && self.users.is_empty();
        self.refresh || !(callers && self.routes.is_empty() && self.fenced.is_empty())
    }

    /// Adds what another change asks for.
    pub fn join(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.users.extend(other.users);
        self.routes.extend(other.routes);
        self.fenced.extend(other.fenced);
        self.refresh |= other.refresh;
    }

    /// What both ask for, each thing once.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.join(other.clone());
        self.keys.sort_unstable();
        self.keys.dedup();
        self.users.sort_unstable();
        self.users.dedup();
        self.routes.sort_unstable();
        self.routes.dedup();
        self.fenced.sort_unstable();
        self.fenced.dedup();
        self
    }
}

/// The table itself, shared by all workers.
pub struct AccessTable {
    slots: Slots,
    index: RwLock<Arc<Index>>,
    routes: RwLock<Arc<Routes>>,
    users: RwLock<Arc<Users>>,
    /// What the few keys have that need more than their slot, by slot number.
    sides: RwLock<HashMap<u32, Side>>,
    /// When keys end.
    expiries: Expiries,
    /// Counts replaced indexes, routes and users; a view of an older generation must be refreshed.
    generation: AtomicU64,
    /// Revision of the last change applied; 0 until loaded.
    revision: AtomicU64,
    writer: Mutex<Writer>,
}

impl AccessTable {
    /// A table that holds nothing and so refuses everything.
    pub fn new() -> Self {
        Self {
            slots: Slots::default(),
            index: RwLock::new(Arc::new(Index::with_room_for(0))),
            routes: RwLock::new(Arc::new(Routes::default())),
            users: RwLock::default(),
            sides: RwLock::new(HashMap::new()),
            expiries: Expiries::default(),
            generation: AtomicU64::new(0),
            revision: AtomicU64::new(0),
            writer: Mutex::new(Writer::default()),
        }
    }

    /// The revision of the last change applied; zero before the first load.
    pub fn revision(&self) -> Revision {
        Revision::new(self.revision.load(Ordering::Acquire))
    }

    /// How many live keys the table holds.
    pub fn keys(&self) -> usize {
        self.lock_writer().live()
    }

    /// How many users of clusters the table holds.
    pub fn users(&self) -> usize {
        self.current_users().count()
    }

    fn lock_writer(&self) -> std::sync::MutexGuard<'_, Writer> {
        // A poisoned lock means a panic in the middle of a change; the words in the slots are
        // each valid on their own, and the next change goes on from them.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current_index(&self) -> Arc<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn current_routes(&self) -> Arc<Routes> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn current_users(&self) -> Arc<Users> {
        self.users.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Default for AccessTable {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for AccessTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTable").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
