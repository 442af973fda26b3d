//! A second Milvus Lite, run by the test as somebody else's engine.

use super::{free_port, tools, until};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running Milvus Lite; dropping it ends it.
pub(crate) struct Lite {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Lite {
    /// Starts one on an empty folder.
    #[track_caller]
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let process = Command::new(tools::python())
            .args(["-m", "milvus_lite", "server", "--host", "127.0.0.1"])
            .args(["--port", &port.to_string()])
            .arg("--data-dir")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lite = Self { process, port, _folder: folder };
        until("a second Milvus Lite", Duration::from_mins(2), || {
            let ended = lite.process.try_wait().unwrap();
            assert!(ended.is_none(), "the second Milvus Lite ended: {ended:?}");
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        lite
    }

    /// Its address.
    pub(crate) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Lite {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
