//! A real mail server for the tests of letters, run by Python.

use super::until;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Where `cargo xtask setup` says the Python is that has the mail server.
const PYTHON: &str = "KEYWARD_TEST_MAIL_PYTHON";

/// A running mail server; dropping it ends it.
pub(crate) struct Post {
    child: Child,
    folder: TempDir,
    port: u16,
}

impl Post {
    /// Starts one with this encryption (`none`, `starttls`, `smtps`) and these options.
    pub(crate) fn start(encryption: &str, options: &[&str]) -> Self {
        let Some(python) = std::env::var_os(PYTHON).map(PathBuf::from) else {
            panic!("{PYTHON} is not set: run these tests with `cargo xtask test`");
        };
        let folder = tempfile::tempdir().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("cert.pem"), cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), signing_key.serialize_pem()).unwrap();
        let program = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(python);
        command.arg("-B").arg(program.join("../../tests/acceptance/mail/server.py"));
        for (option, file) in
            [("--letters", "letters"), ("--certificate", "cert.pem"), ("--key", "key.pem")]
        {
            command.arg(option).arg(folder.path().join(file));
        }
        command.args(["--encryption", encryption]).args(options);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap();
        Self { child, folder, port }
    }

    /// What `--smtp-url` says of it.
    pub(crate) fn url(&self, scheme: &str, end: &str) -> String {
        format!("{scheme}://localhost:{}{end}", self.port)
    }

    /// The file with its certificate, which is its own authority.
    pub(crate) fn authority(&self) -> String {
        self.folder.path().join("cert.pem").to_str().unwrap().to_owned()
    }

    /// Every letter that it took.
    pub(crate) fn letters(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("letters"));
        let text = text.unwrap_or_default();
        // The last line may be half written.
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Waits for the next letter after so many.
    pub(crate) fn after(&self, letters: usize) -> Value {
        until("a letter", || self.letters().get(letters).cloned())
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The values of a header of the letter.
pub(crate) fn header(letter: &Value, name: &str) -> Vec<String> {
    let headers = letter["headers"].as_array().unwrap().iter();
    let named = headers.filter(|header| header[0].as_str().unwrap().eq_ignore_ascii_case(name));
    named.map(|header| header[1].as_str().unwrap().to_owned()).collect()
}
