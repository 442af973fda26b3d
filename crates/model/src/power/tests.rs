//! Whatever a key within another can do, the other can do too: checked by asking both.

use super::*;
use crate::id::{ClusterId, ProjectId};
use crate::role::AccessRole;
use crate::scope::DataScope;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr};

/// One call, and all that decides whether a key may make it.
#[derive(Clone, Debug)]
struct Call {
    cluster: ClusterId,
    database: String,
    collection: String,
    privilege: Privilege,
    address: IpAddr,
    at: Timestamp,
    calls_before: u32,
}

/// The rule of the data path in its plainest form.
fn allows(power: &KeyPower, call: &Call) -> bool {
    let KeyPower { grant, limits, .. } = power;
    grant.clusters.contains(call.cluster)
        && grant.role.privileges().contains(call.privilege)
        && grant.data.privileges.holds(call.privilege)
        && grant.data.databases.admits(call.database.as_bytes())
        && grant.data.collections.admits(call.collection.as_bytes())
        && limits.sources.admits(call.address)
        && limits.expires_at.is_none_or(|end| call.at < end)
        && limits.rate.is_none_or(|rate| call.calls_before < rate.per_second())
}

fn clusters() -> impl Strategy<Value = ClusterScope> {
    let some = prop::collection::vec(0u128..3, 0..3).prop_map(|numbers| {
        let ids = numbers.into_iter().map(|number| ClusterId::from_number(number).unwrap());
        ClusterScope::Only(ids.collect())
    });
    prop_oneof![Just(ClusterScope::All), some]
}

fn names() -> impl Strategy<Value = Selection<NamePattern>> {
    let some = prop::collection::vec("[ab*]{1,4}", 0..3).prop_map(|patterns| {
        let read = patterns.iter().map(|pattern| pattern.parse().unwrap());
        Selection::Only(read.collect())
    });
    prop_oneof![Just(Selection::All), some]
}

const FEW: [Privilege; 4] =
    [Privilege::Search, Privilege::Insert, Privilege::AlterDatabase, Privilege::UpdateUser];

fn privileges() -> impl Strategy<Value = Selection<Privilege>> {
    let some = prop::sample::subsequence(FEW.to_vec(), 0..=4)
        .prop_map(|some| Selection::Only(some.into()));
    prop_oneof![Just(Selection::All), some]
}

fn addresses() -> impl Strategy<Value = AddressList> {
    prop::collection::vec((0u8..4, 30u8..=32), 0..3).prop_map(|blocks| {
        let read = blocks.iter().map(|(last, bits)| format!("10.0.0.{last}/{bits}").parse());
        AddressList::new(read.map(Result::unwrap))
    })
}

fn power() -> impl Strategy<Value = KeyPower> {
    let role = prop::sample::select(AccessRole::ALL.to_vec());
    let end = prop::option::of(0i64..4);
    let rate = prop::option::of(1u32..4);
    (role, clusters(), names(), names(), privileges(), addresses(), end, rate, any::<bool>())
        .prop_map(|(role, clusters, databases, collections, privileges, sources, end, rate, m)| {
            KeyPower {
                grant: ProjectGrant {
                    project: ProjectId::from_number(1).unwrap(),
                    role,
                    clusters,
                    data: DataScope { databases, collections, privileges },
                },
                limits: KeyLimits {
                    expires_at: end.map(Timestamp::from_millis),
                    sources,
                    rate: rate.map(|rate| RateLimit::new(rate).unwrap()),
                },
                manages_keys: m,
            }
        })
}

fn call() -> impl Strategy<Value = Call> {
    let privilege = prop::sample::select(FEW.to_vec());
    (0u128..4, "[abc]{0,4}", "[abc]{0,4}", privilege, 0u8..5, 0i64..5, 0u32..5).prop_map(
        |(cluster, database, collection, privilege, last, at, calls_before)| Call {
            cluster: ClusterId::from_number(cluster).unwrap(),
            database,
            collection,
            privilege,
            address: IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)),
            at: Timestamp::from_millis(at),
            calls_before,
        },
    )
}

