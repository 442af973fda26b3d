//! Lists: stable pages, counts, filters.

use crate::ground::{Ground, Home, page};
use model::cluster::{Engine, UpstreamAddress};
use model::name::{ClusterName, Description, KeyName, OrganizationName, ProjectName};
use model::scope::ClusterScope;
use model::{AccessRole, KeyId, OrganizationId, OrganizationRole, ProjectId, ProjectRole};
use store::clusters::ClusterEngine;
use store::keys::{KeyFilter, KeyKind, KeyUpdate};
use store::projects::{ProjectFilter, ProjectReach};
use store::{clusters, keys, members, organizations, projects, users};

fn ids(home: &Home, filter: &KeyFilter) -> Vec<KeyId> {
    let listed = home.read(|reader| keys::list(reader, filter, page(1, 100)));
    assert_eq!(listed.count, listed.items.len() as u64);
    listed.items.into_iter().map(|entry| entry.key.id).collect()
}

impl Home {
    fn everywhere(&self) -> KeyFilter {
        KeyFilter { organization: Some(self.organization), ..KeyFilter::default() }
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

    let filter = KeyFilter { projects: Some(vec![home.project]), ..KeyFilter::default() };
    let mut found = Vec::new();
    for number in 1..=4 {
        let listed = home.read(|reader| keys::list(reader, &filter, page(number, 2)));
        assert_eq!((listed.count, listed.page), (6, page(number, 2)));
        found.extend(listed.items.into_iter().map(|entry| entry.key.id));
    }
    assert_eq!(found, expected);

    let names = ["a", "b"].map(|name| {
        let new = home.new_project(ProjectId::generate(&*home.entropy), name);
        let made = home.write(|work| projects::insert(work, new)).unwrap();
        made.into_value().id
    });
    let all = home.projects(ProjectReach::Whole(home.organization), "");
    assert_eq!(all, [names[1], names[0], home.project]);
}

impl Home {
    /// The projects of a reach with this text, as their pages of two give them.
    fn projects(&self, reach: ProjectReach, search: &str) -> Vec<ProjectId> {
        let search = Some(search.to_owned()).filter(|text| !text.is_empty());
        let filter = ProjectFilter { reach, search };
        let count = self.read(|reader| projects::count(reader, &filter));
        let part = |skip| self.read(|reader| projects::list(reader, &filter, skip, 2));
        let found: Vec<_> = (0..count).step_by(2).flat_map(part).map(|one| one.id).collect();
        assert_eq!(found.len() as u64, count, "{filter:?}");
        assert_eq!(part(count), [], "nothing comes after the last");
        found
    }
}

pub(crate) fn projects_are_found_within_a_reach(ground: &dyn Ground) {
    let home = Home::new(ground);
    let make = |name| {
        let new = home.new_project(ProjectId::generate(&*home.entropy), name);
        home.write(|work| projects::insert(work, new)).unwrap().into_value().id
    };
    let [search, batch, odd] = ["Search-eu", "batch", "100%_odd"].map(make);
    let (ada, eve) = (home.insert_user("ada@example.com"), home.insert_user("eve@example.com"));
    let elsewhere = OrganizationId::from_number(5).unwrap();
    let foreign = ProjectId::from_number(6).unwrap();
    let _ = home
        .write(|work| {
            organizations::insert(work, elsewhere, &OrganizationName::new("Elsewhere")?)?;
            let mut new = home.new_project(foreign, "search-us");
            new.organization = elsewhere;
            projects::insert(work, new)?;
            for organization in [home.organization, elsewhere] {
                members::set_organization_role(work, organization, ada, OrganizationRole::Member)?;
            }
            for project in [batch, odd, foreign] {
                members::set_project_role(work, project, ada, ProjectRole::Member)?;
            }
            Ok(())
        })
        .unwrap();
    let whole = ProjectReach::Whole(home.organization);
    let of = |user| ProjectReach::OfMember(home.organization, user);
    for (reach, text, expected) in [
        (whole, "", vec![odd, batch, search, home.project]),
        (whole, "SEARCH", vec![search]),
        (whole, "%_", vec![odd]),
        (whole, "_", vec![odd]),
        (whole, &batch.to_string()[5..20], vec![batch]),
        (whole, "'; DROP TABLE projects; --", vec![]),
        (of(ada), "", vec![odd, batch]),
        (of(ada), "batch", vec![batch]),
        (of(ada), "search", vec![]),
        (of(eve), "", vec![]),
        (ProjectReach::OfMember(elsewhere, ada), "", vec![foreign]),
        (ProjectReach::One(search), "", vec![search]),
        (ProjectReach::One(search), "batch", vec![]),
    ] {
        assert_eq!(home.projects(reach, text), expected, "{reach:?} {text:?}");
    }
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
    let role = |role| KeyFilter { role: Some(role), ..all.clone() };
    let projects = |projects| KeyFilter { projects: Some(projects), ..all.clone() };
    let cluster = |cluster| KeyFilter { cluster: Some(cluster), ..all.clone() };
    let personal = KeyFilter { user: Some(user), ..all.clone() };
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

pub(crate) fn a_search_finds_what_its_words_begin(ground: &dyn Ground) {
    let home = Home::new(ground);
    let insert = |name, description, role| {
        let mut new = home.new_key(name, home.grant(role, ClusterScope::All));
        new.description = Description::new(description).unwrap();
        home.insert(&home.api_key(), new).into_value().id
    };
    let batch = insert("batch-1", "Nightly 100% Import", AccessRole::Admin);
    let app = insert("app", "", AccessRole::ReadOnly);
    let dash = insert("-", "", AccessRole::ReadOnly);
    for (text, expected) in [
        ("BATCH", vec![batch]),
        ("bat", vec![batch]),
        ("atch", vec![]),
        ("nightly", vec![batch]),
        ("import-batch", vec![batch]),
        ("1 10 ba bat batch import nightly", vec![batch]),
        ("1 10 ba bat batch import nightly x", vec![]),
        ("batch app", vec![]),
        ("a", vec![app]),
        ("100%", vec![batch]),
        ("100_", vec![batch]),
        ("%", vec![]),
        ("_", vec![]),
        ("\\", vec![]),
        ("'; DROP TABLE keys; --", vec![]),
        ("-", vec![dash]),
        (&app.to_string(), vec![app]),
        (&app.to_string()[..12], vec![app]),
        (&format!("key-{}", &app.to_string()[5..]), vec![]),
        ("key-nightly", vec![batch]),
    ] {
        let filter = |role| KeyFilter { search: Some(text.to_owned()), role, ..home.everywhere() };
        assert_eq!(ids(&home, &filter(None)), expected, "{text}");
        let both = filter(Some(AccessRole::ReadWrite));
        assert_eq!(ids(&home, &both), [], "no key passes both filters");
    }
    // What a key is called now is what it is found by, and nothing finds one that is gone.
    let searched =
        |text: &str| ids(&home, &KeyFilter { search: Some(text.to_owned()), ..home.everywhere() });
    let _ = home.write(|work| {
        let key = keys::find(work, app)?.unwrap();
        let name = KeyName::new("batch-2").unwrap();
        keys::update(work, app, KeyUpdate { name, ..KeyUpdate::of(&key) })
    });
    assert_eq!((searched("app"), searched("batch")), (vec![], vec![app, batch]));
    let _ = home.delete_key(batch);
    assert_eq!((searched("batch"), searched("nightly")), (vec![app], vec![]));
}

pub(crate) fn things_are_found_by_name_and_kind(ground: &dyn Ground) {
    let home = Home::new(ground);
    let uri = UpstreamAddress::parse("http://milvus.example.com").unwrap();
    let mut attached = home.new_cluster("attached", None);
    attached.engine = ClusterEngine::Attached(uri);
    let attached = home.write(|work| clusters::insert(work, attached)).unwrap();
    let (attached, lite) = (attached.value().id, home.insert_cluster("lite"));
    home.read(|reader| {
        let first = organizations::first(reader)?.unwrap();
        assert_eq!(first.id, home.organization);
        assert_eq!(organizations::find(reader, first.id)?, Some(first));
        let name = ProjectName::new("default").unwrap();
        let project = projects::find_by_name(reader, home.organization, &name)?.unwrap();
        assert_eq!((project.id, project.clusters), (home.project, 2));

        let listed = clusters::list(reader, home.project, page(1, 10))?;
        let ids: Vec<_> = listed.items.iter().map(|cluster| cluster.id).collect();
        assert_eq!((ids, listed.count), (vec![lite, attached], 2));
        for (kind, expected) in [(Engine::Lite, lite), (Engine::Attached, attached)] {
            let found = clusters::with_engine(reader, kind)?;
            let ids: Vec<_> = found.iter().map(|cluster| cluster.id).collect();
            assert_eq!(ids, [expected]);
        }
        let name = ClusterName::new("lite").unwrap();
        let found = clusters::find_by_name(reader, home.project, &name)?;
        assert_eq!(found.map(|cluster| cluster.id), Some(lite));
        let elsewhere = ProjectId::from_number(1).unwrap();
        assert!(clusters::find_by_name(reader, elsewhere, &name)?.is_none());
        Ok(())
    });
}

pub(crate) fn members_are_listed_with_their_roles(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [ada, eve] = ["ada@example.com", "eve@example.com"].map(|email| home.insert_user(email));
    let _ = home
        .write(|work| {
            for (user, role) in [(ada, OrganizationRole::Owner), (eve, OrganizationRole::Member)] {
                members::set_organization_role(work, home.organization, user, role)?;
            }
            members::set_project_role(work, home.project, eve, ProjectRole::Owner)
        })
        .unwrap();
    home.read(|reader| {
        let all = members::list_of_organization(reader, home.organization, page(1, 1))?;
        assert_eq!((all.count, all.items.len()), (2, 1));
        let all = members::list_of_project(reader, home.project, page(1, 10))?;
        let found: Vec<_> = all.items.iter().map(|one| (one.user, one.role)).collect();
        assert_eq!(found, [(eve, ProjectRole::Owner)]);
        assert_eq!(all.items[0].email.as_str(), "eve@example.com");
        let of_eve = members::organizations_of(reader, eve)?;
        assert_eq!(of_eve, [(home.organization, OrganizationRole::Member)]);
        let found = users::find(reader, ada)?.unwrap();
        assert_eq!(found.email.as_str(), "ada@example.com");
        Ok(())
    });
}
