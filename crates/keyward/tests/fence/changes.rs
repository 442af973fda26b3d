//! Everything besides a deletion that takes access away: none of it leaves a call in flight behind
//! its answer.

use crate::system::{self, System};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::client::{Call, Client};
use testkit::clock::instant;

/// What takes access away.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// The key is switched off.
    Disable,
    /// The project's whitelist is changed to addresses elsewhere.
    Whitelist,
    /// The cluster is suspended.
    Suspend,
    /// The person whose key it is leaves the organization.
    Remove,
    /// The person whose key it is leaves the project.
    RemoveFromProject,
}

const ACTS: [Act; 5] =
    [Act::Disable, Act::Whitelist, Act::Suspend, Act::Remove, Act::RemoveFromProject];

/// What is still there after the answer.
#[derive(Debug, Default, PartialEq, Eq)]
struct Left {
    admitted: usize,
    running: usize,
}

#[test]
fn what_takes_access_away_has_cut_calls_in_flight_when_it_answers() {
    for act in ACTS {
        let system = System::start(system::waiting_fence());
        assert_eq!(left_after(&system, act), Left::default(), "{act:?}");
        system.stop();
    }
}

#[test]
fn without_the_fence_calls_outlive_the_answers() {
    for act in ACTS {
        // The poll brings the change once a second, which may be in the very moment.
        let leaks = (0..5).any(|_| {
            let system = System::start(system::fence_that_does_not_wait());
            let left = left_after(&system, act);
            system.stop();
            left.running > 0 && left.admitted > 0
        });
        assert!(leaks, "{act:?}: the count does not see what is left");
    }
}

#[test]
fn a_call_in_flight_ends_with_its_key_within_a_second() {
    let system = System::start(system::waiting_fence());
    let (id, key) = system.owner().create();
    let mut flight = Flight::begin(&system, &key);
    let lasts = Duration::from_secs(3);
    let end = (std::time::UNIX_EPOCH + since_epoch() + lasts).duration_since(std::time::UNIX_EPOCH);
    let millis = i64::try_from(end.unwrap().as_millis()).unwrap();
    let update = json!({
        "name": "fence",
        "projects": [{
            "projectId": system.project.to_string(), "role": "Admin", "allCluster": true
        }],
        "expiresAt": model::Timestamp::from_millis(millis).to_string(),
    });
    let began = instant();
    ask(&system, "PUT", &format!("/v2/api-keys/{id}"), &update, &system.owner_key);
    assert_eq!(flight.left(&key), Left { admitted: 2, running: 2 }, "it has not ended yet");
    flight.wait();
    let lived = began.elapsed();
    // The end is reckoned from a moment before `began`; beyond the second is this machine's load.
    assert!(lived >= lasts.checked_sub(Duration::from_millis(500)).unwrap(), "{lived:?}");
    assert!(lived <= lasts + Duration::from_secs(1) + SLACK, "{lived:?}");
    assert_eq!(flight.left(&key), Left::default());
    system.stop();
}

/// How late a busy machine may be.
const SLACK: Duration = Duration::from_secs(2);

fn since_epoch() -> Duration {
    use model::Clock;
    let now = testkit::clock::WallClock.now().millis();
    Duration::from_millis(u64::try_from(now).unwrap())
}

/// Has calls of a key in flight, takes its access away, and looks once the answer is there.
fn left_after(system: &System, act: Act) -> Left {
    let (user, id, key) = match act {
        Act::Remove | Act::RemoveFromProject => member(system),
        _ => {
            let (id, key) = system.owner().create();
            (String::new(), id, key)
        }
    };
    let mut flight = Flight::begin(system, &key);
    let project = system.project;
    let (method, path, body) = match act {
        Act::Disable => ("POST", format!("/v2/api-keys/{id}/disable"), Value::Null),
        Act::Whitelist => {
            let entry = json!({ "cidr": "10.0.0.0/8", "description": "", "confirmLockout": true });
            ("POST", format!("/v2/projects/{project}/whitelist"), entry)
        }
        Act::Suspend => ("POST", format!("/v2/clusters/{}/suspend", system.cluster), Value::Null),
        Act::Remove => (
            "DELETE",
            format!("/v2/organizations/{}/members/{user}", system.organization),
            Value::Null,
        ),
        Act::RemoveFromProject => {
            ("DELETE", format!("/v2/projects/{project}/members/{user}"), Value::Null)
        }
    };
    ask(system, method, &path, &body, &system.owner_key);
    flight.left(&key)
}

