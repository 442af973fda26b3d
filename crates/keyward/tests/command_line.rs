//! The command line against a real server: exit codes, failures for programs, and completion.

#![cfg(test)]

mod support;

use keyward::clock::SystemClock;
use model::Clock;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use support::until;
use tempfile::TempDir;
use totp_rs::{Builder, Secret};

/// A running `keyward serve` without clusters.
struct Served {
    child: Child,
    folder: TempDir,
}

impl Served {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let served = Self { child: serve(folder.path(), options), folder };
        served.url();
        served
    }

    /// Stops the server, does this, and starts it again.
    fn stopped<T>(&mut self, then: impl FnOnce(&Self) -> T) -> T {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let done = then(self);
        self.child = serve(self.folder.path(), &[]);
        self.url();
        done
    }

    /// Where the control API is, as the server says.
    fn url(&self) -> String {
        let log = self.folder.path().join("stderr");
        until("the server says where it is", || {
            let text = std::fs::read_to_string(&log).unwrap();
            let (_, url) = text.split_once("control API on ")?;
            url.split_once('\n').map(|(url, _)| url.to_owned())
        })
    }

    /// The owner's first password, as the first start prints it.
    fn password(&self) -> String {
        let printed = self.folder.path().join("stdout");
        until("the server prints the password", || {
            let text = std::fs::read_to_string(&printed).unwrap();
            let (_, password) = text.split_once("Password  ")?;
            password.split_once(' ').map(|(password, _)| password.to_owned())
        })
    }

    fn run(&self, line: &[&str]) -> Output {
        self.run_as(line, None)
    }

    fn run_as(&self, line: &[&str], key: Option<&str>) -> Output {
        let mut command = keyward(line);
        command.arg("--data").arg(self.folder.path().join("data"));
        if let Some(key) = key {
            command.env("KEYWARD_API_KEY", key);
        }
        command.output().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, options: &[&str]) -> Child {
    let file = |name: &str| File::create(folder.join(name)).unwrap();
    let mut command = keyward(&["serve", "--control-listen", "127.0.0.1:0"]);
    command.args(["--gateway-listen", "127.0.0.1:0", "--data"]).arg(folder.join("data"));
    command.args(options).stdout(file("stdout")).stderr(file("stderr")).spawn().unwrap()
}

/// Somebody at a machine of their own, without a data folder.
struct Person {
    home: TempDir,
    url: String,
}

impl Person {
    fn new(server: &Served) -> Self {
        Self { home: tempfile::tempdir().unwrap(), url: server.url() }
    }

