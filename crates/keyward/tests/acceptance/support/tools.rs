//! Where `cargo xtask test` installed what the tests need.

use std::path::PathBuf;

/// The Python that has the Milvus SDK and Milvus Lite.
pub(crate) fn python() -> PathBuf {
    installed("KEYWARD_TEST_PYTHON")
}

/// The program that makes requests from an OpenAPI document.
pub(crate) fn schemathesis() -> PathBuf {
    installed("KEYWARD_TEST_SCHEMATHESIS")
}

/// The Python that has the managed cloud's MCP server.
pub(crate) fn mcp_python() -> PathBuf {
    installed("KEYWARD_TEST_MCP_PYTHON")
}

/// The folder with the Node programs and their packages.
pub(crate) fn node_folder() -> PathBuf {
    installed("KEYWARD_TEST_NODE_DIR")
}

/// The folder with the programs that drive a browser, and their packages.
pub(crate) fn console_folder() -> PathBuf {
    installed("KEYWARD_TEST_CONSOLE_DIR")
}

/// The browser.
pub(crate) fn browser() -> PathBuf {
    installed("KEYWARD_TEST_BROWSER")
}

/// The Python that has the real Milvus server.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) fn milvus_python() -> PathBuf {
    installed("KEYWARD_TEST_MILVUS_PYTHON")
}

/// The folder of the acceptance programs.
pub(crate) fn programs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/acceptance")
}

/// Tests have no command line: what they are told stands in variables.
fn installed(variable: &str) -> PathBuf {
    let Some(path) = std::env::var_os(variable).map(PathBuf::from) else {
        panic!("{variable} is not set: run these tests with `cargo xtask test`, which installs it");
    };
    assert!(
        path.exists(),
        "{variable} names {}, which is not there: run `cargo xtask test` to install it",
        path.display()
    );
    path
}
