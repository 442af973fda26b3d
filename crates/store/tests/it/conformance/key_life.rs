//! The life of a key as it is kept: end, switch, successor, parents, limits, scope, reports.

use crate::ground::{Ground, Home, page};
use model::change::KeyLimits;
use model::life::Overlap;
use model::name::{LeakLocation, LeakSource};
use model::privilege::Privilege;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant, Selection};
use model::{
    AccessRole, AddressList, Change, KeyId, KeyLife, KeyState, OrganizationSettings, RateLimit,
    Timestamp,
};
use store::keys::{Key, KeyFilter, KeyKind, KeyOrder, KeySort, KeyUpdate, NewKey};
use store::{Feed, keys, organizations};

/// What gateways are told by the newest revision: for each key what it opens and what bounds it,
/// or that it is gone.
fn published(home: &Home) -> Vec<(KeyId, Option<(KeyReach, KeyLimits)>)> {
    let newest = home.store.revision().unwrap();
    let before = model::Revision::new(newest.number() - 1);
    let Feed::Changes(changes) = home.store.changes_after(before, 10).unwrap() else {
        panic!("the newest revision is in the log");
    };
    let change = |change| match change {
        Change::KeyPut(key) => (key.id, Some((key.reach, key.limits))),
        Change::KeyGone(id) => (id, None),
        other => panic!("only keys change here, not {other:?}"),
    };
    changes.items.into_iter().map(change).collect()
}

