//! Every step of a key's life, and every step that is refused.

use super::*;
use crate::error::ErrorKind;
use proptest::prelude::*;

fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(days * DAY_MILLIS)
}

fn key(number: u128) -> KeyId {
    KeyId::from_number(number).unwrap()
}

fn until(days: i64) -> KeyLife {
    KeyLife::new(Some(at(days)), at(0)).unwrap()
}

#[test]
fn an_end_lies_ahead_and_within_ten_years() {
    assert_eq!(KeyLife::new(None, at(0)).unwrap().expires_at(), None);
    assert_eq!(until(3653).expires_at(), Some(at(3653)));
    for bad in [at(0), at(-1), Timestamp::from_millis(MOST_MILLIS + 1)] {
        let error = KeyLife::new(Some(bad), at(0)).unwrap_err();
        assert!(error.message().starts_with("expiresAt: "), "{error}");
    }
    assert_eq!(days_ahead(at(5), 7).unwrap(), at(12));
    assert!(days_ahead(at(5), 0).is_err() && days_ahead(at(5), 3654).is_err());
}

#[test]
fn a_key_expires_by_the_clock_and_can_be_renewed() {
    let life = until(20);
    assert_eq!(life.state(at(19)), KeyState::Active);
    assert_eq!(life.state(at(20)), KeyState::Expired);
    assert!(!life.expires_soon(at(5)) && life.expires_soon(at(6)) && !life.expires_soon(at(20)));
    let renewed = life.ending(Some(at(40)), at(30)).unwrap();
    assert_eq!(renewed.state(at(30)), KeyState::Active);
    assert_eq!(life.ending(None, at(30)).unwrap().state(at(999)), KeyState::Active);
    // What is as it was is no change, even if it could not be asked for any more.
    assert_eq!(life.ending(Some(at(20)), at(30)).unwrap(), life);
}

#[test]
fn a_disabled_key_comes_back_unless_its_time_is_over() {
    let off = until(20).disabled(at(1));
    assert_eq!((off.state(at(2)), off.off_since()), (KeyState::Disabled, Some(at(1))));
    assert_eq!(off.disabled(at(5)), off, "off since the first time");
    assert_eq!(off.enabled(at(2)).unwrap(), until(20));
    let late = off.enabled(at(20)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Conflict);
    let renewed = off.ending(Some(at(50)), at(30)).unwrap();
    assert_eq!(renewed.state(at(30)), KeyState::Disabled, "renewing does not enable");
    assert_eq!(renewed.enabled(at(30)).unwrap().state(at(30)), KeyState::Active);
}

#[test]
fn a_revoked_key_never_works_again() {
    let gone = until(20).revoked(at(1));
    assert_eq!((gone.state(at(2)), gone.state(at(30))), (KeyState::Revoked, KeyState::Revoked));
    assert_eq!((gone.disabled(at(3)), gone.revoked(at(3))), (gone, gone));
    assert_eq!(gone.enabled(at(2)).unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(gone.ending(None, at(2)).unwrap_err().kind(), ErrorKind::Conflict);
    assert!(gone.replaced(key(1), Overlap::USUAL, at(2)).is_err());
    assert_eq!(until(20).disabled(at(1)).revoked(at(2)).off_since(), Some(at(2)));
}

#[test]
fn a_replaced_key_lives_as_long_as_the_overlap_and_no_longer_than_it_would_have() {
    let rotated = KeyLife::default().replaced(key(1), Overlap::USUAL, at(5)).unwrap();
    assert_eq!(rotated.state(at(5)), KeyState::Rotated);
    assert_eq!((rotated.expires_at(), rotated.replaced_by()), (Some(at(6)), Some(key(1))));
    assert_eq!(rotated.state(at(6)), KeyState::Expired);
    let week = Overlap::seconds(7 * 24 * 60 * 60).unwrap();
    assert_eq!(until(8).replaced(key(1), week, at(5)).unwrap().expires_at(), Some(at(8)));

    let again = rotated.replaced(key(2), week, at(5)).unwrap_err();
    assert!(again.message().contains(&key(1).to_string()), "{again}");
    assert!(until(5).replaced(key(1), week, at(5)).is_err(), "expired");
    assert!(until(9).disabled(at(1)).replaced(key(1), week, at(5)).is_err(), "disabled");

    assert_eq!(rotated.ending(Some(at(36)), at(6)).unwrap().state(at(6)), KeyState::Rotated);
    for late in [None, Some(at(37))] {
        assert_eq!(rotated.ending(late, at(6)).unwrap_err().kind(), ErrorKind::Conflict);
    }
}

#[test]
fn without_overlap_the_replaced_key_is_off_whatever_the_clock_says() {
    let none = Overlap::seconds(0).unwrap();
    let rotated = until(9).replaced(key(1), none, at(5)).unwrap();
    assert_eq!(rotated.switch, Switch::Off { since: at(5) });
    assert!(!rotated.state(at(5)).works() && !rotated.state(at(4)).works());
    assert!(Overlap::seconds(Overlap::MAX_SECONDS).is_ok());
    assert!(Overlap::seconds(Overlap::MAX_SECONDS + 1).is_err());
}

#[test]
fn states_read_back() {
    for state in KeyState::ALL {
        assert_eq!(KeyState::from_text(state.as_str()), Some(state));
    }
    assert_eq!(KeyState::from_text("Active"), None);
}

fn step(life: KeyLife, choice: u8, now: Timestamp) -> KeyLife {
    let ahead = Timestamp::from_millis(now.millis() + i64::from(choice) * 7_200_000);
    let next = match choice % 6 {
        0 => Ok(life.disabled(now)),
        1 => life.enabled(now),
        2 => life.ending(Some(ahead), now),
        3 => life.ending(None, now),
        4 => life.replaced(key(u128::from(choice)), Overlap::USUAL, now),
        _ if choice > 240 => Ok(life.revoked(now)),
        _ => Ok(life),
    };
    next.unwrap_or(life)
}

proptest! {
    /// Whatever is done in whatever order: a revoked key stays revoked, a replaced key stays
    /// replaced by the same key and always has an end, and what is off works at no time.
    #[test]
    fn no_order_of_steps_breaks_a_promise(
        choices in prop::collection::vec((any::<u8>(), 0i64..100_000_000), 1..40)
    ) {
        let (mut life, mut now) = (KeyLife::default(), at(0));
        for (choice, passed) in choices {
            let before = life;
            now = Timestamp::from_millis(now.millis() + passed);
            life = step(life, choice, now);
            if matches!(before.switch, Switch::Revoked { .. }) {
                prop_assert_eq!(life, before);
            }
            if let Some(by) = before.replaced_by() {
                prop_assert_eq!(life.replaced_by(), Some(by));
                prop_assert!(life.expires_at().is_some());
            }
            if life.off_since().is_some() {
                prop_assert!(!life.state(now).works());
                prop_assert!(!life.state(at(-999)).works());
            }
            prop_assert!(!life.expires_soon(now) || life.state(now).works());
        }
    }
}
