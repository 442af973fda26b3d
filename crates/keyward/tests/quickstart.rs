//! The life of the real program: first start, resume, signals, kill, and everything that can stand
//! in its way. The engine is played by a small script, so that nothing is downloaded; the
//! acceptance tests run the real one.

#![cfg(test)]

mod support;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use support::{LIMIT, until};
use tempfile::TempDir;

const REQUIREMENTS: &str = include_str!("../src/lite/requirements.txt");

/// What quickstart prints, in alphabetical order.
const FIELDS: [&str; 8] = [
    "apiKey",
    "apiKeyId",
    "clusterId",
    "controlUrl",
    "endpoint",
    "ownerEmail",
    "personalApiKey",
    "projectId",
];

/// Answers HTTP/2 hellos and its starter as Milvus Lite would, and ends with its standard input.
const ENGINE: &str = r#"
import json, os, socket, sys, threading
sys.stdin.buffer.readline()
listener = socket.create_server(("127.0.0.1", 0))
def serve():
    while True:
        client, _ = listener.accept()
        client.sendall(b"\0\0\0\x04\0\0\0\0\0")
threading.Thread(target=serve, daemon=True).start()
print(json.dumps({"port": listener.getsockname()[1], "pid": os.getpid()}), flush=True)
sys.stdin.buffer.read()
os._exit(0)
"#;

/// A machine with a data folder in which this script is the engine's interpreter.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn with_engine() -> Self {
        let machine = Self::empty();
        machine.engine(ENGINE);
        machine
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Makes this script the installed engine.
    fn engine(&self, script: &str) {
        let installed = self.data().join("engines/milvus-lite-3.2.2");
        fs::create_dir_all(installed.join("bin")).unwrap();
        fs::write(installed.join("engine.py"), script).unwrap();
        let python = format!("#!/bin/sh\nexec python3 {}/engine.py \"$@\"\n", installed.display());
        program(&installed.join("bin/python"), &python);
        fs::write(installed.join("installed.txt"), REQUIREMENTS).unwrap();
        fs::write(self.data().join("lock"), "").unwrap();
    }

    /// Makes this script the only Python that can be found.
    fn system_python(&self, script: &str) -> String {
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        program(&bin.join("python3"), &format!("#!/bin/sh\n{script}\n"));
        bin.display().to_string()
    }

    fn quickstart(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command
            .args(["quickstart", "--output", "json"])
            .args(["--gateway-listen", "127.0.0.1:0"])
            .args(["--control-listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .stdin(Stdio::null());
        command
    }

    /// The process the engine of this folder runs in.
    fn engine_pid(&self) -> String {
        let entries = fs::read_dir(self.data().join("clusters")).unwrap();
        let mut paths = entries.map(|entry| entry.unwrap().path());
        let file = paths.find(|path| path.extension().is_some_and(|end| end == "pid"));
        fs::read_to_string(file.unwrap()).unwrap()
    }
}

fn program(path: &Path, content: &str) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// A started program; killed when dropped.
struct Running {
    child: Child,
    output: Receiver<Value>,
    said: Receiver<String>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (say, said) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| {
                let _ = say.send(line);
            });
        });
        let (send, output) = mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        thread::spawn(move || {
            let values = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
            values.flatten().for_each(|value| {
                let _ = send.send(value);
            });
        });
        Self { child, output, said }
    }

    #[track_caller]
    fn ready(&self) -> Value {
        let ready = self.output.recv_timeout(LIMIT);
        ready.expect("the program says that it is ready")
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    #[track_caller]
    fn end(&mut self) -> Option<i32> {
        until("the program ends", || self.child.try_wait().unwrap()).code()
    }

    #[track_caller]
    fn stop(&mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.end()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn gone(pid: &str) {
    let stat = format!("/proc/{pid}/stat");
    until("the process is gone", || {
        let alive = fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        (!alive).then_some(())
    });
}

/// Runs a program that must fail with one sentence.
#[track_caller]
fn refusal(command: Command) -> String {
    refusal_with(1, command)
}

#[track_caller]
fn refusal_with(code: i32, mut command: Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty(), "nothing for programs");
    let last = said.trim_end().lines().last().unwrap_or_default();
    assert!(last.starts_with("keyward: "), "{said}");
    last.to_owned()
}

fn same(one: &Value, other: &Value, fields: &[&str]) {
    for field in fields {
        assert_eq!(one[field], other[field], "{field}");
    }
}

#[test]
fn a_start_resumes_after_a_signal_and_after_a_kill() {
    let machine = Machine::with_engine();
    let mut first = Running::start(machine.quickstart());
    let made = first.ready();
    let names: Vec<_> = made.as_object().unwrap().keys().collect();
    let once = ["clusterPassword", "clusterUser", "firstSignIn", "ownerPassword"];
    let mut expected = [&FIELDS[..], &once].concat();
    expected.sort_unstable();
    assert_eq!(names, expected);
    let folder = fs::metadata(machine.data()).unwrap().permissions().mode();
    assert_eq!(folder & 0o777, 0o700);
    let engine = machine.engine_pid();
    assert_eq!(first.stop(), Some(0));
    // Looked at now: it goes right after it was shown.
    assert!(!machine.data().join("owner-password").exists(), "it was shown");
    assert!(!Path::new(&format!("/proc/{engine}")).exists(), "stopped with it");

    let kept = ["apiKey", "apiKeyId", "personalApiKey", "projectId", "clusterId"];
    let mut second = Running::start(machine.quickstart());
    let resumed = second.ready();
    assert_eq!(resumed.as_object().unwrap().keys().collect::<Vec<_>>(), FIELDS);
    same(&resumed, &made, &kept);
    let engine = machine.engine_pid();
    second.signal(Signal::KILL);
    assert_eq!(second.end(), None);
    gone(&engine);

    let mut third = Running::start(machine.quickstart());
    same(&third.ready(), &made, &kept);
    let mut delete = Command::new(env!("CARGO_BIN_EXE_keyward"));
    delete.args(["key", "delete", "default", "--yes", "--json", "--data"]);
    let deleted = delete.arg(machine.data()).output().unwrap();
    let answer: Value = serde_json::from_slice(&deleted.stdout).unwrap();
    assert_eq!(answer["revocation"]["settled"], true, "{answer}");
    third.stop();
    let fourth = Running::start(machine.quickstart()).ready();
    assert_eq!(fourth["apiKey"], Value::Null);
    same(&fourth, &made, &["personalApiKey", "projectId", "clusterId"]);
}

#[test]
fn the_command_line_says_when_its_own_key_is_gone_and_a_restart_makes_none() {
    let machine = Machine::with_engine();
    let command = |line: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command.args(line).arg("--data").arg(machine.data());
        command
    };
    let mut first = Running::start(machine.quickstart());
    let made = first.ready();
    let deleted = command(&["key", "delete", "personal", "--yes"]).output().unwrap();
    let said = String::from_utf8_lossy(&deleted.stdout);
    assert!(said.contains("Dead on gateway gw-") && said.contains(" since 20"), "{said}");
    let hint = String::from_utf8_lossy(&deleted.stderr);
    assert!(hint.contains("set KEYWARD_API_KEY"), "{hint}");
    first.stop();

    let second = Running::start(machine.quickstart());
    let ready = second.ready();
    assert_eq!(ready.get("personalApiKey"), None);
    same(&ready, &made, &["apiKey", "clusterId"]);
    let sentence = refusal_with(3, command(&["key", "list"]));
    assert!(sentence.contains("set KEYWARD_API_KEY"), "{sentence}");
}

