//! `keyward cluster create`

use crate::cli::client::Client;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::{Error, ErrorKind};
use serde_json::{Value, json};
use std::time::Duration;

/// How often the status is asked for while the engine starts.
const EVERY: Duration = Duration::from_millis(500);
/// How many times: three minutes, as long as an engine may take to be installed and started.
const LOOKS: u32 = 360;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it: letters, digits and hyphens; unique in the project
    name: String,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// The project it is for, by name or id [default: the only project]
    #[arg(long)]
    project: Option<String>,
    /// A gateway port of its own [default: a free one, if another cluster of the project has the
    /// gateway's address and there is no domain]
    #[arg(long)]
    port: Option<u16>,
    /// Do not wait until it answers
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let mut body = json!({
        "projectId": find::project(&client, arguments.project.as_deref())?,
        "clusterName": arguments.name,
        "description": arguments.description,
        "engine": "lite",
    });
    if let Some(port) = arguments.port {
        body["port"] = port.into();
    }
    let made = client.post("/v2/clusters/create", &body)?;
    if !arguments.remote.json {
        // Before anything can go wrong: it is shown only this once.
        super::tell_user(&made)?;
    }
    let mut cluster = made.clone();
    if !arguments.no_wait {
        output::note("starting Milvus Lite");
        cluster = running(&client, &text(&made, "/clusterId"))?;
        for field in ["username", "password"] {
            cluster[field] = made[field].clone();
        }
    }
    if arguments.remote.json {
        return output::json(&cluster);
    }
    super::details(&cluster)
}

/// Waits until the cluster answers.
fn running(client: &Client, id: &str) -> Result<Value, Error> {
    let path = format!("/v2/clusters/{id}");
    for _ in 0..LOOKS {
        let cluster = client.get(&path)?;
        match text(&cluster, "/status").as_str() {
            "RUNNING" => return Ok(cluster),
            "ABNORMAL" => {
                let why = text(&cluster, "/statusMessage");
                let sentence = format!("the cluster is made, but it does not run: {why}");
                return Err(Error::new(ErrorKind::Unavailable, sentence));
            }
            // The server has no call that waits for a state, so it is asked again.
            _ => std::thread::park_timeout(EVERY),
        }
    }
    let sentence = "the cluster is made, but it does not answer yet: see `keyward cluster show`";
    Err(Error::new(ErrorKind::Unavailable, sentence))
}
