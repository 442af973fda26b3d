//! Pages of API keys.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod view;

use super::when;
use control::command::keys::KeyDetail;
use model::scope::ClusterScope;

/// A key in words.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: &'static str,
    pub(crate) scope: String,
    pub(crate) creator: String,
    pub(crate) created: String,
    pub(crate) is_default: bool,
}

impl Row {
    fn of(detail: &KeyDetail) -> Self {
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
            role: key.grant().map_or("Personal", |grant| grant.role.as_str()),
            scope,
            creator: key.creator.name.clone(),
            created: when(key.created_at),
            is_default: key.is_default,
        }
    }
}
