//! The change feed: complete, in order, and true whenever it is read.

use crate::ground::{Ground, Home, refusal, vault};
use model::change::KeyAccess;
use model::name::KeyName;
use model::policy::Resource;
use model::scope::{ClusterScope, KeyReach};
use model::{
    AccessRole, Action, Change, ClusterId, ClusterRoleId, ClusterUserId, KeyId, ProjectId, Revision,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use store::keys::KeyUpdate;
use store::{Changes, Feed, Store, clusters, keys, users};

/// What a change is about, and whether the thing is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Key(KeyId, bool),
    Cluster(ClusterId, bool),
    Project(ProjectId, bool),
    User(ClusterUserId, bool),
    Role(ClusterRoleId, bool),
}

fn seen(change: &Change) -> Seen {
    match change {
        Change::KeyPut(key) => Seen::Key(key.id, true),
        Change::KeyGone(id) => Seen::Key(*id, false),
        Change::ClusterPut(cluster) => Seen::Cluster(cluster.id, true),
        Change::ClusterGone(id) => Seen::Cluster(*id, false),
        Change::ProjectPut(project) => Seen::Project(project.id, true),
        Change::ProjectGone(id) => Seen::Project(*id, false),
        Change::ClusterUserPut(user) => Seen::User(user.id, true),
        Change::ClusterUserGone(id) => Seen::User(*id, false),
        Change::ClusterRolePut(role) => Seen::Role(role.id, true),
        Change::ClusterRoleGone(id) => Seen::Role(*id, false),
    }
}

fn after(store: &Store, revision: Revision, limit: usize) -> Changes {
    match store.changes_after(revision, limit).unwrap() {
        Feed::Changes(changes) => changes,
        other => panic!("no changes but {other:?}"),
    }
}

fn items(store: &Store, revision: Revision) -> Vec<Seen> {
    let changes = after(store, revision, 1000);
    assert!(changes.complete);
    changes.items.iter().map(seen).collect()
}

/// The whole table, by what a reader that loads it sees.
fn loaded(store: &Store) -> (Revision, BTreeSet<Seen>, Vec<KeyAccess>) {
    let (mut all, mut accesses) = (BTreeSet::new(), Vec::new());
    let revision = store
        .load(&mut |change| {
            all.insert(seen(&change));
            if let Change::KeyPut(key) = change {
                accesses.push(key);
            }
        })
        .unwrap();
    (revision.revision(), all, accesses)
}

pub(crate) fn every_change_is_seen_in_order(ground: &dyn Ground) {
    let home = Home::new(ground);
    let start = home.store.revision().unwrap();
    assert!(items(&home.store, start).is_empty());
    let cluster = home.insert_cluster("one");
    let first = home.insert_key("first").into_value().id;
    let second = home.insert_key("second").into_value().id;
    let gone = home.delete_key(first);

    let changes = after(&home.store, start, 1000);
    assert_eq!((changes.upto, changes.complete), (gone.revision(), true));
    // The first key is gone by now, so its creation reads as "gone" too: late, and right.
    let expected = [
        Seen::Cluster(cluster, true),
        Seen::Key(first, false),
        Seen::Key(second, true),
        Seen::Key(first, false),
    ];
    assert_eq!(changes.items.iter().map(seen).collect::<Vec<_>>(), expected);
    assert!(after(&home.store, gone.revision(), 1000).items.is_empty());

    let (revision, all, _) = loaded(&home.store);
    assert_eq!(revision, gone.revision());
    assert_eq!(all, BTreeSet::from([expected[0], expected[2]]));
}

pub(crate) fn changes_say_how_things_are_now(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.api_key();
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let made = home.insert(&key, home.new_key("one", kind));
    let cluster = home.insert_cluster("one");
    let before = home.store.revision().unwrap();
    let scope = ClusterScope::Only([cluster].into());
    let update = KeyUpdate {
        name: KeyName::new("renamed").unwrap(),
        kind: home.grant(AccessRole::ReadOnly, scope.clone()),
        ..KeyUpdate::of(made.value())
    };
    let _ = home.write(|work| keys::update(work, key.id(), update)).unwrap();

    let changes = after(&home.store, before, 1000);
    let [Change::KeyPut(access)] = &changes.items[..] else {
        panic!("one change, not {:?}", changes.items);
    };
    let KeyReach::Project(grant) = &access.reach else {
        panic!("a project key opens its project, not {:?}", access.reach);
    };
    assert_eq!((grant.project, grant.role), (home.project, AccessRole::ReadOnly));
    assert_eq!(grant.clusters, scope);
    assert!(access.digest.matches(&key.digest(&vault().digest_key())));
    let (_, _, accesses) = loaded(&home.store);
    assert_eq!(accesses[0].reach, access.reach);
    assert!(accesses[0].digest.matches(&access.digest));
}

