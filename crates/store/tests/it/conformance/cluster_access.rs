//! Users, roles, grants and privilege groups of clusters: kept without repetitions, and published
//! with every change that gateways see.

use crate::ground::{Ground, Home};
use model::change::{ClusterRoleAccess, ClusterUserAccess};
use model::cluster_role::{BuiltInRole, ClusterRoleName, RoleName, RoleRef};
use model::cluster_user::{ClusterUserName, PasswordVerifier};
use model::grant::{Grant, GrantTarget, Granted, NameChoice, PrivilegeGroupName};
use model::name::Description;
use model::privilege::{Privilege, PrivilegeSet};
use model::{
    Action, Change, ClusterId, ClusterRoleId, ClusterUserId, ErrorKind, Resource, Revision,
    SecretText,
};
use store::cluster_roles::{self, ClusterRole};
use store::cluster_users::{self, ClusterUser, NewClusterUser};
use store::{Feed, audit, clusters, privilege_groups, projects};

fn verifier(salt: char) -> PasswordVerifier {
    let phc = format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ{salt}$aGFzaGhhc2g");
    PasswordVerifier::from_phc(SecretText::new(phc)).unwrap()
}

fn user_name(text: &str) -> ClusterUserName {
    ClusterUserName::new(text).unwrap()
}

fn group_name(text: &str) -> PrivilegeGroupName {
    PrivilegeGroupName::new(text).unwrap()
}

fn grant(what: &str, database: &str, collection: &str) -> Grant {
    let (database, collection) =
        (NameChoice::new(database).unwrap(), NameChoice::new(collection).unwrap());
    Grant { what: Granted::new(what).unwrap(), target: GrantTarget { database, collection } }
}

fn set(privileges: &[Privilege]) -> PrivilegeSet {
    privileges.iter().copied().collect()
}

fn insert_user(home: &Home, cluster: ClusterId, name: &str) -> ClusterUser {
    let new = NewClusterUser { cluster, name: user_name(name), verifier: verifier('a') };
    home.write(|work| cluster_users::insert(work, &new)).unwrap().into_value()
}

fn insert_role(home: &Home, cluster: ClusterId, name: &str) -> ClusterRole {
    let name = ClusterRoleName::new(name).unwrap();
    let description = Description::new("").unwrap();
    home.write(|work| cluster_roles::insert(work, cluster, &name, &description))
        .unwrap()
        .into_value()
}

/// Users and roles as a gateway knows them.
#[derive(Default)]
struct Known {
    users: Vec<ClusterUserAccess>,
    roles: Vec<ClusterRoleAccess>,
    gone: Vec<String>,
}

impl Known {
    fn take(&mut self, change: Change) {
        match change {
            Change::ClusterUserPut(user) => self.users.push(user),
            Change::ClusterRolePut(role) => self.roles.push(role),
            Change::ClusterUserGone(id) => self.gone.push(id.to_string()),
            Change::ClusterRoleGone(id) => self.gone.push(id.to_string()),
            _ => {}
        }
    }

    fn user(&self, id: ClusterUserId) -> &ClusterUserAccess {
        self.users.iter().rev().find(|user| user.id == id).unwrap()
    }

    fn role(&self, id: ClusterRoleId) -> &ClusterRoleAccess {
        self.roles.iter().rev().find(|role| role.id == id).unwrap()
    }
}

/// What a gateway that follows the feed is told.
fn told(home: &Home, after: Revision) -> Known {
    let Feed::Changes(changes) = home.store.changes_after(after, 1000).unwrap() else {
        panic!("the log reaches back to {after:?}");
    };
    let mut known = Known::default();
    changes.items.into_iter().for_each(|change| known.take(change));
    known
}

/// What a gateway that loads the table is told.
fn loaded(home: &Home) -> Known {
    let mut known = Known::default();
    home.store.load(&mut |change| known.take(change)).unwrap();
    known
}

