//! Whitelists: kept without repetitions, and published to gateways.

use crate::ground::{Ground, Home};
use model::name::Description;
use model::{AddressList, Change, ErrorKind, ProjectId, Revision};
use store::whitelist::{self, Entry, NewEntry};
use store::{Feed, Store};

fn new(cidr: &str) -> NewEntry {
    let description = Description::new("office").unwrap();
    NewEntry { cidr: cidr.parse().unwrap(), description }
}

fn add(home: &Home, cidr: &str) -> Entry {
    home.write(|work| whitelist::insert(work, home.project, new(cidr))).unwrap().into_value()
}

/// What a gateway that follows the feed is told last of the project.
fn told(store: &Store, after: Revision, project: ProjectId) -> Option<AddressList> {
    let Feed::Changes(changes) = store.changes_after(after, 1000).unwrap() else {
        panic!("the log reaches back to {after:?}");
    };
    match changes.items.last() {
        Some(Change::ProjectPut(access)) if access.id == project => Some(access.sources.clone()),
        Some(Change::ProjectGone(id)) if *id == project => None,
        other => panic!("nothing of the project but {other:?}"),
    }
}

/// What a gateway that loads the table is told of whitelists.
fn loaded(store: &Store) -> Vec<AddressList> {
    let mut lists = Vec::new();
    let each = &mut |change| {
        if let Change::ProjectPut(access) = change {
            lists.push(access.sources);
        }
    };
    store.load(each).unwrap();
    lists
}

pub(crate) fn a_whitelist_is_published_with_every_change(ground: &dyn Ground) {
    let home = Home::new(ground);
    let start = home.store.revision().unwrap();
    assert!(loaded(&home.store).is_empty(), "an open project has no record");
    let first = add(&home, "192.0.2.9/24");
    add(&home, "2001:db8::/32");
    let sources = told(&home.store, start, home.project).unwrap();
    let texts: Vec<_> = sources.blocks().iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["192.0.2.0/24", "2001:db8::/32"]);
    assert_eq!(loaded(&home.store), [sources]);
    let gone = home.write(|work| whitelist::delete(work, first.id)).unwrap();
    assert_eq!(gone.into_value(), Some(first.clone()));
    assert_eq!(told(&home.store, start, home.project).unwrap().blocks().len(), 1);
    let before = home.store.revision().unwrap();
    let _ = home.write(|work| whitelist::forget_project(work, home.project)).unwrap();
    assert_eq!(told(&home.store, before, home.project), None, "everybody may enter again");
    assert!(loaded(&home.store).is_empty());
    let none = home.write(|work| whitelist::delete(work, first.id)).unwrap();
    assert_eq!(none.into_value(), None);
}

pub(crate) fn a_whitelist_has_no_block_twice(ground: &dyn Ground) {
    let home = Home::new(ground);
    let kept = add(&home, "10.0.0.0/8");
    let twice = home.write(|work| whitelist::insert(work, home.project, new("10.1.2.3/8")));
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::Conflict);
    let both = || vec![new("10.0.0.1/8"), new("10.0.0.2/8")];
    let twice = home.write(|work| whitelist::replace(work, home.project, both()));
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::Conflict);
    let next = vec![new("192.0.2.1"), new("10.0.0.0/8")];
    let replaced = home.write(|work| whitelist::replace(work, home.project, next)).unwrap();
    let entries = replaced.into_value();
    assert_eq!((entries.len(), entries[0].id), (2, kept.id), "what stays keeps its id");
    let nobody = ProjectId::from_number(7).unwrap();
    let lost = home.write(|work| whitelist::insert(work, nobody, new("10.0.0.0/8")));
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::NotFound);
}
