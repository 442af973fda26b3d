//! Lists of keys: which way SQLite goes through them. To add an order: its letter in `plans`; to
//! add a filter that an index finds the keys of: a line in `narrowed`.

use super::*;
use crate::keys::KeyOrder;
use crate::keys::filter::conditions;
use crate::keys::way::{Source, Way};
use crate::{MasterKey, Store, Vault};
use model::entropy::SequenceEntropy;
use model::{
    AccessRole, Clock, ClusterId, KeyId, KeyState, OrganizationId, ProjectId, Timestamp, UserId,
};
use std::sync::Arc;

struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1)
    }
}

const SORTS: [KeySort; 4] = [KeySort::Created, KeySort::Name, KeySort::Expires, KeySort::Used];

/// How SQLite goes about a query.
fn plan(reader: &Reader<'_>, sql: &str, values: &[Value]) -> String {
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let lines = reader.sql.all(&explain, values, |row| Ok(row.text(3)?.to_owned())).unwrap();
    lines.join("; ")
}

/// How SQLite goes about the first and a later page in an order, either way.
fn plans(reader: &Reader<'_>, filter: &KeyFilter, way: Way) -> Vec<String> {
    let by = filter.order.by;
    let value = if by == KeySort::Name { "n" } else { "1" };
    let letter = ['c', 'n', 'e', 'u'][by as usize];
    let id = KeyId::from_number(1).unwrap();
    let cursor: KeyCursor = format!("{letter}{value}.{id}").parse().unwrap();
    let starts = [
        (KeyStart::First, false),
        (KeyStart::Last, true),
        (KeyStart::After(cursor.clone()), false),
        (KeyStart::Before(cursor), true),
    ];
    let plan = |(start, back): (KeyStart, bool)| {
        let (sql, values) = walk_sql(filter, way, &start, back, 50).unwrap();
        plan(reader, &sql, &values)
    };
    starts.map(plan).into()
}

fn store(folder: &tempfile::TempDir) -> Store {
    let vault = Vault::new(&MasterKey::from_bytes([7; 32]));
    let entropy = Arc::new(SequenceEntropy::new(1));
    Store::open(folder.path(), vault, Arc::new(Midnight), entropy).unwrap()
}

/// The keys of an organization, and those of a project.
fn places() -> [KeyFilter; 2] {
    let organization = Some(OrganizationId::from_number(1).unwrap());
    let projects = Some(vec![ProjectId::from_number(1).unwrap()]);
    [
        KeyFilter { organization, ..KeyFilter::default() },
        KeyFilter { projects, ..KeyFilter::default() },
    ]
}

/// What few keys are, and the name of the index that finds them in a place.
fn narrowed(place: &KeyFilter) -> Vec<(KeyFilter, String)> {
    let now = Timestamp::from_millis(5);
    let here = if place.projects.is_some() { "project" } else { "organization" };
    let of = |change: &dyn Fn(&mut KeyFilter)| {
        let mut filter = place.clone();
        change(&mut filter);
        filter
    };
    let state = |state| of(&|filter| filter.state = Some((state, now)));
    let reported =
        if place.projects.is_some() { "keys_reported_of_project" } else { "keys_reported" };
    let by_end = format!("keys_of_{here}_by_end");
    let off = format!("keys_off_of_{here}");
    let mut all = vec![
        (of(&|filter| filter.reported = Some(true)), reported.to_owned()),
        (of(&|filter| filter.parent = KeyId::from_number(3)), "keys_by_parent".to_owned()),
        (of(&|filter| filter.creator = Some("operator".to_owned())), "keys_by_creator".to_owned()),
        (of(&|filter| filter.role = Some(AccessRole::Admin)), format!("keys_by_role_of_{here}")),
        (of(&|filter| filter.expires_soon = Some(now)), by_end.clone()),
        (of(&|filter| filter.expires_before = Some(now)), by_end.clone()),
        (state(KeyState::Active), by_end.clone()),
        (state(KeyState::Expired), by_end),
        (state(KeyState::Rotated), format!("keys_replaced_of_{here}")),
        (state(KeyState::Disabled), off.clone()),
        (state(KeyState::Revoked), off),
    ];
    if place.projects.is_none() {
        // Keys of people are in no project.
        all.push((of(&|filter| filter.personal = Some(true)), "keys_of_people".to_owned()));
        all.push((of(&|filter| filter.user = UserId::from_number(4)), "keys_of_user".to_owned()));
    }
    all
}

