//! Replacing the whole table by what a store has, which is handed over piece by piece: a table of
//! millions of keys is never held twice.
//!
//! What is handed over is the state of one snapshot that is newer than what the table holds, so
//! each piece may hold as soon as it is there. What was in the table and was not handed over goes
//! at the end, and only then does the table say that it has reached the snapshot's revision. A
//! load that is given up leaves the table at its old revision, and a table that was never loaded
//! closed.

use super::{AccessTable, Effects};
use hashbrown::HashSet;
use model::{Change, ClusterId, ClusterRoleId, ClusterUserId, ProjectId, Revision};

/// How many changes are applied at once.
const BATCH: usize = 1024;

/// A load under way.
#[derive(Debug)]
pub struct Load<'t> {
    table: &'t AccessTable,
    waiting: Vec<Change>,
    /// One bit for each slot of a key that was handed over.
    slots: Vec<u64>,
    clusters: HashSet<ClusterId>,
    projects: HashSet<ProjectId>,
    users: HashSet<ClusterUserId>,
    roles: HashSet<ClusterRoleId>,
    effects: Effects,
}

impl AccessTable {
    /// Begins a load. One at a time, and nothing else may change the table meanwhile.
    pub fn load(&self) -> Load<'_> {
        Load {
            table: self,
            waiting: Vec::with_capacity(BATCH),
            slots: Vec::new(),
            clusters: HashSet::new(),
            projects: HashSet::new(),
            users: HashSet::new(),
            roles: HashSet::new(),
            effects: Effects::default(),
        }
    }
}

impl Load<'_> {
    /// Takes something that is in the snapshot.
    pub fn put(&mut self, change: Change) {
        match &change {
            Change::ClusterPut(route) => drop(self.clusters.insert(route.id)),
            Change::ProjectPut(access) => drop(self.projects.insert(access.id)),
            Change::ClusterUserPut(user) => drop(self.users.insert(user.id)),
            Change::ClusterRolePut(role) => drop(self.roles.insert(role.id)),
            _ => {}
        }
        self.waiting.push(change);
        if self.waiting.len() >= BATCH {
            self.apply_waiting();
        }
    }

    /// Takes out what was not in the snapshot, and says what the workers must do.
    pub fn finish(mut self, revision: Revision) -> Effects {
        self.apply_waiting();
        let gone = self.gone();
        self.effects.join(self.table.apply(revision, &gone));
        self.effects
    }

    /// Ends a load whose rest will not come, and says what the workers must do about the part that
    /// is in the table.
    pub fn give_up(self) -> Effects {
        self.effects
    }

    fn apply_waiting(&mut self) {
        self.effects.join(self.table.apply(self.table.revision(), &self.waiting));
        let index = self.table.current_index();
        for change in self.waiting.drain(..) {
            if let Change::KeyPut(key) = change
                && let Some((slot, _)) = index.find(key.id, &self.table.slots)
            {
                let (word, bit) = (slot as usize / 64, slot % 64);
                if self.slots.len() <= word {
                    self.slots.resize(word + 1, 0);
                }
                self.slots[word] |= 1 << bit;
            }
        }
    }

    fn gone(&self) -> Vec<Change> {
        let table = self.table;
        let routes = table.current_routes();
        let routes = routes.all().filter(|route| !self.clusters.contains(&route.id));
        let mut gone: Vec<_> = routes.map(|route| Change::ClusterGone(route.id)).collect();
        let writer = table.lock_writer();
        let (users, roles) = writer.people.others(&self.users, &self.roles);
        gone.extend(users.into_iter().map(Change::ClusterUserGone));
        gone.extend(roles.into_iter().map(Change::ClusterRoleGone));
        let listed = writer.whitelists.keys().filter(|id| !self.projects.contains(*id));
        gone.extend(listed.map(|id| Change::ProjectGone(*id)));
        let slots = 0..writer.slots();
        drop(writer);
        let gone_keys =
            slots.filter(|&slot| !self.has(slot)).filter_map(|slot| table.slots.read(slot));
        gone.extend(gone_keys.map(|record| Change::KeyGone(record.id)));
        gone
    }

    fn has(&self, slot: u32) -> bool {
        self.slots.get(slot as usize / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }
}
