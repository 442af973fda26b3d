//! A running `keyward quickstart` with a data folder of its own.

use super::{tools, until, within};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// What Keyward installs for its embedded engine.
const ENGINE: &str = include_str!("../../../src/lite/requirements.txt");
const START_LIMIT: Duration = Duration::from_mins(4);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A running Keyward; dropping it stops it.
pub(crate) struct Keyward {
    process: Child,
    ready: Value,
    folder: Arc<TempDir>,
}

impl Keyward {
    /// Starts on an empty data folder, with the embedded engine already installed.
    #[track_caller]
    pub(crate) fn start() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let data = folder.path().join("data");
        install_engine(&data);
        Self::start_in(folder)
    }

    /// Starts on an empty data folder, and installs the engine itself, as for a newcomer.
    #[track_caller]
    pub(crate) fn start_from_nothing() -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()))
    }

    /// Starts in a folder that an earlier one may have left.
    #[track_caller]
    pub(crate) fn start_in(folder: Arc<TempDir>) -> Self {
        let errors = folder.path().join("stderr");
        let mut process = quickstart(&folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&errors).unwrap())
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        let Some(ready) = first_value(output) else {
            let _ = process.kill();
            let _ = process.wait();
            panic!("keyward did not say that it is ready:\n{}", read(&errors));
        };
        Self { process, ready, folder }
    }

    /// A field of what it said when it was ready.
    #[track_caller]
    pub(crate) fn said(&self, field: &str) -> &str {
        let Some(text) = self.ready[field].as_str() else {
            panic!("{field} is missing among what keyward said");
        };
        text
    }

    /// Whether it said this field.
    pub(crate) fn has_said(&self, field: &str) -> bool {
        self.ready[field].is_string()
    }

    /// Where SDKs connect, and the default API key.
    pub(crate) fn client(&self) -> [(&'static str, &str); 2] {
        [("uri", self.said("endpoint")), ("token", self.said("apiKey"))]
    }

    /// What a program needs that manages keys.
    pub(crate) fn manager(&self) -> [(&'static str, &str); 3] {
        [
            ("control", self.said("controlUrl")),
            ("personal", self.said("personalApiKey")),
            ("project", self.said("projectId")),
        ]
    }

    /// `host:port` of the gateway.
    pub(crate) fn address(&self) -> &str {
        let endpoint = self.said("endpoint");
        endpoint.split_once("://").map_or(endpoint, |(_, address)| address)
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The folder around it, which outlives this Keyward when kept.
    pub(crate) fn folder(&self) -> Arc<TempDir> {
        self.folder.clone()
    }

    /// The process of the embedded engine.
    #[track_caller]
    pub(crate) fn engine_pid(&self) -> i32 {
        let file = self.data().join("clusters").join(format!("{}.pid", self.said("clusterId")));
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let first = text.split_whitespace().next().unwrap_or_default();
        first.parse().unwrap_or_else(|_| panic!("no process id in {text:?}"))
    }

    /// Runs another command of the program on the same data folder; returns its output as JSON.
    #[track_caller]
    pub(crate) fn command(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command.args(arguments).arg("--data").arg(self.data()).arg("--json");
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(
            output.status.success(),
            "keyward {arguments:?} failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("keyward {arguments:?}: {error}:\n{}", String::from_utf8_lossy(&output.stdout))
        })
    }

    /// Sends a signal and waits for the end.
    #[track_caller]
    pub(crate) fn stop(&mut self, signal: Signal) -> ExitStatus {
        let _ = kill_process(pid(self.process.id()), signal);
        until("keyward's end", STOP_LIMIT, || self.process.try_wait().unwrap())
    }
}

impl Drop for Keyward {
    fn drop(&mut self) {
        if thread::panicking() {
            let errors = read(&self.folder.path().join("stderr"));
            eprintln!("what keyward printed:\n{errors}");
            for log in ["logs/install.log", &format!("logs/{}.log", self.said("clusterId"))] {
                eprintln!("{log}:\n{}", read(&self.data().join(log)));
            }
        }
        if matches!(self.process.try_wait(), Ok(None)) {
            let _ = kill_process(pid(self.process.id()), Signal::INT);
            let ended = within(STOP_LIMIT, || self.process.try_wait().ok().flatten());
            // A test must end even if the program does not.
            if ended.is_none() {
                let _ = self.process.kill();
                let _ = self.process.wait();
            }
        }
    }
}

/// The command of a first start, without where its output goes.
pub(crate) fn quickstart(data: &Path) -> Command {
    quickstart_on(data, "127.0.0.1:0")
}

/// The same with the gateway on this address.
pub(crate) fn quickstart_on(data: &Path, gateway: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command
        .arg("quickstart")
        .arg("--data")
        .arg(data)
        .args(["--gateway-listen", gateway])
        .args(["--control-listen", "127.0.0.1:0", "--output", "json"])
        .stdin(Stdio::null());
    command
}

/// A data folder as a first start leaves it that was interrupted right after the installation.
fn install_engine(data: &Path) {
    let python = tools::python();
    let environment = python.parent().and_then(Path::parent).unwrap();
    let version = ENGINE
        .lines()
        .find_map(|line| line.strip_prefix("milvus-lite=="))
        .expect("the engine's version is in its list");
    let folder = data.join(format!("engines/milvus-lite-{version}"));
    fs::create_dir_all(&folder).unwrap();
    for part in ["bin", "lib", "pyvenv.cfg"] {
        symlink(environment.join(part), folder.join(part)).unwrap();
    }
    fs::write(folder.join("installed.txt"), ENGINE).unwrap();
    fs::write(data.join("lock"), "").unwrap();
}

/// The first JSON value that comes out, if one does in time. What comes later is read and dropped.
fn first_value(mut output: impl Read + Send + 'static) -> Option<Value> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut values = serde_json::Deserializer::from_reader(&mut output).into_iter::<Value>();
        let first = values.next().and_then(Result::ok);
        let _ = sender.send(first);
        let _ = std::io::copy(&mut output, &mut std::io::sink());
    });
    receiver.recv_timeout(START_LIMIT).ok().flatten()
}

fn pid(number: u32) -> Pid {
    let number = i32::try_from(number).unwrap();
    Pid::from_raw(number).unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| format!("({}: {error})", path.display()))
}
