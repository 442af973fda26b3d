//! The rules of grants, each against a plain restatement of it.

use super::*;
use proptest::prelude::*;

fn target(database: &str, collection: &str) -> GrantTarget {
    GrantTarget {
        database: NameChoice::new(database).unwrap(),
        collection: NameChoice::new(collection).unwrap(),
    }
}

#[test]
fn every_privilege_has_the_level_of_its_groups() {
    for group in BuiltInGroup::all() {
        assert_eq!(BuiltInGroup::from_name(group.as_str()), Some(group));
        assert!(group.as_str().starts_with(group.level().as_str()));
        for privilege in group.privileges().iter() {
            assert_eq!(privilege.level(), group.level(), "{privilege}");
        }
        assert_eq!(level_of(group.privileges()).unwrap(), Some(group.level()));
    }
    let grouped =
        BuiltInGroup::all().fold(PrivilegeSet::EMPTY, |all, group| all.union(group.privileges()));
    let ungrouped: Vec<_> = PrivilegeSet::ALL.without(grouped).iter().collect();
    assert_eq!(ungrouped, [Privilege::ManageRLS, Privilege::ViewRLS]);
    let all = Level::ALL.iter().fold(PrivilegeSet::EMPTY, |all, one| all.union(one.privileges()));
    assert_eq!(all, PrivilegeSet::ALL);
    let mixed = PrivilegeSet::EMPTY.with(Privilege::Search).with(Privilege::CreateDatabase);
    assert!(level_of(mixed).unwrap_err().message().starts_with("privileges: "));
    assert_eq!(level_of(PrivilegeSet::EMPTY).unwrap(), None);
}

#[test]
fn a_right_needs_a_target_of_its_level() {
    let cases = [
        ("*", "*", [true, true, true]),
        ("sales", "*", [true, true, false]),
        ("sales", "docs", [true, false, false]),
        ("*", "docs", [false, false, false]),
    ];
    for (database, collection, fits) in cases {
        let target = target(database, collection);
        let found: Vec<_> = Level::ALL.iter().map(|&level| target.fits(level).is_ok()).collect();
        assert_eq!(found, fits, "{target}");
    }
    let refused = target("sales", "*").fits(Level::Cluster).unwrap_err();
    assert_eq!(refused.message(), "database: must be * for a right on the cluster");
    let refused = target("*", "docs").fits(Level::Collection).unwrap_err();
    assert_eq!(refused.message(), "database: must be named where a collection is");
}

#[test]
fn what_is_granted_is_read_as_it_is_written() {
    for text in ["Search", "CollectionReadOnly", "my_group", "Collection.*", "Cluster.*"] {
        assert_eq!(Granted::new(text).unwrap().to_string(), text);
    }
    assert!(matches!(Granted::new("Search"), Ok(Granted::Privilege(Privilege::Search))));
    assert!(matches!(Granted::new("my_group"), Ok(Granted::Group(_))));
    for bad in ["", "*", "a b", "9", "Table.*", ".*", "search-all"] {
        let error = Granted::new(bad).unwrap_err();
        assert!(error.message().starts_with("privilege: "), "{bad:?}");
    }
    for taken in ["Search", "ClusterAdmin"] {
        assert!(PrivilegeGroupName::new(taken).unwrap_err().message().contains("built-in"));
    }
}

#[test]
fn names_of_databases_and_collections_follow_milvus() {
    for good in ["default", "_a", "A-b$1", &"d".repeat(255)] {
        assert_eq!(NameChoice::new(good).unwrap().as_str(), good);
    }
    for bad in ["", "9", "-a", "a*", "a b", "é", "a.b", &"d".repeat(256)] {
        assert!(NameChoice::new(bad).is_err(), "{bad:?}");
    }
    assert!(NameChoice::new("*").unwrap().is_any());
}

fn choices() -> impl Strategy<Value = NameChoice> {
    prop_oneof![Just("*"), Just("a"), Just("b")].prop_map(|text| NameChoice::new(text).unwrap())
}

fn targets() -> impl Strategy<Value = GrantTarget> {
    (choices(), choices()).prop_map(|(database, collection)| GrantTarget { database, collection })
}

fn sets() -> impl Strategy<Value = PrivilegeSet> {
    prop::collection::vec(0..Privilege::ALL.len(), 0..6)
        .prop_map(|picked| picked.into_iter().map(|index| Privilege::ALL[index]).collect())
}

proptest! {
    /// The plain reading of the rules, grant by grant, says the same as the compiled form.
    #[test]
    fn compiling_changes_nothing(
        grants in prop::collection::vec((targets(), sets()), 0..8),
        privilege in 0..Privilege::ALL.len(),
        database in "[abc]",
        collection in prop::option::of("[abc]"),
    ) {
        let privilege = Privilege::ALL[privilege];
        let (database, collection) = (database.as_bytes(), collection.as_deref());
        let plain = grants.iter().any(|(target, set)| {
            let here = match collection {
                Some(name) => target.collection.admits(name.as_bytes()),
                None => target.collection == NameChoice::Any,
            };
            set.contains(privilege)
                && target.fits(privilege.level()).is_ok()
                && target.database.admits(database)
                && here
        });
        let compiled = compile(grants.iter().map(|(target, set)| (target, *set)));
        let found = compiled
            .iter()
            .any(|grant| grant.allows(privilege, database, collection.map(str::as_bytes)));
        prop_assert_eq!(found, plain);
        // One entry a target, none of them empty, whatever the order of the grants.
        let again = compile(grants.iter().rev().map(|(target, set)| (target, *set)));
        prop_assert_eq!(&compiled, &again);
        prop_assert!(compiled.iter().all(|grant| !grant.privileges.is_empty()));
    }

    /// One more grant never takes a right away.
    #[test]
    fn more_grants_never_allow_less(
        grants in prop::collection::vec((targets(), sets()), 0..6),
        more in (targets(), sets()),
        database in "[abc]",
        collection in "[abc]",
    ) {
        let fewer = compile(grants.iter().map(|(target, set)| (target, *set)));
        let with = grants.iter().chain([&more]);
        let with = compile(with.map(|(target, set)| (target, *set)));
        for &privilege in Privilege::ALL {
            let (database, collection) = (database.as_bytes(), Some(collection.as_bytes()));
            let allows = |grants: &[DataGrant]| {
                grants.iter().any(|grant| grant.allows(privilege, database, collection))
            };
            prop_assert!(!allows(&fewer) || allows(&with));
        }
    }
}
