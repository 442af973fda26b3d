//! Walks through lists of keys: every key once, from wherever one goes on, and counted without a
//! look at each.

use crate::ground::{Ground, Home, page};
use model::scope::ClusterScope;
use model::usage::{ClientLabel, LastUse, UsageBatch};
use model::{AccessRole, GatewayId, KeyId, ProjectId, Timestamp};
use store::keys::{KeyCursor, KeyFilter, KeyKind, KeyOrder, KeySort, KeyStart, KeyWalk};
use store::{keys, projects, usage};

const SORTS: [KeySort; 4] = [KeySort::Created, KeySort::Name, KeySort::Expires, KeySort::Used];

fn of_project(home: &Home, by: KeySort, ascending: bool) -> KeyFilter {
    let order = KeyOrder { by, ascending };
    KeyFilter { projects: Some(vec![home.project]), order, ..KeyFilter::default() }
}

fn walk(home: &Home, filter: &KeyFilter, start: &KeyStart) -> KeyWalk {
    home.read(|reader| keys::walk(reader, filter, start, 3))
}

fn names(walk: &KeyWalk) -> String {
    walk.items.iter().map(|entry| entry.key.name.to_string()).collect::<Vec<_>>().join(" ")
}

/// Seven keys of one moment, some of one name.
fn seven(home: &Home) -> Vec<KeyId> {
    let made = home.write(|work| {
        ["b", "a", "b", "c", "b", "a", "d"]
            .into_iter()
            .map(|name| {
                let kind = home.grant(AccessRole::Admin, ClusterScope::All);
                Ok(keys::insert(work, &home.api_key(), home.new_key(name, kind))?.id)
            })
            .collect::<Result<Vec<_>, _>>()
    });
    made.unwrap().into_value()
}

fn use_them(home: &Home, sequence: u64, uses: &[(KeyId, i64)]) {
    let gateway = GatewayId::from_number(1).unwrap();
    let used = |(key, millis): &(KeyId, i64)| {
        let at = Timestamp::from_millis(*millis);
        let last = LastUse {
            at,
            from: "2001:db8::9".parse().unwrap(),
            client: ClientLabel::new(b"client"),
        };
        (*key, last)
    };
    let batch = UsageBatch { counts: Vec::new(), last: uses.iter().map(used).collect() };
    usage::record(&home.store, gateway, sequence, &batch).unwrap();
}

pub(crate) fn a_walk_meets_every_key_once_in_either_direction(ground: &dyn Ground) {
    let home = Home::new(ground);
    let keys = seven(&home);
    // Two were used at the same moment, the others never.
    use_them(&home, 1, &[(keys[1], 50), (keys[4], 50), (keys[6], 10)]);
    for by in SORTS {
        for ascending in [true, false] {
            let filter = of_project(&home, by, ascending);
            let whole = home.read(|reader| keys::list(reader, &filter, page(1, 100))).items;
            let (mut forwards, mut start) = (Vec::new(), KeyStart::First);
            loop {
                let part = walk(&home, &filter, &start);
                assert_eq!(part.before, start != KeyStart::First);
                forwards.extend(part.items.clone());
                let Some(last) = part.items.last().filter(|_| part.after) else { break };
                start = KeyStart::After(last.cursor.to_string().parse::<KeyCursor>().unwrap());
            }
            assert_eq!(forwards, whole, "{by:?} {ascending}");
            let (mut backwards, mut start) = (Vec::new(), KeyStart::Last);
            loop {
                let part = walk(&home, &filter, &start);
                assert_eq!(part.after, start != KeyStart::Last);
                backwards.splice(0..0, part.items.clone());
                let Some(first) = part.items.first().filter(|_| part.before) else { break };
                start = KeyStart::Before(first.cursor.clone());
            }
            assert_eq!(backwards, whole, "{by:?} {ascending}");
            // Numbered pages agree with the walk.
            let numbered = (1..=3).flat_map(|number| {
                home.read(|reader| keys::list(reader, &filter, page(number, 3))).items
            });
            assert_eq!(numbered.collect::<Vec<_>>(), whole, "{by:?} {ascending}");
        }
    }
}

pub(crate) fn a_walk_goes_on_where_its_key_was(ground: &dyn Ground) {
    let home = Home::new(ground);
    seven(&home);
    let filter = of_project(&home, KeySort::Name, true);
    let first = walk(&home, &filter, &KeyStart::First);
    assert_eq!(names(&first), "a a b");
    let last = first.items.last().unwrap();
    let _ = home.delete_key(last.key.id);
    let start = KeyStart::After(last.cursor.clone());
    assert_eq!(names(&walk(&home, &filter, &start)), "b b c");
    let newest = of_project(&home, KeySort::Created, false);
    let refused = home.store.read(|reader| keys::walk(reader, &newest, &start, 3)).unwrap_err();
    assert_eq!(refused.message(), "cursor: is a cursor of a list in another order");
}

