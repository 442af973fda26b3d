//! Which keys a list holds.
//!
//! To add a filter: a field of [`KeyFilter`] and its condition in `conditions`.

use super::order::KeySort;
use crate::sql::{Value, contains, text};
use model::life::SOON_MILLIS;
use model::{AccessRole, ClusterId, KeyId, KeyState, OrganizationId, ProjectId, Timestamp, UserId};

/// Which keys a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Keys in this state at this moment only.
    pub state: Option<(KeyState, Timestamp)>,
    /// Keys that work at this moment and end soon after it only.
    pub expires_soon: Option<Timestamp>,
    /// Keys that end, or ended, before this moment only.
    pub expires_before: Option<Timestamp>,
    /// Keys made by this actor only, as [`super::Creator::id`] names it.
    pub creator: Option<String>,
    /// Keys made with this key only.
    pub parent: Option<KeyId>,
    /// Personal keys only, or project keys only.
    pub personal: Option<bool>,
    /// Keys reported as leaked only, or all but those.
    pub reported: Option<bool>,
    /// The order of the list.
    pub order: super::KeyOrder,
}

impl KeyFilter {
    /// The ids of the organization or the projects whose keys these are, if the list holds all of
    /// them and nothing narrows it further.
    pub(super) fn whole_places(&self) -> Option<Vec<String>> {
        let (organization, projects) = (self.organization, self.projects.clone());
        let places = match (organization, &projects) {
            (Some(organization), None) => vec![organization.to_string()],
            (None, Some(projects)) => projects.iter().map(ToString::to_string).collect(),
            _ => return None,
        };
        let whole = Self { organization, projects, order: self.order, ..Self::default() };
        (*self == whole).then_some(places)
    }
}

/// The conditions of a list of keys `k`, joined, and the values they name. In the order of the last
/// use, where a key is says its use `u`, whose index is the one to walk.
pub(super) fn conditions(filter: &KeyFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["1 = 1".to_owned()];
    let mut values = Vec::new();
    let mut add = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let at = if filter.order.by == KeySort::Used { "u" } else { "k" };
    // Few keys have the same parent: a database that walked the place's keys in their order instead
    // of the index of parents would look at all of them.
    let of = |column: &str| match filter.parent {
        Some(_) => format!("coalesce({at}.{column}, '')"),
        None => format!("{at}.{column}"),
    };
    if let Some(organization) = filter.organization {
        parts.push(format!("{} = {}", of("organization_id"), add(text(organization))));
    }
    if let Some(projects) = &filter.projects {
        let names: Vec<_> = projects.iter().map(|id| add(text(id))).collect();
        parts.push(match names.as_slice() {
            [] => "1 = 0".to_owned(),
            [one] => format!("{} = {one}", of("project_id")),
            several => format!("{} IN ({})", of("project_id"), several.join(", ")),
        });
        if at == "u" {
            // So that an index of project keys only may be walked.
            parts.push("u.project_id <> ''".to_owned());
        }
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
    lifetime_conditions(filter, &mut parts, &mut add);
    if let Some(creator) = &filter.creator {
        parts.push(format!("k.creator_id = {}", add(creator.as_str().into())));
    }
    if let Some(parent) = filter.parent {
        parts.push(format!("k.parent_id = {}", add(text(parent))));
    }
    if let Some(personal) = filter.personal {
        parts.push(format!("k.user_id IS {}NULL", if personal { "NOT " } else { "" }));
    }
    if let Some(reported) = filter.reported {
        parts.push(format!("k.reported_at IS {}NULL", if reported { "NOT " } else { "" }));
    }
    (parts.join(" AND "), values)
}

/// The conditions of what depends on the clock; they say what `model::KeyLife::state` says.
fn lifetime_conditions(
    filter: &KeyFilter,
    parts: &mut Vec<String>,
    add: &mut dyn FnMut(Value) -> String,
) {
    if let Some((state, now)) = filter.state {
        let mut now = || add(now.into());
        parts.push(match state {
            KeyState::Active => {
                format!("k.switch = 'on' AND k.expires_at > {} AND k.replaced_by IS NULL", now())
            }
            KeyState::Rotated => {
                format!(
                    "k.switch = 'on' AND k.expires_at > {} AND k.replaced_by IS NOT NULL",
                    now()
                )
            }
            KeyState::Disabled => format!("k.switch = 'off' AND k.expires_at > {}", now()),
            KeyState::Expired => format!("k.switch <> 'revoked' AND k.expires_at <= {}", now()),
            KeyState::Revoked => "k.switch = 'revoked'".to_owned(),
        });
    }
    if let Some(now) = filter.expires_soon {
        let end = Timestamp::from_millis(now.millis().saturating_add(SOON_MILLIS));
        let (now, end) = (add(now.into()), add(end.into()));
        parts.push(format!("k.switch = 'on' AND k.expires_at > {now} AND k.expires_at <= {end}"));
    }
    if let Some(end) = filter.expires_before {
        parts.push(format!("k.expires_at < {}", add(end.into())));
    }
}
