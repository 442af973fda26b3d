//! Counts of calls: added up once, attributed, summed, forgotten in time.

use crate::ground::{Ground, Home, page};
use model::usage::{
    CallClass, CallOutcome, ClientLabel, Hour, LastUse, UsageBatch, UsageCount, UsageEntry,
};
use model::{ClusterId, ClusterUserId, GatewayId, KeyId, ProjectId, Timestamp};
use store::usage::{self, UsageBy, UsageFilter};

const HOUR: i64 = 3_600_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn count(hour: i64, key: Option<KeyId>, cluster: Option<ClusterId>, calls: u64) -> UsageCount {
    let (class, outcome) = (CallClass::Read, CallOutcome::Ok);
    let entry = UsageEntry { key, user: None, cluster, class, outcome };
    UsageCount { hour: Hour::of(at(hour * HOUR)), entry, calls }
}

fn counts(counts: Vec<UsageCount>) -> UsageBatch {
    UsageBatch { counts, last: Vec::new() }
}

fn all(home: &Home) -> UsageFilter {
    UsageFilter {
        organization: home.organization,
        projects: None,
        key: None,
        cluster: None,
        from: at(0),
        to: at(1_000_000 * HOUR),
    }
}

fn sums(home: &Home, filter: &UsageFilter, by: UsageBy) -> Vec<(String, u64, u64, u64)> {
    let listed = home.read(|reader| usage::list(reader, filter, by, page(1, 100)));
    assert_eq!(listed.count, listed.items.len() as u64);
    let lines = listed.items.into_iter();
    lines.map(|line| (line.group, line.ok, line.refused, line.failed)).collect()
}

pub(crate) fn batches_are_added_up_once(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").value().id;
    let cluster = home.insert_cluster("books");
    let gateway = GatewayId::generate(&*home.entropy);
    let other = GatewayId::generate(&*home.entropy);
    let batch = counts(vec![count(1, Some(key), Some(cluster), 5)]);
    let record = |gateway, sequence| usage::record(&home.store, gateway, sequence, &batch).unwrap();
    let total = || sums(&home, &all(&home), UsageBy::Key);
    assert_eq!(record(gateway, 1), 0);
    assert_eq!(total(), [(key.to_string(), 5, 0, 0)]);
    // Handed in again, because its answer was lost.
    record(gateway, 1);
    assert_eq!(total()[0].1, 5);
    record(gateway, 2);
    record(other, 1);
    assert_eq!(total()[0].1, 15);
    record(gateway, 1);
    assert_eq!(total()[0].1, 15);
    // Calls of users are apart from those of keys, and from each other.
    let users = [1, 2].map(|user| ClusterUserId::from_number(user).unwrap());
    let of = |user, calls| {
        let counted = count(1, None, Some(cluster), calls);
        UsageCount { entry: UsageEntry { user: Some(user), ..counted.entry }, ..counted }
    };
    let batch_of_users = counts(vec![of(users[0], 4), of(users[1], 6)]);
    let of_users = GatewayId::generate(&*home.entropy);
    usage::record(&home.store, of_users, 1, &batch_of_users).unwrap();
    let apart = sums(&home, &all(&home), UsageBy::User);
    let named = |user: ClusterUserId, calls| (user.to_string(), calls, 0, 0);
    assert_eq!(apart, [(String::new(), 15, 0, 0), named(users[1], 6), named(users[0], 4)]);
    assert_eq!(total(), [(key.to_string(), 15, 0, 0), (String::new(), 10, 0, 0)]);
}