pub(crate) fn a_user_is_published_with_every_change(ground: &dyn Ground) {
    let home = Home::new(ground);
    let cluster = home.insert_cluster("one");
    let start = home.store.revision().unwrap();
    let user = insert_user(&home, cluster, "ada");
    let role = insert_role(&home, cluster, "reader");
    let access = told(&home, start).user(user.id).clone();
    assert_eq!((access.cluster, access.name.as_str()), (cluster, "ada"));
    assert_eq!(access.verifier.expose(), verifier('a').expose());
    assert!(access.roles.is_empty());

    for (role, again) in [
        (RoleRef::Custom(role.id), false),
        (RoleRef::BuiltIn(BuiltInRole::ReadOnly), false),
        (RoleRef::Custom(role.id), true),
        (RoleRef::BuiltIn(BuiltInRole::ReadOnly), true),
    ] {
        let before = home.store.revision().unwrap();
        let added = home.write(|work| cluster_users::add_role(work, user.id, role)).unwrap();
        assert_eq!(added.into_value(), !again);
        assert_eq!(told(&home, before).users.is_empty(), again, "only a change is published");
    }
    let both = [RoleRef::BuiltIn(BuiltInRole::ReadOnly), RoleRef::Custom(role.id)];
    assert_eq!(*loaded(&home).user(user.id).roles, both);
    let names = home.read(|reader| cluster_users::find(reader, user.id)).unwrap().roles;
    let named = RoleName::Custom(role.name.clone());
    assert_eq!(names, [RoleName::BuiltIn(BuiltInRole::ReadOnly), named]);
    let with = home.read(|reader| cluster_users::with_role(reader, cluster, both[1]));
    assert_eq!(with, [(user.id, user.name.clone())]);

    let before = home.store.revision().unwrap();
    let removed = home.write(|work| cluster_users::remove_role(work, user.id, both[0])).unwrap();
    assert!(removed.into_value());
    assert_eq!(*told(&home, before).user(user.id).roles, both[1..]);
    let changed = home.write(|work| cluster_users::set_verifier(work, user.id, &verifier('b')));
    assert!(changed.unwrap().into_value().password_set_at > user.password_set_at);
    let access = told(&home, before).user(user.id).verifier.clone();
    assert_eq!(access.expose(), verifier('b').expose());
    let kept = home.read(|reader| cluster_users::verifier(reader, user.id));
    assert_eq!(kept.expose(), verifier('b').expose());

    let before = home.store.revision().unwrap();
    let dropped = home.write(|work| cluster_users::delete(work, user.id)).unwrap();
    assert_eq!(dropped.into_value().unwrap().name, user.name);
    assert_eq!(told(&home, before).gone, [user.id.to_string()]);
    assert!(loaded(&home).users.is_empty());
    assert!(home.write(|work| cluster_users::delete(work, user.id)).unwrap().value().is_none());
}

pub(crate) fn names_are_taken_once_on_a_cluster(ground: &dyn Ground) {
    let home = Home::new(ground);
    let (one, other) = (home.insert_cluster("one"), home.insert_cluster("other"));
    for cluster in [one, other] {
        insert_user(&home, cluster, "ada");
        insert_role(&home, cluster, "reader");
        let _ = home
            .write(|work| privilege_groups::insert(work, cluster, &group_name("search")))
            .unwrap();
    }
    // Upper and lower case differ.
    insert_user(&home, one, "Ada");
    let new = NewClusterUser { cluster: one, name: user_name("ada"), verifier: verifier('b') };
    let twice = home.write(|work| cluster_users::insert(work, &new)).unwrap_err();
    assert_eq!((twice.kind(), twice.field()), (ErrorKind::Conflict, Some("username")));
    let (name, text) = (ClusterRoleName::new("reader").unwrap(), Description::new("").unwrap());
    let twice = home.write(|work| cluster_roles::insert(work, one, &name, &text)).unwrap_err();
    assert_eq!((twice.kind(), twice.field()), (ErrorKind::Conflict, Some("roleName")));
    let group = group_name("search");
    let twice = home.write(|work| privilege_groups::insert(work, one, &group)).unwrap_err();
    assert_eq!((twice.kind(), twice.field()), (ErrorKind::Conflict, Some("groupName")));

    let nowhere = ClusterId::from_number(9).unwrap();
    let new = NewClusterUser { cluster: nowhere, ..new };
    let lost = home.write(|work| cluster_users::insert(work, &new)).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::NotFound);
    let lost = home.write(|work| cluster_roles::insert(work, nowhere, &name, &text));
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(home.read(|reader| cluster_users::count(reader, one)), 2);
    let names: Vec<_> = home.read(|reader| cluster_users::list(reader, one));
    let names: Vec<_> = names.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names, ["Ada", "ada"]);
}

