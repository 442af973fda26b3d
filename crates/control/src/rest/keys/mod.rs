//! `/v2/apiKeys` and `/v2/api-keys`, in the managed cloud's shapes.
//!
//! No answer carries a key but those of [`create()`] and [`view()`].

mod create;
mod delete;
mod list;
mod request;
mod show;
mod update;
mod view;

pub(crate) use create::{CREATE, create};
pub(crate) use delete::{DELETE, delete};
pub(crate) use list::{KeyList, LIST, list};
pub(crate) use show::{SHOW, show};
pub(crate) use update::{UPDATE, update};
pub(crate) use view::{VIEW, view};

use crate::command::keys::KeyDetail;
use crate::describe::{self, Field};
use axum::http::HeaderName;
use axum::http::header::ETAG;
use model::scope::{ClusterScope, ProjectGrant};
use schemars::JsonSchema;
use serde::Serialize;

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
    /// Whether the key came with its project.
    is_default: bool,
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
    /// The last change, for `If-Match`.
    revision: u64,
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
            user_id: key.user().map(|user| user.to_string()),
            last_used_at: detail.last_use.map(|last| last.at.to_string()),
            last_used_from: detail.last_use.map(|last| last.from.to_string()),
            last_used_client: detail.last_use.map(|last| last.client.as_str().to_owned()),
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
    }
}

/// The header that names the revision of a key.
fn tag(detail: &KeyDetail) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{}\"", detail.key.revision.number()))]
}