/// What a condition looks up in another table than that of the keys: a few entries of an index, and
/// then those keys by their ids.
fn check_entries(reader: &Reader<'_>, filter: &KeyFilter, indexes: &[&str]) {
    assert_eq!(Way::of(reader, filter).unwrap(), Way::Found(0));
    let mut values = Vec::new();
    let entries = conditions(filter)[0].index.as_ref().unwrap().entries.clone().unwrap();
    let sql = format!("SELECT count(*) FROM ({} LIMIT 9) found", entries.number(&mut values));
    let counted = plan(reader, &sql, &values);
    let Source { sql, values, .. } = Way::Found(0).source(filter);
    let listed = plan(reader, &format!("SELECT count(*) FROM {sql}"), &values);
    let (sql, values) = walk_sql(filter, Way::InOrder, &KeyStart::First, false, 50).unwrap();
    let walked = plan(reader, &sql, &values);
    for plan in [&counted, &listed] {
        for index in indexes {
            assert!(plan.contains(&format!("COVERING INDEX {index} (")), "{index}: {plan}");
        }
        let steps = plan.split("; ").filter(|step| step.starts_with("SEARCH"));
        for step in steps.filter(|step| !indexes.iter().any(|index| step.contains(index))) {
            assert!(step.contains("id=?") || step.contains("id>? AND id<?"), "{plan}");
        }
    }
    assert!(![counted, listed, walked].iter().any(|plan| plan.contains("SCAN k")));
}

#[test]
fn words_and_clusters_are_looked_up_in_indexes_of_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let check = |reader: &Reader<'_>| {
        for place in places() {
            let here = if place.projects.is_some() { "project" } else { "organization" };
            let index = format!("key_words_of_{here}");
            for search in ["a", "nightly backup", "key-abcd"] {
                let filter = KeyFilter { search: Some(search.to_owned()), ..place.clone() };
                check_entries(reader, &filter, &[&index]);
            }
            let filter = KeyFilter { cluster: ClusterId::from_number(1), ..place };
            check_entries(reader, &filter, &["key_clusters_by_cluster", "keys_of_all_clusters"]);
        }
        Ok(())
    };
    store(&folder).read(check).unwrap();
}

/// What few keys are must not be looked for among all of them, in whatever order: the entries of an
/// index are taken, and their rows by their ids.
#[test]
fn what_few_keys_are_is_found_in_an_index_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let check = |reader: &Reader<'_>| {
        for place in places() {
            for (filter, index) in narrowed(&place) {
                // The way is taken because there are few; here there are none.
                assert_eq!(Way::of(reader, &filter)?, Way::Found(0), "{filter:?}");
                let Source { sql, values, .. } = Way::Found(0).source(&filter);
                let count = plan(reader, &format!("SELECT count(*) FROM {sql}"), &values);
                let mut plans_of_all = vec![count];
                for by in SORTS {
                    for ascending in [true, false] {
                        let order = KeyOrder { by, ascending };
                        let filter = KeyFilter { order, ..filter.clone() };
                        plans_of_all.extend(plans(reader, &filter, Way::Found(0)));
                    }
                }
                for plan in plans_of_all {
                    let by_it = format!("INDEX {index} (");
                    assert!(plan.contains(&by_it) && !plan.contains("SCAN"), "{filter:?}: {plan}");
                    // Every other step takes a row by its id.
                    let steps = plan.split("; ").filter(|step| step.starts_with("SEARCH"));
                    for step in steps.filter(|step| !step.contains(&by_it)) {
                        assert!(step.contains("id=?"), "{plan}");
                        assert!(!step.contains("INDEX keys_"), "{filter:?}: {plan}");
                    }
                }
            }
        }
        Ok(())
    };
    store(&folder).read(check).unwrap();
}

/// A list must not look at every key: the index that has its order is walked from the place where
/// the page begins.
#[test]
fn every_page_of_a_walk_is_read_from_an_index_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let check = |reader: &Reader<'_>| {
        for place in places() {
            for (by, ascending) in SORTS.into_iter().flat_map(|by| [(by, true), (by, false)]) {
                let order = KeyOrder { by, ascending };
                let filter = KeyFilter { order, ..place.clone() };
                assert_eq!(Way::of(reader, &filter)?, Way::InOrder);
                for plan in plans(reader, &filter, Way::InOrder) {
                    let sorted = plan.contains("TEMP B-TREE FOR ORDER BY");
                    assert!(!plan.contains("SCAN") && !sorted, "{order:?}: {plan}");
                }
            }
        }
        Ok(())
    };
    store(&folder).read(check).unwrap();
}
