//! The operating system's programs that tests start.

use std::path::Path;

use crate::Result;
use crate::command::{find, program, run, works};
use std::path::PathBuf;

/// A program, the Debian package that brings it, and what it is for.
struct Needed {
    program: &'static str,
    package: &'static str,
    purpose: &'static str,
}

const NEEDED: &[Needed] = &[
    Needed { program: "python3", package: "python3", purpose: "Milvus Lite runs in it" },
    Needed { program: "node", package: "nodejs", purpose: "the Node SDK runs in it" },
    Needed { program: "chromium", package: "chromium", purpose: "the console is tested in it" },
    Needed { program: "npm", package: "npm", purpose: "it installs the Node SDK" },
    Needed {
        program: "ip",
        package: "iproute2",
        purpose: "it gives the real Milvus server a network of its own",
    },
];

/// Where Debian keeps the programs of PostgreSQL servers, which are on no search path.
const POSTGRES: &str = "/usr/lib/postgresql";
/// Keeps Debian from making and starting a server for the whole system; tests start their own.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

/// Installs the programs that are missing.
pub(super) fn ready() -> Result<()> {
    let mut missing = Vec::new();
    if find("initdb").is_none() && !Path::new(POSTGRES).exists() {
        println!("setup: no PostgreSQL here (the tests of the store start servers of it)");
        missing.push("postgresql");
    }
    for needed in NEEDED.iter().filter(|needed| find(needed.program).is_none()) {
        println!("setup: no `{}` here ({})", needed.program, needed.purpose);
        missing.push(needed.package);
    }
    // Debian keeps the part of Python that makes virtual environments in a package of its own.
    let mut python = program("python3");
    let makes_environments = works(python.args(["-c", "import ensurepip, venv"]));
    if !makes_environments && find("apt-get").is_some() {
        println!("setup: this python3 cannot make virtual environments");
        missing.push("python3-venv");
    }
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

/// The browser that the console is tested in.
pub(super) fn browser() -> Result<PathBuf> {
    find("chromium").ok_or_else(|| "chromium was installed and cannot be found".to_owned())
}

fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if find("apt-get").is_none() {
        return Err(format!(
            "the tests need programs that Debian keeps in the packages {list}: install them with \
             this system's package manager, then run the command again"
        ));
    }
    let mut install = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    println!("setup: installing {list} with apt-get");
    as_administrator(&["apt-get", "update", "--quiet"], &list)?;
    if packages.contains(&"postgresql") && !Path::new(NO_CLUSTER).exists() {
        let write = format!(
            "mkdir -p /etc/postgresql-common && echo create_main_cluster = false > {NO_CLUSTER}"
        );
        as_administrator(&["sh", "-c", &write], &list)?;
        install.extend(["--option", "Dpkg::Options::=--force-confold"]);
    }
    as_administrator(&install, &list)
}

fn as_administrator(words: &[&str], packages: &str) -> Result<()> {
    let is_administrator = crate::command::read(program("id").arg("-u"))?.trim() == "0";
    let mut command = if is_administrator {
        program(words[0])
    } else if works(program("sudo").args(["-n", "true"])) {
        let mut sudo = program("sudo");
        sudo.args(["-n", words[0]]);
        sudo
    } else {
        return Err(format!(
            "only an administrator can install {packages}: run `sudo apt-get install {packages}`, \
             then run the command again"
        ));
    };
    run(command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
}
