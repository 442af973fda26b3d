//! What a person sees of a failure that is not theirs, and how it is found again in the log.

use crate::system::System;
use ureq::http::StatusCode;

/// Breaks what a page reads, under the running server.
fn drop_table(system: &System, table: &str) {
    let database = rusqlite::Connection::open(system.data().join("keyward.db")).unwrap();
    let script = format!("PRAGMA foreign_keys = OFF; DROP TABLE {table};");
    database.execute_batch(&script).unwrap();
}

#[test]
fn a_failure_names_its_request_and_gives_nothing_away() {
    let system = System::start();
    let path = system.filled("/projects/{project}/whitelist");
    assert_eq!(system.get(Some(&system.owner), &path).0.status(), StatusCode::OK);
    drop_table(&system, "whitelist");
    let form = format!("cidr=203.0.113.1&description=&form_token={}", system.owner.form_token);
    let looked = system.get(Some(&system.owner), &path);
    let sent = system.send(Some(&system.owner), &path, &form, "same-origin");
    let mut ids = Vec::new();
    for (answer, text) in [looked, sent] {
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers()["x-frame-options"], "DENY");
        assert!(text.contains("<h1>Keyward is at fault</h1>"), "{text}");
        let id = answer.headers()["requestid"].to_str().unwrap().to_owned();
        assert!(id.starts_with("req-") && text.contains(&format!("<code>{id}</code>")), "{text}");
        ids.push(id);
        let folder = system.data().display().to_string();
        for secret in ["whitelist", "table", "SELECT", "sqlite", ".db", &folder, "panicked"] {
            assert!(!text.contains(secret), "the page says {secret}: {text}");
        }
    }
    assert_ne!(ids[0], ids[1], "each request has its own");
    // What does not need it goes on, and the API keeps answering in its own way.
    let home = system.filled("/organizations/{organization}");
    assert_eq!(system.get(Some(&system.owner), &home).0.status(), StatusCode::OK);
    let (status, text) = system.api(&system.filled("/v2/projects/{project}/whitelist"));
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text.starts_with("{\"code\":500,"), "{text}");
    // Without the table of sessions nobody is anybody: that is a failure, too, and no sign-in page.
    drop_table(&system, "second_factors");
    drop_table(&system, "sessions");
    let (answer, text) = system.get(Some(&system.owner), &home);
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text.contains("Keyward is at fault") && !text.contains("session"), "{text}");
    system.stop();
}