#[test]
fn a_folder_whose_database_is_lost_is_not_begun_anew() {
    let machine = Machine::with_engine();
    let mut first = Running::start(machine.quickstart());
    let made = first.ready();
    first.stop();
    let database = machine.data().join("keyward.db");
    let backup = fs::read(&database).unwrap();
    for content in [None, Some("")] {
        fs::remove_file(&database).unwrap();
        if let Some(content) = content {
            fs::write(&database, content).unwrap();
        }
        let sentence = refusal(machine.quickstart());
        assert!(sentence.contains("restore keyward.db"), "{sentence}");
    }
    for leftover in ["keyward.db-wal", "keyward.db-shm"] {
        let _ = fs::remove_file(machine.data().join(leftover));
    }
    fs::write(&database, backup).unwrap();
    let second = Running::start(machine.quickstart());
    same(&second.ready(), &made, &["apiKey", "personalApiKey", "clusterId"]);
}

#[test]
fn an_interrupted_first_start_is_finished_by_the_next() {
    let machine = Machine::empty();
    machine.engine("import sys; sys.stdin.buffer.read()");
    let mut first = Running::start(machine.quickstart());
    let password = machine.data().join("owner-password");
    until("the owner is made", || fs::read_to_string(&password).ok());
    let kept = fs::read_to_string(&password).unwrap();
    assert_eq!(first.stop(), Some(1), "it was not ready");

    machine.engine(ENGINE);
    let ready = Running::start(machine.quickstart()).ready();
    assert_eq!(ready["ownerPassword"], kept.as_str());
}

