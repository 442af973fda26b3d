//! `keyward audit verify`

use crate::cli::database::DatabaseOption;
use crate::cli::{DataOption, output};
use crate::clock::SystemClock;
use crate::data::{DataFolder, database, master_key};
use crate::entropy::SystemEntropy;
use clap::Args;
use model::{Error, ErrorKind};
use serde_json::json;
use std::sync::Arc;
use store::audit::{self, Verification};
use store::{Store, Vault};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    database: DatabaseOption,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let path = arguments.data.folder();
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
    match store.read(audit::verify)? {
        Verification::Intact { records } => {
            if arguments.json {
                return output::json(&json!({ "intact": true, "records": records }));
            }
            output::text_block(&format!("All {records} records are as they were written.\n"))
        }
        Verification::Broken { number, why } => {
            if arguments.json {
                output::json(&json!({ "intact": false, "number": number, "why": why }))?;
            }
            Err(Error::conflict(format!(
                "the audit trail was altered: record {number} does not fit ({why})"
            )))
        }
    }
}
