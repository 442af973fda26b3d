//! What users of clusters may do: grants by database and collection, on every name in a request.

use crate::house::{Granted, House, call_as, set, until};
use crate::narrow::{nested, refused, text};
use crate::users::{ADMIN, with_alice};
use milvus::rpc::{Class, Listing, Row, Scope, TABLE};
use model::cluster_role::{BuiltInRole, RoleRef};
use model::privilege::{Privilege as P, PrivilegeSet};
use testkit::client::{Answer, Client};
use testkit::message::framed;
use testkit::upstream::{Answer as Reply, Plan, Upstream};

/// A house with one cluster and a user `bob` with these grants.
pub(crate) fn with_bob(plan: Plan, grants: &[Granted]) -> (House, Upstream) {
    let house = House::empty();
    let upstream = Upstream::start(plan).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    house.add_user(cluster, "bob", grants);
    (house, upstream)
}

fn ask(client: &mut Client, rpc: &str, message: &[u8]) -> Answer {
    client.unary(&call_as(rpc, "bob").message(message)).unwrap()
}

fn deny(rpc: &str, database: &str) -> String {
    let row = milvus::rpc::find(format!("/milvus.proto.milvus.MilvusService/{rpc}").as_bytes());
    let (Class::Forward { privilege } | Class::Identity { privilege }) = row.unwrap().class else {
        unreachable!("{rpc} asks for a privilege");
    };
    let privilege = privilege.milvus_name();
    format!("{privilege}: permission deny to bob in the `{database}` database")
}

#[test]
fn a_grant_holds_on_its_collection_and_nowhere_else() {
    let reads = set(&[P::Search, P::Query, P::DescribeCollection]);
    let (house, upstream) = with_bob(
        Plan::default(),
        &[
            ("default", "books", reads),
            ("sales", "*", set(&[P::Search])),
            ("*", "*", set(&[P::Load])),
        ],
    );
    let mut client = house.client();
    for (rpc, message, metadata, database) in [
        ("Search", text(3, "books"), "", None),
        ("Search", [text(2, "default"), text(3, "books")].concat(), "sales", None),
        ("Search", text(3, "films"), "", Some("default")),
        ("Search", text(3, "books"), "other", Some("other")),
        ("Search", text(3, "films"), "sales", None),
        ("Search", [text(2, "sales"), text(3, "films")].concat(), "", None),
        ("Search", [text(2, "sale"), text(3, "films")].concat(), "", Some("sale")),
        ("Query", text(3, "books"), "sales", Some("sales")),
        ("Query", text(3, "books"), "", None),
        ("Query", text(3, "Books"), "", Some("default")),
        ("Query", text(3, "books "), "", Some("default")),
        ("Insert", text(3, "books"), "", Some("default")),
        ("LoadCollection", text(3, "anything"), "anywhere", None),
        ("HasCollection", text(3, "books"), "", None),
        ("HasCollection", text(3, "films"), "", Some("default")),
        ("Search", text(3, "a/../b"), "sales", Some("sales")),
        ("Search", vec![], "sales", Some("sales")),
    ] {
        let mut call = call_as(rpc, "bob").message(&message);
        if !metadata.is_empty() {
            call = call.field("dbname", metadata.as_bytes());
        }
        let answer = client.unary(&call).unwrap();
        match database {
            None => assert_eq!(answer.code(), Some(0), "{rpc}: {}", answer.text()),
            Some(database) => {
                assert_eq!((answer.code(), answer.text()), (Some(7), &*deny(rpc, database)));
            }
        }
    }
    assert_eq!(upstream.seen().calls(), 7);
    let two = call_as("Search", "bob").message(&text(3, "books"));
    let two = two.field("dbname", b"default").field("dbname", b"sales");
    refused(&client.unary(&two).unwrap(), 3, "several databases");
}

