//! Users, roles, grants and privilege groups of clusters: who may change them, what is refused, and
//! what the trail says.

use crate::harness::{Machine, Reply, Who};
use crate::key_life::{plain, signed};
use axum::http::Method;
use control::command::cluster_access;
use control::command::cluster_users::{self, ChangeClusterPassword, CreateClusterUser};
use control::{Admitted, Caller};
use model::cluster_role::{ClusterRoleName, RoleName};
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{ClusterId, Error, ErrorKind, SecretText};
use serde_json::{Value, json};

fn path(cluster: ClusterId, rest: &str) -> String {
    format!("/v2/clusters/{cluster}/{rest}")
}

async fn post(machine: &Machine, path: &str, body: &Value) -> Reply {
    machine.post(Who::ProjectOwner, path, &body.to_string()).await
}

fn name(text: &str) -> ClusterUserName {
    ClusterUserName::new(text).unwrap()
}

fn password(text: &str) -> ClusterPassword {
    ClusterPassword::new(SecretText::new(text.to_owned())).unwrap()
}

/// The caller that a gateway has admitted as this user.
fn signed_in(machine: &Machine, cluster: ClusterId, user: &str) -> Caller {
    let operator = Caller::operator();
    let user = cluster_users::show(&machine.desk, &operator, cluster, &name(user)).unwrap();
    let proven = machine.store.read(|reader| store::cluster_users::verifier(reader, user.id));
    let admitted = Admitted::User(user.id, proven.unwrap());
    control::on_cluster(&machine.desk, admitted, cluster, None).unwrap()
}

fn made(machine: &Machine, caller: &Caller, cluster: ClusterId, user: &str) -> Result<(), Error> {
    let request = CreateClusterUser {
        cluster,
        name: name(user),
        password: Some(password("Correct-1")),
        roles: Vec::new(),
    };
    cluster_users::create(&machine.desk, caller, request).map(|_| ())
}

#[tokio::test]
async fn a_user_comes_with_the_cluster_and_stays() {
    let machine = Machine::new();
    let body = json!({"projectId": machine.project.to_string(), "clusterName": "new"});
    let created = post(&machine, "/v2/clusters/create", &body).await.data();
    assert_eq!(created["username"], "db_admin");
    let cluster: ClusterId = created["clusterId"].as_str().unwrap().parse().unwrap();
    let users = machine.get(Who::ProjectOwner, &path(cluster, "users")).await.data();
    assert_eq!((&users["count"], &users["users"][0]["roles"]), (&json!(1), &json!(["db_admin"])));
    let admin = path(cluster, "users/db_admin");
    assert_eq!(machine.delete(Who::OwnerSession, &admin).await.status, 409);
    let role = path(cluster, "users/db_admin/roles?roleName=admin");
    assert_eq!(machine.delete(Who::OwnerSession, &role).await.status, 409);
    let reset = post(&machine, &path(cluster, "users/db_admin/password"), &json!({})).await.data();
    assert_ne!(reset["password"], created["password"]);
    assert!(reset["revocation"]["settled"].as_bool().unwrap());

    // A cluster from before there were users gets it by the same request, and nobody else does.
    let old = machine.cluster("old");
    let nobody = post(&machine, &path(old, "users/ada/password"), &json!({})).await;
    assert_eq!(nobody.status, 404);
    let first = post(&machine, &path(old, "users/db_admin/password"), &json!({})).await.data();
    assert_eq!((&first["roles"], first["password"].is_string()), (&json!(["db_admin"]), true));
}

