//! Applying the change feed to the table: the only place that writes it.

use super::grant::Grant;
use super::index::Index;
use super::places::Places;
use super::side::{Bounds, Right, Side};
use super::slot::{Record, Slots};
use super::users::{People, Touched};
use super::{AccessTable, Effects};
use hashbrown::HashMap;
use model::address::AddressList;
use model::change::KeyAccess;
use model::scope::{ClusterScope, KeyReach, ProjectGrant};
use model::{Change, KeyId, OrganizationId, ProjectId, Revision};
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
    /// From where projects may be entered, for those that are not open.
    pub(super) whitelists: HashMap<ProjectId, AddressList>,
    /// Users and roles of clusters, as they were told.
    pub(super) people: People,
}

impl Writer {
    pub(super) fn live(&self) -> usize {
        self.live
    }

    /// How many slots were ever used.
    pub(super) fn slots(&self) -> u32 {
        self.next_slot
    }

    pub(super) fn project(&mut self, id: ProjectId) -> u32 {
        let next = u32::try_from(self.projects.len()).unwrap_or(u32::MAX);
        *self.projects.entry(id).or_insert(next)
    }

    pub(super) fn organization(&mut self, id: OrganizationId) -> u32 {
        let next = u32::try_from(self.organizations.len()).unwrap_or(u32::MAX);
        *self.organizations.entry(id).or_insert(next)
    }

    pub(super) fn next_route(&mut self) -> u32 {
        self.next_route += 1;
        self.next_route
    }

    pub(super) fn whitelists_by_number(&self) -> HashMap<u32, AddressList> {
        let number = |id| self.projects.get(id).copied();
        let numbered = |(id, list): (_, &AddressList)| Some((number(id)?, list.clone()));
        self.whitelists.iter().filter_map(numbered).collect()
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
        let mut places = Places::default();
        let mut touched = Touched::default();
        for change in changes {
            match change {
                Change::KeyPut(key) => self.put_key(&mut writer, key, &mut effects),
                Change::KeyGone(id) => self.remove_key(&mut writer, *id, &mut effects),
                Change::ClusterPut(route) => places.put_cluster(route),
                Change::ClusterGone(id) => places.remove_cluster(*id),
                Change::ProjectPut(access) => places.put_project(&mut writer, access),
                Change::ProjectGone(id) => places.remove_project(&mut writer, *id),
                Change::ClusterUserPut(user) => writer.people.put_user(user, &mut touched),
                Change::ClusterUserGone(id) => writer.people.remove_user(*id, &mut touched),
                Change::ClusterRolePut(role) => writer.people.put_role(role, &mut touched),
                Change::ClusterRoleGone(id) => writer.people.remove_role(*id, &mut touched),
            }
        }
        self.replace_users(&mut writer, touched, &mut effects);
        self.replace_routes(&mut writer, &places, &mut effects);
        self.revision.store(revision.number(), Ordering::Release);
        effects
    }

    fn put_key(&self, writer: &mut Writer, key: &KeyAccess, effects: &mut Effects) {
        let known = self.current_index().find(key.id, &self.slots);
        let before = known.and_then(|(slot, _)| self.side_of(slot));
        let (grant, rights) = open(writer, &key.reach);
        let old = before.as_ref().and_then(|side| side.bounds.as_ref());
        let bounds = Bounds::new(&key.limits, old);
        let record = Record { id: key.id, digest: key.digest, grant, bounded: bounds.is_some() };
        let side = Side { id: key.id, rights, bounds };
        let slot = match known {
            Some((slot, was)) => {
                let same = match &before {
                    Some(before) => before.same(&side),
                    None => !side.is_needed(),
                };
                if was.grant != grant || !same || !was.digest.matches(&key.digest) {
                    effects.keys.push(key.id);
                }
                slot
            }
            None => match self.take_slot(writer, effects) {
                Some(slot) => slot,
                None => return,
            },
        };
        let ended = before.as_ref().and_then(|side| side.bounds.as_ref()?.expires_at);
        self.expiries.moved(key.id, ended, key.limits.expires_at);
        // A reader who sees the bit or the kind must find what it stands for.
        if side.is_needed() {
            self.sides.write().unwrap_or_else(PoisonError::into_inner).insert(slot, side);
            self.slots.write(slot, &record);
        } else {
            self.slots.write(slot, &record);
            if before.is_some() {
                self.drop_side(slot);
            }
        }
        if known.is_none() {
            writer.used += usize::from(self.current_index().insert(key.id, slot));
            writer.live += 1;
        }
    }

    fn side_of(&self, slot: u32) -> Option<Side> {
        self.sides.read().unwrap_or_else(PoisonError::into_inner).get(&slot).cloned()
    }

    fn drop_side(&self, slot: u32) -> Option<Side> {
        self.sides.write().unwrap_or_else(PoisonError::into_inner).remove(&slot)
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
            let ended = self.drop_side(slot).and_then(|side| side.bounds?.expires_at);
            self.expiries.moved(id, ended, None);
            writer.free.push(slot);
            writer.live -= 1;
        }
    }
}

/// What a reach is in the table: the grant in the slot, and the rights beside it.
fn open(writer: &mut Writer, reach: &KeyReach) -> (Grant, Box<[Right]>) {
    let mut right = |grant: &ProjectGrant| Right {
        project: writer.project(grant.project),
        role: grant.role,
        clusters: grant.clusters.clone(),
        data: (!grant.data.is_whole()).then(|| Arc::new(grant.data.clone())),
    };
    match reach {
        KeyReach::Project(grant) => {
            let right = right(grant);
            match (&right.clusters, &right.data) {
                (ClusterScope::All, None) => {
                    (Grant::Project(right.project, right.role), Box::default())
                }
                _ => (Grant::Listed(right.project, right.role), Box::new([right])),
            }
        }
        KeyReach::Projects(grants) => (Grant::Several, grants.iter().map(right).collect()),
        KeyReach::Organization(id) => {
            (Grant::Organization(writer.organization(*id)), Box::default())
        }
        KeyReach::Nothing => (Grant::Nothing, Box::default()),
    }
}
