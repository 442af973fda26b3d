//! Somebody at a machine of their own, who signs in with a password.

use super::{Served, keyward};
use keyward::clock::SystemClock;
use model::Clock;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Output, Stdio};
use tempfile::TempDir;
use totp_rs::{Builder, Secret};

/// Somebody at a machine of their own, without a data folder.
pub(crate) struct Person {
    home: TempDir,
    pub(crate) url: String,
}

impl Person {
    pub(crate) fn new(server: &Served) -> Self {
        Self { home: tempfile::tempdir().unwrap(), url: server.url() }
    }

    /// Runs a command that reads `typed`.
    pub(crate) fn run(&self, line: &[&str], typed: &str) -> Output {
        let mut child = self.start(line);
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    pub(crate) fn start(&self, line: &[&str]) -> Child {
        let mut command = keyward(line);
        command.env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.home.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub(crate) fn login(&self, email: &str, password: &str) -> Output {
        self.run(&["login", "--url", &self.url, "--email", email], &format!("{password}\n"))
    }

    pub(crate) fn redeem(&self, token: &str, password: &str) -> Output {
        self.run(&["account", "redeem", "--url", &self.url], &format!("{token}\n{password}\n"))
    }

    /// Enrols an authenticator app; answers with its key and the recovery codes.
    pub(crate) fn enrol(&self, password: &str) -> (String, Vec<String>) {
        let mut child = self.start(&["account", "totp", "enable"]);
        let (mut typed, mut said) =
            (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());
        writeln!(typed, "{password}").unwrap();
        let secret = said
            .by_ref()
            .find_map(|line| line.unwrap().strip_prefix("or type the key ").map(ToOwned::to_owned));
        let secret = secret.unwrap();
        writeln!(typed, "{}", totp(&secret, 0)).unwrap();
        let codes = said.map(Result::unwrap).filter(|line| line.starts_with("  "));
        let codes = codes.map(|line| line.trim().to_owned()).collect();
        assert!(child.wait().unwrap().success());
        (secret, codes)
    }

    /// A file of theirs with this in it; its path.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, format!("{content}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn session(&self) -> PathBuf {
        self.home.path().join("keyward/login.json")
    }
}

/// What the app shows so many steps from now.
pub(crate) fn totp(secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret.as_ref().to_vec()).build().unwrap();
    let seconds = SystemClock.now().millis() / 1000 + steps * 30;
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}
