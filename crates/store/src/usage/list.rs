//! Sums of usage: over which calls, and one line for each of what.

use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::sql::{Value, text, to_count};
use crate::work::Reader;
use model::{ClusterId, Error, KeyId, OrganizationId, ProjectId, Timestamp};

/// What the sums are made for each of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageBy {
    /// Each key.
    Key,
    /// Each user of a cluster.
    User,
    /// Each cluster.
    Cluster,
    /// Each kind of call.
    Class,
    /// Each hour.
    Hour,
    /// Each day in UTC.
    Day,
}

impl UsageBy {
    /// Every way.
    pub const ALL: [Self; 6] =
        [Self::Key, Self::User, Self::Cluster, Self::Class, Self::Hour, Self::Day];

    /// How the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::User => "user",
            Self::Cluster => "cluster",
            Self::Class => "class",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == text)
    }

    const fn expression(self) -> &'static str {
        match self {
            Self::Key => "key_id",
            Self::User => "user_id",
            Self::Cluster => "cluster_id",
            Self::Class => "class",
            Self::Hour => "hour",
            Self::Day => "hour - hour % 86400000",
        }
    }

    const fn is_time(self) -> bool {
        matches!(self, Self::Hour | Self::Day)
    }
}

/// Which calls are summed.
#[derive(Clone, Debug)]
pub struct UsageFilter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// Of these projects only.
    pub projects: Option<Vec<ProjectId>>,
    /// Of this key only.
    pub key: Option<KeyId>,
    /// Of this cluster only.
    pub cluster: Option<ClusterId>,
    /// Hours that begin at this moment or later.
    pub from: Timestamp,
    /// Hours that begin before this moment.
    pub to: Timestamp,
}

/// The sums of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageLine {
    /// Id, name of a kind, or the first moment of an hour or day as it is written; empty for calls
    /// without a key, without a user, or without a cluster.
    pub group: String,
    /// Calls answered well.
    pub ok: u64,
    /// Calls refused.
    pub refused: u64,
    /// Calls that failed.
    pub failed: u64,
}

/// One line for each group: times in their order, everything else by the number of calls, most
/// first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    filter: &UsageFilter,
    by: UsageBy,
    page: Page,
) -> Result<Listed<UsageLine>, Error> {
    let (conditions, mut values) = conditions(filter);
    let group = by.expression();
    let count = reader.sql.number(
        &format!(
            "SELECT count(*) FROM (SELECT DISTINCT {group} FROM usage_hours \
             WHERE {conditions}) found"
        ),
        &values,
    )?;
    let sum = |outcome: &str| {
        // Without the cast an engine may answer a number of another kind.
        format!("CAST(sum(CASE WHEN outcome = '{outcome}' THEN calls ELSE 0 END) AS BIGINT)")
    };
    let order = if by.is_time() { group.to_owned() } else { format!("sum(calls) DESC, {group}") };
    let next = values.len() + 1;
    let sql = format!(
        "SELECT {group}, {}, {}, {} FROM usage_hours WHERE {conditions} GROUP BY {group} \
         ORDER BY {order} LIMIT ${next} OFFSET ${}",
        sum("ok"),
        sum("refused"),
        sum("failed"),
        next + 1
    );
    values.push(i64::from(page.size()).into());
    values.push(page.offset().into());
    Ok(Listed {
        items: reader.sql.all(&sql, &values, |row| line(row, by))?,
        count: to_count(count.unwrap_or(0)),
        page,
    })
}

fn line(row: &Row<'_>, by: UsageBy) -> Result<UsageLine, Error> {
    let group = if by.is_time() { row.moment(0)?.to_string() } else { row.text(0)?.to_owned() };
    let calls = |column| row.integer(column).map(to_count);
    Ok(UsageLine { group, ok: calls(1)?, refused: calls(2)?, failed: calls(3)? })
}

/// The conditions of a list, joined, and the values they name.
fn conditions(filter: &UsageFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["organization_id = $1 AND hour >= $2 AND hour < $3".to_owned()];
    let mut values = vec![text(filter.organization), filter.from.into(), filter.to.into()];
    let mut add = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(projects) = &filter.projects {
        let names: Vec<_> = projects.iter().map(|id| add(text(id))).collect();
        parts.push(if names.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("project_id IN ({})", names.join(", "))
        });
    }
    if let Some(key) = filter.key {
        parts.push(format!("key_id = {}", add(text(key))));
    }
    if let Some(cluster) = filter.cluster {
        parts.push(format!("cluster_id = {}", add(text(cluster))));
    }
    (parts.join(" AND "), values)
}
