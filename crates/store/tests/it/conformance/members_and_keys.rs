//! People, their keys, and secrets.

use crate::ground::{Ground, Home};
use model::cluster::UpstreamAddress;
use model::name::{Description, KeyName};
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{
    AccessRole, Change, ErrorKind, KeyId, OrganizationRole, ProjectRole, SecretText, UserId,
};
use store::clusters::ClusterEngine;
use store::keys::{Key, KeyKind, KeyUpdate};
use store::{Feed, clusters, keys, members};

fn personal_key(home: &Home, user: UserId) -> Key {
    let new = home.new_key("mine", KeyKind::Personal(user));
    home.insert(&home.api_key(), new).into_value()
}

/// What the newest change says the key opens; `None` if it says that the key is gone.
fn published(home: &Home, id: KeyId) -> Option<KeyReach> {
    let newest = home.store.revision().unwrap();
    let before = model::Revision::new(newest.number() - 1);
    let Feed::Changes(changes) = home.store.changes_after(before, 10).unwrap() else {
        panic!("the newest revision is in the log");
    };
    match &changes.items[..] {
        [Change::KeyPut(key)] if key.id == id => Some(key.reach.clone()),
        [Change::KeyGone(gone)] if *gone == id => None,
        other => panic!("one change of {id}, not {other:?}"),
    }
}

pub(crate) fn a_personal_key_follows_its_person(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [ada, eve] = ["ada@example.com", "eve@example.com"].map(|email| home.insert_user(email));
    let set = |user, role| {
        let _ = home
            .write(|work| members::set_organization_role(work, home.organization, user, role))
            .unwrap();
    };
    set(ada, OrganizationRole::Owner);
    set(eve, OrganizationRole::Owner);
    let key = personal_key(&home, ada);
    let everything = Some(KeyReach::Organization(home.organization));
    assert_eq!(published(&home, key.id), everything);

    set(ada, OrganizationRole::Member);
    assert_eq!(published(&home, key.id), Some(KeyReach::Nothing));
    for (role, access) in
        [(ProjectRole::Member, AccessRole::ReadWrite), (ProjectRole::Owner, AccessRole::Admin)]
    {
        let _ =
            home.write(|work| members::set_project_role(work, home.project, ada, role)).unwrap();
        let grant = ProjectGrant {
            project: home.project,
            role: access,
            clusters: ClusterScope::All,
            data: DataScope::default(),
        };
        assert_eq!(published(&home, key.id), Some(KeyReach::Project(grant)));
        assert_eq!(
            home.read(|reader| members::project_role(reader, home.project, ada)),
            Some(role)
        );
    }
    let _ = home.write(|work| members::remove_from_project(work, home.project, ada)).unwrap();
    assert_eq!(published(&home, key.id), Some(KeyReach::Nothing));
    set(ada, OrganizationRole::Owner);
    assert_eq!(published(&home, key.id), everything);
}

pub(crate) fn a_personal_key_dies_with_the_membership(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [ada, eve] = ["ada@example.com", "eve@example.com"].map(|email| home.insert_user(email));
    for user in [ada, eve] {
        let role = OrganizationRole::Owner;
        let _ = home
            .write(|work| members::set_organization_role(work, home.organization, user, role))
            .unwrap();
    }
    let role = ProjectRole::Member;
    let _ = home.write(|work| members::set_project_role(work, home.project, ada, role)).unwrap();
    let (mine, theirs) = (personal_key(&home, ada), personal_key(&home, eve));
    let _ =
        home.write(|work| members::remove_from_organization(work, home.organization, ada)).unwrap();
    assert_eq!(published(&home, mine.id), None);
    home.read(|reader| {
        assert!(keys::find(reader, mine.id)?.is_none());
        assert!(keys::reveal(reader, mine.id)?.is_none());
        assert!(keys::find(reader, theirs.id)?.is_some());
        assert!(members::project_role(reader, home.project, ada)?.is_none());
        assert!(members::organizations_of(reader, ada)?.is_empty());
        let left =
            members::list_of_organization(reader, home.organization, crate::ground::page(1, 9))?;
        assert_eq!(left.items.iter().map(|member| member.user).collect::<Vec<_>>(), [eve]);
        Ok(())
    });
}

