//! RPCs about users and roles: who may ask, what the desk gets, and what its answer meets.

use crate::grants::with_bob;
use crate::house::{House, PASSWORD, call, call_as, set, until};
use crate::narrow::{nested, refused, text};
use crate::users::ADMIN;
use gateway::path::Caller;
use gateway::{IdentityCall, IdentityDesk};
use milvus::refusal::Refusal;
use milvus::rpc::{Class, TABLE};
use model::privilege::{Privilege as P, PrivilegeSet};
use model::scope::{ClusterScope, KeyReach};
use model::{AccessRole, Change, ClusterId};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::client::Call;
use testkit::message::framed;
use testkit::upstream::{Plan, Upstream};

pub(crate) type Answer = Result<Vec<u8>, Refusal>;

/// A desk that writes down what it is asked and answers with what it got, or, if it is held, with
/// what the test says.
pub(crate) struct Notes {
    asked: Mutex<Vec<IdentityCall>>,
    held: Option<Mutex<Receiver<Answer>>>,
}

/// A desk that answers every call.
pub(crate) fn willing() -> Arc<dyn IdentityDesk> {
    Arc::new(Notes { asked: Mutex::default(), held: None })
}

impl IdentityDesk for Notes {
    fn answer(&self, call: &IdentityCall) -> Answer {
        self.asked.lock().unwrap().push(call.clone());
        match &self.held {
            Some(held) => held.lock().unwrap().recv().unwrap_or(Err(Refusal::Stopping)),
            None => Ok(call.message.clone()),
        }
    }
}

/// A desk that answers what the test says.
pub(crate) fn held() -> (Arc<Notes>, Sender<Answer>) {
    let (sender, held) = channel();
    (Arc::new(Notes { asked: Mutex::default(), held: Some(Mutex::new(held)) }), sender)
}

