//! A real Milvus server with authorization on, in a network namespace of its own.

use crate::support::{Keyward, Relay, free_port, milvus_python, node, python, until};
use crate::users::administrator;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use testkit::namespace::Namespace;

const CREDENTIAL: &str = "root:Milvus";

/// A running Milvus. Fields drop in this order: the namespace takes what runs in it along.
struct Milvus {
    namespace: Namespace,
    process: Child,
    folder: TempDir,
}

impl Milvus {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let namespace = Namespace::make();
        let server = milvus_python().with_file_name("milvus-server");
        let process = namespace
            .command(&server)
            .arg("--data")
            .arg(folder.path())
            .args(["--authorization-enabled", "true"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut milvus = Self { namespace, process, folder };
        until("a healthy Milvus", Duration::from_mins(3), || {
            let ended = milvus.process.try_wait().unwrap();
            assert!(ended.is_none(), "Milvus ended: {ended:?}");
            milvus.is_healthy().then_some(())
        });
        milvus
    }

    fn is_healthy(&self) -> bool {
        let mut answer = String::new();
        TcpStream::connect((self.namespace.address(), 9091))
            .and_then(|mut stream| {
                stream.set_read_timeout(Some(Duration::from_secs(5)))?;
                stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
                stream.read_to_string(&mut answer)
            })
            .is_ok_and(|_| answer.ends_with("OK"))
    }

    /// Everything it wrote to its log files.
    fn logs(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for file in files(&self.folder.path().join("logs")) {
            all.extend(fs::read(&file).unwrap());
        }
        all
    }
}

impl Drop for Milvus {
    fn drop(&mut self) {
        // The server itself is a child of this one and ends with the namespace.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// The forms in which the secret part of a key could travel: as it is, and in the base64 of the
/// key, where it stands by itself because it begins and ends at groups of three bytes.
fn forms(key: &str) -> [String; 2] {
    let secret = &key[21..48];
    [secret.to_owned(), BASE64_STANDARD.encode(secret)]
}

/// Attaches the engine under this name; returns where clients connect, and the administrator.
#[track_caller]
fn attach(keyward: &Keyward, name: &str, uri: &str, token: &str) -> (String, String) {
    let port = free_port().to_string();
    let attach = ["cluster", "attach", name, "--uri", uri, "--token", token, "--port", &port];
    let attached = keyward.command(&attach);
    (format!("http://127.0.0.1:{port}"), administrator(&attached))
}

#[test]
fn a_real_milvus_serves_key_holders_and_never_sees_a_key() {
    let milvus = Milvus::start();
    let engine = format!("{}:19530", milvus.namespace.address());
    let relay = Relay::to(engine.parse().unwrap());
    let keyward = Keyward::start();
    let (uri, _) = attach(&keyward, "real", &relay.uri(), CREDENTIAL);
    let key = keyward.said("apiKey");
    python("data_path.py", &[("uri", &uri), ("token", key), ("engine", "milvus-2.3.5")]);

    let (misconfigured, _) = attach(&keyward, "misconfigured", &relay.uri(), "root:Wrong");
    python("misconfigured.py", &[("uri", &misconfigured), ("token", key)]);
    let shown = |name| keyward.command(&["cluster", "show", name]);
    let (real, wrong) = (shown("real"), shown("misconfigured"));
    assert_eq!((&real["status"], &wrong["status"]), (&"RUNNING".into(), &"ABNORMAL".into()));
    assert!(real["version"].as_str().unwrap().contains("2.3.5"), "{real}");
    let message = wrong["statusMessage"].as_str().unwrap();
    assert!(message.contains("the engine refuses Keyward's credential"), "{message}");

    let service = BASE64_STANDARD.encode(CREDENTIAL);
    assert!(relay.has_seen(service.as_bytes()), "the service credential was not used");
    assert!(relay.has_seen(b"full_books"), "the relay does not see what is sent");
    let logs = milvus.logs();
    assert!(contains(&logs, b"full_books"), "the logs do not show what was asked");
    for form in forms(key) {
        assert!(!relay.has_seen(form.as_bytes()), "the client's key went to the engine");
        assert!(!contains(&logs, form.as_bytes()), "the client's key is in the engine's log");
    }
}

#[test]
fn a_real_milvus_is_served_over_the_restful_api() {
    let milvus = Milvus::start();
    let keyward = Keyward::start();
    let engine = format!("http://{}:19530", milvus.namespace.address());
    let (uri, _) = attach(&keyward, "real", &engine, CREDENTIAL);
    let client = [("uri", uri.as_str()), ("token", keyward.said("apiKey"))];
    python("rest_milvus.py", &client);
    python("rest_texts.py", &client);
    let owner = ("token", keyward.said("personalApiKey"));
    let control = ("control", keyward.said("controlUrl"));
    let column = ("engine", "Milvus 2.3");
    python("rest_routes.py", &[client[0], owner, control, column]);
    let address = engine.replace("http://", "");
    let itself = [("engine", address.as_str()), ("credential", CREDENTIAL)];
    python("rest_memory.py", &[&client[..], &itself].concat());
}

#[test]
fn a_real_milvus_serves_users_it_does_not_know() {
    let milvus = Milvus::start();
    let engine = format!("{}:19530", milvus.namespace.address());
    let relay = Relay::to(engine.parse().unwrap());
    let keyward = Keyward::start();
    let (uri, admin) = attach(&keyward, "real", &relay.uri(), CREDENTIAL);
    let key = keyward.said("apiKey");
    python("users.py", &[("uri", &uri), ("token", key), ("admin", &admin)]);
    assert!(relay.has_seen(b"papers"), "the relay does not see what is sent");
    for name in ["keepers", "lookers", "db_admin"] {
        assert!(!relay.has_seen(name.as_bytes()), "a call about {name} went to the engine");
    }
    // Beside it as another cluster: users are of a cluster, whatever engine is behind it.
    let (uri, admin) = attach(&keyward, "again", &relay.uri(), CREDENTIAL);
    let address = uri.replace("http://", "");
    node("users.mjs", &[("address", &address), ("admin", &admin), ("token", key)]);
    // The SDK says in Connect who it is; more than its own name of a user goes nowhere.
    for name in ["keepers", "lookers"] {
        assert!(!relay.has_seen(name.as_bytes()), "a call about {name} went to the engine");
    }
    for password in ["Lovelace-1815", "Analytical-Engine-1"] {
        let coded = BASE64_STANDARD.encode(password);
        let token = BASE64_STANDARD.encode(format!("ada:{password}"));
        for form in [password, &coded, &token] {
            assert!(!relay.has_seen(form.as_bytes()), "a user's password went to the engine");
            assert!(!contains(&milvus.logs(), form.as_bytes()), "it is in the engine's log");
        }
    }
}
