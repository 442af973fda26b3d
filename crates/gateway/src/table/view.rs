//! A worker's view of the table: what it borrows for a turn of its loop.

use super::AccessTable;
use super::grant::Grant;
use super::index::Index;
use super::routes::{Route, Routes};
use model::{DigestKey, KeyId, PresentedKey};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// A key found in the table: its id, and where to look whether it still lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHandle {
    id: KeyId,
    slot: u32,
}

impl KeyHandle {
    /// The key's id.
    pub fn id(self) -> KeyId {
        self.id
    }
}

/// The table as one worker sees it.
pub struct View {
    table: Arc<AccessTable>,
    index: Arc<Index>,
    routes: Arc<Routes>,
    generation: u64,
}

impl View {
    /// A view of the table as it is now.
    pub fn new(table: Arc<AccessTable>) -> Self {
        let generation = table.generation.load(Ordering::Acquire);
        Self { index: table.current_index(), routes: table.current_routes(), generation, table }
    }

    /// Takes over a replaced index or replaced routes. Costs one load when there are none.
    pub fn refresh(&mut self) {
        let generation = self.table.generation.load(Ordering::Acquire);
        if generation != self.generation {
            // The generation is read first: a replacement after it is seen by the next refresh.
            self.index = self.table.current_index();
            self.routes = self.table.current_routes();
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
        let handle = KeyHandle { id: record.id, slot };
        record.digest.matches(&key.digest(digest_key)).then_some((handle, record.grant))
    }

    /// What the key opens at this moment; `None` if it is dead. This is the check to repeat right
    /// before a request goes upstream.
    pub fn grant(&self, key: KeyHandle) -> Option<Grant> {
        let record = self.table.slots.read(key.slot)?;
        (record.id == key.id).then_some(record.grant)
    }

    /// Whether the key opens the cluster.
    pub fn reaches(&self, key: KeyHandle, grant: Grant, route: &Route) -> bool {
        match grant {
            Grant::Project(project, _) => route.project == project,
            Grant::Organization(organization) => route.organization == organization,
            Grant::Listed(project, _) => {
                let lists = self.table.lists.read().unwrap_or_else(PoisonError::into_inner);
                route.project == project
                    && lists.get(&key.slot).is_some_and(|list| list.contains(&route.id))
            }
            Grant::Nothing => false,
        }
    }

    /// The clusters.
    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    /// The cluster that is meant by a key at an address that names none, and whether others could
    /// be meant as well: the only one without a port of its own, else the only one.
    pub fn reachable(&self, key: KeyHandle, grant: Grant) -> (Option<&Arc<Route>>, bool) {
        let candidates = match grant {
            Grant::Project(project, _) | Grant::Listed(project, _) => {
                self.routes.of_project(project)
            }
            Grant::Organization(organization) => self.routes.of_organization(organization),
            Grant::Nothing => &[],
        };
        let mut open = candidates.iter().filter(|route| self.reaches(key, grant, route));
        let mut portless = open.clone().filter(|route| route.port.is_none());
        match portless.next() {
            Some(route) => (Some(route), portless.next().is_some()),
            None => (open.next(), open.next().is_some()),
        }
    }
}
