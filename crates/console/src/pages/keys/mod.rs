//! Pages of API keys.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod edit;
mod form;
pub(crate) mod list;
pub(crate) mod rotate;
pub(crate) mod show;
pub(crate) mod switch;
mod typed;
pub(crate) mod view;

use super::{day, when};
use crate::frame::{Frame, Part};
use crate::here::{InOrganization, InProject};
use crate::problem::Page;
use crate::session::Visitor;
use control::Front;
use control::command::keys::{self, KeyDetail};
use model::scope::{ClusterScope, DataScope, Selection};
use model::{KeyId, KeyState};

/// The frame of a page about a key: in its project, or in its organization for a personal one.
pub(super) async fn framed(
    front: &Front,
    visitor: &Visitor,
    detail: &KeyDetail,
    title: &str,
) -> Result<Frame, Page> {
    let (caller, frame) = (visitor.caller.clone(), Frame::of(visitor, title));
    if let Some(id) = detail.key.project() {
        let place = front.see(move |desk| InProject::find(desk, &caller, id)).await?;
        let keys = list_of(detail);
        return Ok(frame.in_project(&place, Part::Keys).under("API keys", &keys));
    }
    let id = detail.key.organization;
    let place = front.see(move |desk| InOrganization::find(desk, &caller, id)).await?;
    let home = format!("/console/organizations/{id}");
    Ok(frame.under(place.name(), &home).under("Personal API keys", &list_of(detail)))
}

/// Where the list is that the key is in.
fn list_of(detail: &KeyDetail) -> String {
    match detail.key.project() {
        Some(project) => format!("/console/projects/{project}/keys"),
        None => format!("/console/organizations/{}/personal-keys", detail.key.organization),
    }
}

/// What stands in the place of a personal key's role.
const PERSONAL: &str = "Personal";

/// A key in words.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: &'static str,
    pub(crate) scope: String,
    pub(crate) creator: String,
    /// The key it was made with, if one was.
    pub(crate) parent: String,
    pub(crate) manages_keys: bool,
    /// The key that took its place, if one did.
    pub(crate) replaced_by: String,
    /// When and where it was reported as leaked, if it was.
    pub(crate) reported: String,
    pub(crate) created: String,
    pub(crate) created_day: String,
    pub(crate) is_default: bool,
    /// The databases, collections and privileges it is narrowed to; empty for none.
    pub(crate) narrowed: String,
    pub(crate) state: KeyState,
    pub(crate) expires: String,
    pub(crate) expires_day: String,
    pub(crate) expires_soon: bool,
    pub(crate) last_used: String,
    pub(crate) addresses: String,
    pub(crate) rate: String,
}

impl Row {
    pub(crate) fn of(detail: &KeyDetail) -> Self {
        let key = &detail.key;
        let scope = match key.grant().map(|grant| &grant.clusters) {
            None => "What its person may".to_owned(),
            Some(ClusterScope::All) => "All clusters".to_owned(),
            Some(ClusterScope::Only(_)) if detail.clusters.is_empty() => "No cluster".to_owned(),
            Some(ClusterScope::Only(_)) => {
                let names: Vec<_> = detail.clusters.iter().map(|c| c.name.to_string()).collect();
                names.join(", ")
            }
        };
        Self {
            id: key.id.to_string(),
            name: key.name.to_string(),
            description: key.description.to_string(),
            role: key.grant().map_or(PERSONAL, |grant| grant.role.as_str()),
            scope,
            creator: key.creator.name.clone(),
            parent: key.parent.map(|id| id.to_string()).unwrap_or_default(),
            manages_keys: key.manages_keys,
            replaced_by: key.life.replaced_by().map(|id| id.to_string()).unwrap_or_default(),
            reported: key.report.as_ref().map(|report| when(report.at)).unwrap_or_default(),
            created: when(key.created_at),
            created_day: day(key.created_at),
            is_default: key.is_default,
            narrowed: key.grant().map(|grant| narrowed(&grant.data)).unwrap_or_default(),
            state: key.life.state(detail.now),
            expires: key.life.expires_at().map(when).unwrap_or_default(),
            expires_day: key.life.expires_at().map(day).unwrap_or_default(),
            expires_soon: key.life.expires_soon(detail.now),
            last_used: detail
                .last_use
                .as_ref()
                .map_or_else(String::new, |used| format!("{} from {}", when(used.at), used.from)),
            addresses: joined(key.sources.blocks().iter()),
            rate: key.rate.map(|rate| rate.to_string()).unwrap_or_default(),
        }
    }
}

impl Row {
    /// Whether it follows the roles of a person.
    pub(crate) fn is_personal(&self) -> bool {
        self.role == PERSONAL
    }

    /// Whether it can be enabled.
    pub(crate) fn is_disabled(&self) -> bool {
        self.state == KeyState::Disabled
    }
}

/// The key that a page is about.
async fn found(front: &Front, visitor: &Visitor, id: KeyId) -> Result<KeyDetail, Page> {
    let caller = visitor.caller.clone();
    Ok(front.see(move |desk| keys::show(desk, &caller, id)).await?)
}

/// What a key is narrowed to, in words.
fn narrowed(data: &DataScope) -> String {
    let mut parts = Vec::new();
    if let Selection::Only(names) = &data.databases {
        parts.push(format!("databases {}", joined(names.iter())));
    }
    if let Selection::Only(names) = &data.collections {
        parts.push(format!("collections {}", joined(names.iter())));
    }
    if let Selection::Only(some) = &data.privileges {
        parts.push(format!("privileges {}", joined(some.iter())));
    }
    parts.join("; ")
}

fn joined(items: impl Iterator<Item = impl ToString>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