pub(crate) fn batches_end_with_a_revision(ground: &dyn Ground) {
    let home = Home::new(ground);
    let start = home.store.revision().unwrap();
    // Revisions of one, three and one change.
    let single = home.insert_cluster("one");
    let three = home
        .write(|work| {
            ["a", "b", "c"]
                .map(|name| home.new_cluster(name, None))
                .into_iter()
                .try_for_each(|new| clusters::insert(work, new).map(|_| ()))
        })
        .unwrap()
        .revision();
    let last = home.insert_key("key").revision();

    let batch = after(&home.store, start, 1);
    assert_eq!(batch.items.len(), 1);
    assert_eq!(seen(&batch.items[0]), Seen::Cluster(single, true));
    assert_eq!((batch.upto.number(), batch.complete), (start.number() + 1, false));
    for limit in [1, 2, 3] {
        let whole = after(&home.store, batch.upto, limit);
        assert_eq!((whole.items.len(), whole.upto, whole.complete), (3, three, false));
    }
    let rest = after(&home.store, batch.upto, 4);
    assert_eq!((rest.items.len(), rest.upto, rest.complete), (4, last, true));
    // A limit of nothing still makes progress.
    assert_eq!(after(&home.store, start, 0).items.len(), 1);
}

pub(crate) fn a_store_put_back_in_time_is_noticed(ground: &dyn Ground) {
    let home = Home::new(ground);
    let newest = home.store.revision().unwrap();
    let future = Revision::new(newest.number() + 1);
    let feed = home.store.changes_after(future, 10).unwrap();
    assert!(matches!(feed, Feed::WentBack(at) if at == newest), "{feed:?}");
}

pub(crate) fn a_detached_cluster_changes_the_keys_that_name_it(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [kept, gone] = ["kept", "gone"].map(|name| home.insert_cluster(name));
    let scope = ClusterScope::Only([kept, gone].into());
    let kind = home.grant(AccessRole::Admin, scope);
    let narrow = home.insert(&home.api_key(), home.new_key("narrow", kind)).into_value().id;
    let _ = home.insert_key("wide");
    let before = home.store.revision().unwrap();
    let committed = home.write(|work| clusters::delete(work, gone)).unwrap();
    assert_eq!(committed.value().as_ref().map(|cluster| cluster.id), Some(gone));

    let expected = [Seen::Cluster(gone, false), Seen::Key(narrow, true)];
    assert_eq!(items(&home.store, before), expected);
    let key = home.read(|reader| keys::find(reader, narrow)).unwrap();
    assert_eq!(key.grant().unwrap().clusters, ClusterScope::Only([kept].into()));

    // Nothing that was narrowed ever becomes wide because the list ran empty.
    let _ = home.write(|work| clusters::delete(work, kept)).unwrap();
    let key = home.read(|reader| keys::find(reader, narrow)).unwrap();
    assert_eq!(key.grant().unwrap().clusters, ClusterScope::Only([].into()));
    let (_, _, accesses) = loaded(&home.store);
    let access = accesses.iter().find(|access| access.id == narrow).unwrap();
    let KeyReach::Project(grant) = &access.reach else {
        panic!("a project key");
    };
    assert_eq!(grant.clusters, ClusterScope::Only([].into()));
}

pub(crate) fn what_gateways_cannot_see_is_not_published(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").into_value();
    let before = home.store.revision().unwrap();
    home.insert_user("ada@example.com");
    let update = KeyUpdate { name: KeyName::new("renamed").unwrap(), ..KeyUpdate::of(&key) };
    let _ = home.write(|work| keys::update(work, key.id, update)).unwrap();
    let changes = after(&home.store, before, 10);
    assert!(changes.items.is_empty());
    assert_eq!(changes.upto.number(), before.number() + 2);
    let found = home.read(|reader| {
        users::find_by_email(reader, &model::name::Email::new("ada@example.com").unwrap())
    });
    assert!(found.is_some());
}

const WRITERS: usize = 8;
const CHANGES_EACH: usize = 40;

