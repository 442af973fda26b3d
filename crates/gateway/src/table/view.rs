//! A worker's view of the table: what it borrows for a turn of its loop.

use super::AccessTable;
use super::grant::Grant;
use super::index::Index;
use super::routes::{Route, Routes};
use super::side::{Bound, Side};
use super::users::{User, Users};
use model::scope::DataScope;
use model::{ClusterId, DigestKey, KeyId, PresentedKey, Timestamp};
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// A key found in the table: its id, and where to look whether it still lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHandle {
    id: KeyId,
    slot: u32,
    bounded: bool,
}

impl KeyHandle {
    /// The key's id.
    pub fn id(self) -> KeyId {
        self.id
    }

    /// Whether the key was bounded besides what it opens when it was found.
    pub fn is_bounded(self) -> bool {
        self.bounded
    }
}

/// The table as one worker sees it.
pub struct View {
    table: Arc<AccessTable>,
    index: Arc<Index>,
    routes: Arc<Routes>,
    users: Arc<Users>,
    generation: u64,
}

impl View {
    /// A view of the table as it is now.
    pub fn new(table: Arc<AccessTable>) -> Self {
        let generation = table.generation.load(Ordering::Acquire);
        let (index, routes) = (table.current_index(), table.current_routes());
        Self { index, routes, users: table.current_users(), generation, table }
    }

    /// Takes over a replaced index, routes or users. Costs one load when there are none.
    pub fn refresh(&mut self) {
        let generation = self.table.generation.load(Ordering::Acquire);
        if generation != self.generation {
            // The generation is read first: a replacement after it is seen by the next refresh.
            self.index = self.table.current_index();
            self.routes = self.table.current_routes();
            self.users = self.table.current_users();
            self.generation = generation;
        }
    }

    /// Whether the table has been loaded; until then everything is refused.
    pub fn is_loaded(&self) -> bool {
        self.table.revision.load(Ordering::Acquire) != 0
    }

    /// Checks a presented key against the table: where it is, and what it opens.
    pub fn verify(
        &self,
        key: PresentedKey<'_>,
        digest_key: &DigestKey,
    ) -> Option<(KeyHandle, Grant)> {
        let (slot, record) = self.index.find(key.id(), &self.table.slots)?;
        let handle = KeyHandle { id: record.id, slot, bounded: record.bounded };
        record.digest.matches(&key.digest(digest_key)).then_some((handle, record.grant))
    }

    /// Where a live key is and what it opens, for questions about it: nobody has presented it.
    pub fn key(&self, id: KeyId) -> Option<(KeyHandle, Grant)> {
        let (slot, record) = self.index.find(id, &self.table.slots)?;
        Some((KeyHandle { id, slot, bounded: record.bounded }, record.grant))
    }

    /// The user as each of its roles alone would make it, with the role's name.
    pub fn by_role(&self, user: &User) -> Vec<User> {
        self.table.by_role(user)
    }

    /// What the key opens at this moment; `None` if it is dead. This is the check to repeat right
    /// before a request goes upstream.
    pub fn grant(&self, key: KeyHandle) -> Option<Grant> {
        let record = self.table.slots.read(key.slot)?;
        (record.id == key.id).then_some(record.grant)
    }

    /// Whether the key may be used from there at that time.
    ///
    /// # Errors
    /// What is in the way, its death included.
    pub fn bounds(&self, key: KeyHandle, from: IpAddr, now: Timestamp) -> Result<(), Bound> {
        let record = self.table.slots.read(key.slot).filter(|record| record.id == key.id);
        match record {
            None => Err(Bound::Gone),
            Some(record) if !record.bounded => Ok(()),
            // The bit is set after its meaning is there and cleared before that is gone.
            Some(_) => self
                .beside(key, |side| side.bounds.as_ref().map(|bounds| bounds.admit(from, now)))
                .flatten()
                .unwrap_or(Err(Bound::Gone)),
        }
    }