fn update(home: &Home, key: &Key, change: impl FnOnce(&mut KeyUpdate)) -> Key {
    let mut update = KeyUpdate::of(key);
    change(&mut update);
    home.write(|work| keys::update(work, key.id, update)).unwrap().into_value()
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn narrowed(home: &Home) -> KeyKind {
    KeyKind::Project(ProjectGrant {
        project: home.project,
        role: AccessRole::ReadWrite,
        clusters: ClusterScope::All,
        data: DataScope {
            databases: Selection::Only(["default".parse().unwrap()].into()),
            collections: Selection::Only(
                ["docs".parse().unwrap(), "team_*".parse().unwrap()].into(),
            ),
            privileges: Selection::Only([Privilege::Insert, Privilege::Search].into()),
        },
    })
}

fn sources() -> AddressList {
    AddressList::new(["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()])
}

pub(crate) fn scope_and_limits_are_kept_and_published(ground: &dyn Ground) {
    let home = Home::new(ground);
    let new = NewKey {
        sources: sources(),
        rate: Some(RateLimit::new(7).unwrap()),
        life: KeyLife::new(Some(at(9_000_000)), at(1)).unwrap(),
        ..home.new_key("narrow", narrowed(&home))
    };
    let made = home.insert(&home.api_key(), new).into_value();
    assert_eq!(home.read(|reader| keys::find(reader, made.id)), Some(made.clone()));
    let reach = |key: &Key| KeyReach::Project(key.grant().unwrap().clone());
    assert_eq!(published(&home), [(made.id, Some((reach(&made), made.limits())))]);

    let empty = update(&home, &made, |update| {
        let KeyKind::Project(grant) = &mut update.kind else { panic!("a project key") };
        grant.data.collections = Selection::Only([].into());
    });
    let found = home.read(|reader| keys::find(reader, made.id)).unwrap();
    assert_eq!(found, empty, "an empty selection stays a selection");
    assert_eq!(published(&home), [(made.id, Some((reach(&empty), made.limits())))]);

    for change in [
        (|update: &mut KeyUpdate| update.sources = AddressList::default()) as fn(&mut KeyUpdate),
        |update| update.rate = None,
        |update| update.life = KeyLife::default(),
    ] {
        let before = home.read(|reader| keys::find(reader, made.id)).unwrap();
        let after = update(&home, &before, change);
        assert_ne!(before.limits(), after.limits());
        assert_eq!(home.read(|reader| keys::find(reader, made.id)), Some(after.clone()));
        assert_eq!(published(&home), [(made.id, Some((reach(&after), after.limits())))]);
    }
    // Whether a key may manage others is no business of gateways.
    let last = home.read(|reader| keys::find(reader, made.id)).unwrap();
    assert!(update(&home, &last, |update| update.manages_keys = true).manages_keys);
    assert!(published(&home).is_empty());
}

pub(crate) fn what_is_switched_off_is_gone_for_gateways(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").into_value();
    let off = update(&home, &key, |update| update.life = update.life.disabled(at(5)));
    assert_eq!(home.read(|reader| keys::find(reader, key.id)), Some(off.clone()));
    assert_eq!(published(&home), [(key.id, None)]);
    let mut loaded = 0;
    home.store.load(&mut |_| loaded += 1).unwrap();
    assert_eq!(loaded, 0, "a reader that loads anew does not hear of it either");

    let on = update(&home, &off, |update| update.life = update.life.enabled(at(6)).unwrap());
    assert!(matches!(&published(&home)[..], [(id, Some(_))] if *id == key.id));
    let gone = update(&home, &on, |update| update.life = update.life.revoked(at(7)));
    assert_eq!(gone.life.state(at(8)), KeyState::Revoked);
    assert_eq!(home.read(|reader| keys::find(reader, key.id)), Some(gone));
    assert_eq!(published(&home), [(key.id, None)]);
}

pub(crate) fn a_key_is_replaced_by_one_key_only(ground: &dyn Ground) {
    let home = Home::new(ground);
    let mut new = home.new_key("default", home.grant(AccessRole::Admin, ClusterScope::All));
    new.is_default = true;
    let old = home.insert(&home.api_key(), new.clone()).into_value();
    let rotate = |plain: &model::ApiKey| {
        let new = NewKey { replaces: Some(old.id), ..new.clone() };
        home.write(|work| {
            let life = old.life.replaced(plain.id(), Overlap::USUAL, work.now())?;
            let update = KeyUpdate { is_default: false, life, ..KeyUpdate::of(&old) };
            Ok((keys::update(work, old.id, update)?, keys::insert(work, plain, new)?))
        })
    };
    let (replaced, successor) = rotate(&home.api_key()).unwrap().into_value();
    assert_eq!(replaced.life.replaced_by(), Some(successor.id));
    assert_eq!((successor.replaces, successor.is_default), (Some(old.id), true));
    for key in [replaced, successor] {
        assert_eq!(home.read(|reader| keys::find(reader, key.id)), Some(key));
    }
    let error = rotate(&home.api_key()).unwrap_err();
    assert!(error.message().contains("already"), "{error}");
}

pub(crate) fn descendants_are_found_beyond_the_dead(ground: &dyn Ground) {
    let home = Home::new(ground);
    let make = |parent: Option<KeyId>| {
        let kind = home.grant(AccessRole::ReadOnly, ClusterScope::All);
        let new = NewKey { parent, ..home.new_key("k", kind) };
        home.insert(&home.api_key(), new).into_value().id
    };
    let root = make(None);
    let child = make(Some(root));
    let [left, right] = [make(Some(child)), make(Some(child))];
    let leaf = make(Some(left));
    let _elsewhere = make(Some(make(None)));
    let below = |id| home.read(|reader| keys::descendants(reader, id));
    let mut grandchildren = [left, right];
    grandchildren.sort();
    assert_eq!(below(root), [&[child][..], &grandchildren, &[leaf]].concat());
    assert_eq!(below(leaf), []);

    // A thief who deletes the keys in between hides nothing.
    for id in [left, child] {
        let _ = home.delete_key(id);
    }
    assert_eq!(below(root), [right, leaf]);
    assert_eq!(below(child), [right, leaf]);
    for id in below(root) {
        let _ = home.delete_key(id);
    }
    assert_eq!(below(root), []);
}

pub(crate) fn the_first_report_stays(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").into_value();
    let before = home.store.revision().unwrap();
    let report = |source: &str| {
        let (source, url) = (LeakSource::new(source).unwrap(), LeakLocation::new("x").unwrap());
        home.write(|work| keys::reported(work, key.id, Some(&source), Some(&url))).unwrap()
    };
    let first = report("a scanner").into_value();
    assert_eq!(first.report.as_ref().unwrap().source.as_ref().unwrap().as_str(), "a scanner");
    assert_eq!(report("somebody else").into_value(), first);
    let Feed::Changes(changes) = home.store.changes_after(before, 10).unwrap() else {
        panic!("the log is long enough");
    };
    assert!(changes.items.is_empty(), "a mark changes nothing for gateways");

    let organization = home.organization;
    let settings = || home.read(|reader| organizations::settings(reader, organization));
    assert!(settings().revoke_reported_keys, "unless somebody says otherwise");
    let told = OrganizationSettings { revoke_reported_keys: false, ..settings() };
    let _ = home.write(|work| organizations::set_settings(work, organization, &told)).unwrap();
    assert_eq!(settings(), told);
}

/// Keys in every state, and lists by state, end and order.
pub(crate) fn lists_know_the_life_of_keys(ground: &dyn Ground) {
    let home = Home::new(ground);
    let day = 24 * 60 * 60 * 1000;
    let now = at(100 * day);
    let ending = |days| KeyLife::new(Some(at(days * day)), at(0)).unwrap();
    let successor = KeyId::from_number(9).unwrap();
    let replaced = |life: KeyLife| life.replaced(successor, Overlap::USUAL, now).unwrap();
    for (name, life) in [
        ("a-open", KeyLife::default()),
        ("b-soon", ending(114)),
        ("c-later", ending(115)),
        ("d-over", ending(100)),
        ("e-off", ending(110).disabled(at(0))),
        ("f-off-over", ending(90).disabled(at(0))),
        ("g-revoked", ending(90).revoked(at(0))),
        ("h-rotated", replaced(KeyLife::default())),
    ] {
        let kind = home.grant(AccessRole::ReadOnly, ClusterScope::All);
        let new = NewKey { life, ..home.new_key(name, kind) };
        let _ = home.insert(&home.api_key(), new);
    }
    let names = |filter: KeyFilter| {
        let by = KeyOrder { by: KeySort::Name, ascending: true };
        let filter = KeyFilter { order: by, ..filter };
        let listed = home.read(|reader| keys::list(reader, &filter, page(1, 100)));
        assert_eq!(listed.count, listed.items.len() as u64);
        let keys: Vec<_> = listed.items.into_iter().map(|entry| entry.key).collect();
        let names = keys.iter().map(|key| key.name.to_string());
        (names.collect::<Vec<_>>().join(" "), keys)
    };
    for state in KeyState::ALL {
        let filter = KeyFilter { state: Some((state, now)), ..KeyFilter::default() };
        let (_, listed) = names(filter);
        assert!(!listed.is_empty());
        assert!(listed.iter().all(|key| key.life.state(now) == state), "{state:?}");
        let (_, all) = names(KeyFilter::default());
        let expected = all.iter().filter(|key| key.life.state(now) == state).count();
        assert_eq!(listed.len(), expected, "{state:?}");
    }
    let soon = KeyFilter { expires_soon: Some(now), ..KeyFilter::default() };
    assert_eq!(names(soon).0, "b-soon h-rotated");
    let before = KeyFilter { expires_before: Some(at(101 * day)), ..KeyFilter::default() };
    assert_eq!(names(before).0, "d-over f-off-over g-revoked");

    for by in [KeySort::Created, KeySort::Name, KeySort::Expires] {
        let ordered = |ascending| {
            let filter = KeyFilter {
                projects: Some(vec![home.project]),
                order: KeyOrder { by, ascending },
                ..KeyFilter::default()
            };
            // In pages, which together are the whole list.
            let page_of = |number| home.read(|reader| keys::list(reader, &filter, page(number, 3)));
            let pages = (1..=3).flat_map(|number| page_of(number).items);
            pages.map(|entry| entry.key.id).collect::<Vec<_>>()
        };
        let (up, mut down) = (ordered(true), ordered(false));
        down.reverse();
        assert_eq!((up.len(), &up), (8, &down), "{by:?}");
    }
}