    /// Runs a command that reads `typed`.
    fn run(&self, line: &[&str], typed: &str) -> Output {
        let mut child = self.start(line);
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn start(&self, line: &[&str]) -> Child {
        let mut command = keyward(line);
        command.env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.home.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn login(&self, email: &str, password: &str) -> Output {
        self.run(&["login", "--url", &self.url, "--email", email], &format!("{password}\n"))
    }

    fn redeem(&self, token: &str, password: &str) -> Output {
        self.run(&["account", "redeem", "--url", &self.url], &format!("{token}\n{password}\n"))
    }

    /// Enrols an authenticator app; answers with its key and the recovery codes.
    fn enrol(&self, password: &str) -> (String, Vec<String>) {
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

    fn session(&self) -> PathBuf {
        self.home.path().join("keyward/login.json")
    }
}

/// What the app shows so many steps from now.
fn totp(secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret.as_ref().to_vec()).build().unwrap();
    let seconds = SystemClock.now().millis() / 1000 + steps * 30;
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

/// Checks that it worked, and gives what it said on standard error.
#[track_caller]
fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

fn keyward(line: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    for variable in ["KEYWARD_URL", "KEYWARD_API_KEY", "KEYWARD_DATA"] {
        command.env_remove(variable);
    }
    command.args(line).stdin(Stdio::null());
    command
}

/// Checks the exit code, that nothing is on standard output, and that one sentence is on the other.
#[track_caller]
fn refused(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty());
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// The one JSON object on standard error.
#[track_caller]
fn as_json(output: &Output, code: i32) -> Value {
    let said = refused(output, code);
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["error"]["exitCode"], code);
    value["error"].clone()
}

fn answer(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_exit_code_says_what_happened() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let taken = server.run(&["project", "create", "web"]);
    assert!(refused(&taken, 5).starts_with("keyward: "), "a sentence for people");
    let taken = as_json(&server.run(&["project", "create", "web", "--json"]), 5);
    assert_eq!(taken["kind"], "conflict");
    let made = answer(&server.run(&["key", "create", "app", "--project", "web", "--json"]));
    let key = made["apiKey"].as_str().unwrap();
    let other = as_json(&server.run_as(&["key", "list", "--json"], Some(key)), 3);
    assert_eq!(other["kind"], "forbidden");
    let illegal = as_json(&server.run_as(&["key", "list", "--json"], Some("kw_x")), 3);
    assert_eq!(illegal["kind"], "unauthenticated");
    let missing = as_json(&server.run(&["key", "show", "nothing", "--json"]), 4);
    assert_eq!(missing["kind"], "notFound");
    let bad = as_json(&server.run(&["key", "create", "Bad", "--project", "web", "--json"]), 2);
    assert_eq!(bad["kind"], "invalid");
    let usage = as_json(&server.run(&["key", "create", "--json"]), 2);
    assert_eq!(usage["kind"], "usage");
}

#[test]
fn the_operator_says_how_often_a_caller_may_ask() {
    let server = Served::start_with(&["--control-rate", "1"]);
    // Ten seconds' worth may come at once; those of a window that ends in between come on top.
    let ends = (0..21).map(|_| server.run(&["project", "list"]));
    let refused = ends.into_iter().find(|output| !output.status.success()).unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("more than 1 requests a second"), "{said}");
}

#[test]
fn an_unreachable_server_is_told_from_a_refusing_one() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = |line: &[&str]| {
        let mut command = keyward(line);
        command.arg("--data").arg(folder.path().join("none"));
        command.output().unwrap()
    };
    assert_eq!(as_json(&nowhere(&["project", "list", "--json"]), 6)["kind"], "unavailable");
    let mut command = keyward(&["project", "list", "--json"]);
    command.env("KEYWARD_URL", "http://127.0.0.1:1").env("KEYWARD_API_KEY", "kw_x");
    assert_eq!(as_json(&command.output().unwrap(), 6)["kind"], "unavailable");
}

const OWNER: &str = "owner@example.com";