pub(crate) fn a_secret_comes_back_to_its_own_key_only(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.api_key();
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let record = home.insert(&key, home.new_key("one", kind)).into_value();
    let other = home.insert_key("two").into_value();
    let revealed = home.read(|reader| keys::reveal(reader, record.id)).unwrap();
    assert_eq!(revealed.expose(), key.expose());
    let revealed = home.read(|reader| keys::reveal(reader, other.id)).unwrap();
    assert_ne!(revealed.expose(), key.expose());
    assert!(!format!("{record:?}").contains(key.expose()));
    let nobody = KeyId::from_number(1).unwrap();
    assert!(home.read(|reader| keys::reveal(reader, nobody)).is_none());
}

pub(crate) fn an_update_replaces_role_and_scope(ground: &dyn Ground) {
    let home = Home::new(ground);
    let clusters = ["a", "b"].map(|name| home.insert_cluster(name));
    let key = home.insert_key("one").into_value();
    let update = |kind| KeyUpdate {
        name: KeyName::new("two").unwrap(),
        description: Description::new("nightly import").unwrap(),
        kind,
        ..KeyUpdate::of(&key)
    };
    let mut scope = clusters.to_vec();
    scope.sort();
    for scope in [
        ClusterScope::Only(scope.into()),
        ClusterScope::Only([clusters[1]].into()),
        ClusterScope::All,
    ] {
        let kind = home.grant(AccessRole::ReadOnly, scope.clone());
        let committed = home.write(|work| keys::update(work, key.id, update(kind))).unwrap();
        let stored = home.read(|reader| keys::find(reader, key.id)).unwrap();
        assert_eq!(&stored, committed.value());
        assert_eq!(stored.revision, committed.revision());
        assert_eq!(stored.grant().unwrap().clusters, scope);
        assert_eq!(stored.grant().unwrap().role, AccessRole::ReadOnly);
        assert_eq!(stored.name.as_str(), "two");
        assert_eq!(stored.created_at, key.created_at);
    }
    let nobody = KeyId::from_number(1).unwrap();
    let missing = home.write(|work| keys::update(work, nobody, KeyUpdate::of(&key)));
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);

    let personal = personal_key(&home, home.insert_user("ada@example.com"));
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let refused = home.write(|work| keys::update(work, personal.id, update(kind)));
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
}

pub(crate) fn a_service_credential_reaches_the_feed_only(ground: &dyn Ground) {
    let home = Home::new(ground);
    let uri = UpstreamAddress::parse("https://milvus.example.com:443").unwrap();
    let mut new = home.new_cluster("one", Some(20_001));
    new.engine = ClusterEngine::Attached(uri.clone());
    new.credential = Some(SecretText::new("root:Milvus".to_owned()));
    let made = home.write(|work| clusters::insert(work, new)).unwrap().into_value();
    let stored = home.read(|reader| clusters::find(reader, made.id)).unwrap();
    assert_eq!(stored, made);
    assert!(stored.has_credential && !format!("{stored:?}").contains("Milvus"));

    let mut routes = Vec::new();
    home.store
        .load(&mut |change| {
            if let Change::ClusterPut(route) = change {
                routes.push(route);
            }
        })
        .unwrap();
    let [route] = &routes[..] else {
        panic!("one cluster, not {routes:?}");
    };
    assert_eq!((route.id, route.project), (made.id, home.project));
    assert_eq!((route.organization, route.port), (home.organization, Some(20_001)));
    assert_eq!(route.upstream.as_ref(), Some(&uri));
    assert_eq!(route.credential.as_ref().unwrap().expose(), "root:Milvus");
}
