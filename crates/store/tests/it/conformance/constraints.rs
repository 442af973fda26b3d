//! What the store refuses, and how it says so.

use crate::ground::{Ground, Home};
use model::name::OrganizationName;
use model::scope::ClusterScope;
use model::{
    AccessRole, ClusterId, Error, ErrorKind, OrganizationId, OrganizationRole, ProjectId,
    ProjectRole, UserId,
};
use store::keys::{KeyKind, KeyUpdate};
use store::{clusters, keys, members, organizations, projects, users};

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>, kind: ErrorKind, words: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    assert!(error.message().contains(words), "{error:?}");
}

pub(crate) fn names_and_ports_are_taken_once(ground: &dyn Ground) {
    let home = Home::new(ground);
    let conflict = ErrorKind::Conflict;
    let again = home.new_project(ProjectId::generate(&*home.entropy), "default");
    let outcome = home.write(|work| projects::insert(work, again));
    refused(outcome, conflict, "projectName: there is a project named default");

    home.insert_user("ada@example.com");
    let again = home.new_user("ada@example.com");
    let outcome = home.write(|work| users::insert(work, again));
    refused(outcome, conflict, "email: there is an account");

    let first = home.new_cluster("one", Some(20_001));
    let _ = home.write(|work| clusters::insert(work, first)).unwrap();
    let again = home.new_cluster("one", Some(20_002));
    let outcome = home.write(|work| clusters::insert(work, again));
    refused(outcome, conflict, "clusterName: the project has a cluster named one");
    let again = home.new_cluster("two", Some(20_001));
    let outcome = home.write(|work| clusters::insert(work, again));
    refused(outcome, conflict, "port: another cluster has port 20001");

    // The same names elsewhere, and any number of clusters without a port, are fine.
    let elsewhere = ProjectId::generate(&*home.entropy);
    let organization = OrganizationId::generate(&*home.entropy);
    let _ = home
        .write(|work| {
            organizations::insert(work, organization, &OrganizationName::new("Other").unwrap())?;
            let mut new = home.new_project(elsewhere, "default");
            new.organization = organization;
            projects::insert(work, new)?;
            for name in ["one", "two", "three"] {
                let mut cluster = home.new_cluster(name, None);
                cluster.project = elsewhere;
                clusters::insert(work, cluster)?;
            }
            Ok(())
        })
        .unwrap();
    let found = home.read(|reader| projects::find(reader, elsewhere));
    assert_eq!(found.unwrap().clusters, 3);
    assert_eq!(home.read(clusters::ports), [20_001].into());
}

pub(crate) fn references_must_exist(ground: &dyn Ground) {
    let home = Home::new(ground);
    let missing = ErrorKind::NotFound;
    let nowhere = ProjectId::from_number(1).unwrap();
    let nobody = UserId::from_number(1).unwrap();

    let mut cluster = home.new_cluster("one", None);
    cluster.project = nowhere;
    let outcome = home.write(|work| clusters::insert(work, cluster));
    refused(outcome, missing, "there is no project proj-");

    let mut project = home.new_project(ProjectId::generate(&*home.entropy), "two");
    project.organization = OrganizationId::from_number(1).unwrap();
    let outcome = home.write(|work| projects::insert(work, project));
    refused(outcome, missing, "there is no organization org-");

    let personal = home.new_key("mine", KeyKind::Personal(nobody));
    let outcome = home.write(|work| keys::insert(work, &home.api_key(), personal));
    refused(outcome, missing, "there is no user user-");

    let role = OrganizationRole::Owner;
    let outcome =
        home.write(|work| members::set_organization_role(work, home.organization, nobody, role));
    refused(outcome, missing, "there is no user user-");

    let user = home.insert_user("ada@example.com");
    let role = ProjectRole::Owner;
    let outcome = home.write(|work| members::set_project_role(work, nowhere, user, role));
    refused(outcome, missing, "there is no project proj-");
    let outcome = home.write(|work| members::set_project_role(work, home.project, user, role));
    refused(outcome, ErrorKind::Conflict, "not a member of the project's organization");
}

pub(crate) fn a_project_has_one_default_key(ground: &dyn Ground) {
    let home = Home::new(ground);
    let default = |home: &Home| {
        let kind = home.grant(AccessRole::ReadWrite, ClusterScope::All);
        let mut new = home.new_key("default", kind);
        new.is_default = true;
        home.write(|work| keys::insert(work, &home.api_key(), new))
    };
    let first = default(&home).unwrap().into_value();
    refused(default(&home), ErrorKind::Conflict, "has a default key already");
    // It can be deleted like any other, and then there is room for another.
    assert!(home.delete_key(first.id).value().is_some());
    assert!(default(&home).unwrap().value().is_default);
    // Keys by the same name are no conflict.
    let _ = home.insert_key("default");

    let key = home.api_key();
    let kind = home.grant(AccessRole::ReadWrite, ClusterScope::All);
    let _ = home.insert(&key, home.new_key("one", kind.clone()));
    let twice = home.write(|work| keys::insert(work, &key, home.new_key("two", kind)));
    refused(twice, ErrorKind::Conflict, "there is an API key key-");
}

pub(crate) fn a_key_opens_clusters_of_its_project_only(ground: &dyn Ground) {
    let home = Home::new(ground);
    let inside = home.insert_cluster("one");
    let other = ProjectId::generate(&*home.entropy);
    let _ = home.write(|work| projects::insert(work, home.new_project(other, "other"))).unwrap();
    let mut outside = home.new_cluster("one", None);
    outside.project = other;
    let outside = home.write(|work| clusters::insert(work, outside)).unwrap();
    let outside = outside.value().id;
    let nowhere = ClusterId::from_number(1).unwrap();

    for stranger in [outside, nowhere] {
        let scope = ClusterScope::Only([inside, stranger].into());
        let new = home.new_key("one", home.grant(AccessRole::Admin, scope));
        let outcome = home.write(|work| keys::insert(work, &home.api_key(), new));
        refused(outcome, ErrorKind::Invalid, &format!("no cluster {stranger}"));
    }
    let scope = ClusterScope::Only([inside].into());
    let kind = home.grant(AccessRole::Admin, scope);
    let key = home.insert(&home.api_key(), home.new_key("one", kind)).into_value();
    let update = KeyUpdate {
        kind: home.grant(AccessRole::Admin, ClusterScope::Only([outside].into())),
        ..KeyUpdate::of(&key)
    };
    let outcome = home.write(|work| keys::update(work, key.id, update));
    refused(outcome, ErrorKind::Invalid, "clusterIds: the project has no cluster");
    assert_eq!(home.read(|reader| keys::find(reader, key.id)), Some(key));
}

pub(crate) fn the_last_owner_stays(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [ada, eve] = ["ada@example.com", "eve@example.com"].map(|email| home.insert_user(email));
    let set = |user, role| {
        home.write(|work| members::set_organization_role(work, home.organization, user, role))
    };
    let remove =
        |user| home.write(|work| members::remove_from_organization(work, home.organization, user));
    let _ = set(ada, OrganizationRole::Owner).unwrap();
    let _ = set(eve, OrganizationRole::Member).unwrap();
    let last = "the last owner of an organization cannot leave";
    refused(remove(ada), ErrorKind::Conflict, last);
    refused(set(ada, OrganizationRole::Member), ErrorKind::Conflict, last);

    let _ = set(eve, OrganizationRole::Owner).unwrap();
    assert!(*remove(ada).unwrap().value());
    assert!(!*remove(ada).unwrap().value(), "already gone");
    refused(remove(eve), ErrorKind::Conflict, last);
}
