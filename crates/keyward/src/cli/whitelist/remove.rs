//! `keyward whitelist remove`

use super::{ChangeOptions, explain};
use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::{AddressBlock, Error, ErrorKind};
use serde_json::Value;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The entry, by its block of addresses or its id
    entry: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    change: ChangeOptions,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let project = find::project(&client, arguments.change.project.as_deref())?;
    let path = format!("/v2/projects/{project}/whitelist");
    let entries = super::entries(&client.get(&path)?);
    let entry = find(&entries, &arguments.entry)?;
    let (id, cidr) = (text(entry, "/entryId"), text(entry, "/cidr"));
    let warning = if entries.len() == 1 {
        format!("{cidr} is the last entry: without it every address is let in.")
    } else {
        format!("{cidr} will not be let in any more.")
    };
    confirm::by_name(&warning, &cidr, arguments.yes)?;
    let confirmed = arguments.change.confirm_lockout;
    let removed =
        client.delete(&format!("{path}/{id}?confirmLockout={confirmed}")).map_err(explain)?;
    if arguments.remote.json {
        return output::json(&removed);
    }
    output::text_block(&format!("{cidr} ({id}) is not listed any more.\n"))
}

fn find<'a>(entries: &'a [Value], named: &str) -> Result<&'a Value, Error> {
    let cidr = named.parse::<AddressBlock>().map(|block| block.to_string());
    let is_it = |entry: &&Value| {
        text(entry, "/entryId") == named
            || cidr.as_ref().is_ok_and(|cidr| *cidr == text(entry, "/cidr"))
    };
    entries.iter().find(is_it).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("the whitelist has no entry {named}"))
    })
}
