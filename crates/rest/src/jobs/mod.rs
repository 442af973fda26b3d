//! Work that goes on after its request was answered.
//!
//! Milvus' own proxy starts and follows imports over calls that it keeps to itself; what clients
//! can call of that is used here: a job is one list of files.

mod external;
mod import;
mod snapshot;

pub(crate) use external::{external_list, external_progress, external_refresh};
pub(crate) use import::{import_create, import_list, import_progress};
pub(crate) use snapshot::{snapshot_describe, snapshot_export, snapshot_list, snapshot_restore};

use crate::body::{Body, required};
use crate::caller::{Caller, Reply};
use crate::problem::{Problem, code};
use serde_json::Value;

/// A job's number, given as a number or as text.
fn job(body: &Body<'_>) -> Result<i64, Problem> {
    let given = body.tree("jobId")?;
    if given.is_null() {
        return Err(Problem::missing(required("jobId")));
    }
    let number = given.as_i64().or_else(|| given.as_str()?.parse().ok());
    number.ok_or_else(|| Problem::invalid(format!("`jobId` cannot be {given}")))
}

/// A text of a job's facts.
fn fact<'f>(facts: &'f [milvus::message::schema::KeyValuePair], name: &str) -> &'f str {
    crate::values::find(facts, name).unwrap_or_default()
}

/// What Milvus does inside and offers to no client.
pub(crate) async fn closed(_: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    Err(Problem::coded(
        code::UNEXPECTED,
        "rpc error: code = Unimplemented desc = Milvus offers this to its own parts only, so it \
         cannot be asked for through a gateway",
    ))
}

/// A state by its number.
fn state(names: &[(&'static str, i32)], number: i32) -> Value {
    crate::values::name_of(names, number).into()
}
