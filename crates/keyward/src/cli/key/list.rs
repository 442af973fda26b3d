//! `keyward key list`

use super::{Role, opens};
use crate::cli::client::{Client, query};
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Keys of this project only, by name or id
    #[arg(long)]
    project: Option<String>,
    /// Keys whose name or description has words that begin with each of these only, or whose id
    /// begins so
    #[arg(long)]
    search: Option<String>,
    /// Keys in this state only: active, rotated, disabled, expired or revoked
    #[arg(long)]
    state: Option<String>,
    /// Keys with this role only
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Keys that open this cluster only, by name or id
    #[arg(long)]
    cluster: Option<String>,
    /// Keys made by this person or key only, by id
    #[arg(long, value_name = "ID")]
    created_by: Option<String>,
    /// Keys that work and end within 14 days only
    #[arg(long)]
    expires_soon: bool,
    /// Keys that end, or ended, before this moment only
    #[arg(long, value_name = "MOMENT")]
    expires_before: Option<String>,
    /// Keys reported as leaked only
    #[arg(long)]
    reported: bool,
    /// What to order them by: created, name, expires or used
    #[arg(long, value_name = "FIELD")]
    sort_by: Option<String>,
    /// asc or desc
    #[arg(long, value_name = "ORDER")]
    sort_order: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let keys = client.list(&path(&client, arguments)?, "apiKeys")?;
    if arguments.remote.json {
        return output::json(&json!({ "apiKeys": keys }));
    }
    let row = |key: &Value| {
        vec![
            text(key, "/apiKeyId"),
            text(key, "/name"),
            opens(key),
            text(key, "/state"),
            text(key, "/expiresAt"),
            text(key, "/creatorName"),
            text(key, "/createTime"),
            text(key, "/lastUsedAt"),
        ]
    };
    let rows: Vec<_> = keys.iter().map(row).collect();
    let headings = ["ID", "NAME", "OPENS", "STATE", "EXPIRES", "MADE BY", "MADE AT", "LAST USED"];
    output::table(&headings, &rows)
}

/// The list asked for.
fn path(client: &Client, arguments: &Arguments) -> Result<String, Error> {
    let project = arguments.project.as_deref();
    let project = project.map(|named| find::project(client, Some(named))).transpose()?;
    let cluster = arguments.cluster.as_deref();
    let cluster = cluster.map(|named| find::cluster(client, named)).transpose()?;
    let said = |flag: bool| flag.then(|| "true".to_owned());
    let parameters = [
        ("projectId", project),
        ("search", arguments.search.clone()),
        ("state", arguments.state.clone()),
        ("role", arguments.role.map(|role| role.as_str().to_owned())),
        ("clusterId", cluster.map(|cluster| text(&cluster, "/clusterId"))),
        ("createdBy", arguments.created_by.clone()),
        ("expiresSoon", said(arguments.expires_soon)),
        ("expiresBefore", arguments.expires_before.clone()),
        ("reported", said(arguments.reported)),
        ("sortBy", arguments.sort_by.clone()),
        ("sortOrder", arguments.sort_order.clone()),
    ];
    let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let given: Vec<_> = given.map(|(name, value)| format!("{name}={}", query(&value))).collect();
    Ok(if given.is_empty() {
        "/v2/api-keys".to_owned()
    } else {
        format!("/v2/api-keys?{}", given.join("&"))
    })
}
