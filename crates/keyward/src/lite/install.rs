//! Installs Milvus Lite into the data folder: a virtual environment with exactly the packages of
//! `requirements.txt`, from Python's package index, wheels only.
//!
//! The marker file is written last and holds the list that was installed, so that an installation
//! that was interrupted, or made by a Keyward with another list, is made again.

use super::log::BoundedLog;
use super::python::{self, Host};
use super::run::{Finished, run};
use crate::data::{DataFolder, failure, private};
use model::{Error, ErrorKind};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const REQUIREMENTS: &str = include_str!("requirements.txt");
const LAUNCHER: &str = include_str!("launch.py");
const VENV_LIMIT: Duration = Duration::from_mins(2);
const PIP_LIMIT: Duration = Duration::from_mins(20);

/// A complete installation.
#[derive(Clone, Debug)]
pub struct Installation {
    folder: PathBuf,
}

impl Installation {
    /// The interpreter that has the packages.
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// The script that runs one engine.
    pub fn launcher(&self) -> PathBuf {
        self.folder.join("launch.py")
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("installed.txt")
    }

    fn is_complete(&self) -> bool {
        // The interpreter is a link to the system's, which may have been removed since.
        self.python().exists()
            && fs::read_to_string(self.marker()).is_ok_and(|list| list == REQUIREMENTS)
    }
}

/// The installation in the data folder, made if there is none. `progress` gets a line for people
/// now and then.
///
/// # Errors
/// One sentence: no usable Python, no network, no space. The data folder is as it was.
pub async fn ensure(
    folder: &DataFolder,
    host: &Host,
    mut progress: impl FnMut(&str),
) -> Result<Installation, Error> {
    let installation =
        Installation { folder: folder.engines().join(format!("milvus-lite-{}", super::VERSION)) };
    if !installation.is_complete() {
        let path = folder.logs().join("install.log");
        let mut log =
            BoundedLog::open(&path).map_err(|error| failure::file("write", &path, &error))?;
        install(&installation, host, &mut log, &mut progress).await?;
    }
    private::write(&installation.launcher(), LAUNCHER.as_bytes())?;
    Ok(installation)
}

async fn install(
    installation: &Installation,
    host: &Host,
    log: &mut BoundedLog,
    progress: &mut impl FnMut(&str),
) -> Result<(), Error> {
    let program = python::find(host).await?;
    let folder = &installation.folder;
    if folder.exists() {
        progress("an earlier installation of Milvus Lite is incomplete: starting over");
        fs::remove_dir_all(folder).map_err(|error| failure::file("remove", folder, &error))?;
    }
    private::folder(folder)?;
    progress(&format!(
        "installing Milvus Lite {} (about 150 MB to download, once)",
        super::VERSION
    ));
    let mut venv = host.command(program);
    venv.args(["-I", "-m", "venv"]).arg(folder);
    let made = run(venv, log, VENV_LIMIT, |_| ()).await;
    check(made, "make a Python environment", log.path())?;

    let requirements = folder.join("requirements.txt");
    private::write(&requirements, REQUIREMENTS.as_bytes())?;
    let mut pip = host.command(&installation.python().to_string_lossy());
    pip.args(["-I", "-m", "pip", "install", "--no-deps", "--only-binary=:all:"])
        .args(["--no-input", "--disable-pip-version-check", "--progress-bar=off"])
        .args(["--retries=2", "--timeout=20", "-r"])
        .arg(&requirements);
    let mut counted = Progress::default();
    let installed = run(pip, log, PIP_LIMIT, |line| {
        if let Some(text) = counted.line(line) {
            progress(&text);
        }
    })
    .await;
    check(installed, "install Milvus Lite", log.path())?;
    private::write(&installation.marker(), REQUIREMENTS.as_bytes())?;
    progress("Milvus Lite is installed");
    Ok(())
}

/// Turns what the installer prints into a few lines for people.
#[derive(Default)]
struct Progress {
    collected: usize,
}

impl Progress {
    fn line(&mut self, line: &str) -> Option<String> {
        if let Some(package) = line.strip_prefix("Collecting ") {
            self.collected += 1;
            let package = package.split_whitespace().next().unwrap_or_default();
            return Some(format!("downloading {package} ({})", self.collected));
        }
        line.starts_with("Installing collected packages").then(|| "unpacking".to_owned())
    }
}

