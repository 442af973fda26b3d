//! A network namespace for servers that bind every address: nobody else can reach them.

#![expect(clippy::panic, reason = "a test that has no namespace can only end, and says why")]

use std::fs;
use std::path::Path;
use std::process::{self, Command};

/// What the names of our namespaces start with; the maker's process id follows.
const PREFIX: &str = "kwtest";

/// A namespace with one cable to this machine; dropping it ends what runs in it and removes it.
pub struct Namespace {
    name: String,
    engine: String,
}

impl Namespace {
    /// Makes one. Needs the right to, which root has.
    #[track_caller]
    pub fn make() -> Self {
        remove_left_over();
        let id = process::id();
        let name = format!("{PREFIX}{id}");
        // 198.18.0.0/15 is for tests of networks, so no real one is hidden by it.
        let block = id % 16_000;
        let net = format!("198.18.{}.", block / 64);
        let first = block % 64 * 4;
        let (host, engine) = (format!("{net}{}", first + 1), format!("{net}{}", first + 2));
        let made = Self { name, engine };
        let (name, cable) = (made.name.as_str(), made.cable());
        ip(&["netns", "add", name]);
        ip(&["link", "add", &cable, "type", "veth", "peer", "name", "eth0", "netns", name]);
        ip(&["addr", "add", &format!("{host}/30"), "dev", &cable]);
        ip(&["link", "set", &cable, "up"]);
        ip(&["-n", name, "addr", "add", &format!("{}/30", made.engine), "dev", "eth0"]);
        ip(&["-n", name, "link", "set", "eth0", "up"]);
        ip(&["-n", name, "link", "set", "lo", "up"]);
        made
    }

    /// The address inside, as seen from outside.
    pub fn address(&self) -> &str {
        &self.engine
    }

    /// A command that will run inside.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    fn cable(&self) -> String {
        // Names of interfaces have at most 15 characters.
        self.name.replace(PREFIX, "kwt")
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        remove(&self.name);
    }
}

#[track_caller]
fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output().unwrap_or_else(|error| {
        panic!("`ip` does not start ({error}): the real Milvus needs iproute2's namespaces")
    });
    assert!(
        output.status.success(),
        "`ip {}` failed: {}(a network namespace for the real Milvus needs root)",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Ends what runs in a namespace and removes it, its cable with it.
fn remove(name: &str) {
    if let Ok(output) = Command::new("ip").args(["netns", "pids", name]).output() {
        for pid in String::from_utf8_lossy(&output.stdout).split_whitespace() {
            let _ = Command::new("kill").args(["-KILL", pid]).status();
        }
    }
    let _ = Command::new("ip").args(["netns", "del", name]).status();
}

/// Removes the namespaces of test processes that were killed before they could.
fn remove_left_over() {
    let Ok(entries) = fs::read_dir("/run/netns") else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let maker = name.strip_prefix(PREFIX).and_then(|id| id.parse::<u32>().ok());
        if maker.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            remove(&name);
        }
    }
}
