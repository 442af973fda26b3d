//! `GET /v2/usage`

use super::answer::Answer;
use super::app::App;
use super::problem::Problem;
use super::query::Query;
use super::signed::Signed;
use crate::command::usage::{self, ListUsage, UsageOf};
use crate::describe::{
    CLUSTER_ID, CURRENT_PAGE, Field, KEY_ID, ORGANIZATION, Operation, PAGE_SIZE, PROJECT,
};
use axum::extract::State;
use model::{Error, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::usage::{KEPT, UsageBy, UsageLine};

const DAY: i64 = 86_400_000;
/// How far back sums go when no beginning is given, in days.
const USUAL_DAYS: i64 = 30;

/// Sums of calls.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageList {
    count: u64,
    current_page: u32,
    page_size: u32,
    from: String,
    to: String,
    usage: Vec<UsageBody>,
}

/// The sums of one group.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UsageBody {
    group: String,
    calls: u64,
    ok: u64,
    refused: u64,
    failed: u64,
}

impl From<UsageLine> for UsageBody {
    fn from(line: UsageLine) -> Self {
        let UsageLine { group, ok, refused, failed } = line;
        Self { group, calls: ok + refused + failed, ok, refused, failed }
    }
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listUsage", "How much keys are used")
    .about(
        "Calls on the data path, counted by the hour and kept for 400 days; what happened in the \
         last seconds may be missing. `group` is the id of a key or cluster, a user of a cluster \
         as the cluster's id, `/` and its name (its own id once it is dropped), the kind of call \
         (`read`, `write`, `admin` or `other`, by the least role that may make it) or the first \
         moment of an hour or day in UTC. It is empty for calls that found no cluster, among keys \
         for calls of users and among users for calls of keys, and for calls of callers that \
         were too many at once to be counted apart.",
    )
    .may(
        "owners and members of the project and owners of the organization; only who may see a key \
         or the users of a cluster learns what those did",
    )
    .query(&[
        ORGANIZATION,
        PROJECT,
        Field::text("apiKeyId", "Calls with this key only.").pattern(KEY_ID),
        Field::text("clusterId", "Calls on this cluster only.").pattern(CLUSTER_ID),
        Field::text("from", "The first hour, such as 2026-11-23T00:00:00Z; 30 days ago if absent."),
        Field::text("to", "The end, itself excluded; now if absent."),
        Field::text("groupBy", "A line for each of what; `day` if absent.")
            .one_of(&["key", "user", "cluster", "class", "hour", "day"]),
        PAGE_SIZE,
        CURRENT_PAGE,
    ])
    .answers::<UsageList>()
    .refuses(&[403, 404]);

/// Sums of what the caller may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<UsageList>, Problem> {
    let asked = decode(query)?;
    let (listed, request) = app
        .see(move |desk| {
            let request = asked.at(desk.now())?;
            Ok((usage::list(desk, &caller, request)?, request))
        })
        .await?;
    Ok(Answer::ok(UsageList {
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
        from: request.from.to_string(),
        to: request.to.to_string(),
        usage: listed.items.into_iter().map(UsageBody::from).collect(),
    }))
}

/// A request whose span of time may be left to the present.
struct Asked {
    request: ListUsage,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Asked {
    /// The request as it is meant at this moment.
    fn at(self, now: Timestamp) -> Result<ListUsage, Error> {
        let ago = |end: Timestamp, days: i64| {
            Timestamp::from_millis(end.millis().saturating_sub(days.saturating_mul(DAY)))
        };
        // The present hour has begun already.
        let to = self.to.unwrap_or(Timestamp::from_millis(now.millis().saturating_add(1)));
        let from = self.from.unwrap_or(ago(to, USUAL_DAYS));
        if from >= to {
            return Err(Error::invalid("must be earlier than the end").in_field("from"));
        }
        Ok(ListUsage { from: from.max(ago(now, most_days())), to, ..self.request })
    }
}

/// Further back there is nothing; one more, because a day may have begun before.
fn most_days() -> i64 {
    i64::try_from(KEPT.as_secs() / 86_400).unwrap_or(i64::MAX).saturating_add(1)
}

fn decode(mut query: Query) -> Result<Asked, Problem> {
    let of = UsageOf {
        organization: query.parsed("organizationId", str::parse)?,
        project: query.parsed("projectId", str::parse)?,
        key: query.parsed("apiKeyId", str::parse)?,
        cluster: query.parsed("clusterId", str::parse)?,
    };
    let from = query.parsed("from", str::parse)?;
    let to = query.parsed("to", str::parse)?;
    let by = query.parsed("groupBy", |text| {
        UsageBy::from_text(text)
            .ok_or_else(|| Error::invalid("must be key, user, cluster, class, hour or day"))
    })?;
    let page = query.page(1..=100)?;
    query.finish()?;
    let (start, by) = (Timestamp::from_millis(0), by.unwrap_or(UsageBy::Day));
    Ok(Asked { request: ListUsage { of, from: start, to: start, by, page }, from, to })
}
