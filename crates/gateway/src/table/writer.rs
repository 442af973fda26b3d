//! Applying the change feed to the table: the only place that writes it.

use super::grant::Grant;
use super::index::Index;
use super::routes::{Route, Routes};
use super::slot::{Record, Slots};
use super::{AccessTable, Effects};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hashbrown::HashMap;
use model::change::KeyAccess;
use model::cluster::{ClusterRoute, UpstreamAddress};
use model::scope::{ClusterScope, KeyReach};
use model::{Change, ClusterId, KeyId, OrganizationId, ProjectId, Revision};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// What only the writer needs to know.
#[derive(Debug, Default)]
pub(super) struct Writer {
    projects: HashMap<ProjectId, u32>,
    organizations: HashMap<OrganizationId, u32>,
    free: Vec<u32>,
    next_slot: u32,
    live: usize,
    /// Index positions used up, those of removed keys included.
    used: usize,
    next_route: u32,
}

impl Writer {
    pub(super) fn live(&self) -> usize {
        self.live
    }

    fn project(&mut self, id: ProjectId) -> u32 {
        let next = u32::try_from(self.projects.len()).unwrap_or(u32::MAX);
        *self.projects.entry(id).or_insert(next)
    }

    fn organization(&mut self, id: OrganizationId) -> u32 {
        let next = u32::try_from(self.organizations.len()).unwrap_or(u32::MAX);
        *self.organizations.entry(id).or_insert(next)
    }
}

impl AccessTable {
    /// Applies changes in order and says what the workers must do about them. Older revisions than
    /// the applied one are ignored: the table never goes back.
    pub fn apply(&self, revision: Revision, changes: &[Change]) -> Effects {
        let mut effects = Effects::default();
        let mut writer = self.lock_writer();
        if revision < self.revision() {
            return effects;
        }
        let mut clusters = Vec::new();
        for change in changes {
            match change {
                Change::KeyPut(key) => self.put_key(&mut writer, key, &mut effects),
                Change::KeyGone(id) => self.remove_key(&mut writer, *id, &mut effects),
                Change::ClusterPut(route) => clusters.push((route.id, Some(route))),
                Change::ClusterGone(id) => clusters.push((*id, None)),
                Change::ProjectPut(_) | Change::ProjectGone(_) => {}
            }
        }
        if !clusters.is_empty() {
            self.replace_routes(&mut writer, &clusters, &mut effects);
        }
        self.revision.store(revision.number(), Ordering::Release);
        effects
    }

    /// Replaces the whole table by this content: what is not in it is gone.
    pub fn reload(&self, revision: Revision, changes: &[Change]) -> Effects {
        let kept: hashbrown::HashSet<u128> = changes
            .iter()
            .filter_map(|change| match change {
                Change::KeyPut(key) => Some(key.id.number()),
                _ => None,
            })
            .collect();
        let present: hashbrown::HashSet<ClusterId> = changes
            .iter()
            .filter_map(|change| match change {
                Change::ClusterPut(route) => Some(route.id),
                _ => None,
            })
            .collect();
        let mut gone: Vec<Change> = self
            .current_routes()
            .all()
            .filter(|route| !present.contains(&route.id))
            .map(|route| Change::ClusterGone(route.id))
            .collect();
        let slots = self.lock_writer().next_slot;
        gone.extend(
            (0..slots)
                .filter_map(|slot| self.slots.read(slot))
                .filter(|record| !kept.contains(&record.id.number()))
                .map(|record| Change::KeyGone(record.id)),
        );
        let mut effects = self.apply(self.revision(), &gone);
        let loaded = self.apply(revision, changes);
        effects.keys.extend(loaded.keys);
        effects.routes.extend(loaded.routes);
        effects.refresh |= loaded.refresh;
        effects
    }

