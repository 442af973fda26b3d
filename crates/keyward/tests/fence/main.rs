//! The first promise, counted: a key is dead when the answer to its deletion has arrived.
//!
//! 64 callers on real connections make keys over the control API, use each with calls that follow
//! one another, a call that waits and a few answers that flow without end, and have it deleted
//! while they do. After the answer no call may be admitted, and before the answer to a later call
//! on the same connection every call of the key must have ended: what comes after that was sent
//! later.
//!
//! The same run over a fence that does not wait must find leaks, or the count proves nothing.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod caller;
mod changes;
mod system;

use caller::{Report, run};
use system::System;

/// How many keys are made, used and deleted. The whole count takes a minute or two.
const DELETES: usize = 10_000;
/// Callers at once, each on a connection of its own.
const CALLERS: usize = 64;

#[test]
fn ten_thousand_deleted_keys_are_dead_when_the_answer_arrives() {
    let system = System::start(system::waiting_fence());
    let report = run(&system, CALLERS, DELETES);
    println!("{report:?}");
    assert_eq!(report.deletes, DELETES as u64);
    assert!(report.answered > 2 * report.deletes, "the keys were hardly used: {report:?}");
    assert_eq!(report.unsettled, 0, "a deletion was answered before the gateway confirmed it");
    assert_eq!(report.late, 0, "a creation was answered before the key opened anything");
    assert_eq!((report.admitted, report.still_running), (0, 0), "{report:?}");
    system.stop();
}

#[test]
fn without_the_fence_the_same_count_finds_the_leak() {
    let system = System::start(system::fence_that_does_not_wait());
    let report = run(&system, 8, 64);
    println!("{report:?}");
    assert!(report.admitted > 0, "the count does not see admitted calls: {report:?}");
    assert!(report.still_running > 0, "the count does not see running calls: {report:?}");
    system.stop();
}

#[test]
fn reports_add_up() {
    let one = Report { deletes: 1, answered: 2, admitted: 3, ..Report::default() };
    let two = Report {
        still_running: 5,
        unsettled: 1,
        late: 4,
        lost_connections: 1,
        ..Report::default()
    };
    let sum = one + two;
    assert_eq!((sum.deletes, sum.answered, sum.admitted), (1, 2, 3));
    assert_eq!(sum.late, 4);
    assert_eq!((sum.still_running, sum.unsettled, sum.lost_connections), (5, 1, 1));
}