#[tokio::test]
async fn users_are_made_given_roles_and_dropped() {
    let machine = Machine::new();
    let cluster = machine.cluster("one");
    let users = path(cluster, "users");
    let chosen = post(&machine, &users, &json!({"username": "ada", "roles": ["db_ro"]})).await;
    assert_eq!(chosen.data()["password"].as_str().unwrap().len(), 20);
    let given = json!({"username": "bob", "password": "Given-12"});
    assert!(post(&machine, &users, &given).await.data().get("password").is_none());
    let mut refusals = Vec::new();
    for bad in [
        json!({"username": "ada"}),
        json!({"username": "9a"}),
        json!({"username": "eve", "password": "short1A"}),
        json!({"username": "eve", "password": "onlylowercase"}),
        json!({"username": "eve", "roles": ["no role"]}),
        json!({"username": "eve", "roles": ["nobody_made_it"]}),
        json!({"username": "eve", "role": "db_ro"}),
    ] {
        let refused = post(&machine, &users, &bad).await;
        refusals.push((refused.status.as_u16(), refused.code().unwrap()));
    }
    let expected = [
        (409, 409),
        (400, 80000),
        (400, 80012),
        (400, 80012),
        (400, 80000),
        (404, 404),
        (400, 80000),
    ];
    assert_eq!(refusals, expected);

    let roles = path(cluster, "users/ada/roles");
    for _ in 0..2 {
        let both = post(&machine, &roles, &json!({"roleName": "db_rw"})).await.data();
        assert_eq!(both["roles"], json!(["db_rw", "db_ro"]));
    }
    let less = machine.delete(Who::ProjectOwner, &format!("{roles}?roleName=db_ro")).await;
    assert_eq!(less.data()["roles"], json!(["db_rw"]));
    assert_eq!(machine.delete(Who::ProjectOwner, &roles).await.status, 400);
    let ada = path(cluster, "users/ada");
    assert_eq!(machine.delete(Who::ProjectOwner, &ada).await.status, 200);
    assert_eq!(machine.get(Who::ProjectOwner, &ada).await.status, 404);

    // The trail has every act with before and after, and no secret.
    let trail = machine.get(Who::OwnerSession, "/v2/audit?pageSize=100").await;
    for act in ["cluster-user.create", "cluster-user.role", "cluster-user.delete"] {
        assert!(trail.text.contains(act), "{act}");
    }
    let secret = chosen.data()["password"].as_str().unwrap().to_owned();
    for secret in [secret.as_str(), "Given-12", "argon2", "short1A"] {
        assert!(!trail.text.contains(secret));
    }
}

#[tokio::test]
async fn a_cluster_has_at_most_100_users_and_20_roles() {
    let machine = Machine::new();
    let cluster = machine.cluster("one");
    for number in 0..100 {
        machine.cluster_user(cluster, &format!("u{number}"));
    }
    for number in 0..20 {
        machine.cluster_role(cluster, &format!("r{number}"));
    }
    let users = post(&machine, &path(cluster, "users"), &json!({"username": "more"})).await;
    assert_eq!(users.status, 429);
    let roles = post(&machine, &path(cluster, "roles"), &json!({"roleName": "more"})).await;
    assert_eq!(roles.status, 429);
}

