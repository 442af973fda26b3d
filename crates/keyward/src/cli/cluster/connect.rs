//! `keyward cluster connect`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::{Args, ValueEnum};
use model::Error;
use serde_json::Value;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// Only the program for this one
    #[arg(long, value_enum)]
    sdk: Option<Sdk>,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sdk {
    Python,
    Node,
    Java,
    Go,
    Rest,
}

impl Sdk {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Java => "java",
            Self::Go => "go",
            Self::Rest => "rest",
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = text(&find::cluster(&client, &arguments.cluster)?, "/clusterId");
    let query = arguments.sdk.map_or_else(String::new, |sdk| format!("?sdk={}", sdk.as_str()));
    let connection = client.get(&format!("/v2/clusters/{id}/connect{query}"))?;
    if arguments.remote.json {
        return output::json(&connection);
    }
    let variable = text(&connection, "/tokenVariable");
    output::note(&format!(
        "{} is at {}; put an API key of its project into {variable}.\n",
        text(&connection, "/clusterName"),
        text(&connection, "/endpoint"),
    ));
    let snippets = connection.get("snippets").and_then(Value::as_array);
    let alone = arguments.sdk.is_some();
    let shown: Vec<_> =
        snippets.into_iter().flatten().map(|snippet| program(snippet, alone)).collect();
    output::text_block(&shown.join("\n"))
}

/// One program; alone it can be piped into a file.
fn program(snippet: &Value, alone: bool) -> String {
    let (install, note) = (text(snippet, "/install"), text(snippet, "/note"));
    let code = text(snippet, "/code");
    let hints: Vec<_> = [install, note].into_iter().filter(|hint| !hint.is_empty()).collect();
    if alone {
        for hint in hints {
            output::note(&hint);
        }
        return code;
    }
    format!("{} ({})\n\n{code}", text(snippet, "/title"), hints.join("; "))
}
