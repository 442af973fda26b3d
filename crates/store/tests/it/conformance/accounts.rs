//! Accounts: sessions, second factors, resets, and people who are disabled.

use crate::ground::{Ground, Home, page};
use model::account::{AccountState, RecoveryCode, TotpSecret};
use model::name::PersonName;
use model::{Change, ErrorKind, OrganizationRole, SecretText, SessionId, Timestamp, UserId};
use store::keys::KeyKind;
use store::password_resets::PasswordReset;
use store::second_factors::Stage;
use store::sessions::{IDLE_MILLIS, SEEN_EVERY_MILLIS, Session};
use store::users::UserFilter;
use store::{Feed, members, password_resets, second_factors, sessions, users};

fn token(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

impl Home {
    fn open_session(&self, user: UserId, text: &str, end: Timestamp) -> Session {
        let new = Self::new_session(user, &token(text), end);
        self.write(|work| sessions::open(work, new)).unwrap().into_value()
    }

    fn session(&self, text: &str, now: Timestamp) -> Option<Session> {
        self.read(|reader| sessions::find(reader, &token(text), now))
    }
}

pub(crate) fn a_session_opens_with_its_token_until_it_ends(ground: &dyn Ground) {
    let home = Home::new(ground);
    let user = home.insert_user("ada@example.com");
    let other = home.insert_user("eve@example.com");
    let (now, end) = (at(2_000), at(3_000));
    let [one, two, three] =
        ["one", "two", "three"].map(|text| home.open_session(user, text, end).id);
    assert_eq!(home.session("one", now).unwrap().user, user);
    assert!(home.session("other", now).is_none());
    assert!(home.session("one", end).is_none(), "over at its last moment");
    let listed = home.read(|reader| sessions::list(reader, user, now, page(1, 2)));
    let ids: Vec<SessionId> = listed.items.iter().map(|session| session.id).collect();
    assert_eq!((ids, listed.count), (vec![three, two], 3));
    assert_eq!(home.read(|reader| sessions::list(reader, user, end, page(1, 2))).count, 0);

    let delete = |user, id| home.write(|work| sessions::delete(work, user, id)).unwrap();
    assert!(!delete(other, one).into_value(), "it is somebody else's");
    assert!(delete(user, one).into_value());
    assert!(!delete(user, one).into_value());
    assert!(home.session("one", now).is_none() && home.session("two", now).is_some());

    // Another password ends every session but the one to keep.
    let hash = token("$argon2id$v=19$another");
    let _ = home.write(|work| users::set_password_hash(work, user, &hash, Some(two))).unwrap();
    assert!(home.session("two", now).is_some() && home.session("three", now).is_none());
    let stored = home.read(|reader| users::password_hash(reader, user)).unwrap();
    assert!(stored.matches(&hash));
    let _ = home.write(|work| users::set_password_hash(work, user, &hash, None)).unwrap();
    assert!(home.session("two", now).is_none());

    let nobody = UserId::from_number(1).unwrap();
    let new = Home::new_session(nobody, &token("four"), end);
    let refused = home.write(|work| sessions::open(work, new)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
}

pub(crate) fn an_unused_session_ends_and_a_used_one_is_seen_coarsely(ground: &dyn Ground) {
    let home = Home::new(ground);
    let user = home.insert_user("ada@example.com");
    let session = home.open_session(user, "one", at(i64::MAX));
    let opened = session.last_seen_at.millis();
    assert!(home.session("one", at(opened + IDLE_MILLIS - 1)).is_some());
    assert!(home.session("one", at(opened + IDLE_MILLIS)).is_none());

    let revision = home.store.revision().unwrap();
    let soon = at(opened + SEEN_EVERY_MILLIS - 1);
    sessions::touch(&home.store, &session, soon).unwrap();
    assert_eq!(home.session("one", soon).unwrap().last_seen_at, session.last_seen_at);
    let later = at(opened + SEEN_EVERY_MILLIS);
    sessions::touch(&home.store, &session, later).unwrap();
    assert_eq!(home.session("one", later).unwrap().last_seen_at, later);
    assert_eq!(home.store.revision().unwrap(), revision, "nobody is told");
    assert!(home.session("one", at(opened + IDLE_MILLIS)).is_some());
}

pub(crate) fn a_second_factor_is_asked_for_once_confirmed(ground: &dyn Ground) {
    let home = Home::new(ground);
    let user = home.insert_user("ada@example.com");
    let [one, two] = [(); 2].map(|()| TotpSecret::generate(&*home.entropy));
    let find = || home.read(|reader| second_factors::find(reader, user));
    let secret = || home.read(|reader| second_factors::secret(reader, user));
    assert!(find().is_none() && secret().is_none());
    let confirm = || home.write(|work| second_factors::confirm(work, user));
    assert_eq!(confirm().unwrap_err().kind(), ErrorKind::Conflict);

    // An enrolment that was not confirmed makes room for another.
    for secret in [&one, &two] {
        let _ = home.write(|work| second_factors::enrol(work, user, secret)).unwrap();
    }
    assert_eq!(secret().unwrap().expose(), two.expose());
    assert_eq!(find().unwrap().stage, Stage::Pending);
    assert!(home.read(|reader| second_factors::confirmed(reader, user)).is_none());
    let _ = confirm().unwrap();
    assert!(home.read(|reader| second_factors::confirmed(reader, user)).is_some());
    let again = home.write(|work| second_factors::enrol(work, user, &one)).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);

    let step = |step| home.write(|work| second_factors::use_step(work, user, step)).unwrap();
    assert!(step(7).into_value());
    assert!(!step(7).into_value() && !step(6).into_value(), "used up");
    assert!(step(8).into_value());
    assert_eq!(find().unwrap().last_step, 8);

    let remove = || home.write(|work| second_factors::remove(work, user)).unwrap().into_value();
    assert!(remove());
    assert!(!remove() && find().is_none());
}

pub(crate) fn a_recovery_code_works_once_for_its_person(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [ada, eve] = ["ada@example.com", "eve@example.com"].map(|email| home.insert_user(email));
    let codes: Vec<_> = (0..3).map(|_| RecoveryCode::generate(&*home.entropy)).collect();
    let set = |codes: &[RecoveryCode]| {
        let _ = home.write(|work| second_factors::set_recovery_codes(work, ada, codes)).unwrap();
    };
    set(&codes[..2]);
    let redeem = |user, code: &RecoveryCode| {
        home.write(|work| second_factors::use_recovery_code(work, user, code)).unwrap().into_value()
    };
    assert!(!redeem(eve, &codes[0]), "it is somebody else's");
    assert!(redeem(ada, &codes[0]));
    assert!(!redeem(ada, &codes[0]), "it was used");
    set(&codes[2..]);
    assert!(!redeem(ada, &codes[1]), "it was replaced");
    assert!(redeem(ada, &codes[2]));
}

pub(crate) fn a_reset_works_until_it_ends_or_another_is_made(ground: &dyn Ground) {
    let home = Home::new(ground);
    let user = home.insert_user("ada@example.com");
    let (now, end) = (at(2_000), at(3_000));
    let reset = PasswordReset { user, removes_second_factor: true, expires_at: end };
    let insert = |text: &str| {
        let _ = home.write(|work| password_resets::insert(work, &token(text), reset)).unwrap();
    };
    let find =
        |text: &str, now| home.read(|reader| password_resets::find(reader, &token(text), now));
    insert("one");
    assert_eq!(find("one", now), Some(reset));
    assert!(find("one", end).is_none() && find("other", now).is_none());
    insert("two");
    assert!(find("one", now).is_none() && find("two", now).is_some());
    let hash = token("$argon2id$v=19$another");
    let _ = home.write(|work| users::set_password_hash(work, user, &hash, None)).unwrap();
    assert!(find("two", now).is_none(), "the password was set otherwise");
}

pub(crate) fn a_disabled_person_has_nothing_that_opens(ground: &dyn Ground) {
    let home = Home::new(ground);
    let user = home.insert_user("ada@example.com");
    let owner = OrganizationRole::Owner;
    let _ = home
        .write(|work| members::set_organization_role(work, home.organization, user, owner))
        .unwrap();
    let key =
        home.insert(&home.api_key(), home.new_key("mine", KeyKind::Personal(user))).into_value().id;
    home.open_session(user, "one", at(i64::MAX));
    let reset = PasswordReset { user, removes_second_factor: false, expires_at: at(i64::MAX) };
    let _ = home.write(|work| password_resets::insert(work, &token("r"), reset)).unwrap();

    let changes = |before| match home.store.changes_after(before, 10).unwrap() {
        Feed::Changes(changes) => changes.items,
        other => panic!("changes, not {other:?}"),
    };
    let before = home.store.revision().unwrap();
    assert!(home.write(|work| users::disable(work, user)).unwrap().into_value());
    assert!(matches!(changes(before)[..], [Change::KeyGone(gone)] if gone == key));
    let mut loaded = 0;
    home.store
        .load(&mut |change| loaded += usize::from(matches!(change, Change::KeyPut(_))))
        .unwrap();
    assert_eq!(loaded, 0, "nor is the key in the whole table");
    assert!(home.session("one", at(2_000)).is_none());
    assert!(home.read(|reader| password_resets::find(reader, &token("r"), at(2_000))).is_none());
    let found = home.read(|reader| users::find(reader, user)).unwrap();
    assert!(matches!(found.state, AccountState::Disabled { .. }));
    assert!(!home.write(|work| users::disable(work, user)).unwrap().into_value());
    // Not even a session that were still there would open.
    home.open_session(user, "two", at(i64::MAX));
    assert!(home.session("two", at(2_000)).is_none());

    let before = home.store.revision().unwrap();
    assert!(home.write(|work| users::enable(work, user)).unwrap().into_value());
    assert!(matches!(&changes(before)[..], [Change::KeyPut(put)] if put.id == key));
    assert!(!home.write(|work| users::enable(work, user)).unwrap().into_value());
    assert!(home.read(|reader| users::is_active(reader, user)));
}

pub(crate) fn people_are_listed_and_renamed(ground: &dyn Ground) {
    let home = Home::new(ground);
    let [ada, eve] = ["ada@example.com", "eve@example.com"].map(|email| home.insert_user(email));
    let member = OrganizationRole::Member;
    let _ = home
        .write(|work| members::set_organization_role(work, home.organization, eve, member))
        .unwrap();
    let _ =
        home.write(|work| users::rename(work, eve, &PersonName::new("Eve 100%").unwrap())).unwrap();
    let found = |filter: &UserFilter| {
        let listed = home.read(|reader| users::list(reader, filter, page(1, 100)));
        assert_eq!(listed.count, listed.items.len() as u64);
        listed.items.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    assert_eq!(found(&UserFilter::default()), [ada, eve]);
    let here = Some(home.organization);
    assert_eq!(found(&UserFilter { organization: here, search: None }), [eve]);
    let searched = |text: &str| UserFilter { organization: None, search: Some(text.to_owned()) };
    assert_eq!(found(&searched("100%")), [eve]);
    assert_eq!(found(&searched("ADA@")), [ada]);
    assert!(found(&searched("a_a")).is_empty());
    let nobody = UserId::from_number(1).unwrap();
    let name = PersonName::new("x").unwrap();
    let missing = home.write(|work| users::rename(work, nobody, &name)).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}
