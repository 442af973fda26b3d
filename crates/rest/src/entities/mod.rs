//! Rows: writing them, reading them, searching among them.
//!
//! [`mod@write`] inserts, upserts and deletes; [`mod@read`] queries and gets; [`mod@search`]
//! searches and [`hybrid`] searches several fields at once. The parts: [`rows`] puts JSON rows
//! into columns with [`mod@column`] and [`vector`], [`show`] makes JSON rows of columns again,
//! [`template`] reads values for the placeholders of a filter, [`params`] what a search is to be
//! like.

mod column;
mod hybrid;
mod params;
mod read;
mod rows;
mod search;
mod show;
mod template;
mod vector;
mod write;

pub(crate) use hybrid::hybrid_search;
pub(crate) use read::{get, query};
pub(crate) use search::search;
pub(crate) use write::{delete, insert, upsert};

use crate::caller::{Caller, answered};
use crate::collections::described;
use crate::problem::Problem;
use milvus::message::entity::{MutationResult, QueryResults, SearchResults};
use milvus::message::schema::{CollectionSchema, FieldSchema};

answered!(MutationResult, QueryResults, SearchResults);

/// The schema of a collection.
async fn schema(caller: &mut Caller<'_>, collection: &str) -> Result<CollectionSchema, Problem> {
    let described = described(caller, collection.to_owned()).await?;
    described.schema.ok_or_else(|| Problem::broken("it has no schema"))
}

/// The field of the primary key.
fn primary(schema: &CollectionSchema) -> Result<&FieldSchema, Problem> {
    let found = schema.fields.iter().find(|field| field.is_primary_key);
    found.ok_or_else(|| Problem::broken("the schema has no primary key"))
}
