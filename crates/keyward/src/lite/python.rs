//! Finds a Python that can run Milvus Lite.

use model::{Error, ErrorKind};
use std::ffi::OsString;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Oldest and newest minor version of Python 3 that every pinned package has a wheel for.
const OLDEST: u32 = 10;
const NEWEST: u32 = 14;

/// Programs tried, in this order.
const CANDIDATES: &[&str] =
    &["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14"];

/// Prints the minor version, then whether virtual environments can be made.
const QUESTION: &str = "
import sys
print(sys.version_info[0], sys.version_info[1])
try:
    import venv, ensurepip
    print('venv')
except ImportError:
    print('none')
";

/// What the installation needs to know of the machine.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Where programs are looked for; the process's own `PATH` if absent.
    pub path: Option<OsString>,
}

impl Host {
    /// A command that is looked up where the host says.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        command
    }
}

/// What a candidate turned out to be.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Missing,
    Broken,
    Version { major: u32, minor: u32, venv: bool },
}

/// The program to make the virtual environment with.
///
/// # Errors
/// One sentence about `python3`: missing, too old or new, or without venv.
pub(super) async fn find(host: &Host) -> Result<&'static str, Error> {
    let mut first = None;
    for &program in CANDIDATES {
        let found = ask(host, program).await;
        if usable(&found) {
            return Ok(program);
        }
        // What is said is about the first that exists; the others are second choice.
        if matches!(first, None | Some(Found::Missing)) {
            first = Some(found);
        }
    }
    Err(refusal(&first.unwrap_or(Found::Missing)))
}

fn usable(found: &Found) -> bool {
    matches!(found, Found::Version { major: 3, minor, venv: true }
        if (OLDEST..=NEWEST).contains(minor))
}

async fn ask(host: &Host, program: &str) -> Found {
    let answer = host
        .command(program)
        .args(["-I", "-c", QUESTION])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    match tokio::time::timeout(Duration::from_secs(30), answer).await {
        Ok(Ok(output)) if output.status.success() => {
            parse(&String::from_utf8_lossy(&output.stdout)).unwrap_or(Found::Broken)
        }
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Found::Missing,
        _ => Found::Broken,
    }
}

fn parse(answer: &str) -> Option<Found> {
    let mut words = answer.split_whitespace();
    Some(Found::Version {
        major: words.next()?.parse().ok()?,
        minor: words.next()?.parse().ok()?,
        venv: words.next()? == "venv",
    })
}

fn refusal(found: &Found) -> Error {
    let sentence = match found {
        Found::Missing => format!(
            "python3 was not found, and Milvus Lite needs Python 3.{OLDEST} to 3.{NEWEST}: install \
             it (Debian and Ubuntu: apt-get install python3 python3-venv) and run this again"
        ),
        Found::Broken => {
            "python3 does not start: repair the installation of Python and run this again".into()
        }
        Found::Version { major, minor, venv: false }
            if usable(&Found::Version { major: *major, minor: *minor, venv: true }) =>
        {
            format!(
                "python3 ({major}.{minor}) cannot make virtual environments: install its venv \
                 module (Debian and Ubuntu: apt-get install python3-venv) and run this again"
            )
        }
        Found::Version { major, minor, .. } => format!(
            "python3 is version {major}.{minor}, but Milvus Lite needs Python 3.{OLDEST} to \
             3.{NEWEST}: install one of these and run this again"
        ),
    };
    Error::new(ErrorKind::Unavailable, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    /// A machine whose programs are these shell scripts.
    fn machine(programs: &[(&str, &str)]) -> (tempfile::TempDir, Host) {
        let folder = tempfile::tempdir().unwrap();
        for (name, script) in programs {
            let path = folder.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        }
        let path = Some(folder.path().as_os_str().to_owned());
        (folder, Host { path })
    }

    #[tokio::test]
    async fn each_defect_has_its_sentence() {
        for (programs, expected) in [
            (&[][..], "python3 was not found"),
            (&[("python3", "echo 3 8; echo venv")], "version 3.8"),
            (&[("python3", "echo 3 15; echo venv")], "version 3.15"),
            (&[("python3", "echo 2 7; echo venv")], "version 2.7"),
            (&[("python3", "echo 3 11; echo none")], "python3-venv"),
            (&[("python3", "exit 1")], "does not start"),
            (&[("python3", "echo hello")], "does not start"),
        ] {
            let (_folder, host) = machine(programs);
            let message = find(&host).await.unwrap_err().message();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[tokio::test]
    async fn another_python_stands_in_for_an_old_one() {
        let old = ("python3", "echo 3 8; echo venv");
        let new = ("python3.12", "echo 3 12; echo venv");
        let (_folder, host) = machine(&[old, new]);
        assert_eq!(find(&host).await.unwrap(), "python3.12");
        let (_folder, host) = machine(&[("python3", "echo 3 10; echo venv"), new]);
        assert_eq!(find(&host).await.unwrap(), "python3");
    }
}
