//! `keyward organization list`

use crate::cli::Remote;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let all = arguments.remote.client()?.list("/v2/organizations", "organizations")?;
    if arguments.remote.json {
        return output::json(&json!({ "organizations": all }));
    }
    let row = |one: &Value| {
        vec![
            text(one, "/organizationId"),
            text(one, "/organizationName"),
            text(one, "/role"),
            text(one, "/createTime"),
        ]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    output::table(&["ID", "NAME", "YOUR ROLE", "MADE AT"], &rows)?;
    for closed in all.iter().filter(|one| one["secondFactorNeeded"] == true) {
        output::note(&format!(
            "{} asks its people for a second factor: enable one with keyward account totp",
            text(closed, "/organizationName")
        ));
    }
    Ok(())
}
