//! `keyward audit verify`: asks the server if one runs, and reads the data folder itself if none
//! does.

use crate::cli::database::DatabaseOption;
use crate::cli::{Remote, output};
use crate::clock::SystemClock;
use crate::data::{DataFolder, database, master_key};
use crate::entropy::SystemEntropy;
use clap::Args;
use model::{Error, ErrorKind};
use serde_json::{Value, json};
use std::sync::Arc;
use store::audit::{self, Verification};
use store::{Store, Vault};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Read the data folder itself, without asking a server; none may be running on it
    #[arg(long, conflicts_with = "url")]
    offline: bool,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let found = if arguments.offline {
        offline(arguments)?
    } else {
        let asked = arguments.remote.client().and_then(|client| client.get("/v2/audit/verify"));
        match asked {
            // Nobody answers, and nobody else was named: the folder is there to be read.
            Err(error)
                if error.kind() == ErrorKind::Unavailable && arguments.remote.url.is_none() =>
            {
                offline(arguments)?
            }
            asked => asked?,
        }
    };
    if arguments.remote.json {
        output::json(&found)?;
    }
    let field = |name: &str| output::text(&found, name);
    if field("/intact") == "true" {
        if arguments.remote.json {
            return Ok(());
        }
        let records = field("/records");
        return output::text_block(&format!("All {records} records are as they were written.\n"));
    }
    Err(Error::conflict(format!(
        "the audit trail was altered: record {} does not fit ({})",
        field("/number"),
        field("/why")
    )))
}

/// What the server would answer.
fn offline(arguments: &Arguments) -> Result<Value, Error> {
    let path = arguments.remote.data.folder();
    let named = arguments.database.address()?;
    if named.is_none() && !database::is_in(&path) {
        let sentence = format!("{} has no database: name the folder with --data", path.display());
        return Err(Error::new(ErrorKind::NotFound, sentence));
    }
    let folder = DataFolder::open(&path)?;
    let vault = Vault::new(&master_key::obtain(&folder, &SystemEntropy)?);
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let database = database::choose(&folder, named.as_ref())?;
    let store = Store::open_database(&database, vault, clock, entropy)?;
    Ok(match store.read(audit::verify)? {
        Verification::Intact { records } => json!({ "intact": true, "records": records }),
        Verification::Broken { number, why } => {
            json!({ "intact": false, "number": number, "why": why })
        }
    })
}