/// Writers on two stores of one database make and delete keys, while a reader follows the feed in
/// small batches: no revision is skipped, no change is lost, doubled or out of order.
pub(crate) fn concurrent_writers_leave_no_gap(ground: &dyn Ground) {
    let home = Home::new(ground);
    let other = home.through(ground.open(vault()));
    let start = home.store.revision().unwrap();
    let committed = Mutex::new(BTreeMap::new());
    let done = AtomicBool::new(false);
    let followed = thread::scope(|scope| {
        let follower = scope.spawn(|| follow(&home.store, start, &done));
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let home = if number % 2 == 0 { &home } else { &other };
                let committed = &committed;
                scope.spawn(move || write_changes(home, committed))
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        follower.join().unwrap()
    });

    let committed = committed.into_inner().unwrap();
    let revisions: Vec<u64> = committed.keys().map(|revision| revision.number()).collect();
    let total = (WRITERS * CHANGES_EACH) as u64;
    let expected: Vec<u64> = (1..=total).map(|number| start.number() + number).collect();
    assert_eq!(revisions, expected, "revisions without a gap");
    let order: Vec<KeyId> = committed.into_values().collect();
    let ids: Vec<KeyId> = followed.iter().map(key_id).collect();
    assert_eq!(ids, order, "every change once, in the order of commits");

    // Applying the feed one by one ends at what a fresh reader loads.
    let mut table = BTreeSet::new();
    for change in &followed {
        match *change {
            Seen::Key(id, true) => table.insert(Seen::Key(id, true)),
            Seen::Key(id, false) => table.remove(&Seen::Key(id, true)),
            _ => panic!("only keys were touched"),
        };
    }
    assert_eq!(loaded(&home.store).1, table);
}

fn key_id(change: &Seen) -> KeyId {
    match *change {
        Seen::Key(id, _) => id,
        _ => panic!("only keys were touched"),
    }
}

fn write_changes(home: &Home, committed: &Mutex<BTreeMap<Revision, KeyId>>) {
    let mut last = None;
    for round in 0..CHANGES_EACH {
        let (revision, id) = match last.take() {
            Some(id) if round % 3 == 2 => (home.delete_key(id).revision(), id),
            _ => {
                let made = home.insert_key("key");
                last = Some(made.value().id);
                (made.revision(), made.value().id)
            }
        };
        let doubled = committed.lock().unwrap().insert(revision, id);
        assert!(doubled.is_none(), "{revision:?} was given out twice");
    }
}

/// Reads the feed until the writers are done and nothing is left.
fn follow(store: &Store, start: Revision, done: &AtomicBool) -> Vec<Seen> {
    let (mut at, mut all) = (start, Vec::new());
    loop {
        let finished = done.load(Ordering::SeqCst);
        let batch = after(store, at, 3);
        assert!(batch.upto >= at);
        assert_eq!(batch.items.is_empty(), batch.upto == at);
        all.extend(batch.items.iter().map(seen));
        at = batch.upto;
        if batch.complete && finished {
            return all;
        }
    }
}

/// A database that is as new as what a reader has seen, and is not the one that it has seen: as
/// after a change of servers in which some changes were lost and others made since.
pub(crate) fn another_history_is_no_continuation(one: &dyn Ground, other: &dyn Ground) {
    let homes = [Home::new(one), Home::new(other)];
    for home in &homes {
        let _ = home.insert_key("a-key");
    }
    let seen = homes.each_ref().map(|home| home.store.load(&mut |_| {}).unwrap());
    assert_eq!(seen[0].revision(), seen[1].revision());
    let feeds = || {
        [(0, 0), (1, 1), (0, 1), (1, 0)].map(|(store, of)| {
            matches!(homes[store].store.changes_after(seen[of], 10).unwrap(), Feed::Changes(_))
        })
    };
    assert_eq!(feeds(), [true, true, false, false]);
    for home in &homes {
        for name in ["more", "and-more"] {
            let _ = home.insert_key(name);
        }
        // What changes nothing for gateways is in the history and no part of what they have seen.
        home.store
            .record(&refusal(Action::CreateProject, Resource::Organization(home.organization)))
            .unwrap();
    }
    assert_eq!(feeds(), [true, true, false, false]);
    // Whoever reads batch by batch is told as well, in the middle.
    let Feed::Changes(part) = homes[0].store.changes_after(seen[0], 1).unwrap() else {
        panic!("its own history")
    };
    assert!(!part.complete);
    assert!(matches!(homes[0].store.changes_after(part.seen, 1).unwrap(), Feed::Changes(_)));
    assert!(matches!(homes[1].store.changes_after(part.seen, 1).unwrap(), Feed::WentBack(_)));
}