/// Two calls of one key, each on a connection of its own: one that waits, one that flows.
struct Flight {
    held: (Client, u32),
    flowing: (Client, u32),
}

impl Flight {
    fn begin(system: &System, key: &str) -> Self {
        let connect = || {
            let mut client = Client::connect(system.gateway).unwrap();
            client.set_patience(Duration::from_secs(30)).unwrap();
            // Without the fence, the gateway hears of a new key a moment later.
            let open = |client: &mut Client| {
                client.unary(&call("HasCollection", key)).unwrap().code() == Some(0)
            };
            let until = instant() + Duration::from_secs(30);
            while !open(&mut client) {
                assert!(instant() < until, "a new key never opened anything");
            }
            client
        };
        let (mut one, mut two) = (connect(), connect());
        let held = one.send(&call("Search", key)).unwrap();
        assert_eq!(one.unary(&call("HasCollection", key)).unwrap().code(), Some(0));
        let flowing = two.send(&call("Query", key)).unwrap();
        two.wait_for_body(flowing, 1).unwrap();
        Self { held: (one, held), flowing: (two, flowing) }
    }

    /// A later call on each connection, and whether the earlier one is still running then. A
    /// connection on which bytes of the call waited unread may have been reset.
    fn left(&mut self, key: &str) -> Left {
        let mut left = Left::default();
        for (client, stream) in [&mut self.held, &mut self.flowing] {
            let Ok(answer) = client.unary(&call("HasCollection", key)) else { continue };
            // A suspended cluster is told of in an answer that is whole, or SDKs would repeat the
            // call for minutes.
            let suspended = String::from_utf8_lossy(&answer.body).contains("is suspended");
            left.admitted += usize::from(answer.code() == Some(0) && !suspended);
            left.running += usize::from(!client.is_over(*stream));
        }
        left
    }

    /// Waits until both calls have ended.
    fn wait(&mut self) {
        let until: Instant = instant() + Duration::from_secs(30);
        for (client, stream) in [&mut self.held, &mut self.flowing] {
            while !client.is_over(*stream) && instant() < until {
                if !client.read_for(Duration::from_millis(20)).unwrap_or(false) {
                    break;
                }
            }
        }
    }
}

fn call(rpc: &str, key: &str) -> Call {
    Call::milvus(rpc).token(key)
}

/// Somebody who was invited to the project: their id, and a key of theirs.
fn member(system: &System) -> (String, String, String) {
    let organization = format!("/v2/organizations/{}", system.organization);
    let invitation = json!({
        "email": "grace@example.com",
        "role": "Member",
        "projects": [{ "projectId": system.project.to_string(), "role": "Member" }],
    });
    let path = format!("{organization}/invitations");
    let invited = ask(system, "POST", &path, &invitation, &system.owner_key);
    let password = "correct horse battery staple";
    let taken = json!({ "token": invited["token"], "name": "Grace", "password": password });
    ask(system, "POST", "/v2/invitations/accept", &taken, "");
    let signing_in = json!({ "email": "grace@example.com", "password": password });
    let session = ask(system, "POST", "/v2/sessions", &signing_in, "");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (user, token) = (text(&session["userId"]), text(&session["token"]));
    let path = format!("{organization}/personalKeys");
    let made = ask(system, "POST", &path, &json!({ "name": "mine" }), &token);
    (user, text(&made["apiKeyId"]), text(&made["apiKey"]))
}

/// Asks the control API with this credential, if there is one, and opens the envelope.
fn ask(system: &System, method: &str, path: &str, body: &Value, credential: &str) -> Value {
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", system.control))
        .header("content-type", "application/json");
    if !credential.is_empty() {
        request = request.header("authorization", format!("Bearer {credential}"));
    }
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::from(config);
    let mut answer = if body.is_null() {
        agent.run(request.body(()).unwrap()).unwrap()
    } else {
        agent.run(request.body(body.to_string()).unwrap()).unwrap()
    };
    let envelope: Value = answer.body_mut().read_json().unwrap();
    assert_eq!(envelope["code"], 0, "{method} {path}: {envelope}");
    envelope["data"].clone()
}
