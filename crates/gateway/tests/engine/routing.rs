//! Which cluster a call goes to, and that no other key gets there.

use crate::house::{House, call, until};
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{AccessRole, Change};
use testkit::client::Client;
use testkit::upstream::{Plan, Upstream};

#[test]
fn host_name_then_port_then_the_only_cluster() {
    let house = House::empty();
    let (one, two) = (start(), start());
    let port = free_port();
    let first = house.add_cluster(&one, None);
    let second = house.add_cluster(&two, Some(port));
    let key = house.add_key();
    let mut client = house.client();

    for (cluster, upstream) in [(first, &one), (second, &two)] {
        let host = format!("{cluster}.vectors.example.com:19530");
        let answer = client.unary(&call("Search", &key).host(&host)).unwrap();
        assert_eq!(answer.code(), Some(0), "{}", answer.text());
        assert_eq!(upstream.seen().calls(), 1);
    }

    until("the cluster's own port is open", || {
        Client::connect(([127, 0, 0, 1], port).into()).is_ok()
    });
    let mut own = Client::connect(([127, 0, 0, 1], port).into()).unwrap();
    assert_eq!(own.unary(&call("Search", &key)).unwrap().code(), Some(0));
    assert_eq!(two.seen().calls(), 2);

    // A key for one cluster needs no word on which.
    let only = ClusterScope::Only([first].into());
    let narrow = house.add_key_for(house.reach(AccessRole::Admin, only));
    assert_eq!(client.unary(&call("Search", &narrow)).unwrap().code(), Some(0));
    assert_eq!(one.seen().calls(), 2);
    let elsewhere = call("Search", &narrow).host(&second.to_string());
    assert_eq!(client.unary(&elsewhere).unwrap().code(), Some(7));
    assert_eq!(own.unary(&call("Search", &narrow)).unwrap().code(), Some(7));
    assert_eq!(two.seen().calls(), 2);
}

#[test]
fn an_address_that_names_no_cluster_means_the_only_one_without_a_port() {
    let house = House::empty();
    let (one, two) = (start(), start());
    let first = house.add_cluster(&one, None);
    let key = house.add_key();
    let mut client = house.client();
    let mut ask = || client.unary(&call("Search", &key)).unwrap();
    assert_eq!(ask().code(), Some(0));

    // A cluster with a port of its own takes nothing from those who use the bare address.
    house.add_cluster(&two, Some(free_port()));
    assert_eq!(ask().code(), Some(0));
    house.add_cluster(&two, Some(free_port()));
    assert_eq!(ask().code(), Some(0));
    assert_eq!((one.seen().calls(), two.seen().calls()), (3, 0));

    // One like the first does, and clusters with ports are not told apart without them.
    let like_first = house.add_cluster(&two, None);
    assert_eq!(ask().code(), Some(3), "two clusters and no word on which");
    house.apply(&[Change::ClusterGone(first), Change::ClusterGone(like_first)]);
    let answer = ask();
    assert_eq!(answer.code(), Some(3), "two ports and no word on which");
    let text = answer.text();
    assert!(text.contains("port") && text.contains("host name"), "both ways are told: {text}");
    assert_eq!((one.seen().calls(), two.seen().calls()), (3, 0));
}

#[test]
fn a_key_of_another_project_is_told_the_same_as_for_no_cluster() {
    let (house, upstream, _) = House::standard(Plan::default());
    let there = house.add_cluster(&upstream, None);
    let stranger = house.add_key_for(KeyReach::Project(ProjectGrant {
        project: house.other_project(),
        role: AccessRole::Admin,
        clusters: ClusterScope::All,
        data: DataScope::default(),
    }));
    let mut client = house.client();
    let nowhere = "in01-0123456789abcde.example.com";
    let texts = [there.to_string(), nowhere.to_owned()].map(|host| {
        let answer = client.unary(&call("Search", &stranger).host(&host)).unwrap();
        assert_eq!(answer.code(), Some(7));
        answer.text().to_owned()
    });
    assert_eq!(texts[0], texts[1], "the answer tells whether the cluster exists");
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn the_key_of_an_owner_opens_every_cluster_of_the_organization() {
    let (house, upstream, _) = House::standard(Plan::default());
    let key = house.add_key_for(KeyReach::Organization(house.organization));
    assert_eq!(house.client().unary(&call("Search", &key)).unwrap().code(), Some(0));
    assert_eq!(upstream.seen().calls(), 1);
}

#[test]
fn a_detached_cluster_is_gone_with_its_port() {
    let house = House::empty();
    let upstream = start();
    let port = free_port();
    let cluster = house.add_cluster(&upstream, Some(port));
    let key = house.add_key();
    until("the port is open", || Client::connect(([127, 0, 0, 1], port).into()).is_ok());
    house.apply(&[Change::ClusterGone(cluster)]);
    let answer = house.client().unary(&call("Search", &key)).unwrap();
    assert_eq!(answer.code(), Some(7), "{}", answer.text());
    until("the port is closed", || Client::connect(([127, 0, 0, 1], port).into()).is_err());
}

fn start() -> Upstream {
    Upstream::start(Plan::default()).unwrap()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_cluster_attached_to_the_gateway_itself_does_not_go_round() {
    let house = House::empty();
    let key = house.add_key();
    let mut route = house.route(&house.gateway().local_addr().to_string(), None);
    route.credential = Some(model::SecretText::new(key.expose().to_owned()));
    house.apply(&[Change::ClusterPut(route)]);
    let answer = house.client().unary(&call("Search", &key)).unwrap();
    assert_eq!(answer.code(), Some(3), "{}", answer.text());
    assert!(answer.text().contains("attached to the gateway itself"), "{}", answer.text());
}
