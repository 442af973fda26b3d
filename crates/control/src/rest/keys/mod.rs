//! `/v2/apiKeys` and `/v2/api-keys`, in the managed cloud's shapes.
//!
//! No answer carries a key but those of [`create()`], [`create_many()`], [`rotate()`] and
//! [`view()`].

mod bulk;
mod create;
mod delete;
mod list;
mod report;
mod request;
mod rotate;
mod show;
mod switch;
mod update;
mod view;

pub(crate) use bulk::{CREATE_MANY, DELETE_MANY, create_many, delete_many};
pub(crate) use create::{CREATE, create};
pub(crate) use delete::{DELETE, DELETE_SELF, delete, delete_self};
pub(crate) use list::{KeyList, LIST, list};
pub(crate) use report::{REPORT, report};
pub(crate) use rotate::{ROTATE, rotate};
pub(crate) use show::{SHOW, show};
pub(crate) use switch::{DISABLE, ENABLE, disable, enable};
pub(crate) use update::{CHANGE, UPDATE, change, update};
pub(crate) use view::{VIEW, view};

use crate::command::keys::KeyDetail;
use crate::describe::{self, Field};
use axum::http::HeaderName;
use axum::http::header::ETAG;
use model::scope::{ClusterScope, ProjectGrant, Selection};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Display;

/// The key in a path.
const KEY_ID: Field = Field::text("id", "The API key.").required().pattern(describe::KEY_ID);

/// An API key, without its secret.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApiKey")]
pub(crate) struct KeyBody {
    api_key_id: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    creator_name: String,
    created_by: String,
    org_role: &'static str,
    projects: Vec<ProjectAccess>,
    create_time: String,
    /// Whether the key came with its project, or took the place of the key that did.
    is_default: bool,
    /// `active`, `rotated`, `disabled`, `expired` or `revoked`.
    state: &'static str,
    /// Until when it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// Whether it works and ends within 14 days.
    expires_soon: bool,
    /// Since when it is disabled or revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<String>,
    /// The key whose place it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    /// The key that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<String>,
    /// The key it was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_key_id: Option<String>,
    /// Whether it may manage keys of its project.
    manage_keys: bool,
    /// From where it may be used; from everywhere if absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_addresses: Vec<String>,
    /// How many calls a second one gateway lets through.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit: Option<u32>,
    /// Where it was found, if somebody reported it as leaked.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<LeakBody>,
    /// The person a personal key belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// When it was presented last, refused calls included; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_from: Option<String>,
    /// With which client, by its own word; shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_client: Option<String>,
    /// How many calls of it run at this moment; where one key is shown, if every gateway says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    live_calls: Option<u64>,
    /// The last change, for `If-Match`.
    revision: u64,
}

impl KeyBody {
    /// The same, with the calls of it that run.
    fn with_live_calls(self, live_calls: Option<u64>) -> Self {
        Self { live_calls, ..self }
    }
}

/// A report that a key was found where it should not be.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LeakReport")]
struct LeakBody {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// What a key may do on a project.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProjectAccess {
    project_id: String,
    project_name: String,
    role: &'static str,
    all_cluster: bool,
    clusters: Vec<ClusterName>,
    all_volume: bool,
    volumes: [&'static str; 0],
    /// The databases it reaches; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    databases: Option<Vec<String>>,
    /// The collections it reaches; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    collections: Option<Vec<String>>,
    /// Which of its role's privileges it has; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    privileges: Option<Vec<String>>,
}

/// A cluster by id and name.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NamedCluster")]
struct ClusterName {
    cluster_id: String,
    cluster_name: String,
}

impl From<&KeyDetail> for KeyBody {
    fn from(detail: &KeyDetail) -> Self {
        let key = &detail.key;
        let access = key.grant().map(|grant| access(detail, grant));
        let id = |id: model::KeyId| id.to_string();
        let time = |moment: model::Timestamp| moment.to_string();
        Self {
            api_key_id: key.id.to_string(),
            name: key.name.to_string(),
            description: key.description.to_string(),
            creator_name: key.creator.name.clone(),
            created_by: key.creator.id.clone(),
            org_role: detail.person_role.map_or("Member", |role| role.as_str()),
            projects: access.into_iter().collect(),
            create_time: key.created_at.to_string(),
            is_default: key.is_default,
            state: key.life.state(detail.now).as_str(),
            expires_at: key.life.expires_at().map(time),
            expires_soon: key.life.expires_soon(detail.now),
            disabled_at: key.life.off_since().map(time),
            replaces: key.replaces.map(id),
            replaced_by: key.life.replaced_by().map(id),
            parent_key_id: key.parent.map(id),
            manage_keys: key.manages_keys,
            allowed_addresses: key.sources.blocks().iter().map(ToString::to_string).collect(),
            rate_limit: key.rate.map(model::RateLimit::per_second),
            report: key.report.as_ref().map(|report| LeakBody {
                time: time(report.at),
                source: report.source.as_ref().map(ToString::to_string),
                url: report.url.as_ref().map(ToString::to_string),
            }),
            user_id: key.user().map(|user| user.to_string()),
            last_used_at: detail.last_use.map(|last| last.at.to_string()),
            last_used_from: detail.last_use.map(|last| last.from.to_string()),
            last_used_client: detail.last_use.map(|last| last.client.as_str().to_owned()),
            live_calls: None,
            revision: key.revision.number(),
        }
    }
}

fn access(detail: &KeyDetail, grant: &ProjectGrant) -> ProjectAccess {
    let name = detail.project.as_ref().map(|project| project.name.to_string());
    let clusters = detail.clusters.iter().map(|cluster| ClusterName {
        cluster_id: cluster.id.to_string(),
        cluster_name: cluster.name.to_string(),
    });
    ProjectAccess {
        project_id: grant.project.to_string(),
        project_name: name.unwrap_or_default(),
        role: grant.role.as_str(),
        all_cluster: grant.clusters == ClusterScope::All,
        clusters: clusters.collect(),
        all_volume: true,
        volumes: [],
        databases: selected(&grant.data.databases),
        collections: selected(&grant.data.collections),
        privileges: selected(&grant.data.privileges),
    }
}

fn selected<T: Display>(selection: &Selection<T>) -> Option<Vec<String>> {
    match selection {
        Selection::All => None,
        Selection::Only(some) => Some(some.iter().map(ToString::to_string).collect()),
    }
}

/// The header that names the revision of a key.
fn tag(detail: &KeyDetail) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{}\"", detail.key.revision.number()))]
}
