//! Rows: writing them, reading them, searching among them.
//!
//! [`mod@write`] inserts, upserts and deletes; [`mod@read`] queries and gets; [`mod@search`]
//! searches and [`hybrid`] searches several fields at once. The parts: [`rows`] puts JSON rows
//! into columns with [`mod@column`], [`structs`] and [`vector`], [`show`] makes JSON rows of
//! columns again with [`value`], [`template`] reads values for the placeholders of a filter,
//! [`params`] what a search is to be like, [`target`] what it looks for, [`chain`] and
//! [`aggregation`] what is done with what it finds, if the engine is not older ([`newer`]), and
//! [`highlight`] what is marked in it.

mod aggregation;
mod chain;
mod column;
mod highlight;
mod hybrid;
mod newer;
mod params;
mod policies;
mod read;
mod rows;
mod search;
mod show;
mod structs;
mod target;
mod template;
mod value;
mod vector;
mod write;

pub(crate) use hybrid::hybrid_search;
pub(crate) use newer::Newer;
pub(crate) use read::{get, query};
/// Members that are read to be refused.
#[cfg(test)]
pub(crate) const REFUSED: [&str; 5] =
    [highlight::MEMBER, aggregation::MEMBER, policies::PRINCIPAL, policies::SKIP, write::PATH];
pub(crate) use search::search;
pub(crate) use write::{delete, insert, upsert};

use crate::caller::{Answered, Caller, answered};
use crate::collections::described;
use crate::known::{Known, Use};
use crate::problem::{Problem, code};
use milvus::message::Message;
use milvus::message::entity::{MutationResult, QueryResults, SearchResults};
use milvus::message::schema::{CollectionSchema, FieldSchema};
use std::sync::Arc;

answered!(MutationResult, QueryResults, SearchResults);

/// The schema of a collection, as it is now.
async fn schema(caller: &mut Caller<'_>, collection: &str) -> Result<Arc<Known>, Problem> {
    let described = described(caller, collection.to_owned()).await?;
    let schema = described.schema.ok_or_else(|| Problem::broken("it has no schema"))?;
    let state = caller.take_told();
    let known = Arc::new(Known { schema, stamp: described.update_timestamp, state });
    caller.remember(collection, &known);
    Ok(known)
}

/// Makes a request by the schema of a collection, sends it, and gives both back.
///
/// The schema may be a remembered one. If nothing can be made by it, or what was made is refused,
/// it is asked for once more; and if it is another one by now, the request is made and sent once
/// more. Rows are sent a second time only if the gateway sent none of them or the engine refused
/// them as wrong in themselves, so that it took none. What was made by a schema that was asked for
/// just now goes out as it is: whoever changes it at the same time may be the first or the second.
async fn by_schema<R: Message, A: Message + Default + Answered>(
    caller: &mut Caller<'_>,
    (rpc, collection): (&str, &str),
    purpose: Use,
    make: impl Fn(&Known) -> Result<R, Problem>,
) -> Result<(R, A), Problem> {
    let remembered = caller.remembered(collection, purpose);
    let is_old = remembered.is_some();
    let state = remembered.as_ref().and_then(|known| known.state.clone());
    let state = state.as_ref();
    let known = match remembered {
        Some(known) => known,
        None => schema(caller, collection).await?,
    };
    let (problem, sent) = match make(&known) {
        Err(problem) => (problem, false),
        Ok(request) => match caller.ask_by((rpc, state), &request).await {
            Ok(answer) => return Ok((request, answer)),
            Err(problem) => (problem, true),
        },
    };
    let again = match purpose {
        _ if problem.code == code::SCHEMA_MISMATCH => true,
        Use::Read => is_old && problem.is_about_the_request(),
        Use::Insert | Use::Upsert | Use::Change => is_old && (!sent || problem.is_refusal()),
    };
    // Whatever went wrong, what is remembered may be why.
    caller.forget_schemas();
    if !again {
        return Err(problem);
    }
    let present = schema(caller, collection).await?;
    if present.is_like(&known) && !problem.is_outdated() {
        return Err(problem);
    }
    let request = make(&present)?;
    let answer = caller.ask(rpc, &request).await?;
    Ok((request, answer))
}

/// The field of the primary key.
fn primary(schema: &CollectionSchema) -> Result<&FieldSchema, Problem> {
    let found = schema.fields.iter().find(|field| field.is_primary_key);
    found.ok_or_else(|| Problem::broken("the schema has no primary key"))
}
