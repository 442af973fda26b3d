//! `/v2/projects/{id}/whitelist`

mod add;
mod list;
mod remove;
mod replace;

pub(crate) use add::{ADD, add};
pub(crate) use list::{LIST, list};
pub(crate) use remove::{REMOVE, remove};
pub(crate) use replace::{REPLACE, replace};

use super::json::Object;
use super::problem::Problem;
use crate::describe::{self, DESCRIPTION, Field};
use model::name::Description;
use schemars::JsonSchema;
use serde::Serialize;
use store::whitelist::{Entry, NewEntry};

/// The project in a path.
const PROJECT_ID: Field =
    Field::text("id", "The project.").required().pattern(describe::PROJECT_ID);
const CIDR: Field = Field::text(
    "cidr",
    "An address, or a block of them in CIDR notation; bits beyond the prefix are cleared.",
)
.required();
const CONFIRM: Field = Field::bool(
    "confirmLockout",
    "Make the change even if the gateway will then refuse the address you come from.",
);
/// What an entry is made of.
const ENTRY: [Field; 2] = [CIDR, DESCRIPTION];

/// An entry of a whitelist.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WhitelistEntry")]
struct EntryBody {
    entry_id: String,
    cidr: String,
    description: String,
    create_time: String,
}

impl From<&Entry> for EntryBody {
    fn from(entry: &Entry) -> Self {
        Self {
            entry_id: entry.id.to_string(),
            cidr: entry.cidr.to_string(),
            description: entry.description.to_string(),
            create_time: entry.created_at.to_string(),
        }
    }
}

/// Reads the addresses and what is there.
fn entry(body: &mut Object) -> Result<NewEntry, Problem> {
    Ok(NewEntry {
        cidr: body.parsed("cidr", str::parse)?,
        description: body
            .optional_parsed("description", Description::new)?
            .map_or_else(|| Description::new(""), Ok)?,
    })
}

/// Reads whether the caller means to keep its own address out.
fn confirmed(body: &mut Object) -> Result<bool, Problem> {
    Ok(body.optional_bool("confirmLockout")?.unwrap_or(false))
}