#[test]
fn every_name_counts_wherever_it_is() {
    let all = PrivilegeSet::ALL.without(model::grant::Level::Cluster.privileges());
    let (house, upstream) =
        with_bob(Plan::default(), &[("default", "mine", all), ("sales", "*", all)]);
    let mut client = house.client();
    let mine = text(3, "mine");
    let in_sales = |name: &str| [text(2, "sales"), text(3, name)].concat();
    for (rpc, message, database) in [
        ("Flush", [text(3, "mine"), text(3, "other")].concat(), Some("default")),
        ("Flush", vec![], Some("default")),
        ("Flush", mine.clone(), None),
        ("BatchDescribeCollection", [text(2, "mine"), text(2, "other")].concat(), Some("default")),
        ("BatchDescribeCollection", [text(1, "sales"), text(2, "a")].concat(), None),
        ("HybridSearch", [mine.clone(), nested(5, &text(3, "other"))].concat(), Some("default")),
        ("HybridSearch", [mine.clone(), nested(5, &text(3, "mine"))].concat(), None),
        (
            "HybridSearch",
            [mine.clone(), nested(5, &[text(2, "else"), text(3, "mine")].concat())].concat(),
            Some("else"),
        ),
        ("CreateAlias", [mine.clone(), text(4, "other")].concat(), Some("default")),
        ("CreateAlias", [text(3, "other"), text(4, "mine")].concat(), Some("default")),
        ("CreateAlias", [in_sales("a"), text(4, "b")].concat(), None),
        ("RenameCollection", [mine.clone(), text(4, "other")].concat(), Some("default")),
        ("RenameCollection", [mine.clone(), text(4, "x"), text(5, "sales")].concat(), None),
        ("RenameCollection", [in_sales("x"), text(4, "mine"), text(5, "default")].concat(), None),
        (
            "RenameCollection",
            [in_sales("x"), text(4, "other"), text(5, "default")].concat(),
            Some("default"),
        ),
        ("DescribeCollection", vec![4 << 3, 9], Some("default")),
        ("DescribeCollection", [in_sales("a"), vec![4 << 3, 9]].concat(), Some("sales")),
        ("CreateCollection", in_sales("new"), None),
        ("CreateCollection", text(3, "new"), Some("default")),
        ("AlterDatabase", text(2, "sales"), None),
        ("AlterDatabase", text(2, "default"), Some("default")),
        ("DescribeDatabase", text(2, "sales"), None),
        ("DescribeDatabase", text(2, "nowhere"), Some("nowhere")),
        ("RunAnalyzer", text(7, "mine"), None),
        ("RunAnalyzer", text(7, "other"), Some("default")),
        ("CreateDatabase", text(2, "sales"), Some("default")),
        ("DropDatabase", text(2, "sales"), Some("default")),
        ("FlushAll", vec![], Some("default")),
        ("ListResourceGroups", vec![], Some("default")),
        ("GetCompactionState", vec![1 << 3, 7], Some("default")),
        ("Import", text(1, "mine"), Some("default")),
    ] {
        let answer = ask(&mut client, rpc, &message);
        match database {
            None => assert_eq!(answer.code(), Some(0), "{rpc}: {}", answer.text()),
            Some(database) => {
                assert_eq!((answer.code(), answer.text()), (Some(7), &*deny(rpc, database)));
            }
        }
    }
    assert_eq!(upstream.seen().calls(), 10);
    // What two parsers may read differently is refused.
    let twice = [text(3, "mine"), text(3, "mine")].concat();
    refused(&ask(&mut client, "Search", &twice), 3, "cannot be read");
    let mut packed = framed(&mine);
    packed[0] = 1;
    let answer = client.unary(&call_as("Search", "bob").raw_body(packed)).unwrap();
    refused(&answer, 3, "compressed");
}

/// Whether a user without any grant may call an RPC.
fn is_open(row: &Row) -> bool {
    matches!(row.class, Class::Authenticated)
        || matches!(row.scope, Scope::Listed { answer: Listing::Collections | Listing::Databases })
}

/// Every RPC as a user without grants: refused, or one of the few that are open to every user.
#[test]
fn a_user_without_grants_may_do_nothing_but_ask_for_lists() {
    let (house, upstream) = with_bob(Plan::default(), &[]);
    let mut client = house.client();
    let mut open = Vec::new();
    for row in &TABLE {
        let token = format!("bob:{}", crate::house::PASSWORD);
        // Every name that there can be, so that none is missed for want of one.
        let named: Vec<u8> = (1..9).flat_map(|field| text(field, "x")).collect();
        for message in [vec![], named] {
            let call = testkit::client::Call::to(row.path).token(&token).message(&message);
            let answer = client.unary(&call).unwrap();
            if answer.code() == Some(0) {
                open.push(row.name);
            } else {
                let expected = match row.class {
                    Class::Refused { why: milvus::rpc::Why::Heartbeat } => 12,
                    _ => 7,
                };
                let malformed = is_open(row) && answer.code() == Some(3);
                assert!(
                    answer.code() == Some(expected) || malformed,
                    "{}: {:?} {}",
                    row.rpc,
                    answer.code(),
                    answer.text()
                );
            }
        }
    }
    open.dedup();
    let expected: Vec<_> = TABLE.iter().filter(|row| is_open(row)).map(|row| row.name).collect();
    assert_eq!(open, expected);
    assert_eq!(
        expected,
        [
            "AllocTimestamp",
            "CheckHealth",
            "Connect",
            "GetVersion",
            "ListDatabases",
            "ShowCollections"
        ]
    );
    let lists = u64::try_from(expected.len()).unwrap();
    assert!(upstream.seen().calls() >= lists);
}

/// Every RPC that asks for a privilege, with exactly this one on everything and with all others.
#[test]
fn one_privilege_on_everything_is_what_each_rpc_asks_for() {
    let house = House::empty();
    let upstream = Upstream::start(Plan::default()).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    let mut client = house.client();
    for (number, &privilege) in P::ALL.iter().enumerate() {
        let rows: Vec<_> = TABLE
            .iter()
            .filter(|row| row.class == Class::Forward { privilege } && !is_open(row))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let (with, without) = (format!("with{number}"), format!("without{number}"));
        house.add_user(cluster, &with, &[("*", "*", set(&[privilege]))]);
        let others = PrivilegeSet::ALL.without(set(&[privilege]));
        house.add_user(cluster, &without, &[("*", "*", others)]);
        for row in rows {
            let may = client.unary(&call_as(row.name, &with)).unwrap();
            assert_eq!(may.code(), Some(0), "{}: {}", row.rpc, may.text());
            let may_not = client.unary(&call_as(row.name, &without)).unwrap();
            assert_eq!(may_not.code(), Some(7), "{}: {}", row.rpc, may_not.text());
        }
    }
}

