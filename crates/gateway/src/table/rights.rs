//! What a user of a cluster may do, compiled for decisions.
//!
//! The grants of all roles of a user, sorted by what they are on, so that a decision costs two
//! look-ups however many grants there are. A name counts byte for byte. This module must never
//! widen a grant: what is granted on one collection is held there and nowhere else.

use hashbrown::HashMap;
use model::grant::{DataGrant, NameChoice};
use model::privilege::PrivilegeSet;

/// What is held, by database and collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// On every collection of every database, and on the cluster itself.
    everywhere: PrivilegeSet,
    /// On anything at all.
    any: PrivilegeSet,
    /// On these collections, whatever their database.
    collections: HashMap<Box<[u8]>, PrivilegeSet>,
    /// On any of those.
    of_collections: PrivilegeSet,
    databases: HashMap<Box<[u8]>, InDatabase>,
}

/// What is held in one database.
#[derive(Clone, Debug, PartialEq, Eq)]
struct InDatabase {
    /// On all of its collections, and on itself.
    whole: PrivilegeSet,
    /// On anything in it.
    any: PrivilegeSet,
    collections: HashMap<Box<[u8]>, PrivilegeSet>,
}

impl Rights {
    /// No right at all.
    pub fn none() -> Self {
        Self {
            everywhere: PrivilegeSet::EMPTY,
            any: PrivilegeSet::EMPTY,
            collections: HashMap::new(),
            of_collections: PrivilegeSet::EMPTY,
            databases: HashMap::new(),
        }
    }

    /// Adds rights on everything.
    pub fn add_everywhere(&mut self, privileges: PrivilegeSet) {
        self.everywhere = self.everywhere.union(privileges);
        self.any = self.any.union(privileges);
    }

    /// Adds a grant.
    pub fn add(&mut self, grant: &DataGrant) {
        let held = grant.privileges;
        if held.is_empty() {
            return;
        }
        match (&grant.database, &grant.collection) {
            (NameChoice::Any, NameChoice::Any) => return self.add_everywhere(held),
            (NameChoice::Any, NameChoice::Only(name)) => {
                put(&mut self.collections, name.as_str(), held);
                self.of_collections = self.of_collections.union(held);
            }
            (NameChoice::Only(database), collection) => {
                let name = database.as_str().as_bytes();
                let there = self.databases.entry(name.into()).or_insert_with(|| InDatabase {
                    whole: PrivilegeSet::EMPTY,
                    any: PrivilegeSet::EMPTY,
                    collections: HashMap::new(),
                });
                there.any = there.any.union(held);
                match collection {
                    NameChoice::Any => there.whole = there.whole.union(held),
                    NameChoice::Only(name) => put(&mut there.collections, name.as_str(), held),
                }
            }
        }
        self.any = self.any.union(held);
    }

    /// What is held on every collection of every database, and so on the cluster itself.
    pub fn everywhere(&self) -> PrivilegeSet {
        self.everywhere
    }

    /// What is held on anything at all.
    pub fn any(&self) -> PrivilegeSet {
        self.any
    }

    /// The databases in which something is held by name, in no order.
    pub fn databases(&self) -> impl Iterator<Item = &[u8]> {
        self.databases.keys().map(|name| &**name)
    }

    /// The collections of a database on which something is held by name, in no order.
    pub fn collections(&self, database: &[u8]) -> impl Iterator<Item = &[u8]> {
        let there = self.databases.get(database).map(|there| there.collections.keys());
        self.collections.keys().chain(there.into_iter().flatten()).map(|name| &**name)
    }

    /// What is held on a database with all its collections.
    pub fn on_database(&self, database: &[u8]) -> PrivilegeSet {
        let there = self.databases.get(database);
        there.map_or(self.everywhere, |there| self.everywhere.union(there.whole))
    }

    /// What is held on anything in a database.
    pub fn in_database(&self, database: &[u8]) -> PrivilegeSet {
        let wide = self.everywhere.union(self.of_collections);
        self.databases.get(database).map_or(wide, |there| wide.union(there.any))
    }

    /// What is held on a collection with this name in one database or another. Looks at every
    /// database that is granted.
    pub fn somewhere(&self, collection: &[u8]) -> PrivilegeSet {
        let of = |there: &InDatabase| {
            there.collections.get(collection).map_or(there.whole, |&named| named.union(there.whole))
        };
        let held = self.databases.values().map(of).fold(self.everywhere, PrivilegeSet::union);
        self.collections.get(collection).map_or(held, |&named| held.union(named))
    }

    /// What is held on a collection of a database.
    pub fn on(&self, database: &[u8], collection: &[u8]) -> PrivilegeSet {
        let mut held = self.everywhere;
        if let Some(there) = self.databases.get(database) {
            held = held.union(there.whole);
            if let Some(&named) = there.collections.get(collection) {
                held = held.union(named);
            }
        }
        self.collections.get(collection).map_or(held, |&named| held.union(named))
    }
}

fn put(into: &mut HashMap<Box<[u8]>, PrivilegeSet>, name: &str, held: PrivilegeSet) {
    let there = into.entry(name.as_bytes().into()).or_insert(PrivilegeSet::EMPTY);
    *there = there.union(held);
}
