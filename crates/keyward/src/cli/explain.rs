//! `keyward explain`: what a key or user may do on a cluster, and by which rule.

use super::output::{self, text};
use super::{Remote, find};
use clap::Args;
use model::Error;
use model::cluster_user::ClusterUserName;
use serde_json::{Value, json};
use std::net::IpAddr;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The key that would call, by name or id
    #[arg(long, value_name = "KEY", required_unless_present = "user", conflicts_with = "user")]
    key: Option<String>,
    /// Or the user of the cluster that would call
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The cluster that would be called, by name or id
    #[arg(long, value_name = "CLUSTER")]
    cluster: String,
    /// What would be called: an RPC such as Search, or an SDK's method such as `create_collection`
    #[arg(long, value_name = "RPC")]
    rpc: String,
    /// The database that the request names; the default one if not given
    #[arg(long, value_name = "DATABASE")]
    database: Option<String>,
    /// The collection or alias that the request names
    #[arg(long, value_name = "COLLECTION")]
    collection: Option<String>,
    /// The second name in the request: the alias of a collection, or its new name
    #[arg(long, value_name = "NAME", requires = "collection")]
    other_name: Option<String>,
    /// The address the call would come from; this machine's as the server sees it if not given
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let user = arguments.user.as_deref().map(ClusterUserName::new).transpose()?;
    let client = arguments.remote.client()?;
    let cluster = text(&find::cluster(&client, &arguments.cluster)?, "/clusterId");
    let key = match &arguments.key {
        Some(named) => Some(text(&find::key(&client, named)?, "/apiKeyId")),
        None => None,
    };
    let question = json!({
        "apiKeyId": key,
        "username": user.map(|name| name.to_string()),
        "rpc": arguments.rpc,
        "database": arguments.database,
        "collection": arguments.collection,
        "otherName": arguments.other_name,
        "address": arguments.address.map(|address| address.to_string()),
    });
    let answer = client.post(&format!("/v2/clusters/{cluster}/explain"), &question)?;
    if arguments.remote.json {
        return output::json(&answer);
    }
    output::fields(&lines(&answer))
}

fn lines(answer: &Value) -> Vec<(&'static str, String)> {
    let allowed = answer.get("allowed").and_then(Value::as_bool) == Some(true);
    let all = |field: &str| {
        let entries = answer.get(field).and_then(Value::as_array);
        let entries: Vec<_> = entries.into_iter().flatten().filter_map(Value::as_str).collect();
        entries.join(", ")
    };
    let mut lines = vec![
        ("May", if allowed { "yes" } else { "no" }.to_owned()),
        ("Rule", text(answer, "/rule")),
        ("Why", text(answer, "/reason")),
        ("Privilege", text(answer, "/privilege")),
        ("By role", all("roles")),
        ("Sees", all("sees")),
        ("Is told", text(answer, "/message")),
        ("From", text(answer, "/address")),
    ];
    lines.retain(|(_, value)| !value.is_empty());
    lines
}
