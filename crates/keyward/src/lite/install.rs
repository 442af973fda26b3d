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
use std::fmt;
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

/// What goes on while Milvus Lite is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A sentence for people.
    Said(&'a str),
    /// A package is downloaded.
    Package {
        /// What it is called.
        name: &'a str,
        /// The how many-th it is.
        number: usize,
        /// Of how many.
        of: usize,
    },
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(sentence) => f.write_str(sentence),
            Self::Package { name, number, of } => {
                write!(f, "downloading {name} ({number} of {of})")
            }
        }
    }
}

/// The installation in the data folder, made if there is none. `progress` gets every step.
///
/// # Errors
/// One sentence: no usable Python, no network, no space. The data folder is as it was.
pub async fn ensure(
    folder: &DataFolder,
    host: &Host,
    mut progress: impl FnMut(Step<'_>),
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
    progress: &mut impl FnMut(Step<'_>),
) -> Result<(), Error> {
    let program = python::find(host).await?;
    let folder = &installation.folder;
    if folder.exists() {
        let sentence = "an earlier installation of Milvus Lite is incomplete: starting over";
        progress(Step::Said(sentence));
        fs::remove_dir_all(folder).map_err(|error| failure::file("remove", folder, &error))?;
    }
    private::folder(folder)?;
    let sentence =
        format!("installing Milvus Lite {} (about 150 MB to download, once)", super::VERSION);
    progress(Step::Said(&sentence));
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
    let mut counted = Counter::default();
    let read = |line: &str| counted.line(line).into_iter().for_each(&mut *progress);
    let installed = run(pip, log, PIP_LIMIT, read).await;
    check(installed, "install Milvus Lite", log.path())?;
    private::write(&installation.marker(), REQUIREMENTS.as_bytes())?;
    progress(Step::Said("Milvus Lite is installed"));
    Ok(())
}

/// Turns what the installer prints into steps.
#[derive(Default)]
struct Counter {
    collected: usize,
}

impl Counter {
    fn line<'a>(&mut self, line: &'a str) -> Option<Step<'a>> {
        if let Some(package) = line.strip_prefix("Collecting ") {
            self.collected += 1;
            let name = package.split_whitespace().next().unwrap_or_default();
            return Some(Step::Package { name, number: self.collected, of: packages() });
        }
        line.starts_with("Installing collected packages").then_some(Step::Said("unpacking"))
    }
}

/// How many packages there are to download.
fn packages() -> usize {
    REQUIREMENTS.lines().filter(|line| line.contains("==")).count()
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
        let made = ensure(&folder, &host, |step| lines.push(step.to_string())).await.unwrap();
        assert!(
            lines.contains(&format!("downloading numpy==1 (1 of {})", packages())),
            "{lines:?}"
        );
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
