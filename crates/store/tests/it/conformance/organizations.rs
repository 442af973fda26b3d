//! What belongs to organizations: invitations, settings, and projects that go with all they hold.

use crate::ground::{Ground, Home, page};
use model::name::Email;
use model::{
    ErrorKind, InvitationId, KeyLifetime, OrganizationId, OrganizationRole, OrganizationSettings,
    PasswordPolicy, ProjectId, ProjectRole, SecretText, Timestamp,
};
use store::invitations::Invitation;
use store::keys::KeyFilter;
use store::{clusters, invitations, keys, members, organizations, projects};

fn token(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// An invitation that ends at this moment; the clock of these tests stands at the first second of
/// 1970.
fn invitation(home: &Home, email: &str, ends: i64) -> Invitation {
    Invitation {
        id: InvitationId::generate(&*home.entropy),
        organization: home.organization,
        email: Email::new(email).unwrap(),
        role: OrganizationRole::Member,
        projects: vec![(home.project, ProjectRole::Owner)],
        inviter: None,
        inviter_name: "operator".to_owned(),
        created_at: Timestamp::from_millis(0),
        expires_at: Timestamp::from_millis(ends),
    }
}

/// Far ahead of the clock of these tests.
const LATER: i64 = 1_000_000_000;

pub(crate) fn an_invitation_stands_under_its_token_until_it_ends(ground: &dyn Ground) {
    let home = Home::new(ground);
    let sent = invitation(&home, "grace@example.com", LATER);
    let _ = home.write(|work| invitations::insert(work, &sent, &token("one"))).unwrap();
    let under = |text: &str, at: i64| {
        let (token, now) = (token(text), Timestamp::from_millis(at));
        home.read(|reader| invitations::find_by_token(reader, &token, now))
    };
    assert_eq!(under("one", LATER - 1), Some(sent.clone()));
    assert_eq!(under("one", LATER), None, "over at its last moment");
    assert_eq!(under("another", 0), None);
    assert_eq!(home.read(|reader| invitations::find(reader, sent.id)), Some(sent.clone()));

    let gone = home.write(|work| invitations::delete(work, sent.id)).unwrap().into_value();
    assert_eq!(gone.as_ref(), Some(&sent));
    assert_eq!(under("one", 0), None);
    let again = home.write(|work| invitations::delete(work, sent.id)).unwrap().into_value();
    assert_eq!(again, None);
}

pub(crate) fn an_address_is_invited_once_at_a_time(ground: &dyn Ground) {
    let home = Home::new(ground);
    let insert = |new: &Invitation, text: &str| {
        home.write(|work| invitations::insert(work, new, &token(text)))
    };
    let standing = invitation(&home, "grace@example.com", LATER);
    let _ = insert(&standing, "one").unwrap();
    let error = insert(&invitation(&home, "grace@example.com", LATER), "two").unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Conflict, Some("email")));

    // One that has run out makes room.
    let over = invitation(&home, "ada@example.com", 1);
    let _ = insert(&over, "three").unwrap();
    let _ = insert(&invitation(&home, "ada@example.com", LATER), "four").unwrap();
    assert_eq!(home.read(|reader| invitations::find(reader, over.id)), None);

    let mut strange = invitation(&home, "eve@example.com", LATER);
    strange.projects = vec![(ProjectId::generate(&*home.entropy), ProjectRole::Member)];
    assert_eq!(insert(&strange, "five").unwrap_err().kind(), ErrorKind::NotFound);
    strange.organization = OrganizationId::generate(&*home.entropy);
    assert_eq!(insert(&strange, "six").unwrap_err().kind(), ErrorKind::NotFound);
    let id = home.organization;
    let listed = home.read(|reader| invitations::list(reader, id, None, page(1, 1)));
    assert_eq!((listed.count, listed.items.len()), (2, 1), "what failed left no trace");
}

pub(crate) fn settings_are_kept_whole_and_erase_copies(ground: &dyn Ground) {
    let home = Home::new(ground);
    let id = home.organization;
    let key = home.insert_key("one").value().id;
    let settings = || home.read(|reader| organizations::settings(reader, id));
    assert_eq!(settings(), OrganizationSettings::default());
    let chosen = OrganizationSettings {
        show_keys_once: false,
        default_key_expiry: Some(KeyLifetime::days(90).unwrap()),
        password_policy: PasswordPolicy::new(Some(20), true).unwrap(),
        revoke_reported_keys: false,
        reset_by_letter: false,
    };
    let set = |settings: &OrganizationSettings| {
        home.write(|work| organizations::set_settings(work, id, settings)).unwrap()
    };
    let changed = set(&chosen);
    assert_eq!((settings(), changed.value().revision), (chosen, changed.revision()));
    assert!(home.read(|reader| keys::reveal(reader, key)).is_some());
    let _ = set(&OrganizationSettings { show_keys_once: true, ..chosen });
    assert!(home.read(|reader| keys::reveal(reader, key)).is_none());
    let _ = set(&chosen);
    assert!(home.read(|reader| keys::reveal(reader, key)).is_none(), "none comes back");
}

pub(crate) fn a_project_goes_with_all_it_holds_and_nothing_else(ground: &dyn Ground) {
    let home = Home::new(ground);
    let (id, organization) = (home.project, home.organization);
    let other = ProjectId::generate(&*home.entropy);
    let new = home.new_project(other, "other");
    let _ = home.write(|work| projects::insert(work, new)).unwrap();
    let user = home.insert_user("ada@example.com");
    let mut sent = invitation(&home, "grace@example.com", LATER);
    sent.projects.push((other, ProjectRole::Member));
    let _ = home
        .write(|work| {
            members::set_organization_role(work, organization, user, OrganizationRole::Member)?;
            for project in [id, other] {
                members::set_project_role(work, project, user, ProjectRole::Member)?;
            }
            invitations::insert(work, &sent, &token("one"))
        })
        .unwrap();
    let cluster = home.insert_cluster("one");
    let _ = (home.insert_key("one"), home.insert_key("two"));

    let removed = home.write(|work| projects::delete(work, id)).unwrap().into_value().unwrap();
    assert_eq!((removed.project.id, removed.project.clusters, removed.keys), (id, 1, 2));
    assert!(home.read(|reader| projects::find(reader, id)).is_none());
    assert!(home.read(|reader| clusters::find(reader, cluster)).is_none());
    let all = KeyFilter { organization: Some(organization), ..KeyFilter::default() };
    assert_eq!(home.read(|reader| keys::list(reader, &all, page(1, 10))).count, 0);
    let invited = home.read(|reader| invitations::find(reader, sent.id)).unwrap();
    assert_eq!(invited.projects, [(other, ProjectRole::Member)]);
    assert_eq!(home.read(|reader| members::project_role(reader, id, user)), None);
    let stays = home.read(|reader| members::project_role(reader, other, user));
    assert_eq!(stays, Some(ProjectRole::Member));
    let again = home.write(|work| projects::delete(work, id)).unwrap().into_value();
    assert!(again.is_none());
}
