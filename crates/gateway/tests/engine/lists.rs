//! Answers that list names: a narrowed key sees its own.

use crate::house::{House, call, until};
use crate::narrow::{OTHER, collections, databases, narrowed, reach, refused, text, with};
use model::ApiKey;
use model::scope::DataScope;
use testkit::message::framed;
use testkit::upstream::{Answer, Plan, Upstream};

/// `NAMES` and one number that goes with no name in particular.
const COLLECTIONS: &[u8] =
    b"\0\0\0\0\x1f\x12\x06team_a\x12\x05other\x12\x06team_b\x1a\x03\x01\x02\x03\x32\x01\x07";
/// `ShowCollections`: two of the three names are the team's, each with a number beside it.
const NAMES: &[u8] = b"\0\0\0\0\x1c\x12\x06team_a\x12\x05other\x12\x06team_b\x1a\x03\x01\x02\x03";
/// `DescribeAlias`: the alias stands for `other`.
const ALIAS: &[u8] = b"\0\0\0\0\x07\x22\x05other";

fn answering(body: &'static [u8], data: DataScope) -> (House, Upstream, ApiKey) {
    let house = House::empty();
    let plan = Plan { otherwise: Answer::Exactly(body), record: 10, ..Plan::default() };
    let upstream = Upstream::start(plan).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key_for(reach(&house, data));
    (house, upstream, key)
}

#[test]
fn a_list_is_cut_down_to_what_is_the_keys() {
    let (house, upstream, key) = answering(NAMES, collections(&["team_*"]));
    let mut client = house.client();
    let asked = call("ShowCollections", &key).field("grpc-accept-encoding", b"gzip");
    let answer = client.unary(&asked).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
    let expected = [text(2, "team_a"), text(2, "team_b"), vec![3 << 3 | 2, 2, 1, 3]].concat();
    assert_eq!(answer.body, framed(&expected));
    // An answer that is compressed could not be cut down.
    assert_eq!(upstream.seen().records()[0].field("grpc-accept-encoding"), None);
    let whole = house.add_key();
    assert_eq!(client.unary(&call("ShowCollections", &whole)).unwrap().body, NAMES);
    // The list is of one database, so a key for that database sees it as it is.
    let key = house.add_key_for(reach(&house, databases(&["default"])));
    assert_eq!(client.unary(&call("ShowCollections", &key)).unwrap().body, NAMES);
    let answer = client.unary(&with(&key, "ShowCollections", &[text(2, "x")])).unwrap();
    refused(&answer, 7, "other databases");
}

#[test]
fn databases_are_cut_down_too() {
    let (house, _upstream, key) = answering(NAMES, databases(&["team_b"]));
    let answer = house.client().unary(&call("ListDatabases", &key)).unwrap();
    let expected = [text(2, "team_b"), vec![3 << 3 | 2, 1, 3]].concat();
    assert_eq!((answer.code(), answer.body), (Some(0), framed(&expected)));
    let key = house.add_key_for(reach(&house, collections(&["x"])));
    assert_eq!(house.client().unary(&call("ListDatabases", &key)).unwrap().body, NAMES);
}

#[test]
fn what_cannot_be_cut_down_is_not_shown() {
    for (body, rpc, asked) in [
        (COLLECTIONS, "ShowCollections", vec![]),
        (&NAMES[..20], "ShowCollections", vec![]),
        (&b"\x01\0\0\0\x02ab"[..], "ShowCollections", vec![]),
        (ALIAS, "DescribeAlias", text(3, "team_x")),
    ] {
        let (house, upstream, key) = answering(body, collections(&["team_*"]));
        let mut client = house.client();
        let answer = client.unary(&call(rpc, &key).message(&asked)).unwrap();
        refused(&answer, 7, "was answered with what it may not see");
        assert!(answer.body.is_empty(), "{:?}", answer.body);
        assert_eq!(upstream.seen().calls(), 1);
        // The connection to the engine goes on.
        let again = client.unary(&call("Connect", &key)).unwrap();
        assert_eq!(again.code(), Some(0), "{}", again.text());
    }
}

#[test]
fn a_long_list_is_bounded() {
    let house = House::empty();
    let plan = Plan { otherwise: Answer::Message(5 << 20), ..Plan::default() };
    let upstream = Upstream::start(plan).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key_for(reach(&house, collections(&["team_*"])));
    let answer = house.client().unary(&call("ShowCollections", &key)).unwrap();
    refused(&answer, 8, "the message is larger than 4194304 bytes");
    until("the engine is told", || upstream.seen().resets() == 1);
    let plan = Plan { otherwise: Answer::Message(3 << 20), ..Plan::default() };
    let upstream = Upstream::start(plan).unwrap();
    let house = House::empty();
    house.add_cluster(&upstream, None);
    let key = house.add_key_for(reach(&house, collections(&["team_*"])));
    // Nothing in it is a name.
    let answer = house.client().unary(&call("ShowCollections", &key)).unwrap();
    assert_eq!((answer.code(), &*answer.body), (Some(0), &[0; 5][..]));
}

#[test]
fn a_list_that_asks_for_names_asks_for_its_own() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    for (rpc, field) in [("ShowCollections", 5), ("ListAliases", 3), ("DescribeAlias", 3)] {
        let answer = client.unary(&with(&key, rpc, &[text(field, "other")])).unwrap();
        refused(&answer, 7, OTHER);
    }
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn a_long_request_that_begins_with_the_wrong_name_goes_nowhere() {
    let (house, upstream, key) = narrowed(collections(&["team_*"]));
    let mut client = house.client();
    let filler = [&[5 << 3 | 2, 0x80, 0x80, 0x80, 0x01][..], &vec![7; 2 << 20]].concat();
    for (first, rpc) in [(text(3, "other"), "Insert"), (text(3, "other"), "Flush")] {
        let body = framed(&[first, filler.clone()].concat());
        let answer = client.unary(&call(rpc, &key).raw_body(body)).unwrap();
        refused(&answer, 7, OTHER);
    }
    assert_eq!(upstream.seen().calls(), 0);
}
