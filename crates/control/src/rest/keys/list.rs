//! `GET /v2/apiKeys`

use super::KeyBody;
use crate::command::keys::{self, KeyPart, KeyQuery, ListKeys};
use crate::describe::{
    CLUSTER_ID, CURRENT_PAGE, Field, KEY_ID, ORGANIZATION, Operation, PAGE_SIZE, PROJECT,
};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::{AccessRole, Error, KeyState};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::keys::{KeyOrder, KeySort, KeyStart};

/// One page of keys.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyList {
    pub(in crate::rest) api_keys: Vec<KeyBody>,
    /// How many keys there are in all. A list that goes on from a cursor says it only where that
    /// takes no look at each of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::rest) count: Option<u64>,
    /// The number of the page, unless the list goes on from a cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::rest) current_page: Option<u32>,
    pub(in crate::rest) page_size: u32,
    /// The `cursor` with which the list goes on, if there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::rest) next_cursor: Option<String>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listApiKeys", "The keys you may see")
    .may("owners of the project and of the organization")
    .query(&[
        ORGANIZATION,
        PROJECT,
        Field::text(
            "search",
            "Only keys that have a word beginning with each of these words in their name or \
             description, or whose id begins so.",
        )
        .most(255),
        Field::text("role", "Only project keys with this role.").one_of(&[
            "Admin",
            "Read-Write",
            "Read-Only",
        ]),
        Field::text("state", "Only keys in this state.")
            .one_of(&["active", "rotated", "disabled", "expired", "revoked"]),
        Field::bool("expiresSoon", "Only keys that work and end within 14 days."),
        Field::text("expiresBefore", "Only keys that end, or ended, before this moment."),
        Field::text("clusterId", "Only project keys that open this cluster.").pattern(CLUSTER_ID),
        Field::text("createdBy", "Only keys made by this person or key, by its id.").most(64),
        Field::text("parentKeyId", "Only keys made with this key.").pattern(KEY_ID),
        Field::text("kind", "Only personal keys, or only keys of projects.")
            .one_of(&["personal", "project"]),
        Field::bool("reported", "Only keys that were reported as leaked."),
        Field::text("sortBy", "What they are ordered by; `created` if left out.")
            .one_of(&["created", "name", "expires", "used"]),
        Field::text("sortOrder", "`desc` if left out, but `asc` for names and ends.")
            .one_of(&["asc", "desc"]),
        PAGE_SIZE,
        CURRENT_PAGE,
        Field::text(
            "cursor",
            "Go on where `nextCursor` of the answer before says, with the same filters and order: \
             as fast for the last page as for the first. Not together with `currentPage`.",
        )
        .most(300),
    ])
    .answers::<KeyList>()
    .refuses(&[403, 404]);

/// The keys the caller may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<KeyList>, Problem> {
    let request = decode(query)?;
    let (current_page, page_size) = match &request.part {
        KeyPart::Page(page) => (Some(page.number()), page.size()),
        KeyPart::Walk(_, size) => (None, *size),
    };
    let listed = app.see(move |desk| keys::list(desk, &caller, request)).await?;
    Ok(Answer::ok(KeyList {
        api_keys: listed.items.iter().map(KeyBody::from).collect(),
        count: listed.count,
        current_page,
        page_size,
        next_cursor: listed.after.map(|cursor| cursor.to_string()),
    }))
}

fn decode(mut query: Query) -> Result<ListKeys, Problem> {
    let request = ListKeys {
        organization: query.parsed("organizationId", str::parse)?,
        project: query.parsed("projectId", str::parse)?,
        search: query.search()?,
        query: key_query(&mut query)?,
        part: part(&mut query)?,
    };
    query.finish()?;
    Ok(request)
}

/// A page by its number, or what comes after a cursor.
fn part(query: &mut Query) -> Result<KeyPart, Problem> {
    let numbered = query.has("currentPage");
    let page = query.page(1..=100)?;
    match query.parsed("cursor", str::parse)? {
        None => Ok(KeyPart::Page(page)),
        Some(_) if numbered => {
            Err(Problem::invalid_field("cursor", "cannot be given together with currentPage"))
        }
        Some(cursor) => Ok(KeyPart::Walk(KeyStart::After(cursor), page.size())),
    }
}

fn key_query(query: &mut Query) -> Result<KeyQuery, Problem> {
    let role = query.parsed("role", |text| {
        let sentence = "must be \"Admin\", \"Read-Write\" or \"Read-Only\"";
        AccessRole::from_text(text).ok_or_else(|| Error::invalid(sentence))
    })?;
    let state = query.parsed("state", |text| {
        let sentence = "must be active, rotated, disabled, expired or revoked";
        KeyState::from_text(text).ok_or_else(|| Error::invalid(sentence))
    })?;
    let personal = query.parsed("kind", |text| match text {
        "personal" => Ok(true),
        "project" => Ok(false),
        _ => Err(Error::invalid("must be personal or project")),
    })?;
    let creator = query.text("createdBy");
    if creator.as_ref().is_some_and(|text| text.len() > 64) {
        return Err(Problem::invalid_field("createdBy", "must be an id"));
    }
    Ok(KeyQuery {
        role,
        state,
        expires_soon: query.flag("expiresSoon")?,
        expires_before: query.parsed("expiresBefore", str::parse)?,
        cluster: query.parsed("clusterId", str::parse)?,
        creator,
        parent: query.parsed("parentKeyId", str::parse)?,
        personal,
        reported: query.flag("reported")?,
        order: order(query)?,
    })
}

fn order(query: &mut Query) -> Result<KeyOrder, Problem> {
    let by = query.parsed("sortBy", |text| match text {
        "created" => Ok(KeySort::Created),
        "name" => Ok(KeySort::Name),
        "expires" => Ok(KeySort::Expires),
        "used" => Ok(KeySort::Used),
        _ => Err(Error::invalid("must be created, name, expires or used")),
    })?;
    let by = by.unwrap_or_default();
    let ascending = query.parsed("sortOrder", |text| match text {
        "asc" => Ok(true),
        "desc" => Ok(false),
        _ => Err(Error::invalid("must be asc or desc")),
    })?;
    Ok(KeyOrder {
        by,
        ascending: ascending.unwrap_or(matches!(by, KeySort::Name | KeySort::Expires)),
    })
}
