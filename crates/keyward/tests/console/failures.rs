//! What a person sees of a failure that is not theirs, and how it is found again in the log.

use crate::system::System;
use control::{Fence, Settling};
use keyward::wiring::Parts;
use model::Revision;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
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

/// How a fence of a test goes wrong.
const PANICS: u8 = 1;
const HANGS: u8 = 2;

/// A fence that goes wrong from the moment it is told how.
struct Faulty {
    inner: Arc<dyn Fence>,
    how: Arc<AtomicU8>,
}

impl Fence for Faulty {
    fn settle(&self, revision: Revision) -> Settling<'_> {
        match self.how.load(Ordering::SeqCst) {
            PANICS => Box::pin(async { panic!("on purpose, with a secret") }),
            HANGS => Box::pin(std::future::pending()),
            _ => self.inner.settle(revision),
        }
    }
}

/// Whatever a browser waits for may panic or take too long: it gets a page of ours that names the
/// request, and the next one is answered.
#[test]
fn a_panic_and_a_time_out_are_pages_that_name_their_request() {
    let how = Arc::new(AtomicU8::new(0));
    let mut parts = Parts::system();
    parts.control_limits.request = Duration::from_secs(5);
    let (fence, told) = (parts.fence, Arc::clone(&how));
    parts.fence = Box::new(move |feed| Arc::new(Faulty { inner: fence(feed), how: told }));
    let system = System::of(parts);
    let path = system.filled("/projects/{project}/whitelist");
    for (fault, status, heading, next) in [
        (
            PANICS,
            StatusCode::INTERNAL_SERVER_ERROR,
            "Keyward is at fault",
            "finds the reason in its log",
        ),
        (HANGS, StatusCode::GATEWAY_TIMEOUT, "That took too long", "look before you repeat it"),
    ] {
        how.store(fault, Ordering::SeqCst);
        let form = format!(
            "cidr=203.0.113.{fault}&description=&confirm=yes&form_token={}",
            system.owner.form_token
        );
        let (answer, text) = system.send(Some(&system.owner), &path, &form, "same-origin");
        assert_eq!(answer.status(), status, "{text}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers()["x-frame-options"], "DENY");
        let id = answer.headers()["requestid"].to_str().unwrap().to_owned();
        assert!(text.contains(&format!("<code>{id}</code>")), "{text}");
        assert!(text.contains(&format!("<h1>{heading}</h1>")) && text.contains(next), "{text}");
        assert!(!text.contains("on purpose") && !text.contains("panic"), "{text}");
        // What was committed before it failed is there, as the page warns.
        how.store(0, Ordering::SeqCst);
        let (answer, text) = system.get(Some(&system.owner), &path);
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(text.contains(&format!("203.0.113.{fault}")), "{text}");
    }
    system.stop();
}
