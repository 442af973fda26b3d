//! One process serves a database at a time.

use super::OnServer;
use crate::ground::{Ground, vault};
use model::ErrorKind;

const END_SERVING: &str = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
                           WHERE datname = current_database() \
                           AND application_name LIKE 'keyward serve %'";

#[test]
fn one_process_serves_at_a_time() {
    let ground = OnServer::new();
    let [one, other] = [0, 1].map(|_| ground.open(vault()));
    let serving = one.serve_alone().unwrap();
    serving.check().unwrap();
    let error = other.serve_alone().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.message().contains("another Keyward serves this database already"));

    // A connection that broke is replaced.
    assert_eq!(ground.0.query(END_SERVING), "1");
    serving.check().unwrap();
    other.serve_alone().unwrap_err();

    // Unless another process was faster.
    assert_eq!(ground.0.query(END_SERVING), "1");
    let theirs = other.serve_alone().unwrap();
    assert_eq!(serving.check().unwrap_err().kind(), ErrorKind::Conflict);
    drop(theirs);
    serving.check().unwrap();
}