impl Notes {
    pub(crate) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn last(&self) -> IdentityCall {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

/// A house with a desk, one cluster, and the users `alice` with every right and `bob` with none.
fn with_desk(held: Option<Receiver<Answer>>) -> (House, Upstream, ClusterId, Arc<Notes>) {
    let desk = Arc::new(Notes { asked: Mutex::default(), held: held.map(Mutex::new) });
    let given: Arc<dyn IdentityDesk> = desk.clone();
    let house = House::with(|config| config.desk = Some(given));
    let upstream = Upstream::start(Plan::default()).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    house.apply(&[house.user(cluster, "alice", PASSWORD).with(&[ADMIN])]);
    house.add_user(cluster, "bob", &[]);
    (house, upstream, cluster, desk)
}

fn held_desk() -> (House, Upstream, ClusterId, Arc<Notes>, Sender<Answer>) {
    let (sender, held) = channel();
    let (house, upstream, cluster, desk) = with_desk(Some(held));
    (house, upstream, cluster, desk, sender)
}

#[test]
fn the_desk_gets_the_message_and_the_client_its_answer() {
    let (house, upstream, cluster, desk) = with_desk(None);
    let mut client = house.client();
    for message in [vec![], text(2, "carl"), vec![8; 200_000], vec![8; 1 << 20]] {
        let call = call_as("CreateCredential", "alice").message(&message);
        let answer = client.unary(&call).unwrap();
        assert_eq!((answer.code(), answer.body), (Some(0), framed(&message)));
        let asked = desk.last();
        assert_eq!((asked.cluster, asked.rpc.name), (cluster, "CreateCredential"));
        assert!(asked.caller.user() == Some("alice") && asked.from.is_loopback());
        assert!(asked.message == message);
    }
    let too_long = call_as("CreateCredential", "alice").message(&vec![8; (1 << 20) + 1]);
    refused(&client.unary(&too_long).unwrap(), 8, "larger than 1048576 bytes");
    for body in [vec![], vec![0, 0, 0, 0, 9, 1], vec![1, 0, 0, 0, 0], framed(&[]).repeat(2)] {
        let call = call_as("CreateCredential", "alice").raw_body(body);
        refused(&client.unary(&call).unwrap(), 3, "cannot be read");
    }
    assert_eq!((desk.count(), upstream.seen().calls()), (4, 0));
}

#[test]
fn a_key_is_for_the_desk_to_judge() {
    let (house, upstream, cluster, desk) = with_desk(None);
    let role = house.reach(AccessRole::ReadOnly, ClusterScope::All);
    let key = house.add_key_for(role);
    let answer = house.client().unary(&call("ListCredUsers", &key)).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
    assert!(matches!(desk.last().caller, Caller::Key(asks) if asks.id() == key.id()));
    for other in [KeyReach::Nothing, house.reach(AccessRole::Admin, ClusterScope::Only([].into()))]
    {
        let key = house.add_key_for(other);
        let answer = house.client().unary(&call("ListCredUsers", &key)).unwrap();
        assert_eq!(answer.code(), Some(7), "{}", answer.text());
    }
    assert_eq!((desk.count(), upstream.seen().calls(), desk.last().cluster), (1, 0, cluster));
}

/// Every RPC about users: with its privilege on everything, and with every other one.
#[test]
fn each_asks_users_for_its_privilege() {
    let (house, _upstream, cluster, desk) = with_desk(None);
    let mut client = house.client();
    for (number, row) in TABLE.iter().enumerate() {
        let Class::Identity { privilege } = row.class else {
            continue;
        };
        let (with, without) = (format!("with{number}"), format!("without{number}"));
        house.add_user(cluster, &with, &[("*", "*", set(&[privilege]))]);
        let others = PrivilegeSet::ALL.without(set(&[privilege]));
        house.add_user(cluster, &without, &[("*", "*", others), ("d", "*", PrivilegeSet::ALL)]);
        let before = desk.count();
        let ask = |user: &str| Call::to(row.path).token(&format!("{user}:{PASSWORD}"));
        assert_eq!(client.unary(&ask(&with)).unwrap().code(), Some(0), "{}", row.name);
        let answer = client.unary(&ask(&without)).unwrap();
        let text = format!(
            "{}: permission deny to {without} in the `default` database",
            privilege.milvus_name()
        );
        assert_eq!((answer.code(), answer.text()), (Some(7), &*text));
        assert_eq!(desk.count(), before + 1);
    }
}

#[test]
fn a_user_may_ask_about_itself() {
    let (house, _upstream, cluster, desk) = with_desk(None);
    let role = house.add_role(cluster, &[]);
    house.apply(&[house.user(cluster, "carl", PASSWORD).with(&[role])]);
    let mut client = house.client();
    let own = |name: &str| nested(2, &nested(1, &text(1, name)));
    for (rpc, message, allowed) in [
        ("UpdateCredential", text(2, "carl"), true),
        ("UpdateCredential", text(2, "alice"), false),
        ("UpdateCredential", [text(2, "carl"), text(2, "alice")].concat(), false),
        ("UpdateCredential", text(2, "Carl"), false),
        ("UpdateCredential", vec![], false),
        ("UpdateCredential", vec![0xff], false),
        ("SelectUser", nested(2, &text(1, "carl")), true),
        ("SelectUser", nested(2, &text(1, "alice")), false),
        ("SelectUser", [nested(2, &text(1, "carl")), nested(2, &text(1, "bob"))].concat(), false),
        ("SelectUser", vec![], false),
        ("SelectGrant", own("some_role"), true),
        ("SelectGrant", own("other_role"), false),
        ("SelectGrant", own(""), false),
        ("SelectGrant", vec![], false),
        ("DeleteCredential", text(2, "carl"), false),
        ("ListCredUsers", vec![], false),
    ] {
        let before = desk.count();
        let answer = client.unary(&call_as(rpc, "carl").message(&message)).unwrap();
        let code = if allowed { 0 } else { 7 };
        assert_eq!(answer.code(), Some(code), "{rpc} {message:02x?}: {}", answer.text());
        assert_eq!(desk.count() - before, usize::from(allowed));
    }
}

#[test]
fn without_a_desk_nobody_is_answered() {
    let (house, _upstream) = with_bob(Plan::default(), &[("*", "*", PrivilegeSet::ALL)]);
    let key = house.add_key();
    let mut client = house.client();
    for call in [call("ListCredUsers", &key), call_as("ListCredUsers", "bob")] {
        refused(&client.unary(&call).unwrap(), 7, "are managed by Keyward");
    }
}

#[test]
fn others_are_served_while_the_desk_thinks_and_too_many_have_to_come_back() {
    let (house, upstream, _, desk, answers) = held_desk();
    let mut client = house.client();
    let list = call_as("ListCredUsers", "alice");
    let mut send = |count| (0..count).map(|_| client.send(&list).unwrap()).collect::<Vec<_>>();
    let mut waiting = send(4);
    until("the desk is busy", || desk.count() == 4);
    // From here on the password is known and no place in the queue gets free.
    waiting.extend(send(76));
    assert_eq!(house.client().unary(&call_as("Search", "alice")).unwrap().code(), Some(0));
    // 4 at the desk and 64 in the queue: the others are told to come back, and go on doing so.
    let last = client.finish(waiting.pop().unwrap()).unwrap();
    assert_eq!(last.code(), Some(0));
    assert!(String::from_utf8_lossy(&last.body).contains("rate limit exceeded"), "{last:?}");
    for _ in 0..79 {
        let _ = answers.send(Ok(vec![8, 1]));
    }
    let answers: Vec<_> = waiting.into_iter().map(|s| client.finish(s).unwrap()).collect();
    let served = answers.iter().filter(|answer| answer.body == framed(&[8, 1])).count();
    assert_eq!(served, 68);
    assert_eq!(upstream.seen().calls(), 1);
}

#[test]
fn what_the_desk_refuses_is_refused() {
    let (house, _upstream, _, _desk, answers) = held_desk();
    let mut client = house.client();
    for (refusal, code) in [(Refusal::UnknownUser, 16), (Refusal::Overloaded, 14)] {
        let text = refusal.message();
        answers.send(Err(refusal)).unwrap();
        let answer = client.unary(&call_as("CreateRole", "alice")).unwrap();
        assert_eq!((answer.code(), answer.text()), (Some(code), &*text));
    }
}

#[test]
fn a_call_at_the_desk_ends_with_its_client_its_time_or_its_cluster() {
    let (house, _upstream, cluster, desk, answers) = held_desk();
    let mut gone = house.client();
    gone.send(&call_as("ListCredUsers", "alice")).unwrap();
    let mut client = house.client();
    let reset = client.send(&call_as("ListCredUsers", "alice")).unwrap();
    let late = call_as("ListCredUsers", "alice").field("grpc-timeout", b"1m");
    let late = client.send(&late).unwrap();
    let cut = client.send(&call_as("CreateRole", "alice")).unwrap();
    until("all are at the desk", || desk.count() == 4);
    drop(gone);
    client.reset(reset).unwrap();
    refused(&client.finish(late).unwrap(), 4, "deadline");
    house.apply(&[Change::ClusterGone(cluster)]);
    refused(&client.finish(cut).unwrap(), 7, "detached");
    for _ in 0..4 {
        answers.send(Ok(vec![])).unwrap();
    }
    // Late answers meet nobody, and break nothing.
    let answer = client.unary(&call_as("ListCredUsers", "alice")).unwrap();
    assert_eq!(answer.code(), Some(16), "{}", answer.text());
}

/// Whoever changes its own password hears that it has; who only looks is cut.
#[test]
fn a_change_on_its_way_is_answered_and_a_look_is_cut() {
    let (house, _upstream, cluster, desk, answers) = held_desk();
    let role = house.add_role(cluster, &[("*", "*", set(&[P::SelectOwnership]))]);
    let carl = house.user(cluster, "carl", PASSWORD);
    house.apply(&[carl.with(&[role])]);
    let mut client = house.client();
    let change =
        client.send(&call_as("UpdateCredential", "carl").message(&text(2, "carl"))).unwrap();
    let look = client.send(&call_as("ListCredUsers", "carl")).unwrap();
    until("both are at the desk", || desk.count() == 2);
    let half = client.open(&call_as("UpdateCredential", "carl").raw_body(vec![0; 3])).unwrap();
    until("the third is let in", || {
        house.gateway().metrics().contains("keyward_gateway_calls_in_flight 3")
    });
    house.apply(&[carl.clone().password("Another-1").with(&[role])]);
    refused(&client.finish(look).unwrap(), 16, "carl was deleted or changed");
    refused(&client.finish(half).unwrap(), 16, "carl was deleted or changed");
    assert!(!client.is_over(change));
    answers.send(Ok(vec![])).unwrap();
    answers.send(Ok(vec![])).unwrap();
    assert_eq!(client.finish(change).unwrap().code(), Some(0));
    assert_eq!(client.unary(&call_as("Connect", "carl")).unwrap().code(), Some(0));
    assert_eq!(client.unary(&call_as("GetVersion", "carl")).unwrap().code(), Some(16));
}

#[test]
fn a_gateway_that_stops_waits_for_the_desk_no_longer_than_for_others() {
    let (mut house, _upstream, _, desk, answers) = held_desk();
    let mut client = house.client();
    client.send(&call_as("ListCredUsers", "alice")).unwrap();
    until("it is at the desk", || desk.count() == 1);
    let before = testkit::clock::instant();
    house.gateway.take().unwrap().shutdown(Duration::from_millis(200));
    assert!(before.elapsed() < Duration::from_secs(5));
    drop(answers);
}
