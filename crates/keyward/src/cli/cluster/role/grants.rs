//! `keyward cluster role grant` and `revoke`: what a role holds.

use crate::cli::client::query;
use crate::cli::output::text;
use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use model::grant::{Granted, NameChoice};
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The role
    role: String,
    /// A privilege such as Search, or a privilege group such as CollectionReadOnly
    privilege: String,
    /// In which database; `*` for all
    #[arg(long, default_value = "default")]
    database: String,
    /// On which collection; `*` for all
    #[arg(long, default_value = "*")]
    collection: String,
    #[command(flatten)]
    remote: Remote,
}

impl Arguments {
    fn body(&self) -> Result<Value, Error> {
        // Said before asking the server.
        let privilege = Granted::new(&self.privilege)?.to_string();
        let name = |text, field| NameChoice::new(text).map_err(|error| error.in_field(field));
        let database = name(&self.database, "database")?.to_string();
        let collection = name(&self.collection, "collection")?.to_string();
        Ok(json!({ "privilege": privilege, "database": database, "collection": collection }))
    }

    fn said(&self, has: &str) -> String {
        let Self { role, privilege, database, collection, .. } = self;
        format!("{role} {has} {privilege} on {database}.{collection}")
    }
}

pub(super) fn grant(arguments: &Arguments) -> Result<(), Error> {
    let body = arguments.body()?;
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.role)?;
    let granted = client.post(&format!("{path}/grants"), &body)?;
    receipt::tell(&arguments.said("holds"), &granted, arguments.remote.json)
}

pub(super) fn revoke(arguments: &Arguments) -> Result<(), Error> {
    let body = arguments.body()?;
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.role)?;
    let asked = ["privilege", "database", "collection"]
        .map(|field| format!("{field}={}", query(&text(&body, &format!("/{field}")))));
    let revoked = client.delete(&format!("{path}/grants?{}", asked.join("&")))?;
    receipt::tell(&arguments.said("no longer holds"), &revoked, arguments.remote.json)
}
