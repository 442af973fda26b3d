//! Requests that must not be carried out twice.

use crate::ground::{Ground, Home};
use model::digest::KeyDigest;
use model::{Error, ErrorKind, SecretText, Timestamp};
use store::idempotency::{self, Answer, Found, KEPT_MILLIS, Named};

fn named(home: &Home, key: &str, request: &[u8]) -> Named {
    let request: KeyDigest = home.read(|reader| Ok(idempotency::digest(reader, request)));
    Named { caller: "user-a".to_owned(), key: key.to_owned(), request }
}

/// What is known this long after the store's first second.
fn found(home: &Home, named: &Named, later: i64) -> Found {
    let now = Timestamp::from_millis(1_000 + later);
    home.read(|reader| idempotency::find(reader, named, now))
}

/// Takes the name; answers when, after the store's first second.
fn claim(home: &Home, named: &Named) -> Result<i64, Error> {
    let done = home.write(|work| {
        idempotency::claim(work, named)?;
        Ok(work.now().millis() - 1_000)
    });
    done.map(store::Committed::into_value)
}

fn answer(text: &str) -> Answer {
    Answer { status: 200, body: Some(SecretText::new(text.to_owned())), key: None }
}

pub(crate) fn a_named_request_is_claimed_once(ground: &dyn Ground) {
    let home = Home::new(ground);
    let first = named(&home, "a", b"make");
    assert!(matches!(found(&home, &first, 0), Found::Nothing));
    // Without a change under the name there is nothing to keep an answer for.
    assert!(idempotency::keep(&home.store, &first, &answer("x")).is_err());
    claim(&home, &first).unwrap();
    assert!(matches!(found(&home, &first, 0), Found::Done { .. }));
    let second = claim(&home, &first).unwrap_err();
    assert_eq!(second.kind(), ErrorKind::Conflict);
    let other = Named { key: "a".to_owned(), ..named(&home, "a", b"make another") };
    assert!(matches!(found(&home, &other, 0), Found::Other));
    let theirs = Named { caller: "user-b".to_owned(), ..first.clone() };
    assert!(matches!(found(&home, &theirs, 0), Found::Nothing));
    // A change that fails takes its name back.
    let failed = home.write(|work| {
        idempotency::claim(work, &theirs)?;
        Err::<(), _>(Error::invalid("no"))
    });
    assert!(failed.is_err());
    assert!(matches!(found(&home, &theirs, 0), Found::Nothing));
}

pub(crate) fn an_answer_is_kept_sealed_for_a_day(ground: &dyn Ground) {
    let home = Home::new(ground);
    let request = named(&home, "a", b"make");
    let at = claim(&home, &request).unwrap();
    idempotency::keep(&home.store, &request, &answer("the answer")).unwrap();
    let Found::Answered(kept) = found(&home, &request, at + KEPT_MILLIS - 1) else {
        panic!("the answer is there");
    };
    assert_eq!((kept.status, kept.body.as_ref().unwrap().expose()), (200, "the answer"));
    assert!(matches!(found(&home, &request, at + KEPT_MILLIS), Found::Nothing));
    let again = idempotency::keep(&home.store, &request, &answer("another"));
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Internal);
    let _ = home.write(idempotency::forget_old).unwrap();
    assert!(matches!(found(&home, &request, 0), Found::Answered(_)), "it is not a day old");
}

pub(crate) fn an_answer_goes_with_its_key(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("made").into_value();
    let request = named(&home, "a", b"make");
    claim(&home, &request).unwrap();
    let holds = Answer { key: Some(key.id), ..answer("the key") };
    idempotency::keep(&home.store, &request, &holds).unwrap();
    assert!(matches!(found(&home, &request, 0), Found::Answered(kept) if kept.key == Some(key.id)));
    let _ = home.delete_key(key.id);
    assert!(matches!(found(&home, &request, 0), Found::Done { .. }));
}