/// A child that is near its parent, so that many pairs lie within.
fn pair() -> impl Strategy<Value = (KeyPower, KeyPower)> {
    (power(), power(), any::<[bool; 8]>()).prop_map(|(parent, other, take)| {
        let mut child = parent.clone();
        let (grant, limits) = (&mut child.grant, &mut child.limits);
        let [role, clusters, databases, collections, privileges, sources, end, rate] = take;
        if role {
            grant.role = other.grant.role;
        }
        if clusters {
            grant.clusters = other.grant.clusters;
        }
        if databases {
            grant.data.databases = other.grant.data.databases;
        }
        if collections {
            grant.data.collections = other.grant.data.collections;
        }
        if privileges {
            grant.data.privileges = other.grant.data.privileges;
        }
        if sources {
            limits.sources = other.limits.sources;
        }
        if end {
            limits.expires_at = other.limits.expires_at;
        }
        if rate {
            limits.rate = other.limits.rate;
        }
        child.manages_keys = false;
        (parent, child)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_key_within_another_can_do_nothing_the_other_cannot(
        (parent, child) in pair(),
        calls in prop::collection::vec(call(), 50),
    ) {
        if within(&parent, &child).is_ok() {
            for call in &calls {
                prop_assert!(!allows(&child, call) || allows(&parent, call), "{call:?}");
            }
        }
    }

    #[test]
    fn a_key_is_within_itself_but_for_the_right_to_manage(power in power()) {
        let mut same = power.clone();
        same.manages_keys = false;
        prop_assert_eq!(within(&power, &same), Ok(()));
        same.manages_keys = true;
        prop_assert!(within(&power, &same).is_err());
    }

    #[test]
    fn within_goes_through((one, two) in pair(), (_, three) in pair()) {
        if within(&one, &two).is_ok() && within(&two, &three).is_ok() {
            prop_assert_eq!(within(&one, &three), Ok(()));
        }
    }
}

fn whole() -> KeyPower {
    KeyPower {
        grant: ProjectGrant {
            project: ProjectId::from_number(1).unwrap(),
            role: AccessRole::ReadWrite,
            clusters: ClusterScope::Only([ClusterId::from_number(1).unwrap()].into()),
            data: DataScope {
                databases: Selection::Only(["team_*".parse().unwrap()].into()),
                collections: Selection::Only(["docs".parse().unwrap()].into()),
                privileges: Selection::Only([Privilege::Search, Privilege::AlterDatabase].into()),
            },
        },
        limits: KeyLimits {
            expires_at: Some(Timestamp::from_millis(10)),
            sources: AddressList::new(["10.0.0.0/8".parse().unwrap()]),
            rate: Some(RateLimit::new(5).unwrap()),
        },
        manages_keys: true,
    }
}

/// What a change is called, and the change.
type Change = (&'static str, fn(&mut KeyPower));

/// Each way to go beyond, alone.
#[test]
fn every_way_to_have_more_is_named() {
    let changes: [Change; 15] = [
        ("projectId", |key| key.grant.project = ProjectId::from_number(2).unwrap()),
        ("manageKeys", |key| key.manages_keys = true),
        ("role", |key| key.grant.role = AccessRole::Admin),
        ("clusterIds", |key| key.grant.clusters = ClusterScope::All),
        ("clusterIds", |key| {
            key.grant.clusters = ClusterScope::Only([ClusterId::from_number(2).unwrap()].into());
        }),
        ("databases", |key| key.grant.data.databases = Selection::All),
        ("databases", |key| {
            key.grant.data.databases = Selection::Only(["team*".parse().unwrap()].into());
        }),
        ("collections", |key| {
            key.grant.data.collections = Selection::Only(["docs*".parse().unwrap()].into());
        }),
        ("privileges", |key| key.grant.data.privileges = Selection::All),
        ("privileges", |key| {
            key.grant.data.privileges = Selection::Only([Privilege::Insert].into());
        }),
        ("expiresAt", |key| key.limits.expires_at = None),
        ("expiresAt", |key| key.limits.expires_at = Some(Timestamp::from_millis(11))),
        ("allowedAddresses", |key| key.limits.sources = AddressList::default()),
        ("allowedAddresses", |key| {
            key.limits.sources = AddressList::new(["10.0.0.0/7".parse().unwrap()]);
        }),
        ("rateLimit", |key| key.limits.rate = Some(RateLimit::new(6).unwrap())),
    ];
    for (field, change) in changes {
        let mut child = KeyPower { manages_keys: false, ..whole() };
        assert_eq!(within(&whole(), &child), Ok(()));
        change(&mut child);
        let sentence = within(&whole(), &child).unwrap_err();
        assert!(sentence.starts_with(&format!("{field}: ")), "{field}: {sentence}");
    }
}
