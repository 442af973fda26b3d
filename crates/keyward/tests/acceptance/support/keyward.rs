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
        install_engine(&data(&folder));
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
        let mut process = spawn(quickstart(&data(&folder)), &folder, Stdio::piped());
        let ready = process.stdout.take().and_then(first_value);
        let started = Self { process, ready: ready.unwrap_or_default(), folder };
        assert!(started.ready.is_object(), "keyward did not say that it is ready");
        started
    }

    /// Starts with output for people; returns what it printed when it was ready.
    #[track_caller]
    pub(crate) fn start_for_people(folder: Arc<TempDir>) -> (Self, String) {
        let data = data(&folder);
        if !data.exists() {
            install_engine(&data);
        }
        let printed = folder.path().join("stdout");
        let output = File::create(&printed).unwrap();
        let process = spawn(start_command(&data, "127.0.0.1:0"), &folder, output.into());
        let started = Self { process, ready: Value::Null, folder };
        let text = until("what newcomers read", START_LIMIT, || {
            let text = read(&printed);
            text.contains("Ctrl-C\n").then_some(text)
        });
        (started, text)
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
        data(&self.folder)
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
            let logs = fs::read_dir(self.data().join("logs"));
            for log in logs.into_iter().flatten().flatten().map(|entry| entry.path()) {
                if log.extension().is_some_and(|end| end == "log") {
                    eprintln!("{}:\n{}", log.display(), read(&log));
                }
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
    let mut command = start_command(data, gateway);
    command.args(["--output", "json"]);
    command
}

fn start_command(data: &Path, gateway: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command
        .arg("quickstart")
        .arg("--data")
        .arg(data)
        .args(["--gateway-listen", gateway, "--control-listen", "127.0.0.1:0"])
        .stdin(Stdio::null());
    command
}

fn spawn(mut command: Command, folder: &TempDir, output: Stdio) -> Child {
    let errors = folder.path().join("stderr");
    let errors = File::options().create(true).append(true).open(errors).unwrap();
    command.stdout(output).stderr(errors).spawn().unwrap()
}

/// The data folder, inside a folder that holds what was printed too.
fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
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
