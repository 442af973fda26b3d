//! `keyward key create`

use super::options::{self, Bounds};
use super::{Role, many};
use crate::cli::client::Client;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it: lower-case letters, digits and hyphens
    #[arg(required_unless_present_any = ["named", "prefix"])]
    name: Option<String>,
    /// The same as `<NAME>`
    #[arg(long = "name", value_name = "NAME", conflicts_with = "name")]
    named: Option<String>,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// The project it opens, by name or id [default: the only project]
    #[arg(long)]
    project: Option<String>,
    /// What it may do
    #[arg(long, value_enum, default_value = "read-write")]
    role: Role,
    /// A cluster it opens, by name or id; repeat for several [default: all clusters]
    #[arg(long = "cluster", value_name = "CLUSTER")]
    clusters: Vec<String>,
    #[command(flatten)]
    bounds: Bounds,
    /// Let it make, list, disable and delete keys of its project that can do no more than itself
    #[arg(long)]
    manage_keys: bool,
    /// Make so many keys
    #[arg(long, requires = "prefix", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: Option<u32>,
    /// What the names of many keys begin with: `PREFIX-1`, `PREFIX-2`, …
    #[arg(long, requires = "count", conflicts_with_all = ["name", "named"])]
    prefix: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let project = find::project(&client, arguments.project.as_deref())?;
    let clusters = options::clusters(&client, &arguments.clusters)?;
    let mut body = json!({
        "name": arguments.name.as_ref().or(arguments.named.as_ref()),
        "description": arguments.description,
        "projects": [{
            "projectId": project,
            "role": arguments.role.as_str(),
            "allCluster": clusters.is_empty(),
            "clusterIds": clusters,
        }],
    });
    arguments.bounds.write(&mut body)?;
    arguments.bounds.narrow(&mut body["projects"][0]);
    if arguments.manage_keys {
        body["manageKeys"] = json!(true);
    }
    if let (Some(prefix), Some(count)) = (&arguments.prefix, arguments.count) {
        return create_many(&client, arguments, &body, prefix, count);
    }
    let made: Value = client.post("/v2/api-keys", &body)?;
    if arguments.remote.json {
        return output::json(&made);
    }
    output::fields(&[("ID", text(&made, "/apiKeyId")), ("Key", text(&made, "/apiKey"))])?;
    output::note("The key works now. Keep it where only your application can read it.");
    Ok(())
}

/// Prints each key on a line of its own as soon as it is made: a failure later takes none away.
fn create_many(
    client: &Client,
    arguments: &Arguments,
    body: &Value,
    prefix: &str,
    count: u32,
) -> Result<(), Error> {
    many::create(client, body, prefix, count, arguments.remote.json, &mut |key| {
        if arguments.remote.json {
            return output::only_once(&format!("{key}\n"));
        }
        let (id, name, plain) = (text(key, "/apiKeyId"), text(key, "/name"), text(key, "/apiKey"));
        output::only_once(&format!("{id}  {name}  {plain}\n"))
    })
}
