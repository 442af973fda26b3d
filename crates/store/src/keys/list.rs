//! Lists of keys: which ones, and a page of them.
//!
//! To add a filter: a field of [`KeyFilter`] and its condition in `conditions`.

use super::{COLUMNS, Key, from_row};
use crate::page::{Listed, Page};
use crate::sql::{Value, contains, text, to_count};
use crate::work::Reader;
use model::{AccessRole, ClusterId, Error, OrganizationId, ProjectId, UserId};

/// Which keys a list holds.
#[derive(Clone, Debug, Default)]
pub struct KeyFilter {
    /// Keys of this organization only.
    pub organization: Option<OrganizationId>,
    /// Project keys of these projects only.
    pub projects: Option<Vec<ProjectId>>,
    /// Personal keys of this person only.
    pub user: Option<UserId>,
    /// Project keys with this role only.
    pub role: Option<AccessRole>,
    /// Project keys that open this cluster only.
    pub cluster: Option<ClusterId>,
    /// Keys with this text in their name, description or id only.
    pub search: Option<String>,
}

/// The keys that pass the filter, newest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, filter: &KeyFilter, page: Page) -> Result<Listed<Key>, Error> {
    let (conditions, mut values) = conditions(filter);
    let count =
        reader.sql.number(&format!("SELECT count(*) FROM keys k WHERE {conditions}"), &values)?;
    let next = values.len() + 1;
    let sql = format!(
        "{COLUMNS} WHERE {conditions} ORDER BY k.created_at DESC, k.id LIMIT ${next} OFFSET ${}",
        next + 1
    );
    values.push(i64::from(page.size()).into());
    values.push(page.offset().into());
    Ok(Listed {
        items: reader.sql.all(&sql, &values, |row| from_row(reader, row))?,
        count: to_count(count.unwrap_or(0)),
        page,
    })
}

/// The conditions of a list, joined, and the values they name.
fn conditions(filter: &KeyFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["1 = 1".to_owned()];
    let mut values = Vec::new();
    let mut add = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(organization) = filter.organization {
        parts.push(format!("k.organization_id = {}", add(text(organization))));
    }
    if let Some(projects) = &filter.projects {
        let names: Vec<_> = projects.iter().map(|id| add(text(id))).collect();
        parts.push(if names.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("k.project_id IN ({})", names.join(", "))
        });
    }
    if let Some(user) = filter.user {
        parts.push(format!("k.user_id = {}", add(text(user))));
    }
    if let Some(role) = filter.role {
        parts.push(format!("k.role = {}", add(role.as_str().into())));
    }
    if let Some(cluster) = filter.cluster {
        let name = add(text(cluster));
        parts.push(format!(
            "k.project_id = (SELECT project_id FROM clusters WHERE id = {name}) \
             AND (k.all_clusters = 1 OR EXISTS (SELECT 1 FROM key_clusters s \
             WHERE s.key_id = k.id AND s.cluster_id = {name}))"
        ));
    }
    if let Some(search) = &filter.search {
        let name = add(contains(search));
        parts.push(format!(
            "(k.name LIKE {name} ESCAPE '\\' OR lower(k.description) LIKE {name} ESCAPE '\\' \
             OR k.id LIKE {name} ESCAPE '\\')"
        ));
    }
    (parts.join(" AND "), values)
}
