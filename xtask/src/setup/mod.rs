//! Installs what the tests need, and tells them where it is.
//!
//! Everything that a language's package manager brings is pinned by a file next to the tests that
//! use it; only the operating system's programs come in the version of its release. What is already
//! there is left alone: each tool carries a stamp, the text it was installed from. Must say what it
//! installs before it does, and must never install outside the workspace except by the operating
//! system's package manager. To add a tool: a function in the file of its package manager and a
//! line in [`run`].

mod debian;
mod node;
mod python;
mod stamp;

use std::ffi::OsString;
use std::path::PathBuf;

use crate::Result;
use crate::command::{root, target};

/// A variable that tells the tests where a tool is.
pub(crate) type Variable = (&'static str, OsString);

/// Makes every tool ready and returns the variables that tell the tests where.
pub(crate) fn run() -> Result<Vec<Variable>> {
    debian::ready()?;
    let python = python::find()?;
    let milvus_lite = python.environment("python")?;
    let schemathesis = python.environment("schemathesis")?.with_file_name("schemathesis");
    let mcp = python.environment("mcp")?;
    let mail = python.environment("mail")?;
    let node = node::ready("node")?;
    let console = node::ready("console")?;
    let browser = debian::browser()?;
    let mut variables = vec![
        ("KEYWARD_TEST_PYTHON", milvus_lite.into_os_string()),
        ("KEYWARD_TEST_SCHEMATHESIS", schemathesis.into_os_string()),
        ("KEYWARD_TEST_MCP_PYTHON", mcp.into_os_string()),
        ("KEYWARD_TEST_MAIL_PYTHON", mail.into_os_string()),
        ("KEYWARD_TEST_NODE_DIR", node.into_os_string()),
        ("KEYWARD_TEST_CONSOLE_DIR", console.into_os_string()),
        ("KEYWARD_TEST_BROWSER", browser.into_os_string()),
    ];
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let milvus = python.environment("milvus-2.3.5")?;
        variables.push(("KEYWARD_TEST_MILVUS_PYTHON", milvus.into_os_string()));
    } else {
        println!("setup: the package with the real Milvus server exists for x86_64 Linux only");
    }
    Ok(variables)
}

/// The program that starts the real Milvus server.
pub(crate) fn milvus() -> Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the package with the real Milvus server exists for x86_64 Linux only".into());
    }
    let python = python::find()?.environment("milvus-2.3.5")?;
    Ok(python.with_file_name("milvus-server"))
}

/// Where the tools go.
fn tools() -> PathBuf {
    target().join("test-tools")
}

/// Where the tests say what they need.
fn requirements() -> PathBuf {
    root().join("tests/acceptance")
}