#[tokio::test]
async fn roles_hold_what_is_granted_where_it_fits() {
    let machine = Machine::new();
    let cluster = machine.cluster("one");
    let made = json!({"roleName": "analyst", "description": "reads"});
    assert_eq!(post(&machine, &path(cluster, "roles"), &made).await.status, 200);
    let grants = path(cluster, "roles/analyst/grants");
    let grant = async |body: Value| post(&machine, &grants, &body).await;
    let docs = json!({"privilege": "Search", "database": "default", "collection": "docs"});
    assert_eq!(grant(docs.clone()).await.data()["changed"], true);
    assert_eq!(grant(docs).await.data()["changed"], false);
    for (bad, status) in [
        (json!({"privilege": "CreateDatabase", "database": "default"}), 400),
        (json!({"privilege": "CreateCollection", "collection": "docs"}), 400),
        (json!({"privilege": "Search", "collection": "docs"}), 400),
        (json!({"privilege": "nobody_made_it"}), 404),
        (json!({"privilege": "*"}), 400),
        (json!({"privilege": "Search", "database": "a b"}), 400),
    ] {
        assert_eq!(grant(bad.clone()).await.status, status, "{bad}");
    }

    // A group counts with what it holds, stays of one level, and is not dropped while it is used.
    let groups = path(cluster, "privilegeGroups");
    assert_eq!(post(&machine, &groups, &json!({"groupName": "look"})).await.status, 200);
    assert_eq!(post(&machine, &groups, &json!({"groupName": "Search"})).await.status, 400);
    let privileges = format!("{groups}/look/privileges");
    let add = async |names: Value| post(&machine, &privileges, &json!({"privileges": names})).await;
    assert_eq!(add(json!(["CollectionReadOnly"])).await.status, 200);
    assert_eq!(add(json!(["CreateDatabase"])).await.status, 400);
    assert_eq!(add(json!([])).await.status, 400);
    let by_group = json!({"privilege": "look", "database": "default", "collection": "docs"});
    assert_eq!(grant(by_group).await.status, 200);
    let group = format!("{groups}/look");
    assert_eq!(machine.delete(Who::ProjectOwner, &group).await.status, 409);
    let less = machine.delete(Who::ProjectOwner, &format!("{privileges}?privilege=Query")).await;
    assert!(!less.text.contains("Query") && less.text.contains("Search"));
    // All of it can be said at once, in one act, under the same rules.
    let set = async |who, body: Value| {
        machine.call(who, Method::PUT, &privileges, &body.to_string()).await
    };
    let both = json!({"privileges": ["Insert", "Query"]});
    assert_eq!(set(Who::ProjectOwner, both.clone()).await.data()["privileges"], both["privileges"]);
    let last = machine.get(Who::OwnerKey, "/v2/audit?pageSize=1").await.data()["audits"][0].clone();
    assert_eq!(last["detail"], "set privilege group \"look\"", "{last}");
    assert_eq!(set(Who::Member, both).await.status, 403);
    assert_eq!(set(Who::ProjectOwner, json!({})).await.status, 400);
    let misfit = set(Who::ProjectOwner, json!({"privileges": ["CreateDatabase"]})).await;
    assert_eq!(misfit.status, 400, "a role has it on a collection: {}", misfit.text);
    let none = set(Who::ProjectOwner, json!({"privileges": []})).await;
    assert_eq!(none.data()["privileges"], json!([]));
    assert_eq!(set(Who::ProjectOwner, json!({"privileges": ["Search"]})).await.status, 200);

    let shown = machine.get(Who::ProjectOwner, &path(cluster, "roles/analyst")).await.data();
    let of = |grant: &Value| format!("{} {}", grant["privilege"], grant["collection"]);
    let held: Vec<_> = shown["grants"].as_array().unwrap().iter().map(of).collect();
    assert_eq!(held, [r#""Search" "docs""#, r#""look" "docs""#]);

    // Built-in roles stay as they are, and a role that is used is dropped with force only.
    let public = json!({"privilege": "Search"});
    let built_in = post(&machine, &path(cluster, "roles/public/grants"), &public).await;
    assert_eq!(built_in.status, 409);
    let analyst = path(cluster, "roles/analyst");
    assert_eq!(machine.delete(Who::ProjectOwner, &analyst).await.status, 409);
    let force = format!("{analyst}?force=true");
    assert_eq!(machine.delete(Who::ProjectOwner, &force).await.status, 200);
    assert_eq!(machine.delete(Who::ProjectOwner, &group).await.status, 200);
}

#[tokio::test]
async fn only_a_key_that_nothing_bounds_manages_users() {
    let machine = Machine::new();
    let cluster = machine.cluster("one");
    let mut number = 0;
    let mut with_key = async |terms: Value| {
        number += 1;
        let mut body = json!({"name": format!("k{number}"), "orgRole": "Member", "manageKeys": true,
            "projects": [{"projectId": machine.project.to_string(), "role": "Admin",
                "allCluster": true}]});
        for (field, value) in terms.as_object().unwrap() {
            match field.as_str() {
                "role" => body["projects"][0]["role"] = value.clone(),
                _ => body[field] = value.clone(),
            }
        }
        let (_, key) = plain(&machine.post(Who::OwnerKey, "/v2/apiKeys", &body.to_string()).await);
        let body = json!({"username": format!("u{number}")}).to_string();
        let users = path(cluster, "users");
        signed(&machine, &key, Method::POST, &users, &body).await.status.as_u16()
    };
    assert_eq!(with_key(json!({})).await, 200);
    assert_eq!(with_key(json!({"manageKeys": false})).await, 403);
    assert_eq!(with_key(json!({"role": "Read-Write"})).await, 403);
    assert_eq!(with_key(json!({"expiresInDays": 10})).await, 403);
    assert_eq!(with_key(json!({"rateLimit": 5})).await, 403);
}

#[tokio::test]
async fn a_user_may_what_it_holds_on_its_own_cluster_only() {
    let machine = Machine::new();
    let (here, elsewhere) = (machine.cluster("here"), machine.cluster("elsewhere"));
    let operator = Caller::operator();
    made(&machine, &operator, here, "ada").unwrap();
    let ada = signed_in(&machine, here, "ada");
    let refused = |result: Result<(), Error>| result.unwrap_err().kind();
    assert_eq!(refused(made(&machine, &ada, here, "eve")), ErrorKind::Forbidden);
    assert_eq!(refused(made(&machine, &ada, elsewhere, "eve")), ErrorKind::NotFound);
    let other = cluster_users::list(&machine.desk, &ada, here).unwrap_err();
    assert!(other.message().contains("SelectOwnership"), "{other}");
    let own = cluster_users::show(&machine.desk, &ada, here, &name("ada")).unwrap();
    assert_eq!(own.name, name("ada"));

    // Its own password, for which the old one is asked.
    let change = |old: Option<&str>| {
        let old = old.map(|old| SecretText::new(old.to_owned()));
        let new = Some(password("Correct-2"));
        let request = ChangeClusterPassword { cluster: here, name: name("ada"), old, new };
        cluster_users::change_password(&machine.desk, &ada, request).map(|_| ())
    };
    assert_eq!(change(None).unwrap_err().field(), Some("oldPassword"));
    assert_eq!(change(Some("Wrong-123")).unwrap_err().field(), Some("oldPassword"));
    change(Some("Correct-1")).unwrap();
    // Whoever came with the old password does nothing any more.
    assert_eq!(refused(change(Some("Correct-2"))), ErrorKind::Unauthenticated);
    let ada = signed_in(&machine, here, "ada");

    // With the right to make users it makes them here; a right on one database is none here.
    let role = path(here, "users/ada/roles");
    assert_eq!(post(&machine, &role, &json!({"roleName": "db_rw"})).await.status, 200);
    assert_eq!(refused(made(&machine, &ada, here, "eve")), ErrorKind::Forbidden);
    assert_eq!(post(&machine, &role, &json!({"roleName": "db_admin"})).await.status, 200);
    made(&machine, &ada, here, "eve").unwrap();
    assert_eq!(refused(made(&machine, &ada, elsewhere, "eve")), ErrorKind::NotFound);

    // Whoever is dropped does nothing more with what a gateway had admitted.
    assert_eq!(machine.delete(Who::ProjectOwner, &path(here, "users/ada")).await.status, 200);
    assert_eq!(refused(made(&machine, &ada, here, "mallory")), ErrorKind::Unauthenticated);
    let trail = machine.get(Who::OwnerSession, "/v2/audit?pageSize=100").await;
    assert!(trail.text.contains("PrivilegeCreateOwnership") && trail.text.contains("refused"));
    for filter in ["resource", "actor"] {
        let narrowed = format!("/v2/audit?pageSize=100&{filter}={}", own.id);
        let found = machine.get(Who::OwnerSession, &narrowed).await.data();
        assert!(found["count"].as_u64().unwrap() > 2, "{filter}");
    }
}

/// A gateway verifies a password, and the call waits before it is looked at here: meanwhile
/// somebody else may have set another one.
#[tokio::test]
async fn a_password_that_was_proved_before_it_was_changed_proves_nothing() {
    let machine = Machine::new();
    let (here, elsewhere) = (machine.cluster("here"), machine.cluster("elsewhere"));
    let operator = Caller::operator();
    made(&machine, &operator, here, "ada").unwrap();
    let ada = cluster_users::show(&machine.desk, &operator, here, &name("ada")).unwrap();
    let verifier = |id| machine.store.read(|reader| store::cluster_users::verifier(reader, id));
    let proven = verifier(ada.id).unwrap();
    let admit = |cluster| {
        let admitted = Admitted::User(ada.id, proven.clone());
        control::on_cluster(&machine.desk, admitted, cluster, None).map_err(|error| error.kind())
    };
    assert!(admit(here).is_ok());
    assert_eq!(admit(elsewhere).unwrap_err(), ErrorKind::Unauthenticated);
    // Set by an owner, to the very same password: it is another one all the same.
    let change = json!({ "password": "Correct-1" });
    let reply = post(&machine, &path(here, "users/ada/password"), &change).await;
    assert_eq!(reply.status, 200);
    assert_eq!(admit(here).unwrap_err(), ErrorKind::Unauthenticated);
    assert!(!verifier(ada.id).unwrap().is(&proven));
}

#[tokio::test]
async fn everything_is_taken_out_and_put_in_elsewhere() {
    let machine = Machine::new();
    let (from, to) = (machine.cluster("from"), machine.cluster("to"));
    let operator = Caller::operator();
    made(&machine, &operator, from, "ada").unwrap();
    for (at, body) in [
        ("roles", json!({"roleName": "analyst"})),
        ("privilegeGroups", json!({"groupName": "look"})),
        ("privilegeGroups/look/privileges", json!({"privileges": ["Search"]})),
        ("roles/analyst/grants", json!({"privilege": "look"})),
        ("users/ada/roles", json!({"roleName": "analyst"})),
    ] {
        assert_eq!(post(&machine, &path(from, at), &body).await.status, 200, "{at}");
    }
    let all = cluster_access::export(&machine.desk, &operator, from).unwrap().into_value();
    assert_eq!((all.users.len(), all.roles.len(), all.groups.len()), (1, 1, 1));
    let put = |all| cluster_access::import(&machine.desk, &operator, to, all).map(|_| ());
    let mut broken = all.clone();
    broken.users[0].roles.push(RoleName::Custom(ClusterRoleName::new("unknown").unwrap()));
    assert_eq!(put(&broken).unwrap_err().kind(), ErrorKind::NotFound);
    let users = machine.get(Who::ProjectOwner, &path(to, "users")).await.data();
    assert_eq!(users["count"], 0, "all or nothing");
    put(&all).unwrap();
    assert_eq!(put(&all).unwrap_err().kind(), ErrorKind::Conflict);
    assert!(put(&cluster_access::ClusterAccess::default()).is_err());
    let shown = machine.get(Who::ProjectOwner, &path(to, "roles/analyst")).await.data();
    assert_eq!(
        (&shown["users"], &shown["grants"][0]["privilege"]),
        (&json!(["ada"]), &json!("look"))
    );
    // The password is still the same.
    let ada = signed_in(&machine, to, "ada");
    let old = Some(SecretText::new("Correct-1".to_owned()));
    let request = ChangeClusterPassword { cluster: to, name: name("ada"), old, new: None };
    let changed = cluster_users::change_password(&machine.desk, &ada, request).unwrap();
    assert!(changed.into_value().generated.is_some());
}