/// What went wrong, in one sentence, from the end of what the command printed.
fn check(ended: std::io::Result<Finished>, what: &str, log: &Path) -> Result<(), Error> {
    let log = log.display();
    let reason = match ended {
        Ok(finished) if finished.success => return Ok(()),
        Ok(finished) => finished.tail,
        Err(error) => error.to_string(),
    };
    let has = |signs: &[&str]| signs.iter().any(|sign| reason.contains(sign));
    let sentence = if has(&["No space left", "Disk quota"]) {
        format!("cannot {what}: the disk is full; free some space and run this again")
    } else if has(OFFLINE) {
        format!(
            "cannot {what}: Python's package index cannot be reached; check the network, or pip's \
             proxy and index settings, and run this again (details in {log})"
        )
    } else if has(&["ensurepip", "No module named pip"]) {
        format!(
            "cannot {what}: Python's venv module is incomplete; install it (Debian and Ubuntu: \
             apt-get install python3-venv) and run this again"
        )
    } else if has(&["No matching distribution", "is not a supported wheel"]) {
        format!(
            "cannot {what}: pip found no build of a package for this machine; check pip's index \
             settings, see {log}"
        )
    } else {
        format!("cannot {what}: see {log}, then run this again")
    };
    Err(Error::new(ErrorKind::Unavailable, sentence).with_context(reason))
}

/// What pip prints when it cannot reach its index.
const OFFLINE: &[&str] = &[
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "Connection broken",
    "ProtocolError",
    "Read timed out",
    "Max retries exceeded",
    "Temporary failure in name resolution",
    "the time for this step ran out",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    /// A data folder, and a machine whose `python3` makes environments whose pip is this script.
    fn machine(pip: &str) -> (tempfile::TempDir, DataFolder, Host) {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&parent.path().join("data")).unwrap();
        let python = format!(
            "#!/bin/sh\n\
             case \"$*\" in\n\
             *version_info*) echo 3 11; echo venv;;\n\
             *'-m venv'*) mkdir -p \"$4/bin\" && cp \"$0\" \"$4/bin/python\";;\n\
             *'-m pip'*) {pip};;\n\
             esac\n"
        );
        let bin = parent.path().join("bin");
        fs::create_dir(&bin).unwrap();
        fs::write(bin.join("python3"), python).unwrap();
        fs::set_permissions(bin.join("python3"), Permissions::from_mode(0o755)).unwrap();
        let mut path = bin.into_os_string();
        path.push(":/bin:/usr/bin");
        (parent, folder, Host { path: Some(path) })
    }

    #[tokio::test]
    async fn each_failure_of_the_installer_has_its_sentence() {
        for (pip, expected) in [
            (
                "echo WARNING: Retrying NewConnectionError; exit 1",
                "package index cannot be reached",
            ),
            ("echo '[Errno 28] No space left on device'; exit 1", "disk is full"),
            ("echo ERROR: No matching distribution found; exit 1", "no build"),
            ("echo No module named pip; exit 1", "python3-venv"),
            ("exit 9", "install.log"),
        ] {
            let (_parent, folder, host) = machine(pip);
            let message = ensure(&folder, &host, |_| ()).await.unwrap_err().message();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[tokio::test]
    async fn a_half_installation_is_made_again_and_a_whole_one_kept() {
        let pip = "echo Collecting numpy==1; echo done >> ${0%/bin/python}/../ran";
        let (_parent, folder, host) = machine(pip);
        let half = folder.engines().join("milvus-lite-3.2.2");
        fs::create_dir_all(half.join("bin")).unwrap();
        fs::write(half.join("leftover"), "").unwrap();
        let mut lines = Vec::new();
        let made = ensure(&folder, &host, |line| lines.push(line.to_owned())).await.unwrap();
        assert!(lines.iter().any(|line| line == "downloading numpy==1 (1)"), "{lines:?}");
        assert!(!half.join("leftover").exists());
        assert_eq!(fs::read_to_string(made.launcher()).unwrap(), LAUNCHER);

        ensure(&folder, &host, |_| ()).await.unwrap();
        let runs = fs::read_to_string(folder.engines().join("ran")).unwrap();
        assert_eq!(runs, "done\n", "a whole installation is not made again");

        fs::write(made.marker(), "numpy==0").unwrap();
        ensure(&folder, &host, |_| ()).await.unwrap();
        let runs = fs::read_to_string(folder.engines().join("ran")).unwrap();
        assert_eq!(runs, "done\ndone\n", "another list is installed");
    }

    #[test]
    fn every_package_is_pinned() {
        for line in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
            let (_, version) = line.split_once("==").expect("name==version");
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{line}");
        }
        let lite = format!("milvus-lite=={}\n", crate::lite::VERSION);
        assert!(REQUIREMENTS.contains(&lite));
    }
}
