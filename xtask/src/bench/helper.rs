//! Programs of `testkit` that measure and print what they measured as JSON: built, run in a folder
//! of their own that is gone afterwards, and read. Also how files of a report are written.

use super::machine::{self, Machine};
use super::rig::only_one;
use crate::Result;
use crate::command::{cargo, program, run, target};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program that is measured, and the one that measures it.
pub(super) struct Programs {
    name: &'static str,
    pub(super) keyward: PathBuf,
    helper: PathBuf,
}

impl Programs {
    /// Builds both: the shipped program optimised unless this is only a try, the helper if its own
    /// speed matters.
    pub(super) fn build(name: &'static str, optimised: bool, helper: bool) -> Result<Self> {
        let profile = |optimised: bool| if optimised { &["--release"][..] } else { &[] };
        let folder = |optimised| target().join(if optimised { "release" } else { "debug" });
        run(cargo()
            .args(["build", "--package", "keyward", "--bin", "keyward"])
            .args(profile(optimised)))?;
        run(cargo()
            .args(["build", "--package", "testkit", "--features", "bench", "--bin", name])
            .args(profile(helper)))?;
        let (keyward, helper) = (folder(optimised).join("keyward"), folder(helper).join(name));
        Ok(Self { name, keyward, helper })
    }

    /// Runs the helper, which tells on standard error how far it is, and reads its answer.
    pub(super) fn measure(&self, arguments: impl FnOnce(&mut Command)) -> Result<(Machine, Value)> {
        let _lock = only_one(&target().join("bench.lock"))?;
        let disturbance = machine::disturbance();
        if let Some(sentence) = &disturbance {
            println!("note: {sentence}");
        }
        let folder = target().join(self.name);
        remove(&folder)?;
        fs::create_dir_all(&folder).map_err(|error| unusable(&folder, &error))?;
        let answer = self.answer(&folder, arguments);
        remove(&folder)?;
        Ok((machine::look(disturbance), answer?))
    }

    fn answer(&self, folder: &Path, arguments: impl FnOnce(&mut Command)) -> Result<Value> {
        let name = self.name;
        let mut command = program(&self.helper);
        command.arg("--keyward").arg(&self.keyward).arg("--folder").arg(folder);
        arguments(&mut command);
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cannot start {name}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{name} failed ({})", output.status));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{name}: {error}"))
    }
}

/// Writes a file of a report.
pub(super) fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(folder, &error)),
        _ => Ok(()),
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot use {}: {error}", path.display())
}
