//! What owners are told of their keys: once of each leak and of each end, and who they are.

use crate::ground::{Ground, Home};
use model::life::{Overlap, SOON_MILLIS};
use model::{KeyId, KeyLife, OrganizationRole, ProjectRole, Timestamp, UserId};
use store::keys::notices::{self, Notice};
use store::keys::{Key, KeyUpdate, NewKey};
use store::{keys, members, users};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn due(home: &Home, notice: Notice, now: Timestamp) -> Vec<KeyId> {
    home.read(|reader| notices::due(reader, notice, now)).iter().map(|key| key.id).collect()
}

fn tell(home: &Home, notice: Notice, now: Timestamp) {
    let keys = home.read(|reader| notices::due(reader, notice, now));
    notices::told(&home.store, notice, &keys).unwrap();
}

/// A key that ends then.
fn ending(home: &Home, name: &str, end: i64) -> Key {
    let kind = home.grant(model::AccessRole::ReadOnly, model::scope::ClusterScope::All);
    let life = KeyLife::new(Some(at(end)), at(1)).unwrap();
    home.insert(&home.api_key(), NewKey { life, ..home.new_key(name, kind) }).into_value()
}

fn update(home: &Home, key: &Key, life: KeyLife) -> Key {
    let update = KeyUpdate { life, ..KeyUpdate::of(key) };
    home.write(|work| keys::update(work, key.id, update)).unwrap().into_value()
}

pub(crate) fn a_leak_is_told_once(ground: &dyn Ground) {
    let home = Home::new(ground);
    let now = || at(crate::ground::clock().now().millis() + DAY);
    let (first, second) = (home.insert_key("first").value().id, home.insert_key("second"));
    assert_eq!(due(&home, Notice::Leak, now()), []);
    for id in [first, second.value().id] {
        let _ = home.write(|work| keys::reported(work, id, None, None)).unwrap();
    }
    let reported = due(&home, Notice::Leak, now());
    assert_eq!(reported, [first, second.value().id], "the oldest report first");
    assert_eq!(due(&home, Notice::End, now()), []);
    let late = at(now().millis() + 7 * DAY);
    assert_eq!(due(&home, Notice::Leak, late), [], "old news is none");
    let revision = home.store.revision().unwrap();
    tell(&home, Notice::Leak, now());
    assert_eq!(due(&home, Notice::Leak, now()), []);
    assert_eq!(home.store.revision().unwrap(), revision, "telling changes nothing");

    // What was told of a key goes with it, and a key that has gone cannot be told of.
    let _ = home.write(|work| keys::reported(work, first, None, None)).unwrap();
    let gone = home.read(|reader| keys::find(reader, first)).unwrap();
    let _ = home.delete_key(first);
    notices::told(&home.store, Notice::Leak, &[gone]).unwrap();
}

pub(crate) fn an_end_is_told_once_and_again_when_it_moves(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = ending(&home, "long", 100 * DAY);
    let _ = ending(&home, "short", 10 * DAY);
    let _ = home.insert_key("endless");
    let soon = |end: i64| at(end - SOON_MILLIS);
    assert_eq!(due(&home, Notice::End, at(soon(100 * DAY).millis() - 1)), []);
    assert_eq!(due(&home, Notice::End, soon(100 * DAY)), [key.id]);
    assert_eq!(due(&home, Notice::End, at(100 * DAY)), [], "it is over");
    tell(&home, Notice::End, soon(100 * DAY));
    assert_eq!(due(&home, Notice::End, soon(100 * DAY)), []);

    let longer = key.life.ending(Some(at(200 * DAY)), at(2)).unwrap();
    let key = update(&home, &key, longer);
    assert_eq!(due(&home, Notice::End, soon(100 * DAY)), []);
    assert_eq!(due(&home, Notice::End, soon(200 * DAY)), [key.id]);

    let off = update(&home, &key, key.life.disabled(at(3)));
    assert_eq!(due(&home, Notice::End, soon(200 * DAY)), [], "it does not work");
    let on = update(&home, &off, off.life.enabled(at(4)).unwrap());
    assert_eq!(due(&home, Notice::End, soon(200 * DAY)), [key.id]);
    let next = home.insert_key("next").value().id;
    let overlap = Overlap::seconds(Overlap::MAX_SECONDS).unwrap();
    let replaced = on.life.replaced(next, overlap, at(190 * DAY)).unwrap();
    update(&home, &on, replaced);
    assert_eq!(due(&home, Notice::End, soon(200 * DAY)), [], "another key has its place");
}

pub(crate) fn owners_are_told_who_can_act(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [owner, lead, member, gone] = ["owner", "lead", "member", "gone"]
        .map(|name| home.insert_user(&format!("{name}@example.com")));
    let _ = home
        .write(|work| {
            for (user, role) in [
                (owner, OrganizationRole::Owner),
                (gone, OrganizationRole::Owner),
                (lead, OrganizationRole::Member),
                (member, OrganizationRole::Member),
            ] {
                members::set_organization_role(work, home.organization, user, role)?;
            }
            members::set_project_role(work, home.project, lead, ProjectRole::Owner)?;
            members::set_project_role(work, home.project, member, ProjectRole::Member)?;
            users::disable(work, gone)
        })
        .unwrap();
    let told = |project| -> Vec<UserId> {
        let told = home.read(|reader| notices::owners(reader, home.organization, project));
        told.into_iter().map(|one| one.user).collect()
    };
    assert_eq!(told(Some(home.project)), [owner, lead]);
    assert_eq!(told(None), [owner]);
    let person = home.read(|reader| notices::person(reader, member)).unwrap();
    assert_eq!(person.email.as_str(), "member@example.com");
    assert_eq!(home.read(|reader| notices::person(reader, gone)), None);
}
