//! What is explained is what happens: every answer to a question is held against the call itself.

use crate::bounds::{from, until_at, whitelist};
use crate::desk::willing;
use crate::house::{Granted, House, PASSWORD, UserPut, call_as, role, set};
use crate::lease::Tenant;
use crate::narrow::{collections, databases, reach};
use crate::users::ADMIN;
use gateway::path::explain::{Missing, Outcome, Question, Who};
use milvus::refusal::{Narrowed, Refusal};
use milvus::rpc::{Naming, Row, Rpc, TABLE, request};
use model::cluster::Service;
use model::cluster_role::{BuiltInRole, RoleRef};
use model::privilege::{Privilege as P, PrivilegeSet};
use model::scope::{ClusterScope, DataScope, Selection};
use model::{AccessRole, ApiKey, Change, Clock, ClusterId, ClusterRoleId, Timestamp};
use std::net::{IpAddr, Ipv4Addr};
use testkit::client::{Answer, Call, Client};
use testkit::upstream::{Answer as Reply, Plan, Upstream};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Who asks, and how they sign.
enum Asker {
    Key(ApiKey),
    User(&'static str),
}

impl Asker {
    fn who(&self) -> Who<'_> {
        match self {
            Self::Key(key) => Who::Key(key.id()),
            Self::User(name) => Who::User(name),
        }
    }

    fn token(&self) -> String {
        match self {
            Self::Key(key) => key.expose().to_owned(),
            Self::User(name) => format!("{name}:{PASSWORD}"),
        }
    }
}

/// An engine that answers everything with an empty message.
fn empty() -> Plan {
    Plan { otherwise: Reply::Exactly(&[0; 5]), ..Plan::default() }
}

fn ask(
    house: &House,
    cluster: ClusterId,
    who: Who<'_>,
    rpc: &'static Row,
    of: Naming<'_>,
) -> Outcome {
    let now = house.clock.now();
    let question = Question { cluster, who, rpc, naming: of, from: HERE, now };
    house.gateway().explain(&question)
}

/// The call that the question is about.
fn make(client: &mut Client, cluster: ClusterId, by: &Asker, rpc: &Row, of: Naming<'_>) -> Answer {
    let mut call = Call::to(rpc.path).host(&format!("{cluster}.localhost")).token(&by.token());
    if !rpc.takes_database() && !of.database.is_empty() {
        call = call.field("dbname", of.database.as_bytes());
    }
    client.unary(&call.raw_body(request(rpc, of))).unwrap()
}

/// What is explained and what happens, if they are not the same.
fn difference(outcome: &Outcome, answer: &Answer, rpc: &Row, metadata: &str) -> Option<String> {
    let same = match outcome {
        // What is only about oneself has to say so, which these requests do not.
        Outcome::Allowed(allowed) if allowed.own_only => answer.code() == Some(7),
        Outcome::Allowed(_) => answer.code() == Some(0) && !says(answer, "permission deny"),
        Outcome::Depends(_) => answer.code() == Some(7),
        Outcome::Refused(refusal) => {
            let text = refusal.message_in(metadata);
            let inside = refusal.in_any_answer() || rpc.is_connect() && refusal.in_connect_answer();
            let plain = answer.code() == Some(refusal.code()) && answer.text() == text;
            plain || inside && says(answer, &text)
        }
    };
    let code = answer.code();
    (!same).then(|| format!("{}: {outcome:?}, and {code:?} {}", rpc.name, answer.text()))
}

fn says(answer: &Answer, text: &str) -> bool {
    answer.body.windows(text.len()).any(|window| window == text.as_bytes())
}

