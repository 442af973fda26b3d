//! The parts of the benchmark that are processes of `bench-rig`: upstream, load and gateway.

use super::case::{Case, Cores, SEARCH_ANSWER, Shape};
use super::process::{Core, Process, pinned};
use crate::Result;
use crate::command::{cargo, read, run, target};
use serde_json::Value;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the proxy under test runs, alone.
pub(super) const PROXY_CORE: Core = Core(0);
/// Where upstream and load generator run.
pub(super) const LOAD_CORE: Core = Core(1);
/// Where upstream and load generator run for a load of this shape.
pub(super) fn load_core(shape: Shape) -> Core {
    match shape.cores {
        Cores::Two => LOAD_CORE,
        Cores::One => PROXY_CORE,
    }
}

/// What every proxy signs in with at the upstream.
pub(super) const CREDENTIAL: &str = "keyward:benchmark-service-password";
/// The same as it goes over the wire: base64.
pub(super) const CREDENTIAL_BASE64: &str = "a2V5d2FyZDpiZW5jaG1hcmstc2VydmljZS1wYXNzd29yZA==";

/// The built program and where its files go.
pub(super) struct Rig {
    program: PathBuf,
    /// Configuration files and logs of this run.
    pub(super) folder: PathBuf,
    /// How many keys are allowed.
    pub(super) keys: usize,
    /// Held as long as the folder is ours.
    _lock: File,
}

/// What the load generator presents.
#[derive(Clone, Copy)]
pub(super) enum Present<'a> {
    /// This many of the generated keys, one after the other.
    Keys(usize),
    /// This.
    Text(&'a str),
}

/// One run of the load generator.
pub(super) struct Load<'a> {
    pub(super) target: SocketAddr,
    pub(super) case: Case,
    pub(super) shape: Shape,
    pub(super) seconds: f64,
    pub(super) warmup: f64,
    pub(super) present: Present<'a>,
    pub(super) watch: Vec<u32>,
}

impl Rig {
    /// Builds the program in release unless a built one is given, and makes an empty folder.
    pub(super) fn prepare(keys: usize, built: Option<&Path>) -> Result<Self> {
        let program = match built {
            Some(file) => std::path::absolute(file).map_err(|error| unusable(file, &error))?,
            None => build()?,
        };
        let folder = target().join("bench");
        let lock = only_one(&target().join("bench.lock"))?;
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|e| unusable(&folder, &e))?;
        }
        std::fs::create_dir_all(&folder).map_err(|e| unusable(&folder, &e))?;
        Ok(Self { program, folder, keys, _lock: lock })
    }

    /// Starts the upstream.
    pub(super) fn upstream(&self) -> Result<(Process, SocketAddr)> {
        let mut command = pinned(LOAD_CORE, &self.program);
        command.args(["upstream", "--authorization", CREDENTIAL_BASE64, "--answer"]);
        command.arg(format!("Search={SEARCH_ANSWER}"));
        Process::start_printing("the upstream", &mut command)
    }

    /// Starts the gateway with that many keys.
    pub(super) fn node(&self, upstream: SocketAddr, keys: usize) -> Result<(Process, SocketAddr)> {
        let mut command = pinned(PROXY_CORE, &self.program);
        command.args(["node", "--credential", CREDENTIAL, "--keys", &keys.to_string()]);
        command.arg("--upstream").arg(upstream.to_string());
        command.arg("--access-log").arg(self.file(&format!("keyward-{keys}-access.jsonl")));
        Process::start_printing("the gateway", &mut command)
    }

    /// The generated keys: the form SDKs send, and that form's SHA-256 in hexadecimal.
    pub(super) fn key_list(&self) -> Result<Vec<(String, String)>> {
        let mut command = crate::command::program(&self.program);
        let text = read(command.args(["keys", "--count", &self.keys.to_string()]))?;
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        Ok(pairs.map(|(form, digest)| (form.to_owned(), digest.to_owned())).collect())
    }

    /// Makes load and returns what the generator says of it.
    pub(super) fn load(&self, load: &Load<'_>) -> Result<Value> {
        let mut command = pinned(load_core(load.shape), &self.program);
        command.args(["load", "--target", &load.target.to_string()]);
        command.args(["--connections", &load.shape.connections.to_string()]);
        command.args(["--streams", &load.shape.streams.to_string()]);
        command.args(["--rpc", load.case.rpc(), "--size", &load.case.size().to_string()]);
        command.args(["--seconds", &load.seconds.to_string()]);
        command.args(["--warmup", &load.warmup.to_string()]);
        match load.present {
            Present::Keys(count) => command.args(["--keys", &count.to_string()]),
            Present::Text(text) => command.args(["--authorization", text]),
        };
        for process in &load.watch {
            command.args(["--watch", &process.to_string()]);
        }
        let text = read(&mut command)?;
        serde_json::from_str(&text).map_err(|error| format!("the load generator: {error}"))
    }

    /// A file in the run's folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file in the run's folder.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.file(name);
        std::fs::write(&path, text).map_err(|error| unusable(&path, &error))?;
        Ok(path)
    }
}

fn build() -> Result<PathBuf> {
    run(cargo()
        .args(["build", "--release", "--package", "testkit", "--features", "bench"])
        .args(["--bin", "bench-rig"]))?;
    Ok(target().join("release/bench-rig"))
}

/// Two benchmarks at once would measure each other.
pub(super) fn only_one(path: &Path) -> Result<File> {
    let file = File::create(path).map_err(|error| unusable(path, &error))?;
    let free = file.try_lock().is_ok();
    free.then_some(file).ok_or_else(|| "another benchmark is running in this workspace".to_owned())
}

fn unusable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot use {}: {error}", path.display())
}
