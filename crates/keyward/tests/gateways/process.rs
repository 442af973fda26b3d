//! Keyward's processes, as an operator starts them.

use crate::support::until;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use testkit::client::{Answer, Call, Client};

/// The lease of every gateway here.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

/// A command that ends by itself, or serves in this role until it is stopped.
pub(crate) fn serve(data: &Path, role: &str, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(["serve", "--role", role, "--data"]).arg(data);
    command.args(["--control-listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0"]);
    command.args(["--lease", &LEASE.as_secs().to_string(), "--workers", "2"]);
    command.env("KEYWARD_DATABASE", database).stdin(Stdio::null());
    command
}

/// What a command says that is refused.
pub(crate) fn refused(mut command: Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

/// A running process; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    said: Arc<Mutex<String>>,
    pub(crate) data: PathBuf,
}

impl Process {
    pub(crate) fn start(data: &Path, role: &str, database: &str) -> Self {
        let mut command = serve(data, role, database);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (errors, heard) = (child.stderr.take().unwrap(), Arc::clone(&said));
        thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut heard = heard.lock().unwrap();
                heard.push_str(&line);
                heard.push('\n');
            }
        });
        let mut process = Self { child, said, data: data.to_owned() };
        until("the process is ready", || {
            let ended = process.child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", process.said());
            process.said().contains("keyward: data folder").then_some(())
        });
        process
    }

    /// A gateway, with the master key that `from` has.
    pub(crate) fn gateway(data: &Path, from: &Path, database: &str) -> Self {
        bring_master_key(data, from);
        Self::start(data, "gateway", database)
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Stops it in order.
    pub(crate) fn stop(self) {
        self.signal(Signal::TERM);
        self.end();
    }

    /// Waits for the end of one that was told to stop.
    pub(crate) fn end(mut self) {
        assert!(self.child.wait().unwrap().success(), "{}", self.said());
    }

    /// Where its gateway is, or its control API.
    fn address(&self, before: &str) -> SocketAddr {
        let said = self.said();
        let (_, rest) = said.split_once(before).unwrap();
        let end = rest.find([',', '\n']).unwrap();
        rest[..end].trim_start_matches("http://").parse().unwrap()
    }

    pub(crate) fn door(&self) -> SocketAddr {
        self.address("gateway on ")
    }

    /// The status and the body of `/healthz` of a gateway.
    pub(crate) fn health(&self) -> (u16, Value) {
        let address = self.address("health and metrics on ");
        let mut answer = agent().get(format!("http://{address}/healthz")).call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    }

    /// The same owner at this process.
    pub(crate) fn owner_with(&self, other: &Owner) -> Owner {
        let base = format!("http://{}", self.address("control API on "));
        Owner { base, bearer: other.bearer.clone() }
    }

    /// A client of the control API in the owner's name.
    pub(crate) fn owner(&self) -> Owner {
        let text = fs::read_to_string(self.data.join("admin.json")).unwrap();
        let admin: Value = serde_json::from_str(&text).unwrap();
        Owner {
            base: format!("http://{}", self.address("control API on ")),
            bearer: format!("Bearer {}", admin["apiKey"].as_str().unwrap()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What whoever runs a gateway does first.
pub(crate) fn bring_master_key(data: &Path, from: &Path) {
    if !data.exists() {
        fs::create_dir(data).unwrap();
        fs::copy(from.join("master.key"), data.join("master.key")).unwrap();
    }
}

fn agent() -> ureq::Agent {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_mins(1)))
        .http_status_as_error(false)
        .build();
    agent.into()
}

/// The owner of everything.
pub(crate) struct Owner {
    base: String,
    bearer: String,
}

/// A key, and what it is called.
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) text: String,
}

impl Owner {
    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = agent().post(format!("{}{path}", self.base));
        let sent = request.header("authorization", &self.bearer).send_json(body);
        let mut answer = sent.unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    }

    fn done(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body);
        assert_eq!((status, &answer["code"]), (200, &json!(0)), "{path}: {answer}");
        answer["data"].clone()
    }

    /// A project with one cluster on this engine: the ids of both.
    pub(crate) fn project(&self, engine: SocketAddr) -> (String, String) {
        let made = self.done("/v2/projects", &json!({ "projectName": "p" }));
        let id = made["projectId"].as_str().or(made.as_str()).unwrap().to_owned();
        let body = json!({ "projectId": id, "clusterName": "c", "uri": engine.to_string() });
        let cluster = self.done("/v2/clusters/attach", &body);
        (id, cluster["clusterId"].as_str().unwrap().to_owned())
    }

    pub(crate) fn create(&self, project: &str, more: &Value) -> Key {
        let mut body = json!({
            "name": "k",
            "projects": [{ "projectId": project, "role": "Admin", "allCluster": true }],
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.done("/v2/api-keys", &body);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Key { id: text("apiKeyId"), text: text("apiKey") }
    }

    /// What `GET /metrics` answers.
    pub(crate) fn metrics(&self) -> String {
        let mut answer = agent().get(format!("{}/metrics", self.base)).call().unwrap();
        answer.body_mut().read_to_string().unwrap()
    }

    /// Deletes a key: whether it is dead everywhere, and each gateway's word.
    pub(crate) fn delete(&self, key: &Key) -> (bool, Vec<String>) {
        let request = agent().delete(format!("{}/v2/api-keys/{}", self.base, key.id));
        let mut answer = request.header("authorization", &self.bearer).call().unwrap();
        let body: Value = answer.body_mut().read_json().unwrap();
        let receipt = &body["data"]["revocation"];
        let words = receipt["gateways"].as_array().unwrap().iter();
        let mut words: Vec<_> =
            words.map(|one| one["confirmedBy"].as_str().unwrap().to_owned()).collect();
        words.sort();
        (answer.status() == 200 && receipt["settled"] == json!(true), words)
    }
}

/// Makes a call with a key, on a connection of its own.
pub(crate) fn ask(door: SocketAddr, rpc: &str, key: &Key) -> Answer {
    let mut client = Client::connect(door).unwrap();
    client.unary(&Call::milvus(rpc).token(&key.text).message(&[])).unwrap()
}

/// Whether a gateway lets the key in.
pub(crate) fn admits(door: SocketAddr, key: &Key) -> bool {
    ask(door, "ListDatabases", key).code() == Some(0)
}
