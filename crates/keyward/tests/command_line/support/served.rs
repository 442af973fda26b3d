//! A running `keyward serve` of the real program.

use super::{MEMBERS_PASSWORD, Person, answer, done, keyward, until};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Output};
use tempfile::TempDir;

/// A running `keyward serve` without clusters.
pub(crate) struct Served {
    child: Child,
    folder: TempDir,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        Self::start_in(options, &[])
    }

    /// The same with these variables.
    pub(crate) fn start_in(options: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let served = Self { child: serve(folder.path(), options, variables), folder };
        served.url();
        served
    }

    /// What the server has said to its operator so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// Stops the server, does this, and starts it again.
    pub(crate) fn stopped<T>(&mut self, then: impl FnOnce(&Self) -> T) -> T {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let done = then(self);
        self.child = serve(self.folder.path(), &[], &[]);
        self.url();
        done
    }

    /// Where the control API is, as the server says.
    pub(crate) fn url(&self) -> String {
        let log = self.folder.path().join("stderr");
        until("the server says where it is", || {
            let text = std::fs::read_to_string(&log).unwrap();
            let (_, url) = text.split_once("control API on ")?;
            url.split_once('\n').map(|(url, _)| url.to_owned())
        })
    }

    /// The owner's first password, as the first start prints it.
    pub(crate) fn password(&self) -> String {
        let printed = self.folder.path().join("stdout");
        until("the server prints the password", || {
            let text = std::fs::read_to_string(&printed).unwrap();
            let (_, password) = text.split_once("Password  ")?;
            password.split_once(' ').map(|(password, _)| password.to_owned())
        })
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Somebody who was invited to the organization, and to the project if one is named, as a
    /// member; they have joined and signed in.
    pub(crate) fn member(&self, email: &str, project: Option<&str>) -> Person {
        let mut line = vec!["invitation", "create", email, "--json"];
        line.extend(project.into_iter().flat_map(|project| ["--project", project]));
        let sent = answer(&self.run(&line));
        let person = Person::new(self);
        let token = person.file("token", sent["token"].as_str().unwrap());
        let password = person.file("password", MEMBERS_PASSWORD);
        let url = self.url();
        let line = ["invitation", "accept", "--url", &url, "--name", "Ada"];
        let secrets = ["--token-file", &token, "--password-file", &password];
        done(&person.run(&[&line[..], &secrets].concat(), ""));
        done(&person.login(email, MEMBERS_PASSWORD));
        person
    }

    /// A project with a cluster that nothing answers for.
    pub(crate) fn cluster(&self, name: &str) {
        answer(&self.run(&["project", "create", "web", "--json"]));
        let line = ["cluster", "attach", name, "--project", "web", "--uri", "http://127.0.0.1:1"];
        answer(&self.run(&[&line[..], &["--json"]].concat()));
    }

    pub(crate) fn run(&self, line: &[&str]) -> Output {
        self.run_as(line, None)
    }

    pub(crate) fn run_as(&self, line: &[&str], key: Option<&str>) -> Output {
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

pub(crate) fn serve(folder: &Path, options: &[&str], variables: &[(&str, &str)]) -> Child {
    let file = |name: &str| File::create(folder.join(name)).unwrap();
    let mut command = keyward(&["serve", "--control-listen", "127.0.0.1:0"]);
    command.args(["--gateway-listen", "127.0.0.1:0", "--data"]).arg(folder.join("data"));
    command.envs(variables.iter().copied());
    command.args(options).stdout(file("stdout")).stderr(file("stderr")).spawn().unwrap()
}
