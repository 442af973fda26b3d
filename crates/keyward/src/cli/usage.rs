//! `keyward usage`: how much keys, users and clusters are used.

use super::client::query;
use super::output::{self, text};
use super::{Remote, find};
use clap::{Args, ValueEnum};
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Calls with this key only, by name or id
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Calls on this cluster only, by name or id
    #[arg(long, value_name = "CLUSTER")]
    cluster: Option<String>,
    /// Calls in this project only, by name or id
    #[arg(long, value_name = "PROJECT")]
    project: Option<String>,
    /// The first hour, such as 2026-11-23T00:00:00Z or 2026-11-23; 30 days ago if not given
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// The end, itself excluded; now if not given
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// A line for each of what
    #[arg(long, value_enum, default_value = "day")]
    by: By,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Key,
    User,
    Cluster,
    Class,
    Hour,
    Day,
}

impl By {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::User => "user",
            Self::Cluster => "cluster",
            Self::Class => "class",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let mut path = format!("/v2/usage?groupBy={}", arguments.by.as_str());
    let mut add = |name: &str, value: &str| {
        path.extend(["&", name, "=", query(value).as_ref()]);
    };
    if let Some(named) = &arguments.key {
        add("apiKeyId", &text(&find::key(&client, named)?, "/apiKeyId"));
    }
    if let Some(named) = &arguments.cluster {
        add("clusterId", &text(&find::cluster(&client, named)?, "/clusterId"));
    }
    if let Some(named) = &arguments.project {
        add("projectId", &find::project(&client, Some(named))?);
    }
    for (name, moment) in [("from", &arguments.from), ("to", &arguments.to)] {
        if let Some(moment) = moment {
            add(name, moment);
        }
    }
    let lines = client.list(&path, "usage")?;
    if arguments.remote.json {
        return output::json(&json!({ "usage": lines }));
    }
    let row = |line: &Value| {
        let group = text(line, "/group");
        let group = if group.is_empty() { "(none)".to_owned() } else { group };
        let numbers = ["/calls", "/ok", "/refused", "/failed"].map(|place| text(line, place));
        std::iter::once(group).chain(numbers).collect()
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let by = arguments.by.as_str().to_uppercase();
    output::table(&[by.as_str(), "CALLS", "OK", "REFUSED", "FAILED"], &rows)
}