#[test]
fn a_person_signs_in_works_and_signs_out() {
    let server = Served::start();
    let person = Person::new(&server);
    let password = server.password();
    for (email, wrong) in [(OWNER, "wrong"), ("nobody@example.com", &password)] {
        refused(&person.login(email, wrong), 3);
        assert!(!person.session().exists());
    }
    refused(&person.run(&["login", "--url", &person.url, "--email", OWNER], ""), 2);
    refused(&person.run(&["account", "show"], ""), 6);

    let opened = person.login(OWNER, &password);
    let said = done(&opened);
    let kept = std::fs::read_to_string(person.session()).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let token = kept["token"].as_str().unwrap();
    assert!(opened.stdout.is_empty() && !said.contains(token) && !said.contains(&password));
    let mode = std::fs::metadata(person.session()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let shown = answer(&person.run(&["account", "show", "--json"], ""));
    assert_eq!((&shown["email"], &shown["status"]), (&OWNER.into(), &"ACTIVE".into()));
    let sessions = answer(&person.run(&["account", "sessions", "--json"], ""));
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(sessions["sessions"][0]["current"], true);
    answer(&person.run(&["project", "list", "--json"], ""));

    let with_token = || {
        let mut command = keyward(&["account", "show"]);
        command.env("KEYWARD_URL", &person.url).env("KEYWARD_API_KEY", token).output().unwrap()
    };
    done(&with_token());
    done(&person.run(&["logout"], ""));
    assert!(!person.session().exists());
    refused(&with_token(), 3);
    refused(&person.run(&["account", "show"], ""), 6);
    refused(&person.run(&["logout"], ""), 2);
}

#[test]
fn a_password_is_changed_with_the_old_one_only() {
    let server = Served::start();
    let person = Person::new(&server);
    let (old, new) = (server.password(), "a quite different sentence");
    done(&person.login(OWNER, &old));
    let change =
        |old: &str| person.run(&["account", "password"], &format!("{old}\n{new}\n")).status.code();
    assert_eq!(change("wrong"), Some(2));
    assert_eq!(change(&old), Some(0));
    refused(&person.login(OWNER, &old), 3);
    done(&person.login(OWNER, new));
}

#[test]
fn a_second_factor_is_asked_for_when_signing_in() {
    let server = Served::start();
    let person = Person::new(&server);
    let password = server.password();
    done(&person.login(OWNER, &password));
    let (secret, codes) = person.enrol(&password);
    let login = |more: &[&str], code: &str| {
        let line = ["login", "--url", &person.url, "--email", OWNER];
        person.run(&[&line, more].concat(), &format!("{password}\n{code}"))
    };
    done(&person.run(&["logout"], ""));
    refused(&login(&[], ""), 2);
    // The code of the enrolment was used.
    refused(&login(&[], &totp(&secret, 0)), 3);
    refused(&login(&["--recovery-code"], "aaaaa-aaaaa"), 3);
    assert!(!person.session().exists());
    done(&login(&[], &totp(&secret, 1)));
    done(&login(&["--recovery-code"], &codes[0]));
    refused(&login(&["--recovery-code"], &codes[0]), 3);
    let shown = answer(&person.run(&["account", "show", "--json"], ""));
    assert_eq!((&shown["secondFactor"], &shown["recoveryCodesLeft"]), (&true.into(), &9.into()));

    // The key in the data folder is the owner's own, and must not be worth their password.
    refused(&server.run(&["user", "remove-second-factor", OWNER]), 3);
    refused(&server.run(&["user", "reset-password", OWNER]), 3);
    done(&person.run(&["account", "totp", "disable"], &format!("{password}\n")));
    done(&person.login(OWNER, &password));
}

#[test]
fn the_operator_makes_accounts_resets_and_disables_them() {
    let server = Served::start();
    let eve = Person::new(&server);
    let made = answer(&server.run(&["user", "create", "eve@example.com", "--json"]));
    let (first, second) = ("nobody guesses this one", "nor would they this one");
    done(&eve.redeem(made["reset"]["token"].as_str().unwrap(), first));
    done(&eve.login("eve@example.com", first));

    let reset = server.run(&["user", "reset-password", "eve@example.com"]);
    done(&reset);
    let token = String::from_utf8(reset.stdout).unwrap();
    done(&eve.redeem(token.trim(), second));
    refused(&eve.redeem(token.trim(), first), 2);
    refused(&eve.run(&["account", "show"], ""), 3);
    refused(&eve.login("eve@example.com", first), 3);
    done(&eve.login("eve@example.com", second));
    refused(&eve.run(&["user", "disable", OWNER], ""), 3);

    done(&server.run(&["user", "disable", "eve@example.com"]));
    refused(&eve.run(&["account", "show"], ""), 3);
    let shown = answer(&server.run(&["user", "show", "eve@example.com", "--json"]));
    assert_eq!(shown["status"], "DISABLED");
    done(&server.run(&["user", "enable", "eve@example.com"]));
    done(&eve.login("eve@example.com", second));
    let ended = answer(&server.run(&["user", "sessions", "end", "eve@example.com", "--json"]));
    assert_eq!(ended["count"], 1);
    refused(&server.run(&["user", "show", "nobody@example.com"]), 4);
    refused(&server.run(&["user", "show", "Eve"]), 2);
}

#[test]
fn who_is_locked_out_is_let_in_again_on_the_folder_of_a_stopped_server() {
    let mut server = Served::start();
    let reset = ["user", "reset-password", OWNER, "--offline", "--json"];
    assert_eq!(as_json(&server.run(&reset), 5)["kind"], "conflict");
    let (shown, reset) = server.stopped(|server| {
        let shown = server.run(&["user", "show", OWNER, "--offline", "--json"]);
        refused(&server.run(&["user", "show", "nobody@example.com", "--offline"]), 4);
        (answer(&shown), answer(&server.run(&reset)))
    });
    assert_eq!(shown, answer(&server.run(&["user", "show", OWNER, "--json"])));
    let person = Person::new(&server);
    done(&person.redeem(reset["token"].as_str().unwrap(), "nobody guesses this one"));
    done(&person.login(OWNER, "nobody guesses this one"));
}

#[test]
fn scripts_for_every_shell_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = keyward(&["completion", shell]).output().unwrap();
        assert!(output.status.success());
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("quickstart") && script.contains("completion"), "{shell}");
        if shell == "bash" {
            check_syntax(&script);
        }
    }
    let output = keyward(&["completion", "tcsh"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// Bash reads the script without complaint.
fn check_syntax(script: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let bash = Path::new("/bin/bash");
    let checked = Command::new(bash).arg("-n").arg(file.path()).status().unwrap();
    assert!(checked.success());
}

#[test]
fn help_says_the_exit_codes_and_has_no_colours_in_a_pipe() {
    let output = keyward(&["--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["Exit codes:", "KEYWARD_URL", "KEYWARD_API_KEY", "completion"] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains('\u{1b}'));
    let wrong = keyward(&["key", "lst"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains('\u{1b}'));
}

#[test]
fn somebody_is_invited_joins_and_is_removed() {
    let server = Served::start();
    let project = answer(&server.run(&["project", "create", "web", "--json"]));
    assert!(project["projectId"].is_string(), "{project}");
    let line = ["invitation", "create", "ada@example.com", "--project", "web", "--json"];
    let sent = answer(&server.run(&line));
    let link = sent["link"].as_str().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{content}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (token, password) = (file("token", link), file("password", "a quite different sentence"));
    let url = server.url();
    let accept = ["invitation", "accept", "--url", &url, "--name", "Ada", "--json"];
    let accept = [&accept[..], &["--token-file", &token, "--password-file", &password]].concat();
    let ada = Person::new(&server);
    assert_eq!(answer(&ada.run(&accept, ""))["email"], "ada@example.com");
    refused(&ada.run(&accept, ""), 4);
    done(&ada.login("ada@example.com", "a quite different sentence"));

    let members = answer(&server.run(&["member", "list", "--json"]));
    assert_eq!(members["members"].as_array().map(Vec::len), Some(2), "{members}");
    let members = answer(&server.run(&["project", "member", "list", "web", "--json"]));
    assert!(members.to_string().contains("ada@example.com"), "{members}");
    refused(&ada.run(&["project", "rename", "web", "mine"], ""), 3);
    let key = answer(&ada.run(&["personal-key", "create", "mine", "--json"], ""));
    let key = key["apiKey"].as_str().unwrap();
    let list = ["organization", "list", "--json"];
    let own = answer(&server.run_as(&list, Some(key)));
    assert_eq!(own["organizations"].as_array().map(Vec::len), Some(1), "{own}");

    done(&server.run(&["project", "rename", "web", "www"]));
    done(&server.run(&["member", "set-role", "ada@example.com", "owner"]));
    done(&ada.run(&["organization", "rename", "acme"], ""));
    done(&server.run(&["member", "remove", "ada@example.com", "--yes"]));
    refused(&server.run_as(&list, Some(key)), 3);
    done(&server.run(&["project", "delete", "www", "--yes"]));
    let left = answer(&server.run(&["project", "list", "--json"]));
    assert_eq!(left["projects"].as_array().map(Vec::len), Some(0), "{left}");
}