pub(crate) fn usage_is_summed_by_what_is_asked(ground: &dyn Ground) {
    let home = Home::new(ground);
    let (one, two) = (home.insert_key("one").value().id, home.insert_key("two").value().id);
    let cluster = home.insert_cluster("books");
    let mut refused = count(25, Some(two), Some(cluster), 7);
    refused.entry.outcome = CallOutcome::Refused;
    let mut failed = count(25, Some(two), None, 2);
    (failed.entry.outcome, failed.entry.class) = (CallOutcome::Failed, CallClass::Write);
    let gone = KeyId::generate(&*home.entropy);
    let batch = counts(vec![
        count(1, Some(one), Some(cluster), 4),
        count(2, Some(one), Some(cluster), 1),
        refused,
        failed,
        // Too many keys to tell apart, and a key that was deleted meanwhile.
        count(2, None, Some(cluster), 3),
        count(2, Some(gone), None, 9),
    ]);
    let gateway = GatewayId::generate(&*home.entropy);
    assert_eq!(usage::record(&home.store, gateway, 1, &batch).unwrap(), 9);
    let filter = all(&home);
    let line = |group: &str, ok, refused, failed| (group.to_owned(), ok, refused, failed);
    assert_eq!(
        sums(&home, &filter, UsageBy::Key),
        [line(&two.to_string(), 0, 7, 2), line(&one.to_string(), 5, 0, 0), line("", 3, 0, 0)]
    );
    assert_eq!(
        sums(&home, &filter, UsageBy::Cluster),
        [line(&cluster.to_string(), 8, 7, 0), line("", 0, 0, 2)]
    );
    assert_eq!(
        sums(&home, &filter, UsageBy::Class),
        [line("read", 8, 7, 0), line("write", 0, 0, 2)]
    );
    assert_eq!(
        sums(&home, &filter, UsageBy::Hour),
        [
            line("1970-01-01T01:00:00.000Z", 4, 0, 0),
            line("1970-01-01T02:00:00.000Z", 4, 0, 0),
            line("1970-01-02T01:00:00.000Z", 0, 7, 2),
        ]
    );
    assert_eq!(
        sums(&home, &filter, UsageBy::Day),
        [line("1970-01-01T00:00:00.000Z", 8, 0, 0), line("1970-01-02T00:00:00.000Z", 0, 7, 2)]
    );
    let narrowed = UsageFilter { from: at(2 * HOUR), to: at(25 * HOUR), ..filter.clone() };
    assert_eq!(sums(&home, &narrowed, UsageBy::Class), [line("read", 4, 0, 0)]);
    let mine = UsageFilter { key: Some(one), cluster: Some(cluster), ..filter.clone() };
    assert_eq!(sums(&home, &mine, UsageBy::Class), [line("read", 5, 0, 0)]);
    let project = |id| UsageFilter { projects: Some(vec![id]), ..filter.clone() };
    assert_eq!(sums(&home, &project(home.project), UsageBy::Class).len(), 2);
    let strange = ProjectId::generate(&*home.entropy);
    assert_eq!(sums(&home, &project(strange), UsageBy::Class), []);
    let none = UsageFilter { projects: Some(Vec::new()), ..filter.clone() };
    assert_eq!(sums(&home, &none, UsageBy::Class), []);
    let second = home.read(|reader| usage::list(reader, &filter, UsageBy::Key, page(2, 2)));
    assert_eq!((second.count, second.items.len()), (3, 1));
}

pub(crate) fn the_last_use_is_the_latest_one(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").value().id;
    let gateway = GatewayId::generate(&*home.entropy);
    let used = |millis, client: &str| LastUse {
        at: at(millis),
        from: "2001:db8::9".parse().unwrap(),
        client: ClientLabel::new(client.as_bytes()),
    };
    let gone = KeyId::generate(&*home.entropy);
    let last = |home: &Home| home.read(|reader| usage::last_use(reader, key));
    assert_eq!(last(&home), None);
    for (sequence, use_of_it) in [(1, used(20, "new")), (2, used(10, "old"))] {
        let last = vec![(key, use_of_it), (gone, use_of_it)];
        let batch = UsageBatch { counts: Vec::new(), last };
        usage::record(&home.store, gateway, sequence, &batch).unwrap();
    }
    assert_eq!(last(&home), Some(used(20, "new")));
    let before = home.store.revision().unwrap();
    let _ = home.delete_key(key);
    assert_eq!(last(&home), None);
    assert_eq!(home.store.revision().unwrap().number(), before.number() + 1);
}

pub(crate) fn usage_is_forgotten_after_400_days(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").value().id;
    let gateway = GatewayId::generate(&*home.entropy);
    // The test's clock stands at the first second of 1970.
    let old = -401 * 24;
    let batch = counts(vec![count(old, Some(key), None, 1), count(old + 48, Some(key), None, 2)]);
    usage::record(&home.store, gateway, 1, &batch).unwrap();
    let everything = UsageFilter { from: at(i64::MIN / 2), ..all(&home) };
    assert_eq!(sums(&home, &everything, UsageBy::Class)[0].1, 2);
}
