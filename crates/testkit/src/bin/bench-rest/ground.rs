//! What is measured on: a Milvus server in a namespace, Keyward in front of it, two collections.

use crate::client::Client;
use crate::processor::Meter;
use crate::{Args, Result};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use testkit::clock::instant;
use testkit::namespace::Namespace;

/// The collection that is searched, and the one that rows are inserted into.
pub(crate) const SEARCHED: &str = "searched";
pub(crate) const FILLED: &str = "filled";
/// Rows of the one that is searched.
const ROWS: usize = 2000;
/// Rows of one request that fills it.
const AT_ONCE: usize = 500;
const CREDENTIAL: &str = "root:Milvus";
const READY: Duration = Duration::from_mins(3);
const STOP: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// A process that ends with its owner.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Not collected yet, so its number still means it.
        let _asked = kill_process(Pid::from_child(&self.0), Signal::TERM);
        let started = instant();
        while started.elapsed() < STOP {
            if matches!(self.0.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::park_timeout(PAUSE);
        }
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Everything. Fields drop in this order: the namespace takes what runs in it along.
pub(crate) struct Ground {
    /// Of the engine, and of Keyward.
    meters: RefCell<(Meter, Meter)>,
    _keyward: Process,
    _milvus: Process,
    _namespace: Namespace,
    /// Milvus' own door, and Keyward's.
    pub(crate) direct: Client,
    pub(crate) through: Client,
}

impl Ground {
    /// Starts everything and fills the collections.
    pub(crate) fn prepare(args: &Args) -> Result<Self> {
        let namespace = Namespace::make();
        let engine = format!("http://{}:19530", namespace.address());
        let milvus = Process(milvus(&namespace, args)?);
        let data = args.folder.join("keyward");
        let (gateway, control) = (free_address()?, free_address()?);
        let keyward = Process(keyward(args, &data, (gateway, control))?);
        let control = format!("http://{control}");
        let owner = until("Keyward", || owner_key(&data).ok())?;
        let api = Client::new(&control, &owner);
        until("the control API", || api.data("/v2/projects", &json!({ "projectName": "p" })).ok())
            .and_then(|project| attach(&api, &project, &engine))?;
        let direct = Client::new(&engine, CREDENTIAL);
        let through = Client::new(&format!("http://{gateway}"), &owner);
        let list = "/v2/vectordb/collections/list";
        until("Milvus", || through.data(list, &json!({})).ok())?;
        let meters = (Meter::new(milvus.0.id()), Meter::new(keyward.0.id()));
        let ground = Self {
            meters: RefCell::new(meters),
            _keyward: keyward,
            _milvus: milvus,
            _namespace: namespace,
            direct,
            through,
        };
        ground.fill(args.dimension)?;
        Ok(ground)
    }

    /// Processor time of the engine and of Keyward so far.
    pub(crate) fn spent(&self) -> Result<(Duration, Duration)> {
        let (engine, keyward) = &mut *self.meters.borrow_mut();
        Ok((engine.spent()?, keyward.spent()?))
    }

    fn fill(&self, dimension: usize) -> Result<()> {
        let fields = json!([
            { "fieldName": "id", "dataType": "Int64", "isPrimary": true },
            { "fieldName": "vector", "dataType": "FloatVector",
              "elementTypeParams": { "dim": dimension } },
        ]);
        let index = json!([{ "fieldName": "vector", "indexName": "vector", "metricType": "L2",
                             "indexType": "FLAT" }]);
        for (name, index) in [(FILLED, json!([])), (SEARCHED, index)] {
            let schema = json!({ "fields": fields, "autoId": name == FILLED });
            let body = json!({ "collectionName": name, "schema": schema, "indexParams": index });
            self.through.data("/v2/vectordb/collections/create", &body)?;
        }
        for first in (0..ROWS).step_by(AT_ONCE) {
            let rows: Vec<Value> = (first..first + AT_ONCE)
                .map(|id| json!({ "id": id, "vector": vector(id, dimension) }))
                .collect();
            let body = json!({ "collectionName": SEARCHED, "data": rows });
            self.through.data("/v2/vectordb/entities/insert", &body)?;
        }
        let counted = json!({ "collectionName": SEARCHED, "filter": "",
            "outputFields": ["count(*)"], "consistencyLevel": "Strong" });
        let counted = self.through.data("/v2/vectordb/entities/query", &counted)?;
        eprintln!("filled: {counted}");
        Ok(())
    }
}

/// A vector that looks like what a model gives: numbers of many digits between -1 and 1.
pub(crate) fn vector(seed: usize, dimension: usize) -> Vec<f32> {
    let mut state = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let bits = u16::try_from(state >> 48).unwrap_or_default();
        let more = u8::try_from(state >> 40 & 0xff).unwrap_or_default();
        f32::from(bits) / 32_768.0 - 1.0 + f32::from(more) / 9_999_991.0
    };
    (0..dimension).map(|_| next()).collect()
}

fn milvus(namespace: &Namespace, args: &Args) -> Result<Child> {
    let log = File::create(args.folder.join("milvus.log"))?;
    let mut command = namespace.command(&args.milvus);
    command.arg("--data").arg(args.folder.join("milvus"));
    command.args(["--authorization-enabled", "true"]);
    let both = log.try_clone()?;
    Ok(command.stdin(Stdio::null()).stdout(log).stderr(both).spawn()?)
}

fn keyward(
    args: &Args,
    data: &Path,
    (gateway, control): (SocketAddr, SocketAddr),
) -> Result<Child> {
    let log = File::create(args.folder.join("keyward.log"))?;
    let mut command = Command::new(&args.keyward);
    command.args(["serve", "--log", "error", "--data"]).arg(data);
    command.arg("--gateway-listen").arg(gateway.to_string());
    command.arg("--control-listen").arg(control.to_string());
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?)
}

fn attach(api: &Client, project: &Value, engine: &str) -> Result<()> {
    // The project's id comes bare or as a member, as the managed cloud has both.
    let id = project["projectId"].as_str().or(project.as_str()).unwrap_or_default();
    let body = json!({
        "projectId": id, "clusterName": "real", "uri": engine, "token": CREDENTIAL,
    });
    api.data("/v2/clusters/attach", &body).map(drop)
}

fn owner_key(data: &Path) -> Result<String> {
    let text = fs::read_to_string(data.join("admin.json"))?;
    let admin: Value = serde_json::from_str(&text)?;
    Ok(admin["apiKey"].as_str().ok_or("admin.json has no key")?.to_owned())
}

fn until<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> Result<T> {
    let started = instant();
    while started.elapsed() < READY {
        if let Some(value) = ready() {
            return Ok(value);
        }
        thread::park_timeout(PAUSE);
    }
    Err(format!("{what} was not ready in time").into())
}

/// A loopback address that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
