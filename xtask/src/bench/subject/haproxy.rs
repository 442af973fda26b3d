//! HAProxy: SHA-256 of the presented key, looked up in a map.

use super::{Ground, Kind, Subject};
use crate::Result;
use crate::bench::process::{Process, free_address, pinned};
use crate::bench::rig::PROXY_CORE;
use crate::command::{find, program, read};
use std::fmt::Write as _;

pub(super) fn start(ground: &Ground<'_>) -> Result<Subject> {
    let file = find("haproxy").ok_or("not installed: the Debian package is `haproxy`")?;
    let told = read(program(&file).arg("-v"))?;
    let version = told.split_ascii_whitespace().nth(2).unwrap_or("unknown").to_owned();
    let address = free_address()?;
    let mut map = String::new();
    for (_, digest) in ground.keys {
        // Writing to a string cannot fail.
        let _written = writeln!(map, "{digest} 1");
    }
    ground.rig.write("haproxy-keys.map", &map)?;
    let text = ground.fill(include_str!("haproxy.cfg"), address);
    let config = ground.rig.write("haproxy.cfg", &text)?;
    let log = ground.rig.file("haproxy.log");
    let mut command = pinned(PROXY_CORE, &file);
    let mut process = Process::start("HAProxy", command.arg("-db").arg("-f").arg(config), &log)?;
    process.wait_for(address, &log)?;
    Ok(Subject {
        kind: Kind::Haproxy,
        version,
        does: "SHA-256 of the key, looked up in a map; swaps the credential. JSON access log into \
               a memory-mapped ring, the cheapest log it has: it cannot write a file itself.",
        address,
        process: Some(process),
    })
}
