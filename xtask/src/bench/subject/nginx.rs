//! nginx: the presented key itself, looked up in a map.

use super::{Ground, Kind, Subject};
use crate::Result;
use crate::bench::process::{Process, free_address, pinned};
use crate::bench::rig::PROXY_CORE;
use crate::command::{find, program};
use std::fmt::Write as _;

pub(super) fn start(ground: &Ground<'_>) -> Result<Subject> {
    let file = find("nginx").ok_or("not installed: the Debian package is `nginx`")?;
    // nginx says its version on the error stream.
    let told = program(&file).arg("-v").output().map_err(|e| format!("cannot run nginx: {e}"))?;
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    let version = told.trim().rsplit('/').next().unwrap_or("unknown").to_owned();
    let address = free_address()?;
    let mut map = String::new();
    for (form, _) in ground.keys {
        // Writing to a string cannot fail.
        let _written = writeln!(map, "\"{form}\" 1;");
    }
    ground.rig.write("nginx-keys.map", &map)?;
    let text = ground.fill(include_str!("nginx.conf"), address);
    let config = ground.rig.write("nginx.conf", &text)?;
    let log = ground.rig.file("nginx.log");
    let mut command = pinned(PROXY_CORE, &file);
    command.args(["-e", "stderr", "-p"]).arg(&ground.rig.folder).arg("-c").arg(config);
    let mut process = Process::start("nginx", &mut command, &log)?;
    process.wait_for(address, &log)?;
    Ok(Subject {
        kind: Kind::Nginx,
        version,
        does: "The plain key, looked up in a map; swaps the credential. JSON access log to a file \
               through a buffer of 64 KB.",
        address,
        process: Some(process),
    })
}
