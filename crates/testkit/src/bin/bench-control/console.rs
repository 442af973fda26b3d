//! The console in front of many keys: how long a browser waits for the first byte of a page.

use crate::Result;
use crate::figures::{Figures, millis};
use crate::measure::Running;
use serde_json::json;
use std::time::Duration;
use testkit::clock::instant;
use testkit::load::Histogram;
use ureq::Agent;

/// How often each page is opened.
const TIMES: usize = 100;
const EMAIL: &str = "second@example.com";
const PASSWORD: &str = "a password for one measurement";

/// The first byte of every page that an owner opens often, on the largest project; for each page
/// apart, and the slowest of them.
pub(crate) fn measure(running: &Running<'_>, figures: &mut Figures) -> Result<()> {
    let cookie = sign_in(running)?;
    let project = running.large();
    let of_project = |path: &str| format!("/projects/{project}{path}");
    let key = running.key_of_large()?;
    let mut all = Histogram::default();
    let mut slowest = Duration::ZERO;
    for (id, path) in [
        ("console.projects", "/".to_owned()),
        ("console.project", of_project("")),
        ("console.keys", of_project("/keys")),
        ("console.keys.last", of_project("/keys?part=last")),
        ("console.keys.used", of_project("/keys?sort=used")),
        ("console.keys.named", of_project("/keys?sort=name&role=Read-Only")),
        ("console.keys.reported", of_project("/keys?state=reported&sort=name")),
        ("console.keys.searched", of_project("/keys?search=no-key-is-called-so")),
        ("console.create", of_project("/keys/new")),
        ("console.key", format!("/keys/{key}")),
        ("console.delete", format!("/keys/{key}/delete")),
        ("console.usage", of_project("/usage")),
        ("console.audit", format!("/organizations/{}/audit", running.organization()?)),
    ] {
        let mut waits = Histogram::default();
        for took in first_bytes(running, &cookie, &path)? {
            waits.add(took);
            all.add(took);
        }
        let p99 = waits.quantile(990);
        slowest = slowest.max(p99);
        figures.add(id, "ms", millis(p99), waits.count());
    }
    figures.add("console.p50", "ms", millis(all.quantile(500)), all.count());
    figures.add("console.slowest", "ms", millis(slowest), all.count());
    Ok(())
}

/// How long each opening of a page took to its first byte.
fn first_bytes(running: &Running<'_>, cookie: &str, path: &str) -> Result<Vec<Duration>> {
    (0..TIMES).map(|_| first_byte(running, cookie, path)).collect()
}

/// A session of another owner, who is made for the purpose.
fn sign_in(running: &Running<'_>) -> Result<String> {
    let api = running.api();
    let made = api.post("/v2/users", &json!({ "email": EMAIL, "role": "Owner" }))?;
    let redeem = json!({ "token": made["data"]["reset"]["token"], "newPassword": PASSWORD });
    api.post("/v2/passwordResets", &redeem)?;
    let opened = api.post("/v2/sessions", &json!({ "email": EMAIL, "password": PASSWORD }))?;
    let token = opened["data"]["token"].as_str().ok_or("no session was opened")?;
    Ok(format!("keyward_session={token}"))
}

/// How long it takes until a page begins to come; all of it is read.
fn first_byte(running: &Running<'_>, cookie: &str, path: &str) -> Result<Duration> {
    let agent = running.browser();
    let request = agent.get(format!("{}/console{path}", running.control()));
    let started = instant();
    let mut answer = request.header("cookie", cookie).call()?;
    let took = started.elapsed();
    let text = answer.body_mut().read_to_string()?;
    if text.contains("Sign out") {
        return Ok(took);
    }
    Err(format!("{path} did not come as for somebody signed in").into())
}

/// A browser: its connection is kept.
pub(crate) fn browser() -> Agent {
    let limit = Some(Duration::from_mins(1));
    Agent::config_builder().timeout_global(limit).max_redirects(2).build().into()
}