#[test]
fn built_in_roles_hold_what_they_say() {
    let (house, _upstream, cluster) = with_alice(Plan::default());
    for (name, role) in [("reader", BuiltInRole::ReadOnly), ("nothing", BuiltInRole::Public)] {
        let user = house.user(cluster, name, crate::house::PASSWORD);
        house.apply(&[user.with(&[RoleRef::BuiltIn(role)])]);
    }
    let mut client = house.client();
    let mut code = |rpc: &str, user: &str| {
        client.unary(&call_as(rpc, user).message(&text(3, "x"))).unwrap().code()
    };
    assert_eq!((code("Search", "reader"), code("Insert", "reader")), (Some(0), Some(7)));
    assert_eq!((code("Search", "nothing"), code("DropCollection", "alice")), (Some(7), Some(0)));
}

/// Three names, each with a number beside it.
const NAMES: &[u8] = b"\0\0\0\0\x1c\x12\x06team_a\x12\x05other\x12\x06team_b\x1a\x03\x01\x02\x03";
/// `ListAliases`.
const ALIASES: &[u8] = b"\0\0\0\0\x0f\x22\x06team_a\x22\x05other";
/// `DescribeAlias`.
const ALIAS: &[u8] = b"\0\0\0\0\x07\x22\x05other";

fn answering(body: &'static [u8]) -> Plan {
    Plan { otherwise: Reply::Exactly(body), ..Plan::default() }
}

#[test]
fn lists_show_what_the_grants_show() {
    let reads = set(&[P::Query]);
    let (house, _upstream) = with_bob(
        answering(NAMES),
        &[
            ("default", "team_a", reads),
            ("default", "team_b", set(&[P::DropIndex])),
            ("sales", "*", reads),
            ("other", "*", set(&[P::CreateCollection])),
            ("team_b", "x", reads),
        ],
    );
    let mut client = house.client();
    let two = framed(&[text(2, "team_a"), text(2, "team_b"), vec![3 << 3 | 2, 2, 1, 3]].concat());
    assert_eq!(ask(&mut client, "ShowCollections", &[]).body, two);
    // All of a database in which everything is granted, nothing where only making is.
    assert_eq!(ask(&mut client, "ShowCollections", &text(2, "sales")).body.len(), NAMES.len());
    assert_eq!(ask(&mut client, "ShowCollections", &text(2, "other")).body, framed(&[]));
    assert_eq!(ask(&mut client, "ShowCollections", &text(2, "none")).body, framed(&[]));
    let by_metadata = call_as("ShowCollections", "bob").field("dbname", b"none");
    assert_eq!(client.unary(&by_metadata).unwrap().body, framed(&[]));
    let databases =
        framed(&[text(2, "other"), text(2, "team_b"), vec![3 << 3 | 2, 2, 2, 3]].concat());
    assert_eq!(ask(&mut client, "ListDatabases", &[]).body, databases);
}

#[test]
fn aliases_are_shown_by_what_they_stand_for() {
    let grants = [("default", "team_a", set(&[P::ListAliases, P::DescribeAlias]))];
    let (house, _upstream) = with_bob(answering(ALIASES), &grants);
    let mut client = house.client();
    assert_eq!(ask(&mut client, "ListAliases", &[]).body, framed(&text(4, "team_a")));
    assert_eq!(ask(&mut client, "ListAliases", &text(3, "team_a")).body.len(), ALIASES.len());
    refused(
        &ask(&mut client, "ListAliases", &text(3, "other")),
        7,
        &deny("ListAliases", "default"),
    );
    let (house, upstream) = with_bob(answering(ALIAS), &grants);
    let mut client = house.client();
    let answer = ask(&mut client, "DescribeAlias", &text(3, "team_a"));
    refused(&answer, 7, &deny("DescribeAlias", "default"));
    assert!(answer.body.is_empty());
    assert_eq!(upstream.seen().calls(), 1);
}

#[test]
fn a_role_of_another_cluster_gives_nothing() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    let second = Upstream::start(Plan::default()).unwrap();
    let other = house.add_cluster(&second, None);
    let role = house.add_role(other, &[("*", "*", PrivilegeSet::ALL)]);
    house.apply(&[house.user(cluster, "bob", crate::house::PASSWORD).with(&[role])]);
    let call = call_as("Search", "bob").host(&format!("{cluster}.localhost"));
    assert_eq!(house.client().unary(&call).unwrap().code(), Some(7));
    assert_eq!(upstream.seen().calls(), 0);
    house.apply(&[house.user(cluster, "carl", crate::house::PASSWORD).with(&[ADMIN])]);
    let call = call_as("Search", "carl").host(&format!("{cluster}.localhost"));
    until("carl is let in", || house.client().unary(&call).unwrap().code() == Some(0));
}
