//! Pages of API keys.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod switch;
pub(crate) mod view;

use super::when;
use control::command::keys::KeyDetail;
use model::KeyState;
use model::scope::{ClusterScope, DataScope, Selection};

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
    /// The databases, collections and privileges it is narrowed to; empty for none.
    pub(crate) narrowed: String,
    pub(crate) state: KeyState,
    pub(crate) expires: String,
    pub(crate) expires_soon: bool,
    pub(crate) last_used: String,
    pub(crate) addresses: String,
    pub(crate) rate: String,
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
            narrowed: key.grant().map(|grant| narrowed(&grant.data)).unwrap_or_default(),
            state: key.life.state(detail.now),
            expires: key.life.expires_at().map(when).unwrap_or_default(),
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
    /// Whether it can be enabled.
    pub(crate) fn is_disabled(&self) -> bool {
        self.state == KeyState::Disabled
    }
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
