//! Lists of records: which ones, a page of them, and all of them in portions.
//!
//! To add a filter: a field of [`AuditFilter`] and its condition in `conditions`.

use super::{AuditRecord, COLUMNS, from_row};
use crate::page::{Listed, Page};
use crate::sql::{Value, contains, text, to_count, to_integer};
use crate::work::Reader;
use model::audit::Outcome;
use model::policy::Resource;
use model::{Error, OrganizationId, ProjectId, Timestamp};
use std::net::IpAddr;

/// Which records a list holds. What is `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this organization only.
    pub organization: Option<OrganizationId>,
    /// Of this project only.
    pub project: Option<ProjectId>,
    /// About this thing only.
    pub resource: Option<Resource>,
    /// By this actor only: `user-…` (whatever they came with), `key-…` or `operator`.
    pub actor: Option<String>,
    /// This act only, such as `key.delete`, or every act whose name begins so if it ends in a dot.
    pub action: Option<String>,
    /// With this outcome only.
    pub outcome: Option<Outcome>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// By requests from this address only.
    pub address: Option<IpAddr>,
    /// With this text in what changed, or in the actor or the thing.
    pub search: Option<String>,
    /// Up to the record with this number: later ones do not move the pages of a list.
    pub up_to: Option<u64>,
}

/// The records that pass the filter, newest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    filter: &AuditFilter,
    page: Page,
) -> Result<Listed<AuditRecord>, Error> {
    let (conditions, mut values) = conditions(filter);
    let count = format!("SELECT count(*) FROM audit WHERE {conditions}");
    let count = reader.sql.number(&count, &values)?;
    let next = values.len() + 1;
    let sql = format!(
        "{COLUMNS} WHERE {conditions} ORDER BY number DESC LIMIT ${next} OFFSET ${}",
        next + 1
    );
    values.push(i64::from(page.size()).into());
    values.push(page.offset().into());
    Ok(Listed {
        items: reader.sql.all(&sql, &values, from_row)?,
        count: to_count(count.unwrap_or(0)),
        page,
    })
}

/// The first records after a number that pass the filter, oldest first, at most `most`.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn after(
    reader: &Reader<'_>,
    filter: &AuditFilter,
    number: u64,
    most: u32,
) -> Result<Vec<AuditRecord>, Error> {
    let (conditions, mut values) = conditions(filter);
    let next = values.len() + 1;
    let sql = format!(
        "{COLUMNS} WHERE {conditions} AND number > ${next} ORDER BY number LIMIT ${}",
        next + 1
    );
    values.push(to_integer(number).into());
    values.push(i64::from(most).into());
    reader.sql.all(&sql, &values, from_row)
}

/// The conditions of a list, joined, and the values they name.
fn conditions(filter: &AuditFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["1 = 1".to_owned()];
    let mut values = Vec::new();
    let mut add = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            values.push(value);
            parts.push(condition.replace('?', &format!("${}", values.len())));
        }
    };
    add("organization_id = ?", filter.organization.map(text));
    add("project_id = ?", filter.project.map(text));
    add("resource = ?", filter.resource.map(text));
    add("(actor = ? OR user_id = ?)", filter.actor.as_deref().map(Value::from));
    match filter.action.as_deref() {
        Some(prefix) if prefix.ends_with('.') => {
            add("action LIKE ? ESCAPE '\\'", Some(begins(prefix)));
        }
        action => add("action = ?", action.map(Value::from)),
    }
    add("outcome = ?", filter.outcome.map(|outcome| outcome.as_str().into()));
    add("at >= ?", filter.from.map(Value::from));
    add("at < ?", filter.to.map(Value::from));
    add("address = ?", filter.address.map(text));
    add("number <= ?", filter.up_to.map(|number| to_integer(number).into()));
    add(
        "(lower(detail) LIKE ? ESCAPE '\\' OR lower(state_before) LIKE ? ESCAPE '\\' \
         OR lower(state_after) LIKE ? ESCAPE '\\' OR actor LIKE ? ESCAPE '\\' \
         OR resource LIKE ? ESCAPE '\\')",
        filter.search.as_deref().map(contains),
    );
    (parts.join(" AND "), values)
}

/// A pattern for `LIKE … ESCAPE '\'` that finds what begins with the text.
fn begins(text: &str) -> Value {
    let mut pattern = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Value::from(pattern)
}