    /// Takes one call of the key's rate, at this moment of the gateway's own time in nanoseconds.
    ///
    /// # Errors
    /// How long until there is another, if none is left.
    pub fn take(&self, key: KeyHandle, now: u64) -> Result<(), Duration> {
        let take = |side: &Side| side.bounds.as_ref()?.rate.as_ref().map(|rate| rate.take(now));
        self.beside(key, take).flatten().unwrap_or(Ok(()))
    }

    /// The keys that ended after `from` and not after `to`.
    pub fn ended(&self, from: Timestamp, to: Timestamp) -> Vec<KeyId> {
        self.table.expiries.between(from, to)
    }

    /// What the key opens of one cluster: under which role, and on which of its data, `None` for
    /// all of it. One look at what is beside the slot, so that role and data are of one moment.
    pub fn right_on(
        &self,
        key: KeyHandle,
        grant: Grant,
        route: &Route,
    ) -> (Grant, Option<Arc<DataScope>>) {
        let right = |side: &Side| {
            let mut rights = side.rights.iter();
            let right = rights.find(|right| right.opens(route.project, route.id))?;
            Some((Grant::Project(right.project, right.role), right.data.clone()))
        };
        let opens = match grant {
            Grant::Project(project, _) => route.project == project,
            Grant::Organization(organization) => route.organization == organization,
            Grant::Listed(..) | Grant::Several => {
                return self.beside(key, right).flatten().unwrap_or((Grant::Nothing, None));
            }
            Grant::Nothing => false,
        };
        (if opens { grant } else { Grant::Nothing }, None)
    }

    /// Whether the key opens the cluster.
    pub fn reaches(&self, key: KeyHandle, grant: Grant, route: &Route) -> bool {
        self.right_on(key, grant, route).0 != Grant::Nothing
    }

    /// What is beside the key's slot, if there is anything.
    fn beside<T>(&self, key: KeyHandle, look: impl FnOnce(&Side) -> T) -> Option<T> {
        let sides = self.table.sides.read().unwrap_or_else(PoisonError::into_inner);
        sides.get(&key.slot).filter(|side| side.id == key.id).map(look)
    }

    /// The user with this name on this cluster.
    pub fn user(&self, cluster: ClusterId, name: &[u8]) -> Option<&Arc<User>> {
        self.users.find(cluster, name)
    }

    /// The clusters.
    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    /// The cluster that is meant by a key at an address that names none, and whether others could
    /// be meant as well: the only one without a port of its own, else the only one.
    pub fn reachable(&self, key: KeyHandle, grant: Grant) -> (Option<&Arc<Route>>, bool) {
        let mut choice = Choice::default();
        match grant {
            Grant::Project(project, _) => {
                self.routes.of_project(project).iter().for_each(|route| choice.offer(route));
            }
            Grant::Organization(id) => {
                self.routes.of_organization(id).iter().for_each(|route| choice.offer(route));
            }
            Grant::Listed(..) | Grant::Several => {
                let offer = |side: &Side| {
                    for right in &side.rights {
                        let routes = self.routes.of_project(right.project).iter();
                        routes
                            .filter(|route| right.clusters.contains(route.id))
                            .for_each(|route| choice.offer(route));
                    }
                };
                self.beside(key, offer);
            }
            Grant::Nothing => {}
        }
        choice.made()
    }
}

/// The first cluster that was offered and whether there were others: among those without a port of
/// their own, and among all.
#[derive(Default)]
struct Choice<'v> {
    portless: (Option<&'v Arc<Route>>, bool),
    any: (Option<&'v Arc<Route>>, bool),
}

impl<'v> Choice<'v> {
    fn offer(&mut self, route: &'v Arc<Route>) {
        let note = |place: &mut (Option<&'v Arc<Route>>, bool)| match place.0 {
            None => place.0 = Some(route),
            Some(_) => place.1 = true,
        };
        note(&mut self.any);
        if route.port.is_none() {
            note(&mut self.portless);
        }
    }

    fn made(self) -> (Option<&'v Arc<Route>>, bool) {
        if self.portless.0.is_some() { self.portless } else { self.any }
    }
}