fn askers(house: &House, cluster: ClusterId) -> Vec<(&'static str, Asker)> {
    let narrow = |data| Asker::Key(house.add_key_for(reach(house, data)));
    let of_role = |role| Asker::Key(house.add_key_for(house.reach(role, ClusterScope::All)));
    let searching = DataScope {
        privileges: Selection::Only([P::Search, P::Flush].into_iter().collect()),
        ..collections(&["books"])
    };
    let (expired, elsewhere, gone) = (house.add_key(), house.add_key(), house.add_key());
    house.bound(&expired, until_at(Timestamp::from_millis(1)));
    house.bound(&elsewhere, from(&["203.0.113.0/24"]));
    house.apply(&[Change::KeyGone(gone.id())]);
    let other_cluster = ClusterScope::Only([ClusterId::from_number(1).unwrap()].into());
    let other = house.add_key_for(house.reach(AccessRole::Admin, other_cluster));
    let some: &[Granted] = &[
        ("default", "books", set(&[P::Search, P::DescribeCollection, P::CreateAlias])),
        ("sales", "*", PrivilegeSet::ALL.without(model::grant::Level::Cluster.privileges())),
        ("*", "*", set(&[P::DescribeResourceGroup])),
    ];
    house.add_user(cluster, "bob", some);
    house.add_user(cluster, "nobody", &[]);
    house.apply(&[house.user(cluster, "alice", PASSWORD).with(&[ADMIN])]);
    let read = RoleRef::BuiltIn(BuiltInRole::ReadOnly);
    house.apply(&[house.user(cluster, "reader", PASSWORD).with(&[read])]);
    vec![
        ("admin", of_role(AccessRole::Admin)),
        ("writer", of_role(AccessRole::ReadWrite)),
        ("reader", of_role(AccessRole::ReadOnly)),
        ("of books", narrow(collections(&["books"]))),
        ("of sales", narrow(databases(&["sales"]))),
        ("of search", narrow(searching)),
        ("expired", Asker::Key(expired)),
        ("elsewhere", Asker::Key(elsewhere)),
        ("gone", Asker::Key(gone)),
        ("other cluster", Asker::Key(other)),
        ("bob", Asker::User("bob")),
        ("nobody", Asker::User("nobody")),
        ("alice", Asker::User("alice")),
        ("user reader", Asker::User("reader")),
        ("stranger", Asker::User("stranger")),
    ]
}

#[test]
fn every_answer_is_what_happens() {
    for desk in [None, Some(willing())] {
        let house = House::with(|config| config.desk = desk);
        let upstream = Upstream::start(empty()).unwrap();
        let cluster = house.add_cluster(&upstream, None);
        let mut client = house.client();
        let mut wrong = Vec::new();
        let mut counts = [0; 3];
        for (name, asker) in askers(&house, cluster) {
            for rpc in TABLE.iter().filter(|rpc| !rpc.client_streaming) {
                for (database, collection, other) in [
                    ("", "", ""),
                    ("", "books", "books"),
                    ("", "books", ""),
                    ("sales", "books", "films"),
                    ("", "films", "books"),
                    ("sales", "", ""),
                    ("", "a/../books", "books"),
                ] {
                    let naming = Naming { database, collection, other };
                    // Wrong passwords are soon told to wait.
                    if name == "stranger" && (rpc.rpc, other) != (Rpc::Search, "films") {
                        continue;
                    }
                    let outcome = ask(&house, cluster, asker.who(), rpc, naming);
                    let answer = make(&mut client, cluster, &asker, rpc, naming);
                    let metadata = if rpc.takes_database() { "" } else { database };
                    let found = difference(&outcome, &answer, rpc, metadata);
                    wrong.extend(found.map(|found| format!("{name}, {naming:?}: {found}")));
                    counts[match outcome {
                        Outcome::Allowed(_) => 0,
                        Outcome::Refused(_) => 1,
                        Outcome::Depends(_) => 2,
                    }] += 1;
                }
            }
        }
        assert!(wrong.is_empty(), "{} differ, such as {}", wrong.len(), wrong[0]);
        assert!(counts.iter().all(|&count| count > 100), "{counts:?}");
    }
}

#[test]
fn a_cluster_that_is_shut_is_explained_as_such() {
    let house = House::empty();
    let upstream = Upstream::start(empty()).unwrap();
    let mut route = house.route(&upstream.address().to_string(), None);
    let cluster = route.id;
    house.apply(&[Change::ClusterPut(route.clone())]);
    house.add_user(cluster, "bob", &[("*", "*", PrivilegeSet::ALL)]);
    let key = house.add_key();
    let askers = [Asker::Key(key), Asker::User("bob")];
    let naming = Naming { collection: "books", ..Naming::default() };
    let row = Rpc::Search.row();
    let mut client = house.client();
    house.apply(&[whitelist(&house, &["203.0.113.0/24"])]);
    for asker in &askers {
        let outcome = ask(&house, cluster, asker.who(), row, naming);
        assert_eq!(outcome, Outcome::Refused(Refusal::AddressRefused(HERE)));
        let answer = make(&mut client, cluster, asker, row, naming);
        assert_eq!(difference(&outcome, &answer, row, ""), None);
    }
    house.apply(&[whitelist(&house, &["127.0.0.0/8"])]);
    route.service = Service::Suspended;
    house.apply(&[Change::ClusterPut(route)]);
    for asker in &askers {
        let outcome = ask(&house, cluster, asker.who(), row, naming);
        assert_eq!(outcome, Outcome::Refused(Refusal::ClusterSuspended(cluster)));
        let answer = make(&mut client, cluster, asker, row, naming);
        assert_eq!(difference(&outcome, &answer, row, ""), None);
    }
}