    fn put_key(&self, writer: &mut Writer, key: &KeyAccess, effects: &mut Effects) {
        let (grant, list) = match &key.reach {
            KeyReach::Project(grant) => {
                let place = writer.project(grant.project);
                match &grant.clusters {
                    ClusterScope::All => (Grant::Project(place, grant.role), None),
                    ClusterScope::Only(list) => (Grant::Listed(place, grant.role), Some(list)),
                }
            }
            KeyReach::Organization(id) => (Grant::Organization(writer.organization(*id)), None),
            KeyReach::Projects(_) | KeyReach::Nothing => (Grant::Nothing, None),
        };
        let record = Record { id: key.id, digest: key.digest, grant };
        let known = self.current_index().find(key.id, &self.slots);
        let slot = match known {
            Some((slot, before)) => {
                let same_list = self.list_of(slot).as_ref() == list;
                if before.grant != grant || !same_list || !before.digest.matches(&key.digest) {
                    effects.keys.push(key.id);
                }
                slot
            }
            None => match self.take_slot(writer, effects) {
                Some(slot) => slot,
                None => return,
            },
        };
        let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        match list {
            Some(list) => drop(lists.insert(slot, list.clone())),
            None => drop(lists.remove(&slot)),
        }
        drop(lists);
        self.slots.write(slot, &record);
        if known.is_none() {
            writer.used += usize::from(self.current_index().insert(key.id, slot));
            writer.live += 1;
        }
    }

    fn list_of(&self, slot: u32) -> Option<Box<[ClusterId]>> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner).get(&slot).cloned()
    }

    /// A slot for a new key, with room for it in the index; `None` when the table is full.
    fn take_slot(&self, writer: &mut Writer, effects: &mut Effects) -> Option<u32> {
        if writer.used >= self.current_index().room() {
            self.grow_index(writer);
            effects.refresh = true;
        }
        if let Some(slot) = writer.free.pop() {
            return Some(slot);
        }
        if writer.next_slot as usize >= Slots::most() {
            tracing::error!(limit = Slots::most(), "the access table is full: the key is refused");
            return None;
        }
        writer.next_slot += 1;
        Some(writer.next_slot - 1)
    }

    fn grow_index(&self, writer: &mut Writer) {
        let index = Index::with_room_for(writer.live.saturating_mul(2).max(1024));
        writer.used = 0;
        for slot in 0..writer.next_slot {
            if let Some(record) = self.slots.read(slot) {
                writer.used += usize::from(index.insert(record.id, slot));
            }
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        self.generation.fetch_add(1, Ordering::Release);
    }

    fn remove_key(&self, writer: &mut Writer, id: KeyId, effects: &mut Effects) {
        // Named even if the table does not hold it, so that a repeated delete cuts again.
        effects.keys.push(id);
        let index = self.current_index();
        if let Some((slot, _)) = index.find(id, &self.slots) {
            self.slots.clear(slot);
            index.remove(id, slot);
            self.lists.write().unwrap_or_else(PoisonError::into_inner).remove(&slot);
            writer.free.push(slot);
            writer.live -= 1;
        }
    }

    fn replace_routes(
        &self,
        writer: &mut Writer,
        changes: &[(ClusterId, Option<&ClusterRoute>)],
        effects: &mut Effects,
    ) {
        let before = self.current_routes();
        let mut routes: HashMap<ClusterId, Arc<Route>> =
            before.all().map(|route| (route.id, route.clone())).collect();
        for (id, change) in changes {
            let made = change.map(|route| Arc::new(make_route(writer, route)));
            let replaced = match made {
                Some(route) if routes.get(id).is_some_and(|old| same_route(old, &route)) => None,
                Some(route) => routes.insert(*id, route),
                None => routes.remove(id),
            };
            effects.routes.extend(replaced.map(|route| route.number));
        }
        *self.routes.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(Routes::new(routes.into_values()));
        self.generation.fetch_add(1, Ordering::Release);
        effects.refresh = true;
    }
}

fn make_route(writer: &mut Writer, route: &ClusterRoute) -> Route {
    writer.next_route += 1;
    Route {
        number: writer.next_route,
        id: route.id,
        text: route.id.to_string().into(),
        project: writer.project(route.project),
        organization: writer.organization(route.organization),
        authority: route
            .upstream
            .as_ref()
            .map_or_else(String::new, UpstreamAddress::authority)
            .into(),
        upstream: route.upstream.clone(),
        authorization: route
            .credential
            .as_ref()
            .map(|credential| STANDARD.encode(credential.expose()).into_bytes().into()),
        port: route.port,
    }
}

/// Whether calls in flight on one may go on under the other.
fn same_route(one: &Route, other: &Route) -> bool {
    (one.project, one.organization, one.port) == (other.project, other.organization, other.port)
        && one.upstream == other.upstream
        && one.authorization == other.authorization
}