pub(crate) fn keys_are_counted_as_they_come_and_go(ground: &dyn Ground) {
    let home = Home::new(ground);
    let second = ProjectId::generate(&*home.entropy);
    let _ = home.write(|work| projects::insert(work, home.new_project(second, "b"))).unwrap();
    let here = of_project(&home, KeySort::Created, false);
    let there = KeyFilter { projects: Some(vec![second]), ..KeyFilter::default() };
    let both = KeyFilter { projects: Some(vec![home.project, second]), ..KeyFilter::default() };
    let everywhere = KeyFilter { organization: Some(home.organization), ..KeyFilter::default() };
    let counts = || {
        [&here, &there, &both, &everywhere]
            .map(|filter| home.read(|reader| keys::known_count(reader, filter)))
    };
    assert_eq!(counts(), [Some(0); 4]);
    let keys = seven(&home);
    assert_eq!(counts(), [Some(7), Some(0), Some(7), Some(7)]);
    // A change that fails counts nothing.
    let failed = home.write(|work| {
        keys::delete(work, keys[0])?;
        Err::<(), _>(model::Error::internal("on purpose"))
    });
    assert!(failed.is_err());
    assert_eq!(counts()[0], Some(7));
    let _ = home.delete_key(keys[0]);
    let of_second = |name: &str| {
        let mut new = home.new_key(name, home.grant(AccessRole::Admin, ClusterScope::All));
        if let KeyKind::Project(grant) = &mut new.kind {
            grant.project = second;
        }
        home.insert(&home.api_key(), new)
    };
    let _ = (of_second("one"), of_second("two"));
    assert_eq!(counts(), [Some(6), Some(2), Some(8), Some(8)]);
    let _ = home.write(|work| projects::delete(work, second)).unwrap();
    assert_eq!(counts(), [Some(6), Some(0), Some(6), Some(6)]);
    let narrowed = KeyFilter { search: Some("a".to_owned()), ..here.clone() };
    assert_eq!(home.read(|reader| keys::known_count(reader, &narrowed)), None);
}

pub(crate) fn keys_are_ordered_by_their_last_use(ground: &dyn Ground) {
    let home = Home::new(ground);
    // An id has no hyphen.
    let [first, second, third] = ["a-one", "a-two", "three"].map(|name| home.insert_key(name));
    let (first, third) = (first.value().id, third.value().id);
    use_them(&home, 1, &[(first, 20), (third, 30)]);
    let filter = of_project(&home, KeySort::Used, false);
    let listed = walk(&home, &filter, &KeyStart::First);
    assert_eq!(names(&listed), "three a-one a-two");
    let last: Vec<_> =
        listed.items.iter().map(|entry| entry.last_use.map(|last| last.at)).collect();
    let at = |millis| Some(Timestamp::from_millis(millis));
    assert_eq!(last, [at(30), at(20), None]);
    use_them(&home, 2, &[(second.value().id, 40), (third, 10)]);
    assert_eq!(names(&walk(&home, &filter, &KeyStart::First)), "a-two three a-one");
    let everywhere = KeyFilter {
        organization: Some(home.organization),
        projects: None,
        search: Some("a-".to_owned()),
        ..filter
    };
    assert_eq!(names(&walk(&home, &everywhere, &KeyStart::First)), "a-two a-one");
}

/// What an index finds is read from there while it is little, and in the order of the list from
/// then on: no list may show which way it was read.
pub(crate) fn few_and_many_are_listed_alike(ground: &dyn Ground) {
    let home = Home::new(ground);
    let make = |count: usize| {
        let made = home.write(|work| {
            let mut last = None;
            for number in 0..count {
                let mut new = home.new_key(
                    &format!("k-{number}"),
                    home.grant(AccessRole::Admin, ClusterScope::All),
                );
                new.creator.id = "someone".to_owned();
                last = Some(keys::insert(work, &home.api_key(), new)?.id);
            }
            Ok(last)
        });
        made.unwrap().into_value().unwrap()
    };
    let other = home.insert_key("other").into_value().id;
    let first = make(3);
    use_them(&home, 1, &[(first, 50), (other, 60)]);
    let filter = |by, ascending| {
        let filter = of_project(&home, by, ascending);
        KeyFilter { creator: Some("someone".to_owned()), ..filter }
    };
    let heads = || {
        SORTS.into_iter().flat_map(|by| [(by, true), (by, false)]).map(|(by, ascending)| {
            let filter = filter(by, ascending);
            let listed = home.read(|reader| keys::list(reader, &filter, page(1, 3)));
            let walked = walk(&home, &filter, &KeyStart::First);
            assert_eq!(listed.items, walked.items, "{by:?} {ascending}");
            let last = walk(&home, &filter, &KeyStart::Last);
            (listed.count, names(&walked), names(&last))
        })
    };
    let few: Vec<_> = heads().collect();
    assert!(few.iter().all(|(count, ..)| *count == 3), "{few:?}");
    assert_eq!(few[7].1.split(' ').next(), Some("k-2"), "used last first: {few:?}");
    make(2_000);
    let many: Vec<_> = heads().collect();
    assert!(many.iter().all(|(count, ..)| *count == 2_003), "{many:?}");
    assert_eq!(many[7].1.split(' ').next(), Some("k-2"), "used last first: {many:?}");
    assert_eq!(many[3].1, "k-999 k-998 k-997", "by name, the last first");
}
