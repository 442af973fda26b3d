//! Which records a query asks for.

use crate::describe::{self, Field};
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use model::audit::Outcome;
use model::{
    ClusterId, ClusterRoleId, ClusterUserId, Error, InvitationId, KeyId, OrganizationId, ProjectId,
    Resource, UserId,
};
use store::audit::AuditFilter;

/// The longest text that is searched for, and the longest name of an act.
const MOST_CHARACTERS: usize = 255;

pub(super) const RESOURCE: Field =
    Field::text("resource", "About this key, cluster, project, organization or user, by id.");
pub(super) const PROJECT: Field =
    Field::text("projectId", "Of this project.").pattern(describe::PROJECT_ID);
pub(super) const ACTOR: Field =
    Field::text("actor", "By this person or key, by id, or by the `operator`.");
pub(super) const ACTION: Field = Field::text(
    "action",
    "This act, such as `key.delete`; with a dot at its end, as in `key.`, all that begin so.",
);
pub(super) const OUTCOME: Field =
    Field::text("outcome", "How it ended.").one_of(&["done", "refused"]);
pub(super) const FROM: Field = Field::text("from", "From this moment on, in UTC.");
pub(super) const TO: Field = Field::text("to", "Before this moment, in UTC.");
pub(super) const ADDRESS: Field = Field::text("address", "By requests from this address.");
pub(super) const SEARCH: Field =
    Field::text("search", "With this text in what changed, or in who did it or to what.").most(255);
pub(super) const UP_TO: Field = Field::integer(
    "upTo",
    "Up to the record with this number: later records then do not move the pages.",
    0,
    i64::MAX,
);

/// Reads the parameters above.
pub(super) fn decode(query: &mut Query) -> Result<AuditFilter, Problem> {
    Ok(AuditFilter {
        organization: None,
        project: query.parsed("projectId", str::parse)?,
        resource: query.parsed("resource", resource)?,
        actor: query.parsed("actor", actor)?,
        action: query.parsed("action", action)?,
        outcome: query.parsed("outcome", outcome)?,
        from: query.parsed("from", str::parse)?,
        to: query.parsed("to", str::parse)?,
        address: query.parsed("address", |text| {
            text.parse::<std::net::IpAddr>()
                .map(|address| address.to_canonical())
                .map_err(|_| Error::invalid("must be one IPv4 or IPv6 address"))
        })?,
        search: query.parsed("search", search)?,
        up_to: query.parsed("upTo", |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u64>()
                .ok()
                .filter(|number| digits && i64::try_from(*number).is_ok())
                .ok_or_else(|| Error::invalid("must be the number of a record"))
        })?,
    })
}

/// The thing an id names; the prefix tells its kind.
fn resource(text: &str) -> Result<Resource, Error> {
    let key = text.parse::<KeyId>().map(Resource::Key);
    key.or_else(|_| text.parse::<ClusterId>().map(Resource::Cluster))
        .or_else(|_| text.parse::<ClusterUserId>().map(Resource::ClusterUser))
        .or_else(|_| text.parse::<ClusterRoleId>().map(Resource::ClusterRole))
        .or_else(|_| text.parse::<ProjectId>().map(Resource::Project))
        .or_else(|_| text.parse::<OrganizationId>().map(Resource::Organization))
        .or_else(|_| text.parse::<UserId>().map(Resource::User))
        .or_else(|_| text.parse::<InvitationId>().map(Resource::Invitation))
        .map_err(|_| {
            Error::invalid("must be the id of a key, cluster, project, organization or user")
        })
}

fn actor(text: &str) -> Result<String, Error> {
    let known = matches!(text, "operator" | "anonymous" | "report")
        || text.parse::<UserId>().is_ok()
        || text.parse::<ClusterUserId>().is_ok()
        || text.parse::<KeyId>().is_ok();
    if known {
        return Ok(text.to_owned());
    }
    Err(Error::invalid("must be the id of a user or a key, or \"operator\""))
}

fn action(text: &str) -> Result<String, Error> {
    let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '-');
    if !text.is_empty() && text.len() <= MOST_CHARACTERS && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err(Error::invalid("must be the name of an act, such as key.delete, or its beginning, key."))
}

fn outcome(text: &str) -> Result<Outcome, Error> {
    match text {
        "done" => Ok(Outcome::Done),
        "refused" => Ok(Outcome::Refused),
        _ => Err(Error::invalid("must be done or refused")),
    }
}

fn search(text: &str) -> Result<String, Error> {
    if !text.is_empty() && text.chars().count() <= MOST_CHARACTERS {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(format!("must be 1 to {MOST_CHARACTERS} characters long")))
}