pub(crate) fn a_role_is_published_as_what_it_holds(ground: &dyn Ground) {
    let home = Home::new(ground);
    let cluster = home.insert_cluster("one");
    let role = insert_role(&home, cluster, "reader");
    let (group, privileges) = (group_name("look"), set(&[Privilege::Search, Privilege::Query]));
    let add = |grant: &Grant| {
        home.write(|work| cluster_roles::add_grant(work, role.id, grant, "db_admin")).unwrap()
    };
    let _ = home.write(|work| privilege_groups::insert(work, cluster, &group)).unwrap();
    let by_group = grant("look", "default", "docs");
    assert!(add(&by_group).into_value());
    assert!(loaded(&home).role(role.id).grants.is_empty(), "the group holds nothing yet");

    let before = home.store.revision().unwrap();
    let _ = home.write(|work| privilege_groups::set(work, cluster, &group, privileges)).unwrap();
    let access = told(&home, before).role(role.id).clone();
    assert_eq!(access.grants.len(), 1, "a change of a group is one of the roles that have it");
    assert_eq!(access.grants[0].privileges, privileges);
    assert!(access.grants[0].collection.admits(b"docs"));

    let _ = add(&grant("Insert", "default", "docs"));
    let _ = add(&grant("DatabaseReadOnly", "sales", "*"));
    assert!(!add(&grant("Insert", "default", "docs")).into_value(), "once is enough");
    let grants = home.read(|reader| cluster_roles::grants(reader, role.id));
    let written: Vec<_> = grants.iter().map(|record| record.grant.to_string()).collect();
    let expected =
        ["Insert on default.docs", "look on default.docs", "DatabaseReadOnly on sales.*"];
    assert_eq!(written, expected);
    assert!(grants.iter().all(|record| record.grantor == "db_admin"));
    let held = loaded(&home).role(role.id).grants.clone();
    assert_eq!(held.len(), 2, "one entry for each target");
    assert_eq!(held[0].privileges, privileges.with(Privilege::Insert));

    let before = home.store.revision().unwrap();
    let refused = home.write(|work| privilege_groups::delete(work, cluster, &group)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    let removed = home.write(|work| cluster_roles::remove_grant(work, role.id, &by_group));
    assert!(removed.unwrap().into_value());
    assert_eq!(told(&home, before).role(role.id).grants[0].privileges, set(&[Privilege::Insert]));
    let again = home.write(|work| cluster_roles::remove_grant(work, role.id, &by_group));
    assert!(!again.unwrap().into_value());
    let gone = home.write(|work| privilege_groups::delete(work, cluster, &group)).unwrap();
    assert_eq!(gone.into_value().unwrap().privileges, privileges);
    assert!(home.read(|reader| privilege_groups::list(reader, cluster)).is_empty());
}

pub(crate) fn rights_on_a_cluster_are_those_on_the_whole_of_it(ground: &dyn Ground) {
    let home = Home::new(ground);
    let cluster = home.insert_cluster("one");
    let (user, role) = furnish(&home, cluster);
    let rights = || home.read(|reader| cluster_users::rights(reader, user.id));
    assert_eq!(rights(), set(&[Privilege::Search]), "by a group");
    for (what, database) in [("Insert", "default"), ("CreateOwnership", "*")] {
        let grant = grant(what, database, "*");
        let _ =
            home.write(|work| cluster_roles::add_grant(work, role.id, &grant, "db_admin")).unwrap();
    }
    assert_eq!(rights(), set(&[Privilege::Search, Privilege::CreateOwnership]));
    let all = RoleRef::BuiltIn(BuiltInRole::Admin);
    let _ = home.write(|work| cluster_users::add_role(work, user.id, all)).unwrap();
    assert_eq!(rights(), PrivilegeSet::ALL);
}

pub(crate) fn a_dropped_role_is_taken_from_its_users(ground: &dyn Ground) {
    let home = Home::new(ground);
    let cluster = home.insert_cluster("one");
    let (user, role) = (insert_user(&home, cluster, "ada"), insert_role(&home, cluster, "reader"));
    let _ = home
        .write(|work| cluster_users::add_role(work, user.id, RoleRef::Custom(role.id)))
        .unwrap();
    let _ = home
        .write(|work| {
            cluster_roles::add_grant(work, role.id, &grant("Search", "*", "*"), "db_admin")
        })
        .unwrap();
    let before = home.store.revision().unwrap();
    let dropped = home.write(|work| cluster_roles::delete(work, role.id)).unwrap();
    assert_eq!(dropped.into_value(), Some(role.clone()));
    assert_eq!(told(&home, before).gone, [role.id.to_string()]);
    assert!(loaded(&home).user(user.id).roles.is_empty() && loaded(&home).roles.is_empty());
    let nobody = home
        .write(|work| cluster_users::add_role(work, user.id, RoleRef::Custom(role.id)).map(|_| ()));
    assert_eq!(nobody.unwrap_err().kind(), ErrorKind::NotFound);
}

/// A user with a role that a group is granted to, so that every table has a row.
pub(crate) fn furnish(home: &Home, cluster: ClusterId) -> (ClusterUser, ClusterRole) {
    let (user, role) = (insert_user(home, cluster, "ada"), insert_role(home, cluster, "reader"));
    let group = group_name("look");
    let _ = home
        .write(|work| {
            cluster_users::add_role(work, user.id, RoleRef::Custom(role.id))?;
            privilege_groups::insert(work, cluster, &group)?;
            cluster_roles::add_grant(work, role.id, &grant("look", "*", "*"), "db_admin")?;
            privilege_groups::set(work, cluster, &group, set(&[Privilege::Search]))
        })
        .unwrap();
    (user, role)
}

pub(crate) fn a_cluster_takes_its_users_and_roles_along(ground: &dyn Ground) {
    let home = Home::new(ground);
    for whole_project in [false, true] {
        let cluster = home.insert_cluster("one");
        let (user, role) = furnish(&home, cluster);
        let before = home.store.revision().unwrap();
        if whole_project {
            let _ = home
                .store
                .write(|work| {
                    let event = crate::ground::event(
                        Action::DeleteProject,
                        Resource::Project(home.project),
                    );
                    Ok((projects::delete(work, home.project)?, event))
                })
                .unwrap();
        } else {
            let _ = home.write(|work| clusters::delete(work, cluster)).unwrap();
        }
        let mut gone = told(&home, before).gone;
        gone.sort();
        assert_eq!(gone, [role.id.to_string(), user.id.to_string()]);
        let known = loaded(&home);
        assert!(known.users.is_empty() && known.roles.is_empty());
    }
}

pub(crate) fn acts_on_them_are_recorded_in_their_project(ground: &dyn Ground) {
    let home = Home::new(ground);
    let cluster = home.insert_cluster("one");
    let (user, role) = (insert_user(&home, cluster, "ada"), insert_role(&home, cluster, "reader"));
    for (resource, action) in [
        (Resource::ClusterUser(user.id), Action::DeleteClusterUser),
        (Resource::ClusterRole(role.id), Action::DeleteClusterRole),
    ] {
        let done = home.store.write(|work| {
            match resource {
                Resource::ClusterUser(id) => drop(cluster_users::delete(work, id)?),
                _ => drop(cluster_roles::delete(work, role.id)?),
            }
            Ok(((), crate::ground::event(action, resource)))
        });
        let revision = done.unwrap().revision();
        let records =
            home.read(|reader| audit::after(reader, &audit::AuditFilter::default(), 0, 100));
        let record = records.iter().rfind(|record| record.revision == Some(revision)).unwrap();
        assert_eq!(record.resource, resource.to_string());
        assert_eq!(record.project, Some(home.project), "where it was before it was dropped");
    }
}
