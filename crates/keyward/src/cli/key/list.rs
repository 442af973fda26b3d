//! `keyward key list`

use super::opens;
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
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = match &arguments.project {
        Some(named) => {
            let id = find::project(&client, Some(named))?;
            format!("/v2/api-keys?projectId={id}")
        }
        None => "/v2/api-keys".to_owned(),
    };
    let keys = client.list(&path, "apiKeys")?;
    if arguments.remote.json {
        return output::json(&json!({ "apiKeys": keys }));
    }
    let row = |key: &Value| {
        vec![
            text(key, "/apiKeyId"),
            text(key, "/name"),
            opens(key),
            text(key, "/creatorName"),
            text(key, "/createTime"),
            text(key, "/lastUsedAt"),
        ]
    };
    let rows: Vec<_> = keys.iter().map(row).collect();
    output::table(&["ID", "NAME", "OPENS", "MADE BY", "MADE AT", "LAST USED"], &rows)
}
