//! Lists: stable pages, counts, filters.

use crate::ground::{Ground, Home, page};
use model::name::Description;
use model::scope::ClusterScope;
use model::{AccessRole, KeyId, ProjectId};
use store::keys::{self, KeyFilter, KeyKind};
use store::projects;

fn ids(home: &Home, filter: &KeyFilter) -> Vec<KeyId> {
    let listed = home.read(|reader| keys::list(reader, filter, page(1, 100)));
    assert_eq!(listed.count, listed.items.len() as u64);
    listed.items.into_iter().map(|key| key.id).collect()
}

impl Home {
    fn everywhere(&self) -> KeyFilter {
        KeyFilter {
            organization: Some(self.organization),
            ..KeyFilter::default()
        }
    }
}

pub(crate) fn pages_are_stable_and_counted(ground: &dyn Ground) {
    let home = Home::new(ground);
    let made = home.write(|work| {
        // All at the same moment: only the id can order them.
        (0..5)
            .map(|_| {
                let kind = home.grant(AccessRole::Admin, ClusterScope::All);
                Ok(keys::insert(work, &home.api_key(), home.new_key("same", kind))?.id)
            })
            .collect::<Result<Vec<_>, _>>()
    });
    let mut expected = made.unwrap().into_value();
    expected.sort_by_key(ToString::to_string);
    let newest = home.insert_key("newest").into_value().id;
    expected.insert(0, newest);

    let filter = KeyFilter {
        projects: Some(vec![home.project]),
        ..KeyFilter::default()
    };
    let mut found = Vec::new();
    for number in 1..=4 {
        let listed = home.read(|reader| keys::list(reader, &filter, page(number, 2)));
        assert_eq!((listed.count, listed.page), (6, page(number, 2)));
        found.extend(listed.items.into_iter().map(|key| key.id));
    }
    assert_eq!(found, expected);

    let names = ["a", "b"].map(|name| {
        let new = home.new_project(ProjectId::generate(&*home.entropy), name);
        let made = home.write(|work| projects::insert(work, new)).unwrap();
        made.into_value().id
    });
    let listed = home.read(|reader| projects::list(reader, home.organization, page(1, 2)));
    assert_eq!(listed.count, 3);
    let listed: Vec<_> = listed.items.iter().map(|project| project.id).collect();
    assert_eq!(listed, [names[1], names[0]]);
}

pub(crate) fn filters_narrow(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [first, second] = ["one", "two"].map(|name| home.insert_cluster(name));
    let insert = |name, role, scope| {
        let new = home.new_key(name, home.grant(role, scope));
        home.insert(&home.api_key(), new).into_value().id
    };
    let only = ClusterScope::Only([first].into());
    let batch = insert("batch", AccessRole::Admin, only);
    let app = insert("app", AccessRole::ReadOnly, ClusterScope::All);
    let user = home.insert_user("ada@example.com");
    let new = home.new_key("mine", KeyKind::Personal(user));
    let mine = home.insert(&home.api_key(), new).into_value().id;

    let all = KeyFilter::default();
    let role = |role| KeyFilter {
        role: Some(role),
        ..all.clone()
    };
    let projects = |projects| KeyFilter {
        projects: Some(projects),
        ..all.clone()
    };
    let cluster = |cluster| KeyFilter {
        cluster: Some(cluster),
        ..all.clone()
    };
    let personal = KeyFilter {
        user: Some(user),
        ..all.clone()
    };
    let nowhere = ProjectId::from_number(1).unwrap();
    for (filter, expected) in [
        (all.clone(), vec![mine, app, batch]),
        (home.everywhere(), vec![mine, app, batch]),
        (projects(vec![home.project, nowhere]), vec![app, batch]),
        (projects(vec![]), vec![]),
        (personal, vec![mine]),
        (role(AccessRole::Admin), vec![batch]),
        (cluster(first), vec![app, batch]),
        (cluster(second), vec![app]),
    ] {
        assert_eq!(ids(&home, &filter), expected, "{filter:?}");
    }
}

pub(crate) fn search_is_literal(ground: &dyn Ground) {
    let home = Home::new(ground);
    let insert = |name, description, role| {
        let mut new = home.new_key(name, home.grant(role, ClusterScope::All));
        new.description = Description::new(description).unwrap();
        home.insert(&home.api_key(), new).into_value().id
    };
    let batch = insert("batch-1", "Nightly 100% Import", AccessRole::Admin);
    let app = insert("app", "", AccessRole::ReadOnly);
    for (text, expected) in [
        ("ATCH", vec![batch]),
        ("nightly", vec![batch]),
        ("100%", vec![batch]),
        ("%", vec![batch]),
        ("_", vec![]),
        ("\\", vec![]),
        ("'; DROP TABLE keys; --", vec![]),
        (&app.to_string(), vec![app]),
    ] {
        let filter = |role| KeyFilter {
            search: Some(text.to_owned()),
            role,
            ..home.everywhere()
        };
        assert_eq!(ids(&home, &filter(None)), expected, "{text}");
        let both = filter(Some(AccessRole::ReadWrite));
        assert_eq!(ids(&home, &both), [], "no key passes both filters");
    }
}