#[test]
fn a_gateway_that_has_not_loaded_explains_that() {
    let house = House::unloaded(|_| {});
    let (cluster, key) = (ClusterId::from_number(7).unwrap(), house.new_key());
    let outcome = ask(&house, cluster, Who::Key(key.id()), Rpc::Search.row(), Naming::default());
    assert_eq!(outcome, Outcome::Refused(Refusal::Starting));
}

/// What it would say may be no longer true.
#[test]
fn a_gateway_whose_lease_is_over_explains_that() {
    let tenant = Tenant::closed();
    let (house, cluster) = (&tenant.house, tenant.cluster);
    let who = Who::Key(tenant.key.id());
    let asked = || ask(house, cluster, who, Rpc::Search.row(), Naming::default());
    let over = Outcome::Refused(Refusal::OutOfTouch { changing: false });
    assert_eq!(asked(), over);
    tenant.extend();
    assert_ne!(asked(), over);
    tenant.run_out();
    assert_eq!(asked(), over);
}

#[test]
fn the_roles_that_are_enough_and_what_a_list_shows_are_told() {
    let house = House::empty();
    let upstream = Upstream::start(empty()).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    let reads: &[Granted] =
        &[("default", "books", set(&[P::Search])), ("sales", "*", set(&[P::Query]))];
    let (one, two) =
        (ClusterRoleId::from_number(1).unwrap(), ClusterRoleId::from_number(2).unwrap());
    let aliases: &[Granted] = &[("default", "books", set(&[P::CreateAlias]))];
    let others: &[Granted] = &[("default", "b", set(&[P::CreateAlias]))];
    house.apply(&[role(cluster, one, reads), named(cluster, two, "searcher", reads)]);
    let three = house.add_role(cluster, aliases);
    let four = house.add_role(cluster, others);
    let carl: UserPut = house.user(cluster, "carl", PASSWORD);
    house.apply(&[carl.with(&[RoleRef::Custom(one), RoleRef::Custom(two), three, four])]);
    let explained =
        |rpc: Rpc, naming| match ask(&house, cluster, Who::User("carl"), rpc.row(), naming) {
            Outcome::Allowed(allowed) => allowed,
            other => panic!("{other:?}"),
        };
    let books = Naming { collection: "books", other: "b", ..Naming::default() };
    let search = explained(Rpc::Search, books);
    assert_eq!(
        (search.rule, search.roles),
        ("grants", vec!["some_role".into(), "searcher".into()])
    );
    // Two roles together allow what neither does alone.
    let alias = explained(Rpc::CreateAlias, books);
    assert_eq!((alias.rule, alias.roles, alias.by_names), ("grants", vec![], true));
    let lists = explained(Rpc::ShowCollections, Naming::default());
    assert_eq!(lists.sees, Some(vec!["b".to_owned(), "books".to_owned()]));
    let whole = explained(Rpc::ShowCollections, Naming { database: "sales", ..Naming::default() });
    assert_eq!(whole.sees, Some(vec!["*".to_owned()]));
    let databases = explained(Rpc::ListDatabases, Naming::default());
    assert_eq!(databases.sees, Some(vec!["default".to_owned(), "sales".to_owned()]));
    assert_eq!(explained(Rpc::GetVersion, Naming::default()).sees, None);
    let none = ask(
        &house,
        cluster,
        Who::User("carl"),
        Rpc::CreateAlias.row(),
        Naming { other: "", ..books },
    );
    assert_eq!(none, Outcome::Depends(Missing::Other));
    let key = house.add_key_for(reach(&house, collections(&["team_*"])));
    let listed =
        ask(&house, cluster, Who::Key(key.id()), Rpc::ShowCollections.row(), Naming::default());
    let Outcome::Allowed(listed) = listed else { panic!("{listed:?}") };
    assert_eq!((listed.rule, listed.sees), ("Admin", Some(vec!["team_*".to_owned()])));
    let other = ask(&house, cluster, Who::Key(key.id()), Rpc::Search.row(), books);
    let why = Narrowed::Collection { name: "books".into(), database: "default".into() };
    let refusal = Refusal::Narrowed { rpc: Rpc::Search.row(), key: key.id(), why };
    assert_eq!(other, Outcome::Refused(refusal));
    let asked = call_as("Search", "carl").raw_body(request(Rpc::Search.row(), books));
    assert_eq!(house.client().unary(&asked).unwrap().code(), Some(0));
}

/// A role with another name than the usual one.
fn named(cluster: ClusterId, id: ClusterRoleId, name: &str, grants: &[Granted]) -> Change {
    match role(cluster, id, grants) {
        Change::ClusterRolePut(put) => Change::ClusterRolePut(model::change::ClusterRoleAccess {
            name: model::cluster_role::ClusterRoleName::new(name).unwrap(),
            ..put
        }),
        other => other,
    }
}