#[test]
fn a_second_instance_is_refused_and_the_first_goes_on() {
    let machine = Machine::with_engine();
    let mut first = Running::start(machine.quickstart());
    let ready = first.ready();
    let sentence = refusal(machine.quickstart());
    let pid = format!("(process {})", first.child.id());
    assert!(sentence.contains(&pid), "{sentence}");
    let mut status = Command::new(env!("CARGO_BIN_EXE_keyward"));
    let status = status.args(["status", "--json", "--data"]).arg(machine.data());
    let answer: Value = serde_json::from_slice(&status.output().unwrap().stdout).unwrap();
    assert_eq!(answer["clusters"][0]["clusterId"], ready["clusterId"]);
    assert_eq!(answer["clusters"][0]["status"], "RUNNING");
    assert_eq!(first.stop(), Some(0));
    let message = refusal_with(6, {
        let mut status = Command::new(env!("CARGO_BIN_EXE_keyward"));
        status.args(["status", "--data"]).arg(machine.data());
        status
    });
    assert!(message.contains("keyward serve"), "{message}");
}

#[test]
fn a_taken_address_is_named_before_anything_slow() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for option in ["--gateway-listen", "--control-listen"] {
        let machine = Machine::empty();
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        let other = match option {
            "--gateway-listen" => "--control-listen",
            _ => "--gateway-listen",
        };
        command
            .args(["quickstart", option, &address, other, "127.0.0.1:0", "--data"])
            .arg(machine.data());
        let sentence = refusal(command);
        assert!(sentence.contains(&address) && sentence.contains(option), "{sentence}");
    }
}

#[test]
fn what_is_wrong_with_python_or_the_network_is_said() {
    let offline = "case \"$*\" in *version_info*) echo 3 11; echo venv;; \
         *'-m venv'*) /bin/mkdir -p $4/bin; /bin/cp $0 $4/bin/python;; \
         *) echo 'NewConnectionError: Failed to establish a new connection'; exit 1;; esac";
    for (python, expected) in [
        (None, "python3 was not found"),
        (Some("echo 3 8; echo venv"), "version 3.8"),
        (Some("echo 3 11; echo none"), "python3-venv"),
        (Some(offline), "package index cannot be reached"),
    ] {
        let machine = Machine::empty();
        let path = match python {
            Some(script) => machine.system_python(script),
            None => machine.folder.path().display().to_string(),
        };
        let mut command = machine.quickstart();
        command.env("PATH", path);
        let sentence = refusal(command);
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn a_signal_ends_an_installation_and_all_it_started() {
    let machine = Machine::empty();
    let note = machine.folder.path().join("pid");
    let slow = format!(
        "case \"$*\" in *version_info*) echo 3 11; echo venv;; \
         *) echo $$ > {0}.new; /bin/mv {0}.new {0}; /bin/sleep 600 & wait;; esac",
        note.display()
    );
    let mut command = machine.quickstart();
    command.env("PATH", machine.system_python(&slow));
    let mut first = Running::start(command);
    let installer = until("the installation runs", || fs::read_to_string(&note).ok());
    assert_eq!(first.stop(), Some(1));
    gone(installer.trim());

    machine.engine(ENGINE);
    assert!(Running::start(machine.quickstart()).ready()["ownerPassword"].is_string());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let machine = Machine::empty();
    fs::create_dir(machine.data()).unwrap();
    fs::set_permissions(machine.data(), Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(machine.folder.path(), Permissions::from_mode(0o755)).unwrap();
    // The folder that the program lies in may be closed to the other user.
    let copy = machine.folder.path().join("keyward");
    fs::copy(env!("CARGO_BIN_EXE_keyward"), &copy).unwrap();
    let mut command = Command::new(copy);
    command
        .args(["serve", "--gateway-listen", "127.0.0.1:0"])
        .args(["--control-listen", "127.0.0.1:0", "--data"])
        .arg(machine.data())
        .current_dir(machine.folder.path());
    if rustix::process::geteuid().is_root() {
        // Nothing is read-only to root.
        command.uid(65534).gid(65534);
    }
    let sentence = refusal(command);
    assert!(sentence.contains("this user may not write there"), "{sentence}");
}

#[test]
fn the_second_signal_does_not_wait() {
    let machine = Machine::empty();
    // An engine that does not let go.
    machine.engine(&ENGINE.replace("os._exit(0)", "import time; time.sleep(600)"));
    let mut running = Running::start(machine.quickstart());
    running.ready();
    let engine = machine.engine_pid();
    running.signal(Signal::INT);
    let heard = || running.said.recv_timeout(LIMIT).expect("it says something");
    while !heard().contains("press Ctrl-C again") {}
    running.signal(Signal::INT);
    assert_eq!(running.end(), Some(130));
    let pid = Pid::from_raw(engine.parse().unwrap()).unwrap();
    let _ = kill_process(pid, Signal::KILL);
}
