//! Whom a change waits for, moment by moment.

use super::{Called, Silent, Waiting};
use crate::wiring::role::LeaseLength;
use control::ConfirmedBy;
use model::{Clock, GatewayId, Revision, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::gateways::Gateway;
use tokio::time::Instant;

const TEN: Duration = Duration::from_secs(10);
const MOMENT: Duration = Duration::from_millis(1);

struct At(i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0)
    }
}

fn id(number: u128) -> GatewayId {
    GatewayId::from_number(number).unwrap()
}

fn gateway(number: u128, applied: u64, beat: u64) -> Gateway {
    Gateway {
        id: id(number),
        address: String::new(),
        version: String::new(),
        lease: TEN,
        started_at: Timestamp::from_millis(0),
        applied: Revision::new(applied),
        confirmed_at: Timestamp::from_millis(7),
        beat,
        beat_at: Timestamp::from_millis(7),
        has_stopped: false,
    }
}

fn called(began: Instant, gateways: Vec<Gateway>) -> Called {
    Called { began: Some(began), gateways: Arc::new(gateways) }
}

fn words(waiting: &mut Waiting, seen: &Called, now: Instant) -> Option<Vec<(u128, ConfirmedBy)>> {
    let gateways = waiting.look(seen, now, &At(9))?;
    Some(gateways.iter().map(|one| (one.gateway.number(), one.confirmed_by)).collect())
}

#[test]
fn a_change_waits_for_every_gateway_that_is_listed_after_its_commit() {
    let commit = Instant::now();
    let soon = commit + Duration::from_millis(5);
    let mut waiting = Waiting::new(Revision::new(8), commit);
    // A list from before says nothing, not even that there is nobody.
    let before = commit.checked_sub(MOMENT).unwrap();
    assert_eq!(words(&mut waiting, &called(before, vec![]), soon), None);
    assert_eq!(words(&mut waiting, &Called::default(), soon), None);
    let some = called(soon, vec![gateway(1, 8, 3), gateway(2, 7, 3)]);
    assert_eq!(words(&mut waiting, &some, soon), None);
    let all = called(soon, vec![gateway(1, 9, 4), gateway(2, 8, 4)]);
    let told = words(&mut waiting, &all, soon).unwrap();
    assert_eq!(told, [(1, ConfirmedBy::Applied), (2, ConfirmedBy::Applied)]);
    let mut nobody = Waiting::new(Revision::new(8), commit);
    assert_eq!(words(&mut nobody, &called(soon, vec![]), soon), Some(vec![]));
}

#[test]
fn a_silent_gateway_is_waited_for_until_its_lease_is_over_and_no_longer() {
    let commit = Instant::now();
    let mut waiting = Waiting::new(Revision::new(8), commit);
    // That it shows signs of life without the change is no word, and prolongs nothing.
    let over = LeaseLength::surely_over(TEN);
    let just = over.saturating_sub(MOMENT);
    for (beat, after) in [(3, Duration::ZERO), (4, TEN), (5, just)] {
        let now = commit + after;
        assert_eq!(words(&mut waiting, &called(now, vec![gateway(1, 7, beat)]), now), None);
    }
    let now = commit + over;
    let told = words(&mut waiting, &called(now, vec![gateway(1, 7, 6)]), now).unwrap();
    assert_eq!(told, [(1, ConfirmedBy::LeaseExpired)]);
}

#[test]
fn one_that_stopped_is_not_waited_for() {
    let commit = Instant::now();
    let mut waiting = Waiting::new(Revision::new(8), commit);
    let both = vec![gateway(1, 7, 3), gateway(2, 7, 3)];
    assert_eq!(words(&mut waiting, &called(commit, both), commit), None);
    // Somebody else saw that the other one was silent for longer than its lease.
    let stopped = Gateway { has_stopped: true, ..gateway(1, 7, 4) };
    let told = words(&mut waiting, &called(commit, vec![stopped]), commit).unwrap();
    assert_eq!(told, [(1, ConfirmedBy::Stopped), (2, ConfirmedBy::LeaseExpired)]);
}

#[test]
fn without_the_database_every_lease_is_over_at_last() {
    let commit = Instant::now();
    let before = commit.checked_sub(MOMENT).unwrap();
    let seen = called(before, vec![gateway(1, 7, 3)]);
    let mut waiting = Waiting::new(Revision::new(8), commit);
    let over = LeaseLength::surely_over(LeaseLength::LONGEST);
    assert_eq!(words(&mut waiting, &seen, commit + over.saturating_sub(MOMENT)), None);
    let told = words(&mut waiting, &seen, commit + over).unwrap();
    assert_eq!(told, [(1, ConfirmedBy::LeaseExpired)]);
}

#[test]
fn only_who_is_silent_for_longer_than_its_lease_is_taken_off() {
    let start = Instant::now();
    let over = LeaseLength::surely_over(TEN);
    let mut silent = Silent::default();
    assert!(silent.look(&[gateway(1, 7, 3), gateway(2, 7, 3)], start).is_empty());
    let later = start + over.saturating_sub(MOMENT);
    assert!(silent.look(&[gateway(1, 7, 3), gateway(2, 7, 4)], later).is_empty());
    let then = start + over;
    assert_eq!(silent.look(&[gateway(1, 7, 3), gateway(2, 7, 4)], then), [(id(1), 3)]);
    // A count that goes back is a sign of life too: the server lost the later one.
    assert!(silent.look(&[gateway(1, 7, 2)], then).is_empty());
    assert_eq!(silent.look(&[gateway(1, 7, 2)], then + over), [(id(1), 2)]);
}
