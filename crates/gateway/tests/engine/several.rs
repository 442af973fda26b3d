//! Keys with rights on several projects: each right holds on its own clusters, and nowhere else.

use crate::house::{House, call, until};
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{AccessRole, ApiKey, ClusterId, ProjectId};
use testkit::client::Client;
use testkit::upstream::{Answer, Plan, Upstream};

fn right(project: ProjectId, role: AccessRole, clusters: ClusterScope) -> ProjectGrant {
    ProjectGrant { project, role, clusters, data: DataScope::default() }
}

fn code(client: &mut Client, rpc: &str, key: &ApiKey, cluster: ClusterId) -> u32 {
    let call = call(rpc, key).host(&format!("{cluster}.localhost"));
    client.unary(&call).unwrap().code().unwrap()
}

#[test]
fn each_project_has_its_own_role_and_clusters() {
    let house = House::empty();
    let upstream =
        Upstream::start(Plan { answers: vec![("Search".into(), Answer::Hold)], ..Plan::default() })
            .unwrap();
    let (second, third) = (house.other_project(), house.other_project());
    let add = |project| {
        let mut route = house.route(&upstream.address().to_string(), None);
        route.project = project;
        let id = route.id;
        house.apply(&[model::Change::ClusterPut(route)]);
        id
    };
    let (mine, listed, unlisted, foreign) =
        (add(house.project), add(second), add(second), add(third));
    let only = |id| ClusterScope::Only([id].into());
    let rights = [
        right(house.project, AccessRole::ReadOnly, ClusterScope::All),
        right(second, AccessRole::Admin, only(listed)),
    ];
    let key = house.add_key_for(KeyReach::Projects(rights.into()));
    let mut client = house.client();
    assert_eq!(code(&mut client, "HasCollection", &key, mine), 0);
    assert_eq!(code(&mut client, "Insert", &key, mine), 7);
    assert_eq!(code(&mut client, "Insert", &key, listed), 0);
    assert_eq!(code(&mut client, "HasCollection", &key, unlisted), 7);
    assert_eq!(code(&mut client, "HasCollection", &key, foreign), 7);
    // Two clusters are open: one has to be named.
    let unnamed = client.unary(&call("HasCollection", &key)).unwrap();
    assert_eq!(unnamed.code(), Some(3), "{}", unnamed.text());

    // One right is taken away: its calls end, the other's go on, and one cluster is left.
    let named = |id| call("Search", &key).host(&format!("{id}.localhost"));
    let before = upstream.seen().calls();
    let (kept, lost) = (client.send(&named(mine)).unwrap(), client.send(&named(listed)).unwrap());
    until("both calls are upstream", || upstream.seen().calls() == before + 2);
    let rest =
        KeyReach::Projects([right(house.project, AccessRole::ReadOnly, ClusterScope::All)].into());
    house.apply(&[house.put(&key, rest)]);
    assert_eq!(client.finish(lost).unwrap().code(), Some(16));
    assert!(!client.is_over(kept));
    assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    assert_eq!(code(&mut client, "HasCollection", &key, listed), 7);

    house.apply(&[house.put(&key, KeyReach::Projects([].into()))]);
    assert_eq!(client.finish(kept).unwrap().code(), Some(16));
    assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(7));
}
